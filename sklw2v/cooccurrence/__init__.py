"""Token ids to the sparse matrix of windowed co-occurrence counts."""

from sklw2v.cooccurrence._counting import count_cooccurrences
from sklw2v.cooccurrence._weights import (
    Cooccurrence,
    Thinning,
    expected_cooccurrence,
    keep_probabilities,
    window_units,
)

__all__ = [
    "Cooccurrence",
    "Thinning",
    "count_cooccurrences",
    "expected_cooccurrence",
    "keep_probabilities",
    "window_units",
]
