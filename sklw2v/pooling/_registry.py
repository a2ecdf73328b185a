"""Poolings by name."""

from functools import partial

from sklw2v.pooling._fold_in import FoldInPooling
from sklw2v.pooling._labels import LabelPooling
from sklw2v.pooling._means import MeanPooling, SifPooling
from sklw2v.pooling._neighbors import NeighborPooling
from sklw2v.pooling._protocol import check_pooling
from sklw2v.utils import Registry


def _shared(estimator, *names):
    """Those of the parameters that an estimator has, for a pooling that has them too."""
    return {name: getattr(estimator, name) for name in names if hasattr(estimator, name)}


POOLINGS = Registry(
    "pooling",
    "sklw2v.pooling",
    {
        "mean": lambda estimator: MeanPooling(),
        "tfidf": lambda estimator: MeanPooling(sublinear_tf=True, use_idf=True, unit_vectors=True),
        "sif": lambda estimator: SifPooling(),
        "labels": lambda estimator: LabelPooling(),
        "fold_in": lambda estimator: FoldInPooling(
            **_shared(estimator, "loss", "n_negatives", "noise_exponent", "n_jobs")
        ),
        "neighbors": lambda estimator: NeighborPooling(**_shared(estimator, "n_jobs")),
    },
    partial(check_pooling, name="pooling"),
)
