"""Token ids to the sparse matrix of windowed co-occurrence counts.

Counting is exact: a pair at distance ``j`` adds an integer number of units, integers are summed, and the sum is scaled
once at the end. So shards of a corpus, counted apart and added, give the numbers of the whole, bit for bit, in any
order.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy.sparse import csc_array, csr_array

from sklw2v.cooccurrence._kernels import count_rows
from sklw2v.cooccurrence._weights import thin
from sklw2v.utils import SOURCES

N_BLOCKS = 64  # of rows, for a large corpus
MIN_BLOCK = 1 << 16  # cells


def count_cooccurrences(tokens, n_words, units, document_weights=None, n_jobs=1, thinning=None):
    """Count, for each pair of words, how often one stands in the other's window, in units.

    Both directions are counted, so the matrix is symmetric, and a word beside itself counts, once for each of the two
    positions. Windows end where documents end.

    Parameters
    ----------
    tokens : TokenIds
    n_words : int
        Size V of the vocabulary; ids are below it.
    units : ndarray of int64, shape (n_distances,)
        Units added by a pair at distance 1, 2, ... as `window_units` gives them.
    document_weights : ndarray, shape (n_documents,), optional
        Factor of each document's counts. Whole numbers keep the counting exact.
    n_jobs : int, default=1
        Threads. The result does not depend on it.
    thinning : Thinning, optional
        Return what `expected_cooccurrence` makes of the counts with it. Worked out on a part at a time, so that the
        counts, which take twice the memory, are never held whole.

    Returns
    -------
    csr_array of int64 (float64 with fractional weights, float32 after thinning), shape (V, V)
        Sorted columns, no stored zeros.

    Raises
    ------
    OverflowError
        If a count might not fit 64 bits.
    """
    weights = np.ones(1, dtype=np.int64) if document_weights is None else _whole_where_possible(document_weights)
    _check_range(tokens, units, weights)
    # What was laid out for counting is gone when the blocks are put together: the memory is needed then.
    dtype = weights.dtype if thinning is None else np.float32
    return _assemble(*_count_blocks(tokens, n_words, units, weights, n_jobs, thinning), dtype)


def _check_range(tokens, units, weights):
    """Raise an OverflowError if a count might not fit 64 bits."""
    # A word's occurrences each meet at most 2 * sum(units) units, of one context word at worst.
    limit = 2 * int(units.sum()) * max(len(tokens.ids), 1) * float(np.max(weights, initial=1))
    if limit >= 2**63:
        raise OverflowError(
            f"window: {len(tokens.ids)} tokens at {int(units.sum())} units a window side may exceed 64-bit counts; "
            "expected a smaller window, or smaller sample_weight."
        )


def _count_blocks(tokens, n_words, units, weights, n_jobs, thinning):
    """Count block by block of rows.

    Returns
    -------
    blocks : list of (columns, values)
    cuts : ndarray of int64, shape (n_blocks + 1,)
        Block i has the rows ``cuts[i]`` to ``cuts[i + 1]``.
    indptr : ndarray of int64, shape (V + 1,)
        Where the cells of each row begin.
    """
    text = _lay_out(tokens, n_words, weights)
    limits = np.minimum(tokens.counts(n_words) * (2 * len(units)), n_words)  # cells of a row
    cuts = _cut_rows(limits)
    indptr = np.zeros(n_words + 1, dtype=np.int64)

    def count_block(block):
        low, high = cuts[block], cuts[block + 1]
        size = int(limits[low:high].sum())
        columns, values = np.empty(size, dtype=np.int32), np.empty(size, dtype=weights.dtype)
        scratch = (
            np.zeros(n_words, dtype=weights.dtype),
            np.zeros(n_words // 64 + 1, dtype=np.uint64),
            np.zeros(n_words // 4096 + 1, dtype=np.uint64),
        )
        n_cells = count_rows(SOURCES, text, units, low, high, (columns, values, indptr), scratch)
        columns, values = columns[:n_cells].copy(), values[:n_cells]
        if thinning is None:
            return columns, values.copy()
        scale, keep = thinning
        return columns, thin(values, columns, indptr[low + 1 : high + 1], keep[low:high], scale, keep)

    with ThreadPoolExecutor(n_jobs) as pool:
        blocks = list(pool.map(count_block, range(len(cuts) - 1)))
    return blocks, cuts, np.cumsum(indptr, out=indptr)


def _lay_out(tokens, n_words, weights):
    """The corpus as the kernel reads it.

    Returns
    -------
    text : ndarray of int32, shape (n_tokens + n_documents + 1,)
        The tokens' ids, with `n_words` before, between and after the documents.
    text_weights : ndarray, of the same shape
        Weight of the document that each token is in.
    starts : ndarray of int64, shape (V + 1,)
        Where the positions of each word begin.
    positions : ndarray of int32 or int64, shape (n_tokens,)
        Where in the text the tokens of each word stand, word after word.
    """
    inside = np.ones(len(tokens.ids) + len(tokens) + 1, dtype=bool)
    inside[tokens.offsets + np.arange(len(tokens) + 1)] = False
    text = np.full(len(inside), n_words, dtype=np.int32)
    text[inside] = tokens.ids
    if len(weights) == 1:
        text_weights = np.broadcast_to(weights, text.shape)
    else:
        text_weights = np.append(weights[:1], np.repeat(weights, np.diff(tokens.offsets) + 1))
    starts = np.concatenate([[0], np.cumsum(tokens.counts(n_words))])
    return text, text_weights, starts, _positions(tokens.ids, inside, n_words)


def _positions(ids, inside, n_words):
    """Where in the text the tokens of each word stand, word after word."""
    index = np.int32 if len(inside) < 2**31 else np.int64
    # The indices of the (V, n_tokens) indicator matrix by rows.
    indicator = csc_array(
        (np.ones(len(ids), np.int8), ids, np.arange(len(ids) + 1, dtype=index)), shape=(n_words, len(ids))
    )
    return np.flatnonzero(inside).astype(index)[indicator.tocsr().indices]


def _cut_rows(limits):
    """Cut rows into blocks of about equal work: each is counted alone, so blocks and threads do not change a bit."""
    total = int(limits.sum())
    block_size = max(total // N_BLOCKS, MIN_BLOCK)
    cuts = np.searchsorted(np.cumsum(limits), np.arange(0, total + block_size, block_size))
    return np.unique(np.append(cuts, len(limits)))


def _assemble(blocks, cuts, indptr, dtype):
    """The matrix of all blocks, each of which is given up once it has been copied."""
    columns, values = np.empty(indptr[-1], dtype=np.int32), np.empty(indptr[-1], dtype=dtype)
    for block in range(len(blocks)):
        part = slice(indptr[cuts[block]], indptr[cuts[block + 1]])
        columns[part], values[part] = blocks[block]
        blocks[block] = None
    return csr_array((values, columns, indptr), shape=(len(indptr) - 1, len(indptr) - 1))


def _whole_where_possible(weights):
    weights = np.asarray(weights, dtype=np.float64)
    with np.errstate(invalid="ignore"):  # what does not fit comes out unequal
        whole = weights.astype(np.int64)
    return whole if (whole == weights).all() else weights
