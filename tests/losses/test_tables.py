"""Tables of losses follow them."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sklw2v.losses import TABLE_RANGE, NegativeSampling, tabulate


@pytest.mark.parametrize("method", ["positive", "negative"])
def test_table_follows_the_loss_and_extends_it_linearly(method):
    function = getattr(NegativeSampling(), method)
    table = tabulate(function).astype(np.float64)
    scores = np.linspace(-16, 16, 100_003)
    values, gradients = read(table, scores)
    assert_allclose(values, function(scores)[0], atol=1e-4)
    assert_allclose(gradients, function(scores)[1], atol=1e-4)
    scores = np.array([-200.0, -50.0, -17.0, 17.0, 50.0, 200.0])
    values, gradients = read(table, scores)
    assert_allclose(values, function(scores)[0], atol=1e-3)
    assert_allclose(gradients, function(scores)[1], atol=1e-3)


def read(table, scores):
    """Value and gradient at some scores, as the kernel reads them."""
    points = (scores + TABLE_RANGE) * len(table) / (2 * TABLE_RANGE)
    gradient, gradient_slope, value, value_slope = table[np.clip(points.astype(int), 0, len(table) - 1)].T
    return value + scores * value_slope, gradient + scores * gradient_slope
