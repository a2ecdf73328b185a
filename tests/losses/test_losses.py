"""What holds for every loss, by one list: finite differences, clones, references, wrong input."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, clone

from sklw2v.losses import GloVe, HierarchicalSoftmax, Loss, NaiveSoftmax, NegativeSampling, NoiseContrastive, check_loss
from tests.losses.examples import (
    LOSSES,
    PAIR_LOSSES,
    ROW_LOSSES,
    BalancedTree,
    BareTree,
    TemperedSoftmax,
    differences,
    extras_of,
    name_of,
    one_pair,
)

every_loss = pytest.mark.parametrize("loss", LOSSES, ids=name_of)


every_pair_loss = pytest.mark.parametrize("loss", PAIR_LOSSES, ids=name_of)


every_row_loss = pytest.mark.parametrize("loss", ROW_LOSSES, ids=name_of)


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
    extras, n_outputs = extras_of(loss, 6, [4, 0, 4, 4])
    center, contexts = rng.standard_normal(3), rng.standard_normal((n_outputs, 3))
    _, to_center, to_contexts = one_pair(loss, center, 1, contexts, **extras)
    by_center = differences(lambda v: one_pair(loss, v, 1, contexts, **extras)[0], center)
    by_contexts = differences(lambda u: one_pair(loss, center, 1, u, **extras)[0], contexts)
    assert_allclose(to_center, by_center, rtol=1e-6, atol=1e-8)
    assert_allclose(to_contexts, by_contexts, rtol=1e-6, atol=1e-8)
    assert to_center.any()


@every_loss
def test_one_pair_accepts_lists_and_leaves_arrays_alone(loss):
    extras, n_outputs = extras_of(loss, 3, np.array([2, 2]))
    center, contexts = np.array([0.5, -1.0]), np.array([[1.0, 2.0], [0.0, 1.0], [3.0, -1.0]])[:n_outputs]
    before = center.copy(), contexts.copy()
    from_arrays = one_pair(loss, center, np.int32(0), contexts, **extras)
    assert_array_equal(center, before[0])
    assert_array_equal(contexts, before[1])
    extras = {name: as_lists(value) for name, value in extras.items()}
    from_lists = one_pair(loss, center.tolist(), 0, contexts.tolist(), **extras)
    for array, other in zip(from_arrays, from_lists, strict=True):
        assert_array_equal(array, other)


def as_lists(value):
    return value.toarray().tolist() if isinstance(value, csr_array) else np.asarray(value).tolist()


@pytest.mark.parametrize("dtype", [np.float32, np.int64])
@every_loss
def test_one_pair_is_computed_in_float64_whatever_comes(loss, dtype):
    extras, n_outputs = extras_of(loss, 3, [2, 2])
    center, contexts = np.array([1, -2], dtype=dtype), np.array([[3, 1], [0, 1], [2, 2]], dtype=dtype)[:n_outputs]
    results = one_pair(loss, center, 0, contexts, **extras)
    expected = one_pair(loss, center.astype(float), 0, contexts.astype(float), **extras)
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
def test_reference_is_uniform_for_rows_and_the_noise_for_pairs_that_do_not_say_otherwise(loss):
    noise = np.array([0.5, 0.3, 0.2])
    is_uniform = loss.form == "rows" or isinstance(
        loss, HierarchicalSoftmax | NoiseContrastive | GloVe | BalancedTree | BareTree
    )
    assert_array_equal(loss.log_reference(noise), np.zeros(3) if is_uniform else np.log(noise))


@every_pair_loss
def test_thousands_are_scores_like_others(loss):
    scores = np.array([-1000.0, 1000.0])
    for function in (loss.positive, loss.negative):
        values, gradients = function(scores)
        assert np.isfinite([values, gradients]).all()
    assert (loss.positive(scores)[1] <= [0, 1000]).all()  # no true pair is pushed down before it scores enough
    assert loss.negative(scores)[1][1] >= 0


def test_word_that_is_never_noise_has_no_probability():
    assert_array_equal(NegativeSampling().log_reference(np.array([1.0, 0.0])), [0.0, -np.inf])


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
