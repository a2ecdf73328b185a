"""Document features: against loops over the words of each document."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from threadpoolctl import threadpool_limits

from sklw2v.pooling import POOLINGS, SIF_WEIGHT, MeanPooling, SifPooling, TfidfPooling

N_WORDS, N_COMPONENTS = 12, 5
EMPTY = 2


def example(seed=0, n_documents=9):
    """Counts (n_documents, V), one document empty; vectors (V, d); word counts of a larger corpus (V,)."""
    rng = np.random.RandomState(seed)
    counts = rng.poisson(0.7, size=(n_documents, N_WORDS)).astype(np.float32)
    counts[EMPTY] = 0
    counts[:, 7] = 0  # a word of the vocabulary that no document has
    vectors = rng.standard_normal((N_WORDS, N_COMPONENTS)).astype(np.float32)
    return csr_array(counts), vectors, counts.sum(axis=0).astype(np.int64)


def loop_mean(counts, vectors, weight):
    """Weighted mean over the words of each document: ``weight(word, count)``, numerator and denominator."""
    features = np.zeros((counts.shape[0], vectors.shape[1]))
    for i, document in enumerate(counts.toarray()):
        total = 0.0
        for word in range(N_WORDS):
            if document[word]:
                numerator, denominator = weight(word, document[word])
                features[i] += numerator * vectors[word]
                total += denominator
        if total:
            features[i] /= total
    return features


def idf(counts, word):
    """Smooth inverse document frequency of scikit-learn: ``log((1 + n) / (1 + df)) + 1``."""
    n_documents = counts.shape[0]
    return np.log((1 + n_documents) / (1 + np.count_nonzero(counts.toarray()[:, word]))) + 1


def test_mean_is_over_the_tokens_of_a_document():
    counts, vectors, word_counts = example()
    features = MeanPooling().fit(counts, vectors, word_counts).transform(counts, vectors)
    assert_allclose(features, loop_mean(counts, vectors, lambda word, count: (count, count)), atol=1e-6)


def test_tfidf_weighs_unit_vectors_by_sublinear_counts_and_smooth_idf():
    counts, vectors, word_counts = example()
    vectors[3] = 0  # has no direction: counts in the weights, adds nothing
    new_counts, _, _ = example(seed=1)
    pooling = TfidfPooling().fit(counts, vectors, word_counts)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)

    def weight(word, count):
        value = (1 + np.log(count)) * idf(counts, word)
        return value, value

    for documents in (counts, new_counts):
        assert_allclose(pooling.transform(documents, vectors), loop_mean(documents, unit, weight), atol=1e-6)


def sif_means(counts, vectors, word_counts):
    shares = word_counts / word_counts.sum()
    return loop_mean(counts, vectors, lambda word, count: (count * SIF_WEIGHT / (SIF_WEIGHT + shares[word]), count))


def test_sif_removes_the_common_component_of_the_training_documents():
    counts, vectors, word_counts = example()
    new_counts, _, _ = example(seed=1)
    pooling = SifPooling().fit(counts, vectors, word_counts)
    _, _, directions = np.linalg.svd(sif_means(counts, vectors, word_counts))
    common = directions[0]
    for documents in (counts, new_counts):
        means = sif_means(documents, vectors, word_counts)
        expected = means - np.outer(means @ common, common)
        assert_allclose(pooling.transform(documents, vectors), expected, atol=1e-4 * np.abs(means).max())
    # Nothing is left in that direction, not even of documents that fit has not seen.
    assert np.abs(pooling.transform(new_counts, vectors) @ common).max() < 1e-4 * np.abs(expected).max()


def test_a_pooling_with_nothing_to_learn_transforms_without_fit():
    counts, vectors, word_counts = example()
    assert {name: pooling.fits_documents for name, pooling in POOLINGS.items()} == {
        "mean": False,
        "tfidf": True,
        "sif": True,
    }
    fitted = MeanPooling().fit(counts, vectors, word_counts)
    assert_array_equal(MeanPooling().transform(counts, vectors), fitted.transform(counts, vectors))


@pytest.mark.parametrize("name", sorted(POOLINGS))
def test_one_document_gets_the_row_that_it_gets_in_a_batch(name):
    counts, vectors, word_counts = example()
    new_counts, _, _ = example(seed=1)
    pooling = POOLINGS[name]().fit(counts, vectors, word_counts)
    batch = pooling.transform(new_counts, vectors)
    for i in range(new_counts.shape[0]):
        assert_array_equal(pooling.transform(new_counts[[i]], vectors)[0], batch[i])


@pytest.mark.parametrize("name", sorted(POOLINGS))
def test_features_are_dense_float32_and_zero_without_known_words(name):
    counts, vectors, word_counts = example()
    features = POOLINGS[name]().fit(counts, vectors, word_counts).transform(counts, vectors)
    assert type(features) is np.ndarray
    assert features.dtype == np.float32
    assert features.shape == (counts.shape[0], N_COMPONENTS)
    assert_array_equal(features[EMPTY], np.zeros(N_COMPONENTS))
    assert (np.abs(np.delete(features, EMPTY, axis=0)).max(axis=1) > 0).all()


@pytest.mark.parametrize("name", sorted(POOLINGS))
def test_no_documents_give_no_rows(name):
    counts, vectors, word_counts = example()
    pooling = POOLINGS[name]().fit(counts, vectors, word_counts)
    assert pooling.transform(counts[:0], vectors).shape == (0, N_COMPONENTS)


@pytest.mark.parametrize("name", sorted(POOLINGS))
def test_arguments_are_not_modified(name):
    counts, vectors, word_counts = example()
    arrays = [counts.data, counts.indices, counts.indptr, vectors, word_counts]
    before = [array.copy() for array in arrays]
    POOLINGS[name]().fit(counts, vectors, word_counts).transform(counts, vectors)
    for array, copy in zip(arrays, before, strict=True):
        assert_array_equal(array, copy)


@pytest.mark.parametrize("name", sorted(POOLINGS))
def test_blas_threads_do_not_change_a_bit(name):
    rng = np.random.RandomState(0)
    counts = csr_array(rng.poisson(0.05, size=(2000, 300)).astype(np.float32))
    vectors = rng.standard_normal((300, 100)).astype(np.float32)
    results = []
    for n_threads in (1, 2):
        with threadpool_limits(n_threads, user_api="blas"):
            pooling = POOLINGS[name]().fit(counts, vectors, counts.sum(axis=0))
            results.append(pooling.transform(counts, vectors))
    assert_array_equal(results[0], results[1])
