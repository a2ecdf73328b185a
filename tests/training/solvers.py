"""Losses, starts and runs that the tests of the solvers share."""

import numpy as np
import pytest

from sklw2v.losses import NaiveSoftmax, NegativeSampling, SampledSoftmax
from sklw2v.training import Problem, make_solver, train
from sklw2v.utils import split_biases
from tests.training.oracles import unigram_noise


class Flat:
    """A user's loss without a base class: noise costs 1 a draw and pushes by `slope`, true pairs cost nothing."""

    form = "pairs"

    def __init__(self, exclude_true=False, slope=0.0):
        self.exclude_true = exclude_true
        self.slope = slope

    def positive(self, scores):
        return np.zeros_like(scores), np.zeros_like(scores)

    def negative(self, scores):
        return np.ones_like(scores), np.full_like(scores, self.slope)


class Squared:
    """A user's loss without a base class and without bounds: true pairs are to score 1, noise pairs 0."""

    form = "pairs"
    exclude_true = False

    def positive(self, scores):
        return 0.5 * (scores - 1.0) ** 2, scores - 1.0

    def negative(self, scores):
        return 0.5 * scores**2, scores.copy()


LOSSES = [NegativeSampling(), NegativeSampling(exclude_true=True), Squared(), NaiveSoftmax(), SampledSoftmax(10)]


LOSS_NAMES = ["negative_sampling", "exclude_true", "squared", "naive_softmax", "sampled_softmax"]


each_loss = pytest.mark.parametrize("loss", LOSSES, ids=LOSS_NAMES)


def random_start(n_words, n_components, seed=0, scale=0.3):
    rng = np.random.RandomState(seed)
    return (scale * rng.standard_normal((2, n_words, n_components))).astype(np.float32)


def run(cooccurrence, loss, start, max_iter, seed=0, n_jobs=1, learning_rate=0.025, n_negatives=3, progress=None):
    problem = Problem(cooccurrence, *start, loss, unigram_noise(cooccurrence), n_negatives)
    solver = make_solver(problem, learning_rate, np.random.RandomState(seed), n_jobs)
    centers, contexts, curve = train(solver, learning_rate=learning_rate, max_iter=max_iter, progress=progress)
    if isinstance(loss, SampledSoftmax):
        centers, contexts, _ = split_biases(centers, contexts, start[0].shape[1])
    return centers, contexts, curve
