"""The cells of the co-occurrence as the tiles of the stratified SGD go over them: compiled code."""

import numpy as np
from numba import njit

# A visit moves a pair by at most MAX_STEP, and a cell is visited at most MAX_VISITS times an epoch.
MAX_STEP = 0.025
MAX_VISITS = 8
MORE_VISITS = np.float32(MAX_VISITS - 1)


@njit(nogil=True, cache=True, error_model="numpy", no_cfunc_wrapper=True)
def lay_tiles(indptr, indices, data, strata, places, first, n_strata, heavy_from, columns, weights, begin, ends, free):
    """Copy the cells of stratum `first` of the rows, tile by tile, from `begin` on; see `PairSolver._lay_tiles`.

    `free` is zeros, (S + 1,).
    """
    for row in range(first, len(indptr) - 1, n_strata):
        for cell in range(indptr[row], indptr[row + 1]):
            free[strata[indices[cell]] + 1] += 1
    free[0] = begin
    for tile in range(n_strata):
        free[tile + 1] += free[tile]
        ends[tile, 0, 1] = free[tile]
    for i in range(1, ends.shape[1]):
        row = first + (i - 1) * n_strata
        for part in range(2):
            for cell in range(indptr[row], indptr[row + 1]):
                weight = data[cell]
                if (weight < heavy_from) == part:
                    column = indices[cell]
                    tile = strata[column]
                    columns[free[tile]] = places[column]
                    weights[free[tile]] = weight
                    free[tile] += 1
            for tile in range(n_strata):
                ends[tile, i, part] = free[tile]


@njit(error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)
def list_visits(columns, weights, first, light, end, visits_per_weight, pads, begin, left):
    """List the visits of a row's heavy cells in a tile, and of the last light ones, from `begin` on; return the end.

    The list stands in `columns` and `weights` like the cells themselves. A cell that is visited n times stands in it n
    times with an n-th of its weight, the second time after all have stood there once. Four after four are different
    words: where a four would get a word again it is filled up with `pads`, the places of zero vectors, of weight 0.
    `left`, for the visits still to list, has room for as many.
    """
    n = begin
    for cell in range(first, end):
        if cell == light:
            break
        more = weights[cell] * visits_per_weight
        more = np.int64(more if more < MORE_VISITS else MORE_VISITS)
        columns[n] = columns[cell]
        weights[n] = weights[cell] / (more + 1)
        left[n - begin] = more
        n += 1
    for cell in range(end - ((end - light) & 3), end):
        columns[n] = columns[cell]
        weights[n] = weights[cell]
        left[n - begin] = 0
        n += 1
    done = begin
    pass_end = n
    while done < pass_end:
        for listed in range(done, pass_end):
            if left[listed - begin] > 0:
                for earlier in range(n & ~3, n):
                    if columns[earlier] == columns[listed]:
                        n = _fill(columns, weights, n, pads, begin, left)
                        break
                columns[n] = columns[listed]
                weights[n] = weights[listed]
                left[n - begin] = left[listed - begin] - 1
                n += 1
        done = pass_end
        pass_end = n
    return _fill(columns, weights, n, pads, begin, left)


@njit(inline="always")
def _fill(columns, weights, n, pads, begin, left):
    while n & 3:
        columns[n] = pads + (n & 3)
        weights[n] = 0
        left[n - begin] = 0
        n += 1
    return n
