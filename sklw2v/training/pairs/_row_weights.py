"""The weights that the noise of a centre word goes with."""

import numpy as np

from sklw2v.utils import row_blocks

LEAST_NOISE = 1e-5  # that the words other than a true one must have: noise updates grow with its reciprocal


class RowWeights:
    """Sums of the weights of each row's cells, whole or with no cell above a limit, which rises as the rate falls.

    Where noise is not to be the true word, a pair's draws are renormalised without it: word q is noise beside c with
    weight ``K P(q) (sum_o w_o / (1 - P(o)) - w_q / (1 - P(q)))``. The sum is the row's weight here; what is subtracted
    goes with the updates of the pair (c, q) itself, `own_noise` a unit of its weight.

    Parameters
    ----------
    strata : (Strata, Strata)
        Of the rows and of the outputs.
    weights : csr_array of float32, shape (n, m)
    limit : float
        The least limit that will be asked for. Cells above it are held one by one.
    excluded_noise : ndarray of float64, shape (m,), or None
        The noise distribution, where noise is not to be the true word.
    n_negatives : int
        K. If it is 0 the sums are not needed, and are 0.

    Attributes
    ----------
    own_noise : ndarray of float32, shape (n_rows,) or (0,)
        ``K P(q) / (1 - P(q))`` of each context word, by row; empty where noise may be the true word.
    """

    def __init__(self, strata, weights, limit, excluded_noise, n_negatives):
        row_strata, output_strata = strata
        factors = np.ones(len(output_strata.rows))
        self.own_noise = np.empty(0, dtype=np.float32)
        if excluded_noise is not None:
            others = 1.0 - excluded_noise
            if others.min() < LEAST_NOISE:
                raise ValueError(
                    f"loss: with exclude_true=True noise comes from the words other than the true one, but without the "
                    f"word in row {others.argmin()} of the vocabulary only {max(others.min(), 0):.0e} of the noise is "
                    f"left. Expected {LEAST_NOISE:.0e} or more: exclude_true=False, a noise_exponent closer to 0 or a "
                    "larger vocabulary."
                )
            factors = 1 / others
            self.own_noise = output_strata.by_row(n_negatives * excluded_noise * factors, np.float32)
        indices, indptr = weights.indices, weights.indptr
        self._light = np.zeros(row_strata.n_rows)  # sums of the cells up to the limit, (n_rows,)
        heavy = [(weights.data[:0], factors[:0], np.empty(0, np.int32))]
        for low, high in row_blocks(indptr) if n_negatives else ():
            cells = slice(indptr[low], indptr[high])
            of_cells = weights.data[cells].astype(np.float64)
            of_row = np.repeat(row_strata.rows[low:high], np.diff(indptr[low : high + 1]))
            of_column = factors[indices[cells]]
            above = of_cells > limit
            heavy.append((weights.data[cells][above], of_column[above], of_row[above].astype(np.int32)))
            of_cells[above] = 0
            self._light += np.bincount(of_row, of_cells * of_column, minlength=len(self._light))
        # The cells above the limit: weight, factor and row of each, (n_heavy,).
        self._heavy_weights, self._heavy_factors, self._heavy_rows = map(np.concatenate, zip(*heavy, strict=True))

    def limited(self, limit):
        """Sums of each row, whole and with no cell above `limit`: float32, (n_rows, 2)."""
        sums = np.empty((len(self._light), 2), dtype=np.float32)
        for kind, of_kind in enumerate((np.inf, limit)):
            heavy = np.minimum(self._heavy_weights, of_kind) * self._heavy_factors
            sums[:, kind] = self._light + np.bincount(self._heavy_rows, heavy, minlength=len(sums))
        return sums
