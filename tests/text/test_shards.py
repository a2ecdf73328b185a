import bz2
import codecs
import os
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joblib import parallel_config
from threadpoolctl import threadpool_limits

from sklw2v import LineDocuments, SkipGramVectorizer
from sklw2v.text import _shards
from sklw2v.text._analysis import make_analyzer
from sklw2v.text._line_documents import LinesOfFile, cut
from sklw2v.text._shards import encode
from tests.text.corpora import TEXT, encode_text

SENTENCES = ["the king of the sea", "", "a queen", "the sea and the king", "Émile saw 漢字", "sea of sea", "a new word"]
analyze = make_analyzer("word", **TEXT)


class Threads(ThreadPoolExecutor):
    def shutdown(self, wait=True, kill_workers=False):
        super().shutdown(wait)


@pytest.fixture
def tiny_parts(monkeypatch):
    """Every document a part, and other threads, in place of processes, from the second part on."""
    monkeypatch.setattr(_shards, "ProcessPoolExecutor", Threads)
    monkeypatch.setattr(_shards, "PART_SIZE", 8)
    monkeypatch.setattr(_shards, "PART_LINES", 1)
    monkeypatch.setattr(_shards, "START_SECONDS", -1)


def write(path, content):
    path.write_bytes(content)
    return path


def assert_equal(result, expected):
    (tokens, vocabulary), (expected_tokens, expected_vocabulary) = result, expected
    np.testing.assert_array_equal(tokens.ids, expected_tokens.ids)
    np.testing.assert_array_equal(tokens.offsets, expected_tokens.offsets)
    assert tokens.ids.dtype == np.int32
    assert tokens.offsets.dtype == np.int64
    assert list(vocabulary.items()) == list(expected_vocabulary.items())


pieces = st.sampled_from(
    [b"\n", b"\r\n", b"\r", b"ab", b" ", "é".encode(), "漢".encode(), b"\xff", b"\xe6\xbc", b"\x85"]
)
contents = st.tuples(st.sampled_from([b"", codecs.BOM_UTF8]), st.lists(pieces, max_size=30).map(b"".join)).map(b"".join)


@given(contents, st.integers(1, 20), st.sampled_from(["replace", "ignore"]), st.sampled_from(["utf-8", "latin-1"]))
def test_the_lines_of_all_parts_are_those_of_the_file(tmp_path_factory, content, n_bytes, errors, encoding):
    path = write(tmp_path_factory.mktemp("cut") / "corpus.txt", content)
    documents = LineDocuments(path, encoding=encoding, errors=errors)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of carriage returns
        expected = list(documents)
    parts = cut(documents, n_bytes)
    assert [part.begin for part in parts] == [0, *(part.end for part in parts)][: len(parts)]
    assert sum(part.end - part.begin for part in parts) == len(content)
    if len(parts) > 1 or not content.startswith(codecs.BOM_UTF8):  # a file of a mark alone has one empty document
        assert [line for part in parts for line in part] == expected


def test_parts_are_as_long_as_asked_for(tmp_path):
    parts = cut(LineDocuments(write(tmp_path / "corpus.txt", b"abc def\n" * 100)), 80)
    assert [part.end - part.begin for part in parts] == [80] * 10


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-8-sig", "shift-jis", "utf-7", "cp037"])
def test_files_in_other_encodings_are_not_cut(tmp_path, encoding):
    path = write(tmp_path / "corpus.txt", "one\ntwo\n".encode(encoding))
    assert cut(LineDocuments(path, encoding=encoding), 2) is None


def test_compressed_files_are_not_cut(tmp_path):
    assert cut(LineDocuments(write(tmp_path / "corpus.txt.bz2", bz2.compress(b"one\ntwo\n"))), 2) is None


def test_a_part_of_a_file_that_became_shorter_is_an_error(tmp_path):
    path = write(tmp_path / "corpus.txt", b"one\ntwo\n")
    with pytest.raises(OSError, match=r"corpus\.txt' has become shorter while it was read"):
        list(LinesOfFile(str(path), "utf-8", "strict", 4, 9))


def test_parts_are_found_from_any_working_directory(tmp_path, monkeypatch):
    write(tmp_path / "corpus.txt", b"one\ntwo\n")
    monkeypatch.chdir(tmp_path)
    parts = cut(LineDocuments("corpus.txt"), 4)
    monkeypatch.chdir("/")
    assert [list(part) for part in parts] == [["one"], ["two"]]


def test_a_part_is_of_the_file_that_the_system_finds(tmp_path):
    (tmp_path / "far" / "away").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "far" / "away")
    write(tmp_path / "far" / "corpus.txt", b"right\nright\n")
    write(tmp_path / "corpus.txt", b"wrong\nwrong\n")
    for path in (tmp_path / "link" / ".." / "corpus.txt", os.fsencode(tmp_path / "link" / ".." / "corpus.txt")):
        documents = LineDocuments(path)
        assert [line for part in cut(documents, 2) for line in part] == list(documents) == ["right"] * 2


def test_files_with_error_handlers_of_users_are_not_cut(tmp_path):
    codecs.register_error("swallow", lambda error: ("", error.end + 1))
    path = write(tmp_path / "corpus.txt", b"one\xff\ntwo\n")
    assert cut(LineDocuments(path, errors="swallow"), 2) is None
    assert cut(LineDocuments(path, errors="backslashreplace"), 2) is not None


def inputs(directory):
    text = "\n".join(SENTENCES).encode()
    yield LineDocuments(write(directory / "corpus.txt", text))
    yield LineDocuments(write(directory / "corpus.txt.bz2", bz2.compress(text)))
    yield LineDocuments(write(directory / "empty.txt.bz2", bz2.compress(b"")))
    yield LineDocuments(write(directory / "empty.txt", b""))
    yield SENTENCES
    yield tuple(SENTENCES)
    yield np.array(SENTENCES)
    yield np.array(SENTENCES, dtype=object)
    yield pd.Series(SENTENCES, index=range(7, 0, -1))
    yield [sentence.encode() for sentence in SENTENCES]
    yield []
    yield ["", "", ""]


@pytest.mark.parametrize("number", range(12))
@pytest.mark.parametrize("unknown", ["drop", "keep", "add"])
@pytest.mark.parametrize("vocabulary", [None, {"sea": 0, "king": 1, "absent": 2}])
def test_parts_are_joined_to_what_one_process_reads(tmp_path, tiny_parts, number, unknown, vocabulary):
    X = list(inputs(tmp_path))[number]
    given = None if vocabulary is None else dict(vocabulary)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = encode(X, analyze, given, unknown, n_jobs=3)
    assert_equal(result, encode(X, analyze, vocabulary, unknown))
    assert given == vocabulary
    assert (result[1] is given) == (given is not None and unknown != "add")


def test_other_threads_read(tmp_path, tiny_parts):
    readers = set()

    def analyze(text):
        readers.add(threading.get_ident())
        return text.split()

    every = list(inputs(tmp_path))
    for X in every[:2] + every[4:10]:
        readers.clear()
        encode(X, analyze, n_jobs=2)
        assert len(readers) > 1
        assert threading.get_ident() in readers


def test_few_parts_are_held_at_a_time():
    taken = []
    parts = (taken.append(number) or _shards.Part([f"word{number}"], 1.0) for number in range(50))
    results = _shards._in_turn(Threads(2), parts, str.split, 4)
    for number in range(3):
        tokens, words = next(results)
        assert words == [f"word{number}"]
        assert len(tokens.ids) == 1
        assert len(taken) == 4 + number


class Recorder:
    """In place of processes: an error where they are asked for. `encode` makes a warning of it, the tests an error."""

    def __init__(self, *arguments, **options):
        raise AssertionError("processes were started")


@pytest.mark.parametrize("X", [SENTENCES * 100, (s for s in SENTENCES), [["a", "list"]] * 10_000, {"a": 1}.keys()])
def test_no_process_starts_for_what_is_small_or_no_text(monkeypatch, X):
    monkeypatch.setattr(_shards, "ProcessPoolExecutor", Recorder)
    passthrough = make_analyzer("passthrough") if isinstance(X, list) and isinstance(X[0], list) else analyze
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        encode(X, passthrough, n_jobs=2)


def test_files_are_read_here(tmp_path, monkeypatch):
    monkeypatch.setattr(_shards, "ProcessPoolExecutor", Recorder)
    monkeypatch.setattr(_shards, "PART_SIZE", 1)
    monkeypatch.setattr(_shards, "START_SECONDS", -1)
    names = [str(write(tmp_path / f"{number}.txt", b"some words")) for number in range(3)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tokens, _ = encode(names, make_analyzer("word", **{**TEXT, "input": "filename"}), n_jobs=2)
    assert len(tokens.ids) == 6


def test_no_process_starts_where_the_rest_is_read_sooner(monkeypatch, tmp_path):
    monkeypatch.setattr(_shards, "ProcessPoolExecutor", Recorder)
    monkeypatch.setattr(_shards, "PART_SIZE", 8)
    path = write(tmp_path / "corpus.txt", "\n".join(SENTENCES).encode())
    assert_equal(encode(LineDocuments(path), analyze, n_jobs=2), encode_text(SENTENCES))


def test_where_others_fail_all_is_read_here_with_a_warning(tiny_parts):
    here = threading.get_ident()

    def analyze(text):
        if threading.get_ident() != here:
            raise MemoryError("too small")
        return text.split()

    expected = encode(SENTENCES, analyze)
    with pytest.warns(
        UserWarning, match=r"n_jobs=2: reading in other processes failed, and X was read in this one: Mem"
    ):
        assert_equal(encode(SENTENCES, analyze, n_jobs=2), expected)


def test_where_others_find_other_tokens_all_is_read_here_with_a_warning(tiny_parts):
    here = threading.get_ident()

    def analyze(text):
        words = text.split()
        return words if threading.get_ident() == here else words[::-1]

    expected = encode(SENTENCES, analyze)
    with pytest.warns(UserWarning, match="the analyzer finds other tokens there"):
        assert_equal(encode(SENTENCES, analyze, n_jobs=2), expected)


@pytest.mark.parametrize("backend", ["threading", "sequential"])
def test_without_other_processes_for_parts_all_is_read_here(monkeypatch, backend):
    monkeypatch.setattr(_shards, "ProcessPoolExecutor", Recorder)
    monkeypatch.setattr(_shards, "PART_SIZE", 8)
    monkeypatch.setattr(_shards, "START_SECONDS", -1)
    with warnings.catch_warnings(), parallel_config(backend=backend):
        warnings.simplefilter("error")
        assert_equal(encode(SENTENCES, analyze, n_jobs=2), encode(SENTENCES, analyze))


class Lower(list):
    def __iter__(self):
        return (text.lower() for text in super().__iter__())


def test_a_list_with_an_iteration_of_its_own_is_iterated(tiny_parts):
    documents = Lower(["The King", "The Queen", "A Sea"])
    _, vocabulary = encode(documents, str.split, n_jobs=2)
    assert list(vocabulary) == ["the", "king", "queen", "a", "sea"]


@pytest.mark.parametrize("suffix", [".txt", ".txt.bz2"])
def test_an_error_names_the_line_of_the_whole_file(tmp_path, tiny_parts, suffix):
    text = b"one\ntwo\nthree\nfour\nfi\xffve\nsix\nseven\n"
    path = write(tmp_path / f"corpus{suffix}", bz2.compress(text) if suffix.endswith("bz2") else text)
    with pytest.raises(UnicodeDecodeError, match=r"line 5 of"):
        encode(LineDocuments(path), analyze, n_jobs=2)


def test_an_error_names_the_document(tiny_parts):
    def analyze(text):
        if text == "sea of sea":
            raise ValueError("no tokens")
        return text.split()

    with pytest.raises(ValueError, match="X: document 5: no tokens"):
        encode(SENTENCES, analyze, n_jobs=2)


def test_a_damaged_file_is_an_error(tmp_path, tiny_parts, monkeypatch):
    monkeypatch.setattr(_shards, "PART_LINES", 1000)
    lines = "".join(f"line {number} {os.urandom(20).hex()}\n" for number in range(40_000)).encode()
    path = write(tmp_path / "corpus.txt.bz2", bz2.compress(lines)[:-1000])
    with pytest.raises(OSError, match="cannot be decompressed beyond line"):
        encode(LineDocuments(path), analyze, n_jobs=2)


def words_of(folder, text):
    (folder / str(os.getpid())).touch()
    return text.split()


@pytest.mark.slow
def test_processes_read_and_bits_stay_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(_shards, "START_SECONDS", -1)
    monkeypatch.setattr(_shards, "PART_SIZE", 1 << 14)
    rng = np.random.RandomState(0)
    lines = [" ".join(f"w{word}" for word in rng.zipf(1.5, 30) % 500) for _ in range(2000)]
    documents = LineDocuments(write(tmp_path / "corpus.txt", "\n".join(lines).encode()))
    readers = tmp_path / "readers"
    readers.mkdir()
    analyze = partial(words_of, readers)
    with threadpool_limits(8, user_api="openmp"):  # on a machine of one processor too
        fits = [
            SkipGramVectorizer(analyzer=analyze, n_jobs=n, max_iter=1, n_components=8, random_state=0).fit(documents)
            for n in (1, 2)
        ]
    others = {path.name for path in readers.iterdir()} - {str(os.getpid())}
    assert 1 <= len(others) <= 2  # one may have read all before the other has started
    assert fits[0].vocabulary_ == fits[1].vocabulary_
    np.testing.assert_array_equal(*(fit.center_vectors_ for fit in fits))

    lock = threading.Lock()  # which cannot be copied

    def locked(text):
        with lock:
            return analyze(text)

    for path in readers.iterdir():
        path.unlink()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        encode(documents, locked, n_jobs=2)
    assert [path.name for path in readers.iterdir()] == [str(os.getpid())]


@pytest.mark.usefixtures("tiny_parts")
def test_processes_are_killed_only_with_no_part_on_its_way(monkeypatch):
    # loky's thread fails, and its processes stay, where parts are thrown away that it has not handed over
    shutdowns = []

    class Executor(Threads):
        def __init__(self, n_jobs):
            super().__init__(1)
            self.futures = []

        def submit(self, *args):
            self.futures.append(super().submit(*args))
            return self.futures[-1]

        def shutdown(self, wait=True, kill_workers=False):
            shutdowns.append((kill_workers, wait, all(future.running() or future.done() for future in self.futures)))
            super().shutdown(wait)

    monkeypatch.setattr(_shards, "ProcessPoolExecutor", Executor)
    encode(SENTENCES, str.split, n_jobs=2)
    caller = threading.get_ident()

    def fails_elsewhere(text):
        if threading.get_ident() != caller:
            time.sleep(0.2)
            raise OSError("elsewhere")
        return text.split()

    with pytest.warns(UserWarning, match="elsewhere"):
        encode(SENTENCES, fails_elsewhere, n_jobs=2)
    assert shutdowns == [(True, True, True), (False, False, True)]
