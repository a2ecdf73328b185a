"""Cosines of vectors in float64, whose last digits do not depend on how many are asked for at once."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from sklw2v.utils._blas import one_blas_thread
from sklw2v.utils._threads import n_threads

BLOCK_CELLS = 1 << 24  # scores at a time
FLOAT64_CELLS = 1 << 18  # components that are float64 at a time
# With lengths between these no float32 product of a unit vector and a vector is infinite, or too small to be told.
SHORTEST, LONGEST = np.float32(1e-15), np.float32(1e15)


def unit_rows(vectors):
    """Vectors (..., d) scaled to unit length, in float64, where no float32 overflows; a zero vector stays zero."""
    vectors = np.asarray(vectors, dtype=np.float64)
    norms = np.sqrt((vectors * vectors).sum(axis=-1, keepdims=True))
    return np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)


def cosines(left, right):
    """Cosines of vectors (..., d) and vectors (..., d), one by one; equal vectors give equal bits."""
    return np.clip((unit_rows(left) * unit_rows(right)).sum(axis=-1), -1.0, 1.0)


def norms(vectors):
    """Lengths (n,) of vectors (n, d), float32; 1 for a zero vector, whose products are zero as they are."""
    lengths = np.empty(len(vectors), dtype=np.float32)
    with np.errstate(over="ignore"):  # a length may be infinite
        for rows in _row_slices(len(vectors), vectors.shape[1]):
            block = vectors[rows].astype(np.float64)
            lengths[rows] = np.sqrt(np.einsum("ij,ij->i", block, block))
    lengths[lengths == 0] = 1
    return lengths


def float32_cosines(targets, vectors, lengths, out):
    """Cosines of unit vectors (n, d) with vectors (V, d), as float32 products give them, within `float32_error` / 2.

    Parameters
    ----------
    targets : ndarray of float32, shape (n, d)
        Of length 1 or 0.
    vectors : ndarray of float32, shape (V, d)
    lengths : ndarray of float32, shape (V,)
        Their `norms`.
    out : ndarray of float32, shape (n, V)

    Returns
    -------
    ndarray
        `out`.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        np.matmul(targets, vectors.T, out=out)
        np.divide(out, lengths, out=out)
    extreme = np.flatnonzero((lengths < SHORTEST) | (lengths > LONGEST))
    for part in _row_slices(len(extreme), vectors.shape[1]):
        rows = extreme[part]
        out[:, rows] = targets @ unit_rows(vectors[rows]).astype(np.float32).T
    return out


def _row_slices(n_rows, n_components):
    """Slices of so many rows of a matrix that their float64 form takes little memory."""
    n_block = max(1, FLOAT64_CELLS // max(1, n_components))
    return [slice(start, start + n_block) for start in range(0, n_rows, n_block)]


def float32_error(n_components):
    """What a cosine by float32 products may be off by, twice over (Higham 2002, section 3.1).

    That of two unit vectors, rounded to float32, or of `float32_cosines`, which rounds a length and a quotient.
    """
    return (n_components + 5) * np.finfo(np.float32).eps


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
    nth = scores.max() if n == 1 else np.partition(scores, -n)[-n]
    least = nth - float32_error(len(query))
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
