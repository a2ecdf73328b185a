"""What kind of file it is, by its first bytes, and what an error says of that."""

import bz2
import gzip
import lzma
import pickle
import struct
import zipfile

import numpy as np
import pytest

from sklw2v import WordVectors
from sklw2v.word_vectors.formats import _kinds, file_kind
from tests.word_vectors.oracles import import_gensim, random_word_vectors

SAVERS = {
    "word2vec text": WordVectors.save_word2vec_format,
    "word2vec binary": lambda wv, path: wv.save_word2vec_format(path, binary=True),
    "GloVe": WordVectors.save_glove_format,
    "npz": WordVectors.save_npz,
}
LOADERS = {
    "word2vec text": WordVectors.load_word2vec_format,
    "word2vec binary": lambda path: WordVectors.load_word2vec_format(path, binary=True),
    "GloVe": WordVectors.load_glove_format,
    "npz": WordVectors.load_npz,
}
METHODS = {
    "word2vec text": "load_word2vec_format reads with binary=False",
    "word2vec binary": "load_word2vec_format reads with binary=True",
    "GloVe": "load_glove_format reads",
    "npz": "load_npz reads",
}


@pytest.mark.parametrize("n_words, n_components", [(1, 1), (2, 2), (300, 16), (3, 5000)])
@pytest.mark.parametrize("kind", SAVERS)
def test_files_that_we_write_are_told(tmp_path, kind, n_words, n_components):
    SAVERS[kind](random_word_vectors(n_words, n_components), tmp_path / "v")
    assert file_kind(tmp_path / "v") == kind


@pytest.mark.parametrize("kind", list(SAVERS)[:3])
def test_files_that_are_compressed_are_told_by_what_they_hold(tmp_path, kind):
    SAVERS[kind](random_word_vectors(), tmp_path / "v.gz")
    assert file_kind(tmp_path / "v.gz") == kind
    (tmp_path / "v.gz").rename(tmp_path / "v")
    assert file_kind(tmp_path / "v") == "gzip"
    SAVERS[kind](random_word_vectors(), tmp_path / "plain")
    (tmp_path / "plain").rename(tmp_path / "v.gz")
    assert file_kind(tmp_path / "v.gz") == kind
    (tmp_path / "cut.gz").write_bytes(b"\x1f\x8b")
    assert file_kind(tmp_path / "cut.gz") is None


@pytest.mark.parametrize(
    "content, kind",
    [
        (b"", None),
        (b"apple pear plum\n", None),
        (b"In the year 2000\nmany things\n", None),
        (b"0 3\n", "word2vec text"),
        (b"3 2\n", None),
        (b"2 2\na 1 x\nb 3 4\n", None),
        (b"2 2\na 1,5 2\nb 3 4\n", None),
        (b"2 2\na\t1\t2\nb\t3\t4\n", "word2vec text"),
        (b"\xef\xbb\xbf2 2\r\na 1 2\r\n", "word2vec text"),
        (b"2 2\na 1 2", "word2vec text"),
        (b"2 2\na 1", "word2vec text"),
        (b"5 7\n6 8\n", "GloVe"),
        (b". . . 1 2\nthe 1 2\n", "GloVe"),
        (b"the 1 2\nof 1", "GloVe"),
        (b"the 1 2\n\xff\0 \0\0", None),
        (b" 1 2\nthe 1 2\n", "GloVe"),
        (b"9" * 5000 + b" 1\na 2\n", "GloVe"),
        (b"\x93NUMPY\x01\x00", "npy"),
        (pickle.dumps(["a"], protocol=2), "pickle"),
        (pickle.dumps(["a"], protocol=5), "pickle"),
        (struct.pack("<i", 793712314) + bytes(8), "fastText"),
        (bz2.compress(b"a 1 2\n"), "other compression"),
        (lzma.compress(b"a 1 2\n"), "other compression"),
        (b"\x28\xb5\x2f\xfd", "other compression"),
        ("a 1 2\n".encode("utf-16"), "UTF-16"),
    ],
)
def test_kinds_are_told_by_the_first_bytes(tmp_path, content, kind):
    (tmp_path / "v").write_bytes(content)
    assert file_kind(tmp_path / "v") == kind


@pytest.mark.parametrize("written", SAVERS)
@pytest.mark.parametrize("asked", LOADERS)
def test_an_error_names_what_reads_a_file_of_another_kind(tmp_path, written, asked):
    wv = random_word_vectors()
    SAVERS[written](wv, tmp_path / "v")
    if written == asked:
        assert LOADERS[asked](tmp_path / "v").words == wv.words
        return
    with pytest.raises(ValueError, match=f"{METHODS[written]}$"):
        LOADERS[asked](tmp_path / "v")


@pytest.mark.parametrize("asked", LOADERS)
def test_an_error_says_what_to_do_with_what_no_method_reads(tmp_path, asked):
    path = tmp_path / "v"
    with zipfile.ZipFile(tmp_path / "zip", "w") as archive:
        archive.writestr("glove.txt", "the 1 2\n")
    for content, advice in (
        (gzip.compress(b"the 1 2\n"), "gzip, which is decompressed if the name ends in .gz"),
        (bz2.compress(b"the 1 2\n"), "is to be decompressed first"),
        (pickle.dumps({"a": [1, 2]}), "pass its KeyedVectors to from_gensim"),
        (struct.pack("<i", 793712314) + bytes(90), "a model of fastText: load it with gensim's load_facebook_vectors"),
        ("the 1 2\n".encode("utf-16"), "text in UTF-16"),
        ((tmp_path / "zip").read_bytes(), "a zip archive, from which" if asked != "npz" else "expected the arrays"),
    ):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=advice):
            LOADERS[asked](path)


def test_a_file_that_only_its_name_says_is_compressed_is_told(tmp_path):
    WordVectors(["a"], [[1, 2]]).save_glove_format(tmp_path / "v")
    (tmp_path / "v").rename(tmp_path / "v.gz")
    with pytest.raises(ValueError, match=r"not a complete gzip file.*looks like GloVe's format"):
        WordVectors.load_word2vec_format(tmp_path / "v.gz")


def test_a_name_that_no_npz_file_has_does_not_hide_what_reads_the_file(tmp_path):
    WordVectors(["a"], [[1, 2]]).save_glove_format(tmp_path / "v.gz")
    with pytest.raises(ValueError, match=r"does not end in \.gz.*looks like GloVe's format"):
        WordVectors.load_npz(tmp_path / "v.gz")


def test_what_is_wrong_with_a_file_of_the_right_kind_is_all_that_is_said(tmp_path):
    (tmp_path / "v").write_bytes(b"2 2\na 1 2\nb 3\n")
    with pytest.raises(ValueError, match=r"expected 2 numbers after the word, got 1$"):
        WordVectors.load_word2vec_format(tmp_path / "v")
    (tmp_path / "v").write_bytes(b"a 1 2\nb 3\n")
    with pytest.raises(ValueError, match=r"got 1$"):
        WordVectors.load_glove_format(tmp_path / "v")


def test_what_gensim_saves_is_told(tmp_path):
    keyed_vectors = import_gensim()(2)
    keyed_vectors.add_vectors(["a", "b"], np.eye(2, dtype=np.float32))
    keyed_vectors.save(str(tmp_path / "v.kv"))
    for load in LOADERS.values():
        with pytest.raises(ValueError, match="a pickle, such as gensim's save writes"):
            load(tmp_path / "v.kv")


def test_every_kind_has_a_description():
    assert {kind for _, kind in _kinds.SIGNATURES} < set(_kinds.DESCRIPTIONS)
