"""What decided the defaults: epochs and min_count on small corpora, limits of the solver on Wikipedia.

    python docs/benchmarks/settings.py --data DIRECTORY

One seed. Prints its tables and saves them beside this file.
"""

import argparse
import tempfile
from pathlib import Path

from classification import accuracy
from corpora import CORPORA, unpack
from report import save, versions
from wikipedia import FIGURES, judge

from sklw2v import LineDocuments, SkipGramVectorizer, WordVectors, sgd_pairs

EPOCHS = (0, 8, 24, 40, 80)
MIN_COUNTS = (1, 2, 5)
# visits of a cell at most, step at most, epochs
LIMITS = ((1, 0.05, 8), (4, 0.05, 8), (4, 0.025, 8), (8, 0.025, 8), (8, 0.0125, 8), (8, 0.025, 15))


def small_corpora(data):
    settings = [{"max_iter": n} for n in EPOCHS] + [{"min_count": n, "max_iter": 40} for n in MIN_COUNTS]
    yield "accuracy in % on test documents, mean pooling, d=100"
    yield f"{'':32}{'TREC':>10}{'SST-2':>10}"
    for setting in settings:
        cells = []
        for corpus in ("TREC", "SST-2"):
            (train, train_labels), (test, test_labels) = CORPORA[corpus](data)
            vectorizer = SkipGramVectorizer(n_jobs=2, random_state=0, **setting)
            features = vectorizer.fit_transform(train)
            cells.append(accuracy(features, train_labels, vectorizer.transform(test), test_labels))
        yield f"{setting!s:32}" + "".join(f"{cell:10.1f}" for cell in cells)


def wikipedia(data):
    yield "wiki17m, d=100, min_count 5; v: centre vectors, v + u: centre plus context vectors"
    yield f"{'visits':>6}{'step':>8}{'epochs':>7}  {'':6}" + "".join(f"{name:>10}" for name in (*FIGURES, "mean"))
    with tempfile.TemporaryDirectory() as directory:
        documents = LineDocuments(unpack(data, "wiki17m", directory))
        for visits, step, epochs in LIMITS:
            sgd_pairs.MAX_VISITS, sgd_pairs.MAX_STEP = visits, step
            model = SkipGramVectorizer(analyzer=str.split, min_count=5, max_iter=epochs, n_jobs=2, random_state=0)
            model.fit(documents)
            for name, vectors in (("v", model.center_vectors_), ("v + u", model.word_vectors_.vectors)):
                figures = judge(WordVectors(model.word_vectors_.words, vectors), data)
                cells = [*figures.values(), sum(figures.values()) / len(figures)]
                yield f"{visits:6}{step:8}{epochs:7}  {name:6}" + "".join(f"{cell:10.3f}" for cell in cells)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data
    lines = []
    for table in (small_corpora, wikipedia):
        for line in table(data):
            print(line, flush=True)
            lines.append(line)
        lines.append("")
    save(
        Path(__file__).with_name("settings.txt"),
        [*lines, versions("sklw2v", "numpy", "scipy", "scikit-learn", "numba")],
    )


if __name__ == "__main__":
    main()
