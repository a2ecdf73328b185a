"""Blocks of rows of a sparse matrix: work that needs little memory at a time, and can go side by side."""

from itertools import pairwise

import numpy as np

N_BLOCKS = 32


def row_blocks(indptr):
    """Cut the rows of a CSR matrix into at most `N_BLOCKS` blocks of about equally many cells.

    Parameters
    ----------
    indptr : ndarray of int, shape (n_rows + 1,)

    Returns
    -------
    list of (low, high)
        Rows ``low`` to ``high`` are a block; together all rows, in order. Depends on the matrix alone.
    """
    n_rows = len(indptr) - 1
    cuts = np.searchsorted(indptr, np.linspace(0, indptr[-1], N_BLOCKS + 1)).clip(0, n_rows)
    cuts[0], cuts[-1] = 0, n_rows
    return [(int(low), int(high)) for low, high in pairwise(cuts) if low < high]
