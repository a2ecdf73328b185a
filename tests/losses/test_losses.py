"""The losses, one by one in numbers and all together through `check_loss`, which is tested on broken ones."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from scipy.special import expit, log_softmax
from sklearn.base import BaseEstimator, clone

from sklw2v.losses import Loss, NaiveSoftmax, NegativeSampling, check_loss


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
    TemperedSoftmax(),
    TemperedSoftmax(temperature=2.5),
]
PAIR_LOSSES = [loss for loss in LOSSES if loss.form == "pairs"]
ROW_LOSSES = [loss for loss in LOSSES if loss.form == "rows"]


def name_of(value):
    return repr(value) if isinstance(value, BaseEstimator) else type(value).__name__


every_loss = pytest.mark.parametrize("loss", LOSSES, ids=name_of)
every_pair_loss = pytest.mark.parametrize("loss", PAIR_LOSSES, ids=name_of)
every_row_loss = pytest.mark.parametrize("loss", ROW_LOSSES, ids=name_of)


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


@every_loss
@pytest.mark.parametrize("random_state", [0, 1, np.random.RandomState(5)], ids=["0", "1", "RandomState"])
def test_loss_passes_its_check(loss, random_state):
    assert check_loss(loss, random_state=random_state) is None


@every_pair_loss
@pytest.mark.parametrize("label", ["positive", "negative"])
def test_gradients_of_pairs_are_derivatives_of_values(loss, label):
    function = getattr(loss, label)
    scores = np.random.default_rng(3).uniform(-8, 8, size=(4, 5))
    expected = differences(lambda x: function(x)[0].sum(), scores)
    assert_allclose(function(scores)[1], expected, rtol=1e-6, atol=1e-9)


@every_row_loss
def test_gradients_of_rows_are_derivatives_of_the_value(loss):
    rng = np.random.default_rng(3)
    scores = rng.uniform(-8, 8, size=(4, 5))
    counts = csr_array(rng.poisson(1.0, size=(4, 5)).astype(float))
    expected = differences(lambda x: loss.rows(x.copy(), counts)[0], scores)
    assert_allclose(loss.rows(scores.copy(), counts)[1], expected, rtol=1e-6, atol=1e-7)


@every_loss
def test_gradients_of_one_pair_are_derivatives_of_its_loss(loss):
    rng = np.random.default_rng(4)
    center, contexts = rng.standard_normal(3), rng.standard_normal((6, 3))
    negatives = ([4, 0, 4, 4],) if loss.form == "pairs" else ()
    _, to_center, to_contexts = one_pair(loss, center, 1, contexts, *negatives)
    by_center = differences(lambda v: one_pair(loss, v, 1, contexts, *negatives)[0], center)
    by_contexts = differences(lambda u: one_pair(loss, center, 1, u, *negatives)[0], contexts)
    assert_allclose(to_center, by_center, rtol=1e-6, atol=1e-8)
    assert_allclose(to_contexts, by_contexts, rtol=1e-6, atol=1e-8)


@every_loss
def test_one_pair_accepts_lists_and_leaves_arrays_alone(loss):
    center, contexts = np.array([0.5, -1.0]), np.array([[1.0, 2.0], [0.0, 1.0], [3.0, -1.0]])
    negatives = (np.array([2, 2]),) if loss.form == "pairs" else ()
    before = center.copy(), contexts.copy()
    from_arrays = one_pair(loss, center, np.int32(0), contexts, *negatives)
    assert_array_equal(center, before[0])
    assert_array_equal(contexts, before[1])
    from_lists = one_pair(loss, center.tolist(), 0, contexts.tolist(), *[n.tolist() for n in negatives])
    for array, other in zip(from_arrays, from_lists, strict=True):
        assert_array_equal(array, other)


@pytest.mark.parametrize("dtype", [np.float32, np.int64])
@every_loss
def test_one_pair_is_computed_in_float64_whatever_comes(loss, dtype):
    center, contexts = np.array([1, -2], dtype=dtype), np.array([[3, 1], [0, 1], [2, 2]], dtype=dtype)
    negatives = ([2, 2],) if loss.form == "pairs" else ()
    results = one_pair(loss, center, 0, contexts, *negatives)
    expected = one_pair(loss, center.astype(float), 0, contexts.astype(float), *negatives)
    for result, other in zip(results, expected, strict=True):
        assert np.asarray(result).dtype == np.float64
        assert_array_equal(result, other)


@pytest.mark.parametrize("loss", [loss for loss in LOSSES if isinstance(loss, BaseEstimator)], ids=name_of)
def test_clone_is_another_object_with_the_same_parameters(loss):
    twin = clone(loss)
    assert twin is not loss
    assert type(twin) is type(loss)
    assert twin.get_params() == loss.get_params()


def test_parameters_are_set_by_name():
    assert NegativeSampling().set_params(exclude_true=True).exclude_true is True
    assert NegativeSampling().get_params() == {"exclude_true": False}
    assert NaiveSoftmax().get_params() == {}


@every_loss
def test_reference_is_uniform_for_rows_and_the_noise_for_pairs(loss):
    noise = np.array([0.5, 0.3, 0.2])
    expected = np.log(noise) if loss.form == "pairs" else np.zeros(3)
    assert_array_equal(loss.log_reference(noise), expected)


def test_word_that_is_never_noise_has_no_probability():
    assert_array_equal(NegativeSampling().log_reference(np.array([1.0, 0.0])), [0.0, -np.inf])


# Negative sampling in numbers


def test_negative_sampling_by_hand():
    scores = np.log([1.0, 3.0, 1.0 / 3.0])  # sigmoids 1/2, 3/4, 1/4
    values, gradients = NegativeSampling().positive(scores)
    assert_allclose(values, np.log([2.0, 4.0 / 3.0, 4.0]), rtol=1e-14)
    assert_allclose(gradients, [-0.5, -0.25, -0.75], rtol=1e-14)
    values, gradients = NegativeSampling().negative(scores)
    assert_allclose(values, np.log([2.0, 4.0, 4.0 / 3.0]), rtol=1e-14)
    assert_allclose(gradients, [0.5, 0.75, 0.25], rtol=1e-14)


def test_negative_sampling_at_extreme_scores():
    scores = np.array([-1000.0, -40.0, 40.0, 1000.0])
    values, gradients = NegativeSampling().positive(scores)
    assert_allclose(values, [1000.0, 40.0, np.exp(-40.0), 0.0], rtol=1e-14)
    assert_allclose(gradients, [-1.0, -1.0, -np.exp(-40.0), 0.0], rtol=1e-14)
    values, gradients = NegativeSampling().negative(scores)
    assert_allclose(values, [0.0, np.exp(-40.0), 40.0, 1000.0], rtol=1e-14)
    assert_allclose(gradients, [0.0, np.exp(-40.0), 1.0, 1.0], rtol=1e-14)


def test_negative_sampling_of_one_pair_by_hand():
    # Scores 0 for word 0 and log 3 for words 1 and 2.
    contexts = np.array([[0.0, 5.0], [np.log(3.0), 0.0], [np.log(3.0), 2.0]])
    loss, to_center, to_contexts = NegativeSampling().loss_and_gradients([1.0, 0.0], 0, contexts, [1])
    assert_allclose(loss, np.log(2.0) + np.log(4.0))
    assert_allclose(to_center, -0.5 * contexts[0] + 0.75 * contexts[1])
    assert_allclose(to_contexts, [[-0.5, 0.0], [0.75, 0.0], [0.0, 0.0]])


def test_repeated_negatives_count_as_often_as_they_occur():
    rng = np.random.default_rng(0)
    center, contexts = rng.standard_normal(3), rng.standard_normal((4, 3))
    loss = NegativeSampling()
    one, three = (loss.loss_and_gradients(center, 0, contexts, [2] * times) for times in (1, 3))
    score = contexts[2] @ center
    assert_allclose(three[0] - one[0], 2 * np.log1p(np.exp(score)))
    assert_allclose(three[1] - one[1], 2 * expit(score) * contexts[2])
    assert_allclose(three[2][2], 3 * expit(score) * center)
    assert_allclose(three[2][0], one[2][0])
    assert_array_equal(three[2][[1, 3]], np.zeros((2, 3)))


def test_true_word_as_its_own_noise_adds_both_gradients():
    center, contexts = np.array([2.0]), np.array([[0.5], [-1.0]])
    loss, _, to_contexts = NegativeSampling().loss_and_gradients(center, 0, contexts, [0, 0])
    assert_allclose(loss, np.log1p(np.exp(-1.0)) + 2 * np.log1p(np.exp(1.0)))
    assert_allclose(to_contexts, [[2.0 * (3 * expit(1.0) - 1)], [0.0]])


def test_true_word_among_negatives_is_refused_when_excluded():
    arguments = [1.0], 2, np.ones((4, 1))
    with pytest.raises(ValueError, match=r"negatives must not hold outside=2 .* position 1"):
        NegativeSampling(exclude_true=True).loss_and_gradients(*arguments, [0, 2, 3])
    NegativeSampling(exclude_true=True).loss_and_gradients(*arguments, [0, 1, 3])


def test_pair_without_noise_is_the_positive_term_alone():
    loss, _, to_contexts = NegativeSampling().loss_and_gradients([1.0], 1, np.zeros((2, 1)), np.array([], dtype=int))
    assert_allclose(loss, np.log(2.0))
    assert_allclose(to_contexts, [[0.0], [-0.5]])


# Naive softmax in numbers


def test_naive_softmax_by_hand():
    scores = np.log([[1.0, 3.0, 4.0], [2.0, 2.0, 4.0]])  # softmax 1/8 3/8 1/2 and 1/4 1/4 1/2
    counts = csr_array([[2.0, 0.0, 6.0], [0.0, 1.0, 0.0]])
    value, gradients = NaiveSoftmax().rows(scores, counts)
    assert type(value) is float
    assert_allclose(value, 2 * np.log(8) + 6 * np.log(2) + np.log(4), rtol=1e-14)
    assert_allclose(gradients, [[-1.0, 3.0, -2.0], [0.25, -0.75, 0.5]], atol=1e-14)


def test_naive_softmax_writes_gradients_into_the_scores():
    scores = np.zeros((2, 3), dtype=np.float32)
    _, gradients = NaiveSoftmax().rows(scores, csr_array(np.ones((2, 3), dtype=np.float32)))
    assert gradients is scores


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_naive_softmax_at_extreme_scores(dtype):
    scores = np.array([[1000.0, -1000.0, 0.0], [-1000.0, -1000.0, -1000.0], [1000.0, 1000.0, -1000.0]], dtype=dtype)
    counts = csr_array(np.array([[1.0, 2.0, 0.0], [3.0, 0.0, 0.0], [0.0, 1.0, 0.0]], dtype=dtype))
    value, gradients = NaiveSoftmax().rows(scores, counts)
    assert gradients.dtype == dtype
    assert_allclose(value, 2 * 2000.0 + 3 * np.log(3.0) + np.log(2.0), rtol=1e-7)
    assert_allclose(gradients, [[2.0, -2.0, 0.0], [-2.0, 1.0, 1.0], [0.5, -0.5, 0.0]], atol=1e-6)


def test_naive_softmax_of_a_word_without_contexts_is_zero():
    value, gradients = NaiveSoftmax().rows(np.array([[1.0, 2.0]]), csr_array((1, 2)))
    assert value == 0.0
    assert_array_equal(gradients, [[0.0, 0.0]])


def test_naive_softmax_sums_duplicate_cells_and_leaves_the_counts_alone():
    indices, indptr = np.array([2, 0, 2]), np.array([0, 3])
    counts = csr_array((np.array([1.0, 2.0, 4.0]), indices.copy(), indptr), shape=(1, 3))
    value, gradients = NaiveSoftmax().rows(np.zeros((1, 3)), counts)
    assert_allclose(value, 7 * np.log(3))
    assert_allclose(gradients, [[7 / 3 - 2, 7 / 3, 7 / 3 - 5]])
    assert_array_equal(counts.indices, indices)
    assert_array_equal(counts.data, [1.0, 2.0, 4.0])


def test_naive_softmax_value_does_not_lose_small_counts_in_float32():
    # In float32, 2^24 + 1 is 2^24: a sum in float32 would not notice the last pair.
    def value_of(*counts):
        scores = np.array([[1.0, 1.0, 2.0]], dtype=np.float32)
        return NaiveSoftmax().rows(scores, csr_array(np.array([counts], dtype=np.float32)))[0]

    assert_allclose(value_of(2.0**24, 1.0, 0.0) - value_of(2.0**24, 0.0, 0.0), np.log(2 + np.e), rtol=1e-6)


def test_naive_softmax_value_of_float32_scores_is_computed_in_float64():
    value, _ = NaiveSoftmax().rows(np.zeros((1, 3), dtype=np.float32), csr_array(np.array([[5.0, 2.0, 0.0]])))
    assert_allclose(value, 7 * np.log(3), rtol=1e-14)


def test_naive_softmax_in_large_float32_blocks_agrees_with_float64():
    rng = np.random.default_rng(0)
    scores = rng.normal(scale=3.0, size=(8, 3000))
    counts = csr_array(rng.poisson(0.02, size=scores.shape).astype(float))
    value, gradients = NaiveSoftmax().rows(scores.astype(np.float32), counts.astype(np.float32))
    log_probabilities = log_softmax(scores, axis=1)
    observed = counts.toarray()
    assert_allclose(value, -(observed * log_probabilities).sum(), rtol=1e-6)
    expected = observed.sum(axis=1, keepdims=True) * np.exp(log_probabilities) - observed
    assert_allclose(gradients, expected, rtol=1e-4, atol=1e-5)


# Wrong input


@pytest.mark.parametrize(
    ("position", "value", "message"),
    [
        (0, [[1.0, 2.0]], r"center must be real numbers of shape \(d\); got float64 of shape \(1, 2\)"),
        (0, [1.0, 2.0, 3.0], "center must have the length of a row of context_vectors, 2; got 3"),
        (0, [1.0, np.nan], "center must be finite; got nan"),
        (0, ["a", "b"], "center must be real numbers"),
        (0, np.array([1j, 2.0]), "center must be real numbers"),
        (1, 3, "outside must be an integer in 0..2; got 3"),
        (1, -1, "outside must be an integer in 0..2; got -1"),
        (1, 1.0, "outside must be an integer in 0..2; got 1.0"),
        (1, True, "outside must be an integer in 0..2; got True"),
        (1, "cat", "outside must be an integer in 0..2; got 'cat'"),
        (2, [1.0, 2.0], r"context_vectors must be real numbers of shape \(V, d\); got float64 of shape \(2,\)"),
        (2, [[1.0, 2.0], [3.0]], "context_vectors must be an array of shape .* unequal length"),
        (2, [[1.0, np.inf], [0.0, 0.0]], "context_vectors must be finite; got inf"),
    ],
)
@pytest.mark.parametrize("loss", [NaiveSoftmax(), NegativeSampling()], ids=name_of)
def test_wrong_vectors_and_indices_are_named(loss, position, value, message):
    arguments = [[1.0, 2.0], 0, np.ones((3, 2))] + ([[1, 1]] if loss.form == "pairs" else [])
    loss.loss_and_gradients(*arguments)
    arguments[position] = value
    with pytest.raises(ValueError, match=message):
        loss.loss_and_gradients(*arguments)


@pytest.mark.parametrize(
    ("negatives", "message"),
    [
        ([0, 3], r"negatives must lie in 0\.\.2; got 3"),
        ([-1], r"negatives must lie in 0\.\.2; got -1"),
        ([0.0, 1.0], r"negatives must be integers of shape \(K,\); got float64 of shape \(2,\)"),
        ([[0, 1]], r"negatives must be integers of shape \(K,\); got int64 of shape \(1, 2\)"),
        ([True, False], "negatives must be integers"),
        (None, "negatives must be the indices of the noise words"),
    ],
)
def test_wrong_negatives_are_named(negatives, message):
    with pytest.raises(ValueError, match=message):
        NegativeSampling().loss_and_gradients([1.0], 0, np.ones((3, 1)), negatives)


def test_negatives_for_a_loss_without_noise_are_refused():
    with pytest.raises(ValueError, match="negatives must be None for TemperedSoftmax"):
        TemperedSoftmax().loss_and_gradients([1.0], 0, np.ones((3, 1)), [1])


def test_unfinished_loss_says_what_is_missing():
    for method, arguments in [("positive", 1), ("negative", 1), ("rows", 2)]:
        with pytest.raises(NotImplementedError, match=rf"Loss must define {method}\(scores"):
            getattr(Loss(), method)(*[None] * arguments)
    with pytest.raises(NotImplementedError, match=r"Loss\.form must be 'pairs' or 'rows'; got None"):
        Loss().log_reference([0.5, 0.5])
    with pytest.raises(NotImplementedError, match=r"Loss\.form must be 'pairs' or 'rows'; got None"):
        Loss().loss_and_gradients([1.0], 0, [[1.0]])


# check_loss, on losses with one fault each


class WrongSign(Squared):
    def positive(self, scores):
        return 0.5 * (scores - 1.0) ** 2, 1.0 - scores


class WrongFactor(Squared):
    def negative(self, scores):
        return 0.5 * scores**2, 1.0001 * scores


class Overflows(Squared):
    def positive(self, scores):
        return np.log(1.0 + np.exp(-scores)), -1.0 / (1.0 + np.exp(scores))


class OverflowsInSilence(Squared):
    def positive(self, scores):
        with np.errstate(over="ignore"):
            return np.log(1.0 + np.exp(-scores)), -expit(-scores)


class WarnsFarOut(Squared):
    def negative(self, scores):
        if scores.max() > 100.0:
            warnings.warn("far out")
        return super().negative(scores)


class GivesNanGradient(Squared):
    def negative(self, scores):
        return 0.5 * scores**2, np.where(np.abs(scores) < 100.0, scores, np.nan)


class ModifiesScores(Squared):
    def positive(self, scores):
        scores -= 1.0
        return 0.5 * scores**2, scores.copy()


class SumsValues(Squared):
    def positive(self, scores):
        return 0.5 * np.sum((scores - 1.0) ** 2), scores - 1.0


class FlattensGradients(Squared):
    def negative(self, scores):
        return 0.5 * scores**2, scores.ravel()


class ReturnsFloat32(Squared):
    def negative(self, scores):
        return 0.5 * scores**2, scores.astype(np.float32)


class ReturnsValuesOnly(Squared):
    def negative(self, scores):
        return 0.5 * scores**2


class MixesScores(Squared):
    def negative(self, scores):
        shifted = scores - scores.mean()
        return 0.5 * shifted**2, shifted


class DependsOnPosition(Squared):
    def negative(self, scores):
        weights = np.arange(1.0, scores.size + 1).reshape(scores.shape)
        return 0.5 * weights * scores**2, weights * scores


class GradientsDependOnShape(Squared):
    def negative(self, scores):
        return 0.5 * scores**2, scores * scores.ndim


class Jumps(Squared):
    def negative(self, scores):
        return 0.5 * scores**2 + (scores > 20.0), scores.copy()


class GradientOfTailMissing(Squared):
    def negative(self, scores):
        return 0.5 * scores**2, np.clip(scores, -15.0, 15.0)


class LacksNegative:
    form = "pairs"
    exclude_true = False
    positive = Squared.positive
    log_reference = Squared.log_reference


class LacksExcludeTrue:
    form = "pairs"
    positive = Squared.positive
    negative = Squared.negative
    log_reference = Squared.log_reference


class LacksForm(Squared):
    form = None


class OtherForm(Squared):
    form = "triples"


class Unwritten(Loss):
    form = "rows"


class ReferenceOfWrongShape(Squared):
    def log_reference(self, noise):
        return 0.0


class ReferenceNotFinite(Squared):
    def log_reference(self, noise):
        return np.log(noise - noise.max() + 1e-3 * (noise < noise.max()))


class ReferenceModifiesNoise(Squared):
    def log_reference(self, noise):
        return np.log(noise, out=noise).copy()


class RowsWrongSign(TemperedSoftmax):
    def rows(self, scores, counts):
        value, gradients = super().rows(scores, counts)
        return value, -gradients


class RowsWrongFactor(TemperedSoftmax):
    def rows(self, scores, counts):
        value, gradients = super().rows(scores, counts)
        return value, self.temperature * gradients


class RowsOverflow(TemperedSoftmax):
    def rows(self, scores, counts):
        exponentials = np.exp(scores)
        probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
        observed = counts.toarray()
        gradients = observed.sum(axis=1, keepdims=True) * probabilities - observed
        return float(-(observed * np.log(probabilities)).sum()), gradients


class RowsModifyCounts(TemperedSoftmax):
    def rows(self, scores, counts):
        result = super().rows(scores, counts)
        counts.data /= counts.data.max(initial=1.0)
        return result


class RowsMean(TemperedSoftmax):
    def rows(self, scores, counts):
        value, gradients = super().rows(scores, counts)
        return value / len(scores), gradients / len(scores)


class RowsValueEach(TemperedSoftmax):
    def rows(self, scores, counts):
        value, gradients = super().rows(scores, counts)
        return np.full(len(scores), value), gradients


class RowsFloat64(TemperedSoftmax):
    def rows(self, scores, counts):
        value, gradients = super().rows(scores, counts)
        return value, gradients.astype(np.float64)


class RowsTransposed(TemperedSoftmax):
    def rows(self, scores, counts):
        value, gradients = super().rows(scores, counts)
        return value, gradients.T


class RowsGradientsCoarse(TemperedSoftmax):
    def rows(self, scores, counts):
        value, gradients = super().rows(scores, counts)
        return value, gradients.astype(np.float16).astype(np.float32) if scores.dtype == np.float32 else gradients


class RowsCountLost(TemperedSoftmax):
    def rows(self, scores, counts):
        return super().rows(scores, counts.astype(bool).astype(scores.dtype) if scores.dtype == np.float32 else counts)


class OnePairCountsRepeatsOnce(Brier):
    def loss_and_gradients(self, center, outside, context_vectors, negatives):
        return super().loss_and_gradients(center, outside, context_vectors, np.unique(negatives))


class OnePairFancyIndex(Brier):
    def loss_and_gradients(self, center, outside, context_vectors, negatives):
        loss, to_center, _ = super().loss_and_gradients(center, outside, context_vectors, negatives)
        to_contexts = np.zeros_like(context_vectors)
        to_contexts[outside] = self.positive(context_vectors[outside] @ center)[1] * center
        to_contexts[negatives] += np.outer(self.negative(context_vectors[negatives] @ center)[1], center)
        return loss, to_center, to_contexts


class OnePairWrongCenter(TemperedSoftmax):
    def loss_and_gradients(self, center, outside, context_vectors):
        loss, to_center, to_contexts = super().loss_and_gradients(center, outside, context_vectors)
        return loss, to_center + 1e-3, to_contexts


class OnePairSwapsGradients(TemperedSoftmax):
    def loss_and_gradients(self, center, outside, context_vectors):
        loss, to_center, to_contexts = super().loss_and_gradients(center, outside, context_vectors)
        return loss, to_contexts, to_center


class ForgetsItsParameter(TemperedSoftmax):
    def __init__(self, temperature=1.0):
        self.heat = temperature

    temperature = property(lambda self: self.heat, lambda self, value: None)

    def get_params(self, deep=True):
        return {}


class ForgetsItsPower(Brier):
    """Takes a parameter that is none of its constructor's."""

    power = 1

    def positive(self, scores):
        values, gradients = super().positive(scores)
        return self.power * values, self.power * gradients

    def with_attributes(self, **attributes):
        vars(self).update(attributes)
        return self


class ConvertsItsParameter(TemperedSoftmax):
    def __init__(self, temperature=1.0):
        self.temperature = np.float64(temperature) + 0.0


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (WrongSign(), "gradients of WrongSign.positive at score .* central differences give"),
        (WrongFactor(), "gradients of WrongFactor.negative at score .* central differences give"),
        (Overflows(), "Overflows.positive raised FloatingPointError: overflow"),
        (OverflowsInSilence(), "values of OverflowsInSilence.positive for scores from -1000 to 1000 must be finite"),
        (WarnsFarOut(), "WarnsFarOut.negative raised UserWarning: far out"),
        (GivesNanGradient(), "gradients of GivesNanGradient.negative for scores from -1000 to 1000 must be finite"),
        (ModifiesScores(), "ModifiesScores.positive must not modify scores"),
        (SumsValues(), "values of SumsValues.positive .* must be an ndarray; got float64"),
        (FlattensGradients(), r"gradients of FlattensGradients.negative .* must have shape \(6, 10\); got \(60,\)"),
        (ReturnsFloat32(), "gradients of ReturnsFloat32.negative .* must have dtype float64; got float32"),
        (ReturnsValuesOnly(), "ReturnsValuesOnly.negative must return a tuple of two; got ndarray"),
        (MixesScores(), "values of MixesScores.negative at score .* that score alone gives"),
        (DependsOnPosition(), "values of DependsOnPosition.negative at score .* that score alone gives"),
        (GradientsDependOnShape(), "gradients of GradientsDependOnShape.negative .* scores in one dimension give"),
        (Jumps(), "values of Jumps.negative rise by 1.2 from score 20.00 to 20.01, gradients say 0.2"),
        (GradientOfTailMissing(), "values of GradientOfTailMissing.negative rise .* from score -30.00"),
        (LacksNegative(), "LacksNegative must have a method negative, its form being 'pairs'"),
        (LacksExcludeTrue(), "LacksExcludeTrue.exclude_true must be True or False; got None"),
        (LacksForm(), "LacksForm.form must be 'pairs' or 'rows'; got None"),
        (OtherForm(), "OtherForm.form must be 'pairs' or 'rows'; got 'triples'"),
        (Unwritten(), "Unwritten.rows raised NotImplementedError: Unwritten must define rows"),
        (ReferenceOfWrongShape(), "ReferenceOfWrongShape.log_reference returns must be an ndarray; got float"),
        (ReferenceNotFinite(), "ReferenceNotFinite.log_reference raised FloatingPointError"),
        (ReferenceModifiesNoise(), "ReferenceModifiesNoise.log_reference must not modify noise"),
        (RowsWrongSign(), r"gradients of RowsWrongSign.rows at index \(\d, \d\): .* central differences give"),
        (RowsWrongFactor(2.0), "gradients of RowsWrongFactor.rows at index .* central differences give"),
        (RowsOverflow(), r"RowsOverflow.rows at scores of \+-1000 raised FloatingPointError: overflow"),
        (RowsModifyCounts(), "RowsModifyCounts.rows must not modify counts; it changed counts.data"),
        (RowsMean(), "value of RowsMean.rows: .* single rows add up to"),
        (RowsValueEach(), "value of RowsValueEach.rows must be a float, the sum over rows; got ndarray"),
        (RowsFloat64(), "gradients of RowsFloat64.rows for float32 scores must have dtype float32; got float64"),
        (RowsTransposed(), r"gradients of RowsTransposed.rows .* must have shape \(4, 7\); got \(7, 4\)"),
        (RowsGradientsCoarse(), r"gradients of RowsGradientsCoarse.rows for float32 scores at index .* float64 gives"),
        (RowsCountLost(), "value of RowsCountLost.rows for float32 scores: .* float64 gives"),
        (OnePairCountsRepeatsOnce(), r"negatives \[0, 5, 5, 3\]: .* positive and negative give in sum"),
        (
            OnePairFancyIndex(),
            r"gradient_contexts of OnePairFancyIndex.* at index \([25], \d\): .* central differences",
        ),
        (OnePairWrongCenter(), r"gradient_center of OnePairWrongCenter.* at index \(\d,\): .* central differences"),
        (OnePairSwapsGradients(), r"gradient_center of OnePairSwapsGradients.* must have shape \(4,\); got \(7, 4\)"),
        (ForgetsItsPower().with_attributes(power=2), r"values of clone\(ForgetsItsPower\).positive .* the original"),
        (ForgetsItsPower().with_attributes(exclude_true=True), r"clone\(ForgetsItsPower\).exclude_true must be True"),
        (ForgetsItsParameter(2.0), r"values of clone\(ForgetsItsParameter\).rows: .* the original gives"),
        (ConvertsItsParameter(2.0), r"clone\(ConvertsItsParameter\) raised RuntimeError"),
    ],
    ids=name_of,
)
def test_check_finds_the_fault_and_says_where(loss, message):
    with pytest.raises(AssertionError, match=message):
        check_loss(loss)


@pytest.mark.parametrize("loss", [NegativeSampling, "negative_sampling"])
def test_check_asks_for_an_instance(loss):
    with pytest.raises(AssertionError, match=r"expected an instance of a loss; got .*[Nn]egative"):
        check_loss(loss)
