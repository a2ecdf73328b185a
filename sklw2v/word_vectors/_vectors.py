"""Word vectors: words, their vectors, and how the one leads to the other."""

import difflib
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Set
from typing import Any, Concatenate, ParamSpec

import numpy as np
from numpy.typing import ArrayLike

from sklw2v.utils import SavedState, check_words, norms, python_values, unit_rows
from sklw2v.word_vectors import _evaluation, _exchange, _files, _similarity

N_SPELLINGS = 50_000  # words searched for a known spelling near an unknown word: about 0.05 s

Parameters = ParamSpec("Parameters")


def _class_method(
    function: Callable[Concatenate[Any, Parameters], Any],
) -> "classmethod[WordVectors, Parameters, WordVectors]":
    """A class method from a function of a class that returns an instance, which the hints tell."""
    return classmethod(function)


class WordVectors(SavedState):
    """Words and their vectors, with gensim's names for what is asked of them.

    ``len(wv)`` is the number of words, ``word in wv`` tells whether a word is known, and iteration is over the words.
    ``wv[word]`` is its vector (d,), read-only; ``wv[[word, word]]``, with a *list*, the matrix (n, d) of several. A
    tuple is one token. An unknown word is a `KeyError` that names known words of a similar spelling; searching for them
    takes time, so ask ``word in wv`` first where many are unknown.

    Parameters
    ----------
    words : sequence of hashable, length V
        Unique tokens: mostly strings, but item numbers or tuples serve as well; never None, NaN or another sign of a
        missing value. Where a method says "the first words", these are the most frequent ones if words stand by falling
        frequency, as is usual.
    vectors : array-like of shape (V, d)
        Finite; row i is the vector of ``words[i]``. A C-contiguous float32 array is kept, not copied, and is not to be
        written to afterwards. Kept as the attribute `vectors`, float32.
    counts : array-like of shape (V,), default=None
        How often each word occurred.

    Raises
    ------
    ValueError
        If lengths disagree, a word is missing or occurs twice, or a vector or count is not what is described above.
    TypeError
        If `words` is a string, a mapping or a set, or a token is not hashable.

    Examples
    --------
    >>> wv = WordVectors(["king", "queen", "apple"], [[2.0, 1.0], [2.0, 1.5], [-1.0, 2.0]])
    >>> wv
    WordVectors(n_words=3, n_components=2)
    >>> [(word, round(similarity, 2)) for word, similarity in wv.most_similar("king", topn=1)]
    [('queen', 0.98)]
    >>> wv["quen"]
    Traceback (most recent call last):
    ...
    KeyError: "unknown word 'quen'; known words of a similar spelling: 'queen'"
    """

    def __init__(self, words: Iterable[Hashable], vectors: ArrayLike, counts: ArrayLike | None = None) -> None:
        if isinstance(words, (str, bytes, Mapping, Set)):
            raise TypeError(f"words must be a sequence of tokens, got a {type(words).__name__}")
        self.words: list[Any] = python_values(words)
        check_words(self.words, "words")
        with np.errstate(over="ignore", invalid="ignore"):  # what does not fit float32 is not finite, and found below
            self.vectors = np.asarray(vectors, dtype=np.float32, order="C")  # (V, d)
        if self.vectors.ndim != 2 or self.vectors.shape[1] == 0:
            raise ValueError(f"vectors must have shape (n_words, n_components), got {self.vectors.shape}")
        if len(self.vectors) != len(self.words):
            raise ValueError(f"words and vectors must be of one length, got {len(self.words)} and {len(self.vectors)}")
        not_finite = np.flatnonzero(~np.isfinite(self.vectors).all(axis=1))
        if len(not_finite):
            raise ValueError(f"vectors must be finite as float32; row {not_finite[0]} is not")
        self.counts = None if counts is None else np.asarray(counts)  # (V,)
        if self.counts is not None and (self.counts.shape != (len(self.words),) or self.counts.dtype.kind not in "iuf"):
            raise ValueError(f"counts must be {len(self.words)} numbers, one a word, got {counts!r}")
        self._index_words()

    def _index_words(self):
        self._norms = None
        self._rows = {}
        for row, word in enumerate(self.words):
            try:
                first = self._rows.setdefault(word, row)
            except TypeError as error:
                raise TypeError(f"words must be hashable, got {word!r} at position {row}") from error
            if first != row:
                raise ValueError(f"words must be unique, got {word!r} at positions {first} and {row}")

    def _attributes_to_save(self):
        return {k: v for k, v in super()._attributes_to_save().items() if k not in ("_norms", "_rows")}

    def __setstate__(self, state):
        super().__setstate__(state)
        self._index_words()

    def __sklearn_clone__(self):
        return self  # is not written to

    def __repr__(self) -> str:
        return f"{type(self).__name__}(n_words={len(self)}, n_components={self.vectors.shape[1]})"

    def __len__(self) -> int:
        return len(self.words)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.words)

    def __contains__(self, word: Hashable) -> bool:
        return word in self._rows

    def __getitem__(self, key: Hashable | list[Any]) -> np.ndarray:
        if isinstance(key, list):
            return self.vectors[np.array([self.get_index(word) for word in key], dtype=np.intp)]  # (n, d)
        vector = self.vectors[self.get_index(key)]  # (d,)
        vector.flags.writeable = False
        return vector

    def get_index(self, word: Hashable) -> int:
        """The row of a word in `vectors`, which is its place in `words`.

        Parameters
        ----------
        word : word

        Returns
        -------
        int

        Raises
        ------
        KeyError
            If the word is unknown. The message names known words of a similar spelling.
        TypeError
            If it cannot be a word, as it is not hashable.

        Examples
        --------
        >>> from sklw2v import WordVectors
        >>> wv = WordVectors(["king", "queen"], [[2.0, 1.0], [2.0, 1.5]])
        >>> wv.get_index("queen")
        1
        """
        try:
            if word in self._rows:
                return self._rows[word]
        except TypeError as error:
            raise TypeError(
                f"expected a word, got {type(word).__name__} {word!r:.60}, which is not hashable"
            ) from error
        message = f"unknown word {word!r}"
        if isinstance(word, str):
            rows = range(len(self)) if self.counts is None else np.argsort(self.counts, kind="stable")[::-1]
            known = [self.words[row] for row in rows[:N_SPELLINGS] if isinstance(self.words[row], str)]
            if spellings := difflib.get_close_matches(word, known):
                message += f"; known words of a similar spelling: {', '.join(map(repr, spellings))}"
        raise KeyError(message)

    def get_normed_vectors(self) -> np.ndarray:
        """The vectors scaled to unit length, a new array at each call.

        Returns
        -------
        ndarray of shape (V, d), float32
            Row i is that of ``words[i]``; a zero vector stays zero.

        Examples
        --------
        >>> from sklw2v import WordVectors
        >>> wv = WordVectors(["king", "queen"], [[3.0, 4.0], [0.0, 2.0]])
        >>> wv.get_normed_vectors()
        array([[0.6, 0.8],
               [0. , 1. ]], dtype=float32)
        """
        unit_vectors = np.empty_like(self.vectors)
        for start in range(0, len(self), 4096):
            unit_vectors[start : start + 4096] = unit_rows(self.vectors[start : start + 4096])
        return unit_vectors

    def _get_norms(self):
        """The lengths of the vectors (V,), as `norms` gives them, computed once and kept."""
        if self._norms is None:
            self._norms = norms(self.vectors)
        return self._norms

    # Neighbours and comparisons.
    most_similar = _similarity.most_similar
    most_similar_batch = _similarity.most_similar_batch
    similarity = _similarity.similarity
    n_similarity = _similarity.n_similarity
    closer_than = _similarity.closer_than
    rank = _similarity.rank
    doesnt_match = _similarity.doesnt_match

    # Evaluation.
    evaluate_word_pairs = _evaluation.evaluate_word_pairs
    evaluate_word_analogies = _evaluation.evaluate_word_analogies

    # Exchange with files and other programs.
    save_word2vec_format = _files.save_word2vec_format
    load_word2vec_format = _class_method(_files.load_word2vec_format)
    save_glove_format = _files.save_glove_format
    load_glove_format = _class_method(_files.load_glove_format)
    save_npz = _files.save_npz
    load_npz = _class_method(_files.load_npz)
    to_frame = _exchange.to_frame
    from_frame = _class_method(_exchange.from_frame)
    to_gensim = _exchange.to_gensim
    from_gensim = _class_method(_exchange.from_gensim)
