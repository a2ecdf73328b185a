"""Words and their vectors: lookup, neighbours, evaluation, exchange with files and other programs."""

from sklw2v.word_vectors._subwords import SubwordVectors
from sklw2v.word_vectors._vectors import WordVectors

__all__ = ["SubwordVectors", "WordVectors"]
