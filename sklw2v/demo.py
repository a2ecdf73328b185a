"""The command ``sklw2v demo``: tune a pipeline on the bundled corpus, and compare it with TF-IDF."""

import os
import secrets
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
from sklearn.base import clone
from sklearn.decomposition import TruncatedSVD
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, ParameterGrid, StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from sklw2v.datasets import load_presidents
from sklw2v.plotting import GridHeatmap, plot_bars
from sklw2v.vectorizer import SkipGramVectorizer

GRID = {"n_components": (50, 200), "window": (2, 5, 20), "n_negatives": (5, 15)}
C_OF_GRID = 0.1  # while the grid is searched
C_CANDIDATES = (0.001, 0.01, 0.1, 1.0, 10.0, 100.0)
MAX_ITER = 4  # more epochs did not raise the accuracy on this corpus, and a demo should be short
N_FOLDS = 3
N_HELD_OUT = 5  # one paragraph of so many is held out
WORDS = ("war", "freedom", "economy", "congress", "children")
N_NEIGHBORS = 7
SECONDS_BETWEEN_LINES = 5.0  # of progress, where the output is no terminal
SECONDS_BETWEEN_REWRITES = 0.25  # where it is one


def run(output="sklw2v_demo.png", n_jobs=2, random_state=0):
    """Tune word vectors on the bundled corpus, compare with TF-IDF, print what comes out and draw it.

    Parameters
    ----------
    output : path-like, default="sklw2v_demo.png"
        The picture, in a format that its suffix names. Not written where matplotlib is missing.
    n_jobs : int, default=2
        Processes; no figure depends on it except seconds.
    random_state : int, default=0
        Of the split, the folds and the models.

    Raises
    ------
    OSError, ValueError
        If the picture cannot be written so; raised before any work is done.
    """
    begin = time.perf_counter()
    picture_format = _check_output(output)
    presidents = load_presidents()
    texts, eras, addresses = np.array(presidents.data, dtype=object), presidents.target, presidents.groups
    folds = StratifiedGroupKFold(N_HELD_OUT, shuffle=True, random_state=random_state)
    training, held_out = next(folds.split(texts, eras, addresses))
    _print_task(presidents, training, held_out)

    def search(pipeline, grid, title, **parameters):
        cv = StratifiedGroupKFold(N_FOLDS, shuffle=True, random_state=random_state)
        n_fits = len(ParameterGrid(grid)) * N_FOLDS
        with Progress(title, n_fits) as scorer:
            found = GridSearchCV(
                pipeline, grid, scoring=scorer, cv=cv, n_jobs=n_jobs, error_score="raise", **parameters
            )
            return found.fit(texts[training], eras[training], groups=addresses[training])

    # The matrices are small: threads of the BLAS would wait for each other longer than they work.
    with threadpool_limits(1, user_api="blas"), tempfile.TemporaryDirectory() as memory:
        word_vectors = make_pipeline(
            SkipGramVectorizer(max_iter=MAX_ITER, random_state=random_state),
            StandardScaler(),
            LogisticRegression(C=C_OF_GRID, max_iter=1000),
        )
        grid = {f"skipgramvectorizer__{name}": values for name, values in GRID.items()}
        print(f"GridSearchCV over {', '.join(GRID)}, {N_FOLDS} folds by address, n_jobs={n_jobs}:")
        tuned = search(word_vectors, grid, "word vectors", refit=False)
        _print_grid(tuned)

        n_components = tuned.best_params_["skipgramvectorizer__n_components"]
        contestants = {
            "word vectors": clone(word_vectors).set_params(**tuned.best_params_),
            "TF-IDF": make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=1000)),
            "TF-IDF + SVD": make_pipeline(
                TfidfVectorizer(),
                TruncatedSVD(n_components, random_state=random_state),
                StandardScaler(),
                LogisticRegression(max_iter=1000),
            ),
        }
        print(f"\nC of each classifier, from {', '.join(f'{C:g}' for C in C_CANDIDATES)}, by the same folds:")
        searches = {
            name: search(pipeline.set_params(memory=memory), {"logisticregression__C": C_CANDIDATES}, name)
            for name, pipeline in contestants.items()
        }
        right = {
            name: found.best_estimator_.predict(texts[held_out]) == eras[held_out] for name, found in searches.items()
        }
    majority = DummyClassifier().fit(texts[training], eras[training])
    right["majority class"] = majority.predict(texts[held_out]) == eras[held_out]

    _print_accuracies(searches, right, addresses[held_out])
    _print_neighbors(searches["word vectors"].best_estimator_[0].word_vectors_)
    print()
    if picture_format is None:
        print("No picture: matplotlib is missing. To install it: pip install sklw2v[plot]")
    else:
        _draw(output, picture_format, tuned, right, addresses[held_out])
        print(f"Picture: {os.fspath(output)}")
    print(f"{time.perf_counter() - begin:.0f} seconds.")
    print()
    print(conclusion(searches, right, addresses[held_out]))


class Progress:
    """Shows how many fits of a search are done, while worker processes do them.

    A context manager whose value is a scorer for the search: the accuracy, which leaves an empty file behind in a
    temporary directory. A thread counts the files: this works for every backend of joblib.

    Parameters
    ----------
    title : str
    n_fits : int
        Number of fits to expect.
    """

    def __init__(self, title, n_fits):
        self.title = title
        self.n_fits = n_fits

    def __enter__(self):
        self._begin = time.perf_counter()
        self._done = threading.Event()
        self._directory = tempfile.TemporaryDirectory()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return CountedAccuracy(self._directory.name)

    def __exit__(self, kind, error, traceback):
        self._done.set()
        self._thread.join()
        if kind is None:
            self._show(is_last=True)
        elif sys.stdout.isatty():
            print(flush=True)
        self._directory.cleanup()

    def _watch(self):
        pause = SECONDS_BETWEEN_REWRITES if sys.stdout.isatty() else SECONDS_BETWEEN_LINES
        while not self._done.wait(pause):
            self._show(is_last=False)

    def _show(self, is_last):
        n_done = len(os.listdir(self._directory.name))
        seconds = time.perf_counter() - self._begin
        line = f"  {self.title}: {n_done}/{self.n_fits} fits"
        if is_last:
            line += f", {n_done / seconds:.1f} fits/s, {seconds:.1f} s"
        elif 0 < n_done < self.n_fits:
            line += f", {n_done / seconds:.1f} fits/s, {seconds / n_done * (self.n_fits - n_done):.0f} s left"
        if sys.stdout.isatty():
            print(f"\r{line:<70}", end="\n" if is_last else "", flush=True)
        else:
            print(line, flush=True)


class CountedAccuracy:
    """A scorer, accuracy, that leaves a file in `directory` at every call."""

    def __init__(self, directory):
        self.directory = directory

    def __call__(self, estimator, X, y):
        accuracy = estimator.score(X, y)
        (Path(self.directory) / secrets.token_hex(8)).touch()
        return accuracy


def conclusion(searches, right, addresses):
    """One sentence on word vectors and the better of the two baselines, as the held-out figures have it.

    Parameters
    ----------
    searches : dict of str to GridSearchCV
        Fitted, by name of the features.
    right : dict of str to ndarray of bool, shape (n_held_out,)
        Which predictions were right.
    addresses : ndarray of shape (n_held_out,)
        Where the paragraphs come from.
    """
    baseline = max(("TF-IDF", "TF-IDF + SVD"), key=lambda name: right[name].mean())
    ours = f"the word vectors' {_n_columns(searches['word vectors'])} columns"
    theirs = f"{baseline}'s {_n_columns(searches[baseline])}"
    difference = right["word vectors"].astype(float) - right[baseline]  # (n_held_out,)
    mean, error = difference.mean(), _standard_error(difference, addresses)
    figures = f"{abs(mean):.3f} (standard error {error:.3f}, by address)"
    if not abs(mean) > 2 * error:
        return f"The held-out accuracies of {ours} and {theirs} cannot be told apart: they differ by {figures}."
    ahead, behind = (ours, theirs) if mean > 0 else (theirs, ours)
    return f"With every training paragraph labelled, {ahead} are ahead of {behind} by {figures}."


def _check_output(output):
    """The picture's format, or None without matplotlib; raise if the picture could not be written."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return None
    output = Path(output)
    formats = Figure().canvas.get_supported_filetypes()
    picture_format = output.suffix.removeprefix(".").lower()
    if picture_format not in formats:
        expected = ", ".join(f".{name}" for name in sorted(formats))
        raise ValueError(f"output={os.fspath(output)!r}: expected a name that ends in one of {expected}.")
    return picture_format


def _print_task(presidents, training, held_out):
    def count(rows):
        return f"{len(rows)} paragraphs of {len(set(presidents.groups[rows]))} addresses"

    print("Which era of American history does a paragraph of a president's address come from?")
    print()
    for number, name in enumerate(presidents.target_names):
        print(f"  {number}  {name}")
    print()
    print(f"Training: {count(training)}. Held out: {count(held_out)}.")
    print(
        "No address is on both sides, neither here nor in the folds of the cross-validation. Word vectors are trained"
    )
    print("on the training paragraphs alone, and a paragraph's features are the mean of the vectors of its words.")
    print()


def _print_grid(search):
    results = search.cv_results_
    print()
    print("  " + "".join(f"{name:>14}" for name in GRID) + "   cv accuracy     std   seconds a fit")
    for i, parameters in enumerate(results["params"]):
        values = "".join(f"{parameters[f'skipgramvectorizer__{name}']:>14}" for name in GRID)
        figures = f"{results['mean_test_score'][i]:14.3f}{results['std_test_score'][i]:8.3f}"
        mark = "  <- best" if i == search.best_index_ else ""
        print(f"  {values}{figures}{results['mean_fit_time'][i]:16.2f}{mark}")
    best = {name.rpartition("__")[2]: value for name, value in search.best_params_.items()}
    print()
    print("best parameters: " + ", ".join(f"{name}={best[name]}" for name in GRID))


def _print_accuracies(searches, right, addresses):
    print()
    print(f"held-out accuracy: {right['word vectors'].mean():.3f}")
    print()
    print("  features         columns        C   cv accuracy   held-out   standard error by address")
    for name, hits in right.items():
        row = f"  {name:<16}"
        if name in searches:
            found = searches[name]
            row += f"{_n_columns(found):>8}{found.best_params_['logisticregression__C']:>9g}{found.best_score_:>14.3f}"
        else:
            row += " " * 31
        print(f"{row}{hits.mean():>11.3f}{_standard_error(hits, addresses):>28.3f}")


def _print_neighbors(word_vectors):
    known = [word for word in WORDS if word in word_vectors]
    if known:
        print("\nNearest words, by the tuned word vectors:\n")
    for word in known:
        neighbors = ", ".join(neighbor for neighbor, _ in word_vectors.most_similar(word, topn=N_NEIGHBORS))
        print(f"  {word + ':':<{max(map(len, known)) + 1}} {neighbors}")


def _n_columns(search):
    return search.best_estimator_[-1].n_features_in_


def _standard_error(values, clusters):
    """Standard error of the mean of `values` (n,), where those of one cluster hang together.

    The sandwich estimator for clusters (Liang and Zeger 1986, Biometrika 73) of a mean.
    """
    _, rows = np.unique(clusters, return_inverse=True)
    sums = np.bincount(rows, weights=values - np.mean(values))  # (n_clusters,)
    n_clusters = len(sums)
    return np.sqrt(n_clusters / max(1, n_clusters - 1) * (sums @ sums)) / len(values)


def _draw(output, picture_format, search, right, addresses):
    """Heat maps of the grid above bars of the accuracies; the picture is complete or not there."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 6), layout="constrained")
    upper, lower = figure.subfigures(2, 1, height_ratios=[1.1, 1])
    names = {axis: f"skipgramvectorizer__{name}" for axis, name in zip(("y", "x", "panel"), GRID, strict=True)}
    upper.suptitle("Grid search: cross-validated accuracy of word vectors")
    GridHeatmap.from_search(search, **names).plot(upper, score_name="cv accuracy")
    lower.suptitle("Accuracy on the held-out addresses")
    axes = lower.subplots()
    accuracies = [hits.mean() for hits in right.values()]
    plot_bars(axes, list(right), accuracies, [_standard_error(hits, addresses) for hits in right.values()], highlight=0)
    axes.set_xlabel("accuracy, with the standard error by address")

    temporary = f"{os.path.realpath(output)}.{secrets.token_hex(4)}.tmp"
    try:
        figure.savefig(temporary, format=picture_format, dpi=120)
        os.replace(temporary, output)
    finally:
        if os.path.exists(temporary):
            os.remove(temporary)
