"""Word vectors of every loss, and of other programs: seconds, word similarity, held-out score, documents.

    python docs/benchmarks/losses.py --data DIRECTORY [--corpus wiki17m] [--seeds 3] [--systems ...] [--equal-time]

Each model is trained in a process of its own, the systems taking turns by seed. Word vectors are trained on the corpus
and judged as in `word_vectors.py`; `score` is that of 1,000 further articles of Wikipedia. A second section cuts the
corpus to its 10,000 most frequent words, where the naive softmax is feasible. Features of documents are means of word
vectors trained on the training documents, their classifier that of `documents.py`, for all labels and for 20 a class.
The hierarchical softmax is trained once more with as many epochs as gensim has. `--equal-time` trains GloVe here and
Stanford's program for as many seconds as the other takes.

A run adds a line to losses.jsonl beside this file, and what is found there is not computed again, so an interrupted
run goes on where it stopped. `--report` makes the table without computing anything.
"""

import argparse
import contextlib
import io
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
from corpora import DOCUMENT_SETS, FILES, copy_of_words, frequent_words, held_out_articles
from peers import EPOCHS, GLOVE_EPOCHS, PEERS, WORKERS, Trained
from report import save, versions
from word_vectors import FIGURES, judge

LOSSES = (
    "negative_sampling",
    "hierarchical_softmax",
    "noise_contrastive",
    "sampled_softmax",
    "glove",
    "hinge",
    "squared_hinge",
    "factorised_pmi",
    "naive_softmax",
)
GLOVE_PROGRAMS = [name for name in PEERS if name.startswith("GloVe,")]  # Stanford's
N_WORDS = 10_000
CUT_SYSTEMS = (
    "naive_softmax",
    "sampled_softmax",
    "negative_sampling",
    "hierarchical_softmax",
    "gensim",
    "gensim, hs",
    "fastText",
    "fastText, hs",
)
LABELS = {"TREC": ("all",), "SST-2": ("all", "20"), "movie reviews": ("20",)}  # of these, labels a class
DOCUMENT_EPOCHS = 40  # of the other programs, as many as max_iter="auto" takes on sets so small
SLOW = {"fastText, softmax"}  # by the count of its steps a day on the cut corpus: by name only
PACKAGES = (
    "sklw2v",
    "gensim",
    "fasttext-wheel",
    "bicleaner-ai-glove",
    "hyperhyper",
    "numpy",
    "scipy",
    "scikit-learn",
    "numba",
)
RESULTS = Path(__file__).with_suffix(".jsonl")


class EpochTimes(io.TextIOBase):
    """Takes what a fit prints and keeps the time of each line on an epoch."""

    def __init__(self):
        self.times = []

    def write(self, text):
        self.times += [time.perf_counter()] * text.count("  epoch ")
        return sys.stderr.write(text)


def train_loss(loss, path, seed, n_components, min_count, n_epochs=None):
    """The fitted estimator, and what it took."""
    from sklw2v import LineDocuments, SkipGramVectorizer

    model = SkipGramVectorizer(
        analyzer=str.split,
        min_count=min_count,
        n_components=n_components,
        loss=loss,
        max_iter="auto" if n_epochs is None else n_epochs,
        n_jobs=WORKERS,
        random_state=seed,
        verbose=1,
    )
    epochs = EpochTimes()
    begin = time.perf_counter()
    with contextlib.redirect_stdout(epochs):
        model.fit(LineDocuments(path))
    seconds = time.perf_counter() - begin
    epoch_seconds = float(np.diff(epochs.times).mean()) if len(epochs.times) > 1 else None
    vectors = model.word_vectors_
    return model, Trained(vectors.words, vectors.vectors, seconds, model.n_iter_, epoch_seconds)


@dataclass(frozen=True)
class Run:
    """One model to train: `part` is the section of the table, `corpus` a text or a set of documents."""

    part: str  # "words", "cut", "documents", "equal time" or "equal epochs"
    corpus: str
    system: str
    seed: int
    n_components: int
    n_epochs: int | None = None  # None: the default of the system

    def key(self):
        return self.part, self.corpus, self.system, self.seed, self.n_components


def trained(run, path, min_count):
    """The estimator, None for another program, and what training left."""
    if run.system in LOSSES:
        return train_loss(run.system, path, run.seed, run.n_components, min_count, run.n_epochs)
    peer = PEERS[run.system]
    n_epochs = DOCUMENT_EPOCHS if run.part == "documents" else run.n_epochs
    return None, peer.train(path, run.seed, run.n_components, min_count, n_epochs, **peer.parameters)


def score_of(model, held_out):
    """Mean log-likelihood of held-out text; None for what has none, other programs and losses without a model."""
    from sklw2v import LineDocuments

    try:
        return None if model is None else float(model.score(LineDocuments(held_out)))
    except (AttributeError, NotImplementedError, ValueError) as error:
        print(f"no score: {error}", file=sys.stderr)
        return None


def word_figures(run, data, directory):
    from sklw2v import WordVectors

    is_cut = run.part == "cut"
    model, result = trained(run, directory / ("cut.txt" if is_cut else "words.txt"), 1 if is_cut else 5)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    figures = judge(WordVectors(result.words, np.ascontiguousarray(result.vectors, dtype=np.float32)), data)
    held_out = directory / ("held_out_cut.txt" if is_cut else "held_out.txt")
    return taken(result) | {"peak_gib": peak} | figures | {"score": score_of(model, held_out)}


def document_figures(run, data):
    from documents import accuracies
    from sklearn.feature_extraction.text import CountVectorizer

    from sklw2v import PretrainedVectorizer, WordVectors

    (train, labels), (test, test_labels) = DOCUMENT_SETS[run.corpus](data)
    analyze = CountVectorizer().build_analyzer()
    train, test = ([" ".join(analyze(text)) for text in texts] for texts in (train, test))
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "documents.txt"
        path.write_text("\n".join(train) + "\n", encoding="utf-8")
        _, result = trained(run, path, 1)
    word_vectors = WordVectors(result.words, np.ascontiguousarray(result.vectors, dtype=np.float32))
    vectorizer = PretrainedVectorizer(word_vectors, analyzer=str.split, pooling="mean")
    features = vectorizer.fit_transform(train), vectorizer.transform(test)
    found = dict(accuracies(features, np.array(labels), np.array(test_labels), run.seed, LABELS[run.corpus]))
    return taken(result) | {n: float(np.mean(scores)) for n, scores in found.items()}


def taken(result):
    return {"seconds": result.seconds, "epochs": result.n_epochs, "epoch_seconds": result.epoch_seconds}


def run_one(run, data, directory):
    """Train and judge one model; print its row as JSON."""
    figures = document_figures(run, data) if run.part == "documents" else word_figures(run, data, directory)
    print(json.dumps(asdict(run) | figures | {"commit": commit(), "versions": installed_versions()}))


def commit():
    command = ["git", "describe", "--always", "--dirty"]
    result = subprocess.run(command, cwd=Path(__file__).parent, stdout=subprocess.PIPE, text=True, check=False)
    return result.stdout.strip() or "unknown"


def installed_versions():
    present = []
    for package in PACKAGES:
        with contextlib.suppress(PackageNotFoundError):
            version(package)
            present.append(package)
    return versions(*present)


class Bench:
    """Runs what is missing from the results, `rows` by the key of a run, and adds it to their file."""

    def __init__(self, arguments, directory):
        self.arguments, self.directory = arguments, directory
        self.rows = load(arguments.results)

    def make(self, run, place=""):
        """The row of a run, None if it failed."""
        if run.key() in self.rows:
            return self.rows[run.key()]
        command = [sys.executable, __file__, "--data", str(self.arguments.data), "--one", json.dumps(asdict(run))]
        result = subprocess.run(
            [*command, "--directory", str(self.directory)], stdout=subprocess.PIPE, text=True, check=False
        )
        name = f"{place}{run.part}, {run.corpus}, {run.system}, seed {run.seed}"
        if result.returncode:
            print(f"{name}: FAILED, exit status {result.returncode}", flush=True)
            return None
        row = json.loads(result.stdout.splitlines()[-1])
        with self.arguments.results.open("a") as file:
            file.write(json.dumps(row) + "\n")
        self.rows[run.key()] = row
        print(f"{name}: {row['seconds']:.1f} s, {row['epochs']} epochs", flush=True)
        return row

    def make_all(self):
        """All runs of the table; the systems take turns by seed."""
        runs = [
            Run(part, corpus, system, seed, self.arguments.n_components)
            for seed in range(self.arguments.seeds)
            for part, corpus, systems in sections(self.arguments)
            for system in systems
        ]
        runs += [
            replace(run, part="equal epochs", n_epochs=EPOCHS)
            for run in runs
            if (run.part, run.system) == ("words", "hierarchical_softmax")
        ]
        todo = [run for run in runs if run.key() not in self.rows]
        begin = time.perf_counter()
        for number, run in enumerate(todo, 1):
            self.make(run, f"[{number}/{len(todo)}, {(time.perf_counter() - begin) / 60:.0f} min] ")

    def make_equal_times(self):
        """GloVe here and the program, each also with as many epochs as fit into the other's seconds.

        The program's seconds are those of the variant with the best mean of the five figures.
        """
        corpus, d = self.arguments.corpus, self.arguments.n_components
        there = [n for n in GLOVE_PROGRAMS if n in self.arguments.systems and PEERS[n].is_installed()]
        for seed in range(self.arguments.seeds):
            ours = self.make(Run("words", corpus, "glove", seed, d))
            theirs = [self.make(Run("words", corpus, name, seed, d)) for name in there]
            theirs = [row for row in theirs if row is not None]
            if ours is None or not theirs:
                continue
            for row in theirs:
                n_epochs = epochs_within(ours["seconds"], row)
                self.make(Run("equal time", corpus, row["system"], seed, d, n_epochs))
            best = max(theirs, key=lambda row: np.mean([row[name] for name in FIGURES]))
            self.make(Run("equal time", corpus, "glove", seed, d, epochs_within(best["seconds"], ours)))


def epochs_within(seconds, row):
    """The epochs, at least one, that a system has time for, by what its row took."""
    before = row["seconds"] - row["epochs"] * row["epoch_seconds"]
    return max(1, round((seconds - before) / row["epoch_seconds"]))


def load(path):
    """Rows by the key of their run; of two with one key the later."""
    rows = map(json.loads, path.read_text().splitlines() if path.exists() else [])
    return {tuple(row[name] for name in ("part", "corpus", "system", "seed", "n_components")): row for row in rows}


def sections(arguments):
    """Part, corpus and systems of each section of the table that was asked for."""
    there = [name for name in arguments.systems if name in LOSSES or PEERS[name].is_installed()]
    full = [name for name in there if name not in ("naive_softmax", "fastText, softmax")]
    found = [("words", arguments.corpus, full), ("cut", arguments.corpus, [n for n in CUT_SYSTEMS if n in there])]
    found += [("documents", corpus, there) for corpus in LABELS]
    return [section for section in found if section[0] in arguments.parts]


def cell(values, width, digits):
    """Mean and standard deviation (n - 1) of the values that are there."""
    values = [value for value in values if value is not None]
    if not values:
        return f"{'':{width}}"
    spread = f" +- {np.std(values, ddof=1):.{digits}f}" if len(values) > 1 else ""
    return f"{f'{np.mean(values):.{digits}f}{spread}':>{width}}"


def word_columns(rows):
    """Cells of the word vectors of one system."""

    def values(name):
        return [row[name] for row in rows]

    if not rows:
        return " " * len(header())
    per_epoch = [value for value in values("epoch_seconds") if value is not None]
    cells = f"{len(rows):7}{np.median(values('seconds')):9.1f}"
    cells += f"{np.median(per_epoch):10.2f}" if per_epoch else " " * 10
    cells += f"{np.mean(values('epochs')):8.0f}{max(values('peak_gib')):6.2f}"
    return cells + "".join(cell(values(name), 16, 3) for name in FIGURES) + cell(values("score"), 18, 3)


def header():
    names = "".join(f"{name:>16}" for name in FIGURES)
    return f"{'seeds':>7}{'seconds':>9}{'an epoch':>10}{'epochs':>8}{'GiB':>6}{names}{'score':>18}"


def report(arguments):
    """The table of what the results hold for the corpus asked for, saved beside this file."""
    found = [row for row in load(arguments.results).values() if row["n_components"] == arguments.n_components]

    def rows_of(part, system, corpus=arguments.corpus):
        return [row for row in found if (row["part"], row["system"], row["corpus"]) == (part, system, corpus)]

    columns = [(corpus, n) for corpus, sizes in LABELS.items() for n in sizes]
    names = [f"{corpus}, {n}" for corpus, n in columns]
    lines = [
        f"{arguments.corpus}, d={arguments.n_components}, {WORKERS} threads, mean +- standard deviation (n - 1) over "
        "seeds; at the right accuracy in % on documents, all labels or 20 a class",
        "",
        f"{'':28}" + header() + "".join(f"{name:>20}" for name in names),
    ]
    used = []
    for system in (*LOSSES, *PEERS):
        rows = rows_of("words", system)
        of_documents = [rows_of("documents", system, corpus) for corpus, _ in columns]
        cells = [cell([row[n] for row in of], 20, 1) for of, (_, n) in zip(of_documents, columns, strict=True)]
        used += [*rows, *(row for of in of_documents for row in of)]
        if rows or any(of_documents):
            lines.append(f"{system:28}{word_columns(rows)}{''.join(cells)}".rstrip())
        else:
            is_here = system in LOSSES or PEERS[system].is_installed()
            lines.append(f"{system:28}{'not run' if is_here else 'not installed'}")
    for part, title in (
        ("cut", f"{arguments.corpus}, its {N_WORDS:,} most frequent words alone"),
        ("equal epochs", f"{EPOCHS} epochs, as gensim has"),
        ("equal time", "GloVe, as many epochs as fit into the other's seconds; epochs and seconds as they came out"),
    ):
        rows = {system: rows_of(part, system) for system in (*LOSSES, *PEERS)}
        rows = {system: of for system, of in rows.items() if of}
        if rows:
            lines += ["", title, "", f"{'':28}" + header()]
            lines += [f"{system:28}{word_columns(of)}".rstrip() for system, of in rows.items()]
            used += [row for of in rows.values() for row in of]
    lines += [
        "",
        "Seconds are medians, from the file to the vectors in memory, GiB the peak of a process; fastText's seconds an "
        "epoch hold all.",
        "The losses up to naive_softmax are sklw2v's: max_iter='auto', its defaults otherwise. gensim, fastText: "
        f"window 5, K=5 or hs, subsample 1e-3, {EPOCHS} epochs.",
        f"GloVe (Stanford's program) and glove-python: {GLOVE_EPOCHS} epochs. min_count 5. On documents the other "
        f"programs have {DOCUMENT_EPOCHS} epochs, and all have min_count 1.",
        "score: nats, on 1,000 articles that were not in training.",
        *sorted({f"{row['versions']}; commit {row['commit']}" for row in used}),
    ]
    return save(arguments.results.with_suffix(".txt"), lines)


def prepare(arguments, directory):
    """Write the texts that the runs read into `directory`."""
    corpus = FILES[arguments.corpus](arguments.data, directory).rename(directory / "words.txt")
    held_out = held_out_articles(arguments.data, directory)
    if "cut" in arguments.parts and not arguments.equal_time:
        cut, kept = frequent_words(corpus, N_WORDS, directory)
        cut.rename(directory / "cut.txt")
        copy_of_words(held_out, kept, directory / "held_out_cut.txt")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--corpus", default="wiki17m", choices=["wiki300k", "wiki5m", "wiki17m"])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--n-components", type=int, default=100)
    everything = (*LOSSES, *PEERS)
    default = [name for name in everything if name not in SLOW]
    parser.add_argument("--systems", nargs="+", default=default, choices=everything, metavar="SYSTEM")
    parts = ["words", "cut", "documents"]
    parser.add_argument("--parts", nargs="+", default=parts, choices=parts)
    parser.add_argument("--equal-time", action="store_true", help="GloVe against Stanford's program, and nothing else")
    parser.add_argument("--report", action="store_true", help="compute nothing")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the table is saved beside it, with suffix .txt")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--directory", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        return run_one(Run(**json.loads(arguments.one)), arguments.data, arguments.directory)
    if not arguments.report:
        if arguments.data is None:
            parser.error("--data is needed, unless --report is given")
        with tempfile.TemporaryDirectory() as directory:
            prepare(arguments, Path(directory))
            bench = Bench(arguments, Path(directory))
            if arguments.equal_time:
                bench.make_equal_times()
            else:
                bench.make_all()
    return report(arguments)


if __name__ == "__main__":
    main()
