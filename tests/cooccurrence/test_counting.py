"""Windowed counts: against nested loops, against a sparse product, and exact to the last unit."""

from fractions import Fraction
from functools import reduce
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array

from sklw2v.cooccurrence import expected_cooccurrence, window_units
from sklw2v.cooccurrence._counting import N_BLOCKS, _cut_rows, _lay_out
from tests.cooccurrence.corpora import (
    N_WORDS,
    WEIGHTS,
    as_tokens,
    assert_same_bits,
    count,
    documents_of_words,
    names,
    random_documents,
    windows,
)
from tests.cooccurrence.oracles import window_counts, windowed_product


@pytest.mark.kernels
@settings(deadline=None, max_examples=150)
@given(documents_of_words, windows, names)
def test_counts_equal_nested_loops(documents, window, name):
    units, scale = window_units(window, name)
    counts = count(documents, units)
    expected = window_counts(documents, N_WORDS, window, lambda distance: WEIGHTS[name](distance, window))
    assert (counts.toarray() == expected * scale).all()


@settings(deadline=None, max_examples=150)
@given(documents_of_words, windows, names)
def test_counts_equal_the_sparse_product(documents, window, name):
    units, _ = window_units(window, name)
    assert_array_equal(count(documents, units).toarray(), windowed_product(documents, N_WORDS, units).toarray())


@pytest.mark.parametrize("name", sorted(WEIGHTS))
@pytest.mark.parametrize("window", [7, 20, 21, 40])
def test_wide_windows_equal_nested_loops(window, name):
    documents = [*random_documents(6, N_WORDS, seed=window, length=100), list(range(N_WORDS)) * 13, [2], []]
    assert max(map(len, documents)) > 2 * window
    units, scale = window_units(window, name)
    expected = window_counts(documents, N_WORDS, window, lambda distance: exact_weight(name, distance, window))
    counts = count(documents, units).toarray()
    assert (counts == expected * scale).all()
    for distance in range(1, window + 2):  # each by itself
        found = count([[0, *[1] * (distance - 1), 2]], units)[0, 2]
        assert found == (exact_weight(name, distance, window) * scale if distance <= window else 0)


def exact_weight(name, distance, window):
    """The weight of a pair as a fraction; harmonic ones of windows above 20 are rounded to a multiple of 2**-26."""
    weight = WEIGHTS[name](distance, window)
    return Fraction(round(2**26 * weight), 2**26) if name == "harmonic" and window > 20 else weight


@settings(deadline=None)
@given(documents_of_words, windows, names)
def test_counts_are_symmetric_sorted_and_without_zeros(documents, window, name):
    counts = count(documents, window_units(window, name)[0])
    assert isinstance(counts, csr_array)
    assert counts.dtype == np.int64
    assert counts.shape == (N_WORDS, N_WORDS)
    assert_same_bits(counts, counts.T.tocsr())
    assert (counts.data > 0).all()
    for row in range(N_WORDS):
        assert (np.diff(counts.indices[counts.indptr[row] : counts.indptr[row + 1]]) > 0).all()


def test_many_words_are_counted_and_sorted():
    # Rows are gathered through a bitmap of 64 x 64 bits: here they cross its borders, and blocks of rows as well.
    n_words = 9000
    documents = random_documents(300, n_words, seed=0, length=200)
    documents.append([0, 63, 64, 4095, 4096, 4097, 8191, 8192, 8999])
    units, _ = window_units(5, "linear")
    counts = count(documents, units, n_words=n_words)
    assert_same_bits(counts, counts.T.tocsr())
    assert counts.has_sorted_indices
    cells = {}
    for document in documents:
        for i, center in enumerate(document):
            for distance in range(1, 6):
                if i + distance < len(document):
                    for pair in ((center, document[i + distance]), (document[i + distance], center)):
                        cells[pair] = cells.get(pair, 0) + 6 - distance
    rows, columns = counts.nonzero()
    assert dict(zip(zip(rows.tolist(), columns.tolist(), strict=True), counts.data.tolist(), strict=True)) == cells


def test_a_word_beside_itself_counts_for_both_positions():
    assert count([[3, 3]], np.array([1])).toarray()[3, 3] == 2
    assert count([[3, 1, 3]], np.array([2, 1])).toarray()[3, 3] == 2


def test_windows_end_where_documents_end():
    counts = count([[0, 1], [2], [], [3, 4]], np.array([1, 1, 1, 1])).toarray()
    assert_array_equal(np.argwhere(counts), [[0, 1], [1, 0], [3, 4], [4, 3]])


@pytest.mark.parametrize("documents", [[], [[]], [[], [1], [], [2]]])
def test_documents_without_pairs_give_an_empty_matrix(documents):
    counts = count(documents, np.array([1, 1]))
    assert counts.shape == (N_WORDS, N_WORDS)
    assert counts.nnz == 0


@settings(deadline=None)
@given(documents_of_words, windows, names, st.lists(st.integers(0, 6), max_size=3), st.randoms(use_true_random=False))
def test_shards_add_up_to_the_whole_in_any_order(documents, window, name, cuts, random):
    units, _ = window_units(window, name)
    cuts = sorted(min(cut, len(documents)) for cut in cuts)
    bounds = [0, *cuts, len(documents)]
    shards = [count(documents[low:high], units) for low, high in pairwise(bounds)]
    random.shuffle(shards)
    total = reduce(lambda a, b: a + b, shards)
    total.sort_indices()
    whole = count(documents, units)
    assert_same_bits(total, whole)
    keep = np.linspace(0.1, 1.0, N_WORDS)
    assert_same_bits(expected_cooccurrence(total, 60, keep), expected_cooccurrence(whole, 60, keep))


@settings(deadline=None)
@given(st.lists(st.tuples(st.lists(st.integers(0, N_WORDS - 1), max_size=8), st.integers(0, 3)), max_size=6), windows)
def test_a_whole_weight_is_the_document_repeated(weighted_documents, window):
    units, _ = window_units(window, "linear")
    documents = [document for document, _ in weighted_documents]
    weights = np.array([weight for _, weight in weighted_documents], dtype=np.float64)
    repeated = [document for document, weight in weighted_documents for _ in range(weight)]
    assert_same_bits(count(documents, units, weights), count(repeated, units))


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.lists(st.integers(0, N_WORDS - 1), max_size=8), st.sampled_from([0.0, 0.1, 0.75, 2.0])),
        min_size=1,
        max_size=6,
    )
)
def test_fractional_weights_multiply_counts(weighted_documents):
    documents, weights = zip(*weighted_documents, strict=True)
    units, _ = window_units(3, "linear")
    counts = count(documents, units, np.array(weights))
    expected = window_counts(documents, N_WORDS, 3, lambda distance: 4 - distance, weights)
    assert_allclose(counts.toarray(), expected, rtol=1e-14)
    assert_array_equal(counts.toarray() > 0, expected > 0)
    assert (counts.data > 0).all()


@pytest.mark.kernels
def test_a_document_of_weight_zero_is_absent():
    counts = count([[0, 1], [2, 3]], np.array([1]), np.array([0.0, 0.5]))
    assert_array_equal(np.argwhere(counts.toarray()), [[2, 3], [3, 2]])
    assert counts.nnz == 2


@pytest.mark.parametrize("weighted", [False, True])
def test_threads_do_not_change_a_bit(weighted):
    documents = random_documents(400, 3000, seed=1, length=300)
    weights = np.random.RandomState(2).uniform(0, 2, size=len(documents)) if weighted else None
    units, _ = window_units(5, "harmonic")
    one, two, four = (count(documents, units, weights, n_jobs, n_words=3000) for n_jobs in (1, 2, 4))
    assert_same_bits(two, one)
    assert_same_bits(four, one)


def test_rows_are_cut_into_blocks_of_about_equal_work():
    limits = np.repeat([20_000, 5_000], [500, 2000])  # cells of each row: half of them in a fifth of the rows
    cuts = _cut_rows(limits)
    cells = np.add.reduceat(limits, cuts[:-1])
    assert (cuts[0], cuts[-1]) == (0, len(limits))
    assert N_BLOCKS <= len(cells) <= N_BLOCKS + 1
    assert_allclose(cells[:-1], limits.sum() / N_BLOCKS, rtol=0.1)
    assert_array_equal(_cut_rows(limits[:3]), [0, 3])


@pytest.mark.parametrize("weights", [[2], [2, 3, 5]])
def test_the_kernel_reads_words_between_marks_in_four_bytes_each(weights):
    text, text_weights, starts, positions = _lay_out(as_tokens([[1, 0], [], [1]]), 2, np.array(weights))
    assert_array_equal(text, [2, 1, 0, 2, 2, 1, 2])
    inside = text < 2
    assert_array_equal(text_weights[inside], [weights[0], weights[0], weights[-1]])
    assert_array_equal(starts, [0, 1, 3])
    assert_array_equal(positions, [2, 1, 5])
    assert text.dtype == positions.dtype == np.int32


def test_counts_beyond_the_integers_of_float32_are_exact():
    # 2**24 + 1 is the first integer that float32 lacks; a constant text meets itself on both sides.
    heavy = 2**24 + 1
    assert count([[0, 0]], np.array([1]), np.array([heavy])).toarray()[0, 0] == 2 * heavy
    huge = 2**52 + 1
    counts = count([[0, 1], [0, 1, 1]], np.array([2, 1]), np.array([huge, 1])).toarray()
    assert counts[0, 1] == 2 * huge + 3
    assert counts[1, 0] == counts[0, 1]


def test_a_count_that_may_not_fit_is_an_error():
    units = np.array([1])
    assert count([[0, 0]], units, np.array([2.0**60])).toarray()[0, 0] == 2**61
    for weight in (2.0**62, 1e300):
        with pytest.raises(OverflowError, match=r"window: 2 tokens .*smaller sample_weight"):
            count([[0, 0]], units, np.array([weight]))
    with pytest.raises(OverflowError, match="smaller window"):
        count([[0, 0]], np.array([2**61]))
