"""GloVe."""

import numpy as np
from numpy.typing import ArrayLike

from sklw2v.losses._cells import Cells
from sklw2v.losses._one_pair import check_pair, pair_and_gradients
from sklw2v.losses._squared_error import SquaredError, bounded_weights, check_weighting, log_of_positive, with_data
from sklw2v.losses._sums import log_shares, sums_of


class GloVe(SquaredError):
    """Weighted squared error to the logarithm of the co-occurrence (Pennington, Socher and Manning, 2014).

    The objective runs over the pairs that were seen, with a bias for each row and for each word (equation 8, here with
    the factor 1/2 of its authors' program)::

        1/2 sum over X[c, o] > 0 of min(1, (X[c, o] / x_max)**exponent) (u_o . v_c + b_c + b_o - log X[c, o])**2

    No noise is drawn: `n_negatives` and the noise distribution have no meaning. Biases start at the logarithms of the
    row's and of the column's sum, each less half that of the whole sum, so that a model which has learnt nothing
    predicts independence.

    Parameters
    ----------
    x_max : float, default=10
        Co-occurrence from which on a pair has the full weight, 1. Above 0.
    exponent : float, default=0.75
        At least 0. With 0 every pair that was seen has the same weight.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> from sklw2v.losses import Cells, GloVe
    >>> counts = csr_array([[16.0, 0.0], [0.0, 256.0]])
    >>> cells = GloVe(x_max=256).cells(Cells(counts), n_negatives=5)
    >>> cells.weights.toarray()
    array([[0.125, 0.   ],
           [0.   , 1.   ]], dtype=float32)
    >>> np.exp(cells.cell_offsets).round(9)
    array([ 16., 256.])
    """

    def __init__(self, x_max: float = 10.0, exponent: float = 0.75) -> None:
        self.x_max = x_max
        self.exponent = exponent

    def check(self) -> None:
        """Raise a ValueError or TypeError for a parameter that is out of range; see `Loss.check`."""
        check_weighting(self.x_max, self.exponent)

    def cells(self, cells: Cells, n_negatives: float) -> Cells:
        """Weights, offsets ``log X`` and biases, without noise; see `Loss.cells`."""
        counts = cells.weights
        weights = with_data(counts, bounded_weights(counts.data, self.x_max, self.exponent))
        of_rows, of_columns = sums_of(counts, counts.data)
        biases = log_shares(of_rows, 0.5), log_shares(of_columns, 0.5)
        return Cells(weights, cell_offsets=log_of_positive(counts.data), biases=biases)

    def log_reference(self, noise: np.ndarray) -> np.ndarray:
        """Zeros: scores are logarithms of co-occurrence, and p(o|c) is that over its sum."""
        return np.zeros(len(noise))

    def loss_and_gradients(
        self, center: ArrayLike, outside: int, context_vectors: ArrayLike, count: float
    ) -> tuple[float, np.ndarray, np.ndarray]:
        """Loss of one pair of words, biases left out, and its gradients; see `Loss.loss_and_gradients`.

        Parameters
        ----------
        center, outside, context_vectors
            As in `Loss.loss_and_gradients`.
        count : float
            Co-occurrence X[c, o] of the pair. Above 0.

        Returns
        -------
        loss : float
        gradient_center : ndarray of float64, shape (d,)
        gradient_contexts : ndarray of float64, shape (V, d)

        Examples
        --------
        >>> import numpy as np
        >>> from sklw2v.losses import GloVe
        >>> loss, _, to_contexts = GloVe(x_max=16).loss_and_gradients([2.0], 0, np.zeros((2, 1)), count=1.0)
        >>> loss  # the score is log 1
        0.0
        >>> _, _, to_contexts = GloVe(x_max=16).loss_and_gradients([2.0], 0, np.ones((2, 1)), count=1.0)
        >>> to_contexts.ravel()  # an error of 2, of weight 1/8
        array([0.5, 0. ])
        """
        center, outside, context_vectors = check_pair(center, outside, context_vectors)
        if not 0 < count < np.inf:
            raise ValueError(f"count must be a finite number above 0, the co-occurrence of the pair; got {count!r}.")
        weight = float(bounded_weights(count, self.x_max, self.exponent))
        true, none = np.array([outside]), np.array([], dtype=np.intp)
        return pair_and_gradients(self, center, context_vectors, true, none, np.log(count), weight)
