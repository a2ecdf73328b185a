"""Documents as token ids."""

from array import array
from collections import defaultdict
from dataclasses import dataclass
from itertools import repeat

import numpy as np
from scipy.sparse import csr_array

from sklw2v.text._analysis import AtDocument, tokenized

UNKNOWN = -1
PIECE = 1 << 20  # tokens worked on at a time
LISTED = 1 << 16  # ids held as a Python list before they become 4 bytes each


@dataclass(frozen=True)
class TokenIds:
    """Documents as one flat array of token ids.

    Parameters
    ----------
    ids : ndarray of int32, shape (n_tokens,)
        The documents' tokens one after the other.
    offsets : ndarray of int64, shape (n_documents + 1,)
        Document i is ``ids[offsets[i]:offsets[i + 1]]``.
    """

    ids: np.ndarray
    offsets: np.ndarray

    def __len__(self):
        return len(self.offsets) - 1

    @property
    def longest(self):
        """Tokens of the longest document; 0 if there are no documents."""
        return int(np.diff(self.offsets).max(initial=0))

    def select(self, documents):
        """The tokens of the documents where the bool array `documents` is true."""
        lengths = np.diff(self.offsets)
        offsets = np.concatenate([[0], np.cumsum(lengths[documents])])
        return TokenIds(self.ids[np.repeat(documents, lengths)], offsets)

    def renumber(self, new_ids):
        """Replace each id by ``new_ids[id]`` and drop the tokens that become `UNKNOWN`; gaps close."""
        renumbered = new_ids[self.ids] if len(new_ids) else np.empty(0, dtype=np.int32)
        return TokenIds(renumbered, self.offsets).without_unknown()

    def without_unknown(self):
        """Drop the tokens whose id is `UNKNOWN`; gaps close."""
        known = self.ids != UNKNOWN
        if known.all():
            return self
        unknown_before = np.searchsorted(np.flatnonzero(~known), self.offsets)
        return TokenIds(self.ids[known], self.offsets - unknown_before)

    def counts(self, n_words, document_weights=None):
        """Number of tokens of each word, (n_words,): int64, or float64 where the documents have weights."""
        if document_weights is not None:
            return np.bincount(self.ids, weights=np.repeat(document_weights, np.diff(self.offsets)), minlength=n_words)
        counts = np.zeros(n_words, dtype=np.int64)
        for first in range(0, len(self.ids), PIECE):  # bincount makes a copy of 8 bytes a token
            counts += np.bincount(self.ids[first : first + PIECE], minlength=n_words)
        return counts

    def joined(self, other):
        """These documents and then those of another `TokenIds`."""
        return TokenIds(
            np.concatenate([self.ids, other.ids]),
            np.concatenate([self.offsets, self.offsets[-1] + other.offsets[1:]]),
        )

    def document_term(self, n_words):
        """Counts of the words of each document: csr_array of float32, shape (n_documents, n_words)."""
        ones = np.ones(len(self.ids), dtype=np.float32)
        # sum_duplicates works in place: neither ids nor offsets may be shared.
        matrix = csr_array((ones, self.ids.copy(), self.offsets.copy()), shape=(len(self), n_words))
        matrix.sum_duplicates()
        return matrix


@dataclass(frozen=True)
class Documents:
    """Documents as token ids, with what is known of each.

    Parameters
    ----------
    tokens : TokenIds
    weights : ndarray of float64, shape (n_documents,), or None
        None: all 1.
    labels : ndarray, shape (n_documents,), or None
        Where they are wanted.
    """

    tokens: TokenIds
    weights: np.ndarray | None = None
    labels: np.ndarray | None = None

    def joined(self, other):
        """These documents and then other ones."""
        weights = labels = None
        if self.weights is not None or other.weights is not None:
            weights = np.concatenate([self._weights_or_ones(), other._weights_or_ones()])
        if self.labels is not None and other.labels is not None:
            labels = np.concatenate([self.labels, other.labels])
        return Documents(self.tokens.joined(other.tokens), weights, labels)

    def _weights_or_ones(self):
        return np.ones(len(self.tokens)) if self.weights is None else self.weights


def encode(X, analyze, vocabulary=None, unknown="drop"):
    """Turn documents into token ids in one pass, 4 bytes a token held.

    Parameters
    ----------
    X : iterable of documents
    analyze : callable
        From a document to its tokens.
    vocabulary : dict, optional
        Word to id.
    unknown : {"drop", "keep", "add"}, default="drop"
        What becomes of words outside the vocabulary: gone; left as `UNKNOWN`; given the next free id. Without a
        vocabulary all words are given one.

    Returns
    -------
    tokens : TokenIds
    vocabulary : dict
        The one given, or a copy that grew, new words in order of first appearance.
    """
    growing = vocabulary is None or unknown == "add"
    if growing:
        vocabulary = defaultdict(None, vocabulary or {})
        vocabulary.default_factory = vocabulary.__len__
    pieces = [np.empty(0, dtype=np.int32)]
    ids = []
    lengths = array("q")
    n_before = 0
    place = AtDocument()
    for place.position, words in enumerate(tokenized(X, analyze)):
        with place:
            if growing:
                ids.extend(map(vocabulary.__getitem__, words))
            else:
                ids.extend(map(vocabulary.get, words, repeat(UNKNOWN)))
        lengths.append(len(ids) - n_before)
        n_before = len(ids)
        if n_before >= LISTED:
            pieces.append(np.array(ids, dtype=np.int32))
            ids = []
            n_before = 0
    pieces.append(np.array(ids, dtype=np.int32))
    offsets = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    tokens = TokenIds(np.concatenate(pieces), offsets)
    if growing:
        return tokens, dict(vocabulary)
    return tokens if unknown == "keep" else tokens.without_unknown(), vocabulary
