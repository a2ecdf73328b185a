"""The rows of a file of word vectors, each a word and its numbers, as word2vec's and GloVe's files have them."""

import re
from array import array

import numpy as np

N_COMPONENTS = 1 << 20  # the longest vector that files may have: what is longer is a damaged header
WORD_BYTES = 1 << 20  # the longest word
DUPLICATES = ("raise", "drop")


def check_reading_options(duplicates, unicode_errors):
    """Raise a ValueError for options of reading that mean nothing, before anything is read."""
    if duplicates not in DUPLICATES:
        raise ValueError(f"duplicates={duplicates!r}: expected one of {', '.join(map(repr, DUPLICATES))}")
    try:
        b"\xff".decode("utf-8", unicode_errors)
    except UnicodeDecodeError:
        pass
    except (LookupError, TypeError) as error:
        raise ValueError(f"unicode_errors={unicode_errors!r}: expected 'strict', 'ignore' or 'replace'") from error


class WordRows:
    """The rows read so far. What is kept grows with what was read, whatever a header promises.

    Parameters
    ----------
    describe : callable
        From the place of a row, an integer, to the words for it in messages.
    duplicates : {'raise', 'drop'}
        What to do about a word that was there before.
    unicode_errors : str
        What to do about a word that is not UTF-8, as in `bytes.decode`.
    """

    def __init__(self, describe, duplicates, unicode_errors):
        self.words = []
        self._describe, self._duplicates, self._unicode_errors = describe, duplicates, unicode_errors
        self._row_of, self._places, self._numbers = {}, array("q"), bytearray()

    def add(self, place, word, numbers):
        """Add a row: its place in the file, the bytes of its word, and those of its numbers as float32."""
        try:
            token = word.decode("utf-8", self._unicode_errors)
        except UnicodeDecodeError as error:
            raise ValueError(
                f"{self._describe(place)}: the word {word[:60]!r} is not UTF-8; a file of another kind, or else "
                "unicode_errors='replace' reads words that were cut in the middle of a character"
            ) from error
        if not token:
            raise ValueError(f"{self._describe(place)}: no word")
        row = self._row_of.setdefault(token, len(self.words))
        if row < len(self.words):
            if self._duplicates == "drop":
                return
            raise ValueError(
                f"{self._describe(place)}: the word {token[:60]!r} is a duplicate of "
                f"{self._describe(self._places[row])}; duplicates='drop' keeps the first"
            )
        self.words.append(token)
        self._places.append(place)
        self._numbers += numbers

    def add_text(self, place, word, fields, n_components):
        """Add a row of a text file: its place, the bytes of its word, and those of each of its numbers."""
        if word and len(fields) != n_components:  # a row without a word is told from one of another length
            n_fields = sum(1 for field in fields for _ in re.finditer(rb"\S+", field))  # the last may hold several
            raise ValueError(f"{self._describe(place)}: expected {n_components} numbers after the word, got {n_fields}")
        try:
            numbers = array("f", map(float, fields))
            readable = b"_" not in b"".join(fields)  # which Python's float would take: 1_0 is 10.0
        except ValueError:
            readable = False
        if not readable:
            field = next(field for field in fields if not is_number(field))
            raise ValueError(f"{self._describe(place)}: could not convert {field[:60]!r} to a number")
        self.add(place, word, numbers)

    def vectors(self, n_components, dtype=np.float32):
        """The numbers as float32, shape (V, d); ValueError if one is not finite. `dtype` is that of the bytes added."""
        vectors = np.frombuffer(self._numbers, dtype=dtype).reshape(len(self.words), n_components)  # (V, d)
        vectors = vectors.astype(np.float32, copy=False)
        check_finite_rows(vectors, lambda row: self._describe(self._places[row]))
        return vectors


def check_finite_rows(vectors, describe):
    """Raise a ValueError for the first row of vectors (V, d) that is not finite; `describe` names its place."""
    not_finite = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
    if len(not_finite):
        raise ValueError(f"{describe(not_finite[0])}: a value is not finite (as float32)")


def check_n_components(n_components, format_name):
    """Raise a ValueError for vectors too long to be read again."""
    if n_components > N_COMPONENTS:
        raise ValueError(f"{format_name} hold vectors of up to {N_COMPONENTS:,} numbers, got {n_components:,}")


def is_number(field):
    """Whether bytes without blanks are a number, be it finite or not."""
    try:
        float(field)
    except ValueError:
        return False
    return b"_" not in field


def write_text_rows(file, encoded, vectors):
    """Write the rows of a text file: the words, encoded already, and their vectors (V, d), float32, to the bit."""
    row_format = " ".join(["%.9g"] * vectors.shape[1])  # nine digits tell any two float32 apart
    for word, vector in zip(encoded, vectors, strict=True):
        numbers = row_format % tuple(vector.tolist())
        file.write(word + b" " + numbers.encode("ascii") + b"\n")


def encode_words(words, n_components, format_name, is_fit, requirement):
    """The bytes of each word; ValueError where a word or the length of the vectors does not fit the format.

    Parameters
    ----------
    words : list of str
    n_components : int
    format_name : str
        The subject of messages, in the plural.
    is_fit : callable
        From the bytes of a word to whether the format can hold them.
    requirement : str
        What `is_fit` asks for, in words.
    """
    check_n_components(n_components, format_name)
    encoded = []
    for word in words:
        if not isinstance(word, str):
            raise ValueError(f"{format_name} hold strings, got the token {word!r} of type {type(word).__name__}")
        try:
            encoded.append(word.encode("utf-8"))
        except UnicodeEncodeError as error:
            raise ValueError(f"{format_name} are UTF-8, which cannot encode the word {word[:60]!r}") from error
        if len(encoded[-1]) > WORD_BYTES:
            raise ValueError(f"{format_name} hold words of up to {WORD_BYTES:,} bytes, got {word[:60]!r}...")
        if not is_fit(encoded[-1]):
            raise ValueError(f"{format_name} need words {requirement}, got {word[:60]!r}")
    return encoded
