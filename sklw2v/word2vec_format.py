"""word2vec's files: word vectors in its text and binary formats, and the test sets of an evaluation.

Word vectors are written whole or not at all. Both of their formats start with a line ``n_words n_components``. A row
of the text format is the word and its numbers, separated by blanks; a row of the binary format is the word, one blank
and the numbers as little-endian float32, after which some programs put a newline. Words are UTF-8. (Mikolov et al.
2013, the C program ``word2vec``.)
"""

import errno
import gzip
import math
import os
import secrets
import zlib
from array import array
from contextlib import contextmanager

import numpy as np

CHUNK_BYTES = 1 << 20
HEADER_BYTES = 256  # a longer first line is no header, and need not be read to its end
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
        If a word is not a string, is empty, contains ASCII whitespace or cannot be encoded as UTF-8. Nothing has been
        written then.
    """
    encoded = [_encode(word) for word in words]
    with _replacing(path) as file:
        file.write(b"%d %d\n" % vectors.shape)
        if binary:
            for word, vector in zip(encoded, vectors.astype("<f4", copy=False), strict=True):
                file.write(word + b" " + vector.tobytes() + b"\n")
        else:
            row_format = " ".join(["%.9g"] * vectors.shape[1])  # nine digits tell any two float32 apart
            for word, vector in zip(encoded, vectors, strict=True):
                numbers = row_format % tuple(vector.tolist())
                file.write(word + b" " + numbers.encode("ascii") + b"\n")


def read_word2vec_format(path, binary=False):
    """Read words and vectors from a file of the text or binary format.

    Parameters
    ----------
    path : path-like
        The file; decompressed if the name ends in ``.gz``.
    binary : bool, default=False
        Whether the file is of the binary format.

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
    path = os.fspath(path)
    opener = gzip.open if _is_gzip(path) else open
    try:
        with opener(path, "rb") as file:
            header = file.readline(HEADER_BYTES)
            fields = header.split()
            if len(fields) != 2 or not all(field.isdigit() for field in fields) or int(fields[1]) == 0:
                raise ValueError(
                    f"{path}, line 1: expected the header 'n_words n_components', two integers, got {header[:60]!r}"
                )
            read_rows = _read_binary_rows if binary else _read_text_rows
            words, vectors, places = read_rows(file, path, int(fields[0]), int(fields[1]))
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(f"{path} is not a complete gzip file: {error}") from error
    not_finite = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
    if len(not_finite):
        raise ValueError(f"{places(not_finite[0])}: a value is not finite (as float32)")
    return words, vectors


def read_word_pairs(path):
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
        fields = [field.strip() for field in line.split("\t")] if "\t" in line else line.split()
        try:
            first, second, score = fields[0], fields[1], float(fields[2])
        except (IndexError, ValueError):
            score = math.nan
        if len(fields) != 3 or not math.isfinite(score):
            raise ValueError(f"{place}: expected 'word word score', got {line!r}")
        pairs.append((first, second, score))
    return pairs


def read_analogies(path):
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
        words = tuple(line.split())
        if not sections:
            raise ValueError(f"{place}: expected a line ': name' of a section before the first question, got {line!r}")
        if len(words) != 4:
            raise ValueError(f"{place}: expected four words, got {line!r}")
        sections[-1][1].append(words)
    return sections


def _lines(path):
    """Each line of a UTF-8 text that is neither blank nor a comment, stripped, after its place in the file."""
    with open(path, "rb") as file:
        for number, raw in enumerate(file, start=1):
            place = f"{os.fspath(path)}, line {number}"
            try:
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip()
            except UnicodeDecodeError as error:
                raise ValueError(f"{place}: not UTF-8: {error}") from error
            if line and not line.startswith("#"):
                yield place, line


def _read_text_rows(file, path, n_words, n_components):
    """Words, vectors (V, d) and a function from a row to its place in the file, from a text file past its header."""

    def place(row):
        return f"{path}, line {row + 2}"

    words, numbers, row_of = [], array("f"), {}
    for row in range(n_words):
        line = file.readline()
        if not line:
            raise ValueError(f"{place(row)}: the file ends here, but its header promises {n_words} rows")
        word, _, rest = line.rstrip().partition(b" ")
        fields = rest.split()
        _add_word(words, row_of, word, place)
        if len(fields) != n_components:
            raise ValueError(f"{place(row)}: expected {n_components} numbers after the word, got {len(fields)}")
        try:
            numbers.extend(map(float, fields))
        except ValueError as error:
            raise ValueError(f"{place(row)}: {error}") from error
    if file.read(CHUNK_BYTES).strip():
        raise ValueError(f"{place(n_words)}: the file goes on after the {n_words} rows that its header promises")
    vectors = np.frombuffer(numbers, dtype=np.float32).reshape(n_words, n_components)  # (V, d)
    return words, vectors, place


def _read_binary_rows(file, path, n_words, n_components):
    """Words, vectors (V, d) and a function from a row to its place in the file, from a binary file past its header."""
    offsets = []

    def place(row):
        return f"{path}, row {row + 1} at byte {offsets[row]}"

    row_bytes = 4 * n_components
    words, numbers, row_of = [], bytearray(), {}
    buffer, start, buffer_offset = b"", 0, file.tell()
    for row in range(n_words):
        offsets.append(buffer_offset + start)
        blank = buffer.find(b" ", start)
        while blank < 0 or len(buffer) < blank + 1 + row_bytes:
            buffer, buffer_offset, start = buffer[start:], buffer_offset + start, 0
            more = file.read(max(CHUNK_BYTES, len(buffer)))  # never by the header, which may promise anything
            if not more:
                raise ValueError(f"{place(row)}: the file ends here, but its header promises {n_words} rows")
            buffer += more
            blank = buffer.find(b" ")
        _add_word(words, row_of, buffer[start:blank].lstrip(b"\n"), place)
        start = blank + 1 + row_bytes
        numbers += buffer[blank + 1 : start]
    if (buffer[start:] + file.read(CHUNK_BYTES)).strip():
        raise ValueError(
            f"{path}, byte {buffer_offset + start}: the file goes on after the {n_words} rows that its header promises"
        )
    vectors = np.frombuffer(numbers, dtype="<f4").reshape(n_words, n_components)  # (V, d)
    return words, vectors.astype(np.float32, copy=False), place


def _add_word(words, row_of, raw, place):
    """Append the next word, given as bytes, to `words` and its row to `row_of`."""
    row = len(words)
    try:
        word = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"{place(row)}: the word {raw[:60]!r} is not UTF-8 (is `binary` right for it?)") from error
    if not word:
        raise ValueError(f"{place(row)}: no word")
    if row_of.setdefault(word, row) != row:
        raise ValueError(f"{place(row)}: the word {word!r} is a duplicate of {place(row_of[word])}")
    words.append(word)


def _encode(word):
    """The bytes of a word that both formats can hold."""
    if not isinstance(word, str):
        raise ValueError(f"word2vec's formats hold strings, got the token {word!r} of type {type(word).__name__}")
    try:
        encoded = word.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(f"word2vec's formats are UTF-8, which cannot encode the word {word!r}") from error
    if not encoded or not SEPARATORS.isdisjoint(encoded):
        raise ValueError(f"word2vec's formats need words that are not empty and have no whitespace, got {word!r}")
    return encoded


def _is_gzip(path):
    return os.fspath(path).endswith(".gz")


@contextmanager
def _replacing(path):
    """A binary file to write, beside `path`; it takes the place of `path` on leaving, or is removed after an error."""
    target = os.path.realpath(path)  # a symbolic link keeps pointing where it does
    if not os.path.isdir(os.path.dirname(target)):
        raise FileNotFoundError(errno.ENOENT, "the directory of the file does not exist", os.fspath(path))
    temporary = f"{target}.{secrets.token_hex(4)}.tmp"
    try:
        with open(temporary, "xb") as raw:
            if _is_gzip(path):
                # No name and no time in the header: the same vectors give the same bytes. Level 1 makes 48% of
                # text vectors, level 6 44% in seven times the time.
                with gzip.GzipFile(filename="", mode="wb", compresslevel=1, fileobj=raw, mtime=0) as file:
                    yield file
            else:
                yield raw
        os.replace(temporary, target)
    except BaseException:
        if os.path.exists(temporary):
            os.remove(temporary)
        raise
