"""Where the SGD starts: from the SVD, at random, or from vectors at hand."""

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from sklw2v.losses import paths_of


class Known(NamedTuple):
    """Vectors at hand before a fit.

    Attributes
    ----------
    rows : dict
        Word to row.
    centers, contexts : ndarray of float32, shapes (n_known, d) and (n_outputs, d)
    parameter : str or None
        The parameter that gave them; None for the estimator's own.
    biases : tuple of two ndarrays, shapes (n_known,) and (n_outputs,), or None
        None where there are none.
    paths : csr_array, shape (n_known, n_outputs), or None
        The paths of the words; None where the words are the outputs.
    """

    rows: dict
    centers: np.ndarray
    contexts: np.ndarray
    parameter: str | None
    biases: tuple | None = None
    paths: csr_array | None = None

    def find(self, rows):
        """Rows of the words that are known, among `rows` (word to row) and here."""
        words = [word for word in rows if word in self.rows]
        return [rows[word] for word in words], [self.rows[word] for word in words]

    def find_outputs(self, rows, paths):
        """Rows of the outputs that are known, there and here.

        Where words are the outputs these are those of the words. Where they are not, all outputs are known if the paths
        are the same, else none.
        """
        if paths is None and self.paths is None:
            return self.find(rows)
        is_same = paths is not None and self.paths is not None and list(rows) == list(self.rows)
        outputs = range(paths.shape[1]) if is_same and _are_equal(paths, self.paths) else []
        return list(outputs), list(outputs)

    def mixed(self, rows, shares, paths, trained):
        """What was trained, mixed with what is known here, of which a known word keeps its share (V,).

        Parameters
        ----------
        rows : dict
            Word to row, of the words trained.
        shares : ndarray, shape (V,)
        paths : csr_array or None
            Of the words trained. Outputs that are not words are not mixed.
        trained : (centers, contexts, biases)
            Biases, of rows and of outputs, may be None.

        Returns
        -------
        tuple
            As `trained`, copies.
        """
        new, old = self.find(rows)
        kept = shares[new].astype(np.float32)

        def mix(after, before):
            mixture = after.copy()
            mixture[new] += (kept[:, np.newaxis] if after.ndim == 2 else kept) * (before[old] - mixture[new])
            return mixture

        centers, contexts, biases = trained
        is_words = paths is None and self.paths is None
        if biases is not None and self.biases is not None:
            outputs = mix(biases[1], self.biases[1]) if is_words else biases[1]
            biases = mix(biases[0], self.biases[0]), outputs
        return mix(centers, self.centers), mix(contexts, self.contexts) if is_words else contexts, biases


def _are_equal(one, other):
    return one.shape == other.shape and (one != other).nnz == 0


class Start(NamedTuple):
    """Where the SGD starts.

    Attributes
    ----------
    centers, contexts : ndarray of float32, shapes (V, d) and (m, d)
        Of the words and of the outputs.
    origin : str
        What they are, for a line of progress.
    biases : tuple of two ndarrays, shapes (V,) and (m,), or None
        Those at hand, NaN for words and outputs that have none. None: there are none at hand.
    """

    centers: np.ndarray
    contexts: np.ndarray
    origin: str
    biases: tuple | None = None


def known_vectors(estimator, goes_on):
    """The vectors to start from: the estimator's, if it goes on from them, or those of `init`; None if there are none.

    Raises
    ------
    ValueError
        If the estimator's vectors are not of length `n_components`.
    """
    if not (goes_on and hasattr(estimator, "center_vectors_")):
        if isinstance(estimator.init, str):
            return None
        vectors = estimator.init.vectors
        rows = {word: row for row, word in enumerate(estimator.init.words)}
        return Known(rows, vectors, np.zeros_like(vectors), "init")
    n_components = estimator.center_vectors_.shape[1]
    if n_components != estimator.n_components:
        raise ValueError(
            f"n_components={estimator.n_components!r}: expected {n_components}, the length of the vectors to go on "
            "from. To start anew, call fit with warm_start=False."
        )
    paths = paths_of(estimator.loss_, estimator.word_vectors_.counts)
    of_outputs = getattr(estimator, "context_biases_", None)
    biases = None if of_outputs is None else (estimator.center_biases_, of_outputs)
    return Known(estimator.vocabulary_, estimator.center_vectors_, estimator.context_vectors_, None, biases, paths)


def make_start(rows, n_components, rng, known=None, paths=None):
    """Start at random, words that are known with their vectors; context vectors of the others are zero.

    Parameters
    ----------
    rows : dict
        Word to row, of the words to be trained.
    n_components : int
        d.
    rng : numpy.random.RandomState
    known : Known, optional
    paths : csr_array, shape (V, m), optional
        Of the words to be trained, where they are not themselves the outputs.

    Returns
    -------
    Start

    Raises
    ------
    ValueError
        If none of the words has a vector in `init`.
    """
    centers = _random(rng, (len(rows), n_components), n_components)
    n_outputs = len(rows) if paths is None else paths.shape[1]
    contexts = np.zeros((n_outputs, n_components), dtype=np.float32)
    if known is None:
        return Start(centers, contexts, "init='random'")
    new, old = known.find(rows)
    if not new and known.parameter is not None:
        raise ValueError(
            f"{known.parameter}: none of the {len(rows)} words of X is among its {len(known.rows)}. Expected words in "
            "common: were they cut and lower-cased in the same way?"
        )
    centers[new] = known.centers[old]
    outputs, known_outputs = known.find_outputs(rows, paths)
    contexts[outputs] = known.contexts[known_outputs]
    biases = None
    if known.biases is not None:
        biases = np.full(len(rows), np.nan), np.full(n_outputs, np.nan)
        biases[0][new], biases[1][outputs] = known.biases[0][old], known.biases[1][known_outputs]
    return Start(centers, contexts, f"vectors at hand of {len(new)} words", biases)


def fill_empty_columns(centers, rng):
    """Put small random numbers for the columns of centre vectors (V, d) that are zeros, and would stay zeros."""
    empty = ~centers.any(axis=0)
    centers[:, empty] = _random(rng, (len(centers), int(empty.sum())), centers.shape[1])


def _random(rng, shape, n_components):
    return (rng.uniform(-0.5, 0.5, size=shape) / n_components).astype(np.float32)
