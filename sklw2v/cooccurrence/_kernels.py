"""Compiled counting of pairs."""

import numpy as np

from sklw2v.utils import compiled

# Multiplying an isolated bit by this De Bruijn sequence puts the number of the bit, in code, into the top six bits.
_DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)
_BIT_NUMBERS = np.zeros(64, dtype=np.int32)
for _bit in range(64):
    _BIT_NUMBERS[((0x03F79D71B4CB0A89 << _bit) & (2**64 - 1)) >> 58] = _bit


@compiled()
def count_rows(sources, text, units, low, high, counted, scratch):
    """Count the rows `low` to `high`, and return how many cells they have.

    A row is accumulated densely, in `total`. Which of its cells are in use stands in a bitmap of two levels, `used` and
    `used_words`, so that reading it out in order costs little even where few of V cells are used.

    Parameters
    ----------
    sources : tuple
        `sklw2v.utils.SOURCES`, not read.
    text : (text, text_weights, starts, positions)
        The corpus, as `_lay_out` describes it.
    units : ndarray of int64, shape (n_distances,)
        Units added by a pair at distance 1, 2, ...
    low, high : int
    counted : (columns, values, row_lengths)
        What is filled in: the cells; ``row_lengths[c + 1]`` gets the length of row c.
    scratch : (total, used, used_words)
        Zeros, (V,), (V // 64 + 1,) and (V // 4096 + 1,), and zeros again at the end. They are made by the caller:
        compiling ``np.zeros`` would take longer than compiling the rest.
    """
    words, text_weights, starts, positions = text
    columns, values, row_lengths = counted
    total, used, used_words = scratch
    n_words = len(total)
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
                    context = words[place]
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
