"""The SGD over blocks of rows: against a readable one and against exact objectives."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.sparse import csr_array

from sklw2v.losses import NaiveSoftmax, SampledSoftmax
from sklw2v.training import Problem, _rows
from sklw2v.training._rows import CENTER_STEP, RowSolver
from sklw2v.utils import one_blas_thread, split_biases
from tests.training.oracles import entropy_bound, random_cooccurrence, row_epoch, softmax_objective, unigram_noise
from tests.training.solvers import random_start, run


@pytest.mark.parametrize("n_contexts", [31, 17])
@pytest.mark.parametrize("learning_rate", [0.001, 0.02])
def test_row_solver_equals_the_readable_one(learning_rate, n_contexts, monkeypatch):
    monkeypatch.setattr(_rows, "BLOCK_ROWS", 9)
    monkeypatch.setattr(_rows, "PART_ROWS", 4)
    monkeypatch.setattr(_rows, "STEP_ROWS", 5)
    square = random_cooccurrence(31, seed=2, empty=[5]).toarray() * np.linspace(0.5, 2, 31, dtype=np.float32)
    cooccurrence = csr_array(square[:, :n_contexts])  # not symmetric
    centers, contexts = random_start(31, 6)
    contexts = contexts[:n_contexts]

    def rate(done):
        return learning_rate * (1 - 0.5 * done)

    problem = Problem(cooccurrence, centers, contexts, NaiveSoftmax(), np.full(n_contexts, 1 / n_contexts), 1)
    solver = RowSolver(problem, rate(0), np.random.RandomState(7), n_jobs=2)
    value = solver.run_epoch(rate)
    expected = row_epoch(cooccurrence, centers, contexts, np.random.RandomState(7), rate)
    for got, start, wanted in zip(solver.vectors(), (centers, contexts), expected, strict=False):
        assert np.abs(wanted - start).max() > CENTER_STEP * learning_rate / 2
        assert_allclose(got, wanted, atol=1e-5)
    assert_allclose(value, expected[2], rtol=1e-5)


@pytest.mark.parametrize("at_hand", [False, True])
def test_row_solver_with_biases_equals_the_readable_one(at_hand):
    cooccurrence = random_cooccurrence(31, seed=2, empty=[5])
    start, noise = random_start(31, 6), unigram_noise(cooccurrence)
    shares = cooccurrence.sum(axis=0, dtype=np.float64) / cooccurrence.sum(dtype=np.float64)
    shares[5] = np.delete(shares, 5).min()  # a word that was never seen
    biases, known = (np.zeros(31), np.log(shares)), None
    if at_hand:
        known = np.full(31, np.nan), np.full(31, np.nan)
        known[0][3], known[1][4] = 0.5, -2.0
        biases = np.where(np.arange(31) == 3, 0.5, 0.0), np.where(np.arange(31) == 4, -2.0, biases[1])

    def rate(done):
        return 0.02 * (1 - 0.5 * done)

    problem = Problem(cooccurrence, *start, SampledSoftmax(None), noise, 1, biases=known)
    solver = RowSolver(problem, rate(0), np.random.RandomState(7), n_jobs=2)
    before = split_biases(*solver.vectors(), 6)
    for got, expected in zip((*before[:2], *before[2]), (*start, *biases), strict=True):
        assert_allclose(got, expected, rtol=1e-6)
    value = solver.run_epoch(rate)
    *vectors, of_both = split_biases(*solver.vectors(), 6)
    expected = row_epoch(cooccurrence, *start, np.random.RandomState(7), rate, biases)
    for got, wanted in zip((*vectors, *of_both), (*expected[:2], *expected[2]), strict=True):
        assert_allclose(got, wanted, atol=1e-5)
    assert np.abs(of_both[1] - biases[1]).max() > 0.01
    assert_allclose(value, expected[3], rtol=1e-5)


@pytest.mark.parametrize("field", ["labels", "cell_offsets", "offsets"])
def test_a_row_loss_with_parts_of_cells_that_rows_do_not_have_is_an_error(field):
    class Wrong(NaiveSoftmax):
        def cells(self, cells, n_negatives):
            size = cells.weights.shape[1] if field == "offsets" else cells.weights.nnz
            return cells._replace(**{field: np.zeros(size)})

    cooccurrence = random_cooccurrence(20, seed=0)
    problem = Problem(cooccurrence, *random_start(20, 4), Wrong(), unigram_noise(cooccurrence), 1)
    with pytest.raises(
        ValueError, match=rf"loss: Wrong\.cells must return weights and biases alone, .*'rows'; got {field}"
    ):
        RowSolver(problem, 0.025, np.random.RandomState(0), 1)


def test_cells_in_no_sorted_order_stay_as_they_are():
    cells = np.array([1.0, 2.0, 3.0], np.float32), np.array([2, 0, 1]), np.array([0, 2, 3, 3])
    cooccurrence = csr_array(cells, shape=(3, 3))
    problem = Problem(cooccurrence, *random_start(3, 2), NaiveSoftmax(), np.full(3, 1 / 3), 3)
    solver = RowSolver(problem, 0.1, np.random.RandomState(0), 1)
    assert solver.total_weight == 6
    assert cooccurrence.indices.tolist() == [2, 0, 1]
    assert cooccurrence.data.tolist() == [1, 2, 3]


def test_loss_of_rows_is_the_exact_objective_where_vectors_stand_still():
    cooccurrence = random_cooccurrence(60, seed=6)
    centers, contexts = random_start(60, 8)
    curve = run(cooccurrence, NaiveSoftmax(), (centers, contexts), max_iter=2, learning_rate=1e-12)[2]
    exact = softmax_objective(cooccurrence, centers, contexts) / cooccurrence.sum(dtype=np.float64)
    assert_allclose(curve, exact, rtol=1e-5)


@pytest.mark.slow
def test_row_solver_reaches_the_entropy_of_the_rows(monkeypatch):
    monkeypatch.setattr(_rows, "BLOCK_ROWS", 4)
    cooccurrence = random_cooccurrence(12, seed=0, scale=10.0, density=1.0)
    start = random_start(12, 12)
    with one_blas_thread():  # once, which takes longer than an epoch here
        centers, contexts, _ = run(cooccurrence, NaiveSoftmax(), start, max_iter=500, learning_rate=0.1)
    least = entropy_bound(cooccurrence)
    excess = [softmax_objective(cooccurrence, *vectors) - least for vectors in (start, (centers, contexts))]
    assert 0 < excess[1] < 0.03 * excess[0]
