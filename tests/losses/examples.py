"""Losses of users, the list of all losses that are tested, and short forms."""

import numpy as np
from scipy.special import expit, log_softmax
from sklearn.base import BaseEstimator

from sklw2v.losses import Loss, NaiveSoftmax, NegativeSampling, SampledSoftmax


class Squared:
    """A user's loss without a base class: true pairs are to score 1, noise pairs 0."""

    form = "pairs"
    exclude_true = False

    def positive(self, scores):
        return 0.5 * (scores - 1.0) ** 2, scores - 1.0

    def negative(self, scores):
        return 0.5 * scores**2, scores.copy()

    def log_reference(self, noise):
        return np.log(noise)


class Brier(Loss):
    """A user's loss of form "pairs": the squared error of the probability of being a true pair."""

    form = "pairs"

    def positive(self, scores):
        error = expit(-scores)
        return 0.5 * error**2, -(error**2) * expit(scores)

    def negative(self, scores):
        error = expit(scores)
        return 0.5 * error**2, error**2 * expit(-scores)


class TemperedSoftmax(Loss):
    """A user's loss of form "rows" with a parameter."""

    form = "rows"

    def __init__(self, temperature=1.0):
        self.temperature = temperature

    def rows(self, scores, counts):
        tempered = scores / np.asarray(self.temperature, dtype=scores.dtype)  # (n, V)
        log_probabilities = log_softmax(tempered, axis=1)
        observed = counts.toarray()
        totals = observed.sum(axis=1, keepdims=True)
        gradients = (totals * np.exp(log_probabilities) - observed) / self.temperature
        return float(-(observed * log_probabilities).sum(dtype=np.float64)), gradients.astype(scores.dtype)


LOSSES = [
    NaiveSoftmax(),
    NegativeSampling(),
    NegativeSampling(exclude_true=True),
    Squared(),
    Brier(),
    SampledSoftmax(),
    SampledSoftmax(n_samples=3),
    TemperedSoftmax(),
    TemperedSoftmax(temperature=2.5),
]


PAIR_LOSSES = [loss for loss in LOSSES if loss.form == "pairs"]


ROW_LOSSES = [loss for loss in LOSSES if loss.form == "rows"]


def name_of(value):
    return repr(value) if isinstance(value, BaseEstimator) else type(value).__name__


def one_pair(loss, *arguments):
    """`loss_and_gradients`, also of an object that does not define it."""
    return (
        Loss.loss_and_gradients(loss, *arguments) if isinstance(loss, Squared) else loss.loss_and_gradients(*arguments)
    )


def differences(function, point, step=1e-5):
    """Central differences of a scalar function; kept apart from the ones that `check_loss` uses."""
    derivative = np.empty_like(point)
    for index in np.ndindex(point.shape):
        shift = np.zeros_like(point)
        shift[index] = step
        derivative[index] = (function(point + shift) - function(point - shift)) / (2 * step)
    return derivative


# Every loss
