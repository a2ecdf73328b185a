"""Strata: how words are dealt, and the order of their vectors."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sklw2v.training.pairs._kernels import GROUP, LINE, VECTOR
from sklw2v.training.pairs._strata import Strata, choose_n_strata


@pytest.mark.parametrize(
    "n_words, expected", [(1, 1), (1023, 1), (1024, 2), (5000, 9), (8192, 16), (16384, 32), (10**6, 32)]
)
def test_number_of_strata_rises_with_the_vocabulary(n_words, expected):
    assert choose_n_strata(n_words) == expected


@pytest.mark.parametrize(
    "n_words, cells_per_row, expected",
    [
        (8411, 20.1, 10),
        (13_794, 37.4, 18),
        (87_001, 343, 32),
        (87_001, 4, 2),
        (10**5, 0, 2),
        (1030, 1000, 2),
        (600, 0, 1),
    ],
)
def test_rows_of_few_cells_have_fewer_strata(n_words, cells_per_row, expected):
    assert choose_n_strata(n_words, cells_per_row) == expected


@pytest.mark.parametrize("n_words, n_components", [(1, 1), (3, 16), (1025, 17), (5000, 100)])
def test_vectors_come_back_in_the_order_of_the_words(n_words, n_components):
    strata = Strata(n_words, n_components)
    vectors = np.random.RandomState(0).standard_normal((n_words, n_components)).astype(np.float32)
    arranged = strata.arrange(vectors)
    assert arranged.shape == (strata.n_rows, strata.n_blocks * VECTOR)
    assert arranged.ctypes.data % (4 * LINE) == 0
    assert_array_equal(strata.by_word(arranged), vectors)
    others = np.setdiff1d(np.arange(strata.n_rows), strata.rows)
    assert not arranged[others].any()
    assert not arranged[:, n_components:].any()


@pytest.mark.parametrize("n_words", [1, 3, 1023, 1025, 16_390])
def test_a_stratum_has_every_so_manieth_word_and_ends_with_zero_vectors(n_words):
    strata = Strata(n_words, 2)
    numbers = strata.by_row(np.arange(1, n_words + 1), np.int64)
    assert numbers.dtype == np.int64
    assert strata.by_row(np.arange(n_words), np.float32).dtype == np.float32
    for stratum in range(strata.n_strata):
        of_stratum = numbers[strata.rows_of(stratum)]
        assert len(of_stratum) % GROUP == 0
        n_stratum = strata.sizes[stratum]
        assert_array_equal(of_stratum[:n_stratum], np.arange(stratum, n_words, strata.n_strata) + 1)
        assert len(of_stratum) == -(-n_stratum // GROUP) * GROUP + GROUP
        assert not of_stratum[n_stratum:].any()
    assert strata.sizes.sum() == n_words
    assert strata.starts[-1] == strata.n_rows
