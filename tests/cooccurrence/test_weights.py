"""Weights of pairs: windows, and what subsampling keeps."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array

from sklw2v.cooccurrence import expected_cooccurrence, keep_probabilities, window_units
from tests.cooccurrence.corpora import N_WORDS, WEIGHTS, assert_same_bits, count, documents_of_words, random_documents


@pytest.mark.parametrize("name", sorted(WEIGHTS))
@pytest.mark.parametrize("window", [1, 2, 5, 13, 20])
def test_units_over_scale_are_the_window_weights_exactly(name, window):
    units, scale = window_units(window, name)
    assert units.dtype == np.int64
    weights = [Fraction(int(unit), scale) for unit in units]
    assert weights == [WEIGHTS[name](distance, window) for distance in range(1, window + 1)]


@pytest.mark.parametrize("name", ["linear", "uniform", "harmonic"])
def test_no_distance_is_longer_than_the_longest_document(name):
    whole, scale = window_units(30, name)
    for longest, n_distances in ((0, 0), (1, 0), (2, 1), (8, 7), (30, 29), (31, 30), (100, 30)):
        units, same = window_units(30, name, longest)
        assert same == scale
        assert_array_equal(units, whole[:n_distances])
    units, scale = window_units(2**31 - 1, name, 8)
    assert len(units) == 7
    assert scale == {"linear": 2**31 - 1, "uniform": 1, "harmonic": 2**26}[name]


def test_wide_harmonic_windows_are_rounded_in_the_eighth_digit():
    units, scale = window_units(500, "harmonic")
    assert_allclose(units / scale, 1 / np.arange(1, 501), rtol=0, atol=2.0**-27)
    assert (units > 0).all()


def test_unknown_window_weights_are_an_error():
    with pytest.raises(ValueError, match=r"window_weights='cubic': expected 'linear', 'uniform' or 'harmonic'"):
        window_units(5, "cubic")


def test_keep_probabilities_are_those_of_word2vec():
    counts = np.array([900, 90, 9, 1, 0])
    t = 1e-2
    expected = [min(1.0, np.sqrt(t / f) + t / f) for f in (0.9, 0.09, 0.009, 0.001)]
    keep = keep_probabilities(counts, t)
    assert_allclose(keep[:4], expected, rtol=1e-14)
    assert 0.11 < keep[0] < 0.12
    assert 0.4 < keep[1] < 0.5
    assert (keep[2:] == 1).all()


@pytest.mark.parametrize("subsample", [None, 0, 0.0])
def test_without_subsampling_every_token_is_kept(subsample):
    assert_array_equal(keep_probabilities(np.array([10, 1, 0]), subsample), [1.0, 1.0, 1.0])


@settings(deadline=None)
@given(documents_of_words)
def test_subsampling_multiplies_by_the_keep_probabilities_of_both_words(documents):
    units, scale = window_units(4, "linear")
    counts = count(documents, units)
    before = counts.copy()
    keep = np.linspace(0.05, 1.0, N_WORDS)
    expected = np.zeros((N_WORDS, N_WORDS))
    for c in range(N_WORDS):
        for o in range(N_WORDS):
            expected[c, o] = counts[c, o] * keep[c] * keep[o] / scale
    thinned = expected_cooccurrence(counts, scale, keep)
    assert thinned.dtype == np.float32
    assert_allclose(thinned.toarray(), expected, rtol=1e-6)
    assert_same_bits(counts, before)
    small_counts = csr_array((counts.data.astype(np.int32), counts.indices, counts.indptr), shape=counts.shape)
    assert_same_bits(expected_cooccurrence(small_counts, scale, keep, overwrite=True), thinned)
    assert_same_bits(count(documents, units, thinning=(scale, keep)), thinned)


def test_thinning_while_counting_gives_the_bits_of_thinning_afterwards():
    documents = random_documents(400, 3000, seed=5)
    units, scale = window_units(5, "linear")
    keep = np.random.RandomState(0).uniform(size=3000)
    afterwards = expected_cooccurrence(count(documents, units, n_words=3000), scale, keep)
    assert_same_bits(count(documents, units, n_jobs=2, n_words=3000, thinning=(scale, keep)), afterwards)
