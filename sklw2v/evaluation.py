"""How good word vectors are: correlations with human judgement, and analogies solved."""

import numpy as np
from scipy.special import ndtri

Z95 = float(ndtri(0.975))  # a standard normal variable lies within +-Z95 with probability 0.95


def count_solved(unit_vectors, questions):
    """How many analogies (a, b, c, answer), each four lists of the rows alike in form, 3CosAdd solves."""
    n_solved = 0
    n_block = max(1, min(len(questions), 512, 2**24 // max(1, len(unit_vectors))))  # scores take 64 MB at most
    buffer = np.empty((n_block, len(unit_vectors)), dtype=np.float32)  # new memory for each block would cost more
    for start in range(0, len(questions), n_block):
        block = questions[start : start + n_block]
        a, b, c = np.array([[rows[0] for rows in question[:3]] for question in block]).T  # (n_block,) each
        targets = unit_vectors[b] + unit_vectors[c] - unit_vectors[a]  # (n_block, d)
        scores = np.matmul(targets, unit_vectors.T, out=buffer[: len(block)])  # (n_block, V)
        for score, question in zip(scores, block, strict=True):
            score[question[0] + question[1] + question[2]] = -np.inf
        for best, score, question in zip(scores.argmax(axis=1), scores, block, strict=True):
            n_solved += int(best in question[3] and score[best] > -np.inf)
    return n_solved


def correlation(a, b):
    """Pearson's correlation of two samples (n,); NaN if one is constant."""
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    a, b = a - a.mean(), b - b.mean()
    return float(np.clip((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum()), -1.0, 1.0))


def correlation_interval(r, n):
    """95% interval of a rank correlation r of n pairs, by Fisher's transformation (Bonett and Wright 2000)."""
    if n <= 3:
        return -1.0, 1.0
    half_width = Z95 * np.sqrt((1 + r * r / 2) / (n - 3))
    with np.errstate(divide="ignore"):  # r = 1 is infinite, and comes back as 1
        return tuple(np.tanh(np.arctanh(r) + np.array([-half_width, half_width])).tolist())
