"""The rows of a file of word vectors, each a word and its numbers, as word2vec's and GloVe's files have them."""

import re
import warnings
from array import array
from codecs import BOM_UTF8
from dataclasses import dataclass
from numbers import Integral

import numpy as np
from sklearn.utils import check_scalar

from sklw2v.utils import numbered_lines

N_COMPONENTS = 1 << 20  # the longest vector that files may have: what is longer is a damaged header
WORD_BYTES = 1 << 20  # the longest word
HEADER_BYTES = 256  # a longer first line is no header, and need not be read to its end
DUPLICATES = ("raise", "drop")


@dataclass(frozen=True)
class ReadingOptions:
    """How files of words are read; a ValueError or TypeError for options that mean nothing, before anything is read.

    Attributes
    ----------
    duplicates : {'raise', 'drop'}
        'drop' keeps the first row of a word that has several.
    unicode_errors : str
        What to do about a word that is not UTF-8, as in `bytes.decode`.
    limit : int or None
        How many words to read, from the first; None for all. Rows beyond are not looked at.
    """

    duplicates: str = "raise"
    unicode_errors: str = "strict"
    limit: int | None = None

    def __post_init__(self):
        if self.duplicates not in DUPLICATES:
            raise ValueError(f"duplicates={self.duplicates!r}: expected one of {', '.join(map(repr, DUPLICATES))}")
        try:
            b"\xff".decode("utf-8", self.unicode_errors)
        except UnicodeDecodeError:
            pass
        except (LookupError, TypeError) as error:
            raise ValueError(
                f"unicode_errors={self.unicode_errors!r}: expected 'strict', 'ignore' or 'replace'"
            ) from error
        check_limit(self.limit)


def check_limit(limit):
    """Raise a ValueError or TypeError for a number of words to read that is neither None nor at least 1."""
    if limit is not None:
        check_scalar(limit, "limit", Integral, min_val=1)


def text_lines(file, name, first=1):
    """Yield (number, line) for each line of a text file, without blanks at its end; a byte order mark is no part of it.

    Raises
    ------
    ValueError
        If a line is too long, or has a carriage return before its end, as lines of other systems end with.
    """
    for number, line in numbered_lines(file, name, first):
        line = line.removeprefix(BOM_UTF8).rstrip() if number == 1 else line.rstrip()
        check_line_end(line, f"{name}, line {number}")
        yield number, line


def check_line_end(line, place):
    """Raise a ValueError for a carriage return in a line without its end."""
    if b"\r" in line:
        raise ValueError(
            f"{place}: a carriage return stands within the line; expected lines that end with a newline, or with a "
            r"carriage return and a newline ('\n' or '\r\n')"
        )


def split_word(line):
    """The word of a line, before its first blank or tab, and what follows it."""
    word, _, rest = line.partition(b" ")
    if b"\t" in word:
        word, _, rest = line.partition(b"\t")
    return word, rest


def read_header(line):
    """The numbers of words and of components that a line promises, or None if it is no header."""
    fields = line.split()
    if len(fields) != 2 or not all(field.isdigit() for field in fields) or int(fields[1]) == 0:
        return None
    return int(fields[0]), int(fields[1])


class WordRows:
    """The rows read so far. What is kept grows with what was read, whatever a header promises.

    Parameters
    ----------
    describe : callable
        From the place of a row, an integer, to the words for it in messages.
    options : ReadingOptions
    not_utf8 : str
        What messages say of a word that is not UTF-8.
    """

    def __init__(self, describe, options, not_utf8="a file of another kind"):
        self.words = []
        self._describe, self._options, self._not_utf8 = describe, options, not_utf8
        self._row_of, self._places, self._numbers = {}, array("q"), bytearray()
        self._n_skipped, self._first_skipped = 0, None

    @property
    def is_full(self):
        """Whether there are as many words as were to be read."""
        return len(self.words) == self._options.limit

    def add(self, place, word, numbers):
        """Add a row: its place in the file, the bytes of its word, and those of its numbers as float32."""
        try:
            token = word.decode("utf-8", self._options.unicode_errors)
        except UnicodeDecodeError as error:
            raise ValueError(
                f"{self._describe(place)}: the word {word[:60]!r} is not UTF-8; {self._not_utf8}, or else "
                "unicode_errors='replace' reads words that were cut in the middle of a character"
            ) from error
        if not token:
            raise ValueError(f"{self._describe(place)}: no word")
        row = self._row_of.setdefault(token, len(self.words))
        if row < len(self.words):
            if self._options.duplicates == "drop":
                return
            raise ValueError(
                f"{self._describe(place)}: the word {token[:60]!r} is a duplicate of "
                f"{self._describe(self._places[row])}; duplicates='drop' keeps the first"
            )
        self.words.append(token)
        self._places.append(place)
        self._numbers += numbers

    def add_text(self, place, word, fields, n_components):
        """Add a row of a text file: its place, the bytes of its word, and those of each of its numbers.

        A row of numbers without a word is skipped, and counted for a warning: Stanford's ``glove.twitter.27B`` has one.
        """
        if not word and len(fields) == n_components and all(map(is_number, fields)):
            self._n_skipped += 1
            self._first_skipped = self._first_skipped or place
            return
        if not word:
            raise ValueError(f"{self._describe(place)}: no word")
        if len(fields) != n_components:
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
        if self._n_skipped:
            rows = "1 row without a word was" if self._n_skipped == 1 else f"{self._n_skipped} rows without a word were"
            warnings.warn(
                f"{rows} skipped, the first at {self._describe(self._first_skipped)}", UserWarning, stacklevel=4
            )
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


def count_numbers(line):
    """How many of a line's last fields are numbers, the first field being a word unless a blank stands before it."""
    fields = line.rsplit(None, N_COMPONENTS)[not line[:1].isspace() :]
    for n_numbers, field in enumerate(reversed(fields)):
        if not is_number(field):
            return n_numbers
    return len(fields)


def write_text_rows(file, encoded, vectors):
    """Write the rows of a text file: the words, encoded already, and their vectors (V, d), float32, to the bit."""
    row_format = " ".join(["%.9g"] * vectors.shape[1])  # nine digits tell any two float32 apart
    for word, vector in zip(encoded, vectors, strict=True):
        numbers = row_format % tuple(vector.tolist())
        file.write(word + b" " + numbers.encode("ascii") + b"\n")


def encode_words(words, n_components, format_name, is_fit, requirement):
    """The bytes of each word; ValueError where a word or the length of the vectors does not fit the format.

    A message tells of the format that can hold a word, if there is one.

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
            raise ValueError(
                f"{format_name} are UTF-8, which cannot encode the word {word[:60]!r}{_instead(word)}"
            ) from error
        if len(encoded[-1]) > WORD_BYTES:
            raise ValueError(f"{format_name} hold words of up to {WORD_BYTES:,} bytes, got {word[:60]!r}...")
        if not is_fit(encoded[-1]):
            raise ValueError(f"{format_name} need words {requirement}, got {word[:60]!r}{_instead(word)}")
    return encoded


def _instead(word):
    """What messages say of a word that a format cannot hold."""
    return "" if not word or word.endswith("\0") else "; a .npz file can hold it"
