"""What may be phrases: two words with connector words alone between them, or nothing, and how often each occurs."""

from dataclasses import dataclass

import numpy as np

from sklw2v.text._token_ids import UNKNOWN


@dataclass(frozen=True)
class Candidates:
    """What may be phrases: two words of a document with connector words alone between them, or nothing.

    A beginning, which is all but the last word, is a number: that of its word; or from n_words on, where connector
    words follow, that of an item of `grown`.

    Parameters
    ----------
    counts : ndarray of int64, shape (n_candidates,)
        How often each occurs.
    beginnings, firsts, lasts : ndarray of int64 or int32, shape (n_candidates,)
        Its beginning, its first word and its last word.
    grown : ndarray of int64
        Of each beginning with a connector word at its end: ``n_words * (the beginning before that word) + the word``.
    n_words : int
    """

    counts: np.ndarray
    beginnings: np.ndarray
    firsts: np.ndarray
    lasts: np.ndarray
    grown: np.ndarray
    n_words: int

    def spell(self, number):
        """The words of a candidate, as ids."""
        beginning, words = int(self.beginnings[number]), [int(self.lasts[number])]
        while beginning >= self.n_words:
            beginning, connector = divmod(int(self.grown[beginning - self.n_words]), self.n_words)
            words.append(connector)
        return [beginning, *reversed(words)]


def count_candidates(tokens, is_connector):
    """Count what may be phrases.

    Parameters
    ----------
    tokens : TokenIds
    is_connector : ndarray of bool, shape (n_words,)

    Returns
    -------
    Candidates
        In the order of their beginnings and last words.
    """
    n_words = len(is_connector)
    others = tokens.renumber(np.where(is_connector, UNKNOWN, np.arange(n_words, dtype=np.int32)))
    ends = np.zeros(len(others.ids) + 1, dtype=bool)
    ends[others.offsets] = True  # nothing goes on from one document to the next
    together = ~ends[1 : len(others.ids)]
    codes = others.ids[:-1][together].astype(np.int64)  # beginnings, one a place where there is a candidate
    firsts, grown = _grow(codes, tokens.ids, np.flatnonzero(~is_connector[tokens.ids]), together, n_words)
    codes *= n_words
    codes += others.ids[1:][together]
    distinct, counts = np.unique(codes, return_counts=True)
    beginnings, lasts = np.divmod(distinct, max(n_words, 1))
    return Candidates(counts, beginnings, firsts[beginnings], lasts, grown, n_words)


def _grow(beginnings, ids, places, together, n_words):
    """Add the connector words that follow to beginnings of one word, in place.

    Parameters
    ----------
    beginnings : ndarray of int64, shape (n_places,)
        Changed: numbers as `Candidates` has them.
    ids : ndarray of int32, shape (n_tokens,)
    places : ndarray of int64
        Where the words that are no connectors stand in `ids`.
    together : ndarray of bool, one less than there are places
        Where a candidate reaches from one of the places to the next.
    n_words : int

    Returns
    -------
    firsts : ndarray of int32
        The first word of each beginning.
    grown : ndarray of int64
        As in `Candidates`.
    """
    n_between = np.diff(places)[together] - 1
    growing = np.flatnonzero(n_between)
    places, n_between = places[:-1][together][growing], n_between[growing]
    firsts, grown = [np.arange(n_words, dtype=np.int32)], [np.empty(0, dtype=np.int64)]
    n_beginnings = n_words
    n_added = 0
    while len(growing):
        n_added += 1
        codes, numbers = np.unique(beginnings[growing] * n_words + ids[places + n_added], return_inverse=True)
        first = np.empty(len(codes), dtype=np.int32)
        first[numbers] = ids[places]
        firsts.append(first)
        grown.append(codes)
        beginnings[growing] = n_beginnings + numbers
        n_beginnings += len(codes)
        longer = n_between > n_added
        growing, places, n_between = growing[longer], places[longer], n_between[longer]
    return np.concatenate(firsts), np.concatenate(grown)
