"""Tiles: the cells of a co-occurrence in the order in which the SGD goes over them."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from queue import SimpleQueue
from typing import NamedTuple

import numpy as np

from sklw2v.training.pairs._kernels import GROUP, MAX_UPDATES, VECTOR, lay_tiles
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
    noise_vectors: np.ndarray  # float32, (4 * n_blocks * VECTOR,): the context vectors of four noise words

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
    strata : Strata
    cooccurrence : csr_array of float32, shape (V, V)
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
    ends : list of S ndarrays of int64, the one at p of shape (S, ``strata.sizes[p]`` + 1, 2)
        ``ends[p][c, i + 1]``: where the heavy and where all cells of row i of stratum p end in tile (p, c). Those of
        row 0 begin at ``ends[p][c, 0, 1]``.
    n_cells : ndarray of float32, shape (n_rows,)
        Number of cells of each row, in all tiles.
    """

    def __init__(self, strata, cooccurrence, heavy_from, n_jobs):
        limit = GROUP * GROUP * MAX_UPDATES * int(strata.sizes.max())  # of the updates listed for four rows
        n_lists = min(n_jobs, strata.n_strata)
        first_listed = -(-cooccurrence.nnz // GROUP) * GROUP + limit * np.arange(n_lists + 1)
        self.columns = np.empty(first_listed[-1], dtype=np.int32)
        self.weights = np.empty(first_listed[-1], dtype=np.float32)
        self._free_scratch = SimpleQueue()
        for first in first_listed[:-1]:
            self._free_scratch.put(Scratch.new(int(first), limit // GROUP, strata.n_blocks))
        self.ends = [np.empty((strata.n_strata, size + 1, 2), dtype=np.int64) for size in strata.sizes]
        self.n_cells = strata.by_row(np.diff(cooccurrence.indptr), np.float32)
        self._lay(strata, cooccurrence, heavy_from, n_jobs)

    def _lay(self, strata, cooccurrence, heavy_from, n_jobs):
        n_strata = strata.n_strata
        indptr = cooccurrence.indptr.astype(np.int64)
        cells = indptr, cooccurrence.indices, cooccurrence.data
        stratum_of = (np.arange(len(strata.rows)) % n_strata).astype(np.int32)
        dealt = stratum_of, strata.rows.astype(np.int32), n_strata
        n_cells = np.diff(indptr)
        begins = np.concatenate([[0], np.cumsum([n_cells[stratum::n_strata].sum() for stratum in range(n_strata)])])

        def lay(stratum):
            free = np.zeros(n_strata + 1, dtype=np.int64)
            laid = self.columns, self.weights, self.ends[stratum], free
            lay_tiles(SOURCES, cells, dealt, stratum, heavy_from, begins[stratum], laid)

        with ThreadPoolExecutor(n_jobs) as pool:
            list(pool.map(lay, range(n_strata)))

    @contextmanager
    def scratch(self):
        """The `Scratch` of a thread, which no other has until the block ends."""
        scratch = self._free_scratch.get()
        try:
            yield scratch
        finally:
            self._free_scratch.put(scratch)
