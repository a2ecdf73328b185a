"""The words nearest to directions, by cosine: what neighbours, analogies and their evaluation are made of.

Answers come from float64 sums. float32 products are fast, but their last digits differ with a row's place and with the
number of BLAS threads. They only tell which words need float64 sums.
"""

import numpy as np

from sklw2v.utils import float32_cosines, in_blocks, nearest, unit_rows


def find_neighbors(vectors, norms, queries, topn):
    """Yield, for each query, the rows of the nearest vectors and their cosines, the greatest first, ties by row.

    Parameters
    ----------
    vectors : ndarray of float32, shape (V, d)
    norms : ndarray of float32, shape (V,)
        Their `norms`.
    queries : list of (direction, rows)
        A direction is an ndarray (d,) of float64; its rows, a set of int below V, are left out of the answer.
    topn : int
        At least 1. Where there are fewer rows, all are given.

    Yields
    ------
    rows, cosines : ndarray of int and of float64, shape (n,)
    """
    for block, buffer in in_blocks(queries, len(vectors)):
        targets = unit_rows([direction for direction, _ in block]).astype(np.float32)  # (n_block, d)
        scores = float32_cosines(targets, vectors, norms, out=buffer)  # (n_block, V)
        for (direction, rows), score in zip(block, scores, strict=True):
            n_wanted = min(topn, len(vectors) - len(rows))
            score[list(rows)] = -np.inf
            yield nearest(direction, score, vectors, n_wanted) if n_wanted else (np.empty(0, dtype=int), np.empty(0))
