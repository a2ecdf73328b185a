"""What a solver asks of a loss."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator

from sklw2v.losses._cells import Cells
from sklw2v.losses._one_pair import check_negatives, check_pair, check_paths, pair_and_gradients


class Loss(BaseEstimator):
    """What a solver asks of a loss; the base class of the losses here.

    A subclass sets `form` and writes `positive` and `negative` (``form = "pairs"``) or `rows` (``form = "rows"``).
    Everything else has a default. A loss of pairs may say with `cells` which weights and offsets its cells have, and
    with `paths` that it predicts words turn by turn. An object of any other class with the same attributes serves as
    well; `check_loss` tells whether it is sound.

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

    def check(self) -> None:
        """Raise a ValueError or TypeError for a parameter that is out of range; called before any work is done."""

    def cells(self, cells: Cells, n_negatives: float) -> Cells:
        """What the loss trains on, where that is not simply the co-occurrence with noise.

        Called once before training. A loss of form ``"rows"`` may change weights and give biases, nothing else. An
        object without this method trains on `cells` as they are.

        Parameters
        ----------
        cells : Cells
            Weights X of the pairs and the noise distribution; of a loss with `paths`, the numbers of turns at each
            output. Must not be modified.
        n_negatives : number
            K.

        Returns
        -------
        Cells
            For instance ``cells._replace(weights=..., noise=None)``. Weights have the shape of those given.
        """
        return cells

    def paths(self, word_counts: np.ndarray) -> csr_array | None:
        """How words are predicted by several outputs, where they are not themselves the outputs.

        For losses of form ``"pairs"`` whose values are minus log-probabilities: a word is as likely as all turns of its
        path together. An object without this method predicts words.

        Parameters
        ----------
        word_counts : ndarray, shape (V,)
            Tokens of each word.

        Returns
        -------
        csr_array, shape (V, m), or None
            1 where a word is a true pair of an output, -1 where it is a false one. None: words are the outputs.
        """
        return None

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

        The default is 0 for ``form = "rows"`` (a full softmax) and for a loss that defines `paths`, and ``log(noise)``
        for other losses of ``form = "pairs"``: the loss of negative sampling is least at the score
        ``log(p(o|c) / (K P_n(o)))`` (Levy and Goldberg, 2014, section 3.1), and K cancels when p is normalised.

        Parameters
        ----------
        noise : ndarray of shape (V,)
            The estimator's noise distribution P_n, also where `cells` has replaced it.

        Returns
        -------
        log_reference : ndarray of float64, shape (V,)
            Minus infinity for a word that is never noise.
        """
        noise = np.asarray(noise, dtype=np.float64)
        if self.form == "pairs" and type(self).paths is not Loss.paths:
            return np.zeros_like(noise)  # the turns of a path are probabilities by themselves
        if self.form == "pairs":
            with np.errstate(divide="ignore"):
                return np.log(noise)
        if self.form == "rows":
            return np.zeros_like(noise)
        raise NotImplementedError(_form_message(self))

    def loss_and_gradients(
        self,
        center: ArrayLike,
        outside: int,
        context_vectors: ArrayLike,
        negatives: ArrayLike | None = None,
        *,
        paths: csr_array | ArrayLike | None = None,
    ) -> tuple[float, np.ndarray, np.ndarray]:
        """Loss of one pair of words and its gradients with respect to their vectors.

        The pair has weight 1; offsets and biases are left out.

        Parameters
        ----------
        center : array-like of shape (d,)
            Vector of the centre word.
        outside : int
            Index of the context word, in 0..V-1.
        context_vectors : array-like of shape (V, d)
            Vectors of all words as context words; with `paths` those of the outputs, (m, d).
        negatives : array-like of int, shape (K,), default=None
            Indices of noise words, which may repeat; each counts as often as it occurs. Required by a loss of form
            ``"pairs"`` without `paths`, refused by one of form ``"rows"``.
        paths : csr_array or array-like of shape (V, m), default=None
            What the method `paths` returned, of a loss that predicts words turn by turn.

        Returns
        -------
        loss : float
        gradient_center : ndarray of float64, shape (d,)
        gradient_contexts : ndarray of float64, shape of `context_vectors`

        Raises
        ------
        ValueError
            If an argument has the wrong shape, is not finite or holds an index out of range, or if `outside` is among
            `negatives` although `exclude_true` is set.
        """
        paths = None if paths is None else check_paths(paths)
        n_words = None if paths is None else paths.shape[0]
        center, outside, context_vectors = check_pair(center, outside, context_vectors, n_words)
        if self.form == "rows":
            if negatives is not None:
                raise ValueError(f"negatives must be None for {type(self).__name__}, which draws no noise.")
            scores = (context_vectors @ center)[np.newaxis]  # (1, V)
            counts = csr_array(([1.0], ([0], [outside])), shape=scores.shape)
            loss, gradients = self.rows(scores, counts)
            gradients = gradients[0]  # (V,)
            return float(loss), gradients @ context_vectors, np.outer(gradients, center)
        if self.form != "pairs":
            raise NotImplementedError(_form_message(self))
        if paths is not None:
            if paths.shape[1] != len(context_vectors):
                raise ValueError(
                    f"context_vectors must have a row for each of the {paths.shape[1]} outputs of paths; "
                    f"got {len(context_vectors)}."
                )
            path = slice(*paths.indptr[outside : outside + 2])
            outputs, is_true = paths.indices[path], paths.data[path] > 0
            return pair_and_gradients(self, center, context_vectors, outputs[is_true], outputs[~is_true])
        negatives = check_negatives(negatives, len(context_vectors), outside if self.exclude_true else None)
        return pair_and_gradients(self, center, context_vectors, np.array([outside]), negatives)


def _form_message(loss):
    return f"{type(loss).__name__}.form must be 'pairs' or 'rows'; got {loss.form!r}."
