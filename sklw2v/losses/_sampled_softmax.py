"""The softmax over a sample of the vocabulary."""

from numbers import Integral

import numpy as np
from scipy.sparse import csr_array

from sklw2v.losses._cells import Cells
from sklw2v.losses._naive_softmax import NaiveSoftmax
from sklw2v.losses._sums import log_shares, sums_of


class SampledSoftmax(NaiveSoftmax):
    """The softmax with a bias for each word, its normaliser estimated from a sample of the vocabulary in training.

    ``p(o|c)`` is proportional to ``exp(u_o . v_c + b_o)``. The biases start at the logarithms of the words' shares of
    all contexts, so that vectors need not learn how frequent words are.

    A solver that trains some centre words scores them with the words that stand beside any of them, each once, and with
    others that it draws, word o with probability ``pi_o``, to whose scores it adds ``log(1 / pi_o)``:

    ``sum_{o seen} exp(s_o) + sum_{o drawn} exp(s_o) / pi_o``

    has the normaliser of the naive softmax as its expectation (Jean, Cho, Memisevic and Bengio, 2015, arXiv:1412.2007,
    section 3, who draw words in proportion to given weights; word o is drawn by itself here, and positively weighted,
    half by the noise distribution and half alike). On whole rows of scores, as `rows` and `loss_and_gradients` have
    them, it is `NaiveSoftmax`. The gradient of the logarithm of an estimate is biased, the less the more samples.

    Parameters
    ----------
    n_samples : int or None, default=512
        Words drawn for some centre words, expected, at most. None: every word is scored. So it is where more than half
        of them would be, with those that were seen.

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

    def __init__(self, n_samples: int | None = 512) -> None:
        self.n_samples = n_samples

    def check(self) -> None:
        """Raise a ValueError for a number of samples that is none; see `Loss.check`."""
        n_samples = self.n_samples
        is_number = isinstance(n_samples, Integral) and not isinstance(n_samples, bool) and n_samples >= 1
        if n_samples is not None and not is_number:
            raise ValueError(f"n_samples={n_samples!r}: expected an integer from 1 on, or None.")

    def cells(self, cells: Cells, n_negatives: float) -> Cells:
        """Biases; those of words start at the logarithms of their shares of all contexts. See `Loss.cells`."""
        of_columns = sums_of(cells.weights, cells.weights.data)[1]
        return cells._replace(biases=(np.zeros(cells.weights.shape[0]), log_shares(of_columns)))

    def rows(self, scores: np.ndarray, counts: csr_array) -> tuple[float, np.ndarray]:
        """Loss and gradients of several rows of scores, corrected ones; see `NaiveSoftmax.rows`."""
        self.check()
        return super().rows(scores, counts)
