"""The squared error of scores to targets, and the weights that go with it."""

from numbers import Real

import numpy as np
from scipy.sparse import csr_array
from sklearn.utils import check_scalar

from sklw2v.losses._protocol import Loss


class SquaredError(Loss):
    """What losses share that draw scores to targets: half the square of what is left after the offset."""

    form = "pairs"

    def positive(self, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """``x**2 / 2`` and ``x``, where x is the score less the target; see `Loss.positive`."""
        return 0.5 * scores**2, scores.copy()

    def negative(self, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """``x**2 / 2`` and ``x``; see `Loss.negative`."""
        return 0.5 * scores**2, scores.copy()


def bounded_weights(counts, x_max, exponent):
    """``min(1, (X / x_max) ** exponent)`` of Pennington et al. (2014), equation 9; 0 where X is 0."""
    check_weighting(x_max, exponent)
    counts = np.asarray(counts, dtype=np.float64)
    return np.where(counts > 0, np.minimum(1.0, counts / x_max) ** exponent, 0.0)


def check_weighting(x_max, exponent):
    """Raise a ValueError or TypeError for parameters of `bounded_weights` that are no such numbers."""
    check_scalar(x_max, "x_max", Real, min_val=0, include_boundaries="neither")
    check_scalar(exponent, "exponent", Real, min_val=0)
    for name, value in (("x_max", x_max), ("exponent", exponent)):
        if not np.isfinite(value):
            raise ValueError(f"{name}={value!r}: expected a finite number.")


def with_data(matrix, data):
    """A csr_array of the same cells with other numbers, float32."""
    return csr_array((np.asarray(data, dtype=np.float32), matrix.indices, matrix.indptr), shape=matrix.shape)


def log_of_positive(numbers):
    """Logarithms in float64; 0 where a number is 0."""
    numbers = np.asarray(numbers, dtype=np.float64)
    return np.log(numbers, out=np.zeros(numbers.shape), where=numbers > 0)
