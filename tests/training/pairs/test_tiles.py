"""Tiles hold every cell once, where they say, heavy ones first."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sklw2v.training.pairs import _strata
from sklw2v.training.pairs._strata import Strata
from sklw2v.training.pairs._tiles import Tiles
from tests.training.oracles import random_cooccurrence


@pytest.mark.parametrize("n_jobs", [1, 3])
@pytest.mark.parametrize("min_stratum", [1000, 14])
def test_tiles_hold_the_cells_row_by_row_with_the_heavy_ones_first(min_stratum, n_jobs, monkeypatch):
    monkeypatch.setattr(_strata, "MIN_STRATUM", min_stratum)
    cooccurrence = random_cooccurrence(58, seed=2, empty=[5, 33])
    heavy_from = np.sort(cooccurrence.data)[cooccurrence.nnz // 2]  # a cell of exactly this weight is heavy
    strata = Strata(58, 4)
    tiles = Tiles(strata, cooccurrence, heavy_from, n_jobs)
    weights = cooccurrence.toarray()
    end = 0
    for p in range(strata.n_strata):
        for c in range(strata.n_strata):
            ends = tiles.ends[p][c]
            assert ends[0, 1] == end
            for i, word in enumerate(range(p, 58, strata.n_strata)):
                contexts = [o for o in range(c, 58, strata.n_strata) if weights[word, o]]
                heavy = [o for o in contexts if weights[word, o] >= heavy_from]
                light = [o for o in contexts if weights[word, o] < heavy_from]
                cells = slice(end, end + len(contexts))
                assert_array_equal(tiles.columns[cells], strata.rows[heavy + light])
                assert_array_equal(tiles.weights[cells], weights[word, heavy + light])
                assert_array_equal(ends[i + 1], [end + len(heavy), end + len(contexts)])
                end += len(contexts)
    assert end == cooccurrence.nnz
    assert_array_equal(tiles.n_cells[strata.rows], np.diff(cooccurrence.indptr))


def test_threads_get_scratch_of_their_own_and_give_it_back():
    strata = Strata(58, 4)
    tiles = Tiles(strata, random_cooccurrence(58, seed=2), np.float32(1), n_jobs=1)
    with pytest.raises(RuntimeError, match="no tile"), tiles.scratch() as first:
        raise RuntimeError("no tile")
    with tiles.scratch() as second:
        assert second is first
        assert len(tiles.columns) - second.first_listed >= len(second.updates_left)
