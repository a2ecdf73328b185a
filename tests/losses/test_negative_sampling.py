"""Negative sampling in numbers."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import expit

from sklw2v.losses import NegativeSampling


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
