"""What `max_iter="auto"` was chosen from: quality by number of epochs, and by the share of C in a word's vector.

    python docs/benchmarks/epochs.py --data DIRECTORY [--corpora TREC ...] [--epochs 5 8 ...]

One fit for each corpus and number of epochs. Corpora with labels are judged by the accuracy of a logistic regression on
mean vectors of the documents, `classification.py` says how; the others by the mean of the five figures of
`word_vectors.py`. Prints a table and saves it beside this file.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
from classification import accuracy
from corpora import CORPORA, FILES
from report import save, versions
from word_vectors import judge

from sklw2v import LineDocuments, SkipGramVectorizer, WordVectors

SHARES = (0.0, 0.25, 1.0)
LABELLED = ("TREC", "SST-2", "R8", "20 newsgroups")
UNLABELLED = ("wiki5m", "imdb_words", "wiki17m")


def mixtures(vectorizer, shares=SHARES):
    """The fitted vectorizer with each share of the context vectors in turn."""
    words, counts = vectorizer.word_vectors_.words, vectorizer.word_vectors_.counts
    for share in shares:
        vectors = vectorizer.center_vectors_ + np.float32(share) * vectorizer.context_vectors_
        vectorizer.word_vectors_ = WordVectors(words, vectors, counts)
        yield vectorizer


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--corpora", nargs="+", default=LABELLED + UNLABELLED, choices=LABELLED + UNLABELLED)
    parser.add_argument("--epochs", nargs="+", type=int, default=[5, 8, 12, 20])
    arguments = parser.parse_args()
    shares = "".join(f"{f'W + {share:g} C':>12}" for share in SHARES)
    lines = [f"d=100, one seed; a star marks max_iter='auto'\n\n{'':16}{'tokens':>8}{'epochs':>8}{shares}"]

    def add(name, documents, judge_one, **parameters):
        rows = {}
        for max_iter in ("auto", *arguments.epochs):
            if max_iter in rows:
                continue  # it is what "auto" came to
            vectorizer = SkipGramVectorizer(n_jobs=2, random_state=0, max_iter=max_iter, **parameters).fit(documents)
            n_tokens = vectorizer.word_vectors_.counts.sum() / 1e6
            star = "*" if max_iter == "auto" else " "
            figures = "".join(f"{judge_one(mixture):12.1f}" for mixture in mixtures(vectorizer))
            rows[vectorizer.n_iter_] = f"{name:16}{n_tokens:7.2f}M{vectorizer.n_iter_:7}{star}{figures}"
            print(rows[vectorizer.n_iter_], flush=True)
        lines.extend(rows[n_epochs] for n_epochs in sorted(rows))

    for name in arguments.corpora:
        if name in LABELLED:
            (train, train_labels), (test, test_labels) = CORPORA[name](arguments.data)

            def judge_accuracy(v, train=train, labels=train_labels, test=test, test_labels=test_labels):
                return accuracy(v.transform(train), labels, v.transform(test), test_labels)

            add(name, train, judge_accuracy)
            continue
        with tempfile.TemporaryDirectory() as directory:
            documents = LineDocuments(FILES[name](arguments.data, directory))

            def judge_words(v):
                return 100 * np.mean(list(judge(v.word_vectors_, arguments.data).values()))

            add(name, documents, judge_words, analyzer=str.split, min_count=5)
    lines += ["", "Figures are accuracies in %, or 100 times the mean of four correlations and the share of analogies."]
    lines += [versions("sklw2v", "numpy", "scipy", "scikit-learn", "numba")]
    save(Path(__file__).with_suffix(".txt"), lines)


if __name__ == "__main__":
    main()
