"""What a fit costs on a corpus that grows by 3 and by 9: seconds by stage, distinct pairs, memory.

    python docs/benchmarks/scaling.py --data DIRECTORY

Each fit runs in a process of its own, kernels compiled before. Prints a table with the growth from size to size, and
saves it and a picture beside this file.
"""

import argparse
import contextlib
import io
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from corpora import cut, wiki51m
from report import save, versions

SIZES = (5_667_000, 17_000_000, 51_000_000)  # tokens
STAGES = {"documents": "reading", "distinct": "counting", "start": "SVD start", "epoch": "SGD"}


def fit(path, **params):
    """A fit of one corpus, and its figures."""
    from sklw2v import LineDocuments, SkipGramVectorizer

    vectorizer = SkipGramVectorizer(analyzer=str.split, n_jobs=2, random_state=0, verbose=1, **params)
    SkipGramVectorizer(analyzer=str.split, n_jobs=2, max_iter=1).fit(["a b c d"] * 200 + [str(i) for i in range(200)])
    output = io.StringIO()
    begin = time.perf_counter()
    with contextlib.redirect_stdout(output):
        vectorizer.fit(LineDocuments(path))
    total = time.perf_counter() - begin
    result = {"seconds": total, "n_iter": vectorizer.n_iter_, "n_words": len(vectorizer.vocabulary_)}
    result["peak_gib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    before = 0.0
    for line in output.getvalue().splitlines():
        at, text = re.search(r"\] +([\d.]+) s  (.*)", line).groups()
        stage = next(stage for word, stage in STAGES.items() if word in text)
        result[stage] = result.get(stage, 0.0) + float(at) - before
        before = float(at)
        if found := re.search(r"(\d+) tokens", text):
            result["n_tokens"] = int(found[1])
        if found := re.search(r"(\d+) distinct", text):
            result["n_pairs"] = int(found[1])
    return vectorizer, result


def plot(results, path):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    tokens = [r["n_tokens"] / 1e6 for r in results]
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    for stage in STAGES.values():
        axes[0].plot(tokens, [r[stage] for r in results], marker="o", label=stage)
    axes[0].plot(tokens, [r["seconds"] for r in results], marker="o", color="black", label="whole fit")
    axes[0].set(xscale="log", yscale="log", title="Seconds of a fit, 2 threads", ylim=(0.8, 300))
    axes[0].legend(loc="upper left", ncols=2)
    axes[1].plot(tokens, [r["n_pairs"] / 1e6 for r in results], marker="o", label="million distinct pairs")
    axes[1].plot(tokens, [r["peak_gib"] for r in results], marker="o", label="GiB at the peak")
    axes[1].set(xscale="log", yscale="log", title="Pairs and memory", ylim=(0.4, 300))
    axes[1].legend(loc="upper left")
    for axis in axes:
        axis.set_xlabel("million tokens")
        axis.set_xticks(tokens, [f"{n:.0f}" for n in tokens])
        axis.minorticks_off()
    figure.savefig(path, dpi=110)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        return print(json.dumps(fit(arguments.one, min_count=5)[1]))
    results = []
    with tempfile.TemporaryDirectory() as directory:
        source = wiki51m(arguments.data, directory)
        for n_tokens in SIZES:
            command = [sys.executable, __file__, "--one", str(cut(source, n_tokens, directory))]
            output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
            results.append(json.loads(output.splitlines()[-1]))
    columns = ["reading", "counting", "SVD start", "SGD", "seconds"]
    lines = [
        "wiki17m + wiki34m_more from the beginning, d=100, window 5, K=5, min_count 5, 2 threads, one run each",
        "",
        f"{'tokens':>10}{'words':>9}{'pairs':>10}{'epochs':>8}{'GiB':>7}"
        + "".join(f"{'whole, s' if name == 'seconds' else name + ', s':>14}" for name in columns)
        + f"{'us a token':>12}",
    ]
    for r in results:
        lines.append(
            f"{r['n_tokens'] / 1e6:9.1f}M{r['n_words']:9}{r['n_pairs'] / 1e6:9.1f}M{r['n_iter']:8}{r['peak_gib']:7.2f}"
            + "".join(f"{r[name]:14.1f}" for name in columns)
            + f"{1e6 * r['seconds'] / r['n_tokens']:12.2f}"
        )

    def growth(name):
        first, last = results[0], results[-1]
        return np.log(last[name] / first[name]) / np.log(last["n_tokens"] / first["n_tokens"])

    powers = ", ".join(f"{name} {growth(key):.2f}" for name, key in (("words", "n_words"), ("pairs", "n_pairs")))
    costs = [1e9 * r["SGD"] / r["n_pairs"] / r["n_iter"] for r in results]
    lines += [
        "",
        f"growth as a power of the tokens, first to last: {powers}, memory {growth('peak_gib'):.2f}, "
        f"seconds {growth('seconds'):.2f}",
        f"SGD, ns a pair and epoch (tiles included): {', '.join(f'{cost:.1f}' for cost in costs)}",
        versions("sklw2v", "numpy", "scipy", "scikit-learn", "numba"),
    ]
    plot(results, Path(__file__).with_suffix(".png"))
    return save(Path(__file__).with_suffix(".txt"), lines)


if __name__ == "__main__":
    main()
