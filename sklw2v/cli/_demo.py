"""The command ``sklw2v demo``: tune a pipeline on the bundled corpus, and compare it with TF-IDF."""

import os
import textwrap
import time
from dataclasses import dataclass

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

from sklw2v import SkipGramVectorizer
from sklw2v.cli._demo_comparison import Comparison
from sklw2v.cli._demo_picture import draw, find_format
from sklw2v.cli._demo_report import conclusion, print_accuracies, print_grid, print_neighbors, print_task
from sklw2v.cli._search_progress import Progress
from sklw2v.datasets import load_presidents

GRID = {"n_components": (50, 200), "window": (2, 5, 20), "n_negatives": (5, 15)}
C_OF_GRID = 0.1  # while the grid is searched
C_CANDIDATES = (0.001, 0.01, 0.1, 1.0, 10.0, 100.0)
MAX_ITER = 2  # more epochs raise the accuracy by less than it varies from fold to fold, and a demo should be short
N_FOLDS = 3
N_HELD_OUT = 5  # one paragraph of so many is held out


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
    picture_format = find_format(output)
    presidents = load_presidents()
    split = split_paragraphs(presidents, random_state)
    print_task(presidents.target_names, split)

    # The matrices are small: threads of the BLAS would wait for each other longer than they work.
    with threadpool_limits(1, user_api="blas"):
        search = search_grid(split, n_jobs, random_state)
        print_grid(search)
        comparison = compare(search, split, n_jobs, random_state)
    print_accuracies(comparison)
    print_neighbors(comparison.contestants["word vectors"][0].word_vectors_)

    print()
    if picture_format is None:
        print("No picture: matplotlib is missing. To install it: pip install sklw2v[plot]")
    else:
        draw(output, picture_format, search, comparison)
        print(f"Picture: {os.fspath(output)}")
    print(f"{time.perf_counter() - begin:.0f} seconds.")
    print()
    print(textwrap.fill(conclusion(comparison), 110))


@dataclass(frozen=True)
class Paragraphs:
    """Paragraphs of the presidents' addresses.

    Attributes
    ----------
    texts : ndarray of str objects, shape (n_paragraphs,)
    eras : ndarray of int, shape (n_paragraphs,)
        The class of each.
    addresses : ndarray of int, shape (n_paragraphs,)
        The address that each is from.
    """

    texts: np.ndarray
    eras: np.ndarray
    addresses: np.ndarray

    def __getitem__(self, rows):
        return Paragraphs(self.texts[rows], self.eras[rows], self.addresses[rows])


@dataclass(frozen=True)
class Split:
    """Paragraphs to train on and paragraphs to test on; no address is in both.

    Attributes
    ----------
    training, held_out : Paragraphs
    folds : list of (ndarray of int, ndarray of int)
        Rows of `training` to fit on and rows to score, for each fold of the cross-validation; no address is in both.
    """

    training: Paragraphs
    held_out: Paragraphs
    folds: list


def split_paragraphs(presidents, random_state):
    """Split the bundled corpus by address."""
    paragraphs = Paragraphs(np.array(presidents.data, dtype=object), presidents.target, presidents.groups)
    held_out_folds = StratifiedGroupKFold(N_HELD_OUT, shuffle=True, random_state=random_state)
    rows = next(held_out_folds.split(paragraphs.texts, paragraphs.eras, paragraphs.addresses))
    training, held_out = (paragraphs[part] for part in rows)
    folds = StratifiedGroupKFold(N_FOLDS, shuffle=True, random_state=random_state)
    return Split(training, held_out, list(folds.split(training.texts, training.eras, training.addresses)))


def search_grid(split, n_jobs, random_state):
    """Search the grid for parameters of the word vectors that a classifier does well with.

    Returns
    -------
    GridSearchCV
        Fitted; its estimator is a pipeline whose first step is a `SkipGramVectorizer`.
    """
    print(f"GridSearchCV over {', '.join(GRID)}, {N_FOLDS} folds by address, n_jobs={n_jobs}:")
    pipeline = make_pipeline(
        SkipGramVectorizer(max_iter=MAX_ITER, random_state=random_state),
        StandardScaler(),
        LogisticRegression(C=C_OF_GRID, max_iter=1000),
    )
    grid = {f"skipgramvectorizer__{name}": values for name, values in GRID.items()}
    with Progress(len(ParameterGrid(grid)) * N_FOLDS) as scorer:
        search = GridSearchCV(
            pipeline, grid, scoring=scorer, cv=split.folds, n_jobs=n_jobs, refit=False, error_score="raise"
        )
        search.fit(split.training.texts, split.training.eras)
    return search


def compare(search, split, n_jobs, random_state):
    """Fit the best pipeline of the search and those of TF-IDF, and predict the held-out paragraphs.

    Returns
    -------
    Comparison
    """
    # The features know no label, so that C can be chosen on features that are made only once.
    classifier = GridSearchCV(
        LogisticRegression(max_iter=1000), {"C": C_CANDIDATES}, cv=split.folds, n_jobs=n_jobs, error_score="raise"
    )
    tuned = clone(search.estimator).set_params(**search.best_params_)[0].set_params(n_jobs=n_jobs)
    svd = TruncatedSVD(tuned.n_components, random_state=random_state)
    contestants = {
        "word vectors": make_pipeline(tuned, StandardScaler(), clone(classifier)),
        "TF-IDF": make_pipeline(TfidfVectorizer(), clone(classifier)),
        "TF-IDF + SVD": make_pipeline(TfidfVectorizer(), svd, StandardScaler(), clone(classifier)),
    }
    print()
    print(f"C of each classifier by the same folds, one of {', '.join(f'{C:g}' for C in C_CANDIDATES)},")
    print("on features that were made of all training texts, without their labels:")
    training, held_out = split.training, split.held_out
    right = {}
    for name, contestant in contestants.items():
        start = time.perf_counter()
        contestant.fit(training.texts, training.eras)
        right[name] = contestant.predict(held_out.texts) == held_out.eras
        print(f"  {name}: C={contestant[-1].best_params_['C']:g}, {time.perf_counter() - start:.1f} s", flush=True)
    majority = DummyClassifier().fit(training.texts, training.eras)
    right["majority class"] = majority.predict(held_out.texts) == held_out.eras
    return Comparison(contestants, right, held_out.addresses)
