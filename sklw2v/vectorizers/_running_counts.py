"""What ``partial_fit`` has counted so far."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from sklw2v.cooccurrence import count_cooccurrences, window_units
from sklw2v.text import Documents, choose_words, document_frequencies, encode


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
    without_pairs : ndarray, shape (n_words,)
        Those of `counts` that `fit` counted, whose pairs and documents are not known.
    frequencies : ndarray of int64, shape (n_words,), or None
        Documents that each word is in; None after `fit`.
    n_documents : int
        Those of positive weight.
    cooccurrence : csr_array, shape (n_words, n_words)
        In the units of `window`.
    window : (int, str)
        `window` and `window_weights`, with which all was counted.
    documents : Documents or None
        All documents but those of `fit`, by the ids of `vocabulary`, for a pooling that learns from them; None if one
        was counted while no pooling needed it.
    """

    vocabulary: dict
    counts: np.ndarray
    without_pairs: np.ndarray
    frequencies: np.ndarray | None
    n_documents: int
    cooccurrence: csr_array
    window: tuple
    documents: Documents | None

    def __getstate__(self):
        pairs = self.cooccurrence
        state = {"vocabulary": list(self.vocabulary), "window": list(self.window)}
        return vars(self) | state | {"cooccurrence": [pairs.data, pairs.indices, pairs.indptr]}

    def __setstate__(self, state):
        vocabulary = {word: i for i, word in enumerate(state["vocabulary"])}
        data, indices, indptr = state["cooccurrence"]
        pairs = csr_array((data, indices, indptr), shape=(len(vocabulary), len(vocabulary)))
        vars(self).update(state | {"vocabulary": vocabulary, "window": tuple(state["window"]), "cooccurrence": pairs})

    @classmethod
    def before(cls, rows, window, counts=None):
        """Before the first document of `partial_fit`.

        Parameters
        ----------
        rows : dict or None
            Word to row: the words that the user gave, or those of `fit`.
        window : (int, str)
        counts : ndarray, shape (n_words,), optional
            Tokens of the words, by row, if `fit` counted them.
        """
        rows = rows or {}
        zeros = np.zeros(len(rows), dtype=np.int64)
        pairs = csr_array((len(rows), len(rows)), dtype=np.int64)
        frequencies = zeros if counts is None else None
        counts = zeros if counts is None else counts
        in_order = {word: rows[word] for word in sorted(rows, key=rows.get)}
        return cls(in_order, counts, counts, frequencies, 0, pairs, window, None)

    def read(self, X, analyze, is_given, n_jobs):
        """Documents to token ids.

        Parameters
        ----------
        X : iterable of documents
        analyze : callable
            From a document to its tokens.
        is_given : bool
            Whether the vocabulary was given by the user, and words outside it are dropped.
        n_jobs : int
            Processes.

        Returns
        -------
        tokens : TokenIds
        vocabulary : dict
            The words counted before, and then those that are new.
        """
        tokens, vocabulary = encode(X, analyze, self.vocabulary, "drop" if is_given else "add", n_jobs)
        if not len(tokens):
            raise ValueError("X: expected at least one document, got none.")
        return tokens, vocabulary

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
        frequencies = self.frequencies
        if frequencies is not None:
            frequencies = _longer(frequencies, n_words) + document_frequencies(tokens, n_words, weights)
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
            _longer(self.without_pairs, n_words),
            frequencies,
            self.n_documents + (len(tokens) if weights is None else int(np.count_nonzero(weights))),
            before + pairs,
            self.window,
            documents,
        )

    def choose(self, is_given, pruning):
        """Ids of the words that the model gets, in the order of its rows; see `choose_words`."""
        if is_given:
            return np.arange(len(self.vocabulary))
        return choose_words(self.vocabulary, self.counts, self.n_documents, self._known_frequencies, **pruning)

    def shares_of_fit(self, order):
        """The share of `fit` in the tokens of the words of some ids; None if it counted none."""
        if not self.without_pairs.any():
            return None
        return self.without_pairs[order] / np.maximum(self.counts[order], 1)

    def _known_frequencies(self):
        if self.frequencies is None:
            raise ValueError(
                "min_df, max_df: the document frequencies of fit are not kept, so partial_fit cannot go on from it "
                "with them. Expected partial_fit from the first documents on, or min_df=1 and max_df=1.0."
            )
        return self.frequencies


def counts_so_far(estimator, given_vocabulary, window):
    """What `partial_fit` adds to: what it counted before, else the words of `fit`, else nothing.

    Raises
    ------
    ValueError
        If all was counted with another window or vocabulary.
    """
    running = getattr(estimator, "_running", None)
    if running is None:
        if hasattr(estimator, "vocabulary_"):
            running = RunningCounts.before(estimator.vocabulary_, window, estimator.word_vectors_.counts)
        else:
            running = RunningCounts.before(given_vocabulary, window)
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
