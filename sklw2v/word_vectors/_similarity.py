"""Neighbours and comparisons of words, by cosine.

Functions without a leading underscore are methods of `WordVectors`. They use its public methods and attributes, and the
lengths of the vectors that it keeps.
"""

from collections.abc import Hashable, Iterable
from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.utils import check_scalar

from sklw2v.utils import cosines, float32_cosines, float32_error, unit_rows
from sklw2v.word_vectors._neighbors import find_neighbors

Query = Hashable | np.ndarray | list[Any]  # a word, a vector, or several, with weights or not


def most_similar(
    word_vectors,
    positive: Query = None,
    negative: Query = (),
    topn: int = 10,
    *,
    restrict_vocab: int | None = None,
) -> list[tuple[Any, float]]:
    """The words nearest, by cosine, to the mean of some unit vectors minus others.

    ``positive=[b, c], negative=[a]`` asks "a is to b as c is to ?" by 3CosAdd (Levy and Goldberg 2014, equation 3).

    Parameters
    ----------
    positive, negative : word, ndarray of shape (d,), or list of these
        What to be near to, and far from. A word counts with its vector scaled to unit length, an array as it is,
        as in gensim. A tuple is one word if it is in the vocabulary, else a list.

        In a list, a pair ``(word, weight)`` or ``(array, weight)`` counts so many times; a tuple in the vocabulary is
        a word there, too. As in gensim, a weight is taken with its sign, in place of 1 in `positive` and of -1 in
        `negative`: ``negative=[("man", -0.5)]`` subtracts half of "man", and ``negative=[("man", 0.5)]`` adds it.
    topn : int, default=10
        How many words to give, at least 1.
    restrict_vocab : int, default=None
        How many words to look at, from the first; None for all. Words of the query may be others.

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
        If nothing is given, an array is not of shape (d,) and finite as float32, a weight is not a finite number, or
        `topn` or `restrict_vocab` is less than 1.

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
    >>> wv.most_similar(["king", ("man", -0.5), ("woman", 0.5)], topn=1)[0][0]
    'queen'
    """
    _check_numbers(topn, restrict_vocab)
    return _neighbors(word_vectors, [_direction(word_vectors, positive, negative)], topn, restrict_vocab)[0]


def most_similar_batch(
    word_vectors, queries: Iterable[Any], topn: int = 10, *, restrict_vocab: int | None = None
) -> list[list[tuple[Any, float]]]:
    """The words nearest to each of many queries, which together take less time than one by one.

    Parameters
    ----------
    queries : list of length n, or ndarray of shape (n, d)
        Each is what `most_similar` takes as `positive`: a word, a vector, or a list of these, with weights or not.
    topn : int, default=10
        How many words to give for each query, at least 1.
    restrict_vocab : int, default=None
        How many words to look at, from the first; None for all.

    Returns
    -------
    list of length n, of lists of (word, float)
        For each query, to the last digit, what `most_similar` gives.

    Raises
    ------
    KeyError
        If a word is unknown.
    TypeError
        If `queries` is a single word.
    ValueError
        If an array is not of such a shape and finite as float32, a weight is not a finite number, or `topn` or
        `restrict_vocab` is less than 1.

    Examples
    --------
    >>> from sklw2v import WordVectors
    >>> wv = WordVectors(["king", "queen", "apple", "pear"], [[2, 1], [2, 1.5], [-1, 2], [-1, 1.5]])
    >>> [found[0][0] for found in wv.most_similar_batch(["king", "apple"], topn=1)]
    ['queen', 'pear']
    """
    _check_numbers(topn, restrict_vocab)
    if isinstance(queries, (str, bytes)):
        raise TypeError(f"queries must be a list of words or an array of vectors, got {queries!r}")
    n_components = word_vectors.vectors.shape[1]
    if isinstance(queries, np.ndarray) and (queries.ndim != 2 or queries.shape[1] != n_components):
        raise ValueError(f"queries must be of shape (n, {n_components}), got an array of {queries.shape}")
    directions = [_direction(word_vectors, query, ()) for query in queries]
    return _neighbors(word_vectors, directions, topn, restrict_vocab)


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
    vectors = word_vectors.vectors  # (V, d)
    limit = cosines(vectors[[other]], vectors[row])[0]
    target = unit_rows(vectors[[row]]).astype(np.float32)  # (1, d)
    scores = np.empty((1, len(vectors)), dtype=np.float32)
    scores = float32_cosines(target, vectors, word_vectors._get_norms(), out=scores)[0]  # (V,)
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


def _check_numbers(topn, restrict_vocab):
    check_scalar(topn, "topn", Integral, min_val=1)
    if restrict_vocab is not None:
        check_scalar(restrict_vocab, "restrict_vocab", Integral, min_val=1)


def _direction(word_vectors, positive, negative):
    """Where a query looks (d,), float64, and the rows of its words."""
    query = [_with_weight(word_vectors, item, 1.0) for item in _as_items(word_vectors, positive)]
    query += [_with_weight(word_vectors, item, -1.0) for item in _as_items(word_vectors, negative)]
    if not query:
        raise ValueError("most_similar needs at least one word or vector in positive or negative, got none")
    direction = np.zeros(word_vectors.vectors.shape[1])  # (d,), float64
    largest = max(abs(weight) for weight, _ in query) or 1.0  # only the ratios of weights matter: no product overflows
    rows = set()
    for weight, item in query:
        if isinstance(item, np.ndarray):
            if item.shape != direction.shape or item.dtype.kind not in "biuf" or not _fits_float32(item):
                raise ValueError(f"an array in most_similar must be finite, of shape {direction.shape}, got {item}")
            direction += weight / largest * item
        else:
            row = word_vectors.get_index(item)
            rows.add(row)
            direction += weight / largest * unit_rows(word_vectors.vectors[row])
    return direction, rows


def _as_items(word_vectors, value):
    """A bare word or vector, a list of them, or nothing, as a list."""
    if isinstance(value, tuple):
        return [value] if value and _is_word(word_vectors, value) else list(value)
    return [] if value is None else value if isinstance(value, list) else [value]


def _with_weight(word_vectors, item, weight):
    """The weight of a word or vector and itself, given it or a pair of it and its weight; else `weight` is its own."""
    if not isinstance(item, tuple) or len(item) != 2 or _is_word(word_vectors, item):
        return weight, item
    value, given = item
    is_number = isinstance(given, Real) and not isinstance(given, bool)
    if is_number and np.isfinite(float(given)):
        return float(given), value
    if is_number or isinstance(value, np.ndarray) or _is_word(word_vectors, value):
        raise ValueError(
            f"a weight in most_similar must be a finite number, got {given!r} in the pair of it and {value!r}"
        )
    return weight, item  # a word that is unknown


def _is_word(word_vectors, value):
    try:
        return value in word_vectors
    except TypeError:  # it cannot be hashed
        return False


def _neighbors(word_vectors, queries, topn, restrict_vocab):
    """For each query, a direction and the rows of its words, the nearest words and their similarities."""
    vectors = word_vectors.vectors[:restrict_vocab]
    queries = [(direction, {row for row in rows if row < len(vectors)}) for direction, rows in queries]
    found = find_neighbors(vectors, word_vectors._get_norms()[:restrict_vocab], queries, topn)
    words = word_vectors.words
    return [[(words[i], float(cosine)) for i, cosine in zip(*answer, strict=True)] for answer in found]


def _fits_float32(array):
    with np.errstate(over="ignore", invalid="ignore"):
        return np.isfinite(array.astype(np.float32)).all()
