"""Held-out likelihood of documents under the softmax that a loss implies."""

import numpy as np
from scipy.sparse import csc_array, csr_array
from sklearn.utils import Bunch

from sklw2v.cooccurrence import count_cooccurrences, window_units
from sklw2v.utils import one_blas_thread

ROWS_AT_A_TIME = 256  # centre words
SCORES_AT_A_TIME = 1 << 20
MAX_CENTERS = 4096  # centre words whose scores are worked out; of more a sample is taken
SAMPLE_SEED = 0


def score_tokens(tokens, window, window_weights, centers, contexts, reference, n_jobs, word_scores=None):
    """Score held-out documents.

    Parameters
    ----------
    tokens : TokenIds
        Unknown words included.
    window, window_weights
        As `sklw2v.cooccurrence.window_units` takes them.
    centers, contexts, reference, word_scores
        As in `mean_log_likelihood`.
    n_jobs : int
        Threads.

    Returns
    -------
    Bunch
        ``score``, ``perplexity``, ``n_pairs``, ``oov_share``, ``n_centers``; see `SkipGramVectorizer.score_report`.

    Raises
    ------
    ValueError
        If there is no pair of two words that can be scored.
    """
    known = tokens.without_unknown()
    units, scale = window_units(window, window_weights, known.longest)
    counts = count_cooccurrences(known, len(centers), units, n_jobs=n_jobs)
    if not np.isfinite(reference[counts.indices]).any():
        raise ValueError(
            f"X: no pair to score: among {len(tokens)} documents no two words known from fit stand in one window. "
            "Expected documents that share words with those of fit."
        )
    score, n_centers = mean_log_likelihood(counts, centers, contexts, reference, word_scores=word_scores)
    return Bunch(
        score=score,
        perplexity=float(np.exp(-score)),
        n_pairs=float(counts.sum() / scale),
        oov_share=1 - len(known.ids) / len(tokens.ids),
        n_centers=n_centers,
    )


def mean_log_likelihood(counts, centers, contexts, reference, max_centers=None, word_scores=None):
    """Mean over pairs of ``log p(o|c)``, with ``p(o|c)`` proportional to ``exp(u_o . v_c + reference[o])``.

    Where outputs are not words, what `word_scores` says of a word stands in place of ``u_o . v_c``.

    Exact over the vocabulary of contexts. Where more than `max_centers` words stand as centre words, so many are drawn
    from them in proportion to their weights, evenly over the vocabulary in its order (systematic sampling, with a seed
    of its own), and the mean over those drawn of each one's mean is returned: unbiased, and the same at each call.

    Parameters
    ----------
    counts : csr_array, shape (V, V)
        Weight of each held-out pair; at least one cell.
    centers, contexts : ndarray of float32, shapes (V, d) and (m, d)
        Of the words, and of the outputs.
    reference : ndarray of float64, shape (V,)
        May be -inf for words that the model gives no probability; pairs with such a context word are left out.
    max_centers : int, optional
        By default `MAX_CENTERS`.
    word_scores : callable, optional
        From scores (n, m) of the outputs to those of the words, (n, V). By default the words are the outputs.

    Returns
    -------
    score : float
        Nats per unit of weight.
    n_centers : int
        Number of different centre words that were worked out.
    """
    max_centers = max_centers or MAX_CENTERS
    possible = np.isfinite(reference)
    row_weights = counts @ possible.astype(np.float64)
    rows = np.flatnonzero(row_weights)
    factors = np.full(len(rows), 1 / row_weights.sum())  # of a row's log-likelihood in the mean
    if len(rows) > max_centers:
        cumulated = np.cumsum(row_weights[rows])
        offset = np.random.RandomState(SAMPLE_SEED).uniform()
        places = (offset + np.arange(max_centers)) / max_centers * cumulated[-1]
        drawn = np.searchsorted(cumulated, places, side="right")
        rows, times = np.unique(rows[drawn], return_counts=True)
        factors = times / row_weights[rows] / max_centers
    score = 0.0
    rows_at_a_time = ROWS_AT_A_TIME if word_scores is None else max(SCORES_AT_A_TIME // len(reference), 1)
    with one_blas_thread():
        for first in range(0, len(rows), rows_at_a_time):
            part = slice(first, first + rows_at_a_time)
            weights = csc_array(csr_array(counts[rows[part]]).multiply(factors[part, np.newaxis]))
            scores_of = _scores_by_words(centers[rows[part]], contexts, word_scores)
            score += _weighted_log_likelihood(weights, scores_of, reference)
    return score, len(rows)


def _scores_by_words(centers, contexts, word_scores):
    """A function from a slice of the words to their scores, (n, words)."""
    if word_scores is None:
        return lambda words: centers @ contexts[words].T
    scores = word_scores(centers @ contexts.T)  # (n, V)
    return lambda words: scores[:, words]


def _weighted_log_likelihood(weights, scores_of, reference):
    """Sum of ``w log p(o|c)`` over the cells w of a csc_array (n, V), of context words that have a probability.

    `scores_of` gives the scores of a slice of the words.
    """
    n_rows = weights.shape[0]
    block = max(SCORES_AT_A_TIME // n_rows, 1)
    greatest = np.full(n_rows, -np.inf)
    sums = np.zeros(n_rows)  # of exp(score - greatest)
    total, row_weights = 0.0, np.zeros(n_rows)
    for low in range(0, len(reference), block):
        columns = slice(low, low + block)
        scores = scores_of(columns) + reference[columns]  # (n, block)
        highest = np.maximum(greatest, scores.max(axis=1))
        finite = np.where(np.isfinite(highest), highest, 0.0)
        sums *= np.exp(greatest - finite)
        sums += np.exp(scores - finite[:, np.newaxis]).sum(axis=1)
        greatest = highest
        begins = weights.indptr[low : low + block + 1]
        cells = slice(begins[0], begins[-1])
        column = np.repeat(np.arange(len(begins) - 1), np.diff(begins))
        kept = np.isfinite(reference[columns])[column]
        row, column, values = weights.indices[cells][kept], column[kept], weights.data[cells][kept]
        row_weights += np.bincount(row, values, minlength=n_rows)
        total += float(np.dot(values, scores[row, column]))
    return total - float(np.dot(row_weights, np.log(sums) + greatest))
