"""The softmax over a sample of the vocabulary."""

from numbers import Integral

import numpy as np
from scipy.sparse import csr_array

from sklw2v.losses._naive_softmax import NaiveSoftmax


class SampledSoftmax(NaiveSoftmax):
    """The naive softmax, its normaliser estimated from a sample of the vocabulary in training.

    A solver that trains some centre words scores them with the words that stand beside any of them, each once, and with
    others that it draws, word o with probability ``pi_o``, to whose scores it adds ``log(1 / pi_o)``:

    ``sum_{o seen} exp(s_o) + sum_{o drawn} exp(s_o) / pi_o``

    has the normaliser of the naive softmax as its expectation (Jean, Cho, Memisevic and Bengio, 2015, arXiv:1412.2007,
    section 3, who draw words in proportion to given weights; word o is drawn by itself here, and positively weighted,
    half by the noise distribution and half alike). On whole rows of scores, as `rows` and `loss_and_gradients` have
    them, it is `NaiveSoftmax`. The gradient of the logarithm of an estimate is biased, the less the more samples.

    Parameters
    ----------
    n_samples : int, default=512
        Words drawn for some centre words, expected, at most. From V on, every word is scored.

    Examples
    --------
    A word of weight 2 that was seen, and one of weight 1 that was drawn with probability 1/4:

    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> from sklw2v.losses import SampledSoftmax
    >>> value, gradients = SampledSoftmax().rows(np.log([[2.0, 1.0 / 0.25]]), csr_array([[1.0, 0.0]]))
    >>> print(f"{value:.4f}")  # log((2 + 4) / 2)
    1.0986
    """

    def __init__(self, n_samples: int = 512) -> None:
        self.n_samples = n_samples

    def rows(self, scores: np.ndarray, counts: csr_array) -> tuple[float, np.ndarray]:
        """Loss and gradients of several rows of scores, corrected ones; see `NaiveSoftmax.rows`."""
        if not isinstance(self.n_samples, Integral) or isinstance(self.n_samples, bool) or self.n_samples < 1:
            raise ValueError(f"n_samples={self.n_samples!r}: expected an integer from 1 on.")
        return super().rows(scores, counts)
