"""A run-time test of a loss: of the losses of this package and of a user's own."""

from typing import Any

import numpy as np
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.utils import check_random_state

from sklw2v.losses._check_cells import N_WORDS, check_cells, check_paths
from sklw2v.losses._check_one_pair import check_one_pair
from sklw2v.losses._requirements import (
    STEP,
    call,
    central_differences,
    require,
    require_array,
    require_close,
    require_pair,
)


def check_loss(loss: Any, random_state: int | np.random.RandomState | None = 0) -> None:
    """Raise an AssertionError if a solver could not rely on `loss`.

    What is asked of a loss stands in `sklw2v.losses.Loss`; the object need not be of that class. Checked are the
    attributes that its `form` calls for; that its method `check`, if it has one, raises no error; shapes and dtypes of
    what the methods return; gradients against central differences at random scores from -8 to 8; finite values and
    gradients, without a warning, at scores of +-1000; and that arguments are left alone. Further,

    - for ``"pairs"``: that each score is judged by itself, and that values have no jump and agree with the gradients
      on a grid of scores from -30 to 30, since a solver may tabulate them; what `cells` makes of small co-occurrences,
      with an empty row and an empty column, square and not; and that the `paths` of words are all different and give
      probabilities that sum to 1;
    - for ``"rows"``: that the loss of several rows is the sum of theirs, and that float32 scores give float32
      gradients.

    `loss_and_gradients`, if the object has it, is compared with the other methods and with central differences; what
    else it needs than vectors it may ask for by the names ``negatives``, ``paths``, ``noise`` (V,), ``count`` and
    ``target``. An object with `get_params` must survive `sklearn.base.clone`.

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
    require(not isinstance(loss, type | str), f"expected an instance of a loss; got {loss!r}")
    rng = check_random_state(random_state)
    name = type(loss).__name__
    form: Any = getattr(loss, "form", None)
    require(isinstance(form, str) and form in FORMS, f"{name}.form must be 'pairs' or 'rows'; got {form!r}")
    methods, checks = FORMS[form]
    if hasattr(loss, "check"):
        call(f"{name}.check", loss.check)
    for method in (*methods, "log_reference"):
        require(callable(getattr(loss, method, None)), f"{name} must have a method {method}, its form being {form!r}")
    for check in checks:
        check(loss, name, rng)
    _check_log_reference(loss, name, rng)
    if hasattr(loss, "loss_and_gradients"):
        check_one_pair(loss, name, rng)
    if hasattr(loss, "get_params"):
        _check_clone(loss, name, rng)


# Losses of form "pairs"


def _call_on_scores(what, function, scores):
    """Values and gradients, of the right type, from a function that leaves `scores` alone."""
    given = scores.copy()
    returned = call(what, function, given)
    require(np.array_equal(given, scores), f"{what} must not modify scores")
    require_pair(what, returned)
    for part, array in zip(("values", "gradients"), returned, strict=True):
        require_array(
            f"{part} of {what} for scores from {scores.min():g} to {scores.max():g}", array, scores.shape, float
        )
    return returned


def _require_same(what, got, expected, source, tolerance, scores=None):
    for part, array, other in zip(("values", "gradients"), got, expected, strict=True):
        require_close(f"{part} of {what}", array, other, source, tolerance, scores)


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
        require_close(f"gradients of {what}", gradients, rise / (ahead - behind), source, 1e-6, scores)

        grid = np.linspace(-30.0, 30.0, 6001)
        values, gradients = _call_on_scores(what, function, grid)
        # The mean value theorem: a rise lies between width times either gradient, up to a third-order term.
        rise, by_gradients = np.diff(values), 0.5 * np.diff(grid) * (gradients[1:] + gradients[:-1])
        slack = np.diff(grid) * np.abs(np.diff(gradients)) + 1e-6 * np.maximum(1.0, np.abs(values[1:]))
        jumps = np.flatnonzero(np.abs(rise - by_gradients) > slack)
        if jumps.size:
            at = jumps[0]
            where = f"from score {grid[at]:.2f} to {grid[at + 1]:.2f}"
            require(False, f"values of {what} rise by {rise[at]:.3g} {where}, gradients say {by_gradients[at]:.3g}")

        _call_on_scores(what, function, np.array([-1000.0, 1000.0]))


def _check_exclude_true(loss, name, rng):
    flag = getattr(loss, "exclude_true", None)
    require(isinstance(flag, (bool, np.bool_)), f"{name}.exclude_true must be True or False; got {flag!r}")


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
    returned = call(what, function, scores.copy(), counts)
    for part in ("data", "indices", "indptr"):
        unchanged = np.array_equal(getattr(counts, part), getattr(before, part))
        require(unchanged, f"{what} must not modify counts; it changed counts.{part}")
    require_pair(what, returned)
    value, gradients = returned
    is_number = isinstance(value, (float, np.floating))
    require(is_number, f"value of {what} must be a float, the sum over rows; got {type(value).__name__}")
    require(np.isfinite(value), f"value of {what} must be finite; got {value}")
    require_array(f"gradients of {what} for {scores.dtype} scores", gradients, scores.shape, scores.dtype)
    return float(value), gradients


def _check_rows(loss, name, rng):
    what, function = f"{name}.rows", loss.rows
    scores = rng.uniform(-8.0, 8.0, size=(4, N_WORDS))
    counts = _random_counts(rng, len(scores))
    value, gradients = _call_on_rows(what, function, scores, counts)

    differences = central_differences(lambda point: _call_on_rows(what, function, point, counts)[0], scores)
    require_close(f"gradients of {what}", gradients, differences, "central differences give", 1e-6)

    alone = [_call_on_rows(what, function, scores[i : i + 1], counts[[i]]) for i in range(len(scores))]
    require_close(f"value of {what}", value, sum(v for v, _ in alone), "single rows add up to", 1e-10)

    single = scores.astype(np.float32)
    value, gradients = _call_on_rows(what, function, single, counts.astype(np.float32))
    exact_value, exact_gradients = _call_on_rows(what, function, single.astype(np.float64), counts)
    require_close(f"value of {what} for float32 scores", value, exact_value, "float64 gives", 1e-4)
    require_close(f"gradients of {what} for float32 scores", gradients, exact_gradients, "float64 gives", 1e-4)

    extreme = rng.choice([-1000.0, 1000.0], size=scores.shape)
    extreme[1], extreme[2] = -1000.0, 1000.0
    for dtype in (np.float32, np.float64):
        _call_on_rows(f"{what} at scores of +-1000", function, extreme.astype(dtype), counts.astype(dtype))


# Either form


def _check_log_reference(loss, name, rng):
    what = f"{name}.log_reference"
    noise = rng.dirichlet(np.ones(N_WORDS))
    given = noise.copy()
    log_reference = call(what, loss.log_reference, given)
    require(np.array_equal(given, noise), f"{what} must not modify noise")
    require_array(f"what {what} returns", log_reference, noise.shape, float)


def _check_clone(loss, name, rng):
    twin = call(f"clone({name})", clone, loss)
    scores = rng.uniform(-8.0, 8.0, size=(3, N_WORDS))
    if loss.form == "pairs":
        same_flag = twin.exclude_true == loss.exclude_true
        require(same_flag, f"clone({name}).exclude_true must be {loss.exclude_true}; got {twin.exclude_true}")
        for method in ("positive", "negative"):
            got, expected = getattr(twin, method)(scores), getattr(loss, method)(scores)
            _require_same(f"clone({name}).{method}", got, expected, "the original gives", 0.0, scores)
    else:
        counts = _random_counts(rng, len(scores))
        got, expected = twin.rows(scores.copy(), counts), loss.rows(scores.copy(), counts)
        _require_same(f"clone({name}).rows", got, expected, "the original gives", 0.0)


# For each form, the methods it needs and the checks it must pass.
FORMS = {
    "pairs": (("positive", "negative"), (_check_exclude_true, _check_pairs, check_paths, check_cells)),
    "rows": (("rows",), (_check_rows, check_paths, check_cells)),
}
