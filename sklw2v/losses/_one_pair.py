"""The readable form of a loss of pairs, for one centre word and one context word."""

import operator

import numpy as np
from scipy.sparse import csr_array


def pair_and_gradients(loss, center, vectors, true, false, offsets=0.0, weight=1.0):
    """Loss of a centre word with true and with false outputs, and the gradients with respect to their vectors.

    Parameters
    ----------
    loss : object
        Of form "pairs".
    center : ndarray of float64, shape (d,)
    vectors : ndarray of float64, shape (m, d)
        Of all outputs.
    true, false : ndarray of int
        Outputs, which may repeat.
    offsets : array-like, shape (n_true + n_false,), or float
        What is taken from each score.
    weight : float
        Of the loss.

    Returns
    -------
    loss : float
    gradient_center : ndarray of float64, shape (d,)
    gradient_vectors : ndarray of float64, shape (m, d)
    """
    outputs = np.concatenate((true, false))
    scores = vectors[outputs] @ center - offsets  # (n,)
    true_values, true_gradients = loss.positive(scores[: len(true)])
    false_values, false_gradients = loss.negative(scores[len(true) :])
    gradients = weight * np.concatenate((true_gradients, false_gradients))  # (n,)
    gradient_vectors = np.zeros_like(vectors)
    # A fancy-indexed += would count a repeated word once.
    np.add.at(gradient_vectors, outputs, np.outer(gradients, center))
    value = weight * float(true_values.sum() + false_values.sum())
    return value, gradients @ vectors[outputs], gradient_vectors


def _check_vectors(name, value, shape):
    """`value` as a float64 array, or an error; `shape` holds a letter for each dimension, such as ("V", "d")."""
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(
            f"{name} must be an array of shape ({', '.join(shape)}); got rows of unequal length."
        ) from None
    if array.dtype.kind not in "fiu" or array.ndim != len(shape):
        raise ValueError(
            f"{name} must be real numbers of shape ({', '.join(shape)}); got {array.dtype} of shape {array.shape}."
        )
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite; got {array[~np.isfinite(array)][0]}.")
    return array.astype(np.float64)


def check_pair(center, outside, context_vectors, n_words=None) -> tuple[np.ndarray, int, np.ndarray]:
    """The three arguments, converted, or an error that names the one at fault.

    `n_words` is V, where that is not the number of context vectors.
    """
    center = _check_vectors("center", center, ["d"])
    context_vectors = _check_vectors("context_vectors", context_vectors, ["V" if n_words is None else "m", "d"])
    n_outputs, n_components = context_vectors.shape
    if center.shape[0] != n_components:
        raise ValueError(
            f"center must have the length of a row of context_vectors, {n_components}; got {center.shape[0]}."
        )
    n_words = n_outputs if n_words is None else n_words
    try:
        if isinstance(outside, (bool, np.bool_)):
            raise TypeError
        index = operator.index(outside)
    except TypeError:
        raise ValueError(f"outside must be an integer in 0..{n_words - 1}; got {outside!r}.") from None
    if not 0 <= index < n_words:
        raise ValueError(f"outside must be an integer in 0..{n_words - 1}; got {index}.")
    return center, index, context_vectors


def check_negatives(negatives, n_words, excluded=None) -> np.ndarray:
    """`negatives` as an index array of shape (K,), or an error; the word `excluded` may not be among them."""
    if negatives is None:
        raise ValueError("negatives must be the indices of the noise words, shape (K,); got None.")
    array = np.asarray(negatives)
    if array.dtype.kind not in "iu" or array.ndim != 1:
        raise ValueError(f"negatives must be integers of shape (K,); got {array.dtype} of shape {array.shape}.")
    outliers = array[(array < 0) | (array >= n_words)]
    if outliers.size:
        raise ValueError(f"negatives must lie in 0..{n_words - 1}; got {outliers[0]}.")
    if excluded is not None and np.any(array == excluded):
        raise ValueError(
            f"negatives must not hold outside={excluded} when exclude_true=True; "
            f"it stands at position {np.flatnonzero(array == excluded)[0]}."
        )
    return array.astype(np.intp)


def check_paths(paths) -> csr_array:
    """`paths` as a csr_array (V, m), or an error."""
    try:
        array = csr_array(paths, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"paths must be a sparse matrix of shape (V, m); got {type(paths).__name__}.") from None
    if array.ndim != 2 or not np.isin(array.data, (1, -1)).all():
        raise ValueError(f"paths must hold 1 and -1, in shape (V, m); got other numbers, or shape {array.shape}.")
    return array
