"""What a document is and how it becomes tokens: the text parameters, which are those of `CountVectorizer`."""

import os
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer

from sklw2v.utils import check_choices, has_one_dimension, is_missing

CHOICES = {
    "input": ("content", "filename", "file"),
    "decode_error": ("strict", "ignore", "replace"),
    "strip_accents": ("ascii", "unicode", None),
}
ANALYZERS = "word", "char", "char_wb", "passthrough"
TEXT_PARAMETERS = (
    "input",
    "encoding",
    "decode_error",
    "strip_accents",
    "lowercase",
    "preprocessor",
    "tokenizer",
    "stop_words",
    "token_pattern",
)
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
DEFAULT_PATTERN = r"(?u)\b\w\w+\b"
BYTE_ORDER_MARK = "\ufeff"
PLAIN_TOKENS = {str, int, bool, bytes, np.str_, np.int64}  # which are never missing, nor made of something else


def text_parameters(estimator):
    """The parameters of `make_analyzer`, by name."""
    parameters = {name: getattr(estimator, name) for name in ("analyzer", *TEXT_PARAMETERS)}
    return parameters | {"missing_is_empty": getattr(estimator, "_is_in_table", False)}


def check_text_parameters(estimator, warn=True):
    """Raise a ValueError or TypeError for the first text parameter of an estimator that is not accepted.

    With `warn` also warn, as scikit-learn does, of those out of force and of stop words that become other tokens.
    """
    takes_callable = {"strip_accents"} if callable(estimator.strip_accents) else set()
    check_choices(estimator, {name: CHOICES[name] for name in CHOICES if name not in takes_callable})
    if not (callable(estimator.analyzer) or estimator.analyzer in ANALYZERS):
        raise ValueError(
            f"analyzer={estimator.analyzer!r}: expected 'word', 'char', 'char_wb', 'passthrough' or a callable."
        )
    try:
        "".encode(estimator.encoding)
    except (LookupError, TypeError) as error:
        raise ValueError(
            f"encoding={estimator.encoding!r}: expected the name of a text encoding, such as 'utf-8' or 'latin-1'."
        ) from error
    for name in ("preprocessor", "tokenizer"):
        value = getattr(estimator, name)
        if value is not None and not callable(value):
            raise TypeError(f"{name}={value!r}: expected a callable or None.")
    if estimator.analyzer == "word" and estimator.tokenizer is None:
        try:
            re.compile(estimator.token_pattern)
        except (TypeError, re.error) as error:
            pattern = estimator.token_pattern
            raise ValueError(f"token_pattern={pattern!r}: expected a regular expression: {error}.") from error
    _check_stop_words(estimator.stop_words)
    if warn:
        _warn_of_unused(estimator)
        if estimator.analyzer == "word" and estimator.stop_words is not None:
            count_vectorizer(**{name: getattr(estimator, name) for name in TEXT_PARAMETERS}).build_analyzer()


def _check_stop_words(stop_words):
    is_known = stop_words == "english" if isinstance(stop_words, str) else isinstance(stop_words, Iterable | None)
    if not is_known:
        raise ValueError(f"stop_words={stop_words!r}: expected 'english', a list of words or None.")
    if is_known and not isinstance(stop_words, str | None):
        if isinstance(stop_words, Iterator):
            raise TypeError(f"stop_words={stop_words!r}: expected words that can be read again, such as a list.")
        if not has_one_dimension(stop_words):
            raise ValueError(f"stop_words: expected words in one dimension, got {describe(stop_words)}.")
        for word in stop_words:
            if not isinstance(word, str):
                raise TypeError(f"stop_words: expected words that are strings, got {describe(word)}.")


def _warn_of_unused(estimator):
    """Warn, as `CountVectorizer` does, of each text parameter that another one puts out of force."""
    analyzer = estimator.analyzer
    is_custom = callable(analyzer)
    passes_through = not is_custom and analyzer == "passthrough"
    pattern_is_set = estimator.token_pattern not in (None, DEFAULT_PATTERN)
    unused = {}
    if estimator.tokenizer is not None and estimator.token_pattern is not None:
        unused["token_pattern"] = "'tokenizer' is not None; token_pattern=None says so"
    if is_custom or analyzer != "word":
        reason = "'analyzer' is callable" if is_custom else f"analyzer={analyzer!r}"
        unused |= {name: reason for name in ("stop_words", "tokenizer") if getattr(estimator, name) is not None}
        unused |= {"token_pattern": reason} if pattern_is_set else {}
    if is_custom or passes_through:
        unused |= {name: reason for name in ("preprocessor", "strip_accents") if getattr(estimator, name) is not None}
    elif estimator.preprocessor is not None and estimator.strip_accents is not None:
        unused["strip_accents"] = "'preprocessor' is not None"
    for name, reason in unused.items():
        warnings.warn(f"{name}={getattr(estimator, name)!r} will not be used, since {reason}.")


def count_vectorizer(stop_words=None, **parameters):
    """scikit-learn's vectorizer, which knows how to decode, to lower-case and to cut."""
    if not isinstance(stop_words, str | None):
        stop_words = frozenset(stop_words)  # it compares them with a string, to which an array gives many answers
    return CountVectorizer(stop_words=stop_words, **parameters)


def warn_of_lost_words(estimator, name, words):
    """Warn of words that no token ever is.

    These are words that are no strings, where documents are texts; and words in another spelling, since text is
    lower-cased, or loses its accents, before it is cut.

    Parameters
    ----------
    estimator : object with the text parameters
    name : str
        Where the words come from, for the message.
    words : collection of words, with a quick ``in``
    """
    is_custom = callable(estimator.analyzer)
    if not is_custom and estimator.analyzer == "passthrough":
        return
    others = [] if set(map(type, words)) == {str} else [word for word in words if not isinstance(word, str)]
    if others:
        warnings.warn(
            f"{name}: {len(others):,} of {len(words):,} words, such as {others[0]!r}, are never found in documents, "
            "whose tokens are strings; analyzer='passthrough' takes sequences of other tokens."
        )
    if is_custom or estimator.preprocessor is not None:
        return
    spell = count_vectorizer(lowercase=estimator.lowercase, strip_accents=estimator.strip_accents).build_preprocessor()
    lost = [w for w in words if isinstance(w, str) and (spelled := spell(w)) != w and spelled not in words]
    if lost:
        warnings.warn(
            f"{name}: {len(lost):,} of {len(words):,} words, such as {lost[0]!r}, are never found in documents, whose "
            f"text is changed first: lowercase={estimator.lowercase!r}, strip_accents={estimator.strip_accents!r}."
        )


@contextmanager
def at_document(position):
    """Let an error of analysis say at which document it happened."""
    try:
        yield
    except UnicodeDecodeError as error:
        reason = f"{error.reason} (X: document {position})"
        raise UnicodeDecodeError(error.encoding, error.object, error.start, error.end, reason) from None
    except (TypeError, ValueError, AttributeError) as error:
        if type(error) not in (TypeError, ValueError, AttributeError):  # others may want other arguments
            raise
        advice = "; expected hashable tokens, such as words" if "unhashable" in str(error) else ""
        raise type(error)(f"X: document {position}: {error}{advice}") from error


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
        reads_files=text_parameters["input"] == "file",
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
    reads_files : bool, default=False
        Whether documents are open files.
    """

    def __init__(self, analyze, missing_is_empty, expected, advice, reads_files=False):
        self._analyze, self._missing_is_empty = analyze, missing_is_empty
        self._expected, self._advice = expected, advice
        self.reads_files = reads_files

    def __call__(self, document):
        if hasattr(document, "as_py"):  # a value of pyarrow's
            document = document.as_py()
        if not isinstance(document, tuple) and is_missing(document):
            if self._missing_is_empty:
                return []
            raise TypeError(f"{self._expected}, got {describe(document)}, a missing value; {self._advice}")
        if not _can_be_rewound(document):
            return self._analyze(document)
        start = document.tell()
        tokens = list(self._analyze(document))
        document.seek(start)
        return tokens


def tokenized(X, analyze):
    """Yield the tokens of each document; an error says at which document it happened.

    Parameters
    ----------
    X : iterable of documents
    analyze : callable
        From a document to its tokens.
    """
    keeps = hasattr(X, "__getitem__") and not getattr(analyze, "reads_files", False)
    for position, document in enumerate(check_documents(X)):
        with at_document(position):
            if keeps and isinstance(document, Iterator) and not _can_be_rewound(document):
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
        else:
            text = _read_file(document) if kind == "file" else document
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
    is_at_start = _can_be_rewound(file) and file.tell() == 0
    text = file.read()
    if not text and not is_at_start:
        raise ValueError(f"nothing is left to read in {describe(file)}; it was read before: open it again")
    return text


def _can_be_rewound(document):
    return not isinstance(document, str) and hasattr(document, "seekable") and document.seekable()


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
                f"{advice}; analyzer='passthrough' takes sequences of other tokens"
            )
        return tokens

    return analyze_strings


def _sequence(document):
    """The tokens of a document that is a sequence of them; a missing one is an error."""
    if isinstance(document, str | bytes) or not isinstance(document, Iterable):
        raise TypeError(f"{SEQUENCE_EXPECTED}, got {describe(document)}")
    if isinstance(document, set | frozenset | Mapping):
        raise TypeError(f"analyzer='passthrough' expected tokens in an order, got {describe(document)}")
    if isinstance(document, np.ndarray) and document.dtype.kind in "iufbUS" and document.ndim == 1:
        tokens = document.tolist()
    else:
        tokens = document if isinstance(document, list | tuple) else list(document)
    if set(map(type, tokens)) <= PLAIN_TOKENS:
        return tokens
    tokens = [token.as_py() if hasattr(token, "as_py") else token for token in tokens]
    for place, token in enumerate(tokens):
        if is_missing(token):
            raise ValueError(f"token {place} is missing: expected a hashable value, got {describe(token)}")
    return tokens


def describe(value):
    text = repr(value)
    return f"{type(value).__name__} {text if len(text) <= 60 else text[:57] + '...'}"


def check_documents(X):
    """Refuse what iterates into something other than documents; return X."""
    if isinstance(X, str | bytes):
        raise ValueError(
            f"X: expected an iterable of documents, got a single {type(X).__name__}. Wrap it in a list: [document]."
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
