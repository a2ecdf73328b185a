"""The epochs of the SGD: learning rate, reports, the end.

Which solver runs is the loss's own statement (``loss.form``); a solver is handed functions of scores and never asks
what class they come from.
"""

import time

import numpy as np

from sklw2v.training._rows import RowSolver
from sklw2v.training.pairs import PairSolver

SOLVERS = {"pairs": PairSolver, "rows": RowSolver}

FINAL_LEARNING_RATE = 0.01  # of the first; word2vec's C program ends at a ten-thousandth, gensim at a 250th


def automatic_max_iter(total_weight):
    """Epochs for ``max_iter="auto"``: 8 from a weight of 10**7.65 on, 17 more for each power of ten below, up to 40.

    A small corpus gives a word few pairs an epoch and needs more epochs; a large one would gain from more as well, at
    their price. Chosen from ``docs/benchmarks/epochs.txt``: seven corpora, from 50 thousand to 17 million tokens.

    Parameters
    ----------
    total_weight : float
        Sum of the co-occurrence matrix, after subsampling; about six times the tokens for the default window.

    Returns
    -------
    int
    """
    return int(np.clip(round(8 + 17 * (7.65 - np.log10(total_weight))), 8, 40))


def make_solver(problem, learning_rate, rng, n_jobs=1):
    """The solver that the loss of a problem asks for.

    Parameters
    ----------
    problem : Problem
    learning_rate : float
        The greatest that `train` will be given.
    rng : numpy.random.RandomState
        Drives the noise and the order of the work.
    n_jobs : int, default=1
        Threads. The result does not depend on it, to the bit.

    Returns
    -------
    Solver
        It has its own vectors. `PairSolver` copies the cells of the co-occurrence, `RowSolver` holds the matrix.
    """
    return SOLVERS[problem.loss.form](problem, learning_rate, rng, n_jobs)


def train(solver, *, learning_rate, max_iter, progress=None, after_epoch=None):
    """Minimise a skip-gram loss over the cells of a co-occurrence matrix.

    Parameters
    ----------
    solver : Solver
        From `make_solver`.
    learning_rate : float
        Step for a pair of weight 1 at the start. The rate falls on a straight line to a hundredth of that; each part of
        an epoch (a sub-epoch of `PairSolver`, a block of rows of `RowSolver`) has the rate of its middle.
    max_iter : int
        Number of epochs; 0 returns the start.
    progress : Progress, optional
        Gets a line of text after each epoch, and the share done.
    after_epoch : callable, optional
        Called after each epoch with its number, from 0, a function that returns copies of the centre and context
        vectors, and the loss curve; returns whether to stop there.

    Returns
    -------
    centers, contexts : ndarray of float32, shapes (n, d) and (m, d), with biases d + 2
        See `Solver.vectors`.
    loss_curve : list of float
        Loss of each epoch, in nats per unit of co-occurrence weight, noise included, measured during the epoch.

    Raises
    ------
    ValueError
        If a vector is no longer finite.
    """
    if max_iter and not solver.total_weight > 0:
        raise ValueError("loss: every pair has a weight of 0. Expected weights above 0 from the loss's method cells.")
    loss_curve = []
    begin = time.perf_counter()
    for epoch in range(max_iter):

        def rate(done, epoch=epoch):
            return learning_rate * (1 - (1 - FINAL_LEARNING_RATE) * (epoch + done) / max_iter)

        if progress is not None:
            progress.bar(epoch / max_iter)
        value = solver.run_epoch(rate) / solver.total_weight
        if not (np.isfinite(value) and solver.is_finite()):
            raise ValueError(
                f"learning_rate={learning_rate!r}: the vectors were no longer finite after epoch {epoch + 1} of "
                f"{max_iter}. Expected a smaller learning_rate; a loss of your own should pass "
                "sklw2v.losses.check_loss."
            )
        loss_curve.append(value)
        if progress is not None:
            progress.line(_report(epoch + 1, max_iter, value, solver.n_pairs, time.perf_counter() - begin))
        if after_epoch is not None and after_epoch(epoch, solver.vectors, loss_curve):
            break
    return *solver.vectors(), loss_curve


def _report(n_done, max_iter, value, n_pairs, seconds):
    """A line on the epochs done so far."""
    per_second = n_pairs * n_done / max(seconds, 1e-9)
    left = seconds / n_done * (max_iter - n_done)
    return f"epoch {n_done}/{max_iter}: loss {value:.4f} nats, {per_second / 1e6:.2f}M pairs/s, {left:.1f} s left"
