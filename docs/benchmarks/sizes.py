"""Word vectors of small and large corpora: the mean of five figures, beside programs that were tuned elsewhere.

    python docs/benchmarks/sizes.py --data DIRECTORY [--tokens 500000 ...] [--seeds 3] [--systems ...] [--report]

gensim and fastText have the step size and the number of epochs, and the SVD of the shifted PPMI (hyperhyper) the
parameters, that are best on the first lines of IMDb's texts, of the same number of tokens. They are judged on the
first lines of wiki17m and of wiki34m_lines. sklw2v has its defaults. Five figures: the four tests of word similarity
and analogies of `word_vectors.py`. What is done stands in sizes.jsonl beside this file, with the commit and the
versions, and is not computed again. Seconds are not compared: several may run at once.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path

import numpy as np
from corpora import FILES, cut
from losses import cell, commit, installed_versions, train_loss
from peers import PEERS, PPMI_SVD
from report import save
from word_vectors import FIGURES, judge

TUNED_ON, JUDGED_ON = "imdb_words", ("wiki17m", "wiki34m_lines")
EPOCHS = (5, 10, 20)
STEPS = (0.025, 0.05)
GRIDS = {
    "sklw2v": [{}],
    "gensim": [{"alpha": step, "n_epochs": n} for step, n in product(STEPS, EPOCHS)],
    "fastText": [{"lr": step, "n_epochs": n} for step, n in product(STEPS, EPOCHS)],
    "PPMI-SVD": [
        {"neg": neg, "eig": eig, "add_context": both} for neg, eig, both in product((1, 5), (0.0, 0.5), (False, True))
    ],
}
PROGRAMS = {**PEERS, "PPMI-SVD": PPMI_SVD}
RESULTS = Path(__file__).with_suffix(".jsonl")


def run_one(job, path, data):
    """Train and judge one model; print its row as JSON."""
    from sklw2v import WordVectors

    parameters = dict(job["parameters"])
    if job["system"] == "sklw2v":
        _, found = train_loss("negative_sampling", path, job["seed"], 100, 5)
    else:
        program = PROGRAMS[job["system"]]
        n_epochs = parameters.pop("n_epochs", None)
        found = program.train(path, job["seed"], 100, 5, n_epochs, **{**program.parameters, **parameters})
    figures = judge(WordVectors(found.words, np.ascontiguousarray(found.vectors, dtype=np.float32)), data)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    row = {"seconds": found.seconds, "epochs": found.n_epochs, "peak_gib": peak}
    print(json.dumps(job | row | figures | {"commit": commit(), "versions": installed_versions()}))


class Bench:
    """Runs what is missing from the results."""

    def __init__(self, arguments, directory):
        self.arguments, self.directory = arguments, Path(directory)
        lines = RESULTS.read_text().splitlines() if RESULTS.exists() else []
        self.rows = {key(row): row for row in map(json.loads, lines)}

    def row(self, corpus, n_tokens, system, parameters, seed):
        """The row of one model; None if it is not there and nothing is to be computed."""
        job = dict(corpus=corpus, n_tokens=n_tokens, system=system, parameters=parameters, seed=seed)
        if key(job) not in self.rows and not self.arguments.report:
            path = self.text(corpus, n_tokens)
            command = [sys.executable, __file__, "--data", str(self.arguments.data)]
            command += ["--one", json.dumps(job), str(path)]
            output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
            row = json.loads(output.splitlines()[-1])
            with RESULTS.open("a") as file:
                file.write(json.dumps(row) + "\n")
            self.rows[key(row)] = row
            print(f"{corpus}, {n_tokens:,}, {system}, {parameters}, {seed}: {mean(row):.3f}", flush=True)
        return self.rows.get(key(job))

    def text(self, corpus, n_tokens):
        path = self.directory / f"{corpus}_{n_tokens}.txt"
        if not path.exists():
            whole = FILES[corpus](self.arguments.data, self.directory)
            cut(whole, n_tokens, self.directory).rename(path)
        return path

    def tuned(self, system, n_tokens):
        """The parameters of the best mean on the corpus that is for tuning; None if not all were tried."""
        rows = [self.row(TUNED_ON, n_tokens, system, parameters, 0) for parameters in GRIDS[system]]
        return None if None in rows else max(rows, key=mean)["parameters"]


def key(row):
    return row["corpus"], row["n_tokens"], row["system"], json.dumps(row["parameters"]), row["seed"]


def mean(row):
    return float(np.mean([row[name] for name in FIGURES]))


def table(bench, arguments):
    """Lines of the report; computes what is missing."""
    yield "d=100, min_count 5, window 5, K=5, subsample 1e-3; mean +- standard deviation (n - 1) over seeds"
    used = []
    for n_tokens, corpus in product(arguments.tokens, JUDGED_ON):
        yield ""
        yield f"{f'{corpus}, {n_tokens:,} tokens':40}{'seeds':>6}" + "".join(f"{n:>16}" for n in (*FIGURES, "mean"))
        for system in arguments.systems:
            if system != "sklw2v" and not PROGRAMS[system].is_installed() and not arguments.report:
                continue
            parameters = bench.tuned(system, n_tokens) if len(GRIDS[system]) > 1 else {}
            if parameters is None:
                continue
            seeds = range(1 if system == "PPMI-SVD" else arguments.seeds)  # the SVD has none
            rows = [bench.row(corpus, n_tokens, system, parameters, seed) for seed in seeds]
            rows = [row for row in rows if row is not None]
            if rows:
                used += rows
                chosen = ", ".join(f"{name} {value}" for name, value in parameters.items())
                columns = [[row[name] for row in rows] for name in FIGURES] + [[mean(row) for row in rows]]
                cells = "".join(cell(values, 16, 3) for values in columns)
                yield f"{f'{system} {chosen}':40}{len(rows):6}{cells}"
    yield ""
    yield f"Parameters of the other programs: best mean of five on as many tokens of {TUNED_ON}, one seed."
    yield from sorted({f"{row['versions']}; commit {row['commit']}" for row in used})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--tokens", type=int, nargs="+", default=[500_000, 1_000_000, 2_000_000])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--systems", nargs="+", default=list(GRIDS), choices=list(GRIDS), metavar="SYSTEM")
    parser.add_argument("--report", action="store_true", help="compute nothing")
    parser.add_argument("--one", nargs=2, metavar=("JOB", "FILE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        return run_one(json.loads(arguments.one[0]), arguments.one[1], arguments.data)
    if arguments.data is None and not arguments.report:
        parser.error("--data is needed, unless --report is given")
    with tempfile.TemporaryDirectory() as directory:
        lines = list(table(Bench(arguments, directory), arguments))
    return save(RESULTS.with_suffix(".txt"), lines)


if __name__ == "__main__":
    main()
