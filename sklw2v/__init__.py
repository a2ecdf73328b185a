"""word2vec as a scikit-learn transformer."""

try:
    import numba  # noqa: F401
except ImportError as error:
    raise ImportError(f"sklw2v needs numba, which cannot be imported ({error}): pip install --upgrade numba") from error

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
