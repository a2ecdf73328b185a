"""Tables of losses follow them, as compiled code reads them."""

import numpy as np
import pytest
from numba import njit
from numpy.testing import assert_allclose

from sklw2v.losses import TABLE_RANGE, TABLE_SIZE, NegativeSampling, interpolate, tabulate
from tests.losses.examples import Squared

STEP = 2 * TABLE_RANGE / TABLE_SIZE


@njit
def read(table, scores):
    """Gradients and values of a table at some scores, (2, n)."""
    result = np.empty((2, len(scores)), dtype=np.float32)
    for i in range(len(scores)):
        result[0, i], result[1, i] = interpolate(table, scores[i])
    return result


def at(function, scores):
    return read(tabulate(function), np.asarray(scores, dtype=np.float32)).astype(np.float64)


@pytest.mark.kernels
@pytest.mark.parametrize("method", ["positive", "negative"])
def test_a_table_follows_the_loss_and_goes_on_beyond_its_ends(method):
    function = getattr(NegativeSampling(), method)
    scores = np.linspace(-16, 16, 100_003).astype(np.float32)
    gradients, values = at(function, scores)
    assert_allclose(values, function(scores)[0], atol=1e-4)
    assert_allclose(gradients, function(scores)[1], atol=2e-5)
    scores = np.array([-200.0, -50.0, -17.0, 17.0, 50.0, 200.0])
    gradients, values = at(function, scores)
    assert_allclose(values, function(scores)[0], atol=4e-3)
    assert_allclose(gradients, function(scores)[1], atol=1e-4)


@pytest.mark.kernels
@pytest.mark.parametrize("method", ["positive", "negative"])
def test_a_squared_loss_is_followed_exactly_however_far(method):
    function = getattr(Squared(), method)
    scores = np.linspace(-60, 60, 4001)
    gradients, values = at(function, scores)
    assert_allclose(gradients, function(scores)[1], rtol=1e-5, atol=1e-5)
    assert_allclose(values, function(scores)[0], rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("method", ["positive", "negative"])
def test_values_are_the_integral_of_the_gradients(method):
    table = tabulate(getattr(NegativeSampling(), method)).astype(np.float64)
    scores = np.linspace(-18, 18, 721)
    ahead, behind = scores + 1e-4, scores - 1e-4
    pieces = ((np.stack([scores, ahead, behind]) + TABLE_RANGE) / STEP).astype(int).clip(0, TABLE_SIZE - 1)
    within = (pieces == pieces[0]).all(axis=0)
    height, slope, constant, _ = table.reshape(TABLE_SIZE, 4)[pieces[0]].T

    def value(points):
        return constant + height * points + slope * points**2 / 2

    rises = (value(ahead) - value(behind)) / 2e-4
    assert within.sum() > 300
    assert_allclose(rises[within], (height + slope * scores)[within], atol=1e-8)


@pytest.mark.parametrize("method", ["positive", "negative"])
def test_neither_values_nor_gradients_jump_from_piece_to_piece(method):
    table = tabulate(getattr(NegativeSampling(), method)).astype(np.float64).reshape(TABLE_SIZE, 4)
    points = -TABLE_RANGE + STEP * np.arange(1, TABLE_SIZE)
    (height, slope, constant, _), (next_height, next_slope, next_constant, _) = table[:-1].T, table[1:].T
    assert_allclose(height + slope * points, next_height + next_slope * points, atol=1e-6)
    values = constant + height * points + slope * points**2 / 2
    next_values = next_constant + next_height * points + next_slope * points**2 / 2
    assert_allclose(values, next_values, atol=4e-6)


def test_the_last_piece_serves_what_is_not_finite():
    table = tabulate(NegativeSampling().negative)
    gradients, values = read(table, np.array([3e38, -3e38], dtype=np.float32))
    assert np.isfinite(gradients[1])
    assert gradients[0] > 0
    assert values[0] > 0


def test_a_function_that_does_not_return_two_arrays_is_named():
    class Half(Squared):
        def positive(self, scores):
            return scores

    with pytest.raises(ValueError, match=r"Half\.positive is to return two arrays of the shape of the scores"):
        tabulate(Half().positive)
