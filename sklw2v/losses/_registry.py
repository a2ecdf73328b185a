"""Losses by name."""

from sklw2v.losses._naive_softmax import NaiveSoftmax
from sklw2v.losses._negative_sampling import NegativeSampling
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


LOSSES = Registry(
    "loss",
    "sklw2v.losses",
    {
        "negative_sampling": lambda estimator: NegativeSampling(),
        "naive_softmax": lambda estimator: NaiveSoftmax(),
        "sampled_softmax": lambda estimator: SampledSoftmax(),
    },
    _check,
)
