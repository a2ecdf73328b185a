"""What holds for either solver, and planted structure that both recover."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from threadpoolctl import threadpool_limits

from sklw2v.cooccurrence import count_cooccurrences, expected_cooccurrence, keep_probabilities, window_units
from sklw2v.losses import NaiveSoftmax, NegativeSampling
from sklw2v.text._token_ids import TokenIds
from sklw2v.training import Problem, _rows, spectral_start
from sklw2v.training._rows import RowSolver
from sklw2v.training.pairs import PairSolver, _strata
from tests.training.oracles import (
    random_cooccurrence,
    unigram_noise,
)
from tests.training.solvers import each_loss, random_start, run


@each_loss
def test_loss_falls_and_start_is_left_alone(loss):
    cooccurrence = random_cooccurrence(60, seed=0)
    start = random_start(60, 10)
    arrays = [*start, cooccurrence.data, cooccurrence.indices, cooccurrence.indptr]
    before = [array.copy() for array in arrays]
    centers, contexts, loss_curve = run(cooccurrence, loss, start, max_iter=20)
    assert centers.shape == contexts.shape == (60, 10)
    assert centers.dtype == contexts.dtype == np.float32
    assert len(loss_curve) == 20
    assert loss_curve[-1] < 0.9 * loss_curve[0]
    for array, copy in zip(arrays, before, strict=True):
        assert_array_equal(array, copy)


@each_loss
def test_no_epochs_return_the_start(loss, monkeypatch):
    monkeypatch.setattr(_strata, "MIN_STRATUM", 7)
    start = random_start(60, 10)
    centers, contexts, loss_curve = run(random_cooccurrence(60, seed=0), loss, start, max_iter=0)
    assert_array_equal(centers, start[0])
    assert_array_equal(contexts, start[1])
    assert loss_curve == []


@each_loss
def test_threads_do_not_change_a_bit(loss, monkeypatch):
    monkeypatch.setattr(_strata, "MIN_STRATUM", 60)
    monkeypatch.setattr(_rows, "BLOCK_ROWS", 400)
    monkeypatch.setattr(_rows, "SAMPLED_PART_ROWS", 4)  # some parts are sampled, some see every word
    monkeypatch.setattr(_rows, "STEP_ROWS", 64)
    cooccurrence = random_cooccurrence(700, seed=1, density=0.05)
    start = random_start(700, 50)
    results = []
    for n_blas_threads, n_jobs in [(1, 1), (1, 2), (1, 4), (2, 1), (2, 2)]:
        with threadpool_limits(n_blas_threads, user_api="blas"):
            results.append(run(cooccurrence, loss, start, max_iter=2, n_jobs=n_jobs))
    for centers, contexts, loss_curve in results[1:]:
        assert_array_equal(centers, results[0][0])
        assert_array_equal(contexts, results[0][1])
        assert loss_curve == results[0][2]


@each_loss
def test_another_seed_gives_other_vectors(loss, monkeypatch):
    monkeypatch.setattr(_rows, "BLOCK_ROWS", 16)
    monkeypatch.setattr(_rows, "PART_ROWS", 16)
    monkeypatch.setattr(_rows, "SAMPLED_PART_ROWS", 2)
    cooccurrence, start = random_cooccurrence(60, seed=0), random_start(60, 10)
    one, same, other = (run(cooccurrence, loss, start, 1, seed=seed)[0] for seed in (0, 0, 1))
    assert_array_equal(one, same)
    assert np.abs(one - other).max() > 1e-5


@each_loss
def test_words_without_contexts_keep_their_centre_vector(loss):
    empty = [0, 7, 59]
    start = random_start(60, 10)
    cooccurrence = random_cooccurrence(60, seed=0, empty=empty)
    centers, contexts, _ = run(cooccurrence, loss, start, max_iter=3)
    assert_array_equal(centers[empty], start[0][empty])
    assert np.isfinite(contexts).all()
    if loss.form == "pairs":  # such words are never noise
        assert_array_equal(contexts[empty], start[1][empty])


@pytest.mark.parametrize("solver_of, loss", [(PairSolver, NegativeSampling()), (RowSolver, NaiveSoftmax())])
@pytest.mark.parametrize("vectors", ["centers", "contexts"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_solver_tells_when_one_number_is_not_finite(solver_of, loss, vectors, value):
    cooccurrence = random_cooccurrence(20, seed=0)
    noise, rng = unigram_noise(cooccurrence), np.random.RandomState(0)
    solver = solver_of(Problem(cooccurrence, *random_start(20, 4), loss, noise, 1), 0.025, rng, 1)
    assert solver.is_finite()
    getattr(solver, vectors)[13, 2] = value
    assert not solver.is_finite()


N_TOPICS, TOPIC_WORDS, COMMON_WORDS = 8, 25, 20


@pytest.fixture(scope="module")
def corpus_of_topics():
    """Co-occurrence of documents of one topic each, their words mixed with words common to all."""
    rng = np.random.RandomState(0)
    documents = []
    for document in range(600):
        own = (document % N_TOPICS) * TOPIC_WORDS + rng.randint(TOPIC_WORDS, size=30)
        common = N_TOPICS * TOPIC_WORDS + rng.randint(COMMON_WORDS, size=30)
        documents.append(np.where(rng.uniform(size=30) < 0.6, own, common))
    n_words = N_TOPICS * TOPIC_WORDS + COMMON_WORDS
    tokens = TokenIds(np.concatenate(documents).astype(np.int32), np.arange(len(documents) + 1) * 30)
    units, scale = window_units(5, "linear")
    keep = keep_probabilities(tokens.counts(n_words), 1e-2)
    return expected_cooccurrence(count_cooccurrences(tokens, n_words, units), scale, keep)


@pytest.mark.parametrize("loss", [NegativeSampling(), NaiveSoftmax()], ids=["negative_sampling", "naive_softmax"])
@pytest.mark.parametrize("init, max_iter", [("svd", 10), ("random", 40)])
def test_nearest_neighbours_are_of_the_same_topic(corpus_of_topics, loss, init, max_iter):
    n_words, n_components = corpus_of_topics.shape[0], 20
    rng = np.random.RandomState(0)
    if init == "svd":
        centers = spectral_start(corpus_of_topics, n_components, 0)
    else:
        centers = (rng.uniform(-0.5, 0.5, size=(n_words, n_components)) / n_components).astype(np.float32)
    start = centers, np.zeros_like(centers)
    centers, contexts, _ = run(corpus_of_topics, loss, start, max_iter, n_negatives=5)
    vectors = centers + contexts
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -np.inf)
    topic = np.arange(n_words) // TOPIC_WORDS
    topical = np.arange(N_TOPICS * TOPIC_WORDS)
    neighbours = np.argsort(-cosines[topical], axis=1)[:, :5]
    assert np.mean(topic[neighbours] == topic[topical][:, np.newaxis]) > 0.95
