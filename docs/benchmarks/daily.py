"""Accuracy of document classification when documents come later: refitted, or added by ``partial_fit``.

    python docs/benchmarks/daily.py --data DIRECTORY [--seeds 2] [--corpora "20 newsgroups" ...]

Of 4,400 training documents (or all, if they are fewer) ten elevenths are there at first, and the others come later.
Vectors are fitted on the first and brought up to date in several ways. A logistic regression on standardised features,
with the same C for all, is fitted either on the features of all training documents as they are in the end, or on those
of the first documents before the others came, which is what a classifier has that nobody refits. Up to 5,000 test
documents are scored. Prints a table and saves it beside this file.
"""

import argparse
import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
from corpora import DOCUMENT_SETS
from report import save, versions
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklw2v import SkipGramVectorizer
from sklw2v.vectorizers._running_counts import RunningCounts

N_DOCUMENTS, N_TEST = 4400, 5000
C = 0.1


def part(rng, texts, labels, size):
    rows = rng.permutation(len(texts))[:size]
    return [texts[row] for row in rows], np.array([labels[row] for row in rows])


def ways(first, later, seed):
    """Vectorizers by name: the first that is fitted alone, and those that know of the later documents."""

    def make(**parameters):
        return SkipGramVectorizer(n_jobs=2, random_state=seed, **parameters)

    fitted = make().fit(first)
    yield "fit on the first documents", fitted
    yield "fit on all", make().fit(first + later)
    yield "fit, then partial_fit", copy.deepcopy(fitted).partial_fit(later)
    alone = copy.deepcopy(fitted)
    counted = RunningCounts.before(alone.vocabulary_, (5, "linear"), alone.word_vectors_.counts)
    alone._running = replace(counted, without_pairs=np.zeros_like(counted.counts))
    yield "the same without a mixture", alone.partial_fit(later)
    counts = make().partial_fit(first)
    yield "partial_fit twice", copy.deepcopy(counts).partial_fit(later)
    yield "partial_fit twice, later max_iter=2", counts.set_params(max_iter=2).partial_fit(later)


def classifier():
    return make_pipeline(StandardScaler(), LogisticRegression(C=C, max_iter=1000))


def accuracies(name, data, seed):
    """For each way: accuracy with a classifier fitted anew, and with that of the first documents."""
    (texts, labels), (test, test_labels) = DOCUMENT_SETS[name](data)
    rng = np.random.RandomState(seed)
    texts, labels = part(rng, texts, labels, N_DOCUMENTS)
    test, test_labels = part(rng, test, test_labels, N_TEST)
    n_first = len(texts) * 10 // 11
    before = None
    found = {}
    for way, vectorizer in ways(texts[:n_first], texts[n_first:], seed):
        features, of_test = vectorizer.transform(texts), vectorizer.transform(test)
        before = before or classifier().fit(features[:n_first], labels[:n_first])
        anew = classifier().fit(features, labels)
        found[way] = anew.score(of_test, test_labels), before.score(of_test, test_labels)
        print(f"  {name}, seed {seed}, {way}: {found[way][0]:.4f} {found[way][1]:.4f}", flush=True)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--corpora", nargs="+", default=["20 newsgroups", "IMDb", "R8", "subjectivity"])
    arguments = parser.parse_args()
    lines = [versions("scikit-learn", "numpy"), ""]
    for name in arguments.corpora:
        found = [accuracies(name, arguments.data, seed) for seed in range(arguments.seeds)]
        lines += [f"{name}, accuracy, mean and spread of {arguments.seeds} seeds"]
        lines += [f"  {'':36}{'classifier fitted anew':>24}{'that of before':>20}"]
        for way in found[0]:
            cells = [np.array([of_seed[way][column] for of_seed in found]) for column in range(2)]
            shown = [f"{cell.mean():.4f} +- {cell.std():.4f}" for cell in cells]
            lines.append(f"  {way:36}{shown[0]:>24}{'' if way == 'fit on all' else shown[1]:>20}")
        lines.append("")
    save(Path(__file__).with_suffix(".txt"), lines)


if __name__ == "__main__":
    main()
