"""Losses of documents and their minima, against exact losses."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.sparse import csr_array

from sklw2v.losses import NaiveSoftmax, NegativeSampling
from sklw2v.pooling import _objectives
from sklw2v.pooling._objectives import PairObjective, RowObjective

N_WORDS, N_COMPONENTS, N_NEGATIVES = 30, 4, 3


def example():
    """Counts of three documents, the second of which is empty, context vectors and noise."""
    rng = np.random.RandomState(0)
    counts = rng.poisson(0.5, size=(3, N_WORDS)).astype(np.float32)
    counts[1] = 0
    noise = rng.dirichlet(np.ones(N_WORDS))
    return csr_array(counts), rng.standard_normal((N_WORDS, N_COMPONENTS)).astype(np.float32), noise


def exact(loss, point, shares, vectors, noise):
    """Loss a token of a document with the vector `point`, and its gradient, in double precision."""
    scores = vectors.astype(float) @ point
    if loss.form == "rows":
        value, slopes = loss.rows(scores[np.newaxis], csr_array(shares[np.newaxis]))
        return value, slopes[0] @ vectors
    (true, true_slopes), (false, false_slopes) = loss.positive(scores), loss.negative(scores)
    value = shares @ true + N_NEGATIVES * noise @ false
    return value, (shares * true_slopes + N_NEGATIVES * noise * false_slopes) @ vectors


@pytest.mark.kernels
@pytest.mark.parametrize("objective, loss", [(PairObjective, NegativeSampling()), (RowObjective, NaiveSoftmax())])
def test_loss_of_a_document_and_its_gradient_are_the_exact_ones(objective, loss):
    counts, vectors, noise = example()
    shares = csr_array(counts.toarray() / np.maximum(counts.sum(axis=1), 1)[:, np.newaxis])
    found = objective(loss, vectors, noise, N_NEGATIVES)
    assert_allclose(found.axes.T @ found.axes, np.eye(N_COMPONENTS), atol=1e-9)
    points = np.random.RandomState(1).standard_normal((3, N_COMPONENTS))
    values, gradients = found.loss(points @ found.axes, shares)
    for row, point in enumerate(points):
        value, gradient = exact(loss, point, shares.toarray()[row], vectors, noise)
        assert_allclose(values[row], value, rtol=1e-4)
        assert_allclose(found.axes @ gradients[row], gradient, atol=1e-4)


def test_curvature_is_that_of_the_noise_at_score_0():
    _, vectors, noise = example()
    found = PairObjective(NegativeSampling(), vectors, noise, N_NEGATIVES)
    assert found.curvatures.dtype == found.axes.dtype == np.float64
    expected = vectors.T.astype(float) @ (N_NEGATIVES / 4 * noise[:, np.newaxis] * vectors)
    assert_allclose(found.axes * found.curvatures @ found.axes.T, expected, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("objective, loss", [(PairObjective, NegativeSampling()), (RowObjective, NaiveSoftmax())])
def test_few_steps_lead_to_the_minimum(objective, loss, monkeypatch):
    counts, vectors, noise = example()
    vectors *= np.array([0.01, 0.1, 1, 10], dtype=np.float32)  # of very different curvatures
    n_calls = []
    minimize = _objectives.minimize

    def counted(function, *arguments):
        return minimize(lambda points: n_calls.append(1) or function(points), *arguments)

    monkeypatch.setattr(_objectives, "minimize", counted)
    found = objective(loss, vectors, noise, N_NEGATIVES).minimum(counts, 0.5, 1e-3, 100)
    assert len(n_calls) < 30
    assert not found[1].any()
    for row in (0, 2):
        n_tokens = counts[[row]].sum()
        _, gradient = exact(loss, found[row], counts.toarray()[row] / n_tokens, vectors, noise)
        _, first = exact(loss, np.zeros(N_COMPONENTS), counts.toarray()[row] / n_tokens, vectors, noise)
        assert np.abs(gradient + 0.5 / n_tokens * found[row]).max() < 0.01 * np.abs(first).max()


def test_in_company_a_document_has_the_minimum_that_it_has_alone():
    counts, vectors, noise = example()
    objective = PairObjective(NegativeSampling(), vectors, noise, N_NEGATIVES)
    together = objective.minimum(counts, 0.5, 1e-3, 100)
    for row in range(3):
        alone = csr_array((counts.toarray().T * (np.arange(3) == row)).T)
        assert_allclose(objective.minimum(alone, 0.5, 1e-3, 100)[row], together[row], rtol=1e-9)
