"""Document features: against loops over the words of each document."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from threadpoolctl import threadpool_limits

from sklw2v.pooling import FoldInPooling, LabelPooling, MeanPooling, NeighborPooling, SifPooling
from sklw2v.pooling._labels import _stratified_folds

N_WORDS, N_COMPONENTS = 12, 5
EMPTY = 2
TFIDF = MeanPooling(sublinear_tf=True, use_idf=True, unit_vectors=True)
POOLINGS = [  # every pooling of the package: each must do what the tests below ask of all
    MeanPooling(),
    MeanPooling(sublinear_tf=True),
    MeanPooling(unit_vectors=True),
    TFIDF,
    SifPooling(),
    SifPooling(n_removed=0),
    SifPooling(n_removed=3),
    LabelPooling(),
    FoldInPooling(),
    FoldInPooling(loss="naive_softmax"),
    NeighborPooling(n_neighbors=3),
    NeighborPooling(SifPooling()),
]


def example(seed=0, n_documents=9):
    """Counts (n_documents, V), one document empty, and vectors (V, d)."""
    rng = np.random.RandomState(seed)
    counts = rng.poisson(0.7, size=(n_documents, N_WORDS)).astype(np.float32)
    counts[EMPTY] = 0
    counts[:, 7] = 0  # a word of the vocabulary that no document has
    vectors = rng.standard_normal((N_WORDS, N_COMPONENTS)).astype(np.float32)
    return csr_array(counts), vectors


def fitted(pooling, counts, vectors):
    """A fitted copy; the labels are for poolings that need some."""
    return clone(pooling).fit(counts, vectors, np.arange(counts.shape[0]) % 3)


def n_features(pooling):
    """Of a pooling fitted by `fitted`: those of the vectors and, with labels, one for each class."""
    return N_COMPONENTS + 3 * isinstance(pooling, LabelPooling)


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


def sif_means(counts, vectors, training_counts, a=1e-3):
    shares = training_counts.sum(axis=0) / training_counts.sum()
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


def label_means(counts, vectors, documents, labels, alpha, weights=None):
    """Features of LabelPooling for `documents`, with weights and ratios learnt from `counts`: in loops."""
    present = counts.toarray() > 0
    weights = np.ones(len(labels)) if weights is None else weights
    classes = np.unique(labels)
    shares = [weights[labels == label].sum() / weights.sum() for label in classes]

    def ratios(word):
        for label, share in zip(classes, shares, strict=True):
            of_class = np.sum(weights[(labels == label) & present[:, word]])
            given = (of_class + alpha * share) / (np.sum(weights[present[:, word]]) + alpha)
            yield given, np.log(given / share)

    def weight(word, count):
        information = sum(given * ratio for given, ratio in ratios(word))
        return (1 + np.log(count)) * np.sqrt(max(information, 0)), 1 + np.log(count)

    columns = [loop_mean(documents, vectors, weight)]
    for number in range(len(classes)):
        of_class = np.array([[list(ratios(word))[number][1]] for word in range(N_WORDS)])
        columns.append(loop_mean(documents, of_class, lambda _, count: (1 + np.log(count), 1 + np.log(count))))
    return np.hstack(columns)


def labelled_example():
    counts, vectors = example(n_documents=30)
    return counts, vectors, np.random.RandomState(1).choice(["a", "b", "c"], size=30, p=[0.5, 0.3, 0.2])


def test_labels_weigh_words_by_the_information_they_give_about_the_class():
    counts, vectors, labels = labelled_example()
    pooling = LabelPooling(alpha=2.0).fit(counts, vectors, labels)
    assert pooling.classes_.tolist() == ["a", "b", "c"]
    others, _ = example(seed=3)
    for documents in (counts, others):
        expected = label_means(counts, vectors, documents, labels, alpha=2.0)
        assert_allclose(pooling.transform(documents, vectors), expected, atol=1e-5)


def test_documents_of_fit_get_features_that_their_own_labels_have_no_part_in():
    counts, vectors, labels = labelled_example()
    pooling = LabelPooling(alpha=2.0).fit(counts, vectors, labels)
    features = pooling.transform_training(counts, vectors, labels)
    # Every document is in one fold of five, and each class is spread evenly over them.
    folds = _stratified_folds(np.searchsorted(pooling.classes_, labels), 5)
    for label in "abc":
        sizes = np.bincount(folds[labels == label], minlength=5)
        assert sizes.max() - sizes.min() <= 1
    for fold in range(5):
        inside = folds == fold
        expected = label_means(counts[~inside], vectors, counts[inside], labels[~inside], alpha=2.0)
        assert_allclose(features[inside], expected, atol=1e-5)
    assert not np.allclose(features, pooling.transform(counts, vectors), atol=1e-3)
    assert_array_equal(features, pooling.transform_training(counts, vectors, labels))


def test_folds_of_labels_are_drawn_not_cut_in_order():
    folds = _stratified_folds(np.zeros(100, dtype=int), 5)
    assert np.bincount(folds).tolist() == [20] * 5
    assert len(np.unique(folds[:20])) == 5
    assert np.abs(np.corrcoef(folds, np.arange(100))[0, 1]) < 0.3


def test_weights_of_documents_are_repetitions_to_labels():
    counts, vectors, labels = labelled_example()
    weights = np.random.RandomState(2).randint(0, 4, size=30).astype(float)
    weighted = LabelPooling().fit(counts, vectors, labels, sample_weight=weights)
    repeats = np.repeat(np.arange(30), weights.astype(int))
    repeated = LabelPooling().fit(counts[repeats], vectors, labels[repeats])
    assert_allclose(weighted.weights_, repeated.weights_, rtol=1e-5, atol=1e-6)
    assert_allclose(weighted.ratios_, repeated.ratios_, rtol=1e-5, atol=1e-6)
    features = weighted.transform_training(counts, vectors, labels, weights)
    folds = _stratified_folds(np.searchsorted(weighted.classes_, labels), 5)
    inside = folds == 0
    expected = label_means(counts[~inside], vectors, counts[inside], labels[~inside], 5.0, weights[~inside])
    assert_allclose(features[inside], expected, atol=1e-5)


def test_a_class_of_one_document_and_words_of_no_class_leave_labels_finite():
    counts, vectors = example(n_documents=30)
    labels = np.array(["a"] * 29 + ["b"])
    pooling = LabelPooling().fit(counts, vectors, labels)
    features = pooling.transform_training(counts, vectors, labels)
    assert np.isfinite(features).all()
    assert np.isfinite(pooling.transform(counts, vectors)).all()


def test_labels_that_are_no_classes_are_refused():
    counts, vectors = example()
    with pytest.raises(ValueError, match="two classes or more, got 1"):
        LabelPooling().fit(counts, vectors, np.zeros(9))
    with pytest.raises(ValueError, match="label type"):
        LabelPooling().fit(counts, vectors, np.linspace(0, 1, 9))
    with pytest.raises(ValueError, match="alpha"):
        LabelPooling(alpha=0).check()


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


@pytest.mark.parametrize("pooling", POOLINGS, ids=repr)
def test_blas_threads_do_not_change_a_bit(pooling):
    rng = np.random.RandomState(0)
    counts = csr_array(rng.poisson(0.05, size=(2000, 300)).astype(np.float32))
    vectors = rng.standard_normal((300, 100)).astype(np.float32)
    results = []
    for n_threads in (1, 2):
        with threadpool_limits(n_threads, user_api="blas"):
            pooling = fitted(pooling, counts, vectors)
            results.append(pooling.transform(counts, vectors))
    assert_array_equal(results[0], results[1])
