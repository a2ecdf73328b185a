"""How a document becomes tokens: the function that the text parameters stand for, and what is no document."""

import os
from collections.abc import Iterable, Iterator, Mapping, MappingView

import numpy as np

from sklw2v.text._parameters import count_vectorizer
from sklw2v.utils import describe, has_one_dimension, is_missing, python_values

EXPECTED = {
    "content": "expected str or bytes",
    "filename": "input='filename' expected a path",
    "file": "input='file' expected an open file",
}
ADVICE = {  # on missing documents
    "content": "fillna('') makes missing text empty",
    "filename": "leave it out",
    "file": "leave it out",
}
SEQUENCE_EXPECTED = "analyzer='passthrough' expected a sequence of tokens"
BYTE_ORDER_MARK = "\ufeff"
PLAIN_TOKENS = {str, int, bool, bytes, np.str_, np.int64}  # which are never missing, nor made of something else


class AtDocument:
    """A context that lets an error of analysis say at which document, `position`, it happened."""

    def __init__(self):
        self.position = 0

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        if kind is None:
            return
        if kind is UnicodeDecodeError:
            reason = f"{error.reason} (X: document {self.position})"
            raise UnicodeDecodeError(error.encoding, error.object, error.start, error.end, reason) from None
        if kind in (TypeError, ValueError, AttributeError):  # others may want other arguments
            advice = "; expected hashable tokens, such as words" if "unhashable" in str(error) else ""
            raise kind(f"X: document {self.position}: {error}{advice}") from error


def make_analyzer(analyzer, missing_is_empty=False, **text_parameters):
    """Build the function from one document to its tokens.

    Parameters
    ----------
    analyzer : {"word", "char", "char_wb", "passthrough"} or callable
        As in `CountVectorizer`; ``"passthrough"`` takes each document as a sequence of hashable tokens.
    missing_is_empty : bool, default=False
        Whether a missing document, such as None, has no tokens, and is no error.
    **text_parameters
        The other text parameters of `CountVectorizer`.

    Returns
    -------
    Analyzer
    """
    if analyzer == "passthrough":
        return Analyzer(_sequence, missing_is_empty, SEQUENCE_EXPECTED, "an empty list is an empty document")
    vectorizer = count_vectorizer(analyzer=analyzer, **text_parameters)
    read = _make_reader(text_parameters["input"], vectorizer.set_params(input="content").decode)
    if analyzer == "word":
        analyze = _make_word_analyzer(vectorizer)
    else:
        analyze = vectorizer.build_analyzer()
    if text_parameters["input"] == "content" and not (
        callable(analyzer) or text_parameters["preprocessor"] or text_parameters["tokenizer"]
    ):
        read = _only_text(read)
    if callable(analyzer) or text_parameters["tokenizer"]:
        analyze = _only_strings(analyze)
    return Analyzer(
        lambda document: analyze(read(document)),
        missing_is_empty,
        EXPECTED[text_parameters["input"]],
        ADVICE[text_parameters["input"]],
        kind=text_parameters["input"],
    )


class Analyzer:
    """From one document to its tokens. An open file is put back where it stood, so that it can be read again.

    Parameters
    ----------
    analyze : callable
        Raises TypeError or ValueError for a document of the wrong kind; `tokenized` adds the position.
    missing_is_empty : bool
        Whether a missing document has no tokens, and is no error.
    expected, advice : str
        What a document is, and what to do about a missing one, for the message.
    kind : {"content", "filename", "file"}, default="content"
        What documents are.
    """

    def __init__(self, analyze, missing_is_empty, expected, advice, kind="content"):
        self._analyze, self._missing_is_empty = analyze, missing_is_empty
        self._expected, self._advice = expected, advice
        self.kind = kind

    def __call__(self, document):
        if type(document) is str and self.kind != "file":
            return self._analyze(document)
        if hasattr(document, "as_py"):  # a value of pyarrow's
            document = document.as_py()
        if not isinstance(document, tuple) and is_missing(document):
            if self._missing_is_empty:
                return []
            raise TypeError(f"{self._expected}, got {describe(document)}, a missing value; {self._advice}")
        start = _place(document)
        if start is None:
            return self._analyze(document)
        try:
            return list(self._analyze(document))
        finally:
            if not getattr(document, "closed", False):  # as functions of users may leave it
                document.seek(start)


def tokenized(X, analyze):
    """Yield the tokens of each document; an error says at which document it happened.

    Parameters
    ----------
    X : iterable of documents
    analyze : callable
        From a document to its tokens.
    """
    keeps = (hasattr(X, "__getitem__") or isinstance(X, MappingView)) and getattr(analyze, "kind", "content") != "file"
    place = AtDocument()
    for place.position, document in enumerate(check_documents(X)):
        with place:
            if keeps and isinstance(document, Iterator) and _place(document) is None:
                raise TypeError(
                    f"expected a document that can be read again, such as a list, got {describe(document)}, which is "
                    "empty when it is read a second time"
                )
            tokens = analyze(document)
        yield tokens


def _make_word_analyzer(vectorizer):
    """`CountVectorizer.build_analyzer` for words, which would warn of inconsistent stop words at each call."""
    preprocess, tokenize = vectorizer.build_preprocessor(), vectorizer.build_tokenizer()
    stop_words = vectorizer.get_stop_words()
    if not stop_words:
        return lambda text: tokenize(preprocess(text))
    return lambda text: [token for token in tokenize(preprocess(text)) if token not in stop_words]


def _make_reader(kind, decode):
    """The function from a document, of the kind that `input` says, to its text."""

    def read(document):
        if kind == "filename":
            if not isinstance(document, str | bytes | os.PathLike):  # open() would take a number for an open file
                raise TypeError(f"{EXPECTED[kind]}, got {describe(document)}")
            with open(document, "rb") as file:
                text = file.read()
        elif kind == "file":
            text = _read_file(document)
        else:
            text = document
        try:
            text = decode(text)
        except UnicodeDecodeError as error:
            if kind == "filename":
                error.reason += f" in the file {os.fsdecode(document)!r}"
            raise
        return text.removeprefix(BYTE_ORDER_MARK) if isinstance(text, str) else text

    return read


def _read_file(file):
    """What stands in an open file."""
    if not hasattr(file, "read"):
        raise TypeError(f"{EXPECTED['file']}, got {describe(file)}")
    is_at_start = _place(file) == 0
    text = file.read()
    if not text and not is_at_start:
        raise ValueError(f"nothing is left to read in {describe(file)}; it was read before: open it again")
    return text


def _place(document):
    """Where a document that is an open file stands; None if it is none, or cannot be put back there."""
    if isinstance(document, str) or not hasattr(document, "seekable") or not document.seekable():
        return None
    try:
        return document.tell()
    except OSError:  # a file of text within a loop over its lines
        return None


def _only_text(read):
    def read_text(document):
        if not isinstance(document, str | bytes):
            advice = "; set analyzer='passthrough' for lists of tokens" if isinstance(document, list | tuple) else ""
            advice = "; set input='filename' for files" if isinstance(document, os.PathLike) else advice
            raise TypeError(f"{EXPECTED['content']}, got {describe(document)}{advice}")
        return read(document)

    return read_text


def _only_strings(analyze):
    """An analyzer that users wrote, whose tokens are to be strings: others are often each a word of its own."""

    def analyze_strings(text):
        tokens = analyze(text)
        if isinstance(tokens, str | bytes) or not isinstance(tokens, Iterable):
            raise TypeError(f"analyzer or tokenizer: expected a list of tokens, got {describe(tokens)}")
        tokens = list(tokens)
        if any(not issubclass(kind, str) for kind in set(map(type, tokens))):
            place = next(place for place, token in enumerate(tokens) if not isinstance(token, str))
            advice = "; of spaCy's tokens take token.text" if hasattr(tokens[place], "text") else ""
            raise TypeError(
                f"analyzer or tokenizer: expected tokens that are str, got {describe(tokens[place])} as token {place}"
                + (advice or "; analyzer='passthrough' takes sequences of other tokens")
            )
        return tokens

    return analyze_strings


def _sequence(document):
    """The tokens of a document that is a sequence of them; a missing one is an error."""
    if isinstance(document, str | bytes | bytearray) or not isinstance(document, Iterable):
        raise TypeError(f"{SEQUENCE_EXPECTED}, got {describe(document)}")
    if not has_one_dimension(document):  # a frame iterates over the names of its columns
        raise TypeError(f"{SEQUENCE_EXPECTED}, got a {type(document).__name__} of shape {tuple(document.shape)}")
    if isinstance(document, set | frozenset | Mapping):
        raise TypeError(
            f"analyzer='passthrough' expected tokens in an order, got {describe(document)}; of a set take a sorted list"
        )
    if isinstance(document, np.ndarray) and document.dtype.kind in "iufbUS" and document.ndim == 1:
        tokens = document.tolist()
    else:
        tokens = document if isinstance(document, list | tuple) else list(document)
    if set(map(type, tokens)) <= PLAIN_TOKENS:
        return tokens
    tokens = python_values(tokens)
    for place, token in enumerate(tokens):
        if is_missing(token):
            raise ValueError(f"token {place} is missing: expected a hashable value, got {describe(token)}")
    return tokens


def check_documents(X):
    """Refuse what iterates into something other than documents; return X."""
    if isinstance(X, str | bytes):
        raise ValueError(
            f"X: expected an iterable of documents, got a single {type(X).__name__}. Wrap it in a list: [document]. "
            "A file of one document a line is LineDocuments(path)."
        )
    shape = getattr(X, "shape", None)
    if shape is not None and len(shape) != 1:
        if hasattr(X, "columns"):
            advice = " Select the text column, as in X['text'], or 'text', not ['text'], in a ColumnTransformer."
        elif len(shape) == 2:
            advice = " np.ravel(X) makes a list of texts of a column; list(X) makes a document of each row of tokens."
        else:
            advice = ""
        raise ValueError(
            f"X: expected a 1-D iterable of documents, got a {type(X).__name__} of shape {tuple(shape)}.{advice}"
        )
    if isinstance(X, Mapping | set | frozenset):
        raise TypeError(f"X: expected an iterable of documents in an order, got a {type(X).__name__}.")
    if not isinstance(X, Iterable):
        raise TypeError(f"X: expected an iterable of documents, got {describe(X)}.")
    return X
