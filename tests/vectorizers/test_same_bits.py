"""The same `random_state` gives the same bits: for every number of threads, in every process and every worker."""

import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import joblib
import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from sklw2v import SkipGramVectorizer
from sklw2v.cooccurrence._counting import count_cooccurrences
from sklw2v.losses import NegativeSampling
from sklw2v.text._token_ids import TokenIds
from sklw2v.training import Problem, make_solver, train
from sklw2v.training.pairs._strata import choose_n_strata
from sklw2v.utils import one_blas_thread

pytestmark = pytest.mark.slow

N_WORDS = 2200
MODELS = [
    {"loss": "negative_sampling", "init": "svd"},
    {"loss": "negative_sampling", "init": "random"},
    {"loss": "naive_softmax", "init": "svd"},
    {"loss": "naive_softmax", "init": "random"},
]


def documents():
    """Texts of 2,200 words of falling frequency, with many ties among the rare ones."""
    rng = np.random.RandomState(0)
    frequencies = 1 / np.arange(10, N_WORDS + 10)
    tokens = rng.choice(N_WORDS, size=(500, 60), p=frequencies / frequencies.sum())
    texts = [" ".join(f"w{token}" for token in row) for row in tokens]
    return [*texts, " ".join(f"w{token}" for token in range(N_WORDS))]


def digest(model, n_jobs=None, random_state=0, **params):
    """Hash of all that a fit leaves and of the features of the documents."""
    settings = {"n_components": 12, "max_iter": 2, "min_count": 1, "pooling": "sif", "subsample": 1e-3}
    vectorizer = SkipGramVectorizer(**settings | params, **model, n_jobs=n_jobs, random_state=random_state)
    corpus = documents()
    features = vectorizer.fit_transform(corpus)
    hashed = hashlib.sha256()
    for part in (
        repr(list(vectorizer.vocabulary_.items())).encode(),
        vectorizer.center_vectors_.tobytes(),
        vectorizer.context_vectors_.tobytes(),
        np.array(vectorizer.loss_curve_).tobytes(),
        features.tobytes(),
        np.float64(vectorizer.score(corpus[::100])).tobytes(),
    ):
        hashed.update(part)
    return hashed.hexdigest()


def digests(**params):
    with threadpool_limits(8, user_api="openmp"):  # on a machine of fewer processors too
        return [digest(model, **params) for model in MODELS]


@pytest.fixture(scope="module")
def expected():
    return digests(n_jobs=1)


def test_the_corpus_is_large_enough_to_be_cut_into_several_strata():
    assert len({word for document in documents() for word in document.split()}) == N_WORDS
    pairs = set()
    for document in documents():
        words = document.split()
        pairs |= {pair for shift in range(1, 6) for pair in zip(words, words[shift:], strict=False)}
    assert choose_n_strata(N_WORDS, len(pairs) / N_WORDS) > 2


def test_models_and_seeds_differ(expected):
    assert len(set(expected)) == len(MODELS)
    assert not set(digests(random_state=1)) & set(expected)


@pytest.mark.parametrize("n_jobs", [None, 2, 4, -1])
def test_every_number_of_threads_gives_the_same_bits(n_jobs, expected):
    assert digests(n_jobs=n_jobs) == expected


@pytest.mark.parametrize("limit", [1, 2])
def test_every_number_of_blas_threads_gives_the_same_bits(limit, expected):
    with threadpool_limits(limit, user_api="blas"):
        assert digests(n_jobs=2) == expected


@pytest.mark.parametrize("exclude_true", [False, True])
def test_every_number_of_threads_gives_the_same_bits_where_every_tile_is_used(exclude_true):
    n_words = 16_500
    rng = np.random.RandomState(0)
    frequent = (n_words * rng.uniform(size=60_000) ** 4).astype(np.int32)
    ids = rng.permutation(np.concatenate([np.arange(n_words, dtype=np.int32), frequent]))
    tokens = TokenIds(ids, np.array([0, len(ids)]))
    cooccurrence = count_cooccurrences(tokens, n_words, np.array([3, 2, 1])).astype(np.float32)
    strata = choose_n_strata(n_words, cooccurrence.nnz / n_words)
    rows = np.repeat(np.arange(n_words), np.diff(cooccurrence.indptr))
    tiles = np.bincount(rows % strata * strata + cooccurrence.indices % strata)
    assert strata == 12
    assert tiles.min() > 0
    assert len(tiles) == strata**2
    start = rng.uniform(-0.5, 0.5, size=(n_words, 5)).astype(np.float32)
    noise = tokens.counts(n_words) ** 0.75

    def run(n_jobs):
        loss = NegativeSampling(exclude_true=exclude_true)
        rng = np.random.RandomState(0)
        problem = Problem(cooccurrence, start, 0 * start, loss, noise / noise.sum(), 5)
        centers, contexts, curve = train(make_solver(problem, 0.1, rng, n_jobs), learning_rate=0.1, max_iter=2)
        return centers.tobytes(), contexts.tobytes(), curve

    expected = run(1)
    assert expected[0] != start.tobytes()
    assert all(run(n_jobs) == expected for n_jobs in (2, 3, 7, 40))


def test_a_random_state_given_as_an_object_gives_the_bits_of_its_seed(expected):
    assert digest(MODELS[0], random_state=np.random.RandomState(0)) == expected[0]


@pytest.mark.slow
def test_every_process_gives_the_same_bits_whatever_its_hash_seed(expected):
    program = (
        "from tests.vectorizers import test_same_bits as bits\n"
        "print(*bits.digests(n_jobs=2), bits.digest_of_hashed_order())"
    )
    seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    output = subprocess.check_output(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2])},
        text=True,
        timeout=300,
    )
    assert output.split() == [*expected, digest_of_hashed_order()]


def digest_of_hashed_order():
    """Words and stop words given as sets: an order that differs from one process to the next."""
    words = {f"w{i}" for i in range(1500)}
    return digest(MODELS[0], vocabulary=words, stop_words=frozenset(f"w{i}" for i in range(0, 1500, 7)))


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_workers_of_joblib_give_the_same_bits(backend, expected):
    results = joblib.Parallel(n_jobs=2, backend=backend)(joblib.delayed(digest)(model, n_jobs=2) for model in MODELS)
    assert results == expected


def test_fits_in_threads_at_once_do_not_disturb_each_other(expected):
    with threadpool_limits(2, user_api="blas"), ThreadPoolExecutor(4) as pool:
        assert list(pool.map(digest, MODELS)) == expected


def test_one_blas_thread_lasts_until_the_last_who_asked_for_it_has_ended():
    def n_blas_threads():
        return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]

    with threadpool_limits(2, user_api="blas"):
        before = n_blas_threads()
        first, second = one_blas_thread(), one_blas_thread()
        first.__enter__()
        second.__enter__()
        first.__exit__(None, None, None)
        assert set(n_blas_threads()) == {1}
        second.__exit__(None, None, None)
        assert n_blas_threads() == before
