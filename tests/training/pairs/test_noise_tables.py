"""Tables of noise words: each word as often as the noise distribution says."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sklw2v.training.pairs import _strata
from sklw2v.training.pairs._noise_tables import NOISE_TABLE_SIZE, NoiseTables
from sklw2v.training.pairs._strata import Strata


@pytest.mark.parametrize("min_stratum", [1000, 10])
def test_words_stand_in_the_tables_in_proportion_to_their_noise(min_stratum, monkeypatch):
    monkeypatch.setattr(_strata, "MIN_STRATUM", min_stratum)
    rng = np.random.RandomState(0)
    noise = np.where(np.arange(50) == 7, 0, rng.uniform(1, 100, size=50))
    noise /= noise.sum()
    strata = Strata(50, 2)
    tables = NoiseTables(strata, noise)
    assert tables.words.shape == (strata.n_strata, NOISE_TABLE_SIZE)
    for stratum in range(strata.n_strata):
        of_stratum = noise[stratum :: strata.n_strata]
        assert_allclose(tables.mass[stratum], of_stratum.sum())
        shares = np.bincount(tables.words[stratum], minlength=len(of_stratum)) / NOISE_TABLE_SIZE
        assert_allclose(shares, of_stratum / of_stratum.sum(), atol=1 / NOISE_TABLE_SIZE)


def test_shuffling_changes_the_order_alone_and_strata_without_noise_have_none():
    noise = np.zeros(1024)
    noise[::2] = 1 / 512  # the second of two strata has none
    strata = Strata(1024, 2)
    tables = NoiseTables(strata, noise)
    assert_allclose(tables.mass, [1, 0])
    assert not tables.words[1].any()
    before = tables.words.copy()
    tables.shuffle(np.random.RandomState(0))
    assert (tables.words[0] != before[0]).any()
    assert_array_equal(np.sort(tables.words), np.sort(before))


def test_starts_are_multiples_of_four_within_the_tables_and_parts_of_a_batch():
    strata = Strata(16_384, 2)
    tables = NoiseTables(strata, np.full(16_384, 1 / 16_384))
    first_words, due_batches = tables.draw_starts(np.random.RandomState(0))
    assert first_words.shape == due_batches.shape == (32,)
    assert not (first_words % 4).any()
    assert ((first_words >= 0) & (first_words < NOISE_TABLE_SIZE)).all()
    assert ((due_batches >= 0) & (due_batches < 1)).all()
    assert len(set(first_words)) > 16
    assert len(set(due_batches)) > 16
