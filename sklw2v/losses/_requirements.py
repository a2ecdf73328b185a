"""What the checks of a loss have in common: each raises an AssertionError that says what failed."""

import warnings

import numpy as np

STEP = 1e-5  # of the central differences, whose error is then about 1e-9


def require(condition, message):
    if not condition:  # not an assert statement, which python -O removes
        raise AssertionError(f"{message}.")


def require_close(what, got, expected, source, tolerance, scores=None):
    """Compare arrays, relatively where `expected` exceeds 1; `scores`, of the same shape, tell where they differ."""
    got, expected = np.asarray(got), np.asarray(expected)
    excess = np.abs(got - expected) / np.maximum(1.0, np.abs(expected))
    if not np.all(excess <= tolerance):
        worst = np.unravel_index(np.argmax(excess), excess.shape)
        where = f"index {tuple(int(i) for i in worst)}" if scores is None else f"score {scores[worst]:.6g}"
        where = f" at {where}" if got.ndim else ""
        require(False, f"{what}{where}: got {got[worst]:.8g}, but {source} {expected[worst]:.8g}")


def call(what, function, *arguments):
    """Call a method of the loss so that a warning is an error, and every error an AssertionError that says where."""
    try:
        with warnings.catch_warnings(), np.errstate(divide="raise", over="raise", invalid="raise"):
            warnings.simplefilter("error")
            return function(*arguments)
    except Exception as error:
        raise AssertionError(f"{what} raised {type(error).__name__}: {error}") from error


def require_pair(what, returned):
    is_pair = isinstance(returned, tuple) and len(returned) == 2
    require(is_pair, f"{what} must return a tuple of two; got {type(returned).__name__}")


def require_array(what, array, shape, dtype):
    require(isinstance(array, np.ndarray), f"{what} must be an ndarray; got {type(array).__name__}")
    require(array.shape == shape, f"{what} must have shape {shape}; got {array.shape}")
    require(array.dtype == dtype, f"{what} must have dtype {np.dtype(dtype)}; got {array.dtype}")
    require(np.isfinite(array).all(), f"{what} must be finite; got {array[~np.isfinite(array)][:1]}")


def central_differences(function, point):
    """Derivative of a scalar function with respect to each entry of a float64 array."""
    derivative = np.empty_like(point)
    for index in np.ndindex(point.shape):
        ahead, behind = point.copy(), point.copy()
        ahead[index] += STEP
        behind[index] -= STEP
        derivative[index] = (function(ahead) - function(behind)) / (ahead[index] - behind[index])
    return derivative
