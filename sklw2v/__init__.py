"""word2vec as a scikit-learn transformer."""

from sklw2v.line_documents import LineDocuments
from sklw2v.vectorizer import SkipGramVectorizer
from sklw2v.word_vectors import WordVectors

__all__ = ["LineDocuments", "SkipGramVectorizer", "WordVectors", "__version__"]
__version__ = "0.1.0"
