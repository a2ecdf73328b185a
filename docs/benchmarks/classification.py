"""Accuracy of document classification on pooled word vectors, beside TF-IDF, TF-IDF with SVD, and gensim's mean.

    python docs/benchmarks/classification.py --data DIRECTORY [--seeds 3] [--corpora TREC ...] [--features ...]

Word vectors and features are fitted on the training documents. The classifier is a logistic regression on standardised
features (TF-IDF: as it is), its C chosen by 3-fold cross-validation on the training documents from the same eleven
values for every feature set. Prints a table and saves it beside this file.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from corpora import CORPORA
from gensim.models import Word2Vec
from report import save, versions
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklw2v import SkipGramVectorizer

CS = np.logspace(-3, 2, 11)


def gensim_mean(train, test, seed, n_components):
    """Mean of gensim's skip-gram vectors, 10 epochs, over the words of the same analyzer."""
    analyze = CountVectorizer().build_analyzer()
    sentences = [analyze(text) for text in train]
    begin = time.perf_counter()
    model = Word2Vec(
        sentences,
        vector_size=n_components,
        window=5,
        negative=5,
        sg=1,
        min_count=2,
        epochs=10,
        workers=2,
        seed=seed + 1,
    )
    seconds = time.perf_counter() - begin

    def mean(words):
        rows = [model.wv.key_to_index[word] for word in words if word in model.wv]
        return model.wv.vectors[rows].mean(axis=0) if rows else np.zeros(n_components, np.float32)

    return np.array(list(map(mean, sentences))), np.array([mean(analyze(text)) for text in test]), seconds


def transformer(make):
    def features(train, test, seed, n_components):
        vectorizer = make(seed, n_components)
        begin = time.perf_counter()
        train_features = vectorizer.fit_transform(train)
        return train_features, vectorizer.transform(test), time.perf_counter() - begin

    return features


def skip_gram(**parameters):
    return transformer(lambda seed, d: SkipGramVectorizer(n_components=d, n_jobs=2, random_state=seed, **parameters))


FEATURES = {
    "TF-IDF": transformer(lambda seed, d: TfidfVectorizer(sublinear_tf=True)),
    "TF-IDF + SVD": transformer(
        lambda seed, d: make_pipeline(TfidfVectorizer(sublinear_tf=True), TruncatedSVD(d, random_state=seed))
    ),
    "gensim, mean": gensim_mean,
    "sklw2v, mean": skip_gram(),
    "sklw2v, min_count=2": skip_gram(min_count=2),
    "sklw2v, tfidf": skip_gram(pooling="tfidf"),
    "sklw2v, sif": skip_gram(pooling="sif"),
}
SEEDLESS = {"TF-IDF"}


def accuracy(train, train_labels, test, test_labels):
    steps = [LogisticRegression(max_iter=500)]
    if isinstance(train, np.ndarray):
        steps.insert(0, StandardScaler())
    search = GridSearchCV(make_pipeline(*steps), {"logisticregression__C": CS}, cv=3, n_jobs=2)
    return 100 * search.fit(train, train_labels).score(test, test_labels)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--n-components", type=int, default=100)
    parser.add_argument("--corpora", nargs="+", default=["TREC", "SST-2", "20 newsgroups"], choices=list(CORPORA))
    parser.add_argument("--features", nargs="+", default=list(FEATURES), choices=list(FEATURES))
    parser.add_argument("--output", default="classification.txt", help="name of the file saved beside this one")
    arguments = parser.parse_args()
    lines = [
        f"accuracy in % (seconds of fit and transform), d={arguments.n_components}, mean +- standard deviation over "
        f"{arguments.seeds} seeds",
        "",
        f"{'':20}" + "".join(f"{name:>26}" for name in arguments.corpora),
    ]
    rows = {name: f"{name:20}" for name in arguments.features}
    for corpus in arguments.corpora:
        (train, train_labels), (test, test_labels) = CORPORA[corpus](arguments.data)
        for name in arguments.features:
            make = FEATURES[name]
            scores, seconds = [], []
            for seed in range(1 if name in SEEDLESS else arguments.seeds):
                train_features, test_features, took = make(train, test, seed, arguments.n_components)
                scores.append(accuracy(train_features, train_labels, test_features, test_labels))
                seconds.append(took)
            cell = f"{np.mean(scores):.1f} +- {np.std(scores):.1f} ({np.median(seconds):.1f} s)"
            rows[name] += f"{cell:>26}"
            print(f"{corpus:16}{name:20}{cell}", flush=True)
    lines += [*rows.values(), "", "gensim: 10 epochs; its seconds are those of training alone."]
    lines += [versions("sklw2v", "gensim", "numpy", "scipy", "scikit-learn", "numba")]
    save(Path(__file__).with_name(arguments.output), lines)


if __name__ == "__main__":
    main()
