"""Checks of the estimators' parameters and of the other arguments of a fit, before any work is done."""

import warnings
from numbers import Integral, Real

import numpy as np
from sklearn.utils import check_random_state, check_scalar, column_or_1d

from sklw2v.text import check_text_parameters
from sklw2v.utils import check_choices, check_finite, check_n_jobs
from sklw2v.word_vectors import WordVectors

CHOICES = {
    "window_weights": ("linear", "uniform", "harmonic"),
    "norm": ("l1", "l2", None),
    "oov": ("ignore", "subword"),
}
BOOL = (bool, np.bool_)
NOT_BOUNDS = {"include_boundaries": "neither"}
SCALARS = {  # what `check_scalar` takes: type, and bounds
    "n_components": (Integral, {"min_val": 1}),
    "window": (Integral, {"min_val": 1, "max_val": 2**31 - 1}),
    "n_negatives": (Integral, {"min_val": 1}),
    "noise_exponent": (Real, {}),
    "learning_rate": (Real, {"min_val": 0} | NOT_BOUNDS),
    "min_count": (Real, {"min_val": 0}),
    "subsample": (Real, {"min_val": 0}),
    "max_features": (Integral, {"min_val": 1}),
    "verbose": ((Integral, np.bool_), {"min_val": 0}),
    "warm_start": (BOOL, {}),
    "early_stopping": (BOOL, {}),
    "validation_fraction": (Real, {"min_val": 0, "max_val": 1} | NOT_BOUNDS),
    "n_iter_no_change": (Integral, {"min_val": 1}),
    "tol": (Real, {"min_val": 0}),
}
MAY_BE_NONE = {"subsample", "max_features"}
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


def check_parameters(estimator):
    """Check the parameters of a `SkipGramVectorizer`, those that take objects excepted.

    Raises
    ------
    ValueError, TypeError
        For the first parameter out of range or of a wrong type, with its name, value and what is accepted.
    """
    check_text_parameters(estimator)
    check_choices(estimator, CHOICES)
    _check_init(estimator)
    check_n_jobs(estimator.n_jobs)
    for name, (target_type, bounds) in SCALARS.items():
        value = getattr(estimator, name)
        if not (value is None and name in MAY_BE_NONE):
            check_scalar(value, name, target_type, **bounds)
    _check_document_frequencies(estimator)
    check_finite(estimator, *FINITE)
    _check_max_iter(estimator.max_iter)


def _check_init(estimator):
    init = estimator.init
    if isinstance(init, WordVectors):
        n_components = init.vectors.shape[1]
        if n_components != estimator.n_components:
            raise ValueError(
                f"init: got vectors of length {n_components}; expected n_components={estimator.n_components}."
            )
    elif not isinstance(init, str) or init not in ("svd", "random"):
        raise ValueError(f"init={init!r}: expected 'svd', 'random' or an instance of sklw2v.WordVectors.")


def _check_document_frequencies(estimator):
    for name in ("min_df", "max_df"):
        value = getattr(estimator, name)
        if isinstance(value, Integral):
            check_scalar(value, name, Integral, min_val=1)
        else:
            check_scalar(value, name, Real, min_val=0.0, max_val=1.0)


def _check_max_iter(max_iter):
    if isinstance(max_iter, str) and max_iter != "auto":
        raise ValueError(f"max_iter={max_iter!r}: expected 'auto' or an integer of at least 0.")
    if not isinstance(max_iter, str):
        check_scalar(max_iter, "max_iter", Integral, min_val=0)


def check_labels(pooling, y, n_documents=None, of_all=True):
    """Raise if a pooling needs labels and there are none, or not one for each document.

    What the pooling asks of them is asked of those of all documents, not of some.
    """
    if not getattr(pooling, "needs_labels", False):
        return
    if y is None:
        raise ValueError(f"y: pooling={pooling!r} needs labels, got None.")
    y = column_or_1d(y)
    if n_documents is not None and len(y) != n_documents:
        raise ValueError(f"y: expected a label for each of {n_documents} documents, got {len(y)}.")
    if of_all and hasattr(pooling, "check_labels"):
        pooling.check_labels(y)


def check_oov(oov, words):
    """Raise if unknown words are to be spelled out and known ones are no strings."""
    if oov == "subword" and not all(isinstance(word, str) for word in words):
        raise ValueError("oov='subword': expected words that are strings; for other tokens set oov='ignore'.")


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
    """Warn if there are more components than words: fewer would tell as much."""
    if n_components > n_words:
        warnings.warn(
            f"n_components={n_components} is more than the {n_words} words of the vocabulary. The vectors get this "
            "length all the same, and components beyond start at random; fewer would tell as much."
        )
