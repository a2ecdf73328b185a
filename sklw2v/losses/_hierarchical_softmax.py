"""The hierarchical softmax."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from sklw2v.losses._huffman import huffman_paths
from sklw2v.losses._logistic import Logistic


class HierarchicalSoftmax(Logistic):
    """Predicts a word by the turns on its way down a binary tree (Morin and Bengio, 2005).

    The words are the leaves of a Huffman tree of their counts (Mikolov et al., 2013, arXiv:1310.4546, section 2.1). At
    an inner node of score x the way goes right with probability ``sigmoid(x)``, and a word is as likely as all turns of
    its path together::

        -log p(o|c) = sum over the path of softplus(-x) for a turn right, softplus(x) for a turn left

    The probabilities of the words sum to 1 by themselves, so no noise is drawn: `n_negatives` and the noise
    distribution have no meaning. The context vectors are those of the V - 1 inner nodes, not of words.

    Examples
    --------
    >>> import numpy as np
    >>> from sklw2v.losses import HierarchicalSoftmax
    >>> HierarchicalSoftmax().paths(np.array([4, 2, 1])).toarray()  # the first word turns once, the others twice
    array([[ 1.,  0.],
           [-1.,  1.],
           [-1., -1.]], dtype=float32)
    """

    def paths(self, word_counts: np.ndarray) -> csr_array:
        """Paths of the Huffman tree; see `Loss.paths`.

        Returns
        -------
        csr_array of float32, shape (V, max(V - 1, 1))
            Column 0 is the root, and nodes of more counts stand before those of fewer.
        """
        return huffman_paths(np.asarray(word_counts))

    def log_reference(self, noise: np.ndarray) -> np.ndarray:
        """Zeros: the probabilities of the paths are those of the words, of rare ones too."""
        return np.zeros(len(noise))

    def loss_and_gradients(
        self, center: ArrayLike, outside: int, context_vectors: ArrayLike, paths: csr_array | ArrayLike
    ) -> tuple[float, np.ndarray, np.ndarray]:
        """Loss ``-log p(o|c)`` of one pair of words and its gradients; see `Loss.loss_and_gradients`.

        Parameters
        ----------
        center : array-like of shape (d,)
            Vector of the centre word.
        outside : int
            Index of the context word, in 0..V-1.
        context_vectors : array-like of shape (V - 1, d)
            Vectors of the inner nodes.
        paths : csr_array or array-like of shape (V, V - 1)
            From the method `paths`.

        Returns
        -------
        loss : float
        gradient_center : ndarray of float64, shape (d,)
        gradient_contexts : ndarray of float64, shape (V - 1, d)
            Zeros for nodes that are not on the path.

        Examples
        --------
        >>> import numpy as np
        >>> from sklw2v.losses import HierarchicalSoftmax
        >>> softmax = HierarchicalSoftmax()
        >>> loss, _, to_nodes = softmax.loss_and_gradients([2.0], 1, np.zeros((2, 1)), softmax.paths([4, 2, 1]))
        >>> print(f"{loss:.4f}")  # 2 log 2: two turns
        1.3863
        >>> to_nodes.ravel()
        array([ 1., -1.])
        """
        return super().loss_and_gradients(center, outside, context_vectors, paths=paths)
