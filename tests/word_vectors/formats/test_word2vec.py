"""word2vec's text and binary files: what comes back, what others write, and what no program should have written."""

import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sklw2v import WordVectors
from sklw2v.word_vectors.formats import _word2vec
from tests.word_vectors.oracles import FAMILY, finite, gensim_twin

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
    monkeypatch.setattr(_word2vec, "CHUNK_BYTES", chunk_bytes)
    # The four bytes of this number are blanks, and the next number starts with a newline.
    tricky = np.array([np.frombuffer(b"    ", "<f4")[0], np.frombuffer(b"\n\n\n\n", "<f4")[0]], "<f4")
    rows = [word.encode() + b" " + tricky.tobytes() + separator for word in ("eins", "zwei", "drei")]
    path = tmp_path / "v.bin"
    path.write_bytes(b"3 2\n" + b"".join(rows))
    wv = WordVectors.load_word2vec_format(path, binary=True)
    assert wv.words == ["eins", "zwei", "drei"]
    np.testing.assert_array_equal(wv.vectors, np.tile(tricky, (3, 1)))


@pytest.mark.parametrize("word", [7, ("a",), b"a", "", "two words", "a\nb", "a\t", "\ud800"])
@pytest.mark.parametrize("binary", [False, True])
def test_a_token_that_the_format_cannot_hold_is_an_error_and_nothing_is_written(tmp_path, word, binary):
    wv = WordVectors(["fine", word], np.eye(2))
    with pytest.raises(ValueError, match="word2vec's formats"):
        wv.save_word2vec_format(tmp_path / "v", binary=binary)
    assert list(tmp_path.iterdir()) == []


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
    monkeypatch.setattr(_word2vec, "CHUNK_BYTES", chunk_bytes)
    path = tmp_path / "bad.bin"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=rf"bad\.bin, {message}"):
        WordVectors.load_word2vec_format(path, binary=True)


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


def test_a_place_is_right_after_dropped_rows(tmp_path):
    (tmp_path / "v").write_bytes(b"4 1\na 1\na 2\nb 3\nc nan\n")
    with pytest.raises(ValueError, match="line 5: a value is not finite"):
        WordVectors.load_word2vec_format(tmp_path / "v", duplicates="drop")
    numbers = [np.array([x], "<f4").tobytes() for x in (1, 2, 3, np.inf)]
    (tmp_path / "v").write_bytes(b"4 1\n" + b"".join(w + b" " + x for w, x in zip([b"a", b"a", b"b", b"c"], numbers)))  # noqa: B905
    with pytest.raises(ValueError, match="row 4 at byte 22: a value is not finite"):
        WordVectors.load_word2vec_format(tmp_path / "v", binary=True, duplicates="drop")


def test_a_word_of_a_binary_file_is_not_read_beyond_its_longest(tmp_path, monkeypatch):
    monkeypatch.setattr(_word2vec, "WORD_BYTES", 5)
    monkeypatch.setattr(_word2vec, "CHUNK_BYTES", 4)
    (tmp_path / "v").write_bytes(b"2 1\nabcde 1234\nabcdef 1234")
    with pytest.raises(ValueError, match="row 2 at byte 14: expected a blank after a word of at most 5 bytes"):
        WordVectors.load_word2vec_format(tmp_path / "v", binary=True)


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


@pytest.mark.parametrize("is_binary", [False, True])
def test_a_file_of_the_other_word2vec_format_is_told(tmp_path, is_binary):
    path = tmp_path / "vectors"
    WordVectors(["king", "queen"], [[2, 1], [0.5, 1.5]]).save_word2vec_format(path, binary=is_binary)
    with pytest.raises(ValueError, match=f"look like those of a .* file; expected binary={is_binary}"):
        WordVectors.load_word2vec_format(path, binary=not is_binary)


def test_words_with_nul_characters_make_no_file_binary(tmp_path):
    path = tmp_path / "vectors.txt"
    WordVectors(["a\0b", "c"], [[2, 1], [0.5, 1.5]]).save_word2vec_format(path)
    assert WordVectors.load_word2vec_format(path).words == ["a\0b", "c"]
