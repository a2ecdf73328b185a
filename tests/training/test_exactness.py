"""Each loss on a few words with as many components: the SGD arrives where the objective of `Cells` is least."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import minimize
from scipy.sparse import csr_array

from sklw2v.losses import (
    FactorisedPMI,
    GloVe,
    HierarchicalSoftmax,
    Hinge,
    NegativeSampling,
    NoiseContrastive,
    SquaredHinge,
    cells_of,
    paths_of,
)
from sklw2v.training import Problem, make_solver, train
from sklw2v.training.pairs._kernels import MAX_STEP, MAX_UPDATES
from tests.losses.examples import Brier, Doubtful, SquareRoots, name_of
from tests.training.oracles import random_cooccurrence

pytestmark = pytest.mark.slow  # left out with the lowest versions

RATE = 0.02


def make_problem(loss, cooccurrence, n_negatives=2, n_components=None, scale=0.3):
    counts = cooccurrence.sum(axis=0, dtype=np.float64)
    noise = counts**0.75 / (counts**0.75).sum()
    paths = paths_of(loss, counts)
    n_rows, n_words = cooccurrence.shape
    n_outputs = n_words if paths is None else paths.shape[1]
    rng = np.random.RandomState(1)
    shapes = [(size, n_components or max(n_rows, n_words)) for size in (n_rows, n_outputs)]
    start = (scale * rng.standard_normal(shape).astype(np.float32) for shape in shapes)
    return Problem(cooccurrence, *start, loss, noise, n_negatives, paths)


def trained_scores(problem, max_iter, learning_rate=RATE):
    """Scores (n, m) after training, biases included."""
    solver = make_solver(problem, learning_rate, np.random.RandomState(0))
    centers, contexts, _ = train(solver, learning_rate=learning_rate, max_iter=max_iter)
    return centers.astype(np.float64) @ contexts.T.astype(np.float64)


def objective(problem, scores):
    """The objective that `Cells` defines, and its gradient, at scores (n, m): loops over all cells and all noise."""
    cells = cells_of(problem.loss, problem.cooccurrence, problem.noise, problem.n_negatives, problem.paths)
    value, gradient = 0.0, np.zeros_like(scores)
    structure = cells.weights.tocoo()
    offsets = np.zeros(scores.shape[1]) if cells.offsets is None else cells.offsets

    def add(function, c, o, weight, offset):
        nonlocal value
        one, slope = function(np.array([scores[c, o] - offset]))
        value += weight * one[0]
        gradient[c, o] += weight * slope[0]

    for cell, (c, o, w) in enumerate(zip(structure.row, structure.col, structure.data.astype(float), strict=True)):
        label = 1.0 if cells.labels is None else float(cells.labels[cell])
        offset = offsets[o] + (0.0 if cells.cell_offsets is None else float(cells.cell_offsets[cell]))
        add(problem.loss.positive, c, o, w * label, offset)
        add(problem.loss.negative, c, o, w * (1 - label), offset)
    if cells.noise is not None:
        for c, weight in enumerate(cells.weights.sum(axis=1)):
            for q, probability in enumerate(cells.noise):
                add(problem.loss.negative, c, q, problem.n_negatives * weight * probability, offsets[q])
    return value, gradient


def best_scores(problem, shape):
    """Scores at which the objective is least, which are free at full rank; 0 where it does not depend on them."""

    def flat(point):
        value, gradient = objective(problem, point.reshape(shape))
        return value, gradient.ravel()

    found = minimize(flat, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"ftol": 1e-14, "gtol": 1e-8})
    return found.x.reshape(shape)


def small(n_words=6, n_rows=None, seed=0, empty=()):
    """A full co-occurrence without weights above the limit, so that the objective is that of `Cells` without one."""
    cooccurrence = random_cooccurrence(n_words, seed=seed, density=2, empty=empty)
    weights = np.minimum(cooccurrence.toarray(), 6)
    weights *= 0.9 * MAX_UPDATES * MAX_STEP / RATE / weights.max()
    return csr_array(weights[:n_rows])


LOSSES = [
    NegativeSampling(),
    HierarchicalSoftmax(),
    NoiseContrastive(),
    GloVe(),
    GloVe(x_max=4.0, exponent=0.5),
    SquaredHinge(),
    FactorisedPMI(),
    FactorisedPMI(clipped=False),
    FactorisedPMI(x_max=4.0),
    Brier(),
    Doubtful(),
    SquareRoots(),
]


def closed_form(problem):
    """The best scores in one line, for losses that have such a line; None for others."""
    counts = problem.cooccurrence.toarray().astype(np.float64)
    shares = counts / counts.sum(axis=1, keepdims=True)
    expected = problem.n_negatives * problem.noise
    of_shares = {
        NegativeSampling: lambda: np.log(shares / expected),
        Brier: lambda: np.log(shares / expected),
        NoiseContrastive: lambda: np.log(shares),
        GloVe: lambda: np.log(counts),
        Hinge: lambda: np.sign(shares - expected),
        SquaredHinge: lambda: (shares - expected) / (shares + expected),
        FactorisedPMI: lambda: np.maximum(np.log(shares / expected), 0 if problem.loss.clipped else -np.inf),
        SquareRoots: lambda: 1 + np.log1p(np.sqrt(counts)),
    }
    return of_shares[type(problem.loss)]() if type(problem.loss) in of_shares else None


RECTANGULAR = [(loss, 4) for loss in (HierarchicalSoftmax(), NoiseContrastive(), GloVe())]


@pytest.mark.parametrize("loss, n_rows", [(loss, 6) for loss in LOSSES] + RECTANGULAR, ids=name_of)
def test_the_sgd_arrives_at_the_least_objective(loss, n_rows):
    problem = make_problem(loss, small(n_rows=n_rows), n_negatives=1)
    start = problem.centers.astype(float) @ problem.contexts.T
    best = best_scores(problem, start.shape)
    exact = closed_form(problem)
    if exact is not None:
        assert_allclose(best, exact, atol=1e-3)
    scores = trained_scores(problem, max_iter=600)
    values = [objective(problem, at)[0] for at in (start, scores, best)]
    # The last steps are a hundredth of the first. What is left is the scatter of noise, and without noise nothing.
    is_noisy = cells_of(loss, problem.cooccurrence, problem.noise, 1, problem.paths).noise is not None
    assert values[1] - values[2] < (0.03 if is_noisy else 5e-4) * (values[0] - values[2])
    assert np.sqrt(np.mean((scores - best) ** 2)) < (0.15 if is_noisy else 0.08)
    assert np.sqrt(np.mean((start - best) ** 2)) > 0.3


def test_scores_of_the_hinge_are_1_or_minus_1():
    problem = make_problem(Hinge(), small(), n_negatives=1)
    expected = closed_form(problem)
    scores = trained_scores(problem, max_iter=600)
    counts = problem.cooccurrence.toarray()
    of_noise = counts.sum(axis=1, keepdims=True) * problem.noise
    is_clear = np.abs(np.log(counts / of_noise)) > 0.25  # elsewhere the draws of an epoch may say otherwise
    assert is_clear.mean() > 0.6
    assert_allclose(scores[is_clear], expected[is_clear], atol=0.3)
    assert np.abs(scores).max() < 1.3


def test_probabilities_of_the_hierarchical_softmax_are_those_of_the_counts():
    problem = make_problem(HierarchicalSoftmax(), small(7, seed=3))
    scores = trained_scores(problem, max_iter=600)
    costs = np.zeros((7, 7))
    for word, path in enumerate(problem.paths.toarray()):
        for node in np.flatnonzero(path):
            costs[:, word] += np.logaddexp(0, -path[node] * scores[:, node])
    counts = problem.cooccurrence.toarray()
    assert_allclose(np.exp(-costs), counts / counts.sum(axis=1, keepdims=True), atol=0.003)
    assert_allclose(np.exp(-costs).sum(axis=1), 1)


def test_noise_contrastive_scores_are_log_probabilities_that_sum_to_1():
    problem = make_problem(NoiseContrastive(), small(7, seed=3), n_negatives=5)
    start = trained_scores(problem._replace(contexts=np.zeros((7, 7), np.float32)), max_iter=0)
    assert_allclose(np.exp(start), np.tile(problem.noise, (7, 1)), rtol=1e-5)
    probabilities = np.exp(trained_scores(problem, max_iter=600))
    counts = problem.cooccurrence.toarray()
    assert_allclose(probabilities, counts / counts.sum(axis=1, keepdims=True), atol=0.02)
    assert_allclose(probabilities.sum(axis=1), 1, atol=0.03)


@pytest.mark.parametrize("loss", [*LOSSES, Hinge()], ids=name_of)
def test_an_empty_row_and_an_empty_column_are_not_trained(loss):
    problem = make_problem(loss, small(empty=[2]))
    solver = make_solver(problem, RATE, np.random.RandomState(0))
    centers, contexts, curve = train(solver, learning_rate=RATE, max_iter=5)
    assert_allclose(centers[2, :6], problem.centers[2])
    if problem.paths is None:
        assert_allclose(contexts[2, :6], problem.contexts[2])
    assert np.isfinite(curve).all()
    assert np.isfinite(contexts).all()


@pytest.mark.parametrize("loss", [*LOSSES, Hinge()], ids=name_of)
def test_one_word_may_be_all_there_is(loss):
    problem = make_problem(loss, csr_array(np.array([[3.0]], np.float32)))
    scores = trained_scores(problem, max_iter=400)
    assert scores.shape == (1, 1)
    exact = closed_form(problem)
    if exact is not None:
        assert_allclose(scores, exact, atol=0.2)


@pytest.mark.parametrize("loss", [*LOSSES, Hinge()], ids=name_of)
def test_counts_of_a_thousand_million_leave_numbers_finite(loss):
    cooccurrence = small()
    cooccurrence.data *= np.float32(1e9 / cooccurrence.data.max())
    problem = make_problem(loss, cooccurrence)
    scores = trained_scores(problem, max_iter=30)
    assert np.isfinite(scores).all()
    assert np.abs(scores).max() < 40


@pytest.mark.parametrize("loss", [*LOSSES, Hinge()], ids=name_of)
def test_scores_of_thousands_at_the_start_come_down_or_are_refused_but_are_never_nan(loss):
    problem = make_problem(loss, small(), scale=20)
    start = problem.centers @ problem.contexts.T
    assert np.abs(start).max() > 1000
    has_bounded_slopes = np.abs(loss.positive(np.array([-1000.0, 1000.0]))[1]).max() <= 1
    if has_bounded_slopes:
        assert np.isfinite(trained_scores(problem, max_iter=5)).all()
        return
    # A step of such a loss grows with the score; so small a rate is needed for it to shrink.
    with pytest.raises(ValueError, match=r"no longer finite.*Expected a smaller learning_rate"):
        trained_scores(problem, max_iter=5)
    gentle = trained_scores(problem, max_iter=20, learning_rate=1e-6)
    assert np.abs(gentle).max() < 0.99 * np.abs(start).max()
