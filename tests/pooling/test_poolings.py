"""What every pooling must do, by one list."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from sklw2v.pooling import MeanPooling
from sklw2v.pooling._fold_in import BLOCK
from tests.pooling.examples import EMPTY, N_WORDS, POOLINGS, example, fitted, n_features


def test_a_pooling_with_nothing_to_learn_transforms_without_fit():
    counts, vectors = example()
    for pooling in POOLINGS:
        assert pooling.fits_documents == (type(pooling) is not MeanPooling or pooling.use_idf)
    features = MeanPooling().fit(counts, vectors).transform(counts, vectors)
    assert_array_equal(MeanPooling().transform(counts, vectors), features)


@pytest.mark.parametrize("pooling", [pooling for pooling in POOLINGS if pooling.fits_documents], ids=repr)
def test_a_pooling_with_something_to_learn_must_be_fitted(pooling):
    with pytest.raises(NotFittedError, match=type(pooling).__name__):
        clone(pooling).transform(*example())


@pytest.mark.parametrize("pooling", POOLINGS, ids=repr)
def test_words_unseen_in_fit_count_as_words_of_no_training_document(pooling):
    counts, vectors = example()
    unseen = [7, 11]  # no training document has word 7 or, now, word 11; among the known ones and after them
    seen = [word for word in range(N_WORDS) if word not in unseen]
    counts = csr_array(counts.toarray() * (np.arange(N_WORDS) != 11))
    new_counts, _ = example(seed=1)
    new_counts = csr_array(new_counts.toarray() + np.isin(np.arange(N_WORDS), unseen))
    order = seen + unseen
    known = fitted(pooling, counts, vectors).transform(new_counts, vectors)
    unknown = fitted(pooling, counts[:, seen], vectors[seen]).transform(new_counts[:, order], vectors[order])
    if getattr(pooling, "loss", None) != "naive_softmax":  # there the vocabulary itself is part of the loss
        assert_allclose(unknown, known, atol=2e-4 * np.abs(known).max())
    assert np.abs(unknown).max() > 0


@pytest.mark.parametrize("pooling", POOLINGS, ids=repr)
def test_one_document_gets_the_row_that_it_gets_in_a_batch(pooling):
    counts, vectors = example()
    new_counts, _ = example(seed=1)
    pooling = fitted(pooling, counts, vectors)
    batch = pooling.transform(new_counts, vectors)
    for i in range(new_counts.shape[0]):
        assert_array_equal(pooling.transform(new_counts[[i]], vectors)[0], batch[i])


@pytest.mark.parametrize("pooling", POOLINGS, ids=repr)
@pytest.mark.parametrize("n_components", [24, 33])
def test_a_document_gets_the_same_bits_in_every_company(pooling, n_components):
    rng = np.random.RandomState(3)
    n_documents, n_words = 2 * BLOCK + 5, 211
    lengths = rng.choice([0.003, 0.05, 0.5], size=(n_documents, 1))  # of documents of a word and of a hundred
    counts = csr_array(rng.poisson(lengths, size=(n_documents, n_words)).astype(np.float32))
    vectors = rng.standard_normal((n_words, n_components)).astype(np.float32)
    pooling = fitted(pooling, counts, vectors)
    features = pooling.transform(counts, vectors)
    assert np.abs(features).max() > 0.01
    everything = np.arange(n_documents)
    companies = [everything[::-1], rng.permutation(n_documents), everything[1:], everything[: BLOCK + 1]]
    companies += [everything[::3], np.repeat(everything[20:23], 9), *everything[BLOCK - 2 : BLOCK + 2, np.newaxis]]
    for documents in companies:
        assert_array_equal(pooling.transform(counts[documents], vectors), features[documents])


@pytest.mark.parametrize("pooling", POOLINGS, ids=repr)
def test_features_are_dense_float32_and_zero_without_known_words(pooling):
    counts, vectors = example()
    features = fitted(pooling, counts, vectors).transform(counts, vectors)
    assert type(features) is np.ndarray
    assert features.dtype == np.float32
    assert features.shape == (counts.shape[0], n_features(pooling))
    assert not features[EMPTY].any()
    assert (np.abs(np.delete(features, EMPTY, axis=0)).max(axis=1) > 0).all()


@pytest.mark.parametrize("pooling", POOLINGS, ids=repr)
def test_no_documents_give_no_rows(pooling):
    counts, vectors = example()
    pooling = fitted(pooling, counts, vectors)
    assert pooling.transform(counts[:0], vectors).shape == (0, n_features(pooling))


@pytest.mark.parametrize("pooling", POOLINGS, ids=repr)
def test_arguments_are_not_modified(pooling):
    counts, vectors = example()
    arrays = [counts.data, counts.indices, counts.indptr, vectors]
    before = [array.copy() for array in arrays]
    fitted(pooling, counts, vectors).transform(counts, vectors)
    for array, copy in zip(arrays, before, strict=True):
        assert_array_equal(array, copy)
