"""Compiled losses of the scores of documents."""

import numpy as np

from sklw2v.utils import compiled, compiled_part

TABLE_RANGE, TABLE_STEPS = np.float32(16), 2048  # scores from -16 to 16; beyond, the first and last pieces go on
CHUNK = 4096  # words whose loss is summed in single precision


# Sums may be taken in another order, which lets the compiler use vectors; scores that are not numbers stay so.
@compiled(error_model="python", fastmath={"reassoc", "nsz", "contract"})
def noise_loss(sources, scores, weights, slopes, heights, values):
    """Add each row's loss as noise, ``weights`` a word, to `values`; replace its scores by their gradients."""
    step = np.float32(2 * TABLE_RANGE / TABLE_STEPS)
    n_words = scores.shape[1]
    for row in range(scores.shape[0]):
        for first in range(0, n_words, CHUNK):
            total = np.float32(0)
            for word in range(first, min(first + CHUNK, n_words)):
                slope, height = _interpolate(scores[row, word], step, slopes, heights)
                total += weights[word] * height
                scores[row, word] = weights[word] * slope
            values[row] += total


@compiled(error_model="python")
def true_loss(sources, scores, indptr, weights, slopes, heights, values, gradients):
    """Add each document's loss on its own words to `values`; fill in the gradients of their scores."""
    step = np.float32(2 * TABLE_RANGE / TABLE_STEPS)
    for row in range(len(indptr) - 1):
        for cell in range(indptr[row], indptr[row + 1]):
            slope, height = _interpolate(scores[cell], step, slopes, heights)
            values[row] += weights[cell] * height
            gradients[cell] = weights[cell] * slope


@compiled_part(error_model="python", inline="always")
def _interpolate(score, step, slopes, heights):
    """Slope and height at a score: the slope by straight lines, the height by their integral; so they agree."""
    place = (score + TABLE_RANGE) / step
    i = int(min(place, np.float32(TABLE_STEPS - 1))) if place > 0 else 0  # 0 also where it is not a number
    beyond = place - np.float32(i)
    bend = slopes[i + 1] - slopes[i]
    return slopes[i] + beyond * bend, heights[i] + step * beyond * (slopes[i] + np.float32(0.5) * beyond * bend)
