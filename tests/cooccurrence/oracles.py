"""Slow, readable forms of the counting."""

import numpy as np
from scipy.sparse import csr_array


def window_counts(documents, n_words, window, weight, document_weights=None):
    """Co-occurrence counts (n_words, n_words) by loops over documents, positions and distances."""
    if document_weights is None:
        document_weights = [1] * len(documents)
    counts = np.zeros((n_words, n_words), dtype=np.asarray([weight(1), *document_weights]).dtype)
    for document, document_weight in zip(documents, document_weights, strict=True):
        for i, center in enumerate(document):
            for j, context in enumerate(document):
                if 1 <= abs(i - j) <= window:
                    counts[center, context] += weight(abs(i - j)) * document_weight
    return counts


def windowed_product(documents, n_words, units):
    """Co-occurrence counts as a sparse product: ``T' (B T)`` and its transpose, B the band of the forward windows."""
    ids = [word for document in documents for word in document]
    tokens = np.arange(len(ids))
    indicator = csr_array((np.ones(len(ids), dtype=np.int64), (tokens, ids)), shape=(len(ids), n_words))
    document_of = np.repeat(np.arange(len(documents)), [len(document) for document in documents])
    band = np.zeros((len(ids), len(ids)), dtype=np.int64)
    for distance, weight in enumerate(units, start=1):
        for token in range(len(ids) - distance):
            if document_of[token] == document_of[token + distance]:
                band[token, token + distance] = weight
    forward = indicator.T @ (csr_array(band) @ indicator)
    return forward + forward.T
