"""A grid search over dimension, window and K on 20 newsgroups: sklw2v with and without `memory`, against gensim.

    python docs/benchmarks/grid.py --data DIRECTORY

The grid has 27 points and 3 folds, `GridSearchCV(n_jobs=2)`, a logistic regression on the mean vectors. gensim's
transformer is what a user would write: its words are those of the same analyzer, and it has one worker a process as the
search has two. It gets 10 epochs, as its default of 5 leaves it far behind here (shown for its best point). sklw2v gets
5 epochs; its own "auto", which takes more, is shown too. gensim and "auto" are scaled by three: each point of the grid
is run on one of the three folds, two at a time as the search would run them. Prints a table and saves it beside this
file.
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
MAX_ITER, GENSIM_EPOCHS = 5, 10
FOLDS = StratifiedKFold(3)


class GensimMean(TransformerMixin, BaseEstimator):
    """gensim's skip-gram vectors, averaged over the words of a document."""

    def __init__(
        self,
        window=5,
        n_components=100,
        n_negatives=5,
        epochs=GENSIM_EPOCHS,
        min_count=MIN_COUNT,
        workers=1,
        random_state=0,
    ):
        self.window = window
        self.n_components = n_components
        self.n_negatives = n_negatives
        self.epochs = epochs
        self.min_count = min_count
        self.workers = workers
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
            min_count=self.min_count,
            epochs=self.epochs,
            workers=self.workers,
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


def one_point(vectorizer, parameters, X, y):
    """Seconds in vectorizer and classifier at one grid point and on the first fold, and the accuracy."""
    train, test = next(FOLDS.split(X, y))
    model = pipeline(clone(vectorizer).set_params(**parameters))
    features, fitting = timed(model[0].fit_transform, select(X, train))
    _, classifying = timed(model[1:].fit, features, np.take(y, train))
    accuracy, scoring = timed(model.score, select(X, test), np.take(y, test))
    return fitting + classifying + scoring, classifying, accuracy


def one_fold(vectorizer, X, y):
    """Seconds of a whole search, those in the classifier, the best point and its accuracy, from one fold of three."""
    points = [dict(zip(GRID, values, strict=True)) for values in product(*GRID.values())]
    results, seconds = timed(Parallel(n_jobs=2), (delayed(one_point)(vectorizer, point, X, y) for point in points))
    classifying, accuracies = sum(result[1] for result in results), [result[2] for result in results]
    return 3 * seconds, 3 * classifying / 2, points[int(np.argmax(accuracies))], max(accuracies)


def select(X, rows):
    return [X[row] for row in rows]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore", category=UserWarning)
    (X, y), (test, test_labels) = twenty_newsgroups(arguments.data)
    n_fits = 3 * int(np.prod([len(values) for values in GRID.values()]))

    ours = SkipGramVectorizer(min_count=MIN_COUNT, max_iter=1, random_state=0)
    search(ours, X[::20], y[::20])  # compiles, in the processes of the search
    ours.set_params(max_iter=MAX_ITER)
    searches, rows = {}, {}
    with tempfile.TemporaryDirectory() as memory:
        for label, model in (
            ("sklw2v", ours),
            ("sklw2v, memory, first time", clone(ours).set_params(memory=memory)),
            ("sklw2v, memory, second time", clone(ours).set_params(memory=memory)),
        ):
            found, seconds = timed(search, model, X, y)
            searches[label] = found
            best = {name.split("__")[1]: value for name, value in found.best_params_.items()}
            rows[label] = seconds, None, best, found.best_score_
            print(label, rows[label], flush=True)
    scores = [found.cv_results_["mean_test_score"] for found in searches.values()]
    same = all(np.array_equal(scores[0], other) for other in scores)
    for label, model in (("sklw2v, auto", clone(ours).set_params(max_iter="auto")), ("gensim", GensimMean())):
        rows[label] = one_fold(model, X, y)
        print(label, rows[label], flush=True)
    gensim_seconds, classifying, gensim_best, _ = rows["gensim"]
    five_epochs = one_point(GensimMean(epochs=5), gensim_best, X, y)[2]

    held_out = {}
    for label, model in (("sklw2v", ours), ("sklw2v, auto", clone(ours).set_params(max_iter="auto"))):
        held_out[label] = clone(model).set_params(**rows[label][2])
    held_out["gensim"] = GensimMean(**gensim_best)
    held_out = {label: 100 * pipeline(model).fit(X, y).score(test, test_labels) for label, model in held_out.items()}
    lines = [
        f"20 newsgroups, {len(X)} documents, {n_fits} fits of GridSearchCV(n_jobs=2): "
        + ", ".join(f"{name} in {values}" for name, values in GRID.items()),
        f"epochs: sklw2v {MAX_ITER}, gensim {GENSIM_EPOCHS}",
        "",
        f"{'':30}{'seconds':>9}{'gensim /':>10}{'without classifier':>20}{'gensim /':>10}"
        f"{'best score':>12}{'held out':>10}",
    ]
    for label, (seconds, _, _, score) in rows.items():
        lines.append(
            f"{label:30}{seconds:9.0f}{gensim_seconds / seconds:10.1f}{seconds - classifying:20.0f}"
            f"{(gensim_seconds - classifying) / (seconds - classifying):10.1f}{100 * score:12.2f}"
            + (f"{held_out[label]:10.2f}" if label in held_out else "")
        )
    lines += [
        "",
        *(f"best point of {label}: {rows[label][2]}" for label in held_out),
        f"scores of the three searches are {'the same to the bit' if same else 'DIFFERENT'}",
        "'sklw2v, auto' and 'gensim': seconds and scores from one fold of the three, seconds times three",
        f"gensim's best point with its default of 5 epochs, the same fold: {100 * five_epochs:.2f}",
        "held out: accuracy in % on the test part, after a fit on all training documents",
        "",
        versions("sklw2v", "gensim", "numpy", "scipy", "scikit-learn", "numba"),
    ]
    save(Path(__file__).with_suffix(".txt"), lines)


if __name__ == "__main__":
    main()
