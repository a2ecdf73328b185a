"""What a solver is: the one interface between the epochs and the ways of going over the co-occurrence."""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import numpy as np
from scipy.sparse import csr_array


class Problem(NamedTuple):
    """What an SGD is to minimise, and from where.

    Attributes
    ----------
    cooccurrence : csr_array of float32, shape (n, V)
        Weights X of the pairs (centre word, context word), columns sorted within rows. Rows and columns need not be the
        same things, nor equally many.
    centers, contexts : ndarray of float32, shapes (n, d) and (m, d)
        Where to start; not modified. There are m outputs: the V context words, or the columns of `paths`.
    loss : object
        As `sklw2v.losses.Loss` describes.
    noise : ndarray of float64, shape (V,)
        Noise distribution P_n; sums to 1.
    n_negatives : int
        K, the weight of the noise beside a true pair.
    paths : csr_array, shape (V, m), or None
        The path of each context word over the outputs, from `sklw2v.losses.paths_of`. None: a word is its own output.
    biases : tuple of two ndarrays, shapes (n,) and (m,), or None
        Biases at hand, NaN where there is none, for a loss that has biases. None: they start as the loss says.
    """

    cooccurrence: csr_array
    centers: np.ndarray
    contexts: np.ndarray
    loss: Any
    noise: np.ndarray
    n_negatives: int
    paths: csr_array | None = None
    biases: tuple[np.ndarray, np.ndarray] | None = None


class Solver(Protocol):
    """Goes over the co-occurrence an epoch at a time, and holds the vectors.

    It is made of a problem, the greatest learning rate that it will be given, a generator of random numbers and a
    number of threads: ``Solver(problem, learning_rate, rng, n_jobs)``. Its results do not depend on the number of
    threads, to the bit. It knows of the loss what the protocol of losses says, and never its class. A form of losses
    has one solver, which `SOLVERS` names.

    Attributes
    ----------
    total_weight : float
        Sum of the cells that are trained; with paths, of the co-occurrence.
    n_pairs : int
        Number of the cells that are trained.
    """

    total_weight: float
    n_pairs: int

    def run_epoch(self, rate: Callable[[float], float]) -> float:
        """Update the vectors with every cell.

        Parameters
        ----------
        rate : callable
            From the share of the epoch that is done, from 0 to 1, to the learning rate.

        Returns
        -------
        float
            Loss measured on the way, a sum over the cells, noise included.
        """

    def is_finite(self) -> bool:
        """Whether all numbers of all vectors are finite."""

    def vectors(self) -> tuple[np.ndarray, np.ndarray]:
        """Vectors of the rows and of the outputs, in their order, copies, (n, d) and (m, d).

        Biases are two more components; see `sklw2v.utils.join_biases`.
        """
