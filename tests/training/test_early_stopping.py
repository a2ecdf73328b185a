"""When to stop."""

import numpy as np
import pytest

from sklw2v.training._early_stopping import EarlyStopping


def run(scores, n_iter_no_change, tol=0.0):
    stopping = EarlyStopping(lambda centers, contexts: scores[centers], n_iter_no_change, tol)
    for epoch in range(len(scores)):
        if stopping(epoch, lambda epoch=epoch: (epoch, -epoch), []):
            break
    return epoch + 1, stopping


@pytest.mark.parametrize(
    "scores, patience, tol, n_epochs, best",
    [
        ([1, 2, 3, 4], 2, 0, 4, 3),
        ([1, 2, 1, 1, 5], 2, 0.1, 4, 1),
        ([1, 2, 1, 3, 1, 1, 9], 2, 0, 6, 3),
        ([1, 1.05, 1.1, 1.15], 2, 0.5, 3, 2),  # rises below tol do not count, yet the best is kept
        ([1, 0, 0, 0], 1, 0, 2, 0),
        ([-np.inf, -np.inf, -np.inf], 1, 1e-3, 1, None),
        ([5], 1, 0, 1, 0),
    ],
)
def test_it_stops_after_so_many_epochs_without_a_rise_and_keeps_the_best(scores, patience, tol, n_epochs, best):
    n, stopping = run(scores, patience, tol)
    assert n == n_epochs
    assert stopping.scores == scores[:n_epochs]
    assert stopping.best == (None if best is None else (best, -best))
