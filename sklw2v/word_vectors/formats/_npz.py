"""Word vectors in NumPy's ``.npz`` format: arrays ``words``, ``vectors`` and, where there are counts, ``counts``.

The file is one that `numpy.savez` could have written and that `numpy.load` reads, without pickles on either side. It is
read here piece by piece, because `numpy.load` believes whatever a file says of its size.
"""

import errno
import math
import os
import re
import struct
import sys
import zipfile
import zlib
from numbers import Integral

import numpy as np

from sklw2v.utils import CHUNK_BYTES, EXPANSION, expansion_limit, has_ending, replacing
from sklw2v.word_vectors.formats._kinds import NPZ, telling_kind
from sklw2v.word_vectors.formats._rows import (
    N_COMPONENTS,
    WORD_BYTES,
    check_finite_rows,
    check_limit,
    check_n_components,
)

N_CHARACTERS = WORD_BYTES // 4  # of the longest word: an array has four bytes for each
NAMES = ("words", "vectors", "counts")
MAGIC = b"\x93NUMPY\x01\x00"  # of version 1.0, in which NumPy writes arrays of a plain type
HEADER = re.compile(
    rb"\{'descr': '([<>|=][Uiuf][1-9]\d{0,8})', 'fortran_order': (True|False), "
    rb"'shape': \(((?:\d{1,18}, ?)*\d{0,18})\),? ?\}\s*"
)
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, struct.error, OverflowError, UnicodeDecodeError)


def write_npz_format(path, words, vectors, counts=None):
    """Write words, vectors and counts to a file, replacing it only once the new one is complete.

    Parameters
    ----------
    path : path-like
        Where to write; no ending is added to the name.
    words : list of str, or list of int, length V
    vectors : ndarray of shape (V, d), float32
    counts : ndarray of shape (V,), default=None

    Raises
    ------
    ValueError
        If words are neither all strings nor all integers below 2**63, or if a string ends with a NUL, which NumPy
        would drop, or is longer than 262,144 characters; if vectors are longer than a million; or if the name ends
        in ``.gz``. Nothing has been written then.
    """
    _check_name(os.fsdecode(path))
    check_n_components(vectors.shape[1], ".npz files")
    dtype = npz_dtype(words)
    with replacing(path) as raw, zipfile.ZipFile(raw, "w") as archive:
        with _new_member(archive, "words", zipfile.ZIP_DEFLATED) as member:  # which are padded to the longest
            _write_header(member, dtype, (len(words),))
            n_chunk = max(1, CHUNK_BYTES // dtype.itemsize)
            for start in range(0, len(words), n_chunk):
                member.write(np.array(words[start : start + n_chunk], dtype=dtype).tobytes())
        for name, array in (("vectors", vectors), ("counts", counts)):
            if array is not None:
                with _new_member(archive, name, zipfile.ZIP_STORED) as member:
                    _write_header(member, array.dtype, array.shape)
                    member.write(np.ascontiguousarray(array).data)


def _check_name(name):
    if has_ending(name, ".gz"):
        raise ValueError(f"{name}: expected a name that does not end in .gz; .npz files are compressed")


def npz_dtype(words):
    """The type of an array of the words; ValueError if it would not give the same words back."""
    if words and all(isinstance(word, Integral) and not isinstance(word, bool) for word in words):
        for word in words:
            if not -(2**63) <= word < 2**63:
                raise ValueError(f".npz files hold integers of 64 bits with a sign, got the token {word}")
        return np.dtype("<i8")
    longest = 1
    for word in words:
        if not isinstance(word, str):
            raise ValueError(
                f".npz files hold tokens that are all strings or all integers, got {word!r} of type "
                f"{type(word).__name__}"
            )
        if word.endswith("\0"):
            raise ValueError(f".npz files hold no word that ends with a NUL character, got {word[-60:]!r}")
        longest = max(longest, len(word))
    if longest > N_CHARACTERS:
        raise ValueError(f".npz files hold words of up to {N_CHARACTERS:,} characters, got {longest:,}")
    return np.dtype(f"<U{longest}")


def _new_member(archive, name, compression):
    """A member of the archive to write an array to; with no time, so that equal arrays give equal bytes."""
    member = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
    member.compress_type = compression
    return archive.open(member, "w", force_zip64=True)


def _write_header(file, dtype, shape):
    header = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)


def read_npz_format(path, limit=None):
    """Read words, vectors and counts from a file.

    Parameters
    ----------
    path : path-like
        What `write_npz_format` or ``numpy.savez(path, words=..., vectors=..., counts=...)`` wrote, compressed or not.
    limit : int, default=None
        How many words to read, from the first; None for all. Rows beyond are not looked at.

    Returns
    -------
    words : list of str or list of int, length V
    vectors : ndarray of shape (V, d), float32
    counts : ndarray of shape (V,), or None

    Raises
    ------
    ValueError
        If the file is not of this format, is damaged, repeats a word, holds a number that is not finite or expands to
        much more than its size. The message gives the path and the array, and the row.
    """
    check_limit(limit)
    name = os.fsdecode(path)
    with telling_kind(path, NPZ, "zip"), open(name, "rb") as raw:
        _check_name(name)
        try:
            with zipfile.ZipFile(raw) as archive:
                words, vectors, counts = _read_arrays(archive, name, limit, expansion_limit(raw))
        except (*DAMAGED, OSError) as error:
            if isinstance(error, OSError) and error.errno != errno.EINVAL:  # which is a place before the file's begin
                raise
            raise ValueError(f"{name} is not a complete .npz file: {error}") from error
    with np.errstate(over="ignore", invalid="ignore"):  # what does not fit float32 is not finite, and found below
        vectors = vectors.astype(np.float32, copy=False)
    check_finite_rows(vectors, lambda row: f"{name}, array 'vectors', row {row}")
    return words, vectors, counts


def _read_arrays(archive, name, limit, most_bytes):
    members = {member.filename.removesuffix(".npy"): member for member in archive.infolist()}
    if not {"words", "vectors"} <= set(members) <= set(NAMES) or len(members) < len(archive.infolist()):
        raise ValueError(
            f"{name}: expected the arrays 'words', 'vectors' and perhaps 'counts', got "
            f"{', '.join(repr(member.filename[:60]) for member in archive.infolist()[:10]) or 'none'}"
        )
    arrays = {key: _Array(archive, member, f"{name}, array {key!r}") for key, member in members.items()}
    arrays["words"].expect("Uiu")
    n_words = arrays["words"].shape[0]
    arrays["vectors"].expect("f", n_words, n_dimensions=2)
    if not 1 <= arrays["vectors"].shape[1] <= N_COMPONENTS:
        raise ValueError(f"{name}: expected vectors of 1 to {N_COMPONENTS:,} numbers, got {arrays['vectors'].shape}")
    if "counts" in arrays:
        arrays["counts"].expect("iuf", n_words)
    n_rows = n_words if limit is None else min(limit, n_words)
    words = arrays["words"].read_tokens(n_rows, most_bytes)
    vectors = arrays["vectors"].read(n_rows, most_bytes)
    return words, vectors, arrays["counts"].read(n_rows, most_bytes) if "counts" in arrays else None


class _Array:
    """An array in an archive: its type and shape, which agree with its size, and its values when asked for."""

    def __init__(self, archive, member, place):
        self._place = place
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError(f"{place}: expected no compression but deflate, got method {member.compress_type}")
        self._file = archive.open(member)
        start = self._file.read(len(MAGIC) + 2)
        header = self._file.read(int.from_bytes(start[len(MAGIC) :], "little"))  # up to 65,535 bytes
        found = HEADER.fullmatch(header) if start.startswith(MAGIC) else None
        if not found:
            raise ValueError(
                f"{place}: expected NumPy's .npy format 1.0 and strings, integers or floats, never pickled objects, "
                f"got {(start + header)[:100]!r}"
            )
        descr, order, shape = (group.decode("ascii") for group in found.groups())
        try:
            self.dtype = np.dtype(descr)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{place}: expected a type that NumPy has, got {descr!r}") from error
        self.shape = tuple(int(length) for length in shape.split(",") if length.strip())
        self._by_columns = order == "True"
        self._n_bytes = math.prod(self.shape) * self.dtype.itemsize
        n_there = member.file_size - len(start) - len(header)
        if self._n_bytes != n_there:
            raise ValueError(f"{place}: its header promises {self._n_bytes:,} bytes, but there are {n_there:,}")

    def expect(self, kinds, n_words=None, n_dimensions=1):
        """Raise a ValueError if the array is not of one of the kinds, for so many words, and of so many dimensions."""
        agrees = len(self.shape) == n_dimensions and n_words in (None, self.shape[0])
        if self.dtype.kind not in kinds or not agrees:
            rows = "any number of" if n_words is None else n_words
            raise ValueError(
                f"{self._place}: expected {n_dimensions} dimensions, {rows} rows and a type of the kinds "
                f"{', '.join(kinds)}, got shape {self.shape} and type {self.dtype.str}"
            )

    def read(self, n_rows, most_bytes):
        """The first rows of the array, which may take so many bytes."""
        n_columns = math.prod(self.shape[1:])
        shape = (n_columns, self.shape[0]) if self._by_columns else (n_rows, n_columns)  # a column begins in every row
        n_bytes = math.prod(shape) * self.dtype.itemsize
        self._check_expansion(n_bytes, most_bytes)
        values = np.empty(n_bytes, dtype=np.uint8)
        for start in range(0, n_bytes, CHUNK_BYTES):
            part = values[start : start + CHUNK_BYTES]
            part[:] = np.frombuffer(self._next(len(part)), dtype=np.uint8)
        values = values.view(self.dtype).reshape(shape)
        values = values.T[:n_rows] if self._by_columns else values
        return values.reshape(n_rows, *self.shape[1:])

    def read_tokens(self, n_rows, most_bytes):
        """The first tokens of the array (V,), unique ones, which may take so many bytes; padding of strings is free."""
        if self.dtype.kind == "U" and self.dtype.itemsize > 4 * N_CHARACTERS:
            raise ValueError(
                f"{self._place}: expected words of up to {N_CHARACTERS:,} characters, got {self.dtype.str}"
            )
        row_of, n_bytes, n_chunk = {}, 0, max(1, CHUNK_BYTES // self.dtype.itemsize)
        for start in range(0, n_rows, n_chunk):
            stop = min(start + n_chunk, n_rows)
            chunk = np.frombuffer(self._next((stop - start) * self.dtype.itemsize), dtype=self.dtype)
            if self.dtype.kind == "U" and chunk.view(f"{self.dtype.byteorder}u4").max() > sys.maxunicode:
                raise ValueError(f"{self._place}: one of the rows {start} to {stop - 1} is no text")
            for row, token in enumerate(chunk.tolist(), start=start):
                if row_of.setdefault(token, row) != row:
                    raise ValueError(f"{self._place}, row {row}: {token!r:.60} is a duplicate of row {row_of[token]}")
                n_bytes += sys.getsizeof(token)
            self._check_expansion(n_bytes, most_bytes)
        return list(row_of)

    def _next(self, n_bytes):
        """So many bytes more; with the last of them the archive checks its sum of them all."""
        parts, n_missing = [], n_bytes
        while n_missing and (part := self._file.read(n_missing)):
            parts.append(part)
            n_missing -= len(part)
        if n_missing:
            raise ValueError(f"{self._place}: the values end early")
        return b"".join(parts)

    def _check_expansion(self, n_bytes, most_bytes):
        if n_bytes > most_bytes:
            raise ValueError(
                f"{self._place} expands to {n_bytes:,} bytes and more than {EXPANSION} times the size of the file, "
                "which is suspicious"
            )
