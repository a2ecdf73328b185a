"""Centre and context vectors from a co-occurrence matrix and a loss. Knows nothing of text and of estimators."""

from sklw2v.training._balance import balanced
from sklw2v.training._early_stopping import EarlyStopping
from sklw2v.training._held_out import mean_log_likelihood, score_tokens
from sklw2v.training._loop import automatic_max_iter, make_solver, train
from sklw2v.training._progress import Progress
from sklw2v.training._protocol import Problem
from sklw2v.training._start import spectral_start

__all__ = [
    "EarlyStopping",
    "Problem",
    "Progress",
    "automatic_max_iter",
    "balanced",
    "make_solver",
    "mean_log_likelihood",
    "score_tokens",
    "spectral_start",
    "train",
]
