"""What every folder may use: files, threads, checks of parameters, cosines. Imports nothing of the package."""

from sklw2v.utils._biases import join_biases, split_biases, start_biases
from sklw2v.utils._blas import one_blas_thread
from sklw2v.utils._checks import (
    check_choices,
    check_finite,
    check_n_jobs,
    check_words,
    describe,
    has_one_dimension,
    is_missing,
    python_values,
)
from sklw2v.utils._compiled import SOURCES, compiled, compiled_part, not_compiled
from sklw2v.utils._cosines import (
    cosines,
    float32_cosines,
    float32_error,
    in_blocks,
    nearest,
    nearest_of_all,
    norms,
    unit_rows,
)
from sklw2v.utils._files import (
    CHUNK_BYTES,
    EXPANSION,
    check_writable,
    expansion_limit,
    has_ending,
    numbered_lines,
    reading,
    replacing,
)
from sklw2v.utils._registry import Registry
from sklw2v.utils._row_blocks import row_blocks
from sklw2v.utils._saved_state import SavedState
from sklw2v.utils._threads import n_threads

__all__ = [
    "CHUNK_BYTES",
    "EXPANSION",
    "SOURCES",
    "Registry",
    "SavedState",
    "check_choices",
    "check_finite",
    "check_n_jobs",
    "check_words",
    "check_writable",
    "compiled",
    "compiled_part",
    "cosines",
    "describe",
    "expansion_limit",
    "float32_cosines",
    "float32_error",
    "has_ending",
    "has_one_dimension",
    "in_blocks",
    "is_missing",
    "join_biases",
    "n_threads",
    "nearest",
    "nearest_of_all",
    "norms",
    "not_compiled",
    "numbered_lines",
    "one_blas_thread",
    "python_values",
    "reading",
    "replacing",
    "row_blocks",
    "split_biases",
    "start_biases",
    "unit_rows",
]
