"""Word vectors to document features.

A pooling turns the counts of words in documents, and vectors of the words, into features of the documents.
"""

from sklw2v.pooling._fold_in import FoldInPooling
from sklw2v.pooling._labels import LabelPooling
from sklw2v.pooling._means import MeanPooling, SifPooling
from sklw2v.pooling._neighbors import NeighborPooling
from sklw2v.pooling._protocol import (
    Pooling,
    check_features,
    fit_pooling,
    labels_for,
    pooled_vectors,
    training_features,
)
from sklw2v.pooling._registry import POOLINGS

__all__ = ["FoldInPooling", "LabelPooling", "MeanPooling", "NeighborPooling", "Pooling", "SifPooling"]
