"""Word vectors to and from pandas and gensim.

The functions are methods of `WordVectors`, and those that start with ``cls`` its class methods. They use its public
methods and attributes alone.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from sklw2v.utils import check_words

if TYPE_CHECKING:
    import pandas


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
