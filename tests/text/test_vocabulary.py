"""Which words a model has: pruning, order, a vocabulary of the user's."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from sklearn.feature_extraction.text import CountVectorizer

from sklw2v.text._vocabulary import check_vocabulary, prune
from tests.text.corpora import KEEP_ALL, corpora, decode, encode_sequences, encode_text

frequencies = st.one_of(st.integers(1, 5), st.floats(0.0, 1.0))


def naive_prune(documents, min_count, min_df, max_df, max_features, weights):
    """Words that remain, in order, by plain counting."""
    present = [(document, weight) for document, weight in zip(documents, weights, strict=True) if weight > 0]
    counts, document_counts = Counter(), Counter()
    for document, weight in present:
        for word in document:
            counts[word] += weight
        document_counts.update(set(document))
    lowest = min_df if isinstance(min_df, int) else min_df * len(present)
    highest = max_df if isinstance(max_df, int) else max_df * len(present)
    kept = [word for word in counts if counts[word] >= min_count and lowest <= document_counts[word] <= highest]
    return sorted(kept, key=lambda word: (-counts[word], word))[:max_features]


@pytest.mark.slow
@settings(deadline=None, max_examples=200)
@given(
    corpora,
    st.sampled_from([1, 2, 3, 2.5]),
    frequencies,
    frequencies,
    st.one_of(st.none(), st.integers(1, 4)),
    st.one_of(st.none(), st.lists(st.sampled_from([0.0, 0.5, 1.0, 3.0]), min_size=8, max_size=8)),
)
def test_pruning_equals_plain_counting(documents, min_count, min_df, max_df, max_features, weights):
    if weights is not None:
        weights = np.array(weights[: len(documents)])
    naive_weights = [1] * len(documents) if weights is None else weights
    kept = naive_prune(documents, min_count, min_df, max_df, max_features, naive_weights)
    assume(kept)
    n_present = sum(weight > 0 for weight in naive_weights)
    low, high = (share if isinstance(share, int) else share * n_present for share in (min_df, max_df))
    assume(low <= high)
    tokens, vocabulary = encode_sequences(documents)
    pruned, vocabulary = prune(
        tokens,
        vocabulary,
        min_count=min_count,
        min_df=min_df,
        max_df=max_df,
        max_features=max_features,
        document_weights=weights,
    )
    assert list(vocabulary.items()) == [(word, row) for row, word in enumerate(kept)]
    assert decode(pruned, vocabulary) == [[word for word in document if word in kept] for document in documents]
    assert pruned.ids.dtype == np.int32


@settings(deadline=None, max_examples=200)
@given(corpora, frequencies, frequencies, st.one_of(st.none(), st.integers(1, 4)))
def test_document_frequencies_prune_as_in_count_vectorizer(documents, min_df, max_df, max_features):
    texts = [" ".join(document) for document in documents]
    parameters = {"min_df": min_df, "max_df": max_df, "max_features": max_features}
    tokens, vocabulary = encode_text(texts)
    try:
        reference = CountVectorizer(**parameters).fit(texts)
    except ValueError:
        with pytest.raises(ValueError):
            prune(tokens, vocabulary, min_count=1, **parameters)
        return
    _, vocabulary = prune(tokens, vocabulary, min_count=1, **parameters)
    counts = Counter(word for document in documents for word in document)
    # Among words of equal count CountVectorizer's choice at max_features is another, so counts are compared there.
    assert sorted(counts[word] for word in vocabulary) == sorted(counts[word] for word in reference.vocabulary_)
    if max_features is None:
        assert set(vocabulary) == set(reference.vocabulary_)


def test_words_stand_by_falling_count_and_ties_by_word():
    tokens, vocabulary = encode_sequences([["b", "a", "c", "c"], ["d", "b", "a", "c", "e"]])
    _, vocabulary = prune(tokens, vocabulary, **KEEP_ALL)
    assert vocabulary == {"c": 0, "a": 1, "b": 2, "d": 3, "e": 4}


def test_tokens_that_do_not_compare_stand_by_type_name_and_repr():
    tokens, vocabulary = encode_sequences([["b", 10, 9, ("x",), "a", 2.5]])
    _, vocabulary = prune(tokens, vocabulary, **KEEP_ALL)
    assert list(vocabulary) == [2.5, 10, 9, "a", "b", ("x",)]


def test_tokens_that_compare_stand_in_their_own_order():
    tokens, vocabulary = encode_sequences([[10, 9, 100]])
    _, vocabulary = prune(tokens, vocabulary, **KEEP_ALL)
    assert list(vocabulary) == [9, 10, 100]


def test_gaps_of_pruned_words_close():
    tokens, vocabulary = encode_sequences([["a", "rare", "b"], [], ["odd"], ["a", "b"]])
    pruned, vocabulary = prune(tokens, vocabulary, **{**KEEP_ALL, "min_count": 2})
    assert decode(pruned, vocabulary) == [["a", "b"], [], [], ["a", "b"]]
    assert_array_equal(pruned.offsets, [0, 2, 2, 2, 4])


def test_pruning_leaves_the_tokens_it_was_given_alone():
    tokens, vocabulary = encode_sequences([["a", "b", "a"], ["c", "b"]])
    ids, offsets = tokens.ids.copy(), tokens.offsets.copy()
    prune(tokens, vocabulary, **{**KEEP_ALL, "min_count": 2})
    tokens.document_term(3)
    assert_array_equal(tokens.ids, ids)
    assert_array_equal(tokens.offsets, offsets)
    assert vocabulary == {"a": 0, "b": 1, "c": 2}


def test_nothing_left_is_an_error_that_counts_words_and_names_the_parameter():
    tokens, vocabulary = encode_sequences([["a", "b"], ["c", "d", "e"]])
    with pytest.raises(ValueError, match=r"5 words before pruning, 0 after: min_count=3 dropped 5.*lower min_count"):
        prune(tokens, vocabulary, **{**KEEP_ALL, "min_count": 3})
    with pytest.raises(ValueError, match=r"min_df=2 dropped 5"):
        prune(tokens, vocabulary, **{**KEEP_ALL, "min_df": 2})
    tokens, vocabulary = encode_sequences([["a"], ["a"]])
    with pytest.raises(ValueError, match=r"1 words before pruning, 0 after: max_df=0.5 dropped 1"):
        prune(tokens, vocabulary, **{**KEEP_ALL, "max_df": 0.5})


def test_max_df_below_min_df_is_an_error():
    tokens, vocabulary = encode_sequences([["a"], ["a"], ["b"], ["a", "b"]])
    with pytest.raises(ValueError, match=r"max_df=0.25 corresponds to 1 documents.*the 2 of min_df=2"):
        prune(tokens, vocabulary, **{**KEEP_ALL, "min_df": 2, "max_df": 0.25})


def test_document_frequency_one_is_a_document_and_one_point_zero_is_all_of_them():
    documents = [["a", "b"], ["a"], ["a", "c"]]
    tokens, vocabulary = encode_sequences(documents)
    for min_df, max_df, kept in [(1, 1, "bc"), (1, 1.0, "abc"), (1.0, 1.0, "a"), (2, 3, "a"), (0.0, 0.5, "bc")]:
        _, pruned = prune(tokens, vocabulary, **{**KEEP_ALL, "min_df": min_df, "max_df": max_df})
        assert set(pruned) == set(kept)


@pytest.mark.parametrize("documents", [[], [[]], [[], []]])
def test_documents_without_words_are_an_error(documents):
    tokens, vocabulary = encode_sequences(documents)
    with pytest.raises(ValueError, match=f"no word found in {len(documents)} documents"):
        prune(tokens, vocabulary, **KEEP_ALL)


def test_documents_of_weight_zero_count_as_absent():
    tokens, vocabulary = encode_sequences([["a", "a"], ["b", "c"], ["c"]])
    weights = np.array([0.0, 2.0, 0.5])
    pruned, kept = prune(tokens, vocabulary, **KEEP_ALL, document_weights=weights)
    assert kept == {"c": 0, "b": 1}
    assert_array_equal(pruned.counts(2, weights), [2.5, 2.0])
    # Two documents are present, so half of them is one, and "c" is in both.
    _, kept = prune(tokens, vocabulary, **{**KEEP_ALL, "max_df": 0.5}, document_weights=weights)
    assert kept == {"b": 0}
    with pytest.raises(ValueError, match="no word found in 0 documents"):
        prune(tokens, vocabulary, **KEEP_ALL, document_weights=np.zeros(3))


@pytest.mark.parametrize(
    "vocabulary, expected",
    [
        ({"b": 0, "a": 1}, {"b": 0, "a": 1}),
        ({"b": np.int64(1), "a": np.int64(0)}, {"b": 1, "a": 0}),
        (["b", "a"], {"b": 0, "a": 1}),
        (("b", "a"), {"b": 0, "a": 1}),
        (iter(["b", "a"]), {"b": 0, "a": 1}),
        (np.array(["b", "a"]), {"b": 0, "a": 1}),
        ({"b", "a"}, {"a": 0, "b": 1}),
        (frozenset("ba"), {"a": 0, "b": 1}),
        ({"b", 1, "a"}, {1: 0, "a": 1, "b": 2}),
    ],
)
def test_a_given_vocabulary_keeps_its_rows(vocabulary, expected):
    checked = check_vocabulary(vocabulary)
    assert checked == expected
    assert all(type(row) is int for row in checked.values())
    assert all(type(word) in (str, int) for word in checked)


@pytest.mark.parametrize(
    "series, expected",
    [
        (pd.Series([1, 0], index=["a", "b"]), {"a": 1, "b": 0}),
        (pd.Series([1.0, 0.0], index=["a", "b"]), {"a": 1, "b": 0}),
        (pd.Series([0, 1], index=[7, 9]), {7: 0, 9: 1}),
        (pd.Series(["b", "a"], index=["x", "y"]), {"b": 0, "a": 1}),
        (pd.Series([1, 0, 2]), {1: 0, 0: 1, 2: 2}),
        (pd.Series([7, 9], index=[3, 5]), {7: 0, 9: 1}),
    ],
)
def test_a_series_gives_rows_by_word_or_words(series, expected):
    assert check_vocabulary(series) == expected


def test_a_series_of_rows_with_gaps_is_an_error():
    with pytest.raises(ValueError, match="expected a mapping onto the rows 0 to n_words - 1"):
        check_vocabulary(pd.Series([1, 3], index=["a", "b"]))


def test_words_of_pyarrow_become_values_of_python():
    pa = pytest.importorskip("pyarrow")
    words = pa.array(["b", "a"])
    for vocabulary in (words, pa.chunked_array([words]), dict(zip(words, range(2), strict=True))):
        assert check_vocabulary(vocabulary) == {"b": 0, "a": 1}
    with pytest.raises(ValueError, match="vocabulary: the word at position 1 is missing"):
        check_vocabulary(pa.array(["b", None]))


@pytest.mark.parametrize(
    "vocabulary, error, message",
    [
        ({"a": 0, "b": 0}, ValueError, "2 words on 1 rows from 0 to 0"),
        ({"a": 0, "b": 2}, ValueError, "2 words on 2 rows from 0 to 2"),
        ({"a": 1, "b": 2}, ValueError, "2 words on 2 rows from 1 to 2"),
        ({"a": -1, "b": 0}, ValueError, "from -1 to 0"),
        (["a", "b", "a"], ValueError, "each word once, got 'a' more than once"),
        ("ab", ValueError, "got str 'ab'"),
        (b"ab", ValueError, "got bytes"),
        ({}, ValueError, "at least one word"),
        ([], ValueError, "at least one word"),
        (set(), ValueError, "at least one word"),
        (3, TypeError, "got int 3"),
        ([["a"], ["b"]], TypeError, "expected hashable words: unhashable type: 'list'"),
        ({"a": None, "b": 0}, TypeError, "a mapping onto rows, which are numbers: .*NoneType"),
        (np.array([["a", "b"]]), ValueError, r"got a ndarray of shape \(1, 2\)"),
        (pd.DataFrame({"word": ["a", "b"]}), ValueError, r"got a DataFrame of shape \(2, 1\)"),
        (np.array("a"), ValueError, r"got a ndarray of shape \(\)"),
    ],
)
def test_a_bad_vocabulary_is_an_error(vocabulary, error, message):
    with pytest.raises(error, match=f"^vocabulary: .*{message}"):
        check_vocabulary(vocabulary)
