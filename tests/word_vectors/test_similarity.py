"""Neighbours and comparisons of words against slow oracles and gensim."""

import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sklw2v import WordVectors
from sklw2v.utils import _cosines
from tests.word_vectors.oracles import (
    FAMILY,
    cosine,
    gensim_twin,
    random_word_vectors,
    slow_most_similar,
    unit,
)

# Neighbours.


@pytest.mark.parametrize("topn", [1, 3, 299, 300, 10_000])
@pytest.mark.parametrize("positive, negative", [(["w5"], []), (["w5", "w9"], ["w7"]), ([], ["w1"]), (["w3"] * 2, [])])
def test_most_similar_agrees_with_a_loop(positive, negative, topn):
    wv = random_word_vectors()
    expected = slow_most_similar(wv, positive, negative, topn)
    found = wv.most_similar(positive, negative, topn=topn)
    assert [word for word, _ in found] == [word for word, _ in expected]
    np.testing.assert_allclose([s for _, s in found], [s for _, s in expected], atol=1e-12)
    assert all(type(similarity) is float for _, similarity in found)


def test_the_mean_is_of_unit_vectors():
    vectors = [[1000.0, 0.0], [0.0, 0.001], [1.0, 1.0], [1.0, 0.2]]
    wv = WordVectors(["long", "short", "between", "near long"], vectors)
    assert wv.most_similar(["long", "short"], topn=1) == [("between", pytest.approx(1.0))]


def test_an_analogy_is_solved(family):
    assert family.most_similar(positive=["king", "woman"], negative=["man"], topn=1)[0][0] == "queen"
    assert family.most_similar(("king", "woman"), ("man",), topn=1)[0][0] == "queen"


def test_a_bare_word_or_array_is_a_query_of_one(family):
    assert family.most_similar("king") == family.most_similar(["king"])
    assert family.most_similar(None, "king") == family.most_similar([], ["king"])
    words = [word for word, _ in family.most_similar(np.array([1.0, 0.4, 0.0]))]
    assert words[0] == "king"
    assert len(words) == len(family)


def test_an_array_counts_as_it_is_and_a_word_with_unit_length(family):
    heavy = family.most_similar(["apple", np.array([100.0, 100.0, 0.0])], topn=1)
    assert heavy == [("man", pytest.approx(1.0, abs=1e-4))]
    two = family.most_similar((np.array([0.0, 0.0, 3.0]), "king"), topn=1)
    assert two == [("apple", pytest.approx(3 / math.sqrt(10)))]


def test_a_tuple_in_the_vocabulary_is_one_word():
    wv = WordVectors([("a", "b"), "a", "b", ()], [[1.0, 0.0], [0.0, 1.0], [0.0, -1.0], [1.0, 0.1]])
    assert wv.most_similar(("a", "b"), topn=1)[0][0] == ()
    assert {word for word, _ in wv.most_similar(("b", "a"))} == {("a", "b"), ()}


def test_ties_keep_the_order_of_the_words():
    rng = np.random.default_rng(0)
    vector = rng.standard_normal(37)
    wv = WordVectors(range(101), np.vstack([rng.standard_normal(37)] + [vector] * 100))
    for topn in (1, 7, 50, 100):
        assert [word for word, _ in wv.most_similar(0, topn=topn)] == list(range(1, topn + 1))
    assert len({similarity for _, similarity in wv.most_similar(0, topn=100)}) == 1


def test_neighbours_that_float32_cannot_tell_apart_are_in_order():
    rng = np.random.default_rng(0)
    wv = WordVectors(range(200), rng.standard_normal(50) + 1e-4 * rng.standard_normal((200, 50)))
    for topn in (5, 50):
        expected = [word for word, _ in slow_most_similar(wv, [0], [], topn)]
        assert [word for word, _ in wv.most_similar(0, topn=topn)] == expected


def test_neighbours_are_sought_among_all_words_of_a_large_vocabulary():
    vectors = np.ones((9000, 2))
    vectors[:, 0] = np.arange(9000)
    wv = WordVectors(range(9000), vectors)
    assert [word for word, _ in wv.most_similar(8999, topn=3)] == [8998, 8997, 8996]
    assert [word for word, _ in wv.most_similar(0, topn=2)] == [1, 2]


def test_a_zero_vector_has_similarity_zero_with_everything():
    wv = WordVectors(["zero", "a", "b"], [[0, 0], [1, 0], [-1, 0]])
    assert wv.most_similar("zero") == [("a", 0.0), ("b", 0.0)]
    assert wv.most_similar("a") == [("zero", 0.0), ("b", -1.0)]
    assert wv.most_similar(["a"], ["a"]) == [("zero", 0.0), ("b", 0.0)]
    assert wv.similarity("zero", "a") == wv.similarity("zero", "zero") == 0.0


def test_lengths_near_the_ends_of_float32_do_not_matter():
    wv = WordVectors(["huge", "tiny", "other"], [[3e38, 3e38], [1e-42, 1e-42], [1, 0]])
    assert wv.similarity("huge", "tiny") == pytest.approx(1.0)
    assert wv.most_similar("huge") == [("tiny", pytest.approx(1.0)), ("other", pytest.approx(math.sqrt(0.5)))]


@pytest.mark.parametrize("lengths", [(-45, 38), (-20, -10), (10, 20), (-45, -30), (25, 38)])
def test_neighbours_of_vectors_of_any_length_agree_with_a_loop(lengths):
    rng = np.random.default_rng(0)
    wv = random_word_vectors(200, 8)
    with np.errstate(over="ignore", under="ignore"):
        vectors = wv.vectors * 10.0 ** rng.uniform(*lengths, size=(200, 1))
    vectors = np.clip(vectors, -3e38, 3e38)
    vectors[::20] = 0
    wv = WordVectors(wv.words, vectors)
    for word in ("w0", "w1", "w2", "w77"):
        expected = slow_most_similar(wv, [word], [], 20)
        found = wv.most_similar(word, topn=20)
        np.testing.assert_allclose([s for _, s in found], [s for _, s in expected], atol=1e-12)
        if wv[word].any():
            assert [other for other, _ in found] == [other for other, _ in expected]
        limit = cosine(wv[word], wv["w5"])
        closer = [other for other in wv if other not in (word, "w5") and cosine(wv[word], wv[other]) > limit + 1e-12]
        assert set(closer) <= set(wv.closer_than(word, "w5"))


@pytest.mark.parametrize("scale", [1e-30, 1.0, 1e30])
def test_neighbours_do_not_depend_on_the_scale_of_all_vectors(scale):
    wv = random_word_vectors(3000, 100)
    scaled = WordVectors(wv.words, wv.vectors * np.float32(2.0 ** round(math.log2(scale))))  # which loses no bit
    queries = wv.words[:20]
    assert scaled.most_similar_batch(queries, topn=50) == wv.most_similar_batch(queries, topn=50)
    assert scaled.closer_than("w1", "w2") == wv.closer_than("w1", "w2")


@pytest.mark.parametrize("scale", [1.0, 1e-20])
def test_neighbours_take_no_second_copy_of_the_vectors(tmp_path, scale):
    wv = random_word_vectors(20_000, 200)
    wv.vectors *= np.float32(scale)
    questions = tmp_path / "questions.txt"
    questions.write_text(": s\nw1 w2 w3 w4\nw5 w6 w7 w8\n")
    asked = [
        lambda: wv.most_similar("w1"),
        lambda: wv.most_similar_batch(["w1", "w2"]),
        lambda: wv.closer_than("w1", "w2"),
        lambda: wv.evaluate_word_analogies(questions),
    ]
    for ask in asked:
        wv = WordVectors(wv.words, wv.vectors)  # with nothing kept
        tracemalloc.start()
        ask()
        held, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 0.75 * wv.vectors.nbytes
        assert held < wv.vectors.nbytes / 20


def test_a_query_of_all_words_has_no_neighbours(family):
    assert family.most_similar(FAMILY) == []


@pytest.mark.parametrize("topn, error", [(0, ValueError), (-1, ValueError), (2.0, TypeError), (None, TypeError)])
def test_topn_must_be_a_positive_integer(family, topn, error):
    with pytest.raises(error, match="topn"):
        family.most_similar("king", topn=topn)


def test_a_query_that_means_nothing_is_an_error(family):
    with pytest.raises(ValueError, match="at least one word"):
        family.most_similar()
    with pytest.raises(ValueError, match="at least one word"):
        family.most_similar([], [])
    with pytest.raises(ValueError, match=r"shape \(3,\)"):
        family.most_similar(np.ones(4))
    with pytest.raises(ValueError, match="finite"):
        family.most_similar(["king", np.array([1, np.nan, 0])])
    with pytest.raises(KeyError, match=r"kong.*'king'"):
        family.most_similar(["king"], ["kong"])


def test_similarity_is_the_cosine():
    wv = random_word_vectors(20)
    for a in wv:
        for b in wv:
            assert wv.similarity(a, b) == pytest.approx(cosine(wv[a], wv[b]), abs=1e-14)
            assert wv.similarity(a, b) == wv.similarity(b, a) <= 1
    with pytest.raises(KeyError, match="unknown"):
        wv.similarity("w0", "nowhere")


def test_doesnt_match_is_the_word_farthest_from_the_mean_of_unit_vectors():
    wv = random_word_vectors(40)
    for start in range(0, 36):
        words = wv.words[start : start + 4]
        mean = np.sum([unit(wv[word]) for word in words], axis=0)
        expected = min(words, key=lambda word: cosine(wv[word], mean))
        assert wv.doesnt_match(words) == expected
    lengths = WordVectors(["a", "b", "long"], [[1, 0.1], [1, 0], [0, 1000]])
    assert lengths.doesnt_match(["a", "b", "long"]) == "long"


def test_doesnt_match_ignores_unknown_words_and_breaks_ties_by_position(family):
    assert family.doesnt_match(["nowhere", "king", "queen", "apple", "elsewhere"]) == "apple"
    wv = WordVectors(["b", "a", "c"], [[0, 0], [0, 0], [1, 1]])
    assert wv.doesnt_match(["a", "b", "c"]) == "a"
    for words in ([], ["nowhere"], "king"):
        with pytest.raises(ValueError, match="at least one known word"):
            family.doesnt_match(words)


def test_an_array_that_is_no_vector_of_the_vocabulary_is_an_error(family):
    for array in (np.array([1e39, 0, 0]), np.array(["a", "b", "c"]), np.array([1, 2, 3j]), np.ones((1, 3))):
        with pytest.raises(ValueError, match=r"an array in most_similar must be finite, of shape \(3,\)"):
            family.most_similar(array)


# Weights.


def test_a_weight_says_how_often_a_word_or_an_array_counts():
    wv = random_word_vectors()
    array = np.linspace(-1, 1, 16)
    for weighted, plain in [
        ([("w1", 2)], ["w1"]),
        ([("w1", 2), "w2"], ["w1", "w1", "w2"]),
        ([("w1", np.float32(0.5)), ("w2", 0.25)], ["w1", "w1", "w2"]),
        ([(array, 3.0), "w2"], [array, array, array, "w2"]),
        ((("w1", 1e300), ("w2", 1e300)), ["w1", "w2"]),
        ([("w1", 1e-300), ("w2", 1e-300)], ["w1", "w2"]),
    ]:
        found, expected = wv.most_similar(weighted), wv.most_similar(plain)
        assert [word for word, _ in found] == [word for word, _ in expected]
        np.testing.assert_allclose([s for _, s in found], [s for _, s in expected], atol=1e-12)
        assert wv.most_similar_batch([weighted]) == [found]


def test_a_weight_keeps_its_sign_in_negative_as_in_gensim():
    wv = random_word_vectors()
    assert wv.most_similar("w1", [("w2", -1)]) == wv.most_similar("w1", ["w2"]) == wv.most_similar(["w1", ("w2", -1.0)])
    assert wv.most_similar("w1", [("w2", 1)]) == wv.most_similar(["w1", "w2"])


def test_a_weight_of_zero_keeps_its_word_out_of_the_answer_alone():
    wv = random_word_vectors(10)
    expected = [found for found in wv.most_similar("w1", topn=9) if found[0] != "w2"]
    assert wv.most_similar(["w1", ("w2", 0)], topn=9) == expected
    assert {similarity for _, similarity in wv.most_similar([("w1", 0.0)])} == {0.0}


def test_a_pair_that_is_a_word_is_a_word():
    wv = WordVectors([("a", 2), "a", "b", "c"], [[1.0, 0.0], [0.0, 1.0], [0.1, 1.0], [1.0, 0.2]])
    assert wv.most_similar([("a", 2)], topn=1)[0][0] == "c"
    assert wv.most_similar([("a", 3)], topn=1)[0][0] == "b"


@pytest.mark.parametrize("weight", [float("nan"), float("inf"), "2", None, True, [2]])
def test_a_weight_that_is_no_finite_number_is_an_error(family, weight):
    for pair in (("king", weight), (np.ones(3), weight)):
        for ask in (
            lambda pair: family.most_similar([pair]),
            lambda pair: family.most_similar("queen", [pair]),
            lambda pair: family.most_similar_batch([[pair]]),
        ):
            with pytest.raises(ValueError, match="a weight in most_similar must be a finite number, got"):
                ask(pair)
    with pytest.raises(KeyError, match=r"unknown word 'kong'.*'king'"):
        family.most_similar([("kong", 2.0)])
    with pytest.raises(KeyError, match=r"unknown word \('kong', 'king'\)"):
        family.most_similar([("kong", "king")])


# The first words of a vocabulary.


@pytest.mark.parametrize("n", [1, 2, 50, 299, 300, 10_000])
def test_neighbours_may_be_sought_among_the_first_words(n):
    wv = random_word_vectors()
    first = WordVectors(wv.words[:n], wv.vectors[:n])
    for word in ("w0", "w200"):
        expected = [found for found in first.most_similar(wv[word], topn=301) if found[0] != word]
        found = wv.most_similar(word, topn=7, restrict_vocab=n)
        assert [other for other, _ in found] == [other for other, _ in expected[:7]]
        assert wv.most_similar_batch([word], topn=7, restrict_vocab=n) == [found]


@pytest.mark.parametrize("n, error", [(0, ValueError), (-1, ValueError), (2.0, TypeError), ("2", TypeError)])
def test_the_number_of_first_words_must_be_a_positive_integer(family, n, error):
    with pytest.raises(error, match="restrict_vocab"):
        family.most_similar("king", restrict_vocab=n)
    with pytest.raises(error, match="restrict_vocab"):
        family.most_similar_batch(["king"], restrict_vocab=n)


# Many queries at once.


def random_queries(wv, n_queries, seed=0):
    """Words, vectors and lists of both."""
    rng = np.random.default_rng(seed)
    queries = []
    for row, other in rng.integers(len(wv), size=(n_queries, 2)):
        vector = rng.standard_normal(wv.vectors.shape[1])
        kinds = [wv.words[row], vector, [wv.words[row], wv.words[other]], [wv.words[row], vector]]
        queries.append(kinds[rng.integers(4)])
    return queries


@pytest.mark.parametrize("block_cells", [1, 300 * 7, 1 << 24])
@pytest.mark.parametrize("topn", [1, 10, 1000])
def test_many_queries_get_the_answers_of_each_to_the_last_digit(monkeypatch, block_cells, topn):
    wv = random_word_vectors()
    queries = random_queries(wv, 40)
    expected = [wv.most_similar(query, topn=topn) for query in queries]
    monkeypatch.setattr(_cosines, "BLOCK_CELLS", block_cells)
    assert wv.most_similar_batch(queries, topn=topn) == expected
    array = np.random.default_rng(1).standard_normal((20, 16))
    expected = [wv.most_similar(row, topn=topn) for row in array]
    assert wv.most_similar_batch(array, topn=topn) == wv.most_similar_batch(list(array), topn=topn) == expected


def test_many_queries_agree_with_a_loop():
    wv = random_word_vectors()
    found = wv.most_similar_batch(wv.words[:25], topn=7)
    for word, answer in zip(wv.words[:25], found, strict=True):
        expected = slow_most_similar(wv, [word], [], 7)
        assert [other for other, _ in answer] == [other for other, _ in expected]
        np.testing.assert_allclose([s for _, s in answer], [s for _, s in expected], atol=1e-12)


@settings(deadline=None, max_examples=60)
@given(
    arrays(np.int8, st.tuples(st.integers(1, 12), st.integers(1, 3)), elements=st.integers(-2, 2)), st.integers(1, 12)
)
def test_ties_and_zero_vectors_are_the_same_for_many_queries(vectors, topn):
    wv = WordVectors(range(len(vectors)), vectors)
    found = wv.most_similar_batch(wv.words, topn=topn)
    assert found == [wv.most_similar(word, topn=topn) for word in wv]
    assert wv.most_similar_batch(vectors, topn=topn) == [wv.most_similar(row, topn=topn) for row in vectors]
    for word, answer in zip(wv, found, strict=True):
        assert len(answer) == min(topn, len(wv) - 1)
        best = sorted((cosine(wv[word], wv[other]) for other in wv if other != word), reverse=True)[:topn]
        np.testing.assert_allclose([s for _, s in answer], best, atol=1e-12)


def test_many_queries_may_be_none_or_of_tuples(family):
    assert family.most_similar_batch([]) == []
    assert family.most_similar_batch(np.empty((0, 3))) == []
    wv = WordVectors([("a", "b"), "a", "b"], [[1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    assert wv.most_similar_batch([("a", "b"), ("b", "a")]) == [
        wv.most_similar([("a", "b")]),
        wv.most_similar(["b", "a"]),
    ]
    assert family.most_similar_batch(word for word in ["king"]) == [family.most_similar("king")]
    assert family.most_similar_batch([FAMILY]) == [[]]


def test_scores_of_many_queries_are_never_all_in_memory(monkeypatch):
    wv = random_word_vectors(2000, 2)
    wv.most_similar("w0")  # the lengths are kept
    monkeypatch.setattr(_cosines, "BLOCK_CELLS", 10 * 2000)
    tracemalloc.start()
    wv.most_similar_batch(wv.words, topn=1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * 2000 * 2000 / 5


@pytest.mark.parametrize(
    "queries, error, message",
    [
        ("king", TypeError, "queries must be a list of words or an array of vectors, got 'king'"),
        (np.ones(3), ValueError, r"queries must be of shape \(n, 3\), got an array of \(3,\)"),
        (np.ones((2, 4)), ValueError, r"queries must be of shape \(n, 3\), got an array of \(2, 4\)"),
        (np.array([[1, 2, 3], [1, np.nan, 3]]), ValueError, "must be finite"),
        (["king", "kong"], KeyError, "kong.*'king'"),
        (["king", []], ValueError, "at least one word"),
    ],
)
def test_a_bad_query_among_many_is_an_error(family, queries, error, message):
    with pytest.raises(error, match=message):
        family.most_similar_batch(queries)


@pytest.mark.parametrize("topn, error", [(0, ValueError), (2.0, TypeError)])
def test_topn_of_many_queries_must_be_a_positive_integer(family, topn, error):
    with pytest.raises(error, match="topn"):
        family.most_similar_batch([], topn=topn)


# Comparisons.


def test_n_similarity_is_the_cosine_of_mean_vectors():
    wv = random_word_vectors(30)
    for start in range(24):
        words1, words2 = wv.words[start : start + 2], wv.words[start + 2 : start + 5]
        sums = [[math.fsum(column) for column in wv[words].T] for words in (words1, words2)]
        assert wv.n_similarity(words1, words2) == pytest.approx(cosine(*sums), abs=1e-12)
    assert wv.n_similarity(["w1"], ["w2"]) == pytest.approx(wv.similarity("w1", "w2"), abs=1e-12)
    assert type(wv.n_similarity(["w1"], ["w2"])) is float


def test_n_similarity_counts_lengths_and_repetitions_and_ignores_unknown_words():
    wv = WordVectors(["long", "short", "other"], [[10, 0], [0, 1], [0, 3]])
    assert wv.n_similarity(["long", "short"], ["other"]) == pytest.approx(1 / math.sqrt(101))
    assert wv.n_similarity(["long"] + 10 * ["short"], ["other"]) == pytest.approx(math.sqrt(0.5))
    assert wv.n_similarity(("long", "nobody"), ["nowhere", "long"]) == 1.0
    assert WordVectors(["a", "b"], [[1, 2], [-1, -2]]).n_similarity(["a", "b"], ["a"]) == 0.0


@pytest.mark.parametrize("words1, words2", [([], ["king"]), (["king"], []), (["nobody"], ["king"]), ("king", ["king"])])
def test_n_similarity_needs_known_words_on_both_sides(family, words1, words2):
    with pytest.raises(ValueError, match="n_similarity needs a list with at least one known word"):
        family.n_similarity(words1, words2)


def test_rank_and_closer_than_agree_with_a_loop():
    wv = random_word_vectors(60)
    for a, b in zip(wv.words, wv.words[7:] + wv.words[:7], strict=True):
        limit = cosine(wv[a], wv[b])
        expected = [word for word in wv if word not in (a, b) and cosine(wv[a], wv[word]) > limit]
        assert wv.closer_than(a, b) == expected
        assert wv.rank(a, b) == len(expected) + 1
        order = [word for word, _ in wv.most_similar(a, topn=60)]
        assert wv.rank(a, b) == order.index(b) + 1


def test_words_equally_near_have_one_rank():
    rng = np.random.default_rng(0)
    vector, far = rng.standard_normal((2, 37))
    wv = WordVectors(range(52), np.vstack([rng.standard_normal(37)] + [vector] * 50 + [far]))
    nearer, farther = (1, 51) if wv.similarity(0, 1) > wv.similarity(0, 51) else (51, 1)
    assert {wv.rank(0, word) for word in range(1, 51)} == {1 if nearer == 1 else 2}
    assert wv.rank(0, farther) == (51 if nearer == 1 else 2)
    assert wv.closer_than(0, nearer) == []


def test_ranks_that_float32_cannot_tell_apart_are_right():
    rng = np.random.default_rng(0)
    wv = WordVectors(range(200), rng.standard_normal(50) + 1e-4 * rng.standard_normal((200, 50)))
    similarities = [cosine(wv[0], vector) for vector in wv.vectors]
    for b in range(1, 200):
        assert wv.closer_than(0, b) == [i for i in range(1, 200) if similarities[i] > similarities[b]]


@settings(deadline=None, max_examples=100)
@given(arrays(np.int8, st.tuples(st.integers(2, 10), st.integers(1, 3)), elements=st.integers(-3, 3)))
def test_no_nearer_word_is_missed_and_no_farther_one_named(vectors):
    wv = WordVectors(range(len(vectors)), vectors)
    similarities = [cosine(wv[0], vector) for vector in wv.vectors]
    closer = set(wv.closer_than(0, 1))
    for word in range(1, len(wv)):
        if abs(similarities[word] - similarities[1]) > 1e-12:
            assert (word in closer) == (similarities[word] > similarities[1])
    assert not closer & {0, 1}


def test_rank_of_an_unknown_word_is_an_error(family):
    for a, b in (("king", "kong"), ("kong", "king")):
        with pytest.raises(KeyError, match=r"kong.*'king'"):
            family.rank(a, b)
        with pytest.raises(KeyError, match=r"kong.*'king'"):
            family.closer_than(a, b)


# gensim, where it is installed.


def test_neighbours_are_those_of_gensim():
    wv = random_word_vectors(200)
    twin = gensim_twin(wv)
    array = np.linspace(-1, 1, 16, dtype=np.float32)
    for positive, negative in [("w3", []), (["w3", "w4"], ["w5"]), (array, "w1"), (["w8", 3 * array], [array])]:
        found, expected = wv.most_similar(positive, negative), twin.most_similar(positive, negative)
        assert [word for word, _ in found] == [word for word, _ in expected]
        np.testing.assert_allclose([s for _, s in found], [s for _, s in expected], atol=1e-6)
    weighted = [("w3", 0.5), ("w4", -2), (array, 1.5), "w6"], [("w5", 0.75), ("w7", -1.5), "w8"]
    for found, expected in [
        (wv.most_similar(*weighted), twin.most_similar(*weighted)),
        (wv.most_similar("w3", restrict_vocab=20), twin.most_similar("w3", restrict_vocab=20)),
    ]:
        assert [word for word, _ in found] == [word for word, _ in expected]
        np.testing.assert_allclose([s for _, s in found], [s for _, s in expected], atol=1e-6)
    assert wv.similarity("w3", "w9") == pytest.approx(twin.similarity("w3", "w9"), abs=1e-6)
    assert wv.doesnt_match(wv.words[:9]) == twin.doesnt_match(wv.words[:9])


def test_comparisons_are_those_of_gensim():
    wv = random_word_vectors(200)
    twin = gensim_twin(wv)
    for words1, words2 in [(["w1"], ["w2"]), (["w1", "w1", "w2"], ["w3", "w4"]), (["w5", "nobody"], wv.words[:9])]:
        assert wv.n_similarity(words1, words2) == pytest.approx(twin.n_similarity(words1, words2), abs=1e-6)
    for a, b in zip(wv.words[:40], wv.words[50:90], strict=True):
        assert wv.closer_than(a, b) == twin.closer_than(a, b)
        assert wv.rank(a, b) == twin.rank(a, b)
