"""Noise words: each as often as the noise distribution says, the rarest too."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sklw2v.training.pairs import _strata
from sklw2v.training.pairs._kernels import POINT_STEP
from sklw2v.training.pairs._noise_words import N_POINTS, NoiseWords
from sklw2v.training.pairs._strata import Strata


@pytest.mark.parametrize("min_stratum", [1000, 10])
def test_a_word_has_its_share_of_the_points_of_its_stratum(min_stratum, monkeypatch):
    monkeypatch.setattr(_strata, "MIN_STRATUM", min_stratum)
    noise = np.random.RandomState(0).uniform(1, 100, size=50) ** 3
    noise[[0, 7, 49]] = 0
    noise /= noise.sum()
    strata = Strata(50, 2)
    words = NoiseWords(strata, noise)
    for stratum in range(strata.n_strata):
        of_stratum = noise[stratum :: strata.n_strata]
        assert_allclose(words.mass[stratum], of_stratum.sum())
        ends = words.ends[strata.rows_of(stratum)].astype(np.int64)
        shares = np.diff(ends[: len(of_stratum)], prepend=0) / N_POINTS
        assert_allclose(shares, of_stratum / of_stratum.sum(), atol=1 / N_POINTS)
        assert_array_equal(shares == 0, of_stratum == 0)
        assert (ends[len(of_stratum) :] == N_POINTS).all()


@pytest.mark.parametrize("n_words", [1, 2, 3, 1000, 5000])
def test_the_guide_is_the_word_of_the_first_point_of_each_part(n_words):
    noise = 1 / np.arange(1, n_words + 1) ** 2
    strata = Strata(n_words, 2)
    words = NoiseWords(strata, noise / noise.sum())
    assert words.guide.dtype == np.uint16
    for stratum in range(strata.n_strata):
        ends = words.ends[strata.rows_of(stratum)].astype(np.int64)
        n_parts = words.guide.shape[1]
        assert n_parts == strata.sizes[0]
        for part, word in enumerate(words.guide[stratum]):
            first = next(
                point for point in range(part * N_POINTS // n_parts, N_POINTS) if point * n_parts >= part << 31
            )
            assert ends[word] > first
            assert word == 0 or ends[word - 1] <= first


def test_strata_of_many_words_have_wider_numbers(monkeypatch):
    monkeypatch.setattr(_strata, "MIN_STRATUM", 1 << 18)
    n_words = (1 << 16) + 1
    words = NoiseWords(Strata(n_words, 1), np.full(n_words, 1 / n_words))
    assert words.guide.dtype == np.uint32
    assert words.guide[0, -1] == n_words - 1


def test_strata_without_noise_have_no_mass_and_words_that_may_be_looked_up():
    noise = np.zeros(1024)
    noise[::2] = 1 / 512  # the second of two strata has none
    words = NoiseWords(Strata(1024, 2), noise)
    assert_allclose(words.mass, [1, 0])
    assert not words.guide[1].any()


def test_the_step_is_the_golden_section_and_meets_every_point():
    assert abs(int(POINT_STEP) / N_POINTS - (5**0.5 - 1) / 2) < 1e-9
    assert int(POINT_STEP) % 2 == 1


def test_starts_are_points_and_parts_of_a_batch():
    words = NoiseWords(Strata(16_384, 2), np.full(16_384, 1 / 16_384))
    points, due_batches = words.draw_starts(np.random.RandomState(0))
    assert points.shape == due_batches.shape == (32,)
    assert ((points >= 0) & (points < N_POINTS)).all()
    assert points.max() > 0.9 * N_POINTS > 0.1 * N_POINTS > points.min()
    assert ((due_batches >= 0) & (due_batches < 1)).all()
    assert len(set(points)) == len(set(due_batches)) == 32
