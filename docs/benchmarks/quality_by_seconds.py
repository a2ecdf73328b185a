"""Quality of word vectors against the seconds they take: gensim and sklw2v at several numbers of epochs, one picture.

    python docs/benchmarks/quality_by_seconds.py --data DIRECTORY

Every model is trained from the file in a process of its own, as in ``word_vectors.py``, with one seed. TF-IDF + SVD is
judged by its word vectors, the right singular vectors times the singular values. Prints a table and saves it and a
picture beside this file.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from corpora import wiki17m
from report import save, versions
from word_vectors import FIGURES, judge, train_gensim, train_sklw2v

SYSTEMS = {
    "gensim": (train_gensim, (1, 2, 3, 5)),
    "sklw2v": (train_sklw2v, (0, 2, 4, "auto", 12, 20)),
    "TF-IDF + SVD": (None, ("",)),
}


def train_tfidf_svd(corpus, seed, n_components):
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    begin = time.perf_counter()
    tfidf = TfidfVectorizer(analyzer=str.split, min_df=5, sublinear_tf=True)
    with open(corpus) as lines:
        weights = tfidf.fit_transform(lines)
    svd = TruncatedSVD(n_components, random_state=seed).fit(weights)
    vectors = (svd.components_ * svd.singular_values_[:, np.newaxis]).T
    return time.perf_counter() - begin, tfidf.get_feature_names_out().tolist(), vectors, weights


def run_one(system, epochs, corpus, data):
    from sklw2v import WordVectors

    if system == "TF-IDF + SVD":
        seconds, words, vectors, weights = train_tfidf_svd(corpus, 0, 100)
        order = np.argsort(-np.bincount(weights.indices, minlength=len(words)), kind="stable")
        words, vectors = [words[i] for i in order], np.ascontiguousarray(vectors[order], dtype=np.float32)
    else:
        epochs = epochs if epochs == "auto" else int(epochs)
        seconds, words, vectors = SYSTEMS[system][0](corpus, 0, 100, epochs)
    figures = judge(WordVectors(words, vectors), data)
    print(json.dumps({"system": system, "epochs": epochs, "seconds": seconds} | figures))


def plot(results, path):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(9, 3.8), layout="constrained")
    for axis, figure_names, title in zip(
        axes, (FIGURES[:4], FIGURES[4:]), ("mean of WS353, SimLex, MEN, MTurk", "analogies"), strict=True
    ):
        for system in SYSTEMS:
            runs = [r for r in results if r["system"] == system]
            heights = [np.mean([r[name] for name in figure_names]) for r in runs]
            axis.plot([r["seconds"] for r in runs], heights, marker="o", label=system)
            for r, height in zip(runs, heights, strict=True):
                axis.annotate(f" {r['epochs']}", (r["seconds"], height), va="top", fontsize=8)
        axis.set(xscale="log", xlabel="seconds from the file", title=title)
        axis.set_xticks([10, 20, 50, 100, 200], [10, 20, 50, 100, 200])
        axis.minorticks_off()
    axes[0].set_ylabel("Spearman's correlation; accuracy")
    axes[1].legend(loc="lower right")
    figure.savefig(path, dpi=110)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--one", nargs=3, metavar=("SYSTEM", "EPOCHS", "FILE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        return run_one(*arguments.one, arguments.data)
    results = []
    with tempfile.TemporaryDirectory() as directory:
        corpus = wiki17m(arguments.data, directory)
        for system, (_, epochs) in SYSTEMS.items():
            for n in epochs:
                command = [sys.executable, __file__, "--data", str(arguments.data)]
                command += ["--one", system, str(n), str(corpus)]
                output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
                sys.stderr.write(output)
                results.append(json.loads(output.splitlines()[-1]))
    lines = [
        "wiki17m, d=100, one seed, 2 threads; epochs: gensim's epochs, max_iter of sklw2v (0: the SVD start alone)",
        "",
        f"{'':14}{'epochs':>8}{'seconds':>9}" + "".join(f"{name:>11}" for name in FIGURES),
    ]
    for r in results:
        lines.append(
            f"{r['system']:14}{r['epochs']:>8}{r['seconds']:9.1f}" + "".join(f"{r[name]:11.3f}" for name in FIGURES)
        )
    lines += ["", versions("sklw2v", "gensim", "numpy", "scipy", "scikit-learn", "numba")]
    plot(results, Path(__file__).with_suffix(".png"))
    return save(Path(__file__).with_suffix(".txt"), lines)


if __name__ == "__main__":
    main()
