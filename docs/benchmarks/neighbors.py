"""Seconds for the ten nearest words of 1,000 queries: all at once, one by one, and one by one in gensim, in one run.

    python docs/benchmarks/neighbors.py [--words 87000] [--components 100] [--queries 1000] [--runs 5]

The vectors are random, since their values do not matter here. All three take turns; gensim has no query of many words
at once. Prints a table and saves it beside this file.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from report import save, versions

from sklw2v import WordVectors


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--words", type=int, default=87_000)
    parser.add_argument("--components", type=int, default=100)
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((arguments.words, arguments.components)).astype(np.float32)
    wv = WordVectors([f"word{i}" for i in range(arguments.words)], vectors)
    queries = [wv.words[row] for row in rng.choice(arguments.words, arguments.queries, replace=False)]
    keyed_vectors = wv.to_gensim()
    ways = {
        "sklw2v, most_similar_batch": lambda: wv.most_similar_batch(queries),
        "sklw2v, most_similar": lambda: [wv.most_similar(query) for query in queries],
        "gensim, most_similar": lambda: [keyed_vectors.most_similar(query) for query in queries],
    }
    seconds = {name: [] for name in ways}
    for _ in range(arguments.runs):
        found = {}
        for name, answer in ways.items():
            begin = time.perf_counter()
            found[name] = [[word for word, _ in answers] for answers in answer()]
            seconds[name].append(time.perf_counter() - begin)
    batch, single, peer = found.values()
    assert batch == single
    n_same = sum(ours == theirs for ours, theirs in zip(batch, peer, strict=True))
    peer_seconds = np.median(seconds["gensim, most_similar"])
    lines = [
        f"The ten nearest of {arguments.words:,} words, d={arguments.components}, to {arguments.queries:,} of them; "
        f"medians of {arguments.runs} alternating runs",
        "",
        f"{'':28}{'seconds':>10}{'/ gensim':>10}{'ms a query':>12}",
    ]
    for name in ways:
        median = np.median(seconds[name])
        lines.append(f"{name:28}{median:10.2f}{median / peer_seconds:10.3f}{1e3 * median / arguments.queries:12.2f}")
    lines += ["", f"{n_same:,} of {arguments.queries:,} answers have the ten words of gensim in its order."]
    lines += ["", versions("sklw2v", "gensim", "numpy", "scipy")]
    save(Path(__file__).with_suffix(".txt"), lines)


if __name__ == "__main__":
    main()
