"""Files of word vectors, a module for each format."""

from sklw2v.word_vectors.formats._glove import read_glove_format, write_glove_format
from sklw2v.word_vectors.formats._npz import read_npz_format, write_npz_format
from sklw2v.word_vectors.formats._word2vec import read_word2vec_format, write_word2vec_format

__all__ = [
    "read_glove_format",
    "read_npz_format",
    "read_word2vec_format",
    "write_glove_format",
    "write_npz_format",
    "write_word2vec_format",
]
