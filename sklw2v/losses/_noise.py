"""The noise distribution."""

import numpy as np


def noise_distribution(counts, exponent):
    """P_n of Mikolov et al. (2013): word counts to a power, normalised.

    Parameters
    ----------
    counts : ndarray, shape (V,)
        At least 0, not all 0. A word that does not occur is never noise, whatever the exponent.
    exponent : float

    Returns
    -------
    ndarray of float64, shape (V,)
    """
    smoothed = np.power(counts, float(exponent), out=np.zeros(len(counts)), where=counts > 0)
    return smoothed / smoothed.sum()
