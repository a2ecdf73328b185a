"""Word vectors in word2vec's text and binary formats.

Both start with a line ``n_words n_components``. A row of the text format is the word and its numbers, separated by
blanks; a row of the binary format is the word, one blank and the numbers as little-endian float32, after which the
original program puts a newline and gensim none. Words are UTF-8. (Mikolov et al. 2013, the C program ``word2vec``.)
"""

import os
import sys
from array import array
from itertools import islice

from sklw2v.utils import CHUNK_BYTES, numbered_lines, reading, replacing
from sklw2v.word_vectors.formats._rows import (
    N_COMPONENTS,
    WORD_BYTES,
    WordRows,
    check_reading_options,
    encode_words,
    is_number,
    write_text_rows,
)

HEADER_BYTES = 256  # a longer first line is no header, and need not be read to its end
PEEK_BYTES = 1 << 13  # looked at to tell the two formats apart
SEPARATORS = frozenset(b" \t\n\r\v\f")


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
        If a word is not a string, is empty, contains ASCII whitespace or cannot be encoded as UTF-8, or if it or the
        vectors are longer than a million. Nothing has been written then.
    """
    encoded = encode_words(
        words,
        vectors.shape[1],
        "word2vec's formats",
        lambda word: word and SEPARATORS.isdisjoint(word),
        "that are not empty and have no whitespace",
    )
    with replacing(path) as file:
        file.write(b"%d %d\n" % vectors.shape)
        if binary:
            for word, vector in zip(encoded, vectors.astype("<f4", copy=False), strict=True):
                file.write(word + b" " + vector.tobytes() + b"\n")
        else:
            write_text_rows(file, encoded, vectors)


def read_word2vec_format(path, binary=False, duplicates="raise", unicode_errors="strict"):
    """Read words and vectors from a file of the text or binary format.

    Parameters
    ----------
    path : path-like
        The file; decompressed if the name ends in ``.gz``.
    binary : bool, default=False
        Whether the file is of the binary format.
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
        If the file is not of this format, is cut short, repeats a word or holds a number that is not finite. The
        message gives the path and the line, or the row and byte.
    """
    check_reading_options(duplicates, unicode_errors)
    name = os.fsdecode(path)
    with reading(path) as file:
        header = file.readline(HEADER_BYTES)
        fields = header.split()
        if len(fields) != 2 or not all(field.isdigit() for field in fields) or int(fields[1]) == 0:
            raise ValueError(
                f"{name}, line 1: expected the header 'n_words n_components', two integers, got {header[:60]!r}"
            )
        n_words, n_components = map(int, fields)
        if n_components > N_COMPONENTS:
            raise ValueError(f"{name}, line 1: expected up to {N_COMPONENTS:,} components, got {header[:60]!r}")
        numbers = file.peek(PEEK_BYTES).partition(b"\n")[0].partition(b" ")[2]  # of the first row, if it is a line
        if _are_text(numbers, n_components) if binary else b"\0" in numbers:
            of_kind = "text" if binary else "binary"
            raise ValueError(f"{name}: the rows look like those of a {of_kind} file; expected binary={not binary}")
        read_rows = _read_binary_rows if binary else _read_text_rows
        return read_rows(file, name, n_words, n_components, duplicates, unicode_errors)


def _are_text(numbers, n_components):
    """Whether what stands between a word and the next newline are the numbers of a text file."""
    fields = numbers.split()
    return len(numbers) != 4 * n_components and len(fields) == n_components and all(map(is_number, fields))


def _read_text_rows(file, name, n_words, n_components, *options):
    """Words and vectors (V, d) from a text file past its header."""
    rows = WordRows(lambda line: f"{name}, line {line}", *options)
    number, lines = 1, numbered_lines(file, name, first=2)
    for number, line in islice(lines, min(n_words, sys.maxsize)):
        word, _, rest = line.rstrip().partition(b" ")
        rows.add_text(number, word, rest.split(None, n_components), n_components)
    if number < n_words + 1:
        raise ValueError(f"{name}, line {number + 1}: the file ends here, but its header promises {n_words} rows")
    for number, line in lines:
        if line.strip():
            raise ValueError(f"{name}, line {number}: the file goes on after the {n_words} rows its header promises")
    return rows.words, rows.vectors(n_components)


def _read_binary_rows(file, name, n_words, n_components, *options):
    """Words and vectors (V, d) from a binary file past its header."""
    offsets = array("q")

    def describe(row):
        return f"{name}, row {row + 1} at byte {offsets[row]}"

    rows = WordRows(describe, *options)
    row_bytes = 4 * n_components
    buffer, start, buffer_offset = b"", 0, file.tell()
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
        numbers = blank + 1
        rows.add(row, buffer[start:blank].lstrip(b"\n"), buffer[numbers : numbers + row_bytes])
        start = numbers + row_bytes
    end, rest = buffer_offset + start, buffer[start:] or file.read(CHUNK_BYTES)
    while rest:
        if rest.strip():
            raise ValueError(f"{name}, byte {end}: the file goes on after the {n_words} rows its header promises")
        rest = file.read(CHUNK_BYTES)
    return rows.words, rows.vectors(n_components, "<f4")
