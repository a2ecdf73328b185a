"""Losses of users, the list of all losses that are tested, and short forms."""

import numpy as np
from scipy.sparse import csr_array
from scipy.special import expit, log_softmax
from sklearn.base import BaseEstimator

from sklw2v.losses import (
    FactorisedPMI,
    GloVe,
    HierarchicalSoftmax,
    Hinge,
    Loss,
    NaiveSoftmax,
    NegativeSampling,
    NoiseContrastive,
    SampledSoftmax,
    SquaredHinge,
)


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


class Doubtful(Loss):
    """A user's loss of cells with labels: of X sightings X / (X + 1) are believed; scores of outputs have offsets."""

    form = "pairs"

    positive = NegativeSampling.positive
    negative = NegativeSampling.negative

    def cells(self, cells, n_negatives):
        counts = cells.weights.data.astype(np.float64)
        offsets = np.linspace(-0.5, 0.5, cells.weights.shape[1])
        return cells._replace(labels=counts / (counts + 1), offsets=offsets)


class SquareRoots(Squared):
    """A user's loss without a base class: weights are square roots, scores are drawn to 1 plus a logarithm."""

    def cells(self, cells, n_negatives):
        weights = cells.weights.copy()
        weights.data = np.sqrt(weights.data)
        return cells._replace(weights=weights, cell_offsets=np.log1p(weights.data), noise=None)


class BalancedTree(Loss):
    """A user's loss with paths: the words are halved, and halved again, as they stand in the vocabulary."""

    form = "pairs"

    positive = NegativeSampling.positive
    negative = NegativeSampling.negative

    def paths(self, word_counts):
        return balanced_paths(len(word_counts))

    def log_reference(self, noise):
        return np.zeros(len(noise))


class BareTree:
    """The same without a base class."""

    form = "pairs"
    exclude_true = False
    positive = BalancedTree.positive
    negative = BalancedTree.negative
    paths = BalancedTree.paths
    log_reference = BalancedTree.log_reference


def balanced_paths(n_words):
    """Paths (V, max(V - 1, 1)) that halve the words at each node."""
    dense = np.zeros((n_words, max(n_words - 1, 1)))
    parts, node = [np.arange(n_words)], 0
    while parts:
        part = parts.pop(0)
        if len(part) > 1:
            left, right = np.array_split(part, 2)
            dense[left, node], dense[right, node] = -1, 1
            parts += [left, right]
            node += 1
    return csr_array(dense)


LOSSES = [
    NaiveSoftmax(),
    NegativeSampling(),
    NegativeSampling(exclude_true=True),
    HierarchicalSoftmax(),
    NoiseContrastive(),
    GloVe(),
    GloVe(x_max=3.0, exponent=0.5),
    Hinge(),
    SquaredHinge(),
    FactorisedPMI(),
    FactorisedPMI(clipped=False),
    FactorisedPMI(x_max=2.0),
    Squared(),
    Brier(),
    Doubtful(),
    SquareRoots(),
    BalancedTree(),
    BareTree(),
    SampledSoftmax(),
    SampledSoftmax(n_samples=3),
    TemperedSoftmax(),
    TemperedSoftmax(temperature=2.5),
]


PAIR_LOSSES = [loss for loss in LOSSES if loss.form == "pairs"]


ROW_LOSSES = [loss for loss in LOSSES if loss.form == "rows"]


def name_of(value):
    return repr(value) if isinstance(value, BaseEstimator) else type(value).__name__


def one_pair(loss, *arguments, **extras):
    """`loss_and_gradients`, also of an object that does not define it."""
    method = getattr(loss, "loss_and_gradients", None)
    if method is None:
        return Loss.loss_and_gradients(loss, *arguments, **extras)
    return method(*arguments, **extras)


def extras_of(loss, n_words, negatives):
    """What `one_pair` needs beside the vectors, and how many vectors of outputs there are."""
    if loss.form == "rows":
        return {}, n_words
    if isinstance(loss, HierarchicalSoftmax | BalancedTree | BareTree):
        return {"paths": loss.paths(np.arange(n_words, 0, -1))}, n_words - 1
    if isinstance(loss, GloVe):
        return {"count": 2.0}, n_words
    extras = {"negatives": negatives}
    if isinstance(loss, NoiseContrastive):
        extras["noise"] = np.arange(1, n_words + 1) / (n_words * (n_words + 1) / 2)
    elif isinstance(loss, FactorisedPMI):
        extras["target"] = 0.7
    return extras, n_words


def differences(function, point, step=1e-5):
    """Central differences of a scalar function; kept apart from the ones that `check_loss` uses."""
    derivative = np.empty_like(point)
    for index in np.ndindex(point.shape):
        shift = np.zeros_like(point)
        shift[index] = step
        derivative[index] = (function(point + shift) - function(point - shift)) / (2 * step)
    return derivative
