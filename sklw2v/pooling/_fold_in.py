"""Documents as centre words: the vector that makes a document's words most likely, with their vectors fixed."""

from concurrent.futures import ThreadPoolExecutor
from numbers import Integral, Real

import numpy as np
from numba import njit
from scipy.sparse import csr_array, vstack
from sklearn.utils import check_scalar
from sklearn.utils.validation import check_is_fitted

from sklw2v.losses import noise_distribution, resolve_loss
from sklw2v.pooling._protocol import Pooling, count_words
from sklw2v.utils import check_finite, check_n_jobs, n_threads, one_blas_thread

BLOCK = 16  # documents worked on at a time, to make matrix products of them
TABLE_RANGE, TABLE_STEPS = np.float32(16), 2048  # scores from -16 to 16; beyond, the first and last pieces go on
CHUNK = 4096  # words whose loss is summed in single precision
N_REMEMBERED = 6  # steps from which the curvature is estimated
SHORTEST = 1e-9  # of a full step, what is still tried
SUFFICIENT = 1e-4  # of the expected fall of the loss, what a step must bring (Armijo's rule)
ROUNDING = 1e-6  # of the loss: smaller rises are rounding errors of sums in single precision


class FoldInPooling(Pooling):
    """The document as one more centre word, whose context words are all the words in it.

    Its vector v is the minimum of the words' own loss with their context vectors u fixed: for losses of
    pairs ``sum_w n_w [positive(u_w . v) + K sum_q P(q) negative(u_q . v)] + ridge / 2 |v|^2``, where word w is n_w
    times in the document and P is the noise distribution; for losses of rows the loss of the document's row of counts
    plus the same last term. This is the inference of PV-DBOW (Le and Mikolov 2014, Distributed representations of
    sentences and documents) without drawing anything. The problem is convex for the losses of this package, so there is
    one minimum; it is found by L-BFGS (Nocedal 1980) from zero, for each document by itself. Words are not subsampled,
    and `exclude_true` of a loss has no meaning here.

    Parameters
    ----------
    loss : {"negative_sampling", "naive_softmax"} or Loss, default="negative_sampling"
        As in `SkipGramVectorizer`. ``pooling="fold_in"`` takes this and the next two from the vectorizer.
    n_negatives : int, default=5
        K, for losses of pairs.
    noise_exponent : float, default=0.75
        Exponent of the word counts, those of the documents of `fit`, in the noise distribution.
    ridge : float, default=10
        Above 0: how strongly short documents are drawn to zero; in units of tokens.
    tol : float, default=1e-4
        A document is done when its gradient, in the metric of the start, has fallen to this share of its length there.
    max_iter : int, default=100
        Steps at most.
    n_jobs : int, default=None
        Threads, as in `SkipGramVectorizer`. The result does not depend on it.
    """

    vectors = "context"

    def __init__(
        self,
        loss="negative_sampling",
        n_negatives=5,
        noise_exponent=0.75,
        ridge=10.0,
        tol=1e-4,
        max_iter=100,
        n_jobs=None,
    ):
        self.loss = loss
        self.n_negatives = n_negatives
        self.noise_exponent = noise_exponent
        self.ridge = ridge
        self.tol = tol
        self.max_iter = max_iter
        self.n_jobs = n_jobs

    def check(self):
        """Raise a ValueError or TypeError for a parameter that is out of range."""
        resolve_loss(self.loss)
        check_scalar(self.n_negatives, "n_negatives", Integral, min_val=1)
        check_scalar(self.noise_exponent, "noise_exponent", Real)
        check_scalar(self.ridge, "ridge", Real, min_val=0, include_boundaries="neither")
        check_scalar(self.tol, "tol", Real, min_val=0, include_boundaries="neither")
        check_scalar(self.max_iter, "max_iter", Integral, min_val=1)
        check_finite(self, "noise_exponent", "ridge", "tol")
        check_n_jobs(self.n_jobs)

    def fit(self, counts, vectors, y=None, sample_weight=None):
        """Learn the noise distribution; see `Pooling.fit`."""
        self._loss = resolve_loss(self.loss)
        self._noise = noise_distribution(count_words(counts, sample_weight), self.noise_exponent)
        return self

    def transform(self, counts, vectors):
        """Vectors of the documents; see `Pooling.transform`."""
        check_is_fitted(self, "_noise")
        n_documents, n_words = counts.shape
        noise = np.concatenate([self._noise, np.zeros(n_words - len(self._noise))])
        features = np.zeros((n_documents, vectors.shape[1]), dtype=np.float32)
        if not counts.nnz:
            return features
        with one_blas_thread(), ThreadPoolExecutor(n_threads(self.n_jobs)) as pool:
            make = _PairObjective if self._loss.form == "pairs" else _RowObjective
            objective = make(self._loss, vectors, noise, self.n_negatives)

            def solve(first):
                block = counts[first : first + BLOCK]
                n_missing = BLOCK - block.shape[0]
                if n_missing:  # products of one shape, so that a document gets the same bits in every company
                    block = vstack([block, csr_array((n_missing, n_words), dtype=block.dtype)], format="csr")
                found = objective.minimum(block, self.ridge, self.tol, self.max_iter)
                features[first : first + BLOCK] = found[: BLOCK - n_missing]

            for _ in pool.map(solve, range(0, n_documents, BLOCK)):
                pass
        return features


class _Objective:
    """The loss of documents as a function of their vectors, a token, in the axes of the curvature of its noise."""

    def __init__(self, vectors, curvature):
        weighted = (vectors * curvature[:, np.newaxis]).astype(np.float64)
        curvatures, self.axes = np.linalg.eigh(weighted.T @ vectors)  # (d,), (d, d)
        self.curvatures = np.maximum(curvatures, 0)
        self.contexts = np.ascontiguousarray(vectors @ self.axes.astype(np.float32))  # (n_words, d)

    def minimum(self, counts, ridge, tol, max_iter):
        """Vectors of the documents, (n_documents, d): float64."""
        lengths = counts.sum(axis=1).astype(np.float64)
        is_empty = lengths <= 0
        lengths[is_empty] = 1
        penalties = (ridge / lengths)[:, np.newaxis]
        shares = csr_array(
            (counts.data / np.repeat(lengths, np.diff(counts.indptr)), counts.indices, counts.indptr),
            shape=counts.shape,
        )

        def function(points):
            values, gradients = self.loss(points, shares)
            return values + 0.5 * (penalties * points**2).sum(axis=1), gradients + penalties * points

        start = np.zeros((counts.shape[0], len(self.curvatures)))
        points = _minimize(function, start, 1 / (self.curvatures + penalties), ~is_empty, tol, max_iter)
        return points @ self.axes.T


class _PairObjective(_Objective):
    def __init__(self, loss, vectors, noise, n_negatives):
        self.noise = (n_negatives * noise).astype(np.float32)
        self.positive, self.negative = _table(loss.positive), _table(loss.negative)
        middle = TABLE_STEPS // 2
        slopes = self.negative[0]
        curvature = (slopes[middle + 1] - slopes[middle - 1]) / (2 * _step())
        super().__init__(vectors, self.noise * max(curvature, np.float32(0)))

    def loss(self, points, shares):
        """Loss a token and its gradients, of several documents."""
        scores = points.astype(np.float32) @ self.contexts.T  # (n_documents, n_words)
        words = np.repeat(np.arange(len(points)), np.diff(shares.indptr)), shares.indices
        true_scores = scores[words]
        values = np.zeros(len(points))
        _noise_loss(scores, self.noise, *self.negative, values)
        gradients = np.empty(len(true_scores), dtype=np.float32)
        _true_loss(true_scores, shares.indptr, shares.data, *self.positive, values, gradients)
        scores[words] += gradients
        return values, (scores @ self.contexts).astype(np.float64)


class _RowObjective(_Objective):
    def __init__(self, loss, vectors, noise, n_negatives):
        self.rows = loss.rows
        super().__init__(vectors, np.full(len(vectors), 1 / len(vectors), dtype=np.float32))

    def loss(self, points, shares):
        """Loss a token and its gradients, of several documents."""
        scores = points.astype(np.float32) @ self.contexts.T  # (n_documents, n_words)
        values = np.zeros(len(points))
        for row in range(len(points)):
            values[row], scores[row] = self.rows(scores[row : row + 1], shares[[row]])
        return values, (scores @ self.contexts).astype(np.float64)


def _minimize(function, points, scale, active, tol, max_iter):
    """Minimise several functions at once by L-BFGS, each by itself.

    `function` takes (n, d) points to their (n,) values and (n, d) gradients; `scale` is the inverse curvature, (n, d),
    to begin with; rows that are not `active` stay where they are.
    """
    values, gradients = function(points)
    first = (gradients**2 * scale).sum(axis=1)
    steps, changes, inverses = [], [], []
    for _ in range(max_iter):
        active = active & ((gradients**2 * scale).sum(axis=1) > tol**2 * first)
        if not active.any():
            break
        directions = -_times_inverse_curvature(gradients, scale, steps, changes, inverses)
        slopes = (gradients * directions).sum(axis=1)
        uphill = ~(slopes < 0)
        directions[uphill] = -(scale * gradients)[uphill]
        slopes[uphill] = (gradients * directions).sum(axis=1)[uphill]
        lengths = active.astype(np.float64)
        while True:
            ahead = points + lengths[:, np.newaxis] * directions
            new_values, new_gradients = function(ahead)
            limit = values + SUFFICIENT * lengths * slopes + ROUNDING * np.abs(values)
            too_far = active & ~(new_values <= limit) & (lengths > 0)
            if not too_far.any():
                break
            lengths[too_far] /= 2
            lengths[lengths < SHORTEST] = 0  # nothing is to be gained in this direction
        active = active & (lengths > 0)
        steps.append(ahead - points)
        changes.append(new_gradients - gradients)
        products = (steps[-1] * changes[-1]).sum(axis=1)
        inverses.append(np.divide(1, products, out=np.zeros_like(products), where=products > 1e-30))
        if len(steps) > N_REMEMBERED:
            del steps[0], changes[0], inverses[0]
        points, values, gradients = ahead, new_values, new_gradients
    return points


def _times_inverse_curvature(gradients, scale, steps, changes, inverses):
    """The two loops of L-BFGS (Nocedal 1980), row by row."""
    directions = gradients.copy()
    shares = []
    for step, change, inverse in zip(reversed(steps), reversed(changes), reversed(inverses), strict=True):
        shares.append(inverse * (step * directions).sum(axis=1))
        directions -= shares[-1][:, np.newaxis] * change
    directions *= scale
    for step, change, inverse in zip(steps, changes, inverses, strict=True):
        directions += (shares.pop() - inverse * (change * directions).sum(axis=1))[:, np.newaxis] * step
    return directions


def _step():
    return 2 * float(TABLE_RANGE) / TABLE_STEPS


def _table(function):
    """Gradients of a loss on a grid of scores, and the values that follow from them by interpolation."""
    grid = np.linspace(-float(TABLE_RANGE), float(TABLE_RANGE), TABLE_STEPS + 1)
    values, gradients = function(grid)
    rises = np.concatenate([[0], np.cumsum((gradients[1:] + gradients[:-1]) / 2 * _step())])
    middle = TABLE_STEPS // 2
    return gradients.astype(np.float32), (values[middle] + rises - rises[middle]).astype(np.float32)


# Sums may be taken in another order, which lets the compiler use vectors; scores that are not numbers stay so.
@njit(nogil=True, cache=True, fastmath={"reassoc", "nsz", "contract"})
def _noise_loss(scores, weights, slopes, heights, values):
    """Add each row's loss as noise, ``weights`` a word, to `values`; replace its scores by their gradients."""
    step = np.float32(2 * TABLE_RANGE / TABLE_STEPS)
    n_words = scores.shape[1]
    for row in range(scores.shape[0]):
        for first in range(0, n_words, CHUNK):
            total = np.float32(0)
            for word in range(first, min(first + CHUNK, n_words)):
                slope, height = _interpolate(scores[row, word], step, slopes, heights)
                total += weights[word] * height
                scores[row, word] = weights[word] * slope
            values[row] += total


@njit(nogil=True, cache=True)
def _true_loss(scores, indptr, weights, slopes, heights, values, gradients):
    """Add each document's loss on its own words to `values`; fill in the gradients of their scores."""
    step = np.float32(2 * TABLE_RANGE / TABLE_STEPS)
    for row in range(len(indptr) - 1):
        for cell in range(indptr[row], indptr[row + 1]):
            slope, height = _interpolate(scores[cell], step, slopes, heights)
            values[row] += weights[cell] * height
            gradients[cell] = weights[cell] * slope


@njit(nogil=True, inline="always")
def _interpolate(score, step, slopes, heights):
    """Slope and height at a score: the slope by straight lines, the height by their integral; so they agree."""
    place = (score + TABLE_RANGE) / step
    i = int(min(place, np.float32(TABLE_STEPS - 1))) if place > 0 else 0  # 0 also where it is not a number
    beyond = place - np.float32(i)
    bend = slopes[i + 1] - slopes[i]
    return slopes[i] + beyond * bend, heights[i] + step * beyond * (slopes[i] + np.float32(0.5) * beyond * bend)
