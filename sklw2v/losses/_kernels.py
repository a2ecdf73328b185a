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
def sum_turns(sources, counts, paths, low, high, sums, turned):
    """Sum the turns at each output of some rows, weighted, to the right and both.

    Parameters
    ----------
    sources : tuple
        `sklw2v.utils.SOURCES`, not read.
    counts : (indptr, indices, data)
        The co-occurrence by rows.
    paths : (indptr, turns)
        Where each word's path begins, and its turns: an output o for one to the right, ``~o`` for one to the left. One
        number a turn, as the time goes to fetching them.
    low, high : int
        The rows.
    sums : ndarray of float32, shape (m, 2)
        Zeros, which they are again at the end.
    turned : (n_outputs, outputs, weights, labels)
        What is filled in: the number of outputs of each row, (high - low,); one after the other the outputs, the sums
        of both turns as weights, and the share of the right ones in them.

    Returns
    -------
    int
        The number of outputs of all these rows.
    """
    indptr, indices, data = counts
    path_begins, turns = paths
    n_outputs, outputs, weights, labels = turned
    n = 0
    for row in range(low, high):
        begin = n
        for cell in range(indptr[row], indptr[row + 1]):
            word = indices[cell]
            weight = data[cell]
            if weight > 0:
                for step in range(path_begins[word], path_begins[word + 1]):
                    turn = turns[step]
                    output = turn if turn >= 0 else ~turn
                    if sums[output, 0] == 0:
                        outputs[n] = output
                        n += 1
                    sums[output, 0] += weight
                    if turn >= 0:
                        sums[output, 1] += weight
        for place in range(begin, n):
            output = outputs[place]
            weights[place] = sums[output, 0]
            labels[place] = sums[output, 1] / sums[output, 0]
            sums[output, 0] = sums[output, 1] = 0
        n_outputs[row - low] = n - begin
    return n
