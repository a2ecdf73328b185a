"""Cosines of vectors in float64, whose last digits do not depend on how many are asked for at once."""

import numpy as np


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
