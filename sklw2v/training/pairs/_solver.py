"""Stratified SGD for losses of pairs.

The words are dealt into S strata, word w to stratum w mod S, which cuts the co-occurrence matrix into S x S tiles. In
sub-epoch s the tiles (p, (p + s) mod S) are worked on side by side: no two of them share a row of the centre vectors or
a row of the context vectors, so threads cannot touch each other's numbers and every number of threads gives the same
bits (Gemulla et al. 2011). S depends on the vocabulary alone.

Inside a tile four centre words at a time are updated with their cells and, four words at a time, with the noise, which
they share. Over an epoch the noise of a row is unbiased: K times the row's weight, spread over the strata by their
noise mass.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from sklw2v.losses import tabulate
from sklw2v.training.pairs._kernels import GROUP, MAX_STEP, MAX_UPDATES, run_tile
from sklw2v.training.pairs._noise_words import NoiseWords
from sklw2v.training.pairs._row_weights import RowWeights
from sklw2v.training.pairs._strata import Strata
from sklw2v.training.pairs._tiles import Tiles
from sklw2v.utils import SOURCES


class PairSolver:
    """State of the stratified SGD: what `sklw2v.training._protocol.Solver` describes.

    Attributes
    ----------
    strata : Strata
        How the words are dealt, and the order of their vectors.
    centers, contexts : ndarray of float32, shape (n_rows, width)
        Vectors in the order of the strata's rows. Updated by `run_epoch`.
    tables : (ndarray of float32, ndarray of float32), each of shape (TABLE_SIZE * 4,)
        The loss of true pairs and of noise pairs.
    noise : NoiseWords
    row_weights : RowWeights
    tiles : Tiles
        The cells of the co-occurrence, a copy.
    """

    def __init__(self, problem, learning_rate, rng, n_jobs):
        cooccurrence, loss = problem.cooccurrence, problem.loss
        self.total_weight = float(cooccurrence.sum(dtype=np.float64))
        self.n_pairs = cooccurrence.nnz
        self._n_negatives = np.float32(problem.n_negatives)
        self._rng = rng
        self._n_jobs = n_jobs
        self.tables = tabulate(loss.positive), tabulate(loss.negative)
        self.strata = Strata(*problem.centers.shape)
        self._blocks = (0,) * self.strata.n_blocks
        self.centers = self.strata.arrange(problem.centers)
        self.contexts = self.strata.arrange(problem.contexts)
        self.noise = NoiseWords(self.strata, problem.noise)
        excluded_noise = problem.noise if loss.exclude_true else None
        limit = MAX_UPDATES * MAX_STEP / learning_rate
        self.row_weights = RowWeights(self.strata, cooccurrence, limit, excluded_noise, problem.n_negatives)
        # Last: it holds the most memory.
        self.tiles = Tiles(self.strata, cooccurrence, np.float32(MAX_STEP / learning_rate), n_jobs)

    def run_epoch(self, rate):
        """Update every cell once or more; return the loss, a sum over the cells, noise included."""
        n_strata, rng = self.strata.n_strata, self._rng
        row_weights = self.row_weights.limited(MAX_UPDATES * MAX_STEP / rate(0.5))
        value = 0.0
        with ThreadPoolExecutor(self._n_jobs) as pool:
            for done, shift in enumerate(rng.permutation(n_strata)):
                step = np.float32(rate((done + 0.5) / n_strata))
                starts = zip(*self.noise.draw_starts(rng), strict=True)
                tasks = [
                    pool.submit(self._run_tile, stratum, (stratum + shift) % n_strata, step, start, row_weights)
                    for stratum, start in enumerate(starts)
                ]
                value += sum(task.result() for task in tasks)
        return value

    def _run_tile(self, center_stratum, context_stratum, step, start, row_weights):
        """Work through a tile, whose noise begins at `start`; return its loss."""
        strata, tiles = self.strata, self.tiles
        rows, contexts = strata.rows_of(center_stratum), strata.rows_of(context_stratum)
        vectors = self._blocks, self.centers[rows].reshape(-1), self.contexts.reshape(-1)
        all_cells = tiles.columns, tiles.weights, tiles.heavy_from
        cells = *tiles.of_tile(center_stratum, context_stratum), *all_cells, row_weights[rows], tiles.n_cells[rows]
        noise_words = self.noise.ends[contexts], self.noise.guide[context_stratum]
        noise_mass = float(self.noise.mass[context_stratum])
        noise = *noise_words, noise_mass, *start, contexts.start, contexts.stop - GROUP
        loss = *self.tables, self.row_weights.own_noise
        with tiles.scratch() as scratch:
            return run_tile(SOURCES, vectors, cells, noise, loss, (step, self._n_negatives), tuple(scratch))

    def is_finite(self):
        """Whether all numbers of all vectors are finite."""
        return bool(np.isfinite(self.centers).all() and np.isfinite(self.contexts).all())

    def vectors(self):
        """Centre and context vectors in the order of the vocabulary, copies, each (V, d)."""
        return self.strata.by_word(self.centers), self.strata.by_word(self.contexts)
