"""Seconds of a fit on little text, beside gensim.

    python docs/benchmarks/small.py --data DIRECTORY [--repetitions 5] [--tokens 1000000 5000000]

The process has fitted before, so that nothing is compiled or imported. Both have two threads; gensim reads a file
(`corpus_file`). The two alternate, each time with another seed.

Documents: both have as many epochs, those that ``max_iter="auto"`` takes. gensim's vocabulary is built before its clock
starts. Ours begins with the texts: reading, counting and the SVD are in its seconds. Accuracy: a logistic regression on
means of word vectors, with all labels, as in `documents.py`.

Words: the first tokens of wiki17m, from the file to the vectors. gensim has its 5 epochs. Mean: of the five figures of
`word_vectors.py`.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
from corpora import DOCUMENT_SETS, cut, wiki17m
from documents import accuracies
from losses import cell, commit, installed_versions
from peers import PEERS, WORKERS
from report import save
from sklearn.feature_extraction.text import CountVectorizer
from word_vectors import judge

from sklw2v import LineDocuments, PretrainedVectorizer, SkipGramVectorizer, WordVectors

CORPORA = ("TREC", "SST-2")
D = 100


def fit_ours(texts, seed, min_count=1):
    """The word vectors, the number of epochs, and seconds by the wall and of CPU."""
    begin = time.perf_counter(), time.process_time()
    model = SkipGramVectorizer(
        n_components=D, analyzer=str.split, min_count=min_count, n_jobs=WORKERS, random_state=seed
    ).fit(texts)
    seconds = time.perf_counter() - begin[0], time.process_time() - begin[1]
    return model.word_vectors_, model.n_iter_, seconds


def fit_gensim(path, seed, n_epochs):
    """The word vectors, and the seconds of training by the wall."""
    gensim = PEERS["gensim"]
    result = gensim.train(path, seed, D, 1, n_epochs, **gensim.parameters)
    return WordVectors(result.words, np.ascontiguousarray(result.vectors)), n_epochs * result.epoch_seconds


def accuracy(vectors, data, seed):
    (train, labels), (test, test_labels) = data
    vectorizer = PretrainedVectorizer(vectors, analyzer=str.split, pooling="mean")
    features = vectorizer.fit_transform(train), vectorizer.transform(test)
    found = dict(accuracies(features, np.array(labels), np.array(test_labels), seed, ("all",)))
    return float(np.mean(found["all"]))


def header(first, figure):
    line = f"{first:>17}{'words':>8}{'epochs':>8}{'sklw2v':>9}{'CPU':>8}{'gensim':>9}{'ratio':>8}"
    return line + f"{figure:>18}{'gensim':>18}"


def columns(vectors, n_epochs, seconds, figures, digits):
    """The columns under `header`, but for the first: `seconds` and `figures` have a row for each repetition."""
    wall, cpu, of_gensim = np.median(seconds, axis=0)
    line = f"{len(vectors.words):8,}{n_epochs:8}{wall:9.2f}{cpu:8.2f}{of_gensim:9.2f}{of_gensim / wall:8.2f}"
    return line + "".join(cell(list(column), 18, digits) for column in zip(*figures, strict=True))


def word_rows(arguments):
    """Lines of the table of words."""
    yield header("wiki17m", "mean")
    gensim = PEERS["gensim"]
    for n_tokens in arguments.tokens:
        seconds, figures = [], []
        with tempfile.TemporaryDirectory() as directory:
            path = cut(wiki17m(arguments.data, directory), n_tokens, Path(directory))
            for seed in range(arguments.repetitions):
                ours, n_epochs, (wall, cpu) = fit_ours(LineDocuments(path), seed, 5)
                theirs = gensim.train(path, seed, D, 5, **gensim.parameters)
                seconds.append((wall, cpu, theirs.seconds))
                gensims = WordVectors(theirs.words, np.ascontiguousarray(theirs.vectors))
                figures.append(
                    [float(np.mean(list(judge(vectors, arguments.data).values()))) for vectors in (ours, gensims)]
                )
        yield f"{n_tokens:17,}" + columns(ours, n_epochs, seconds, figures, 3)


def document_rows(arguments):
    """Lines of the table of documents."""
    analyze = CountVectorizer().build_analyzer()
    yield header("tokens", "accuracy")
    for name in CORPORA:
        data = [
            ([" ".join(analyze(text)) for text in texts], labels)
            for texts, labels in DOCUMENT_SETS[name](arguments.data)
        ]
        texts = data[0][0]
        seconds, figures = [], []
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "documents.txt"
            path.write_text("\n".join(texts) + "\n", encoding="utf-8")
            fit_ours(texts, 0)  # compiles what is not on the disk yet
            for seed in range(arguments.repetitions):
                ours, n_epochs, (wall, cpu) = fit_ours(texts, seed)
                gensims, of_gensim = fit_gensim(path, seed, n_epochs)
                seconds.append((wall, cpu, of_gensim))
                figures.append([accuracy(vectors, data, seed) for vectors in (ours, gensims)])
        n_tokens = sum(map(len, map(str.split, texts)))
        yield f"{name:8}{n_tokens:9,}" + columns(ours, n_epochs, seconds, figures, 2)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--tokens", type=int, nargs="*", default=[1_000_000, 5_000_000])
    arguments = parser.parse_args()
    lines = [
        f"seconds, median of {arguments.repetitions}; d={D}, {WORKERS} threads",
        "",
        "documents, min_count 1; accuracy in %",
    ]
    lines += [*document_rows(arguments), "", "words, min_count 5", *word_rows(arguments)]
    lines += ["", f"{installed_versions()}; commit {commit()}"]
    save(Path(__file__).with_suffix(".txt"), lines)


if __name__ == "__main__":
    main()
