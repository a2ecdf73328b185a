"""Which outputs the rows of a part are scored with."""

from numbers import Integral

import numpy as np
from scipy.sparse import csr_array

UNIFORM_SHARE = 0.5  # of the sampling distribution; the rest is the noise distribution
MOST = 0.5  # a larger share of the outputs than this is not worth its sampling


class AllColumns:
    """Every output, for losses that are not sampled."""

    def draw(self, counts, rng):
        """The columns, the counts in them, and what to add to their scores."""
        return slice(None), counts, None


class SampledColumns:
    """The outputs that some rows were seen with, and a random sample of the others.

    An output o that stands beside none of the rows is drawn, by itself, with probability
    ``pi_o = min(1, n_samples * q_o)``, q being the mean of the noise distribution and the uniform one: no output is
    out of reach, also those that are never noise. As ``log(1 / pi_o)`` is added to its score, the sum of the
    exponentials of the scores drawn has the whole sum as its expectation (Horvitz and Thompson, 1952).

    Parameters
    ----------
    n_samples : int
        Expected number of outputs drawn, at most.
    noise : ndarray of shape (m,)
        Noise distribution.

    Raises
    ------
    ValueError
        If `n_samples` is not an integer from 1 on.

    Attributes
    ----------
    n_samples : int
    probabilities : ndarray of float64, shape (m,)
        pi.
    """

    def __init__(self, n_samples, noise):
        if not isinstance(n_samples, Integral) or isinstance(n_samples, bool) or n_samples < 1:
            raise ValueError(f"loss: n_samples={n_samples!r}: expected an integer from 1 on, or None.")
        self.n_samples = n_samples
        distribution = (1 - UNIFORM_SHARE) * np.asarray(noise) + UNIFORM_SHARE / len(noise)
        self.probabilities = np.minimum(1.0, n_samples * distribution)

    def draw(self, counts, rng):
        """The columns for some rows, their counts in these, and what to add to the scores.

        Parameters
        ----------
        counts : csr_array of shape (n, m)
            Of the rows.
        rng : numpy.random.RandomState

        Returns
        -------
        columns : ndarray of int, shape (m',), or slice
            Increasing; a slice where all are taken, since they would be more than MOST.
        counts : csr_array of shape (n, m')
        corrections : ndarray of float32, shape (m',), or None
        """
        n_columns = counts.shape[1]
        inclusion = self.probabilities.copy()
        inclusion[counts.indices] = 1.0
        if self.n_samples >= n_columns or inclusion.sum() > MOST * n_columns:
            return slice(None), counts, None
        columns = np.flatnonzero(rng.random_sample(n_columns) < inclusion)
        places = np.empty(n_columns, dtype=counts.indices.dtype)
        places[columns] = np.arange(len(columns))
        cells = counts.data, places[counts.indices], counts.indptr
        corrections = -np.log(inclusion[columns]).astype(np.float32)
        return columns, csr_array(cells, shape=(counts.shape[0], len(columns))), corrections
