"""Pointwise mutual information, factorised by SGD."""

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import check_scalar

from sklw2v.losses._cells import Cells
from sklw2v.losses._one_pair import check_negatives, check_pair, pair_and_gradients
from sklw2v.losses._squared_error import SquaredError, bounded_weights, check_weighting, log_of_positive, with_data
from sklw2v.losses._sums import sums_of


class FactorisedPMI(SquaredError):
    """Weighted squared error to the pointwise mutual information shifted by log K (Levy and Goldberg, 2014).

    The target of the pair (c, o) is what negative sampling is least at, the matrix that it factorises implicitly
    (section 3.1)::

        s = log(X[c, o] / (n_c P_n(o))) - log K

    With ``clipped=True`` it is ``max(0, s)``, and 0 for pairs that were never seen (section 3.3): K noise pairs beside
    each true one draw scores to 0. A seen pair of weight w is noise too, of weight ``K n P_n(o)`` with n the sum of the
    row's weights. So that its best score is the target all the same, it is drawn to ``target * (1 + K n P_n(o) / w)``.
    The whole weight of a pair is thus ``w + K n P_n(o)``. With ``clipped=False`` the target is s, pairs that were never
    seen are left out, and no noise is drawn.

    The spectral start factorises the same kind of matrix, unweighted, by its singular values.

    Parameters
    ----------
    clipped : bool, default=True
        Whether negative targets, and those of pairs that were never seen, are 0.
    x_max : float or None, default=None
        None: the weight of a pair is its co-occurrence X, as in negative sampling. A number, above 0: it is
        ``min(1, (X / x_max)**exponent)``, as in `GloVe`.
    exponent : float, default=0.75
        At least 0; without meaning if `x_max` is None.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> from sklw2v.losses import Cells, FactorisedPMI
    >>> counts, noise = csr_array([[3.0, 1.0]]), np.array([0.25, 0.75])
    >>> cells = FactorisedPMI(clipped=False).cells(Cells(counts, noise=noise), n_negatives=2)
    >>> np.exp(cells.cell_offsets).round(9)  # (3 / 4) / (1 / 4) / 2 and (1 / 4) / (3 / 4) / 2
    array([1.5       , 0.16666667])
    """

    def __init__(self, clipped: bool = True, x_max: float | None = None, exponent: float = 0.75) -> None:
        self.clipped = clipped
        self.x_max = x_max
        self.exponent = exponent

    def check(self) -> None:
        """Raise a ValueError or TypeError for a parameter that is out of range; see `Loss.check`."""
        check_scalar(self.clipped, "clipped", (bool, np.bool_))
        check_weighting(1.0 if self.x_max is None else self.x_max, self.exponent)

    def cells(self, cells: Cells, n_negatives: float) -> Cells:
        """Weights and offsets; pairs with words that are never noise have weight 0. See `Loss.cells`."""
        if cells.noise is None:
            raise ValueError("loss: FactorisedPMI compares pairs with a noise distribution; got cells without one.")
        counts = cells.weights
        row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        of_column = cells.noise[counts.indices]
        expected = n_negatives * sums_of(counts, counts.data)[0][row] * of_column  # K n_c P_n(o)
        targets = log_of_positive(counts.data) - log_of_positive(expected)
        if self.x_max is None:
            weights = counts.data.astype(np.float64)
        else:
            weights = bounded_weights(counts.data, self.x_max, self.exponent)
        weights[of_column == 0] = 0
        if not self.clipped:
            return Cells(with_data(counts, weights), cell_offsets=targets)
        of_noise = n_negatives * sums_of(counts, weights)[0][row] * of_column
        has_weight = weights > 0
        factors = 1 + np.divide(of_noise, weights, out=np.zeros(len(weights)), where=has_weight)
        return Cells(
            with_data(counts, weights), cell_offsets=np.maximum(targets, 0) * factors * has_weight, noise=cells.noise
        )

    def loss_and_gradients(
        self, center: ArrayLike, outside: int, context_vectors: ArrayLike, negatives: ArrayLike, target: float
    ) -> tuple[float, np.ndarray, np.ndarray]:
        """Loss of one pair of words with its noise words, and the gradients; see `Loss.loss_and_gradients`.

        Parameters
        ----------
        center, outside, context_vectors
            As in `Loss.loss_and_gradients`.
        negatives : array-like of int, shape (K,)
            Indices of noise words; empty with ``clipped=False``.
        target : float
            What the score of the pair is drawn to.

        Returns
        -------
        loss : float
        gradient_center : ndarray of float64, shape (d,)
        gradient_contexts : ndarray of float64, shape (V, d)

        Examples
        --------
        The scores are 2, once more than the target, and once noise:

        >>> import numpy as np
        >>> from sklw2v.losses import FactorisedPMI
        >>> loss, _, to_contexts = FactorisedPMI().loss_and_gradients([2.0], 0, np.ones((2, 1)), [1], target=1.5)
        >>> loss  # 0.5**2 / 2 + 2**2 / 2
        2.125
        >>> to_contexts.ravel()
        array([1., 4.])
        """
        center, outside, context_vectors = check_pair(center, outside, context_vectors)
        negatives = check_negatives(negatives, len(context_vectors))
        if not np.isfinite(target):
            raise ValueError(f"target must be a finite number; got {target!r}.")
        shifts = np.concatenate(([target], np.zeros(len(negatives))))
        return pair_and_gradients(self, center, context_vectors, np.array([outside]), negatives, shifts)
