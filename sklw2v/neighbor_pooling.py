"""Documents and their neighbours: features that share what documents on the same subject say in other words."""

from numbers import Integral, Real

import numpy as np
from scipy.sparse import csr_array
from sklearn.utils import check_scalar

from sklw2v.checks import check_finite
from sklw2v.cosines import nearest_of_all, unit_rows
from sklw2v.mean_poolings import MeanPooling
from sklw2v.pooling_protocol import Pooling, fit_pooling


class NeighborPooling(Pooling):
    """Features of a document, and the mean of those of the training documents nearest to it.

    Another pooling's features are centred by their mean over the training documents and scaled to length 1. The
    features here are ``z + weight sum_i s_i z_i / sum_i s_i``, over the `n_neighbors` training documents whose z_i have
    the greatest cosine s_i with the document's z, negative cosines left out. So a short document gets words that it
    does not have from documents like it, as in the expansion of queries by the documents that they find (Rocchio 1971,
    Relevance feedback in information retrieval), and documents of one group move together, which lets few labels say
    more (Chapelle, Weston and Schölkopf 2003, Cluster kernels for semi-supervised learning). A training document is its
    own nearest neighbour.

    The training documents' features are kept, d numbers of 4 bytes a document. Time grows with the number of documents
    times that of training documents.

    Parameters
    ----------
    pooling : Pooling, default=None
        What makes features of one document, without labels. None: ``MeanPooling(sublinear_tf=True, use_idf=True)``. Its
        parameters are tuned as ``pooling__pooling__<parameter>`` of the vectorizer.
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
        Of the features of training documents that have words.

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

    def __init__(self, pooling=None, n_neighbors=20, weight=1.0, n_jobs=None):
        self.pooling = pooling
        self.n_neighbors = n_neighbors
        self.weight = weight
        self.n_jobs = n_jobs

    @property
    def vectors(self):
        """Which vectors the other pooling is given."""
        return getattr(self.pooling, "vectors", "word")

    def check(self):
        """Raise a ValueError or TypeError for a parameter that is out of range, of the other pooling too."""
        check_scalar(self.n_neighbors, "n_neighbors", Integral, min_val=1)
        check_scalar(self.weight, "weight", Real, min_val=0)
        check_finite(self, "weight")
        if self.pooling is None:
            return
        if isinstance(self.pooling, type | str) or not hasattr(self.pooling, "transform"):
            raise ValueError(f"pooling={self.pooling!r}: expected None or an object like sklw2v.pooling.Pooling.")
        if getattr(self.pooling, "needs_labels", False):
            raise ValueError(f"pooling={self.pooling!r} needs labels: expected a pooling that does without.")
        if hasattr(self.pooling, "check"):
            self.pooling.check()

    def fit(self, counts, vectors, y=None, sample_weight=None):
        """Learn the other pooling, and keep the training documents' features; see `Pooling.fit`.

        Weights of documents count in the mean, and as factors of the cosines.
        """
        pooling = MeanPooling(sublinear_tf=True, use_idf=True) if self.pooling is None else self.pooling
        self.pooling_ = fit_pooling(pooling, counts, vectors, None, sample_weight)
        features = np.asarray(self.pooling_.transform(counts, vectors), dtype=np.float32)
        known = features.any(axis=1)
        weights = None if sample_weight is None else sample_weight[known]
        self.mean_ = np.average(features[known].astype(np.float64), axis=0, weights=weights).astype(np.float32)
        self._documents = self._centred(features)  # (n_training, d)
        self._document_weights = sample_weight
        return self

    def transform(self, counts, vectors):
        """Features of documents and of their neighbours; see `Pooling.transform`."""
        documents = self._centred(np.asarray(self.pooling_.transform(counts, vectors), dtype=np.float32))
        rows, cosines = nearest_of_all(self._documents, documents, self.n_neighbors, self.n_jobs)  # (n, n_neighbors)
        shares = np.maximum(cosines, 0)
        if self._document_weights is not None:
            shares *= self._document_weights[rows]
        totals = shares.sum(axis=1, keepdims=True)
        shares *= self.weight / np.where(totals > 0, totals, 1)
        starts = np.arange(len(rows) + 1) * rows.shape[1]
        neighbors = csr_array(
            (shares.astype(np.float32).ravel(), rows.ravel(), starts), shape=(len(rows), len(self._documents))
        )
        return documents + neighbors @ self._documents

    def _centred(self, features):
        """Centred and of length 1; zeros where there was nothing but zeros."""
        known = features.any(axis=1, keepdims=True)
        return unit_rows(np.where(known, features - self.mean_, 0)).astype(np.float32)
