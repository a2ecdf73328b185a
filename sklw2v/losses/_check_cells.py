"""The checks of what a loss makes of a co-occurrence, and of the paths by which it predicts words."""

import numpy as np
from scipy.sparse import csr_array

from sklw2v.losses._cells import Cells, fault_of, paths_of, turns
from sklw2v.losses._noise import noise_distribution
from sklw2v.losses._requirements import call, require, require_close

N_WORDS = 7
SHAPES = (N_WORDS, N_WORDS), (4, N_WORDS), (10, N_WORDS)


def check_cells(loss, name, rng):
    """Check what the method `cells` returns, of a loss that has it."""
    change = getattr(loss, "cells", None)
    if change is None:
        return
    for shape in SHAPES:
        counts = _random_cooccurrence(rng, shape)
        sums = counts.sum(axis=0)
        noise = noise_distribution(sums, 0.75)
        paths = paths_of(loss, sums)
        for n_negatives in (1, 5):
            given = Cells(counts, noise=noise) if paths is None else turns(counts, paths)
            before = [part.copy() for part in _arrays(given)]
            what = f"{name}.cells, for a co-occurrence of shape {shape} and n_negatives={n_negatives},"
            returned = call(what, change, given, n_negatives)
            unchanged = all(map(np.array_equal, _arrays(given), before))
            require(unchanged, f"{what} must not modify the cells that it is given")
            fault = fault_of(loss, returned, given.weights.shape, paths)
            require(fault is None, f"{what} {fault}")


def check_paths(loss, name, rng):
    """Check what the method `paths` returns, of a loss that has it."""
    what = f"{name}.paths"
    for n_words in (N_WORDS, 3, 2, 1):
        counts = rng.randint(1, 4, size=n_words)
        counts[-1] = n_words == 1  # the last of several words has no token
        given = counts.copy()
        paths = call(what, paths_of, loss, given)
        require(np.array_equal(given, counts), f"{what} must not modify word_counts")
        if paths is None:
            return
        dense = paths.toarray()
        for word in range(n_words):
            twins = np.flatnonzero((dense == dense[word]).all(axis=1))
            require(len(twins) == 1, f"{what} must differ from word to word; words {twins.tolist()} have the same")
        scores = rng.uniform(-4.0, 4.0, size=dense.shape[1])
        costs = np.where(dense > 0, loss.positive(scores)[0], np.where(dense < 0, loss.negative(scores)[0], 0.0))
        total = np.exp(-costs.sum(axis=1)).sum()
        of = f"sum of the probabilities that {what} and the losses of the turns imply for a vocabulary of {n_words}"
        require_close(of, total, np.array(1.0), "it must be", 1e-6)


def _random_cooccurrence(rng, shape):
    """Counts with halves among them, float32; the second row and the third column are empty."""
    counts = rng.poisson(2.0, size=shape) + 0.5 * rng.randint(2, size=shape)
    counts[0, 0] = 2.5
    counts[1], counts[:, 2] = 0, 0
    return csr_array(counts.astype(np.float32))


def _arrays(cells):
    """The arrays of cells as they are handed to a loss."""
    weights = cells.weights
    return [
        part for part in (weights.data, weights.indices, weights.indptr, cells.labels, cells.noise) if part is not None
    ]
