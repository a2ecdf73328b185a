"""What a document is and how it becomes tokens: the text parameters, which are those of `CountVectorizer`."""

import os
import re
from collections.abc import Iterable, Mapping
from contextlib import contextmanager

from sklearn.feature_extraction.text import CountVectorizer

from sklw2v.utils import check_choices

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


def text_parameters(estimator):
    """The parameters of `make_analyzer`, by name."""
    return {name: getattr(estimator, name) for name in ("analyzer", *TEXT_PARAMETERS)}


def check_text_parameters(estimator):
    """Raise a ValueError or TypeError for the first text parameter of an estimator that is not accepted."""
    takes_callable = {"strip_accents"} if callable(estimator.strip_accents) else set()
    check_choices(estimator, {name: CHOICES[name] for name in CHOICES if name not in takes_callable})
    if not (callable(estimator.analyzer) or estimator.analyzer in ANALYZERS):
        raise ValueError(
            f"analyzer={estimator.analyzer!r}: expected 'word', 'char', 'char_wb', 'passthrough' or a callable."
        )
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
    stop_words = estimator.stop_words
    is_known = stop_words == "english" if isinstance(stop_words, str) else isinstance(stop_words, Iterable | None)
    if not is_known:
        raise ValueError(f"stop_words={stop_words!r}: expected 'english', a list of words or None.")


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


def make_analyzer(analyzer, **text_parameters):
    """Build the function from one document to its tokens.

    Parameters
    ----------
    analyzer : {"word", "char", "char_wb", "passthrough"} or callable
        As in `CountVectorizer`; ``"passthrough"`` takes each document as a sequence of hashable tokens.
    **text_parameters
        The other text parameters of `CountVectorizer`.

    Returns
    -------
    callable
        Raises TypeError or ValueError for a document of the wrong kind; `encode` adds the position.
    """
    if analyzer == "passthrough":
        return _checked_sequence
    analyze = CountVectorizer(analyzer=analyzer, **text_parameters).build_analyzer()
    takes_any = callable(analyzer) or text_parameters["preprocessor"] or text_parameters["tokenizer"]
    if text_parameters["input"] != "content" or takes_any:
        return analyze

    def analyze_text(document):
        if not isinstance(document, str | bytes):
            advice = "; set analyzer='passthrough' for lists of tokens" if isinstance(document, list | tuple) else ""
            advice = "; set input='filename' for files" if isinstance(document, os.PathLike) else advice
            raise TypeError(f"expected str or bytes, got {describe(document)}{advice}")
        return analyze(document)

    return analyze_text


def describe(value):
    text = repr(value)
    return f"{type(value).__name__} {text if len(text) <= 60 else text[:57] + '...'}"


def _checked_sequence(document):
    if isinstance(document, str | bytes):
        raise TypeError(f"analyzer='passthrough' expected a sequence of tokens, got {describe(document)}")
    if isinstance(document, set | frozenset | Mapping):
        raise TypeError(f"analyzer='passthrough' expected tokens in an order, got {describe(document)}")
    if not isinstance(document, Iterable):
        raise TypeError(f"analyzer='passthrough' expected a sequence of tokens, got {describe(document)}")
    return document


def check_documents(X):
    """Refuse what iterates into something other than documents; return X."""
    if isinstance(X, str | bytes):
        raise ValueError(
            f"X: expected an iterable of documents, got a single {type(X).__name__}. Wrap it in a list: [document]."
        )
    shape = getattr(X, "shape", None)
    if shape is not None and len(shape) != 1:
        advice = " Select the text column, as in X['text'], or 'text', not ['text'], in a ColumnTransformer."
        advice = advice if hasattr(X, "columns") else ""
        raise ValueError(
            f"X: expected a 1-D iterable of documents, got a {type(X).__name__} of shape {tuple(shape)}.{advice}"
        )
    if isinstance(X, Mapping | set | frozenset):
        raise TypeError(f"X: expected an iterable of documents in an order, got a {type(X).__name__}.")
    if not isinstance(X, Iterable):
        raise TypeError(f"X: expected an iterable of documents, got {describe(X)}.")
    return X
