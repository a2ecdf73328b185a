"""SGD over blocks of rows, for losses that need the scores of the whole vocabulary.

The scores of a block of centre words are one matrix product, and so are both gradients. The gradient of a row grows
with the row's weight n, so a step for it is ``learning_rate`` per unit of weight but no more than MAX_STEP / n:
frequent words take a step of their mean gradient, rare words less. Context vectors likewise, by their own weight.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy.sparse import csr_array

from sklw2v.utils import one_blas_thread

BLOCK_ROWS = 512  # rows between two steps of the context vectors
PART_ROWS = 128  # rows of one task
MAX_STEP = 1.0


class RowSolver:
    """State of the SGD over blocks of rows: what `sklw2v.training._protocol.Solver` describes. Draws no noise.

    Attributes
    ----------
    cooccurrence : csr_array of float32, shape (V, V)
        Not modified.
    centers, contexts : ndarray of float32, shape (V, d)
        Updated by `run_epoch`.
    row_weights, column_weights : ndarray of float64, shape (V,)
        Sums of the co-occurrence.
    """

    def __init__(self, problem, learning_rate, rng, n_jobs):
        self.cooccurrence = csr_array(problem.cooccurrence)
        self.total_weight = float(self.cooccurrence.sum(dtype=np.float64))
        self.n_pairs = self.cooccurrence.nnz
        self.centers = problem.centers.copy()
        self.contexts = problem.contexts.copy()
        self._loss = problem.loss
        self._rng = rng
        self._n_jobs = n_jobs
        self.row_weights = self.cooccurrence.sum(axis=1, dtype=np.float64)
        self.column_weights = self.cooccurrence.sum(axis=0, dtype=np.float64)

    def run_epoch(self, rate):
        """Update the vectors with every row once; return the loss, a sum over the cells."""
        n_words = len(self.centers)
        order = self._rng.permutation(n_words)
        value = 0.0
        # One BLAS thread a task, so that neither number of threads changes a bit.
        with one_blas_thread(), ThreadPoolExecutor(self._n_jobs) as pool:
            for first in range(0, n_words, BLOCK_ROWS):
                block = order[first : first + BLOCK_ROWS]
                parts = [block[i : i + PART_ROWS] for i in range(0, len(block), PART_ROWS)]
                step = rate((first + len(block) / 2) / n_words)
                gradient = np.zeros_like(self.contexts)
                for part_value, part_gradient in pool.map(lambda rows, step=step: self._run_rows(rows, step), parts):
                    value += part_value
                    gradient += part_gradient
                gradient *= _steps(self.column_weights, step)
                self.contexts -= gradient
        return value

    def _run_rows(self, rows, step):
        """Step the centre vectors of some rows; return their loss and the gradient of the context vectors, (V, d)."""
        old = self.centers[rows]
        with np.errstate(all="ignore"):  # vectors that are no longer finite are found, and explained, after the epoch
            scores = old @ self.contexts.T  # (n_rows, V)
            value, gradients = self._rows(scores, self.cooccurrence[rows])
            self.centers[rows] = old - _steps(self.row_weights[rows], step) * (gradients @ self.contexts)
            return value, gradients.T @ old

    def _rows(self, scores, counts):
        """Loss and gradients (n_rows, V) of `loss.rows`; ValueError if it returns something else."""
        result = self._loss.rows(scores, counts)
        try:
            value, gradients = result
            return float(value), np.broadcast_to(np.asarray(gradients, dtype=np.float32), scores.shape)
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"loss: {type(self._loss).__name__}.rows is to return a number and gradients of the shape of the "
                f"scores: {error}. sklw2v.losses.check_loss tests a loss."
            ) from error

    def is_finite(self):
        """Whether all numbers of all vectors are finite."""
        return bool(np.isfinite(self.centers).all() and np.isfinite(self.contexts).all())

    def vectors(self):
        """Centre and context vectors, each (V, d)."""
        return self.centers.copy(), self.contexts.copy()


def _steps(weights, rate):
    """Step for the summed gradient of each word, (n, 1): the rate, or MAX_STEP over the word's weight if smaller."""
    steps = np.full(len(weights), rate)
    heavy = weights * rate > MAX_STEP
    steps[heavy] = MAX_STEP / weights[heavy]
    return steps[:, np.newaxis].astype(np.float32)
