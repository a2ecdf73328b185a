"""From documents to tokens: the analyzers, and what is no document."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import CountVectorizer

from sklw2v.text._analysis import make_analyzer
from sklw2v.text._token_ids import encode
from tests.text.corpora import TEXT, decode, encode_sequences, encode_text


@pytest.mark.parametrize(
    "analyzer, parameters",
    [
        ("word", {}),
        ("word", {"lowercase": False, "token_pattern": r"\w+"}),
        ("word", {"stop_words": ["the", "fox"]}),
        ("word", {"stop_words": "english"}),
        ("word", {"strip_accents": "unicode"}),
        ("word", {"tokenizer": str.split, "token_pattern": None}),
        ("word", {"preprocessor": str.upper}),
        ("char", {}),
        ("char_wb", {}),
        (lambda text: text.split("o"), {}),
    ],
)
def test_analyzers_give_the_tokens_of_count_vectorizer(analyzer, parameters):
    texts = ["The Quick brown fox, é", "", "jumps over the lazy Dög a b"]
    tokens, vocabulary = encode_text(texts, analyzer, **parameters)
    analyze = CountVectorizer(analyzer=analyzer, **parameters).build_analyzer()
    assert decode(tokens, vocabulary) == [analyze(text) for text in texts]


def test_bytes_are_decoded():
    tokens, vocabulary = encode_text(["caf\u00e9 noir".encode("latin-1"), "caf\u00e9"], encoding="latin-1")
    assert decode(tokens, vocabulary) == [["café", "noir"], ["café"]]


def test_undecodable_bytes_stay_a_decoding_error():
    with pytest.raises(UnicodeDecodeError):
        encode_text([b"fine", b"\xff\xfe"])


def test_files_are_read(tmp_path):
    path = tmp_path / "document.txt"
    path.write_text("red green", encoding="utf-8")
    tokens, vocabulary = encode_text([str(path)], input="filename")
    assert decode(tokens, vocabulary) == [["red", "green"]]


def test_passthrough_takes_any_hashable_tokens():
    documents = [["red", 3, ("a", 1)], (), np.array([3, 4]), iter(["red"])]
    tokens, vocabulary = encode_sequences(documents)
    assert decode(tokens, vocabulary) == [["red", 3, ("a", 1)], [], [3, 4], ["red"]]


@pytest.mark.parametrize(
    "X, error, message",
    [
        ("a text", ValueError, "got a single str.*Wrap it in a list"),
        (b"a text", ValueError, "got a single bytes"),
        (np.array([["a", "b"]]), ValueError, r"got a ndarray of shape \(1, 2\)"),
        (np.array("a"), ValueError, r"got a ndarray of shape \(\)"),
        (pd.DataFrame({"text": ["a"]}), ValueError, r"got a DataFrame of shape \(1, 1\).*Select the text column"),
        (csr_array(np.eye(2)), ValueError, r"got a csr_array of shape \(2, 2\)"),
        ({0: "a text"}, TypeError, "in an order, got a dict"),
        ({"a text"}, TypeError, "in an order, got a set"),
        (None, TypeError, "got NoneType None"),
        (3.5, TypeError, "got float 3.5"),
    ],
)
@pytest.mark.parametrize("analyzer", ["word", "passthrough"])
def test_what_is_no_sequence_of_documents_is_an_error(X, error, message, analyzer):
    with pytest.raises(error, match=f"^X: expected .*{message}"):
        encode(X, make_analyzer(analyzer, **TEXT))


@pytest.mark.parametrize("document", [None, 3, float("nan"), ["a", "b"]])
def test_a_document_that_is_no_text_is_an_error_with_its_position(document):
    with pytest.raises(TypeError, match=f"X: document 2: expected str or bytes, got {type(document).__name__}"):
        encode_text(["a text", "another", document])


@pytest.mark.parametrize(
    "document, message",
    [
        ("a text", "expected a sequence of tokens, got str 'a text'"),
        (b"a text", "expected a sequence of tokens, got bytes"),
        ({"a"}, "expected tokens in an order, got set"),
        (None, "expected a sequence of tokens, got NoneType"),
        (7, "expected a sequence of tokens, got int 7"),
        (["a", ["b"]], "unhashable"),
    ],
)
@pytest.mark.parametrize("vocabulary", [None, {"a": 0}])
def test_a_passthrough_document_of_the_wrong_kind_is_an_error_with_its_position(document, message, vocabulary):
    with pytest.raises(TypeError, match=f"X: document 1: .*{message}"):
        encode_sequences([["a"], document], vocabulary)


def test_a_long_document_is_cut_short_in_the_message():
    with pytest.raises(TypeError) as caught:
        encode_sequences(["x" * 1000])
    assert len(str(caught.value)) < 200
