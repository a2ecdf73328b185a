"""Word vectors weighted by labels, and the labels' log-count ratios."""

from numbers import Real
from typing import Any

import numpy as np
from scipy.sparse import csc_array, csr_array
from sklearn.utils import check_scalar
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from sklw2v.pooling._protocol import Pooling, divide_rows, for_all_words, with_values
from sklw2v.utils import check_finite, is_missing

N_FOLDS = 5  # of cross-fitting
CELLS_AT_A_TIME = 1 << 17  # counts worked on as dense numbers


class LabelPooling(Pooling):
    """Mean of word vectors and of log-count ratios, weighted by what the words tell about the labels.

    With ``p(k|w) = (n_wk + alpha p(k)) / (n_w + alpha)``, where n_wk is the number of training documents of class k
    that have word w, n_w their sum over classes and p(k) the share of class k, the log-count ratio of a word and a
    class is ``r_wk = log(p(k|w) / p(k))`` (after Wang and Manning 2012, Baselines and bigrams). Features of
    a document are the means over its words, each counted ``1 + log(count)`` times, of ``sqrt(sum_k p(k|w) r_wk) v_w``,
    d columns, and of ``r_wk``, a column for each class. The root is of the information in nats that the word gives
    about the class (Kullback and Leibler 1951). Words unseen in `fit`, which come with ``oov="subword"`` alone, count
    as words and add nothing.

    A document knows its own label, and words that few documents have tell it. So the features that ``fit_transform`` of
    a vectorizer returns are cross-fitted, as those of scikit-learn's `TargetEncoder`: counts for a document are taken
    from the four fifths of the documents that it is not in. They are not what ``fit(X, y).transform(X)`` returns.

    Parameters
    ----------
    alpha : float, default=5
        Above 0, in documents: how many a word must be in before its own distribution counts more than that of all.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    ratios_ : ndarray of float32, shape (V, n_classes)
        Log-count ratios.
    weights_ : ndarray of float32, shape (V,)
        Of the word vectors.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> from sklw2v.pooling import LabelPooling
    >>> counts = csr_array(np.array([[1, 1], [0, 1]], dtype=np.float32))
    >>> pooling = LabelPooling(alpha=1.0).fit(counts, np.eye(2), y=["a", "b"])
    >>> print(pooling.ratios_.round(2))  # the second word is in both classes
    [[ 0.41 -0.69]
     [ 0.    0.  ]]
    >>> print(pooling.transform(counts, np.eye(2)).round(2))
    [[ 0.18  0.    0.2  -0.35]
     [ 0.    0.    0.    0.  ]]
    """

    needs_labels = True
    needs_all_documents = True

    def __init__(self, alpha: float = 5.0) -> None:
        self.alpha = alpha

    def check(self) -> None:
        """Raise a ValueError or TypeError for a parameter that is out of range."""
        check_scalar(self.alpha, "alpha", Real, min_val=0, include_boundaries="neither")
        check_finite(self, "alpha")

    def check_labels(self, y: Any) -> None:
        """Raise a ValueError if labels are not those of two or more classes, or one is missing."""
        if np.asarray(y).dtype.kind == "O":
            for position, label in enumerate(y):
                if is_missing(label):
                    raise ValueError(f"y: the label at position {position} is missing, got {label!r}.")
        check_classification_targets(y)
        n_classes = len(np.unique(y))
        if n_classes < 2:
            raise ValueError(f"y: expected labels of two classes or more, got {n_classes}.")

    def fit(
        self, counts: csr_array, vectors: np.ndarray, y: Any = None, sample_weight: np.ndarray | None = None
    ) -> "LabelPooling":
        """Learn ratios and weights of the words; see `Pooling.fit`.

        Raises
        ------
        ValueError
            If the labels are not those of two or more classes.
        """
        self.check_labels(y)
        self.classes_, rows = np.unique(y, return_inverse=True)
        self.weights_, self.ratios_ = self._learn(*self._count(counts, rows, sample_weight))
        return self

    def transform(self, counts: csr_array, vectors: np.ndarray) -> np.ndarray:
        """Weighted means; see `Pooling.transform`."""
        check_is_fitted(self)
        return self._pool(counts, vectors, self.weights_, self.ratios_)

    def transform_training(
        self, counts: csr_array, vectors: np.ndarray, y: Any, sample_weight: np.ndarray | None = None
    ) -> np.ndarray:
        """Cross-fitted features of the documents of `fit`; see `Pooling.transform_training`."""
        rows = np.searchsorted(self.classes_, y)
        folds = _stratified_folds(rows, N_FOLDS)
        known = counts[:, : len(self.weights_)]  # the words of fit
        all_words, all_documents = self._count(known, rows, sample_weight)
        features = np.empty((len(rows), vectors.shape[1] + len(self.classes_)), dtype=np.float32)
        for fold in range(N_FOLDS):
            inside = folds == fold
            weight = None if sample_weight is None else sample_weight[inside]
            words, documents = self._count(known[inside], rows[inside], weight)
            learnt = self._learn(all_words - words, all_documents - documents)
            features[inside] = self._pool(counts[inside], vectors, *learnt)
        return features

    def _count(self, counts, rows, sample_weight):
        """How many documents of each class have each word, a csr_array (n_classes, V), and how many there are."""
        weights = np.ones(len(rows)) if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
        n_documents, n_classes = len(rows), len(self.classes_)
        of_class = csr_array((weights, (rows, np.arange(n_documents))), shape=(n_classes, n_documents))
        return of_class @ with_values(counts, np.ones(counts.nnz)), of_class.sum(axis=1)

    def _learn(self, words, documents):
        """Weights (V,) and ratios (V, n_classes), float32, from what `_count` counts."""
        shares = np.maximum(documents / documents.sum(), np.finfo(np.float64).tiny)  # (n_classes,)
        words = csc_array(words)
        n_words = words.shape[1]
        weights, ratios = np.empty(n_words, np.float32), np.empty((n_words, len(shares)), np.float32)
        block = max(CELLS_AT_A_TIME // len(shares), 1)
        for first in range(0, n_words, block):
            part = slice(first, first + block)
            found = words[:, part].toarray().T  # (n_words, n_classes)
            given_word = (found + self.alpha * shares) / (found.sum(axis=1, keepdims=True) + self.alpha)
            log_ratios = np.log(given_word / shares)
            ratios[part] = log_ratios
            weights[part] = np.sqrt(np.maximum((given_word * log_ratios).sum(axis=1), 0))
        return weights, ratios

    def _pool(self, counts, vectors, weights, ratios):
        in_document = with_values(counts, 1 + np.log(counts.data))
        n_unseen = counts.shape[1] - len(weights)
        ratios = np.pad(ratios, ((0, n_unseen), (0, 0)))
        of_vectors = in_document.data * for_all_words(weights, np.float32(0), counts)[counts.indices]
        features = np.hstack([with_values(counts, of_vectors) @ vectors, in_document @ ratios])
        return divide_rows(features, in_document.sum(axis=1))


def _stratified_folds(classes, n_folds):
    """The fold of each document: at random, the same at each call, and as even as can be within each class.

    `StratifiedKFold` warns of classes with fewer documents than folds, and refuses where all are so small.
    """
    order = np.random.RandomState(0).permutation(len(classes))
    in_classes = order[np.argsort(classes[order], kind="stable")]
    folds = np.empty(len(classes), dtype=np.intp)
    folds[in_classes] = np.arange(len(classes)) % n_folds
    return folds
