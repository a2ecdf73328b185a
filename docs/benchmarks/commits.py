"""Two commits side by side: are the vectors and features the same to the bit, and what does an epoch take?

    python docs/benchmarks/commits.py BEFORE [AFTER] [--data DIRECTORY] [--runs 3] [--epochs-only]

AFTER is the working tree unless it is given. Each commit is checked out into a temporary folder and runs in processes
of its own, with the packages of the Python that runs this. Only public names are used, so commits may differ in their
layout. First come a dozen fits of the bundled corpus: for each, whether all that it leaves is equal, or the greatest
difference. Then, in turns, fits of the bundled corpus and, with ``--data``, of wiki17m: median seconds of an epoch, of
the first epoch of a process (with the kernels found on disk) and of the whole fit. Prints a table and saves it beside
this file.
"""

import argparse
import io
import os
import subprocess
import sys
import tempfile
import time
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
EPOCHS = 12


def fits():
    """Name and function of each fit that is compared; the function returns arrays by name."""
    from sklearn.pipeline import make_union

    from sklw2v import PhraseTransformer, PretrainedVectorizer, SkipGramVectorizer
    from sklw2v.datasets import load_presidents
    from sklw2v.losses import NegativeSampling

    corpus = load_presidents()
    texts, labels = corpus.data, corpus.target

    def arrays(vectorizer, features, held_out=texts[::7]):
        return {
            "centre vectors": vectorizer.center_vectors_,
            "context vectors": vectorizer.context_vectors_,
            "word vectors": vectorizer.word_vectors_.vectors,
            "word counts": vectorizer.word_vectors_.counts,
            "loss curve": np.array(vectorizer.loss_curve_),
            "features": features,
            "features of documents": vectorizer.transform(held_out),
            "score": np.array(vectorizer.score(held_out)),
        }

    def fit(**params):
        vectorizer = SkipGramVectorizer(**{"random_state": 0, "n_jobs": 2, "max_iter": 5} | params)
        return lambda: arrays(vectorizer, vectorizer.fit_transform(texts, labels))

    def weighted():
        vectorizer = SkipGramVectorizer(max_iter=3, min_count=0.1, random_state=0)
        weights = np.random.RandomState(0).uniform(size=len(texts)) * (np.arange(len(texts)) % 5 > 0)
        return arrays(vectorizer, vectorizer.fit_transform(texts, labels, sample_weight=weights))

    def in_pieces():
        vectorizer = SkipGramVectorizer(max_iter=2, min_count=2, random_state=0, n_jobs=2)
        for first in range(0, len(texts), 3000):
            vectorizer.partial_fit(texts[first : first + 3000])
        return arrays(vectorizer, vectorizer.transform(texts))

    def phrases():
        tokens = PhraseTransformer(threshold=20).fit_transform(texts)
        vectorizer = SkipGramVectorizer(analyzer="passthrough", max_iter=1, random_state=0)
        return arrays(vectorizer, vectorizer.fit_transform(tokens), tokens[::7])

    def from_elsewhere():
        vectors = SkipGramVectorizer(max_iter=1, min_count=5, random_state=0).fit(texts).word_vectors_
        poolings = ("mean", "tfidf", "sif", "labels", "fold_in", "neighbors")
        union = make_union(*(PretrainedVectorizer(vectors, pooling=pooling, oov="subword") for pooling in poolings))
        return {"features": union.fit_transform(texts[:1500], labels[:1500])}

    return {
        "default": fit(max_iter="auto"),
        "window 12, harmonic, neighbors": fit(window=12, window_weights="harmonic", pooling="neighbors"),
        "naive softmax": fit(loss="naive_softmax", min_count=5, max_iter=2),
        "labels, subwords, random start": fit(pooling="labels", oov="subword", init="random"),
        "exclude_true, fold-in": fit(loss=NegativeSampling(exclude_true=True), pooling="fold_in", min_count=10),
        "d=300, sif": fit(n_components=300, pooling="sif", max_iter=1),
        "d=7, tfidf, high rate": fit(n_components=7, pooling="tfidf", norm="l2", learning_rate=0.4, n_negatives=15),
        "early stopping": fit(early_stopping=True, n_iter_no_change=2, max_iter=12),
        "softmax, fold-in": fit(loss="naive_softmax", pooling="fold_in", min_count=50, max_iter=1),
        "weighted documents": weighted,
        "partial_fit": in_pieces,
        "phrases": phrases,
        "pretrained, all poolings": from_elsewhere,
    }


class Turns(io.TextIOBase):
    """A standard output for a fit that lets each epoch wait for its turn, and tells what each took.

    A line is written to the real standard output after each epoch, with its seconds; the next begins when a line comes
    on the standard input.
    """

    def __init__(self):
        self._begin = time.perf_counter()

    def write(self, text):
        if ": loss" in text:
            print(time.perf_counter() - self._begin, file=sys.__stdout__, flush=True)
            sys.stdin.readline()
            self._begin = time.perf_counter()
        return len(text)


def epochs(path, n_epochs):
    """Fit, the epochs in turns with those of another process; the first takes all that comes before, too."""
    from sklw2v import LineDocuments, SkipGramVectorizer
    from sklw2v.datasets import load_presidents

    documents = LineDocuments(path) if path else load_presidents().data
    params = {"min_count": 5, "analyzer": str.split} if path else {}
    vectorizer = SkipGramVectorizer(**params, max_iter=n_epochs, random_state=0, n_jobs=2, verbose=1)
    with redirect_stdout(Turns()):
        vectorizer.fit(documents)


def start(child, *arguments, folder):
    """A process that imports the package from a folder."""
    command = [sys.executable, str(Path(__file__).resolve()), "--child", child, *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": str(folder)}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True)


def compare_bits(folders, directory):
    """Lines of the table, and whether all is equal."""
    files = [Path(directory) / f"{name}.npz" for name in folders]
    for file, folder in zip(files, folders.values(), strict=True):
        if start("bits", file, folder=folder).wait():
            raise SystemExit(f"fits with {folder} failed")
    before, after = (np.load(file) for file in files)
    lines, same = [], True
    for fit in dict.fromkeys(key.partition(": ")[0] for key in before):
        parts = []
        for key in (key for key in before if key.startswith(f"{fit}: ")):
            one, other = before[key], after[key]
            if one.shape != other.shape:
                parts.append(f"{key.partition(': ')[2]} of shape {one.shape} and {other.shape}")
            elif one.tobytes() != other.tobytes():
                parts.append(f"{key.partition(': ')[2]} by up to {np.abs(one - other).max():.1e}")
        same &= not parts
        lines.append(f"  {fit:34}{'the same bits' if not parts else 'differs: ' + ', '.join(parts)}")
    return lines, same


def compare_epochs(folders, corpora, n_runs):
    lines = [f"  {'':34}{'epoch, s':>20}{'ratio':>10}{'all before, s':>20}{'ratio':>8}"]
    for corpus, path in corpora.items():
        in_turns([*folders.values()], path, 1)  # compiles
        runs = [in_turns([*folders.values()], path, EPOCHS) for _ in range(n_runs)]
        taken = np.concatenate([run[:, 1:] for run in runs], axis=1)  # (2, n_runs * (EPOCHS - 1))
        before = np.median([run[:, 0] for run in runs], axis=0)  # (2,)
        ratios = taken[1] / taken[0]
        spread = (np.quantile(ratios, 0.75) - np.quantile(ratios, 0.25)) / 2
        lines.append(
            f"  {corpus:34}{np.median(taken[0]):10.3f}{np.median(taken[1]):10.3f}"
            f"{np.median(ratios):7.3f} +- {spread:.3f}{before[0]:12.2f}{before[1]:10.2f}{before[1] / before[0]:8.3f}"
        )
    return lines


def in_turns(folders, path, n_epochs):
    """Seconds of each epoch of two fits that take turns, (2, n_epochs); the first with all that comes before it."""
    taken = np.empty((2, n_epochs))
    processes = []
    for place, folder in enumerate(folders):
        processes.append(start("epochs", path, n_epochs, folder=folder))
        taken[place, 0] = float(processes[-1].stdout.readline())
    for epoch in range(1, n_epochs):
        for place in (0, 1) if epoch % 2 else (1, 0):
            print(file=processes[place].stdin, flush=True)
            taken[place, epoch] = float(processes[place].stdout.readline())
    for process in processes:
        process.communicate("\n")
    return taken


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("before")
    parser.add_argument("after", nargs="?")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--epochs-only", action="store_true", help="leave the bits out; save as commits_epochs.txt")
    parser.add_argument("--output", help="name of the table's file")
    arguments = parser.parse_args()
    from report import save, versions

    with tempfile.TemporaryDirectory() as directory:
        folders = {}
        for name, commit in (("before", arguments.before), ("after", arguments.after)):
            folders[name] = Path(directory) / name if commit else ROOT
            if commit:
                subprocess.run(["git", "clone", "-q", str(ROOT), folders[name]], check=True)
                subprocess.run(["git", "checkout", "-q", commit], cwd=folders[name], check=True)
        corpora = {"the bundled corpus": ""}
        if arguments.data:
            from corpora import wiki17m

            corpora["wiki17m, d=100, min_count 5"] = wiki17m(arguments.data, directory)
        lines = [f"{arguments.before} and {arguments.after or 'the working tree'}", ""]
        if not arguments.epochs_only:
            bits, same = compare_bits(folders, directory)
            lines += [f"All that a fit leaves, and its features: {'equal' if same else 'not equal'}", *bits, ""]
        lines += [
            f"Seconds with 2 threads, before and after; {arguments.runs} pairs of processes, {EPOCHS} epochs each",
            *compare_epochs(folders, corpora, arguments.runs),
            "",
            versions("numpy", "scipy", "scikit-learn", "numba"),
        ]
        usual = "commits_epochs.txt" if arguments.epochs_only else "commits.txt"
        save(Path(__file__).with_name(arguments.output or usual), lines)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        if sys.argv[2] == "bits":
            np.savez(
                sys.argv[3], **{f"{fit}: {part}": array for fit, f in fits().items() for part, array in f().items()}
            )
        else:
            epochs(sys.argv[3], int(sys.argv[4]))
    else:
        main()
