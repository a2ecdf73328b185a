"""The noise distribution, and what a loss makes of it."""

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


def log_reference_of(loss, noise):
    """What a loss adds to scores to have log-probabilities, up to a constant: its `log_reference`, (V,) float64.

    Parameters
    ----------
    loss : object
        As `sklw2v.losses.Loss` describes.
    noise : ndarray of float64, shape (V,)

    Raises
    ------
    ValueError
        If the loss gives something else.
    """
    reference = loss.log_reference(noise)
    fault = None
    if not isinstance(reference, np.ndarray) or reference.dtype.kind not in "fiu":
        fault = type(reference).__name__
    elif reference.shape != noise.shape:
        fault = f"shape {reference.shape}"
    elif not (reference < np.inf).all():
        fault = f"{reference[~(reference < np.inf)][0]}"
    if fault is not None:
        name = f"{type(loss).__name__}.log_reference"
        raise ValueError(f"loss: {name} is to return numbers below infinity of shape {noise.shape}; got {fault}.")
    return reference
