"""Weights that the noise of a row goes with, against dense sums."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sklw2v.training.pairs import _strata
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
    row_weights = RowWeights(strata, cooccurrence, limit, noise if is_excluded else None, 3)
    factors = 1 / (1 - noise) if is_excluded else np.ones(58)
    weights = cooccurrence.toarray().astype(np.float64)
    for higher in (limit, 2 * limit):
        sums = row_weights.limited(higher)
        assert sums.dtype == np.float32
        assert_allclose(sums[strata.rows, 0], (weights * factors).sum(axis=1), rtol=1e-6)
        assert_allclose(sums[strata.rows, 1], (np.minimum(weights, higher) * factors).sum(axis=1), rtol=1e-6)
        assert not np.delete(sums, strata.rows, axis=0).any()
    if is_excluded:
        assert_allclose(row_weights.own_noise[strata.rows], 3 * noise * factors, rtol=1e-6)
    else:
        assert row_weights.own_noise.shape == (0,)
