"""SGD over blocks of rows, for losses that need the scores of the whole vocabulary."""


class RowSolver:
    pass
