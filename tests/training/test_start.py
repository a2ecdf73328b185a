"""The spectral start: against a dense SVD, on planted structure, and where matrices degenerate."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from threadpoolctl import threadpool_limits

from sklw2v.training import _start
from sklw2v.training._start import RARE_WEIGHT, spectral_start
from tests.training.oracles import dense_ppmi, random_cooccurrence, random_counts


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


def test_rare_words_are_shrunk_by_the_weight_of_500_pairs():
    cooccurrence = random_cooccurrence(30, seed=1)
    heavy = csr_array(cooccurrence * np.float32(1000))  # the PPMI is the same
    weights = cooccurrence.sum(axis=1, dtype=np.float64)
    expected = (weights / (weights + 500)) / (1000 * weights / (1000 * weights + 500))
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


# --- contexts that are not the words themselves ---

SHAPES = [(60, 25), (25, 60), (40, 40)]


@pytest.mark.parametrize("n_components", [1, 4, 70])
@pytest.mark.parametrize("shape", SHAPES)
def test_start_without_symmetry_is_the_truncated_svd_of_the_ppmi_matrix(shape, n_components):
    counts = random_counts(*shape, seed=0)
    ppmi = dense_ppmi(counts.toarray().astype(np.float64))
    rank = min(n_components, *shape)
    singular_values = np.linalg.svd(ppmi)[1][:rank]
    vectors = start(counts, n_components)
    assert vectors.shape == (shape[0], n_components)
    assert_array_equal(vectors[:, rank:], 0)
    directions = unshrunk(counts, vectors[:, :rank]) / np.sqrt(singular_values)
    # Orthonormal columns whose images are orthogonal, and of the length of the leading values, are singular vectors.
    assert_allclose(directions.T @ directions, np.eye(rank), atol=1e-3)
    images = directions.T @ ppmi  # (d, n_contexts)
    assert_allclose(images @ images.T, np.diag(singular_values**2), atol=1e-3 * singular_values[0] ** 2)


@pytest.mark.parametrize("shape", [(260, 150), (150, 260)])
def test_hundreds_without_symmetry_end_at_the_smaller_side(shape):
    counts, n_found = random_counts(*shape, seed=1), {}

    def remember(number, compute):
        left, values = compute()
        n_found[number] = left.shape[1]
        return left, values

    longest = spectral_start(counts, 230, 0, remember=remember)
    assert n_found == {0: 100, 1: 50}
    assert_array_equal(longest[:, 150:], 0)
    singular_values = np.linalg.svd(dense_ppmi(counts.toarray().astype(np.float64)))[1]
    vectors = unshrunk(counts, longest)[:, :150]
    assert_allclose(np.sum(vectors**2, axis=0), singular_values, rtol=0.05, atol=0.01 * singular_values[0])
    for n_components in (7, 100, 101):
        assert_array_equal(start(counts, n_components), longest[:, :n_components])


@pytest.mark.parametrize("shape", SHAPES)
def test_products_over_many_contexts_are_summed_by_parts(shape, monkeypatch):
    counts = random_counts(*shape, seed=3)
    whole = start(counts, 10)
    monkeypatch.setattr(_start, "ROWS_AT_A_TIME", 8)
    parts = start(counts, 10)
    assert_allclose(parts @ parts.T, whole @ whole.T, atol=1e-4 * np.abs(whole).max() ** 2)


def test_words_of_one_label_point_in_one_direction():
    label_of = np.repeat(np.arange(3), [30, 20, 40])
    counts = np.where(label_of[:, np.newaxis] == np.arange(3), 50.0, 1.0)
    counts *= np.random.RandomState(0).uniform(1, 2, size=counts.shape)
    vectors = start(csr_array(counts.astype(np.float32)), 3)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = vectors @ vectors.T
    same = label_of[:, np.newaxis] == label_of
    assert cosines[same].min() > 0.999
    assert cosines[~same].max() < 0.2


@pytest.mark.parametrize("shape", [(700, 300), (300, 700), (500, 500)])
def test_threads_do_not_change_a_bit_without_symmetry(shape):
    counts = random_counts(*shape, seed=2, density=0.1)
    results = []
    for n_blas_threads in (1, 2):
        with threadpool_limits(n_blas_threads, user_api="blas"):
            results += [start(counts, 50, n_jobs=n_jobs) for n_jobs in (1, 2)]
    for result in results[1:]:
        assert_array_equal(result, results[0])


@pytest.mark.parametrize("n_jobs", [1, 2])
@pytest.mark.parametrize(
    "cooccurrence",
    [random_cooccurrence(260, seed=5, scale=3.0), random_cooccurrence(40, seed=4, empty=[0, 7, 29]), blocks([9, 8])],
    ids=["random", "with empty rows", "blocks"],
)
def test_the_promise_of_symmetry_changes_no_bit(cooccurrence, n_jobs):
    before = cooccurrence.data.copy()
    promised = spectral_start(cooccurrence, 130, 0, n_jobs, is_symmetric=True)
    assert_array_equal(promised, start(cooccurrence, 130))
    assert_array_equal(cooccurrence.data, before)


def test_the_promise_of_symmetry_saves_the_transpose():
    cooccurrence = random_cooccurrence(30, seed=5)
    weights = cooccurrence.sum(axis=1, dtype=np.float64)
    with ThreadPoolExecutor(1) as pool:
        shared = _start._ppmi(cooccurrence, weights, True, pool)
        apart = _start._ppmi(cooccurrence, weights, False, pool)
    assert [np.shares_memory(matrix.indices, cooccurrence.indices) for matrix in (*shared, *apart)] == [1, 1, 1, 0]


def test_promise_of_symmetry_for_a_matrix_that_is_not_square_is_an_error():
    with pytest.raises(ValueError, match=r"is_symmetric=True: cooccurrence has shape \(4, 3\)\. Expected a square"):
        spectral_start(random_counts(4, 3, seed=0), 2, 0, is_symmetric=True)


@pytest.mark.parametrize("shape", SHAPES)
def test_rows_and_columns_without_cells_leave_the_others_as_they_are(shape):
    counts = random_counts(*shape, seed=6)
    rows, columns = np.delete(np.arange(shape[0] + 3), [0, 7, 20]), np.delete(np.arange(shape[1] + 2), [3, 22])
    padded = np.zeros((len(rows) + 3, len(columns) + 2), dtype=np.float32)
    padded[np.ix_(rows, columns)] = counts.toarray()
    vectors, expected = start(csr_array(padded), 30), start(counts, 30)
    assert_array_equal(np.delete(vectors, rows, axis=0), 0)
    # The test matrices differ, so the signs of the columns may.
    assert_allclose(vectors[rows] @ vectors[rows].T, expected @ expected.T, atol=1e-4 * np.abs(expected).max() ** 2)


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (4, 4), (1, 1), (0, 3), (3, 0)])
def test_a_matrix_without_cells_gives_zeros(shape):
    empty = csr_array(shape, dtype=np.float32)
    for is_symmetric in {False, shape[0] == shape[1]}:
        assert_array_equal(spectral_start(empty, 4, 0, is_symmetric=is_symmetric), np.zeros((shape[0], 4)))


def test_one_row_has_one_number():
    counts = csr_array(np.array([[1.0, 2.0, 30.0, 0.0, 400.0]], dtype=np.float32))
    weight = 433.0
    expected = np.sqrt(np.linalg.norm(dense_ppmi(counts.toarray()))) * weight / (weight + RARE_WEIGHT)
    vectors = start(counts, 3)
    assert_allclose(np.abs(vectors), [[expected, 0, 0]], rtol=1e-5)


def test_one_column_tells_nothing():
    counts = csr_array(np.array([[1.0], [20.0], [300.0]], dtype=np.float32))
    assert_allclose(start(counts, 3), 0, atol=1e-3)  # roots of rounding errors
