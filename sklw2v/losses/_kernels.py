"""Compiled reading of tabulated losses."""

import numpy as np

from sklw2v.utils import compiled_part

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
