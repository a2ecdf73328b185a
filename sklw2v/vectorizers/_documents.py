"""What turns documents into features once there are words with vectors: analysis, pooling, norm."""

import numpy as np
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.preprocessing import normalize
from sklearn.utils.validation import check_is_fitted

from sklw2v.losses import LOSSES
from sklw2v.pooling import check_features, pooled_vectors, training_features
from sklw2v.text import encode, make_analyzer, text_parameters
from sklw2v.vectorizers._parameters import POOLINGS, check_oov, check_sample_weight

EXAMPLES = {  # of objects that names stand for, by parameter and name
    "loss": {name: f"sklw2v.losses.{loss()!r}" for name, loss in LOSSES.items()},
    "pooling": {name: f"sklw2v.pooling.{make(None)!r}" for name, make in POOLINGS.items()},
}


class DocumentVectorizer(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """The vectorizers' common part: not an estimator of its own.

    A subclass has the text parameters, `pooling`, `norm` and `oov`, and sets in `fit` the attributes `vocabulary_`,
    `word_vectors_`, `pooling_` and `_subwords`.
    """

    def set_params(self, **params):
        """Set parameters, those of an instance as ``pooling__<parameter>``.

        Raises
        ------
        ValueError
            For ``pooling__<parameter>`` while `pooling` is a name: a name has no parameters. So for other parameters
            that take names or instances.
        """
        for parameter, examples in EXAMPLES.items():
            value = params.get(parameter, getattr(self, parameter, None))
            nested = [name for name in params if name.startswith(f"{parameter}__")]
            if nested and isinstance(value, str):
                example = examples.get(value, next(iter(examples.values())))
                raise ValueError(
                    f"{nested[0]}: the {parameter} {value!r} is given by name and has no parameters to set. Expected "
                    f"an instance: set {parameter}={example} first."
                )
        return super().set_params(**params)

    def transform(self, X):
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
        tokens, grown = encode(X, make_analyzer(**text_parameters(self)), vocabulary, unknown="add" if add else "drop")
        new_words = list(grown)[len(vocabulary) :] if len(grown) > len(vocabulary) else []
        check_oov("subword" if new_words else "ignore", new_words)
        return tokens, new_words

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

    def _pooled_vectors(self):
        return pooled_vectors(self.pooling_, self.word_vectors_.vectors, getattr(self, "context_vectors_", None))

    @property
    def _n_features_out(self):
        vectors = self._pooled_vectors()
        return self.pooling_.transform(csr_array((0, len(vectors)), dtype=np.float32), vectors).shape[1]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.transformer_tags.preserves_dtype = ["float32"]
        is_known = isinstance(self.pooling, str) and self.pooling in POOLINGS
        pooling = POOLINGS[self.pooling](self) if is_known else self.pooling
        tags.target_tags.required = getattr(pooling, "needs_labels", False)
        return tags
