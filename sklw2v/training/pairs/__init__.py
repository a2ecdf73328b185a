"""The stratified SGD over the cells of a co-occurrence matrix, for losses of pairs."""

from sklw2v.training.pairs._solver import PairSolver

__all__ = ["PairSolver"]
