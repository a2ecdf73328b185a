"""Word vectors to document features.

A pooling turns the counts of words in documents, and vectors of the words, into features of the documents.
"""

from sklw2v.fold_in import FoldInPooling
from sklw2v.label_pooling import LabelPooling
from sklw2v.mean_poolings import MeanPooling, SifPooling
from sklw2v.neighbor_pooling import NeighborPooling
from sklw2v.pooling_protocol import Pooling

__all__ = ["FoldInPooling", "LabelPooling", "MeanPooling", "NeighborPooling", "Pooling", "SifPooling"]
