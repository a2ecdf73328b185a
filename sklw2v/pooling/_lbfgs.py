"""L-BFGS for several functions at once."""

import numpy as np

N_REMEMBERED = 6  # steps from which the curvature is estimated
SHORTEST = 1e-9  # of a full step, what is still tried
SUFFICIENT = 1e-4  # of the expected fall of the function, what a step must bring (Armijo's rule)
ROUNDING = 1e-6  # of the function: smaller rises are rounding errors of sums in single precision


def minimize(function, points, scale, active, tol, max_iter):
    """Minimise several functions at once by L-BFGS, each by itself.

    Parameters
    ----------
    function : callable
        From points (n, d) to values (n,) and gradients (n, d).
    points : ndarray of float64, shape (n, d)
        Where to start.
    scale : ndarray of float64, shape (n, d)
        Inverse of the curvature to begin with.
    active : ndarray of bool, shape (n,)
        Other rows stay where they are.
    tol : float
        A row is done when its gradient, in the metric of `scale`, has fallen to this share of its length at the start.
    max_iter : int
        Steps at most.

    Returns
    -------
    ndarray of float64, shape (n, d)
    """
    values, gradients = function(points)
    first = (gradients**2 * scale).sum(axis=1)
    history = _History(scale)
    for _ in range(max_iter):
        active = active & ((gradients**2 * scale).sum(axis=1) > tol**2 * first)
        if not active.any():
            break
        directions, slopes = _descent(history, gradients, scale)
        ahead, new_values, new_gradients, lengths = _search(function, points, values, directions, slopes, active)
        active = active & (lengths > 0)
        history.add(ahead - points, new_gradients - gradients)
        points, values, gradients = ahead, new_values, new_gradients
    return points


def _descent(history, gradients, scale):
    """Directions (n, d) that lead down, and the slopes (n,) along them."""
    directions = -history.times_inverse_curvature(gradients)
    slopes = (gradients * directions).sum(axis=1)
    uphill = ~(slopes < 0)
    directions[uphill] = -(scale * gradients)[uphill]
    slopes[uphill] = (gradients * directions).sum(axis=1)[uphill]
    return directions, slopes


def _search(function, points, values, directions, slopes, active):
    """Halve each row's step until it brings enough: points, values and gradients there, and lengths, 0 for no step."""
    lengths = active.astype(np.float64)
    while True:
        ahead = points + lengths[:, np.newaxis] * directions
        new_values, new_gradients = function(ahead)
        limit = values + SUFFICIENT * lengths * slopes + ROUNDING * np.abs(values)
        too_far = active & ~(new_values <= limit) & (lengths > 0)
        if not too_far.any():
            return ahead, new_values, new_gradients, lengths
        lengths[too_far] /= 2
        lengths[lengths < SHORTEST] = 0  # nothing is to be gained in this direction


class _History:
    """The last steps, from which the curvature is estimated.

    Parameters
    ----------
    scale : ndarray of float64, shape (n, d)
        Inverse of the curvature before the first step.

    Attributes
    ----------
    steps, changes : list of ndarray of float64, each of shape (n, d)
        The last `N_REMEMBERED` steps, and what they changed of the gradients.
    inverses : list of ndarray of float64, each of shape (n,)
        One over the product of the two, 0 where that is not positive.
    """

    def __init__(self, scale):
        self.scale = scale
        self.steps, self.changes, self.inverses = [], [], []

    def add(self, step, change):
        """Remember a step."""
        products = (step * change).sum(axis=1)
        self.steps.append(step)
        self.changes.append(change)
        self.inverses.append(np.divide(1, products, out=np.zeros_like(products), where=products > 1e-30))
        if len(self.steps) > N_REMEMBERED:
            del self.steps[0], self.changes[0], self.inverses[0]

    def times_inverse_curvature(self, gradients):
        """The two loops of L-BFGS (Nocedal 1980), row by row: (n, d)."""
        directions = gradients.copy()
        remembered = list(zip(self.steps, self.changes, self.inverses, strict=True))
        shares = []
        for step, change, inverse in reversed(remembered):
            shares.append(inverse * (step * directions).sum(axis=1))
            directions -= shares[-1][:, np.newaxis] * change
        directions *= self.scale
        for (step, change, inverse), share in zip(remembered, reversed(shares), strict=True):
            directions += (share - inverse * (change * directions).sum(axis=1))[:, np.newaxis] * step
        return directions
