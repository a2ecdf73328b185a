"""What a pooling is asked for, and with which documents, labels and weights."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy.sparse import csr_array

from sklw2v.pooling import FoldInPooling, MeanPooling
from sklw2v.pooling._protocol import (
    check_features,
    fit_pooling,
    pooled_vectors,
    training_features,
    with_values,
)
from sklw2v.pooling._registry import POOLINGS

COUNTS = csr_array(np.array([[1, 0, 2], [0, 3, 0], [4, 0, 0], [5, 0, 0]], dtype=np.float32)[:, [0, 1, 2, 2]])
VECTORS = np.arange(8, dtype=np.float32).reshape(4, 2)
LABELS = ["b", "a", "b", "a"]


class Noting:
    """A pooling without a base class that notes what it is called with."""

    fits_documents, needs_labels = True, True

    def fit(self, counts, vectors, y=None, sample_weight=None):
        self.fitted = counts.toarray(), vectors, y, sample_weight
        return self

    def transform(self, counts, vectors):
        return np.zeros((counts.shape[0], 1))

    def transform_training(self, counts, vectors, y, sample_weight=None):
        self.trained = counts.toarray(), y, sample_weight
        return np.ones((counts.shape[0], 1))


def test_a_pooling_is_fitted_on_a_copy_with_all_documents_or_those_of_positive_weight():
    pooling = Noting()
    fitted = fit_pooling(pooling, COUNTS, VECTORS, LABELS)
    assert fitted is not pooling
    assert_array_equal(fitted.fitted[0], COUNTS.toarray())
    assert (fitted.fitted[2].tolist(), fitted.fitted[3]) == (LABELS, None)
    counts, vectors, y, weights = fit_pooling(pooling, COUNTS, VECTORS, LABELS, np.array([2.0, 0.0, 1.0, 3.0])).fitted
    assert_array_equal(counts, COUNTS.toarray()[[0, 2, 3]])
    assert vectors is VECTORS
    assert (y.tolist(), weights.tolist()) == (["b", "b", "a"], [2, 1, 3])


def test_documents_of_positive_weight_get_the_features_of_training():
    for weights in (None, np.array([1.0, 2.0, 3.0, 4.0])):
        pooling = Noting()
        assert training_features(pooling, COUNTS, VECTORS, LABELS, weights).tolist() == [[1], [1], [1], [1]]
        assert pooling.trained[1].tolist() == LABELS
        assert pooling.trained[2] is weights
    pooling = Noting()
    features = training_features(pooling, COUNTS, VECTORS, LABELS, np.array([2.0, 0.0, 1.0, 3.0]))
    assert features.tolist() == [[1], [0], [1], [1]]
    counts, y, weights = pooling.trained
    assert_array_equal(counts, COUNTS.toarray()[[0, 2, 3]])
    assert (y.tolist(), weights.tolist()) == (["b", "b", "a"], [2, 1, 3])


def test_context_vectors_go_to_the_pooling_that_asks_for_them_where_there_are_any():
    words, contexts = VECTORS, VECTORS + 1
    asking = Noting()
    asking.vectors = "context"
    assert pooled_vectors(asking, words, contexts) is contexts
    assert pooled_vectors(asking, words) is words
    assert pooled_vectors(Noting(), words, contexts) is words


@pytest.mark.parametrize("shape", [(4,), (3, 2), (5, 2), (4, 2, 1)])
def test_features_must_be_a_row_for_each_document(shape):
    assert check_features(np.ones((4, 2)), Noting(), 4).dtype == np.float32
    with pytest.raises(ValueError, match=r"returned an array of shape .*; expected \(4, n_features\)"):
        check_features(np.ones(shape), Noting(), 4)


def test_other_values_leave_words_without_a_document_in_their_place():
    counts = csr_array(np.array([[0, 2, 0], [1, 0, 0]], dtype=np.float32))
    assert with_values(counts, np.array([7.0, 8.0])).toarray().tolist() == [[0, 7, 0], [8, 0, 0]]


def test_names_of_means_stand_for_their_parameters():
    pooling = POOLINGS.resolve("tfidf", None)
    expected = {"sublinear_tf": True, "use_idf": True, "unit_vectors": True}
    assert isinstance(pooling, MeanPooling)
    assert {name: getattr(pooling, name) for name in expected} == expected


def test_a_noise_exponent_that_is_no_number_is_named():
    with pytest.raises(TypeError, match="noise_exponent must be an instance of"):
        FoldInPooling(noise_exponent="1").check()
