"""Phrases: against counting by hand, and what users do with them."""

import io
import itertools
import pickle
import re
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline

from sklw2v import PhraseTransformer, SkipGramVectorizer
from tests.corpora import small

DOCUMENTS = ["I love New York", "New York in autumn", "a new coat", "York is older than New York"] * 3
TOKENS = st.lists(st.sampled_from("abcd"), max_size=12)
CONNECTORS = st.sampled_from([None, ["a"], ["a", "b"], list("abcd")])


def scores_by_hand(documents, min_count, connectors=frozenset()):
    """Scores of all that may be a phrase: two words, no connectors, with none but connectors between them."""
    words = Counter(word for document in documents for word in document)
    spans = Counter()
    for document in documents:
        for start, stop in itertools.combinations(range(len(document)), 2):
            a, *between, b = document[start : stop + 1]
            if a not in connectors and b not in connectors and connectors.issuperset(between):
                spans[(a, *between, b)] += 1
    n_tokens = sum(words.values())
    return {span: n_tokens * (n - min_count) / (words[span[0]] * words[span[-1]]) for span, n in spans.items()}


def join_by_hand(document, phrases):
    """The tokens of a document; where a phrase begins, from left to right, the phrase."""
    joined = []
    while document:
        lengths = [length for length in range(2, len(document) + 1) if tuple(document[:length]) in phrases]
        length = lengths[0] if lengths else 1
        joined.append("_".join(document[:length]))
        document = document[length:]
    return joined


@given(st.lists(TOKENS, min_size=1, max_size=8), st.integers(0, 3), st.floats(0, 5), CONNECTORS)
def test_phrases_are_what_scores_above_the_threshold(documents, min_count, threshold, connectors):
    params = {"analyzer": "passthrough", "min_count": min_count, "threshold": threshold}
    phrases = PhraseTransformer(**params, connector_words=connectors).fit(documents)
    scores = scores_by_hand(documents, min_count, frozenset(connectors or ()))
    assert phrases.phrases_ == {span: score for span, score in scores.items() if score > threshold}
    assert list(phrases.phrases_.values()) == sorted(phrases.phrases_.values(), reverse=True)


@given(st.lists(TOKENS, min_size=1, max_size=8), CONNECTORS)
def test_phrases_are_joined_from_left_to_right(documents, connectors):
    phrases = PhraseTransformer(analyzer="passthrough", min_count=1, threshold=1, connector_words=connectors)
    expected = [join_by_hand(document, phrases.fit(documents).phrases_) for document in documents]
    assert phrases.transform(documents) == expected
    assert phrases.fit_transform(documents) == expected
    assert [phrases.analyze(document) for document in documents] == expected
    unseen = [document[::-1] for document in documents]
    assert phrases.transform(unseen) == [join_by_hand(document, phrases.phrases_) for document in unseen]


@pytest.fixture(scope="module")
def gensim_phrases():
    return pytest.importorskip("gensim.models.phrases")


def word2phrase_score(worda_count, wordb_count, bigram_count, len_vocab, min_count, corpus_word_count):
    return corpus_word_count * (bigram_count - min_count) / (worda_count * wordb_count)


@given(documents=st.lists(TOKENS, min_size=1, max_size=8), min_count=st.integers(1, 3), connectors=CONNECTORS)
def test_phrases_are_those_of_gensim_with_our_score(gensim_phrases, documents, min_count, connectors):
    settings = {"min_count": min_count, "threshold": 1.0, "connector_words": connectors or frozenset()}
    expected = gensim_phrases.Phrases(documents, scoring=word2phrase_score, **settings)
    phrases = PhraseTransformer(analyzer="passthrough", **settings)
    assert phrases.fit_transform(documents) == [expected[document] for document in documents]


def test_words_on_either_side_of_connectors_are_a_phrase_of_their_own():
    documents = [["of", "bank", "of", "america", "of"]] * 3 + [["bank", "america"], ["bank", "of", "of", "america"]]
    phrases = PhraseTransformer(analyzer="passthrough", min_count=0, threshold=0, connector_words=["of"]).fit(documents)
    scores = {"bank of america": 21 * 3 / 25, "bank america": 21 / 25, "bank of of america": 21 / 25}
    assert {" ".join(phrase): score for phrase, score in phrases.phrases_.items()} == scores
    assert phrases.transform(documents[:1]) == [["of", "bank_of_america", "of"]]
    assert phrases.analyze(["bank", "of", "of", "of", "america"]) == ["bank", "of", "of", "of", "america"]
    few = phrases.set_params(threshold=1).fit(documents)
    assert few.transform(documents[-2:]) == documents[-2:]


@pytest.mark.parametrize("container", [list, tuple, set, frozenset, np.array, pd.Index, pd.Series, dict.fromkeys])
def test_connector_words_come_in_any_container(container):
    documents = ["bank of the west", "bank in the west"] * 3
    phrases = PhraseTransformer(min_count=1, threshold=0, connector_words=container(["of", "the"]))
    for _ in range(2):
        phrases = clone(phrases).fit(documents)
        assert list(phrases.phrases_) == [("bank", "in"), ("in", "the", "west"), ("bank", "of", "the", "west")]
    assert pickle.loads(pickle.dumps(phrases)).transform(documents[:1]) == [["bank_of_the_west"]]


def test_english_connector_words_are_those_of_the_documentation():
    documented = re.search(r'``"english"``: (.*?)\.', PhraseTransformer.__doc__, re.DOTALL)[1]
    for word in documented.replace(",", "").split():
        phrases = PhraseTransformer(min_count=0, threshold=0, connector_words="english", token_pattern=r"\w+")
        assert list(phrases.fit([f"bank {word} america"]).phrases_) == [("bank", word, "america")]
    assert list(phrases.fit(["bank is america"]).phrases_) == [("bank", "is"), ("is", "america")]


def test_stop_words_are_gone_before_they_could_connect():
    phrases = PhraseTransformer(min_count=0, threshold=0, connector_words="english", stop_words="english")
    assert list(phrases.fit(["bank of america"]).phrases_) == [("bank", "america")]


@pytest.mark.parametrize("n_connectors", [0, 1, 1000])
def test_documents_of_connector_words_alone_have_no_phrases(n_connectors):
    documents = [["of"] * n_connectors] * 2
    phrases = PhraseTransformer(analyzer="passthrough", min_count=0, threshold=0, connector_words="english")
    assert phrases.fit_transform(documents) == documents
    assert phrases.phrases_ == {}
    between = [["a", *["of"] * n_connectors, "b"]]
    assert phrases.set_params(connector_words=["of"]).fit_transform(between) == [["_".join(between[0])]]


def test_an_empty_delimiter_joins_characters():
    phrases = PhraseTransformer(analyzer="char", min_count=0, threshold=2, delimiter="")
    assert phrases.fit_transform(["qui", "quo", "io"]) == [["qu", "i"], ["qu", "o"], ["i", "o"]]


def test_text_is_cut_as_the_text_parameters_say():
    phrases = PhraseTransformer(min_count=1, threshold=2).fit(DOCUMENTS)
    assert ("new", "york") in phrases.phrases_
    assert phrases.transform(["NEW YORK, new york and York"]) == [["new_york", "new_york", "and", "york"]]
    cased = PhraseTransformer(min_count=1, threshold=2, lowercase=False, delimiter=" ").fit(DOCUMENTS)
    assert cased.transform(["NEW YORK, New York"]) == [["NEW", "YORK", "New York"]]


def test_no_phrase_runs_from_one_document_into_the_next():
    assert PhraseTransformer(min_count=0, threshold=0, analyzer="passthrough").fit([["a"], ["b"]] * 9).phrases_ == {}


def test_two_in_a_row_join_up_to_four_words():
    documents = ["the united states of america"] * 9 + ["the of states", "america united"] * 9
    first = PhraseTransformer(min_count=1, threshold=1.2)
    second = clone(first).set_params(analyzer="passthrough")
    joined = make_pipeline(first, second).fit(documents).transform(["the united states of america"])
    assert first.fit(documents).transform(["the united states of america"]) != joined
    assert [token.count("_") for token in joined[0]] == [3, 0]


def test_pipeline_before_a_vectorizer_and_as_its_analyzer():
    steps = make_pipeline(PhraseTransformer(min_count=1, threshold=2), small(analyzer="passthrough"))
    steps.fit(DOCUMENTS)
    assert "new_york" in steps[-1].vocabulary_
    as_analyzer = SkipGramVectorizer(**steps[-1].get_params() | {"analyzer": steps[0].analyze}).fit(DOCUMENTS)
    assert as_analyzer.vocabulary_ == steps[-1].vocabulary_
    assert (as_analyzer.center_vectors_ == steps[-1].center_vectors_).all()


def test_a_fitted_transformer_that_was_used_can_be_pickled():
    phrases = PhraseTransformer(min_count=1, threshold=2).fit(DOCUMENTS)
    expected = phrases.analyze("in New York")
    assert expected == ["in", "new_york"]
    assert pickle.loads(pickle.dumps(phrases)).analyze("in New York") == expected


def test_parameters_that_are_set_after_fit_hold_for_both_ways_to_transform():
    phrases = PhraseTransformer(min_count=1, threshold=2).fit(DOCUMENTS)
    assert phrases.analyze("New York") == ["new_york"]
    phrases.set_params(lowercase=False)
    assert phrases.transform(["New York"]) == [phrases.analyze("New York")] == [["New", "York"]]


def test_a_generator_is_read_once_and_pipelines_set_the_output_of_other_steps():
    expected = PhraseTransformer(min_count=1, threshold=2).fit(DOCUMENTS).transform(DOCUMENTS)
    assert PhraseTransformer(min_count=1, threshold=2).fit_transform(iter(DOCUMENTS)) == expected
    steps = make_pipeline(PhraseTransformer(min_count=1, threshold=2), small(analyzer="passthrough"))
    features = steps.set_output(transform="pandas").fit_transform(DOCUMENTS)
    assert list(features.columns) == ["skipgramvectorizer0", "skipgramvectorizer1", "skipgramvectorizer2"]


@given(st.lists(TOKENS, max_size=8))
def test_fit_transform_is_fit_and_transform(documents):
    phrases = PhraseTransformer(analyzer="passthrough", min_count=1, threshold=1)
    assert phrases.fit_transform(documents) == clone(phrases).fit(documents).transform(documents)
    series = pd.Series(documents, index=range(len(documents), 0, -1), dtype=object)
    pd.testing.assert_series_equal(phrases.fit_transform(series), clone(phrases).fit(series).transform(series))


def test_fit_transform_reads_files_once():
    texts = ["new york", "york", ""] * 3
    expected = PhraseTransformer(min_count=1, threshold=0.5).fit(texts).transform(texts)
    assert expected[:3] == [["new_york"], ["york"], []]
    phrases = PhraseTransformer(input="file", min_count=1, threshold=0.5)
    assert phrases.fit_transform([io.StringIO(text) for text in texts]) == expected
    own = clone(phrases).set_params(input="content", analyzer=lambda file: file.read().split())
    assert own.fit_transform([io.StringIO(text) for text in texts]) == expected
    sequences = clone(phrases).set_params(input="content", analyzer="passthrough")
    assert sequences.fit_transform(iter(text.split()) for text in texts) == expected
    with pytest.raises(TypeError, match="X: document 0: expected a document that can be read again"):
        sequences.fit_transform([iter(text.split()) for text in texts])


def test_fit_transform_calls_the_tokenizer_once_a_document():
    calls = []

    def tokenize(text):
        calls.append(text)
        return text.split()

    phrases = PhraseTransformer(tokenizer=tokenize, token_pattern=None, min_count=1, threshold=0.5)
    phrases.fit_transform(text for text in ["new york", "york"])
    assert calls == ["new york", "york"]


@pytest.mark.parametrize("index", [[1, 0], [7, 7], ["b", "a"]])
@pytest.mark.parametrize("texts", [["New York", "York"], ["", ""], ["New York", "new york"]])
def test_series_keep_index_and_name(texts, index):
    series = pd.Series(texts, index=index, name="text")
    phrases = PhraseTransformer(min_count=0, threshold=0)
    joined = phrases.fit_transform(series)
    expected = pd.Series(phrases.transform(texts), index=index, name="text", dtype=object)
    pd.testing.assert_series_equal(joined, expected)
    pd.testing.assert_series_equal(phrases.transform(series), expected)


def test_series_without_documents_stay_series():
    phrases = PhraseTransformer().fit(DOCUMENTS)
    assert phrases.transform(pd.Series([], dtype=object, name="text")).shape == (0,)


@pytest.mark.parametrize("container", [list, tuple, np.array, pd.Index, "polars"])
def test_other_containers_become_lists(container):
    container = pytest.importorskip("polars").Series if container == "polars" else container
    phrases = PhraseTransformer(min_count=1, threshold=2).fit(DOCUMENTS)
    joined = phrases.transform(container(["New York", "york"]))
    assert type(joined) is list
    assert joined == [["new_york"], ["york"]]


def features_beside_numbers():
    """The column of texts becomes vectors of words and phrases, that of numbers stays."""
    vectors = make_pipeline(PhraseTransformer(min_count=1, threshold=2), small(analyzer="passthrough"))
    return ColumnTransformer([("vectors", vectors, "text"), ("numbers", "passthrough", ["number"])])


@pytest.mark.parametrize("index", [[1, 0], ["b", "a"], [5, 9]])
def test_rows_stay_together_in_a_frame_of_pandas(index):
    frame = pd.DataFrame({"text": DOCUMENTS[:2], "number": [0.0, 1.0]}, index=index)
    expected = features_beside_numbers().fit_transform(frame)
    assert (expected[0] != expected[1]).all()
    columns = features_beside_numbers().set_output(transform="pandas")
    for features in (columns.fit_transform(frame), columns.transform(frame)):
        assert features.index.tolist() == index
        assert_array_equal(features, expected)


def test_rows_stay_together_in_a_frame_of_polars():
    polars = pytest.importorskip("polars")
    data = {"text": DOCUMENTS[:2], "number": [0.0, 1.0]}
    frame, expected = polars.DataFrame(data), features_beside_numbers().fit_transform(pd.DataFrame(data))
    columns = features_beside_numbers().set_output(transform="polars")
    for features in (columns.fit_transform(frame), columns.transform(frame)):
        assert_array_equal(features.to_numpy(), expected)


def test_names_of_features_pass_through():
    frame = pd.DataFrame({"text": DOCUMENTS, "number": 1.0})
    columns = features_beside_numbers().fit(frame)
    pipeline = columns.named_transformers_["vectors"]
    names = ["skipgramvectorizer0", "skipgramvectorizer1", "skipgramvectorizer2"]
    assert pipeline.get_feature_names_out().tolist() == names
    expected = [*(f"vectors__{name}" for name in names), "numbers__number"]
    assert columns.get_feature_names_out().tolist() == expected
    phrases = pipeline[0]
    assert phrases.get_feature_names_out().tolist() == ["x0"]
    for one in (["text"], np.array(["text"]), pd.Index(["text"])):
        names = phrases.get_feature_names_out(one)
        assert (names.tolist(), names.dtype) == (["text"], object)


@pytest.mark.parametrize("names", [[], ["a", "b"], "text"])
def test_names_of_other_than_one_column_are_refused(names):
    phrases = PhraseTransformer()
    with pytest.raises(NotFittedError):
        phrases.get_feature_names_out(names)
    with pytest.raises(ValueError, match=r"input_features=.*: expected the name of one column"):
        phrases.fit(DOCUMENTS).get_feature_names_out(names)


def test_generators_and_empty_documents_are_read():
    phrases = PhraseTransformer(min_count=1, threshold=2).fit(document for document in [*DOCUMENTS, ""])
    assert phrases.transform(iter(["", "new york"])) == [[], ["new_york"]]


@pytest.mark.parametrize(
    "params, X, error, message",
    [
        ({"min_count": -1}, DOCUMENTS, ValueError, "min_count"),
        ({"threshold": "high"}, DOCUMENTS, TypeError, "threshold"),
        ({"threshold": float("nan")}, DOCUMENTS, ValueError, "threshold"),
        ({"delimiter": None}, DOCUMENTS, TypeError, "delimiter=None"),
        ({"connector_words": "of"}, DOCUMENTS, ValueError, "connector_words='of': expected 'english', a list of words"),
        ({"connector_words": 7}, DOCUMENTS, TypeError, "connector_words: expected .* or None, got int 7"),
        ({"connector_words": b"of"}, DOCUMENTS, TypeError, "connector_words: expected .* got bytes"),
        ({"connector_words": np.array("of")}, DOCUMENTS, TypeError, "connector_words: expected .* got ndarray"),
        ({"connector_words": np.array([["of"]])}, DOCUMENTS, TypeError, "connector_words: expected .* got ndarray"),
        (
            {"connector_words": iter(["of"])},
            DOCUMENTS,
            TypeError,
            "connector_words: expected .*, as each fit needs them",
        ),
        ({"connector_words": ["of", 7]}, DOCUMENTS, TypeError, "connector_words: expected words .* strings, got int 7"),
        ({"connector_words": [None]}, DOCUMENTS, TypeError, "connector_words: expected words .* strings, got NoneType"),
        ({"connector_words": [["of"]]}, DOCUMENTS, TypeError, "connector_words: expected words .* strings, got list"),
        ({"analyzer": "words"}, DOCUMENTS, ValueError, "analyzer='words'"),
        ({}, "New York", ValueError, "X: expected an iterable of documents"),
        ({}, ["New York", 7], TypeError, "X: document 1"),
        ({"analyzer": "passthrough"}, [["a", 7]], TypeError, "document 0: expected tokens that are strings"),
    ],
)
def test_bad_input_is_named(params, X, error, message):
    with pytest.raises(error, match=message):
        PhraseTransformer(**params).fit(X)


def test_transform_before_fit_says_so():
    with pytest.raises(NotFittedError):
        PhraseTransformer().transform(DOCUMENTS)
    with pytest.raises(NotFittedError):
        PhraseTransformer().analyze("New York")
