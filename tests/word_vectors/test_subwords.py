"""Vectors of unknown words from their spelling: against ridge regression written out."""

from collections import Counter

import numpy as np
from numpy.testing import assert_allclose
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
