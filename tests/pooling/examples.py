"""Counts, vectors and the list of all poolings that are tested."""

import numpy as np
from scipy.sparse import csr_array
from sklearn.base import clone

from sklw2v.pooling import FoldInPooling, LabelPooling, MeanPooling, NeighborPooling, SifPooling

N_WORDS, N_COMPONENTS = 12, 5


EMPTY = 2


TFIDF = MeanPooling(sublinear_tf=True, use_idf=True, unit_vectors=True)


POOLINGS = [  # every pooling of the package: each must do what the tests below ask of all
    MeanPooling(),
    MeanPooling(sublinear_tf=True),
    MeanPooling(unit_vectors=True),
    TFIDF,
    SifPooling(),
    SifPooling(n_removed=0),
    SifPooling(n_removed=3),
    LabelPooling(),
    FoldInPooling(),
    FoldInPooling(loss="naive_softmax"),
    NeighborPooling(n_neighbors=3),
    NeighborPooling(SifPooling()),
]


def example(seed=0, n_documents=9):
    """Counts (n_documents, V), one document empty, and vectors (V, d)."""
    rng = np.random.RandomState(seed)
    counts = rng.poisson(0.7, size=(n_documents, N_WORDS)).astype(np.float32)
    counts[EMPTY] = 0
    counts[:, 7] = 0  # a word of the vocabulary that no document has
    vectors = rng.standard_normal((N_WORDS, N_COMPONENTS)).astype(np.float32)
    return csr_array(counts), vectors


def fitted(pooling, counts, vectors):
    """A fitted copy; the labels are for poolings that need some."""
    return clone(pooling).fit(counts, vectors, np.arange(counts.shape[0]) % 3)


def n_features(pooling):
    """Of a pooling fitted by `fitted`: those of the vectors and, with labels, one for each class."""
    return N_COMPONENTS + 3 * isinstance(pooling, LabelPooling)


def loop_mean(counts, vectors, weight):
    """Weighted mean over the words of each document: ``weight(word, count)``, numerator and denominator."""
    features = np.zeros((counts.shape[0], vectors.shape[1]))
    for i, document in enumerate(counts.toarray()):
        total = 0.0
        for word in range(N_WORDS):
            if document[word]:
                numerator, denominator = weight(word, document[word])
                features[i] += numerator * vectors[word]
                total += denominator
        if total:
            features[i] /= total
    return features


def idf(counts, word):
    """Smooth inverse document frequency of scikit-learn: ``log((1 + n) / (1 + df)) + 1``."""
    n_documents = counts.shape[0]
    return np.log((1 + n_documents) / (1 + np.count_nonzero(counts.toarray()[:, word]))) + 1
