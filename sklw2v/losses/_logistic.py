"""The logistic loss of pairs."""

import numpy as np
from scipy.special import expit

from sklw2v.losses._protocol import Loss


class Logistic(Loss):
    """What losses share that see a sigmoid of the score as the probability of a true pair."""

    form = "pairs"

    def positive(self, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """``log(1 + exp(-x))`` and ``-sigmoid(-x)``; see `Loss.positive`."""
        return np.logaddexp(0.0, -scores), -expit(-scores)

    def negative(self, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """``log(1 + exp(x))`` and ``sigmoid(x)``; see `Loss.negative`."""
        return np.logaddexp(0.0, scores), expit(scores)
