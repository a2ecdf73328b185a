"""Noise-contrastive estimation."""

import numpy as np
from numpy.typing import ArrayLike

from sklw2v.losses._cells import Cells
from sklw2v.losses._logistic import Logistic
from sklw2v.losses._one_pair import check_negatives, check_pair, pair_and_gradients


class NoiseContrastive(Logistic):
    """Noise-contrastive estimation: scores are log-probabilities (Gutmann and Hyvärinen, 2010).

    A logistic regression tells true pairs from K noise pairs, as in negative sampling, but it knows how probable noise
    is (Mnih and Teh, 2012, arXiv:1206.6426, section 3): the score x of the pair (c, o) is judged as

    ``x - log(K P_n(o))``

    The best scores are then ``log p(o|c)`` itself, and ``sum_o exp(x)`` is about 1 without being made so. Each row and
    each word has a bias. Those of words start at ``log P_n(o)``: a model that has learnt nothing predicts noise.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> from sklw2v.losses import Cells, NoiseContrastive
    >>> counts, noise = csr_array([[0.0, 2.0]]), np.array([0.75, 0.25])
    >>> cells = NoiseContrastive().cells(Cells(counts, noise=noise), n_negatives=4)
    >>> np.exp(cells.offsets), np.exp(cells.biases[1])
    (array([3., 1.]), array([0.75, 0.25]))
    """

    def cells(self, cells: Cells, n_negatives: float) -> Cells:
        """Offsets ``log(K P_n)`` and biases; both are 0 for words that are never noise. See `Loss.cells`."""
        noise = cells.noise
        if noise is None:
            raise ValueError("loss: NoiseContrastive compares true pairs with noise; got cells without a noise.")
        log_noise = np.log(noise, out=np.zeros(len(noise)), where=noise > 0)
        offsets = np.where(noise > 0, log_noise + np.log(n_negatives), 0.0)
        return cells._replace(offsets=offsets, biases=(np.zeros(cells.weights.shape[0]), log_noise))

    def log_reference(self, noise: np.ndarray) -> np.ndarray:
        """Zeros: scores are log-probabilities. Minus infinity for a word that is never noise, which has no score."""
        return np.where(np.asarray(noise) > 0, 0.0, -np.inf)

    def loss_and_gradients(
        self, center: ArrayLike, outside: int, context_vectors: ArrayLike, negatives: ArrayLike, noise: ArrayLike
    ) -> tuple[float, np.ndarray, np.ndarray]:
        """Loss of one pair of words with its noise words, and the gradients; see `Loss.loss_and_gradients`.

        Parameters
        ----------
        center, outside, context_vectors
            As in `Loss.loss_and_gradients`.
        negatives : array-like of int, shape (K,)
            Indices of noise words, at least one.
        noise : array-like of shape (V,)
            Noise distribution P_n, above 0 for `outside` and for the noise words.

        Returns
        -------
        loss : float
        gradient_center : ndarray of float64, shape (d,)
        gradient_contexts : ndarray of float64, shape (V, d)

        Examples
        --------
        Every score is 0, and K P_n is 1:

        >>> import numpy as np
        >>> from sklw2v.losses import NoiseContrastive
        >>> contrastive = NoiseContrastive()
        >>> loss, _, to_contexts = contrastive.loss_and_gradients([2.0], 0, np.zeros((2, 1)), [1, 1], [0.5, 0.5])
        >>> print(f"{loss:.4f}")  # 3 log 2
        2.0794
        >>> to_contexts.ravel()
        array([-1.,  2.])
        """
        center, outside, context_vectors = check_pair(center, outside, context_vectors)
        negatives = check_negatives(negatives, len(context_vectors))
        noise = np.asarray(noise, dtype=np.float64)
        if noise.shape != (len(context_vectors),):
            raise ValueError(f"noise must have shape ({len(context_vectors)},), a number a word; got {noise.shape}.")
        words = np.append(outside, negatives)
        if not negatives.size or noise[words].min() <= 0:
            raise ValueError(
                "noise must be above 0 for outside and for one or more negatives; "
                f"got {noise[words].min()} and {negatives.size} negatives."
            )
        offsets = np.log(negatives.size * noise[words])
        return pair_and_gradients(self, center, context_vectors, words[:1], negatives, offsets)
