"""Sums of a co-occurrence over its rows and its columns, from which biases start."""

import numpy as np


def sums_of(matrix, numbers):
    """Sums of numbers of the cells of a csr_array, over its rows and over its columns, in float64."""
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    places = zip((row, matrix.indices), matrix.shape, strict=True)
    return tuple(np.bincount(place, numbers, minlength=size).astype(np.float64) for place, size in places)


def log_shares(sums, exponent=1.0):
    """Logarithms of sums over the whole sum to a power; those of sums of 0 are the least of the others, or 0."""
    least = sums.min(where=sums > 0, initial=np.inf)
    if least == np.inf:
        return np.zeros(len(sums))
    return np.log(np.maximum(sums, least)) - exponent * np.log(sums.sum())
