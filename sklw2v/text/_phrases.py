"""Phrases: neighbouring words that stand together far more often than chance has it, joined to one token."""

from collections.abc import Callable, Iterable, Iterator
from numbers import Real
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_scalar
from sklearn.utils.validation import check_is_fitted

from sklw2v.text._analysis import (
    at_document,
    check_documents,
    check_text_parameters,
    describe,
    make_analyzer,
    text_parameters,
)
from sklw2v.text._token_ids import encode
from sklw2v.utils import SavedState, check_finite


# A checker that cannot see into scikit-learn knows of no arguments of its base classes.
class PhraseTransformer(SavedState, TransformerMixin, BaseEstimator, auto_wrap_output_keys=None):  # type: ignore[call-arg]
    """Join words that form a phrase, as ``new york`` to ``new_york``, ahead of a `SkipGramVectorizer`.

    Two neighbours a, b are a phrase if ``N (n_ab - min_count) / (n_a n_b) > threshold``, where n counts words and pairs
    of neighbours in the documents of `fit` and N is the number of all their tokens (Mikolov et al. 2013, Distributed
    representations of words and phrases and their compositionality, equation 6, times N as in their program word2phrase
    so that it does not depend on the size of the corpus). Phrases are joined from left to right and do not overlap. For
    phrases of up to four words put two of these transformers in a row, the second with ``analyzer="passthrough"``.

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
        Stands between the words of a phrase.

    Attributes
    ----------
    phrases_ : dict
        Pair of words to the left side of the formula, highest first.

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
    """

    phrases_: dict[tuple[str, str], float]
    _analyze: Callable[[Any], Iterable[str]] | None

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

    def fit(self, X: Iterable[Any], y: Any = None) -> "PhraseTransformer":
        """Count words and pairs of neighbours, and choose the phrases.

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
        check_text_parameters(self)
        check_scalar(self.min_count, "min_count", Real, min_val=0)
        check_scalar(self.threshold, "threshold", Real, min_val=0)
        check_finite(self, "min_count", "threshold")
        if not isinstance(self.delimiter, str):
            raise TypeError(f"delimiter={self.delimiter!r}: expected a string.")
        tokens, vocabulary = encode(X, self._make_analyzer())
        words = list(vocabulary)
        n_words = len(words)
        counts = tokens.counts(n_words)
        ends = np.zeros(len(tokens.ids) + 1, dtype=bool)
        ends[tokens.offsets] = True  # no pair from one document to the next
        together = ~ends[1 : len(tokens.ids)]
        codes = tokens.ids[:-1][together].astype(np.int64) * n_words + tokens.ids[1:][together]
        pairs, pair_counts = np.unique(codes, return_counts=True)
        left, right = pairs // max(n_words, 1), pairs % max(n_words, 1)
        scores = len(tokens.ids) * (pair_counts - self.min_count) / (counts[left].astype(float) * counts[right])
        found = np.flatnonzero(scores > self.threshold)
        found = found[np.argsort(-scores[found], kind="stable")]
        self._analyze = None
        self.phrases_ = {(words[left[i]], words[right[i]]): float(scores[i]) for i in found}
        return self

    def fit_transform(self, X: Iterable[Any], y: Any = None) -> list[list[str]]:
        """Fit, and return the tokens of the same documents.

        Parameters
        ----------
        X, y
            As in `fit`. A generator is held as a list.

        Returns
        -------
        list of list of str
        """
        X = list(X) if isinstance(check_documents(X), Iterator) else X
        return self.fit(X).transform(X)

    def set_output(self, *, transform: Any = None) -> "PhraseTransformer":
        """Do nothing: lists of tokens have no columns. So a pipeline's `set_output` reaches its other steps.

        Parameters
        ----------
        transform : ignored

        Returns
        -------
        PhraseTransformer
        """
        return self

    def transform(self, X: Iterable[Any]) -> list[list[str]]:
        """Documents to lists of tokens, phrases joined.

        Parameters
        ----------
        X : iterable of documents
            As in `fit`.

        Returns
        -------
        list of list of str
            What `SkipGramVectorizer` takes with ``analyzer="passthrough"``.
        """
        check_is_fitted(self)
        analyze = self._make_analyzer()
        joined = []
        for position, document in enumerate(check_documents(X)):
            with at_document(position):
                joined.append(self._join(analyze(document)))
        return joined

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
            self._analyze = self._make_analyzer()
        return self._join(self._analyze(document))

    def _make_analyzer(self):
        analyze = make_analyzer(**text_parameters(self))
        if self.analyzer in ("word", "char", "char_wb") and self.tokenizer is None:
            return analyze

        def analyze_strings(document):
            tokens = list(analyze(document))
            for token in tokens:
                if not isinstance(token, str):
                    raise TypeError(f"expected tokens that are strings, to be joined to phrases, got {describe(token)}")
            return tokens

        return analyze_strings

    def _join(self, tokens):
        joined = []
        left = None  # a token that may be the first half of a phrase
        for token in tokens:
            if (left, token) in self.phrases_:
                joined[-1] = f"{left}{self.delimiter}{token}"
                left = None
            else:
                joined.append(token)
                left = token
        return joined

    def _attributes_to_save(self):
        attributes = super()._attributes_to_save()  # an analyzer may be a closure, which does not pickle
        return {name: None if name == "_analyze" else value for name, value in attributes.items()}

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags
