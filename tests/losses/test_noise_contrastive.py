"""Noise-contrastive estimation in numbers."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array

from sklw2v.losses import Cells, NegativeSampling, NoiseContrastive, cells_of

COUNTS = csr_array(np.array([[1.0, 3.0, 0.0], [0.0, 0.0, 0.0]], dtype=np.float32))


def test_scores_are_judged_less_the_logarithm_of_expected_noise():
    noise = np.array([0.5, 0.5, 0.0])
    cells = cells_of(NoiseContrastive(), COUNTS, noise, 4)
    assert_allclose(np.exp(cells.offsets), [2, 2, 1])
    assert_array_equal(cells.weights.toarray(), COUNTS.toarray())
    assert_array_equal(cells.noise, noise)
    assert cells.labels is None
    assert cells.cell_offsets is None


def test_a_model_that_knows_nothing_predicts_noise():
    rows, outputs = cells_of(NoiseContrastive(), COUNTS, np.array([0.7, 0.3, 0.0]), 4).biases
    assert_array_equal(rows, [0, 0])
    assert_allclose(np.exp(outputs), [0.7, 0.3, 1.0])


def test_words_that_are_never_noise_have_no_probability():
    assert_array_equal(NoiseContrastive().log_reference(np.array([0.7, 0.3, 0.0])), [0, 0, -np.inf])


def test_without_noise_there_is_nothing_to_contrast():
    with pytest.raises(ValueError, match="compares true pairs with noise; got cells without a noise"):
        NoiseContrastive().cells(Cells(COUNTS), 5)


def test_one_pair_by_hand():
    # K P_n is 2 * (1/4) = 1/2 and 2 * (3/4) = 3/2; exp(score) is 3/2 and 3/2, so the ratios are 3 and 1.
    contexts = np.array([[np.log(1.5)], [np.log(1.5)]])
    loss, to_center, to_contexts = NoiseContrastive().loss_and_gradients([1.0], 0, contexts, [1, 0], [0.25, 0.75])
    assert_allclose(loss, np.log(4 / 3) + np.log(2) + np.log(4))
    assert_allclose(to_contexts.ravel(), [-0.25 + 0.75, 0.5])
    assert_allclose(to_center, to_contexts.sum() * contexts[0])


def test_where_noise_is_expected_once_it_is_negative_sampling():
    rng = np.random.default_rng(0)
    center, contexts, negatives = rng.standard_normal(3), rng.standard_normal((4, 3)), [1, 3, 3, 0]
    expected = NegativeSampling().loss_and_gradients(center, 2, contexts, negatives)
    got = NoiseContrastive().loss_and_gradients(center, 2, contexts, negatives, np.full(4, 0.25))
    for part, other in zip(got, expected, strict=True):
        assert_allclose(part, other)


@pytest.mark.parametrize(
    ("negatives", "noise", "message"),
    [
        ([1], [0.5, 0.3, 0.2], r"noise must have shape \(2,\)"),
        ([1], [1.0, 0.0], "noise must be above 0 for outside and for one or more negatives; got 0.0 and 1 negatives"),
        ([], [0.5, 0.5], "one or more negatives; got 0.5 and 0 negatives"),
    ],
)
def test_wrong_noise_is_named(negatives, noise, message):
    with pytest.raises(ValueError, match=message):
        NoiseContrastive().loss_and_gradients([1.0], 0, np.ones((2, 1)), np.array(negatives, int), noise)
