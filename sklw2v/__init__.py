"""word2vec as a scikit-learn transformer."""

from sklw2v.text import LineDocuments, PhraseTransformer
from sklw2v.vectorizers import PretrainedVectorizer, SkipGramVectorizer
from sklw2v.word_vectors import WordVectors

__all__ = [
    "LineDocuments",
    "PhraseTransformer",
    "PretrainedVectorizer",
    "SkipGramVectorizer",
    "WordVectors",
    "__version__",
]
__version__ = "0.1.0"
