"""Both sides of the scores made alike: the scores stay, and so does the frame."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sklw2v.training._balance import BLOCK_ROWS, balanced


def unlike(n_rows, n_outputs, n_components, seed=0):
    """Vectors whose components are correlated, of other lengths on either side."""
    rng = np.random.RandomState(seed)
    mixing = rng.normal(size=(n_components, n_components))
    centers = rng.normal(size=(n_rows, n_components)) @ mixing
    contexts = 5.0 * rng.normal(size=(n_outputs, n_components)) * np.geomspace(1, 30, n_components)
    return centers.astype(np.float32), contexts.astype(np.float32)


@pytest.mark.parametrize(
    "shape", [(40, 40, 7), (BLOCK_ROWS + 30, 50, 4), (3, 40, 7), (40, 2, 7), (3, 3, 130), (1, 1, 1)]
)
def test_scores_stay_and_both_sides_get_the_same_squares(shape):
    centers, contexts = unlike(*shape)
    given = centers.copy(), contexts.copy()
    new_centers, new_contexts = balanced(centers, contexts)
    assert_array_equal(centers, given[0])
    assert_array_equal(contexts, given[1])
    assert new_centers.dtype == new_contexts.dtype == np.float32
    scores = centers.astype(np.float64) @ contexts.T.astype(np.float64)
    assert_allclose(new_centers @ new_contexts.T, scores, atol=2e-4 * np.abs(scores).max())
    if min(shape[:2]) >= shape[2]:
        assert_allclose(
            new_centers.T @ new_centers, new_contexts.T @ new_contexts, atol=1e-4 * (new_centers**2).sum(dtype=float)
        )


def test_the_frame_is_kept_what_is_balanced_stays_and_a_turned_frame_gives_turned_vectors():
    centers, contexts = unlike(60, 50, 5)
    new_centers, new_contexts = balanced(centers, contexts)
    change = np.linalg.lstsq(centers.astype(np.float64), new_centers, rcond=None)[0]
    assert_allclose(change, change.T, atol=1e-4)
    assert np.linalg.eigvalsh(change).min() > 0
    for again, once in zip(balanced(new_centers, new_contexts), (new_centers, new_contexts), strict=True):
        assert_allclose(again, once, atol=1e-3)
    turn = np.linalg.qr(np.random.RandomState(1).normal(size=(5, 5)))[0].astype(np.float32)
    for turned, once in zip(balanced(centers @ turn, contexts @ turn), (new_centers, new_contexts), strict=True):
        assert_allclose(turned, once @ turn, atol=2e-3)


@pytest.mark.parametrize("side", [0, 1])
def test_where_all_scores_are_0_nothing_changes(side):
    vectors = list(unlike(6, 5, 3))
    vectors[side][:] = 0
    for new, old in zip(balanced(*vectors), vectors, strict=True):
        assert_array_equal(new, old)
        assert new is not old
