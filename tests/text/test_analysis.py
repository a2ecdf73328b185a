"""From documents to tokens: the analyzers, and what is no document."""

import io
from collections import namedtuple
from decimal import Decimal

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
    documents = [["red", 3, ("a", 1)], (), np.array([3, 4]), pd.Series(["red"])]
    tokens, vocabulary = encode_sequences(documents)
    assert decode(tokens, vocabulary) == [["red", 3, ("a", 1)], [], [3, 4], ["red"]]


@pytest.mark.parametrize(
    "X, error, message",
    [
        ("a text", ValueError, "got a single str.*Wrap it in a list"),
        (b"a text", ValueError, "got a single bytes"),
        (np.array([["a", "b"]]), ValueError, r"got a ndarray of shape \(1, 2\).*np.ravel\(X\).*list\(X\)"),
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
        (bytearray(b"a text"), "expected a sequence of tokens, got bytearray"),
        (pd.DataFrame({"a": [1], "b": [2]}), r"expected a sequence of tokens, got a DataFrame of shape \(1, 2\)"),
        (np.array([["a", "b"]]), r"expected a sequence of tokens, got a ndarray of shape \(1, 2\)"),
        (np.array("a"), r"expected a sequence of tokens, got a ndarray of shape \(\)"),
        ({"a"}, "expected tokens in an order, got set"),
        (None, "expected a sequence of tokens, got NoneType"),
        (7, "expected a sequence of tokens, got int 7"),
        (["a", ["b"]], "unhashable"),
        (["a", Decimal("sNaN")], "Cannot hash a signaling NaN"),
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


class Unseekable(io.StringIO):
    def seekable(self):
        return False


@pytest.mark.parametrize(
    "make",
    [
        lambda texts: [io.StringIO(text) for text in texts],
        lambda texts: [io.BytesIO(text.encode()) for text in texts],
    ],
)
def test_open_files_can_be_read_again(make):
    files = make(["red green", "blue"])
    files[0].read(4)
    for _ in range(2):
        assert decode(*encode_text(files, input="file")) == [["green"], ["blue"]]


@pytest.mark.parametrize(
    "parameters",
    [
        {"analyzer": lambda file: file.read().split()},
        {"analyzer": lambda file: (word for line in file for word in line.split())},
        {"preprocessor": lambda file: file.read(), "token_pattern": r"\w+"},
    ],
)
def test_open_files_that_users_read_themselves_can_be_read_again(parameters, tmp_path):
    path = tmp_path / "document.txt"
    path.write_text("a b\nc", encoding="utf-8")
    with path.open(encoding="utf-8") as file:
        for _ in range(2):
            assert decode(*encode_text([file, io.StringIO("d")], **parameters)) == [["a", "b", "c"], ["d"]]


def test_an_open_file_is_put_back_after_an_error_too():
    file = io.BytesIO(b"red gr\xfcn")
    with pytest.raises(UnicodeDecodeError):
        encode_text([file], input="file")
    assert decode(*encode_text([file], input="file", encoding="latin-1")) == [["red", "gr\xfcn"]]


def test_functions_of_users_may_close_the_files_that_they_read():
    def read(file):
        with file:
            return file.read()

    files = [io.StringIO("red green"), io.StringIO("blue")]
    assert decode(*encode_text(files, preprocessor=read)) == [["red", "green"], ["blue"]]
    with pytest.raises(ValueError, match="X: document 0: I/O operation on closed file"):
        encode_text(files, preprocessor=read)


def test_a_text_file_within_a_loop_over_its_lines_is_read_to_its_end_once(tmp_path):
    path = tmp_path / "document.txt"
    path.write_text("red\ngreen\nblue\n", encoding="utf-8")
    with path.open(encoding="utf-8") as file:
        next(file)
        assert decode(*encode_text([file], input="file")) == [["green", "blue"]]
        with pytest.raises(ValueError, match=r"X: document 0: nothing is left to read .* open it again"):
            encode_text([file], input="file")


def test_a_file_that_was_read_before_is_an_error():
    unseekable, read, empty = Unseekable("red green"), io.StringIO("red"), io.StringIO("")
    assert decode(*encode_text([unseekable, empty], input="file")) == [["red", "green"], []]
    read.read()
    for file in (unseekable, read):
        with pytest.raises(ValueError, match=r"X: document 0: nothing is left to read .* open it again"):
            encode_text([file], input="file")


@pytest.mark.parametrize(
    "document, parameters",
    [
        (lambda: iter(["a", "b"]), {"analyzer": "passthrough"}),
        (lambda: (token for token in "ab"), {"analyzer": "passthrough"}),
        (lambda: Unseekable("a b"), {"analyzer": lambda file: file.read().split()}),
        (lambda: Unseekable("a b"), {"preprocessor": lambda file: file.read()}),
    ],
)
def test_a_document_that_can_be_read_once_is_an_error_unless_the_documents_can_be_too(document, parameters):
    for container in (list, tuple, pd.Series, lambda documents: dict(enumerate(documents)).values()):
        with pytest.raises(TypeError, match=r"X: document 0: expected a document that can be read again"):
            encode_text(container([document()]), **parameters)
    if parameters.get("analyzer") == "passthrough":
        assert decode(*encode_text(iter([document()]), **parameters)) == [["a", "b"]]


@pytest.mark.parametrize("missing", [None, float("nan"), np.nan, np.float32("nan"), pd.NA, pd.NaT])
def test_a_missing_document_is_an_error_that_names_fillna_or_is_empty(missing):
    for parameters in ({}, {"tokenizer": str.split, "token_pattern": None}, {"analyzer": str.split}):
        with pytest.raises(TypeError, match=r"X: document 1: expected str or bytes, got .*fillna\(''\)"):
            encode_text(["a text", missing], **parameters)
        assert decode(*encode_text(["red", missing], missing_is_empty=True, **parameters)) == [["red"], []]
    with pytest.raises(TypeError, match="X: document 0: expected str or bytes"):
        encode_text(pd.Series([missing, "a"], dtype=object))
    with pytest.raises(TypeError, match=r"X: document 0: analyzer='passthrough' expected .*an empty list"):
        encode_sequences([missing])
    for kind in ("filename", "file"):  # an empty text is neither
        with pytest.raises(TypeError, match=r"X: document 0: input='file.* a missing value; leave it out$"):
            encode_text([missing], input=kind)


@pytest.mark.parametrize(
    "missing",
    [None, float("nan"), np.float64("nan"), pd.NA, pd.NaT, np.datetime64("NaT"), ("a", float("nan")), (None,)],
)
def test_a_missing_token_is_an_error_with_its_place(missing):
    for document in (["a", missing], ("a", missing), pd.Series(["a", missing], dtype=object)):
        with pytest.raises(ValueError, match=r"X: document 1: token 1 is missing"):
            encode_sequences([["a"], document])
    with pytest.raises(ValueError, match=r"X: document 0: token 0 is missing"):
        encode_sequences([np.array([np.nan, 1.0])])


def test_arrays_and_values_of_pyarrow_become_values_of_python():
    pa = pytest.importorskip("pyarrow")
    tokens, vocabulary = encode_sequences(pa.array([["red", "green"], ["red"], []]))
    assert decode(tokens, vocabulary) == [["red", "green"], ["red"], []]
    assert {type(word) for word in vocabulary} == {str}
    tokens, vocabulary = encode_sequences([[pa.scalar(3), pa.scalar(3)]])
    assert vocabulary == {3: 0}
    assert type(next(iter(vocabulary))) is int
    assert decode(*encode_text(pa.array(["red green"]))) == [["red", "green"]]
    assert decode(*encode_text(pd.Series(["red green"], dtype="string[pyarrow]"))) == [["red", "green"]]
    for missing in (pa.array(["red", None]), pa.array([["red"], None])):
        with pytest.raises(TypeError, match="X: document 1"):
            encode_text(missing, "word" if missing.type == pa.string() else "passthrough")
    with pytest.raises(ValueError, match="X: document 0: token 1 is missing"):
        encode_sequences(pa.array([["red", None]]))


def test_tokens_of_numpy_arrays_are_values_of_python():
    _, vocabulary = encode_sequences([np.array([3, 4]), np.array(["a"]), np.array([2.5], dtype=np.float32)])
    assert [type(word) for word in vocabulary] == [int, int, str, float]


Spacy = namedtuple("Spacy", "text")  # a token that is no string, as spaCy's are


@pytest.mark.parametrize(
    "parameters",
    [
        {"tokenizer": lambda text: [Spacy(word) for word in text.split()], "token_pattern": None},
        {"analyzer": lambda text: (Spacy(word) for word in text.split())},
    ],
)
def test_tokens_that_are_no_strings_are_an_error_with_document_and_place(parameters):
    with pytest.raises(TypeError, match=r"X: document 1: .*expected tokens that are str, .* as token 0; .*token.text"):
        encode_text(["", "red green"], **parameters)


@pytest.mark.parametrize("tokens", [3, "red", b"red", None])
def test_an_analyzer_that_returns_no_tokens_is_an_error(tokens):
    with pytest.raises(TypeError, match="X: document 0: analyzer or tokenizer: expected a list of tokens, got"):
        encode_text(["a text"], analyzer=lambda text: tokens)
    with pytest.raises(TypeError, match="expected tokens that are str, got float nan as token 1"):
        encode_text(["a text"], analyzer=lambda text: ["a", float("nan")])


def test_a_byte_order_mark_is_no_part_of_the_first_word(tmp_path):
    path = tmp_path / "document.txt"
    path.write_bytes("\ufeffred green".encode())
    expected = [["red", "green"]]
    split = {"analyzer": str.split}
    for parameters in (split, {"tokenizer": str.split, "token_pattern": None}, {"analyzer": "char"}):
        plain = decode(*encode_text(["red green"], **parameters))
        assert decode(*encode_text(["\ufeffred green"], **parameters)) == plain
        assert decode(*encode_text([path], input="filename", **parameters)) == plain
    assert decode(*encode_text([path.read_bytes()], **split)) == expected
    with path.open(encoding="utf-8") as file:
        assert decode(*encode_text([file], input="file", **split)) == expected


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    path = tmp_path / "latin.txt"
    path.write_bytes(b"\xff")
    with pytest.raises(UnicodeDecodeError, match=r"latin.txt.*X: document 1"):
        encode_text([__file__, path], input="filename")
    with pytest.raises(FileNotFoundError, match=r"absent\.txt"):
        encode_text([str(tmp_path / "absent.txt")], input="filename")
    for number in (3, None):  # open(3) would read what happens to be open under that number
        with pytest.raises(TypeError, match="X: document 0: input='filename' expected a path"):
            encode_text([number], input="filename")
    with pytest.raises(TypeError, match="X: document 0: input='file' expected an open file, got str"):
        encode_text(["name"], input="file")
