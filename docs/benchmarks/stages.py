"""Where the seconds of a fit go, stage by stage, and how the SGD uses two threads and the memory, on 17 million tokens.

    python docs/benchmarks/stages.py --data DIRECTORY [--runs 5]

Stages are run one by one in one process, compiled before. The SGD is timed with one and two threads in turns, at the
learning rate of the first, the middle and the last epoch. Its floor is a plain copy, by two threads, of as many bytes
as its updates read and write in memory beyond the four centre vectors at hand. Prints a table and saves it beside this
file.
"""

import argparse
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from corpora import wiki17m
from report import save, versions

from sklw2v import LineDocuments
from sklw2v.cooccurrence import count_cooccurrences, expected_cooccurrence, keep_probabilities, window_units
from sklw2v.losses import NegativeSampling
from sklw2v.text import encode, prune
from sklw2v.training import Problem, automatic_max_iter, make_solver, spectral_start
from sklw2v.training._loop import FINAL_LEARNING_RATE
from sklw2v.training.pairs._kernels import GROUP, MAX_STEP, MAX_UPDATES, NOISE_UPDATES

D, K, LEARNING_RATE, N_JOBS = 100, 5, 0.025, 2


def timed(function, *arguments, **keywords):
    begin = time.perf_counter()
    result = function(*arguments, **keywords)
    return result, time.perf_counter() - begin


def stages(documents):
    """The co-occurrence, the start and the noise distribution, and (name, seconds) of each stage."""
    _, split = timed(lambda: sum(len(line.split()) for line in documents))
    (tokens, vocabulary), encoded = timed(encode, documents, str.split)
    (tokens, vocabulary), pruned = timed(
        prune, tokens, vocabulary, min_count=5, min_df=1, max_df=1.0, max_features=None
    )
    n_words = len(vocabulary)
    counts = tokens.counts(n_words)
    units, scale = window_units(5, "linear")
    cooccurrence, counted = timed(count_cooccurrences, tokens, n_words, units, n_jobs=N_JOBS)
    cooccurrence, weighed = timed(expected_cooccurrence, cooccurrence, scale, keep_probabilities(counts, 1e-3))
    start, found = timed(spectral_start, cooccurrence, D, 0, N_JOBS, is_symmetric=True)
    noise = counts**0.75 / np.sum(counts**0.75)
    solver, laid = timed(new_solver, cooccurrence, start, noise, N_JOBS)
    seconds = {
        "reading and splitting": split,
        "ids": encoded - split,
        "pruning": pruned,
        "counting": counted,
        "expected weights": weighed,
        "SVD start": found,
        "tiles and row weights": laid,
    }
    return solver, cooccurrence, start, noise, seconds


def new_solver(cooccurrence, start, noise, n_jobs):
    problem = Problem(cooccurrence, start, np.zeros_like(start), NegativeSampling(), noise, K)
    return make_solver(problem, LEARNING_RATE, np.random.RandomState(0), n_jobs)


def updates(solver, cooccurrence, rate):
    """Updates of true pairs and of noise pairs in an epoch at that rate."""
    true = np.minimum(cooccurrence.data * np.float32(rate / MAX_STEP), MAX_UPDATES - 1).astype(np.int64).sum()
    weights = solver.row_weights.limited(MAX_UPDATES * MAX_STEP / rate)[:, 1]
    of_rows = np.maximum(NOISE_UPDATES * solver.tiles.n_cells, K * weights * rate / MAX_STEP / 2)
    noise = GROUP * of_rows.reshape(-1, GROUP).max(axis=1).sum()
    return cooccurrence.nnz + int(true), int(noise)


def copied_bytes_per_second(n_rows, width):
    """Bytes read and written a second by two threads that copy halves of a matrix as large as the context vectors."""
    source, target = np.ones((n_rows, width), np.float32), np.ones((n_rows, width), np.float32)
    half = n_rows // 2
    seconds = []
    with ThreadPoolExecutor(2) as pool:
        for _ in range(20):
            parts = [(target[:half], source[:half]), (target[half:], source[half:])]
            seconds.append(timed(lambda parts=parts: list(pool.map(lambda part: np.copyto(*part), parts)))[1])
    return 2 * source.nbytes / np.median(seconds)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        documents = LineDocuments(wiki17m(arguments.data, directory))
        for _ in range(2):  # the first time compiles
            solver, cooccurrence, start, noise, seconds = stages(documents)
            solver.run_epoch(lambda done: LEARNING_RATE)
    n_epochs = automatic_max_iter(cooccurrence.sum(dtype=np.float64))
    solvers = {1: new_solver(cooccurrence, start, noise, 1), 2: solver}
    rates = {"first": LEARNING_RATE, "middle": LEARNING_RATE / 2, "last": LEARNING_RATE * FINAL_LEARNING_RATE}
    epochs = {(name, n): [] for name in rates for n in solvers}
    for _ in range(arguments.runs):
        for (name, n), taken in epochs.items():
            taken.append(timed(solvers[n].run_epoch, lambda done, name=name: rates[name])[1])
    width = solver.centers.shape[1]
    copied = copied_bytes_per_second(len(solver.centers), width)
    lines = [
        f"wiki17m, d={D}, window 5, K={K}, min_count 5: {len(start)} words, {cooccurrence.nnz / 1e6:.1f} million "
        f"distinct pairs, {N_JOBS} threads",
        "",
        *(f"{name:24}{taken:8.2f} s" for name, taken in seconds.items()),
        f"{'SGD, an epoch':24}{np.median(epochs['middle', 2]):8.2f} s, {n_epochs} epochs with max_iter='auto'",
        "",
        "SGD, medians by epoch",
        f"{'':10}{'1 thread, s':>12}{'2 threads, s':>14}{'ratio':>8}{'true updates':>13}{'noise updates':>14}"
        f"{'updates/s':>11}{'copy, s':>9}{'copy / SGD':>12}",
    ]
    for name, rate in rates.items():
        true, noises = updates(solver, cooccurrence, rate)
        one, two = (np.median(epochs[name, n]) for n in (1, 2))
        # Each true update reads and writes a context vector; a noise vector is read and written for GROUP updates.
        traffic = 4 * width * 2 * (true + noises / GROUP) + 8 * cooccurrence.nnz
        lines.append(
            f"{name:10}{one:12.2f}{two:14.2f}{one / two:8.2f}{true / 1e6:12.1f}M{noises / 1e6:13.1f}M"
            f"{(true + noises) / two / 1e6:10.1f}M{traffic / copied:9.2f}{traffic / copied / two:12.2f}"
        )
    lines += [
        "",
        f"copy: {copied / 1e9:.1f} GB/s read and written by two threads, {solver.centers.nbytes / 2**20:.0f} MiB",
        versions("sklw2v", "numpy", "scipy", "scikit-learn", "numba"),
    ]
    save(Path(__file__).with_suffix(".txt"), lines)


if __name__ == "__main__":
    main()
