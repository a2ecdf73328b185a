"""Losses of pairs as tables of their gradients and values: what compiled code reads in place of the functions."""

import numpy as np

from sklw2v.losses._kernels import TABLE_RANGE, TABLE_SIZE


def tabulate(function):
    """Table of a pointwise loss for compiled code: (TABLE_SIZE * 4,) float32.

    Four numbers (a, b, c, b / 2) stand for the scores from ``-TABLE_RANGE + i * h`` to the next grid point. There the
    gradient at score x is ``a + b x``, a straight line between the gradients of the loss at the two points. The value
    is its integral ``c + a x + b x^2 / 2``, and at score 0 the value of the loss. So values and gradients agree, which
    a line search needs.

    Parameters
    ----------
    function : callable
        `positive` or `negative` of a loss.

    Returns
    -------
    ndarray of float32, shape (TABLE_SIZE * 4,)

    Raises
    ------
    ValueError
        If the function does not return values and gradients of the shape of the scores.
    """
    scores = np.linspace(-TABLE_RANGE, TABLE_RANGE, TABLE_SIZE + 1)
    try:
        values, gradients = (np.asarray(part, float) for part in function(scores))
        if values.shape != scores.shape or gradients.shape not in ((), scores.shape):
            raise ValueError(f"got shapes {values.shape} and {gradients.shape} for {scores.shape}")
        gradients = np.broadcast_to(gradients, scores.shape)  # one number is a constant gradient
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"loss: {function.__qualname__} is to return two arrays of the shape of the scores, values and gradients: "
            f"{error}. sklw2v.losses.check_loss tests a loss."
        ) from error
    steps, starts = np.diff(scores), scores[:-1]
    slopes = np.diff(gradients) / steps
    heights = gradients[:-1] - slopes * starts
    rises = np.concatenate([[0], np.cumsum((gradients[1:] + gradients[:-1]) / 2 * steps)])
    middle = TABLE_SIZE // 2  # score 0
    integrals = values[middle] + rises - rises[middle]
    constants = integrals[:-1] - heights * starts - slopes * starts**2 / 2
    return np.stack([heights, slopes, constants, slopes / 2], axis=1).astype(np.float32).reshape(-1)
