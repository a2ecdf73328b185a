"""Files from anywhere: read with bounded memory, compressed or not, and written whole or not at all."""

import errno
import gzip
import io
import os
import secrets
import shutil
import stat
import zlib
from contextlib import contextmanager

CHUNK_BYTES = 1 << 20
LINE_BYTES = (17 << 20) + 1  # a word of 2**20 bytes, 2**20 numbers with the blanks before them, and a newline
EXPANSION = 100  # a compressed file may grow to this many times its size: text vectors grow threefold,
EXPANSION_BYTES = 1 << 26  # and a small file of zeros, which grows a thousandfold, is no harm below 64 MiB


@contextmanager
def reading(path):
    """A binary file to read, decompressed if the name of `path` ends in ``.gz``.

    Raises
    ------
    ValueError
        While it is read: if it is not a complete gzip file, or expands beyond `expansion_limit`.
    """
    name = os.fsdecode(path)
    _check_ending(name)
    with open(name, "rb") as raw:
        if not has_ending(name, ".gz"):
            yield raw
            return
        try:
            with (
                gzip.GzipFile(fileobj=raw) as expanded,
                io.BufferedReader(_Limited(expanded, expansion_limit(raw), name), CHUNK_BYTES) as file,
            ):
                yield file
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise ValueError(f"{name} is not a complete gzip file: {error}") from error


def has_ending(name, *endings):
    """Whether the name of a file ends in one of these, in upper or lower case."""
    return name.lower().endswith(endings)


def _check_ending(name):
    """Raise a ValueError for a name that promises a compression which is not done."""
    if has_ending(name, ".xz", ".bz2", ".zst", ".zip"):
        raise ValueError(f"{name}: expected a name that ends in .gz, or one of a file that is not compressed")


def expansion_limit(raw):
    """How many bytes an open compressed file may expand to."""
    return max(EXPANSION_BYTES, EXPANSION * os.fstat(raw.fileno()).st_size)


class _Limited(io.RawIOBase):
    """A file to read that ends in a ValueError where it is longer than `limit` bytes."""

    def __init__(self, file, limit, name):
        self._file, self._limit, self._name, self._n_read = file, limit, name, 0

    def readable(self):
        return True

    def tell(self):
        return self._n_read

    def readinto(self, buffer):
        n_read = self._file.readinto(buffer)
        self._n_read += n_read
        if self._n_read > self._limit:
            raise ValueError(
                f"{self._name} expands to more than {self._limit:,} bytes, {EXPANSION} times its size, which is "
                "suspicious; decompress it first if it is to be read"
            )
        return n_read


def numbered_lines(file, name, first=1):
    """Yield (number, line) for each line of a binary file; lines end with a newline and with nothing else.

    Raises
    ------
    ValueError
        If a line is longer than `LINE_BYTES`, before more of it is read.
    """
    number = first
    while line := file.readline(LINE_BYTES + 1):
        if len(line) > LINE_BYTES:
            raise ValueError(f"{name}, line {number}: the line is longer than {LINE_BYTES:,} bytes")
        yield number, line
        number += 1


def check_writable(path):
    """Raise an OSError or ValueError if `replacing` could not write at `path`, before hours of work are lost."""
    name = os.fsdecode(path)
    if not name:  # which would be the current directory
        raise ValueError("expected the name of a file to write, got ''")
    _check_ending(name)
    target = os.path.realpath(name)
    if os.path.isdir(target):
        raise IsADirectoryError(errno.EISDIR, "expected a file to write, got a directory", name)
    if not os.path.isdir(os.path.dirname(target)):
        raise FileNotFoundError(errno.ENOENT, "the directory of the file does not exist", name)
    try:
        is_special = not stat.S_ISREG(os.stat(target).st_mode)  # a pipe or a device
    except FileNotFoundError:
        is_special = False
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            message = "the name of the file is too long; most file systems take 255 bytes"
            raise OSError(errno.ENAMETOOLONG, message, name) from error
        raise
    if is_special and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "the file is not writable", name)
    if not is_special and not os.access(os.path.dirname(target), os.W_OK):
        raise PermissionError(errno.EACCES, "the directory of the file is not writable", name)


@contextmanager
def replacing(path):
    """A binary file to write, beside `path`; it takes the place of `path` on leaving, or is removed after an error.

    It is compressed if the name of `path` ends in ``.gz``.
    """
    check_writable(path)
    name = os.fsdecode(path)
    target = os.path.realpath(name)  # a symbolic link keeps pointing where it does
    is_there = os.path.exists(target)
    if is_there and not os.path.isfile(target):  # a pipe or a device cannot be replaced
        with _naming(name), open(target, "wb") as file:
            yield file
        return
    temporary = os.path.join(os.path.dirname(target), f"sklw2v-{secrets.token_hex(8)}.tmp")
    try:
        with _naming(name), open(temporary, "xb") as raw:
            if has_ending(name, ".gz"):
                # No name and no time in the header: the same vectors give the same bytes. Level 1 makes 48% of
                # text vectors, level 6 44% in seven times the time.
                with gzip.GzipFile(filename="", mode="wb", compresslevel=1, fileobj=raw, mtime=0) as file:
                    yield file
            else:
                yield raw
        if is_there:
            shutil.copymode(target, temporary)
        os.replace(temporary, target)
    except BaseException:
        if os.path.exists(temporary):
            os.remove(temporary)
        raise


@contextmanager
def _naming(name):
    """Let an OSError of writing, such as that of a full disk, name the file."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = name
        raise
