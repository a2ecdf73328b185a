"""Weighted means of word vectors."""

from numbers import Integral, Real

import numpy as np
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.utils import check_scalar
from sklearn.utils.validation import check_is_fitted

from sklw2v.pooling._protocol import Pooling, count_words, divide_rows, for_all_words, with_values
from sklw2v.utils import check_finite, one_blas_thread


class MeanPooling(Pooling):
    """Weighted mean of the vectors of a document's words.

    ``sum_w weight_w v_w / sum_w weight_w`` with ``weight_w`` the count of word w in the document, or what the
    parameters make of it. ``pooling="mean"`` is this with its defaults, ``pooling="tfidf"`` with all three set.

    Parameters
    ----------
    sublinear_tf : bool, default=False
        Take ``1 + log(count)`` for the count, as `TfidfTransformer` does.
    use_idf : bool, default=False
        Multiply by ``log((1 + n) / (1 + df)) + 1``, for a word in df of the n training documents, as `TfidfTransformer`
        does.
    unit_vectors : bool, default=False
        Scale the words' vectors to length 1, so that frequent words, whose vectors are longer, do not weigh more.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> from sklw2v.pooling import MeanPooling
    >>> counts = csr_array(np.array([[3, 1], [0, 0]], dtype=np.float32))
    >>> vectors = np.array([[1, 0], [0, 2]], dtype=np.float32)
    >>> MeanPooling().transform(counts, vectors).tolist()
    [[0.75, 0.5], [0.0, 0.0]]
    >>> MeanPooling(unit_vectors=True).transform(counts, vectors).tolist()
    [[0.75, 0.25], [0.0, 0.0]]
    """

    def __init__(self, sublinear_tf: bool = False, use_idf: bool = False, unit_vectors: bool = False) -> None:
        self.sublinear_tf = sublinear_tf
        self.use_idf = use_idf
        self.unit_vectors = unit_vectors

    def check(self) -> None:
        """Raise a TypeError if a parameter is not a bool."""
        for name in ("sublinear_tf", "use_idf", "unit_vectors"):
            check_scalar(getattr(self, name), name, (bool, np.bool_))

    @property
    def fits_documents(self) -> bool:
        """Whether there is something to learn: with `use_idf`."""
        return self.use_idf

    def fit(
        self,
        counts: csr_array,
        vectors: np.ndarray,
        y: np.ndarray | None = None,
        sample_weight: np.ndarray | None = None,
    ) -> "MeanPooling":
        """Learn the inverse document frequencies, if they are used; see `Pooling.fit`."""
        if self.use_idf:
            self.idf_ = TfidfTransformer().fit(counts).idf_.astype(np.float32)
            self._unseen_idf = np.float32(np.log1p(counts.shape[0]) + 1)
        return self

    def transform(self, counts: csr_array, vectors: np.ndarray) -> np.ndarray:
        """Weighted means; see `Pooling.transform`. Words unseen in `fit` get the idf of a word in no document."""
        weights = 1 + np.log(counts.data) if self.sublinear_tf else counts.data
        if self.use_idf:
            check_is_fitted(self, "idf_")
            weights = weights * for_all_words(self.idf_, self._unseen_idf, counts)[counts.indices]
        totals = with_values(counts, weights).sum(axis=1)
        if self.unit_vectors:
            weights = weights / _norms(vectors, counts.indices)
        return divide_rows(with_values(counts, weights) @ vectors, totals)


class SifPooling(Pooling):
    """Smooth inverse frequency (Arora et al. 2017, A simple but tough-to-beat baseline, algorithm 1).

    Tokens are weighted by ``a / (a + p(word))``, with p the relative frequency in the training documents, and their sum
    divided by the number of tokens; then the projection on the common components is removed. These, the first singular
    vectors of the training documents' features, are estimated in `fit` alone.

    Parameters
    ----------
    a : float, default=1e-3
        Above 0; the smaller, the less do frequent words weigh.
    n_removed : int, default=1
        Number of common components to remove.
    """

    def __init__(self, a: float = 1e-3, n_removed: int = 1) -> None:
        self.a = a
        self.n_removed = n_removed

    def check(self) -> None:
        """Raise a ValueError or TypeError for a parameter that is out of range."""
        check_scalar(self.a, "a", Real, min_val=0, include_boundaries="neither")
        check_finite(self, "a")
        check_scalar(self.n_removed, "n_removed", Integral, min_val=0)

    def fit(
        self,
        counts: csr_array,
        vectors: np.ndarray,
        y: np.ndarray | None = None,
        sample_weight: np.ndarray | None = None,
    ) -> "SifPooling":
        """Learn frequencies and common components; see `Pooling.fit`."""
        word_counts = count_words(counts, sample_weight)
        self._weights = (self.a / (self.a + word_counts / word_counts.sum())).astype(np.float32)
        features = self._weigh(counts, vectors)
        with one_blas_thread():
            _, directions = np.linalg.eigh(features.T @ features.astype(np.float64))  # by rising share
        self._common = directions[:, max(len(directions) - self.n_removed, 0) :].astype(np.float32)  # (d, n_removed)
        return self

    def transform(self, counts: csr_array, vectors: np.ndarray) -> np.ndarray:
        """Weighted means without their common components; see `Pooling.transform`."""
        check_is_fitted(self, "_common")
        features = self._weigh(counts, vectors)
        for direction in self._common.T:
            # Not a BLAS product, whose last bits depend on the number of documents and of threads.
            features -= np.einsum("nd,d->n", features, direction)[:, np.newaxis] * direction
        return features

    def _weigh(self, counts, vectors):
        weights = counts.data * for_all_words(self._weights, np.float32(1), counts)[counts.indices]
        return divide_rows(with_values(counts, weights) @ vectors, counts.sum(axis=1))


def _norms(vectors, words):
    """Length of the vector of each of `words`, an array of rows that may repeat; 1 for a vector of zeros."""
    if len(words) < len(vectors):
        unique, places = np.unique(words, return_inverse=True)
    else:
        unique, places = slice(None), words
    norms = np.linalg.norm(vectors[unique], axis=1)
    return np.where(norms > 0, norms, 1)[places]
