"""Words and their vectors: lookup, neighbours, evaluation, exchange with files and other programs."""

from sklw2v.word_vectors._files import check_savable
from sklw2v.word_vectors._subwords import SubwordVectors
from sklw2v.word_vectors._vectors import WordVectors
from sklw2v.word_vectors.formats import BINARY, GLOVE, NPZ, TEXT, file_kind

__all__ = ["BINARY", "GLOVE", "NPZ", "TEXT", "SubwordVectors", "WordVectors", "check_savable", "file_kind"]
