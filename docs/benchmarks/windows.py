"""How wide a window, and which pooling, features of documents want where labels are few: on training documents alone.

    python docs/benchmarks/windows.py --data DIRECTORY [--neighbors]

A fifth of the training documents of each data set of documents.py, 3,000 at most, is held out, and features are fitted
on the others, d=100, one seed; test documents are not read. TF-IDF beside the features, centred and scaled to unit
length, a logistic regression on 5 and on 20 labels a class, eight draws, as in documents.py. Movie reviews and
subjectivity have no test documents of their own: documents.py holds out other folds of them for its second to fifth
seed, which are training documents here. `--neighbors` keeps the window at 40 and changes the parameters of "neighbors".
Prints tables and saves them beside this file.
"""

import argparse
from pathlib import Path

import numpy as np
from corpora import DOCUMENT_SETS
from documents import UNIT_LENGTH, Features, accuracy_of_few, draw, prepared
from joblib import Parallel, delayed
from report import save, versions
from sklearn.model_selection import StratifiedKFold

from sklw2v.pooling import MeanPooling, NeighborPooling

N_COMPONENTS = 100
WINDOWS = (5, 20, 40, 100)
POOLINGS = {  # the two last have the same weights
    "mean": "mean",
    "tfidf": "tfidf",
    "mean, weighted": MeanPooling(sublinear_tf=True, use_idf=True),
    "neighbors": "neighbors",
}
SETTINGS = [  # of "neighbors": n_neighbors and weight
    *((n_neighbors, 1.0) for n_neighbors in (1, 5, 10, 20, 40, 80)),
    *((20, weight) for weight in (0.25, 0.5, 2.0, 4.0)),
]
SIZES, DRAWS = (5, 20), 8
MOST_HELD_OUT = 3000


def split(corpus, data):
    """Texts and labels of training documents, and of those held out of them."""
    (texts, labels), _ = DOCUMENT_SETS[corpus](data)
    labels = np.array(labels)
    training, held_out = next(StratifiedKFold(5, shuffle=True, random_state=0).split(texts, labels))
    held_out = np.random.RandomState(0).permutation(held_out)[:MOST_HELD_OUT]
    return [([texts[row] for row in rows], labels[rows]) for rows in (training, held_out)]


def candidates(features):
    """Names, and features of training and held-out documents."""
    yield "TF-IDF", features.tfidf
    yield "TF-IDF + SVD", prepared(UNIT_LENGTH, *features.svd)
    yield "TF-IDF and SVD", features.union(features.svd)[-1]
    yield "TF-IDF and SVD, neighbors", features.union(features.svd_and_neighbors())[-1]
    for window in WINDOWS:
        words = features.fitted(window=window).word_vectors_
        for name, pooling in POOLINGS.items():
            yield f"window {window:3}, {name}", features.union(features.pooled(words, pooling))[-1]


def candidates_of_neighbors(features):
    """The same, for the window that was chosen and several parameters of the pooling."""
    words = features.skip_gram_wide.word_vectors_
    yield "no neighbours, weighted", features.union(features.pooled(words, POOLINGS["mean, weighted"]))[-1]
    for n_neighbors, weight in SETTINGS:
        pooling = NeighborPooling(n_neighbors=n_neighbors, weight=weight)
        yield f"{n_neighbors:2} neighbours, weight {weight:4}", features.union(features.pooled(words, pooling))[-1]


def accuracies(corpus, data, candidates):
    """Mean accuracies in %, by name and number of labels."""
    (train, labels), (test, test_labels) = split(corpus, data)
    found = {}
    for name, (of_train, of_test) in candidates(Features(train, labels, test, N_COMPONENTS, 0)):
        for n in SIZES:
            draws = [draw(labels, n, number) for number in range(DRAWS)]
            jobs = (delayed(accuracy_of_few)(of_train[rows], labels[rows], of_test, test_labels) for rows in draws)
            found[name, n] = np.mean(Parallel(n_jobs=2)(jobs))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--neighbors", action="store_true", help="parameters of this pooling in place of windows")
    arguments = parser.parse_args()
    found = {}
    for corpus in DOCUMENT_SETS:
        found[corpus] = accuracies(
            corpus, arguments.data, candidates_of_neighbors if arguments.neighbors else candidates
        )
        print(corpus, flush=True)
    lines = [f"accuracy in % on held-out training documents, d={N_COMPONENTS}, {DRAWS} draws of labels, one seed"]
    for n in SIZES:
        lines += ["", f"{f'{n} labels a class':30}" + "".join(f"{corpus:>15}" for corpus in found) + f"{'mean':>8}"]
        for name in [name for name, size in next(iter(found.values())) if size == n]:
            scores = [of_corpus[name, n] for of_corpus in found.values()]
            lines.append(f"{name:30}" + "".join(f"{score:15.2f}" for score in scores) + f"{np.mean(scores):8.2f}")
    lines += ["", versions("sklw2v", "numpy", "scipy", "scikit-learn", "numba")]
    save(Path(__file__).with_name("windows_neighbors.txt" if arguments.neighbors else "windows.txt"), lines)


if __name__ == "__main__":
    main()
