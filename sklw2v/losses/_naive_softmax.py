"""The softmax over the whole vocabulary."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from sklw2v.losses._protocol import Loss


class NaiveSoftmax(Loss):
    """Cross-entropy of the softmax over the whole vocabulary.

    With counts X and their row sums n_c, the loss is ``sum_c sum_o X[c, o] * -log softmax(scores_c)[o]``, in nats, and
    its gradient in row c is ``n_c softmax(scores_c) - X[c]`` (Mikolov et al., 2013, arXiv:1310.4546, equations 1
    and 2). Scores may be any finite number.

    Examples
    --------
    Two words with equal scores, the first seen 3 times and the second once:

    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> from sklw2v.losses import NaiveSoftmax
    >>> value, gradients = NaiveSoftmax().rows(np.zeros((1, 2)), csr_array([[3.0, 1.0]]))
    >>> print(f"{value:.4f}")  # 4 log 2
    2.7726
    >>> gradients
    array([[-1.,  1.]])
    """

    form = "rows"

    def rows(self, scores: np.ndarray, counts: csr_array) -> tuple[float, np.ndarray]:
        """Loss and gradients of several rows of scores; see `Loss.rows`. Overwrites `scores` with the gradients."""
        if not counts.has_canonical_format:
            counts = counts.copy()  # sum_duplicates works in place, and the counts are the caller's
            counts.sum_duplicates()
        scores = np.ascontiguousarray(scores)
        n_rows, n_words = scores.shape
        rows = np.repeat(np.arange(n_rows), np.diff(counts.indptr))  # (nnz,), the row of each cell
        totals = np.bincount(rows, weights=counts.data, minlength=n_rows)  # (n,), float64
        # Places in the flat array: NumPy reads and writes them two to four times as fast as pairs of indices.
        flat, cells = scores.reshape(-1), rows * n_words + counts.indices
        scores -= scores.max(axis=1, keepdims=True)
        true_scores = flat[cells].astype(np.float64)  # (nnz,)
        np.exp(scores, out=scores)
        # Pairwise summation keeps seven digits in float32 and is four times faster than summing in float64.
        normalizers = scores.sum(axis=1).astype(np.float64)  # (n,), at least 1
        # Sums of products, not dot products: a BLAS dot product depends on the number of threads.
        value = np.sum(totals * np.log(normalizers)) - np.sum(counts.data * true_scores)
        scores *= (totals / normalizers).astype(scores.dtype)[:, np.newaxis]
        flat[cells] -= counts.data.astype(scores.dtype, copy=False)
        return float(value), scores

    def loss_and_gradients(
        self, center: ArrayLike, outside: int, context_vectors: ArrayLike
    ) -> tuple[float, np.ndarray, np.ndarray]:
        """Loss ``-log p(o|c)`` of one pair of words and its gradients; see `Loss.loss_and_gradients`.

        With ``y_hat = softmax(context_vectors @ center)`` and y the one-hot vector of `outside`, the gradients are
        ``context_vectors.T @ (y_hat - y)`` and ``outer(y_hat - y, center)``.

        Examples
        --------
        >>> import numpy as np
        >>> from sklw2v.losses import NaiveSoftmax
        >>> loss, to_center, to_contexts = NaiveSoftmax().loss_and_gradients([1.0, 2.0], 0, np.zeros((2, 2)))
        >>> print(f"{loss:.4f}")  # log 2
        0.6931
        >>> to_contexts
        array([[-0.5, -1. ],
               [ 0.5,  1. ]])
        """
        return super().loss_and_gradients(center, outside, context_vectors)
