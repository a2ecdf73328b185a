"""Where the SGD starts: from the SVD, at random, or from vectors at hand."""

from typing import NamedTuple

import numpy as np


class Known(NamedTuple):
    """Vectors at hand before a fit.

    Attributes
    ----------
    rows : dict
        Word to row.
    centers, contexts : ndarray of float32, shape (n_known, d)
    parameter : str or None
        The parameter that gave them; None for the estimator's own.
    """

    rows: dict
    centers: np.ndarray
    contexts: np.ndarray
    parameter: str | None

    def find(self, rows):
        """Rows of the words that are known, among `rows` (word to row) and here."""
        words = [word for word in rows if word in self.rows]
        return [rows[word] for word in words], [self.rows[word] for word in words]

    def mixed(self, rows, shares, centers, contexts):
        """Vectors (V, d) of the words of `rows`, mixed with those here, of which a known word keeps its share (V,)."""
        new, old = self.find(rows)
        kept = shares[new, np.newaxis].astype(np.float32)
        mixtures = centers.copy(), contexts.copy()
        for mixture, before in zip(mixtures, (self.centers, self.contexts), strict=True):
            mixture[new] += kept * (before[old] - mixture[new])
        return mixtures


class Start(NamedTuple):
    """Where the SGD starts.

    Attributes
    ----------
    centers, contexts : ndarray of float32, shape (V, d)
    origin : str
        What they are, for a line of progress.
    """

    centers: np.ndarray
    contexts: np.ndarray
    origin: str


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
    return Known(estimator.vocabulary_, estimator.center_vectors_, estimator.context_vectors_, None)


def make_start(rows, n_components, rng, known=None):
    """Start at random, words that are known with their vectors; context vectors of the others are zero.

    Parameters
    ----------
    rows : dict
        Word to row, of the words to be trained.
    n_components : int
        d.
    rng : numpy.random.RandomState
    known : Known, optional

    Returns
    -------
    Start

    Raises
    ------
    ValueError
        If none of the words has a vector in `init`.
    """
    shape = len(rows), n_components
    centers = _random(rng, shape, n_components)
    contexts = np.zeros(shape, dtype=np.float32)
    if known is None:
        return Start(centers, contexts, "init='random'")
    new, old = known.find(rows)
    if not new and known.parameter is not None:
        raise ValueError(
            f"{known.parameter}: none of the {len(rows)} words of X is among its {len(known.rows)}. Expected words in "
            "common: were they cut and lower-cased in the same way?"
        )
    centers[new], contexts[new] = known.centers[old], known.contexts[old]
    return Start(centers, contexts, f"vectors at hand of {len(new)} words")


def fill_empty_columns(centers, rng):
    """Put small random numbers for the columns of centre vectors (V, d) that are zeros, and would stay zeros."""
    empty = ~centers.any(axis=0)
    centers[:, empty] = _random(rng, (len(centers), int(empty.sum())), centers.shape[1])


def _random(rng, shape, n_components):
    return (rng.uniform(-0.5, 0.5, size=shape) / n_components).astype(np.float32)
