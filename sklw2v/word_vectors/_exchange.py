"""Word vectors to and from other programs: files, pandas and gensim.

The functions are methods of `WordVectors`, and those that start with ``cls`` its class methods. They use its public
methods and attributes alone.

Files are written whole or, after an error, are as they were before. They are read in memory that grows with the size
of the file, whatever its header promises. What is wrong with a file is a ValueError with the path and the line, row or
byte.
"""

import os
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from sklw2v.utils import check_words
from sklw2v.word_vectors.formats import (
    read_glove_format,
    read_npz_format,
    read_word2vec_format,
    write_glove_format,
    write_npz_format,
    write_word2vec_format,
)

if TYPE_CHECKING:
    import pandas


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
        If a token is not a string, or is empty, has ASCII whitespace in it or cannot be encoded as UTF-8.

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
) -> Any:
    """Read words and vectors from a file of word2vec's text or binary format; `counts` is None.

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

    Raises
    ------
    ValueError
        If the file is not of this format, is cut short, repeats a word or holds a number that is not finite. The
        message gives the path and the line, or the row and byte.

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
    return cls(*read_word2vec_format(path, binary, duplicates, unicode_errors))


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
        If a token is not a string, is empty, cannot be encoded as UTF-8, has a newline in it or ASCII whitespace
        at either end, or ends with a number after a blank, which could not be told from those of its vector.

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
) -> Any:
    """Read words and vectors from a text file of GloVe (Pennington, Socher and Manning 2014); `counts` is None.

    Parameters
    ----------
    path : path-like
        The file; decompressed if the name ends in ``.gz``. Blank lines are skipped.
    n_components : int, default=None
        How many numbers a row ends with; what stands before is its word, which may have blanks but not a number
        after the last of them. By default as many as in the first row.
    duplicates : {'raise', 'drop'}, default='raise'
        What to do about a word that has several rows: 'drop' keeps the first of them. Stanford's
        ``glove.840B.300d.txt`` has such a word.
    unicode_errors : str, default='strict'
        What to do about a word that is not UTF-8, as in `bytes.decode`.

    Raises
    ------
    ValueError
        If the file is not of this format, has no row, repeats a word or holds a number that is not finite. The
        message gives the path and the line.

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
    return cls(*read_glove_format(path, n_components, duplicates, unicode_errors))


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


def load_npz(cls, path: str | os.PathLike[str]) -> Any:
    """Read words, vectors and counts from a ``.npz`` file; nothing in it is unpickled.

    Parameters
    ----------
    path : path-like
        What `save_npz` wrote, or ``numpy.savez(path, words=..., vectors=..., counts=...)``, compressed or not, with
        or without counts.

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
    return cls(*read_npz_format(path))


def to_frame(word_vectors) -> "pandas.DataFrame":
    """The vectors as a pandas frame, a row a word; counts are no part of it.

    Returns
    -------
    pandas.DataFrame of shape (V, d), float32
        A copy; the index holds the words as they are, the columns are numbered from 0.

    Raises
    ------
    ImportError
        If pandas is not installed.

    Examples
    --------
    >>> from sklw2v import WordVectors
    >>> WordVectors(["king", "queen"], [[2, 1], [2, 1.5]]).to_frame()
             0    1
    king   2.0  1.0
    queen  2.0  1.5
    """
    try:
        import pandas
    except ImportError as error:
        raise ImportError("to_frame needs pandas: pip install pandas") from error
    index = pandas.Index(word_vectors.words, dtype=object, tupleize_cols=False)
    return pandas.DataFrame(word_vectors.vectors, index=index, copy=True)


def from_frame(cls, frame: "pandas.DataFrame", counts: ArrayLike | None = None) -> Any:
    """Words from the index of a pandas frame, vectors from its rows.

    Parameters
    ----------
    frame : pandas.DataFrame of shape (V, d)
        Finite numbers in every column; the index holds the words, each once. Values are copied.
    counts : array-like of shape (V,), default=None
        How often each word occurred.

    Raises
    ------
    TypeError
        If `frame` is not a frame.
    ValueError
        If a value is missing or no finite number, or if a word is missing or occurs twice.

    Examples
    --------
    >>> import pandas as pd
    >>> from sklw2v import WordVectors
    >>> WordVectors.from_frame(pd.DataFrame({"x": [2, 2], "y": [1, 1.5]}, index=["king", "queen"]))
    WordVectors(n_words=2, n_components=2)
    """
    if not hasattr(frame, "index") or not hasattr(frame, "columns") or not hasattr(frame, "to_numpy"):
        raise TypeError(f"frame must be a pandas.DataFrame, got a {type(frame).__name__}")
    if not all(dtype.kind in "biuf" for dtype in frame.dtypes):
        kinds = ", ".join(sorted({str(dtype) for dtype in frame.dtypes if dtype.kind not in "biuf"}))
        raise ValueError(f"frame must hold a number in every cell, got columns of type {kinds}")
    with np.errstate(over="ignore", invalid="ignore"):  # what does not fit float32 is found with the vectors
        try:
            vectors = frame.to_numpy(dtype=np.float32, copy=True)  # (V, d)
        except (TypeError, ValueError) as error:
            raise ValueError(f"frame must hold a number in every cell: {error}") from error
    words = frame.index.tolist()
    check_words(words, "frame.index")
    return cls(words, vectors, counts)


def to_gensim(word_vectors) -> Any:
    """The same words, vectors and counts as gensim's `KeyedVectors`.

    Returns
    -------
    gensim.models.KeyedVectors
        With copies of the vectors, and with counts as its attribute "count" where there are any.

    Raises
    ------
    ImportError
        If gensim is not installed.
    ValueError
        If a token is neither a string nor an integer: gensim knows no others.

    Examples
    --------
    >>> from sklw2v import WordVectors
    >>> wv = WordVectors(["king", "queen"], [[2, 1], [2, 1.5]])
    >>> keyed_vectors = wv.to_gensim()
    >>> keyed_vectors["queen"].tolist()
    [2.0, 1.5]
    """
    for word in word_vectors.words:
        if not isinstance(word, (str, int, np.integer)):
            raise ValueError(f"gensim's tokens are strings and integers, got {word!r} of type {type(word).__name__}")
    try:
        from gensim.models import KeyedVectors
    except ImportError as error:
        raise ImportError("to_gensim needs gensim: pip install gensim") from error
    keyed_vectors = KeyedVectors(word_vectors.vectors.shape[1])
    keyed_vectors.add_vectors(word_vectors.words, word_vectors.vectors)
    if word_vectors.counts is not None:
        for word, count in zip(word_vectors.words, word_vectors.counts.tolist(), strict=True):
            keyed_vectors.set_vecattr(word, "count", count)
    return keyed_vectors


def from_gensim(cls, keyed_vectors: Any) -> Any:
    """Words, vectors and counts of gensim's `KeyedVectors`; gensim need not be installed.

    Parameters
    ----------
    keyed_vectors : gensim.models.KeyedVectors
        Or any object with its attributes ``index_to_key`` (words) and ``vectors`` (V, d). Counts are asked for by
        ``get_vecattr(word, "count")``, where there is that method and it knows; for vectors that gensim read from a
        file it makes up falling counts. Vectors are copied, since gensim
        may go on training its own.

    Raises
    ------
    TypeError
        If `keyed_vectors` has no such attributes: those of a gensim model are its attribute ``wv``.
    ValueError
        If a word is missing.

    Examples
    --------
    >>> from sklw2v import WordVectors
    >>> keyed_vectors = WordVectors(["king", "queen"], [[2, 1], [2, 1.5]], counts=[9, 7]).to_gensim()
    >>> WordVectors.from_gensim(keyed_vectors).counts
    array([9, 7])
    """
    if not hasattr(keyed_vectors, "index_to_key") or not hasattr(keyed_vectors, "vectors"):
        raise TypeError(
            f"keyed_vectors must be gensim's KeyedVectors, got a {type(keyed_vectors).__name__}"
            + "; give its attribute wv" * hasattr(keyed_vectors, "wv")
        )
    words, counts = list(keyed_vectors.index_to_key), None
    check_words(words, "keyed_vectors.index_to_key")  # None stands where no word was added yet
    if hasattr(keyed_vectors, "get_vecattr"):
        try:
            counts = np.array([keyed_vectors.get_vecattr(word, "count") for word in words])
        except KeyError:  # it has none
            counts = None
    return cls(words, np.array(keyed_vectors.vectors), counts)
