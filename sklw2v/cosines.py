"""Cosines of vectors in float64, whose last digits do not depend on how many are asked for at once."""

import numpy as np

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


def in_blocks(queries, n_words):
    """Yield parts of a list of queries, each with room for its scores: float32, (n_block, n_words), 64 MB at most."""
    n_block = max(1, min(len(queries), BLOCK_CELLS // max(1, n_words)))
    buffer = np.empty((n_block, n_words), dtype=np.float32)  # new memory for each block would cost more
    for start in range(0, len(queries), n_block):
        block = queries[start : start + n_block]
        yield block, buffer[: len(block)]
