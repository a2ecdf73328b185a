"""Losses of the skip-gram model, as functions of scores.

The score of context word o beside centre word c is ``x = u_o . v_c``. A loss sees scores, counts and labels, never
vectors and never the corpus: the chain rule from a score to the two vectors is the solver's business, and
`Loss.loss_and_gradients` spells it out for one pair of words.
"""

from sklw2v.losses._cells import Cells, WordScores, cells_of, changes_cells, paths_of
from sklw2v.losses._check_loss import check_loss
from sklw2v.losses._factorised_pmi import FactorisedPMI
from sklw2v.losses._glove import GloVe
from sklw2v.losses._hierarchical_softmax import HierarchicalSoftmax
from sklw2v.losses._hinge import Hinge, SquaredHinge
from sklw2v.losses._kernels import TABLE_RANGE, TABLE_SIZE, interpolate
from sklw2v.losses._naive_softmax import NaiveSoftmax
from sklw2v.losses._negative_sampling import NegativeSampling
from sklw2v.losses._noise import log_reference_of, noise_distribution
from sklw2v.losses._noise_contrastive import NoiseContrastive
from sklw2v.losses._protocol import Loss
from sklw2v.losses._registry import LOSSES
from sklw2v.losses._sampled_softmax import SampledSoftmax
from sklw2v.losses._tables import tabulate

__all__ = [
    "Cells",
    "FactorisedPMI",
    "GloVe",
    "HierarchicalSoftmax",
    "Hinge",
    "Loss",
    "NaiveSoftmax",
    "NegativeSampling",
    "NoiseContrastive",
    "SampledSoftmax",
    "SquaredHinge",
    "check_loss",
]
