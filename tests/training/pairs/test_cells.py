"""The stratified SGD over cells with labels, offsets and biases, against the readable one."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array

from sklw2v.losses import (
    FactorisedPMI,
    GloVe,
    HierarchicalSoftmax,
    NegativeSampling,
    NoiseContrastive,
    SquaredHinge,
    paths_of,
)
from sklw2v.training import Problem
from sklw2v.training.pairs import PairSolver, _strata
from sklw2v.training.pairs._kernels import MAX_STEP
from tests.losses.examples import BareTree, Doubtful, SquareRoots, name_of
from tests.training.oracles import random_cooccurrence
from tests.training.pairs.oracles import pair_epoch

LOSSES = [
    HierarchicalSoftmax(),
    NoiseContrastive(),
    GloVe(),
    SquaredHinge(),
    FactorisedPMI(),
    FactorisedPMI(clipped=False, x_max=3.0),
    Doubtful(),
    SquareRoots(),
    BareTree(),
]
SQUARED = GloVe, FactorisedPMI, SquareRoots, SquaredHinge


def make_problem(loss, n_rows, n_words=58, seed=0, biases=None):
    """A problem whose rows need not be its words; a row and a word occur nowhere."""
    rng = np.random.RandomState(seed)
    cooccurrence = random_cooccurrence(max(n_rows, n_words), seed=2, empty=[5, 33])[:n_rows, :n_words]
    sums = np.asarray(cooccurrence.sum(axis=0), dtype=np.float64)
    noise = sums**0.75 / (sums**0.75).sum()
    paths = paths_of(loss, sums)
    n_outputs = n_words if paths is None else paths.shape[1]
    centers, contexts = (0.3 * rng.standard_normal((size, 6)).astype(np.float32) for size in (n_rows, n_outputs))
    return Problem(cooccurrence, centers, contexts, loss, noise, 3, paths, biases)


def compare(problem, rate):
    solver = PairSolver(problem, rate(0), np.random.RandomState(7), 2)
    value = solver.run_epoch(rate)
    *expected, expected_value = pair_epoch(problem, rate(0), np.random.RandomState(7), rate)
    for got, start, wanted in zip(solver.vectors(), (problem.centers, problem.contexts), expected, strict=True):
        assert got.shape == wanted.shape
        assert np.abs(wanted[:, :6] - start).max() > 0.002
        assert_allclose(got, wanted, atol=2e-4)
    # Between the points of the table a parabola of curvature 1 lies up to (1 / 32)**2 / 8 below.
    assert_allclose(value, expected_value, rtol=5e-3 if isinstance(problem.loss, SQUARED) else 1e-4)
    return solver


class Backwards(Doubtful):
    """Its cells stand in no order that SciPy would call sorted."""

    def cells(self, cells, n_negatives):
        weights, labels = cells.weights, super().cells(cells, n_negatives).labels
        order = np.concatenate([np.arange(first, last)[::-1] for first, last in pairwise(weights.indptr)])
        parts = weights.data[order], weights.indices[order], weights.indptr
        return cells._replace(weights=csr_array(parts, shape=weights.shape), labels=labels[order])


@pytest.mark.kernels
def test_labels_stay_with_cells_in_any_order():
    compare(make_problem(Backwards(), 58), lambda done: MAX_STEP)


@pytest.mark.kernels
@pytest.mark.parametrize("loss", LOSSES, ids=name_of)
@pytest.mark.parametrize("n_rows, min_stratum, per_step", [(58, 1000, 0.1), (75, 14, 1.0), (30, 14, 0.1)])
def test_pair_solver_equals_the_readable_one(loss, min_stratum, n_rows, per_step, monkeypatch):
    monkeypatch.setattr(_strata, "MIN_STRATUM", min_stratum)
    problem = make_problem(loss, n_rows)
    solver = compare(problem, lambda done: per_step * MAX_STEP * (1 - 0.5 * done))
    assert solver.strata.n_strata == (1 if min_stratum == 1000 else min(n_rows, 57) // 14)


@pytest.mark.kernels
@pytest.mark.parametrize("loss", [NoiseContrastive(), GloVe()], ids=name_of)
def test_biases_at_hand_are_where_training_begins_and_others_begin_as_the_loss_says(loss):
    at_hand = np.linspace(-1, 1, 30), np.linspace(1, -1, 58)
    at_hand[0][::3] = at_hand[1][1::2] = np.nan
    problem = make_problem(loss, 30, biases=at_hand)
    compare(problem, lambda done: 0.01)
    still = PairSolver(problem, 0.01, np.random.RandomState(0), 1).vectors()
    fresh = PairSolver(problem._replace(biases=None), 0.01, np.random.RandomState(0), 1).vectors()
    for part, column in ((0, -2), (1, -1)):
        is_new = np.isnan(at_hand[part])
        assert_allclose(still[part][is_new, column], fresh[part][is_new, column], rtol=1e-6)
        assert_allclose(still[part][~is_new, column], at_hand[part][~is_new], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("loss", LOSSES, ids=name_of)
def test_threads_do_not_change_a_bit_and_the_problem_is_left_alone(loss, monkeypatch):
    monkeypatch.setattr(_strata, "MIN_STRATUM", 14)
    problem = make_problem(loss, 75)
    counts = problem.cooccurrence
    before = [part.copy() for part in (counts.data, counts.indices, problem.noise, problem.centers, problem.contexts)]
    results = []
    for n_jobs in (1, 3):
        solver = PairSolver(problem, 0.02, np.random.RandomState(1), n_jobs)
        results.append((solver.run_epoch(lambda done: 0.02), *solver.vectors()))
    for one, other in zip(*results, strict=True):
        assert_array_equal(one, other)
    after = counts.data, counts.indices, problem.noise, problem.centers, problem.contexts
    for part, copy in zip(after, before, strict=True):
        assert_array_equal(part, copy)


def test_offsets_are_not_part_of_the_biases_that_come_back():
    problem = make_problem(NoiseContrastive(), 58)
    _, contexts = PairSolver(problem, 0.02, np.random.RandomState(0), 1).vectors()
    seen = problem.noise > 0
    assert_allclose(contexts[seen, -1], np.log(problem.noise[seen]), rtol=1e-5)
    assert_array_equal(contexts[~seen, -1], 0)
    assert PairSolver(make_problem(Doubtful(), 58), 0.02, np.random.RandomState(0), 1).vectors()[1].shape == (58, 6)


def test_a_path_counts_as_one_prediction():
    problem = make_problem(HierarchicalSoftmax(), 58)
    solver = PairSolver(problem, 0.02, np.random.RandomState(0), 1)
    assert_allclose(solver.total_weight, problem.cooccurrence.sum(), rtol=1e-6)
    assert solver.n_pairs > problem.cooccurrence.nnz / 2
    glove = PairSolver(make_problem(GloVe(), 58), 0.02, np.random.RandomState(0), 1)
    assert_allclose(glove.total_weight, glove.tiles.weights[: glove.n_pairs].sum(), rtol=1e-5)
    assert_allclose(
        PairSolver(make_problem(NegativeSampling(), 58), 0.02, np.random.RandomState(0), 1).total_weight,
        problem.cooccurrence.sum(),
        rtol=1e-6,
    )
