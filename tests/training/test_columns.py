"""The outputs that rows are scored with: unbiased, and the naive softmax where there are enough."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array

from sklw2v.losses import NaiveSoftmax, SampledSoftmax
from sklw2v.training import _rows
from sklw2v.training._columns import SampledColumns
from tests.training.oracles import entropy_bound, random_cooccurrence, softmax_objective
from tests.training.solvers import random_start, run

N_COLUMNS = 40


@pytest.fixture
def counts():
    """Counts of two rows and of an empty one, with three of the columns."""
    dense = np.zeros((3, N_COLUMNS), dtype=np.float32)
    dense[0, [3, 17]] = 1, 1e9
    dense[1, [17, 39]] = 2, 0.5
    return csr_array(dense)


@pytest.fixture
def noise():
    """Noise that half of the words are never."""
    weights = np.random.default_rng(0).dirichlet(np.ones(N_COLUMNS))
    weights[::2] = 0
    return weights / weights.sum()


@pytest.mark.slow
def test_estimated_normalizer_has_the_true_one_as_its_mean(counts, noise):
    sampled, rng = SampledColumns(8, noise), np.random.RandomState(0)
    weights = np.exp(np.random.default_rng(1).normal(size=N_COLUMNS))
    estimates = []
    for _ in range(20000):
        columns, _, corrections = sampled.draw(counts, rng)
        estimates.append(np.sum(weights[columns] * np.exp(corrections)))
    error = np.std(estimates) / np.sqrt(len(estimates))
    assert 0 < error < 0.01 * weights.sum()
    assert abs(np.mean(estimates) - weights.sum()) < 4 * error


def test_every_column_with_a_count_is_there_once_and_every_other_within_reach(counts, noise):
    sampled, rng = SampledColumns(8, noise), np.random.RandomState(0)
    n_drawn = np.zeros(N_COLUMNS)
    n_draws = 3000
    for _ in range(n_draws):
        columns, part, corrections = sampled.draw(counts, rng)
        n_drawn[columns] += 1
        assert np.all(np.diff(columns) > 0)
        dense = np.zeros(counts.shape, dtype=np.float32)
        dense[:, columns] = part.toarray()
        assert_array_equal(dense, counts.toarray())
        assert_array_equal(corrections[np.isin(columns, counts.indices)], 0)
    seen = np.unique(counts.indices)
    assert_array_equal(n_drawn[seen], n_draws)
    others = np.setdiff1d(np.arange(N_COLUMNS), seen)
    expected = np.minimum(1, 8 * (0.5 * noise + 0.5 / N_COLUMNS))[others]
    assert expected.min() >= 0.1
    assert_allclose(n_drawn[others] / n_draws, expected, atol=5 * np.sqrt(0.25 / n_draws))


@pytest.mark.parametrize("n_samples", [36, 40, 1000])
def test_no_sample_is_drawn_where_it_would_hold_most_of_the_columns(counts, noise, n_samples):
    columns, part, corrections = SampledColumns(n_samples, noise).draw(counts, None)
    assert columns == slice(None)
    assert part is counts
    assert corrections is None


@pytest.mark.parametrize("n_samples", [0, -3, 2.5, True, "many"])
def test_number_of_samples_that_is_none_is_named_before_training(n_samples):
    with pytest.raises(ValueError, match=r"loss: n_samples=.*: expected an integer from 1 on, or None"):
        run(random_cooccurrence(60, seed=0), SampledSoftmax(n_samples), random_start(60, 10), max_iter=1)


class Sampled(NaiveSoftmax):
    """A user's loss that asks for samples, without biases."""

    def __init__(self, n_samples):
        self.n_samples = n_samples


@pytest.mark.parametrize("n_samples", [60, 1000])
def test_as_many_samples_as_words_are_the_naive_softmax(n_samples):
    cooccurrence, start = random_cooccurrence(60, seed=0), random_start(60, 10)
    results = [run(cooccurrence, loss, start, max_iter=2) for loss in (NaiveSoftmax(), Sampled(n_samples))]
    for got, expected in zip(*results, strict=True):
        assert_array_equal(got, expected)


@pytest.mark.slow
def test_loss_where_vectors_stand_still_is_a_little_below_the_exact_one(monkeypatch):
    loss = Sampled(5)
    monkeypatch.setattr(_rows, "SAMPLED_PART_ROWS", 1)
    cooccurrence, start = random_cooccurrence(60, seed=0, density=0.1), random_start(60, 8)
    curve = run(cooccurrence, loss, start, max_iter=40, learning_rate=1e-12)[2]
    exact = softmax_objective(cooccurrence, *start) / cooccurrence.sum(dtype=np.float64)
    assert np.std(curve) > 1e-3  # samples were drawn
    assert 0.95 * exact < np.mean(curve) < exact  # the logarithm of an estimate is below that of its mean


@pytest.mark.slow
def test_sampled_softmax_ends_where_the_naive_one_does(monkeypatch):
    monkeypatch.setattr(_rows, "BLOCK_ROWS", 4)
    monkeypatch.setattr(_rows, "PART_ROWS", 4)
    monkeypatch.setattr(_rows, "SAMPLED_PART_ROWS", 2)
    cooccurrence = random_cooccurrence(24, seed=0, scale=10.0, density=0.06)
    start = random_start(24, 24)
    least = entropy_bound(cooccurrence)
    excess = softmax_objective(cooccurrence, *start) - least
    for loss in (NaiveSoftmax(), Sampled(6)):
        centers, contexts, _ = run(cooccurrence, loss, start, max_iter=100, learning_rate=0.1)
        assert softmax_objective(cooccurrence, centers, contexts) - least < 0.03 * excess
