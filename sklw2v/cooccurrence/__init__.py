"""Token ids to the sparse matrix of windowed co-occurrence counts."""

from sklw2v.cooccurrence._counting import (
    count_cooccurrences,
    expected_cooccurrence,
    keep_probabilities,
    window_units,
)

__all__ = ["count_cooccurrences", "expected_cooccurrence", "keep_probabilities", "window_units"]
