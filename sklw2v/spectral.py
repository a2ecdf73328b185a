"""The spectral start: a truncated SVD of the positive pointwise mutual information of words and contexts.

Negative sampling at its optimum factorises a shifted PMI matrix (Levy and Goldberg 2014), so the leading singular
vectors of the PPMI matrix are a start that a random one needs several epochs to reach.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy.sparse import csr_array
from sklearn.utils.extmath import svd_flip

from sklw2v.blas import one_blas_thread
from sklw2v.row_blocks import row_blocks

CONTEXT_SMOOTHING = 0.75  # exponent of the context distribution in the PPMI (Levy, Goldberg and Dagan 2015)
OVERSAMPLING = 20
POWER_ITERATIONS = 2
ROWS_AT_A_TIME = 1 << 13
# A word met n times keeps n / (n + RARE_WEIGHT) of its vector: the PMI of rare words is mostly chance.
RARE_WEIGHT = 500.0


def spectral_start(cooccurrence, n_components, rng, n_jobs=1):
    """Centre vectors from the truncated SVD ``U S V'`` of the PPMI matrix: ``U sqrt(S)``, shrunk for rare words.

    ``PPMI[c, o] = max(0, log(X[c, o] / (n_c P(o))))`` with ``P(o)`` proportional to ``n_o ** 0.75``. The SVD is the
    randomised one of Halko, Martinsson and Tropp (2011) with two power iterations.

    Parameters
    ----------
    cooccurrence : csr_array of float32, shape (V, V)
        Symmetric, positive cells.
    n_components : int
        d, at most V.
    rng : numpy.random.RandomState
        Draws the test matrix.
    n_jobs : int, default=1
        Threads. The result does not depend on it, nor on the number of BLAS threads.

    Returns
    -------
    ndarray of float32, shape (V, d)
    """
    n_words = cooccurrence.shape[0]
    size = min(n_components + OVERSAMPLING, n_words)
    row_weights = cooccurrence.sum(axis=1, dtype=np.float64)
    test_matrix = rng.standard_normal((n_words, size)).astype(np.float32)
    # Dense products differ in their last bits with the number of BLAS threads, so BLAS gets one.
    with one_blas_thread(), ThreadPoolExecutor(n_jobs) as pool:
        ppmi, ppmi_transposed = _ppmi(cooccurrence, row_weights, pool)
        basis = _orthonormal(_product(ppmi, test_matrix, pool))
        del test_matrix
        for _ in range(POWER_ITERATIONS):
            basis = _orthonormal(_product(ppmi_transposed, basis, pool))
            basis = _orthonormal(_product(ppmi, basis, pool))
        basis = _orthonormal(basis)  # once leaves errors of the square of the condition number
        projected = _product(ppmi_transposed, basis, pool)  # (V, size), the transpose of basis' PPMI
        gram = np.zeros((size, size))
        for first in range(0, n_words, ROWS_AT_A_TIME):  # in float64, which the whole need not be turned into
            rows = projected[first : first + ROWS_AT_A_TIME].astype(np.float64)
            gram += rows.T @ rows
        squares, rotations = np.linalg.eigh(gram)
        leading = np.argsort(squares)[::-1][:n_components]
        rotations, _ = svd_flip(rotations[:, leading], None)
        roots = np.maximum(squares[leading], 0.0) ** 0.25
        start = basis @ (rotations * roots).astype(np.float32)
    shrinkage = row_weights / (row_weights + RARE_WEIGHT)
    return start * shrinkage[:, np.newaxis].astype(np.float32)


def _ppmi(cooccurrence, row_weights, pool):
    """PPMI matrix and its transpose; as X is symmetric they share its structure."""
    smoothed = row_weights**CONTEXT_SMOOTHING
    # Words without a context have no cells, so their infinities never meet one.
    with np.errstate(divide="ignore"):
        log_row = np.log(row_weights).astype(np.float32)
        log_context = np.log(smoothed / smoothed.sum()).astype(np.float32)
    indices, indptr = cooccurrence.indices, cooccurrence.indptr
    matrices = [csr_array((np.empty_like(cooccurrence.data), indices, indptr), cooccurrence.shape) for _ in range(2)]

    def fill(block):
        low, high = block
        cells = slice(indptr[low], indptr[high])
        log_cells = np.log(cooccurrence.data[cells])
        lengths = np.diff(indptr[low : high + 1])
        for matrix, of_row, of_column in zip(matrices, (log_row, log_context), (log_context, log_row), strict=True):
            values = log_cells - np.repeat(of_row[low:high], lengths)
            values -= of_column[indices[cells]]
            np.maximum(values, 0, out=matrix.data[cells])

    list(pool.map(fill, row_blocks(indptr)))
    return matrices


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
