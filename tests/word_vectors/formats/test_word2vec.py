"""word2vec's text and binary files: what comes back, what others write, and what no program should have written."""

import gzip
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
binary_words = format_words.filter(lambda word: not set(word) & {*map(chr, range(32)), "\x7f"})


@settings(deadline=None, max_examples=60)
@given(st.data(), st.booleans(), st.sampled_from(["", ".gz"]))
def test_saving_and_loading_keeps_words_and_bits(tmp_path_factory, data, binary, suffix):
    words = data.draw(st.lists(binary_words if binary else format_words, unique=True, max_size=6))
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
    with pytest.raises(ValueError, match=r"word2vec's (text|binary) files"):
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
        (b"2 2\ra 1 2\rb 3 4\r", "line 1: a carriage return stands within the line; expected lines that end"),
        (b"2 2\na 1 2\rb 3 4\r", "line 2: a carriage return stands within the line"),
        (b"2 2\na 1 2\nb 3\r4\n", "line 3: a carriage return stands within the line"),
        (b"2 2\n\ra 1 2\nb 3 4\n", "line 2: a carriage return stands within the line"),
        (b"2 2\na 1 2\n 3 4 5\n", "line 3: no word"),
        (b"2 2\na 1 2\n b 3 4\n", "line 3: no word"),
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
        (b"1 2\n\xff\xfe " + ROW, "row 1 at byte 4: .*not UTF-8; the likely cause is a word with a blank in it"),
        (b"1 2\na\tb " + ROW, "row 1 at byte 4: expected a word without control characters, got b'a.tb'$"),
        (b"2 2\na " + ROW + b"\n\nb " + ROW, "row 2 at byte 14: expected a word without control characters, got"),
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
    (tmp_path / "v").write_bytes(b"2 1\nabcde \0\0\0\0\nabcdef \0\0\0\0")
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
    with pytest.raises(ValueError, match=f"looks like word2vec's .* format, .* reads with binary={is_binary}$"):
        WordVectors.load_word2vec_format(path, binary=not is_binary)


def test_words_with_nul_characters_make_no_file_binary(tmp_path):
    path = tmp_path / "vectors.txt"
    WordVectors(["a\0b", "c"], [[2, 1], [0.5, 1.5]]).save_word2vec_format(path)
    assert WordVectors.load_word2vec_format(path).words == ["a\0b", "c"]


# Words with blanks in binary files.


def with_blank(words, vectors, separator):
    """A binary file as other programs write it, whatever its words are."""
    rows = [word.encode() + b" " + vector.tobytes() for word, vector in zip(words, vectors, strict=True)]
    return b"%d %d\n" % vectors.shape + b"".join(row + separator for row in rows)


@pytest.mark.parametrize("place", [0, 1, 2, 5])
@pytest.mark.parametrize("word", ["red bread", "a b", "a bb", "one two three", "New Zealand dollars", "a  b", "a "])
@pytest.mark.parametrize("n_components", [1, 2, 3, 50])
def test_a_binary_file_of_the_c_program_with_a_blank_in_a_word_is_refused(tmp_path, place, word, n_components):
    words = ["the", "of", "to", "and", "in", "it"]
    words[place] = word
    vectors = np.random.default_rng(0).uniform(-1, 1, (6, n_components)).astype("<f4")
    (tmp_path / "v").write_bytes(with_blank(words, vectors, b"\n"))
    for unicode_errors in ("strict", "replace", "ignore"):
        with pytest.raises(ValueError, match=r"a word with a blank in it|a word has a blank in it"):
            WordVectors.load_word2vec_format(tmp_path / "v", binary=True, unicode_errors=unicode_errors)


def test_a_binary_file_without_newlines_with_a_blank_in_a_word_is_refused(tmp_path):
    for vectors, message in (
        (np.array([[0.5, 2], [1, 2]], "<f4"), "row 2 at byte 16: expected a word without control characters, got b'"),
        (np.array([[0.5, -0.1], [1, 2]], "<f4"), r"row 2 at byte 16: the word b'.\\xcd.*' is not UTF-8"),
    ):
        (tmp_path / "v").write_bytes(with_blank(["red wine", "bread"], vectors, b""))
        with pytest.raises(ValueError, match=f"{message}.*; the likely cause is a word with a blank in it in the row"):
            WordVectors.load_word2vec_format(tmp_path / "v", binary=True)


@pytest.mark.parametrize("word", ["a b", "vitamin c", "a  b", "x ", " x", "ice cream", "one two three"])
@pytest.mark.parametrize("limit", [None, 2])
def test_numbers_that_begin_with_the_rest_of_a_word_are_never_read(tmp_path, word, limit):
    rng = np.random.default_rng(0)
    for _ in range(50):  # what stands before the next word is printable in some of them
        vectors = rng.normal(0, 0.5, (4, 50)).astype("<f4")
        (tmp_path / "v").write_bytes(with_blank(["the", word, "bread", "of"], vectors, b""))
        with pytest.raises(ValueError, match=r"row [23] at byte .*a word with a blank in it"):
            WordVectors.load_word2vec_format(tmp_path / "v", binary=True, limit=limit)


def test_numbers_of_any_size_are_read_from_a_binary_file(tmp_path):
    vectors = np.random.default_rng(0).uniform(1e20, 1e38, (9, 50)).astype("<f4")
    vectors.view(np.uint8)[:, 0] = ord(" ")
    WordVectors(list("abcdefghi"), vectors).save_word2vec_format(tmp_path / "v", binary=True)
    assert (WordVectors.load_word2vec_format(tmp_path / "v", binary=True).vectors == vectors).all()


@pytest.mark.parametrize("newlines", [(1, 0, 1, 1), (0, 1, 1, 1), (1, 1, 0, 1), (0, 0, 1, 0)])
def test_newlines_after_some_rows_of_a_binary_file_alone_are_an_error(tmp_path, newlines):
    rows = [b"%c " % word + ROW + b"\n" * n for word, n in zip(b"abcd", newlines, strict=True)]
    (tmp_path / "v").write_bytes(b"4 2\n" + b"".join(rows))
    with pytest.raises(
        ValueError, match="expected a newline after every row or after none, got both; the likely cause"
    ):
        WordVectors.load_word2vec_format(tmp_path / "v", binary=True)


@pytest.mark.parametrize("end", [b"", b"\n"])
@pytest.mark.parametrize("separator", [b"", b"\n"])
@pytest.mark.parametrize("start", [b"", b"\n"])
def test_newlines_before_the_first_row_and_after_the_last_of_a_binary_file_do_not_matter(
    tmp_path, start, separator, end
):
    rows = [b"%c " % word + ROW for word in b"abcd"]
    (tmp_path / "v").write_bytes(b"4 2\n" + start + separator.join(rows) + end)
    assert WordVectors.load_word2vec_format(tmp_path / "v", binary=True).words == ["a", "b", "c", "d"]


@pytest.mark.parametrize("word", ["a\0b", "\x1b", "x\x7f", "a\x1fb"])
def test_words_with_control_characters_are_written_as_text_alone(tmp_path, word):
    wv = WordVectors(["fine", word], np.eye(2))
    with pytest.raises(
        ValueError, match=r"binary files need words .* no control characters, got .*; a \.npz file can hold"
    ):
        wv.save_word2vec_format(tmp_path / "v", binary=True)
    assert list(tmp_path.iterdir()) == []
    wv.save_word2vec_format(tmp_path / "v")
    assert WordVectors.load_word2vec_format(tmp_path / "v").words == wv.words
    wv.save_npz(tmp_path / "v")
    assert WordVectors.load_npz(tmp_path / "v").words == wv.words


# What may differ from file to file.


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_a_byte_order_mark_is_no_part_of_the_header(tmp_path, binary, suffix):
    wv, path = WordVectors(["\ufeffa", "b"], np.eye(2)), tmp_path / f"v{suffix}"
    wv.save_word2vec_format(tmp_path / "v", binary=binary)
    content = b"\xef\xbb\xbf" + (tmp_path / "v").read_bytes()
    path.write_bytes(gzip.compress(content) if suffix else content)
    assert WordVectors.load_word2vec_format(path, binary=binary).words == wv.words


@pytest.mark.parametrize("content", [b"2\t2\na\t1\t2\nb\t3\t4\n", b"2 2\na\t1 2\nb\t3 4\n", b"2 2\na 1\t2\nb 3\t4\n"])
def test_columns_of_the_text_format_may_be_separated_by_tabs(tmp_path, content):
    (tmp_path / "v").write_bytes(content)
    wv = WordVectors.load_word2vec_format(tmp_path / "v")
    assert wv.words == ["a", "b"]
    np.testing.assert_array_equal(wv.vectors, [[1, 2], [3, 4]])


def test_rows_of_the_text_format_without_a_word_are_skipped_with_one_warning(tmp_path):
    (tmp_path / "v").write_bytes(b"5 2\na 1 2\n 3 4\nb 5 6\n\t7\t8\n  9 10\n")
    with pytest.warns(UserWarning, match="^3 rows without a word were skipped, the first at .*v, line 3$") as caught:
        wv = WordVectors.load_word2vec_format(tmp_path / "v")
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert wv.words == ["a", "b"]
    np.testing.assert_array_equal(wv.vectors, [[1, 2], [5, 6]])
    (tmp_path / "v").write_bytes(b"2 2\na " + ROW + b" " + ROW)
    with pytest.raises(ValueError, match="row 2 at byte 14: no word"):
        WordVectors.load_word2vec_format(tmp_path / "v", binary=True)


@pytest.mark.parametrize("binary", [False, True])
def test_the_first_words_alone_are_read_if_asked_for(tmp_path, binary):
    def row(word):
        return word + b" " + (ROW if binary else b"1 2") + b"\n"

    rows = [row(word) for word in (b"a", b"b", b"b", b"c")]
    (tmp_path / "v").write_bytes(b"99 2\n" + b"".join(rows) + b"nonsense")

    def load(**options):
        return WordVectors.load_word2vec_format(tmp_path / "v", binary=binary, **options).words

    assert [load(limit=1), load(limit=2)] == [["a"], ["a", "b"]]
    assert load(limit=3, duplicates="drop") == ["a", "b", "c"]
    for limit, message in ((3, "the word 'b' is a duplicate"), (None, "the word 'b' is a duplicate")):
        with pytest.raises(ValueError, match=message):
            load(limit=limit)
    with pytest.raises(ValueError, match=r"expected 2 numbers after the word|the file ends here"):
        load(limit=4, duplicates="drop")
