"""How much of the co-occurrence weight is trained on, and would more updates of a cell, or larger ones, do better?

    python docs/benchmarks/updates.py --data DIRECTORY [--seeds 2] [--results FOLDER]

A cell of weight w is updated up to MAX_UPDATES times an epoch, each time by a step of at most MAX_STEP, so that of its
weight at most ``MAX_UPDATES * MAX_STEP / learning rate`` counts. First, for wiki17m and each of its epochs: that share
of the whole weight, and updates a cell. Then, on the texts of IMDb, other limits: updates a cell and epoch, the
mean of the five figures of word_vectors.py, and the score of every fiftieth document, held out. ``--results`` keeps
what is done and goes on from there. Prints tables and saves them beside this file.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

EVERY = 50
CORPORA = ("imdb_words",)
LIMITS = {"as it is": {}, "MAX_UPDATES=4": {"MAX_UPDATES": 4}, "MAX_UPDATES=16": {"MAX_UPDATES": 16}}
LIMITS |= {"MAX_STEP=.0125, MAX_UPDATES=16": {"MAX_STEP": 0.0125, "MAX_UPDATES": 16}}
LIMITS |= {"MAX_STEP=.05": {"MAX_STEP": 0.05}, "MAX_STEP=.05, MAX_UPDATES=4": {"MAX_STEP": 0.05, "MAX_UPDATES": 4}}


def set_limits(MAX_STEP=0.025, MAX_UPDATES=8):
    """Set the limits wherever the engine has them; nothing may have been compiled before."""
    from sklw2v.training.pairs import _kernels, _solver, _tiles

    for module in (_kernels, _solver, _tiles):
        for name, value in (("MAX_STEP", MAX_STEP), ("MAX_UPDATES", MAX_UPDATES)):
            if hasattr(module, name):
                setattr(module, name, value)
    _kernels.LARGEST_STEP = np.float32(MAX_STEP)
    _kernels.MORE_UPDATES = np.float32(MAX_UPDATES - 1)


def trained(weights, rate, MAX_STEP=0.025, MAX_UPDATES=8):
    """Share of the weight that an epoch of a learning rate trains on, and its updates a cell."""
    updates = np.minimum(np.floor(weights * (rate / MAX_STEP)) + 1, MAX_UPDATES)
    counted = np.minimum(weights, updates * (MAX_STEP / rate))
    return counted.sum() / weights.sum(), updates.mean()


def fit(articles, seed, **params):
    """A fit, its learning rates in the middle of each epoch, and the weights of its cells."""
    from sklw2v import SkipGramVectorizer
    from sklw2v.training import _loop
    from sklw2v.vectorizers import _fitting

    seen = {}

    def make_solver(problem, *arguments, **options):
        seen["weights"] = problem.cooccurrence.data.astype(np.float64)
        return _loop.make_solver(problem, *arguments, **options)

    _fitting.make_solver = make_solver
    vectorizer = SkipGramVectorizer(analyzer=str.split, min_count=5, n_jobs=2, random_state=seed, **params)
    vectorizer.fit(articles)
    n_epochs = vectorizer.n_iter_
    rates = 0.025 * (1 - (1 - _loop.FINAL_LEARNING_RATE) * (np.arange(n_epochs) + 0.5) / n_epochs)
    return vectorizer, rates, seen["weights"]


def child(path, data, seed, limits):
    """Print the figures of one fit as JSON."""
    from word_vectors import judge

    set_limits(**limits)
    lines = Path(path).read_text("utf-8").removesuffix("\n").split("\n")
    vectorizer, rates, weights = fit([line for place, line in enumerate(lines) if place % EVERY], seed)
    found = {
        "figures": float(np.mean(list(judge(vectorizer.word_vectors_, data).values()))),
        "score": vectorizer.score(lines[::EVERY]),
        "updates": float(np.mean([trained(weights, rate, **limits)[1] for rate in rates])),
        "share": float(np.average([trained(weights, rate, **limits)[0] for rate in rates], weights=rates)),
    }
    print(json.dumps(found))


def by_epoch(path):
    """Lines of the first table."""
    _, rates, weights = fit(
        Path(path).read_text("utf-8").removesuffix("\n").split("\n"), 0, n_components=1, init="random"
    )
    rows = [trained(weights, rate) for rate in rates]
    yield "wiki17m, min_count 5: by epoch, share of the weight that is trained on, and updates a cell"
    yield "epoch      " + "".join(f"{epoch + 1:8}" for epoch in range(len(rows))) + "    mean, weighted with the rate"
    for name, column, form in (("share      ", 0, "8.1%"), ("updates    ", 1, "8.3f")):
        numbers = [row[column] for row in rows]
        yield name + "".join(f"{number:{form}}" for number in numbers) + f"{np.average(numbers, weights=rates):{form}}"
    yield f"cells above the limit of the first epoch: {np.mean(weights * rates[0] > 8 * 0.025):.2%}"


def comparison(corpora, arguments, results):
    """Lines of the second table."""
    yield ""
    seeds = "1 seed" if arguments.seeds == 1 else f"{arguments.seeds} seeds, mean and standard deviation"
    yield f"other limits, {seeds}; share and updates a cell of all epochs"
    for corpus, path in corpora.items():
        yield ""
        yield f"{corpus:32}{'share':>8}{'updates':>9}{'five figures':>20}{'held-out score':>20}"
        for name, limits in LIMITS.items():
            file = results / f"{corpus}, {name}.json"
            runs = json.loads(file.read_text()) if file.exists() else []
            for seed in range(len(runs), arguments.seeds):
                runs.append(run(path, arguments.data, seed, limits))
                file.write_text(json.dumps(runs))
            columns = {key: np.array([one[key] for one in runs]) for key in runs[0]}
            line = f"{name:32}{columns['share'].mean():8.1%}{columns['updates'].mean():9.3f}"
            for key in ("figures", "score"):
                spread = f" +- {columns[key].std():.4f}" if arguments.seeds > 1 else ""
                line += f"{f'{columns[key].mean():.4f}{spread}':>20}"
            yield line


def run(path, data, seed, limits):
    """Figures of one fit, in a process with a cache of its own, in which the limits are compiled."""
    with tempfile.TemporaryDirectory() as cache:
        command = [sys.executable, __file__, "--child", str(path), str(data), str(seed), json.dumps(limits)]
        environment = os.environ | {"NUMBA_CACHE_DIR": cache}
        done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    print(limits, done.stdout.strip(), file=sys.stderr, flush=True)
    return json.loads(done.stdout.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--results", type=Path)
    arguments = parser.parse_args()
    from corpora import FILES
    from report import save, versions

    with tempfile.TemporaryDirectory() as directory:
        results = arguments.results or Path(directory)
        results.mkdir(exist_ok=True)
        corpora = {name: FILES[name](arguments.data, directory) for name in CORPORA}
        lines = [*comparison(corpora, arguments, results), "", versions("sklw2v", "numpy", "scipy", "numba")]
        lines = [*by_epoch(FILES["wiki17m"](arguments.data, directory)), *lines]
        save(Path(__file__).with_suffix(".txt"), lines)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        path, data, seed, limits = sys.argv[2:]
        child(path, Path(data), int(seed), json.loads(limits))
    else:
        main()
