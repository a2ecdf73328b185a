"""Short forms of encoding, for the tests."""

from itertools import pairwise

from hypothesis import strategies as st

from sklw2v.text._analysis import make_analyzer
from sklw2v.text._token_ids import encode

TEXT = {
    "input": "content",
    "encoding": "utf-8",
    "decode_error": "strict",
    "strip_accents": None,
    "lowercase": True,
    "preprocessor": None,
    "tokenizer": None,
    "stop_words": None,
    "token_pattern": r"(?u)\b\w\w+\b",
}


KEEP_ALL = {"min_count": 1, "min_df": 1, "max_df": 1.0, "max_features": None}


words = st.sampled_from(["ant", "bee", "cat", "dog", "eel", "fox"])
corpora = st.lists(st.lists(words, max_size=8), min_size=1, max_size=8)


def encode_sequences(documents, vocabulary=None):
    return encode(documents, make_analyzer("passthrough"), vocabulary)


def encode_text(documents, analyzer="word", vocabulary=None, **parameters):
    return encode(documents, make_analyzer(analyzer, **{**TEXT, **parameters}), vocabulary)


def decode(tokens, vocabulary):
    """The documents again, as lists of words."""
    spelled = {row: word for word, row in vocabulary.items()}
    return [[spelled[i] for i in tokens.ids[low:high]] for low, high in pairwise(tokens.offsets)]
