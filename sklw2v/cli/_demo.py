"""The command ``sklw2v demo``: tune a pipeline on the bundled corpus, and compare it with TF-IDF."""

import os
import secrets
import sys
import tempfile
import textwrap
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
from sklw2v.plotting import GridScoreDisplay
from sklw2v.vectorizers import SkipGramVectorizer

GRID = {"n_components": (50, 200), "window": (2, 5, 20), "n_negatives": (5, 15)}
C_OF_GRID = 0.1  # while the grid is searched
C_CANDIDATES = (0.001, 0.01, 0.1, 1.0, 10.0, 100.0)
MAX_ITER = 2  # more epochs raise the accuracy by less than it varies from fold to fold, and a demo should be short
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
    ValueError
        If `output` names no format that matplotlib can write; raised before any work is done.
    """
    begin = time.perf_counter()
    picture_format = _picture_format(output)
    presidents = load_presidents()
    texts, eras, addresses = np.array(presidents.data, dtype=object), presidents.target, presidents.groups
    held_out_folds = StratifiedGroupKFold(N_HELD_OUT, shuffle=True, random_state=random_state)
    training, held_out = next(held_out_folds.split(texts, eras, addresses))
    _print_task(presidents, training, held_out)

    folds = StratifiedGroupKFold(N_FOLDS, shuffle=True, random_state=random_state)
    folds = list(folds.split(texts[training], eras[training], addresses[training]))

    # The matrices are small: threads of the BLAS would wait for each other longer than they work.
    with threadpool_limits(1, user_api="blas"):
        print(f"GridSearchCV over {', '.join(GRID)}, {N_FOLDS} folds by address, n_jobs={n_jobs}:")
        pipeline = make_pipeline(
            SkipGramVectorizer(max_iter=MAX_ITER, random_state=random_state),
            StandardScaler(),
            LogisticRegression(C=C_OF_GRID, max_iter=1000),
        )
        grid = {f"skipgramvectorizer__{name}": values for name, values in GRID.items()}
        with Progress(len(ParameterGrid(grid)) * N_FOLDS) as scorer:
            search = GridSearchCV(
                pipeline, grid, scoring=scorer, cv=folds, n_jobs=n_jobs, refit=False, error_score="raise"
            )
            search.fit(texts[training], eras[training])
        _print_grid(search)

        # The features know no label, so that C can be chosen on features that are made only once.
        classifier = GridSearchCV(
            LogisticRegression(max_iter=1000), {"C": C_CANDIDATES}, cv=folds, n_jobs=n_jobs, error_score="raise"
        )
        tuned = clone(pipeline[0]).set_params(
            n_jobs=n_jobs, **{name.rpartition("__")[2]: value for name, value in search.best_params_.items()}
        )
        svd = TruncatedSVD(tuned.n_components, random_state=random_state)
        contestants = {
            "word vectors": make_pipeline(tuned, StandardScaler(), clone(classifier)),
            "TF-IDF": make_pipeline(TfidfVectorizer(), clone(classifier)),
            "TF-IDF + SVD": make_pipeline(TfidfVectorizer(), svd, StandardScaler(), clone(classifier)),
        }
        print()
        print(f"C of each classifier by the same folds, one of {', '.join(f'{C:g}' for C in C_CANDIDATES)},")
        print("on features that were made of all training texts, without their labels:")
        right = {}
        for name, contestant in contestants.items():
            start = time.perf_counter()
            contestant.fit(texts[training], eras[training])
            right[name] = contestant.predict(texts[held_out]) == eras[held_out]
            print(f"  {name}: C={contestant[-1].best_params_['C']:g}, {time.perf_counter() - start:.1f} s", flush=True)
    majority = DummyClassifier().fit(texts[training], eras[training])
    right["majority class"] = majority.predict(texts[held_out]) == eras[held_out]

    _print_accuracies(contestants, right, addresses[held_out])
    _print_neighbors(tuned.word_vectors_)
    print()
    if picture_format is None:
        print("No picture: matplotlib is missing. To install it: pip install sklw2v[plot]")
    else:
        _draw(output, picture_format, search, right, addresses[held_out])
        print(f"Picture: {os.fspath(output)}")
    print(f"{time.perf_counter() - begin:.0f} seconds.")
    print()
    print(textwrap.fill(conclusion(contestants, right, addresses[held_out]), 110))


class Progress:
    """Shows how many fits of a search are done, while worker processes do them.

    A context manager whose value is a scorer for the search: the accuracy, which leaves an empty file behind in a
    temporary directory. A thread counts the files: this works for every backend of joblib.

    Parameters
    ----------
    n_fits : int
        Number of fits to expect.
    """

    def __init__(self, n_fits):
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
        line = f"  {n_done}/{self.n_fits} fits"
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


def conclusion(contestants, right, addresses):
    """One sentence on word vectors and the better of the two baselines, as the held-out figures have it.

    Parameters
    ----------
    contestants : dict of str to Pipeline
        Fitted, by name of the features.
    right : dict of str to ndarray of bool, shape (n_held_out,)
        Which predictions were right.
    addresses : ndarray of shape (n_held_out,)
        Where the paragraphs come from.
    """
    baseline = max(("TF-IDF", "TF-IDF + SVD"), key=lambda name: right[name].mean())
    ours = f"{_n_columns(contestants['word vectors'])} columns of word vectors"
    theirs = f"{_n_columns(contestants[baseline])} columns of {baseline}"
    difference = right["word vectors"].astype(float) - right[baseline]  # (n_held_out,)
    mean, error = difference.mean(), _standard_error(difference, addresses)
    figures = f"{abs(mean):.3f} (standard error {error:.3f}, by address)"
    ahead, behind = (ours, theirs) if mean > 0 else (theirs, ours)
    if abs(mean) > 2 * error:
        return (
            f"With every training paragraph labelled, {ahead} beat {behind}: held-out accuracy is higher by {figures}."
        )
    return (
        f"{ahead} and {behind} cannot be told apart on the held-out addresses: the former are right more often by "
        f"{figures}, which is no more than two standard errors."
    )


def _picture_format(output):
    """The picture's format, or None without matplotlib; raise if there is no such format."""
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


def _print_accuracies(contestants, right, addresses):
    print()
    print(f"held-out accuracy: {right['word vectors'].mean():.3f}")
    print()
    print("  features         columns        C   cv accuracy   held-out   standard error by address")
    for name, hits in right.items():
        row = f"  {name:<16}"
        if name in contestants:
            chosen = contestants[name][-1]
            row += f"{_n_columns(contestants[name]):>8}{chosen.best_params_['C']:>9g}{chosen.best_score_:>14.3f}"
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


def _n_columns(contestant):
    return contestant[-1].n_features_in_


def _standard_error(values, clusters):
    """Standard error of the mean of `values` (n,), where those of one cluster hang together.

    The sandwich estimator for clusters (Liang and Zeger 1986, Biometrika 73) of a mean.
    """
    _, rows = np.unique(clusters, return_inverse=True)
    sums = np.bincount(rows, weights=values - np.mean(values))  # (n_clusters,)
    n_clusters = len(sums)
    return np.sqrt(n_clusters / max(1, n_clusters - 1) * (sums @ sums)) / len(values)


def _plot_bars(axes, names, values, errors, highlight):
    """Horizontal bars, the first name at the top, with their values written beside them.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    names : list of str
    values, errors : sequence of float
        Lengths of the bars, at most 1, and of the whiskers to either side.
    highlight : int
        Which bar has a colour of its own.
    """
    colours = ["tab:orange" if i == highlight else "tab:gray" for i in range(len(names))]
    axes.barh(range(len(names)), values, xerr=errors, color=colours, ecolor="black", capsize=3)
    for i, (value, error) in enumerate(zip(values, errors, strict=True)):
        axes.annotate(f"{value:.3f}", (value + error, i), xytext=(4, 0), textcoords="offset points", va="center")
    axes.set_yticks(range(len(names)), labels=names)
    axes.invert_yaxis()
    axes.set_xlim(0, min(1.0, 1.2 * max(np.add(values, errors))))
    axes.spines[["top", "right"]].set_visible(False)


def _draw(output, picture_format, search, right, addresses):
    """Heat maps of the grid above bars of the accuracies; the picture is complete or not there."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 6), layout="constrained")
    upper, lower = figure.subfigures(2, 1, height_ratios=[1.1, 1])
    names = {axis: f"skipgramvectorizer__{name}" for axis, name in zip(("y", "x", "panel"), GRID, strict=True)}
    upper.suptitle("Grid search: cross-validated accuracy of word vectors")
    GridScoreDisplay.from_estimator(search, **names, figure=upper, score_name="cv accuracy")
    lower.suptitle("Accuracy on the held-out addresses")
    axes = lower.subplots()
    accuracies = [hits.mean() for hits in right.values()]
    _plot_bars(
        axes, list(right), accuracies, [_standard_error(hits, addresses) for hits in right.values()], highlight=0
    )
    axes.set_xlabel("accuracy, with the standard error by address")

    temporary = f"{os.path.realpath(output)}.{secrets.token_hex(4)}.tmp"
    try:
        figure.savefig(temporary, format=picture_format, dpi=120)
        os.replace(temporary, output)
    finally:
        if os.path.exists(temporary):
            os.remove(temporary)
