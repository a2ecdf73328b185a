"""Files of word vectors in any format: how they are written, and what is damaged, hostile or too large."""

import gzip
import os
import random
import subprocess
import sys
import threading
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sklw2v import WordVectors
from sklw2v.utils import _files
from sklw2v.word_vectors.formats import _npz, _rows, write_word2vec_format
from tests.word_vectors.formats import fuzz_formats
from tests.word_vectors.formats.fuzz_formats import load_binary
from tests.word_vectors.oracles import FAMILY, FAMILY_VECTORS, archive, npy, random_word_vectors


def test_equal_vectors_are_compressed_to_equal_bytes(family, tmp_path):
    family.save_word2vec_format(tmp_path / "a.gz")
    family.save_word2vec_format(tmp_path / "b.gz")
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()
    assert (tmp_path / "a.gz").read_bytes()[4:8] == bytes(4)  # no time of writing
    assert gzip.decompress((tmp_path / "a.gz").read_bytes()).startswith(b"5 3\nking 3 1 0\n")


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

    monkeypatch.setattr(os, "replace", fail)
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
            write_word2vec_format(path, FAMILY, FAMILY_VECTORS.view(Breaking), binary)
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
    row = b"a " + np.array([1, 2], "<f4").tobytes()
    rows = [row, row] if binary else [b"a 1 2\n", b"a 1 2\n"]
    path.write_bytes(gzip.compress(b"2 2\n" + b"".join(rows)))
    place = "row 2 at byte 14" if binary else "line 3"
    with pytest.raises(ValueError, match=rf"v\.gz, {place}: the word 'a' is a duplicate"):
        WordVectors.load_word2vec_format(path, binary=binary)


DAMAGED_WORDS = [b"caf\xc3", b"a", "é".encode(), b"a", b"caf\xc3", "é".encode()]


@pytest.mark.parametrize("kind", ["text", "binary", "GloVe"])
def test_files_of_programs_that_cut_words_are_read_if_asked_for(tmp_path, kind):
    """word2vec cuts words at 100 bytes and GloVe at 1,000: in the middle of a character, and to equal words."""
    vectors = np.arange(12, dtype="<f4").reshape(6, 2)
    if kind == "binary":
        rows = [word + b" " + vector.tobytes() for word, vector in zip(DAMAGED_WORDS, vectors, strict=True)]
    else:
        rows = [b"%b %d %d\n" % (word, *vector) for word, vector in zip(DAMAGED_WORDS, vectors, strict=True)]
    (tmp_path / "v").write_bytes(b"6 2\n" * (kind != "GloVe") + b"".join(rows))

    def load(**options):
        if kind == "GloVe":
            return WordVectors.load_glove_format(tmp_path / "v", **options)
        return WordVectors.load_word2vec_format(tmp_path / "v", binary=kind == "binary", **options)

    wv = load(duplicates="drop", unicode_errors="replace")
    assert wv.words == ["caf\ufffd", "a", "é"]
    np.testing.assert_array_equal(wv.vectors, vectors[:3])
    assert load(duplicates="drop", unicode_errors="ignore").words == ["caf", "a", "é"]
    place = {"text": "line 5", "binary": "row 4 at byte ", "GloVe": "line 4"}[kind]
    with pytest.raises(
        ValueError, match=f"{place}.*the word 'a' is a duplicate of .*; duplicates='drop' keeps the first"
    ):
        load(unicode_errors="replace")
    with pytest.raises(ValueError, match=r"the word b'caf\\xc3' is not UTF-8"):
        load(duplicates="drop")
    with pytest.raises(ValueError, match="duplicates='first': expected one of 'raise', 'drop'"):
        load(duplicates="first")
    for unicode_errors in ("Strict!", None, 3):
        with pytest.raises(ValueError, match=r"unicode_errors=.*: expected 'strict', 'ignore' or 'replace'"):
            load(unicode_errors=unicode_errors)


def test_a_line_is_not_read_beyond_its_longest(tmp_path, monkeypatch):
    monkeypatch.setattr(_files, "LINE_BYTES", 20)
    (tmp_path / "v").write_bytes(b"2 2\na 1 2\nb 1.00000000000000000 2")
    with pytest.raises(ValueError, match="v, line 3: the line is longer than 20 bytes"):
        WordVectors.load_word2vec_format(tmp_path / "v")
    (tmp_path / "v").write_bytes(b"a 1 2\nb 1.00000000000000 2\n")
    with pytest.raises(ValueError, match="v, line 2: the line is longer than 20 bytes"):
        WordVectors.load_glove_format(tmp_path / "v")
    (tmp_path / "v").write_bytes(b"a b 2\nb a 1.0000000000000000")
    with pytest.raises(ValueError, match="v, line 2: the line is longer than 20 bytes"):
        WordVectors(["a", "b"], np.eye(2)).evaluate_word_pairs(tmp_path / "v")
    (tmp_path / "v").write_bytes(b"a 1 2\nb 1.0000000000000 2\n")
    assert WordVectors.load_glove_format(tmp_path / "v").words == ["a", "b"]  # 20 bytes with the newline


@pytest.mark.parametrize(
    "save", [WordVectors.save_word2vec_format, WordVectors.save_glove_format, WordVectors.save_npz]
)
def test_what_is_too_long_to_be_read_again_is_not_written(tmp_path, monkeypatch, save):
    monkeypatch.setattr(_rows, "N_COMPONENTS", 2)
    monkeypatch.setattr(_rows, "WORD_BYTES", 8)
    monkeypatch.setattr(_npz, "N_CHARACTERS", 8)
    save(WordVectors(["12345678"], [[1, 2]]), tmp_path / "v")
    with pytest.raises(ValueError, match="hold vectors of up to 2 numbers, got 3"):
        save(WordVectors(["a"], [[1, 2, 3]]), tmp_path / "v")
    with pytest.raises(ValueError, match=r"hold words of up to 8 (bytes|characters), got"):
        save(WordVectors(["123456789"], [[1, 2]]), tmp_path / "v")


@pytest.mark.parametrize("limit, error", [(0, ValueError), (-1, ValueError), (2.0, TypeError), ("3", TypeError)])
@pytest.mark.parametrize(
    "load", [WordVectors.load_word2vec_format, WordVectors.load_glove_format, WordVectors.load_npz]
)
def test_the_number_of_words_to_read_must_be_a_positive_integer(tmp_path, load, limit, error):
    with pytest.raises(error, match="limit"):
        load(tmp_path / "absent", limit=limit)


@pytest.mark.parametrize("ending", [".xz", ".bz2", ".zip"])
def test_compressions_that_are_not_done_are_refused(tmp_path, ending):
    path = tmp_path / f"vectors{ending}"
    with pytest.raises(ValueError, match=r"expected a name that ends in \.gz"):
        WordVectors(["king"], [[2, 1]]).save_glove_format(path)
    assert not path.exists()
    path.write_text("king 2 1\n")
    with pytest.raises(ValueError, match=r"expected a name that ends in \.gz"):
        WordVectors.load_glove_format(path)


def test_files_keep_their_mode_and_pipes_stay_pipes(tmp_path):
    wv, path, pipe = WordVectors(["king"], [[2, 1]]), tmp_path / "private.txt", tmp_path / "pipe"
    path.touch(mode=0o600)
    wv.save_word2vec_format(path)
    assert path.stat().st_mode & 0o777 == 0o600
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: found.append(pipe.read_bytes()))
    found = []
    reader.start()
    wv.save_word2vec_format(pipe)
    reader.join()
    assert found == [path.read_bytes()]
    assert pipe.is_fifo()


# Files that promise more than they hold.


def test_what_expands_far_beyond_its_size_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(_files, "EXPANSION_BYTES", 10_000)
    for module in (_files, _npz):
        monkeypatch.setattr(module, "EXPANSION", 20)
    wv = WordVectors([f"w{i}" for i in range(1000)], np.zeros((1000, 300)))
    for load, save in (
        (WordVectors.load_word2vec_format, WordVectors.save_word2vec_format),
        (WordVectors.load_glove_format, WordVectors.save_glove_format),
    ):
        save(wv, tmp_path / "v.gz")
        with pytest.raises(ValueError, match=r"v\.gz expands to more than [\d,]+ bytes, 20 times its size"):
            load(tmp_path / "v.gz")
        random_word_vectors().save_word2vec_format(tmp_path / "v.gz")
        assert len(WordVectors.load_word2vec_format(tmp_path / "v.gz")) == 300
    archive(tmp_path / "v", words=npy(np.array(wv.words)), vectors=npy(wv.vectors))
    with pytest.raises(ValueError, match="array 'vectors' expands to 1,200,000 bytes and more than 20 times the size"):
        WordVectors.load_npz(tmp_path / "v")
    words = np.array([f"{i:03d}" + "a" * 20_000 for i in range(100)])
    archive(tmp_path / "v", words=npy(words), vectors=npy(np.zeros((100, 1))))
    with pytest.raises(ValueError, match=r"array 'words' expands to [0-9,]+ bytes and more than 20 times the size"):
        WordVectors.load_npz(tmp_path / "v")
    wv.save_npz(tmp_path / "v")  # vectors as large as they are
    assert WordVectors.load_npz(tmp_path / "v").words == wv.words


BOMBS = """
import resource, sys
import numpy as np
from pathlib import Path
from sklw2v import WordVectors

WordVectors(["a"], [[1]]).most_similar("a")
pages = int(Path("/proc/self/statm").read_text().split()[0])
limit = pages * resource.getpagesize() + (220 << 20)
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
for name in sys.argv[1:]:
    path = Path(name)
    for load in (
        WordVectors.load_word2vec_format,
        lambda path: WordVectors.load_word2vec_format(path, binary=True),
        WordVectors.load_glove_format,
        WordVectors.load_npz,
        WordVectors(["a"], [[1]]).evaluate_word_pairs,
        WordVectors(["a"], [[1]]).evaluate_word_analogies,
    ):
        try:
            load(path)
        except ValueError as error:
            assert str(path) in str(error), error
        else:
            raise AssertionError(f"{path} was read")
try:
    bytearray(240 << 20)
except MemoryError:
    print("bounded")
"""


@pytest.mark.slow
def test_hostile_files_are_errors_in_bounded_memory(tmp_path):
    """Every reader reads every file, with 220 MiB to spare: 64 MiB is what a small compressed file may expand to."""
    pytest.importorskip("resource")
    if not Path("/proc/self/statm").exists():
        pytest.skip("no way to learn the size of a process here")
    zeros = bytes(1 << 20)

    def write_compressed(name, start, block, n_blocks):
        with gzip.open(tmp_path / name, "wb", compresslevel=1) as file:
            file.write(start)
            for _ in range(n_blocks):
                file.write(block)

    (tmp_path / "header.txt").write_bytes(b"1000000000000 3\na 1 2 3\n")
    (tmp_path / "wide.txt").write_bytes(b"1 1000000\na 1 2 3\n")
    (tmp_path / "both.bin").write_bytes(b"1000000000000 1000000\na " + zeros)
    (tmp_path / "line.txt").write_bytes(b"1 3\na" + b" 1" * (30 << 20))
    (tmp_path / "row.txt").write_bytes(b"1 1000000\na" + b" 1" * (30 << 20))
    (tmp_path / "long.txt").write_bytes(b"1 2\na" + b" 11" * (5 << 20))
    (tmp_path / "blankless.bin").write_bytes(b"1 3\n" + b"a" * (60 << 20))
    write_compressed("line.gz", b"1 3\na", b" 1" * (1 << 19), 240)
    write_compressed("rows.gz", b"1000000000000 1000000\na ", zeros, 240)
    vectors = npy(np.zeros((1, 1), "f4"), shape=f"({240 << 8}, 1024)")
    padded = npy(np.array([], "U1"), shape=f"({240 << 8},)", descr="'<U1024'")
    for name in ("vectors.npz", "words.npz"):
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
            with file.open("words.npy", "w") as member:
                member.write(padded if name == "words.npz" else npy(np.arange(240 << 8)))
                for _ in range(240 * (name == "words.npz")):
                    member.write(zeros)
            with file.open("vectors.npy", "w") as member:
                member.write(vectors[:-4])
                for _ in range(240):
                    member.write(zeros)
    names = [str(path) for path in sorted(tmp_path.iterdir())]
    assert len(names) == 11
    done = subprocess.run([sys.executable, "-c", BOMBS, *names], capture_output=True, text=True, check=False)
    assert done.stdout == "bounded\n", done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("kind", ["text", "binary", "GloVe", "npz"])
def test_reading_takes_a_few_times_the_size_of_the_vectors(tmp_path, kind, suffix):
    wv = random_word_vectors(5000, 50)
    path = tmp_path / f"v{suffix}" if kind != "npz" else tmp_path / "v"
    save, load = {
        "text": (wv.save_word2vec_format, WordVectors.load_word2vec_format),
        "binary": (lambda path: wv.save_word2vec_format(path, binary=True), load_binary),
        "GloVe": (wv.save_glove_format, WordVectors.load_glove_format),
        "npz": (wv.save_npz, WordVectors.load_npz),
    }[kind]
    save(path)
    tracemalloc.start()
    load(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 * wv.vectors.nbytes + 400 * len(wv) + (6 << 20)


# Damage of any kind. `fuzz_formats.py` goes on with it for as long as one likes.


@pytest.fixture(scope="module")
def forms(tmp_path_factory):
    return fuzz_formats.formats(tmp_path_factory.mktemp("seeds"))


@settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**64), data=st.data())
def test_a_damaged_file_loads_or_is_a_value_error(forms, tmp_path, seed, data):
    rng, form = random.Random(seed), forms[data.draw(st.sampled_from(list(forms)))]
    content = form.pack(fuzz_formats.damaged(rng.choice(form.seeds), form.seeds, rng))
    tracemalloc.start()
    try:
        assert fuzz_formats.attempt(form, content, tmp_path) in ("loaded", "refused")
    finally:
        tracemalloc.stop()


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.one_of(
        st.binary(max_size=60), st.lists(st.sampled_from(fuzz_formats.PIECES + fuzz_formats.NUMBERS)).map(b"".join)
    )
)
def test_any_bytes_load_or_are_a_value_error(forms, tmp_path, data):
    tracemalloc.start()
    try:
        for form in forms.values():
            fuzz_formats.attempt(form, data, tmp_path)
    finally:
        tracemalloc.stop()


def test_undamaged_files_load(forms, tmp_path):
    tracemalloc.start()
    try:
        for form in forms.values():
            for parts in form.seeds:
                assert fuzz_formats.attempt(form, form.pack(parts), tmp_path) == "loaded"
    finally:
        tracemalloc.stop()
