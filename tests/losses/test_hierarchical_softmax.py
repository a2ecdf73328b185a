"""Huffman's tree against a slow one, and the hierarchical softmax in numbers."""

import heapq
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sklw2v.losses import HierarchicalSoftmax, paths_of


def least_total_length(counts):
    """Sum over words of count times code length in an optimal tree, by joining the two rarest nodes each time."""
    heap, total = list(counts), 0
    heapq.heapify(heap)
    while len(heap) > 1:
        joined = heapq.heappop(heap) + heapq.heappop(heap)
        total += joined
        heapq.heappush(heap, joined)
    return total


rng = np.random.default_rng(0)
COUNTS = {
    "two": [3, 1],
    "two of none": [0, 0],
    "three": [1, 5, 1],
    "ties": [2] * 11,
    "powers of two": [2**k for k in range(10)],
    "Fibonacci, the deepest": [1, 1, 2, 3, 5, 8, 13, 21, 34, 55],
    "words that do not occur": [5, 0, 3, 0, 0, 1, 0],
    "zipf": (1000 / np.arange(1, 101)).astype(int).tolist(),
    "any order": rng.integers(0, 50, size=200).tolist(),
    "with fractions": rng.integers(0, 400, size=60) / 4,
    "huge": [10**12, 1, 10**9, 3],
}
each_count = pytest.mark.parametrize("counts", COUNTS.values(), ids=COUNTS)


@each_count
def test_paths_are_as_short_as_those_of_the_slow_tree(counts):
    counts = np.array(counts)
    lengths = np.diff(HierarchicalSoftmax().paths(counts).indptr)
    assert lengths @ counts == least_total_length(counts.tolist())


@each_count
def test_codes_fill_the_tree_and_none_begins_another(counts):
    paths = HierarchicalSoftmax().paths(np.array(counts))
    lengths = np.diff(paths.indptr)
    assert sum(Fraction(1, 2 ** int(length)) for length in lengths) == 1  # Kraft
    codes = [tuple(paths.data[paths.indptr[w] : paths.indptr[w + 1]]) for w in range(len(counts))]
    ordered = sorted(codes)
    for code, following in pairwise(ordered):
        assert following[: len(code)] != code


@each_count
def test_paths_go_down_from_the_root_by_nodes_whose_counts_fall(counts):
    counts = np.array(counts)
    paths = HierarchicalSoftmax().paths(counts)
    assert paths.shape == (len(counts), len(counts) - 1)
    assert paths.dtype == np.float32
    assert set(paths.data) == {-1.0, 1.0}
    dense = paths.toarray()
    assert dense[:, 0].all()  # everyone turns at the root
    assert (np.diff(np.abs(dense).T @ counts) <= 0).all()
    # Two words that meet at a node have the same way down to it.
    prefixes = {}
    for word in range(len(counts)):
        way = []
        indices = paths.indices[paths.indptr[word] : paths.indptr[word + 1]]
        assert (np.diff(indices) > 0).all()
        for node in indices:
            assert prefixes.setdefault(node, tuple(way)) == tuple(way)
            way.append((node, dense[word, node]))
    both_sides = (dense > 0).any(axis=0) & (dense < 0).any(axis=0)
    assert both_sides.all()


def test_ties_are_broken_the_same_way_each_time_and_keep_the_tree_flat():
    first, second = (HierarchicalSoftmax().paths(np.array([1] * 8)).toarray() for _ in range(2))
    assert_array_equal(first, second)
    assert (np.abs(first).sum(axis=1) == 3).all()
    # Leaves are joined before inner nodes of the same count: lengths 2, 2, 2, 2 and not 1, 2, 3, 3.
    lengths = np.diff(HierarchicalSoftmax().paths(np.array([2, 1, 1, 2])).indptr)
    assert_array_equal(np.sort(lengths), [2, 2, 2, 2])


def test_later_words_of_equal_counts_stand_deeper():
    lengths = np.diff(HierarchicalSoftmax().paths(np.array([1, 1, 1])).indptr)
    assert_array_equal(lengths, [1, 2, 2])


def test_lists_of_counts_will_do():
    assert_array_equal(HierarchicalSoftmax().paths([1, 2]).toarray(), [[-1], [1]])


def test_a_single_word_has_no_turn_and_so_probability_1():
    for count in (0, 7):
        paths = paths_of(HierarchicalSoftmax(), np.array([count]))
        assert paths.shape == (1, 1)
        assert paths.nnz == 0
    loss, to_center, to_nodes = HierarchicalSoftmax().loss_and_gradients([2.0], 0, [[3.0]], paths)
    assert loss == 0
    assert_array_equal(to_center, [0])
    assert_array_equal(to_nodes, [[0]])


def test_loss_of_one_pair_is_that_of_the_turns_by_hand():
    paths = HierarchicalSoftmax().paths(np.array([4, 2, 1]))  # words: right; left and right; left and left
    nodes = np.array(
        [
            [np.log(3.0), 9.0],
            [-np.log(3.0), 1.0],
        ]
    )  # go right with probability 3/4 and 1/4
    expected = {0: np.log(4 / 3), 1: np.log(4) + np.log(4), 2: np.log(4) + np.log(4 / 3)}
    for word, value in expected.items():
        loss, to_center, to_nodes = HierarchicalSoftmax().loss_and_gradients([1.0, 0.0], word, nodes, paths)
        assert_allclose(loss, value)
        slopes = {0: [-0.25, 0.0], 1: [0.75, -0.75], 2: [0.75, 0.25]}[word]
        assert_allclose(to_nodes, np.outer(slopes, [1.0, 0.0]), atol=1e-15)
        assert_allclose(to_center, slopes @ nodes)


@each_count
def test_probabilities_of_the_words_sum_to_1(counts):
    counts = np.array(counts)
    paths = HierarchicalSoftmax().paths(counts)
    generator = np.random.default_rng(1)
    center, nodes = generator.standard_normal(3), generator.standard_normal((len(counts) - 1, 3))
    losses = [HierarchicalSoftmax().loss_and_gradients(center, w, nodes, paths)[0] for w in range(len(counts))]
    assert_allclose(np.exp(-np.array(losses)).sum(), 1)


@pytest.mark.parametrize(
    ("outside", "nodes", "paths", "message"),
    [
        (3, [[1.0], [1.0]], [[1, 0], [-1, 1], [-1, -1]], r"outside must be an integer in 0\.\.2; got 3"),
        (0, [[1.0]], [[1, 0], [-1, 1], [-1, -1]], "context_vectors must have a row for each of the 2 outputs .* got 1"),
        (0, [[1.0]], [[2], [-1]], "paths must hold 1 and -1"),
        (0, [[1.0]], [[0.5], [-1]], "paths must hold 1 and -1"),
        (0, [[1.0]], "right", "paths must be a sparse matrix of shape .* got str"),
        (0, [1.0], [[1], [-1]], r"context_vectors must be real numbers of shape \(m, d\)"),
    ],
)
def test_wrong_arguments_are_named(outside, nodes, paths, message):
    with pytest.raises(ValueError, match=message):
        HierarchicalSoftmax().loss_and_gradients([1.0], outside, nodes, paths)
