"""Factorised mutual information in numbers."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array

from sklw2v.losses import Cells, FactorisedPMI, cells_of
from tests.training.oracles import random_cooccurrence, unigram_noise

COUNTS = random_cooccurrence(9, seed=1, empty=[4])
NOISE = unigram_noise(COUNTS)
X = COUNTS.toarray().astype(np.float64)
SEEN = X > 0


def shifted_pmi(n_negatives):
    """``log(X / (K n P))`` of the seen cells."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(X / (n_negatives * X.sum(axis=1, keepdims=True) * NOISE))


def dense(cells, numbers):
    return csr_array((numbers, cells.weights.indices, cells.weights.indptr), shape=cells.weights.shape).toarray()


@pytest.mark.parametrize("n_negatives", [0.5, 1, 5])
def test_without_clipping_targets_are_the_shifted_information_of_seen_cells(n_negatives):
    cells = cells_of(FactorisedPMI(clipped=False), COUNTS, NOISE, n_negatives)
    assert_allclose(dense(cells, cells.cell_offsets)[SEEN], shifted_pmi(n_negatives)[SEEN], rtol=1e-6)
    assert_array_equal(cells.weights.toarray(), COUNTS.toarray())
    assert cells.noise is None
    assert cells.biases is None


@pytest.mark.parametrize("x_max", [None, 2.0])
@pytest.mark.parametrize("n_negatives", [0.5, 1, 5])
def test_clipped_targets_are_best_scores_in_spite_of_the_noise(n_negatives, x_max):
    cells = cells_of(FactorisedPMI(x_max=x_max, exponent=0.5), COUNTS, NOISE, n_negatives)
    weights = cells.weights.toarray().astype(np.float64)
    assert_allclose(weights, X if x_max is None else np.sqrt(np.minimum(1, X / 2.0)), rtol=1e-6)
    of_noise = n_negatives * weights.sum(axis=1, keepdims=True) * NOISE
    best = weights * dense(cells, cells.cell_offsets) / np.where(SEEN, weights + of_noise, 1)
    expected = np.where(SEEN, np.maximum(0, shifted_pmi(n_negatives)), 0)
    assert expected.max() > (0 if n_negatives == 5 else 0.5)
    assert_allclose(best, expected, rtol=1e-5, atol=1e-9)
    assert_array_equal(cells.noise, NOISE)


def test_cells_of_words_that_are_never_noise_weigh_nothing():
    noise = np.array([0.0, 1.0])
    counts = csr_array(np.array([[2.0, 3.0]], np.float32))
    for loss in (FactorisedPMI(), FactorisedPMI(clipped=False), FactorisedPMI(x_max=1.0)):
        cells = cells_of(loss, counts, noise, 1)
        assert (cells.weights.data > 0).tolist() == [False, True]
        assert np.isfinite(cells.cell_offsets).all()


def test_stored_zeros_weigh_nothing():
    counts = csr_array((np.array([2.0, 0.0], np.float32), [0, 1], [0, 2]), shape=(1, 2))
    cells = cells_of(FactorisedPMI(), counts, np.array([0.5, 0.5]), 1)
    assert cells.weights.data.tolist() == [2, 0]
    assert np.isfinite(cells.cell_offsets).all()


def test_one_pair_by_hand():
    contexts = np.array([[2.0], [1.0], [3.0]])
    loss, to_center, to_contexts = FactorisedPMI().loss_and_gradients([1.0], 0, contexts, [1, 1], target=1.5)
    assert_allclose(loss, 0.5**2 / 2 + 2 * 1 / 2)
    assert_allclose(to_contexts.ravel(), [0.5, 2.0, 0.0])
    assert_allclose(to_center, [0.5 * 2 + 2 * 1])


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match="target must be a finite number; got nan"):
        FactorisedPMI().loss_and_gradients([1.0], 0, [[1.0]], [0], np.nan)
    with pytest.raises(ValueError, match="compares pairs with a noise distribution; got cells without one"):
        FactorisedPMI().cells(Cells(COUNTS), 5)
    with pytest.raises(TypeError, match="clipped must be an instance of"):
        FactorisedPMI(clipped="no").check()
    with pytest.raises(ValueError, match="x_max == -1, must be > 0"):
        cells_of(FactorisedPMI(x_max=-1), COUNTS, NOISE, 5)
