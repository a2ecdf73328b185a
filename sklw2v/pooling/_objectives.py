"""The loss of documents as a function of their vectors, the words' context vectors being fixed."""

import numpy as np
from scipy.sparse import csr_array

from sklw2v.losses import TABLE_SIZE, tabulate
from sklw2v.pooling._kernels import noise_loss, true_loss
from sklw2v.pooling._lbfgs import minimize
from sklw2v.utils import SOURCES


class Objective:
    """The loss of documents as a function of their vectors, a token, in the axes of the curvature of its noise.

    Attributes
    ----------
    axes : ndarray of float64, shape (d, d)
        Eigenvectors of the curvature, one a column.
    curvatures : ndarray of float64, shape (d,)
        Eigenvalues, at least 0.
    contexts : ndarray of float32, shape (n_words, d)
        The words' context vectors along the axes.
    """

    def __init__(self, vectors, curvature):
        weighted = (vectors * curvature[:, np.newaxis]).astype(np.float64)
        curvatures, self.axes = np.linalg.eigh(weighted.T @ vectors)  # (d,), (d, d)
        self.curvatures = np.maximum(curvatures, 0)
        self.contexts = np.ascontiguousarray(vectors @ self.axes.astype(np.float32))  # (n_words, d)

    def minimum(self, counts, ridge, tol, max_iter):
        """Vectors of the documents, (n_documents, d): float64."""
        lengths = counts.sum(axis=1).astype(np.float64)
        is_empty = lengths <= 0
        lengths[is_empty] = 1
        penalties = (ridge / lengths)[:, np.newaxis]
        shares = csr_array(
            (counts.data / np.repeat(lengths, np.diff(counts.indptr)), counts.indices, counts.indptr),
            shape=counts.shape,
        )

        def function(points):
            values, gradients = self.loss(points, shares)
            return values + 0.5 * (penalties * points**2).sum(axis=1), gradients + penalties * points

        start = np.zeros((counts.shape[0], len(self.curvatures)))
        points = minimize(function, start, 1 / (self.curvatures + penalties), ~is_empty, tol, max_iter)
        return (self.axes @ points.T).T

    # Products with the documents as columns: these then stand side by side in the processor's registers, and all are
    # rounded alike. With the documents as rows BLAS may work through the first six otherwise than through the next ten.

    def scores(self, points):
        """Scores of the documents with the words, (n_documents, n_words): float32."""
        return np.ascontiguousarray((self.contexts @ points.astype(np.float32).T).T)

    def gradients(self, of_scores):
        """Gradients with respect to the documents' vectors, (n_documents, d), from those of their scores: float64."""
        return (self.contexts.T @ of_scores.T).T.astype(np.float64, order="C")


class PairObjective(Objective):
    """Of a loss of pairs: a document's words are true pairs, and all words are noise in proportion to `noise`."""

    def __init__(self, loss, vectors, noise, n_negatives):
        self.noise = (n_negatives * noise).astype(np.float32)
        self.positive, self.negative = tabulate(loss.positive), tabulate(loss.negative)
        around = self.negative.reshape(TABLE_SIZE, 4)[TABLE_SIZE // 2 - 1 : TABLE_SIZE // 2 + 1]  # score 0
        curvature = around[:, 1].mean()  # slopes of the gradient
        super().__init__(vectors, self.noise * max(curvature, np.float32(0)))

    def loss(self, points, shares):
        """Loss a token and its gradients, of several documents."""
        scores = self.scores(points)
        words = np.repeat(np.arange(len(points)), np.diff(shares.indptr)), shares.indices
        true_scores = scores[words]
        values = np.zeros(len(points))
        noise_loss(SOURCES, scores, self.noise, self.negative, values)
        gradients = np.empty(len(true_scores), dtype=np.float32)
        true_loss(SOURCES, true_scores, shares.indptr, shares.data, self.positive, values, gradients)
        scores[words] += gradients
        return values, self.gradients(scores)


class RowObjective(Objective):
    """Of a loss of rows: a document is a row of counts."""

    def __init__(self, loss, vectors, noise, n_negatives):
        self.rows = loss.rows
        super().__init__(vectors, np.full(len(vectors), 1 / len(vectors), dtype=np.float32))

    def loss(self, points, shares):
        """Loss a token and its gradients, of several documents."""
        scores = self.scores(points)
        values = np.zeros(len(points))
        for row in range(len(points)):
            values[row], scores[row] = self.rows(scores[row : row + 1], shares[[row]])
        return values, self.gradients(scores)


OBJECTIVES = {"pairs": PairObjective, "rows": RowObjective}
