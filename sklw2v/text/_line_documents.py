"""A corpus file, one document a line, that can be iterated again and again."""

import bz2
import codecs
import errno
import gzip
import lzma
import os
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from sklw2v.text._analysis import BYTE_ORDER_MARK

_OPENERS = {".gz": gzip.open, ".xz": lzma.open, ".bz2": bz2.open}
# gzip and bz2 raise OSError itself for data that they cannot read.
_DECOMPRESSION_ERRORS = (EOFError, OSError, lzma.LZMAError, zlib.error)
# In the text of these a byte 10 is a newline, and what stands before it tells nothing about what comes after.
_CAN_BE_CUT = {"utf-8", "ascii", "iso8859-1", "iso8859-15", "cp1252"}
# These look at nothing but the bytes that cannot be decoded.
_LOCAL_ERRORS = {"strict", "replace", "ignore", "backslashreplace", "surrogateescape"}


class LineDocuments:
    r"""The documents of a text file, one a line, read anew at every iteration.

    A corpus larger than memory can be passed wherever a list of documents is iterated: the file is never held
    whole, and unlike a generator or an open file it is not spent after the first pass. There is no ``len``: the
    number of lines is unknown until the file has been read.

    Parameters
    ----------
    path : str or path-like
        The file. It is decompressed if its name ends in ``.gz``, ``.xz`` or ``.bz2``, and plain text otherwise.
        It has to be a regular file: a pipe could be read only once.
    encoding : str, default="utf-8"
        The encoding of the text, as :func:`open` takes it.
    errors : str, default="strict"
        What to do about bytes that `encoding` cannot decode, as :func:`open` takes it: ``"strict"`` raises,
        ``"replace"`` puts U+FFFD in their place, ``"ignore"`` leaves them out.

    Attributes
    ----------
    path, encoding, errors
        The parameters, unchanged.

    Yields
    ------
    document : str
        A line without its end. Only ``"\n"`` and ``"\r\n"`` end a line, so that a document may hold any other
        character, such as a form feed or U+2028. A blank line is an empty document: the numbers of lines and of
        documents agree. A byte order mark before the first line is left out.

    Raises
    ------
    FileNotFoundError, IsADirectoryError
        If there is no such file, or if it is a directory; at construction, and at iteration if it is gone by then.
    ValueError
        If `path` is something else that is no regular file.
    LookupError
        If `encoding` or `errors` has an unknown name.
    UnicodeDecodeError
        While iterating, if `errors` is ``"strict"`` and a line cannot be decoded. The message gives the line and
        the file; the position is that in the line, in bytes. Lines shortly before it may be left unread.
    OSError
        While iterating, if a compressed file is damaged or cut short, or cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from sklw2v import LineDocuments
    >>> directory = tempfile.TemporaryDirectory()
    >>> path = Path(directory.name) / "corpus.txt"
    >>> _ = path.write_bytes(b"the king\n\nthe queen\r\n")
    >>> documents = LineDocuments(path)
    >>> list(documents)
    ['the king', '', 'the queen']
    >>> [len(document.split()) for document in documents]
    [2, 0, 2]
    >>> directory.cleanup()
    """

    def __init__(self, path: str | os.PathLike[str], *, encoding: str = "utf-8", errors: str = "strict") -> None:
        self.path = path
        self.encoding = encoding
        self.errors = errors
        self._check_file()
        try:
            "".encode(encoding)
        except LookupError as error:
            raise LookupError(f"encoding={encoding!r} is no text encoding, such as 'utf-8' or 'latin-1'") from error
        try:
            codecs.lookup_error(errors)
        except LookupError as error:
            raise LookupError(f"errors={errors!r} is unknown; pass 'strict', 'replace' or 'ignore'") from error

    def __iter__(self) -> Iterator[str]:
        self._check_file()
        is_compressed = self._suffix() in _OPENERS
        line_number = 0
        with self._open("rt", encoding=self.encoding, errors=self.errors, newline="\n") as lines:
            try:
                try:
                    for line in lines:
                        line_number += 1
                        if line_number == 1:
                            line = line.removeprefix(BYTE_ORDER_MARK)
                            self._warn_of_carriage_returns(line)
                        if line.endswith("\n"):
                            line = line[:-2] if line.endswith("\r\n") else line[:-1]
                        yield line
                except UnicodeDecodeError as error:
                    raise self._locate(error) from None  # which reads on, and may find that the file is damaged
            except _DECOMPRESSION_ERRORS as error:
                if not is_compressed:
                    raise
                raise OSError(
                    f"{os.fspath(self.path)!r} cannot be decompressed beyond line {line_number}; "
                    f"the file is damaged, cut short or not a {self._suffix()} file: {error}"
                ) from error

    def __repr__(self) -> str:
        parameters = [repr(os.fspath(self.path))]
        if self.encoding != "utf-8":
            parameters.append(f"encoding={self.encoding!r}")
        if self.errors != "strict":
            parameters.append(f"errors={self.errors!r}")
        return f"{type(self).__name__}({', '.join(parameters)})"

    def _suffix(self):
        return os.path.splitext(os.fsdecode(self.path))[1].lower()

    def _open(self, mode, **text):
        return _OPENERS.get(self._suffix(), open)(self.path, mode, **text)

    def _check_file(self):
        name = os.fspath(self.path)
        if os.path.isfile(name):
            return
        if os.path.isdir(name):
            raise IsADirectoryError(errno.EISDIR, "path is a directory, not a file of one document a line", name)
        if os.path.exists(name):
            raise ValueError(f"path={name!r} is not a regular file, which alone can be read more than once")
        raise FileNotFoundError(errno.ENOENT, "path does not exist", name)

    def _warn_of_carriage_returns(self, first_line):
        n_returns = first_line.count("\r")
        if n_returns > 1 and not first_line.endswith("\n"):  # it is the whole file
            warnings.warn(
                f"{os.fspath(self.path)!r} is one document with {n_returns:,} carriage returns in it. If these end "
                "lines, write it with newlines: only '\\n' and '\\r\\n' end a document."
            )

    def _locate(self, original):
        """Return the error with the line in which it stands.

        The file object decodes in large pieces, hence neither the position in `original` nor the number of lines
        read tells where it happened: decode once more from the start, counting.
        """
        decoder = codecs.getincrementaldecoder(self.encoding)()
        error, line_number, line = original, 1, ""
        with self._open("rb") as file:
            while piece := file.read(1 << 16):
                before = decoder.getstate()
                try:
                    text = decoder.decode(piece)
                except UnicodeDecodeError as found:
                    error = found
                    decoder.setstate(before)
                    n_good = len(piece) - len(found.object) + found.start  # the object may lack a byte order mark
                    text = decoder.decode(piece[: max(0, n_good)])
                n_ends = text.count("\n")
                line_number += n_ends
                line = text.rpartition("\n")[2] if n_ends else line + text
                if error is not original:
                    break
            # No error is found anew if the file ends within a character: then it ends in this line.
        start = line.encode(self.encoding)[len("".encode(self.encoding)) :]  # without a byte order mark
        undecodable = error.object[error.start : error.end]
        return UnicodeDecodeError(
            error.encoding,
            start + undecodable,
            len(start),
            len(start) + len(undecodable),
            f"{error.reason} (line {line_number} of {os.fspath(self.path)!r}; "
            "pass the encoding of the file, or errors='replace')",
        )


def cut(documents, n_bytes):
    """Parts of about `n_bytes` bytes of a file, in order.

    Parameters
    ----------
    documents : LineDocuments
    n_bytes : int

    Returns
    -------
    list of LinesOfFile, or None
        None for a file that cannot be cut: a compressed one, one in an encoding in which not every byte 10 is a
        newline, such as UTF-16, or one with an error handler that a user wrote.
    """
    can_be_cut = codecs.lookup(documents.encoding).name in _CAN_BE_CUT and documents.errors in _LOCAL_ERRORS
    if documents._suffix() in _OPENERS or not can_be_cut:
        return None
    documents._check_file()
    # Another process may have another working directory. What `abspath` makes of "link/.." is another file.
    path = os.path.join(os.getcwd(), os.fsdecode(documents.path))
    size = os.path.getsize(path)
    ends = [0]
    with open(path, "rb") as file:
        while ends[-1] < size:
            file.seek(ends[-1] + n_bytes - 1)
            file.readline()
            ends.append(min(file.tell(), size))
    return [LinesOfFile(path, documents.encoding, documents.errors, *place) for place in pairwise(ends)]


@dataclass(frozen=True)
class LinesOfFile:
    """Documents of a part of a file, one a line: those of `LineDocuments` with the same parameters.

    Parameters
    ----------
    path, encoding, errors
        As in `LineDocuments`.
    begin, end : int
        The part, in bytes. Each is the beginning of a line, or the end of the file.
    """

    path: str
    encoding: str
    errors: str
    begin: int
    end: int

    def __iter__(self):
        with open(self.path, "rb") as file:
            file.seek(self.begin)
            content = file.read(self.end - self.begin)
        if len(content) < self.end - self.begin:
            raise OSError(f"{self.path!r} has become shorter while it was read")
        text = content.decode(self.encoding, self.errors)
        if not self.begin:
            text = text.removeprefix(BYTE_ORDER_MARK)
        *lines, last = text.split("\n")
        yield from (line.removesuffix("\r") for line in lines)
        if last:
            yield last
