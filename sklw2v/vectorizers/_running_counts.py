"""What ``partial_fit`` has counted so far."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from sklw2v.cooccurrence import count_cooccurrences, window_units
from sklw2v.text import Documents, choose_words, document_frequencies, encode
from sklw2v.vectorizers._parameters import check_sample_weight


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
    frequencies : ndarray of int64, shape (n_words,) or None
        Documents that each word is in; None where they are not known, after `fit`.
    n_documents : int
    cooccurrence : csr_array, shape (n_words, n_words)
        In the units of `window`.
    window : (int, str)
        `window` and `window_weights`, with which all was counted.
    """

    vocabulary: dict
    counts: np.ndarray
    frequencies: np.ndarray | None
    n_documents: int
    cooccurrence: csr_array
    window: tuple

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
    def without_pairs(cls, vocabulary, counts, window):
        """Of words whose counts are known, and nothing else."""
        frequencies = None if vocabulary else np.zeros(0, dtype=np.int64)
        pairs = csr_array((len(vocabulary), len(vocabulary)), dtype=np.int64)
        return cls(vocabulary, counts, frequencies, 0, pairs, window)

    def add(self, X, sample_weight, analyze, is_given, n_jobs):
        """With the counts of more documents.

        Parameters
        ----------
        X : iterable of documents
        sample_weight : array-like or None
        analyze : callable
            From a document to its tokens.
        is_given : bool
            Whether the vocabulary was given by the user, and words outside it are dropped.
        n_jobs : int
            Threads.

        Returns
        -------
        total : RunningCounts
            A new one; this one is left as it is.
        documents : Documents
            Those added.
        """
        tokens, vocabulary = encode(X, analyze, self.vocabulary, unknown="drop" if is_given else "add")
        if not len(tokens):
            raise ValueError("X: expected at least one document, got none.")
        weights = check_sample_weight(sample_weight, len(tokens))
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
        frequencies = self.frequencies
        if frequencies is not None:
            frequencies = _longer(frequencies, n_words) + document_frequencies(tokens, n_words, weights)
        total = RunningCounts(
            vocabulary,
            _longer(self.counts, n_words) + tokens.counts(n_words, weights),
            frequencies,
            self.n_documents + (len(tokens) if weights is None else int(np.count_nonzero(weights))),
            before + pairs,
            self.window,
        )
        return total, Documents(tokens, weights)

    def choose(self, is_given, pruning):
        """Ids of the words that the model gets, in the order of its rows; see `choose_words`."""
        if is_given:
            return np.arange(len(self.vocabulary))
        return choose_words(self.vocabulary, self.counts, self.n_documents, self._known_frequencies, **pruning)

    def _known_frequencies(self):
        if self.frequencies is None:
            raise ValueError(
                "min_df, max_df: the document frequencies of fit are not kept, so partial_fit cannot go on from it "
                "with them. Expected partial_fit from the first documents on, or min_df=1 and max_df=1.0."
            )
        return self.frequencies


def _longer(numbers, size):
    return np.concatenate([numbers, np.zeros(size - len(numbers), dtype=numbers.dtype)])
