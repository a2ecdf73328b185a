"""Files of word vectors: what comes back, what others write, and what no program should have written."""

import gzip
import io
import os
import pickle
import random
import re
import subprocess
import sys
import threading
import tracemalloc
import warnings
import zipfile
import zlib
from pathlib import Path

import fuzz_formats
import numpy as np
import pytest
from fuzz_formats import load_binary
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from word_vector_oracles import FAMILY, FAMILY_VECTORS, gensim_twin, import_gensim, random_word_vectors

from sklw2v import files, npz_format, word2vec_format, word_rows
from sklw2v.word_vectors import WordVectors


@pytest.fixture
def family():
    return WordVectors(FAMILY, FAMILY_VECTORS)


# word2vec's text and binary formats.

finite = st.floats(width=32, allow_nan=False, allow_infinity=False)
format_words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=" \t\n\r\v\f"), min_size=1)


@settings(deadline=None, max_examples=60)
@given(st.data(), st.booleans(), st.sampled_from(["", ".gz"]))
def test_saving_and_loading_keeps_words_and_bits(tmp_path_factory, data, binary, suffix):
    words = data.draw(st.lists(format_words, unique=True, max_size=6))
    vectors = data.draw(arrays(np.float32, (len(words), data.draw(st.integers(1, 5))), elements=finite))
    path = tmp_path_factory.mktemp("format") / f"vectors{suffix}"
    WordVectors(words, vectors, counts=np.ones(len(words), dtype=int)).save_word2vec_format(path, binary=binary)
    wv = WordVectors.load_word2vec_format(path, binary=binary)
    assert wv.words == words
    assert wv.vectors.shape == vectors.shape
    assert wv.vectors.dtype == np.float32
    assert wv.vectors.tobytes() == vectors.tobytes()
    assert wv.counts is None


def test_the_text_format_is_what_it_should_be(tmp_path):
    WordVectors(["a", "é"], [[1, -0.5], [0.1, 1e-20]]).save_word2vec_format(tmp_path / "v.txt")
    expected = "2 2\na 1 -0.5\né 0.100000001 9.99999968e-21\n"
    assert (tmp_path / "v.txt").read_bytes() == expected.encode("utf-8")


def test_the_binary_format_is_what_it_should_be(tmp_path):
    WordVectors(["a", "é"], [[1, -0.5], [0, 2]]).save_word2vec_format(tmp_path / "v.bin", binary=True)
    rows = [b"a " + np.array([1, -0.5], "<f4").tobytes(), "é ".encode() + np.array([0, 2], "<f4").tobytes()]
    assert (tmp_path / "v.bin").read_bytes() == b"2 2\n" + rows[0] + b"\n" + rows[1] + b"\n"


def test_text_of_the_c_program_with_trailing_blanks_and_windows_line_ends_is_read(tmp_path):
    path = tmp_path / "v.txt"
    path.write_bytes(b"2 2\r\n</s> 0.5 1 \r\nb -1e-3  2 \r\n\r\n")
    wv = WordVectors.load_word2vec_format(path)
    assert wv.words == ["</s>", "b"]
    np.testing.assert_array_equal(wv.vectors, np.array([[0.5, 1], [-1e-3, 2]], dtype=np.float32))


@pytest.mark.parametrize("separator", [b"", b"\n"])
@pytest.mark.parametrize("chunk_bytes", [1, 7, 1 << 20])
def test_binary_rows_are_read_with_and_without_newlines_and_across_chunks(
    tmp_path, monkeypatch, separator, chunk_bytes
):
    monkeypatch.setattr(word2vec_format, "CHUNK_BYTES", chunk_bytes)
    # The four bytes of this number are blanks, and the next number starts with a newline.
    tricky = np.array([np.frombuffer(b"    ", "<f4")[0], np.frombuffer(b"\n\n\n\n", "<f4")[0]], "<f4")
    rows = [word.encode() + b" " + tricky.tobytes() + separator for word in ("eins", "zwei", "drei")]
    path = tmp_path / "v.bin"
    path.write_bytes(b"3 2\n" + b"".join(rows))
    wv = WordVectors.load_word2vec_format(path, binary=True)
    assert wv.words == ["eins", "zwei", "drei"]
    np.testing.assert_array_equal(wv.vectors, np.tile(tricky, (3, 1)))


def test_equal_vectors_are_compressed_to_equal_bytes(family, tmp_path):
    family.save_word2vec_format(tmp_path / "a.gz")
    family.save_word2vec_format(tmp_path / "b.gz")
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()
    assert (tmp_path / "a.gz").read_bytes()[4:8] == bytes(4)  # no time of writing
    assert gzip.decompress((tmp_path / "a.gz").read_bytes()).startswith(b"5 3\nking 3 1 0\n")


@pytest.mark.parametrize("word", [7, ("a",), b"a", "", "two words", "a\nb", "a\t", "\ud800"])
@pytest.mark.parametrize("binary", [False, True])
def test_a_token_that_the_format_cannot_hold_is_an_error_and_nothing_is_written(tmp_path, word, binary):
    wv = WordVectors(["fine", word], np.eye(2))
    with pytest.raises(ValueError, match="word2vec's formats"):
        wv.save_word2vec_format(tmp_path / "v", binary=binary)
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_does_not_exist_is_an_error_that_names_the_file_asked_for(family, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"directory of the file does not exist: '.*absent.v\.txt'$"):
        family.save_word2vec_format(tmp_path / "absent" / "v.txt")


@pytest.mark.parametrize("name", ["v", "v.gz"])
def test_a_failure_while_writing_leaves_the_old_file(family, tmp_path, monkeypatch, name):
    path = tmp_path / name
    family.save_word2vec_format(path)
    before = path.read_bytes()

    def fail(*_):
        raise OSError("no space left")

    monkeypatch.setattr(word2vec_format.os, "replace", fail)
    with pytest.raises(OSError, match="no space"):
        random_word_vectors().save_word2vec_format(path)
    monkeypatch.undo()

    class Breaking(np.ndarray):
        """Vectors whose second row cannot be had."""

        def astype(self, *_, **__):
            return self

        def __iter__(self):
            yield self[0]
            raise RuntimeError("half-way")

    for binary in (False, True):
        with pytest.raises(RuntimeError, match="half-way"):
            word2vec_format.write_word2vec_format(path, FAMILY, FAMILY_VECTORS.view(Breaking), binary)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_saving_through_a_symbolic_link_writes_its_target(family, tmp_path):
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    try:
        link.symlink_to(target)
    except OSError:
        pytest.skip("no symbolic links here")
    family.save_word2vec_format(link)
    assert link.is_symlink()
    assert target.read_bytes().startswith(b"5 3\n")


def test_a_path_may_be_a_string(family, tmp_path):
    family.save_word2vec_format(str(tmp_path / "v"))
    assert WordVectors.load_word2vec_format(str(tmp_path / "v")).words == FAMILY
    assert Path(tmp_path / "v").exists()


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "line 1: expected the header"),
        (b"a 1 2\nb 3 4\n", "line 1: expected the header"),
        (b"2 x\na 1\nb 2\n", "line 1: expected the header"),
        (b"-1 2\n", "line 1: expected the header"),
        (b"1 0\na\n", "line 1: expected the header"),
        (b"x" * 100_000, "line 1: expected the header"),
        (b"3 2\na 1 2\nb 3 4\n", "line 4: the file ends here, but its header promises 3 rows"),
        (b"99999999999999999999 2\na 1 2\n", "line 3: the file ends here"),
        (b"1 99999999999999999999\na 1 2\n", "line 1: expected up to 1,048,576 components"),
        (b"0 99999999999999999999\n", "line 1: expected up to 1,048,576 components"),
        (b"1 1048576\na 1 2\n", "line 2: expected 1048576 numbers .* got 2"),
        (b"1 2\na 1 2\nb 3 4\n", "line 3: the file goes on"),
        (b"2 2\na 1 2\nb 3\n", "line 3: expected 2 numbers after the word, got 1"),
        (b"2 2\na 1 2 3\nb 3 4\n", "line 2: expected 2 numbers after the word, got 3"),
        (b"2 2\n\na 1 2\nb 3 4\n", "line 2: no word"),
        (b"2 2\na 1 2\nb 3 four\n", "line 3: could not convert .*four"),
        (b"2 2\na 1 2\nb 3 nan\n", "line 3: a value is not finite"),
        (b"2 2\na 1 -inf\nb 3 4\n", "line 2: a value is not finite"),
        (b"2 2\na 1 2\nb 3 1e39\n", "line 3: a value is not finite"),
        (b"3 2\na 1 2\nb 3 4\na 5 6\n", "line 4: the word 'a' is a duplicate of .*line 2"),
        (b"1 2\n\xff\xfe 1 2\n", "line 2: .*not UTF-8.*unicode_errors='replace'"),
        (b"2 2\na 1 2\nb 3 1_0\n", "line 3: could not convert b'1_0' to a number"),
        (b"1 2\na 1 2 3 4 5\n", "line 2: expected 2 numbers after the word, got 5"),
        (b"9 2\n" + b"".join(b"w%d 1 2%s\n" % (i, b" 3" * (i == 5)) for i in range(9)), "line 7: expected 2 .* got 3"),
        (b"2 2\na 1 2\nb 3", "line 3: expected 2 numbers after the word, got 1"),
        (b"1 2\na 1 2\n\n \n\nb 3 4", "line 6: the file goes on after the 1 rows its header promises"),
    ],
)
def test_a_bad_text_file_is_an_error_with_its_line(tmp_path, content, message):
    path = tmp_path / "bad.txt"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=rf"bad\.txt, {message}"):
        WordVectors.load_word2vec_format(path)


ROW = np.array([1, 2], "<f4").tobytes()


@pytest.mark.parametrize(
    "content, message",
    [
        (b"nonsense", "line 1: expected the header"),
        (b"2 2\na " + ROW, "row 2 at byte 14: the file ends here"),
        (b"2 2\na " + ROW + b"b " + ROW[:-1], "row 2 at byte 14: the file ends here"),
        (b"2 2\na " + ROW + b"b", "row 2 at byte 14: the file ends here"),
        (b"3 2\na " + ROW + b"b " + ROW + b"c " + ROW[1:], "row 3 at byte 24: the file ends here"),
        (b"1 99999999999999999999\na " + ROW, "line 1: expected up to 1,048,576 components"),
        (b"1 1048576\na " + ROW, "row 1 at byte 10: the file ends here"),
        (b"99999999999999999999 2\na " + ROW, "row 2 at byte 33: the file ends here"),
        (b"1 2\na " + ROW + b"\nb " + ROW, "byte 14: the file goes on"),
        (b"2 2\na " + ROW + b"\na " + ROW, "row 2 at byte 14: the word 'a' is a duplicate of .*row 1 at byte 4"),
        (b"1 2\n " + ROW, "row 1 at byte 4: no word"),
        (b"1 2\n\xff\xfe " + ROW, "row 1 at byte 4: .*not UTF-8"),
        (b"1 2\na " + ROW + b"\n" * 9 + b"b", "byte 14: the file goes on"),
        (b"2 2\na " + ROW + b"b " + np.array([0, np.inf], "<f4").tobytes(), "row 2 at byte 14: a value is not finite"),
    ],
)
@pytest.mark.parametrize("chunk_bytes", [3, 10, 1 << 20])
def test_a_bad_binary_file_is_an_error_with_its_row_and_byte(tmp_path, monkeypatch, content, message, chunk_bytes):
    monkeypatch.setattr(word2vec_format, "CHUNK_BYTES", chunk_bytes)
    path = tmp_path / "bad.bin"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=rf"bad\.bin, {message}"):
        WordVectors.load_word2vec_format(path, binary=True)


@pytest.mark.parametrize("binary", [False, True])
def test_a_bad_gzip_file_is_an_error(tmp_path, binary):
    path = tmp_path / "v.gz"
    random_word_vectors().save_word2vec_format(path, binary=binary)
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(ValueError, match=r"v\.gz is not a complete gzip file"):
        WordVectors.load_word2vec_format(path, binary=binary)
    path.write_bytes(b"1 2\na 1 2\n")
    with pytest.raises(ValueError, match=r"v\.gz is not a complete gzip file"):
        WordVectors.load_word2vec_format(path, binary=binary)
    rows = [b"a " + ROW, b"a " + ROW] if binary else [b"a 1 2\n", b"a 1 2\n"]
    path.write_bytes(gzip.compress(b"2 2\n" + b"".join(rows)))
    place = "row 2 at byte 14" if binary else "line 3"
    with pytest.raises(ValueError, match=rf"v\.gz, {place}: the word 'a' is a duplicate"):
        WordVectors.load_word2vec_format(path, binary=binary)


@pytest.mark.parametrize("binary", [False, True])
def test_loaded_vectors_can_be_used_like_any_others(tmp_path, family, binary):
    family.save_word2vec_format(tmp_path / "v", binary=binary)
    wv = WordVectors.load_word2vec_format(tmp_path / "v", binary=binary)
    assert wv.most_similar("king") == family.most_similar("king")
    assert pickle.loads(pickle.dumps(wv)).words == FAMILY
    wv.vectors *= 2


@pytest.mark.parametrize("binary", [False, True])
def test_a_file_of_no_words_is_one(tmp_path, binary):
    WordVectors([], np.empty((0, 3))).save_word2vec_format(tmp_path / "v", binary=binary)
    assert WordVectors.load_word2vec_format(tmp_path / "v", binary=binary).vectors.shape == (0, 3)


@pytest.mark.parametrize("end", [b"", b"\n", b"\n\n  \n"])
def test_a_last_line_may_end_as_it_likes(tmp_path, end):
    (tmp_path / "v").write_bytes(b"2 2\na 1 2\nb 3 4" + end)
    assert WordVectors.load_word2vec_format(tmp_path / "v")["b"].tolist() == [3, 4]


DAMAGED_WORDS = [b"caf\xc3", b"a", "é".encode(), b"a", b"caf\xc3", "é".encode()]


@pytest.mark.parametrize("kind", ["text", "binary", "GloVe"])
def test_files_of_programs_that_cut_words_are_read_if_asked_for(tmp_path, kind):
    """word2vec cuts words at 100 bytes and GloVe at 1,000: in the middle of a character, and to equal words."""
    vectors = np.arange(12, dtype="<f4").reshape(6, 2)
    if kind == "binary":
        rows = [word + b" " + vector.tobytes() for word, vector in zip(DAMAGED_WORDS, vectors, strict=True)]
    else:
        rows = [b"%b %d %d\n" % (word, *vector) for word, vector in zip(DAMAGED_WORDS, vectors, strict=True)]
    (tmp_path / "v").write_bytes(b"6 2\n" * (kind != "GloVe") + b"".join(rows))

    def load(**options):
        if kind == "GloVe":
            return WordVectors.load_glove_format(tmp_path / "v", **options)
        return WordVectors.load_word2vec_format(tmp_path / "v", binary=kind == "binary", **options)

    wv = load(duplicates="drop", unicode_errors="replace")
    assert wv.words == ["caf\ufffd", "a", "é"]
    np.testing.assert_array_equal(wv.vectors, vectors[:3])
    assert load(duplicates="drop", unicode_errors="ignore").words == ["caf", "a", "é"]
    place = {"text": "line 5", "binary": "row 4 at byte ", "GloVe": "line 4"}[kind]
    with pytest.raises(
        ValueError, match=f"{place}.*the word 'a' is a duplicate of .*; duplicates='drop' keeps the first"
    ):
        load(unicode_errors="replace")
    with pytest.raises(ValueError, match=r"the word b'caf\\xc3' is not UTF-8"):
        load(duplicates="drop")
    with pytest.raises(ValueError, match="duplicates='first': expected one of 'raise', 'drop'"):
        load(duplicates="first")
    for unicode_errors in ("Strict!", None, 3):
        with pytest.raises(ValueError, match=r"unicode_errors=.*: expected 'strict', 'ignore' or 'replace'"):
            load(unicode_errors=unicode_errors)


def test_a_place_is_right_after_dropped_rows(tmp_path):
    (tmp_path / "v").write_bytes(b"4 1\na 1\na 2\nb 3\nc nan\n")
    with pytest.raises(ValueError, match="line 5: a value is not finite"):
        WordVectors.load_word2vec_format(tmp_path / "v", duplicates="drop")
    numbers = [np.array([x], "<f4").tobytes() for x in (1, 2, 3, np.inf)]
    (tmp_path / "v").write_bytes(b"4 1\n" + b"".join(w + b" " + x for w, x in zip([b"a", b"a", b"b", b"c"], numbers)))  # noqa: B905
    with pytest.raises(ValueError, match="row 4 at byte 22: a value is not finite"):
        WordVectors.load_word2vec_format(tmp_path / "v", binary=True, duplicates="drop")


def test_a_line_is_not_read_beyond_its_longest(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "LINE_BYTES", 20)
    (tmp_path / "v").write_bytes(b"2 2\na 1 2\nb 1.00000000000000000 2")
    with pytest.raises(ValueError, match="v, line 3: the line is longer than 20 bytes"):
        WordVectors.load_word2vec_format(tmp_path / "v")
    (tmp_path / "v").write_bytes(b"a 1 2\nb 1.00000000000000 2\n")
    with pytest.raises(ValueError, match="v, line 2: the line is longer than 20 bytes"):
        WordVectors.load_glove_format(tmp_path / "v")
    (tmp_path / "v").write_bytes(b"a b 2\nb a 1.0000000000000000")
    with pytest.raises(ValueError, match="v, line 2: the line is longer than 20 bytes"):
        WordVectors(["a", "b"], np.eye(2)).evaluate_word_pairs(tmp_path / "v")
    (tmp_path / "v").write_bytes(b"a 1 2\nb 1.0000000000000 2\n")
    assert WordVectors.load_glove_format(tmp_path / "v").words == ["a", "b"]  # 20 bytes with the newline


def test_a_word_of_a_binary_file_is_not_read_beyond_its_longest(tmp_path, monkeypatch):
    monkeypatch.setattr(word2vec_format, "WORD_BYTES", 5)
    monkeypatch.setattr(word2vec_format, "CHUNK_BYTES", 4)
    (tmp_path / "v").write_bytes(b"2 1\nabcde 1234\nabcdef 1234")
    with pytest.raises(ValueError, match="row 2 at byte 14: expected a blank after a word of at most 5 bytes"):
        WordVectors.load_word2vec_format(tmp_path / "v", binary=True)


# GloVe's text format.

glove_words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), min_size=1)


@settings(deadline=None, max_examples=100)
@given(st.data(), st.sampled_from(["", ".gz"]), st.booleans())
def test_glove_files_keep_words_and_bits_or_are_not_written(tmp_path_factory, data, suffix, given_length):
    words = data.draw(
        st.lists(st.one_of(glove_words, st.sampled_from(["1", "a b", ". . .", "nan", "1 a"])), unique=True)
    )
    vectors = data.draw(arrays(np.float32, (len(words), data.draw(st.integers(1, 4))), elements=finite))
    path = tmp_path_factory.mktemp("glove") / f"vectors{suffix}"
    refused = [word for word in words if refuses(word)]
    if refused:
        with pytest.raises(ValueError, match="GloVe's files need words that are not empty, have no newline"):
            WordVectors(words, vectors).save_glove_format(path)
        assert not path.exists()
        return
    WordVectors(words, vectors).save_glove_format(path)
    if not words and not given_length:
        with pytest.raises(ValueError, match="expected a row, got an empty file"):
            WordVectors.load_glove_format(path)
        return
    wv = WordVectors.load_glove_format(path, n_components=vectors.shape[1] if given_length else None)
    assert wv.words == words
    assert wv.vectors.shape == vectors.shape
    assert wv.vectors.tobytes() == vectors.tobytes()


def refuses(word):
    """Whether GloVe's format cannot hold a word, said in another way than in the package."""
    if word.strip(" \t\n\r\v\f") != word or "\n" in word:
        return True
    *before, last = re.split("[ \t\r\v\f]+", word)
    try:
        return bool(before) and last.isascii() and "_" not in last and float(last) is not None
    except ValueError:
        return False


def test_glove_rows_are_written_without_a_header(tmp_path):
    WordVectors(["a", ". . ."], [[1, -0.5], [0.1, 1e-20]]).save_glove_format(tmp_path / "g.txt")
    assert (tmp_path / "g.txt").read_bytes() == b"a 1 -0.5\n. . . 0.100000001 9.99999968e-21\n"


@pytest.mark.parametrize("n_components", [None, 3])
def test_glove_tokens_may_contain_blanks_and_what_python_takes_for_line_ends(tmp_path, n_components):
    words = [
        ". . .",
        "at name@domain.com",
        "a\u00a0b",
        "\u0085",
        "x\u2028y",
        "\x1c",
        "5",
        "New York",
        "a\tb",
        "1 a",
        "<unk>",
    ]
    rows = [f"{word} {i} 0.5 -1e-05{end}" for i, (word, end) in enumerate(zip(words, ["\n", "\r\n", " \n"] * 4))]  # noqa: B905
    (tmp_path / "g").write_bytes("".join(rows).encode())
    wv = WordVectors.load_glove_format(tmp_path / "g", n_components)
    assert wv.words == words
    assert wv.vectors[:, 0].tolist() == list(range(len(words)))
    np.testing.assert_array_equal(wv.vectors[0], np.array([0, 0.5, -1e-5], dtype=np.float32))


@pytest.mark.parametrize("first", ["1984", "nan", "inf", "1e5", "1_000", "a 1_000"])
def test_the_first_word_of_a_glove_file_may_look_like_a_number(tmp_path, first):
    (tmp_path / "g").write_bytes(f"{first} 1 2\nb 3 4".encode())
    assert WordVectors.load_glove_format(tmp_path / "g").words == [first, "b"]


@pytest.mark.parametrize("word", [7, ("a",), b"a", "", "a\nb", " a", "a\t", "route 66", "a nan", "a\t1e5", "\ud800"])
def test_a_token_that_gloves_format_cannot_hold_is_an_error_and_nothing_is_written(tmp_path, word):
    with pytest.raises(ValueError, match="GloVe's files"):
        WordVectors(["fine", word], np.eye(2)).save_glove_format(tmp_path / "g")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "bad: expected a row, got an empty file"),
        (b"\n\n", "bad: expected a row, got an empty file"),
        (b"word\n", "bad, line 1: expected a word and its numbers, got b'word'"),
        (b"5\n", "bad, line 1: expected a word and its numbers"),
        (b"a 1 2 b\n", "bad, line 1: expected a word and its numbers"),
        (
            b"2 2\na 1 2\nb 3 4\n",
            "bad, line 2: expected 1 numbers .* got more, .* number; a file with a header is one of word2vec's",
        ),
        (
            b"".join(b"w%d 1 2%s\n" % (i, b" 3" * (i == 6)) for i in range(9)),
            "line 7: expected 2 numbers .*, got more, or a word of two parts that ends with a number$",
        ),
        (b"".join(b"w%d 1%s\n" % (i, b" 2" * (i != 6)) for i in range(9)), "line 7: expected 2 numbers .*, got 1"),
        (b"a 1 2 3\nNew York 1 2\n", "line 2: could not convert b'York' to a number"),
        (b"a 1 2\n 1 2\n", "line 2: expected 2 numbers .* got 1"),
        (b"a 1 2\n\x0ba 1 2\n", "line 2: expected a word, got a blank"),
        (b"a 1 2\n\n\na 1 2\n", "line 4: the word 'a' is a duplicate of .*line 1"),
        (b"a 1 2\nb 1 nan\n", "line 2: a value is not finite"),
        (b"a 1 2\nb 1 -inf\n", "line 2: a value is not finite"),
        (b"a 1 2\nb 1 1e39\n", "line 2: a value is not finite"),
        (b"a 1 2\n\xff 1 2\n", r"line 2: the word b'\\xff' is not UTF-8"),
        (b"a 1 2\nb 1 0x2\n", "line 2: could not convert b'0x2' to a number"),
        (b"a 1 2\nb 1 1_0\n", "line 2: could not convert b'1_0' to a number"),
    ],
)
def test_a_bad_glove_file_is_an_error_with_its_line(tmp_path, content, message):
    (tmp_path / "bad").write_bytes(content)
    with pytest.raises(ValueError, match=message):
        WordVectors.load_glove_format(tmp_path / "bad")


@pytest.mark.parametrize(
    "n_components, error", [(0, ValueError), (1 << 30, ValueError), ("3", TypeError), (2.0, TypeError)]
)
def test_the_length_of_glove_vectors_must_make_sense(tmp_path, n_components, error):
    (tmp_path / "g").write_bytes(b"a 1 2\n")
    with pytest.raises(error, match="n_components"):
        WordVectors.load_glove_format(tmp_path / "g", n_components)
    with pytest.raises(ValueError, match="line 1: expected 3 numbers after the word, got 2"):
        WordVectors.load_glove_format(tmp_path / "g", 3)
    with pytest.raises(ValueError, match="line 1: expected 1 numbers after the word, got more"):
        WordVectors.load_glove_format(tmp_path / "g", 1)


@pytest.mark.parametrize(
    "save", [WordVectors.save_word2vec_format, WordVectors.save_glove_format, WordVectors.save_npz]
)
def test_what_is_too_long_to_be_read_again_is_not_written(tmp_path, monkeypatch, save):
    monkeypatch.setattr(word_rows, "N_COMPONENTS", 2)
    monkeypatch.setattr(word_rows, "WORD_BYTES", 8)
    monkeypatch.setattr(npz_format, "N_CHARACTERS", 8)
    save(WordVectors(["12345678"], [[1, 2]]), tmp_path / "v")
    with pytest.raises(ValueError, match="hold vectors of up to 2 numbers, got 3"):
        save(WordVectors(["a"], [[1, 2, 3]]), tmp_path / "v")
    with pytest.raises(ValueError, match=r"hold words of up to 8 (bytes|characters), got"):
        save(WordVectors(["123456789"], [[1, 2]]), tmp_path / "v")


# NumPy's .npz files.

npz_strings = st.text(st.characters(exclude_categories=[]), max_size=4).filter(lambda word: not word.endswith("\0"))
npz_words = st.one_of(
    st.lists(npz_strings, unique=True, max_size=6),
    st.lists(st.integers(-(2**63), 2**63 - 1), unique=True, max_size=6),
)


@settings(deadline=None, max_examples=100)
@given(st.data(), npz_words, st.sampled_from([None, "i8", "u2", "f4", ">i4", "f8"]), st.integers(1, 40))
def test_npz_files_keep_words_bits_and_counts(tmp_path_factory, data, words, count_type, chunk_bytes):
    vectors = data.draw(arrays(np.float32, (len(words), data.draw(st.integers(1, 5))), elements=finite))
    counts = None if count_type is None else np.arange(len(words), 0, -1).astype(count_type)
    path = tmp_path_factory.mktemp("npz") / "vectors.npz"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(npz_format, "CHUNK_BYTES", chunk_bytes)
        WordVectors(words, vectors, counts).save_npz(path)
        wv = WordVectors.load_npz(path)
    assert wv.words == words
    assert [type(word) for word in wv.words] == [type(word) for word in words]
    assert wv.vectors.shape == vectors.shape
    assert wv.vectors.tobytes() == vectors.tobytes()
    assert wv.vectors.flags.writeable
    if counts is None:
        assert wv.counts is None
    else:
        assert wv.counts.dtype == counts.dtype
        np.testing.assert_array_equal(wv.counts, counts)
    with np.load(path, allow_pickle=False) as loaded:
        assert loaded["words"].tolist() == words
        np.testing.assert_array_equal(loaded["vectors"], vectors)
        assert set(loaded) == {"words", "vectors"} | ({"counts"} if counts is not None else set())


@pytest.mark.parametrize("savez", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("dtype", ["<f4", ">f4", "f8", "f2"])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("words", [["a", "日本語", ""], [3, 1, 2], [2**63, 0, 1]])
def test_arrays_of_numpy_itself_are_read(tmp_path, savez, dtype, order, words):
    vectors = np.arange(6).reshape(3, 2).astype(dtype, order=order)
    savez(tmp_path / "v.npz", vectors=vectors, words=np.array(words, dtype=None if words[0] != 2**63 else "u8"))
    wv = WordVectors.load_npz(tmp_path / "v.npz")
    assert wv.words == words
    np.testing.assert_array_equal(wv.vectors, vectors)
    assert wv.vectors.dtype == np.float32
    assert wv.counts is None


def test_big_endian_words_are_read(tmp_path):
    np.savez(tmp_path / "v.npz", vectors=np.eye(2), words=np.array(["ä", "b"], dtype=">U3"))
    assert WordVectors.load_npz(tmp_path / "v.npz").words == ["ä", "b"]


def test_equal_vectors_are_archived_to_equal_bytes_and_words_are_compressed(tmp_path):
    wv = WordVectors(["a", "b" * 10_000], np.eye(2), counts=[2, 1])
    wv.save_npz(tmp_path / "one")
    wv.save_npz(str(tmp_path / "other"))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
    assert (tmp_path / "one").stat().st_size < 3000


@pytest.mark.parametrize(
    "words, message",
    [
        (["a", "b\0"], "no word that ends with a NUL character, got 'b.x00'"),
        (["a", ("b", 1)], r"tokens that are all strings or all integers, got \('b', 1\) of type tuple"),
        (["a", 1], "all strings or all integers, got 1 of type int"),
        ([1, "a"], "all strings or all integers, got 1 of type int"),
        ([2, True], "all strings or all integers, got 2 of type int"),
        ([1.5, 2.5], "all strings or all integers, got 1.5 of type float"),
        ([b"a", b"b"], "all strings or all integers, got b'a' of type bytes"),
        ([1, 2**63], "integers of 64 bits with a sign, got the token 9223372036854775808"),
        ([1, -(2**63) - 1], "integers of 64 bits with a sign"),
    ],
)
def test_tokens_that_an_array_would_not_give_back_are_an_error_and_nothing_is_written(tmp_path, words, message):
    with pytest.raises(ValueError, match=message):
        WordVectors(words, np.eye(2)).save_npz(tmp_path / "v.npz")
    assert list(tmp_path.iterdir()) == []


def test_a_compressed_npz_file_is_an_error(tmp_path, family):
    with pytest.raises(ValueError, match=r"expected a name that does not end in .gz"):
        family.save_npz(tmp_path / "v.npz.gz")
    assert list(tmp_path.iterdir()) == []


def npy(array, **header):
    """The bytes of an array in NumPy's format, with another header where it is given."""
    file = io.BytesIO()
    np.lib.format.write_array(file, array, allow_pickle=True)
    data = file.getvalue()
    for name, value in header.items():
        pattern = rf"'{name}': (\([^)]*\)|[^,]*)".encode()
        data = re.sub(pattern, f"'{name}': {value}".encode(), data)
        data = data[:8] + (data.index(b"\n", 10) - 9).to_bytes(2, "little") + data[10:]
    return data


def archive(path, compression=zipfile.ZIP_DEFLATED, **members):
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, data in members.items():
            file.writestr(f"{name}.npy", data)


SIGNALLING = np.array([[0, 0], [0, 0x7FF4000000000000]], "u8").view("f8")  # a NaN that warns when it is converted
A, EYE = npy(np.array(["a", "b"])), npy(np.eye(2, dtype="f4"))


@pytest.mark.parametrize(
    "members, message",
    [
        ({}, "bad: expected the arrays 'words', 'vectors' and perhaps 'counts', got none"),
        ({"words": A}, "expected the arrays 'words', 'vectors' .* got 'words.npy'"),
        ({"words": A, "vector": EYE}, "expected the arrays .* got 'words.npy', 'vector.npy'"),
        ({"words": A, "vectors": EYE, "more": EYE}, "expected the arrays .* got .* 'more.npy'"),
        ({"words": A, "vectors": b""}, r"array 'vectors': expected NumPy's .npy format 1.0 .* got b''"),
        ({"words": A, "vectors": EYE[:20]}, "array 'vectors': expected NumPy's .npy format 1.0"),
        ({"words": A, "vectors": EYE[:-1]}, "'vectors': its header promises 16 bytes, but there are 15"),
        ({"words": A, "vectors": EYE + b"x"}, "'vectors': its header promises 16 bytes, but there are 17"),
        (
            {"words": npy(np.array(["a", "b"]), shape="(1000000000000,)"), "vectors": EYE},
            "promises 4,000,000,000,000 bytes",
        ),
        ({"words": A, "vectors": npy(np.eye(2), shape="(1000000000000, 100)")}, "promises 800,000,000,000,000 bytes"),
        ({"words": A, "vectors": npy(np.eye(2), shape="(0, 1000000000000)")}, "promises 0 bytes, but there are 32"),
        (
            {"words": npy(np.array([], "U1")), "vectors": npy(np.empty((0, 1)), shape="(0, 9999999)")},
            "1 to 1,048,576 numbers",
        ),
        (
            {"words": npy(np.array(["a", "b"], dtype=object)), "vectors": EYE},
            "'words': expected .* never pickled objects",
        ),
        ({"words": npy(np.array([b"a", b"b"])), "vectors": EYE}, "'words': expected .* strings, integers or floats"),
        ({"words": npy(np.array([1.0, 2.0])), "vectors": EYE}, "'words': expected 1 dimensions, .* kinds U, i, u, got"),
        ({"words": npy(np.array([["a", "b"]])), "vectors": EYE}, r"'words': expected 1 dimensions, .* shape \(1, 2\)"),
        ({"words": npy(np.array("a")), "vectors": EYE}, r"'words': expected 1 dimensions, .* got shape \(\)"),
        ({"words": A, "vectors": npy(np.eye(3))}, r"'vectors': expected 2 dimensions, 2 rows .* got shape \(3, 3\)"),
        ({"words": A, "vectors": npy(np.ones(2))}, r"'vectors': expected 2 dimensions"),
        ({"words": A, "vectors": npy(np.eye(2, dtype=int))}, "'vectors': expected .* of the kinds f, got .* <i8"),
        ({"words": A, "vectors": npy(np.empty((2, 0)))}, "expected vectors of 1 to 1,048,576 numbers"),
        ({"words": A, "vectors": EYE, "counts": npy(np.ones(3))}, "'counts': expected 1 dimensions, 2 rows"),
        ({"words": A, "vectors": EYE, "counts": npy(np.array(["1", "2"]))}, "'counts': expected .* kinds i, u, f, got"),
        (
            {"words": A, "vectors": npy(np.eye(2), descr="'<f3'")},
            "'vectors': expected a type that NumPy has, got '<f3'",
        ),
        ({"words": A, "vectors": npy(np.eye(2), descr="'<U999999999'")}, "'vectors': expected a type .*|promises"),
        ({"words": A, "vectors": b"\x93NUMPY\x02\x00" + EYE[8:]}, "'vectors': expected NumPy's .npy format 1.0"),
        ({"words": npy(np.array(["a", "a"])), "vectors": EYE}, "'words', row 1: 'a' is a duplicate of row 0"),
        (
            {"words": npy(np.array(["a", "b" * 300_000])), "vectors": EYE},
            "words of up to 262,144 characters, got <U300000",
        ),
        ({"words": npy(np.array([97, 0x110000], "u4"), descr="'<U1'"), "vectors": EYE}, "rows 0 to 1 is no text"),
        (
            {"words": A, "vectors": npy(np.array([[1, 2], [3, np.nan]]))},
            "array 'vectors', row 1: a value is not finite",
        ),
        ({"words": A, "vectors": npy(SIGNALLING)}, "array 'vectors', row 1: a value is not finite"),
        ({"words": A, "vectors": npy(np.array([[1, 2], [3, 1e39]]))}, "array 'vectors', row 1: a value is not finite"),
    ],
)
def test_a_bad_npz_file_is_an_error_with_its_array(tmp_path, members, message):
    archive(tmp_path / "bad", **members)
    with pytest.raises(ValueError, match=rf"bad.*{message}" if not message.startswith("bad") else message):
        WordVectors.load_npz(tmp_path / "bad")


def test_a_damaged_archive_is_an_error(tmp_path):
    path = tmp_path / "bad"
    for content in (b"", b"PK\x03\x04", b"no archive at all"):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"bad is not a complete .npz file: File is not a zip file"):
            WordVectors.load_npz(path)
    for compression in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
        archive(path, compression, words=A, vectors=EYE)
        content = path.read_bytes()
        path.write_bytes(content.replace(zlib.crc32(EYE).to_bytes(4, "little"), b"0000"))
        with pytest.raises(ValueError, match=r"bad is not a complete .npz file: Bad CRC-32 for file 'vectors.npy'"):
            WordVectors.load_npz(path)
    offset = int.from_bytes(content[-6:-2], "little")  # of the directory; the first member would begin before the file
    path.write_bytes(content[:-6] + (offset + 100).to_bytes(4, "little") + content[-2:])
    with pytest.raises(ValueError, match=r"bad is not a complete .npz file"):
        WordVectors.load_npz(path)
    path.write_bytes(content[:-40])
    with pytest.raises(ValueError, match=r"bad is not a complete .npz file"):
        WordVectors.load_npz(path)
    archive(path, zipfile.ZIP_LZMA, words=A, vectors=EYE)
    with pytest.raises(ValueError, match="array 'words': expected no compression but deflate, got method 14"):
        WordVectors.load_npz(path)
    with zipfile.ZipFile(path, "w") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in ("words.npy", "vectors.npy", "words.npy"):
            file.writestr(name, A if name == "words.npy" else EYE)
    with pytest.raises(ValueError, match=r"expected the arrays .* got 'words.npy', 'vectors.npy', 'words.npy'"):
        WordVectors.load_npz(path)


def test_a_member_shorter_than_its_archive_says_is_an_error(tmp_path):
    archive(tmp_path / "bad", words=A, vectors=npy(np.eye(2), shape="(2, 1000000)"))
    content = bytearray((tmp_path / "bad").read_bytes())
    length = len(npy(np.eye(2), shape="(2, 1000000)"))
    for i in range(len(content) - 4):  # in the archive's directory and before the member
        if int.from_bytes(content[i : i + 4], "little") == length:
            content[i : i + 4] = (length - 32 + 16_000_000).to_bytes(4, "little")
    (tmp_path / "bad").write_bytes(content)
    with pytest.raises(ValueError, match="bad, array 'vectors': the values end early"):
        WordVectors.load_npz(tmp_path / "bad")


# Files that promise more than they hold.


def test_what_expands_far_beyond_its_size_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "EXPANSION_BYTES", 10_000)
    for module in (files, npz_format):
        monkeypatch.setattr(module, "EXPANSION", 20)
    wv = WordVectors([f"w{i}" for i in range(1000)], np.zeros((1000, 300)))
    for load, save in (
        (WordVectors.load_word2vec_format, WordVectors.save_word2vec_format),
        (WordVectors.load_glove_format, WordVectors.save_glove_format),
    ):
        save(wv, tmp_path / "v.gz")
        with pytest.raises(ValueError, match=r"v\.gz expands to more than [\d,]+ bytes, 20 times its size"):
            load(tmp_path / "v.gz")
        random_word_vectors().save_word2vec_format(tmp_path / "v.gz")
        assert len(WordVectors.load_word2vec_format(tmp_path / "v.gz")) == 300
    archive(tmp_path / "v", words=npy(np.array(wv.words)), vectors=npy(wv.vectors))
    with pytest.raises(ValueError, match="array 'vectors' expands to 1,200,000 bytes and more than 20 times the size"):
        WordVectors.load_npz(tmp_path / "v")
    words = np.array([f"{i:03d}" + "a" * 20_000 for i in range(100)])
    archive(tmp_path / "v", words=npy(words), vectors=npy(np.zeros((100, 1))))
    with pytest.raises(ValueError, match=r"array 'words' expands to [0-9,]+ bytes and more than 20 times the size"):
        WordVectors.load_npz(tmp_path / "v")
    wv.save_npz(tmp_path / "v")  # vectors as large as they are
    assert WordVectors.load_npz(tmp_path / "v").words == wv.words


BOMBS = """
import resource, sys
import numpy as np
from pathlib import Path
from sklw2v import WordVectors

WordVectors(["a"], [[1]]).most_similar("a")
pages = int(Path("/proc/self/statm").read_text().split()[0])
limit = pages * resource.getpagesize() + (220 << 20)
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
for name in sys.argv[1:]:
    path = Path(name)
    for load in (
        WordVectors.load_word2vec_format,
        lambda path: WordVectors.load_word2vec_format(path, binary=True),
        WordVectors.load_glove_format,
        WordVectors.load_npz,
        WordVectors(["a"], [[1]]).evaluate_word_pairs,
        WordVectors(["a"], [[1]]).evaluate_word_analogies,
    ):
        try:
            load(path)
        except ValueError as error:
            assert str(path) in str(error), error
        else:
            raise AssertionError(f"{path} was read")
try:
    bytearray(240 << 20)
except MemoryError:
    print("bounded")
"""


def test_hostile_files_are_errors_in_bounded_memory(tmp_path):
    """Every reader reads every file, with 220 MiB to spare: 64 MiB is what a small compressed file may expand to."""
    pytest.importorskip("resource")
    if not Path("/proc/self/statm").exists():
        pytest.skip("no way to learn the size of a process here")
    zeros = bytes(1 << 20)

    def write_compressed(name, start, block, n_blocks):
        with gzip.open(tmp_path / name, "wb", compresslevel=1) as file:
            file.write(start)
            for _ in range(n_blocks):
                file.write(block)

    (tmp_path / "header.txt").write_bytes(b"1000000000000 3\na 1 2 3\n")
    (tmp_path / "wide.txt").write_bytes(b"1 1000000\na 1 2 3\n")
    (tmp_path / "both.bin").write_bytes(b"1000000000000 1000000\na " + zeros)
    (tmp_path / "line.txt").write_bytes(b"1 3\na" + b" 1" * (30 << 20))
    (tmp_path / "row.txt").write_bytes(b"1 1000000\na" + b" 1" * (30 << 20))
    (tmp_path / "long.txt").write_bytes(b"1 2\na" + b" 11" * (5 << 20))
    (tmp_path / "blankless.bin").write_bytes(b"1 3\n" + b"a" * (60 << 20))
    write_compressed("line.gz", b"1 3\na", b" 1" * (1 << 19), 240)
    write_compressed("rows.gz", b"1000000000000 1000000\na ", zeros, 240)
    vectors = npy(np.zeros((1, 1), "f4"), shape=f"({240 << 8}, 1024)")
    padded = npy(np.array([], "U1"), shape=f"({240 << 8},)", descr="'<U1024'")
    for name in ("vectors.npz", "words.npz"):
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
            with file.open("words.npy", "w") as member:
                member.write(padded if name == "words.npz" else npy(np.arange(240 << 8)))
                for _ in range(240 * (name == "words.npz")):
                    member.write(zeros)
            with file.open("vectors.npy", "w") as member:
                member.write(vectors[:-4])
                for _ in range(240):
                    member.write(zeros)
    names = [str(path) for path in sorted(tmp_path.iterdir())]
    assert len(names) == 11
    done = subprocess.run([sys.executable, "-c", BOMBS, *names], capture_output=True, text=True, check=False)
    assert done.stdout == "bounded\n", done.stderr


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("kind", ["text", "binary", "GloVe", "npz"])
def test_reading_takes_a_few_times_the_size_of_the_vectors(tmp_path, kind, suffix):
    wv = random_word_vectors(5000, 50)
    path = tmp_path / f"v{suffix}" if kind != "npz" else tmp_path / "v"
    save, load = {
        "text": (wv.save_word2vec_format, WordVectors.load_word2vec_format),
        "binary": (lambda path: wv.save_word2vec_format(path, binary=True), load_binary),
        "GloVe": (wv.save_glove_format, WordVectors.load_glove_format),
        "npz": (wv.save_npz, WordVectors.load_npz),
    }[kind]
    save(path)
    tracemalloc.start()
    load(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 * wv.vectors.nbytes + 400 * len(wv) + (6 << 20)


# Damage of any kind. `fuzz_formats.py` goes on with it for as long as one likes.


@pytest.fixture(scope="module")
def forms(tmp_path_factory):
    return fuzz_formats.formats(tmp_path_factory.mktemp("seeds"))


@settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**64), data=st.data())
def test_a_damaged_file_loads_or_is_a_value_error(forms, tmp_path, seed, data):
    rng, form = random.Random(seed), forms[data.draw(st.sampled_from(list(forms)))]
    content = form.pack(fuzz_formats.damaged(rng.choice(form.seeds), form.seeds, rng))
    tracemalloc.start()
    try:
        assert fuzz_formats.attempt(form, content, tmp_path) in ("loaded", "refused")
    finally:
        tracemalloc.stop()


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.one_of(
        st.binary(max_size=60), st.lists(st.sampled_from(fuzz_formats.PIECES + fuzz_formats.NUMBERS)).map(b"".join)
    )
)
def test_any_bytes_load_or_are_a_value_error(forms, tmp_path, data):
    tracemalloc.start()
    try:
        for form in forms.values():
            fuzz_formats.attempt(form, data, tmp_path)
    finally:
        tracemalloc.stop()


def test_undamaged_files_load(forms, tmp_path):
    tracemalloc.start()
    try:
        for form in forms.values():
            for parts in form.seeds:
                assert fuzz_formats.attempt(form, form.pack(parts), tmp_path) == "loaded"
    finally:
        tracemalloc.stop()


# pandas.


def test_a_frame_has_words_as_its_index_and_is_a_copy(family):
    pytest.importorskip("pandas")
    frame = family.to_frame()
    assert frame.shape == (5, 3)
    assert frame.index.tolist() == FAMILY
    assert frame.columns.tolist() == [0, 1, 2]
    assert set(frame.dtypes) == {np.dtype(np.float32)}
    np.testing.assert_array_equal(frame.loc["queen"], family["queen"])
    frame.iloc[0, 0] = 99
    assert family["king"][0] == 3


@settings(deadline=None, max_examples=60)
@given(
    st.data(),
    st.lists(
        st.one_of(st.text(), st.integers(), st.tuples(st.text(max_size=2), st.integers())), unique=True, max_size=6
    ),
)
def test_frames_keep_words_and_bits(data, words):
    pytest.importorskip("pandas")
    vectors = data.draw(arrays(np.float32, (len(words), data.draw(st.integers(1, 4))), elements=finite))
    counts = np.arange(len(words))
    wv = WordVectors.from_frame(WordVectors(words, vectors, counts).to_frame(), counts=counts)
    assert wv.words == words
    assert [type(word) for word in wv.words] == [type(word) for word in words]
    assert wv.vectors.shape == vectors.shape
    assert wv.vectors.tobytes() == vectors.tobytes()
    np.testing.assert_array_equal(wv.counts, counts)
    assert WordVectors.from_frame(wv.to_frame()).counts is None


def test_frames_of_other_types_are_read_and_copied():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"x": [1, 2], "y": [0.5, 1.5]}, index=pandas.MultiIndex.from_tuples([("a", 1), ("b", 2)]))
    wv = WordVectors.from_frame(frame)
    assert wv.words == [("a", 1), ("b", 2)]
    np.testing.assert_array_equal(wv.vectors, [[1, 0.5], [2, 1.5]])
    frame = pandas.DataFrame(np.eye(2, dtype=np.float32), index=["a", "b"])
    wv = WordVectors.from_frame(frame)
    frame.iloc[0, 0] = 99
    assert wv["a"][0] == 1
    frame = pandas.DataFrame({"only": np.ones(2, dtype=np.float32)}, index=["a", "b"])
    WordVectors.from_frame(frame).vectors[1, 0] = 99
    assert frame.iloc[1, 0] == 1


@pytest.mark.parametrize("words", [[("a", 1), ("b", 2)], [("a",), ("b", 2)], [()]])
def test_a_tuple_is_one_label_of_a_frame(words):
    pytest.importorskip("pandas")
    frame = WordVectors(words, np.ones((len(words), 2))).to_frame()
    assert frame.index.nlevels == 1
    assert frame.index.tolist() == words


def test_what_is_no_frame_of_numbers_is_an_error(family):
    pandas = pytest.importorskip("pandas")
    for value in ({"a": [1]}, np.eye(2), pandas.Series([1.0]), ["a"]):
        with pytest.raises(TypeError, match=r"frame must be a pandas.DataFrame, got a \w+"):
            WordVectors.from_frame(value)
    with pytest.raises(ValueError, match="frame must hold a number in every cell"):
        WordVectors.from_frame(pandas.DataFrame({0: [1, 2], 1: ["x", "y"]}))
    with pytest.raises(ValueError, match="words must be unique"):
        WordVectors.from_frame(pandas.DataFrame(np.eye(2), index=["a", "a"]))
    for bad in (np.nan, 1e39, -np.inf):
        with pytest.raises(ValueError, match="row 1 is not"):
            WordVectors.from_frame(pandas.DataFrame([[1, 2], [3, bad]]))
    with pytest.raises(ValueError, match=r"row 1 is not|every cell"):
        WordVectors.from_frame(pandas.DataFrame({0: pandas.array([1, None], dtype="Float32")}))


# gensim, where it is installed.


class Keyed:
    """What `from_gensim` asks of gensim's KeyedVectors."""

    def __init__(self, counts=None):
        self.index_to_key, self.vectors, self.counts = list(FAMILY), FAMILY_VECTORS.copy(), counts

    def get_vecattr(self, key, attr):
        return {"count": self.counts}[attr][self.index_to_key.index(key)] if self.counts else {}[attr]


def test_keyed_vectors_are_read_by_their_public_attributes_and_copied():
    keyed = Keyed(counts=[9, 7, 5, 3, 1])
    wv = WordVectors.from_gensim(keyed)
    assert wv.words == FAMILY
    assert wv.counts.tolist() == [9, 7, 5, 3, 1]
    np.testing.assert_array_equal(wv.vectors, FAMILY_VECTORS)
    keyed.vectors[:] = 0
    keyed.index_to_key.clear()
    assert wv["king"].tolist() == [3, 1, 0]
    assert list(wv) == FAMILY
    assert WordVectors.from_gensim(Keyed()).counts is None


def test_what_is_not_keyed_vectors_is_an_error(family):
    with pytest.raises(TypeError, match=r"keyed_vectors must be gensim's KeyedVectors, got a dict$"):
        WordVectors.from_gensim({"a": [1]})
    model = type("Word2Vec", (), {"wv": Keyed()})()
    with pytest.raises(TypeError, match="got a Word2Vec; give its attribute wv"):
        WordVectors.from_gensim(model)


@pytest.mark.parametrize("method, module", [("to_gensim", "gensim.models"), ("to_frame", "pandas")])
def test_a_library_that_is_not_installed_is_named(family, monkeypatch, method, module):
    monkeypatch.setitem(sys.modules, module, None)
    name = module.split(".")[0]
    with pytest.raises(ImportError, match=f"{method} needs {name}: pip install {name}"):
        getattr(family, method)()


@pytest.mark.parametrize("counts", [None, [5, 4, 3, 2, 1], [0.5, 0.25, 0.125, 0, 0]])
@pytest.mark.parametrize("words", [FAMILY, [3, 1, 4, 15, 9]])
def test_keyed_vectors_of_gensim_keep_everything(words, counts):
    import_gensim()
    wv = WordVectors(words, FAMILY_VECTORS, counts)
    keyed = wv.to_gensim()
    assert keyed.index_to_key == words
    np.testing.assert_array_equal(keyed.vectors, FAMILY_VECTORS)
    assert [word for word, _ in keyed.most_similar(words[0])] == [word for word, _ in wv.most_similar(words[0])]
    copy = WordVectors.from_gensim(keyed)
    assert copy.words == words
    assert copy.vectors.tobytes() == wv.vectors.tobytes()
    if counts is None:
        assert copy.counts is None
    else:
        assert copy.counts.tolist() == counts
        assert keyed.get_vecattr(words[1], "count") == counts[1]
    keyed.vectors[:] = 0
    assert wv[words[0]][0] == 3


def test_a_model_of_gensim_becomes_word_vectors():
    import_gensim()
    from gensim.models import Word2Vec

    model = Word2Vec([["a", "b", "a", "c"], ["b", "a"]], vector_size=4, min_count=1, epochs=1, workers=1, seed=1)
    wv = WordVectors.from_gensim(model.wv)
    assert dict(zip(wv.words, wv.counts.tolist(), strict=True)) == {"a": 3, "b": 2, "c": 1}
    np.testing.assert_array_equal(wv["b"], model.wv["b"])


def test_tokens_that_gensim_does_not_know_are_an_error():
    with pytest.raises(ValueError, match=r"gensim's tokens are strings and integers, got \('a', 1\) of type tuple"):
        WordVectors(["a", ("a", 1)], np.eye(2)).to_gensim()


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_files_are_exchanged_with_gensim(tmp_path, binary, suffix):
    wv = WordVectors(["ein", "straße", "日本", "a\u00a0b", "</s>"], np.random.default_rng(0).standard_normal((5, 7)))
    twin = gensim_twin(wv)
    ours, theirs = tmp_path / f"ours{suffix}", tmp_path / f"theirs{suffix}"
    wv.save_word2vec_format(ours, binary=binary)
    read = type(twin).load_word2vec_format(str(ours), binary=binary)
    assert read.index_to_key == wv.words
    np.testing.assert_array_equal(read.vectors, wv.vectors)
    twin.save_word2vec_format(str(theirs), binary=binary)
    read = WordVectors.load_word2vec_format(theirs, binary=binary)
    assert read.words == wv.words
    np.testing.assert_array_equal(read.vectors, wv.vectors)


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")  # gensim's
def test_glove_files_are_exchanged_with_gensim(tmp_path):
    wv = WordVectors(["ein", "straße", "日本", "a\u00a0b", "<unk>"], np.random.default_rng(0).standard_normal((5, 7)))
    twin = gensim_twin(wv)
    wv.save_glove_format(tmp_path / "ours")
    read = type(twin).load_word2vec_format(str(tmp_path / "ours"), no_header=True)
    assert read.index_to_key == wv.words
    np.testing.assert_array_equal(read.vectors, wv.vectors)
    twin.save_word2vec_format(str(tmp_path / "theirs"), write_header=False)
    read = WordVectors.load_glove_format(tmp_path / "theirs")
    assert read.words == wv.words
    np.testing.assert_array_equal(read.vectors, wv.vectors)


@pytest.mark.parametrize("is_binary", [False, True])
def test_a_file_of_the_other_word2vec_format_is_told(tmp_path, is_binary):
    path = tmp_path / "vectors"
    WordVectors(["king", "queen"], [[2, 1], [0.5, 1.5]]).save_word2vec_format(path, binary=is_binary)
    with pytest.raises(ValueError, match=f"look like those of a .* file; expected binary={is_binary}"):
        WordVectors.load_word2vec_format(path, binary=not is_binary)


@pytest.mark.parametrize("ending", [".xz", ".bz2", ".zip"])
def test_compressions_that_are_not_done_are_refused(tmp_path, ending):
    path = tmp_path / f"vectors{ending}"
    with pytest.raises(ValueError, match=r"expected a name that ends in \.gz"):
        WordVectors(["king"], [[2, 1]]).save_glove_format(path)
    assert not path.exists()
    path.write_text("king 2 1\n")
    with pytest.raises(ValueError, match=r"expected a name that ends in \.gz"):
        WordVectors.load_glove_format(path)


def test_files_keep_their_mode_and_pipes_stay_pipes(tmp_path):
    wv, path, pipe = WordVectors(["king"], [[2, 1]]), tmp_path / "private.txt", tmp_path / "pipe"
    path.touch(mode=0o600)
    wv.save_word2vec_format(path)
    assert path.stat().st_mode & 0o777 == 0o600
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: found.append(pipe.read_bytes()))
    found = []
    reader.start()
    wv.save_word2vec_format(pipe)
    reader.join()
    assert found == [path.read_bytes()]
    assert pipe.is_fifo()


@pytest.mark.parametrize("values", [["1.5"], [1 + 2j], [None]])
def test_frames_of_what_is_no_number_are_refused(values):
    pandas = pytest.importorskip("pandas")
    with pytest.raises(ValueError, match="frame must hold a number in every cell"):
        WordVectors.from_frame(pandas.DataFrame({"x": values}, index=["king"]))


def test_words_with_nul_characters_make_no_file_binary(tmp_path):
    path = tmp_path / "vectors.txt"
    WordVectors(["a\0b", "c"], [[2, 1], [0.5, 1.5]]).save_word2vec_format(path)
    assert WordVectors.load_word2vec_format(path).words == ["a\0b", "c"]
