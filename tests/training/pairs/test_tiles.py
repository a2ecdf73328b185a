"""Tiles hold every cell once, where they say, heavy ones first."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy.sparse import csr_array

from sklw2v.losses import Cells
from sklw2v.training.pairs import _strata
from sklw2v.training.pairs._kernels import GROUP, LONG, MAX_UPDATES
from sklw2v.training.pairs._strata import Strata
from sklw2v.training.pairs._tiles import Tiles
from tests.training.oracles import random_cooccurrence


def row_lengths(tiles, p, c):
    """Numbers of cells of the rows of a tile, as the SGD reads them."""
    _, lengths, long_lengths = tiles.of_tile(p, c)
    long_ones = iter(long_lengths)
    return [next(long_ones) if length == LONG else length for length in lengths]


def check_tiles(tiles, strata, cooccurrence, heavy_from):
    weights, n_words, end = cooccurrence.toarray(), cooccurrence.shape[0], 0
    for p in range(strata.n_strata):
        for c in range(strata.n_strata):
            assert tiles.of_tile(p, c)[0] == end
            lengths = row_lengths(tiles, p, c)
            for i, word in enumerate(range(p, n_words, strata.n_strata)):
                contexts = [o for o in range(c, n_words, strata.n_strata) if weights[word, o]]
                heavy = [o for o in contexts if weights[word, o] >= heavy_from]
                light = [o for o in contexts if weights[word, o] < heavy_from]
                cells = slice(end, end + len(contexts))
                assert lengths[i] == len(contexts)
                assert_array_equal(tiles.columns[cells], strata.rows[heavy + light])
                assert_array_equal(tiles.weights[cells], weights[word, heavy + light])
                end += len(contexts)
    assert end == cooccurrence.nnz
    assert_array_equal(tiles.n_cells[strata.rows], np.diff(cooccurrence.indptr))


@pytest.mark.kernels
@pytest.mark.parametrize("n_jobs", [1, 3])
@pytest.mark.parametrize("min_stratum", [1000, 14])
def test_tiles_hold_the_cells_row_by_row_with_the_heavy_ones_first(min_stratum, n_jobs, monkeypatch):
    monkeypatch.setattr(_strata, "MIN_STRATUM", min_stratum)
    cooccurrence = random_cooccurrence(58, seed=2, empty=[5, 33])
    heavy_from = np.sort(cooccurrence.data)[cooccurrence.nnz // 2]  # a cell of exactly this weight is heavy
    strata = Strata(58, 4)
    check_tiles(Tiles((strata, strata), Cells(cooccurrence), heavy_from, n_jobs), strata, cooccurrence, heavy_from)


@pytest.mark.kernels
def test_rows_of_254_255_256_and_more_cells_in_a_tile(monkeypatch):
    monkeypatch.setattr(_strata, "MIN_STRATUM", 300)
    weights = np.zeros((620, 620), dtype=np.float32)
    for word, n_cells in enumerate([0, LONG - 1, LONG, LONG + 1, 1, 300, LONG]):
        weights[word, : 2 * n_cells : 2] = 1 + np.arange(n_cells) % 3  # in the first of two tiles
        weights[word, 1 : 2 * (300 - n_cells) : 2] = 1
    strata = Strata(620, 4)
    assert strata.n_strata == 2
    tiles = Tiles((strata, strata), Cells(csr_array(weights)), np.float32(2), 2)
    assert [len(rows) for rows in tiles.long_lengths] == [4, 2]
    assert all(rows.dtype == np.int64 for rows in tiles.long_lengths)
    check_tiles(tiles, strata, csr_array(weights), 2)


@pytest.mark.kernels
def test_indices_of_64_bits_make_the_same_tiles():
    # Beyond 2**31 pairs SciPy's indices are wider.
    cooccurrence = random_cooccurrence(58, seed=2)
    wide = cooccurrence.copy()
    wide.indices, wide.indptr = wide.indices.astype(np.int64), wide.indptr.astype(np.int64)
    strata = Strata(58, 4)
    check_tiles(Tiles((strata, strata), Cells(wide), np.float32(1), 1), strata, cooccurrence, 1)


@pytest.mark.kernels
def test_lists_have_room_for_the_updates_of_four_rows_and_for_what_fills_them_up():
    weights = np.zeros((58, 58), dtype=np.float32)
    weights[4:8, :9] = 5  # four rows of a group with nine heavy cells each
    weights[:4, :7] = 1
    weights[10, :20] = 5
    tiles = Tiles((Strata(58, 4), Strata(58, 4)), Cells(csr_array(weights)), np.float32(2), n_jobs=1)
    with tiles.scratch() as scratch:
        n_listed = len(scratch.updates_left)
        assert len(tiles.columns) - scratch.first_listed == n_listed
    assert n_listed == GROUP * (MAX_UPDATES * 4 * 9 + GROUP * GROUP)
    assert len(tiles.weights) == len(tiles.columns)


def test_threads_get_scratch_of_their_own_and_give_it_back():
    strata = Strata(58, 4)
    tiles = Tiles((strata, strata), Cells(random_cooccurrence(58, seed=2)), np.float32(1), n_jobs=1)
    with pytest.raises(RuntimeError, match="no tile"), tiles.scratch() as first:
        raise RuntimeError("no tile")
    with tiles.scratch() as second:
        assert second is first
