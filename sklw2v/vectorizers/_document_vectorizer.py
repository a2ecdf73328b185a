"""What turns documents into features once there are words with vectors: analysis, pooling, norm."""

import sys
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVar

import numpy as np
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.preprocessing import normalize
from sklearn.utils.validation import check_is_fitted

from sklw2v.losses import LOSSES
from sklw2v.pooling import POOLINGS, check_features, pooled_vectors, training_features
from sklw2v.text import (
    TakesTables,
    check_text_parameters,
    count_vectorizer,
    encode,
    make_analyzer,
    text_parameters,
)
from sklw2v.utils import SavedState, n_threads
from sklw2v.vectorizers._parameters import check_oov, check_sample_weight

Vectorizer = TypeVar("Vectorizer", bound="DocumentVectorizer")


def _keeping_index(method):
    """The method, whose frame has the index of a Series that it was given: scikit-learn before 1.7.1 numbers rows."""

    @wraps(method)
    def with_index(self, X, *args, **kwargs):
        features = method(self, X, *args, **kwargs)
        pandas = sys.modules.get("pandas")  # whoever has a Series has imported it
        if pandas is not None and isinstance(X, pandas.Series) and isinstance(features, pandas.DataFrame):
            features.index = X.index
        return features

    return with_index


class DocumentVectorizer(TakesTables, SavedState, ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """The vectorizers' common part: not an estimator of its own.

    A subclass has the text parameters, `pooling`, `norm` and `oov`, and sets in `fit` the attributes `vocabulary_`,
    `word_vectors_`, `pooling_` and `_subwords`.
    """

    __single_column_transformer__ = True  # skrub gives such a transformer one column of a table at a time

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)  # which makes frames of what these return
        for name in ("transform", "fit_transform"):
            setattr(cls, name, _keeping_index(getattr(cls, name)))

    def set_params(self: Vectorizer, **params: Any) -> Vectorizer:
        """Set parameters, those of an instance as ``pooling__<parameter>``.

        Raises
        ------
        ValueError
            For ``pooling__<parameter>`` while `pooling` is a name: a name has no parameters. So for other parameters
            that take names or instances.
        """
        for registry in (LOSSES, POOLINGS):
            registry.check_nested(params, params.get(registry.parameter, getattr(self, registry.parameter, None)))
        return super().set_params(**params)

    def build_preprocessor(self) -> Callable[[str], str]:
        """The function that lower-cases text and strips accents, as the parameters say.

        Returns
        -------
        callable
        """
        return self._count_vectorizer().build_preprocessor()

    def build_tokenizer(self) -> Callable[[str], list[str]]:
        """The function that cuts text to tokens: `tokenizer`, or that of `token_pattern`.

        Returns
        -------
        callable
        """
        return self._count_vectorizer().build_tokenizer()

    def build_analyzer(self) -> Callable[[Any], list[Any]]:
        """The function from a document to its tokens, with which `fit` and `transform` work.

        Returns
        -------
        callable

        Examples
        --------
        >>> from sklw2v import SkipGramVectorizer
        >>> SkipGramVectorizer(stop_words="english").build_analyzer()("The cat sat.")
        ['cat', 'sat']
        """
        check_text_parameters(self, warn=False)
        return make_analyzer(**text_parameters(self))

    def _count_vectorizer(self):
        check_text_parameters(self, warn=False)
        parameters = text_parameters(self)
        del parameters["missing_is_empty"], parameters["analyzer"]
        return count_vectorizer(**parameters)

    def oov_share(self, X: Iterable[Any]) -> float:
        """The share of the documents' tokens that are unknown: `transform` skips these, or spells them out.

        Parameters
        ----------
        X : iterable of documents
            As in `fit`.

        Returns
        -------
        float
            From 0 to 1; NaN if there are no tokens.
        """
        check_is_fitted(self)
        tokens, _ = self._read(X, self.vocabulary_, "keep")
        return float((tokens.ids < 0).mean()) if len(tokens.ids) else float("nan")

    def _attributes_to_save(self):
        attributes = super()._attributes_to_save()
        vocabulary, vectors = attributes.get("vocabulary_", {}), attributes.get("word_vectors_", ())
        if list(vocabulary.items()) == [(word, row) for row, word in enumerate(vectors)]:
            attributes.pop("vocabulary_", None)  # the words are saved once
        return attributes

    def __setstate__(self, state):
        super().__setstate__(state)
        if hasattr(self, "word_vectors_") and not hasattr(self, "vocabulary_"):
            self.vocabulary_ = {word: row for row, word in enumerate(self.word_vectors_)}

    def transform(self, X: Iterable[Any]) -> np.ndarray:
        """Turn documents into features.

        Parameters
        ----------
        X : iterable of documents
            As in `fit`. Words that have no vector are skipped, or given one with ``oov="subword"``.

        Returns
        -------
        ndarray of float32, shape (n_documents, n_features)
            `n_features` is the length of the word vectors, unless the pooling makes it something else. A document
            without words that have a vector is a row of zeros.
        """
        return self._transform(X)

    def _transform(self, X, **training):
        check_is_fitted(self)
        return self._features(*self._encode(X, self.vocabulary_, self._subwords is not None), **training)

    def _encode(self, X, vocabulary, add):
        """Token ids, and the words of the ids above the vocabulary's, if words are to be added."""
        tokens, grown = self._read(X, vocabulary, "add" if add else "drop")
        new_words = list(grown)[len(vocabulary) :] if len(grown) > len(vocabulary) else []
        check_oov("subword" if new_words else "ignore", new_words)
        return tokens, new_words

    def _read(self, X, vocabulary, unknown):
        analyze = make_analyzer(**text_parameters(self))
        return encode(X, analyze, vocabulary, unknown, n_threads(self.n_jobs))

    def _features(self, tokens, new_words=(), training=False, y=None, sample_weight=None):
        """Features of documents; those of `fit`, with its labels and weights, if `training`."""
        vectors = self._pooled_vectors()
        if len(new_words):
            vectors = np.concatenate([vectors, self._subwords.transform(new_words)])
        counts = tokens.document_term(len(vectors))
        if training and hasattr(self.pooling_, "transform_training"):
            weights = check_sample_weight(sample_weight, len(tokens))
            features = training_features(self.pooling_, counts, vectors, y, weights)
        else:
            features = self.pooling_.transform(counts, vectors)
        features = check_features(features, self.pooling_, len(tokens))
        return normalize(features, norm=self.norm, copy=False) if self.norm and len(features) else features

    def _context_vectors_of_words(self):
        """Context vectors of the words, (V, d), or None if there are none."""
        return

    def _pooled_vectors(self):
        is_asked_for = getattr(self.pooling_, "vectors", "word") == "context"
        contexts = self._context_vectors_of_words() if is_asked_for else None
        return pooled_vectors(self.pooling_, self.word_vectors_.vectors, contexts)

    @property
    def _n_features_out(self):
        vectors = self._pooled_vectors()
        return self.pooling_.transform(csr_array((0, len(vectors)), dtype=np.float32), vectors).shape[1]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float32"]
        pooling = POOLINGS.resolve(self.pooling, self) if POOLINGS.is_name(self.pooling) else self.pooling
        tags.target_tags.required = getattr(pooling, "needs_labels", False)
        return tags
