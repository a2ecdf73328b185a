"""What kind of file stands at a path, told by its first bytes: of word vectors, or of what may be taken for them."""

import gzip
import os
import re
import zlib
from codecs import BOM_UTF8
from contextlib import contextmanager

from sklw2v.utils import has_ending
from sklw2v.word_vectors.formats._rows import HEADER_BYTES, count_numbers, is_number, read_header, split_word

TEXT, BINARY, GLOVE, NPZ = "word2vec text", "word2vec binary", "GloVe", "npz"
DESCRIPTIONS = {
    TEXT: "word2vec's text format, which load_word2vec_format reads with binary=False",
    BINARY: "word2vec's binary format, which load_word2vec_format reads with binary=True",
    GLOVE: "GloVe's format, which load_glove_format reads",
    NPZ: "NumPy's .npz format, which load_npz reads",
    "npy": "NumPy's .npy format, of a single array, which numpy.load reads",
    "zip": "a zip archive, from which the vectors are to be extracted first",
    "gzip": "gzip, which is decompressed if the name ends in .gz",
    "other compression": "bzip2, xz or zstd, and is to be decompressed first",
    "pickle": "a pickle, such as gensim's save writes: load it with gensim, and pass its KeyedVectors to from_gensim",
    "fastText": "a model of fastText: load it with gensim's load_facebook_vectors, and pass the result to from_gensim",
    "UTF-16": "text in UTF-16, where UTF-8 is expected",
}
SIGNATURES = [  # what files of these kinds start with, and no text in UTF-8 that is a row of words and numbers
    (re.compile(rb"PK\x03\x04.{22}.{4}[^\0]{1,60}\.npy", re.DOTALL), NPZ),
    (re.compile(rb"PK(\x03\x04|\x05\x06)"), "zip"),
    (re.compile(rb"\x93NUMPY"), "npy"),
    (re.compile(rb"\x1f\x8b"), "gzip"),
    (re.compile(rb"BZh[1-9](1AY&SY|\x17rE8P\x90)|\xfd7zXZ\0|\x28\xb5\x2f\xfd"), "other compression"),
    (re.compile(rb"\x80[\x02-\x05]"), "pickle"),
    (re.compile(rb"\xba\x16\x4f\x2f"), "fastText"),
    (re.compile(rb"\xff\xfe|\xfe\xff"), "UTF-16"),
]
START_BYTES = 1 << 16  # looked at: the first rows of text vectors of thousands of numbers
UNPRINTABLE = re.compile(rb"[\0-\x08\x0e-\x1f\x7f]")


def file_kind(path):
    """What kind of file stands at a path: a key of `DESCRIPTIONS`, or None if it cannot be told.

    Parameters
    ----------
    path : path-like
        The file; what it holds is meant if its name ends in ``.gz`` and it is compressed by gzip.

    Returns
    -------
    str or None
    """
    name = os.fsdecode(path)
    with open(name, "rb") as raw:
        kind = kind_of(raw.read(START_BYTES))
        if kind != "gzip" or not has_ending(name, ".gz"):
            return kind
        raw.seek(0)
        try:
            with gzip.GzipFile(fileobj=raw) as file:
                return kind_of(file.read(START_BYTES))
        except (EOFError, gzip.BadGzipFile, zlib.error):
            return None


def kind_of(start):
    """What kind of file starts with these bytes, as `file_kind`."""
    for signature, kind in SIGNATURES:
        if signature.match(start):
            return kind
    first, _, rest = start.removeprefix(BOM_UTF8).partition(b"\n")
    header = read_header(first) if len(first) < HEADER_BYTES and not first[:1].isspace() else None
    if header is not None and not rest.strip():
        return TEXT if header[0] == 0 else None  # without words word2vec's two formats are the same
    kind = _kind_after_header(header[1], rest) if header else None
    if kind is None and header is not None and len(rest.partition(b"\n")[0].split()) > 2:
        return None  # a row of word2vec's with a fault, of which but the last number may be left
    return kind or (GLOVE if _are_glove_rows(first, rest) else None)


@contextmanager
def telling_kind(path, *expected):
    """Add to a ValueError of reading a file what kind of file it seems to be, if that is not one of those expected."""
    try:
        yield
    except ValueError as error:
        kind = file_kind(path) if os.path.isfile(path) else None
        if kind is None or kind in expected:
            raise
        raise ValueError(f"{error}; the file looks like {DESCRIPTIONS[kind]}") from error


def _kind_after_header(n_components, rest):
    """The kind of a file whose header promises so many components, by the rows that follow."""
    line, newline, _ = rest.partition(b"\n")
    fields = split_word(line.rstrip())[1].split()
    if newline and len(fields) == n_components and all(map(is_number, fields)):
        return TEXT
    if not newline and 0 < len(fields) <= n_components and all(map(is_number, fields[:-1] or fields)):
        return TEXT  # what was looked at ends within the row, perhaps within a number
    row = rest.partition(b" ")[2][: 4 * n_components]
    return BINARY if UNPRINTABLE.search(row) or not _is_start_of_utf8(row) else None


def _are_glove_rows(first, rest):
    """Whether lines end with numbers, the second with as many as the first unless it is cut short."""
    n_numbers = count_numbers(first)
    second, newline, _ = rest.partition(b"\n")
    if n_numbers == 0 or not second.strip():
        return n_numbers > 0
    return count_numbers(second) == n_numbers or (not newline and count_numbers(second) > 0)


def _is_start_of_utf8(data):
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return True
