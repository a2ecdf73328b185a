"""SGD over parts of rows, for losses that need the scores of a centre word with all outputs, or with a sample of them.

The scores of a part are one matrix product, and so are both gradients. Steps are those of Adagrad (Duchi, Hazan and
Singer, 2011, section 1.1): each number of a vector moves by ``rate * g / sqrt(1 + sum of the squares of g so far)``, g
being its summed gradient. So the vectors of frequent words, with their large gradients, take no larger steps.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from sklw2v.losses import cells_of
from sklw2v.training._columns import AllColumns, SampledColumns
from sklw2v.utils import join_biases, one_blas_thread, start_biases

BLOCK_ROWS = 512  # rows between two steps of the context vectors
LEAST_BLOCKS = 16  # in an epoch, of smaller blocks where there are few rows
PART_ROWS = 128  # rows of one task
SAMPLED_PART_ROWS = 64  # of one task on a sample: fewer rows have fewer outputs between them
SAMPLED_BLOCKS = 64  # in an epoch on a sample, at most, as all context vectors that were scored are to be stepped
# Steps in learning rates; centre words move once an epoch, context words at each block.
CENTER_STEP = 2.0
CONTEXT_STEP = 8.0
STEP_ROWS = 2048  # context vectors of one task


class RowSolver:
    """State of the SGD over rows: what `sklw2v.training._protocol.Solver` describes.

    A loss with an attribute `n_samples` that is not None is asked for the rows of a part on a sample of the outputs:
    see `sklw2v.training._columns.SampledColumns`. Any other is asked for whole rows, and draws no noise. Biases are two
    more components of the vectors, each beside a one that is not trained: see `sklw2v.utils.join_biases`.

    Attributes
    ----------
    cooccurrence : csr_array of float32, shape (n, m)
        Weights of the cells. Not modified.
    centers, contexts : ndarray of float32, shapes (n, d) and (m, d), with biases d + 2
        Updated by `run_epoch`.
    center_squares, context_squares : ndarray of float32, shapes (n, d) and (m, d)
        1 and the squares of all gradients so far. Updated with the vectors.
    row_weights : ndarray of float64, shape (n,)
        Sums of the co-occurrence.
    """

    def __init__(self, problem, learning_rate, rng, n_jobs):
        cells = cells_of(problem.loss, problem.cooccurrence, problem.noise, problem.n_negatives)
        self.cooccurrence = cells.weights
        self.total_weight = float(self.cooccurrence.data.sum(dtype=np.float64))  # its own sum would sort the cells
        self.n_pairs = self.cooccurrence.nnz
        self._has_biases = cells.biases is not None
        if self._has_biases:
            self.centers, self.contexts = join_biases(
                problem.centers, problem.contexts, *start_biases(cells.biases, problem.biases)
            )
        else:
            self.centers, self.contexts = problem.centers.copy(), problem.contexts.copy()
        self.center_squares = np.ones_like(self.centers)
        self.context_squares = np.ones_like(self.contexts)
        self.row_weights = self.cooccurrence.sum(axis=1, dtype=np.float64)
        self._loss = problem.loss
        self._rng = rng
        self._n_jobs = n_jobs
        n_samples = getattr(problem.loss, "n_samples", None)
        self._columns = AllColumns() if n_samples is None else SampledColumns(n_samples, problem.noise)
        self._is_sampled = n_samples is not None and n_samples < len(self.contexts)

    def run_epoch(self, rate):
        """Update the vectors with every row once; return the loss, a sum over the cells."""
        n_rows, n_done, value = len(self.centers), 0, 0.0
        # One BLAS thread a task, so that neither number of threads changes a bit.
        with one_blas_thread(), ThreadPoolExecutor(self._n_jobs) as pool:
            for parts in self._blocks():
                n_of_block = sum(map(len, parts))
                step = rate((n_done + n_of_block / 2) / n_rows)
                n_done += n_of_block
                value += self._run_block(parts, step, pool)
        return value

    def _blocks(self):
        """Lists of parts, each the rows of one task, in random order.

        Rows of a sampled loss share a part with those of like weight: rare words have few outputs, and would otherwise
        be scored with all those of a frequent one.
        """
        part_rows = SAMPLED_PART_ROWS if self._is_sampled else PART_ROWS
        n_rows = len(self.centers)
        block_rows = min(BLOCK_ROWS, -(-n_rows // LEAST_BLOCKS))
        if self._is_sampled:
            block_rows = max(block_rows, -(-n_rows // SAMPLED_BLOCKS))
        part_rows = min(part_rows, block_rows)
        n_parts = block_rows // part_rows
        order = self._rng.permutation(n_rows)
        if self._is_sampled:
            order = order[np.argsort(-self.row_weights[order], kind="stable")]
        parts = [order[first : first + part_rows] for first in range(0, n_rows, part_rows)]
        if self._is_sampled:
            parts = [parts[number] for number in self._rng.permutation(len(parts))]
        return [parts[first : first + n_parts] for first in range(0, len(parts), n_parts)]

    def _run_block(self, parts, rate, pool):
        """Step the centre vectors of some parts, then the context vectors; return the loss."""
        seeds = self._rng.randint(2**31, size=len(parts)) if self._is_sampled else [None] * len(parts)
        gradient = np.zeros_like(self.contexts)  # (m, d)
        touched = np.zeros(len(self.contexts), dtype=bool)
        value = 0.0
        for part_value, columns, part_gradient in pool.map(lambda *part: self._run_rows(*part, rate), parts, seeds):
            value += part_value
            gradient[columns] += part_gradient
            touched[columns] = True
        words = np.flatnonzero(touched)

        def step(first):
            some = words[first : first + STEP_ROWS]
            some_gradient = gradient[some]
            if self._has_biases:
                some_gradient[:, -2] = 0
            _step(self.contexts, self.context_squares, some, some_gradient, CONTEXT_STEP * rate)

        list(pool.map(step, range(0, len(words), STEP_ROWS)))
        return value

    def _run_rows(self, rows, seed, rate):
        """Step the centre vectors of some rows; return their loss, its columns and the gradient of these."""
        rng = None if seed is None else np.random.RandomState(seed)
        columns, counts, corrections = self._columns.draw(self.cooccurrence[rows], rng)
        old, contexts = self.centers[rows], self.contexts[columns]
        with np.errstate(all="ignore"):  # vectors that are no longer finite are found, and explained, after the epoch
            scores = old @ contexts.T  # (n_rows, n_columns)
            if corrections is not None:
                scores += corrections
            value, gradients = self._rows(scores, counts)
            center_gradient = gradients @ contexts
            if self._has_biases:
                center_gradient[:, -1] = 0
            _step(self.centers, self.center_squares, rows, center_gradient, CENTER_STEP * rate)
            return value, columns, gradients.T @ old

    def _rows(self, scores, counts):
        """Loss and gradients of the shape of the scores, by `loss.rows`; ValueError if it returns something else."""
        result = self._loss.rows(scores, counts)
        try:
            value, gradients = result
            gradients = np.asarray(gradients, dtype=np.float32)
            if gradients.shape != scores.shape:
                raise ValueError(f"got gradients of shape {gradients.shape} for scores of shape {scores.shape}")
            return float(value), gradients
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"loss: {type(self._loss).__name__}.rows is to return a number and gradients of the shape of the "
                f"scores: {error}. sklw2v.losses.check_loss tests a loss."
            ) from error

    def is_finite(self):
        """Whether all numbers of all vectors are finite, and the squares: beside infinite ones nothing moves."""
        arrays = self.centers, self.contexts, self.center_squares, self.context_squares
        return all(bool(np.isfinite(array).all()) for array in arrays)

    def vectors(self):
        """Centre and context vectors, (n, d) and (m, d), with biases d + 2."""
        return self.centers.copy(), self.contexts.copy()


def _step(vectors, squares, words, gradients, rate):
    """Step some vectors against their gradients, which are overwritten, and add to their squares."""
    with np.errstate(all="ignore"):
        sums = squares[words] + gradients * gradients
        squares[words] = sums
        gradients *= np.float32(rate)
        gradients /= np.sqrt(sums, out=sums)
        vectors[words] -= gradients
