import gzip
import inspect
import lzma
import os
import re
import subprocess
import sys

import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV
from sklearn.utils import Bunch

import sklw2v
from sklw2v import SkipGramVectorizer, WordVectors
from sklw2v.cli import _demo as demo
from sklw2v.cli._main import main
from sklw2v.datasets import load_presidents

TOPICS = (["apple", "pear", "plum", "cherry", "Quince"], ["brake", "wheel", "engine", "clutch", "gear"])
SMALL = ["--n-components", "4", "--min-count", "1", "--random-state", "0"]


@pytest.fixture
def corpus(tmp_path):
    """A file of documents, each with the words of one of two topics in some order."""
    rng = np.random.RandomState(0)
    lines = [" ".join(rng.permutation(TOPICS[i % 2])) for i in range(100)]
    path = tmp_path / "corpus.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def vectors(tmp_path):
    path = tmp_path / "vectors.txt"
    words = ["king", "queen", "man", "woman", "tree"]
    WordVectors(words, [[3, 1, 0], [3, -1, 0], [1, 1, 0], [1, -1, 0], [0, 0, 1]]).save_word2vec_format(path)
    return path


def error_of(capsys, *arguments):
    """The exit code and the message of a command that fails; nothing but one line may be printed."""
    try:
        code = main([str(argument) for argument in arguments])
    except SystemExit as exit:
        code = exit.code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("sklw2v: error: ")
    assert captured.err.endswith("\n")
    assert captured.err.count("\n") == 1
    return code, captured.err.removeprefix("sklw2v: error: ").rstrip("\n")


def neighbors_printed(output):
    """Blocks of ``{query: [(word, similarity), ...]}``."""
    blocks, query = {}, None
    for line in output.splitlines():
        if line.startswith("  "):
            word, similarity = line.split()
            blocks[query].append((word, float(similarity)))
        else:
            query = line
            blocks[query] = []
    return blocks


def test_module_runs_as_a_command():
    command = [sys.executable, "-m", "sklw2v", "--version"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    assert answer.stdout == f"sklw2v {sklw2v.__version__}\n"
    assert answer.stderr == ""


def test_help_states_the_defaults_of_the_estimator(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["train", "--help"])
    assert stopped.value.code == 0
    printed = " ".join(capsys.readouterr().out.split())
    parameters = inspect.signature(SkipGramVectorizer).parameters
    for name in ("n_components", "window", "n_negatives", "min_count", "max_iter", "loss", "subsample", "n_jobs"):
        option = "--" + name.replace("_", "-")
        assert re.search(rf"{option} \w+ [^()]*\(default: {parameters[name].default}\)", printed), name
    assert f"(default: {parameters['token_pattern'].default})" in printed


def test_options_that_are_not_given_leave_the_estimator_its_defaults(corpus, tmp_path, monkeypatch):
    fitted = []

    def stop(self, X):
        fitted.append(self)
        raise ValueError("seen enough")

    monkeypatch.setattr(SkipGramVectorizer, "fit", stop)

    assert main(["train", str(corpus), "-o", str(tmp_path / "v.txt")]) == 1
    assert fitted[0].get_params() == SkipGramVectorizer(verbose=True).get_params()
    options = "--n-components 7 --window 3 --n-negatives 2 --min-count 4 --max-iter 1 --loss naive_softmax"
    options += " --subsample 0.5 --n-jobs 2 --random-state 9 --split --quiet"
    assert main(["train", str(corpus), "-o", str(tmp_path / "v.txt"), *options.split()]) == 1
    expected = SkipGramVectorizer(
        n_components=7,
        window=3,
        n_negatives=2,
        min_count=4,
        max_iter=1,
        loss="naive_softmax",
        subsample=0.5,
        n_jobs=2,
        random_state=9,
        analyzer=str.split,
        verbose=False,
    )
    assert fitted[1].get_params() == expected.get_params()


@pytest.mark.parametrize("suffix, compress", [("", bytes), (".gz", gzip.compress), (".xz", lzma.compress)])
@pytest.mark.parametrize("name, options", [("v.txt", []), ("v.txt.gz", []), ("v.bin", []), ("v", ["--binary"])])
def test_neighbors_of_trained_vectors_are_of_the_same_topic(corpus, suffix, compress, name, options, tmp_path, capsys):
    source, target = tmp_path / f"source.txt{suffix}", tmp_path / name
    source.write_bytes(compress(corpus.read_bytes()))
    assert main(["train", str(source), "-o", str(target), *SMALL, *options]) == 0
    captured = capsys.readouterr()
    assert re.fullmatch(rf"10 words of 4 components in \d+\.\d s: {re.escape(str(target))}\n", captured.out)
    assert "100 documents" in captured.err
    assert main(["neighbors", str(target), "apple", "wheel", "-n", "4", *options]) == 0
    blocks = neighbors_printed(capsys.readouterr().out)
    assert {word for word, _ in blocks["apple"]} == {"pear", "plum", "cherry", "quince"}
    assert {word for word, _ in blocks["wheel"]} == {"brake", "engine", "clutch", "gear"}


def test_vectors_are_those_of_the_estimator(corpus, tmp_path):
    assert main(["train", str(corpus), "-o", str(tmp_path / "v.txt"), *SMALL, "--n-jobs", "2"]) == 0
    written = WordVectors.load_word2vec_format(tmp_path / "v.txt")
    documents = corpus.read_text(encoding="utf-8").splitlines()
    expected = SkipGramVectorizer(n_components=4, min_count=1, random_state=0).fit(documents).word_vectors_
    assert written.words == expected.words
    np.testing.assert_array_equal(written.vectors, expected.vectors)


def test_binary_option_writes_the_binary_format(corpus, tmp_path):
    main(["train", str(corpus), "-o", str(tmp_path / "v"), *SMALL, "--binary"])
    main(["train", str(corpus), "-o", str(tmp_path / "v.bin"), *SMALL])
    main(["train", str(corpus), "-o", str(tmp_path / "v.txt"), *SMALL])
    assert (tmp_path / "v").read_bytes() == (tmp_path / "v.bin").read_bytes() != (tmp_path / "v.txt").read_bytes()


def test_quiet_training_prints_the_summary_alone(corpus, tmp_path, capsys):
    assert main(["train", str(corpus), "-o", str(tmp_path / "v.txt"), *SMALL, "--quiet"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert captured.out.count("\n") == 1


@pytest.mark.parametrize(
    "options, expected",
    [([], {"don", "stop", "quince"}), (["--split"], {"Don't", "stop", "Quince"})],
    ids=["default", "split"],
)
def test_split_keeps_words_as_white_space_separates_them(options, expected, tmp_path):
    (tmp_path / "corpus.txt").write_text("Don't stop Quince\n" * 5, encoding="utf-8")
    arguments = [str(tmp_path / "corpus.txt"), "-o", str(tmp_path / "v.txt"), "--n-components", "2"]
    assert main(["train", *arguments, *options]) == 0
    assert set(WordVectors.load_word2vec_format(tmp_path / "v.txt").words) == expected


def test_token_pattern_says_what_a_word_is(tmp_path):
    (tmp_path / "corpus.txt").write_text("a1 b2 c3\n" * 5, encoding="utf-8")
    arguments = [str(tmp_path / "corpus.txt"), "-o", str(tmp_path / "v.txt"), "--n-components", "2"]
    assert main(["train", *arguments, "--token-pattern", "[a-z]"]) == 0
    assert WordVectors.load_word2vec_format(tmp_path / "v.txt").words == ["a", "b", "c"]


def test_corpus_is_read_in_the_encoding_that_is_named(tmp_path, capsys):
    (tmp_path / "corpus.txt").write_text("Käse Brötchen Milch\n" * 5, encoding="latin-1")
    arguments = ["train", str(tmp_path / "corpus.txt"), "-o", str(tmp_path / "v.txt"), "--n-components", "2"]
    assert main([*arguments, "--encoding", "latin-1"]) == 0
    assert set(WordVectors.load_word2vec_format(tmp_path / "v.txt").words) == {"käse", "brötchen", "milch"}
    assert main([*arguments, "--errors", "ignore"]) == 0
    assert set(WordVectors.load_word2vec_format(tmp_path / "v.txt").words) == {"kse", "brtchen", "milch"}
    capsys.readouterr()
    code, message = error_of(capsys, *arguments, "--quiet")
    assert code == 1
    assert "line 1 of" in message


def test_neighbors_are_printed_with_cosine_similarities(vectors, capsys):
    assert main(["neighbors", str(vectors), "-n", "2", "king"]) == 0
    assert capsys.readouterr().out == "king\n  man     0.894\n  queen   0.800\n"


def test_positive_and_negative_words_ask_an_analogy(vectors, capsys):
    assert main(["neighbors", str(vectors), "king", "--positive", "woman", "--negative", "man", "-n", "1"]) == 0
    blocks = neighbors_printed(capsys.readouterr().out)
    assert [word for word, _ in blocks["king + woman - man"]] == ["queen"]


@pytest.mark.parametrize(
    "arguments, named",
    [
        ([], "COMMAND"),
        (["evaluate"], "evaluate"),
        (["train", "corpus.txt"], "-o/--output"),
        (["train", "corpus.txt", "-o", "v.txt", "--window", "wide"], "--window"),
        (["train", "corpus.txt", "-o", "v.txt", "--max-iter", "few"], "expected an integer or auto, got 'few'"),
        (["train", "corpus.txt", "-o", "v.txt", "--split", "--token-pattern", "."], "--split"),
        (["train", "corpus.txt", "-o", "v.txt", "--win", "3"], "--win"),
        (["neighbors", "v.txt"], "WORD"),
        (["neighbors", "v.txt", "king", "-n", "0"], "expected an integer of at least 1, got '0'"),
        (["demo", "--n-jobs", "two"], "--n-jobs"),
    ],
)
def test_arguments_that_make_no_sense_exit_with_2(arguments, named, capsys):
    code, message = error_of(capsys, *arguments)
    assert code == 2
    assert named in message


@pytest.mark.parametrize(
    "options, named",
    [
        (["--window", "0"], "window"),
        (["--n-components", "0"], "n_components"),
        (["--n-components", "11", "--min-count", "1"], "n_components=11"),
        (["--n-negatives", "0"], "n_negatives"),
        (["--min-count", "-1"], "min_count"),
        (["--min-count", "1000"], "min_count"),
        (["--max-iter", "-1"], "max_iter"),
        (["--subsample", "-1"], "subsample"),
        (["--loss", "hinge"], "loss='hinge'"),
        (["--random-state", "-1"], "random_state=-1"),
        (["--n-jobs", "0"], "n_jobs"),
        (["--token-pattern", "("], "token_pattern='('"),
        (["--token-pattern", "(a)(b)"], "capturing group"),
        (["--encoding", "utf-9"], "utf-9"),
        (["--errors", "hope"], "hope"),
    ],
)
def test_bad_parameters_of_training_are_named(corpus, options, named, tmp_path, capsys):
    code, message = error_of(capsys, "train", corpus, "-o", tmp_path / "v.txt", "--quiet", *options)
    assert code == 1
    assert named in message
    assert not (tmp_path / "v.txt").exists()


def test_output_is_checked_before_the_corpus_is_read(corpus, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(SkipGramVectorizer, "fit", lambda self, X: pytest.fail("the corpus was read"))
    code, message = error_of(capsys, "train", corpus, "-o", tmp_path / "missing" / "v.txt")
    assert (code, message) == (1, f"{tmp_path / 'missing'}: the output's directory does not exist")
    code, message = error_of(capsys, "train", corpus, "-o", tmp_path)
    assert (code, message) == (1, f"{tmp_path}: the output is a directory")
    code, message = error_of(capsys, "train", corpus, "-o", corpus)
    assert (code, message) == (1, f"{corpus}: the output would replace the corpus")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    code, message = error_of(capsys, "train", corpus, "-o", tmp_path / "v.txt")
    assert (code, message) == (1, f"{tmp_path}: the output's directory is not writable")


def test_missing_files_are_named(tmp_path, capsys):
    missing = tmp_path / "missing.txt"
    code, message = error_of(capsys, "train", missing, "-o", tmp_path / "v.txt")
    assert (code, message) == (1, f"{missing}: path does not exist")
    code, message = error_of(capsys, "neighbors", missing, "king")
    assert (code, message) == (1, f"{missing}: No such file or directory")
    code, message = error_of(capsys, "train", tmp_path, "-o", tmp_path / "v.txt")
    assert code == 1
    assert str(tmp_path) in message


def test_empty_and_damaged_corpora_are_errors(tmp_path, capsys):
    empty, damaged = tmp_path / "empty.txt", tmp_path / "damaged.txt.gz"
    empty.touch()
    damaged.write_bytes(gzip.compress(b"one two three\n" * 100)[:-12])
    assert error_of(capsys, "train", empty, "-o", tmp_path / "v.txt", "--quiet")[0] == 1
    code, message = error_of(capsys, "train", damaged, "-o", tmp_path / "v.txt", "--quiet")
    assert code == 1
    assert str(damaged) in message


def test_unknown_word_is_an_error_before_anything_is_printed(vectors, capsys):
    code, message = error_of(capsys, "neighbors", vectors, "king", "quen")
    assert code == 1
    assert message == "unknown word 'quen'; known words of a similar spelling: 'queen'"


def test_file_of_another_format_is_an_error(vectors, corpus, capsys):
    code, message = error_of(capsys, "neighbors", corpus, "apple")
    assert code == 1
    assert "line 1: expected the header" in message
    assert error_of(capsys, "neighbors", vectors, "king", "--binary")[0] == 1


@pytest.mark.parametrize("command", ["demo", "train", "neighbors"])
def test_interrupted_command_exits_with_130(command, corpus, vectors, tmp_path, monkeypatch, capsys):
    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "GridSearchCV", interrupt)
    monkeypatch.setattr(SkipGramVectorizer, "fit", interrupt)
    monkeypatch.setattr(WordVectors, "most_similar", interrupt)
    arguments = {
        "demo": ["--output", tmp_path / "demo.png"],
        "train": [corpus, "-o", tmp_path / "v.txt"],
        "neighbors": [vectors, "king"],
    }
    before = set(tmp_path.iterdir())
    assert main([command, *map(str, arguments[command])]) == 130
    assert capsys.readouterr().err == "sklw2v: interrupted\n"
    assert set(tmp_path.iterdir()) == before


def test_reader_that_stops_early_is_no_traceback(vectors):
    command = [sys.executable, "-m", "sklw2v", "neighbors", str(vectors), "king"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 1


def test_errors_that_no_input_explains_keep_their_traceback(vectors, monkeypatch):
    def fail(*args, **kwargs):
        raise AttributeError("a bug")

    monkeypatch.setattr(WordVectors, "most_similar", fail)
    with pytest.raises(AttributeError, match="a bug"):
        main(["neighbors", str(vectors), "king"])


@pytest.fixture
def small_demo(monkeypatch):
    """The demo on two grid points and a tenth of the corpus."""
    presidents = load_presidents()
    chosen = np.unique(presidents.groups)[::10]
    rows = np.flatnonzero(np.isin(presidents.groups, chosen))
    small = Bunch(
        data=[presidents.data[row] for row in rows],
        target=presidents.target[rows],
        target_names=presidents.target_names,
        groups=presidents.groups[rows],
    )
    monkeypatch.setattr(demo, "load_presidents", lambda: small)
    monkeypatch.setattr(demo, "GRID", {"n_components": (10,), "window": (2, 5), "n_negatives": (5,)})
    monkeypatch.setattr(demo, "N_HELD_OUT", 3)
    monkeypatch.setattr(demo, "SECONDS_BETWEEN_LINES", 0.05)
    return small


def test_demo_prints_what_it_found_and_draws_it(small_demo, tmp_path, capsys):
    picture = tmp_path / "demo.png"
    assert main(["demo", "--output", str(picture), "--n-jobs", "1"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    lines = captured.out.splitlines()

    assert re.search(r"^  6/6 fits, \d+\.\d fits/s, \d+\.\d s$", captured.out, re.MULTILINE)
    table = [line.split() for line in lines if re.match(r" +10 +[25] +5 +0\.\d{3} +0\.\d{3} +\d+\.\d\d", line)]
    assert [row[1] for row in table] == ["2", "5"]
    best = [row for row in table if row[-1] == "best"]
    assert len(best) == 1
    assert float(best[0][3]) == max(float(row[3]) for row in table)
    assert f"best parameters: n_components=10, window={best[0][1]}, n_negatives=5" in lines

    found = [re.fullmatch(r"held-out accuracy: (0\.\d{3})", line) for line in lines]
    (accuracy,) = [match.group(1) for match in found if match]
    rows = {line[:18].strip(): line[18:].split() for line in lines if re.search(r"0\.\d{3} +0\.\d{3}$", line)}
    assert {"word vectors", "TF-IDF", "TF-IDF + SVD", "majority class"} <= set(rows)
    assert rows["word vectors"][0] == rows["TF-IDF + SVD"][0] == "10"
    assert rows["word vectors"][-2] == accuracy
    assert float(rows["majority class"][-2]) < float(accuracy)
    assert re.search(r"^  war: +\w+(, \w+){6}$", captured.out, re.MULTILINE)
    assert f"Picture: {picture}" in lines
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert [path.name for path in tmp_path.iterdir()] == ["demo.png"]


def test_figures_of_the_demo_do_not_depend_on_the_number_of_processes(small_demo, tmp_path, capsys):
    figures = []
    for n_jobs in ("1", "2"):
        assert main(["demo", "--output", str(tmp_path / "demo.png"), "--n-jobs", n_jobs]) == 0
        figures.append(re.findall(r"0\.\d{3}|^best.*|^  war.*", capsys.readouterr().out, re.MULTILINE))
    assert len(figures[0]) > 10
    assert figures[0] == figures[1]


def test_no_address_is_on_both_sides_of_the_demos_splits(small_demo, tmp_path, monkeypatch):
    address_of = dict(zip(small_demo.data, small_demo.groups, strict=True))
    fitted = []

    def stop(self, X, y):
        fitted.append((self.cv, X))
        raise ValueError("seen enough")

    monkeypatch.setattr(GridSearchCV, "fit", stop)

    assert main(["demo", "--output", str(tmp_path / "demo.png")]) == 1
    ((folds, texts),) = fitted
    training_addresses = {address_of[text] for text in texts}
    assert 0 < len(training_addresses) < len(set(small_demo.groups))
    assert len(texts) == sum(group in training_addresses for group in small_demo.groups)
    for training, validation in folds:
        assert len(training) + len(validation) == len(texts)
        assert not {address_of[text] for text in texts[training]} & {address_of[text] for text in texts[validation]}


def test_demo_without_matplotlib_says_how_to_install_it(small_demo, tmp_path, monkeypatch, capsys):
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert main(["demo", "--output", str(tmp_path / "demo.png"), "--n-jobs", "1"]) == 0
    printed = capsys.readouterr().out
    assert "matplotlib is missing. To install it: pip install sklw2v[plot]" in printed
    assert re.search(r"^held-out accuracy: 0\.\d{3}$", printed, re.MULTILINE)
    assert list(tmp_path.iterdir()) == []


def test_demo_checks_its_output_before_any_work(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(demo, "load_presidents", lambda: pytest.fail("the corpus was read"))
    code, message = error_of(capsys, "demo", "--output", tmp_path / "demo.doc")
    assert code == 1
    assert ".png" in message
    code, message = error_of(capsys, "demo", "--output", tmp_path / "missing" / "demo.png")
    assert (code, message) == (1, f"{tmp_path / 'missing'}: the output's directory does not exist")


class _Contestant(list):
    """What `conclusion` asks of a fitted pipeline."""

    def __init__(self, n_columns):
        super().__init__([Bunch(n_features_in_=n_columns)])


@pytest.mark.parametrize(
    "n_right, expected",
    [
        ((90, 60, 50), "200 columns of word vectors beat 9 columns of TF-IDF: held-out accuracy is higher by 0.300"),
        ((50, 60, 90), "200 columns of TF-IDF + SVD beat 200 columns of word vectors: held-out accuracy is higher by"),
        ((60, 60, 50), "cannot be told apart on the held-out addresses: the former are right more often by 0.000"),
    ],
)
def test_conclusion_follows_from_the_figures(n_right, expected):
    contestants = {"word vectors": _Contestant(200), "TF-IDF": _Contestant(9), "TF-IDF + SVD": _Contestant(200)}
    # Ten addresses of ten paragraphs; the right answers are spread evenly over them.
    right = {name: np.arange(100) // 10 < n // 10 for name, n in zip(contestants, n_right, strict=True)}
    addresses = np.tile(np.arange(10), 10)
    assert expected in demo.conclusion(contestants, right, addresses)


def test_difference_that_one_address_makes_is_no_difference():
    contestants = {"word vectors": _Contestant(2), "TF-IDF": _Contestant(9), "TF-IDF + SVD": _Contestant(2)}
    addresses = np.repeat(np.arange(10), 10)
    right = {"word vectors": addresses == 0, "TF-IDF": addresses < 0, "TF-IDF + SVD": addresses < 0}
    sentence = demo.conclusion(contestants, right, addresses)
    assert sentence.startswith("2 columns of word vectors and 9 columns of TF-IDF cannot be told apart")
    assert "by 0.100 (standard error 0.100, by address)" in sentence


def test_progress_on_a_terminal_rewrites_one_line(monkeypatch, capsys):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(demo, "SECONDS_BETWEEN_REWRITES", 0.01)
    with demo.Progress(3) as scorer:
        for _ in range(3):
            assert scorer(Bunch(score=lambda X, y: 0.5), None, None) == 0.5
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1
    assert re.search(r"\r  3/3 fits, [\d.]+ fits/s, 0\.\d s +\n$", printed)
