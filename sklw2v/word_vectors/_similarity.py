"""Neighbours and comparisons of words, by cosine.

Functions without a leading underscore are methods of `WordVectors`. They use its public methods and attributes alone.

Answers come from float64 sums. float32 products are fast, but their last digits differ with a row's place and with the
number of BLAS threads. They only tell which words need float64 sums.
"""

from collections.abc import Hashable, Iterable
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.utils import check_scalar

from sklw2v.utils import cosines, float32_error, in_blocks, nearest, unit_rows

Query = Hashable | np.ndarray | list[Any]  # a word, a vector, or several


def most_similar(word_vectors, positive: Query = None, negative: Query = (), topn: int = 10) -> list[tuple[Any, float]]:
    """The words nearest, by cosine, to the mean of some unit vectors minus others.

    ``positive=[b, c], negative=[a]`` asks "a is to b as c is to ?" by 3CosAdd (Levy and Goldberg 2014, equation 3).

    Parameters
    ----------
    positive, negative : word, ndarray of shape (d,), or list of these
        What to be near to, and far from. A word counts with its vector scaled to unit length, an array as it is,
        as in gensim. A tuple is one word if it is in the vocabulary, else a list.
    topn : int, default=10
        How many words to give, at least 1.

    Returns
    -------
    list of (word, float)
        Words and cosine similarities, the greatest first, ties in the order of `words`; the words of the query
        are left out. A zero vector has similarity 0 with everything.

    Raises
    ------
    KeyError
        If a word is unknown.
    ValueError
        If nothing is given, an array is not of shape (d,) and finite as float32, or `topn` is less than 1.

    See Also
    --------
    most_similar_batch : Many queries at once, in less time.

    Examples
    --------
    >>> from sklw2v import WordVectors
    >>> words = ["king", "queen", "man", "woman", "apple"]
    >>> wv = WordVectors(words, [[3, 1, 0], [3, -1, 0], [1, 1, 0], [1, -1, 0], [0, 0, 2]])
    >>> wv.most_similar(positive=["king", "woman"], negative=["man"], topn=1)[0][0]
    'queen'
    """
    check_scalar(topn, "topn", Integral, min_val=1)
    return _neighbors(word_vectors, [_direction(word_vectors, positive, negative)], topn)[0]


def most_similar_batch(word_vectors, queries: Iterable[Any], topn: int = 10) -> list[list[tuple[Any, float]]]:
    """The words nearest to each of many queries, which together take less time than one by one.

    Parameters
    ----------
    queries : list of length n, or ndarray of shape (n, d)
        Each is what `most_similar` takes as `positive`: a word, a vector, or a list of these.
    topn : int, default=10
        How many words to give for each query, at least 1.

    Returns
    -------
    list of length n, of lists of (word, float)
        For each query, to the last digit, what ``most_similar(query, topn=topn)`` gives.

    Raises
    ------
    KeyError
        If a word is unknown.
    TypeError
        If `queries` is a single word.
    ValueError
        If an array is not of such a shape and finite as float32, or `topn` is less than 1.

    Examples
    --------
    >>> from sklw2v import WordVectors
    >>> wv = WordVectors(["king", "queen", "apple", "pear"], [[2, 1], [2, 1.5], [-1, 2], [-1, 1.5]])
    >>> [found[0][0] for found in wv.most_similar_batch(["king", "apple"], topn=1)]
    ['queen', 'pear']
    """
    check_scalar(topn, "topn", Integral, min_val=1)
    if isinstance(queries, (str, bytes)):
        raise TypeError(f"queries must be a list of words or an array of vectors, got {queries!r}")
    n_components = word_vectors.vectors.shape[1]
    if isinstance(queries, np.ndarray) and (queries.ndim != 2 or queries.shape[1] != n_components):
        raise ValueError(f"queries must be of shape (n, {n_components}), got an array of {queries.shape}")
    return _neighbors(word_vectors, [_direction(word_vectors, query, ()) for query in queries], topn)


def similarity(word_vectors, a: Hashable, b: Hashable) -> float:
    """The cosine similarity of two words.

    Parameters
    ----------
    a, b : word

    Returns
    -------
    float
        From -1 to 1; 0 if a vector is zero.

    Raises
    ------
    KeyError
        If a word is unknown.

    Examples
    --------
    >>> from sklw2v import WordVectors
    >>> WordVectors(["king", "queen"], [[1, 0], [3, 4]]).similarity("king", "queen")
    0.6
    """
    row, other = word_vectors.get_index(a), word_vectors.get_index(b)
    return float(cosines(word_vectors.vectors[row], word_vectors.vectors[other]))


def n_similarity(word_vectors, words1: Iterable[Hashable], words2: Iterable[Hashable]) -> float:
    """The cosine similarity of the mean vectors of two lists of words, not scaled before.

    Parameters
    ----------
    words1, words2 : list of words
        Unknown ones are ignored, as in gensim. A word that stands several times counts so often.

    Returns
    -------
    float
        From -1 to 1; 0 if a mean is zero.

    Raises
    ------
    ValueError
        If no word of a list is known.

    Examples
    --------
    >>> from sklw2v import WordVectors
    >>> wv = WordVectors(["king", "queen", "prince"], [[1, 0], [3, 4], [5, 4]])
    >>> wv.n_similarity(["king", "prince"], ["queen"])  # the cosine of (3, 2) and (3, 4)
    0.942...
    """
    known = [_known(word_vectors, words, "n_similarity") for words in (words1, words2)]
    means = [word_vectors[words].mean(axis=0, dtype=np.float64) for words in known]  # (d,) each
    return float(cosines(*means))


def closer_than(word_vectors, a: Hashable, b: Hashable) -> list[Any]:
    """The words nearer to one word, by cosine, than another word is.

    Parameters
    ----------
    a, b : word

    Returns
    -------
    list of words
        Those whose similarity with `a` is greater than that of `b`, in the order of the vocabulary, without `a`.

    Raises
    ------
    KeyError
        If a word is unknown.

    Examples
    --------
    >>> from sklw2v import WordVectors
    >>> wv = WordVectors(["king", "apple", "queen"], [[2, 1], [-1, 2], [2, 1.5]])
    >>> wv.closer_than("king", "apple")
    ['queen']
    """
    row, other = word_vectors.get_index(a), word_vectors.get_index(b)
    vectors, unit_vectors = word_vectors.vectors, word_vectors.get_normed_vectors()  # (V, d) each
    limit = cosines(vectors[[other]], vectors[row])[0]
    scores = unit_vectors @ unit_vectors[row]  # (V,)
    error = float32_error(vectors.shape[1])
    closer = scores > limit + error
    unsure = np.flatnonzero(~closer & (scores >= limit - error))
    closer[unsure] = cosines(vectors[unsure], vectors[row]) > limit
    closer[row] = False
    return [word_vectors.words[i] for i in np.flatnonzero(closer)]


def rank(word_vectors, a: Hashable, b: Hashable) -> int:
    """Which place a word has among the neighbours of another, 1 for the nearest.

    Parameters
    ----------
    a, b : word

    Returns
    -------
    int
        One more than the number of words `closer_than`; words equally near have one rank.

    Raises
    ------
    KeyError
        If a word is unknown.

    Examples
    --------
    >>> from sklw2v import WordVectors
    >>> wv = WordVectors(["king", "apple", "queen"], [[2, 1], [-1, 2], [2, 1.5]])
    >>> wv.rank("king", "apple")
    2
    """
    return len(closer_than(word_vectors, a, b)) + 1


def doesnt_match(word_vectors, words: Iterable[Hashable]) -> Any:
    """The word farthest, by cosine, from the mean of the words' unit vectors.

    Parameters
    ----------
    words : list of words
        Unknown ones are ignored, as in gensim.

    Returns
    -------
    word
        The first of them in `words` if several are equally far.

    Raises
    ------
    ValueError
        If no word is known.

    Examples
    --------
    >>> from sklw2v import WordVectors
    >>> wv = WordVectors(["king", "queen", "apple"], [[2.0, 1.0], [2.0, 1.5], [-1.0, 2.0]])
    >>> wv.doesnt_match(["king", "queen", "apple"])
    'apple'
    """
    known = _known(word_vectors, words, "doesnt_match")
    unit_vectors = unit_rows(word_vectors[known])  # (n_known, d)
    return known[int(np.argmin(cosines(unit_vectors, unit_vectors.mean(axis=0))))]


def _known(word_vectors, words, method):
    """The known ones of a list of words, as a list; ValueError if there is none."""
    known = [] if isinstance(words, (str, bytes)) else [word for word in words if word in word_vectors]
    if not known:
        raise ValueError(f"{method} needs a list with at least one known word, got {words!r}")
    return known


def _direction(word_vectors, positive, negative):
    """Where a query looks (d,), float64, and the rows of its words."""
    query = [(1.0, item) for item in _as_items(word_vectors, positive)]
    query += [(-1.0, item) for item in _as_items(word_vectors, negative)]
    if not query:
        raise ValueError("most_similar needs at least one word or vector in positive or negative, got none")
    direction = np.zeros(word_vectors.vectors.shape[1])  # (d,), float64
    rows = set()
    for sign, item in query:
        if isinstance(item, np.ndarray):
            if item.shape != direction.shape or item.dtype.kind not in "biuf" or not _fits_float32(item):
                raise ValueError(f"an array in most_similar must be finite, of shape {direction.shape}, got {item}")
            direction += sign * item
        else:
            row = word_vectors.get_index(item)
            rows.add(row)
            direction += sign * unit_rows(word_vectors.vectors[row])
    return direction, rows


def _as_items(word_vectors, value):
    """A bare word or vector, a list of them, or nothing, as a list."""
    if isinstance(value, tuple):
        is_word = value and not any(isinstance(item, np.ndarray) for item in value) and value in word_vectors
        return [value] if is_word else list(value)
    return [] if value is None else value if isinstance(value, list) else [value]


def _neighbors(word_vectors, queries, topn):
    """For each query, a direction and the rows of its words, the nearest words and their similarities."""
    unit_vectors = word_vectors.get_normed_vectors()
    found = []
    for block, buffer in in_blocks(queries, len(word_vectors)):
        targets = unit_rows([direction for direction, _ in block]).astype(np.float32)  # (n_block, d)
        scores = np.matmul(targets, unit_vectors.T, out=buffer)  # (n_block, V)
        found += [_nearest(word_vectors, *query, score, topn) for query, score in zip(block, scores, strict=True)]
    return found


def _nearest(word_vectors, direction, rows, scores, topn):
    """The words nearest to a direction (d,), without some rows, given its float32 cosines (V,) with all."""
    n_wanted = min(topn, len(word_vectors) - len(rows))
    if n_wanted == 0:
        return []
    scores[list(rows)] = -np.inf
    found = zip(*nearest(direction, scores, word_vectors.vectors, n_wanted), strict=True)
    return [(word_vectors.words[row], float(cosine)) for row, cosine in found]


def _fits_float32(array):
    with np.errstate(over="ignore", invalid="ignore"):
        return np.isfinite(array.astype(np.float32)).all()
