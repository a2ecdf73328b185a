"""Which words a model has, and in which order."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from numbers import Integral

import numpy as np

from sklw2v.text._token_ids import UNKNOWN
from sklw2v.utils import check_words, describe, has_one_dimension, python_values


@dataclass(frozen=True)
class Vocabulary:
    """The words of a model.

    Parameters
    ----------
    rows : dict
        Word to row, from 0 on.
    counts : ndarray, shape (V,)
        How often each word occurs, by row; weighted where documents have weights.
    """

    rows: dict
    counts: np.ndarray

    def __len__(self):
        return len(self.rows)

    @property
    def words(self):
        """The words in the order of their rows."""
        return sorted(self.rows, key=self.rows.get)


def check_vocabulary(vocabulary):
    """Validate a vocabulary given by the user; return it as a dict from word to row."""
    if isinstance(vocabulary, str | bytes):
        raise ValueError(f"vocabulary: expected a mapping or an iterable of words, got {describe(vocabulary)}.")
    if not has_one_dimension(vocabulary):  # a frame iterates over the names of its columns
        raise ValueError(
            "vocabulary: expected a mapping or a 1-D iterable of words, "
            f"got a {type(vocabulary).__name__} of shape {tuple(vocabulary.shape)}."
        )
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(vocabulary, pandas.Series) and _are_rows(vocabulary):
        vocabulary = vocabulary.to_dict()
    if isinstance(vocabulary, Mapping):
        try:
            rows = sorted(vocabulary.values())
        except TypeError as error:
            raise TypeError(f"vocabulary: expected a mapping onto rows, which are numbers: {error}.") from error
        if rows != list(range(len(rows))):
            raise ValueError(
                "vocabulary: expected a mapping onto the rows 0 to n_words - 1, each once; "
                f"got {len(rows)} words on {len(set(rows))} rows from {rows[0] if rows else None} "
                f"to {rows[-1] if rows else None}."
            )
        words = python_values(vocabulary)
        mapping = {word: int(row) for word, row in zip(words, vocabulary.values(), strict=True)}
    elif isinstance(vocabulary, Iterable):
        words = python_values(vocabulary)
        if isinstance(vocabulary, set | frozenset):
            words.sort(key=_order_key(words))
        try:
            mapping = {word: row for row, word in enumerate(words)}
        except TypeError as error:
            raise TypeError(f"vocabulary: expected hashable words: {error}.") from error
        if len(mapping) < len(words):
            seen = set()
            duplicate = next(word for word in words if word in seen or seen.add(word))
            raise ValueError(f"vocabulary: expected each word once, got {duplicate!r} more than once.")
    else:
        raise TypeError(f"vocabulary: expected a mapping or an iterable of words, got {describe(vocabulary)}.")
    if not mapping:
        raise ValueError("vocabulary: expected at least one word, got none.")
    check_words(mapping, "vocabulary")
    return mapping


def _are_rows(series):
    """Whether a pandas Series gives rows for the words of its index, and not words."""
    if series.dtype.kind not in "iuf" or not len(series):
        return False
    rows = list(range(len(series)))
    words = series.index.tolist()
    return all(isinstance(word, str) for word in words) or (sorted(series) == rows and words != rows)


def _order_key(words):
    """Key that orders words: themselves where they compare, else type name and repr."""
    try:
        sorted(words)
    except TypeError:
        return lambda word: (type(word).__name__, repr(word))
    return lambda word: word


def prune(tokens, vocabulary, *, document_weights=None, **pruning):
    """Drop rare and common words and number the rest by falling count, ties by word.

    Parameters
    ----------
    tokens : TokenIds
    vocabulary : dict
        Word to id, as `encode` made it.
    document_weights : ndarray of float64, shape (n_documents,), optional
        Documents of weight 0 count as absent.
    **pruning
        As in `choose_words`.

    Returns
    -------
    tokens : TokenIds
        With the new ids; the pruned words are gone and the gaps closed.
    vocabulary : dict
        Word to new id.
    """
    counts = tokens.counts(len(vocabulary), document_weights)
    n_documents = len(tokens) if document_weights is None else int(np.count_nonzero(document_weights))

    def frequencies():
        return document_frequencies(tokens, len(vocabulary), document_weights)

    order = choose_words(vocabulary, counts, n_documents, frequencies, **pruning)
    words = list(vocabulary)
    return tokens.renumber(new_ids(order, len(vocabulary))), {words[old]: new for new, old in enumerate(order)}


def choose_words(vocabulary, counts, n_documents, frequencies, *, min_count, min_df, max_df, max_features):
    """Words to keep, by falling count, ties by word.

    Parameters
    ----------
    vocabulary : dict
        Word to id; ids stand in the order of the words.
    counts : ndarray, shape (n_words,)
    n_documents : int
    frequencies : callable
        Returns the number of documents that each word is in, (n_words,); called only if needed.
    min_count : float
        Words counted less often in the corpus are dropped.
    min_df, max_df : int or float in [0, 1]
        Document frequencies below and above which a word is dropped: an int counts documents, a float is a share
        of the documents, as in `CountVectorizer`.
    max_features : int or None
        Keep only that many words, the most frequent ones.

    Returns
    -------
    list of int
        The ids of the words kept, in their new order.

    Raises
    ------
    ValueError
        If no word is left; the message names the parameters that dropped them.
    """
    present = counts > 0
    n_present = int(present.sum())
    if n_present == 0:
        raise ValueError(
            f"X: no word found in {n_documents} documents; expected documents with words. Check the documents, "
            "token_pattern, analyzer and stop_words."
        )
    lost = {}
    keep = present & (counts >= min_count)
    lost["min_count"] = n_present - int(keep.sum())
    lowest = min_df if isinstance(min_df, Integral) else min_df * n_documents
    highest = max_df if isinstance(max_df, Integral) else max_df * n_documents
    if highest < lowest:
        raise ValueError(
            f"max_df={max_df!r} corresponds to {highest:g} documents, fewer than the {lowest:g} of min_df={min_df!r}: "
            "expected max_df to be the larger of the two."
        )
    if lowest > 1 or highest < n_documents:
        of_words = frequencies()
        for name, passed in (("min_df", of_words >= lowest), ("max_df", of_words <= highest)):
            lost[name] = int((keep & ~passed).sum())
            keep &= passed
    kept = np.flatnonzero(keep)
    if not len(kept):
        reasons = ", ".join(
            f"{name}={value!r} dropped {lost[name]}"
            for name, value in (("min_count", min_count), ("min_df", min_df), ("max_df", max_df))
            if lost.get(name)
        )
        raise ValueError(
            f"X: {n_present} words before pruning, 0 after: {reasons}. Expected at least one to remain: "
            f"lower min_count or min_df, or raise max_df."
            + (" Counts are weighted by sample_weight." if counts.dtype.kind == "f" else "")
        )
    words = list(vocabulary)
    key = _order_key([words[i] for i in kept])
    return sorted(kept.tolist(), key=lambda i: (-counts[i], key(words[i])))[:max_features]


def new_ids(order, n_words):
    """Place of each of `n_words` ids in `order`, `UNKNOWN` for those not in it: int32, (n_words,)."""
    ids = np.full(n_words, UNKNOWN, dtype=np.int32)
    ids[order] = np.arange(len(order), dtype=np.int32)
    return ids


def with_dropped(tokens, vocabulary, rows):
    """Token ids of all words: those of the model by their rows, dropped ones after them, by first appearance.

    Parameters
    ----------
    tokens : TokenIds
    vocabulary : dict
        Word to id.
    rows : dict
        Word to row, of the words of the model.

    Returns
    -------
    tokens : TokenIds
    dropped : list
        The words of the ids from ``len(rows)`` on.
    """
    words = sorted(vocabulary, key=vocabulary.get)
    dropped = [word for word in words if word not in rows]
    ids = rows | {word: row for row, word in enumerate(dropped, start=len(rows))}
    return tokens.renumber(np.fromiter(map(ids.get, words), dtype=np.int32, count=len(words))), dropped


def document_frequencies(tokens, n_words, document_weights=None):
    """Number of documents, of positive weight, that each word is in: int64, (n_words,)."""
    matrix = tokens.document_term(n_words)
    if document_weights is not None:
        matrix = matrix[document_weights > 0]
    return np.bincount(matrix.indices, minlength=n_words)
