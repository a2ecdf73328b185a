"""Strata: the words, or other rows or outputs, dealt into parts, whose vectors lie side by side."""

import numpy as np

from sklw2v.training.pairs._kernels import GROUP, LINE, VECTOR

MAX_STRATA = 32
MIN_STRATUM = 512  # words; below it noise words would repeat, and be the true word itself, too often
MIN_CELLS = 2  # of a row in a tile, a mean: with fewer, most of the time would go to rows with next to nothing to do
MIN_STRATA = 2  # however few the cells, so that two threads have work


def choose_n_strata(n_words, cells_per_row=np.inf):
    """Number of strata: 1 below 1024 words, rising to 32 at 16,384 words, if their rows have 64 cells or more."""
    by_cells = max(cells_per_row / MIN_CELLS, MIN_STRATA)
    return int(np.clip(min(n_words // MIN_STRATUM, by_cells), 1, MAX_STRATA))


class Strata:
    """How words are dealt into strata, and the order of their vectors: word w belongs to stratum ``w % n_strata``.

    Vectors of a stratum lie side by side, and are as long as a multiple of `VECTOR`, with zeros at the end. A stratum
    ends with zero vectors: `GROUP` of them, and what makes its size a multiple of `GROUP`.

    Parameters
    ----------
    n_words, n_components : int
        V and d.
    n_strata : int, optional
        S; by default what `choose_n_strata` says for the words.

    Attributes
    ----------
    n_strata : int
        S.
    n_components : int
    n_blocks : int
        Number of blocks of `VECTOR` numbers in a vector.
    sizes : ndarray of int64, shape (S,)
        Words of each stratum.
    starts : ndarray of int64, shape (S + 1,)
        Row of the first vector of each stratum, and the number of rows.
    rows : ndarray of int64, shape (V,)
        Row of each word's vector.
    """

    def __init__(self, n_words, n_components, n_strata=None):
        words = np.arange(n_words)
        self.n_strata = n_strata or choose_n_strata(n_words)
        self.n_components = n_components
        self.n_blocks = -(-n_components // VECTOR)
        self.sizes = np.array([len(range(stratum, n_words, self.n_strata)) for stratum in range(self.n_strata)])
        self.starts = np.concatenate([[0], np.cumsum(-(-self.sizes // GROUP) * GROUP + GROUP)])
        self.rows = self.starts[words % self.n_strata] + words // self.n_strata

    @property
    def n_rows(self):
        """Number of rows, zero vectors included."""
        return int(self.starts[-1])

    def arrange(self, vectors):
        """Vectors (V, d) in the order of the rows, (n_rows, n_blocks * VECTOR): float32."""
        arranged = aligned_zeros(self.n_rows, self.n_blocks * VECTOR)
        arranged[self.rows, : self.n_components] = vectors
        return arranged

    def by_word(self, arranged):
        """Vectors (V, d) in the order of the words, from those that `arrange` returned."""
        return np.ascontiguousarray(arranged[self.rows, : self.n_components])

    def by_row(self, numbers, dtype):
        """Numbers of the words (V,) in the order of the rows, (n_rows,); 0 for zero vectors."""
        arranged = np.zeros(self.n_rows, dtype=dtype)
        arranged[self.rows] = numbers
        return arranged

    def rows_of(self, stratum):
        """The rows of a stratum, its zero vectors included: a slice."""
        return slice(self.starts[stratum], self.starts[stratum + 1])


def aligned_zeros(n_rows, width):
    """Zeros, float32, (n_rows, width), that begin at a cache line: loads across two lines cost a fifth of the speed."""
    zeros = np.zeros(n_rows * width + LINE, dtype=np.float32)
    first = -(zeros.ctypes.data // 4) % LINE
    return zeros[first : first + n_rows * width].reshape(n_rows, width)
