"""Word vectors in GloVe's text format: a row is a word and its numbers, and there is no header.

A word may contain blanks, so it is the last d fields of a line that are its numbers. Words are UTF-8. (Pennington,
Socher and Manning 2014, the C program ``glove``, which ends its files with the row of ``<unk>``.)
"""

import os
from numbers import Integral

from sklearn.utils import check_scalar

from sklw2v.utils import numbered_lines, reading, replacing
from sklw2v.word_vectors.formats._rows import (
    N_COMPONENTS,
    WordRows,
    check_reading_options,
    encode_words,
    is_number,
    write_text_rows,
)


def write_glove_format(path, words, vectors):
    """Write words and vectors to a file, replacing it only once the new one is complete.

    Parameters
    ----------
    path : path-like
        Where to write; compressed if the name ends in ``.gz``.
    words : list of str, length V
        They may contain blanks.
    vectors : ndarray of shape (V, d), float32
        The file keeps every bit of them.

    Raises
    ------
    ValueError
        If a word is not a string, is empty, cannot be encoded as UTF-8, contains a newline, begins or ends with ASCII
        whitespace, or ends with a number after a blank, which could not be told from the numbers of the row; or if it
        or the vectors are longer than a million. Nothing has been written then.
    """
    encoded = encode_words(
        words,
        vectors.shape[1],
        "GloVe's files",
        lambda word: word and b"\n" not in word and word == word.strip() and not _ends_with_number(word),
        "that are not empty, have no newline, no blank at either end and no number after a blank at the end",
    )
    with replacing(path) as file:
        write_text_rows(file, encoded, vectors)


def read_glove_format(path, n_components=None, duplicates="raise", unicode_errors="strict"):
    """Read words and vectors from a file of GloVe's text format; blank lines are skipped.

    Parameters
    ----------
    path : path-like
        The file; decompressed if the name ends in ``.gz``.
    n_components : int, default=None
        How many numbers a row has; by default as many as the first row ends with.
    duplicates : {'raise', 'drop'}, default='raise'
        'drop' keeps the first row of a word that has several.
    unicode_errors : str, default='strict'
        What to do about a word that is not UTF-8, as in `bytes.decode`.

    Returns
    -------
    words : list of str, length V
    vectors : ndarray of shape (V, d), float32

    Raises
    ------
    ValueError
        If the file is not of this format, has no row, repeats a word or holds a number that is not finite. The message
        gives the path and the line.
    """
    check_reading_options(duplicates, unicode_errors)
    if n_components is not None:
        check_scalar(n_components, "n_components", Integral, min_val=1, max_val=N_COMPONENTS)
    name = os.fsdecode(path)
    rows = WordRows(lambda line: f"{name}, line {line}", duplicates, unicode_errors)
    with reading(path) as file:
        for number, line in numbered_lines(file, name):
            line = line.rstrip()
            if not line:
                continue
            if n_components is None:
                n_components = _count_numbers(line)
                if not n_components:
                    raise ValueError(f"{name}, line {number}: expected a word and its numbers, got {line[:60]!r}")
            word, *fields = line.rsplit(None, n_components)
            if word[:1].isspace():
                raise ValueError(f"{name}, line {number}: expected a word, got a blank")
            if _ends_with_number(word):
                raise ValueError(
                    f"{name}, line {number}: expected {n_components} numbers after the word, got more, "
                    "or a word of two parts that ends with a number"
                    + "; a file with a header is one of word2vec's"
                    * (n_components == 1)
                )
            rows.add_text(number, word, fields, n_components)
    if n_components is None:
        raise ValueError(f"{name}: expected a row, got an empty file")
    return rows.words, rows.vectors(n_components)


def _count_numbers(line):
    """How many of the last fields are numbers, the first field being no number but a word, or a part of one."""
    fields = line.rsplit(None, N_COMPONENTS)[1:]
    for n_numbers, field in enumerate(reversed(fields)):
        if not is_number(field):
            return n_numbers
    return len(fields)


def _ends_with_number(word):
    """Whether a word consists of several parts, the last of which is a number."""
    parts = word.rsplit(None, 1)
    return len(parts) == 2 and is_number(parts[1])
