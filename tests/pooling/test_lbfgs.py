"""L-BFGS for several functions at once, against exact minima and scipy's."""

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import rosen, rosen_der

from sklw2v.pooling._lbfgs import _History, minimize


def quadratics(n, d, seed=0):
    """Convex quadratic functions, one a row: the function of all of them, their minima and curvatures."""
    rng = np.random.RandomState(seed)
    roots = rng.standard_normal((n, d, d))
    curvatures = roots @ roots.transpose(0, 2, 1) + 0.1 * np.eye(d)
    minima = rng.standard_normal((n, d))

    def function(points):
        gradients = np.einsum("nij,nj->ni", curvatures, points - minima)
        return 0.5 * ((points - minima) * gradients).sum(axis=1), gradients

    return function, minima, curvatures


def test_each_row_reaches_its_own_minimum():
    function, minima, curvatures = quadratics(7, 5)
    scale = 1 / np.einsum("nii->ni", curvatures)
    found = minimize(function, np.zeros((7, 5)), scale, np.ones(7, dtype=bool), 1e-9, 200)
    assert_allclose(found, minima, atol=1e-6)


def test_a_row_is_solved_alike_alone_and_in_company():
    function, _, _ = quadratics(7, 5)
    together = minimize(function, np.zeros((7, 5)), np.ones((7, 5)), np.ones(7, dtype=bool), 1e-6, 50)
    for row in range(7):
        alone = minimize(function, np.zeros((7, 5)), np.ones((7, 5)), np.arange(7) == row, 1e-6, 50)
        assert_array_equal(alone[row], together[row])
        assert not np.delete(alone, row, axis=0).any()


def test_steps_that_lead_too_far_are_halved_where_the_function_is_not_quadratic():
    n_calls = []

    def function(points):
        n_calls.append(len(points))
        return np.array([rosen(point) for point in points]), np.array([rosen_der(point) for point in points])

    starts = np.array([[-1.2, 1.0], [2.0, -1.0], [0.0, 0.0]])
    found = minimize(function, starts, np.ones((3, 2)), np.ones(3, dtype=bool), 1e-8, 200)
    assert_allclose(found, np.ones((3, 2)), atol=1e-5)
    values = []
    for max_iter in range(8):
        n_calls.clear()
        points = minimize(function, starts, np.ones((3, 2)), np.ones(3, dtype=bool), 1e-8, max_iter)
        values.append([rosen(point) for point in points])
        assert max_iter == 0 or len(n_calls) > max_iter + 1  # some step was halved
    assert (np.diff(values, axis=0) <= 1e-9).all()  # it never rises


def test_a_row_stops_at_its_tolerance_and_where_nothing_is_gained():
    function, _, _ = quadratics(1, 5)
    first = function(np.zeros((1, 5)))[1]
    coarse = minimize(function, np.zeros((1, 5)), np.ones((1, 5)), np.ones(1, dtype=bool), 0.1, 200)
    left = function(coarse)[1]
    assert 0 < np.linalg.norm(left) <= 0.1 * np.linalg.norm(first)

    def rising(points):  # its gradient promises a fall that no step brings
        return np.abs(points).sum(axis=1) + (points != 0).any(axis=1), -np.ones_like(points)

    stuck = minimize(rising, np.zeros((1, 2)), np.ones((1, 2)), np.ones(1, dtype=bool), 1e-6, 5)
    assert_array_equal(stuck, np.zeros((1, 2)))


def test_a_step_that_leads_too_far_is_halved_and_one_that_leads_nowhere_is_the_last():
    tried = []

    def rising(points):  # its gradient promises a fall that no step brings
        tried.append(points[0, 0])
        return np.abs(points).sum(axis=1) + (points != 0).any(axis=1), -np.ones_like(points)

    minimize(rising, np.zeros((1, 1)), np.ones((1, 1)), np.ones(1, dtype=bool), 1e-6, 5)
    n_halved = 1 + int(np.log2(1e9))
    assert_array_equal(tried, [0.0, *0.5 ** np.arange(n_halved), 0.0])


def test_the_last_six_steps_are_remembered():
    history = _History(np.ones((1, 2)))
    for number in range(1, 9):
        history.add(np.full((1, 2), 1.0 * number), np.full((1, 2), 10.0 * number))
    assert [step[0, 0] for step in history.steps] == [3, 4, 5, 6, 7, 8]
    assert [change[0, 0] for change in history.changes] == [30, 40, 50, 60, 70, 80]
    assert_allclose(np.ravel(history.inverses), [1 / (20 * n**2) for n in range(3, 9)])


def test_the_curvature_is_that_of_bfgs_updates_written_out():
    rng = np.random.RandomState(0)
    scale, gradients = rng.uniform(0.5, 2, size=(2, 4)), rng.standard_normal((2, 4))
    history, inverses = _History(scale), [np.diag(row) for row in scale]
    for _ in range(5):
        step = rng.standard_normal((2, 4))
        change = step * [1, 2, 3, 4]
        history.add(step, change)
        for row, (s, y) in enumerate(zip(step, change, strict=True)):
            left = np.eye(4) - np.outer(s, y) / (s @ y)
            inverses[row] = left @ inverses[row] @ left.T + np.outer(s, s) / (s @ y)
    expected = [inverse @ gradient for inverse, gradient in zip(inverses, gradients, strict=True)]
    assert_allclose(history.times_inverse_curvature(gradients), expected, rtol=1e-9, atol=1e-12)


def test_no_steps_are_taken_once_all_rows_have_reached_the_tolerance():
    function, n_calls = quadratics(7, 5)[0], []

    def counted(points):
        n_calls.append(1)
        return function(points)

    minimize(counted, np.zeros((7, 5)), np.ones((7, 5)), np.ones(7, dtype=bool), 0.999, 200)
    assert len(n_calls) < 20
