"""Damage valid files of word vectors and read them: each loads or is a ValueError, in bounded memory.

    python -m tests.word_vectors.formats.fuzz_formats --seconds 600 [--seed 0] [--output FILE]

What loads is checked, saved and loaded again. The first file that does anything else ends the run with exit code 1; it
is kept, and its path printed. Warnings are errors. `test_files.py` runs a few hundred of the same files.
"""

import argparse
import io
import os
import platform
import random
import sys
import tempfile
import time
import traceback
import tracemalloc
import warnings
import zipfile
from collections import Counter
from dataclasses import dataclass
from gzip import compress
from importlib.metadata import version
from pathlib import Path

import numpy as np

from sklw2v import WordVectors

# The most that reading may take: for the buffers of a reader, for what a file's real size allows, and for what a small
# compressed file may expand to, twice.
BUFFERS, PER_BYTE, EXPANDED = 16 << 20, 200, 2 * (64 << 20)
NUMBERS = [b"0", b"-1", b"1", b"65535", b"4294967296", b"1000000000000", b"9" * 20, b"9" * 400, b"1e39", b"1e400"]
NUMBERS += [
    b"nan",
    b"-inf",
    b"1_0",
    b"0x10",
    b"1.5.",
    b"",
    "٣".encode(),
    b"1 1",
    b"1e-400",
    b"1e308",
    b"-1e308",
    b"5e-324",
]
PIECES = [
    b" ",
    b"\n",
    b"\r\n",
    b"\r",
    b"\t",
    b"\xef\xbb\xbf",
    b"\0",
    b"\xff",
    b"\xc2\x85",
    b"\xe2\x80\xa8",
    b"\xc2\xa0",
    b"<unk>",
    b"a" * 5000,
]
MEMBERS = ("words.npy", "vectors.npy", "counts.npy")


@dataclass
class Format:
    """A format of files: valid parts to damage, how parts become a file, and how that is read and written."""

    suffix: str
    seeds: list  # of lists of bytes
    pack: callable
    load: callable
    save: callable = None


def damaged(parts, others, rng):
    """Some parts of a file, damaged once or several times; `others` are the parts of all valid files."""
    parts = list(parts)
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        i = rng.randrange(len(parts))
        parts[i] = rng.choice(DAMAGES)(parts[i], others, rng)
    return parts


def _span(data, rng, longest=64):
    start = rng.randrange(len(data) + 1)
    return start, min(len(data), start + rng.choice([1, 2, 4, 8, rng.randint(1, longest), len(data)]))


def _flip(data, others, rng):
    if not data:
        return data
    place = rng.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << rng.randrange(8))]) + data[place + 1 :]


def _cut(data, others, rng):
    start, stop = _span(data, rng)
    return data[:start] + data[stop:]


def _truncate(data, others, rng):
    return data[: rng.randrange(len(data) + 1)]


def _insert(data, others, rng):
    place = rng.randrange(len(data) + 1)
    return data[:place] + rng.choice([*PIECES, rng.randbytes(rng.randint(1, 20))]) + data[place:]


def _duplicate(data, others, rng):
    start, stop = _span(data, rng)
    return data[:stop] + data[start:stop] * rng.choice([1, 1, 2, 50]) + data[stop:]


def _splice(data, others, rng):
    other = rng.choice(rng.choice(others))
    return data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other) + 1) :]


def _number(data, others, rng):
    """A run of digits replaced by a number that is huge, or none."""
    places = [place for place in range(len(data)) if data[place : place + 1].isdigit()]
    if not places:
        return data
    start = stop = rng.choice(places[: rng.choice([8, len(places)])])  # headers stand first
    while data[stop : stop + 1].isdigit():
        stop += 1
    return data[:start] + rng.choice(NUMBERS) + data[stop:]


def _integer(data, others, rng):
    """Two, four or eight bytes replaced by a huge number."""
    n_bytes = rng.choice([2, 4, 8])
    place = rng.randrange(len(data) + 1)
    number = rng.choice([0, 1, 1 << 20, (1 << 8 * n_bytes) - 1, 1 << (8 * n_bytes - 1)]) % (1 << 8 * n_bytes)
    return data[:place] + number.to_bytes(n_bytes, "little") + data[place + n_bytes :]


DAMAGES = [_flip, _cut, _truncate, _insert, _duplicate, _splice, _number, _integer]


def formats(directory):
    """The formats by name, with valid files made in a directory."""
    rng = np.random.default_rng(0)
    words = ["the", "</s>", "straße", "日本語", "a\u00a0b", "x\u0085y", "\u2028", "1984", "<unk>"]
    vectors = rng.standard_normal((len(words), 5)).astype(np.float32)
    plain = [WordVectors(words, vectors), WordVectors(["0"], [[1.0]]), WordVectors(words[:3], np.zeros((3, 2)))]
    spaced = [*plain, WordVectors([". . .", "New York", "at name@domain.com"], rng.standard_normal((3, 4)))]
    counted = [WordVectors(words, vectors, counts=range(9)), WordVectors([5, -7], np.eye(2), [0.5, 0.25]), *spaced]

    def saved(word_vectors, save):
        """What `save` makes of each of the word vectors."""
        path, seeds = directory / "seed", []
        for wv in word_vectors:
            save(wv, path)
            seeds.append([path.read_bytes()])
        return seeds

    def zipped_before(seeds):
        return [[compress(data)] for [data] in seeds]

    def zipped_after(parts):
        return compress(parts[0], 1)

    text, glove = saved(plain, WordVectors.save_word2vec_format), saved(spaced, WordVectors.save_glove_format)
    binary, archives = saved(plain, save_binary), saved(counted, WordVectors.save_npz) + saved(counted, savez)
    as_text = (WordVectors.load_word2vec_format, WordVectors.save_word2vec_format)
    as_binary = (load_binary, save_binary)
    as_glove = (WordVectors.load_glove_format, WordVectors.save_glove_format)
    as_npz = (WordVectors.load_npz, WordVectors.save_npz)
    pairs = ["# comment\nthe\t1984\t7.5\nthe straße 3\n1984 straße 1\n", "the 1984 5\nthe 日本語 4\n"]
    questions = [": a\nthe 1984 straße 日本語\n: b\nthe straße 1984 x\n"]
    return {
        "word2vec text": Format("", text, only, *as_text),
        "word2vec text, compressed after": Format(".gz", text, zipped_after, *as_text),
        "word2vec text, compressed before": Format(".gz", zipped_before(text), only, *as_text),
        "word2vec binary": Format("", binary, only, *as_binary),
        "word2vec binary, compressed after": Format(".gz", binary, zipped_after, *as_binary),
        "GloVe": Format("", glove, only, *as_glove),
        "GloVe, compressed before": Format(".gz", zipped_before(glove), only, *as_glove),
        "npz": Format("", archives, only, *as_npz),
        "npz, zipped after": Format("", [unzipped(data) for [data] in archives], zipped, *as_npz),
        "word pairs": Format("", [[lines.encode()] for lines in pairs], only, plain[0].evaluate_word_pairs),
        "analogies": Format("", [[lines.encode()] for lines in questions], only, plain[0].evaluate_word_analogies),
    }


def only(parts):
    """The file of a single part."""
    return parts[0]


def save_binary(wv, path):
    wv.save_word2vec_format(path, binary=True)


def load_binary(path):
    return WordVectors.load_word2vec_format(path, binary=True, duplicates="drop", unicode_errors="replace")


def savez(wv, path):
    """NumPy's own way, with the vectors column by column."""
    with open(path, "wb") as file:
        np.savez_compressed(file, words=np.array(wv.words), vectors=np.asfortranarray(wv.vectors, dtype=float))


def unzipped(data):
    """The members of an archive, in the order of `MEMBERS`."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [archive.read(name) for name in MEMBERS if name in archive.namelist()]


def zipped(parts):
    """Members as an archive that is undamaged itself."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in zip(MEMBERS, parts, strict=False):  # there may be no counts
            archive.writestr(name, data)
    return file.getvalue()


def attempt(form, data, directory):
    """Read a file of these bytes: "loaded" or "refused"; an AssertionError or another exception for anything else."""
    path, again = directory / f"damaged{form.suffix}", directory / f"again{form.suffix}"
    path.write_bytes(data)
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    wv, message = None, str(path)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", ".* without a word (was|were) skipped", UserWarning)
            wv = form.load(path)
    except ValueError as error:
        message = str(error)
    assert str(path) in message, f"the message does not name the file: {message}"
    taken = tracemalloc.get_traced_memory()[1] - before
    most = BUFFERS + PER_BYTE * len(data) + EXPANDED * (form.suffix == ".gz" or data[:2] == b"PK")
    assert taken <= most, f"reading {len(data):,} bytes took {taken:,}"
    if wv is None:
        return "refused"
    if form.save is None:
        return "loaded"
    assert len(set(wv.words)) == len(wv.words) == len(wv.vectors)
    assert wv.vectors.dtype == np.float32
    assert np.isfinite(wv.vectors).all()
    try:
        form.save(wv, again)
    except ValueError:  # such as a word with a vertical tab in it, which word2vec's text format can hold by accident
        return "loaded"
    copy = form.load(again)
    assert copy.words == wv.words
    assert copy.vectors.tobytes() == wv.vectors.tobytes()
    return "loaded"


def run(seconds, seed, directory):
    """Counts of (format, outcome) and the slowest reading in seconds; raises what a reader should not have raised."""
    rng = random.Random(seed)
    forms = formats(directory)
    outcomes, slowest, end = Counter(), 0.0, time.monotonic() + seconds
    while time.monotonic() < end:
        for name, form in forms.items():
            data = form.pack(damaged(rng.choice(form.seeds), form.seeds, rng))
            begin = time.monotonic()
            try:
                outcomes[name, attempt(form, data, directory)] += 1
            except BaseException:
                print(f"{name}: {directory / f'damaged{form.suffix}'}", file=sys.stderr)
                raise
            slowest = max(slowest, time.monotonic() - begin)
    return outcomes, slowest


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    warnings.simplefilter("error")
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else None  # a disk would take most of the time
    directory = Path(tempfile.mkdtemp(prefix="fuzz_formats_", dir=memory))
    tracemalloc.start()
    try:
        outcomes, slowest = run(arguments.seconds, arguments.seed, directory)
    except BaseException:
        traceback.print_exc()
        return 1
    names = list(dict.fromkeys(name for name, _ in outcomes))
    lines = [
        f"Damaged files of word vectors, {arguments.seconds:.0f} seconds, seed {arguments.seed}. Each loaded or was a",
        f"ValueError that names it, in at most {BUFFERS >> 20} MiB and {PER_BYTE} bytes for each byte of the file, and",
        f"{EXPANDED >> 20} MiB more if it is compressed.",
        "",
        f"{'format':34}{'files':>10}{'loaded':>10}{'refused':>10}",
    ]
    for name in names:
        n_loaded, n_refused = outcomes[name, "loaded"], outcomes[name, "refused"]
        lines.append(f"{name:34}{n_loaded + n_refused:10d}{n_loaded:10d}{n_refused:10d}")
    lines += ["", f"{sum(outcomes.values())} files, the slowest {slowest:.2f} s, other outcomes: 0", ""]
    packages = ", ".join(f"{package} {version(package)}" for package in ("sklw2v", "numpy"))
    lines.append(f"Python {platform.python_version()}, {packages}; {platform.machine()}, {os.cpu_count()} cores")
    text = "\n".join(lines) + "\n"
    print(text, end="")
    if arguments.output:
        arguments.output.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
