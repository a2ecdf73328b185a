"""The naive softmax in numbers."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from scipy.special import log_softmax

from sklw2v.losses import NaiveSoftmax


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
