"""Word vectors in word2vec's text and binary formats.

Both start with a line ``n_words n_components``. A row of the text format is the word and its numbers, separated by
blanks; a row of the binary format is the word, one blank and the numbers as little-endian float32, after which the
original program puts a newline and gensim none. Words are UTF-8. (Mikolov et al. 2013, the C program ``word2vec``.)
"""

import os
import re
import sys
from array import array
from codecs import BOM_UTF8
from itertools import islice

import numpy as np

from sklw2v.utils import CHUNK_BYTES, reading, replacing
from sklw2v.word_vectors.formats._kinds import BINARY, TEXT, kind_of, telling_kind
from sklw2v.word_vectors.formats._rows import (
    HEADER_BYTES,
    N_COMPONENTS,
    WORD_BYTES,
    WordRows,
    check_line_end,
    encode_words,
    read_header,
    split_word,
    text_lines,
    write_text_rows,
)

PEEK_BYTES = 1 << 13  # looked at to tell the two formats apart
BLANK = re.compile(rb"[ \t\n\r\v\f]")
CONTROL = re.compile(rb"[\0-\x1f\x7f]")
PRINTED = re.compile(rb"[^\0-\x1f\x7f]{0,60}")
SENSIBLE = 1e12  # above all numbers of word vectors, and below most of those read from a wrong byte
BLANK_IN_WORD = "the likely cause is a word with a blank in it in the row before, which the binary format cannot hold"
BLANK_IN_THIS = "the likely cause is a word with a blank in it, which the binary format cannot hold"


def write_word2vec_format(path, words, vectors, binary=False):
    """Write words and vectors to a file, replacing it only once the new one is complete.

    Parameters
    ----------
    path : path-like
        Where to write; compressed if the name ends in ``.gz``.
    words : list of str, length V
    vectors : ndarray of shape (V, d), float32
    binary : bool, default=False
        The binary format instead of the text format. Both keep every bit of a finite float32.

    Raises
    ------
    ValueError
        If `encode_word2vec` does. Nothing has been written then.
    """
    encoded = encode_word2vec(words, vectors.shape[1], binary)
    with replacing(path) as file:
        file.write(b"%d %d\n" % vectors.shape)
        if binary:
            for word, vector in zip(encoded, vectors.astype("<f4", copy=False), strict=True):
                file.write(word + b" " + vector.tobytes() + b"\n")
        else:
            write_text_rows(file, encoded, vectors)


def encode_word2vec(words, n_components, binary):
    """The bytes of each word of a file of the text or binary format.

    Raises
    ------
    ValueError
        If a word is not a string, is empty, contains ASCII whitespace, or other ASCII control characters in the binary
        format, or cannot be encoded as UTF-8, or if it or the vectors are longer than a million.
    """
    if binary:
        return encode_words(
            words,
            n_components,
            "word2vec's binary files",
            lambda word: word and not BLANK.search(word) and not CONTROL.search(word),
            "that are not empty and have no whitespace and no control characters",
        )
    return encode_words(
        words,
        n_components,
        "word2vec's text files",
        lambda word: word and not BLANK.search(word),
        "that are not empty and have no whitespace",
    )


def read_word2vec_format(path, binary, options):
    """Read words and vectors from a file of the text or binary format.

    Parameters
    ----------
    path : path-like
        The file; decompressed if the name ends in ``.gz``.
    binary : bool
        Whether the file is of the binary format.
    options : ReadingOptions

    Returns
    -------
    words : list of str, length V
    vectors : ndarray of shape (V, d), float32

    Raises
    ------
    ValueError
        If the file is not of this format, is cut short, repeats a word or holds a number that is not finite. The
        message gives the path and the line, or the row and byte.
    """
    name = os.fsdecode(path)
    with telling_kind(path, BINARY if binary else TEXT), reading(path) as file:
        start = file.peek(PEEK_BYTES)
        first = file.readline(HEADER_BYTES)
        line = first.removeprefix(BOM_UTF8).rstrip()
        check_line_end(line, f"{name}, line 1")
        header = read_header(line)
        if header is None:
            raise ValueError(
                f"{name}, line 1: expected the header 'n_words n_components', two integers, got {line[:60]!r}"
            )
        if header[1] > N_COMPONENTS:
            raise ValueError(f"{name}, line 1: expected up to {N_COMPONENTS:,} components, got {line[:60]!r}")
        if binary and header[0] and kind_of(start) == TEXT:  # rows of which might be read as rows that mean nothing
            raise ValueError(f"{name}: expected numbers in binary after the first word, got text")
        if binary:
            rows = _read_binary_rows(file, name, *header, options, len(first))
        else:
            rows = _read_text_rows(file, name, *header, options)
    return rows.words, rows.vectors(header[1], "<f4" if binary else "f4")


def _read_text_rows(file, name, n_words, n_components, options):
    """The rows of a text file past its header."""
    rows = WordRows(lambda line: f"{name}, line {line}", options)
    number, lines = 1, text_lines(file, name, first=2)
    for number, line in islice(lines, min(n_words, sys.maxsize)):
        word, rest = split_word(line)
        rows.add_text(number, word, rest.split(None, n_components), n_components)
        if rows.is_full:
            return rows
    if number < n_words + 1:
        raise ValueError(f"{name}, line {number + 1}: the file ends here, but its header promises {n_words} rows")
    for number, line in lines:
        if line:
            raise ValueError(f"{name}, line {number}: the file goes on after the {n_words} rows its header promises")
    return rows


def _check_binary_row(describe, row, word, numbers):
    """Raise a ValueError for a word, or the bytes of its numbers, that seem to be read from a wrong byte."""
    if CONTROL.search(word):
        raise ValueError(
            f"{describe(row)}: expected a word without control characters, got {word[:60]!r}"
            + f"; {BLANK_IN_WORD}" * (row > 0)
        )
    if not word:
        raise ValueError(f"{describe(row)}: no word; {BLANK_IN_THIS}")
    if _begins_with_word(numbers):
        raise ValueError(
            f"{describe(row)}: expected numbers after the word {word[:60]!r}, got {numbers[:60]!r}; {BLANK_IN_THIS}"
        )


def _begins_with_word(numbers):
    """Whether what should be the numbers of a row begins with the rest of a word that has a blank in it.

    It does if they make sense only past a blank; of fewer than six numbers this might be chance.
    """
    printed = PRINTED.match(numbers).group()
    if b" " not in printed or len(numbers) < 24 or _are_sensible(numbers):
        return False
    return any(_are_sensible(numbers[blank.end() :]) for blank in re.finditer(b" ", printed))


def _are_sensible(numbers):
    values = np.frombuffer(numbers[: len(numbers) // 4 * 4], "<f4")
    return len(values) > 0 and bool((np.abs(values) < SENSIBLE).all())


def _read_binary_rows(file, name, n_words, n_components, options, offset):
    """The rows of a binary file past its header, which is so many bytes long.

    The original program puts a newline after each row, gensim after none: in a file it is the same for all rows.
    """
    offsets = array("q")

    def describe(row):
        return f"{name}, row {row + 1} at byte {offsets[row]}"

    rows = WordRows(describe, options, not_utf8=BLANK_IN_WORD)
    row_bytes, newline_between = 4 * n_components, False
    buffer, start, buffer_offset = b"", 0, offset  # not from the file, which may be a pipe
    for row in range(n_words):
        offsets.append(buffer_offset + start)
        blank = buffer.find(b" ", start)
        while blank < 0 or len(buffer) < blank + 1 + row_bytes:
            buffer, buffer_offset, start = buffer[start:], buffer_offset + start, 0
            more = file.read(max(CHUNK_BYTES, len(buffer)))  # never by the header, which may promise anything
            if not more:
                raise ValueError(f"{describe(row)}: the file ends here, but its header promises {n_words} rows")
            buffer += more
            blank = buffer.find(b" ")
            if (len(buffer) if blank < 0 else blank) > WORD_BYTES + 1:  # one for the newline after the row before
                raise ValueError(f"{describe(row)}: expected a blank after a word of at most {WORD_BYTES:,} bytes")
        numbers, newline = blank + 1, buffer[start : start + 1] == b"\n"
        if row == 1:
            newline_between = newline
        elif row > 1 and newline != newline_between:
            raise ValueError(
                f"{describe(row)}: expected a newline after every row or after none, got both; {BLANK_IN_WORD}"
            )
        word, start = buffer[start + newline : blank], numbers + row_bytes
        _check_binary_row(describe, row, word, buffer[numbers:start])
        rows.add(row, word, buffer[numbers:start])
        if rows.is_full:
            return rows
    end, rest = buffer_offset + start, buffer[start:] or file.read(CHUNK_BYTES)
    while rest:
        if rest.strip():
            raise ValueError(
                f"{name}, byte {end}: the file goes on after the {n_words} rows its header promises, or a word has a "
                "blank in it, which the binary format cannot hold"
            )
        rest = file.read(CHUNK_BYTES)
    return rows
