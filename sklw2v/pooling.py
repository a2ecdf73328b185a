"""Word vectors to document features.

Each pooling turns counts into features with ``transform(counts, vectors)``, where `counts` is the document-term matrix
(n_documents, V) and `vectors` are those of the words, (V, d). ``fit(counts, vectors, word_counts)`` learns from the
training documents; where ``fits_documents`` is false there is nothing to learn, and it need not be called. A document
without known words is a row of zeros.
"""

import numpy as np
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.preprocessing import normalize
from sklearn.utils.extmath import svd_flip

from sklw2v.blas import one_blas_thread

SIF_WEIGHT = 1e-3  # a of Arora et al. (2017)


class MeanPooling:
    """Mean of the vectors of a document's known tokens."""

    fits_documents = False

    def fit(self, counts, vectors, word_counts):
        return self

    def transform(self, counts, vectors):
        return _weighted_mean(counts, counts.sum(axis=1), vectors)


class TfidfPooling:
    """Mean of unit-length word vectors, weighted by ``(1 + log count) * idf``; idf as in `TfidfTransformer`."""

    fits_documents = True

    def fit(self, counts, vectors, word_counts):
        self._weights = TfidfTransformer(norm=None, sublinear_tf=True).fit(counts)
        return self

    def transform(self, counts, vectors):
        if not counts.shape[0]:
            return np.zeros((0, vectors.shape[1]), dtype=np.float32)  # TfidfTransformer refuses no documents
        weights = csr_array(self._weights.transform(counts), dtype=np.float32)
        return _weighted_mean(weights, weights.sum(axis=1), normalize(vectors))


class SifPooling:
    """Smooth inverse frequency (Arora et al. 2017, algorithm 1).

    Tokens are weighted by ``a / (a + p(word))``, with p the relative frequency in the training documents, and their sum
    divided by the number of tokens; then the projection on the common component is removed. That component, the first
    singular vector of the training documents' features, is estimated in `fit` alone.
    """

    fits_documents = True

    def fit(self, counts, vectors, word_counts):
        self._weights = (SIF_WEIGHT / (SIF_WEIGHT + word_counts / word_counts.sum())).astype(np.float32)
        features = self._weigh(counts, vectors)
        with one_blas_thread():
            _, directions = np.linalg.eigh(features.T @ features.astype(np.float64))
        direction, _ = svd_flip(directions[:, -1:], None)
        self._common = direction[:, 0].astype(np.float32)
        return self

    def transform(self, counts, vectors):
        features = self._weigh(counts, vectors)
        projections = np.einsum("nd,d->n", features, self._common)
        return features - projections[:, np.newaxis] * self._common

    def _weigh(self, counts, vectors):
        return _weighted_mean(counts, counts.sum(axis=1), vectors * self._weights[:, np.newaxis])


POOLINGS = {"mean": MeanPooling, "tfidf": TfidfPooling, "sif": SifPooling}


def _weighted_mean(weights, totals, vectors):
    """``weights @ vectors`` with rows divided by `totals`; zero rows where the total is zero."""
    features = weights @ vectors  # (n_documents, d)
    features /= np.where(totals > 0, totals, 1)[:, np.newaxis]
    return features.astype(np.float32, copy=False)
