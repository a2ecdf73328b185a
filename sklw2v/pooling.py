"""Word vectors to document features.

A pooling turns the counts of words in documents, and vectors of the words, into features of the documents. `Pooling`
says what is asked of one, so that users may write their own.
"""

from numbers import Integral, Real

import numpy as np
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, clone
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.utils import check_scalar, column_or_1d
from sklearn.utils.multiclass import check_classification_targets

from sklw2v.blas import one_blas_thread
from sklw2v.checks import check_finite


class Pooling(BaseEstimator):
    """What a vectorizer asks of a pooling; the base class of the poolings here.

    A subclass writes `transform` and, if there is something to learn, `fit`. An object of any other class with the same
    methods and attributes serves as well.

    Attributes
    ----------
    vectors : {"word", "context"}, default="word"
        Which vectors of the words the methods are given: ``word_vectors_`` or ``context_vectors_``. A vectorizer that
        has no context vectors gives its word vectors instead.
    fits_documents : bool, default=True
        Whether `fit` must be called before `transform`.
    needs_labels : bool, default=False
        Whether `fit` needs labels.
    """

    vectors = "word"
    fits_documents = True
    needs_labels = False

    def check(self):
        """Raise a ValueError or TypeError for a parameter that is out of range; called before any work is done."""

    def fit(self, counts, vectors, y=None, sample_weight=None):
        """Learn from the training documents.

        Parameters
        ----------
        counts : csr_array of float32, shape (n_documents, V)
            How often each word of the vocabulary is in each document. Must not be modified.
        vectors : ndarray of float32, shape (V, d)
            Vectors of the words. Must not be modified.
        y : ndarray of shape (n_documents,), optional
            Labels; given if `needs_labels` is true.
        sample_weight : ndarray of float64, shape (n_documents,), optional
            Positive weights of the documents; given only if there are some.

        Returns
        -------
        Pooling
            Itself.
        """
        return self

    def transform(self, counts, vectors):
        """Features of documents.

        Parameters
        ----------
        counts : csr_array of float32, shape (n_documents, n_words)
            As in `fit`. There may be more words than in `fit`, after those: words that only these documents have, as
            with ``oov="subword"``. There may be no documents.
        vectors : ndarray of float32, shape (n_words, d)
            As in `fit`.

        Returns
        -------
        ndarray of float32, shape (n_documents, n_features)
            Zeros for a document without words; `n_features` depends on d alone.
        """
        raise NotImplementedError(f"{type(self).__name__} must define transform(counts, vectors).")


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

    def __init__(self, sublinear_tf=False, use_idf=False, unit_vectors=False):
        self.sublinear_tf = sublinear_tf
        self.use_idf = use_idf
        self.unit_vectors = unit_vectors

    def check(self):
        """Raise a TypeError if a parameter is not a bool."""
        for name in ("sublinear_tf", "use_idf", "unit_vectors"):
            check_scalar(getattr(self, name), name, (bool, np.bool_))

    @property
    def fits_documents(self):
        """Whether there is something to learn: with `use_idf`."""
        return self.use_idf

    def fit(self, counts, vectors, y=None, sample_weight=None):
        """Learn the inverse document frequencies, if they are used; see `Pooling.fit`."""
        if self.use_idf:
            self.idf_ = TfidfTransformer().fit(counts).idf_.astype(np.float32)
            self._unseen_idf = np.float32(np.log1p(counts.shape[0]) + 1)
        return self

    def transform(self, counts, vectors):
        """Weighted means; see `Pooling.transform`. Words unseen in `fit` get the idf of a word in no document."""
        weights = 1 + np.log(counts.data) if self.sublinear_tf else counts.data
        if self.use_idf:
            weights = weights * _for_all_words(self.idf_, self._unseen_idf, counts)[counts.indices]
        totals = _of_words(counts, weights).sum(axis=1)
        if self.unit_vectors:
            weights = weights / _norms(vectors, counts.indices)
        return _divide_rows(_of_words(counts, weights) @ vectors, totals)


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

    def __init__(self, a=1e-3, n_removed=1):
        self.a = a
        self.n_removed = n_removed

    def check(self):
        """Raise a ValueError or TypeError for a parameter that is out of range."""
        check_scalar(self.a, "a", Real, min_val=0, include_boundaries="neither")
        check_finite(self, "a")
        check_scalar(self.n_removed, "n_removed", Integral, min_val=0)

    def fit(self, counts, vectors, y=None, sample_weight=None):
        """Learn frequencies and common components; see `Pooling.fit`."""
        word_counts = count_words(counts, sample_weight)
        self._weights = (self.a / (self.a + word_counts / word_counts.sum())).astype(np.float32)
        features = self._weigh(counts, vectors)
        with one_blas_thread():
            _, directions = np.linalg.eigh(features.T @ features.astype(np.float64))  # by rising share
        self._common = directions[:, max(len(directions) - self.n_removed, 0) :].astype(np.float32)  # (d, n_removed)
        return self

    def transform(self, counts, vectors):
        """Weighted means without their common components; see `Pooling.transform`."""
        features = self._weigh(counts, vectors)
        for direction in self._common.T:
            # Not a BLAS product, whose last bits depend on the number of documents and of threads.
            features -= np.einsum("nd,d->n", features, direction)[:, np.newaxis] * direction
        return features

    def _weigh(self, counts, vectors):
        weights = counts.data * _for_all_words(self._weights, np.float32(1), counts)[counts.indices]
        return _divide_rows(_of_words(counts, weights) @ vectors, counts.sum(axis=1))


class LabelPooling(Pooling):
    """Mean of word vectors, weighted by what the words tell about the labels of the training documents.

    The weight of word w is ``sqrt(sum_k p(k|w) log(p(k|w) / p(k)))``, the root of the information in nats that it gives
    about the class (Kullback and Leibler 1951), with ``p(k|w) = (n_wk + alpha p(k)) / (n_w + alpha)``: n_wk is the
    number of documents of class k that have the word, n_w their sum over classes and p(k) the share of class k.
    A document's features are ``sum_w (1 + log count_w) weight_w v_w`` over its number of tokens. Words unseen in `fit`
    weigh nothing.

    The features of the training documents know a little of their own labels, less with a larger `alpha`; choose
    parameters by cross-validation of the whole pipeline, which fits the weights on each fold's training part.

    Parameters
    ----------
    alpha : float, default=5
        Above 0, in documents: how many a word must be in before its own distribution counts more than that of all.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> from sklw2v.pooling import LabelPooling
    >>> counts = csr_array(np.array([[1, 1], [0, 1]], dtype=np.float32))
    >>> pooling = LabelPooling(alpha=1e-9).fit(counts, np.eye(2), y=["a", "b"])
    >>> bool(pooling.weights_[0] > 0.8), bool(pooling.weights_[1] < 1e-3)  # the second word is in both classes
    (True, True)
    """

    needs_labels = True

    def __init__(self, alpha=5.0):
        self.alpha = alpha

    def check(self):
        """Raise a ValueError or TypeError for a parameter that is out of range."""
        check_scalar(self.alpha, "alpha", Real, min_val=0, include_boundaries="neither")
        check_finite(self, "alpha")

    def fit(self, counts, vectors, y=None, sample_weight=None):
        """Learn the weights of the words; see `Pooling.fit`.

        Raises
        ------
        ValueError
            If the labels are not those of two or more classes.
        """
        check_classification_targets(y)
        classes, classes_of_documents = np.unique(y, return_inverse=True)
        if len(classes) < 2:
            raise ValueError(f"y: expected labels of two classes or more, got {len(classes)}.")
        weights = np.ones(len(classes_of_documents)) if sample_weight is None else sample_weight
        of_classes = np.bincount(classes_of_documents, weights=weights)
        shares = of_classes / of_classes.sum()  # (n_classes,)
        n_words = counts.shape[1]
        documents = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        cells = classes_of_documents[documents] * n_words + counts.indices
        found = np.bincount(cells, weights=weights[documents], minlength=len(classes) * n_words)
        found = found.reshape(len(classes), n_words)
        given_word = (found + self.alpha * shares[:, np.newaxis]) / (found.sum(axis=0) + self.alpha)
        information = (given_word * np.log(given_word / shares[:, np.newaxis])).sum(axis=0)
        self.weights_ = np.sqrt(np.maximum(information, 0)).astype(np.float32)
        return self

    def transform(self, counts, vectors):
        """Weighted means; see `Pooling.transform`."""
        weights = (1 + np.log(counts.data)) * _for_all_words(self.weights_, np.float32(0), counts)[counts.indices]
        return _divide_rows(_of_words(counts, weights) @ vectors, counts.sum(axis=1))


def _of_words(counts, weights):
    """The matrix of `counts` with other values."""
    return csr_array((weights, counts.indices, counts.indptr), shape=counts.shape)


def _for_all_words(weights, unseen, counts):
    """Weights of all words of `counts`, of which there may be more than in `fit`: `unseen` for those."""
    return np.concatenate([weights, np.full(counts.shape[1] - len(weights), unseen)])


def _norms(vectors, words):
    """Length of the vector of each of `words`, an array of rows that may repeat; 1 for a vector of zeros."""
    if len(words) < len(vectors):
        unique, places = np.unique(words, return_inverse=True)
    else:
        unique, places = slice(None), words
    norms = np.linalg.norm(vectors[unique], axis=1)
    return np.where(norms > 0, norms, 1)[places]


def _divide_rows(features, totals):
    """Rows of `features` divided by their totals; zeros where that is zero."""
    features /= np.where(totals > 0, totals, 1)[:, np.newaxis]
    return features.astype(np.float32, copy=False)


def pooled_vectors(pooling, words, contexts=None):
    """The vectors that a pooling asks for; see `Pooling`.

    Parameters
    ----------
    pooling : Pooling
    words, contexts : ndarray of float32, shape (V, d)
        Contexts may be None, where there are none.

    Returns
    -------
    ndarray of float32, shape (V, d)
    """
    return contexts if getattr(pooling, "vectors", "word") == "context" and contexts is not None else words


def fit_pooling(pooling, counts, vectors, y, weights=None):
    """Fit a copy of a pooling, if there is something to fit, on the documents of positive weight.

    Parameters
    ----------
    pooling : Pooling
    counts : csr_array, shape (n_documents, V), or None
        None where ``pooling.fits_documents`` is false.
    vectors : ndarray
        What `pooled_vectors` returns.
    y : array-like of shape (n_documents,), or None
    weights : ndarray of shape (n_documents,), or None

    Returns
    -------
    Pooling
    """
    pooling = clone(pooling, safe=False)
    if not pooling.fits_documents:
        return pooling
    if not getattr(pooling, "needs_labels", False):
        y = None
    elif y is not None:
        y = column_or_1d(y)
    if weights is None:
        return pooling.fit(counts, vectors, y)
    present = weights > 0
    return pooling.fit(counts[present], vectors, None if y is None else y[present], sample_weight=weights[present])


def count_words(counts, sample_weight=None):
    """How often each word is in the documents, weighted: float64, (V,), summed exactly up to 2^53."""
    data = counts.data if sample_weight is None else counts.data * np.repeat(sample_weight, np.diff(counts.indptr))
    return np.bincount(counts.indices, weights=data, minlength=counts.shape[1])
