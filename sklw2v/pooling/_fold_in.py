"""Documents as centre words: the vector that makes a document's words most likely, with their vectors fixed."""

from concurrent.futures import ThreadPoolExecutor
from numbers import Integral, Real
from typing import Any

import numpy as np
from scipy.sparse import csr_array, vstack
from sklearn.utils import check_scalar
from sklearn.utils.validation import check_is_fitted

from sklw2v.losses import LOSSES, changes_cells, noise_distribution
from sklw2v.pooling._objectives import OBJECTIVES
from sklw2v.pooling._protocol import Pooling, count_words
from sklw2v.utils import check_finite, check_n_jobs, n_threads, one_blas_thread

BLOCK = 16  # documents worked on at a time, to make matrix products of them


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
    loss : str or Loss, default="negative_sampling"
        As in `SkipGramVectorizer`, but none with weights, offsets, biases or paths of its own: the hierarchical
        softmax, noise-contrastive estimation, GloVe and factorised PMI are refused. ``pooling="fold_in"`` takes this
        and the next two from the vectorizer.
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
        loss: str | Any = "negative_sampling",
        n_negatives: int = 5,
        noise_exponent: float = 0.75,
        ridge: float = 10.0,
        tol: float = 1e-4,
        max_iter: int = 100,
        n_jobs: int | None = None,
    ) -> None:
        self.loss = loss
        self.n_negatives = n_negatives
        self.noise_exponent = noise_exponent
        self.ridge = ridge
        self.tol = tol
        self.max_iter = max_iter
        self.n_jobs = n_jobs

    def check(self) -> None:
        """Raise a ValueError or TypeError for a parameter that is out of range."""
        loss = LOSSES.resolve(self.loss)
        if changes_cells(loss, self.n_negatives):
            raise ValueError(
                f"pooling={self!r}: {type(loss).__name__} has weights, offsets, biases or paths of its own, with which "
                "no document can be folded in. Expected a loss without them, as in FoldInPooling("
                "loss='negative_sampling'), or another pooling."
            )
        check_scalar(self.n_negatives, "n_negatives", Integral, min_val=1)
        check_scalar(self.noise_exponent, "noise_exponent", Real)
        check_scalar(self.ridge, "ridge", Real, min_val=0, include_boundaries="neither")
        check_scalar(self.tol, "tol", Real, min_val=0, include_boundaries="neither")
        check_scalar(self.max_iter, "max_iter", Integral, min_val=1)
        check_finite(self, "noise_exponent", "ridge", "tol")
        check_n_jobs(self.n_jobs)

    def fit(
        self,
        counts: csr_array,
        vectors: np.ndarray,
        y: np.ndarray | None = None,
        sample_weight: np.ndarray | None = None,
    ) -> "FoldInPooling":
        """Learn the noise distribution; see `Pooling.fit`."""
        self._loss = LOSSES.resolve(self.loss)
        self._noise = noise_distribution(count_words(counts, sample_weight), self.noise_exponent)
        return self

    def transform(self, counts: csr_array, vectors: np.ndarray) -> np.ndarray:
        """Vectors of the documents; see `Pooling.transform`."""
        check_is_fitted(self, "_noise")
        n_documents, n_words = counts.shape
        noise = np.concatenate([self._noise, np.zeros(n_words - len(self._noise))])
        features = np.zeros((n_documents, vectors.shape[1]), dtype=np.float32)
        if not counts.nnz:
            return features
        with one_blas_thread(), ThreadPoolExecutor(n_threads(self.n_jobs)) as pool:
            objective = OBJECTIVES[self._loss.form](self._loss, vectors, noise, self.n_negatives)

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
