"""What a loss of pairs makes of the co-occurrence: the cells that are trained, and the noise beside them."""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array, issparse

from sklw2v.losses._kernels import sum_turns
from sklw2v.utils import SOURCES, row_blocks


class Cells(NamedTuple):
    """What an SGD over pairs trains on: a loss of form "pairs" says it, a solver goes over it.

    With cells (c, o) of weight w, label y and offset b, the objective is
    ``sum w [y positive(x - b) + (1 - y) negative(x - b)]`` and, where there is noise, for every row
    ``K sum_o w sum_q P_n(q) negative(x_cq - b_q)``. The score x of a cell is ``u_o . v_c``, plus the biases of c and o
    if there are any.

    Attributes
    ----------
    weights : csr_array of float32, shape (n, m)
        Weight of each cell, at least 0. Rows are centre words (or documents), columns outputs: context words, or what
        the loss predicts in their place.
    labels : ndarray, shape (nnz,), or None
        The share of each cell's weight that is of true pairs, from 0 to 1; the rest is of false ones. None: all true.
    cell_offsets : ndarray, shape (nnz,), or None
        What is taken from the score of each cell.
    offsets : ndarray, shape (m,), or None
        What is taken from each score of an output, that of noise included.
    noise : ndarray, shape (m,), or None
        Noise distribution P_n over the outputs, which sums to 1. None: no noise is drawn.
    biases : tuple of two ndarrays, shapes (n,) and (m,), or None
        Where the biases of rows and of outputs start, which are then trained with the vectors. None: no biases.
    """

    weights: csr_array
    labels: np.ndarray | None = None
    cell_offsets: np.ndarray | None = None
    offsets: np.ndarray | None = None
    noise: np.ndarray | None = None
    biases: tuple[np.ndarray, np.ndarray] | None = None


def paths_of(loss, word_counts):
    """The paths by which a loss predicts words, or None if its outputs are the words themselves, as those of rows are.

    Parameters
    ----------
    loss : object
        As `sklw2v.losses.Loss` describes.
    word_counts : ndarray, shape (V,)

    Returns
    -------
    csr_array of float32, shape (V, m), or None

    Raises
    ------
    ValueError
        If the loss gives something else.
    """
    find = getattr(loss, "paths", None)
    paths = None if find is None else find(word_counts)
    if paths is None:
        return None
    name = f"loss: {type(loss).__name__}.paths"
    if loss.form != "pairs":
        raise ValueError(f"{name} has a meaning for losses of form 'pairs' alone; got one of form {loss.form!r}.")
    try:
        paths = csr_array(paths, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} is to return a sparse matrix (V, outputs): {error}.") from error
    if paths.ndim != 2 or paths.shape[0] != len(word_counts) or paths.shape[1] == 0:
        raise ValueError(
            f"{name} is to return a row for each of {len(word_counts)} words, with 1 output or more; got shape "
            f"{paths.shape}."
        )
    without = np.flatnonzero(np.diff(paths.indptr) == 0)
    if len(without) and len(word_counts) > 1:
        raise ValueError(f"{name} is to give each word a path; got none for the word in row {without[0]}.")
    if not np.isin(paths.data, (1, -1)).all():
        raise ValueError(f"{name} is to hold 1 for a true output and -1 for a false one.")
    return paths


def cells_of(loss, counts, noise, n_negatives, paths=None, n_jobs=1):
    """What a loss trains on; of form "rows", weights and biases alone.

    Parameters
    ----------
    loss : object
        As `sklw2v.losses.Loss` describes.
    counts : csr_array of float32, shape (n, V)
        Weights of the pairs (centre word, context word). Not modified.
    noise : ndarray of float64, shape (V,)
        Noise distribution P_n.
    n_negatives : number
        K.
    paths : csr_array, shape (V, m), optional
        From `paths_of`.
    n_jobs : int, default=1
        Threads. The result does not depend on it.

    Returns
    -------
    Cells

    Raises
    ------
    ValueError
        If the loss's own cells are not what `Cells` describes.
    """
    cells = Cells(counts, noise=noise) if paths is None else turns(counts, paths, n_jobs)
    change = getattr(loss, "cells", None)
    if change is None:
        return cells
    shape = cells.weights.shape
    cells = change(cells, n_negatives)
    fault = fault_of(loss, cells, shape, paths)
    if fault is not None:
        raise ValueError(f"loss: {type(loss).__name__}.cells {fault}.")
    return cells._replace(weights=csr_array(cells.weights, dtype=np.float32))


def changes_cells(loss, n_negatives):
    """Whether a loss trains on something else than the counts themselves, beside noise."""
    counts, noise = csr_array(np.array([[1, 2], [2, 3]], dtype=np.float32)), np.array([0.4, 0.6])
    paths = paths_of(loss, np.array([3, 5]))
    cells = cells_of(loss, counts, noise, n_negatives, paths)
    same_weights = cells.weights.shape == counts.shape and (cells.weights != counts).nnz == 0
    return not same_weights or any(part is not None for part in cells[1:] if part is not noise) or cells.noise is None


def turns(counts, paths, n_jobs=1):
    """Counts of words as counts of right and left turns at each output of their paths.

    Parameters
    ----------
    counts : csr_array, shape (n, V)
    paths : csr_array, shape (V, m)
        1 where a word's path turns right (the output is true), -1 where it turns left.
    n_jobs : int, default=1
        Threads.

    Returns
    -------
    Cells
        Weights are the sums of both; labels are the share of turns to the right.
    """
    n_rows, n_outputs = counts.shape[0], paths.shape[1]
    # Of one type each, so that there is one thing to compile.
    words = counts.indices.astype(np.int32, copy=False)
    pairs = counts.indptr.astype(np.int64), words, counts.data.astype(np.float32, copy=False)
    directed = np.where(paths.data > 0, paths.indices, ~paths.indices).astype(np.int32)
    path_lengths = np.diff(paths.indptr)

    def turn(block):
        low, high = block
        most = int(path_lengths[words[pairs[0][low] : pairs[0][high]]].sum())  # what is not written takes no memory
        turned = np.empty(high - low, np.int64), np.empty(most, np.int32), *np.empty((2, most), np.float32)
        sums = np.zeros((n_outputs, 2), dtype=np.float32)
        n = sum_turns(SOURCES, pairs, (paths.indptr.astype(np.int64), directed), *block, sums, turned)
        return [turned[0], *(part[:n].copy() for part in turned[1:])]

    with ThreadPoolExecutor(n_jobs) as pool:
        parts = [list(part) for part in zip(*pool.map(turn, row_blocks(counts.indptr)), strict=True)]
    # One after the other, so that only one is held twice.
    labels, weights, indices, lengths = (np.concatenate(parts.pop()) for _ in range(4))
    indptr = np.concatenate([[0], np.cumsum(lengths)])
    return Cells(csr_array((weights, indices, indptr), shape=(n_rows, n_outputs)), labels=labels)


class WordScores:
    """Log-probabilities of words, up to a constant a row, from the scores of the outputs on their paths.

    Parameters
    ----------
    loss : object
        Its values are minus log-probabilities.
    paths : csr_array, shape (V, m)
        From `paths_of`.
    """

    def __init__(self, loss, paths):
        self._loss = loss
        self._right, self._left = (
            csr_array(((paths.data == turn).astype(np.float32), paths.indices, paths.indptr), shape=paths.shape)
            for turn in (1, -1)
        )

    def vectors(self, contexts):
        """Context vectors of the words, (V, d), from those of the outputs: scores of words are their products with
        centre vectors, up to a constant a word, as long as scores of outputs are small.
        """
        zero = np.zeros(1)
        right, left = self._loss.positive(zero)[1][0], self._loss.negative(zero)[1][0]
        return -(np.float32(right) * (self._right @ contexts) + np.float32(left) * (self._left @ contexts))

    def __call__(self, scores):
        """Sums over each word's path: (n, V) float64, from scores (n, m) of the outputs."""
        scores = np.asarray(scores, dtype=np.float64).T  # (m, n)
        return -(self._right @ self._loss.positive(scores)[0] + self._left @ self._loss.negative(scores)[0]).T


def fault_of(loss, cells, shape, paths):
    """What is wrong with the cells that a loss returned for weights of a shape, in words; None if nothing is.

    Parameters
    ----------
    loss : object
    cells : object
    shape : (int, int)
        n and m.
    paths : csr_array or None
        From `paths_of`.
    """
    if not isinstance(cells, Cells):
        return f"must return the Cells that it was given, or others; got {type(cells).__name__}"
    if loss.form == "rows":
        for field in ("labels", "cell_offsets", "offsets"):
            if getattr(cells, field) is not None:
                return f"must return weights and biases alone, as the form of the loss is 'rows'; got {field}"
    if paths is not None and cells.noise is not None:
        return "must return no noise where words are predicted by paths"
    weights = cells.weights
    if not issparse(weights) or weights.format != "csr" or weights.shape != shape:
        return f"must return weights as a csr_array of shape {shape}; got {type(weights).__name__} {np.shape(weights)}"
    if cells.biases is not None and (not isinstance(cells.biases, tuple) or len(cells.biases) != 2):
        return f"must return biases as a tuple of two arrays; got {type(cells.biases).__name__}"
    n_cells = weights.nnz
    lengths = {"labels": n_cells, "cell_offsets": n_cells, "offsets": shape[1], "noise": shape[1]}
    arrays = {field: (getattr(cells, field), length) for field, length in lengths.items()}
    arrays["weights.data"] = weights.data, n_cells
    if cells.biases is not None:
        arrays |= {f"biases[{part}]": (cells.biases[part], shape[part]) for part in range(2)}
    for field, (array, length) in arrays.items():
        if array is None and not field.startswith("biases"):
            continue
        if not isinstance(array, np.ndarray) or array.shape != (length,) or array.dtype.kind not in "fiub":
            is_array = isinstance(array, np.ndarray) and array.dtype.kind in "fiub"
            got = array.shape if is_array else f"{type(array).__name__} of {np.asarray(array).dtype}"
            return f"must return {field} as an array of shape {(length,)}; got {got}"
        if not np.isfinite(array).all():
            return f"must return finite {field}; got {array[~np.isfinite(array)][0]}"
    if weights.data.min(initial=0) < 0:
        return f"must return weights of at least 0; got {weights.data.min()}"
    if cells.labels is not None and not ((cells.labels >= 0) & (cells.labels <= 1)).all():
        return f"must return labels from 0 to 1; got {cells.labels[(cells.labels < 0) | (cells.labels > 1)][0]}"
    if cells.noise is not None and (cells.noise.min() < 0 or abs(cells.noise.sum() - 1) > 1e-6):
        return f"must return a noise of at least 0 that sums to 1; got {cells.noise.sum()}, least {cells.noise.min()}"
    return None
