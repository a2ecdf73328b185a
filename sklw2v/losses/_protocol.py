"""Losses of the skip-gram model, as functions of scores.

The score of context word o beside centre word c is ``x = u_o . v_c``. A loss sees scores, counts and labels, never
vectors and never the corpus: the chain rule from a score to the two vectors is the solver's business, and
`Loss.loss_and_gradients` spells it out for one pair of words.
"""

import operator

import numpy as np
from scipy.sparse import csr_array
from scipy.special import expit
from sklearn.base import BaseEstimator, clone


class Loss(BaseEstimator):
    """What a solver asks of a loss; the base class of the losses here.

    A subclass sets `form` and writes `positive` and `negative` (``form = "pairs"``) or `rows` (``form = "rows"``).
    Everything else has a default. An object of any other class with the same attributes serves as well; `check_loss`
    tells whether it is sound.

    Attributes
    ----------
    form : {"pairs", "rows"}
        Which scores the loss needs. ``"pairs"``: those of a true pair and of K noise pairs, one by one. ``"rows"``:
        those of a centre word with the whole vocabulary.
    exclude_true : bool, default=False
        For ``"pairs"`` only. Whether the noise beside the pair (c, o) is drawn from the noise distribution without o,
        renormalised, so that the true word never serves as its own noise.
    """

    form = None
    exclude_true = False

    def positive(self, scores):
        """Loss of true pairs, each at weight 1.

        Parameters
        ----------
        scores : ndarray of float64, any shape
            Scores of the pairs. Must not be modified.

        Returns
        -------
        values : ndarray of float64, shape of `scores`
            Loss of each pair, in nats for a log-loss.
        gradients : ndarray of float64, shape of `scores`
            Derivative of each value with respect to its score.
        """
        raise NotImplementedError(
            f"{type(self).__name__} must define positive(scores), returning (values, gradients), two arrays of the "
            "shape of scores, if its form is 'pairs'."
        )

    def negative(self, scores):
        """Loss of noise pairs, each at weight 1; parameters and returns are those of `positive`."""
        raise NotImplementedError(
            f"{type(self).__name__} must define negative(scores), returning (values, gradients), two arrays of the "
            "shape of scores, if its form is 'pairs'."
        )

    def rows(self, scores, counts):
        """Loss of several centre words, each with its whole row of scores.

        Parameters
        ----------
        scores : ndarray of float32 or float64, shape (n, V)
            Scores of n centre words with every word of the vocabulary. May be overwritten.
        counts : csr_array of shape (n, V)
            How often each word stood beside each centre word, window weights included. Must not be modified.

        Returns
        -------
        value : float
            Loss, summed over rows.
        gradients : ndarray of shape (n, V), dtype of `scores`
            Derivative of `value` with respect to each score.
        """
        raise NotImplementedError(
            f"{type(self).__name__} must define rows(scores, counts), returning (value, gradients), a float and an "
            "array of the shape of scores, if its form is 'rows'."
        )

    def log_reference(self, noise):
        """Logarithm of the reference r in the model ``p(o|c) ~ r(o) exp(score)`` that the loss implies.

        The default is 0 for ``form = "rows"`` (a full softmax) and ``log(noise)`` for ``form = "pairs"``: the loss of
        negative sampling is least at the score ``log(p(o|c) / (K P_n(o)))`` (Levy and Goldberg, 2014, section 3.1), and
        K cancels when p is normalised.

        Parameters
        ----------
        noise : ndarray of shape (V,)
            Noise distribution P_n.

        Returns
        -------
        log_reference : ndarray of float64, shape (V,)
            Minus infinity for a word that is never noise.
        """
        noise = np.asarray(noise, dtype=np.float64)
        if self.form == "pairs":
            with np.errstate(divide="ignore"):
                return np.log(noise)
        if self.form == "rows":
            return np.zeros_like(noise)
        raise NotImplementedError(_form_message(self))

    def loss_and_gradients(self, center, outside, context_vectors, negatives=None):
        """Loss of one pair of words and its gradients with respect to their vectors.

        Parameters
        ----------
        center : array-like of shape (d,)
            Vector of the centre word.
        outside : int
            Index of the context word, in 0..V-1.
        context_vectors : array-like of shape (V, d)
            Vectors of all words as context words.
        negatives : array-like of int, shape (K,), default=None
            Indices of noise words, which may repeat; each counts as often as it occurs. Required by a loss of form
            ``"pairs"``, refused by one of form ``"rows"``.

        Returns
        -------
        loss : float
        gradient_center : ndarray of float64, shape (d,)
        gradient_contexts : ndarray of float64, shape (V, d)

        Raises
        ------
        ValueError
            If an argument has the wrong shape, is not finite or holds an index out of range, or if `outside` is among
            `negatives` although `exclude_true` is set.
        """
        center, outside, context_vectors = _check_pair(center, outside, context_vectors)
        n_words = context_vectors.shape[0]
        if self.form == "rows":
            if negatives is not None:
                raise ValueError(f"negatives must be None for {type(self).__name__}, which draws no noise.")
            scores = (context_vectors @ center)[np.newaxis]  # (1, V)
            counts = csr_array(([1.0], ([0], [outside])), shape=(1, n_words))
            loss, gradients = self.rows(scores, counts)
            gradients = gradients[0]  # (V,)
            return float(loss), gradients @ context_vectors, np.outer(gradients, center)
        if self.form != "pairs":
            raise NotImplementedError(_form_message(self))
        negatives = _check_negatives(negatives, n_words)
        if self.exclude_true and np.any(negatives == outside):
            raise ValueError(
                f"negatives must not hold outside={outside} when exclude_true=True; "
                f"it stands at position {np.flatnonzero(negatives == outside)[0]}."
            )
        words = np.concatenate(([outside], negatives))  # (1 + K,)
        scores = context_vectors[words] @ center  # (1 + K,)
        positive_values, positive_gradients = self.positive(scores[:1])
        negative_values, negative_gradients = self.negative(scores[1:])
        gradients = np.concatenate((positive_gradients, negative_gradients))  # (1 + K,)
        gradient_contexts = np.zeros_like(context_vectors)
        # A fancy-indexed += would count a repeated word once.
        np.add.at(gradient_contexts, words, np.outer(gradients, center))
        loss = float(positive_values.sum() + negative_values.sum())
        return loss, gradients @ context_vectors[words], gradient_contexts


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

    def rows(self, scores, counts):
        """Loss and gradients of several rows of scores; see `Loss.rows`. Overwrites `scores` with the gradients."""
        if not counts.has_canonical_format:
            counts = counts.copy()  # sum_duplicates works in place, and the counts are the caller's
            counts.sum_duplicates()
        n_rows = scores.shape[0]
        cells = np.repeat(np.arange(n_rows), np.diff(counts.indptr)), counts.indices
        totals = np.bincount(cells[0], weights=counts.data, minlength=n_rows)  # (n,), float64
        scores -= scores.max(axis=1, keepdims=True)
        true_scores = scores[cells].astype(np.float64)  # (nnz,)
        np.exp(scores, out=scores)
        # Pairwise summation keeps seven digits in float32 and is four times faster than summing in float64.
        normalizers = scores.sum(axis=1).astype(np.float64)  # (n,), at least 1
        # Sums of products, not dot products: a BLAS dot product depends on the number of threads.
        value = np.sum(totals * np.log(normalizers)) - np.sum(counts.data * true_scores)
        scores *= (totals / normalizers).astype(scores.dtype)[:, np.newaxis]
        scores[cells] -= counts.data
        return float(value), scores

    def loss_and_gradients(self, center, outside, context_vectors):
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


class NegativeSampling(Loss):
    """Logistic loss that tells true pairs from noise pairs.

    A true pair of score x costs ``-log sigmoid(x) = log(1 + exp(-x))``, a noise pair ``-log sigmoid(-x)``, in nats
    (Mikolov et al., 2013, arXiv:1310.4546, equation 4); the derivatives are ``sigmoid(x) - 1`` and ``sigmoid(x)``.
    Scores may be any finite number.

    Parameters
    ----------
    exclude_true : bool, default=False
        Whether noise beside the pair (c, o) is drawn from the noise distribution without o, renormalised, as Stanford's
        CS224n teaches it. With False the scores have the optimum ``log(p(o|c) / (K P_n(o)))``, which `log_reference`
        relies on. With True the noise of word o in row c is ``P_n(o) sum_{q != o} p(q|c) / (1 - P_n(q))`` in place of
        ``P_n(o)``, less where o is a probable context of c, and `log_reference` is an approximation.

    Examples
    --------
    >>> import numpy as np
    >>> from sklw2v.losses import NegativeSampling
    >>> values, gradients = NegativeSampling().positive(np.array([-1000.0, 0.0, 1000.0]))
    >>> values.round(4).tolist()  # 1000, log 2, 0
    [1000.0, 0.6931, 0.0]
    >>> gradients.tolist()
    [-1.0, -0.5, -0.0]
    """

    form = "pairs"

    def __init__(self, exclude_true=False):
        self.exclude_true = exclude_true

    def positive(self, scores):
        """``log(1 + exp(-x))`` and ``-sigmoid(-x)``; see `Loss.positive`."""
        return np.logaddexp(0.0, -scores), -expit(-scores)

    def negative(self, scores):
        """``log(1 + exp(x))`` and ``sigmoid(x)``; see `Loss.negative`."""
        return np.logaddexp(0.0, scores), expit(scores)

    def loss_and_gradients(self, center, outside, context_vectors, negatives):
        """Loss of one pair of words with its noise words, and the gradients; see `Loss.loss_and_gradients`.

        Examples
        --------
        Word 1 is drawn twice as noise, and counts twice:

        >>> import numpy as np
        >>> from sklw2v.losses import NegativeSampling
        >>> loss, to_center, to_contexts = NegativeSampling().loss_and_gradients([2.0], 0, np.zeros((3, 1)), [1, 1])
        >>> print(f"{loss:.4f}")  # 3 log 2
        2.0794
        >>> to_contexts.ravel()
        array([-1.,  2.,  0.])
        """
        return super().loss_and_gradients(center, outside, context_vectors, negatives)


def noise_distribution(counts, exponent):
    """P_n of Mikolov et al. (2013): word counts to a power, normalised.

    Parameters
    ----------
    counts : ndarray, shape (V,)
        At least 0, not all 0. A word that does not occur is never noise, whatever the exponent.
    exponent : float

    Returns
    -------
    ndarray of float64, shape (V,)
    """
    smoothed = np.power(counts, float(exponent), out=np.zeros(len(counts)), where=counts > 0)
    return smoothed / smoothed.sum()


LOSSES = {"negative_sampling": NegativeSampling, "naive_softmax": NaiveSoftmax}


def resolve_loss(loss):
    """The loss that a parameter stands for.

    Parameters
    ----------
    loss : str or object
        A name, or an instance of a loss.

    Returns
    -------
    object
        A new instance, or a copy.

    Raises
    ------
    ValueError
        If it is neither.
    """
    if isinstance(loss, str):
        if loss not in LOSSES:
            expected = ", ".join(map(repr, LOSSES))
            raise ValueError(f"loss={loss!r}: expected one of {expected}, or an object like sklw2v.losses.Loss.")
        return LOSSES[loss]()
    if isinstance(loss, type) or getattr(loss, "form", None) not in ("pairs", "rows"):
        raise ValueError(
            f"loss={loss!r}: expected a name or an instance with an attribute form of 'pairs' or 'rows'; "
            "see sklw2v.losses.Loss."
        )
    return clone(loss, safe=False)


def _form_message(loss):
    return f"{type(loss).__name__}.form must be 'pairs' or 'rows'; got {loss.form!r}."


def _check_vectors(name, value, shape):
    """`value` as a float64 array, or an error; `shape` holds a letter for each dimension, such as ("V", "d")."""
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(
            f"{name} must be an array of shape ({', '.join(shape)}); got rows of unequal length."
        ) from None
    if array.dtype.kind not in "fiu" or array.ndim != len(shape):
        raise ValueError(
            f"{name} must be real numbers of shape ({', '.join(shape)}); got {array.dtype} of shape {array.shape}."
        )
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite; got {array[~np.isfinite(array)][0]}.")
    return array.astype(np.float64)


def _check_pair(center, outside, context_vectors):
    """The three arguments, converted, or an error that names the one at fault."""
    center = _check_vectors("center", center, ["d"])
    context_vectors = _check_vectors("context_vectors", context_vectors, ["V", "d"])
    n_words, n_components = context_vectors.shape
    if center.shape[0] != n_components:
        raise ValueError(
            f"center must have the length of a row of context_vectors, {n_components}; got {center.shape[0]}."
        )
    try:
        if isinstance(outside, (bool, np.bool_)):
            raise TypeError
        index = operator.index(outside)
    except TypeError:
        raise ValueError(f"outside must be an integer in 0..{n_words - 1}; got {outside!r}.") from None
    if not 0 <= index < n_words:
        raise ValueError(f"outside must be an integer in 0..{n_words - 1}; got {index}.")
    return center, index, context_vectors


def _check_negatives(negatives, n_words):
    """`negatives` as an index array of shape (K,), or an error."""
    if negatives is None:
        raise ValueError("negatives must be the indices of the noise words, shape (K,); got None.")
    array = np.asarray(negatives)
    if array.dtype.kind not in "iu" or array.ndim != 1:
        raise ValueError(f"negatives must be integers of shape (K,); got {array.dtype} of shape {array.shape}.")
    outliers = array[(array < 0) | (array >= n_words)]
    if outliers.size:
        raise ValueError(f"negatives must lie in 0..{n_words - 1}; got {outliers[0]}.")
    return array.astype(np.intp)
