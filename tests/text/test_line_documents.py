import bz2
import gzip
import lzma
import os
import pickle
import tracemalloc
from pathlib import Path

import pytest

from sklw2v import LineDocuments

OPENERS = {".txt": open, "": open, ".gz": gzip.open, ".GZ": gzip.open, ".xz": lzma.open, ".bz2": bz2.open}


def write(path, content):
    with OPENERS[path.suffix](path, "wb") as file:
        file.write(content)
    return path


@pytest.fixture(params=OPENERS, ids=lambda suffix: suffix or "no suffix")
def corpus(request, tmp_path):
    """Three lines, the second of them blank, as a file of each kind."""
    return write(tmp_path / f"corpus{request.param}", "the king\n\nÉmile, 漢字\n".encode())


def test_lines_are_the_documents_whatever_the_compression(corpus):
    assert list(LineDocuments(corpus)) == ["the king", "", "Émile, 漢字"]


def test_a_path_may_be_a_string(corpus):
    assert list(LineDocuments(str(corpus))) == list(LineDocuments(corpus))


def test_every_iteration_starts_anew(corpus):
    documents = LineDocuments(corpus)
    assert list(documents) == list(documents)
    first, second = iter(documents), iter(documents)
    assert next(first) == "the king"
    assert next(first) == ""
    assert next(second) == "the king"  # two iterations do not disturb each other


def test_the_file_is_read_at_iteration_not_before(tmp_path):
    path = write(tmp_path / "corpus.txt", b"old\n")
    documents = LineDocuments(path)
    write(path, b"new\nlines\n")
    assert list(documents) == ["new", "lines"]


@pytest.mark.parametrize(
    "content, expected",
    [
        (b"", []),
        (b"\n", [""]),
        (b"\r\n", [""]),
        (b"\n\n", ["", ""]),
        (b"a", ["a"]),
        (b"a\n", ["a"]),
        (b"a\nb", ["a", "b"]),
        (b"a\r\nb\r\n", ["a", "b"]),
        (b"a\n\n\nb\n\n", ["a", "", "", "b", ""]),
        (b" a \t\n  \n", [" a \t", "  "]),
        (b"a\rb\n", ["a\rb"]),
        (b"a\r\r\n", ["a\r"]),
        (b"a\n\rb\n", ["a", "\rb"]),
        (b"a\r", ["a\r"]),
        (b"a\n\r", ["a", "\r"]),
        (b"a\x0bb\x0cc\x1cd\x1de\x1ef\x00g\n", ["a\x0bb\x0cc\x1cd\x1de\x1ef\x00g"]),
        ("a\x85b\u2028c\u2029d\n".encode(), ["a\x85b\u2028c\u2029d"]),
    ],
)
def test_only_newline_and_carriage_return_newline_end_a_line(tmp_path, content, expected):
    assert list(LineDocuments(write(tmp_path / "corpus.txt", content))) == expected


def test_carriage_return_and_newline_are_seen_together_across_buffers(tmp_path):
    lines = ["x" * length for length in (8190, 8191, 8192, 8193, 65535, 65536, 131071)]
    path = write(tmp_path / "corpus.txt", "".join(line + "\r\n" for line in lines).encode())
    assert list(LineDocuments(path)) == lines


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "gb18030"])
@pytest.mark.parametrize("suffix", [".txt", ".xz"])
def test_encoding_is_that_of_the_file(tmp_path, encoding, suffix):
    path = write(tmp_path / f"corpus{suffix}", "Ωmega\r\n\n上 ਊ\n".encode(encoding))
    assert list(LineDocuments(path, encoding=encoding)) == ["Ωmega", "", "上 ਊ"]


def test_errors_says_what_becomes_of_undecodable_bytes(tmp_path):
    path = write(tmp_path / "corpus.txt", b"good\nb\xffd\n")
    assert list(LineDocuments(path, errors="replace")) == ["good", "b\ufffdd"]
    assert list(LineDocuments(path, errors="ignore")) == ["good", "bd"]
    assert list(LineDocuments(path, encoding="latin-1")) == ["good", "bÿd"]


@pytest.mark.parametrize("suffix", [".txt", ".gz", ".xz", ".bz2"])
@pytest.mark.parametrize("n_lines_before", [0, 1, 2, 5000])
def test_decoding_error_gives_line_and_file_and_position_in_the_line(tmp_path, suffix, n_lines_before):
    before = "été, lines before\n".encode() * n_lines_before
    path = write(tmp_path / f"corpus{suffix}", before + "à b\n".encode()[:-1] + b"\xff\nafter\n\xff\n")
    with pytest.raises(UnicodeDecodeError, match="invalid start byte") as caught:
        list(LineDocuments(path))
    assert f"(line {n_lines_before + 1} of {str(path)!r}; " in str(caught.value)
    assert "errors='replace'" in str(caught.value)
    assert caught.value.object == "à b".encode() + b"\xff"
    assert (caught.value.start, caught.value.end) == (4, 5)


def test_decoding_error_is_found_where_it_lies_between_two_pieces(tmp_path):
    for n_fill in range((1 << 16) - 5, (1 << 16) + 2):
        path = write(tmp_path / "corpus.txt", b"one\n" + b"x" * (n_fill - 4) + b"\xe4\xb8\n" + b"y\n" * 10)
        with pytest.raises(UnicodeDecodeError, match=r"invalid continuation byte \(line 2 of") as caught:
            list(LineDocuments(path))
        assert caught.value.start == n_fill - 4


@pytest.mark.parametrize(
    "encoding, content, line_number, position",
    [
        ("utf-16", "ab\nc".encode("utf-16") + b"\x00\xdc" + "\n".encode("utf-16-le"), 2, 2),
        ("utf-16", b"\xfe\xff" + ("a\n" * 50_000 + "漢").encode("utf-16-be") + b"\xdc\x00\x00\n", 50_001, 2),
        ("utf-8-sig", b"\xef\xbb\xbfab\nc\xff\n", 2, 1),
        ("ascii", b"ab\n\nc\xc3\xa9\n", 3, 1),
        ("gb18030", "上\n中".encode("gb18030") + b"\xff\n", 2, 2),
        ("utf-8", b"ab\nc\xe4\xb8", 2, 1),
    ],
)
def test_decoding_error_is_located_in_every_encoding(tmp_path, encoding, content, line_number, position):
    path = write(tmp_path / "corpus.txt", content)
    with pytest.raises(UnicodeDecodeError, match=rf"\(line {line_number} of ") as caught:
        list(LineDocuments(path, encoding=encoding))
    assert caught.value.start == position


@pytest.mark.parametrize("suffix", [".gz", ".xz", ".bz2"])
def test_truncated_file_is_an_error_that_names_it(tmp_path, suffix):
    path = write(tmp_path / f"corpus{suffix}", b"".join(b"%d of many lines\n" % (i * i) for i in range(5000)))
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(OSError, match="cannot be decompressed beyond line") as caught:
        list(LineDocuments(path))
    assert repr(str(path)) in str(caught.value)


@pytest.mark.parametrize("suffix", [".gz", ".xz", ".bz2"])
@pytest.mark.parametrize("damage", ["plain text", "flipped bytes"])
def test_damaged_file_is_an_error_that_names_it(tmp_path, suffix, damage):
    path = write(tmp_path / f"corpus{suffix}", b"".join(b"%d of many lines\n" % (i * i) for i in range(5000)))
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 40] = bytes(byte ^ 255 for byte in content[middle : middle + 40])
    path.write_bytes(b"the king\nthe queen\n" if damage == "plain text" else content)
    with pytest.raises(OSError, match=f"not a {suffix} file") as caught:
        list(LineDocuments(path))
    assert repr(str(path)) in str(caught.value)


def test_every_way_in_which_gzip_fails_is_an_error_that_names_the_file(tmp_path):
    """A bad checksum, a bad header and a bad stream are errors of three types in the standard library."""
    path = write(tmp_path / "corpus.gz", bytes(range(256)).replace(b"\r", b"") * 10)
    content = path.read_bytes()
    body = content.index(b"corpus\0") + len(b"corpus\0")
    for damaged in (content[:-8] + bytes(8), b"xx" + content[2:], content[:body] + b"\xff" * 20 + content[body + 20 :]):
        path.write_bytes(damaged)
        with pytest.raises(OSError, match=r"corpus\.gz' cannot be decompressed"):
            list(LineDocuments(path, encoding="latin-1"))


@pytest.mark.parametrize("suffix", [".gz", ".xz", ".bz2"])
def test_damage_is_named_rather_than_the_undecodable_bytes_that_come_of_it(tmp_path, suffix):
    path = write(tmp_path / f"corpus{suffix}", b"\xff\n" + b"".join(b"%d\n" % (i * i) for i in range(5000)))
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(OSError, match="cannot be decompressed beyond line 0"):
        list(LineDocuments(path))


def test_missing_file_is_an_error_at_construction(tmp_path):
    with pytest.raises(FileNotFoundError, match="path does not exist") as caught:
        LineDocuments(tmp_path / "nowhere.txt")
    assert "nowhere.txt" in str(caught.value)
    assert caught.value.filename == str(tmp_path / "nowhere.txt")


def test_file_that_is_gone_by_the_time_of_iteration_is_an_error(tmp_path):
    path = write(tmp_path / "corpus.txt", b"a\n")
    documents = LineDocuments(path)
    path.unlink()
    with pytest.raises(FileNotFoundError, match=r"path does not exist.*corpus\.txt"):
        next(iter(documents))


def test_directory_is_an_error_at_construction(tmp_path):
    with pytest.raises(IsADirectoryError, match="path is a directory") as caught:
        LineDocuments(tmp_path)
    assert caught.value.filename == str(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_pipe_is_an_error_for_it_could_be_read_only_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ValueError, match="not a regular file"):
        LineDocuments(tmp_path / "pipe")


@pytest.mark.parametrize("path", [None, 0, ["corpus.txt"]])
def test_path_of_another_type_is_an_error(path):
    with pytest.raises(TypeError, match="PathLike"):
        LineDocuments(path)


def test_unknown_encoding_and_errors_are_refused_at_construction(tmp_path):
    path = write(tmp_path / "corpus.txt", b"a\n")
    with pytest.raises(LookupError, match="encoding='utf-9'"):
        LineDocuments(path, encoding="utf-9")
    with pytest.raises(LookupError, match="encoding='hex'"):
        LineDocuments(path, encoding="hex")
    with pytest.raises(LookupError, match="errors='lenient'"):
        LineDocuments(path, errors="lenient")


def test_encoding_and_errors_are_keywords_only(tmp_path):
    with pytest.raises(TypeError, match="positional"):
        LineDocuments(write(tmp_path / "corpus.txt", b"a\n"), "utf-8")


def test_parameters_are_kept_unchanged(tmp_path):
    path = write(tmp_path / "corpus.txt", b"a\n")
    documents = LineDocuments(path, encoding="latin-1", errors="ignore")
    assert documents.path is path
    assert vars(documents) == {"path": path, "encoding": "latin-1", "errors": "ignore"}


def test_repr_shows_the_path_and_what_is_not_default(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(Path("corpus.txt"), b"a\n")
    assert repr(LineDocuments("corpus.txt")) == "LineDocuments('corpus.txt')"
    assert repr(LineDocuments(Path("corpus.txt"))) == "LineDocuments('corpus.txt')"
    assert (
        repr(LineDocuments("corpus.txt", encoding="latin-1", errors="ignore"))
        == "LineDocuments('corpus.txt', encoding='latin-1', errors='ignore')"
    )


def test_pickled_documents_iterate_alike(corpus):
    documents = LineDocuments(corpus, errors="replace")
    iterator = iter(documents)
    next(iterator)  # an open file is no hindrance
    again = pickle.loads(pickle.dumps(documents))
    assert repr(again) == repr(documents)
    assert list(again) == list(documents)


def test_length_is_unknown(corpus):
    with pytest.raises(TypeError, match="len"):
        len(LineDocuments(corpus))


@pytest.fixture
def opened(monkeypatch):
    """The text files that are opened during a test."""
    files = []
    original = LineDocuments._open

    def record(self, mode, **text):
        files.append(original(self, mode, **text))
        return files[-1]

    monkeypatch.setattr(LineDocuments, "_open", record)
    return files


def test_file_is_closed_at_the_end_of_an_iteration(corpus, opened):
    documents = LineDocuments(corpus)
    assert opened == []
    iterator = iter(documents)
    next(iterator)
    assert [file.closed for file in opened] == [False]
    assert len(list(iterator)) == 2
    assert [file.closed for file in opened] == [True]


def test_file_is_closed_with_an_unfinished_iterator(corpus, opened):
    iterator = iter(LineDocuments(corpus))
    next(iterator)
    iterator.close()
    assert [file.closed for file in opened] == [True]
    for _ in LineDocuments(corpus):
        break
    assert [file.closed for file in opened] == [True, True]


def test_file_is_closed_after_an_error(tmp_path, opened):
    with pytest.raises(UnicodeDecodeError):
        list(LineDocuments(write(tmp_path / "corpus.txt", b"\xff\n")))
    assert [file.closed for file in opened] == [True, True]  # read once, and once more to find the line


def test_file_is_never_held_whole(tmp_path):
    path = write(tmp_path / "corpus.txt", b"a line of fifty characters, more or less, in bytes\n" * 100_000)
    tracemalloc.start()
    try:
        n_documents = sum(1 for _ in LineDocuments(path))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert n_documents == 100_000
    assert peak < path.stat().st_size / 10


@pytest.mark.parametrize("suffix", [".txt", ".gz"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
def test_a_byte_order_mark_is_no_part_of_the_first_document(suffix, encoding, tmp_path):
    path = write(tmp_path / f"corpus{suffix}", "the king\nthe \ufeffqueen\n".encode(encoding))
    for reading in {encoding, "utf-8" if "8" in encoding else encoding}:
        assert list(LineDocuments(path, encoding=reading)) == ["the king", "the \ufeffqueen"]
    path = write(tmp_path / f"empty{suffix}", "\ufeff".encode(encoding))
    assert list(LineDocuments(path, encoding=encoding)) == [""]


def test_a_file_whose_lines_end_with_carriage_returns_warns(tmp_path):
    path = write(tmp_path / "corpus.txt", b"the king\rthe queen\r")
    with pytest.warns(UserWarning, match=r"corpus.txt' is one document with 2 carriage returns"):
        assert list(LineDocuments(path)) == ["the king\rthe queen\r"]
    for content in (b"the king\rand\nthe queen", b"the king\r\n", b"the king"):
        assert list(LineDocuments(write(path, content)))
