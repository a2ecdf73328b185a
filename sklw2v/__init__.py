"""word2vec as a scikit-learn transformer."""

__version__ = "0.1.0"
