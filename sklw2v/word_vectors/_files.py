"""Word vectors to and from files.

The functions are methods of `WordVectors`, and those that start with ``cls`` its class methods. They use its public
methods and attributes alone.

Files are written whole or, after an error, are as they were before. They are read in memory that grows with the size
of the file, whatever its header promises. What is wrong with a file is a ValueError with the path and the line, row or
byte, and with the method that reads it if it looks like one of another kind.
"""

import os
from typing import Any

from sklw2v.word_vectors.formats import (
    BINARY,
    NPZ,
    ReadingOptions,
    encode_word2vec,
    npz_dtype,
    read_glove_format,
    read_npz_format,
    read_word2vec_format,
    write_glove_format,
    write_npz_format,
    write_word2vec_format,
)


def save_word2vec_format(word_vectors, path: str | os.PathLike[str], binary: bool = False) -> None:
    """Write words and vectors in word2vec's text or binary format, which gensim and others read.

    Counts are no part of the format.

    Parameters
    ----------
    path : path-like
        Where to write; compressed if the name ends in ``.gz``.
    binary : bool, default=False
        The binary format instead of the text format. Both keep every bit of the vectors.

    Raises
    ------
    ValueError
        If a token is not a string, or is empty, has ASCII whitespace in it or cannot be encoded as UTF-8; with
        `binary` also if it has other ASCII control characters in it.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from sklw2v import WordVectors
    >>> wv = WordVectors(["king", "queen"], [[2, 1], [2, 1.5]])
    >>> with TemporaryDirectory() as directory:
    ...     path = Path(directory, "vectors.txt")
    ...     wv.save_word2vec_format(path)
    ...     print(path.read_text(), end="")
    2 2
    king 2 1
    queen 2 1.5
    """
    write_word2vec_format(path, word_vectors.words, word_vectors.vectors, binary)


def load_word2vec_format(
    cls,
    path: str | os.PathLike[str],
    binary: bool = False,
    *,
    duplicates: str = "raise",
    unicode_errors: str = "strict",
    limit: int | None = None,
) -> Any:
    """Read words and vectors from a file of word2vec's text or binary format; `counts` is None.

    Columns of the text format may be separated by tabs. In either a byte order mark may come first.

    Parameters
    ----------
    path : path-like
        The file; decompressed if the name ends in ``.gz``.
    binary : bool, default=False
        Whether the file is of the binary format.
    duplicates : {'raise', 'drop'}, default='raise'
        What to do about a word that has several rows: 'drop' keeps the first of them, as gensim does. Programs
        that cut long words write such files.
    unicode_errors : str, default='strict'
        What to do about a word that is not UTF-8, as in `bytes.decode`: 'replace' puts U+FFFD for what is wrong,
        'ignore' leaves it out. Programs that cut words between two bytes of a character write such files.
    limit : int, default=None
        How many words to read, from the first; None for all. Rows beyond are neither read nor checked.

    Raises
    ------
    ValueError
        If the file is not of this format, is cut short, repeats a word or holds a number that is not finite; if a word
        of a binary file has ASCII control characters in it, or some of its rows but not all are followed by a newline,
        as where a word had a blank in it. The message gives the path and the line, or the row and byte.

    Warns
    -----
    UserWarning
        If rows of a text file have numbers but no word. They are skipped.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from sklw2v import WordVectors
    >>> wv = WordVectors(["king", "queen"], [[2, 1], [2, 1.5]])
    >>> with TemporaryDirectory() as directory:
    ...     path = Path(directory, "vectors.bin.gz")
    ...     wv.save_word2vec_format(path, binary=True)
    ...     WordVectors.load_word2vec_format(path, binary=True)
    WordVectors(n_words=2, n_components=2)
    """
    return cls(*read_word2vec_format(path, binary, ReadingOptions(duplicates, unicode_errors, limit)))


def save_glove_format(word_vectors, path: str | os.PathLike[str]) -> None:
    """Write words and vectors in GloVe's text format: word2vec's without its header, and words may have blanks.

    Counts are no part of the format.

    Parameters
    ----------
    path : path-like
        Where to write; compressed if the name ends in ``.gz``. The file keeps every bit of the vectors.

    Raises
    ------
    ValueError
        If a token is not a string, is empty, cannot be encoded as UTF-8, has a newline or carriage return in it or
        ASCII whitespace at either end, or ends with a number after a blank, which could not be told from those of its
        vector; or if the first word begins with a byte order mark.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from sklw2v import WordVectors
    >>> wv = WordVectors(["the", ". . ."], [[2, 1], [2, 1.5]])
    >>> with TemporaryDirectory() as directory:
    ...     path = Path(directory, "glove.txt")
    ...     wv.save_glove_format(path)
    ...     print(path.read_text(), end="")
    the 2 1
    . . . 2 1.5
    """
    write_glove_format(path, word_vectors.words, word_vectors.vectors)


def load_glove_format(
    cls,
    path: str | os.PathLike[str],
    n_components: int | None = None,
    *,
    duplicates: str = "raise",
    unicode_errors: str = "strict",
    limit: int | None = None,
) -> Any:
    """Read words and vectors from a text file of GloVe (Pennington, Socher and Manning 2014); `counts` is None.

    Parameters
    ----------
    path : path-like
        The file; decompressed if the name ends in ``.gz``. Blank lines and a byte order mark are skipped. Columns may
        be separated by tabs.
    n_components : int, default=None
        How many numbers a row ends with; what stands before is its word, which may have blanks but not a number
        after the last of them. By default as many as in the first row.
    duplicates : {'raise', 'drop'}, default='raise'
        What to do about a word that has several rows: 'drop' keeps the first of them. Stanford's
        ``glove.840B.300d.txt`` has such a word.
    unicode_errors : str, default='strict'
        What to do about a word that is not UTF-8, as in `bytes.decode`.
    limit : int, default=None
        How many words to read, from the first; None for all. Rows beyond are neither read nor checked.

    Raises
    ------
    ValueError
        If the file is not of this format, has no row, repeats a word or holds a number that is not finite, or if lines
        end with carriage returns alone. The message gives the path and the line.

    Warns
    -----
    UserWarning
        If rows have numbers but no word, as one of Stanford's ``glove.twitter.27B`` has. They are skipped.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from sklw2v import WordVectors
    >>> with TemporaryDirectory() as directory:
    ...     path = Path(directory, "glove.txt")
    ...     _ = path.write_text("the 0.5 1\\n. . . 0.25 2\\n<unk> 0 0\\n")
    ...     WordVectors.load_glove_format(path).words
    ['the', '. . .', '<unk>']
    """
    return cls(*read_glove_format(path, n_components, ReadingOptions(duplicates, unicode_errors, limit)))


def save_npz(word_vectors, path: str | os.PathLike[str]) -> None:
    """Write words, vectors and counts as arrays in a ``.npz`` file, which `numpy.load` reads without pickles.

    Words become an array of strings or of 64-bit integers; the same words, bits and counts come back.

    Parameters
    ----------
    path : path-like
        Where to write; no ending is added to the name.

    Raises
    ------
    ValueError
        If tokens are neither all strings nor all integers that fit, if a string ends with a NUL character, which
        NumPy would drop, or if the name ends in ``.gz``.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import numpy as np
    >>> from sklw2v import WordVectors
    >>> wv = WordVectors(["king", "queen"], [[2, 1], [2, 1.5]], counts=[9, 7])
    >>> with TemporaryDirectory() as directory:
    ...     path = Path(directory, "vectors.npz")
    ...     wv.save_npz(path)
    ...     with np.load(path) as arrays:
    ...         print(arrays["words"], arrays["counts"])
    ['king' 'queen'] [9 7]
    """
    write_npz_format(path, word_vectors.words, word_vectors.vectors, word_vectors.counts)


def load_npz(cls, path: str | os.PathLike[str], *, limit: int | None = None) -> Any:
    """Read words, vectors and counts from a ``.npz`` file; nothing in it is unpickled.

    Parameters
    ----------
    path : path-like
        What `save_npz` wrote, or ``numpy.savez(path, words=..., vectors=..., counts=...)``, compressed or not, with
        or without counts.
    limit : int, default=None
        How many words to read, from the first; None for all. Rows beyond are neither read nor checked.

    Raises
    ------
    ValueError
        If the file is not of this format, is damaged, repeats a word, holds a number that is not finite, or expands
        to more than 64 MiB and 100 times its size. The message gives the path, the array and the row.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from sklw2v import WordVectors
    >>> wv = WordVectors([7, 11], [[2, 1], [2, 1.5]], counts=[9, 7])
    >>> with TemporaryDirectory() as directory:
    ...     path = Path(directory, "vectors.npz")
    ...     wv.save_npz(path)
    ...     WordVectors.load_npz(path).words
    [7, 11]
    """
    return cls(*read_npz_format(path, limit))


def check_savable(words: list[Any], kind: str) -> None:
    """Raise a ValueError for words that files of a kind, of word2vec's two or ``.npz``, cannot hold.

    Parameters
    ----------
    words : list
    kind : str
        `TEXT`, `BINARY` or `NPZ`.
    """
    if kind == NPZ:
        npz_dtype(words)
    else:
        encode_word2vec(words, 1, kind == BINARY)
