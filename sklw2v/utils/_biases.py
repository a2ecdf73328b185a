"""Biases as two more components of the vectors, so that a score is one inner product."""

import numpy as np


def join_biases(centers, contexts, center_biases, context_biases):
    """Vectors (n, d + 2) and (m, d + 2) whose scores are ``u . v`` plus the biases of the row and of the output.

    Those of the rows end with their bias and a one, those of the outputs with a one and their bias.

    Parameters
    ----------
    centers, contexts : ndarray of float32, shapes (n, d) and (m, d)
    center_biases, context_biases : ndarray, shapes (n,) and (m,)
    """
    of_rows = np.column_stack([centers, center_biases, np.ones(len(centers))])
    of_outputs = np.column_stack([contexts, np.ones(len(contexts)), context_biases])
    return of_rows.astype(np.float32), of_outputs.astype(np.float32)


def split_biases(centers, contexts, n_components):
    """Vectors without biases, and the biases, what `join_biases` was given; None in place of biases there are not."""
    if centers.shape[1] == n_components:
        return centers, contexts, None
    vectors = (np.ascontiguousarray(part[:, :n_components]) for part in (centers, contexts))
    return *vectors, (centers[:, -2].copy(), contexts[:, -1].copy())


def start_biases(biases, known):
    """Biases at hand, where they are numbers, else those to start with.

    Parameters
    ----------
    biases : tuple of two ndarrays, shapes (n,) and (m,)
    known : tuple of two ndarrays of the same shapes, or None
        NaN where there is none at hand.
    """
    if known is None:
        return biases
    return tuple(np.where(np.isnan(old), new, old) for old, new in zip(known, biases, strict=True))
