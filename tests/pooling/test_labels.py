"""What labels tell of words, against plain loops."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from sklearn.exceptions import NotFittedError

from sklw2v.pooling import LabelPooling
from sklw2v.pooling._labels import _stratified_folds
from tests.pooling.examples import N_WORDS, example, loop_mean


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


@pytest.mark.parametrize("n_classes", [1, 2, 5])
def test_folds_are_drawn_at_random_within_a_class_and_the_same_at_each_call(n_classes):
    classes = np.arange(1000) % n_classes
    folds = _stratified_folds(classes, 5)
    for number in range(n_classes):
        of_class = folds[classes == number]
        # Dealt in order, as in any order that comes again and again, some of these shares would be 0 or 1.
        for lag in range(1, 12):
            steps = (of_class[lag:] - of_class[:-lag]) % 5
            shares = np.bincount(steps, minlength=5) / len(steps)
            assert np.abs(shares - 0.2).max() < 5 * np.sqrt(0.2 * 0.8 / len(steps))
    assert_array_equal(_stratified_folds(classes, 5), folds)
    # Where documents of two classes take turns, their folds do not.
    if n_classes > 1:
        shares = np.bincount((folds[classes == 1] - folds[classes == 0]) % 5, minlength=5) * n_classes / 1000
        assert np.abs(shares - 0.2).max() < 5 * np.sqrt(0.2 * 0.8 * n_classes / 1000)


@pytest.mark.parametrize("period", [5, 10])
def test_words_that_come_again_at_equal_distances_are_learnt_for_all_documents(period):
    # Every so many documents have a word of their own, and are of class 1. In one fold they could not learn it.
    has_word = np.arange(200) % period == 0
    counts = csr_array(np.column_stack([has_word, np.ones(200)]).astype(np.float32))
    pooling = LabelPooling().fit(counts, np.eye(2, dtype=np.float32), has_word.astype(int))
    features = pooling.transform_training(counts, np.eye(2, dtype=np.float32), has_word.astype(int))
    assert (features[has_word, -1] > 0.5).all()
    assert np.abs(features[~has_word, -1]).max() < 0.1


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


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA])
def test_a_missing_label_is_an_error_with_its_position(missing):
    counts, vectors = example()
    labels = np.array(["a", "b", missing] * 3, dtype=object)
    with pytest.raises(ValueError, match="y: the label at position 2 is missing, got"):
        LabelPooling().fit(counts, vectors, labels)


def test_classes_times_words_are_held_once_in_single_precision():
    n_words, n_classes, n_documents = 40_000, 100, 300
    rng = np.random.RandomState(0)
    places = np.repeat(np.arange(n_documents), 20), rng.randint(n_words, size=20 * n_documents)
    counts = csr_array((np.ones(20 * n_documents, np.float32), places), shape=(n_documents, n_words))
    tracemalloc.start()
    try:
        LabelPooling().fit(counts, np.zeros((n_words, 1), np.float32), y=np.arange(n_documents) % n_classes)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2 * 4 * n_classes * n_words


def test_weights_of_documents_in_single_precision_are_summed_in_double():
    counts, vectors, labels = labelled_example()
    weights = np.random.RandomState(3).uniform(size=30).astype(np.float32)
    single = LabelPooling().fit(counts, vectors, labels, sample_weight=weights)
    double = LabelPooling().fit(counts, vectors, labels, sample_weight=weights.astype(np.float64))
    assert_array_equal(single.ratios_, double.ratios_)
    with pytest.raises(NotFittedError):
        LabelPooling().transform(counts, vectors)
