"""Negative sampling."""

import numpy as np
from numpy.typing import ArrayLike

from sklw2v.losses._logistic import Logistic


class NegativeSampling(Logistic):
    """Logistic loss that tells true pairs from noise pairs.

    A true pair of score x costs ``-log sigmoid(x) = log(1 + exp(-x))``, a noise pair ``-log sigmoid(-x)``, in nats
    (Mikolov et al., 2013, arXiv:1310.4546, equation 4); the derivatives are ``sigmoid(x) - 1`` and ``sigmoid(x)``.
    Scores may be any finite number.

    Parameters
    ----------
    exclude_true : bool, default=False
        Whether noise beside the pair (c, o) is drawn from the noise distribution without o, renormalised, as Stanford's
        CS224n teaches it. With False the scores have the optimum ``log(p(o|c) / (K P_n(o)))``, which `log_reference`
        relies on. With True the noise of word o in row c is ``P_n(o) sum_{q != o} p(q|c) / (1 - P_n(q))`` in place of
        ``P_n(o)``, less where o is a probable context of c, and `log_reference` is an approximation.

    Examples
    --------
    >>> import numpy as np
    >>> from sklw2v.losses import NegativeSampling
    >>> values, gradients = NegativeSampling().positive(np.array([-1000.0, 0.0, 1000.0]))
    >>> values.round(4).tolist()  # 1000, log 2, 0
    [1000.0, 0.6931, 0.0]
    >>> gradients.tolist()
    [-1.0, -0.5, -0.0]
    """

    def __init__(self, exclude_true: bool = False) -> None:
        self.exclude_true = exclude_true

    def loss_and_gradients(
        self, center: ArrayLike, outside: int, context_vectors: ArrayLike, negatives: ArrayLike
    ) -> tuple[float, np.ndarray, np.ndarray]:
        """Loss of one pair of words with its noise words, and the gradients; see `Loss.loss_and_gradients`.

        Examples
        --------
        Word 1 is drawn twice as noise, and counts twice:

        >>> import numpy as np
        >>> from sklw2v.losses import NegativeSampling
        >>> loss, to_center, to_contexts = NegativeSampling().loss_and_gradients([2.0], 0, np.zeros((3, 1)), [1, 1])
        >>> print(f"{loss:.4f}")  # 3 log 2
        2.0794
        >>> to_contexts.ravel()
        array([-1.,  2.,  0.])
        """
        return super().loss_and_gradients(center, outside, context_vectors, negatives)
