"""Noise words, stratum by stratum, in the order in which the SGD takes them."""

import numpy as np

from sklw2v.training.pairs._kernels import GROUP

NOISE_TABLE_SIZE = 1 << 16


class NoiseTables:
    """For each stratum a table of noise words, at equally spaced quantiles of the noise distribution in the stratum.

    Tables are shuffled anew each epoch and read from a random place on: drawn without replacement, words vary less.

    Parameters
    ----------
    strata : Strata
    noise : ndarray of float64, shape (V,)
        Noise distribution P_n; sums to 1.

    Attributes
    ----------
    words : ndarray of uint16 or uint32, shape (S, NOISE_TABLE_SIZE)
        Noise words, as numbers within their stratum. `shuffle` changes their order.
    mass : ndarray of float64, shape (S,)
        Share of each stratum in the noise distribution.
    """

    def __init__(self, strata, noise):
        n_strata, sizes = strata.n_strata, strata.sizes
        arranged = strata.by_row(noise, np.float64)
        self.mass = np.empty(n_strata)
        self.words = np.zeros((n_strata, NOISE_TABLE_SIZE), dtype=np.uint16 if sizes[0] <= 2**16 else np.uint32)
        quantiles = (np.arange(NOISE_TABLE_SIZE) + 0.5) / NOISE_TABLE_SIZE
        for stratum in range(n_strata):
            cumulated = np.cumsum(arranged[strata.rows_of(stratum)][: sizes[stratum]])
            self.mass[stratum] = cumulated[-1]
            if cumulated[-1] > 0:
                self.words[stratum] = np.searchsorted(cumulated, quantiles * cumulated[-1])

    def shuffle(self, rng):
        """Put each table into a new order."""
        for words in self.words:
            rng.shuffle(words)

    def draw_starts(self, rng):
        """Where the tiles of a sub-epoch begin: places in the tables, and parts of a batch that are due at once.

        Returns
        -------
        first_words : ndarray of int64, shape (S,)
            Multiples of `GROUP`.
        due_batches : ndarray of float64, shape (S,)
            From 0 to 1.
        """
        drawn = GROUP * rng.randint(0, NOISE_TABLE_SIZE // GROUP, size=(len(self.words), 2))
        return drawn[:, 0], drawn[:, 1] / NOISE_TABLE_SIZE
