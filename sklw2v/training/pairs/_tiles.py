"""Tiles: the cells of a co-occurrence in the order in which the SGD goes over them."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from queue import SimpleQueue
from typing import NamedTuple

import numpy as np

from sklw2v.training.pairs._kernels import GROUP, MAX_UPDATES, VECTOR, lay_tiles, measure_tiles
from sklw2v.training.pairs._strata import aligned_zeros
from sklw2v.utils import SOURCES


class Scratch(NamedTuple):
    """What a thread writes to while it works on four rows of a tile.

    Arrays made here need not be compiled for: each kind of ``np.zeros`` in a kernel takes 0.1 s to compile.
    """

    first_listed: int  # from where on `Tiles.columns` and `Tiles.weights` hold its list of updates
    updates_left: np.ndarray  # int8, (limit of a list,): how often the cell of an entry is still to be listed
    runs: np.ndarray  # int64, (8, 3): of each row its light cells and its list: next, end, begin
    quads_per_round: np.ndarray  # float64, (8,)
    noise_weights: np.ndarray  # float32, (2, 4): of the rows' noise updates: the step, and the weight in the loss
    noise_vectors: np.ndarray  # float32, (4 * n_blocks * VECTOR,): context vectors of four noise words, half updated

    @classmethod
    def new(cls, first_listed, limit, n_blocks):
        return cls(
            first_listed,
            np.empty(limit, dtype=np.int8),
            np.empty((2 * GROUP, 3), dtype=np.int64),
            np.empty(2 * GROUP),
            np.empty((2, GROUP), dtype=np.float32),
            aligned_zeros(GROUP, n_blocks * VECTOR).reshape(-1),
        )


class Tiles:
    """The cells, copied tile by tile, in a tile row by row, in a row the heavy ones first.

    Tile (p, c) has the centre words of stratum p and the context words of stratum c. Light cells are updated once an
    epoch.

    Parameters
    ----------
    strata : (Strata, Strata)
        Of the rows and of the outputs.
    cells : Cells
    heavy_from : float32
        Weight from which on a cell is heavy.
    n_jobs : int
        Threads that lay the tiles, and that will work on them at the same time.

    Attributes
    ----------
    columns : ndarray of int32, shape (n_pairs + scratch,)
        Rows of the cells' context vectors. Behind the cells each thread lists its updates.
    weights : ndarray of float32, shape (n_pairs + scratch,)
        Weights of the cells.
    labels, offsets : ndarray of float32, shape (n_pairs + scratch,) or (0,)
        Labels and offsets of the cells; empty where they have none.
    heavy_from : float32
    begins : ndarray of int64, shape (S, S)
        Where the cells of tile (p, c) begin.
    lengths : list of S ndarrays of uint8, the one at p of shape (S, ``strata.sizes[p]``)
        ``lengths[p][c, i]``: number of cells of row i of stratum p in tile (p, c); `LONG` if there are so many or more.
    long_lengths : list of S ndarrays of int64
        ``long_lengths[p]``: the numbers of cells of the long rows of stratum p, tile by tile.
    long_begins : ndarray of int64, shape (S, S)
        Where in ``long_lengths[p]`` those of tile (p, c) begin.
    n_cells : ndarray of float32, shape (n_rows,)
        Number of cells of each row, in all tiles.
    """

    def __init__(self, strata, cells, heavy_from, n_jobs):
        self.heavy_from = heavy_from
        (row_strata, output_strata), weights = strata, cells.weights
        self.n_cells = row_strata.by_row(np.diff(weights.indptr), np.float32)
        structure = weights.indptr.astype(np.int64), weights.indices, weights.data
        stratum_of = (np.arange(len(output_strata.rows)) % output_strata.n_strata).astype(np.int32)
        dealt = stratum_of, output_strata.rows.astype(np.int32), output_strata.n_strata
        with ThreadPoolExecutor(n_jobs) as pool:
            most_heavy = self._measure(row_strata, structure, dealt, pool)
            # Updates listed for four rows: each may stand alone among three that fill its quad up.
            limit = GROUP * (MAX_UPDATES * most_heavy + GROUP * GROUP)
            n_lists = min(n_jobs, row_strata.n_strata)
            first_listed = -(-weights.nnz // GROUP) * GROUP + limit * np.arange(n_lists + 1)
            self.columns = np.empty(first_listed[-1], dtype=np.int32)
            self.weights = np.empty(first_listed[-1], dtype=np.float32)
            self.labels, self.offsets = (
                np.empty(0 if part is None else first_listed[-1], dtype=np.float32)
                for part in (cells.labels, cells.cell_offsets)
            )
            parts = (_float32(part) for part in (cells.labels, cells.cell_offsets))
            self._lay(row_strata, (*structure, *parts), dealt, pool)
        self._free_scratch = SimpleQueue()
        for first in first_listed[:-1]:
            self._free_scratch.put(Scratch.new(int(first), limit, row_strata.n_blocks))

    @property
    def cells(self):
        """Columns, weights, labels and offsets."""
        return self.columns, self.weights, self.labels, self.offsets

    def _measure(self, strata, cells, dealt, pool):
        """Find where tiles begin and how long their rows are; return the most heavy cells of four rows in one."""
        n_strata = strata.n_strata
        self.lengths = [np.empty((n_strata, size), dtype=np.uint8) for size in strata.sizes]
        sizes, n_long, *scratch = np.zeros((4, n_strata, n_strata), dtype=np.int64)

        def measure(stratum):
            measured = self.lengths[stratum], *(part[stratum] for part in (sizes, n_long, *scratch))
            return measure_tiles(SOURCES, cells, dealt, stratum, self.heavy_from, measured)

        most_heavy = max(pool.map(measure, range(n_strata)))
        self.begins = np.cumsum(sizes).reshape(sizes.shape) - sizes
        self.long_begins = np.cumsum(n_long, axis=1) - n_long
        self.long_lengths = [np.empty(n_rows, dtype=np.int64) for n_rows in n_long.sum(axis=1)]
        return most_heavy

    def _lay(self, strata, cells, dealt, pool):
        free, free_long, row_begins = self.begins.copy(), self.long_begins.copy(), np.empty_like(self.begins)

        def lay(stratum):
            of_stratum = self.long_lengths[stratum], free[stratum], free_long[stratum], row_begins[stratum]
            lay_tiles(SOURCES, cells, dealt, stratum, self.heavy_from, (*self.cells, *of_stratum))

        list(pool.map(lay, range(strata.n_strata)))

    def of_tile(self, center_stratum, context_stratum):
        """Where a tile begins, the lengths of its rows, and from the first on those of its long ones."""
        long_begin = self.long_begins[center_stratum, context_stratum]
        return (
            int(self.begins[center_stratum, context_stratum]),
            self.lengths[center_stratum][context_stratum],
            self.long_lengths[center_stratum][long_begin:],
        )

    @contextmanager
    def scratch(self):
        """The `Scratch` of a thread, which no other has until the block ends."""
        scratch = self._free_scratch.get()
        try:
            yield scratch
        finally:
            self._free_scratch.put(scratch)


def _float32(part):
    """An array of the cells as float32; empty for None."""
    return np.empty(0, dtype=np.float32) if part is None else np.ascontiguousarray(part, dtype=np.float32)
