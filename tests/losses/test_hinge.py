"""Losses with a margin in numbers."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import minimize_scalar
from sklearn.linear_model import SGDClassifier

from sklw2v.losses import Hinge, SquaredHinge

SCORES = np.array([-1000.0, -3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 1000.0])


def test_hinge_by_hand():
    values, gradients = Hinge().positive(SCORES)
    assert_array_equal(values, [1001, 4, 2, 1.5, 1, 0.5, 0, 0, 0])
    assert_array_equal(gradients, [-1, -1, -1, -1, -1, -1, 0, 0, 0])
    values, gradients = Hinge().negative(SCORES)
    assert_array_equal(values, [0, 0, 0, 0.5, 1, 1.5, 2, 4, 1001])
    assert_array_equal(gradients, [0, 0, 0, 1, 1, 1, 1, 1, 1])


def test_squared_hinge_by_hand():
    values, gradients = SquaredHinge().positive(SCORES)
    assert_array_equal(values, [1001**2, 16, 4, 2.25, 1, 0.25, 0, 0, 0])
    assert_array_equal(gradients, [-2002, -8, -4, -3, -2, -1, 0, 0, 0])
    values, gradients = SquaredHinge().negative(SCORES)
    assert_array_equal(values, [0, 0, 0, 0.25, 1, 2.25, 4, 16, 1001**2])
    assert_array_equal(gradients, [0, 0, 0, 1, 2, 3, 4, 8, 2002])


@pytest.mark.parametrize(("loss", "name"), [(Hinge(), "hinge"), (SquaredHinge(), "squared_hinge")])
def test_factors_are_those_of_scikit_learn(loss, name):
    theirs = SGDClassifier(loss=name)
    theirs = theirs.loss_functions[name][0](*theirs.loss_functions[name][1:])
    for score in SCORES:
        assert_allclose(loss.positive(np.array([score]))[0][0], theirs.py_loss(1.0, score))
        assert_allclose(loss.negative(np.array([score]))[0][0], theirs.py_loss(-1.0, score))


@pytest.mark.parametrize("share", [0.1, 0.4, 0.6, 0.9])
def test_best_scores_are_those_that_the_docstrings_tell(share):
    best = {}
    for loss in (Hinge(), SquaredHinge()):

        def cost(x, loss=loss):
            x = np.array([x])
            return share * loss.positive(x)[0][0] + (1 - share) * loss.negative(x)[0][0]

        best[type(loss)] = minimize_scalar(cost, bounds=(-3, 3), method="bounded", options={"xatol": 1e-8}).x
    assert_allclose(best[Hinge], np.sign(share - 0.5), atol=1e-4)
    assert_allclose(best[SquaredHinge], 2 * share - 1, atol=1e-6)
