"""Word vectors in GloVe's text format: a row is a word and its numbers, and there is no header.

A word may contain blanks, so it is the last d fields of a line that are its numbers. Words are UTF-8. (Pennington,
Socher and Manning 2014, the C program ``glove``, which ends its files with the row of ``<unk>``.)
"""

import os
from codecs import BOM_UTF8
from numbers import Integral

from sklearn.utils import check_scalar

from sklw2v.utils import reading, replacing
from sklw2v.word_vectors.formats._kinds import GLOVE, telling_kind
from sklw2v.word_vectors.formats._rows import (
    N_COMPONENTS,
    WordRows,
    count_numbers,
    encode_words,
    is_number,
    text_lines,
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
        If a word is not a string, is empty, cannot be encoded as UTF-8, contains a newline or carriage return, begins
        or ends with ASCII whitespace, or ends with a number after a blank, which could not be told from the numbers of
        the row; if it or the vectors are longer than a million; or if the first word begins with a byte order mark.
        Nothing has been written then.
    """
    encoded = encode_words(
        words,
        vectors.shape[1],
        "GloVe's files",
        lambda word: (
            word and b"\n" not in word and b"\r" not in word and word == word.strip() and not _ends_with_number(word)
        ),
        "that are not empty, have no newline or carriage return, no blank at either end and no number after a blank at "
        "the end",
    )
    if encoded and encoded[0].startswith(BOM_UTF8):
        raise ValueError(
            f"GloVe's files need a first word that does not begin with a byte order mark, got {words[0][:60]!r}; a "
            ".npz file can hold it"
        )
    with replacing(path) as file:
        write_text_rows(file, encoded, vectors)


def read_glove_format(path, n_components, options):
    """Read words and vectors from a file of GloVe's text format; blank lines are skipped.

    So are rows without a word, with one warning.

    Parameters
    ----------
    path : path-like
        The file; decompressed if the name ends in ``.gz``.
    n_components : int or None
        How many numbers a row has; None for as many as the first row ends with.
    options : ReadingOptions

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
    if n_components is not None:
        check_scalar(n_components, "n_components", Integral, min_val=1, max_val=N_COMPONENTS)
    name = os.fsdecode(path)
    rows, is_length_given = WordRows(lambda line: f"{name}, line {line}", options), n_components is not None
    with telling_kind(path, GLOVE), reading(path) as file:
        for number, line in text_lines(file, name):
            if not line:
                continue
            if n_components is None:
                n_components = count_numbers(line)
                if not n_components:
                    raise ValueError(f"{name}, line {number}: expected a word and its numbers, got {line[:60]!r}")
            _add_row(rows, number, line, n_components, f"{name}, line {number}")
            if rows.is_full:
                break
        if not rows.words and not is_length_given:
            raise ValueError(f"{name}: expected a row, got {'rows without words' if n_components else 'an empty file'}")
    return rows.words, rows.vectors(n_components)


def _add_row(rows, number, line, n_components, place):
    """Add a line to the rows, without blanks at its end."""
    if line[:1].isspace():
        fields = line.split(None, n_components)
        if len(fields) != n_components or not all(map(is_number, fields)):
            raise ValueError(f"{place}: expected a word, got a blank")
        rows.add_text(number, b"", fields, n_components)
        return
    word, *fields = line.rsplit(None, n_components)
    if _ends_with_number(word):
        raise ValueError(
            f"{place}: expected {n_components} numbers after the word, got more, or a word of two parts that ends "
            "with a number"
        )
    rows.add_text(number, word, fields, n_components)


def _ends_with_number(word):
    """Whether a word consists of several parts, the last of which is a number."""
    parts = word.rsplit(None, 1)
    return len(parts) == 2 and is_number(parts[1])
