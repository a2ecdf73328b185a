"""Documents and their neighbours: features that share what documents on the same subject say in other words."""

from numbers import Integral, Real
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from sklearn.utils import check_scalar
from sklearn.utils.validation import check_is_fitted

from sklw2v.pooling._means import MeanPooling
from sklw2v.pooling._protocol import Pooling, check_features, check_pooling, fit_pooling
from sklw2v.utils import check_finite, check_n_jobs, nearest_of_all

ROUNDING = 1e-5  # of the features: what is left of them without their mean, if it is not more than that, is rounding


class NeighborPooling(Pooling):
    """Features of a document, and the mean of those of the training documents nearest to it.

    Another pooling's features are centred by their mean over the training documents and scaled to length 1. With z what
    this gives, the features here are ``z + weight sum_i s_i z_i / sum_i s_i``, over the `n_neighbors` training
    documents whose z_i have the greatest cosines s_i with z; negative cosines count as 0. So a short document gets
    words that it does not have from documents like it, as in the expansion of queries by the documents that they find
    (Rocchio 1971, Relevance feedback in information retrieval), and documents of one group move together, which lets
    few labels say more (Chapelle, Weston and Schölkopf 2003, Cluster kernels for semi-supervised learning).

    A training document is its own nearest neighbour, which a new document has not: with few neighbours the features of
    the two differ, and with ``n_neighbors=1`` a training document gets nothing but itself.

    The training documents' features are kept, d numbers of 4 bytes a document. Time grows with the number of documents
    times that of training documents.

    Parameters
    ----------
    pooling : Pooling, default=None
        What makes features of one document, without labels, by its `transform`. It is given the vectors that it asks
        for. None: ``MeanPooling(sublinear_tf=True, use_idf=True)``. The parameters of an instance are tuned as
        ``pooling__pooling__<parameter>`` of the vectorizer.
    n_neighbors : int, default=20
        Number of training documents; of fewer, all.
    weight : float, default=1.0
        At least 0: what the neighbours' mean counts beside the document itself.
    n_jobs : int, default=None
        Threads, as in `SkipGramVectorizer`, from which ``pooling="neighbors"`` takes it. The result does not depend on
        it.

    Attributes
    ----------
    pooling_ : Pooling
        The other pooling, fitted.
    mean_ : ndarray of float32, shape (d,)
        Of the features of training documents that have any but zeros.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> from sklw2v.pooling import MeanPooling, NeighborPooling
    >>> counts = csr_array(np.array([[1, 0, 0], [1, 1, 0], [0, 0, 1]], dtype=np.float32))
    >>> vectors = np.array([[1, 0], [1, 0.5], [-1, -1]], dtype=np.float32)
    >>> pooling = NeighborPooling(MeanPooling(), n_neighbors=2).fit(counts, vectors)
    >>> print(pooling.transform(counts, vectors).round(2))
    [[ 1.81  0.82]
     [ 1.67  1.08]
     [-1.74 -0.98]]
    """

    needs_all_documents = True
    pooling_: Any
    mean_: np.ndarray

    def __init__(
        self, pooling: Any = None, n_neighbors: int = 20, weight: float = 1.0, n_jobs: int | None = None
    ) -> None:
        self.pooling = pooling
        self.n_neighbors = n_neighbors
        self.weight = weight
        self.n_jobs = n_jobs

    @property
    def vectors(self) -> str:
        """Which vectors the other pooling is given."""
        return getattr(self.pooling, "vectors", "word")

    def check(self) -> None:
        """Raise a ValueError or TypeError for a parameter that is out of range, of the other pooling too."""
        check_scalar(self.n_neighbors, "n_neighbors", Integral, min_val=1)
        check_scalar(self.weight, "weight", Real, min_val=0)
        check_finite(self, "weight")
        check_n_jobs(self.n_jobs)
        if self.pooling is not None:
            check_pooling(self.pooling, "None", "pooling__pooling")
            if getattr(self.pooling, "needs_labels", False):
                raise ValueError(f"pooling__pooling={self.pooling!r} needs labels: expected one that does without.")

    def set_params(self, **params: Any) -> "NeighborPooling":
        """Set parameters, those of the other pooling as ``pooling__<parameter>``.

        Raises
        ------
        ValueError
            For ``pooling__<parameter>`` while `pooling` is None, which has no parameters.
        """
        nested = [name for name in params if name.startswith("pooling__")]
        if nested and params.get("pooling", self.pooling) is None:
            raise ValueError(
                f"{nested[0]}: pooling is None and has no parameters to set; set pooling=MeanPooling() first."
            )
        return super().set_params(**params)

    def fit(
        self,
        counts: csr_array,
        vectors: np.ndarray,
        y: np.ndarray | None = None,
        sample_weight: np.ndarray | None = None,
    ) -> "NeighborPooling":
        """Learn the other pooling, and keep the training documents' features; see `Pooling.fit`.

        Weights of documents count in the mean, and as factors of the cosines once the neighbours are found.
        """
        pooling = MeanPooling(sublinear_tf=True, use_idf=True) if self.pooling is None else self.pooling
        self.pooling_ = fit_pooling(pooling, counts, vectors, None, sample_weight)
        features = self._pool(counts, vectors)
        self._weights = np.ones(len(features)) if sample_weight is None else np.array(sample_weight)
        shares = self._weights * features.any(axis=1)
        if total := shares.sum():
            shares /= total
        # Not a BLAS product, whose last bits depend on the number of threads.
        self.mean_ = np.einsum("n,nd->d", shares, features, dtype=np.float64).astype(np.float32)
        self._documents = self._centred(features)  # (n_training, d)
        return self

    def transform(self, counts: csr_array, vectors: np.ndarray) -> np.ndarray:
        """Features of documents and of their neighbours; see `Pooling.transform`."""
        check_is_fitted(self)
        documents = self._centred(self._pool(counts, vectors))
        rows, cosines = nearest_of_all(self._documents, documents, self.n_neighbors, self.n_jobs)  # (n, n_neighbors)
        shares = np.maximum(cosines, 0) * self._weights[rows]
        totals = shares.sum(axis=1, keepdims=True)
        shares *= self.weight / np.where(totals > 0, totals, 1)
        starts = np.arange(len(rows) + 1) * rows.shape[1]
        neighbors = csr_array(
            (shares.astype(np.float32).ravel(), rows.ravel(), starts), shape=(len(rows), len(self._documents))
        )
        return documents + neighbors @ self._documents

    def _pool(self, counts, vectors):
        features = check_features(self.pooling_.transform(counts, vectors), self.pooling_, counts.shape[0])
        if not np.isfinite(features).all():
            raise ValueError(f"pooling={self.pooling_!r}: its transform returned NaN or infinity; expected numbers.")
        return features

    def _centred(self, features):
        """Centred and of length 1; zeros where there was nothing but zeros, or nothing but the mean."""
        centred = features - self.mean_
        lengths = np.linalg.norm(centred, axis=1, keepdims=True)
        rounding = ROUNDING * np.linalg.norm(features, axis=1, keepdims=True)  # 0 for features that are all zeros
        is_zero = (lengths <= rounding) | (rounding == 0)
        return np.where(is_zero, np.float32(0), centred / np.where(is_zero, np.float32(1), lengths))
