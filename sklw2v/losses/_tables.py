"""Losses of pairs as tables of their gradients and values: what compiled code reads in place of the functions."""

import numpy as np

from sklw2v.losses._kernels import TABLE_RANGE, TABLE_SIZE


def tabulate(function):
    """Table of a pointwise loss for the kernel: (TABLE_SIZE, 4) float32.

    Row i holds two straight lines for the scores from ``-TABLE_RANGE + i * h`` to the next grid point: height at score
    0 and slope of the gradient's, then of the value's. Beyond the ends the kernel extends the last piece.
    """
    scores = np.linspace(-TABLE_RANGE, TABLE_RANGE, TABLE_SIZE + 1)
    try:
        values, gradients = (np.broadcast_to(np.asarray(part, float), scores.shape) for part in function(scores))
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"loss: {function.__qualname__} is to return two arrays of the shape of the scores, values and gradients: "
            f"{error}. sklw2v.losses.check_loss tests a loss."
        ) from error
    lines = []
    for heights in (gradients, values):
        slopes = np.diff(heights) / np.diff(scores)
        lines += [heights[:-1] - slopes * scores[:-1], slopes]
    return np.ascontiguousarray(np.stack(lines, axis=1), dtype=np.float32)
