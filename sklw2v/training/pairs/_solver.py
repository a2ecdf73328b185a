"""Stratified SGD for losses of pairs.

Rows and outputs are each dealt into S strata, word w to stratum w mod S, which cuts the matrix of cells into S x S
tiles. In sub-epoch s the tiles (p, (p + s) mod S) are worked on side by side: no two of them share a row of the centre
vectors or a row of the context vectors, so threads cannot touch each other's numbers and every number of threads gives
the same bits (Gemulla et al. 2011). S depends on the matrix alone.

Inside a tile four centre words at a time are updated with their cells and, four words at a time, with the noise, which
they share. Over an epoch the noise of a row is unbiased: K times the row's weight, spread over the strata by their
noise mass.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

from sklw2v.losses import cells_of, tabulate
from sklw2v.training.pairs._kernels import GROUP, MAX_STEP, MAX_UPDATES, run_tile
from sklw2v.training.pairs._noise_words import NoiseWords
from sklw2v.training.pairs._row_weights import RowWeights
from sklw2v.training.pairs._strata import Strata, choose_n_strata
from sklw2v.training.pairs._tiles import Tiles
from sklw2v.utils import SOURCES, join_biases, start_biases


class PairSolver:
    """State of the stratified SGD: what `sklw2v.training._protocol.Solver` describes.

    Attributes
    ----------
    strata, output_strata : Strata
        How the rows and the outputs are dealt, and the order of their vectors.
    centers, contexts : ndarray of float32, shapes (n_rows, width) and (n_outputs, width)
        Vectors in the order of the strata's rows. Updated by `run_epoch`, in place.
    center_biases, context_biases : ndarray of float32, shapes (n_rows,) and (n_outputs,), or (0,)
        What is added to scores, in the same order; updated by `run_epoch` if biases are trained. Offsets of outputs are
        taken off in `context_biases`.
    tables : (ndarray of float32, ndarray of float32), each of shape (TABLE_SIZE * 4,)
        The loss of true pairs and of noise pairs.
    noise : NoiseWords
    row_weights : RowWeights
    tiles : Tiles
        The cells, a copy.
    """

    def __init__(self, problem, learning_rate, rng, n_jobs):
        loss = problem.loss
        cells = cells_of(loss, problem.cooccurrence, problem.noise, problem.n_negatives, problem.paths, n_jobs)
        # A path is one prediction, whatever the number of its turns.
        weighed = cells.weights if problem.paths is None else problem.cooccurrence
        self.total_weight = float(weighed.data.sum(dtype=np.float64))  # the matrix's own sum would sort its cells
        self.n_pairs = cells.weights.nnz
        self._n_negatives = np.float32(0 if cells.noise is None else problem.n_negatives)
        self._rng = rng
        self._n_jobs = n_jobs
        self.tables = tabulate(loss.positive), tabulate(loss.negative)
        n_components = problem.centers.shape[1]
        n_strata = choose_n_strata(min(cells.weights.shape), self.n_pairs / max(cells.weights.shape[0], 1))
        self.strata, self.output_strata = (Strata(size, n_components, n_strata) for size in cells.weights.shape)
        self._blocks = (0,) * self.strata.n_blocks
        self.centers = self.strata.arrange(problem.centers)
        self.contexts = self.output_strata.arrange(problem.contexts)
        self._set_biases(cells, problem.biases)
        noise = np.zeros(cells.weights.shape[1]) if cells.noise is None else cells.noise
        self.noise = NoiseWords(self.output_strata, noise)
        excluded_noise = cells.noise if loss.exclude_true else None
        strata = self.strata, self.output_strata
        limit = MAX_UPDATES * MAX_STEP / learning_rate
        self.row_weights = RowWeights(strata, cells.weights, limit, excluded_noise, self._n_negatives)
        # The length is a part of its type: see `run_tile`.
        parts = cells.labels, cells.cell_offsets, cells.offsets, cells.biases
        self._extras = () if all(part is None for part in parts) else (0,)
        # Last: it holds the most memory.
        self.tiles = Tiles(strata, cells, np.float32(MAX_STEP / learning_rate), n_jobs)
        self._set_views()

    def _set_views(self):
        """Cut out, once, the parts of each stratum that the kernel gets."""
        self._of_rows, self._of_outputs = [], []
        for stratum in range(self.strata.n_strata):
            rows = self.strata.rows_of(stratum)
            vectors = self._blocks, self.centers[rows].reshape(-1), self.contexts.reshape(-1)
            biases = self.center_biases[rows], self.context_biases, np.float32(self._has_biases)
            self._of_rows.append((vectors, biases, rows, self.tiles.n_cells[rows]))
            outputs = self.output_strata.rows_of(stratum)
            noise_words = self.noise.ends[outputs], self.noise.guide[stratum], float(self.noise.mass[stratum])
            self._of_outputs.append((noise_words, (int(outputs.start), int(outputs.stop) - GROUP)))

    def _set_biases(self, cells, known):
        """What is added to scores: the biases at hand, where they are numbers, else those that the cells start with."""
        self._has_biases = cells.biases is not None
        none = tuple(np.zeros(size) for size in cells.weights.shape)
        of_rows, of_outputs = start_biases(cells.biases, known) if self._has_biases else none
        self._offsets = np.float32(0 if cells.offsets is None else cells.offsets)
        size = None if self._has_biases or cells.offsets is not None else 0
        self.center_biases = self.strata.by_row(of_rows, np.float32)[:size]
        self.context_biases = self.output_strata.by_row(of_outputs - self._offsets, np.float32)[:size]

    def run_epoch(self, rate):
        """Update every cell once or more; return the loss, a sum over the cells, noise included."""
        n_strata, rng = self.strata.n_strata, self._rng
        row_weights = self.row_weights.limited(MAX_UPDATES * MAX_STEP / rate(0.5))
        value = 0.0
        with ThreadPoolExecutor(self._n_jobs) as pool:
            for done, shift in enumerate(rng.permutation(n_strata)):
                step = np.float32(rate((done + 0.5) / n_strata))
                starts = list(zip(*self.noise.draw_starts(rng), strict=True))
                run = partial(self._run_tile, int(shift), step, starts, row_weights)
                value += sum(map_in_threads(run, n_strata, pool, self._n_jobs))
        return value

    def _run_tile(self, shift, step, starts, row_weights, stratum):
        """Work through the tile of a stratum of rows; return its loss.

        `starts` has for each stratum of rows the first point, and the part of a batch that is due.
        """
        tiles, context_stratum = self.tiles, (stratum + shift) % self.strata.n_strata
        vectors, biases, rows, n_cells = self._of_rows[stratum]
        noise_words, first_and_padding = self._of_outputs[context_stratum]
        cells = *tiles.of_tile(stratum, context_stratum), tiles.cells, tiles.heavy_from, row_weights[rows], n_cells
        noise = *noise_words, *starts[stratum], *first_and_padding
        loss = *self.tables, self.row_weights.own_noise, self._extras
        with tiles.scratch() as scratch:
            return run_tile(SOURCES, vectors, biases, cells, noise, loss, (step, self._n_negatives), tuple(scratch))

    def is_finite(self):
        """Whether all numbers of all vectors and biases are finite."""
        parts = self.centers, self.contexts, self.center_biases, self.context_biases
        return all(bool(np.isfinite(part).all()) for part in parts)

    def vectors(self):
        """Centre vectors and those of the outputs, copies, (n, d) and (m, d); with biases (n, d + 2) and (m, d + 2)."""
        centers, contexts = self.strata.by_word(self.centers), self.output_strata.by_word(self.contexts)
        if not self._has_biases:
            return centers, contexts
        offsets = self._offsets
        biases = self.center_biases[self.strata.rows], self.context_biases[self.output_strata.rows] + offsets
        return join_biases(centers, contexts, *biases)


def map_in_threads(run, n, pool, n_jobs):
    """The results of ``run(0)`` to ``run(n - 1)``, as a list. After an error no thread begins another one."""
    left, results = list(range(n))[::-1], [None] * n

    def work():
        while left:
            try:
                number = left.pop()
            except IndexError:  # another thread was faster
                return
            try:
                results[number] = run(number)
            except BaseException:
                left.clear()
                raise

    try:
        for task in [pool.submit(work) for _ in range(min(n_jobs, n))]:
            task.result()
    finally:
        left.clear()  # where this thread is interrupted
    return results
