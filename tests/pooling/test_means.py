"""Weighted means of word vectors, against plain loops."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from threadpoolctl import threadpool_limits

from sklw2v.pooling import MeanPooling, SifPooling
from tests.pooling.examples import TFIDF, example, idf, loop_mean


def test_mean_is_over_the_tokens_of_a_document():
    counts, vectors = example()
    features = MeanPooling().fit(counts, vectors).transform(counts, vectors)
    assert_allclose(features, loop_mean(counts, vectors, lambda word, count: (count, count)), atol=1e-6)


def test_tfidf_weighs_unit_vectors_by_sublinear_counts_and_smooth_idf():
    counts, vectors = example()
    vectors[3] = 0  # has no direction: counts in the weights, adds nothing
    new_counts, _ = example(seed=1)
    pooling = TFIDF.fit(counts, vectors)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)

    def weight(word, count):
        value = (1 + np.log(count)) * idf(counts, word)
        return value, value

    for documents in (counts, new_counts):
        assert_allclose(pooling.transform(documents, vectors), loop_mean(documents, unit, weight), atol=1e-6)


def sif_means(counts, vectors, training_counts, a=1e-3, weights=1.0):
    totals = (training_counts.toarray() * np.reshape(weights, (-1, 1))).sum(axis=0)
    shares = totals / totals.sum()
    return loop_mean(counts, vectors, lambda word, count: (count * a / (a + shares[word]), count))


def test_sif_removes_the_common_component_of_the_training_documents():
    counts, vectors = example()
    new_counts, _ = example(seed=1)
    pooling = SifPooling().fit(counts, vectors)
    _, _, directions = np.linalg.svd(sif_means(counts, vectors, counts))
    common = directions[0]
    for documents in (counts, new_counts):
        means = sif_means(documents, vectors, counts)
        expected = means - np.outer(means @ common, common)
        assert_allclose(pooling.transform(documents, vectors), expected, atol=1e-4 * np.abs(means).max())
    # Nothing is left in that direction, not even of documents that fit has not seen.
    assert np.abs(pooling.transform(new_counts, vectors) @ common).max() < 1e-4 * np.abs(expected).max()


def test_sif_removes_as_many_components_as_asked():
    counts, vectors = example()
    features = SifPooling(a=0.1, n_removed=2).fit(counts, vectors).transform(counts, vectors)
    means = sif_means(counts, vectors, counts, a=0.1)
    _, _, directions = np.linalg.svd(means)
    expected = means - means @ directions[:2].T @ directions[:2]
    assert_allclose(features, expected, atol=1e-4 * np.abs(means).max())
    nothing_left = SifPooling(n_removed=99).fit(counts, vectors).transform(counts, vectors)
    assert_allclose(nothing_left, 0, atol=1e-4 * np.abs(means).max())


def test_weights_of_documents_count_in_the_frequencies_of_sif():
    counts, vectors = example(n_documents=30)
    others, _ = example(seed=1)
    weights = np.random.RandomState(2).uniform(size=30) ** 6  # few documents have nearly all the weight
    pooling = SifPooling(a=0.1, n_removed=0).fit(counts, vectors, sample_weight=weights)
    expected = sif_means(others, vectors, counts, a=0.1, weights=weights)
    assert_allclose(pooling.transform(others, vectors), expected, atol=1e-6)
    unweighted = SifPooling(a=0.1, n_removed=0).fit(counts, vectors).transform(others, vectors)
    assert np.abs(unweighted - expected).max() > 0.1 * np.abs(expected).max()
    # The common component is that of means with those frequencies.
    pooling = SifPooling(a=0.1).fit(counts, vectors, sample_weight=weights)
    _, _, directions = np.linalg.svd(sif_means(counts, vectors, counts, a=0.1, weights=weights))
    expected -= np.outer(expected @ directions[0], directions[0])
    assert_allclose(pooling.transform(others, vectors), expected, atol=1e-5)


def test_blas_threads_do_not_change_what_sif_removes():
    # No direction is more common than another, but for rounding errors, and the last bits decide.
    vectors = np.linalg.qr(np.random.RandomState(0).standard_normal((300, 300)))[0].astype(np.float32)
    counts = csr_array(np.eye(300, dtype=np.float32))
    features = []
    for n_threads in (1, 2):
        with threadpool_limits(n_threads, user_api="blas"):
            features.append(SifPooling().fit(counts, vectors).transform(counts, vectors))
    assert_array_equal(*features)


def test_sif_without_a_would_weigh_every_word_by_nothing():
    with pytest.raises(ValueError, match="a == 0, must be > 0"):
        SifPooling(a=0).check()
