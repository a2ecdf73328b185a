"""Documents folded in as centre words: against SciPy's minimiser of the loss written out."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import minimize
from scipy.sparse import csr_array, vstack
from threadpoolctl import threadpool_limits

from sklw2v.losses import Loss, NaiveSoftmax, NegativeSampling
from sklw2v.pooling import _lbfgs
from sklw2v.pooling._fold_in import BLOCK, FoldInPooling

N_WORDS, N_COMPONENTS = 30, 6


class Squared(Loss):
    """Scores of true pairs to 1, of noise to 0: a minimum that linear algebra finds."""

    form = "pairs"

    def positive(self, scores):
        return (scores - 1) ** 2, 2 * (scores - 1)

    def negative(self, scores):
        return scores**2, 2 * scores


def example(n_documents=5, scale=1.0, seed=0):
    """Counts (n_documents, V) and context vectors (V, d)."""
    rng = np.random.RandomState(seed)
    counts = rng.poisson(0.5, size=(n_documents, N_WORDS)) * rng.randint(1, 4, size=(n_documents, 1))
    counts[:, 0] += 1
    vectors = scale * rng.standard_normal((N_WORDS, N_COMPONENTS))
    return csr_array(counts.astype(np.float32)), vectors.astype(np.float32)


def noise_of(counts, exponent=0.75):
    totals = counts.sum(axis=0).astype(float)
    smoothed = np.where(totals > 0, totals, 0) ** exponent * (totals > 0)
    return smoothed / smoothed.sum()


def loss_of_document(pooling, loss, document, noise, vectors):
    """The function of a document's vector that the docstring of `FoldInPooling` states, in double precision."""
    vectors = vectors.astype(float)

    def value(point):
        scores = vectors @ point
        penalty = pooling.ridge / 2 * point @ point
        if loss.form == "rows":
            return loss.rows(scores[np.newaxis].copy(), csr_array(document[np.newaxis]))[0] + penalty
        of_noise = document.sum() * pooling.n_negatives * noise @ loss.negative(scores)[0]
        return document @ loss.positive(scores)[0] + of_noise + penalty

    return value


@pytest.mark.kernels
@pytest.mark.parametrize("loss", [NegativeSampling(), NaiveSoftmax(), Squared()], ids=repr)
@pytest.mark.parametrize("ridge", [0.1, 10.0])
@pytest.mark.parametrize("scale", [0.1, 1.0, 3.0])
def test_vector_of_a_document_is_the_minimum_of_the_loss(loss, ridge, scale):
    counts, vectors = example(scale=scale)
    pooling = FoldInPooling(loss=loss, n_negatives=3, ridge=ridge, tol=1e-5).fit(counts, vectors)
    features = pooling.transform(counts, vectors)
    for document, point in zip(counts.toarray().astype(float), features.astype(float), strict=True):
        value = loss_of_document(pooling, loss, document, noise_of(counts), vectors)
        best = minimize(value, np.zeros(N_COMPONENTS), method="BFGS", options={"gtol": 1e-7})
        assert_allclose(point, best.x, atol=2e-3 * np.abs(best.x).max())
        assert value(point) <= best.fun * (1 + 1e-6)


@pytest.mark.kernels
def test_squared_loss_has_the_minimum_of_ridge_regression():
    counts, vectors = example()
    pooling = FoldInPooling(loss=Squared(), n_negatives=2, ridge=3.0, noise_exponent=1.0, tol=1e-6)
    features = pooling.fit(counts, vectors).transform(counts, vectors)
    noise = noise_of(counts, exponent=1.0)
    for document, point in zip(counts.toarray().astype(float), features, strict=True):
        weights = document + 2 * document.sum() * noise
        matrix = 2 * (vectors.T * weights) @ vectors + 3.0 * np.eye(N_COMPONENTS)
        assert_allclose(point, np.linalg.solve(matrix, 2 * vectors.T @ document), rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("ridge", [0.01, 1.0])
def test_steps_that_lead_too_far_are_halved(ridge, monkeypatch):
    # Noise tells of the curvature to begin with. A document of one rare word, long, has another one: far more.
    rng = np.random.RandomState(0)
    vectors = rng.standard_normal((N_WORDS, N_COMPONENTS)).astype(np.float32)
    vectors[-3:] *= 30
    training = np.full((1, N_WORDS), 1000)
    training[0, -3:] = 1
    documents = np.zeros((3, N_WORDS))
    documents[[0, 1, 2], [-1, -2, -3]] = [1, 5, 200]
    counts = csr_array(documents.astype(np.float32))
    pooling = FoldInPooling(Squared(), n_negatives=1, ridge=ridge, noise_exponent=1.0, tol=1e-6)
    pooling.fit(csr_array(training.astype(np.float32)), vectors)
    steps, search = [], _lbfgs._search

    def watched(*arguments):
        found = search(*arguments)
        steps.append(found[-1])
        return found

    monkeypatch.setattr(_lbfgs, "_search", watched)
    features = pooling.transform(counts, vectors)
    lengths = np.array(steps)[:, :3]
    assert ((lengths > 0) & (lengths < 1)).any(axis=0).all()
    noise = noise_of(csr_array(training), exponent=1.0)
    for document, point in zip(documents, features, strict=True):
        weights = document + document.sum() * noise
        matrix = 2 * (vectors.T * weights) @ vectors + ridge * np.eye(N_COMPONENTS)
        assert_allclose(point, np.linalg.solve(matrix, 2 * vectors.T @ document), rtol=1e-3, atol=1e-5)


def test_a_short_document_is_drawn_to_zero_more_strongly():
    counts, vectors = example(n_documents=1)
    longer = vstack([counts, 10 * counts, 1000 * counts], format="csr")
    norms = np.linalg.norm(FoldInPooling(ridge=20.0).fit(longer, vectors).transform(longer, vectors), axis=1)
    assert norms[0] < 0.8 * norms[1]
    assert norms[1] < norms[2]


def test_same_bits_for_every_company_and_number_of_threads():
    counts, vectors = example(n_documents=2 * BLOCK + 3)
    pooling = FoldInPooling().fit(counts, vectors)
    features = pooling.transform(counts, vectors)
    for n_jobs in (1, 2, 3):
        assert_array_equal(pooling.set_params(n_jobs=n_jobs).transform(counts, vectors), features)
    backwards = counts[np.arange(counts.shape[0])[::-1]]
    assert_array_equal(pooling.transform(backwards, vectors)[::-1], features)


@pytest.mark.parametrize("loss", ["negative_sampling", "naive_softmax"])
def test_blas_threads_do_not_change_a_bit(loss):
    rng = np.random.RandomState(0)
    counts = csr_array(rng.poisson(0.03, size=(BLOCK, 1000)).astype(np.float32))
    vectors = rng.standard_normal((1000, 100)).astype(np.float32)  # large enough for BLAS to share among threads
    features = []
    for n_threads in (1, 2):
        with threadpool_limits(n_threads, user_api="blas"):
            features.append(FoldInPooling(loss, max_iter=3).fit(counts, vectors).transform(counts, vectors))
    assert_array_equal(*features)


def test_words_of_a_document_become_probable():
    rng = np.random.RandomState(0)
    topics = np.repeat(np.eye(N_COMPONENTS), N_WORDS // N_COMPONENTS, axis=0).astype(np.float32)  # (V, d)
    vectors = topics + 0.05 * rng.standard_normal(topics.shape).astype(np.float32)
    labels = np.arange(20) % N_COMPONENTS
    counts = csr_array(rng.poisson(topics.T[labels]).astype(np.float32))
    features = FoldInPooling(ridge=1.0).fit(counts, vectors).transform(counts, vectors)
    known = np.diff(counts.indptr) > 0
    assert_array_equal((features @ vectors.T).argmax(axis=1)[known] // (N_WORDS // N_COMPONENTS), labels[known])


def test_extreme_context_vectors_give_finite_features():
    counts, vectors = example()
    for scale in (1e-20, 1e3):
        features = FoldInPooling().fit(counts, vectors).transform(counts, np.float32(scale) * vectors)
        assert np.isfinite(features).all()


@pytest.mark.parametrize(
    "params, message",
    [
        ({"ridge": 0}, "ridge"),
        ({"ridge": -1.0}, "ridge"),
        ({"ridge": float("nan")}, "ridge"),
        ({"tol": float("inf")}, "tol"),
        ({"n_negatives": 0}, "n_negatives"),
        ({"tol": 0}, "tol"),
        ({"max_iter": 0}, "max_iter"),
        ({"loss": "softmax"}, "loss='softmax'"),
    ],
)
def test_bad_parameters_are_named(params, message):
    with pytest.raises(ValueError, match=message):
        FoldInPooling(**params).check()
