"""WordVectors: construction, lookup and pickling."""

import pickle
from types import SimpleNamespace

import numpy as np
import pytest

from sklw2v import PretrainedVectorizer, WordVectors
from tests.word_vectors.oracles import FAMILY, FAMILY_VECTORS, random_word_vectors, unit


def test_a_float32_array_is_kept_and_anything_else_becomes_one():
    assert WordVectors(FAMILY, FAMILY_VECTORS).vectors is FAMILY_VECTORS
    wv = WordVectors(FAMILY, np.asfortranarray(FAMILY_VECTORS.astype(float)))
    assert wv.vectors.dtype == np.float32
    assert wv.vectors.flags.c_contiguous
    np.testing.assert_array_equal(wv.vectors, FAMILY_VECTORS)


def test_length_membership_iteration_and_repr(family):
    assert len(family) == 5
    assert "king" in family
    assert "King" not in family
    assert list(family) == FAMILY
    assert repr(family) == "WordVectors(n_words=5, n_components=3)"
    assert family.counts is None


def test_words_may_be_an_array_and_become_plain_tokens():
    wv = WordVectors(np.array(["a", "b"]), np.eye(2), counts=[2, 1])
    assert [type(word) for word in wv.words] == [str, str]
    np.testing.assert_array_equal(wv.counts, [2, 1])


def test_a_word_gives_its_vector_and_a_list_gives_a_matrix(family):
    np.testing.assert_array_equal(family["queen"], [3, -1, 0])
    np.testing.assert_array_equal(family[["apple", "king", "apple"]], [[0, 0, 2], [3, 1, 0], [0, 0, 2]])
    assert family[[]].shape == (0, 3)


def test_the_vector_of_a_word_cannot_be_written_to(family):
    with pytest.raises(ValueError, match="read-only"):
        family["king"][0] = 7


@pytest.mark.parametrize("words", [[(1, 2), ("a",), ()], [7, 0, -3], ["x", ("x",), 1]])
def test_any_hashable_is_a_token(words):
    wv = WordVectors(words, [[1.0, 0.0], [0.9, 0.1], [0.0, 1.0]])
    for row, word in enumerate(words):
        np.testing.assert_array_equal(wv[word], wv.vectors[row])
        np.testing.assert_array_equal(wv[[word]], wv.vectors[[row]])
    assert [word for word, _ in wv.most_similar(words[0])] == words[1:]
    assert [word for word, _ in wv.most_similar([words[0]], topn=1)] == [words[1]]
    assert wv.similarity(words[0], words[2]) == 0
    assert wv.doesnt_match(words) == words[2]


def test_an_integer_is_a_token_and_never_a_position():
    wv = WordVectors([5, 6], np.eye(2))
    with pytest.raises(KeyError, match="unknown word 0"):
        wv[0]


@pytest.mark.parametrize("words", [FAMILY, [7, 0, -3, 1, 4], [(1, 2), ("a",), (), "a", 1]])
def test_the_index_of_a_word_is_its_place(words):
    wv = WordVectors(words, FAMILY_VECTORS)
    assert [wv.get_index(word) for word in words] == [0, 1, 2, 3, 4]
    with pytest.raises(KeyError, match="unknown word 'kong'"):
        wv.get_index("kong")


def test_normed_vectors_have_unit_length_and_are_the_callers_own():
    wv = random_word_vectors(5000, 16)  # more than one block
    wv.vectors[4999] = 0
    normed = wv.get_normed_vectors()
    assert normed.dtype == np.float32
    np.testing.assert_allclose(normed, [unit(vector) for vector in wv.vectors], atol=1e-7)
    normed[:] = 0
    np.testing.assert_allclose(wv.get_normed_vectors()[0], unit(wv.vectors[0]), atol=1e-7)


def test_an_unknown_word_is_an_error_that_names_similar_spellings(family):
    with pytest.raises(KeyError, match=r"unknown word 'quen'.*'queen'"):
        family["quen"]
    with pytest.raises(KeyError, match="'zzz'") as caught:
        family[["king", "zzz"]]
    assert "spelling" not in str(caught.value)


@pytest.mark.parametrize("ask", [lambda wv, word: wv[[word]], lambda wv, word: wv.most_similar([word])])
def test_what_cannot_be_a_word_is_an_error_that_shows_it(family, ask):
    with pytest.raises(TypeError, match=r"expected a word, got list \['king', 0\.5\], which is not hashable"):
        ask(family, ["king", 0.5])


def test_at_most_three_spellings_are_named():
    wv = WordVectors(["cat1", "cat2", "cat3", "cat4", 7], np.eye(5))
    with pytest.raises(KeyError) as caught:
        wv["cat"]
    assert sum(word in str(caught.value) for word in ("cat1", "cat2", "cat3", "cat4")) == 3


def test_spellings_are_sought_among_the_most_frequent_words(monkeypatch):
    monkeypatch.setattr("sklw2v.word_vectors._vectors.N_SPELLINGS", 2)
    words = ["house", "mouse", "louse"]
    with pytest.raises(KeyError, match="unknown") as caught:
        WordVectors(words, np.eye(3))["ouse"]
    assert "'house'" in str(caught.value)
    assert "'louse'" not in str(caught.value)
    with pytest.raises(KeyError, match="unknown") as caught:
        WordVectors(words, np.eye(3), counts=np.array([0, 8, 9], dtype=np.uint64))["ouse"]
    assert "'louse'" in str(caught.value)
    assert "'house'" not in str(caught.value)


@pytest.mark.parametrize(
    "arguments, error, message",
    [
        ((["a", "b", "a", "b"], np.eye(4)), ValueError, "'a' at positions 0 and 2"),
        ((["a", "b"], np.eye(3)), ValueError, "one length, got 2 and 3"),
        ((["a", "b"], np.ones(2)), ValueError, "shape"),
        ((["a", "b"], np.ones((2, 0))), ValueError, "shape"),
        ((["a", "b"], [[1, 2], [np.nan, 0]]), ValueError, "row 1"),
        ((["a", "b"], [[1, np.inf], [1, 0]]), ValueError, "row 0"),
        ((["a", "b"], [[1, 2], [1e39, 0]]), ValueError, "row 1"),
        ((["a", "b"], np.eye(2), [1, 2, 3]), ValueError, "counts"),
        ((["a", "b"], np.eye(2), ["many", "few"]), ValueError, "counts"),
        ((["a", ["b"]], np.eye(2)), TypeError, "position 1"),
        (("ab", np.eye(2)), TypeError, "str"),
        (({"a": 1, "b": 0}, np.eye(2)), TypeError, "dict"),
        (({"a", "b"}, np.eye(2)), TypeError, "set"),
    ],
)
def test_what_cannot_be_word_vectors_is_an_error(arguments, error, message):
    with pytest.raises(error, match=message):
        WordVectors(*arguments)


@pytest.mark.parametrize("missing", [None, float("nan"), np.float64("nan"), np.datetime64("NaT"), ("a", float("nan"))])
def test_a_missing_word_is_an_error_with_its_position(missing):
    with pytest.raises(
        ValueError, match=r"words: the word at position 1 is missing, got .*; expected a string or another"
    ):
        WordVectors(["a", missing, "b"], np.eye(3))
    with pytest.raises(ValueError, match="words: the word at position 0 is missing"):
        WordVectors([missing, missing], np.eye(2))


def test_missing_words_of_arrays_and_of_pandas_are_errors():
    pandas = pytest.importorskip("pandas")
    columns = [pandas.NA, pandas.NaT], np.array(["a", None], dtype=object), np.array([2.5, np.nan])
    for words, position in zip((*columns, pandas.Series(["a", pandas.NA], dtype="string")), (0, 1, 1, 1), strict=True):
        with pytest.raises(ValueError, match=f"words: the word at position {position} is missing"):
            WordVectors(words, np.eye(2))
    masked = np.ma.array([3, 5], mask=[False, True])
    with pytest.raises(ValueError, match="words: the word at position 1 is missing, got None"):
        WordVectors(masked, np.eye(2))


def test_words_of_pyarrow_become_values_of_python():
    pa = pytest.importorskip("pyarrow")
    word_vectors = WordVectors(pa.array(["a", "b"]), np.eye(2))
    assert word_vectors.words == ["a", "b"]
    assert PretrainedVectorizer(word_vectors, token_pattern=r"\w").fit_transform(["b"]).tolist() == [[0, 1]]
    with pytest.raises(ValueError, match="words: the word at position 1 is missing, got None"):
        WordVectors(pa.array(["a", None]), np.eye(2))


@pytest.mark.parametrize("missing", [None, float("nan"), (1, None)])
def test_a_missing_word_of_a_mapping_or_of_keyed_vectors_is_an_error(missing):
    with pytest.raises(ValueError, match="words: the word at position 1 is missing"):
        PretrainedVectorizer({"a": [1, 2], missing: [3, 4]}).fit(["a"])
    keyed_vectors = SimpleNamespace(index_to_key=["a", missing], vectors=np.eye(2))
    with pytest.raises(ValueError, match=r"the word at position 1 is missing"):
        PretrainedVectorizer(keyed_vectors).fit(["a"])
    with pytest.raises(ValueError, match=r"keyed_vectors\.index_to_key: the word at position 1 is missing"):
        WordVectors.from_gensim(keyed_vectors)


def test_words_that_look_as_if_they_were_missing_are_words():
    words = ["nan", "None", "", "NA", 0, False, (), ("nan",), b"nan"]
    assert WordVectors(words[:-4] + words[-3:], np.eye(8)).words == words[:-4] + words[-3:]


def test_pickling_keeps_everything_but_the_cache():
    wv = WordVectors(FAMILY + [("a", 1)], np.vstack([FAMILY_VECTORS, [[1, 2, 3]]]), counts=np.arange(6, 0, -1))
    before = len(pickle.dumps(wv))
    neighbours = wv.most_similar("king")
    assert len(pickle.dumps(wv)) == before
    copy = pickle.loads(pickle.dumps(wv))
    assert copy.words == wv.words
    np.testing.assert_array_equal(copy.vectors, wv.vectors)
    np.testing.assert_array_equal(copy.counts, wv.counts)
    assert copy.most_similar("king") == neighbours
    big = random_word_vectors(1000, 100)
    assert len(pickle.dumps(big)) < big.vectors.nbytes + 10 * len(big)


def test_methods_are_pickled_with_their_word_vectors(family):
    most_similar, similarity = pickle.loads(pickle.dumps((family.most_similar, family.similarity)))
    assert most_similar("king") == family.most_similar("king")
    assert similarity("king", "queen") == family.similarity("king", "queen")
    assert pickle.loads(pickle.dumps(WordVectors.load_npz)) == WordVectors.load_npz
