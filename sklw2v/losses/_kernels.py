"""Compiled reading of tabulated losses, and counting of turns."""

import numpy as np

from sklw2v.utils import compiled, compiled_part

# A loss is tabulated from -TABLE_RANGE to TABLE_RANGE, in TABLE_SIZE pieces.
TABLE_RANGE = 16.0
TABLE_SIZE = 1024

# Typed constants: each conversion written in a kernel adds a hundredth of a second to its compilation.
ZERO = np.float32(0)
LAST_PIECE = np.uint64(TABLE_SIZE - 1)
PIECES_PER_SCORE = np.float32(TABLE_SIZE / (2 * TABLE_RANGE))
MIDDLE = np.float32(TABLE_SIZE / 2)
ONE, TWO, THREE = map(np.uint64, range(1, 4))


@compiled_part(fastmath=True)
def interpolate(table, score):
    """Gradient and value of a loss at a score, from a table that `tabulate` made, flat.

    The gradient is a straight line in each piece and the value its integral, so the two agree. Beyond its ends the
    table goes on as in the last piece.
    """
    point = score * PIECES_PER_SCORE + MIDDLE
    point = point if point > ZERO else ZERO
    piece = np.uint64(np.int64(point))  # what is not finite comes out above all pieces
    entry = (piece if piece < LAST_PIECE else LAST_PIECE) << TWO
    height = table[entry]
    return height + score * table[entry + ONE], table[entry + TWO] + score * (height + score * table[entry + THREE])


@compiled()
def count_outputs(sources, counts, paths, low, high, last_row, n_outputs):
    """Count the outputs on the paths of each row's words, each once.

    Parameters
    ----------
    sources : tuple
        `sklw2v.utils.SOURCES`, not read.
    counts, paths : (indptr, indices, data)
        Of the co-occurrence and of the paths, by rows.
    low, high : int
        The rows to count.
    last_row : ndarray of int64, shape (m,)
        Minus ones, which are overwritten.
    n_outputs : ndarray of int64, shape (n,)
        What is filled in, for these rows.
    """
    indptr, indices, data = counts
    path_begins, outputs, _ = paths
    for row in range(low, high):
        n = 0
        for cell in range(indptr[row], indptr[row + 1]):
            word = indices[cell]
            if data[cell] > 0:
                for step in range(path_begins[word], path_begins[word + 1]):
                    if last_row[outputs[step]] != row:
                        last_row[outputs[step]] = row
                        n += 1
        n_outputs[row] = n


@compiled()
def sum_turns(sources, counts, paths, low, high, sums, turned):
    """Sum the turns at each output of a row, weighted, to the right and both.

    Parameters
    ----------
    sources, counts, paths, low, high
        As in `count_outputs`.
    sums : (right, both)
        Zeros of float32, (m,), which they are again at the end.
    turned : (indptr, indices, weights, labels)
        What is filled in but for `indptr`: the sums of both as weights, and the share of the right turns in them.
    """
    indptr, indices, data = counts
    path_begins, outputs, directions = paths
    right, both = sums
    turned_begins, turned_outputs, weights, labels = turned
    for row in range(low, high):
        n = turned_begins[row]
        for cell in range(indptr[row], indptr[row + 1]):
            word = indices[cell]
            weight = data[cell]
            if weight > 0:
                for step in range(path_begins[word], path_begins[word + 1]):
                    output = outputs[step]
                    if both[output] == 0:
                        turned_outputs[n] = output
                        n += 1
                    both[output] += weight
                    if directions[step] > 0:
                        right[output] += weight
        for place in range(turned_begins[row], n):
            output = turned_outputs[place]
            weights[place] = both[output]
            labels[place] = right[output] / both[output]
            right[output] = both[output] = 0
