"""Losses with a margin."""

import numpy as np

from sklw2v.losses._protocol import Loss


class Hinge(Loss):
    """True pairs are to score at least 1, noise pairs at most -1; beyond that nothing is asked of them.

    A true pair costs ``max(0, 1 - x)``, a noise pair ``max(0, 1 + x)``, as in a linear support vector machine.
    Collobert and Weston (2008) learnt words with a margin between a true and a corrupted window; here each pair has a
    margin of its own. The gradient jumps at the margin; the solver, which interpolates it, takes a 32nd of a score for
    the jump.

    The best score of a pair is 1 or -1, whichever label is the likelier, so no probability can be read off the scores:
    `log_reference`, which is that of negative sampling, is a convention, and ``score`` means little.

    Examples
    --------
    >>> import numpy as np
    >>> from sklw2v.losses import Hinge
    >>> values, gradients = Hinge().positive(np.array([-1.0, 0.5, 2.0]))
    >>> values.tolist(), gradients.tolist()
    ([2.0, 0.5, 0.0], [-1.0, -1.0, 0.0])
    """

    form = "pairs"

    def positive(self, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """``max(0, 1 - x)`` and -1 below the margin, else 0; see `Loss.positive`."""
        return np.maximum(0.0, 1.0 - scores), np.where(scores < 1.0, -1.0, 0.0)

    def negative(self, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """``max(0, 1 + x)`` and 1 above the margin, else 0; see `Loss.negative`."""
        return np.maximum(0.0, 1.0 + scores), np.where(scores > -1.0, 1.0, 0.0)


class SquaredHinge(Loss):
    """The square of `Hinge`, without a factor, as in scikit-learn: a true pair costs ``max(0, 1 - x)**2``.

    Gradients have no jump. The best score is ``(p - K P_n) / (p + K P_n)`` with p = p(o|c), from -1 to 1: it tells the
    probability of a true pair, but not as an exponential. `log_reference`, which is that of negative sampling, is a
    convention, and ``score`` means little.

    Examples
    --------
    >>> import numpy as np
    >>> from sklw2v.losses import SquaredHinge
    >>> values, gradients = SquaredHinge().negative(np.array([-2.0, -0.5, 1.0]))
    >>> values.tolist(), gradients.tolist()
    ([0.0, 0.25, 4.0], [0.0, 1.0, 4.0])
    """

    form = "pairs"

    def positive(self, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """``max(0, 1 - x)**2`` and ``-2 max(0, 1 - x)``; see `Loss.positive`."""
        missing = np.maximum(0.0, 1.0 - scores)
        return missing**2, -2.0 * missing

    def negative(self, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """``max(0, 1 + x)**2`` and ``2 max(0, 1 + x)``; see `Loss.negative`."""
        excess = np.maximum(0.0, 1.0 + scores)
        return excess**2, 2.0 * excess
