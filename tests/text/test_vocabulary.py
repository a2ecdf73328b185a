"""Documents to token ids: against a naive implementation, against CountVectorizer, and each bad input."""

import tracemalloc
from collections import Counter
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import CountVectorizer

from sklw2v.text._analysis import make_analyzer
from sklw2v.text._vocabulary import UNKNOWN, TokenIds, check_vocabulary, encode, prune

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
frequencies = st.one_of(st.integers(1, 5), st.floats(0.0, 1.0))


def encode_sequences(documents, vocabulary=None):
    return encode(documents, make_analyzer("passthrough"), vocabulary)


def encode_text(documents, analyzer="word", vocabulary=None, **parameters):
    return encode(documents, make_analyzer(analyzer, **{**TEXT, **parameters}), vocabulary)


def decode(tokens, vocabulary):
    """The documents again, as lists of words."""
    spelled = {row: word for word, row in vocabulary.items()}
    return [[spelled[i] for i in tokens.ids[low:high]] for low, high in pairwise(tokens.offsets)]


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
    tokens, vocabulary = encode_sequences([["b", 10, 9, ("x",), "a", None, 2.5]])
    _, vocabulary = prune(tokens, vocabulary, **KEEP_ALL)
    assert list(vocabulary) == [None, 2.5, 10, 9, "a", "b", ("x",)]


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


def test_counts_are_integers_without_weights_and_cover_absent_words():
    tokens, _ = encode_sequences([["a", "b", "a"]])
    counts = tokens.counts(4)
    assert counts.dtype == np.int64
    assert_array_equal(counts, [2, 1, 0, 0])


def test_a_generator_of_documents_is_read_once():
    tokens, vocabulary = encode_text(text for text in ["red green", "green blue"])
    assert decode(tokens, vocabulary) == [["red", "green"], ["green", "blue"]]


@pytest.mark.parametrize("container", [tuple, iter, lambda texts: np.array(texts, dtype=object), pd.Series], ids=["tuple", "iterator", "array", "Series"])
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
    ],
)
def test_a_bad_vocabulary_is_an_error(vocabulary, error, message):
    with pytest.raises(error, match=f"^vocabulary: .*{message}"):
        check_vocabulary(vocabulary)


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


@pytest.mark.parametrize(
    "analyzer, parameters",
    [
        ("word", {}),
        ("word", {"lowercase": False, "token_pattern": r"\w+"}),
        ("word", {"stop_words": ["the", "fox"]}),
        ("word", {"stop_words": "english"}),
        ("word", {"strip_accents": "unicode"}),
        ("word", {"tokenizer": str.split, "token_pattern": None}),
        ("word", {"preprocessor": str.upper}),
        ("char", {}),
        ("char_wb", {}),
        (lambda text: text.split("o"), {}),
    ],
)
def test_analyzers_give_the_tokens_of_count_vectorizer(analyzer, parameters):
    texts = ["The Quick brown fox, é", "", "jumps over the lazy Dög a b"]
    tokens, vocabulary = encode_text(texts, analyzer, **parameters)
    analyze = CountVectorizer(analyzer=analyzer, **parameters).build_analyzer()
    assert decode(tokens, vocabulary) == [analyze(text) for text in texts]


def test_bytes_are_decoded():
    tokens, vocabulary = encode_text(["caf\u00e9 noir".encode("latin-1"), "caf\u00e9"], encoding="latin-1")
    assert decode(tokens, vocabulary) == [["café", "noir"], ["café"]]


def test_undecodable_bytes_stay_a_decoding_error():
    with pytest.raises(UnicodeDecodeError):
        encode_text([b"fine", b"\xff\xfe"])


def test_files_are_read(tmp_path):
    path = tmp_path / "document.txt"
    path.write_text("red green", encoding="utf-8")
    tokens, vocabulary = encode_text([str(path)], input="filename")
    assert decode(tokens, vocabulary) == [["red", "green"]]


def test_passthrough_takes_any_hashable_tokens():
    documents = [["red", 3, ("a", 1)], (), np.array([3, 4]), iter(["red"])]
    tokens, vocabulary = encode_sequences(documents)
    assert decode(tokens, vocabulary) == [["red", 3, ("a", 1)], [], [3, 4], ["red"]]


@pytest.mark.parametrize(
    "X, error, message",
    [
        ("a text", ValueError, "got a single str.*Wrap it in a list"),
        (b"a text", ValueError, "got a single bytes"),
        (np.array([["a", "b"]]), ValueError, r"got a ndarray of shape \(1, 2\)"),
        (np.array("a"), ValueError, r"got a ndarray of shape \(\)"),
        (pd.DataFrame({"text": ["a"]}), ValueError, r"got a DataFrame of shape \(1, 1\).*Select the text column"),
        (csr_array(np.eye(2)), ValueError, r"got a csr_array of shape \(2, 2\)"),
        ({0: "a text"}, TypeError, "in an order, got a dict"),
        ({"a text"}, TypeError, "in an order, got a set"),
        (None, TypeError, "got NoneType None"),
        (3.5, TypeError, "got float 3.5"),
    ],
)
@pytest.mark.parametrize("analyzer", ["word", "passthrough"])
def test_what_is_no_sequence_of_documents_is_an_error(X, error, message, analyzer):
    with pytest.raises(error, match=f"^X: expected .*{message}"):
        encode(X, make_analyzer(analyzer, **TEXT))


@pytest.mark.parametrize("document", [None, 3, float("nan"), ["a", "b"]])
def test_a_document_that_is_no_text_is_an_error_with_its_position(document):
    with pytest.raises(TypeError, match=f"X: document 2: expected str or bytes, got {type(document).__name__}"):
        encode_text(["a text", "another", document])


@pytest.mark.parametrize(
    "document, message",
    [
        ("a text", "expected a sequence of tokens, got str 'a text'"),
        (b"a text", "expected a sequence of tokens, got bytes"),
        ({"a"}, "expected tokens in an order, got set"),
        (None, "expected a sequence of tokens, got NoneType"),
        (7, "expected a sequence of tokens, got int 7"),
        (["a", ["b"]], "unhashable"),
    ],
)
@pytest.mark.parametrize("vocabulary", [None, {"a": 0}])
def test_a_passthrough_document_of_the_wrong_kind_is_an_error_with_its_position(document, message, vocabulary):
    with pytest.raises(TypeError, match=f"X: document 1: .*{message}"):
        encode_sequences([["a"], document], vocabulary)


def test_a_long_document_is_cut_short_in_the_message():
    with pytest.raises(TypeError) as caught:
        encode_sequences(["x" * 1000])
    assert len(str(caught.value)) < 200


def test_renumbering_drops_what_becomes_unknown():
    tokens = TokenIds(np.array([0, 1, 2, 1], dtype=np.int32), np.array([0, 3, 4]))
    renumbered = tokens.renumber(np.array([1, UNKNOWN, 0], dtype=np.int32))
    assert_array_equal(renumbered.ids, [1, 0])
    assert_array_equal(renumbered.offsets, [0, 2, 2])
