"""The text parameters, which are those of `CountVectorizer`: checks, and warnings of what they put out of force."""

import re
import warnings
from collections.abc import Iterable, Iterator

from sklearn.feature_extraction.text import CountVectorizer

from sklw2v.utils import check_choices, describe, has_one_dimension

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
MANY_TOKENS = 20  # of which some should be equal
DEFAULT_PATTERN = r"(?u)\b\w\w+\b"


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


def warn_of_single_words(words, n_tokens):
    """Warn where each of many tokens is a word of its own, as objects are that are equal to themselves alone."""
    if len(words) == n_tokens >= MANY_TOKENS and not any(isinstance(word, str) for word in words):
        kind = type(next(iter(words))).__name__
        warnings.warn(
            f"X: each of {n_tokens:,} tokens, of type {kind}, is a word of its own; no document has a word of another. "
            "Expected tokens that are equal where they mean the same, such as strings or numbers."
        )


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
