"""Seconds of an epoch of each loss against negative sampling, and of the naive softmax against its matrix products.

    python docs/benchmarks/loss_epochs.py --data DIRECTORY [--corpus wiki17m] [--repeats 3]

All solvers are made of the same co-occurrence and start, and take turns by epoch. The first epoch compiles and is not
counted. The naive softmax has the corpus's 10,000 most frequent words. Its three products are the scores, the gradient
of the centre vectors and that of the context vectors, in the same blocks and by as many threads. Prints tables and
saves them beside this file.
"""

import argparse
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from corpora import FILES
from report import save, versions
from scipy.special import expit

from sklw2v import LineDocuments, SkipGramVectorizer
from sklw2v.cooccurrence import (
    count_cooccurrences,
    expected_cooccurrence,
    keep_probabilities,
    window_units,
)
from sklw2v.losses import LOSSES, Loss, NaiveSoftmax, noise_distribution, paths_of
from sklw2v.text import encode, make_analyzer, prune, text_parameters
from sklw2v.training import Problem, make_solver, spectral_start
from sklw2v.training._rows import BLOCK_ROWS, PART_ROWS
from sklw2v.utils import one_blas_thread

N_JOBS = 2
N_COMPONENTS = 100
RATE = 0.025
SLOW = ("naive_softmax", "sampled_softmax")


class Brier(Loss):
    """A user's own loss: the squared error of the probability of being a true pair."""

    form = "pairs"

    def positive(self, scores):
        error = expit(-scores)
        return 0.5 * error**2, -(error**2) * expit(scores)

    def negative(self, scores):
        error = expit(scores)
        return 0.5 * error**2, error**2 * expit(-scores)


def count(path, max_features=None):
    """Co-occurrence of the default window as subsampling leaves it, and the counts of the words."""
    analyze = make_analyzer(**text_parameters(SkipGramVectorizer(analyzer=str.split)))
    tokens, words = encode(LineDocuments(path), analyze, None, unknown="add")
    tokens, words = prune(tokens, words, min_count=5, min_df=1, max_df=1.0, max_features=max_features)
    counts = tokens.counts(len(words))
    units, scale = window_units(5, "linear", tokens.longest)
    counted = count_cooccurrences(tokens, len(words), units, n_jobs=N_JOBS)
    return expected_cooccurrence(counted, scale, keep_probabilities(counts, 1e-3)), counts


def solver_of(loss, pairs, counts, centers):
    """A solver at its start."""
    paths = paths_of(loss, counts)
    n_outputs = pairs.shape[1] if paths is None else paths.shape[1]
    contexts = np.zeros((n_outputs, N_COMPONENTS), dtype=np.float32)
    problem = Problem(pairs, centers, contexts, loss, noise_distribution(counts, 0.75), 5, paths)
    return make_solver(problem, RATE, np.random.RandomState(0), N_JOBS)


def seconds_of(function):
    begin = time.perf_counter()
    function()
    return time.perf_counter() - begin


def in_turns(functions, repeats):
    """Median seconds of functions by name, which take turns, and all seconds; a first turn is not counted."""
    for function in functions.values():
        function()
    seconds = {name: [] for name in functions}
    for _ in range(repeats):
        for name, function in functions.items():
            seconds[name].append(seconds_of(function))
    return {name: np.median(values) for name, values in seconds.items()}, seconds


def products(centers, contexts):
    """The three products of an epoch of the naive softmax, in its blocks."""
    scores = np.empty((PART_ROWS, len(contexts)), dtype=np.float32)

    def run(first):
        part = centers[first : first + PART_ROWS]
        np.matmul(part, contexts.T)
        np.matmul(scores[: len(part)], contexts)
        np.matmul(scores[: len(part)].T, part)

    scores[:] = 1e-3
    with one_blas_thread(), ThreadPoolExecutor(N_JOBS) as pool:
        for block in range(0, len(centers), BLOCK_ROWS):
            list(pool.map(run, range(block, min(block + BLOCK_ROWS, len(centers)), PART_ROWS)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--corpus", default="wiki17m", choices=list(FILES))
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        corpus = FILES[arguments.corpus](arguments.data, directory)
        pairs, counts = count(corpus)
        few_pairs, few_counts = count(corpus, max_features=10_000)

    losses = {name: LOSSES.resolve(name) for name in LOSSES.names if name not in SLOW} | {"a user's own": Brier()}
    centers = spectral_start(pairs, N_COMPONENTS, 0, N_JOBS, is_symmetric=True)
    solvers = {name: solver_of(loss, pairs, counts, centers) for name, loss in losses.items()}
    epochs = {name: lambda solver=solver: solver.run_epoch(lambda done: RATE) for name, solver in solvers.items()}
    medians, seconds = in_turns(epochs, arguments.repeats)
    lines = [
        f"{arguments.corpus}, V={pairs.shape[0]:,}, d={N_COMPONENTS}, {N_JOBS} threads, {arguments.repeats} epochs",
        "",
        f"{'':24}{'cells':>14}{'seconds':>9}{'to negative sampling':>22}  all seconds",
    ]
    base = medians["negative_sampling"]
    for name, median in medians.items():
        spread = " ".join(f"{value:.2f}" for value in seconds[name])
        lines.append(f"{name:24}{solvers[name].n_pairs:14,}{median:9.2f}{median / base:22.2f}  {spread}")
    solvers.clear()
    epochs.clear()

    few_centers = spectral_start(few_pairs, N_COMPONENTS, 0, N_JOBS, is_symmetric=True)
    solver = solver_of(NaiveSoftmax(), few_pairs, few_counts, few_centers)
    contexts = np.ones_like(few_centers)
    medians, seconds = in_turns(
        {
            "naive_softmax": lambda: solver.run_epoch(lambda done: RATE),
            "its products alone": lambda: products(few_centers, contexts),
        },
        2 * arguments.repeats + 1,
    )
    lines += ["", f"its {few_pairs.shape[0]:,} most frequent words alone", ""]
    for name, median in medians.items():
        lines.append(f"{name:24}{median:9.2f}  " + " ".join(f"{value:.2f}" for value in seconds[name]))
    lines += [f"{'ratio':24}{medians['naive_softmax'] / medians['its products alone']:9.2f}", ""]
    lines.append(versions("sklw2v", "numpy", "scipy", "scikit-learn", "numba"))
    save(Path(__file__).with_suffix(".txt"), lines)


if __name__ == "__main__":
    main()
