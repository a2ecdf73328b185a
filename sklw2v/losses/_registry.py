"""Losses by name."""

import numpy as np

from sklw2v.losses._factorised_pmi import FactorisedPMI
from sklw2v.losses._glove import GloVe
from sklw2v.losses._hierarchical_softmax import HierarchicalSoftmax
from sklw2v.losses._hinge import Hinge, SquaredHinge
from sklw2v.losses._naive_softmax import NaiveSoftmax
from sklw2v.losses._negative_sampling import NegativeSampling
from sklw2v.losses._noise_contrastive import NoiseContrastive
from sklw2v.losses._sampled_softmax import SampledSoftmax
from sklw2v.utils import Registry


def _check(loss, names):
    """Raise a ValueError for what is neither a name nor an instance of a loss."""
    if isinstance(loss, str):
        raise ValueError(f"loss={loss!r}: expected {names} or an object like sklw2v.losses.Loss.")
    if isinstance(loss, type) or getattr(loss, "form", None) not in ("pairs", "rows"):
        raise ValueError(
            f"loss={loss!r}: expected a name or an instance with an attribute form of 'pairs' or 'rows'; "
            "see sklw2v.losses.Loss."
        )
    if loss.form == "pairs" and not isinstance(getattr(loss, "exclude_true", None), (bool, np.bool_)):
        raise ValueError(
            f"loss={loss!r}: expected an attribute exclude_true of True or False; got "
            f"{getattr(loss, 'exclude_true', None)!r}."
        )
    if hasattr(loss, "check"):
        loss.check()


LOSSES = Registry(
    "loss",
    "sklw2v.losses",
    {
        "negative_sampling": lambda estimator: NegativeSampling(),
        "naive_softmax": lambda estimator: NaiveSoftmax(),
        "hierarchical_softmax": lambda estimator: HierarchicalSoftmax(),
        "noise_contrastive": lambda estimator: NoiseContrastive(),
        "glove": lambda estimator: GloVe(),
        "hinge": lambda estimator: Hinge(),
        "squared_hinge": lambda estimator: SquaredHinge(),
        "factorised_pmi": lambda estimator: FactorisedPMI(),
        "sampled_softmax": lambda estimator: SampledSoftmax(),
    },
    _check,
)
