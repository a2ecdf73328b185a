"""The estimators: their parameters, what a fit does step by step, and what turns documents into features."""

from sklw2v.vectorizers._pretrained import PretrainedVectorizer
from sklw2v.vectorizers._skip_gram import SkipGramVectorizer

__all__ = ["PretrainedVectorizer", "SkipGramVectorizer"]
