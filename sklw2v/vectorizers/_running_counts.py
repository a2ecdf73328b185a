"""What ``partial_fit``, or ``fit`` with ``keep_counts=True``, has counted so far."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from sklw2v.cooccurrence import count_cooccurrences, window_units
from sklw2v.text import Documents, choose_words, document_frequencies, encode, new_ids


@dataclass(frozen=True)
class RunningCounts:
    """Counts of words and of pairs, to which those of more documents can be added.

    Nothing is pruned: a word that `min_count` drops now may be frequent enough later. It keeps its place in the
    windows. So where words are dropped, counts differ from those of `fit`, which closes the gaps; else they are equal.

    Parameters
    ----------
    vocabulary : dict
        Word to id, in the order of the ids.
    counts : ndarray, shape (n_words,)
        Tokens of each word.
    frequencies : ndarray of int64, shape (n_words,)
        Documents that each word is in.
    n_documents : int
        Those of positive weight.
    cooccurrence : csr_array, shape (n_words, n_words)
        In the units of `window`.
    window : (int, str)
        `window` and `window_weights`, with which all was counted.
    documents : Documents or None
        All documents, by the ids of `vocabulary`, as a pooling that learns from them needs them; None if one was
        counted while no pooling needed it.
    """

    vocabulary: dict
    counts: np.ndarray
    frequencies: np.ndarray
    n_documents: int
    cooccurrence: csr_array
    window: tuple
    documents: Documents | None

    @classmethod
    def nothing(cls, vocabulary, window):
        """Before the first document; `vocabulary` is that which the user gave, or None."""
        rows = vocabulary or {}
        zeros = np.zeros(len(rows), dtype=np.int64)
        pairs = csr_array((len(rows), len(rows)), dtype=np.int64)
        return cls({word: rows[word] for word in sorted(rows, key=rows.get)}, zeros, zeros, 0, pairs, window, None)

    def read(self, X, analyze, is_given, keep_dropped):
        """Documents to token ids.

        Parameters
        ----------
        X : iterable of documents
        analyze : callable
            From a document to its tokens.
        is_given : bool
            Whether the vocabulary was given by the user, and words outside it are dropped.
        keep_dropped : bool
            Whether these are wanted all the same.

        Returns
        -------
        tokens : TokenIds
        vocabulary : dict
            The words counted before, and then those that are new.
        everything : (TokenIds, dict)
            Both with all words, if they are wanted.
        """
        unknown = "drop" if is_given and not keep_dropped else "add"
        tokens, vocabulary = everything = encode(X, analyze, self.vocabulary, unknown)
        if not len(tokens):
            raise ValueError("X: expected at least one document, got none.")
        if is_given:
            tokens = tokens.renumber(new_ids(np.arange(len(self.vocabulary)), len(vocabulary)))
            vocabulary = self.vocabulary
        return tokens, vocabulary, everything

    def add(self, documents, vocabulary, n_jobs, keep_documents):
        """With the counts of more documents.

        Parameters
        ----------
        documents : Documents
            By the ids of `vocabulary`.
        vocabulary : dict
            The words counted before, and then those that are new.
        n_jobs : int
            Threads.
        keep_documents : bool
            Whether a pooling needs the documents.

        Returns
        -------
        RunningCounts
            A new one; this one is left as it is.

        Raises
        ------
        ValueError
            If the documents are to be kept, and those before were not.
        """
        tokens, weights = documents.tokens, documents.weights
        if not keep_documents:
            documents = None
        elif self.documents is not None:
            documents = self.documents.joined(documents)
        elif self.n_documents:
            raise ValueError(
                "pooling: the one asked for learns from all documents, but those counted so far were not kept, as the "
                "pooling of that time did not need them. Expected the same pooling in each call; fit starts anew."
            )
        n_words = len(vocabulary)
        units, _ = window_units(*self.window, tokens.longest)
        pairs = count_cooccurrences(tokens, n_words, units, weights, n_jobs)
        before = self.cooccurrence
        indptr = np.concatenate([before.indptr, np.full(n_words - len(self.vocabulary), before.indptr[-1])])
        before = csr_array((before.data, before.indices, indptr), shape=pairs.shape)
        if float(before.data.max(initial=0)) + float(pairs.data.max(initial=0)) >= 2**63:
            raise OverflowError(
                "X: with these documents a count of pairs might not fit 64 bits. Expected smaller sample_weight."
            )
        return RunningCounts(
            vocabulary,
            _longer(self.counts, n_words) + tokens.counts(n_words, weights),
            _longer(self.frequencies, n_words) + document_frequencies(tokens, n_words, weights),
            self.n_documents + (len(tokens) if weights is None else int(np.count_nonzero(weights))),
            before + pairs,
            self.window,
            documents,
        )

    def choose(self, is_given, pruning):
        """Ids of the words that the model gets, in the order of its rows; see `choose_words`."""
        if is_given:
            return np.arange(len(self.vocabulary))
        return choose_words(self.vocabulary, self.counts, self.n_documents, lambda: self.frequencies, **pruning)


def counts_so_far(estimator, given_vocabulary, window):
    """What `partial_fit` adds to: what was counted before, or nothing.

    Raises
    ------
    ValueError
        If the estimator was fitted and its counts were not kept, or were made with another window or vocabulary.
    """
    running = getattr(estimator, "_running", None)
    if running is None:
        if hasattr(estimator, "vocabulary_"):
            raise ValueError(
                "keep_counts: the last fit did not keep what it counted, and training on the new documents alone "
                "would forget the old ones. Expected fit with keep_counts=True, or partial_fit from the first "
                "documents on, or fit on all documents."
            )
        return RunningCounts.nothing(given_vocabulary, window)
    if running.window != window:
        raise ValueError(
            f"window, window_weights: got {window}, but partial_fit has counted with {running.window}. "
            "Expected the same; fit starts anew."
        )
    if given_vocabulary is not None and given_vocabulary != running.vocabulary:
        raise ValueError(
            f"vocabulary: got {len(given_vocabulary)} words that are not the {len(running.vocabulary)} counted so far. "
            "Expected the same vocabulary in each call of partial_fit; fit starts anew."
        )
    return running


def _longer(numbers, size):
    return np.concatenate([numbers, np.zeros(size - len(numbers), dtype=numbers.dtype)])
