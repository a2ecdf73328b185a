"""word2vec as a scikit-learn transformer."""

from sklw2v.line_documents import LineDocuments
from sklw2v.phrases import PhraseTransformer
from sklw2v.pretrained import PretrainedVectorizer
from sklw2v.vectorizer import SkipGramVectorizer
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
