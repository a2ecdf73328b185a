"""Phrases: neighbouring words that stand together far more often than chance has it, joined to one token."""

import itertools
import sys
from collections.abc import Callable, Iterable, Iterator
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_scalar
from sklearn.utils.validation import check_is_fitted

from sklw2v.text._analysis import make_analyzer, tokenized
from sklw2v.text._parameters import check_text_parameters, text_parameters
from sklw2v.text._phrase_candidates import count_candidates
from sklw2v.text._tables import TakesTables
from sklw2v.text._token_ids import encode
from sklw2v.utils import SavedState, check_finite, describe, has_one_dimension

if TYPE_CHECKING:
    import pandas

ENGLISH_CONNECTOR_WORDS = frozenset(
    ["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with", "without"]
)


# A checker that cannot see into scikit-learn knows of no arguments of its base classes.
class PhraseTransformer(TakesTables, SavedState, TransformerMixin, BaseEstimator, auto_wrap_output_keys=None):  # type: ignore[call-arg]
    """Join words that form a phrase, as ``new york`` to ``new_york``, ahead of a `SkipGramVectorizer`.

    Words a, b are a phrase if ``N (n_ab - min_count) / (n_a n_b) > threshold``, where n_a and n_b count the words and
    n_ab the places where b follows a, in the documents of `fit`, and N is the number of all their tokens (Mikolov et
    al. 2013, Distributed representations of words and phrases and their compositionality, equation 6, times N as in
    their program word2phrase so that it does not depend on the size of the corpus). With `connector_words` any number
    of these may stand between a and b, but a and b are none: ``bank of america`` has an n_ab of its own, apart from
    those of ``bank america`` and ``bank for america``, and the n_a and n_b of ``bank`` and ``america``.

    Phrases are joined from left to right and do not overlap. For phrases of up to four words put two of these
    transformers in a row, the second with ``analyzer="passthrough"``.

    Parameters
    ----------
    input, encoding, decode_error, strip_accents, lowercase, preprocessor, tokenizer, stop_words, token_pattern, \
analyzer
        How a document becomes tokens, as in `SkipGramVectorizer`. Tokens must be strings.
    min_count : float, default=5
        What is taken off the count of a pair, the discount of the formula: pairs that do not occur more often than that
        are never phrases.
    threshold : float, default=100
        How many times more often than by chance a pair must occur, after the discount. Higher: fewer phrases. 100 is
        word2phrase's, for names and terms; for document features tune it, from 1 on.
    delimiter : str, default="_"
        Stands between the words of a phrase. ``""`` suits characters; of words it makes ``new york`` the same token as
        ``newyork``.
    connector_words : {"english"}, iterable of str or None, default=None
        Words, written as the tokens are, that may stand inside a phrase and never at its ends. ``"english"``: a, an,
        and, at, by, for, from, in, of, on, or, the, to, with, without. None: no words.

    Attributes
    ----------
    phrases_ : dict
        Tuple of the words of a phrase to the left side of the formula, highest first.

    Examples
    --------
    >>> from sklw2v import PhraseTransformer
    >>> documents = ["I love New York", "New York in autumn", "a new coat", "York is older"] * 5
    >>> phrases = PhraseTransformer(threshold=1).fit(documents)
    >>> list(phrases.phrases_)
    [('new', 'york')]
    >>> phrases.transform(["old and new york"])
    [['old', 'and', 'new_york']]

    The fitted transformer serves as an analyzer, too, so that documents need not be held as lists of tokens:

    >>> from sklw2v import SkipGramVectorizer
    >>> vectorizer = SkipGramVectorizer(analyzer=phrases.analyze, n_components=2, random_state=0).fit(documents)
    >>> "new_york" in vectorizer.vocabulary_
    True

    With connector words a phrase may have more than two words:

    >>> documents = ["the Bank of America", "a bank in Rome", "North of America"] * 5
    >>> phrases = PhraseTransformer(threshold=0, min_count=4, connector_words="english").fit(documents)
    >>> list(phrases.phrases_)
    [('bank', 'in', 'rome'), ('north', 'of', 'america'), ('bank', 'of', 'america')]
    >>> phrases.transform(["the Bank of America is a bank"])
    [['the', 'bank_of_america', 'is', 'bank']]
    """

    phrases_: dict[tuple[str, ...], float]
    _analyze: Callable[[Any], list[str]] | None = None

    def __init__(
        self,
        *,
        input: str = "content",
        encoding: str = "utf-8",
        decode_error: str = "strict",
        strip_accents: str | Callable[[str], str] | None = None,
        lowercase: bool = True,
        preprocessor: Callable[[Any], Any] | None = None,
        tokenizer: Callable[[Any], Iterable[Any]] | None = None,
        stop_words: str | Iterable[str] | None = None,
        token_pattern: str | None = r"(?u)\b\w\w+\b",
        analyzer: str | Callable[[Any], Iterable[Any]] = "word",
        min_count: int | float = 5,
        threshold: float = 100.0,
        delimiter: str = "_",
        connector_words: str | Iterable[str] | None = None,
    ) -> None:
        self.input = input
        self.encoding = encoding
        self.decode_error = decode_error
        self.strip_accents = strip_accents
        self.lowercase = lowercase
        self.preprocessor = preprocessor
        self.tokenizer = tokenizer
        self.stop_words = stop_words
        self.token_pattern = token_pattern
        self.analyzer = analyzer
        self.min_count = min_count
        self.threshold = threshold
        self.delimiter = delimiter
        self.connector_words = connector_words

    def fit(self, X: Iterable[Any], y: Any = None) -> "PhraseTransformer":
        """Count words and what may be phrases, and choose the phrases.

        Parameters
        ----------
        X : iterable of documents
            As in `SkipGramVectorizer.fit`. Read once.
        y : ignored

        Returns
        -------
        PhraseTransformer

        Raises
        ------
        ValueError, TypeError
            For bad parameters or documents.
        """
        self._fit(X)
        return self

    def fit_transform(self, X: Iterable[Any], y: Any = None) -> "list[list[str]] | pandas.Series":
        """Fit, and return the tokens of the same documents.

        Parameters
        ----------
        X, y
            As in `fit`. Read once.

        Returns
        -------
        list of list of str, or Series of them
            What `transform` returns for the same documents.
        """
        tokens, words = self._fit(X)
        documents = (tokens.ids[start:stop].tolist() for start, stop in itertools.pairwise(tokens.offsets))
        connectors = self._connectors()
        return _like(X, [self._join([words[i] for i in document], connectors) for document in documents])

    def _fit(self, X):
        """Set `phrases_`; return the documents as token ids, and the words of the ids."""
        check_text_parameters(self)
        check_scalar(self.min_count, "min_count", Real, min_val=0)
        check_scalar(self.threshold, "threshold", Real, min_val=0)
        check_finite(self, "min_count", "threshold")
        if not isinstance(self.delimiter, str):
            raise TypeError(f"delimiter={self.delimiter!r}: expected a string.")
        connectors = _check_connector_words(self.connector_words)
        tokens, vocabulary = encode(X, self._make_analyzer())
        words = list(vocabulary)
        counts = tokens.counts(len(words))
        is_connector = np.fromiter((word in connectors for word in words), dtype=bool, count=len(words))
        candidates = count_candidates(tokens, is_connector)
        by_chance = counts[candidates.firsts].astype(float) * counts[candidates.lasts]
        scores = len(tokens.ids) * (candidates.counts - self.min_count) / by_chance
        found = np.flatnonzero(scores > self.threshold)
        found = found[np.argsort(-scores[found], kind="stable")]
        self._analyze = None
        self.phrases_ = {tuple(words[i] for i in candidates.spell(number)): float(scores[number]) for number in found}
        return tokens, words

    def set_params(self, **params: Any) -> "PhraseTransformer":
        """Set parameters, as any estimator; those of text and `delimiter` hold for the next document."""
        self._analyze = None
        return super().set_params(**params)

    def get_feature_names_out(self, input_features: ArrayLike | None = None) -> np.ndarray:
        """The name of the one column of documents, unchanged. So pipelines and `ColumnTransformer` can name features.

        Parameters
        ----------
        input_features : array-like of str, shape (1,), default=None
            Its name; None: ``"x0"``.

        Returns
        -------
        ndarray of object, shape (1,)

        Raises
        ------
        ValueError
            If there is not just one name.
        """
        check_is_fitted(self)
        names = np.asarray(["x0"] if input_features is None else input_features, dtype=object)
        if names.shape != (1,):
            raise ValueError(
                f"input_features={input_features!r}: expected the name of one column of documents, in a list."
            )
        return names

    def transform(self, X: Iterable[Any]) -> "list[list[str]] | pandas.Series":
        """Documents to lists of tokens, phrases joined.

        Parameters
        ----------
        X : iterable of documents
            As in `fit`.

        Returns
        -------
        list of list of str, or Series of them
            What `SkipGramVectorizer` takes with ``analyzer="passthrough"``. Of a pandas Series a Series with the same
            index and name, so that a `ColumnTransformer` keeps rows together; of other documents a list.
        """
        check_is_fitted(self)
        connectors = self._connectors()
        return _like(X, [self._join(tokens, connectors) for tokens in tokenized(X, self._make_analyzer())])

    def analyze(self, document: Any) -> list[str]:
        """Tokens of one document, phrases joined: an analyzer for `SkipGramVectorizer`.

        Parameters
        ----------
        document : str, bytes or what `input` and `analyzer` say

        Returns
        -------
        list of str
        """
        check_is_fitted(self)
        if self._analyze is None:
            analyze, connectors = self._make_analyzer(), self._connectors()
            self._analyze = lambda document: self._join(analyze(document), connectors)
        return self._analyze(document)

    def _make_analyzer(self):
        analyze = make_analyzer(**text_parameters(self))
        if self.analyzer != "passthrough":
            return analyze

        def analyze_strings(document):
            tokens = analyze(document)
            for token in tokens:
                if not isinstance(token, str):
                    raise TypeError(f"expected tokens that are strings, to be joined to phrases, got {describe(token)}")
            return tokens

        return analyze_strings

    def _connectors(self):
        """The words inside of phrases. Other connector words end a phrase as all words do, so they are not needed."""
        return frozenset(word for phrase in self.phrases_ for word in phrase[1:-1])

    def _join(self, tokens, connectors):
        phrases = self.phrases_
        joined = []
        start = 0  # what is joined from here on may be all of a phrase but its last word
        left = None  # that, where it is one word: a shortcut for the most frequent case
        for token in tokens:
            if token in connectors:
                joined.append(token)
                left = None
                continue
            phrase = (*joined[start:], token) if left is None else (left, token)
            if phrase in phrases:
                joined[start:] = [self.delimiter.join(phrase)]
                start += 1
                left = None
            else:
                start = len(joined)
                joined.append(token)
                left = token
        return joined

    def _attributes_to_save(self):
        attributes = super()._attributes_to_save()  # an analyzer may be a closure, which does not pickle
        return {name: None if name == "_analyze" else value for name, value in attributes.items()}


def _check_connector_words(connector_words):
    """The connector words as a set; a ValueError or TypeError for what is none."""
    expected = "expected 'english', a list of words or None"
    if connector_words is None:
        return frozenset()
    if isinstance(connector_words, str):
        if connector_words != "english":
            raise ValueError(f"connector_words={connector_words!r}: {expected}.")
        return ENGLISH_CONNECTOR_WORDS
    is_flat = has_one_dimension(connector_words)
    if isinstance(connector_words, bytes | Iterator) or not isinstance(connector_words, Iterable) or not is_flat:
        advice = ", as each fit needs them" if isinstance(connector_words, Iterator) else ""
        raise TypeError(f"connector_words: {expected}{advice}, got {describe(connector_words)}.")
    words = list(connector_words)
    for word in words:
        if not isinstance(word, str):
            raise TypeError(f"connector_words: expected words that are strings, got {describe(word)}.")
    return frozenset(words)


def _like(X, joined):
    """Documents in the container that they came in: a Series if X is one of pandas, else a list."""
    pandas = sys.modules.get("pandas")  # whoever has a Series has imported it
    if pandas is None or not isinstance(X, pandas.Series):
        return joined
    return pandas.Series(joined, index=X.index, name=X.name, dtype=object)
