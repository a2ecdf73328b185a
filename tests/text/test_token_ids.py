"""Documents as token ids."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import CountVectorizer

from sklw2v.text._token_ids import UNKNOWN, TokenIds
from tests.text.corpora import corpora, decode, encode_sequences, encode_text


@settings(deadline=None)
@given(corpora)
def test_encoding_is_undone_by_the_vocabulary(documents):
    tokens, vocabulary = encode_sequences(documents)
    assert decode(tokens, vocabulary) == documents
    assert len(tokens) == len(documents)
    # Ids in order of first appearance.
    assert list(vocabulary) == list(dict.fromkeys(word for document in documents for word in document))
    assert list(vocabulary.values()) == list(range(len(vocabulary)))


@settings(deadline=None)
@given(corpora, st.permutations(["ant", "bee", "cat", "zebra"]))
def test_encoding_with_a_vocabulary_drops_other_words_and_closes_gaps(documents, known):
    vocabulary = {word: row for row, word in enumerate(known)}
    tokens, returned = encode_sequences(documents, vocabulary)
    assert returned is vocabulary
    assert len(vocabulary) == 4
    assert decode(tokens, vocabulary) == [[word for word in document if word in known] for document in documents]


def test_counts_are_integers_without_weights_and_cover_absent_words():
    tokens, _ = encode_sequences([["a", "b", "a"]])
    counts = tokens.counts(4)
    assert counts.dtype == np.int64
    assert_array_equal(counts, [2, 1, 0, 0])


def test_a_generator_of_documents_is_read_once():
    tokens, vocabulary = encode_text(text for text in ["red green", "green blue"])
    assert decode(tokens, vocabulary) == [["red", "green"], ["green", "blue"]]


@pytest.mark.parametrize(
    "container",
    [tuple, iter, lambda texts: np.array(texts, dtype=object), pd.Series],
    ids=["tuple", "iterator", "array", "Series"],
)
def test_documents_may_come_in_any_one_dimensional_container(container):
    tokens, vocabulary = encode_text(container(["red green", "green blue"]))
    assert decode(tokens, vocabulary) == [["red", "green"], ["green", "blue"]]


def test_a_token_is_held_in_four_bytes():
    n_tokens = 1_000_000
    document = ["a", "b", "c", "d"] * 250
    tracemalloc.start()
    tokens, _ = encode_sequences(document for _ in range(n_tokens // len(document)))
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert tokens.ids.nbytes == 4 * n_tokens
    assert held < 4.1 * n_tokens
    assert peak < 10 * n_tokens  # while it is copied: twice, and what the buffer keeps in reserve


@settings(deadline=None)
@given(corpora)
def test_document_term_equals_count_vectorizer(documents):
    texts = [" ".join(document) for document in documents]
    tokens, vocabulary = encode_text(texts)
    assume(vocabulary)
    counts = tokens.document_term(len(vocabulary))
    expected = CountVectorizer(vocabulary=vocabulary).transform(texts)
    assert_array_equal(counts.toarray(), expected.toarray())
    assert isinstance(counts, csr_array)
    assert counts.dtype == np.float32
    assert counts.has_canonical_format
    assert counts.nnz == expected.nnz


@pytest.mark.parametrize("lengths", [[], [0], [3], [2, 0, 5, 1]])
def test_the_longest_document(lengths):
    tokens = TokenIds(np.zeros(sum(lengths), dtype=np.int32), np.concatenate([[0], np.cumsum(lengths)]).astype(int))
    assert tokens.longest == max(lengths, default=0)


def test_renumbering_drops_what_becomes_unknown():
    tokens = TokenIds(np.array([0, 1, 2, 1], dtype=np.int32), np.array([0, 3, 4]))
    renumbered = tokens.renumber(np.array([1, UNKNOWN, 0], dtype=np.int32))
    assert_array_equal(renumbered.ids, [1, 0])
    assert_array_equal(renumbered.offsets, [0, 2, 2])
