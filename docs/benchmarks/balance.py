"""What it does to vectors of the naive softmax that both sides of their scores get the same squares and products.

    python docs/benchmarks/balance.py --data DIRECTORY [--seeds 3]

One fit for each corpus and seed. Its vectors are judged as the solver leaves them, and as the fit ends: with the same
scores, shared equally between centre and context vectors. Words: the mean of the four tests of word similarity, and
analogies, on two corpora cut to their 10,000 most frequent words. The rule was chosen on wiki17m; IMDb and the lines of
wiki34m had no part in it. Documents: accuracy in % with all labels, as in `losses.py`. Prints a table and saves it
beside this file.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
from corpora import DOCUMENT_SETS, FILES, frequent_words
from documents import accuracies
from losses import N_WORDS, cell, commit
from report import save, versions
from sklearn.feature_extraction.text import CountVectorizer
from word_vectors import judge

from sklw2v import LineDocuments, PretrainedVectorizer, SkipGramVectorizer, WordVectors
from sklw2v.vectorizers import _fitting

CORPORA = ("wiki17m", "imdb_words", "wiki34m_lines")
SETS = ("TREC", "SST-2")


def both(documents, seed, **parameters):
    """Word vectors of one fit: as the solver leaves them, and balanced."""
    left = []

    def balanced(centers, contexts):
        left.append(centers + _fitting.CONTEXT_SHARE * contexts)
        return original(centers, contexts)

    original, _fitting.balanced = _fitting.balanced, balanced
    try:
        model = SkipGramVectorizer(loss="naive_softmax", n_jobs=2, random_state=seed, **parameters).fit(documents)
    finally:
        _fitting.balanced = original
    return WordVectors(model.word_vectors_.words, left[0]), model.word_vectors_


def word_figures(corpus, data, directory, seed):
    path, _ = frequent_words(FILES[corpus](data, directory), N_WORDS, directory)
    for vectors in both(LineDocuments(path), seed, analyzer=str.split):
        *similarity, analogies = judge(vectors, data).values()
        yield np.mean(similarity), analogies


def accuracy(name, data, seed):
    (train, labels), (test, test_labels) = DOCUMENT_SETS[name](data)
    for vectors in both(train, seed, analyzer=CountVectorizer().build_analyzer()):
        vectorizer = PretrainedVectorizer(vectors, pooling="mean")
        features = vectorizer.fit_transform(train), vectorizer.transform(test)
        found = accuracies(features, np.array(labels), np.array(test_labels), seed, ("all",))
        yield (float(np.mean(dict(found)["all"])),)


def line(name, runs, digits):
    """One row of a table; `runs` has the shape (seeds, 2, figures)."""
    columns = [runs[:, side, figure] for figure in range(runs.shape[2]) for side in (0, 1)]
    return f"{name:16}" + "".join(cell(values, 20, digits) for values in columns)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    seeds = range(arguments.seeds)
    names = ("similarity", "balanced", "analogies", "balanced")
    lines = [
        f"naive softmax, {N_WORDS:,} words, d=100, {arguments.seeds} seeds, mean +- standard deviation (n - 1)",
        "",
        f"{'':16}" + "".join(f"{name:>20}" for name in names),
    ]
    with tempfile.TemporaryDirectory() as directory:
        for corpus in CORPORA:
            runs = [list(word_figures(corpus, arguments.data, Path(directory), seed)) for seed in seeds]
            lines.append(line(corpus, np.array(runs), 4))
            print(lines[-1], flush=True)
    lines += ["", f"{'':16}{'accuracy':>20}{'balanced':>20}"]
    for name in SETS:
        runs = [list(accuracy(name, arguments.data, seed)) for seed in seeds]
        lines.append(line(name, np.array(runs), 1))
        print(lines[-1], flush=True)
    lines += ["", versions("sklw2v", "numpy", "scipy", "scikit-learn", "numba") + f"; commit {commit()}"]
    return save(Path(__file__).with_suffix(".txt"), lines)


if __name__ == "__main__":
    main()
