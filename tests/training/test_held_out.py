"""Held-out likelihood: against the dense log softmax."""

import tracemalloc

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from scipy.special import log_softmax
from threadpoolctl import threadpool_limits

from sklw2v.losses import NaiveSoftmax, NegativeSampling
from sklw2v.text._token_ids import TokenIds
from sklw2v.training import _held_out as scoring
from sklw2v.utils import one_blas_thread

N_WORDS = 40


def mean_log_likelihood(*arguments):
    return scoring.mean_log_likelihood(*arguments)[0]


def example(seed=0, n_words=N_WORDS, n_components=6):
    rng = np.random.RandomState(seed)
    counts = rng.poisson(0.5, size=(n_words, n_words)) * rng.uniform(0.5, 2, size=(n_words, n_words))
    counts[[3, 4, n_words - 1]] = 0
    centers, contexts = rng.standard_normal((2, n_words, n_components)).astype(np.float32)
    return csr_array(counts), centers, contexts, rng.dirichlet(np.ones(n_words))


def dense(counts, centers, contexts, reference):
    """Weighted mean of log p(o|c), by loops."""
    log_probabilities = log_softmax(centers.astype(np.float64) @ contexts.T + reference, axis=1)
    total = weight = 0.0
    for c, o in zip(*counts.nonzero(), strict=True):
        if np.isfinite(reference[o]):
            total += counts[c, o] * log_probabilities[c, o]
            weight += counts[c, o]
    return total / weight


@pytest.mark.parametrize("loss", [NaiveSoftmax(), NegativeSampling()], ids=lambda loss: type(loss).__name__)
def test_score_is_the_mean_log_softmax_under_the_reference_of_the_loss(loss):
    counts, centers, contexts, noise = example()
    keep = np.linspace(0.1, 1, N_WORDS)
    reference = loss.log_reference(noise) - np.log(keep)
    expected = dense(counts, centers, contexts, reference)
    assert_allclose(mean_log_likelihood(counts, centers, contexts, reference), expected, rtol=1e-6)


def test_vectors_of_zeros_guess_the_reference():
    counts, centers, contexts, noise = example()
    zeros = np.zeros_like(centers)
    assert_allclose(mean_log_likelihood(counts, zeros, contexts, np.zeros(N_WORDS)), -np.log(N_WORDS), rtol=1e-12)
    expected = counts.sum(axis=0) @ np.log(noise) / counts.sum()
    assert_allclose(mean_log_likelihood(counts, centers, zeros, np.log(noise)), expected, rtol=1e-12)


@pytest.mark.parametrize("rows, cells", [(1, 1), (7, 7 * 3), (40, 40 * 39), (11, 10**6)])
def test_blocks_do_not_change_the_value(rows, cells, monkeypatch):
    counts, centers, contexts, noise = example()
    whole = mean_log_likelihood(counts, centers, contexts, np.log(noise))
    monkeypatch.setattr(scoring, "SCORES_AT_A_TIME", cells)
    monkeypatch.setattr(scoring, "ROWS_AT_A_TIME", rows)
    assert_allclose(mean_log_likelihood(counts, centers, contexts, np.log(noise)), whole, rtol=1e-6)


def test_blas_threads_do_not_change_a_bit():
    counts, centers, contexts, noise = example(n_words=600, n_components=100)
    values = []
    for n_threads in (1, 2):
        with threadpool_limits(n_threads, user_api="blas"):
            values.append(mean_log_likelihood(counts, centers, contexts, np.log(noise)))
    assert values[0] == values[1]


def test_contexts_without_probability_are_left_out():
    counts, centers, contexts, noise = example()
    impossible = [0, 17]
    noise[impossible] = 0
    reference = NegativeSampling().log_reference(noise)
    assert np.isneginf(reference[impossible]).all()
    value = mean_log_likelihood(counts, centers, contexts, reference)
    assert np.isfinite(value)
    assert_allclose(value, dense(counts, centers, contexts, reference), rtol=1e-6)
    # The same as if those words were not in the vocabulary of contexts.
    possible = np.setdiff1d(np.arange(N_WORDS), impossible)
    log_probabilities = log_softmax(centers @ contexts[possible].T + reference[possible], axis=1)
    rest = counts.toarray()[:, possible]
    assert_allclose(value, np.sum(rest * log_probabilities) / rest.sum(), rtol=1e-6)


def test_large_scores_do_not_overflow():
    counts, centers, contexts, noise = example()
    value = mean_log_likelihood(counts, 100 * centers, 100 * contexts, np.log(noise))
    assert_allclose(value, dense(counts, 100 * centers, 100 * contexts, np.log(noise)), rtol=1e-5)


def test_better_vectors_score_higher():
    counts, centers, contexts, _ = example()
    probabilities = counts.toarray() + 0.1
    perfect = np.log(probabilities).astype(np.float32)
    words = np.eye(N_WORDS, dtype=np.float32)
    best = mean_log_likelihood(counts, words, perfect.T, np.zeros(N_WORDS))
    assert best > mean_log_likelihood(counts, words, 0.5 * perfect.T, np.zeros(N_WORDS)) > -np.log(N_WORDS)
    assert best > mean_log_likelihood(counts, centers, contexts, np.zeros(N_WORDS))


def test_input_is_not_modified():
    counts, centers, contexts, noise = example()
    arrays = [counts.data, counts.indices, counts.indptr, centers, contexts, noise]
    before = [array.copy() for array in arrays]
    mean_log_likelihood(counts, centers, contexts, noise)
    for array, copy in zip(arrays, before, strict=True):
        assert_array_equal(array, copy)


def test_of_many_centre_words_a_sample_is_worked_out(monkeypatch):
    counts, centers, contexts, noise = example(n_words=300)
    exact, n_centers = scoring.mean_log_likelihood(counts, centers, contexts, np.log(noise))
    assert n_centers == np.count_nonzero(counts.sum(axis=1))
    monkeypatch.setattr(scoring, "MAX_CENTERS", 100)
    sampled = []
    with one_blas_thread():  # once, which takes longer than a score here
        row_scores = np.array(
            [mean_log_likelihood(counts[[row]], centers[[row]], contexts, np.log(noise)) for row in range(5, 299)]
        )
        for seed in range(200):
            monkeypatch.setattr(scoring, "SAMPLE_SEED", seed)
            value, n_centers = scoring.mean_log_likelihood(counts, centers, contexts, np.log(noise))
            assert 80 <= n_centers <= 100
            sampled.append(value)
    assert len(set(sampled)) > 100
    error = row_scores.std() / np.sqrt(100)  # of a simple random sample; a systematic one does no worse here
    assert np.std(sampled) < 1.2 * error
    assert abs(np.mean(sampled) - exact) < 4 * error / np.sqrt(200)


def test_few_scores_are_held_at_a_time():
    n_words, n_centers = 50_000, 300
    rng = np.random.RandomState(0)
    cells = np.ones(4 * n_centers), (np.repeat(np.arange(n_centers), 4), rng.randint(n_words, size=4 * n_centers))
    counts = csr_array(cells, shape=(n_words, n_words))
    vectors = rng.standard_normal((n_words, 2)).astype(np.float32)
    tracemalloc.start()
    try:
        mean_log_likelihood(counts, vectors, vectors, np.zeros(n_words))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 6 * 8 * scoring.SCORES_AT_A_TIME  # all scores would take 120 MB, and so would each step with them


def zipf_example(weights, seed=0):
    """As `example`, with these sums of the rows of counts, in mixed order; a context word of five is impossible."""
    rng = np.random.RandomState(seed)
    n_words = len(weights)
    counts = rng.uniform(size=(n_words, n_words)) * (rng.uniform(size=(n_words, n_words)) < 0.2)
    counts[:, 0] += 0.1  # no row is empty
    reference = np.log(rng.dirichlet(np.ones(n_words)))
    reference[4::5] = -np.inf
    possible = counts[:, np.isfinite(reference)]
    counts *= (rng.permutation(weights) / possible.sum(axis=1))[:, np.newaxis]
    centers, contexts = rng.standard_normal((2, n_words, 6)).astype(np.float32)
    return csr_array(counts), centers, contexts, reference


def test_a_word_drawn_several_times_counts_as_often():
    # Of 100 places a heavy word has a whole number, which no offset changes, and the other words have none.
    shares = np.array([30, 16, 11, 8, 6, 5, 4, 4, 3, 3, 2, 2, 2, 1, 1, 1, 1])
    assert shares.sum() == 100
    arguments = zipf_example(np.append(0.37 * shares, np.full(200, 1e-9)))
    score, n_centers = scoring.mean_log_likelihood(*arguments, max_centers=100)
    assert n_centers == len(shares)
    assert_allclose(score, dense(*arguments), rtol=1e-6)


@pytest.mark.parametrize("n_words, max_centers", [(150, 60), (151, 150), (30, 1)])
def test_a_sample_of_words_of_zipfs_law_is_unbiased(n_words, max_centers, monkeypatch):
    arguments = zipf_example(1 / np.arange(1, n_words + 1))
    counts, centers, contexts, reference = arguments
    weights = counts[:, np.isfinite(reference)].sum(axis=1)
    row_scores = np.array([dense(counts[[row]], centers[[row]], contexts, reference) for row in range(n_words)])
    exact = np.average(row_scores, weights=weights)
    assert_allclose(mean_log_likelihood(*arguments), exact, rtol=1e-6)
    sampled = []
    with one_blas_thread():  # once, which takes longer than a score here
        for seed in range(200):
            monkeypatch.setattr(scoring, "SAMPLE_SEED", seed)
            value, n_centers = scoring.mean_log_likelihood(*arguments, max_centers=max_centers)
            assert n_centers <= max_centers
            sampled.append(value)
    assert len(set(sampled)) > 10
    assert abs(np.mean(sampled) - exact) < 4 * np.std(sampled) / np.sqrt(len(sampled))
    # No worse than a simple random sample.
    error = np.sqrt(np.average((row_scores - exact) ** 2, weights=weights) / max_centers)
    assert np.std(sampled) < 1.2 * error


def test_the_sample_is_the_same_at_each_call(monkeypatch):
    monkeypatch.setattr(scoring, "MAX_CENTERS", 10)
    arguments = example()
    assert mean_log_likelihood(*arguments) == mean_log_likelihood(*arguments)


def test_words_of_much_weight_are_always_in_the_sample(monkeypatch):
    counts, centers, contexts, noise = example()
    counts = counts.toarray()
    counts[7] *= 1e9
    monkeypatch.setattr(scoring, "MAX_CENTERS", 10)
    value = mean_log_likelihood(csr_array(counts), centers, contexts, np.log(noise))
    alone = np.zeros_like(counts)
    alone[7] = counts[7]
    assert_allclose(value, dense(csr_array(alone), centers, contexts, np.log(noise)), rtol=1e-6)


def test_at_most_4096_centre_words_are_worked_out():
    counts, vectors = csr_array(np.eye(4100, dtype=np.float32)), np.zeros((4100, 1), dtype=np.float32)
    score, n_centers = scoring.mean_log_likelihood(counts, vectors, vectors, np.zeros(4100))
    assert n_centers == 4096
    assert_allclose(score, -np.log(4100), rtol=1e-12)


def test_report_of_tokens_without_a_vector_to_tell_them_apart():
    tokens = TokenIds(np.array([0, 1, -1, 2], dtype=np.int32), np.array([0, 4]))  # one of four is unknown
    zeros = np.zeros((3, 2), dtype=np.float32)
    report = scoring.score_tokens(tokens, 1, "uniform", zeros, zeros, np.zeros(3), 1)
    assert_allclose([report.score, report.perplexity], [-np.log(3), 3], rtol=1e-12)
    assert (report.n_pairs, report.oov_share, report.n_centers) == (4, 0.25, 3)
    with pytest.raises(ValueError, match="no pair to score: among 1 documents"):
        scoring.score_tokens(tokens, 1, "uniform", zeros, zeros, np.full(3, -np.inf), 1)
