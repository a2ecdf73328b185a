"""Token ids to the sparse matrix of windowed co-occurrence counts.

Counting is exact: a pair at distance ``j`` adds an integer number of units, integers are summed, and the sum is scaled
once at the end. So shards of a corpus, counted apart and added, give the numbers of the whole, bit for bit, in any
order.
"""

from concurrent.futures import ThreadPoolExecutor
from math import lcm

import numpy as np
from numba import njit
from scipy.sparse import csc_array, csr_array

from sklw2v.utils import row_blocks

# Up to this window 1/distance is an integer number of units of 1/lcm(1, ..., window); beyond, 2**26 units make 1.
_LARGEST_EXACT_HARMONIC = 20
_ROUNDED_HARMONIC_SCALE = 1 << 26


def window_units(window, window_weights):
    """Weights of the distances 1 to `window` as integers over a common scale.

    Parameters
    ----------
    window : int
        Largest distance between a centre word and a context word, in tokens.
    window_weights : {"linear", "uniform", "harmonic"}
        ``"linear"``: ``(window + 1 - j) / window`` at distance j, which is the expectation of word2vec's window drawn
        uniformly from 1 to `window` (Mikolov et al. 2013). ``"uniform"``: 1. ``"harmonic"``: ``1 / j`` (Pennington et
        al. 2014); for windows above 20 rounded to a multiple of 2**-26.

    Returns
    -------
    units : ndarray of int64, shape (window,)
    scale : int
        The weight of distance j is ``units[j - 1] / scale``.
    """
    distances = np.arange(1, window + 1, dtype=np.int64)
    if window_weights == "linear":
        return window + 1 - distances, window
    if window_weights == "uniform":
        return np.ones_like(distances), 1
    if window_weights != "harmonic":
        raise ValueError(f"window_weights={window_weights!r}: expected 'linear', 'uniform' or 'harmonic'.")
    if window <= _LARGEST_EXACT_HARMONIC:
        scale = lcm(*range(1, window + 1))
        return scale // distances, scale
    return np.rint(_ROUNDED_HARMONIC_SCALE / distances).astype(np.int64), _ROUNDED_HARMONIC_SCALE


def count_cooccurrences(tokens, n_words, units, document_weights=None, n_jobs=1, thinning=None):
    """Count, for each pair of words, how often one stands in the other's window, in units.

    Both directions are counted, so the matrix is symmetric, and a word beside itself counts, once for each of the two
    positions. Windows end where documents end.

    Parameters
    ----------
    tokens : TokenIds
    n_words : int
        Size V of the vocabulary; ids are below it.
    units : ndarray of int64, shape (window,)
        Units added by a pair at distance 1, 2, ... as `window_units` gives them.
    document_weights : ndarray, shape (n_documents,), optional
        Factor of each document's counts. Whole numbers keep the counting exact.
    n_jobs : int, default=1
        Threads. The result does not depend on it.
    thinning : (int, ndarray of float64), optional
        Scale and keep probabilities: return what `expected_cooccurrence` makes of the counts with them. Worked out on
        a part at a time, so that the counts, which take twice the memory, are never held whole.

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
    # A word's occurrences each meet at most 2 * sum(units) units, of one context word at worst.
    most = 2 * int(units.sum()) * max(len(tokens.ids), 1) * float(np.max(weights, initial=1))
    if most >= 2**63:
        raise OverflowError(
            f"window: {len(tokens.ids)} tokens at {int(units.sum())} units a window side may exceed 64-bit counts; "
            "expected a smaller window, or smaller sample_weight."
        )
    # The text with n_words standing before, between and after the documents.
    inside = np.ones(len(tokens.ids) + len(tokens) + 1, dtype=bool)
    inside[tokens.offsets + np.arange(len(tokens) + 1)] = False
    text = np.full(len(inside), n_words, dtype=np.int32)
    text[inside] = tokens.ids
    if document_weights is None:
        text_weights = np.broadcast_to(weights, text.shape)
    else:
        lengths = np.diff(tokens.offsets) + 1
        text_weights = np.append(weights[:1], np.repeat(weights, lengths))
    counts = tokens.counts(n_words)
    starts = np.concatenate([[0], np.cumsum(counts)])
    positions = _positions(tokens.ids, inside, n_words)
    del inside

    # Rows are cut into blocks of about equal work; each is counted alone, so blocks and threads do not change a bit.
    largest_row = np.minimum(counts * (2 * len(units)), n_words)
    block_size = max(int(largest_row.sum()) // 64, 1 << 16)
    cuts = np.unique(np.searchsorted(np.cumsum(largest_row), np.arange(0, largest_row.sum() + block_size, block_size)))
    cuts = np.unique(np.concatenate([[0], cuts, [n_words]]))
    indptr = np.zeros(n_words + 1, dtype=np.int64)

    def count_block(block):
        low, high = cuts[block], cuts[block + 1]
        size = int(largest_row[low:high].sum())
        columns = np.empty(size, dtype=np.int32)
        values = np.empty(size, dtype=weights.dtype)
        n_cells = _count_rows(
            text,
            text_weights,
            starts,
            positions,
            units,
            n_words,
            low,
            high,
            columns,
            values,
            indptr,
            np.zeros(n_words, dtype=weights.dtype),
            np.zeros(n_words // 64 + 1, dtype=np.uint64),
            np.zeros(n_words // 4096 + 1, dtype=np.uint64),
        )
        columns, values = columns[:n_cells].copy(), values[:n_cells]
        if thinning is None:
            return columns, values.copy()
        scale, keep = thinning
        return columns, _thin(values, columns, indptr[low + 1 : high + 1], keep[low:high], scale, keep)

    with ThreadPoolExecutor(n_jobs) as pool:
        blocks = list(pool.map(count_block, range(len(cuts) - 1)))
    text = text_weights = positions = None  # the memory is needed now
    np.cumsum(indptr, out=indptr)
    columns = np.empty(indptr[-1], dtype=np.int32)
    values = np.empty(indptr[-1], dtype=weights.dtype if thinning is None else np.float32)
    for block in range(len(blocks)):
        part = slice(indptr[cuts[block]], indptr[cuts[block + 1]])
        columns[part], values[part] = blocks[block]
        blocks[block] = None
    return csr_array((values, columns, indptr), shape=(n_words, n_words))


def _positions(ids, inside, n_words):
    """Where in the text the tokens of each word stand, word after word."""
    index = np.int32 if len(inside) < 2**31 else np.int64
    # The indices of the (V, n_tokens) indicator matrix by rows.
    indicator = csc_array(
        (np.ones(len(ids), np.int8), ids, np.arange(len(ids) + 1, dtype=index)), shape=(n_words, len(ids))
    )
    return np.flatnonzero(inside).astype(index)[indicator.tocsr().indices]


def keep_probabilities(counts, subsample):
    """Probability that a token of each word is kept: ``min(1, sqrt(t / f) + t / f)``, (V,) float64.

    The formula of word2vec's C program (Mikolov et al. 2013 give ``sqrt(t / f)`` alone), with f the word's relative
    frequency and t = `subsample`; ones where `subsample` is None or 0.
    """
    if not subsample:
        return np.ones(len(counts))
    frequencies = counts / counts.sum()
    ratio = np.divide(subsample, frequencies, out=np.full(len(counts), np.inf), where=frequencies > 0)
    return np.minimum(1.0, np.sqrt(ratio) + ratio)


def expected_cooccurrence(units_counted, scale, keep, overwrite=False):
    """Counts as subsampling leaves them in expectation: ``X[c, o] * keep[c] * keep[o] / scale``.

    Parameters
    ----------
    units_counted : csr_array, shape (V, V)
        From `count_cooccurrences`, or a sum of several of its results.
    scale : int
        From `window_units`.
    keep : ndarray of float64, shape (V,)
        From `keep_probabilities`.
    overwrite : bool, default=False
        Whether the result may take the place of counts of 4 bytes each: new memory costs more than the arithmetic.

    Returns
    -------
    csr_array of float32, shape (V, V)
        Shares the structure of `units_counted`.
    """
    indices, indptr = units_counted.indices, units_counted.indptr
    is_replaced = overwrite and units_counted.data.itemsize == 4
    expected = units_counted.data.view(np.float32) if is_replaced else np.empty(len(indices), dtype=np.float32)
    for low, high in row_blocks(indptr):
        cells = slice(indptr[low], indptr[high])
        lengths = np.diff(indptr[low : high + 1])
        expected[cells] = _thin(units_counted.data[cells], indices[cells], lengths, keep[low:high], scale, keep)
    return csr_array((expected, indices, indptr), shape=units_counted.shape)


def _thin(units, columns, row_lengths, row_keep, scale, keep):
    """Expected weights of the cells of some rows."""
    values = units / scale
    values *= keep[columns]
    values *= np.repeat(row_keep, row_lengths)
    return values.astype(np.float32)


def _whole_where_possible(weights):
    weights = np.asarray(weights, dtype=np.float64)
    with np.errstate(invalid="ignore"):  # what does not fit comes out unequal
        whole = weights.astype(np.int64)
    return whole if (whole == weights).all() else weights


# Multiplying an isolated bit by this De Bruijn sequence puts the number of the bit, in code, into the top six bits.
_DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)
_BIT_NUMBERS = np.zeros(64, dtype=np.int32)
for _bit in range(64):
    _BIT_NUMBERS[((0x03F79D71B4CB0A89 << _bit) & (2**64 - 1)) >> 58] = _bit


@njit(nogil=True, cache=True, error_model="numpy")
def _count_rows(
    text,
    text_weights,
    starts,
    positions,
    units,
    n_words,
    low,
    high,
    columns,
    values,
    row_lengths,
    total,
    used,
    used_words,
):
    """Count the rows `low` to `high` into `columns` and `values`; ``row_lengths[c + 1]`` gets the length of row c.

    A row is accumulated densely, in `total`. Which of its cells are in use stands in a bitmap of two levels, `used` and
    `used_words`, so that reading it out in order costs little even where few of V cells are used. The three are zeros,
    made by the caller: compiling ``np.zeros`` would take longer than compiling the rest.
    """
    one = np.uint64(1)
    n_cells = 0
    for center in range(low, high):
        row_start = n_cells
        for occurrence in range(starts[center], starts[center + 1]):
            position = positions[occurrence]
            weight = text_weights[position]
            if weight == 0:
                continue
            for direction in (-1, 1):
                place = position
                for distance in range(len(units)):
                    place += direction
                    context = text[place]
                    if context == n_words:
                        break
                    if total[context] == 0:
                        chunk = context >> 6
                        used[chunk] |= one << np.uint64(context & 63)
                        used_words[chunk >> 6] |= one << np.uint64(chunk & 63)
                    total[context] += units[distance] * weight
        for summary in range(len(used_words)):
            chunks = used_words[summary]
            used_words[summary] = 0
            while chunks:
                lowest = chunks & (~chunks + one)
                chunks ^= lowest
                chunk = (summary << 6) + _BIT_NUMBERS[np.int64((lowest * _DE_BRUIJN) >> np.uint64(58))]
                bits = used[chunk]
                used[chunk] = 0
                while bits:
                    lowest = bits & (~bits + one)
                    bits ^= lowest
                    context = (chunk << 6) + _BIT_NUMBERS[np.int64((lowest * _DE_BRUIJN) >> np.uint64(58))]
                    columns[n_cells] = context
                    values[n_cells] = total[context]
                    total[context] = 0
                    n_cells += 1
        row_lengths[center + 1] = n_cells - row_start
    return n_cells
