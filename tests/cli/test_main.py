"""The program: its exit codes, and what it prints of errors."""

import io
import os
import subprocess
import sys

import pytest

import sklw2v
from sklw2v import SkipGramVectorizer, WordVectors
from sklw2v.cli import _demo as demo
from sklw2v.cli import main
from tests.cli.failures import error_of


@pytest.mark.slow
def test_module_runs_as_a_command():
    command = [sys.executable, "-m", "sklw2v", "--version"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    assert answer.stdout == f"sklw2v {sklw2v.__version__}\n"
    assert answer.stderr == ""


def test_missing_files_are_named(tmp_path, capsys):
    missing = tmp_path / "missing.txt"
    code, message = error_of(capsys, "train", missing, "-o", tmp_path / "v.txt")
    assert (code, message) == (1, f"{missing}: path does not exist")
    code, message = error_of(capsys, "neighbors", missing, "king")
    assert (code, message) == (1, f"{missing}: No such file or directory")
    code, message = error_of(capsys, "train", tmp_path, "-o", tmp_path / "v.txt")
    assert code == 1
    assert str(tmp_path) in message


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


@pytest.mark.slow
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


@pytest.mark.slow
def test_words_that_the_terminal_cannot_show_are_escaped(tmp_path):
    vectors = tmp_path / "v.txt"
    WordVectors(["wörter", "日本", "b"], [[1, 0], [1, 1], [0, 1]]).save_word2vec_format(vectors)

    def answer(word):
        command = [sys.executable, "-m", "sklw2v", "neighbors", str(vectors), word, "-n", "1"]
        environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
        done = subprocess.run(command, capture_output=True, env=environment, check=False)
        return done.returncode, done.stdout.decode("ascii"), done.stderr.decode("ascii")

    assert answer("b") == (0, "b\n  \\u65e5\\u672c   0.707\n", "")
    code, printed, errors = answer("worter")
    assert (code, printed) == (1, "")
    assert errors == "sklw2v: error: unknown word 'worter'; known words of a similar spelling: 'w\\xf6rter'\n"


def test_streams_that_are_strict_are_so_no_longer(vectors, monkeypatch):
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="strict") for _ in range(2)]
    monkeypatch.setattr(sys, "stdout", streams[0])
    monkeypatch.setattr(sys, "stderr", streams[1])
    WordVectors(["ä", "ö"], [[1, 0], [1, 1]]).save_npz(vectors)
    assert main(["neighbors", str(vectors), "ä"]) == 0
    assert main(["neighbors", str(vectors), "ü"]) == 1
    for stream in streams:
        stream.flush()
    assert streams[0].buffer.getvalue() == b"\\xe4\n  \\xf6   0.707\n"
    assert streams[1].buffer.getvalue() == b"sklw2v: error: unknown word '\\xfc'\n"
