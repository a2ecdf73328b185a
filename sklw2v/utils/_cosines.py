"""Cosines of vectors in float64, whose last digits do not depend on how many are asked for at once."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from sklw2v.utils._blas import one_blas_thread
from sklw2v.utils._threads import n_threads

BLOCK_CELLS = 1 << 24  # scores at a time


def unit_rows(vectors):
    """Vectors (..., d) scaled to unit length, in float64, where no float32 overflows; a zero vector stays zero."""
    vectors = np.asarray(vectors, dtype=np.float64)
    norms = np.sqrt((vectors * vectors).sum(axis=-1, keepdims=True))
    return np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)


def cosines(left, right):
    """Cosines of vectors (..., d) and vectors (..., d), one by one; equal vectors give equal bits."""
    return np.clip((unit_rows(left) * unit_rows(right)).sum(axis=-1), -1.0, 1.0)


def float32_error(n_components):
    """What the float32 product of two unit vectors may be off by, twice over (Higham 2002, section 3.1)."""
    return (n_components + 4) * np.finfo(np.float32).eps


def in_blocks(queries, n_vectors):
    """Yield parts of a list of queries, each with an array for its scores: float32, (n_block, n_vectors), 64 MB."""
    n_block = max(1, min(len(queries), BLOCK_CELLS // max(1, n_vectors)))
    buffer = np.empty((n_block, n_vectors), dtype=np.float32)  # new memory for each block would cost more
    for start in range(0, len(queries), n_block):
        block = queries[start : start + n_block]
        yield block, buffer[: len(block)]


def nearest(query, scores, vectors, n):
    """The rows of the vectors nearest to a query, and their cosines, greatest first, ties by row.

    Parameters
    ----------
    query : ndarray, shape (d,)
    scores : ndarray of float32, shape (n_vectors,)
        The query's cosines with all vectors, as float32 products give them: they tell which vectors can be among the
        nearest. -inf leaves a row out.
    vectors : ndarray, shape (n_vectors, d)
    n : int
        At least 1, and at most the number of rows not left out.

    Returns
    -------
    rows, cosines : ndarray of int and of float64, shape (n,)
    """
    least = np.partition(scores, -n)[-n] - float32_error(len(query))
    candidates = np.flatnonzero(scores >= least)
    of_candidates = cosines(vectors[candidates], query)
    order = np.argsort(-of_candidates, kind="stable")[:n]
    return candidates[order], of_candidates[order]


def nearest_of_all(vectors, queries, n, n_jobs=None):
    """`nearest` for each of many queries, among vectors of length 1 or 0; to a query of length 0 all are equally near.

    A query that comes again is answered once: many equal documents have each other for candidates.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n_vectors, d)
    queries : ndarray of float32, shape (n_queries, d)
        Of length 1 or 0, too.
    n : int
        At least 1. Of fewer vectors than that, all are given.
    n_jobs : int, default=None
        Threads. The result does not depend on it.

    Returns
    -------
    rows, cosines : ndarray of int and of float64, shape (n_queries, min(n, n_vectors))
    """
    queries, copies = np.unique(queries, axis=0, return_inverse=True)
    copies = copies.ravel()  # NumPy 2.0 gives it another shape
    n = min(n, len(vectors))
    rows = np.tile(np.arange(n), (len(queries), 1))
    values = np.zeros((len(queries), n))

    def find(part):
        for block, scores in in_blocks(part, len(vectors)):
            np.matmul(queries[block], vectors.T, out=scores)  # (n_block, n_vectors)
            for row, of_query in zip(block, scores, strict=True):
                if queries[row].any():
                    rows[row], values[row] = nearest(queries[row], of_query, vectors, n)

    workers = n_threads(n_jobs)
    # One thread of BLAS for each of ours; the result is the same with more.
    with one_blas_thread(), ThreadPoolExecutor(workers) as pool:
        for _ in pool.map(find, np.array_split(np.arange(len(queries)), workers)):
            pass
    return rows[copies], values[copies]
