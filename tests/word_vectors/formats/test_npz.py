"""NumPy's .npz files of word vectors: what comes back, and what no program should have written."""

import sys
import warnings
import zipfile
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sklw2v import WordVectors
from sklw2v.word_vectors.formats import _npz
from tests.word_vectors.oracles import archive, finite, npy

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
        patch.setattr(_npz, "CHUNK_BYTES", chunk_bytes)
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


def test_the_limit_of_what_a_file_may_expand_to_may_be_reached(tmp_path, monkeypatch):
    archive(tmp_path / "v", words=A, vectors=EYE)
    n_bytes = 2 * sys.getsizeof("a")  # of the words, which take more than the vectors
    monkeypatch.setattr(_npz, "expansion_limit", lambda file: n_bytes)
    assert WordVectors.load_npz(tmp_path / "v").words == ["a", "b"]
    monkeypatch.setattr(_npz, "expansion_limit", lambda file: n_bytes - 1)
    with pytest.raises(ValueError, match="array 'words' expands to"):
        WordVectors.load_npz(tmp_path / "v")


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("limit", [1, 2, 4, 5, 10**12])
@pytest.mark.parametrize("chunk_bytes", [1, 1 << 20])
def test_the_first_words_alone_are_read_if_asked_for(tmp_path, monkeypatch, order, limit, chunk_bytes):
    monkeypatch.setattr(_npz, "CHUNK_BYTES", chunk_bytes)
    vectors = np.arange(15, dtype="f4").reshape(5, 3)
    np.savez(
        tmp_path / "v.npz",
        words=np.array(["a", "bb", "c", "d", "e"]),
        vectors=np.asarray(vectors, order=order),
        counts=np.arange(5)[::-1],
    )
    wv = WordVectors.load_npz(tmp_path / "v.npz", limit=limit)
    assert wv.words == ["a", "bb", "c", "d", "e"][:limit]
    np.testing.assert_array_equal(wv.vectors, vectors[:limit])
    np.testing.assert_array_equal(wv.counts, np.arange(5)[::-1][:limit])


def test_rows_beyond_those_asked_for_are_not_checked(tmp_path):
    vectors = np.array([[1.0, 2.0], [3.0, 4.0], [np.nan, 5.0]])
    np.savez(tmp_path / "v.npz", words=np.array(["a", "b", "a"]), vectors=vectors)
    assert WordVectors.load_npz(tmp_path / "v.npz", limit=2).words == ["a", "b"]
    with pytest.raises(ValueError, match="row 2: 'a' is a duplicate of row 0"):
        WordVectors.load_npz(tmp_path / "v.npz", limit=3)


def test_a_name_of_a_compressed_npz_file_is_refused_by_the_reader(tmp_path, family):
    family.save_npz(tmp_path / "v.npz")
    (tmp_path / "v.npz").rename(tmp_path / "v.npz.gz")
    with pytest.raises(ValueError, match=r"v\.npz\.gz: expected a name that does not end in \.gz"):
        WordVectors.load_npz(tmp_path / "v.npz.gz")
