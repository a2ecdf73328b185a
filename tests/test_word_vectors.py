"""WordVectors against slow oracles, gensim, and files that are not what they should be."""

import gzip
import math
import pickle
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import pearsonr, spearmanr

from sklw2v import word2vec_format
from sklw2v.word_vectors import WordVectors

FAMILY = ["king", "queen", "man", "woman", "apple"]
FAMILY_VECTORS = np.array([[3, 1, 0], [3, -1, 0], [1, 1, 0], [1, -1, 0], [0, 0, 2]], dtype=np.float32)


@pytest.fixture
def family():
    return WordVectors(FAMILY, FAMILY_VECTORS)


def random_word_vectors(n_words=300, n_components=16, seed=0):
    rng = np.random.default_rng(seed)
    vectors = rng.standard_normal((n_words, n_components)).astype(np.float32)
    return WordVectors([f"w{i}" for i in range(n_words)], vectors)


# Oracles: plain loops over Python floats.


def unit(vector):
    vector = [float(x) for x in vector]
    norm = math.sqrt(math.fsum(x * x for x in vector))
    return [x / norm for x in vector] if norm > 0 else vector


def cosine(a, b):
    return math.fsum(x * y for x, y in zip(unit(a), unit(b), strict=True))


def slow_most_similar(wv, positive, negative, topn):
    direction = [0.0] * wv.vectors.shape[1]
    for sign, words in ((1, positive), (-1, negative)):
        for word in words:
            direction = [x + sign * y for x, y in zip(direction, unit(wv[word]), strict=True)]
    found = []
    for position, word in enumerate(wv.words):
        if word not in positive and word not in negative:
            found.append((-cosine(wv.vectors[position], direction), position, word))
    return [(word, -negated) for negated, _, word in sorted(found)[:topn]]


def slow_analogies(wv, questions, restrict_vocab):
    """Accuracy and number of answered questions, case-insensitive."""
    words = wv.words[:restrict_vocab]
    n_correct = n_answered = 0
    for question in questions:
        question = [word.upper() for word in question]
        forms = [word.upper() for word in words]
        if not all(word in forms for word in question):
            continue
        n_answered += 1
        a, b, c = (unit(wv.vectors[forms.index(word)]) for word in question[:3])
        direction = [y + z - x for x, y, z in zip(a, b, c, strict=True)]
        best, best_score = None, -math.inf
        for position, form in enumerate(forms):
            score = cosine(wv.vectors[position], direction)
            if form not in question[:3] and score > best_score:
                best, best_score = form, score
        n_correct += best == question[3]
    return n_correct / n_answered, n_answered


# Construction and lookup.


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


def test_an_unknown_word_is_an_error_that_names_similar_spellings(family):
    with pytest.raises(KeyError, match=r"unknown word 'quen'.*'queen'"):
        family["quen"]
    with pytest.raises(KeyError, match="'zzz'") as caught:
        family[["king", "zzz"]]
    assert "spelling" not in str(caught.value)


def test_at_most_three_spellings_are_named():
    wv = WordVectors(["cat1", "cat2", "cat3", "cat4", 7], np.eye(5))
    with pytest.raises(KeyError) as caught:
        wv["cat"]
    assert sum(word in str(caught.value) for word in ("cat1", "cat2", "cat3", "cat4")) == 3


def test_spellings_are_sought_among_the_most_frequent_words(monkeypatch):
    monkeypatch.setattr("sklw2v.word_vectors.N_SPELLINGS", 2)
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


# Evaluation.


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def test_word_pairs_are_correlated_by_rank(tmp_path):
    wv = random_word_vectors(60)
    rng = np.random.default_rng(1)
    pairs = [(f"w{i}", f"w{j}", round(float(rng.random()) * 9, 1)) for i, j in rng.integers(60, size=(50, 2))]
    path = write(tmp_path / "pairs.txt", "".join(f"{a}\t{b}\t{score}\n" for a, b, score in pairs))
    result = wv.evaluate_word_pairs(path)
    similarities = [cosine(wv[a], wv[b]) for a, b, _ in pairs]
    scores = [score for *_, score in pairs]
    assert result.spearman == pytest.approx(spearmanr(scores, similarities).statistic, abs=1e-12)
    assert result.pearson == pytest.approx(pearsonr(scores, similarities).statistic, abs=1e-12)
    assert (result.n_pairs, result.n_found, result.coverage) == (50, 50, 1.0)
    r = result.spearman
    z, half_width = math.atanh(r), 1.959964 * math.sqrt((1 + r * r / 2) / 47)
    assert result.interval == pytest.approx((math.tanh(z - half_width), math.tanh(z + half_width)), abs=1e-6)


def test_a_pairs_file_may_have_blanks_comments_windows_line_ends_and_a_byte_order_mark(tmp_path):
    wv = WordVectors(["a", "b", "new york"], [[1, 0], [0.9, 0.1], [0, 1]])
    text = "\ufeff# comment\r\na b 9.5\r\n\r\n  a   new  1\r\nA\tNew York\t2\r\nb\tnew york\t 3 \r\n"
    result = wv.evaluate_word_pairs(write(tmp_path / "pairs.txt", text))
    assert (result.n_pairs, result.n_found, result.coverage) == (4, 3, 0.75)
    assert result.spearman == 1.0
    assert result.interval == (-1.0, 1.0)


def test_a_perfect_rank_correlation_has_an_interval_of_one_point(family, tmp_path):
    text = "king queen 9\nking apple 1\nking man 10\nking woman 5\n"
    result = family.evaluate_word_pairs(write(tmp_path / "pairs.txt", text))
    assert result.spearman == 1.0
    assert result.interval == (1.0, 1.0)


def test_case_decides_which_word_a_pair_means(tmp_path):
    wv = WordVectors(["polish", "Polish", "warsaw", "shoe"], [[1, 0], [0, 1], [0, 1], [1, 0.1]])
    path = write(tmp_path / "pairs.txt", "Polish warsaw 9\nPolish SHOE 1\nPolish shoe 2\n")
    assert wv.evaluate_word_pairs(path).n_found == 3
    assert wv.evaluate_word_pairs(path).spearman < 0  # the first of the two words counts
    exact = wv.evaluate_word_pairs(path, case_insensitive=False)
    assert exact.n_found == 2
    assert exact.spearman == 1.0


def test_pairs_outside_the_restricted_vocabulary_are_skipped(family, tmp_path):
    path = write(tmp_path / "pairs.txt", "king queen 9\nking man 3\nking woman 5\nking apple 1\n")
    assert family.evaluate_word_pairs(path, restrict_vocab=4).n_found == 3
    assert family.evaluate_word_pairs(path, restrict_vocab=None).n_found == 4
    with pytest.raises(ValueError, match="got 1 of 4"):
        family.evaluate_word_pairs(path, restrict_vocab=2)
    with pytest.raises(ValueError, match="restrict_vocab"):
        family.evaluate_word_pairs(path, restrict_vocab=0)


def test_a_constant_has_no_correlation(tmp_path):
    wv = WordVectors(["a", "b", "c"], np.zeros((3, 2)))
    path = write(tmp_path / "pairs.txt", "a b 1\na c 2\nb c 3\na a 4\n")
    result = wv.evaluate_word_pairs(path)
    assert np.isnan([result.spearman, result.pearson, *result.interval]).all()
    path = write(tmp_path / "pairs.txt", "king queen 0.1\nking man 0.1\nking apple 0.1\n")
    assert np.isnan(WordVectors(FAMILY, FAMILY_VECTORS).evaluate_word_pairs(path).pearson)


@pytest.mark.parametrize(
    "line", ["king queen", "king queen 1 2", "king\tqueen\thigh", "king queen nan", "king", "word 1\tword 2\tmean"]
)
def test_a_malformed_pair_is_an_error_with_its_line(family, tmp_path, line):
    path = write(tmp_path / "pairs.txt", f"# comment\nking man 1\n{line}\n")
    with pytest.raises(ValueError, match=r"pairs\.txt, line 3: expected 'word word score'"):
        family.evaluate_word_pairs(path)


def test_a_test_file_that_is_not_utf8_is_an_error_with_its_line(family, tmp_path):
    path = write(tmp_path / "pairs.txt", "king man 1\ncafé king 2\n", encoding="latin-1")
    with pytest.raises(ValueError, match="line 2: not UTF-8"):
        family.evaluate_word_pairs(path)


def random_questions(n_questions, n_words, seed=3):
    rng = np.random.default_rng(seed)
    return [[f"W{i}" for i in rows] for rows in rng.integers(n_words, size=(n_questions, 4))]


def planted_analogies(n_pairs=30, noise=0.45, seed=0):
    """Vectors in which most of the questions w(2i) w(2i+1) w(2j) w(2j+1) can be solved, and those questions."""
    rng = np.random.default_rng(seed)
    base = rng.standard_normal((n_pairs, 12))
    vectors = np.empty((2 * n_pairs, 12), dtype=np.float32)
    vectors[0::2] = base
    vectors[1::2] = base + 1.5 + noise * rng.standard_normal((n_pairs, 12))
    questions = [[f"w{2 * i}", f"W{2 * i + 1}", f"w{2 * j}", f"w{2 * j + 1}"] for i in range(n_pairs) for j in range(i)]
    return WordVectors([f"w{i}" for i in range(2 * n_pairs)], vectors), questions


def write_questions(path, questions):
    half = len(questions) // 2
    lines = [": first half"] + [" ".join(q) for q in questions[:half]]
    lines += ["", ": empty", ": second half"] + [" ".join(q) for q in questions[half:]]
    return write(path, "\n".join(lines) + "\n")


@pytest.mark.parametrize("restrict_vocab", [None, 60, 41])
def test_analogies_agree_with_a_loop(tmp_path, restrict_vocab):
    wv, questions = planted_analogies()
    path = write_questions(tmp_path / "questions.txt", questions)
    result = wv.evaluate_word_analogies(path, restrict_vocab=restrict_vocab)
    accuracy, n_answered = slow_analogies(wv, questions, restrict_vocab)
    assert 0.2 < accuracy < 0.95
    assert result.accuracy == pytest.approx(accuracy)
    assert (result.n_questions, result.n_total) == (n_answered, len(questions))
    assert result.coverage == n_answered / len(questions)
    assert result.n_correct == round(accuracy * n_answered)
    assert [type(bound) for bound in result.interval] == [float, float]
    p, n, z = accuracy, n_answered, 1.959964
    half_width = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    center = (p + z * z / (2 * n)) / (1 + z * z / n)
    assert result.interval == pytest.approx((center - half_width, center + half_width), abs=1e-6)


def test_analogies_are_counted_by_section(tmp_path):
    wv, questions = planted_analogies()
    sections = wv.evaluate_word_analogies(write_questions(tmp_path / "questions.txt", questions)).sections
    half = len(questions) // 2
    assert [s.section for s in sections] == ["first half", "empty", "second half"]
    assert [s.n_total for s in sections] == [half, 0, len(questions) - half]
    assert [s.n_questions for s in sections] == [half, 0, len(questions) - half]
    expected = [slow_analogies(wv, part, None)[0] * len(part) for part in (questions[:half], questions[half:])]
    assert [sections[0].n_correct, sections[1].n_correct, sections[2].n_correct] == pytest.approx(
        [expected[0], 0, expected[1]]
    )


def test_blocks_of_questions_do_not_change_the_answer(tmp_path):
    wv, questions = planted_analogies()
    questions = questions * 3  # more than two blocks
    result = wv.evaluate_word_analogies(write(tmp_path / "q.txt", ": s\n" + "\n".join(map(" ".join, questions))))
    assert result.n_questions == len(questions) > 1024
    assert result.accuracy == pytest.approx(slow_analogies(wv, questions[: len(questions) // 3], None)[0])


def test_words_alike_but_for_case_are_one_word_in_an_analogy(tmp_path):
    # 3CosAdd's first choice is KING, a form of a query word; the next, QUEEN, is a form of the answer.
    words = ["king", "man", "woman", "queen", "KING", "QUEEN"]
    vectors = [[3, 1, 0], [1, 1, 0], [1, -1, 0], [0, 0, 1], [3, -1.1, 0], [3, -1, 0.1]]
    path = write(tmp_path / "q.txt", ": family\nMan King Woman queen\n")
    assert WordVectors(words, vectors).evaluate_word_analogies(path).accuracy == 1.0
    path = write(tmp_path / "q.txt", ": family\nman king woman queen\nman king woman KING\nMan king woman KING\n")
    exact = WordVectors(words, vectors).evaluate_word_analogies(path, case_insensitive=False)
    assert (exact.n_correct, exact.n_questions, exact.n_total) == (1, 2, 3)


def test_a_query_word_is_no_answer(tmp_path):
    wv = WordVectors(["a", "b"], [[1, 0], [0, 1]])
    result = wv.evaluate_word_analogies(write(tmp_path / "q.txt", ": s\na a b b\na b a a\n"))
    assert (result.n_correct, result.n_questions) == (0, 2)
    assert result.interval[0] == 0.0


def test_tokens_that_are_no_strings_do_not_disturb_an_evaluation(tmp_path):
    wv = WordVectors(FAMILY + [7, ("king",)], np.vstack([FAMILY_VECTORS, [[0, 1, 1], [0, 2, 1]]]))
    assert wv.evaluate_word_analogies(write(tmp_path / "q.txt", ": s\nman king woman queen\n")).accuracy == 1.0
    assert wv.evaluate_word_pairs(write(tmp_path / "p.txt", "king man 1\nking 7 1\nking apple 0\n")).n_found == 2


@pytest.mark.parametrize(
    "text, message",
    [
        ("a b c d\n", "line 1: expected a line ': name'"),
        (": s\nking man woman\n", "line 2: expected four words"),
        (": s\nking man woman queen apple\n", "line 2: expected four words"),
        (": s\nking man woman nobody\n", "got 0 of 1"),
        ("", "got 0 of 0"),
    ],
)
def test_a_bad_analogy_file_is_an_error(family, tmp_path, text, message):
    with pytest.raises(ValueError, match=rf"q\.txt.*{message}"):
        family.evaluate_word_analogies(write(tmp_path / "q.txt", text))
    with pytest.raises(ValueError, match="restrict_vocab"):
        family.evaluate_word_analogies(tmp_path / "q.txt", restrict_vocab=0)


# gensim, where it is installed.


def import_gensim():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("gensim").models.KeyedVectors


def gensim_twin(wv):
    twin = import_gensim()(wv.vectors.shape[1])
    twin.add_vectors(wv.words, wv.vectors.copy())
    return twin


def cased_word_vectors():
    """Planted analogies, with 15 words that repeat others in upper case."""
    wv, questions = planted_analogies()
    rng = np.random.default_rng(5)
    rows = rng.permutation(60)[:15]
    vectors = wv.vectors[rows] + 0.3 * rng.standard_normal((15, 12))
    order = rng.permutation(75)
    words = wv.words + [wv.words[row].upper() for row in rows]
    vectors = np.vstack([wv.vectors, vectors])[order]
    return WordVectors([words[i] for i in order], vectors), questions


@pytest.mark.parametrize("case_insensitive", [True, False])
@pytest.mark.parametrize("restrict_vocab", [300_000, 50])
def test_evaluations_give_the_numbers_of_gensim(tmp_path, case_insensitive, restrict_vocab):
    wv, questions = cased_word_vectors()
    twin = gensim_twin(wv)
    options = {"case_insensitive": case_insensitive, "restrict_vocab": restrict_vocab}
    path = write_questions(tmp_path / "questions.txt", questions)
    expected, sections = twin.evaluate_word_analogies(str(path), **options)
    result = wv.evaluate_word_analogies(path, **options)
    assert 0.1 < expected < 0.95
    assert result.accuracy == pytest.approx(expected, abs=1e-4)
    assert [s.section for s in result.sections] == [s["section"] for s in sections[:-1]]
    assert [s.n_correct for s in result.sections] == [len(s["correct"]) for s in sections[:-1]]

    rng = np.random.default_rng(6)
    pairs = [(i, j) for i, j in rng.integers(70, size=(200, 2)) if i != j]  # gensim's w.w is 1 up to rounding: no tie
    lines = [f"{rng.choice(['w', 'W'])}{i}\tw{j}\t{rng.integers(10)}\n" for i, j in pairs]
    path = write(tmp_path / "pairs.txt", "# comment\n" + "".join(lines))
    pearson, spearman, unknown_percent = twin.evaluate_word_pairs(str(path), **options)
    result = wv.evaluate_word_pairs(path, **options)
    assert result.spearman == pytest.approx(spearman[0], abs=1e-4)
    assert result.pearson == pytest.approx(pearson[0], abs=1e-4)
    assert result.coverage == pytest.approx(1 - unknown_percent / 100)


def test_neighbours_are_those_of_gensim():
    wv = random_word_vectors(200)
    twin = gensim_twin(wv)
    array = np.linspace(-1, 1, 16, dtype=np.float32)
    for positive, negative in [("w3", []), (["w3", "w4"], ["w5"]), (array, "w1"), (["w8", 3 * array], [array])]:
        found, expected = wv.most_similar(positive, negative), twin.most_similar(positive, negative)
        assert [word for word, _ in found] == [word for word, _ in expected]
        np.testing.assert_allclose([s for _, s in found], [s for _, s in expected], atol=1e-6)
    assert wv.similarity("w3", "w9") == pytest.approx(twin.similarity("w3", "w9"), abs=1e-6)
    assert wv.doesnt_match(wv.words[:9]) == twin.doesnt_match(wv.words[:9])


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_files_are_exchanged_with_gensim(tmp_path, binary, suffix):
    wv = WordVectors(["ein", "straße", "日本", "a\u00a0b", "</s>"], np.random.default_rng(0).standard_normal((5, 7)))
    twin = gensim_twin(wv)
    ours, theirs = tmp_path / f"ours{suffix}", tmp_path / f"theirs{suffix}"
    wv.save_word2vec_format(ours, binary=binary)
    read = type(twin).load_word2vec_format(str(ours), binary=binary)
    assert read.index_to_key == wv.words
    np.testing.assert_array_equal(read.vectors, wv.vectors)
    twin.save_word2vec_format(str(theirs), binary=binary)
    read = WordVectors.load_word2vec_format(theirs, binary=binary)
    assert read.words == wv.words
    np.testing.assert_array_equal(read.vectors, wv.vectors)


# Exchange formats.

finite = st.floats(width=32, allow_nan=False, allow_infinity=False)
format_words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=" \t\n\r\v\f"), min_size=1)


@settings(deadline=None, max_examples=60)
@given(st.data(), st.booleans(), st.sampled_from(["", ".gz"]))
def test_saving_and_loading_keeps_words_and_bits(tmp_path_factory, data, binary, suffix):
    words = data.draw(st.lists(format_words, unique=True, max_size=6))
    vectors = data.draw(arrays(np.float32, (len(words), data.draw(st.integers(1, 5))), elements=finite))
    path = tmp_path_factory.mktemp("format") / f"vectors{suffix}"
    WordVectors(words, vectors, counts=np.ones(len(words), dtype=int)).save_word2vec_format(path, binary=binary)
    wv = WordVectors.load_word2vec_format(path, binary=binary)
    assert wv.words == words
    assert wv.vectors.shape == vectors.shape
    assert wv.vectors.dtype == np.float32
    assert wv.vectors.tobytes() == vectors.tobytes()
    assert wv.counts is None


def test_the_text_format_is_what_it_should_be(tmp_path):
    WordVectors(["a", "é"], [[1, -0.5], [0.1, 1e-20]]).save_word2vec_format(tmp_path / "v.txt")
    expected = "2 2\na 1 -0.5\né 0.100000001 9.99999968e-21\n"
    assert (tmp_path / "v.txt").read_bytes() == expected.encode("utf-8")


def test_the_binary_format_is_what_it_should_be(tmp_path):
    WordVectors(["a", "é"], [[1, -0.5], [0, 2]]).save_word2vec_format(tmp_path / "v.bin", binary=True)
    rows = [b"a " + np.array([1, -0.5], "<f4").tobytes(), "é ".encode() + np.array([0, 2], "<f4").tobytes()]
    assert (tmp_path / "v.bin").read_bytes() == b"2 2\n" + rows[0] + b"\n" + rows[1] + b"\n"


def test_text_of_the_c_program_with_trailing_blanks_and_windows_line_ends_is_read(tmp_path):
    path = write(tmp_path / "v.txt", "2 2\r\n</s> 0.5 1 \r\nb -1e-3  2 \r\n\r\n")
    wv = WordVectors.load_word2vec_format(path)
    assert wv.words == ["</s>", "b"]
    np.testing.assert_array_equal(wv.vectors, np.array([[0.5, 1], [-1e-3, 2]], dtype=np.float32))


@pytest.mark.parametrize("separator", [b"", b"\n"])
@pytest.mark.parametrize("chunk_bytes", [1, 7, 1 << 20])
def test_binary_rows_are_read_with_and_without_newlines_and_across_chunks(
    tmp_path, monkeypatch, separator, chunk_bytes
):
    monkeypatch.setattr(word2vec_format, "CHUNK_BYTES", chunk_bytes)
    # The four bytes of this number are blanks, and the next number starts with a newline.
    tricky = np.array([np.frombuffer(b"    ", "<f4")[0], np.frombuffer(b"\n\n\n\n", "<f4")[0]], "<f4")
    rows = [word.encode() + b" " + tricky.tobytes() + separator for word in ("eins", "zwei", "drei")]
    path = tmp_path / "v.bin"
    path.write_bytes(b"3 2\n" + b"".join(rows))
    wv = WordVectors.load_word2vec_format(path, binary=True)
    assert wv.words == ["eins", "zwei", "drei"]
    np.testing.assert_array_equal(wv.vectors, np.tile(tricky, (3, 1)))


def test_equal_vectors_are_compressed_to_equal_bytes(family, tmp_path):
    family.save_word2vec_format(tmp_path / "a.gz")
    family.save_word2vec_format(tmp_path / "b.gz")
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()
    assert (tmp_path / "a.gz").read_bytes()[4:8] == bytes(4)  # no time of writing
    assert gzip.decompress((tmp_path / "a.gz").read_bytes()).startswith(b"5 3\nking 3 1 0\n")


@pytest.mark.parametrize("word", [7, ("a",), b"a", "", "two words", "a\nb", "a\t", "\ud800"])
@pytest.mark.parametrize("binary", [False, True])
def test_a_token_that_the_format_cannot_hold_is_an_error_and_nothing_is_written(tmp_path, word, binary):
    wv = WordVectors(["fine", word], np.eye(2))
    with pytest.raises(ValueError, match="word2vec's formats"):
        wv.save_word2vec_format(tmp_path / "v", binary=binary)
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_does_not_exist_is_an_error_that_names_the_file_asked_for(family, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"directory of the file does not exist: '.*absent.v\.txt'$"):
        family.save_word2vec_format(tmp_path / "absent" / "v.txt")


@pytest.mark.parametrize("name", ["v", "v.gz"])
def test_a_failure_while_writing_leaves_the_old_file(family, tmp_path, monkeypatch, name):
    path = tmp_path / name
    family.save_word2vec_format(path)
    before = path.read_bytes()

    def fail(*_):
        raise OSError("no space left")

    monkeypatch.setattr(word2vec_format.os, "replace", fail)
    with pytest.raises(OSError, match="no space"):
        random_word_vectors().save_word2vec_format(path)
    monkeypatch.undo()

    class Breaking(np.ndarray):
        """Vectors whose second row cannot be had."""

        def astype(self, *_, **__):
            return self

        def __iter__(self):
            yield self[0]
            raise RuntimeError("half-way")

    for binary in (False, True):
        with pytest.raises(RuntimeError, match="half-way"):
            word2vec_format.write_word2vec_format(path, FAMILY, FAMILY_VECTORS.view(Breaking), binary)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_saving_through_a_symbolic_link_writes_its_target(family, tmp_path):
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    try:
        link.symlink_to(target)
    except OSError:
        pytest.skip("no symbolic links here")
    family.save_word2vec_format(link)
    assert link.is_symlink()
    assert target.read_bytes().startswith(b"5 3\n")


def test_a_path_may_be_a_string(family, tmp_path):
    family.save_word2vec_format(str(tmp_path / "v"))
    assert WordVectors.load_word2vec_format(str(tmp_path / "v")).words == FAMILY
    assert Path(tmp_path / "v").exists()


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "line 1: expected the header"),
        (b"a 1 2\nb 3 4\n", "line 1: expected the header"),
        (b"2 x\na 1\nb 2\n", "line 1: expected the header"),
        (b"-1 2\n", "line 1: expected the header"),
        (b"1 0\na\n", "line 1: expected the header"),
        (b"x" * 100_000, "line 1: expected the header"),
        (b"3 2\na 1 2\nb 3 4\n", "line 4: the file ends here, but its header promises 3 rows"),
        (b"99999999999999999999 2\na 1 2\n", "line 3: the file ends here"),
        (b"1 99999999999999999999\na 1 2\n", "line 2: expected 99999999999999999999 numbers .* got 2"),
        (b"1 2\na 1 2\nb 3 4\n", "line 3: the file goes on"),
        (b"2 2\na 1 2\nb 3\n", "line 3: expected 2 numbers after the word, got 1"),
        (b"2 2\na 1 2 3\nb 3 4\n", "line 2: expected 2 numbers after the word, got 3"),
        (b"2 2\n\na 1 2\nb 3 4\n", "line 2: no word"),
        (b"2 2\na 1 2\nb 3 four\n", "line 3: could not convert .*four"),
        (b"2 2\na 1 2\nb 3 nan\n", "line 3: a value is not finite"),
        (b"2 2\na 1 -inf\nb 3 4\n", "line 2: a value is not finite"),
        (b"2 2\na 1 2\nb 3 1e39\n", "line 3: a value is not finite"),
        (b"3 2\na 1 2\nb 3 4\na 5 6\n", "line 4: the word 'a' is a duplicate of .*line 2"),
        (b"1 2\n\xff\xfe 1 2\n", "line 2: .*not UTF-8"),
    ],
)
def test_a_bad_text_file_is_an_error_with_its_line(tmp_path, content, message):
    path = tmp_path / "bad.txt"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=rf"bad\.txt, {message}"):
        WordVectors.load_word2vec_format(path)


ROW = np.array([1, 2], "<f4").tobytes()


@pytest.mark.parametrize(
    "content, message",
    [
        (b"nonsense", "line 1: expected the header"),
        (b"2 2\na " + ROW, "row 2 at byte 14: the file ends here"),
        (b"2 2\na " + ROW + b"b " + ROW[:-1], "row 2 at byte 14: the file ends here"),
        (b"2 2\na " + ROW + b"b", "row 2 at byte 14: the file ends here"),
        (b"3 2\na " + ROW + b"b " + ROW + b"c " + ROW[1:], "row 3 at byte 24: the file ends here"),
        (b"1 99999999999999999999\na " + ROW, "row 1 at byte 23: the file ends here"),
        (b"99999999999999999999 2\na " + ROW, "row 2 at byte 33: the file ends here"),
        (b"1 2\na " + ROW + b"\nb " + ROW, "byte 14: the file goes on"),
        (b"2 2\na " + ROW + b"\na " + ROW, "row 2 at byte 14: the word 'a' is a duplicate of .*row 1 at byte 4"),
        (b"1 2\n " + ROW, "row 1 at byte 4: no word"),
        (b"1 2\n\xff\xfe " + ROW, "row 1 at byte 4: .*not UTF-8"),
        (b"2 2\na " + ROW + b"b " + np.array([0, np.inf], "<f4").tobytes(), "row 2 at byte 14: a value is not finite"),
    ],
)
@pytest.mark.parametrize("chunk_bytes", [3, 10, 1 << 20])
def test_a_bad_binary_file_is_an_error_with_its_row_and_byte(tmp_path, monkeypatch, content, message, chunk_bytes):
    monkeypatch.setattr(word2vec_format, "CHUNK_BYTES", chunk_bytes)
    path = tmp_path / "bad.bin"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=rf"bad\.bin, {message}"):
        WordVectors.load_word2vec_format(path, binary=True)


@pytest.mark.parametrize("binary", [False, True])
def test_a_bad_gzip_file_is_an_error(tmp_path, binary):
    path = tmp_path / "v.gz"
    random_word_vectors().save_word2vec_format(path, binary=binary)
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(ValueError, match=r"v\.gz is not a complete gzip file"):
        WordVectors.load_word2vec_format(path, binary=binary)
    path.write_bytes(b"1 2\na 1 2\n")
    with pytest.raises(ValueError, match=r"v\.gz is not a complete gzip file"):
        WordVectors.load_word2vec_format(path, binary=binary)


@pytest.mark.parametrize("binary", [False, True])
def test_loaded_vectors_can_be_used_like_any_others(tmp_path, family, binary):
    family.save_word2vec_format(tmp_path / "v", binary=binary)
    wv = WordVectors.load_word2vec_format(tmp_path / "v", binary=binary)
    assert wv.most_similar("king") == family.most_similar("king")
    assert pickle.loads(pickle.dumps(wv)).words == FAMILY
    wv.vectors *= 2
