"""When to stop: the SGD is asked after each epoch, and the best vectors are kept."""

import numpy as np


class EarlyStopping:
    """Stops the SGD when a held-out score no longer rises.

    Parameters
    ----------
    score : callable
        From centre and context vectors to a number; higher is better.
    n_iter_no_change : int
        Stop after so many epochs without a rise.
    tol : float
        A smaller rise above the best score so far is none.
    progress : Progress, optional
        Gets a line of text after each epoch.

    Attributes
    ----------
    scores : list of float
        One for each epoch.
    best : (centers, contexts)
        Those of the highest score.
    """

    def __init__(self, score, n_iter_no_change, tol, progress=None):
        self._score = score
        self._n_iter_no_change = n_iter_no_change
        self._tol = tol
        self._progress = progress
        self._n_without_rise = 0
        self.scores = []
        self.best = None

    def __call__(self, epoch, vectors, loss_curve):
        """Score the vectors of an epoch; True if it was the last. To be passed to `train`."""
        centers, contexts = vectors()
        score = self._score(centers, contexts)
        highest = max(self.scores, default=-np.inf)
        risen = score > highest
        self._n_without_rise = 0 if risen and score >= highest + self._tol else self._n_without_rise + 1
        if risen:
            self.best = centers, contexts
        self.scores.append(score)
        if self._progress is not None:
            self._progress.line(f"held-out score {score:.4f} nats a pair")
        return self._n_without_rise >= self._n_iter_no_change
