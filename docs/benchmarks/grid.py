"""A grid search over dimension, window and K on 20 newsgroups: sklw2v with and without `memory`, against gensim.

    python docs/benchmarks/grid.py --data DIRECTORY

The grid has 27 points and 3 folds, `GridSearchCV(n_jobs=2)`, a logistic regression on the mean vectors. gensim's
transformer is what a user would write: its words are those of the same analyzer, 5 epochs, one worker a process as the
search has two. Its time is scaled by three: each point of the grid is run on one of the three folds, two at a time as
the search would run them. Prints a table and saves it beside this file.
"""

import argparse
import tempfile
import time
import warnings
from itertools import product
from pathlib import Path

import numpy as np
from corpora import twenty_newsgroups
from joblib import Parallel, delayed
from report import save, versions
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklw2v import SkipGramVectorizer

GRID = {"window": [2, 5, 10], "n_components": [50, 100, 200], "n_negatives": [2, 5, 10]}
MIN_COUNT = 2
FOLDS = StratifiedKFold(3)


class GensimMean(TransformerMixin, BaseEstimator):
    """gensim's skip-gram vectors, averaged over the words of a document."""

    def __init__(self, window=5, n_components=100, n_negatives=5, random_state=0):
        self.window = window
        self.n_components = n_components
        self.n_negatives = n_negatives
        self.random_state = random_state

    def fit(self, X, y=None):
        from gensim.models import Word2Vec

        self.analyze_ = CountVectorizer().build_analyzer()
        self.model_ = Word2Vec(
            [self.analyze_(text) for text in X],
            vector_size=self.n_components,
            window=self.window,
            negative=self.n_negatives,
            sg=1,
            min_count=MIN_COUNT,
            workers=1,
            seed=self.random_state + 1,
        )
        return self

    def transform(self, X):
        vectors = self.model_.wv
        features = np.zeros((len(X), self.n_components), dtype=np.float32)
        for row, text in enumerate(X):
            rows = [vectors.key_to_index[word] for word in self.analyze_(text) if word in vectors]
            if rows:
                features[row] = vectors.vectors[rows].mean(axis=0)
        return features


def pipeline(vectorizer):
    return make_pipeline(vectorizer, StandardScaler(), LogisticRegression(C=0.1, max_iter=200))


def timed(function, *arguments, **keywords):
    begin = time.perf_counter()
    result = function(*arguments, **keywords)
    return result, time.perf_counter() - begin


def search(vectorizer, X, y):
    name = type(vectorizer).__name__.lower()
    grid = {f"{name}__{parameter}": values for parameter, values in GRID.items()}
    return GridSearchCV(pipeline(vectorizer), grid, cv=FOLDS, n_jobs=2, refit=False).fit(X, y)


def one_point(parameters, X, y):
    """Seconds and accuracy of one grid point of gensim's on the first fold, and seconds of the classifier in it."""
    train, test = next(FOLDS.split(X, y))
    model = pipeline(GensimMean(**parameters))
    begin = time.perf_counter()
    features = model[0].fit(select(X, train)).transform(select(X, train))
    middle = time.perf_counter()
    model[1:].fit(features, np.take(y, train))
    end = time.perf_counter()
    accuracy = model.score(select(X, test), np.take(y, test))
    return time.perf_counter() - begin, end - middle, accuracy


def select(X, rows):
    return [X[row] for row in rows]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore", category=UserWarning)
    (X, y), (test, test_labels) = twenty_newsgroups(arguments.data)
    n_fits = 3 * int(np.prod([len(values) for values in GRID.values()]))

    ours = SkipGramVectorizer(min_count=MIN_COUNT, random_state=0)
    search(ours.set_params(max_iter=1), X[:300], y[:300])  # compiles, in the processes of the search
    ours.set_params(max_iter="auto")
    rows = {}
    with tempfile.TemporaryDirectory() as memory:
        for label, model in (
            ("sklw2v", ours),
            ("sklw2v, memory, first time", clone(ours).set_params(memory=memory)),
            ("sklw2v, memory, second time", clone(ours).set_params(memory=memory)),
        ):
            found, seconds = timed(search, model, X, y)
            rows[label] = found, seconds
            print(label, f"{seconds:.0f} s", found.best_params_, f"{found.best_score_:.4f}", flush=True)
    found = rows["sklw2v"][0]
    same = all(
        np.array_equal(found.cv_results_["mean_test_score"], other.cv_results_["mean_test_score"])
        for other, _ in rows.values()
    )
    best = {name.split("__")[1]: value for name, value in found.best_params_.items()}

    points = [dict(zip(GRID, values, strict=True)) for values in product(*GRID.values())]
    results, seconds = timed(Parallel(n_jobs=2), (delayed(one_point)(point, X, y) for point in points))
    gensim_seconds = seconds * 3
    gensim_classifier = sum(result[1] for result in results) / 2 * 3
    accuracies = [result[2] for result in results]
    gensim_best = points[int(np.argmax(accuracies))]

    held_out = {}
    for label, model in (("sklw2v", ours.set_params(**best)), ("gensim", GensimMean(**gensim_best))):
        held_out[label] = 100 * pipeline(model).fit(X, y).score(test, test_labels)
    # The classifier's share: the same on features that cost nothing, for each dimension.
    classifier = 0.0
    for n_components in GRID["n_components"]:
        features = clone(ours).set_params(n_components=n_components, n_jobs=2).fit_transform(X)
        model = GridSearchCV(
            make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=200)),
            {},
            cv=FOLDS,
            n_jobs=2,
            refit=False,
        )
        classifier += timed(model.fit, features, y)[1] * n_fits / 3 / len(GRID["n_components"])
    lines = [
        f"20 newsgroups, {len(X)} documents, {n_fits} fits of GridSearchCV(n_jobs=2): "
        + ", ".join(map(str, GRID.items())),
        "",
        f"{'':30}{'seconds':>9}{'without classifier':>20}{'gensim /':>10}{'best score':>12}{'held out':>10}",
    ]
    for label, (result, seconds) in rows.items():
        lines.append(
            f"{label:30}{seconds:9.0f}{seconds - classifier:20.0f}{gensim_seconds / seconds:10.1f}"
            f"{100 * result.best_score_:12.2f}{held_out['sklw2v'] if label == 'sklw2v' else np.nan:10.2f}"
        )
    lines += [
        f"{'gensim, scaled from one fold':30}{gensim_seconds:9.0f}{gensim_seconds - gensim_classifier:20.0f}{1:10.1f}"
        f"{100 * max(accuracies):12.2f}{held_out['gensim']:10.2f}",
        "",
        f"best points: sklw2v {best}, gensim {gensim_best} (its best score on one fold, the others' mean of three)",
        f"scores with and without memory are {'the same to the bit' if same else 'DIFFERENT'}",
        "held out: accuracy in % on the test part, after a fit on all training documents",
        versions("sklw2v", "gensim", "numpy", "scipy", "scikit-learn", "numba"),
    ]
    save(Path(__file__).with_suffix(".txt"), lines)


if __name__ == "__main__":
    main()
