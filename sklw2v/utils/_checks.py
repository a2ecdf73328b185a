"""Checks of parameters that scikit-learn's `check_scalar` does not make."""

from numbers import Integral

import numpy as np
from sklearn.utils import check_scalar


def check_choices(estimator, choices):
    """Raise a ValueError for a parameter that is none of its choices, a dict from name to values."""
    for name, accepted in choices.items():
        value = getattr(estimator, name)
        if not any(value is choice or (isinstance(value, str) and value == choice) for choice in accepted):
            raise ValueError(f"{name}={value!r}: expected one of {', '.join(map(repr, accepted))}.")


def check_finite(estimator, *names):
    """Raise a ValueError for a parameter that is infinite or not a number, which comparisons let pass; None is let."""
    for name in names:
        value = getattr(estimator, name)
        if value is not None and not np.isfinite(value):
            raise ValueError(f"{name}={value!r}: expected a finite number.")


def check_n_jobs(n_jobs):
    """Raise a ValueError or TypeError for a number of threads that means nothing."""
    if n_jobs is not None:
        check_scalar(n_jobs, "n_jobs", Integral)
        if n_jobs == 0:
            raise ValueError("n_jobs=0 has no meaning: expected a number of threads, -1 for all, or None.")


def check_words(words, name):
    """Raise a ValueError for a word that is missing; `name` is what messages call the words."""
    if set(map(type, words)) <= {str, int, bytes}:
        return
    for position, word in enumerate(words):
        if is_missing(word):
            raise ValueError(
                f"{name}: the word at position {position} is missing, got {word!r}; expected a string or another token"
            )


def python_values(values):
    """Values in a list, those of NumPy's arrays and of pyarrow as Python's: pyarrow's own are equal to no others."""
    if isinstance(values, np.ndarray):
        return values.tolist()
    return [value.as_py() if hasattr(value, "as_py") else value for value in values]


def has_one_dimension(values):
    """Whether values are of one dimension, or do not tell of any: a frame would give its columns instead."""
    return len(getattr(values, "shape", (0,))) == 1


def is_missing(value):
    """Whether a value stands for a missing one: None, NaN, pandas' NA and NaT, or a tuple that has one of these."""
    if value is None:
        return True
    if isinstance(value, tuple | frozenset):
        return any(map(is_missing, value))
    if hasattr(value, "__len__"):
        return False
    try:
        return bool(value != value)
    except (TypeError, ValueError, ArithmeticError):  # of pandas' NA nothing is known, nor of Decimal's sNaN
        return type(value).__name__ == "NAType"


def describe(value):
    """The type of a value and its repr, cut short, for messages."""
    text = repr(value)
    return f"{type(value).__name__} {text if len(text) <= 60 else text[:57] + '...'}"
