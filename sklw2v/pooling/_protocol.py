"""What a vectorizer asks of a pooling, so that users may write their own, and what poolings share."""

import numpy as np
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, clone
from sklearn.utils import column_or_1d


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
    needs_all_documents : bool, default=False
        Whether some documents cannot stand for all in `fit`: what each of them was is kept, or how many there were of
        each label.
    """

    vectors: str = "word"
    fits_documents: bool = True
    needs_labels: bool = False
    needs_all_documents: bool = False

    def check(self) -> None:
        """Raise a ValueError or TypeError for a parameter that is out of range; called before any work is done."""

    def check_labels(self, y: np.ndarray) -> None:
        """Raise a ValueError for labels (n_documents,) that are not as needed; called before any work is done."""

    def fit(
        self,
        counts: csr_array,
        vectors: np.ndarray,
        y: np.ndarray | None = None,
        sample_weight: np.ndarray | None = None,
    ) -> "Pooling":
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

    def transform(self, counts: csr_array, vectors: np.ndarray) -> np.ndarray:
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

        Raises
        ------
        NotFittedError
            If `fits_documents` is true and `fit` was not called.
        """
        raise NotImplementedError(f"{type(self).__name__} must define transform(counts, vectors).")

    def transform_training(
        self,
        counts: csr_array,
        vectors: np.ndarray,
        y: np.ndarray | None = None,
        sample_weight: np.ndarray | None = None,
    ) -> np.ndarray:
        """Features of the documents that `fit` was given, for ``fit_transform`` of a vectorizer.

        The same as those of `transform`, but for a pooling that has seen the labels and would give them away.

        Parameters
        ----------
        counts, vectors
            As in `transform`.
        y, sample_weight
            As in `fit`.

        Returns
        -------
        ndarray of float32, shape (n_documents, n_features)
        """
        return self.transform(counts, vectors)


def check_pooling(pooling, alternatives, name):
    """Raise if an object is no pooling, or a parameter of it is out of range.

    Parameters
    ----------
    pooling : object
    alternatives : str
        What else is accepted in its place, for the message.
    name : str
        Of the parameter, for the message.

    Raises
    ------
    ValueError, TypeError
    """
    if isinstance(pooling, type | str) or not (hasattr(pooling, "fits_documents") and hasattr(pooling, "transform")):
        raise ValueError(f"{name}={pooling!r}: expected {alternatives} or an object like sklw2v.pooling.Pooling.")
    if getattr(pooling, "vectors", "word") not in ("word", "context"):
        raise ValueError(f"{name}={pooling!r} asks for vectors={pooling.vectors!r}: expected 'word' or 'context'.")
    if pooling.fits_documents and not hasattr(pooling, "fit"):
        raise ValueError(f"{name}={pooling!r} has no method fit; expected one, or fits_documents=False.")
    if hasattr(pooling, "check"):
        pooling.check()


def check_features(features, pooling, n_documents):
    """What a pooling returned, as float32; ValueError if it is not a row for each document.

    Parameters
    ----------
    features : array-like
    pooling : Pooling
        For the message.
    n_documents : int

    Returns
    -------
    ndarray of float32, shape (n_documents, n_features)
    """
    features = np.asarray(features, dtype=np.float32)
    if features.ndim != 2 or len(features) != n_documents:
        raise ValueError(
            f"pooling={pooling!r}: its transform returned an array of shape {features.shape}; expected "
            f"({n_documents}, n_features), a row for each document."
        )
    return features


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
    y = labels_for(pooling, y)
    if weights is None:
        return pooling.fit(counts, vectors, y)
    present = weights > 0
    return pooling.fit(counts[present], vectors, None if y is None else y[present], sample_weight=weights[present])


def training_features(pooling, counts, vectors, y, weights=None):
    """What `transform_training` gives documents of positive weight, and `transform` the others; see `fit_pooling`."""
    y = labels_for(pooling, y)
    if weights is None or (weights > 0).all():
        return pooling.transform_training(counts, vectors, y, weights)
    features = np.asarray(pooling.transform(counts, vectors))
    present = weights > 0
    y = None if y is None else y[present]
    features[present] = pooling.transform_training(counts[present], vectors, y, weights[present])
    return features


def labels_for(pooling, y):
    """Labels as an array, if a pooling needs some, else None."""
    return column_or_1d(y) if getattr(pooling, "needs_labels", False) else None


def count_words(counts, sample_weight=None):
    """How often each word is in the documents, weighted: float64, (V,), summed exactly up to 2^53."""
    data = counts.data if sample_weight is None else counts.data * np.repeat(sample_weight, np.diff(counts.indptr))
    return np.bincount(counts.indices, weights=data, minlength=counts.shape[1])


def with_values(counts, weights):
    """The matrix of `counts` with other values."""
    return csr_array((weights, counts.indices, counts.indptr), shape=counts.shape)


def for_all_words(weights, unseen, counts):
    """Weights of all words of `counts`, of which there may be more than in `fit`: `unseen` for those."""
    return np.concatenate([weights, np.full(counts.shape[1] - len(weights), unseen)])


def divide_rows(features, totals):
    """Rows of `features` divided by their totals; zeros where that is zero."""
    features /= np.where(totals > 0, totals, 1)[:, np.newaxis]
    return features.astype(np.float32, copy=False)
