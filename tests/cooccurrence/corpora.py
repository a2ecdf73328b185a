"""Documents and short forms of counting, for the tests."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from sklw2v.cooccurrence import count_cooccurrences
from sklw2v.text._token_ids import TokenIds

N_WORDS = 7


WEIGHTS = {
    "linear": lambda distance, window: Fraction(window + 1 - distance, window),
    "uniform": lambda distance, window: Fraction(1),
    "harmonic": lambda distance, window: Fraction(1, distance),
}


documents_of_words = st.lists(st.lists(st.integers(0, N_WORDS - 1), max_size=12), max_size=6)


windows = st.integers(1, 6)


names = st.sampled_from(sorted(WEIGHTS))


def as_tokens(documents):
    ids = np.array([word for document in documents for word in document], dtype=np.int32)
    return TokenIds(ids, np.cumsum([0, *map(len, documents)]))


def count(documents, units, document_weights=None, n_jobs=1, n_words=N_WORDS, thinning=None):
    return count_cooccurrences(as_tokens(documents), n_words, units, document_weights, n_jobs, thinning)


def assert_same_bits(got, expected):
    for part in ("indptr", "indices", "data"):
        assert_array_equal(getattr(got, part), getattr(expected, part))
    assert got.dtype == expected.dtype


def random_documents(n_documents, n_words, seed, length=40):
    rng = np.random.RandomState(seed)
    shares = 1 / np.arange(1, n_words + 1)
    return [rng.choice(n_words, size=rng.randint(length), p=shares / shares.sum()).tolist() for _ in range(n_documents)]
