"""A run-time test of a loss: of the losses of this package and of a user's own."""

import warnings
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.utils import check_random_state

STEP = 1e-5  # of the central differences, whose error is then about 1e-9
N_WORDS = 7
N_COMPONENTS = 4


def check_loss(loss: Any, random_state: int | np.random.RandomState | None = 0) -> None:
    """Raise an AssertionError if a solver could not rely on `loss`.

    What is asked of a loss stands in `sklw2v.losses.Loss`; the object need not be of that class. Checked are the
    attributes that its `form` calls for; shapes and dtypes of what the methods return; gradients against central
    differences at random scores from -8 to 8; finite values and gradients, without a warning, at scores of +-1000; and
    that arguments are left alone. Further,

    - for ``"pairs"``: that each score is judged by itself, and that values have no jump and agree with the gradients
      on a grid of scores from -30 to 30, since a solver may tabulate them;
    - for ``"rows"``: that the loss of several rows is the sum of theirs, and that float32 scores give float32
      gradients.

    `loss_and_gradients`, if the object has it, is compared with the other methods and with central differences. An
    object with `get_params` must survive `sklearn.base.clone`.

    Parameters
    ----------
    loss : object
        A loss.
    random_state : int, RandomState instance or None, default=0
        Source of the random scores.

    Raises
    ------
    AssertionError
        Says what failed, where and by how much.

    Examples
    --------
    >>> from sklw2v.losses import Loss, check_loss
    >>> class Squared(Loss):
    ...     form = "pairs"
    ...
    ...     def positive(self, scores):
    ...         return (scores - 1) ** 2, scores - 1  # forgets the factor 2
    ...
    ...     def negative(self, scores):
    ...         return scores**2, 2 * scores
    >>> check_loss(Squared())
    Traceback (most recent call last):
        ...
    AssertionError: gradients of Squared.positive at score ...: got ..., but central differences give ...
    """
    _require(not isinstance(loss, type | str), f"expected an instance of a loss; got {loss!r}")
    rng = check_random_state(random_state)
    name = type(loss).__name__
    form: Any = getattr(loss, "form", None)
    _require(isinstance(form, str) and form in FORMS, f"{name}.form must be 'pairs' or 'rows'; got {form!r}")
    methods, checks = FORMS[form]
    for method in (*methods, "log_reference"):
        _require(callable(getattr(loss, method, None)), f"{name} must have a method {method}, its form being {form!r}")
    for check in checks:
        check(loss, name, rng)
    _check_log_reference(loss, name, rng)
    if hasattr(loss, "loss_and_gradients"):
        _check_loss_and_gradients(loss, name, rng)
    if hasattr(loss, "get_params"):
        _check_clone(loss, name, rng)


def _require(condition, message):
    if not condition:  # not an assert statement, which python -O removes
        raise AssertionError(f"{message}.")


def _require_close(what, got, expected, source, tolerance, scores=None):
    """Compare arrays, relatively where `expected` exceeds 1; `scores`, of the same shape, tell where they differ."""
    got, expected = np.asarray(got), np.asarray(expected)
    excess = np.abs(got - expected) / np.maximum(1.0, np.abs(expected))
    if not np.all(excess <= tolerance):
        worst = np.unravel_index(np.argmax(excess), excess.shape)
        where = f"index {tuple(int(i) for i in worst)}" if scores is None else f"score {scores[worst]:.6g}"
        where = f" at {where}" if got.ndim else ""
        _require(False, f"{what}{where}: got {got[worst]:.8g}, but {source} {expected[worst]:.8g}")


def _call(what, function, *arguments):
    """Call a method of the loss so that a warning is an error, and every error an AssertionError that says where."""
    try:
        with warnings.catch_warnings(), np.errstate(divide="raise", over="raise", invalid="raise"):
            warnings.simplefilter("error")
            return function(*arguments)
    except Exception as error:
        raise AssertionError(f"{what} raised {type(error).__name__}: {error}") from error


def _check_returned_pair(what, returned):
    is_pair = isinstance(returned, tuple) and len(returned) == 2
    _require(is_pair, f"{what} must return a tuple of two; got {type(returned).__name__}")


def _check_array(what, array, shape, dtype):
    _require(isinstance(array, np.ndarray), f"{what} must be an ndarray; got {type(array).__name__}")
    _require(array.shape == shape, f"{what} must have shape {shape}; got {array.shape}")
    _require(array.dtype == dtype, f"{what} must have dtype {np.dtype(dtype)}; got {array.dtype}")
    _require(np.isfinite(array).all(), f"{what} must be finite; got {array[~np.isfinite(array)][:1]}")


def _central_differences(function, point):
    """Derivative of a scalar function with respect to each entry of a float64 array."""
    derivative = np.empty_like(point)
    for index in np.ndindex(point.shape):
        ahead, behind = point.copy(), point.copy()
        ahead[index] += STEP
        behind[index] -= STEP
        derivative[index] = (function(ahead) - function(behind)) / (ahead[index] - behind[index])
    return derivative


# Losses of form "pairs"


def _call_on_scores(what, function, scores):
    """Values and gradients, of the right type, from a function that leaves `scores` alone."""
    given = scores.copy()
    returned = _call(what, function, given)
    _require(np.array_equal(given, scores), f"{what} must not modify scores")
    _check_returned_pair(what, returned)
    for part, array in zip(("values", "gradients"), returned, strict=True):
        _check_array(
            f"{part} of {what} for scores from {scores.min():g} to {scores.max():g}", array, scores.shape, float
        )
    return returned


def _require_same(what, got, expected, source, tolerance, scores=None):
    for part, array, other in zip(("values", "gradients"), got, expected, strict=True):
        _require_close(f"{part} of {what}", array, other, source, tolerance, scores)


def _check_pairs(loss, name, rng):
    for method in ("positive", "negative"):
        what, function = f"{name}.{method}", getattr(loss, method)
        scores = rng.uniform(-8.0, 8.0, size=60)
        values, gradients = _call_on_scores(what, function, scores)
        for shape in ((6, 10), (3, 4, 5)):
            block = [part.ravel() for part in _call_on_scores(what, function, scores.reshape(shape))]
            _require_same(what, block, (values, gradients), "the same scores in one dimension give", 1e-12, scores)
        alone = [_call_on_scores(what, function, scores[i : i + 1]) for i in range(scores.size)]
        alone = np.concatenate(alone, axis=1)  # (2, n)
        _require_same(what, (values, gradients), alone, "that score alone gives", 1e-12, scores)

        ahead, behind = scores + STEP, scores - STEP
        rise = _call_on_scores(what, function, ahead)[0] - _call_on_scores(what, function, behind)[0]
        source = "central differences give"
        _require_close(f"gradients of {what}", gradients, rise / (ahead - behind), source, 1e-6, scores)

        grid = np.linspace(-30.0, 30.0, 6001)
        values, gradients = _call_on_scores(what, function, grid)
        # The mean value theorem: a rise lies between width times either gradient, up to a third-order term.
        rise, by_gradients = np.diff(values), 0.5 * np.diff(grid) * (gradients[1:] + gradients[:-1])
        slack = np.diff(grid) * np.abs(np.diff(gradients)) + 1e-6 * np.maximum(1.0, np.abs(values[1:]))
        jumps = np.flatnonzero(np.abs(rise - by_gradients) > slack)
        if jumps.size:
            at = jumps[0]
            where = f"from score {grid[at]:.2f} to {grid[at + 1]:.2f}"
            _require(False, f"values of {what} rise by {rise[at]:.3g} {where}, gradients say {by_gradients[at]:.3g}")

        _call_on_scores(what, function, np.array([-1000.0, 1000.0]))


def _check_exclude_true(loss, name, rng):
    flag = getattr(loss, "exclude_true", None)
    _require(isinstance(flag, (bool, np.bool_)), f"{name}.exclude_true must be True or False; got {flag!r}")


# Losses of form "rows"


def _random_counts(rng, n_rows):
    """Counts with halves among them; the last row is empty."""
    counts = rng.poisson(1.0, size=(n_rows, N_WORDS)) + 0.5 * rng.randint(2, size=(n_rows, N_WORDS))
    counts[0, 0] = 2.5
    counts[-1] = 0.0
    return csr_array(counts)


def _call_on_rows(what, function, scores, counts):
    """Value and gradients, of the right type, from a function that leaves `counts` alone."""
    before = counts.copy()
    returned = _call(what, function, scores.copy(), counts)
    for part in ("data", "indices", "indptr"):
        unchanged = np.array_equal(getattr(counts, part), getattr(before, part))
        _require(unchanged, f"{what} must not modify counts; it changed counts.{part}")
    _check_returned_pair(what, returned)
    value, gradients = returned
    is_number = isinstance(value, (float, np.floating))
    _require(is_number, f"value of {what} must be a float, the sum over rows; got {type(value).__name__}")
    _require(np.isfinite(value), f"value of {what} must be finite; got {value}")
    _check_array(f"gradients of {what} for {scores.dtype} scores", gradients, scores.shape, scores.dtype)
    return float(value), gradients


def _check_rows(loss, name, rng):
    what, function = f"{name}.rows", loss.rows
    scores = rng.uniform(-8.0, 8.0, size=(4, N_WORDS))
    counts = _random_counts(rng, len(scores))
    value, gradients = _call_on_rows(what, function, scores, counts)

    differences = _central_differences(lambda point: _call_on_rows(what, function, point, counts)[0], scores)
    _require_close(f"gradients of {what}", gradients, differences, "central differences give", 1e-6)

    alone = [_call_on_rows(what, function, scores[i : i + 1], counts[[i]]) for i in range(len(scores))]
    _require_close(f"value of {what}", value, sum(v for v, _ in alone), "single rows add up to", 1e-10)

    single = scores.astype(np.float32)
    value, gradients = _call_on_rows(what, function, single, counts.astype(np.float32))
    exact_value, exact_gradients = _call_on_rows(what, function, single.astype(np.float64), counts)
    _require_close(f"value of {what} for float32 scores", value, exact_value, "float64 gives", 1e-4)
    _require_close(f"gradients of {what} for float32 scores", gradients, exact_gradients, "float64 gives", 1e-4)

    extreme = rng.choice([-1000.0, 1000.0], size=scores.shape)
    extreme[1], extreme[2] = -1000.0, 1000.0
    for dtype in (np.float32, np.float64):
        _call_on_rows(f"{what} at scores of +-1000", function, extreme.astype(dtype), counts.astype(dtype))


# Either form


def _check_log_reference(loss, name, rng):
    what = f"{name}.log_reference"
    noise = rng.dirichlet(np.ones(N_WORDS))
    given = noise.copy()
    log_reference = _call(what, loss.log_reference, given)
    _require(np.array_equal(given, noise), f"{what} must not modify noise")
    _check_array(f"what {what} returns", log_reference, noise.shape, float)


def _check_loss_and_gradients(loss, name, rng):
    what = f"{name}.loss_and_gradients"
    center = rng.standard_normal(N_COMPONENTS)
    contexts = rng.standard_normal((N_WORDS, N_COMPONENTS))
    outside = 2
    if loss.form == "pairs":
        drawn = [[0, 5, 5, 3], [6]] if loss.exclude_true else [[0, 5, 5, 3], [outside, 5, outside]]
        extras = [(np.array(negatives),) for negatives in drawn]
    else:
        extras = [()]

    def at(center, contexts, extra):
        returned = _call(what, loss.loss_and_gradients, center.copy(), outside, contexts.copy(), *extra)
        is_triple = isinstance(returned, tuple) and len(returned) == 3
        _require(is_triple, f"{what} must return (loss, gradient_center, gradient_contexts); got {returned!r}")
        return returned

    for extra in extras:
        value, gradient_center, gradient_contexts = at(center, contexts, extra)
        _check_array(f"gradient_center of {what}", gradient_center, center.shape, float)
        _check_array(f"gradient_contexts of {what}", gradient_contexts, contexts.shape, float)

        scores = contexts @ center  # (V,)
        if loss.form == "pairs":
            method = "positive and negative"
            expected = loss.positive(scores[[outside]])[0].sum() + loss.negative(scores[extra[0]])[0].sum()
        else:
            method = "rows"
            expected = loss.rows(scores[np.newaxis].copy(), csr_array(np.eye(N_WORDS)[[outside]]))[0]
        detail = f"{what} for negatives {extra[0].tolist()}" if extra else what
        _require_close(f"loss of {detail}", value, expected, f"{method} give in sum", 1e-10)

        by_center = _central_differences(lambda point, extra=extra: at(point, contexts, extra)[0], center)
        by_contexts = _central_differences(lambda point, extra=extra: at(center, point, extra)[0], contexts)
        source = "central differences give"
        _require_close(f"gradient_center of {detail}", gradient_center, by_center, source, 1e-6)
        _require_close(f"gradient_contexts of {detail}", gradient_contexts, by_contexts, source, 1e-6)


def _check_clone(loss, name, rng):
    twin = _call(f"clone({name})", clone, loss)
    scores = rng.uniform(-8.0, 8.0, size=(3, N_WORDS))
    if loss.form == "pairs":
        same_flag = twin.exclude_true == loss.exclude_true
        _require(same_flag, f"clone({name}).exclude_true must be {loss.exclude_true}; got {twin.exclude_true}")
        for method in ("positive", "negative"):
            got, expected = getattr(twin, method)(scores), getattr(loss, method)(scores)
            _require_same(f"clone({name}).{method}", got, expected, "the original gives", 0.0, scores)
    else:
        counts = _random_counts(rng, len(scores))
        got, expected = twin.rows(scores.copy(), counts), loss.rows(scores.copy(), counts)
        _require_same(f"clone({name}).rows", got, expected, "the original gives", 0.0)


# For each form, the methods it needs and the checks it must pass.
FORMS = {
    "pairs": (("positive", "negative"), (_check_exclude_true, _check_pairs)),
    "rows": (("rows",), (_check_rows,)),
}
