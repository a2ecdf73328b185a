"""The check of the readable form of a loss."""

import inspect

import numpy as np
from scipy.sparse import csr_array

from sklw2v.losses._cells import paths_of
from sklw2v.losses._check_cells import N_WORDS
from sklw2v.losses._requirements import call, central_differences, require, require_array, require_close

N_COMPONENTS = 4
OUTSIDE = 2


def check_one_pair(loss, name, rng):
    """Check the method `loss_and_gradients`, of a loss that has it."""
    what = f"{name}.loss_and_gradients"
    center = rng.standard_normal(N_COMPONENTS)
    contexts = rng.standard_normal((N_WORDS, N_COMPONENTS))
    for arguments, detail, expected in _cases(loss, what, rng):
        contexts = contexts[: arguments["paths"].shape[1]] if "paths" in arguments else contexts
        scores = contexts @ center  # (m,)
        negatives = (arguments.pop("positional"),) if "positional" in arguments else ()

        def at(center, contexts, negatives=negatives, arguments=arguments):
            vectors = center.copy(), OUTSIDE, contexts.copy()
            returned = call(what, lambda: loss.loss_and_gradients(*vectors, *negatives, **arguments))
            is_triple = isinstance(returned, tuple) and len(returned) == 3
            require(is_triple, f"{what} must return (loss, gradient_center, gradient_contexts); got {returned!r}")
            return returned

        value, gradient_center, gradient_contexts = at(center, contexts)
        require_array(f"gradient_center of {what}", gradient_center, center.shape, float)
        require_array(f"gradient_contexts of {what}", gradient_contexts, contexts.shape, float)
        if expected is not None:
            methods = "rows give" if loss.form == "rows" else "positive and negative give in sum"
            require_close(f"loss of {detail}", value, expected(scores), methods, 1e-10)
        by_center = central_differences(lambda point, at=at, contexts=contexts: at(point, contexts)[0], center)
        by_contexts = central_differences(lambda point, at=at: at(center, point)[0], contexts)
        source = "central differences give"
        require_close(f"gradient_center of {detail}", gradient_center, by_center, source, 1e-6)
        require_close(f"gradient_contexts of {detail}", gradient_contexts, by_contexts, source, 1e-6)


def _cases(loss, what, rng):
    """Yield what the form is called with beside vectors, what to call it then, and its loss, a function of scores.

    What it is called with has the names of its parameters; noise words go by position where it has none of them. No
    loss is known where offsets or weights are involved.
    """
    if loss.form == "rows":
        counts = csr_array(np.eye(N_WORDS)[[OUTSIDE]])
        yield {}, what, lambda scores: loss.rows(scores[np.newaxis].copy(), counts)[0]
        return
    names = list(inspect.signature(loss.loss_and_gradients).parameters)[3:]
    paths = paths_of(loss, rng.randint(1, 10, size=N_WORDS))
    if paths is not None and "paths" in names:
        turns = paths.toarray()[OUTSIDE]

        def along_path(scores):
            return loss.positive(scores[turns > 0])[0].sum() + loss.negative(scores[turns < 0])[0].sum()

        yield {"paths": paths}, f"{what} for paths", along_path
        return
    for drawn in ([0, 5, 5, 3], [6] if loss.exclude_true else [OUTSIDE, 5, OUTSIDE]):
        negatives = np.array(drawn)
        known = {"negatives": negatives, "noise": rng.dirichlet(np.ones(N_WORDS)), "count": 2.5, "target": 0.5}
        arguments = {name: value for name, value in known.items() if name in names} or {"positional": negatives}

        def of_pairs(scores, negatives=negatives):
            return loss.positive(scores[[OUTSIDE]])[0].sum() + loss.negative(scores[negatives])[0].sum()

        is_plain = set(arguments) <= {"negatives", "positional"}
        yield arguments, f"{what} for negatives {drawn}", of_pairs if is_plain else None
