"""The model of context words that a loss implies: how likely documents are under it, and which words come next."""

from collections.abc import Hashable, Iterable
from numbers import Integral
from typing import Any

import numpy as np
from scipy.special import softmax
from sklearn.utils import Bunch, check_scalar
from sklearn.utils.validation import check_is_fitted

from sklw2v.losses import WordScores, log_reference_of, paths_of
from sklw2v.text import encode, make_analyzer, text_parameters
from sklw2v.training import score_tokens
from sklw2v.utils import join_biases, n_threads


class ContextModelMixin:
    """What `SkipGramVectorizer` offers beside features: ``p(o|c) ~ r(o) exp(x)``, with r as the loss says.

    The score x is ``u_o . v_c``, plus biases if there are any. Of a word that is predicted by a path it is the sum of
    the logarithms of the probabilities of its turns.
    """

    def score(self: Any, X: Iterable[Any], y: Any = None) -> float:
        """Mean log-likelihood of a held-out context word given its centre word.

        The likelihood is that of the softmax over the whole vocabulary which the loss implies, with the effect of
        subsampling taken out, so that models of different dimension, K and loss compare, given the same vocabulary and
        the same window. It means little for losses that imply no such model: the hinges, `FactorisedPMI` and, as words
        that were never seen together are not trained, `GloVe`. Exact over the contexts; of more than 4,096 centre words
        that many are drawn, the same at each call.

        Parameters
        ----------
        X : iterable of documents
            As in `fit`; best documents that were not in it. Words unseen in `fit` are skipped.
        y : ignored

        Returns
        -------
        float
            In nats per pair; higher is better, ``-log(V)`` is what guessing among V words gets.

        Raises
        ------
        ValueError
            If no two known words stand in one window.
        """
        return self.score_report(X).score

    def score_report(self: Any, X: Iterable[Any]) -> Bunch:
        """Score documents as `score` does, and say more.

        Parameters
        ----------
        X : iterable of documents
            As in `score`.

        Returns
        -------
        Bunch
            ``score``; ``perplexity``, which is ``exp(-score)``; ``n_pairs``, the weight of the pairs of known words;
            ``oov_share``, the share of tokens that are unknown and skipped; ``n_centers``, the number of different
            centre words that were worked out.
        """
        check_is_fitted(self)
        n_jobs = n_threads(self.n_jobs)
        tokens, _ = encode(X, make_analyzer(**text_parameters(self)), self.vocabulary_, "keep", n_jobs)
        window = self.window, self.window_weights
        centers, contexts = self._vectors()
        reference, word_scores = self._log_reference(), self._word_scores()
        return score_tokens(tokens, *window, centers, contexts, reference, n_jobs, word_scores)

    def predict_output_word(
        self: Any, context_words_list: Hashable | list[Any], topn: int | None = 10
    ) -> list[tuple[Any, float]]:
        """The words most likely to stand beside some words, with their probabilities: complements, not substitutes.

        The probability of word o beside word c is that of the model that the loss implies, as in `score`:
        ``p(o|c) ~ r(o) exp(u_o . v_c)``. Of several words, v_c is the mean of their centre vectors, which gives
        the geometric mean of their distributions, normalised. Neighbours by `WordVectors.most_similar` are used in the
        same way as a word, and may never stand beside it. The words asked about may be among the answers.

        Parameters
        ----------
        context_words_list : word, or list or array of words
            At least one, all known. A tuple is one word if it is in the vocabulary, else a list.
        topn : int or None, default=10
            How many words to give, at least 1; None for all.

        Returns
        -------
        list of (word, float)
            Words and probabilities, the greatest first, ties in the order of `vocabulary_`. The probabilities of all
            words sum to 1.

        Raises
        ------
        KeyError
            If a word is unknown.
        ValueError
            If no word is given, or `topn` is less than 1.

        Examples
        --------
        >>> from sklw2v import SkipGramVectorizer
        >>> baskets = [["bread", "butter"], ["rolls", "butter"], ["tea", "milk"], ["coffee", "milk"]] * 20
        >>> items = SkipGramVectorizer(analyzer="passthrough", n_components=3, subsample=None, random_state=0)
        >>> items.fit(baskets).predict_output_word("bread", topn=1)[0][0]
        'butter'
        >>> items.word_vectors_.most_similar("bread", topn=1)[0][0]
        'rolls'
        """
        check_is_fitted(self)
        if topn is not None:
            check_scalar(topn, "topn", Integral, min_val=1)
        words = context_words_list.tolist() if hasattr(context_words_list, "tolist") else context_words_list
        if isinstance(words, tuple) and words not in self.word_vectors_:
            words = list(words)
        words = words if isinstance(words, list) else [words]
        if not words:
            raise ValueError("context_words_list: expected at least one known word, got none.")
        rows = [self.word_vectors_.get_index(word) for word in words]
        centers, contexts = self._vectors()
        center = centers[rows].mean(axis=0, dtype=np.float64)  # (d,)
        # Not a BLAS product, whose last bits depend on the number of threads.
        scores = np.einsum("vd,d->v", contexts, center, dtype=np.float64)  # (m,)
        word_scores = self._word_scores()
        if word_scores is not None:
            scores = word_scores(scores[np.newaxis])[0]  # (V,)
        probabilities = softmax(scores + self._log_reference())
        order = np.argsort(-probabilities, kind="stable")[:topn]
        return [(self.word_vectors_.words[row], float(probabilities[row])) for row in order]

    def _vectors(self: Any):
        """Vectors of the words and of the outputs, whose products are the scores, biases included."""
        vectors = self.center_vectors_, self.context_vectors_
        if getattr(self, "context_biases_", None) is None:  # not there in what was saved before there were biases
            return vectors
        return join_biases(*vectors, self.center_biases_, self.context_biases_)

    def _context_vectors_of_words(self: Any):
        """Context vectors of the words, (V, d), which those of outputs that are not words add up to."""
        word_scores = self._word_scores()
        return self.context_vectors_ if word_scores is None else word_scores.vectors(self.context_vectors_)

    def _word_scores(self: Any):
        """What makes scores of words from those of outputs; None where the words are the outputs."""
        paths = paths_of(self.loss_, self.word_vectors_.counts)
        return None if paths is None else WordScores(self.loss_, paths)

    def _log_reference(self: Any):
        """log r, (V,), with the effect of subsampling taken out."""
        return log_reference_of(self.loss_, self._noise) - np.log(self._keep)
