"""What a loss makes of a co-occurrence: turns against a dense oracle, and what is no such thing."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array

from sklw2v.losses import Cells, HierarchicalSoftmax, NegativeSampling, cells_of, paths_of
from sklw2v.losses._cells import turns
from tests.losses.examples import BalancedTree, BareTree, Squared, SquareRoots, balanced_paths
from tests.training.oracles import random_cooccurrence

COUNTS = csr_array(np.array([[1.0, 0.0, 3.0], [0.0, 0.0, 0.0]], dtype=np.float32))
NOISE = np.array([0.5, 0.2, 0.3])


def dense_turns(counts, paths):
    """Turns right and left at each output, by a loop over pairs of words."""
    right, left = np.zeros((2, counts.shape[0], paths.shape[1]))
    for c, o in zip(*np.nonzero(counts), strict=True):
        for output in np.flatnonzero(paths[o]):
            (right if paths[o, output] > 0 else left)[c, output] += counts[c, o]
    return right, left


@pytest.mark.kernels
@pytest.mark.parametrize("n_rows", [23, 5, 60])
@pytest.mark.parametrize("paths_of_words", [HierarchicalSoftmax().paths, BalancedTree().paths])
def test_turns_are_counted_as_a_loop_counts_them(n_rows, paths_of_words):
    counts = random_cooccurrence(60, seed=3, empty=[2, 7])[:n_rows, :23]
    paths = paths_of_words(counts.sum(axis=0))
    cells = turns(counts, paths)
    right, left = dense_turns(counts.toarray(), paths.toarray())
    assert cells.weights.dtype == np.float32
    assert_allclose(cells.weights.toarray(), right + left, rtol=1e-5)
    weights = cells.weights.toarray()[cells.weights.toarray() > 0]
    labels = csr_array((cells.labels, cells.weights.indices, cells.weights.indptr), shape=cells.weights.shape)
    assert_allclose((labels.toarray() * (right + left)), right, rtol=1e-5, atol=1e-6)
    assert len(weights) == cells.weights.nnz == len(cells.labels)
    assert ((cells.labels >= 0) & (cells.labels <= 1)).all()
    assert cells.noise is None


@pytest.mark.kernels
def test_stored_zeros_turn_nowhere():
    counts = csr_array((np.array([0.0, 2.0], np.float32), [0, 1], [0, 1, 2]), shape=(2, 2))
    cells = turns(counts, csr_array([[1.0], [-1.0]]))
    assert cells.weights.data.tolist() == [2]
    assert cells.labels.tolist() == [0]


def test_threads_count_the_same_turns():
    counts, paths = random_cooccurrence(200, seed=1, density=0.1), HierarchicalSoftmax().paths(np.arange(200))
    one, two = (turns(counts, paths, n_jobs) for n_jobs in (1, 2))
    for name in ("data", "indices", "indptr"):
        assert_array_equal(getattr(one.weights, name), getattr(two.weights, name))
    assert_array_equal(one.labels, two.labels)


def test_a_loss_that_says_nothing_trains_on_counts_and_noise():
    for loss in (Squared(), NegativeSampling()):
        cells = cells_of(loss, COUNTS, NOISE, 5)
        assert_array_equal(cells.weights.toarray(), COUNTS.toarray())
        assert cells.noise is NOISE
        assert cells.labels is cells.cell_offsets is cells.offsets is cells.biases is None
        assert paths_of(loss, np.array([1, 2])) is None


def test_a_users_cells_and_paths_need_no_base_class():
    cells = cells_of(SquareRoots(), COUNTS, NOISE, 5)
    assert_allclose(cells.weights.toarray(), np.sqrt(COUNTS.toarray()))
    assert_array_equal(paths_of(BareTree(), np.ones(5)).toarray(), balanced_paths(5).toarray())


def test_weights_in_double_precision_are_taken():
    class Doubles(Squared):
        def cells(self, cells, n_negatives):
            return cells._replace(weights=cells.weights.astype(np.float64))

    assert cells_of(Doubles(), COUNTS, NOISE, 5).weights.dtype == np.float32


def weights(data, shape=(2, 3)):
    return csr_array((np.array(data), [0, 2], [0, 2, 2]), shape=shape)


FAULTS = [
    (None, "Cells that it was given, or others; got NoneType"),
    (COUNTS, "Cells that it was given, or others; got csr_array"),
    ({"weights": COUNTS.toarray()}, r"weights as a csr_array of shape \(2, 3\); got ndarray"),
    ({"weights": COUNTS.tocsc()}, "weights as a csr_array"),
    ({"weights": COUNTS[:1]}, r"weights as a csr_array of shape \(2, 3\); got csr_array \(1, 3\)"),
    ({"weights": weights([1.0, -2.0])}, "weights of at least 0; got -2.0"),
    ({"weights": weights([1.0, np.nan])}, "finite weights.data; got nan"),
    ({"labels": np.ones(3)}, r"labels as an array of shape \(2,\); got \(3,\)"),
    ({"labels": [1.0, 0.5]}, r"labels as an array of shape \(2,\)"),
    ({"labels": np.array([0.5, 1.5])}, "labels from 0 to 1; got 1.5"),
    ({"labels": np.array([-0.5, 1.0])}, "labels from 0 to 1; got -0.5"),
    ({"cell_offsets": np.array([0.0, np.inf])}, "finite cell_offsets; got inf"),
    ({"cell_offsets": np.zeros(3)}, r"cell_offsets as an array of shape \(2,\)"),
    ({"offsets": np.zeros(2)}, r"offsets as an array of shape \(3,\)"),
    ({"offsets": np.full(3, -np.inf)}, "finite offsets; got -inf"),
    ({"noise": np.array([1.5, -0.5, 0.0])}, "noise of at least 0 that sums to 1; got 1.0, least -0.5"),
    ({"noise": np.ones(3)}, "noise of at least 0 that sums to 1; got 3.0"),
    ({"biases": np.zeros((2, 3))}, "biases as a tuple of two arrays; got ndarray"),
    ({"biases": (np.zeros(2),)}, "biases as a tuple of two arrays"),
    ({"biases": (np.zeros(3), np.zeros(3))}, r"biases\[0\] as an array of shape \(2,\)"),
    ({"biases": (np.zeros(2), np.zeros(2))}, r"biases\[1\] as an array of shape \(3,\)"),
    ({"biases": (np.zeros(2), np.full(3, np.nan))}, r"finite biases\[1\]; got nan"),
]


@pytest.mark.parametrize(("change", "message"), FAULTS, ids=[message[:30] for _, message in FAULTS])
def test_what_is_not_cells_is_an_error_that_says_so(change, message):
    class Faulty(Squared):
        def cells(self, cells, n_negatives):
            return cells._replace(**change) if isinstance(change, dict) else change

    with pytest.raises(ValueError, match=rf"loss: Faulty\.cells must return .*{message}"):
        cells_of(Faulty(), COUNTS, NOISE, 5)


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        (object(), "is to return a sparse matrix"),
        (np.ones((2, 1)), r"a row for each of 3 words, with 1 output or more; got shape \(2, 1\)"),
        (csr_array((3, 0)), r"with 1 output or more; got shape \(3, 0\)"),
        (csr_array([[1.0], [-1.0], [0.0]]), "is to give each word a path; got none for the word in row 2"),
        (np.array([[1.0], [-1.0], [0.5]]), "is to hold 1 for a true output and -1 for a false one"),
    ],
)
def test_what_is_not_paths_is_an_error_that_says_so(paths, message):
    class Faulty(Squared):
        def paths(self, word_counts):
            return paths

    with pytest.raises(ValueError, match=rf"loss: Faulty\.paths {message}|loss: Faulty.paths is .*{message}"):
        paths_of(Faulty(), np.array([3, 2, 1]))


def test_cells_hold_what_they_are_given():
    assert Cells(COUNTS) == (COUNTS, None, None, None, None, None)
