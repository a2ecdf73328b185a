"""Files of word vectors, a module for each format, and one that tells them apart."""

from sklw2v.word_vectors.formats._glove import read_glove_format, write_glove_format
from sklw2v.word_vectors.formats._kinds import BINARY, GLOVE, NPZ, TEXT, file_kind
from sklw2v.word_vectors.formats._npz import npz_dtype, read_npz_format, write_npz_format
from sklw2v.word_vectors.formats._rows import ReadingOptions
from sklw2v.word_vectors.formats._word2vec import encode_word2vec, read_word2vec_format, write_word2vec_format

__all__ = [
    "BINARY",
    "GLOVE",
    "NPZ",
    "TEXT",
    "ReadingOptions",
    "encode_word2vec",
    "file_kind",
    "npz_dtype",
    "read_glove_format",
    "read_npz_format",
    "read_word2vec_format",
    "write_glove_format",
    "write_npz_format",
    "write_word2vec_format",
]
