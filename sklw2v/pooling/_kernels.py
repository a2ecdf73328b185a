"""Compiled losses of the scores of documents."""

import numpy as np

from sklw2v.losses import interpolate
from sklw2v.utils import compiled, compiled_part, not_compiled

CHUNK = 4096  # words whose loss is summed in single precision

# Written into the kernels below, so that these say what the compiler may assume: here scores need not be finite.
_interpolate = compiled_part(inline="always")(not_compiled(interpolate))


# Sums may be taken in another order, which lets the compiler use vectors.
@compiled(fastmath={"reassoc", "nsz", "contract"})
def noise_loss(sources, scores, weights, table, values):
    """Add each row's loss as noise, ``weights`` a word, to `values`; replace its scores by their gradients.

    Parameters
    ----------
    sources : tuple
        `sklw2v.utils.SOURCES`, not read.
    scores : ndarray of float32, shape (n_documents, n_words)
    weights : ndarray of float32, shape (n_words,)
    table : ndarray of float32
        From `tabulate`.
    values : ndarray of float64, shape (n_documents,)
    """
    n_words = scores.shape[1]
    for row in range(scores.shape[0]):
        for first in range(0, n_words, CHUNK):
            total = np.float32(0)
            for word in range(first, min(first + CHUNK, n_words)):
                gradient, value = _interpolate(table, scores[row, word])
                total += weights[word] * value
                scores[row, word] = weights[word] * gradient
            values[row] += total


@compiled()
def true_loss(sources, scores, indptr, weights, table, values, gradients):
    """Add each document's loss on its own words to `values`; fill in the gradients of their scores.

    Parameters
    ----------
    sources : tuple
        `sklw2v.utils.SOURCES`, not read.
    scores : ndarray of float32, shape (n_cells,)
    indptr : ndarray of int, shape (n_documents + 1,)
        Where the words of each document begin.
    weights : ndarray, shape (n_cells,)
    table : ndarray of float32
        From `tabulate`.
    values : ndarray of float64, shape (n_documents,)
    gradients : ndarray of float32, shape (n_cells,)
    """
    for row in range(len(indptr) - 1):
        for cell in range(indptr[row], indptr[row + 1]):
            gradient, value = _interpolate(table, scores[cell])
            values[row] += weights[cell] * value
            gradients[cell] = weights[cell] * gradient
