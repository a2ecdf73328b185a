"""How good word vectors are: correlations with human judgement, and analogies solved.

Functions without a leading underscore are methods of `WordVectors`. They use its public methods and attributes, and the
lengths of the vectors that it keeps.
"""

import math
import os
from itertools import chain
from numbers import Integral

import numpy as np
from scipy.special import ndtri
from scipy.stats import binomtest, rankdata
from sklearn.utils import Bunch, check_scalar

from sklw2v.utils import cosines, numbered_lines, reading, unit_rows
from sklw2v.word_vectors._neighbors import find_neighbors

Z95 = float(ndtri(0.975))  # a standard normal variable lies within +-Z95 with probability 0.95
N_QUESTIONS = 1024  # analogies at a time, whose targets are held


def evaluate_word_pairs(
    word_vectors,
    path: str | os.PathLike[str],
    case_insensitive: bool = True,
    restrict_vocab: int | None = 300_000,
    *,
    dummy4unknown: bool = False,
) -> Bunch:
    """Rank correlation of cosine similarity with human judgements; ``.spearman`` is the headline figure.

    Pairs with a word outside the first `restrict_vocab` words are skipped by default, as in gensim: compare at
    equal coverage.

    Parameters
    ----------
    path : path-like
        UTF-8 lines "word word score", separated by tabs or else by blanks; blank lines and ``#`` lines are skipped.
        Decompressed if the name ends in ``.gz``.
    case_insensitive : bool, default=True
        Compare words in upper case. Of several words alike so, the first is meant.
    restrict_vocab : int or None, default=300000
        How many words to use, from the first; None for all.
    dummy4unknown : bool, default=False
        Count pairs with an unknown word as of similarity 0 instead of skipping them.

    Returns
    -------
    Bunch
        ``spearman``: Spearman's rank correlation, ties given mean ranks, NaN if either side is constant.
        ``interval``: its 95% confidence interval (low, high), by Fisher's transformation with the standard error
        ``sqrt((1 + r**2 / 2) / (n - 3))`` for n pairs that are not skipped (Bonett and Wright 2000, Psychometrika
        65); (-1, 1) for 3 pairs or less. ``pearson``: Pearson's correlation. ``n_pairs``, ``n_found``: pairs in
        the file, and those with both words known. ``coverage``: ``n_found / n_pairs``.

    Raises
    ------
    ValueError
        If a line is not as described (the message has its number), or fewer than two pairs are known.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from sklw2v import WordVectors
    >>> wv = WordVectors(["king", "queen", "apple"], [[2.0, 1.0], [2.0, 1.5], [-1.0, 2.0]])
    >>> with TemporaryDirectory() as directory:
    ...     path = Path(directory, "pairs.tsv")
    ...     _ = path.write_text("king\\tqueen\\t8.6\\nking\\tapple\\t0.5\\nqueen\\tpear\\t1.1\\n")
    ...     result = wv.evaluate_word_pairs(path)
    >>> result.spearman, result.n_found, result.n_pairs
    (1.0, 2, 3)
    """
    pairs = _read_word_pairs(path)
    form, rows = _rows_by_form(word_vectors.words, case_insensitive, restrict_vocab)
    known = [pair for pair in pairs if form(pair[0]) in rows and form(pair[1]) in rows]
    if len(known) < 2:
        raise ValueError(f"{path}: a correlation needs two pairs of known words, got {len(known)} of {len(pairs)}")
    first_rows, second_rows = np.array([(rows[form(a)][0], rows[form(b)][0]) for a, b, _ in known]).T
    similarities = cosines(word_vectors.vectors[first_rows], word_vectors.vectors[second_rows])  # (n_found,)
    counted = known
    if dummy4unknown:
        counted = known + [pair for pair in pairs if form(pair[0]) not in rows or form(pair[1]) not in rows]
        similarities = np.pad(similarities, (0, len(pairs) - len(known)))  # (n_pairs,)
    judgements = np.array([judgement for _, _, judgement in counted])
    spearman = _correlation(rankdata(judgements), rankdata(similarities))
    pearson, interval = _correlation(judgements, similarities), _correlation_interval(spearman, len(counted))
    counts = {"n_pairs": len(pairs), "n_found": len(known), "coverage": len(known) / len(pairs)}
    return Bunch(spearman=spearman, interval=interval, pearson=pearson, **counts)


def evaluate_word_analogies(
    word_vectors,
    path: str | os.PathLike[str],
    restrict_vocab: int | None = 300_000,
    case_insensitive: bool = True,
    *,
    dummy4unknown: bool = False,
) -> Bunch:
    """Share of analogies "a is to b as c is to ?" solved by 3CosAdd; ``.accuracy`` is the headline figure.

    As in gensim, questions with a word that is not among the first `restrict_vocab` words are skipped by default,
    answers are sought among these words only, and the words of the question are no answer. (Levy and Goldberg
    2014, CoNLL, equation 3; test set: Mikolov et al. 2013, ICLR workshop.)

    Parameters
    ----------
    path : path-like
        UTF-8 lines "a b c answer", in sections that start with ": name"; blank lines and ``#`` lines are skipped.
        Decompressed if the name ends in ``.gz``.
    restrict_vocab : int or None, default=300000
        How many words to use, from the first; None for all.
    case_insensitive : bool, default=True
        Compare words in upper case. Of several words alike so, the first is meant in a question, each is right as
        an answer, and none is an answer to a question that has the word.
    dummy4unknown : bool, default=False
        Count questions with an unknown word as not solved instead of skipping them.

    Returns
    -------
    Bunch
        ``accuracy``: ``n_correct / n_questions``, or ``n_correct / n_total`` with `dummy4unknown`. ``interval``:
        its 95% confidence interval (low, high) by Wilson (1927, JASA 22). ``n_questions``, ``n_total``: questions
        with all words known, and all in the file. ``coverage``: ``n_questions / n_total``. ``sections``: list of
        Bunch, one a section, with ``section`` (its name), ``n_correct``, ``n_questions`` and ``n_total``.

    Raises
    ------
    ValueError
        If a line is not as described (the message has its number), or no question has all its words known.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from sklw2v import WordVectors
    >>> words = ["king", "queen", "man", "woman", "apple"]
    >>> wv = WordVectors(words, [[3, 1, 0], [3, -1, 0], [1, 1, 0], [1, -1, 0], [0, 0, 2]])
    >>> with TemporaryDirectory() as directory:
    ...     path = Path(directory, "questions.txt")
    ...     _ = path.write_text(": family\\nman king woman queen\\nman king woman apple\\n")
    ...     wv.evaluate_word_analogies(path).accuracy
    0.5
    """
    form, rows = _rows_by_form(word_vectors.words, case_insensitive, restrict_vocab)
    vectors, norms, sections = word_vectors.vectors[:restrict_vocab], word_vectors._get_norms()[:restrict_vocab], []
    for name, questions in _read_analogies(path):
        known = [[rows[form(word)] for word in words] for words in questions if all(form(w) in rows for w in words)]
        n_correct = _count_solved(vectors, norms, known)
        sections.append(Bunch(section=name, n_correct=n_correct, n_questions=len(known), n_total=len(questions)))
    counts = {name: sum(section[name] for section in sections) for name in ("n_correct", "n_questions", "n_total")}
    n_correct, n_questions, n_total = counts.values()
    if not n_questions:
        raise ValueError(f"{path}: an accuracy needs a question of known words, got 0 of {n_total}")
    n_counted, coverage = n_total if dummy4unknown else n_questions, n_questions / n_total
    interval = tuple(map(float, binomtest(n_correct, n_counted).proportion_ci(method="wilson")))
    accuracy = n_correct / n_counted
    return Bunch(accuracy=accuracy, interval=interval, coverage=coverage, **counts, sections=sections)


def _rows_by_form(words, case_insensitive, restrict_vocab):
    """How a word is looked up in an evaluation, and for each such form the rows of its words, the first first."""
    if restrict_vocab is not None:
        check_scalar(restrict_vocab, "restrict_vocab", Integral, min_val=1)
    form = str.upper if case_insensitive else str
    rows = {}
    for row, word in enumerate(words[:restrict_vocab]):
        if isinstance(word, str):
            rows.setdefault(form(word), []).append(row)
    return form, rows


def _count_solved(vectors, norms, questions):
    """How many analogies (a, b, c, answer), each four lists of the rows alike in form, 3CosAdd solves."""
    n_solved = 0
    for start in range(0, len(questions), N_QUESTIONS):
        part = questions[start : start + N_QUESTIONS]
        a, b, c = np.array([[rows[0] for rows in question[:3]] for question in part]).T  # (n_part,) each
        targets = unit_rows(vectors[b]) + unit_rows(vectors[c]) - unit_rows(vectors[a])  # (n_part, d)
        queries = [(target, set(chain(*question[:3]))) for target, question in zip(targets, part, strict=True)]
        answers = find_neighbors(vectors, norms, queries, topn=1)
        for (rows, _), question in zip(answers, part, strict=True):
            n_solved += int(len(rows) > 0 and rows[0] in question[3])
    return n_solved


def _correlation(a, b):
    """Pearson's correlation of two samples (n,); NaN if one is constant."""
    a, b = (np.ldexp(sample, -np.frexp(np.abs(sample).max())[1]) for sample in (a, b))  # no square overflows
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    a, b = a - a.mean(), b - b.mean()
    return float(np.clip((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum()), -1.0, 1.0))


def _correlation_interval(r, n):
    """95% interval of a rank correlation r of n pairs, by Fisher's transformation (Bonett and Wright 2000)."""
    if n <= 3:
        return -1.0, 1.0
    half_width = Z95 * np.sqrt((1 + r * r / 2) / (n - 3))
    with np.errstate(divide="ignore"):  # r = 1 is infinite, and comes back as 1
        return tuple(np.tanh(np.arctanh(r) + np.array([-half_width, half_width])).tolist())


def _read_word_pairs(path):
    """Read lines "word word score", separated by tabs or, where there is none, by blanks.

    Parameters
    ----------
    path : path-like
        A UTF-8 file. Blank lines and lines that start with ``#`` are skipped.

    Returns
    -------
    list of (str, str, float)

    Raises
    ------
    ValueError
        If a line is anything else, with its number.
    """
    pairs = []
    for place, line in _lines(path):
        fields = [field.strip() for field in line.split("\t", 3)] if "\t" in line else line.split(None, 3)
        try:
            first, second, score = fields[0], fields[1], float(fields[2])
        except (IndexError, ValueError):
            score = math.nan
        if len(fields) != 3 or not math.isfinite(score):
            raise ValueError(f"{place}: expected 'word word score', got {line[:200]!r}")
        pairs.append((first, second, score))
    return pairs


def _read_analogies(path):
    """Read lines "a b c answer" in sections, each after a line ": name".

    Parameters
    ----------
    path : path-like
        A UTF-8 file. Blank lines and lines that start with ``#`` are skipped.

    Returns
    -------
    list of (str, list of (str, str, str, str))
        Sections: a name and its questions.

    Raises
    ------
    ValueError
        If a line is anything else, with its number.
    """
    sections = []
    for place, line in _lines(path):
        if line.startswith(":"):
            sections.append((line.lstrip(": "), []))
            continue
        words = tuple(line.split(None, 4))
        if not sections:
            raise ValueError(
                f"{place}: expected a line ': name' of a section before the first question, got {line[:80]!r}"
            )
        if len(words) != 4:
            raise ValueError(f"{place}: expected four words, got {line[:200]!r}")
        sections[-1][1].append(words)
    return sections


def _lines(path):
    """Each line of a UTF-8 text that is neither blank nor a comment, stripped, after its place in the file."""
    name = os.fsdecode(path)
    with reading(path) as file:
        for number, raw in numbered_lines(file, name):
            try:
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip()
            except UnicodeDecodeError as error:
                raise ValueError(f"{name}, line {number}: not UTF-8: {error}") from error
            if line and not line.startswith("#"):
                yield f"{name}, line {number}", line
