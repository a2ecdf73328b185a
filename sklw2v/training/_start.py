"""The spectral start: a truncated SVD of the positive pointwise mutual information of words and contexts.

Negative sampling at its optimum factorises a shifted PMI matrix (Levy and Goldberg 2014), so the leading singular
vectors of the PPMI matrix are a start that a random one needs several epochs to reach.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
from scipy.sparse import csr_array
from sklearn.utils.extmath import svd_flip

from sklw2v.utils import one_blas_thread, row_blocks

CONTEXT_SMOOTHING = 0.75  # exponent of the context distribution in the PPMI (Levy, Goldberg and Dagan 2015)
COMPONENTS_AT_A_TIME = 100
OVERSAMPLING = 20
POWER_ITERATIONS = 2
NOTHING_LEFT = 1e-5  # a column that what was found leaves so little of is rounding errors
ROWS_AT_A_TIME = 1 << 13
# A word met n times keeps n / (n + RARE_WEIGHT) of its vector: the PMI of rare words is mostly chance.
RARE_WEIGHT = 500.0


def spectral_start(cooccurrence, n_components, seed, n_jobs=1, remember=None, *, is_symmetric=False):
    """Centre vectors from the truncated SVD ``U S V'`` of the PPMI matrix: ``U sqrt(S)``, shrunk for rare words.

    ``PPMI[c, o] = max(0, log(X[c, o] / (n_c P(o))))``, where ``n_c`` is the sum of row c, and ``P(o)`` is proportional
    to ``n_o ** 0.75`` with ``n_o`` the sum of column o. The SVD is the randomised one of Halko, Martinsson and Tropp
    (2011) with two power iterations, a hundred components at a time, each hundred in what those before it leave. So
    the first columns of a longer start are a shorter one, to the bit.

    Parameters
    ----------
    cooccurrence : csr_array of float32, shape (n_centers, n_contexts)
        Positive cells.
    n_components : int
        d; columns from the smaller of n_centers and n_contexts on are zeros.
    seed : int
        Of the test matrices.
    n_jobs : int, default=1
        Threads. The result does not depend on it, nor on the number of BLAS threads.
    remember : callable, optional
        Called as ``remember(number, compute)`` for each hundred; returns ``compute()``, or what that returned before
        for the same matrix and seed.
    is_symmetric : bool, default=False
        Promises that `cooccurrence` is its own transpose, which is not checked. That saves the memory and the time of
        transposing it; the result is the same, to the bit where indices are sorted.

    Returns
    -------
    ndarray of float32, shape (n_centers, d)

    Raises
    ------
    ValueError
        If a matrix that is not square is said to be symmetric.
    """
    n_centers, n_contexts = cooccurrence.shape
    if is_symmetric and n_centers != n_contexts:
        raise ValueError(
            f"is_symmetric=True: cooccurrence has shape {cooccurrence.shape}. Expected a square matrix, or "
            "is_symmetric=False."
        )
    largest_rank = min(n_centers, n_contexts)
    row_weights = cooccurrence.sum(axis=1, dtype=np.float64)
    shrinkage = (row_weights / (row_weights + RARE_WEIGHT)).astype(np.float32)
    start = np.zeros((n_centers, n_components), dtype=np.float32)
    # Dense products differ in their last bits with the number of BLAS threads, so BLAS gets one.
    with one_blas_thread(), ThreadPoolExecutor(n_jobs) as pool:
        matrices = cache(lambda: _ppmi(cooccurrence, row_weights, is_symmetric, pool))
        found = []
        for number, first in enumerate(range(0, min(n_components, largest_rank), COMPONENTS_AT_A_TIME)):

            def compute(number=number):
                return _leading(*matrices(), found, np.random.RandomState([seed, number]), pool)

            left, values = compute() if remember is None else remember(number, compute)
            found.append(left)
            part = start[:, first : first + len(values)]
            np.multiply(left[:, : part.shape[1]], np.sqrt(values[: part.shape[1]]), out=part)
    start *= shrinkage[:, np.newaxis]
    return start


def _leading(ppmi, ppmi_transposed, found, rng, pool):
    """The next leading left singular vectors, (n_centers, n), orthogonal to those found before, and values, (n,)."""
    n_contexts = ppmi.shape[1]
    n_left = min(ppmi.shape) - sum(left.shape[1] for left in found)
    size = min(COMPONENTS_AT_A_TIME + OVERSAMPLING, n_left)

    def range_of(columns):
        columns = _product(ppmi, columns, pool)
        if found:
            lengths = np.linalg.norm(columns, axis=0)
            for left in (*found, *found):  # once leaves what rounding errors make of it
                columns -= left @ (left.T @ columns)
            columns[:, np.linalg.norm(columns, axis=0) < NOTHING_LEFT * lengths] = 0
        return _orthonormal(columns)

    basis = range_of(_orthonormal(rng.standard_normal((n_contexts, size)).astype(np.float32)))
    for _ in range(POWER_ITERATIONS):
        basis = range_of(_orthonormal(_product(ppmi_transposed, basis, pool)))
    basis = _orthonormal(basis)  # once leaves errors of the square of the condition number
    projected = _product(ppmi_transposed, basis, pool)  # (n_contexts, size), the transpose of basis' PPMI
    gram = np.zeros((size, size))
    for first in range(0, n_contexts, ROWS_AT_A_TIME):  # in float64, which the whole need not be turned into
        rows = projected[first : first + ROWS_AT_A_TIME].astype(np.float64)
        gram += rows.T @ rows
    squares, rotations = np.linalg.eigh(gram)
    leading = np.argsort(squares)[::-1][:COMPONENTS_AT_A_TIME]
    rotations, _ = svd_flip(rotations[:, leading], None)
    values = np.sqrt(np.maximum(squares[leading], 0.0))
    return basis @ rotations.astype(np.float32), values.astype(np.float32)


def _ppmi(cooccurrence, row_weights, is_symmetric, pool):
    """PPMI matrix, (n_centers, n_contexts), and its transpose, which share their structure if X is symmetric."""
    transposed = cooccurrence if is_symmetric else cooccurrence.T.tocsr()
    column_weights = row_weights if is_symmetric else transposed.sum(axis=1, dtype=np.float64)
    smoothed = column_weights**CONTEXT_SMOOTHING
    # Rows and columns without cells have infinities, or NaN if there are no cells at all, that never meet one.
    with np.errstate(divide="ignore", invalid="ignore"):
        log_row = np.log(row_weights).astype(np.float32)
        log_context = np.log(smoothed / smoothed.sum()).astype(np.float32)
    ppmi = _pointwise(cooccurrence, log_row, log_context, pool)
    return ppmi, _pointwise(transposed, log_context, log_row, pool, overwrite=not is_symmetric)


def _pointwise(counts, of_row, of_column, pool, overwrite=False):
    """``max(0, log(counts) - of_row - of_column)`` of the cells, in their structure."""
    indices, indptr = counts.indices, counts.indptr
    result = counts
    if not overwrite:
        result = csr_array((np.empty_like(counts.data), indices, indptr), counts.shape)

    def fill(block):
        low, high = block
        cells = slice(indptr[low], indptr[high])
        values = np.log(counts.data[cells])
        values -= np.repeat(of_row[low:high], np.diff(indptr[low : high + 1]))
        values -= of_column[indices[cells]]
        np.maximum(values, 0, out=result.data[cells])

    list(pool.map(fill, row_blocks(indptr)))
    return result


def _product(matrix, dense, pool):
    """``matrix @ dense`` by blocks of rows, side by side."""
    result = np.empty((matrix.shape[0], dense.shape[1]), dtype=np.float32)
    indptr = matrix.indptr

    def multiply(block):
        low, high = block
        cells = slice(indptr[low], indptr[high])
        rows = (matrix.data[cells], matrix.indices[cells], indptr[low : high + 1] - indptr[low])
        result[low:high] = csr_array(rows, shape=(high - low, matrix.shape[1])) @ dense

    list(pool.map(multiply, row_blocks(indptr)))
    return result


def _orthonormal(columns):
    """Orthonormal basis of the columns, by the eigenvectors of their Gram matrix; null directions become zero."""
    gram = columns.T @ columns
    values, vectors = np.linalg.eigh(gram.astype(np.float64))
    scales = np.zeros_like(values)
    positive = values > values[-1] * 1e-10
    scales[positive] = values[positive] ** -0.5
    return columns @ (vectors * scales).astype(np.float32)
