"""The commands ``train`` and ``neighbors``."""

import gzip
import lzma
import os
import re
import threading
import warnings

import numpy as np
import pytest

from sklw2v import SkipGramVectorizer, WordVectors
from sklw2v.cli import main
from tests.cli.failures import error_of

SMALL = ["--n-components", "4", "--min-count", "1", "--random-state", "0"]


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


@pytest.mark.parametrize("suffix, compress", [("", bytes), (".gz", gzip.compress), (".xz", lzma.compress)])
@pytest.mark.parametrize(
    "name, options", [("v.txt", []), ("v.txt.gz", []), ("v.bin", []), ("v", ["--binary"]), ("v.npz", [])]
)
def test_neighbors_of_trained_vectors_are_of_the_same_topic(corpus, suffix, compress, name, options, tmp_path, capsys):
    source, target = tmp_path / f"source.txt{suffix}", tmp_path / name
    source.write_bytes(compress(corpus.read_bytes()))
    assert main(["train", str(source), "-o", str(target), *SMALL, *options]) == 0
    captured = capsys.readouterr()
    assert re.fullmatch(rf"10 words of 4 components in \d+\.\d s: {re.escape(str(target))}\n", captured.out)
    assert re.match(r"\[SkipGramVectorizer\] +\d+\.\d s  100 documents", captured.err)
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


@pytest.mark.parametrize("name", ["v.npz", "v.bin", "v.txt.gz", "v.bin.gz"])
def test_endings_in_upper_case_are_those_in_lower_case(corpus, name, tmp_path):
    main(["train", str(corpus), "-o", str(tmp_path / name), *SMALL])
    main(["train", str(corpus), "-o", str(tmp_path / name.upper()), *SMALL])
    assert (tmp_path / name).read_bytes() == (tmp_path / name.upper()).read_bytes()
    assert main(["neighbors", str(tmp_path / name.upper()), "apple"]) == 0


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
    "options, named",
    [
        (["--window", "0"], "window"),
        (["--n-components", "0"], "n_components"),
        (["--n-negatives", "0"], "n_negatives"),
        (["--min-count", "-1"], "min_count"),
        (["--min-count", "1000"], "min_count"),
        (["--max-iter", "-1"], "max_iter"),
        (["--subsample", "-1"], "subsample"),
        (["--loss", "softmax"], "loss='softmax'"),
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
    assert (code, message) == (1, f"{tmp_path / 'missing' / 'v.txt'}: the directory of the file does not exist")
    code, message = error_of(capsys, "train", corpus, "-o", tmp_path)
    assert (code, message) == (1, f"{tmp_path}: expected a file to write, got a directory")
    for ending in (".xz", ".bz2", ".zst", ".zip", ".XZ"):
        code, message = error_of(capsys, "train", corpus, "-o", tmp_path / f"v.txt{ending}")
        assert code == 1
        assert "expected a name that ends in .gz, or one of a file that is not compressed" in message
    code, message = error_of(capsys, "train", corpus, "-o", tmp_path / ("v" * 256))
    assert code == 1
    assert "the name of the file is too long; most file systems take 255 bytes" in message
    code, message = error_of(capsys, "train", corpus, "-o", tmp_path / "v.npz.gz")
    assert code == 1
    assert "expected a name that ends in .npz, without .gz" in message
    code, message = error_of(capsys, "train", corpus, "-o", tmp_path / "v.npz", "--binary")
    assert code == 1
    assert "--binary is for word2vec's format" in message
    (tmp_path / "link").symlink_to(corpus)
    code, message = error_of(capsys, "train", corpus, "-o", tmp_path / "link")
    assert (code, message) == (1, f"{tmp_path / 'link'}: the output would replace the corpus")
    code, message = error_of(capsys, "train", corpus, "-o", corpus)
    assert (code, message) == (1, f"{corpus}: the output would replace the corpus")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    code, message = error_of(capsys, "train", corpus, "-o", tmp_path / "v.txt")
    assert (code, message) == (1, f"{tmp_path / 'v.txt'}: the directory of the file is not writable")


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


def test_a_name_in_npz_gets_words_and_counts_in_numpys_format(corpus, tmp_path):
    assert main(["train", str(corpus), "-o", str(tmp_path / "v.npz"), *SMALL, "--quiet"]) == 0
    assert main(["train", str(corpus), "-o", str(tmp_path / "v.txt"), *SMALL, "--quiet"]) == 0
    written, text = WordVectors.load_npz(tmp_path / "v.npz"), WordVectors.load_word2vec_format(tmp_path / "v.txt")
    assert written.words == text.words
    np.testing.assert_array_equal(written.vectors, text.vectors)
    assert written.counts.tolist() == [50] * 10


@pytest.mark.parametrize(
    "pattern, name, message",
    [
        ("[a-z]+ [a-z]+", "v.txt", "word2vec's text files need words that are not empty and have no whitespace, got"),
        (
            "[a-z]+ [a-z]+",
            "v.bin",
            "word2vec's binary files need words .* no whitespace and no control characters, got",
        ),
        ("[a-z]+.", "v.bin", r"word2vec's binary files need words .*, got '\w+.x1b'"),
    ],
)
def test_words_that_the_format_cannot_hold_are_told_before_training(tmp_path, capsys, pattern, name, message):
    (tmp_path / "corpus.txt").write_text("red wine white wine\nred\x1bwhite\x1bred\x1b\n" * 5, encoding="utf-8")
    arguments = ["train", str(tmp_path / "corpus.txt"), "--n-components", "1", "--min-count", "1"]
    assert main([*arguments, "-o", str(tmp_path / name), "--token-pattern", pattern]) == 1
    captured = capsys.readouterr()
    assert "documents" in captured.err
    assert "start from" not in captured.err
    assert re.search(f"{message}.*; a .npz file can hold it\n$", captured.err)
    assert not (tmp_path / name).exists()
    assert main([*arguments, "-o", str(tmp_path / "v.npz"), "--token-pattern", pattern, "--quiet"]) == 0
    assert WordVectors.load_npz(tmp_path / "v.npz").counts.sum() > 0


def test_words_that_npz_files_cannot_hold_are_told_before_training(tmp_path, capsys):
    (tmp_path / "corpus.txt").write_text("a\0 b\0 c\0\n" * 5, encoding="utf-8")
    arguments = ["train", tmp_path / "corpus.txt", "--n-components", "1", "--split", "--quiet"]
    code, message = error_of(capsys, *arguments, "-o", tmp_path / "v.npz")
    assert code == 1
    assert "hold no word that ends with a NUL character" in message
    assert main([*map(str, arguments), "-o", str(tmp_path / "v.txt")]) == 0


def test_a_name_of_255_bytes_is_written(corpus, tmp_path):
    name = "ä" * 125 + ".txt" + "x"
    assert len(name.encode()) == 255
    assert main(["train", str(corpus), "-o", str(tmp_path / name), *SMALL, "--quiet"]) == 0
    assert len(WordVectors.load_word2vec_format(tmp_path / name)) == 10
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["corpus.txt", name])


@pytest.mark.parametrize(
    "save",
    [
        WordVectors.save_word2vec_format,
        lambda wv, path: wv.save_word2vec_format(path, binary=True),
        WordVectors.save_glove_format,
        WordVectors.save_npz,
    ],
)
def test_neighbors_tell_the_format_by_what_a_file_holds(vectors, tmp_path, capsys, save):
    save(WordVectors.load_word2vec_format(vectors), tmp_path / "v.any")
    assert main(["neighbors", str(tmp_path / "v.any"), "-n", "2", "king"]) == 0
    assert capsys.readouterr().out == "king\n  man     0.894\n  queen   0.800\n"


@pytest.mark.parametrize("header", [b"", b"3 2\n"])
def test_neighbors_read_files_of_cut_words_if_asked_to(tmp_path, capsys, header):
    path = tmp_path / "v"
    path.write_bytes(header + b"caf\xc3 1 0\nb 1 1\nb 1 2\n")
    assert error_of(capsys, "neighbors", path, "b")[0] == 1
    assert error_of(capsys, "neighbors", path, "b", "--duplicates", "drop")[0] == 1
    options = ["--duplicates", "drop", "--unicode-errors", "replace"]
    assert main(["neighbors", str(path), "b", *options]) == 0
    assert capsys.readouterr().out == "b\n  caf\ufffd   0.707\n"


def test_a_warning_is_one_line(tmp_path, capsys):
    (tmp_path / "v").write_bytes(b"a 1 0\n 1 1\nb 1 2\n")
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        assert main(["neighbors", str(tmp_path / "v"), "a"]) == 0
    captured = capsys.readouterr()
    assert captured.out == "a\n  b   0.447\n"
    expected = f"sklw2v: warning: 1 row without a word was skipped, the first at {tmp_path / 'v'}, line 2\n"
    assert captured.err == expected


def test_a_warning_of_training_is_one_line(corpus, tmp_path, capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        arguments = ["train", str(corpus), "-o", str(tmp_path / "v"), *SMALL, "--n-components", "11", "--quiet"]
        assert main(arguments) == 0
    errors = capsys.readouterr().err
    assert errors.startswith("sklw2v: warning: n_components=11 is more than the 10 words of the vocabulary.")
    assert errors.count("\n") == 1


def test_what_is_no_file_of_vectors_is_told(tmp_path, capsys):
    (tmp_path / "v").write_bytes(b"\x80\x04\x95abc")
    code, message = error_of(capsys, "neighbors", tmp_path / "v", "king")
    assert code == 1
    assert "line 1: expected the header" in message
    assert "a pickle, such as gensim's save writes" in message


@pytest.mark.parametrize("options", [[], ["--binary"]])
def test_neighbors_of_a_pipe_are_those_of_the_format_that_is_named(options, vectors, tmp_path, capsys):
    WordVectors.load_word2vec_format(vectors).save_word2vec_format(tmp_path / "v", binary=bool(options))
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=lambda: (tmp_path / "pipe").write_bytes((tmp_path / "v").read_bytes()))
    writer.start()
    assert main(["neighbors", str(tmp_path / "pipe"), *options, "-n", "1", "king"]) == 0
    writer.join()
    assert capsys.readouterr().out == "king\n  man   0.894\n"
