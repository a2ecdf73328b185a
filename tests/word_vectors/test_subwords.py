"""Vectors of unknown words from their spelling: against ridge regression written out."""

import itertools
import pickle
from collections import Counter

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import Ridge
from threadpoolctl import threadpool_info, threadpool_limits

from sklw2v.word_vectors import SubwordVectors

KNOWN = ["walking", "walked", "walker", "talking", "talked", "reading", "reader", "sunlight", "moonlight"]
NEW = ["talker", "walking", "moonwalk", "sunreader", "xyzzyq"]


def example(n_components=4):
    return np.random.RandomState(0).standard_normal((len(KNOWN), n_components)).astype(np.float32)


def likeness(words, others):
    """Cosines of words by how often they have each run of 3 to 6 letters, with a space at either end."""
    grams = []
    for word in [*words, *others]:
        spaced = f" {word} "
        grams.append(Counter(spaced[i : i + n] for n in range(3, 7) for i in range(len(spaced) - n + 1)))
    columns = sorted(set().union(*grams))
    counts = np.array([[of_word[gram] for gram in columns] for of_word in grams], dtype=float)
    counts /= np.linalg.norm(counts, axis=1, keepdims=True)
    return counts[: len(words)] @ counts[len(words) :].T


def test_vectors_are_those_of_ridge_regression_on_character_n_grams():
    vectors = example()
    # The penalty is 1, as much as a word counts.
    weights = np.linalg.solve(likeness(KNOWN, KNOWN) + np.eye(len(KNOWN)), vectors)
    expected = likeness(NEW, KNOWN) @ weights
    found = SubwordVectors().fit(KNOWN, vectors).transform(NEW)
    assert found.dtype == np.float32
    assert_allclose(found, expected, atol=2e-3 * np.abs(expected).max())
    assert not found[-1].any()  # no part of its spelling is known


def with_the_whole_table(known, vectors, words):
    """What a table of all 2^18 places gives."""
    hasher = HashingVectorizer(
        analyzer="char_wb", ngram_range=(3, 6), n_features=2**18, lowercase=False, alternate_sign=False, dtype="float32"
    )
    ridge = Ridge(alpha=1.0, solver="sparse_cg", tol=1e-3, fit_intercept=False).fit(hasher.transform(known), vectors)
    return hasher.transform(words) @ np.atleast_2d(ridge.coef_).T


LONG_WORDS = ["".join(letters) for letters in itertools.product("ab", repeat=8)]


@pytest.mark.parametrize(
    "known, n_components",
    [(KNOWN, 4), (["tea"], 3), (["tea"], 1), (["", "tea", " "], 2), ([""], 2), (LONG_WORDS, 2)],
    ids=["words", "one word", "one number", "spaces", "nothing but a space", "more words than n-grams"],
)
def test_places_that_no_known_word_has_are_not_missed(known, n_components):
    vectors = np.random.RandomState(0).standard_normal((len(known), n_components)).astype(np.float32)
    new = [*NEW, *known, "teas", "abbababaa", ""]
    found = SubwordVectors().fit(known, vectors).transform(new)
    assert_allclose(found, with_the_whole_table(known, vectors, new), rtol=0, atol=1e-6)


@pytest.mark.parametrize("known", [["tea"], KNOWN])
def test_a_pickle_has_the_vectors_of_known_n_grams_alone(known):
    vectors = np.ones((len(known), 100), dtype=np.float32)
    subwords = SubwordVectors().fit(known, vectors)
    n_grams = {f" {word} "[i : i + n] for word in known for n in range(3, 7) for i in range(len(word) + 3 - n)}
    assert len(pickle.dumps(subwords)) < 500 + len(n_grams) * (100 + 1) * 4
    loaded = pickle.loads(pickle.dumps(subwords))
    assert loaded.transform(NEW).tobytes() == subwords.transform(NEW).tobytes()


def test_one_blas_thread_fits_them(monkeypatch):
    # Two would change a number in 10**8, too few to be met in a test.
    seen, fit = [], Ridge.fit

    def watched(*arguments):
        seen.extend(pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas")
        return fit(*arguments)

    monkeypatch.setattr(Ridge, "fit", watched)
    with threadpool_limits(2, user_api="blas"):
        SubwordVectors().fit(KNOWN, example())
    assert set(seen) == {1}
