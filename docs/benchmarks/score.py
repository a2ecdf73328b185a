"""Does `score` choose as word similarity does? Held-out likelihood beside the figures of word vectors, by setting.

    python docs/benchmarks/score.py --data DIRECTORY

Every fiftieth article of wiki17m is held out. Settings share vocabulary and window, so their scores compare; counts and
starts are shared through `memory`. Prints a table and saves it beside this file.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
from corpora import read_lines
from report import save, versions
from scipy.stats import spearmanr
from word_vectors import FIGURES, judge

from sklw2v import SkipGramVectorizer

DIMENSIONS = [{"n_components": d} for d in (5, 20, 50, 100, 200)]
NEGATIVES = [{"n_negatives": k} for k in (1, 2, 10, 20)]
EVERY = 50


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    arguments = parser.parse_args()
    articles = read_lines(arguments.data / "wiki17m.txt.xz")
    held_out = articles[::EVERY]
    training = [article for position, article in enumerate(articles) if position % EVERY]
    lines = [
        f"wiki17m, {len(training)} articles, {len(held_out)} held out, min_count 5; d=100, K=5 where not said",
        "",
        f"{'':20}{'fit, s':>8}{'score':>9}{'perplexity':>12}{'seconds':>9}" + "".join(f"{f:>11}" for f in FIGURES),
    ]
    results = []
    with tempfile.TemporaryDirectory() as memory:
        for setting in DIMENSIONS + NEGATIVES:
            vectorizer = SkipGramVectorizer(
                analyzer=str.split, min_count=5, memory=memory, n_jobs=2, random_state=0, **setting
            )
            begin = time.perf_counter()
            vectorizer.fit(training)
            middle = time.perf_counter()
            report = vectorizer.score_report(held_out)
            end = time.perf_counter()
            figures = judge(vectorizer.word_vectors_, arguments.data)
            results.append((report.score, np.mean(list(figures.values()))))
            label = ", ".join(f"{name}={value}" for name, value in setting.items())
            lines.append(
                f"{label:20}{middle - begin:8.1f}{report.score:9.4f}{report.perplexity:12.1f}{end - middle:9.1f}"
                + "".join(f"{value:11.3f}" for value in figures.values())
            )
            print(lines[-1], flush=True)
    scores, means = np.array(results).T
    five = slice(len(DIMENSIONS))
    lines += [
        "",
        f"Spearman's correlation of score and mean of the five figures: {spearmanr(scores[five], means[five])[0]:.2f} "
        f"over the five dimensions, {spearmanr(scores, means)[0]:.2f} over all {len(results)} settings",
        f"{report.n_centers} centre words drawn, {report.oov_share:.1%} of the held-out tokens unknown",
        versions("sklw2v", "numpy", "scipy", "scikit-learn", "numba"),
    ]
    save(Path(__file__).with_suffix(".txt"), lines)


if __name__ == "__main__":
    main()
