"""Correlations with human judgement and solved analogies, against slow oracles and gensim."""

import gzip
import math

import numpy as np
import pytest
from scipy.stats import pearsonr, spearmanr

from sklw2v import WordVectors
from tests.word_vectors.oracles import FAMILY, FAMILY_VECTORS, cosine, gensim_twin, random_word_vectors, unit


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


# Word pairs.


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


def test_pairs_of_unknown_words_may_count_as_of_similarity_zero(family, tmp_path):
    text = "king queen 9\nnobody queen 1\nking man 3\nking nobody 4\nking apple 0\n"
    result = family.evaluate_word_pairs(write(tmp_path / "pairs.txt", text), dummy4unknown=True)
    similarities = [cosine(family["king"], family["queen"]), 0, cosine(family["king"], family["man"]), 0, 0]
    assert result.spearman == pytest.approx(spearmanr([9, 1, 3, 4, 0], similarities).statistic, abs=1e-12)
    assert result.pearson == pytest.approx(pearsonr([9, 1, 3, 4, 0], similarities).statistic, abs=1e-12)
    assert (result.n_pairs, result.n_found, result.coverage) == (5, 3, 0.6)
    assert -1 < result.interval[0] < result.spearman < result.interval[1] < 1


def test_test_files_may_be_compressed(family, tmp_path):
    for name, text in (("p.gz", b"king queen 9\nking man 3\n"), ("q.gz", b": s\nman king woman queen\n")):
        (tmp_path / name).write_bytes(gzip.compress(text))
    assert family.evaluate_word_pairs(tmp_path / "p.gz").n_found == 2
    assert family.evaluate_word_analogies(tmp_path / "q.gz").accuracy == 1.0


def test_a_constant_has_no_correlation(tmp_path):
    wv = WordVectors(["a", "b", "c"], np.zeros((3, 2)))
    path = write(tmp_path / "pairs.txt", "a b 1\na c 2\nb c 3\na a 4\n")
    result = wv.evaluate_word_pairs(path)
    assert np.isnan([result.spearman, result.pearson, *result.interval]).all()
    path = write(tmp_path / "pairs.txt", "king queen 0.1\nking man 0.1\nking apple 0.1\n")
    assert np.isnan(WordVectors(FAMILY, FAMILY_VECTORS).evaluate_word_pairs(path).pearson)


@pytest.mark.parametrize("scale", [1e-320, 1e-200, 1e200, 1.7e308])
def test_judgements_may_be_of_any_size(family, tmp_path, scale):
    path = write(
        tmp_path / "pairs.txt", f"king queen {scale}\nking man {-scale}\nking apple {scale / 4}\nman queen 0\n"
    )
    similarities = [cosine(family[a], family[b]) for a, b in (("king", "queen"), ("king", "man"), ("king", "apple"))]
    expected = pearsonr([4, -4, 1, 0], [*similarities, cosine(family["man"], family["queen"])]).statistic
    assert family.evaluate_word_pairs(path).pearson == pytest.approx(expected, abs=1e-3)


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


# Analogies.


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


def test_questions_of_unknown_words_may_count_as_not_solved(family, tmp_path):
    path = write(tmp_path / "q.txt", ": a\nman king woman queen\nman king woman nobody\n: b\nx y z king\nx y z man\n")
    result = family.evaluate_word_analogies(path, dummy4unknown=True)
    assert (result.accuracy, result.coverage) == (0.25, 0.25)
    assert (result.n_correct, result.n_questions, result.n_total) == (1, 1, 4)
    assert result.interval == pytest.approx((0.0456, 0.6994), abs=1e-4)  # Wilson's, of 1 in 4
    assert family.evaluate_word_analogies(path).accuracy == 1.0


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
@pytest.mark.parametrize("dummy4unknown", [False, True])
def test_evaluations_give_the_numbers_of_gensim(tmp_path, case_insensitive, restrict_vocab, dummy4unknown):
    wv, questions = cased_word_vectors()
    twin = gensim_twin(wv)
    options = {
        "case_insensitive": case_insensitive,
        "restrict_vocab": restrict_vocab,
        "dummy4unknown": dummy4unknown,
    }
    path = write_questions(tmp_path / "questions.txt", questions)
    expected, sections = twin.evaluate_word_analogies(str(path), **options)
    result = wv.evaluate_word_analogies(path, **options)
    assert 0.05 < expected < 0.95
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
