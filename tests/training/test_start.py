"""The spectral start: against a dense SVD, on planted structure, and where matrices degenerate."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from threadpoolctl import threadpool_limits

from sklw2v.training._start import RARE_WEIGHT, spectral_start
from tests.training.oracles import dense_ppmi, random_cooccurrence


def start(cooccurrence, n_components, seed=0, n_jobs=1):
    return spectral_start(cooccurrence, n_components, seed, n_jobs)


def unshrunk(cooccurrence, vectors):
    """Undo the shrinkage of rare words, for words that have a context."""
    weights = cooccurrence.sum(axis=1, dtype=np.float64)[:, np.newaxis]
    return vectors * (weights + RARE_WEIGHT) / weights


def blocks(sizes, within=50.0, between=1.0):
    """Words of one block meet each other often, others seldom."""
    block_of = np.repeat(np.arange(len(sizes)), sizes)
    return csr_array(np.where(block_of[:, np.newaxis] == block_of, within, between).astype(np.float32))


@pytest.mark.parametrize("n_components", [1, 4, 40])
def test_start_is_the_truncated_svd_of_the_ppmi_matrix(n_components):
    cooccurrence = random_cooccurrence(40, seed=0, scale=10.0)
    left, singular_values, _ = np.linalg.svd(dense_ppmi(cooccurrence.toarray().astype(np.float64)))
    vectors = unshrunk(cooccurrence, start(cooccurrence, n_components))
    assert vectors.shape == (40, n_components)
    # Columns are u sqrt(s), by falling s; where values come close, vectors may mix: products are compared.
    gram = vectors.T @ vectors
    assert_allclose(gram, np.diag(singular_values[:n_components]), atol=1e-3 * gram.max())
    directions = vectors / np.sqrt(singular_values[:n_components])
    overlaps = np.abs(np.sum(directions * left[:, :n_components], axis=0))
    gaps = np.abs(np.diff(singular_values, append=0))[:n_components]
    apart = (gaps > 0.05) & (np.insert(gaps[:-1], 0, 1) > 0.05)
    assert apart[0]
    assert_allclose(overlaps[apart], 1, atol=1e-3)


def test_range_that_exceeds_the_components_is_approximated():
    # 300 words, 10 components and 20 spare ones: now the subspace is a guess, improved by power iterations.
    rng = np.random.RandomState(3)
    topics = rng.standard_normal((300, 6))
    counts = np.exp(topics @ topics.T / 2.0 + 0.3 * rng.standard_normal((300, 300)))
    cooccurrence = csr_array((counts + counts.T).astype(np.float32))
    left, singular_values, _ = np.linalg.svd(dense_ppmi(counts + counts.T))
    vectors = unshrunk(cooccurrence, start(cooccurrence, 6))
    assert_allclose(np.sum(vectors**2, axis=0), singular_values[:6], rtol=1e-3)
    best = left[:, :6] * np.sqrt(singular_values[:6])
    assert_allclose(vectors @ vectors.T, best @ best.T, atol=0.01 * np.abs(best @ best.T).max())


def test_planted_blocks_are_recovered():
    sizes = [30, 20, 40, 25]
    vectors = start(blocks(sizes), 4)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    block_of = np.repeat(np.arange(4), sizes)
    same = block_of[:, np.newaxis] == block_of
    cosines = vectors @ vectors.T
    assert cosines[same].min() > 0.999
    assert cosines[~same].max() < 0.2


def test_rare_words_are_shrunk():
    cooccurrence = random_cooccurrence(30, seed=1)
    heavy = csr_array(cooccurrence * np.float32(1000))  # the PPMI is the same
    weights = cooccurrence.sum(axis=1, dtype=np.float64)
    expected = (weights / (weights + RARE_WEIGHT)) / (1000 * weights / (1000 * weights + RARE_WEIGHT))
    ratio = np.linalg.norm(start(cooccurrence, 3), axis=1) / np.linalg.norm(start(heavy, 3), axis=1)
    assert_allclose(ratio, expected, rtol=1e-3)


def test_inner_products_do_not_depend_on_the_test_matrix():
    cooccurrence = blocks([30, 20, 40, 25])
    one, other = start(cooccurrence, 3, seed=0), start(cooccurrence, 3, seed=1)
    assert_allclose(one @ one.T, other @ other.T, atol=1e-3)


def test_the_seed_decides_the_bits_and_hardly_the_space():
    noise = np.random.RandomState(0).uniform(0.8, 1.25, size=(300, 300))
    cooccurrence = csr_array((blocks([90, 80, 70, 60]).toarray() * (noise + noise.T)).astype(np.float32))
    one, same, other = (start(cooccurrence, 150, seed=seed) for seed in (0, 0, 1))
    assert_array_equal(one, same)
    for columns in (slice(0, 4), slice(0, 100), slice(100, 150)):
        assert (one[:, columns] != other[:, columns]).any()
    bases = [np.linalg.qr(vectors[:, :4])[0] for vectors in (one, other)]
    cosines = np.linalg.svd(bases[0].T @ bases[1])[1]  # of the angles between the two spaces
    assert_allclose(cosines, 1, atol=1e-5)
    assert_allclose(one[:, :4] @ one[:, :4].T, other[:, :4] @ other[:, :4].T, atol=1e-3 * np.abs(one).max() ** 2)


def test_threads_do_not_change_a_bit():
    cooccurrence = random_cooccurrence(700, seed=2, density=0.1)
    results = []
    for n_blas_threads in (1, 2, 4):
        with threadpool_limits(n_blas_threads, user_api="blas"):
            results += [start(cooccurrence, 50, n_jobs=n_jobs) for n_jobs in (1, 2, 4)]
    for result in results[1:]:
        assert_array_equal(result, results[0])


def test_words_without_contexts_get_zeros():
    empty = [0, 7, 29]
    vectors = start(random_cooccurrence(30, seed=4, empty=empty), 5)
    assert (vectors[empty] == 0).all()
    assert (np.abs(np.delete(vectors, empty, axis=0)).max(axis=1) > 0).all()


@pytest.mark.parametrize("n_components", [3, 10, 60])
def test_a_matrix_of_low_rank_gives_finite_vectors(n_components):
    sizes = [20, 20, 20]
    cooccurrence = blocks(sizes, between=0.0)
    cooccurrence.eliminate_zeros()
    singular_values = np.linalg.svd(dense_ppmi(cooccurrence.toarray().astype(float)))[1]
    vectors = unshrunk(cooccurrence, start(cooccurrence, n_components))
    assert np.isfinite(vectors).all()
    assert_allclose(np.sum(vectors**2, axis=0)[:3], singular_values[:3], rtol=1e-4)
    assert_allclose(vectors[:, 3:], 0, atol=0.05)


def test_a_matrix_without_association_gives_zeros():
    vectors = start(csr_array(np.ones((20, 20), dtype=np.float32)), 4)
    assert (vectors == 0).all()


def test_input_is_not_modified():
    cooccurrence = random_cooccurrence(30, seed=5)
    before = cooccurrence.copy()
    start(cooccurrence, 3)
    for part in ("indptr", "indices", "data"):
        assert_array_equal(getattr(cooccurrence, part), getattr(before, part))


def test_a_longer_start_begins_with_the_shorter_one():
    cooccurrence = random_cooccurrence(260, seed=5, scale=3.0)
    longest = start(cooccurrence, 230)
    for n_components in (7, 100, 101, 200):
        assert_array_equal(start(cooccurrence, n_components), longest[:, :n_components])


def test_components_beyond_a_hundred_are_those_of_the_svd():
    cooccurrence = random_cooccurrence(260, seed=5, scale=3.0)
    singular_values = np.linalg.svd(dense_ppmi(cooccurrence.toarray().astype(np.float64)))[1]
    vectors = unshrunk(cooccurrence, start(cooccurrence, 230))
    gram = vectors.T @ vectors
    assert_allclose(np.diag(gram), singular_values[:230], rtol=0.05)
    assert_allclose(gram - np.diag(np.diag(gram)), 0, atol=1e-3 * singular_values[0])


def test_what_is_remembered_is_not_computed_again():
    cooccurrence = random_cooccurrence(260, seed=5, scale=3.0)
    kept = {}

    def remember(number, compute):
        if number not in kept:
            kept[number] = compute()
        return kept[number]

    expected = start(cooccurrence, 150)
    for n_components in (40, 150):
        assert_array_equal(spectral_start(cooccurrence, n_components, 0, remember=remember), expected[:, :n_components])
    assert sorted(kept) == [0, 1]
    kept[0] = kept[0][0], np.zeros_like(kept[0][1])
    assert_array_equal(spectral_start(cooccurrence, 3, 0, remember=remember), np.zeros((260, 3)))


def test_beyond_the_rank_of_the_matrix_there_is_nothing():
    cooccurrence = blocks([60] * 4, between=0.0)
    cooccurrence.eliminate_zeros()
    vectors = start(cooccurrence, 130)
    assert_allclose(vectors[:, 4:], 0, atol=0.05)
    assert_array_equal(vectors[:, 100:], 0)
