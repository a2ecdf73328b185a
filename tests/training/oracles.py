"""Slow, readable forms of what the package does fast: the tests compare the two."""

import numpy as np
from scipy.sparse import csr_array
from scipy.special import log_softmax, softmax

from sklw2v.training import _rows


def dense_ppmi(counts, smoothing=0.75):
    """Positive pointwise mutual information of dense counts, of their shape, with smoothed context distribution."""
    row_sums, column_sums = counts.sum(axis=1), counts.sum(axis=0)
    contexts = column_sums**smoothing / (column_sums**smoothing).sum()
    ppmi = np.zeros(counts.shape)
    for c, o in zip(*np.nonzero(counts), strict=True):
        ppmi[c, o] = max(0.0, np.log(counts[c, o] / (row_sums[c] * contexts[o])))
    return ppmi


def random_cooccurrence(n_words, seed, scale=1.0, density=0.5, empty=()):
    """Symmetric co-occurrence of log-normal weights, a share `density` of its cells; none for the words in `empty`."""
    rng = np.random.RandomState(seed)
    weights = np.exp(1.5 * rng.standard_normal((n_words, n_words))) * (rng.uniform(size=(n_words, n_words)) < density)
    weights += weights.T
    weights[list(empty)] = 0
    weights[:, list(empty)] = 0
    return csr_array((scale * weights).astype(np.float32))


def random_counts(n_centers, n_contexts, seed, density=0.5):
    """Log-normal counts of centres and contexts that are not the same things, a share `density` of the cells."""
    rng = np.random.RandomState(seed)
    weights = np.exp(1.5 * rng.standard_normal((n_centers, n_contexts)))
    weights *= rng.uniform(size=weights.shape) < density
    weights *= np.exp(rng.standard_normal((n_centers, 1)) + 2.0 * rng.standard_normal(n_contexts))
    return csr_array(weights.astype(np.float32))


def unigram_noise(cooccurrence, exponent=0.75):
    """Noise distribution (V,) from the row sums."""
    weights = cooccurrence.sum(axis=1, dtype=np.float64) ** exponent
    return weights / weights.sum()


def negative_sampling_objective(cooccurrence, centers, contexts, noise, n_negatives):
    """Exact objective of negative sampling, summed over all V x V pairs of words, in nats."""
    return _negative_sampling(cooccurrence.toarray(), centers @ contexts.T, noise, n_negatives)


def negative_sampling_optimum(cooccurrence, noise, n_negatives):
    """Least value of that objective, for free scores: those of Levy and Goldberg (2014), ``log(X / (K n P))``."""
    counts = cooccurrence.toarray().astype(np.float64)
    scores = np.log(counts / (n_negatives * counts.sum(axis=1, keepdims=True) * noise))
    return _negative_sampling(counts, scores, noise, n_negatives)


def _negative_sampling(counts, scores, noise, n_negatives):
    scores = scores.astype(np.float64)
    negatives = n_negatives * counts.sum(axis=1, keepdims=True, dtype=np.float64) * noise  # (V, V)
    return float((counts * np.logaddexp(0, -scores) + negatives * np.logaddexp(0, scores)).sum())


def softmax_objective(cooccurrence, centers, contexts):
    """Exact objective of the naive softmax, summed over all pairs of words, in nats."""
    scores = centers.astype(np.float64) @ contexts.T.astype(np.float64)
    return float(-(cooccurrence.toarray() * log_softmax(scores, axis=1)).sum())


def entropy_bound(cooccurrence):
    """Least value of that objective, for free scores: the entropies of the rows, weighted."""
    counts = cooccurrence.toarray().astype(np.float64)
    shares = counts / counts.sum(axis=1, keepdims=True)
    return float(-np.sum(counts * np.log(shares, out=np.zeros_like(shares), where=shares > 0)))


def row_epoch(cooccurrence, centers, contexts, rng, rate, biases=None):
    """One epoch of the softmax by blocks of rows; returns centre vectors, context vectors and loss, in float64.

    With biases, a pair of arrays, these are returned too, behind the vectors.
    """
    counts = cooccurrence.toarray().astype(np.float64)
    centers, contexts = centers.astype(np.float64), contexts.astype(np.float64)
    of_rows, of_outputs = (np.zeros(len(part)) for part in (centers, contexts)) if biases is None else biases
    of_rows, of_outputs = of_rows.astype(np.float64), of_outputs.astype(np.float64)
    squares = [np.ones_like(part) for part in (centers, contexts, of_rows, of_outputs)]
    n_rows = len(centers)
    order = rng.permutation(n_rows)
    block_rows = min(_rows.BLOCK_ROWS, -(-n_rows // _rows.LEAST_BLOCKS))
    part_rows = min(_rows.PART_ROWS, block_rows)
    block_rows = block_rows // part_rows * part_rows
    value = 0.0
    for first in range(0, n_rows, block_rows):
        block = order[first : first + block_rows]
        step = rate((first + len(block) / 2) / n_rows)
        old_centers, old_contexts, old_outputs = centers.copy(), contexts.copy(), of_outputs.copy()
        context_gradient, output_gradient = np.zeros_like(contexts), np.zeros_like(of_outputs)
        for c in block:
            scores = old_contexts @ old_centers[c] + of_rows[c] + old_outputs  # (m,)
            value -= counts[c] @ log_softmax(scores)
            gradient = counts[c].sum() * softmax(scores) - counts[c]
            context_gradient += np.outer(gradient, old_centers[c])
            output_gradient += gradient
            squares[0][c] += (gradient @ old_contexts) ** 2
            centers[c] -= _rows.CENTER_STEP * step * (gradient @ old_contexts) / np.sqrt(squares[0][c])
            if biases is None:
                continue
            squares[2][c] += gradient.sum() ** 2
            of_rows[c] -= _rows.CENTER_STEP * step * gradient.sum() / np.sqrt(squares[2][c])
        squares[1] += context_gradient**2
        contexts -= _rows.CONTEXT_STEP * step * context_gradient / np.sqrt(squares[1])
        if biases is None:
            continue
        squares[3] += output_gradient**2
        of_outputs -= _rows.CONTEXT_STEP * step * output_gradient / np.sqrt(squares[3])
    if biases is not None:
        return centers, contexts, (of_rows, of_outputs), value
    return centers, contexts, value
