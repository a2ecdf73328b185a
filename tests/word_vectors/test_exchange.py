"""Word vectors to and from pandas and gensim."""

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sklw2v import WordVectors
from tests.word_vectors.oracles import FAMILY, FAMILY_VECTORS, finite, import_gensim

# pandas.


def test_a_frame_has_words_as_its_index_and_is_a_copy(family):
    pytest.importorskip("pandas")
    frame = family.to_frame()
    assert frame.shape == (5, 3)
    assert frame.index.tolist() == FAMILY
    assert frame.columns.tolist() == [0, 1, 2]
    assert set(frame.dtypes) == {np.dtype(np.float32)}
    np.testing.assert_array_equal(frame.loc["queen"], family["queen"])
    frame.iloc[0, 0] = 99
    assert family["king"][0] == 3


@settings(deadline=None, max_examples=60)
@given(
    st.data(),
    st.lists(
        st.one_of(st.text(), st.integers(), st.tuples(st.text(max_size=2), st.integers())), unique=True, max_size=6
    ),
)
def test_frames_keep_words_and_bits(data, words):
    pytest.importorskip("pandas")
    vectors = data.draw(arrays(np.float32, (len(words), data.draw(st.integers(1, 4))), elements=finite))
    counts = np.arange(len(words))
    wv = WordVectors.from_frame(WordVectors(words, vectors, counts).to_frame(), counts=counts)
    assert wv.words == words
    assert [type(word) for word in wv.words] == [type(word) for word in words]
    assert wv.vectors.shape == vectors.shape
    assert wv.vectors.tobytes() == vectors.tobytes()
    np.testing.assert_array_equal(wv.counts, counts)
    assert WordVectors.from_frame(wv.to_frame()).counts is None


def test_frames_of_other_types_are_read_and_copied():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"x": [1, 2], "y": [0.5, 1.5]}, index=pandas.MultiIndex.from_tuples([("a", 1), ("b", 2)]))
    wv = WordVectors.from_frame(frame)
    assert wv.words == [("a", 1), ("b", 2)]
    np.testing.assert_array_equal(wv.vectors, [[1, 0.5], [2, 1.5]])
    frame = pandas.DataFrame(np.eye(2, dtype=np.float32), index=["a", "b"])
    wv = WordVectors.from_frame(frame)
    frame.iloc[0, 0] = 99
    assert wv["a"][0] == 1
    frame = pandas.DataFrame({"only": np.ones(2, dtype=np.float32)}, index=["a", "b"])
    WordVectors.from_frame(frame).vectors[1, 0] = 99
    assert frame.iloc[1, 0] == 1


@pytest.mark.parametrize("words", [[("a", 1), ("b", 2)], [("a",), ("b", 2)], [()]])
def test_a_tuple_is_one_label_of_a_frame(words):
    pytest.importorskip("pandas")
    frame = WordVectors(words, np.ones((len(words), 2))).to_frame()
    assert frame.index.nlevels == 1
    assert frame.index.tolist() == words


def test_what_is_no_frame_of_numbers_is_an_error(family):
    pandas = pytest.importorskip("pandas")
    for value in ({"a": [1]}, np.eye(2), pandas.Series([1.0]), ["a"]):
        with pytest.raises(TypeError, match=r"frame must be a pandas.DataFrame, got a \w+"):
            WordVectors.from_frame(value)
    with pytest.raises(ValueError, match="frame must hold a number in every cell"):
        WordVectors.from_frame(pandas.DataFrame({0: [1, 2], 1: ["x", "y"]}))
    with pytest.raises(ValueError, match="words must be unique"):
        WordVectors.from_frame(pandas.DataFrame(np.eye(2), index=["a", "a"]))
    for bad in (np.nan, 1e39, -np.inf):
        with pytest.raises(ValueError, match="row 1 is not"):
            WordVectors.from_frame(pandas.DataFrame([[1, 2], [3, bad]]))
    with pytest.raises(ValueError, match=r"row 1 is not|every cell"):
        WordVectors.from_frame(pandas.DataFrame({0: pandas.array([1, None], dtype="Float32")}))


@pytest.mark.parametrize("values", [["1.5"], [1 + 2j], [None]])
def test_frames_of_what_is_no_number_are_refused(values):
    pandas = pytest.importorskip("pandas")
    with pytest.raises(ValueError, match="frame must hold a number in every cell"):
        WordVectors.from_frame(pandas.DataFrame({"x": values}, index=["king"]))


def test_a_missing_word_in_the_index_of_a_frame_is_an_error_with_its_row():
    pandas = pytest.importorskip("pandas")
    pairs = pandas.MultiIndex.from_tuples([("a", 1), ("b", None)])
    for index in (["a", None], ["a", np.nan], pandas.Index(["a", pandas.NA], dtype="string"), pairs):
        with pytest.raises(ValueError, match=r"frame\.index: the word at position 1 is missing, got"):
            WordVectors.from_frame(pandas.DataFrame(np.eye(2), index=index))
    with pytest.raises(ValueError, match=r"frame\.index: the word at position 0 is missing, got NaT"):
        WordVectors.from_frame(pandas.DataFrame(np.eye(2), index=pandas.DatetimeIndex([None, "2000-01-01"])))


# gensim, where it is installed.


class Keyed:
    """What `from_gensim` asks of gensim's KeyedVectors."""

    def __init__(self, counts=None):
        self.index_to_key, self.vectors, self.counts = list(FAMILY), FAMILY_VECTORS.copy(), counts

    def get_vecattr(self, key, attr):
        return {"count": self.counts}[attr][self.index_to_key.index(key)] if self.counts else {}[attr]


def test_keyed_vectors_are_read_by_their_public_attributes_and_copied():
    keyed = Keyed(counts=[9, 7, 5, 3, 1])
    wv = WordVectors.from_gensim(keyed)
    assert wv.words == FAMILY
    assert wv.counts.tolist() == [9, 7, 5, 3, 1]
    np.testing.assert_array_equal(wv.vectors, FAMILY_VECTORS)
    keyed.vectors[:] = 0
    keyed.index_to_key.clear()
    assert wv["king"].tolist() == [3, 1, 0]
    assert list(wv) == FAMILY
    assert WordVectors.from_gensim(Keyed()).counts is None


def test_keyed_vectors_with_places_for_words_that_were_not_added_are_an_error():
    keyed = Keyed(counts=[9, 7, 5, 3, 1])
    keyed.index_to_key[3] = None
    with pytest.raises(ValueError, match=r"keyed_vectors\.index_to_key: the word at position 3 is missing, got None"):
        WordVectors.from_gensim(keyed)
    with pytest.raises(ValueError, match=r"keyed_vectors\.index_to_key: the word at position 0 is missing, got None"):
        WordVectors.from_gensim(import_gensim()(3, count=2))


def test_what_is_not_keyed_vectors_is_an_error(family):
    with pytest.raises(TypeError, match=r"keyed_vectors must be gensim's KeyedVectors, got a dict$"):
        WordVectors.from_gensim({"a": [1]})
    model = type("Word2Vec", (), {"wv": Keyed()})()
    with pytest.raises(TypeError, match="got a Word2Vec; give its attribute wv"):
        WordVectors.from_gensim(model)


@pytest.mark.parametrize("method, module", [("to_gensim", "gensim.models"), ("to_frame", "pandas")])
def test_a_library_that_is_not_installed_is_named(family, monkeypatch, method, module):
    monkeypatch.setitem(sys.modules, module, None)
    name = module.split(".")[0]
    with pytest.raises(ImportError, match=f"{method} needs {name}: pip install {name}"):
        getattr(family, method)()


@pytest.mark.parametrize("counts", [None, [5, 4, 3, 2, 1], [0.5, 0.25, 0.125, 0, 0]])
@pytest.mark.parametrize("words", [FAMILY, [3, 1, 4, 15, 9]])
def test_keyed_vectors_of_gensim_keep_everything(words, counts):
    import_gensim()
    wv = WordVectors(words, FAMILY_VECTORS, counts)
    keyed = wv.to_gensim()
    assert keyed.index_to_key == words
    np.testing.assert_array_equal(keyed.vectors, FAMILY_VECTORS)
    assert [word for word, _ in keyed.most_similar(words[0])] == [word for word, _ in wv.most_similar(words[0])]
    copy = WordVectors.from_gensim(keyed)
    assert copy.words == words
    assert copy.vectors.tobytes() == wv.vectors.tobytes()
    if counts is None:
        assert copy.counts is None
    else:
        assert copy.counts.tolist() == counts
        assert keyed.get_vecattr(words[1], "count") == counts[1]
    keyed.vectors[:] = 0
    assert wv[words[0]][0] == 3


def test_a_model_of_gensim_becomes_word_vectors():
    import_gensim()
    from gensim.models import Word2Vec

    model = Word2Vec([["a", "b", "a", "c"], ["b", "a"]], vector_size=4, min_count=1, epochs=1, workers=1, seed=1)
    wv = WordVectors.from_gensim(model.wv)
    assert dict(zip(wv.words, wv.counts.tolist(), strict=True)) == {"a": 3, "b": 2, "c": 1}
    np.testing.assert_array_equal(wv["b"], model.wv["b"])


def test_tokens_that_gensim_does_not_know_are_an_error():
    with pytest.raises(ValueError, match=r"gensim's tokens are strings and integers, got \('a', 1\) of type tuple"):
        WordVectors(["a", ("a", 1)], np.eye(2)).to_gensim()
