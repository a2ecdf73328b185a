"""The sampled softmax, on corrected scores."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array

from sklw2v.losses import LOSSES, Cells, Loss, NaiveSoftmax, SampledSoftmax


def test_sampled_softmax_on_whole_rows_is_the_naive_softmax():
    scores = np.random.default_rng(0).normal(size=(3, 5))
    counts = csr_array(np.arange(15.0).reshape(3, 5))
    value, gradients = SampledSoftmax(2).rows(scores.copy(), counts)
    expected, expected_gradients = NaiveSoftmax().rows(scores.copy(), counts)
    assert value == expected
    assert_array_equal(gradients, expected_gradients)


def test_correction_of_a_score_counts_a_word_as_often_as_it_stands_for():
    # A word that is drawn one time in 3 stands for 3: Z = 2 + 3.
    value, gradients = SampledSoftmax().rows(np.array([[np.log(2), np.log(3)]]), csr_array([[1.0, 0.0]]))
    assert_allclose(value, np.log(5 / 2))
    assert_allclose(gradients, [[-0.6, 0.6]])


def test_counts_of_a_billion_keep_their_digits():
    scores = np.zeros((2, 4), dtype=np.float32)
    counts = csr_array(np.array([[1e9, 0, 0, 1e9], [0, 1, 0, 0]], dtype=np.float32))
    value, gradients = SampledSoftmax().rows(scores, counts)
    assert_allclose(value, (2e9 + 1) * np.log(4), rtol=1e-7)
    assert_allclose(gradients, [[-5e8, 5e8, 5e8, -5e8], [0.25, -0.75, 0.25, 0.25]], rtol=1e-6)


def test_vocabulary_of_one_word_costs_nothing():
    value, gradients = SampledSoftmax().rows(np.array([[-1000.0]]), csr_array([[3.0]]))
    assert value == 0
    assert_array_equal(gradients, [[0.0]])


@pytest.mark.parametrize("n_samples", [0, -1, 2.5, True, "many"])
def test_number_of_samples_that_is_none_is_named(n_samples):
    with pytest.raises(ValueError, match=r"n_samples=.*: expected an integer from 1 on"):
        SampledSoftmax(n_samples).rows(np.zeros((1, 2)), csr_array([[1.0, 0.0]]))


def test_biases_start_at_the_logarithms_of_the_shares_of_contexts():
    counts = csr_array([[3.0, 0.0, 1.0], [0.0, 0.0, 4.0]])
    of_rows, of_words = SampledSoftmax().cells(Cells(counts), 5).biases
    assert_array_equal(of_rows, [0, 0])
    assert_allclose(np.exp(of_words), [3 / 8, 3 / 8, 5 / 8])  # a word never seen starts as the rarest seen does
    of_rows, of_words = SampledSoftmax().cells(Cells(csr_array((2, 2))), 5).biases
    assert_array_equal([of_rows, of_words], np.zeros((2, 2)))


def test_sampled_softmax_has_a_name_and_other_losses_no_samples():
    assert isinstance(LOSSES.resolve("sampled_softmax", None), SampledSoftmax)
    assert Loss().n_samples is None
    assert NaiveSoftmax().n_samples is None
