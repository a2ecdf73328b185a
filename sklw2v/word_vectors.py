"""Word vectors to look at: lookup, neighbours, analogies and their evaluation."""

import difflib
from collections.abc import Mapping, Set
from numbers import Integral

import numpy as np
from scipy.stats import binomtest, rankdata
from sklearn.utils import Bunch, check_scalar

from sklw2v.evaluation import correlation, correlation_interval, count_solved
from sklw2v.word2vec_format import read_analogies, read_word2vec_format, read_word_pairs, write_word2vec_format

N_SPELLINGS = 50_000  # words searched for a known spelling near an unknown word: about 0.05 s


class WordVectors:
    """Words and their vectors, with gensim's names for what is asked of them.

    ``len(wv)`` is the number of words, ``word in wv`` tells whether a word is known, and iteration is over the words.
    ``wv[word]`` is its vector (d,), read-only; ``wv[[word, word]]``, with a *list*, the matrix (n, d) of several. A
    tuple is one token. An unknown word is a `KeyError` that names known words of a similar spelling; searching for them
    takes time, so ask ``word in wv`` first where many are unknown.

    Parameters
    ----------
    words : sequence of hashable, length V
        Unique tokens: mostly strings, but item numbers or tuples serve as well. Where a method says "the first
        words", these are the most frequent ones if words stand by falling frequency, as is usual.
    vectors : array-like of shape (V, d)
        Finite; row i is the vector of ``words[i]``. A C-contiguous float32 array is kept, not copied, and is not to be
        written to afterwards. Kept as the attribute `vectors`, float32.
    counts : array-like of shape (V,), default=None
        How often each word occurred.

    Raises
    ------
    ValueError
        If lengths disagree, a word occurs twice, or a vector or count is not what is described above.
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

    def __init__(self, words, vectors, counts=None):
        if isinstance(words, (str, bytes, Mapping, Set)):
            raise TypeError(f"words must be a sequence of tokens, got a {type(words).__name__}")
        self.words = words.tolist() if isinstance(words, np.ndarray) else list(words)
        with np.errstate(over="ignore"):  # what does not fit float32 is infinite, and found below
            self.vectors = np.asarray(vectors, dtype=np.float32, order="C")  # (V, d)
        if self.vectors.ndim != 2 or self.vectors.shape[1] == 0:
            raise ValueError(f"vectors must have shape (n_words, n_components), got {self.vectors.shape}")
        if len(self.vectors) != len(self.words):
            raise ValueError(f"words and vectors must be of one length, got {len(self.words)} and {len(self.vectors)}")
        not_finite = np.flatnonzero(~np.isfinite(self.vectors).all(axis=1))
        if len(not_finite):
            raise ValueError(f"vectors must be finite as float32; row {not_finite[0]} is not")
        self.counts = None if counts is None else np.asarray(counts)  # (V,)
        if counts is not None and (self.counts.shape != (len(self.words),) or self.counts.dtype.kind not in "iuf"):
            raise ValueError(f"counts must be {len(self.words)} numbers, one a word, got {counts!r}")
        self._index_words()

    def _index_words(self):
        self._unit_vectors = None
        self._rows = {}
        for row, word in enumerate(self.words):
            try:
                first = self._rows.setdefault(word, row)
            except TypeError as error:
                raise TypeError(f"words must be hashable, got {word!r} at position {row}") from error
            if first != row:
                raise ValueError(f"words must be unique, got {word!r} at positions {first} and {row}")

    def __getstate__(self):
        return {name: value for name, value in vars(self).items() if name not in ("_unit_vectors", "_rows")}

    def __setstate__(self, state):
        self.__dict__.update(state)
        self._index_words()

    def __sklearn_clone__(self):
        return self  # is not written to

    def __repr__(self):
        return f"{type(self).__name__}(n_words={len(self)}, n_components={self.vectors.shape[1]})"

    def __len__(self):
        return len(self.words)

    def __iter__(self):
        return iter(self.words)

    def __contains__(self, word):
        return word in self._rows

    def __getitem__(self, key):
        if isinstance(key, list):
            return self.vectors[np.array([self._row(word) for word in key], dtype=np.intp)]  # (n, d)
        vector = self.vectors[self._row(key)]  # (d,)
        vector.flags.writeable = False
        return vector

    def _row(self, word):
        if word in self._rows:
            return self._rows[word]
        message = f"unknown word {word!r}"
        if isinstance(word, str):
            rows = range(len(self)) if self.counts is None else np.argsort(self.counts, kind="stable")[::-1]
            known = [self.words[row] for row in rows[:N_SPELLINGS] if isinstance(self.words[row], str)]
            if spellings := difflib.get_close_matches(word, known):
                message += f"; known words of a similar spelling: {', '.join(map(repr, spellings))}"
        raise KeyError(message)

    def _unit_matrix(self):
        """The vectors scaled to unit length (V, d), float32; computed once."""
        if self._unit_vectors is None:
            unit_vectors = np.empty_like(self.vectors)
            for start in range(0, len(self), 4096):
                unit_vectors[start : start + 4096] = _unit_rows(self.vectors[start : start + 4096])
            self._unit_vectors = unit_vectors
        return self._unit_vectors

    def most_similar(self, positive=None, negative=(), topn=10):
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
            If nothing is given, an array is not of shape (d,) and finite, or `topn` is less than 1.
        """
        check_scalar(topn, "topn", Integral, min_val=1)
        query = [(1.0, item) for item in self._as_items(positive)] + [(-1.0, item) for item in self._as_items(negative)]
        if not query:
            raise ValueError("most_similar needs at least one word or vector in positive or negative, got none")
        direction = np.zeros(self.vectors.shape[1])  # (d,), float64
        query_rows = set()
        for sign, item in query:
            if isinstance(item, np.ndarray):
                if item.shape != direction.shape or not np.isfinite(item).all():
                    raise ValueError(f"an array in most_similar must be finite, of shape {direction.shape}, got {item}")
                direction += sign * item
            else:
                row = self._row(item)
                query_rows.add(row)
                direction += sign * _unit_rows(self.vectors[row])
        n_wanted = min(topn, len(self) - len(query_rows))
        if n_wanted == 0:
            return []
        scores = self._unit_matrix() @ _unit_rows(direction).astype(np.float32)  # (V,)
        scores[list(query_rows)] = -np.inf
        # The float32 product differs in its last digits with a row's place and with the number of BLAS threads. It
        # chooses the candidates, with room for that error; float64 sums, the same for equal rows, put them in order.
        error = (len(direction) + 4) * np.finfo(np.float32).eps
        candidates = np.flatnonzero(scores >= np.partition(scores, -n_wanted)[-n_wanted] - error)
        similarities = _cosines(self.vectors[candidates], direction)
        order = np.argsort(-similarities, kind="stable")[:n_wanted]
        return [(self.words[candidates[i]], float(similarities[i])) for i in order]

    def _as_items(self, value):
        """A bare word or vector, a list of them, or nothing, as a list."""
        if isinstance(value, tuple):
            is_word = value and not any(isinstance(item, np.ndarray) for item in value) and value in self
            return [value] if is_word else list(value)
        return [] if value is None else value if isinstance(value, list) else [value]

    def similarity(self, a, b):
        """The cosine similarity of two words, from -1 to 1; 0 if a vector is zero; KeyError if a word is unknown."""
        return float(_cosines(self.vectors[self._row(a)], self.vectors[self._row(b)]))

    def doesnt_match(self, words):
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
        """
        known = [] if isinstance(words, str) else [word for word in words if word in self]
        if not known:
            raise ValueError(f"doesnt_match needs a list with at least one known word, got {words!r}")
        unit_vectors = _unit_rows(self[known])  # (n_known, d)
        return known[int(np.argmin(_cosines(unit_vectors, unit_vectors.mean(axis=0))))]

    def evaluate_word_pairs(self, path, case_insensitive=True, restrict_vocab=300_000):
        """Rank correlation of cosine similarity with human judgements; ``.spearman`` is the headline figure.

        Pairs with a word outside the first `restrict_vocab` words are skipped, as in gensim: compare at equal coverage.

        Parameters
        ----------
        path : path-like
            UTF-8 lines "word word score", separated by tabs or else by blanks; blank lines and ``#`` lines are skipped.
        case_insensitive : bool, default=True
            Compare words in upper case. Of several words alike so, the first is meant.
        restrict_vocab : int or None, default=300000
            How many words to use, from the first; None for all.

        Returns
        -------
        Bunch
            ``spearman``: Spearman's rank correlation, ties given mean ranks, NaN if either side is constant.
            ``interval``: its 95% confidence interval (low, high), by Fisher's transformation with the standard error
            ``sqrt((1 + r**2 / 2) / (n_found - 3))`` (Bonett and Wright 2000, Psychometrika 65); (-1, 1) for 3 pairs
            or less. ``pearson``: Pearson's correlation. ``n_pairs``, ``n_found``: pairs in the file, and those with
            both words known. ``coverage``: ``n_found / n_pairs``.

        Raises
        ------
        ValueError
            If a line is not as described (the message has its number), or fewer than two pairs are known.
        """
        pairs = read_word_pairs(path)
        form, rows = self._rows_by_form(case_insensitive, restrict_vocab)
        known = [pair for pair in pairs if form(pair[0]) in rows and form(pair[1]) in rows]
        if len(known) < 2:
            raise ValueError(f"{path}: a correlation needs two pairs of known words, got {len(known)} of {len(pairs)}")
        first_rows, second_rows = np.array([(rows[form(a)][0], rows[form(b)][0]) for a, b, _ in known]).T
        judgements = np.array([judgement for _, _, judgement in known])
        similarities = _cosines(self.vectors[first_rows], self.vectors[second_rows])  # (n_found,)
        spearman = correlation(rankdata(judgements), rankdata(similarities))
        pearson, interval = correlation(judgements, similarities), correlation_interval(spearman, len(known))
        counts = {"n_pairs": len(pairs), "n_found": len(known), "coverage": len(known) / len(pairs)}
        return Bunch(spearman=spearman, interval=interval, pearson=pearson, **counts)

    def evaluate_word_analogies(self, path, restrict_vocab=300_000, case_insensitive=True):
        """Share of analogies "a is to b as c is to ?" solved by 3CosAdd; ``.accuracy`` is the headline figure.

        As in gensim, questions with a word that is not among the first `restrict_vocab` words are skipped, answers are
        sought among these words only, and the words of the question are no answer. (Levy and Goldberg 2014, CoNLL,
        equation 3; test set: Mikolov et al. 2013, ICLR workshop.)

        Parameters
        ----------
        path : path-like
            UTF-8 lines "a b c answer", in sections that start with ": name"; blank lines and ``#`` lines are skipped.
        restrict_vocab : int or None, default=300000
            How many words to use, from the first; None for all.
        case_insensitive : bool, default=True
            Compare words in upper case. Of several words alike so, the first is meant in a question, each is right as
            an answer, and none is an answer to a question that has the word.

        Returns
        -------
        Bunch
            ``accuracy``: ``n_correct / n_questions``. ``interval``: its 95% confidence interval (low, high) by Wilson
            (1927, JASA 22). ``n_questions``, ``n_total``: questions with all words known, and all in the file.
            ``coverage``: ``n_questions / n_total``. ``sections``: list of Bunch, one a section, with ``section`` (its
            name), ``n_correct``, ``n_questions`` and ``n_total``.

        Raises
        ------
        ValueError
            If a line is not as described (the message has its number), or no question has all its words known.
        """
        form, rows = self._rows_by_form(case_insensitive, restrict_vocab)
        unit_vectors, sections = self._unit_matrix()[:restrict_vocab], []
        for name, questions in read_analogies(path):
            known = [[rows[form(word)] for word in words] for words in questions if all(form(w) in rows for w in words)]
            n_correct = count_solved(unit_vectors, known)
            sections.append(Bunch(section=name, n_correct=n_correct, n_questions=len(known), n_total=len(questions)))
        counts = {name: sum(section[name] for section in sections) for name in ("n_correct", "n_questions", "n_total")}
        n_correct, n_questions, n_total = counts.values()
        if not n_questions:
            raise ValueError(f"{path}: an accuracy needs a question of known words, got 0 of {n_total}")
        accuracy, coverage = n_correct / n_questions, n_questions / n_total
        interval = tuple(map(float, binomtest(n_correct, n_questions).proportion_ci(method="wilson")))
        return Bunch(accuracy=accuracy, interval=interval, coverage=coverage, **counts, sections=sections)

    def _rows_by_form(self, case_insensitive, restrict_vocab):
        """How a word is looked up in an evaluation, and for each such form the rows of its words, the first first."""
        if restrict_vocab is not None:
            check_scalar(restrict_vocab, "restrict_vocab", Integral, min_val=1)
        form = str.upper if case_insensitive else str
        rows = {}
        for row, word in enumerate(self.words[:restrict_vocab]):
            if isinstance(word, str):
                rows.setdefault(form(word), []).append(row)
        return form, rows

    def save_word2vec_format(self, path, binary=False):
        """Write words and vectors in word2vec's text or binary format, which gensim and others read.

        The file is complete or, after an error, as it was before. Counts are no part of the format.

        Parameters
        ----------
        path : path-like
            Where to write; compressed if the name ends in ``.gz``.
        binary : bool, default=False
            The binary format instead of the text format. Both keep every bit of the vectors.

        Raises
        ------
        ValueError
            If a token is not a string, or is empty, has ASCII whitespace in it or cannot be encoded as UTF-8.
        """
        write_word2vec_format(path, self.words, self.vectors, binary)

    @classmethod
    def load_word2vec_format(cls, path, binary=False):
        """Read words and vectors from a file of word2vec's text or binary format; `counts` is None.

        Parameters
        ----------
        path : path-like
            The file; decompressed if the name ends in ``.gz``.
        binary : bool, default=False
            Whether the file is of the binary format.

        Raises
        ------
        ValueError
            If the file is not of this format, is cut short, repeats a word or holds a number that is not finite. The
            message gives the path and the line, or the row and byte.
        """
        return cls(*read_word2vec_format(path, binary))


def _unit_rows(vectors):
    """Vectors (..., d) scaled to unit length, in float64, where no float32 overflows; a zero vector stays zero."""
    vectors = np.asarray(vectors, dtype=np.float64)
    norms = np.sqrt((vectors * vectors).sum(axis=-1, keepdims=True))
    return np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)


def _cosines(left, right):
    """Cosines of vectors (..., d) and vectors (..., d), one by one; equal vectors give equal bits."""
    return np.clip((_unit_rows(left) * _unit_rows(right)).sum(axis=-1), -1.0, 1.0)
