"""Seconds in the stages that `memory` keeps, without it and with it, the first time and the second, on 20 newsgroups.

    python docs/benchmarks/memory.py --data DIRECTORY

The stages are those of the fits on one of three folds that differ in window and dimension, one after the other by one
thread. Prints a table and saves it beside this file.
"""

import argparse
import tempfile
from itertools import product
from pathlib import Path

from corpora import twenty_newsgroups
from grid import FOLDS, GRID, MIN_COUNT, select, timed
from report import save, versions

from sklw2v import SkipGramVectorizer
from sklw2v.text import text_parameters
from sklw2v.vectorizers._fitting import PRUNING
from sklw2v.vectorizers._stages import Stages


def stage_seconds(X, memory):
    """Seconds in the stages of all fits that differ in window and dimension, by one thread."""
    seconds = {"reading": 0.0, "counting": 0.0, "SVD start": 0.0}
    model = SkipGramVectorizer(min_count=MIN_COUNT)
    pruning = {name: getattr(model, name) for name in PRUNING}
    for window, n_components in product(GRID["window"], GRID["n_components"]):
        stages = Stages(memory, 1)
        (documents, vocabulary), took = timed(stages.read, X, None, None, text_parameters(model), pruning)
        seconds["reading"] += took
        counts = documents.tokens.counts(len(vocabulary))
        cooccurrence, took = timed(stages.count, documents, counts, window, model.window_weights, model.subsample)
        seconds["counting"] += took
        seconds["SVD start"] += timed(stages.spectral_start, cooccurrence.matrix, n_components, 0)[1]
    return seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    (X, y), _ = twenty_newsgroups(parser.parse_args().data)
    X = select(X, next(FOLDS.split(X, y))[0])
    stage_seconds(X[::20], None)  # compiles
    with tempfile.TemporaryDirectory() as memory:
        stages = {
            "no memory": stage_seconds(X, None),
            "memory, first time": stage_seconds(X, memory),
            "memory, second time": stage_seconds(X, memory),
        }
    none, first, second = (seconds["counting"] + seconds["SVD start"] for seconds in stages.values())
    lines = [
        f"20 newsgroups, {len(X)} documents; seconds in all of {len(GRID['window'])} windows x "
        f"{len(GRID['n_components'])} dimensions: {GRID['window']}, {GRID['n_components']}",
        "",
        f"{'':24}" + "".join(f"{name:>12}" for name in stages["no memory"]),
        *(f"{label:24}" + "".join(f"{took:12.2f}" for took in row.values()) for label, row in stages.items()),
        "",
        f"counting and SVD, second time: {100 * second / none:.1f} % of the time without memory, "
        f"{100 * second / first:.1f} % of the first time, when the dimensions share counts and start already",
        versions("sklw2v", "numpy", "scipy", "scikit-learn", "joblib"),
    ]
    save(Path(__file__).with_suffix(".txt"), lines)


if __name__ == "__main__":
    main()
