"""Weights that the noise of a row goes with, against dense sums."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sklw2v.training.pairs import _row_weights, _strata
from sklw2v.training.pairs._row_weights import RowWeights
from sklw2v.training.pairs._strata import Strata
from tests.training.oracles import random_cooccurrence, unigram_noise


@pytest.mark.parametrize("min_stratum", [1000, 14])
@pytest.mark.parametrize("is_excluded", [False, True])
@pytest.mark.parametrize("limit", [0.5, 2.0, 1e9])
def test_sums_of_rows_whole_and_limited(min_stratum, is_excluded, limit, monkeypatch):
    monkeypatch.setattr(_strata, "MIN_STRATUM", min_stratum)
    cooccurrence = random_cooccurrence(58, seed=2, empty=[5])
    noise = unigram_noise(cooccurrence)
    strata = Strata(58, 4)
    row_weights = RowWeights((strata, strata), cooccurrence, limit, noise if is_excluded else None, 3)
    factors = 1 / (1 - noise) if is_excluded else np.ones(58)
    weights = cooccurrence.toarray().astype(np.float64)
    for higher in (limit, 2 * limit):
        sums = row_weights.limited(higher)
        assert sums.dtype == np.float32
        assert_allclose(sums[strata.rows, 0], (weights * factors).sum(axis=1), rtol=1e-6)
        assert_allclose(sums[strata.rows, 1], (np.minimum(weights, higher) * factors).sum(axis=1), rtol=1e-6)
        assert not np.delete(sums, strata.rows, axis=0).any()
    if is_excluded:
        assert row_weights.own_noise.dtype == np.float32
        assert_allclose(row_weights.own_noise[strata.rows], 3 * noise * factors, rtol=1e-6)
    else:
        assert row_weights.own_noise.shape == (0,)


def test_without_noise_there_is_nothing_to_sum():
    strata = Strata(58, 4)
    assert not RowWeights((strata, strata), random_cooccurrence(58, seed=2), 0.5, None, 0).limited(0.5).any()


def test_the_least_noise_of_the_other_words_is_enough(monkeypatch):
    cooccurrence, strata = random_cooccurrence(4, seed=2), Strata(4, 2)
    noise = np.array([0.75, 0.25, 0, 0])
    monkeypatch.setattr(_row_weights, "LEAST_NOISE", 0.25)
    RowWeights((strata, strata), cooccurrence, 1.0, noise, 3)
    monkeypatch.setattr(_row_weights, "LEAST_NOISE", 0.26)
    with pytest.raises(ValueError, match="without the word in row 0 of the vocabulary only 2e-01 of the noise is left"):
        RowWeights((strata, strata), cooccurrence, 1.0, noise, 3)
