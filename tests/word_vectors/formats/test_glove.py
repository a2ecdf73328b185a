"""GloVe's files: what comes back, what others write, and what no program should have written."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sklw2v import WordVectors
from tests.word_vectors.oracles import finite, gensim_twin

glove_words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r"), min_size=1)


@settings(deadline=None, max_examples=100)
@given(st.data(), st.sampled_from(["", ".gz"]), st.booleans())
def test_glove_files_keep_words_and_bits_or_are_not_written(tmp_path_factory, data, suffix, given_length):
    words = data.draw(
        st.lists(st.one_of(glove_words, st.sampled_from(["1", "a b", ". . .", "nan", "1 a"])), unique=True)
    )
    vectors = data.draw(arrays(np.float32, (len(words), data.draw(st.integers(1, 4))), elements=finite))
    path = tmp_path_factory.mktemp("glove") / f"vectors{suffix}"
    refused = [word for i, word in enumerate(words) if refuses(word) or (i == 0 and word.startswith("\ufeff"))]
    if refused:
        with pytest.raises(
            ValueError, match=r"GloVe's files need (words that are not empty, have no newline|a first word)"
        ):
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


@pytest.mark.parametrize(
    "word", [7, ("a",), b"a", "", "a\nb", "a\rb", " a", "a\t", "route 66", "a nan", "a\t1e5", "\ud800"]
)
def test_a_token_that_gloves_format_cannot_hold_is_an_error_and_nothing_is_written(tmp_path, word):
    with pytest.raises(ValueError, match="GloVe's files"):
        WordVectors(["fine", word], np.eye(2)).save_glove_format(tmp_path / "g")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "bad: expected a row, got an empty file"),
        (b"\n\n", "bad: expected a row, got an empty file"),
        (b" 1 2\n", "bad: expected a row, got rows without words"),
        (b"word\n", "bad, line 1: expected a word and its numbers, got b'word'"),
        (b"5\n", "bad, line 1: expected a word and its numbers"),
        (b"a 1 2 b\n", "bad, line 1: expected a word and its numbers"),
        (
            b"2 2\na 1 2\nb 3 4\n",
            "bad, line 2: expected 1 numbers .* got more, .* number; the file looks like word2vec's text format, which "
            "load_word2vec_format reads",
        ),
        (
            b"".join(b"w%d 1 2%s\n" % (i, b" 3" * (i == 6)) for i in range(9)),
            "line 7: expected 2 numbers .*, got more, or a word of two parts that ends with a number$",
        ),
        (b"".join(b"w%d 1%s\n" % (i, b" 2" * (i != 6)) for i in range(9)), "line 7: expected 2 numbers .*, got 1"),
        (b"a 1 2 3\nNew York 1 2\n", "line 2: could not convert b'York' to a number"),
        (b"a 1 2\n 1 2 3\n", "line 2: expected a word, got a blank"),
        (b"a 1 2\n 1\n", "line 2: expected a word, got a blank"),
        (b"a 1 2\n b 2\n", "line 2: expected a word, got a blank"),
        (
            b"the 1 2\rof 3 4\rto 5 6\r",
            "bad, line 1: a carriage return stands within the line; expected lines that end",
        ),
        (b"a 1 2\nb\r3 4\n", "bad, line 2: a carriage return stands within the line"),
        (b"a 1 2\nb 3\r4\n", "bad, line 2: a carriage return stands within the line"),
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


def test_a_byte_order_mark_is_no_part_of_the_first_word(tmp_path):
    (tmp_path / "g").write_bytes(b"\xef\xbb\xbfthe 1 2\n\xef\xbb\xbfof 3 4\n")
    assert WordVectors.load_glove_format(tmp_path / "g").words == ["the", "\ufeffof"]
    with pytest.raises(ValueError, match=r"first word that does not begin with a byte order mark, got '\\ufeffa'"):
        WordVectors(["\ufeffa", "b"], np.eye(2)).save_glove_format(tmp_path / "new")
    assert not (tmp_path / "new").exists()
    WordVectors(["b", "\ufeffa"], np.eye(2)).save_glove_format(tmp_path / "new")
    assert WordVectors.load_glove_format(tmp_path / "new").words == ["b", "\ufeffa"]


def test_columns_may_be_separated_by_tabs(tmp_path):
    (tmp_path / "g").write_bytes(b"the\t1 2\nNew York\t3\t4\r\n")
    wv = WordVectors.load_glove_format(tmp_path / "g")
    assert wv.words == ["the", "New York"]
    np.testing.assert_array_equal(wv.vectors, [[1, 2], [3, 4]])


@pytest.mark.parametrize(
    "content, message",
    [
        (b"a 1 2\n 3 4\nb 5 6\n", "^1 row without a word was skipped, the first at .*g, line 2$"),
        (b"a 1 2\n\n  3 4\n\t5\t6\nb 5 6\n", "^2 rows without a word were skipped, the first at .*g, line 3$"),
        (b" 3 4\na 1 2\nb 5 6\n", "^1 row without a word was skipped, the first at .*g, line 1$"),
    ],
)
def test_rows_without_a_word_are_skipped_with_one_warning(tmp_path, content, message):
    (tmp_path / "g").write_bytes(content)
    with pytest.warns(UserWarning, match=message) as caught:
        wv = WordVectors.load_glove_format(tmp_path / "g")
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert wv.words == ["a", "b"]
    np.testing.assert_array_equal(wv.vectors, [[1, 2], [5, 6]])


def test_the_first_rows_alone_are_read_if_asked_for(tmp_path):
    (tmp_path / "g").write_bytes(b"a 1 2\nb 3 4\nb 5 6\nc 7 8\nnonsense\n")
    for limit, words in ((1, ["a"]), (2, ["a", "b"])):
        assert WordVectors.load_glove_format(tmp_path / "g", limit=limit).words == words
    assert WordVectors.load_glove_format(tmp_path / "g", limit=3, duplicates="drop").words == ["a", "b", "c"]
    for limit, message in ((3, "line 3: the word 'b' is a duplicate"), (9, "line 3: the word 'b' is a duplicate")):
        with pytest.raises(ValueError, match=message):
            WordVectors.load_glove_format(tmp_path / "g", limit=limit)
    with pytest.raises(ValueError, match="line 5: expected 2 numbers"):
        WordVectors.load_glove_format(tmp_path / "g", limit=4, duplicates="drop")
