"""Early stopping of a fit."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sklw2v import SkipGramVectorizer
from sklw2v.vectorizers import _fitting as fitting
from tests.vectorizers.test_partial_fit import DOCUMENTS, state


def make(**params):
    defaults = {"n_components": 6, "max_iter": 8, "random_state": 0, "early_stopping": True, "validation_fraction": 0.2}
    return SkipGramVectorizer(**defaults | params)


def test_scores_are_those_of_held_out_documents():
    vectorizer = make(n_iter_no_change=100).fit(DOCUMENTS)
    assert len(vectorizer.validation_scores_) == vectorizer.n_iter_ == len(vectorizer.loss_curve_) == 8
    # The split is the permutation that the seed gives; the score of the best epoch is that of the documents held out.
    seed = np.random.RandomState(0).randint(np.iinfo(np.int32).max)
    held_out = np.sort(np.random.RandomState(seed).permutation(60)[:12])
    documents = [DOCUMENTS[i] for i in held_out]
    assert_allclose(vectorizer.score(documents), max(vectorizer.validation_scores_), rtol=1e-6)


def test_the_documents_held_out_are_not_trained_on():
    seed = np.random.RandomState(0).randint(np.iinfo(np.int32).max)
    held_out = np.random.RandomState(seed).permutation(60)[:12]
    weights = np.ones(60)
    weights[held_out] = 0
    # Other pairs of the same words in the documents held out: those trained on, and all counts of words, are the same.
    other = [
        document if weight else " ".join(document.split()[::2] + document.split()[1::2])
        for document, weight in zip(DOCUMENTS, weights, strict=True)
    ]
    one, shuffled = make(n_iter_no_change=100).fit(DOCUMENTS), make(n_iter_no_change=100).fit(other)
    assert one.loss_curve_ == shuffled.loss_curve_
    assert one.validation_scores_ != shuffled.validation_scores_


def test_it_stops_and_keeps_the_vectors_of_the_best_epoch(monkeypatch):
    scores = iter([1.0, 3.0, 2.0, 2.0, 9.0])
    seen = []

    def score(counts, centers, contexts, reference, most_centers):
        seen.append((centers.copy(), contexts.copy()))
        return next(scores), 0

    monkeypatch.setattr(fitting, "mean_log_likelihood", score)
    vectorizer = make(n_iter_no_change=2).fit(DOCUMENTS)
    assert vectorizer.n_iter_ == 4
    assert vectorizer.validation_scores_ == [1.0, 3.0, 2.0, 2.0]
    assert_array_equal(vectorizer.center_vectors_, seen[1][0])
    assert_array_equal(vectorizer.context_vectors_, seen[1][1])
    assert np.abs(seen[1][0] - seen[3][0]).max() > 0


def test_without_it_there_are_no_scores():
    assert make(early_stopping=False).fit(DOCUMENTS).validation_scores_ is None


@pytest.mark.parametrize("n_jobs", [2, -1])
def test_threads_do_not_change_a_bit(n_jobs):
    one, other = make().fit(DOCUMENTS), make(n_jobs=n_jobs).fit(DOCUMENTS)
    assert state(one) == state(other)
    assert one.validation_scores_ == other.validation_scores_


def test_a_memory_keeps_the_split_apart(tmp_path):
    for params in ({}, {"early_stopping": False}, {"validation_fraction": 0.4}, {"random_state": 1}, {}):
        assert state(make(memory=tmp_path, **params).fit(DOCUMENTS)) == state(make(**params).fit(DOCUMENTS))


def test_documents_of_weight_zero_are_in_neither_part():
    weights = np.ones(60)
    weights[::2] = 0
    with_zeros, without = make().fit(DOCUMENTS, sample_weight=weights), make().fit(DOCUMENTS[1::2])
    assert with_zeros.word_vectors_.counts.sum() == 30 * 20
    assert with_zeros.validation_scores_ == without.validation_scores_
    assert state(with_zeros) == state(without)


def test_features_are_of_all_documents():
    assert make().fit_transform(DOCUMENTS).shape == (60, 6)


def test_progress_tells_the_score(capsys):
    make(verbose=1, max_iter=2).fit(DOCUMENTS)
    lines = [line for line in capsys.readouterr().out.splitlines() if "held-out score" in line]
    assert len(lines) == 2
    assert "nats a pair" in lines[0]


@pytest.mark.parametrize(
    "params, message",
    [
        ({"validation_fraction": 0.001}, "validation_fraction=0.001: 0 of 60 documents"),
        ({"validation_fraction": 0.999}, "validation_fraction=0.999: 60 of 60 documents"),
        ({"validation_fraction": 0}, "validation_fraction"),
        ({"validation_fraction": 1.0}, "validation_fraction"),
        ({"validation_fraction": np.nan}, "validation_fraction"),
        ({"n_iter_no_change": 0}, "n_iter_no_change"),
        ({"tol": -1.0}, "tol"),
        ({"tol": np.nan}, "tol"),
    ],
    ids=str,
)
def test_bad_parameters_are_named(params, message):
    with pytest.raises(ValueError, match=message):
        make(**params).fit(DOCUMENTS)


@pytest.mark.parametrize(
    "params", [{"early_stopping": "yes"}, {"early_stopping": 1}, {"n_iter_no_change": 1.5}, {"tol": "x"}]
)
def test_parameters_of_a_wrong_type_are_named(params):
    with pytest.raises(TypeError, match=next(iter(params))):
        make(**params).fit(DOCUMENTS)


def test_nothing_left_to_train_on_is_an_error():
    errors = set()
    for seed in range(10):
        try:
            make(n_components=1, validation_fraction=0.5, random_state=seed).fit(["tea milk", "tea"])
        except ValueError as error:
            errors.add(str(error).split(":")[1].split(",")[0].strip()[:40])
    assert errors == {"no pair to train on", "the 1 documents held out for early stopp"}


def test_held_out_documents_without_pairs_are_an_error():
    documents = ["tea milk bread"] * 4 + ["tea"] * 40
    with pytest.raises(ValueError, match="held out for early stopping have no two words"):
        make(n_components=1, validation_fraction=0.05, random_state=3).fit(documents)
