"""Checks of the estimator's parameters."""

import re
from collections.abc import Iterable
from numbers import Integral, Real

import numpy as np
from joblib import effective_n_jobs
from sklearn.base import clone
from sklearn.utils import check_random_state, check_scalar
from threadpoolctl import threadpool_info

from sklw2v.losses import NaiveSoftmax, NegativeSampling
from sklw2v.pooling import POOLINGS
from sklw2v.sgd import SOLVERS

LOSSES = {"negative_sampling": NegativeSampling, "naive_softmax": NaiveSoftmax}

CHOICES = {
    "input": ("content", "filename", "file"),
    "decode_error": ("strict", "ignore", "replace"),
    "strip_accents": ("ascii", "unicode", None),
    "window_weights": ("linear", "uniform", "harmonic"),
    "init": ("svd", "random"),
    "pooling": tuple(POOLINGS),
    "norm": ("l1", "l2", None),
}

FINITE = (
    "noise_exponent",
    "learning_rate",
    "min_count",
    "subsample",
    "min_df",
    "max_df",
    "tol",
    "validation_fraction",
)

TEXT_PARAMETERS = (
    "input",
    "encoding",
    "decode_error",
    "strip_accents",
    "lowercase",
    "preprocessor",
    "tokenizer",
    "stop_words",
    "token_pattern",
)


def text_parameters(estimator):
    """The parameters of `vocabulary.make_analyzer`, by name."""
    return {name: getattr(estimator, name) for name in ("analyzer", *TEXT_PARAMETERS)}


def n_threads(n_jobs):
    """Number of threads for `n_jobs`, which may be None or negative.

    At most what threadpoolctl reports as the limit of OpenMP: that of ``OMP_NUM_THREADS``, of a surrounding
    ``threadpool_limits``, and in a joblib worker that of the worker's share of the processors. So a fit in a grid
    search on all processors does not start threads on top of it.

    Parameters
    ----------
    n_jobs : int or None
        As `joblib.effective_n_jobs` takes it.

    Returns
    -------
    int
        At least 1.
    """
    limits = (pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "openmp")
    return min([effective_n_jobs(n_jobs), *limits])


def check_parameters(estimator):
    """Check the parameters of a `SkipGramVectorizer` before any work is done.

    Returns
    -------
    object
        The loss: what its name stands for, or a copy of the instance.

    Raises
    ------
    ValueError, TypeError
        For the first parameter out of range or of a wrong type, with its name, value and what is accepted.
    """
    for name, choices in CHOICES.items():
        value = getattr(estimator, name)
        if callable(value) and name == "strip_accents":
            continue
        if not any(value is choice or (isinstance(value, str) and value == choice) for choice in choices):
            raise ValueError(f"{name}={value!r}: expected one of {', '.join(map(repr, choices))}.")
    if not (callable(estimator.analyzer) or estimator.analyzer in ("word", "char", "char_wb", "passthrough")):
        raise ValueError(
            f"analyzer={estimator.analyzer!r}: expected 'word', 'char', 'char_wb', 'passthrough' or a callable."
        )
    for name in ("preprocessor", "tokenizer"):
        value = getattr(estimator, name)
        if value is not None and not callable(value):
            raise TypeError(f"{name}={value!r}: expected a callable or None.")
    if estimator.analyzer == "word" and estimator.tokenizer is None:
        try:
            re.compile(estimator.token_pattern)
        except (TypeError, re.error) as error:
            pattern = estimator.token_pattern
            raise ValueError(f"token_pattern={pattern!r}: expected a regular expression: {error}.") from error
    stop_words = estimator.stop_words
    if stop_words != "english" if isinstance(stop_words, str) else not isinstance(stop_words, Iterable | None):
        raise ValueError(f"stop_words={stop_words!r}: expected 'english', a list of words or None.")
    if estimator.n_jobs is not None:
        check_scalar(estimator.n_jobs, "n_jobs", Integral)
        if estimator.n_jobs == 0:
            raise ValueError("n_jobs=0 has no meaning: expected a number of threads, -1 for all, or None.")
    check_scalar(estimator.n_components, "n_components", Integral, min_val=1)
    check_scalar(estimator.window, "window", Integral, min_val=1)
    check_scalar(estimator.n_negatives, "n_negatives", Integral, min_val=1)
    check_scalar(estimator.noise_exponent, "noise_exponent", Real)
    check_scalar(estimator.learning_rate, "learning_rate", Real, min_val=0, include_boundaries="neither")
    check_scalar(estimator.min_count, "min_count", Real, min_val=0)
    if estimator.subsample is not None:
        check_scalar(estimator.subsample, "subsample", Real, min_val=0)
    if estimator.max_features is not None:
        check_scalar(estimator.max_features, "max_features", Integral, min_val=1)
    for name in ("min_df", "max_df"):
        value = getattr(estimator, name)
        if isinstance(value, Integral):
            check_scalar(value, name, Integral, min_val=1)
        else:
            check_scalar(value, name, Real, min_val=0.0, max_val=1.0)
    check_scalar(estimator.verbose, "verbose", (Integral, np.bool_), min_val=0)
    for name in ("warm_start", "early_stopping"):
        check_scalar(getattr(estimator, name), name, (bool, np.bool_))
    check_scalar(
        estimator.validation_fraction, "validation_fraction", Real, min_val=0, max_val=1, include_boundaries="neither"
    )
    check_scalar(estimator.n_iter_no_change, "n_iter_no_change", Integral, min_val=1)
    check_scalar(estimator.tol, "tol", Real, min_val=0)
    for name in FINITE:
        value = getattr(estimator, name)
        if value is not None and not np.isfinite(value):  # NaN passes every comparison above
            raise ValueError(f"{name}={value!r}: expected a finite number.")
    if estimator.max_iter != "auto":
        if isinstance(estimator.max_iter, str):
            raise ValueError(f"max_iter={estimator.max_iter!r}: expected 'auto' or an integer of at least 0.")
        check_scalar(estimator.max_iter, "max_iter", Integral, min_val=0)
    if isinstance(estimator.loss, str):
        if estimator.loss not in LOSSES:
            expected = ", ".join(map(repr, LOSSES))
            raise ValueError(
                f"loss={estimator.loss!r}: expected one of {expected}, or an object like sklw2v.losses.Loss."
            )
        return LOSSES[estimator.loss]()
    if isinstance(estimator.loss, type) or getattr(estimator.loss, "form", None) not in SOLVERS:
        expected = " or ".join(map(repr, SOLVERS))
        raise ValueError(
            f"loss={estimator.loss!r}: expected a name or an instance with an attribute form of {expected}; "
            "see sklw2v.losses.Loss."
        )
    return clone(estimator.loss, safe=False)


def check_rng(random_state):
    """The generator that `random_state` stands for; ValueError, with its value, if it stands for none."""
    try:
        return check_random_state(random_state)
    except ValueError as error:
        raise ValueError(
            f"random_state={random_state!r}: expected a seed from 0 to 2**32 - 1, a numpy.random.RandomState or None."
        ) from error


def check_sample_weight(sample_weight, n_documents):
    """Weights as float64 (n_documents,), or None where there are none."""
    if sample_weight is None:
        return None
    try:
        weights = np.asarray(sample_weight, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"sample_weight: expected numbers, one for each document: {error}.") from error
    if weights.ndim == 0:
        weights = np.full(n_documents, weights)
    if weights.shape != (n_documents,):
        raise ValueError(
            f"sample_weight: expected one weight for each of {n_documents} documents, got shape {weights.shape}."
        )
    if not np.isfinite(weights).all() or (weights < 0).any():
        bad = np.flatnonzero(~(weights >= 0) | ~np.isfinite(weights))[0]
        raise ValueError(f"sample_weight: expected finite weights of at least 0, got {weights[bad]} at position {bad}.")
    if not weights.any():
        raise ValueError(f"sample_weight: expected a positive weight, got zeros for all {n_documents} documents.")
    return weights


def check_n_components(n_components, n_words):
    """Raise if there are more components than words."""
    if n_components > n_words:
        raise ValueError(
            f"n_components={n_components}: expected at most the size of the vocabulary, {n_words} words after "
            "pruning. Lower n_components, min_count or min_df."
        )
