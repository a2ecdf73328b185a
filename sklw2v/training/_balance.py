"""Scores do not say how they are shared between the two sides: here both get the same."""

import numpy as np

from sklw2v.utils import one_blas_thread

BLOCK_ROWS = 4096  # rows that are held in float64
LEAST = 1e-6  # of the mean square of a component, added to all: where one side has nothing, the other decides nothing


def balanced(centers, contexts):
    """Vectors with the same scores, whose components have the same sums of squares and products on both sides.

    ``(V M) (U M^-1)'`` is ``V U'`` for every matrix M that has an inverse. This M is the symmetric positive definite
    one with ``M V'V M = M^-1 U'U M^-1``, the root of the geometric mean of ``(V'V)^-1`` and ``U'U`` (Bhatia, Positive
    Definite Matrices, 2007, chapter 4). Being symmetric it turns nothing round, so what was trained before and what is
    trained after can be added up.

    Parameters
    ----------
    centers, contexts : ndarray of float32, shapes (n, d) and (m, d)
        V and U. Not modified.

    Returns
    -------
    centers, contexts : ndarray of float32, shapes (n, d) and (m, d)
        As they were, copies, if all scores are 0.
    """
    with one_blas_thread():  # neither number of threads changes a bit
        products = [_products(part) for part in (centers, contexts)]
        if not all(np.trace(product) > 0 for product in products):
            return centers.copy(), contexts.copy()
        of_centers, of_contexts = (p + LEAST * np.trace(p) / len(p) * np.eye(len(p)) for p in products)
        root, inverse = _power(of_centers, 0.5), _power(of_centers, -0.5)
        square = inverse @ _power(root @ of_contexts @ root, 0.5) @ inverse
        return tuple(
            part @ _power(square, power).astype(np.float32) for part, power in ((centers, 0.5), (contexts, -0.5))
        )


def _products(vectors):
    """``vectors' vectors``, float64, (d, d)."""
    total = np.zeros((vectors.shape[1], vectors.shape[1]))
    for first in range(0, len(vectors), BLOCK_ROWS):
        block = vectors[first : first + BLOCK_ROWS].astype(np.float64)
        total += block.T @ block
    return total


def _power(matrix, exponent):
    """Power of a symmetric positive definite matrix; eigenvalues that are lost in rounding are as good as any."""
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.maximum(values, LEAST**2 * values[-1]) ** exponent) @ vectors.T
