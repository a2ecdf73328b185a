"""What a solver asks of a loss."""

import operator

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator


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
    n_samples : int or None, default=None
        For ``"rows"`` only. How many words, expected, are drawn to be scored beside those that some centre words were
        seen with; ``rows`` then gets these alone, the scores of drawn words corrected for their probability. None for
        the whole vocabulary. An object without the attribute is as one with None.
    """

    form: str | None = None
    exclude_true: bool = False
    n_samples: int | None = None

    def positive(self, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
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

    def negative(self, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Loss of noise pairs, each at weight 1; parameters and returns are those of `positive`."""
        raise NotImplementedError(
            f"{type(self).__name__} must define negative(scores), returning (values, gradients), two arrays of the "
            "shape of scores, if its form is 'pairs'."
        )

    def rows(self, scores: np.ndarray, counts: csr_array) -> tuple[float, np.ndarray]:
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

    def log_reference(self, noise: np.ndarray) -> np.ndarray:
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

    def loss_and_gradients(
        self, center: ArrayLike, outside: int, context_vectors: ArrayLike, negatives: ArrayLike | None = None
    ) -> tuple[float, np.ndarray, np.ndarray]:
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


def _check_pair(center, outside, context_vectors) -> tuple[np.ndarray, int, np.ndarray]:
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


def _check_negatives(negatives, n_words) -> np.ndarray:
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
