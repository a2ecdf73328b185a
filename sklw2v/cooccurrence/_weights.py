"""Weights of pairs: by their distance in the window, and by the words that subsampling keeps."""

from math import lcm
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from sklw2v.utils import row_blocks

# Up to this window 1/distance is an integer number of units of 1/lcm(1, ..., window); beyond, 2**26 units make 1.
_LARGEST_EXACT_HARMONIC = 20
_ROUNDED_HARMONIC_SCALE = 1 << 26


def window_units(window, window_weights, longest=None):
    """Weights of the distances in a window as integers over a common scale.

    Parameters
    ----------
    window : int
        Largest distance between a centre word and a context word, in tokens.
    window_weights : {"linear", "uniform", "harmonic"}
        ``"linear"``: ``(window + 1 - j) / window`` at distance j, which is the expectation of word2vec's window drawn
        uniformly from 1 to `window` (Mikolov et al. 2013). ``"uniform"``: 1. ``"harmonic"``: ``1 / j`` (Pennington et
        al. 2014); for windows above 20 rounded to a multiple of 2**-26.
    longest : int, optional
        Tokens of the longest document, of which no two are further apart.

    Returns
    -------
    units : ndarray of int64, shape (n_distances,)
        For the distances from 1 to `window`, or to the longest there can be if that is less.
    scale : int
        The weight of distance j is ``units[j - 1] / scale``.
    """
    n_distances = window if longest is None else min(window, max(longest - 1, 0))
    distances = np.arange(1, n_distances + 1, dtype=np.int64)
    if window_weights == "linear":
        return window + 1 - distances, window
    if window_weights == "uniform":
        return np.ones_like(distances), 1
    if window_weights != "harmonic":
        raise ValueError(f"window_weights={window_weights!r}: expected 'linear', 'uniform' or 'harmonic'.")
    if window <= _LARGEST_EXACT_HARMONIC:
        scale = lcm(*range(1, window + 1))
        return scale // distances, scale
    return np.rint(_ROUNDED_HARMONIC_SCALE / distances).astype(np.int64), _ROUNDED_HARMONIC_SCALE


class Cooccurrence(NamedTuple):
    """What training needs of the documents.

    Attributes
    ----------
    matrix : csr_array of float32, shape (V, V)
        Weight of each pair (centre word, context word), as subsampling leaves it. Sorted columns, no stored zeros.
    keep : ndarray of float64, shape (V,)
        Probability that subsampling keeps a token of each word.
    """

    matrix: csr_array
    keep: np.ndarray


class Thinning(NamedTuple):
    """What turns counted units into the weights that subsampling leaves.

    Attributes
    ----------
    scale : int
        From `window_units`.
    keep : ndarray of float64, shape (V,)
        From `keep_probabilities`.
    """

    scale: int
    keep: np.ndarray


def keep_probabilities(counts, subsample):
    """Probability that a token of each word is kept: ``min(1, sqrt(t / f) + t / f)``, (V,) float64.

    The formula of word2vec's C program (Mikolov et al. 2013 give ``sqrt(t / f)`` alone), with f the word's relative
    frequency and t = `subsample`; ones where `subsample` is None or 0.
    """
    if not subsample:
        return np.ones(len(counts))
    frequencies = counts / counts.sum()
    ratio = np.divide(subsample, frequencies, out=np.full(len(counts), np.inf), where=frequencies > 0)
    return np.minimum(1.0, np.sqrt(ratio) + ratio)


def expected_cooccurrence(units_counted, scale, keep, overwrite=False):
    """Counts as subsampling leaves them in expectation: ``X[c, o] * keep[c] * keep[o] / scale``.

    Parameters
    ----------
    units_counted : csr_array, shape (V, V)
        From `count_cooccurrences`, or a sum of several of its results.
    scale : int
        From `window_units`.
    keep : ndarray of float64, shape (V,)
        From `keep_probabilities`.
    overwrite : bool, default=False
        Whether the result may take the place of counts of 4 bytes each: new memory costs more than the arithmetic.

    Returns
    -------
    csr_array of float32, shape (V, V)
        Shares the structure of `units_counted`.
    """
    indices, indptr = units_counted.indices, units_counted.indptr
    is_replaced = overwrite and units_counted.data.itemsize == 4
    expected = units_counted.data.view(np.float32) if is_replaced else np.empty(len(indices), dtype=np.float32)
    for low, high in row_blocks(indptr):
        cells = slice(indptr[low], indptr[high])
        lengths = np.diff(indptr[low : high + 1])
        expected[cells] = thin(units_counted.data[cells], indices[cells], lengths, keep[low:high], scale, keep)
    return csr_array((expected, indices, indptr), shape=units_counted.shape)


def thin(units, columns, row_lengths, row_keep, scale, keep):
    """Expected weights of the cells of some rows."""
    values = units / scale
    values *= keep[columns]
    values *= np.repeat(row_keep, row_lengths)
    return values.astype(np.float32)
