"""Which words are likely beside others: the model that a loss implies."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from sklearn.exceptions import NotFittedError

from sklw2v import SkipGramVectorizer
from tests.corpora import DOCUMENTS, small

BASKETS = [["bread", "butter"], ["rolls", "butter"], ["tea", "milk"], ["coffee", "milk"]] * 30


def items(**params):
    settings = {"analyzer": "passthrough", "n_components": 4, "subsample": None, "random_state": 0}
    return SkipGramVectorizer(**settings | params)


@pytest.mark.parametrize("loss", ["negative_sampling", "naive_softmax"])
@pytest.mark.parametrize("subsample", [None, 1e-3])
@pytest.mark.parametrize("words", ["tea", ["tea"], ["tea", "the"], ["the", "the", "coffee"]])
def test_probabilities_are_those_of_the_model_written_out(loss, subsample, words):
    vectorizer = small(loss=loss, subsample=subsample, max_iter=5).fit(DOCUMENTS)
    counts = vectorizer.word_vectors_.counts.astype(float)
    rows = [vectorizer.vocabulary_[word] for word in ([words] if isinstance(words, str) else words)]
    center = sum(vectorizer.center_vectors_[row].astype(float) for row in rows) / len(rows)
    frequency = counts / counts.sum()
    keep = np.ones(len(counts))
    if subsample:
        keep = np.minimum(1, np.sqrt(subsample / frequency) + subsample / frequency)
    weights = np.exp(vectorizer.context_vectors_.astype(float) @ center) / keep
    if loss == "negative_sampling":
        weights *= counts**0.75
    found = vectorizer.predict_output_word(words, topn=None)
    expected = dict(zip(vectorizer.word_vectors_.words, weights / weights.sum(), strict=True))
    assert_allclose([probability for _, probability in found], [expected[word] for word, _ in found], rtol=1e-5)
    assert len(found) == len(counts)
    assert sum(probability for _, probability in found) == pytest.approx(1)
    assert found == sorted(found, key=lambda pair: -pair[1])
    assert vectorizer.predict_output_word(words, topn=3) == found[:3]


def test_the_probability_of_a_pair_is_what_score_says_of_it():
    vectorizer = small(max_iter=5, window=1).fit(DOCUMENTS)
    of_tea, of_reader = (dict(vectorizer.predict_output_word(word, topn=None)) for word in ("tea", "reader"))
    expected = (np.log(of_tea["reader"]) + np.log(of_reader["tea"])) / 2
    assert vectorizer.score(["tea reader"]) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("loss", ["negative_sampling", "naive_softmax"])
def test_complements_are_likely_and_substitutes_are_not(loss):
    vectorizer = items(loss=loss).fit(BASKETS)
    for word, substitute, complement in (("bread", "rolls", "butter"), ("coffee", "tea", "milk")):
        assert vectorizer.word_vectors_.most_similar(word, topn=1)[0][0] == substitute
        assert vectorizer.predict_output_word(word, topn=1)[0][0] == complement
        assert dict(vectorizer.predict_output_word(word, topn=None))[complement] > 0.8
    several = vectorizer.predict_output_word(["bread", "rolls"], topn=1)
    assert several[0][0] == "butter"


@pytest.mark.parametrize("kind", [tuple, np.array, pd.Series, pd.Index])
def test_words_may_stand_in_any_sequence(kind):
    vectorizer = items().fit(BASKETS)
    expected = vectorizer.predict_output_word(["bread", "rolls"])
    assert vectorizer.predict_output_word(kind(["bread", "rolls"])) == expected


def test_tuples_are_words():
    baskets = [[("bread", 1), ("butter", 2)], [("rolls", 1), ("butter", 2)]] * 20
    assert items(n_components=2).fit(baskets).predict_output_word(("bread", 1), topn=1)[0][0] == ("butter", 2)


@pytest.mark.parametrize(
    "words, params, error, message",
    [
        ([], {}, ValueError, "context_words_list: expected at least one known word"),
        ("bred", {}, KeyError, "unknown word 'bred'; known words of a similar spelling: 'bread'"),
        (["bread", "x"], {}, KeyError, "unknown word 'x'"),
        ("bread", {"topn": 0}, ValueError, "topn == 0, must be >= 1"),
        ("bread", {"topn": "all"}, TypeError, "topn must be an instance of int"),
    ],
)
def test_bad_words_and_numbers_are_errors(words, params, error, message):
    vectorizer = items().fit(BASKETS)
    with pytest.raises(error, match=message):
        vectorizer.predict_output_word(words, **params)
    with pytest.raises(NotFittedError):
        items().predict_output_word(words)
