"""Accuracy on held-out training documents, with all labels, of two sets where others are ahead on the test documents.

    python docs/benchmarks/held_out.py --data DIRECTORY

On the test questions of TREC, TF-IDF and sklw2v side by side are behind TF-IDF alone; on R8, with 300 components, the
features of sklw2v are behind TF-IDF + SVD (documents.py). Is it the features, or these test documents? Test documents
are not read here: the training documents are cut into five parts, and each part is in turn the test documents of
features and classifiers fitted on the others, all as in documents.py. Prints tables and saves them beside this file.
"""

import argparse
from pathlib import Path

import numpy as np
from corpora import DOCUMENT_SETS
from documents import FEATURES, Features, accuracies
from report import save, versions
from sklearn.model_selection import StratifiedKFold

CORPORA = ("TREC", "R8")
N_COMPONENTS = 300
NAMES = (
    "TF-IDF",
    "TF-IDF + SVD",
    "sklw2v, mean",
    "sklw2v, mean, window 40",
    "sklw2v, labels",
    "sklw2v, labels, window 40",
    "TF-IDF and sklw2v",
)


def by_fold(corpus, data):
    """Accuracies in %, by feature set: a list over folds."""
    (texts, labels), _ = DOCUMENT_SETS[corpus](data)
    labels = np.array(labels)
    found = {name: [] for name in NAMES}
    for fold, parts in enumerate(StratifiedKFold(5, shuffle=True, random_state=1).split(texts, labels)):
        train, test = ([texts[row] for row in rows] for rows in parts)
        of_train, of_test = (labels[rows] for rows in parts)
        features = Features(train, of_train, test, N_COMPONENTS, fold)
        for name in NAMES:
            [(_, [accuracy])] = accuracies(FEATURES[name](features), of_train, of_test, fold, ["all"])
            found[name].append(accuracy)
        print(corpus, fold, {name: round(scores[-1], 2) for name, scores in found.items()}, flush=True)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    arguments = parser.parse_args()
    lines = [f"accuracy in % on held-out training documents, all labels, d={N_COMPONENTS}, mean +- standard deviation"]
    lines += ["over five folds; and points ahead of TF-IDF and of TF-IDF + SVD, by fold, in the mean"]
    for corpus in CORPORA:
        found = by_fold(corpus, arguments.data)
        lines += ["", f"{corpus:30}{'accuracy':>14}{'- TF-IDF':>15}{'- TF-IDF + SVD':>17}"]
        for name, scores in found.items():
            cells = [f"{np.mean(scores):8.2f} +- {np.std(scores):3.1f}"]
            for width, other in ((8, "TF-IDF"), (10, "TF-IDF + SVD")):
                ahead = np.subtract(scores, found[other])
                cells.append(f"{ahead.mean():{width}.2f} +- {ahead.std():3.1f}" if name != other else " " * (width + 7))
            lines.append(f"{name:30}" + "".join(cells).rstrip())
    lines += ["", versions("sklw2v", "numpy", "scipy", "scikit-learn", "numba")]
    save(Path(__file__).with_suffix(".txt"), lines)


if __name__ == "__main__":
    main()
