"""Checks of the estimators' parameters, and what their names stand for."""

from numbers import Integral, Real

import numpy as np
from sklearn.base import clone
from sklearn.utils import check_random_state, check_scalar, column_or_1d

from sklw2v.losses import resolve_loss
from sklw2v.pooling import FoldInPooling, LabelPooling, MeanPooling, NeighborPooling, SifPooling, check_pooling
from sklw2v.text import check_text_parameters
from sklw2v.utils import check_choices, check_finite, check_n_jobs
from sklw2v.word_vectors import WordVectors

CHOICES = {
    "window_weights": ("linear", "uniform", "harmonic"),
    "norm": ("l1", "l2", None),
    "oov": ("ignore", "subword"),
}
POOLINGS = {  # what the names stand for, given the vectorizer
    "mean": lambda estimator: MeanPooling(),
    "tfidf": lambda estimator: MeanPooling(sublinear_tf=True, use_idf=True, unit_vectors=True),
    "sif": lambda estimator: SifPooling(),
    "labels": lambda estimator: LabelPooling(),
    "fold_in": lambda estimator: FoldInPooling(**_shared(estimator, "loss", "n_negatives", "noise_exponent", "n_jobs")),
    "neighbors": lambda estimator: NeighborPooling(**_shared(estimator, "n_jobs")),
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
    check_text_parameters(estimator)
    check_choices(estimator, CHOICES)
    if isinstance(estimator.init, WordVectors):
        n_components = estimator.init.vectors.shape[1]
        if n_components != estimator.n_components:
            raise ValueError(
                f"init: got vectors of length {n_components}; expected n_components={estimator.n_components}."
            )
    elif not isinstance(estimator.init, str) or estimator.init not in ("svd", "random"):
        raise ValueError(f"init={estimator.init!r}: expected 'svd', 'random' or an instance of sklw2v.WordVectors.")
    check_n_jobs(estimator.n_jobs)
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
    check_finite(estimator, *FINITE)
    if estimator.max_iter != "auto":
        if isinstance(estimator.max_iter, str):
            raise ValueError(f"max_iter={estimator.max_iter!r}: expected 'auto' or an integer of at least 0.")
        check_scalar(estimator.max_iter, "max_iter", Integral, min_val=0)
    return resolve_loss(estimator.loss)


def resolve_pooling(estimator):
    """The pooling that the parameter of a vectorizer stands for: a new instance, or a copy.

    Raises
    ------
    ValueError, TypeError
        If it is neither a name nor an instance of a pooling, or a parameter of the pooling is out of range.
    """
    pooling = estimator.pooling
    if isinstance(pooling, str) and pooling in POOLINGS:
        return POOLINGS[pooling](estimator)
    check_pooling(pooling, "pooling", f"one of {', '.join(map(repr, POOLINGS))},")
    return clone(pooling, safe=False)


def check_labels(pooling, y, n_documents=None):
    """Raise if a pooling needs labels and there are none, or not one for each document."""
    if not getattr(pooling, "needs_labels", False):
        return
    if y is None:
        raise ValueError(f"y: pooling={pooling!r} needs labels, got None.")
    y = column_or_1d(y)
    if n_documents is not None and len(y) != n_documents:
        raise ValueError(f"y: expected a label for each of {n_documents} documents, got {len(y)}.")
    if hasattr(pooling, "check_labels"):
        pooling.check_labels(y)


def check_oov(oov, words):
    """Raise if unknown words are to be spelled out and known ones are no strings."""
    if oov == "subword" and not all(isinstance(word, str) for word in words):
        raise ValueError("oov='subword': expected words that are strings; for other tokens set oov='ignore'.")


def _shared(estimator, *names):
    """Those of the parameters that a vectorizer has, for a pooling that has them too."""
    return {name: getattr(estimator, name) for name in names if hasattr(estimator, name)}


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
