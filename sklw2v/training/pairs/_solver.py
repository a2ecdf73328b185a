"""Stratified SGD for losses of pairs.

The words are dealt into S strata, word r to stratum r mod S, which cuts the co-occurrence matrix into S x S tiles. In
sub-epoch s the tiles (p, (p + s) mod S) are worked on side by side: no two of them share a row of the centre vectors or
a row of the context vectors, so threads cannot touch each other's numbers and every number of threads gives the same
bits (Gemulla et al. 2011). S depends on the vocabulary alone.

Inside a tile four centre words at a time meet their cells and, four words at a time, the noise, which they share. Over
an epoch the noise of a row is unbiased: K times the row's weight, spread over the strata by their noise mass.
"""

from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

import numpy as np

from sklw2v.training.pairs._cells import MAX_STEP, MAX_VISITS, lay_tiles
from sklw2v.training.pairs._kernels import GROUP, LINE, TABLE_RANGE, TABLE_SIZE, VECTOR, run_tile
from sklw2v.utils import row_blocks

MAX_STRATA = 32
MIN_STRATUM = 512  # words; below it noise words would repeat, and be the true word itself, too often

NOISE_TABLE_SIZE = 1 << 16


def n_strata(n_words):
    """Number of strata for a vocabulary: 1 below 1024 words, rising to 32 at 16,384."""
    return int(np.clip(n_words // MIN_STRATUM, 1, MAX_STRATA))


def tabulate(function):
    """Table of a pointwise loss for the kernel: (TABLE_SIZE, 4) float32.

    Row i holds two straight lines for the scores from ``-TABLE_RANGE + i * h`` to the next grid point: height at score
    0 and slope of the gradient's, then of the value's. Beyond the ends the kernel extends the last piece.
    """
    scores = np.linspace(-TABLE_RANGE, TABLE_RANGE, TABLE_SIZE + 1)
    try:
        values, gradients = (np.broadcast_to(np.asarray(part, float), scores.shape) for part in function(scores))
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"loss: {function.__qualname__} is to return two arrays of the shape of the scores, values and gradients: "
            f"{error}. sklw2v.losses.check_loss tests a loss."
        ) from error
    lines = []
    for heights in (gradients, values):
        slopes = np.diff(heights) / np.diff(scores)
        lines += [heights[:-1] - slopes * scores[:-1], slopes]
    return np.ascontiguousarray(np.stack(lines, axis=1), dtype=np.float32)


def _aligned_zeros(n_rows, width):
    """Zeros, float32, (n_rows, width), that begin at a cache line: loads across two lines cost a fifth of the speed."""
    zeros = np.zeros(n_rows * width + LINE, dtype=np.float32)
    first = -(zeros.ctypes.data // 4) % LINE
    return zeros[first : first + n_rows * width].reshape(n_rows, width)


class PairSolver:
    """State of the stratified SGD; see `sgd.train` for the parameters.

    Vectors stand in an order of their own, in which a stratum's lie side by side, and are as long as a multiple of
    `VECTOR`, with zeros at the end. A word's row there is its place.
    """

    def __init__(self, cooccurrence, centers, contexts, loss, noise, n_negatives, learning_rate, rng, n_jobs):
        n_words, self.n_components = centers.shape
        n_blocks = -(-self.n_components // VECTOR)
        width = n_blocks * VECTOR
        self.blocks = (0,) * n_blocks
        self.n_strata = n_strata(n_words)
        self.n_jobs = n_jobs
        self.n_negatives = n_negatives
        self.rng = rng
        self.positive = tabulate(loss.positive)
        self.negative = tabulate(loss.negative)

        words = np.arange(n_words)
        self.sizes = np.array([len(range(stratum, n_words, self.n_strata)) for stratum in range(self.n_strata)])
        # A stratum ends with GROUP zero vectors and what makes its size a multiple of GROUP.
        self.starts = np.concatenate([[0], np.cumsum(-(-self.sizes // GROUP) * GROUP + GROUP)])
        self.places = self.starts[words % self.n_strata] + words // self.n_strata
        self.centers = _aligned_zeros(self.starts[-1], width)
        self.centers[self.places, : self.n_components] = centers
        self.contexts = _aligned_zeros(self.starts[-1], width)
        self.contexts[self.places, : self.n_components] = contexts

        placed_noise = np.zeros(len(self.centers))
        placed_noise[self.places] = noise
        self.noise_mass = np.empty(self.n_strata)
        numbers = np.uint16 if self.sizes[0] <= 2**16 else np.uint32
        self.noise_words = np.zeros((self.n_strata, NOISE_TABLE_SIZE), dtype=numbers)
        quantiles = (np.arange(NOISE_TABLE_SIZE) + 0.5) / NOISE_TABLE_SIZE
        for stratum in range(self.n_strata):
            low = self.starts[stratum]
            cumulated = np.cumsum(placed_noise[low : low + self.sizes[stratum]])
            self.noise_mass[stratum] = cumulated[-1]
            if cumulated[-1] > 0:
                self.noise_words[stratum] = np.searchsorted(cumulated, quantiles * cumulated[-1])
        self._weigh_rows(cooccurrence, noise if loss.exclude_true else None, MAX_VISITS * MAX_STEP / learning_rate)
        self._lay_tiles(cooccurrence, np.float32(MAX_STEP / learning_rate))  # last: it holds the most memory

    def _lay_tiles(self, cooccurrence, heavy_from):
        """Copy the cells tile by tile, in a tile row by row, in a row those of weight `heavy_from` and more first.

        Lighter cells are visited once an epoch. Sets ``columns`` and ``weights`` (the cells; columns are places),
        ``cell_ends[p][c, i + 1]`` (where the heavy and where all cells of row i of stratum p end in tile (p, c); those
        of row 0 begin at ``cell_ends[p][c, 0, 1]``) and ``row_cells`` (number of cells, by place).
        """
        strata = range(self.n_strata)
        indptr = cooccurrence.indptr.astype(np.int64)
        row_cells = np.diff(indptr)
        # Behind the cells each thread has room for the visits that it lists, of four rows of a tile at a time.
        self.room = GROUP * GROUP * MAX_VISITS * int(self.sizes.max())
        rooms = -(-cooccurrence.nnz // GROUP) * GROUP + self.room * np.arange(min(self.n_jobs, self.n_strata))
        self.columns = np.empty(rooms[-1] + self.room, dtype=np.int32)
        self.weights = np.empty(rooms[-1] + self.room, dtype=np.float32)
        self.free_rooms = SimpleQueue()
        for room in rooms:
            self.free_rooms.put(room)
        self.cell_ends = [np.empty((self.n_strata, size + 1, 2), dtype=np.int64) for size in self.sizes]
        firsts = np.concatenate([[0], np.cumsum([row_cells[stratum :: self.n_strata].sum() for stratum in strata])])
        self.row_cells = np.zeros(len(self.centers), dtype=np.float32)
        self.row_cells[self.places] = row_cells
        stratum_of = (np.arange(len(row_cells)) % self.n_strata).astype(np.int32)
        places = self.places.astype(np.int32)

        def lay(stratum):
            lay_tiles(
                indptr,
                cooccurrence.indices,
                cooccurrence.data,
                stratum_of,
                places,
                stratum,
                self.n_strata,
                heavy_from,
                self.columns,
                self.weights,
                firsts[stratum],
                self.cell_ends[stratum],
                np.zeros(self.n_strata + 1, dtype=np.int64),
            )

        with ThreadPoolExecutor(self.n_jobs) as pool:
            list(pool.map(lay, strata))

    def _weigh_rows(self, cooccurrence, excluded_noise, most):
        """Add up the weights that the noise goes with, the cells above `most` apart: the limit rises as the rate falls.

        Where noise is not to be the true word, a pair's draws are renormalised without it: word q is noise beside c
        with weight ``K P(q) (sum_o w_o / (1 - P(o)) - w_q / (1 - P(q)))``. The sum is the row's weight here; what is
        subtracted goes with the visits of the pair (c, q) itself, ``own_noise`` a unit of its weight.
        """
        factors = np.ones(len(self.places))
        self.own_noise = np.empty(0, dtype=np.float32)
        if excluded_noise is not None:
            factors = 1 / np.maximum(1.0 - excluded_noise, 1e-9)
            self.own_noise = np.zeros(len(self.centers), dtype=np.float32)
            self.own_noise[self.places] = self.n_negatives * excluded_noise * factors
        indices, indptr = cooccurrence.indices, cooccurrence.indptr
        self.light_weights = np.zeros(len(self.centers))
        heavy = []
        for low, high in row_blocks(indptr):
            cells = slice(indptr[low], indptr[high])
            weights = cooccurrence.data[cells].astype(np.float64)
            of_row = np.repeat(self.places[low:high], np.diff(indptr[low : high + 1]))
            of_column = factors[indices[cells]]
            above = weights > most
            heavy.append((cooccurrence.data[cells][above], of_column[above], of_row[above].astype(np.int32)))
            weights[above] = 0
            self.light_weights += np.bincount(of_row, weights * of_column, minlength=len(self.light_weights))
        self.heavy_weights, self.heavy_factors, self.heavy_places = map(np.concatenate, zip(*heavy, strict=True))

    def run_epoch(self, rate):
        """Visit every cell once or more; return the loss, a sum over the cells, noise included."""
        value = 0.0
        strata = range(self.n_strata)
        for noise_words in self.noise_words:
            self.rng.shuffle(noise_words)
        row_weights = self._row_weights(MAX_VISITS * MAX_STEP / rate(0.5))
        with ThreadPoolExecutor(self.n_jobs) as pool:
            for done, shift in enumerate(self.rng.permutation(self.n_strata)):
                step = rate(done / self.n_strata)
                starts = self.rng.randint(0, NOISE_TABLE_SIZE // GROUP, size=(self.n_strata, 2))
                tasks = [
                    pool.submit(self._run_tile, p, (p + shift) % self.n_strata, step, starts[p], row_weights)
                    for p in strata
                ]
                value += sum(task.result() for task in tasks)
        return value

    def _row_weights(self, most):
        """For each place the weight that its noise goes with, whole and with no cell above `most`: (n, 2) float32."""
        result = np.empty((len(self.centers), 2), dtype=np.float32)
        for kind, limit in enumerate((np.inf, most)):
            heavy = np.minimum(self.heavy_weights, limit) * self.heavy_factors
            result[:, kind] = self.light_weights + np.bincount(self.heavy_places, heavy, minlength=len(result))
        return result

    def _run_tile(self, center_stratum, context_stratum, step, start, row_weights):
        rows = slice(self.starts[center_stratum], self.starts[center_stratum + 1])
        width = self.centers.shape[1]
        room = self.free_rooms.get()
        try:
            # Arrays made here need not be compiled for: each kind of np.zeros in a kernel takes 0.1 s to compile.
            return run_tile(
                self.blocks,
                self.centers[rows].reshape(-1),
                self.contexts.reshape(-1),
                self.cell_ends[center_stratum][context_stratum],
                self.columns,
                self.weights,
                row_weights[rows],
                self.row_cells[rows],
                self.starts[context_stratum],
                self.noise_words[context_stratum],
                float(self.noise_mass[context_stratum]),
                self.own_noise,
                self.positive.reshape(-1),
                self.negative.reshape(-1),
                np.float32(step),
                np.float32(self.n_negatives),
                start[0] * GROUP,
                start[1] * GROUP / NOISE_TABLE_SIZE,
                self.starts[context_stratum + 1] - GROUP,
                room,
                np.empty(self.room // GROUP, dtype=np.int8),
                np.empty((2 * GROUP, 3), dtype=np.int64),
                np.empty(2 * GROUP),
                np.empty((2, GROUP), dtype=np.float32),
                _aligned_zeros(GROUP, width).reshape(-1),
            )
        finally:
            self.free_rooms.put(room)

    def is_finite(self):
        return bool(np.isfinite(self.centers).all() and np.isfinite(self.contexts).all())

    def vectors(self):
        """Centre and context vectors in the order of the vocabulary, each (V, d)."""
        return tuple(
            np.ascontiguousarray(vectors[self.places, : self.n_components]) for vectors in (self.centers, self.contexts)
        )
