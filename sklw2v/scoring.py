"""Held-out likelihood of co-occurrence counts under the softmax that a loss implies."""

import numpy as np
from scipy.special import logsumexp

from sklw2v.blas import one_blas_thread

BLOCK_CELLS = 1 << 24  # scores held at a time


def mean_log_likelihood(counts, centers, contexts, reference):
    """Mean over pairs of ``log p(o|c)``, with ``p(o|c)`` proportional to ``exp(u_o . v_c + reference[o])``.

    Parameters
    ----------
    counts : csr_array, shape (V, V)
        Weight of each held-out pair; at least one cell.
    centers, contexts : ndarray of float32, shape (V, d)
    reference : ndarray of float64, shape (V,)
        May be -inf for words that the model gives no probability; pairs with such a context word are left out.

    Returns
    -------
    float
        Nats per unit of weight.
    """
    rows = np.flatnonzero(np.diff(counts.indptr))
    block = max(BLOCK_CELLS // len(contexts), 1)
    possible = np.isfinite(reference)
    total = weight = 0.0
    with one_blas_thread():
        for first in range(0, len(rows), block):
            part = rows[first : first + block]
            scores = centers[part] @ contexts.T + reference  # (n_rows, V)
            normalisers = logsumexp(scores, axis=1)
            cells = counts[part].tocoo()
            row, column = cells.coords
            kept = possible[column]
            row, column, values = row[kept], column[kept], cells.data[kept]
            total += float(np.dot(values, scores[row, column] - normalisers[row]))
            weight += float(values.sum())
    return total / weight
