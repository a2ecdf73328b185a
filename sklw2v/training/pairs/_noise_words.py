"""Noise words, stratum by stratum: each follows from a point."""

import numpy as np

from sklw2v.training.pairs._kernels import POINT_BITS

N_POINTS = 1 << POINT_BITS


class NoiseWords:
    """The noise distribution within each stratum, as intervals of points: a word has its share of ``2**POINT_BITS``.

    Shares are rounded to a whole number of points.

    A tile begins at a point drawn at random, and goes on by a fixed step. So each of its points is equally likely to be
    any, every word is drawn in proportion to its noise, and a batch of neighbouring points is spread over the words.

    Parameters
    ----------
    strata : Strata
    noise : ndarray of float64, shape (V,)
        Noise distribution P_n; sums to 1.

    Attributes
    ----------
    ends : ndarray of uint32, shape (n_rows,)
        Where the interval of each word ends, in the order of the strata's rows. That of the word before it is where it
        begins.
    guide : ndarray of uint16 or uint32, shape (S, n)
        The word, as a number within its stratum, that has the first point of each n-th of the points: where the search
        for the word of a point begins.
    mass : ndarray of float64, shape (S,)
        Share of each stratum in the noise distribution.
    """

    def __init__(self, strata, noise):
        n_strata, sizes = strata.n_strata, strata.sizes
        arranged = strata.by_row(noise, np.float64)
        self.mass = np.empty(n_strata)
        self.ends = np.full(strata.n_rows, N_POINTS, dtype=np.uint32)
        n_parts = int(sizes[0])
        first_points = -(-np.arange(n_parts) * N_POINTS // n_parts)  # rounded up
        self.guide = np.zeros((n_strata, n_parts), dtype=np.uint16 if n_parts <= 2**16 else np.uint32)
        for stratum in range(n_strata):
            cumulated = np.cumsum(arranged[strata.rows_of(stratum)][: sizes[stratum]])
            self.mass[stratum] = cumulated[-1]
            if cumulated[-1] > 0:
                ends = self.ends[strata.rows_of(stratum)][: sizes[stratum]]
                ends[:] = np.rint(cumulated / cumulated[-1] * N_POINTS)
                self.guide[stratum] = np.searchsorted(ends, first_points, side="right")

    def draw_starts(self, rng):
        """Where the tiles of a sub-epoch begin: points, and parts of a batch that are due at once.

        Returns
        -------
        points : ndarray of int64, shape (S,)
        due_batches : ndarray of float64, shape (S,)
            At least 0 and below 1.
        """
        n_strata = len(self.mass)
        return rng.randint(0, N_POINTS, size=n_strata), rng.uniform(size=n_strata)
