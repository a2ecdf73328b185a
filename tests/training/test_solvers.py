"""The internal SGD: both solvers against readable ones, against exact objectives, and on planted structure."""

from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from threadpoolctl import threadpool_limits

from sklw2v.cooccurrence._counting import count_cooccurrences, expected_cooccurrence, keep_probabilities, window_units
from sklw2v.losses import NaiveSoftmax, NegativeSampling
from sklw2v.text._vocabulary import TokenIds
from sklw2v.training import _loop as sgd
from sklw2v.training import _rows as sgd_rows
from sklw2v.training._loop import automatic_max_iter, train
from sklw2v.training._rows import RowSolver
from sklw2v.training._start import spectral_start
from sklw2v.training.pairs import _solver as sgd_pairs
from sklw2v.training.pairs._kernels import NOISE_VISITS
from sklw2v.training.pairs._solver import PairSolver, tabulate
from tests.training.oracles import (
    entropy_bound,
    negative_sampling_objective,
    negative_sampling_optimum,
    pair_epoch,
    random_cooccurrence,
    row_epoch,
    softmax_objective,
    unigram_noise,
)


class Flat:
    """A user's loss without a base class: noise costs 1 a draw and pushes by `slope`, true pairs cost nothing."""

    form = "pairs"

    def __init__(self, exclude_true=False, slope=0.0):
        self.exclude_true = exclude_true
        self.slope = slope

    def positive(self, scores):
        return np.zeros_like(scores), np.zeros_like(scores)

    def negative(self, scores):
        return np.ones_like(scores), np.full_like(scores, self.slope)


class Squared:
    """A user's loss without a base class and without bounds: true pairs are to score 1, noise pairs 0."""

    form = "pairs"
    exclude_true = False

    def positive(self, scores):
        return 0.5 * (scores - 1.0) ** 2, scores - 1.0

    def negative(self, scores):
        return 0.5 * scores**2, scores.copy()


LOSSES = [NegativeSampling(), NegativeSampling(exclude_true=True), Squared(), NaiveSoftmax()]
LOSS_NAMES = ["negative_sampling", "exclude_true", "squared", "naive_softmax"]
each_loss = pytest.mark.parametrize("loss", LOSSES, ids=LOSS_NAMES)


def random_start(n_words, n_components, seed=0, scale=0.3):
    rng = np.random.RandomState(seed)
    return (scale * rng.standard_normal((2, n_words, n_components))).astype(np.float32)


def run(cooccurrence, loss, start, max_iter, seed=0, n_jobs=1, learning_rate=0.025, n_negatives=3, progress=None):
    noise = unigram_noise(cooccurrence)
    return train(
        cooccurrence,
        *start,
        loss,
        noise,
        n_negatives=n_negatives,
        learning_rate=learning_rate,
        max_iter=max_iter,
        rng=np.random.RandomState(seed),
        n_jobs=n_jobs,
        progress=progress,
    )


# What holds for either solver


@each_loss
def test_loss_falls_and_start_is_left_alone(loss):
    cooccurrence = random_cooccurrence(60, seed=0)
    start = random_start(60, 10)
    arrays = [*start, cooccurrence.data, cooccurrence.indices, cooccurrence.indptr]
    before = [array.copy() for array in arrays]
    centers, contexts, loss_curve = run(cooccurrence, loss, start, max_iter=20)
    assert centers.shape == contexts.shape == (60, 10)
    assert centers.dtype == contexts.dtype == np.float32
    assert len(loss_curve) == 20
    assert loss_curve[-1] < 0.9 * loss_curve[0]
    for array, copy in zip(arrays, before, strict=True):
        assert_array_equal(array, copy)


@each_loss
def test_no_epochs_return_the_start(loss, monkeypatch):
    monkeypatch.setattr(sgd_pairs, "MIN_STRATUM", 7)
    start = random_start(60, 10)
    centers, contexts, loss_curve = run(random_cooccurrence(60, seed=0), loss, start, max_iter=0)
    assert_array_equal(centers, start[0])
    assert_array_equal(contexts, start[1])
    assert loss_curve == []


@each_loss
def test_threads_do_not_change_a_bit(loss, monkeypatch):
    monkeypatch.setattr(sgd_pairs, "MIN_STRATUM", 60)
    monkeypatch.setattr(sgd_rows, "BLOCK_ROWS", 400)
    cooccurrence = random_cooccurrence(700, seed=1, density=0.05)
    start = random_start(700, 50)
    results = []
    for n_blas_threads, n_jobs in [(1, 1), (1, 2), (1, 4), (2, 1), (2, 2)]:
        with threadpool_limits(n_blas_threads, user_api="blas"):
            results.append(run(cooccurrence, loss, start, max_iter=2, n_jobs=n_jobs))
    for centers, contexts, loss_curve in results[1:]:
        assert_array_equal(centers, results[0][0])
        assert_array_equal(contexts, results[0][1])
        assert loss_curve == results[0][2]


@each_loss
def test_another_seed_gives_other_vectors(loss, monkeypatch):
    monkeypatch.setattr(sgd_rows, "BLOCK_ROWS", 16)
    cooccurrence, start = random_cooccurrence(60, seed=0), random_start(60, 10)
    one, same, other = (run(cooccurrence, loss, start, 1, seed=seed)[0] for seed in (0, 0, 1))
    assert_array_equal(one, same)
    assert np.abs(one - other).max() > 1e-5


# Where the scores themselves overflow, NumPy says so before the solver does.
@pytest.mark.filterwarnings("ignore:(overflow|invalid value) encountered:RuntimeWarning")
@pytest.mark.parametrize("loss, scale", [(Squared(), 10.0), (NaiveSoftmax(), 1e18)], ids=["squared", "naive_softmax"])
def test_vectors_that_are_no_longer_finite_are_an_error_with_advice(loss, scale):
    start = random_start(60, 10, scale=scale)
    message = r"learning_rate=1000.0: .* no longer finite after epoch \d of 5.*smaller learning_rate"
    with pytest.raises(ValueError, match=message):
        run(random_cooccurrence(60, seed=0), loss, start, max_iter=5, learning_rate=1000.0)


@each_loss
def test_words_without_contexts_keep_their_centre_vector(loss):
    empty = [0, 7, 59]
    start = random_start(60, 10)
    cooccurrence = random_cooccurrence(60, seed=0, empty=empty)
    centers, contexts, _ = run(cooccurrence, loss, start, max_iter=3)
    assert_array_equal(centers[empty], start[0][empty])
    assert np.isfinite(contexts).all()
    if loss.form == "pairs":  # such words are never noise
        assert_array_equal(contexts[empty], start[1][empty])


class Scripted:
    """A solver, and the loss that asks for it, that does what a test tells it to; notes the learning rates."""

    form = "scripted"

    def __init__(self, value=1.0, finite=True):
        self.value, self.finite = value, finite
        self.rates = []

    def __call__(self, *arguments):  # in place of the constructor of a solver
        return self

    def run_epoch(self, rate):
        self.rates += [rate(0.0), rate(0.5)]
        return self.value

    def is_finite(self):
        return self.finite

    def vectors(self):
        return None, None


def run_scripted(scripted, monkeypatch):
    monkeypatch.setitem(sgd.SOLVERS, "scripted", scripted)
    run(random_cooccurrence(9, seed=0), scripted, random_start(9, 2), max_iter=4, learning_rate=2.0)


def test_learning_rate_falls_linearly_to_a_hundredth(monkeypatch):
    scripted = Scripted()
    run_scripted(scripted, monkeypatch)
    assert_allclose(scripted.rates, 2.0 * (1 - 0.99 * np.arange(8) / 8), rtol=1e-12)


@pytest.mark.parametrize("value, finite", [(np.nan, True), (np.inf, True), (1.0, False)])
def test_either_sign_of_divergence_is_enough(value, finite, monkeypatch):
    with pytest.raises(ValueError, match=r"learning_rate=2.0: .* no longer finite after epoch 1 of 4"):
        run_scripted(Scripted(value, finite), monkeypatch)


@pytest.mark.parametrize("solver_of, loss", [(PairSolver, NegativeSampling()), (RowSolver, NaiveSoftmax())])
@pytest.mark.parametrize("vectors", ["centers", "contexts"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_solver_tells_when_one_number_is_not_finite(solver_of, loss, vectors, value):
    cooccurrence = random_cooccurrence(20, seed=0)
    noise, rng = unigram_noise(cooccurrence), np.random.RandomState(0)
    solver = solver_of(cooccurrence, *random_start(20, 4), loss, noise, 1, 0.025, rng, 1)
    assert solver.is_finite()
    getattr(solver, vectors)[13, 2] = value
    assert not solver.is_finite()


def test_each_epoch_is_reported_in_one_line():
    lines, shares = [], []
    progress = SimpleNamespace(line=lines.append, bar=shares.append)
    _, _, loss_curve = run(
        random_cooccurrence(20, seed=0), NegativeSampling(), random_start(20, 4), max_iter=3, progress=progress
    )
    assert_allclose(shares, [0, 1 / 3, 2 / 3])
    assert [line.split(":")[0] for line in lines] == ["epoch 1/3", "epoch 2/3", "epoch 3/3"]
    assert [f"loss {value:.4f} nats" in line for value, line in zip(loss_curve, lines, strict=True)] == [True] * 3


def test_automatic_number_of_epochs_falls_from_40_to_8_with_the_size_of_the_corpus():
    assert [automatic_max_iter(10.0**power) for power in (5.5, 6.5, 7.5, 8.5)] == [40, 28, 11, 8]
    epochs = [automatic_max_iter(10.0**power) for power in range(13)]
    assert epochs == sorted(epochs, reverse=True)
    assert (epochs[0], epochs[-1]) == (40, 8)
    assert len(set(epochs)) > 2
    assert all(type(number) is int for number in epochs)


# Losses of pairs


@pytest.mark.parametrize("loss", LOSSES[:3], ids=LOSS_NAMES[:3])
@pytest.mark.parametrize("min_stratum", [1000, 14])
@pytest.mark.parametrize("per_step", [0.005, 2.0])
def test_pair_solver_equals_the_readable_one(loss, min_stratum, per_step, monkeypatch):
    # 58 words in one stratum or four; with the larger rate, cells are visited several times and capped.
    monkeypatch.setattr(sgd_pairs, "MIN_STRATUM", min_stratum)
    cooccurrence = random_cooccurrence(58, seed=2, empty=[5, 33])
    noise = unigram_noise(cooccurrence)
    centers, contexts = random_start(58, 6)

    def rate(done):
        return per_step * sgd_pairs.MAX_STEP * (1 - 0.5 * done)

    if per_step > 1:
        assert cooccurrence.data.max() * rate(0.5) > sgd_pairs.MAX_VISITS * sgd_pairs.MAX_STEP
    solver = PairSolver(cooccurrence, centers, contexts, loss, noise, 3, rate(0), np.random.RandomState(7), n_jobs=2)
    value = solver.run_epoch(rate)
    expected = pair_epoch(cooccurrence, centers, contexts, loss, noise, 3, rate(0), np.random.RandomState(7), rate)
    for got, start, wanted in zip(solver.vectors(), (centers, contexts), expected, strict=False):
        assert np.abs(wanted - start).max() > 0.005
        assert_allclose(got, wanted, atol=1e-4)
    # Between the points of the table a parabola of curvature 1 lies up to (1 / 32)**2 / 8 below.
    assert_allclose(value, expected[2], rtol=2e-3 if isinstance(loss, Squared) else 1e-4)


def test_a_tile_that_fails_is_an_error_and_leaves_no_other_waiting(monkeypatch):
    monkeypatch.setattr(sgd_pairs, "MIN_STRATUM", 14)
    cooccurrence = random_cooccurrence(58, seed=2)
    start, noise = random_start(58, 6), unigram_noise(cooccurrence)
    solver = PairSolver(cooccurrence, *start, NegativeSampling(), noise, 3, 0.025, np.random.RandomState(0), n_jobs=1)

    def fail(*arguments):
        raise RuntimeError("no tile")

    monkeypatch.setattr(sgd_pairs, "run_tile", fail)
    with pytest.raises(RuntimeError, match="no tile"):
        solver.run_epoch(lambda done: 0.025)


def test_scores_beyond_the_table_are_judged_by_its_ends():
    cooccurrence = random_cooccurrence(58, seed=2)
    noise = unigram_noise(cooccurrence)
    centers, contexts = random_start(58, 6, scale=3.0)
    scores = centers @ contexts.T
    assert np.mean(np.abs(scores) > sgd_pairs.TABLE_RANGE) > 0.2

    def rate(done):
        return 1e-3 * sgd_pairs.MAX_STEP

    loss = NegativeSampling()
    solver = PairSolver(cooccurrence, centers, contexts, loss, noise, 3, rate(0), np.random.RandomState(7), n_jobs=1)
    value = solver.run_epoch(rate)
    expected = pair_epoch(cooccurrence, centers, contexts, loss, noise, 3, rate(0), np.random.RandomState(7), rate)
    for got, start, wanted in zip(solver.vectors(), (centers, contexts), expected, strict=False):
        assert np.abs(wanted - start).max() > 0.01
        assert_allclose(got, wanted, atol=1e-4)
    assert_allclose(value, expected[2], rtol=1e-4)


def test_beyond_the_cap_a_weight_moves_the_vectors_no_further():
    start, vectors = random_start(20, 4), []
    for weight in (1e5, 1e30):
        cooccurrence = random_cooccurrence(20, seed=0).toarray()
        cooccurrence[3, 4] = cooccurrence[4, 3] = weight
        noise = np.full(20, 1 / 20)
        rng = np.random.RandomState(0)
        solver = PairSolver(csr_array(cooccurrence), *start, NegativeSampling(), noise, 3, sgd_pairs.MAX_STEP, rng, 1)
        assert np.isfinite(solver.run_epoch(lambda done: sgd_pairs.MAX_STEP))
        vectors.append(solver.vectors())
    assert_array_equal(vectors[0], vectors[1])
    assert np.abs(vectors[0][0] - start[0]).max() > 0.01


def noise_received(cooccurrence, loss, n_negatives, per_step, n_epochs):
    """Noise weight that each word got as the noise of each centre word, a mean over epochs: (V, V).

    Centre vectors are the unit vectors and the push is constant, so the context vectors add it up.
    """
    n_words = cooccurrence.shape[0]
    noise = unigram_noise(cooccurrence)
    start = np.eye(n_words, dtype=np.float32), np.zeros((n_words, n_words), dtype=np.float32)
    rate = per_step * sgd_pairs.MAX_STEP
    solver = PairSolver(cooccurrence, *start, loss, noise, n_negatives, rate, np.random.RandomState(0), 1)
    values = [solver.run_epoch(lambda done: rate) for _ in range(n_epochs)]
    return -solver.vectors()[1].T.astype(np.float64) / (loss.slope * rate * n_epochs), np.mean(values)


@pytest.mark.parametrize("min_stratum", [1000, 6], ids=["one_stratum", "many_strata"])
@pytest.mark.parametrize("per_step", [0.005, 1.0], ids=["free", "capped"])
@pytest.mark.parametrize("exclude_true", [False, True])
def test_noise_is_unbiased(min_stratum, per_step, exclude_true, monkeypatch):
    monkeypatch.setattr(sgd_pairs, "MIN_STRATUM", min_stratum)
    cooccurrence = random_cooccurrence(32, seed=3, empty=[4])
    noise, n_negatives, n_epochs = unigram_noise(cooccurrence), 3, 600
    loss = Flat(exclude_true, slope=1e-5)
    received, value = noise_received(cooccurrence, loss, n_negatives, per_step, n_epochs)

    whole = cooccurrence.toarray().astype(np.float64)
    most = sgd_pairs.MAX_VISITS / per_step
    if per_step == 1.0:
        assert whole.max() > most
    expected = expected_noise(np.minimum(whole, most), noise, n_negatives, exclude_true)
    # The number of draws of a row is fixed, up to one a tile; which words they are is random.
    assert_allclose(received.sum(axis=1), expected.sum(axis=1), rtol=0.02)
    assert_allclose(received.sum(axis=0), expected.sum(axis=0), rtol=0.1)
    assert_allclose(received.sum(), expected.sum(), rtol=0.003)
    n_cells = np.diff(cooccurrence.indptr)[:, np.newaxis]
    draws = n_epochs * NOISE_VISITS * n_cells * noise  # of each word for each row, at least
    often = draws > 20
    assert often.mean() > 0.5
    errors = (received[often] / expected[often] - 1) * np.sqrt(draws[often])
    assert np.abs(errors).max() < 5
    assert abs(errors.mean()) < 0.2
    assert_array_equal(received[4], np.zeros(32))
    # The loss counts whole weights: K draws of noise for each true pair.
    assert_allclose(value, n_negatives * whole.sum(), rtol=0.01)


def expected_noise(weights, noise, n_negatives, exclude_true):
    """Expected weight of word q as the noise of centre word c, (V, V), by a loop over the true pairs (c, o)."""
    expected = np.zeros_like(weights)
    for c, o in zip(*np.nonzero(weights), strict=True):
        drawn = noise.copy()
        if exclude_true:
            drawn[o] = 0
            drawn /= drawn.sum()
        expected[c] += n_negatives * weights[c, o] * drawn
    return expected


@pytest.mark.parametrize("exclude_true", [False, True])
def test_noise_of_an_epoch_weighs_n_negatives_times_the_pairs(exclude_true):
    cooccurrence = random_cooccurrence(300, seed=5)
    start = random_start(300, 3)
    for n_negatives in (1, 7):
        curve = run(cooccurrence, Flat(exclude_true), start, max_iter=4, n_negatives=n_negatives)[2]
        assert_allclose(curve, n_negatives, rtol=0.01)


def test_loss_of_an_epoch_is_the_exact_objective_where_vectors_stand_still():
    cooccurrence = random_cooccurrence(60, seed=6)
    centers, contexts = random_start(60, 8)
    exact = negative_sampling_objective(cooccurrence, centers, contexts, unigram_noise(cooccurrence), 3)
    curve = run(cooccurrence, NegativeSampling(), (centers, contexts), max_iter=50, learning_rate=1e-9)[2]
    assert_allclose(np.mean(curve), exact / cooccurrence.sum(dtype=np.float64), rtol=0.01)


def test_pair_solver_reaches_the_optimum_of_negative_sampling():
    # With as many components as words the scores are free; no weight is so large as to be capped.
    rng = np.random.RandomState(0)
    weights = rng.uniform(0.05, 1.0, size=(12, 12))
    rate = 0.02
    cooccurrence = csr_array((2 * (weights + weights.T)).astype(np.float32))
    assert cooccurrence.data.max() * rate < sgd_pairs.MAX_VISITS * sgd_pairs.MAX_STEP
    noise = unigram_noise(cooccurrence)
    start = random_start(12, 12)
    centers, contexts, _ = run(cooccurrence, NegativeSampling(), start, 300, learning_rate=rate, n_negatives=2)
    least = negative_sampling_optimum(cooccurrence, noise, 2)
    excess = [
        negative_sampling_objective(cooccurrence, *vectors, noise, 2) - least
        for vectors in (start, (centers, contexts))
    ]
    assert 0 < excess[1] < 0.03 * excess[0]
    counts = cooccurrence.toarray().astype(np.float64)
    scores = np.log(counts / (2 * counts.sum(axis=1, keepdims=True) * noise))
    assert np.corrcoef((centers @ contexts.T).ravel(), scores.ravel())[0, 1] > 0.95


def test_squared_loss_reaches_its_least_squares_solution():
    # The optimum score is X / (X + K n P).
    rng = np.random.RandomState(1)
    weights = rng.uniform(0.05, 1.0, size=(10, 10))
    cooccurrence = csr_array((weights + weights.T).astype(np.float32))
    noise = unigram_noise(cooccurrence)
    centers, contexts, _ = run(cooccurrence, Squared(), random_start(10, 10), 1000, n_negatives=1)
    counts = cooccurrence.toarray().astype(np.float64)
    expected = counts / (counts + counts.sum(axis=1, keepdims=True) * noise)
    assert_allclose(centers @ contexts.T, expected, atol=0.05)


@pytest.mark.parametrize("method", ["positive", "negative"])
def test_table_follows_the_loss_and_extends_it_linearly(method):
    function = getattr(NegativeSampling(), method)
    table = tabulate(function).astype(np.float64)
    scores = np.linspace(-16, 16, 100_003)
    values, gradients = read(table, scores)
    assert_allclose(values, function(scores)[0], atol=1e-4)
    assert_allclose(gradients, function(scores)[1], atol=1e-4)
    scores = np.array([-200.0, -50.0, -17.0, 17.0, 50.0, 200.0])
    values, gradients = read(table, scores)
    assert_allclose(values, function(scores)[0], atol=1e-3)
    assert_allclose(gradients, function(scores)[1], atol=1e-3)


def read(table, scores):
    """Value and gradient at some scores, as the kernel reads them."""
    points = (scores + sgd_pairs.TABLE_RANGE) * len(table) / (2 * sgd_pairs.TABLE_RANGE)
    gradient, gradient_slope, value, value_slope = table[np.clip(points.astype(int), 0, len(table) - 1)].T
    return value + scores * value_slope, gradient + scores * gradient_slope


@pytest.mark.parametrize(
    "n_words, expected", [(1, 1), (1023, 1), (1024, 2), (5000, 9), (8192, 16), (16384, 32), (10**6, 32)]
)
def test_number_of_strata_depends_on_the_vocabulary_alone(n_words, expected):
    assert sgd_pairs.n_strata(n_words) == expected


# Losses of rows


@pytest.mark.parametrize("rate_of_weight_one", [0.001, 0.2])
def test_row_solver_equals_the_readable_one(rate_of_weight_one, monkeypatch):
    monkeypatch.setattr(sgd_rows, "BLOCK_ROWS", 9)
    monkeypatch.setattr(sgd_rows, "PART_ROWS", 4)
    cooccurrence = random_cooccurrence(31, seed=2, empty=[5])
    cooccurrence = csr_array(cooccurrence.toarray() * np.linspace(0.5, 2, 31, dtype=np.float32))  # not symmetric
    centers, contexts = random_start(31, 6)

    def rate(done):
        return rate_of_weight_one * (1 - 0.5 * done)

    weights = cooccurrence.sum(axis=1)
    assert (weights.max() * rate(0.5) > sgd_rows.MAX_STEP) == (rate_of_weight_one > 0.1)
    solver = RowSolver(
        cooccurrence, centers, contexts, NaiveSoftmax(), None, 1, rate(0), np.random.RandomState(7), n_jobs=2
    )
    value = solver.run_epoch(rate)
    expected = row_epoch(cooccurrence, centers, contexts, np.random.RandomState(7), rate)
    for got, start, wanted in zip(solver.vectors(), (centers, contexts), expected, strict=False):
        assert np.abs(wanted - start).max() > 0.01
        assert_allclose(got, wanted, atol=1e-5)
    assert_allclose(value, expected[2], rtol=1e-5)


def test_loss_of_rows_is_the_exact_objective_where_vectors_stand_still():
    cooccurrence = random_cooccurrence(60, seed=6)
    centers, contexts = random_start(60, 8)
    curve = run(cooccurrence, NaiveSoftmax(), (centers, contexts), max_iter=2, learning_rate=1e-12)[2]
    exact = softmax_objective(cooccurrence, centers, contexts) / cooccurrence.sum(dtype=np.float64)
    assert_allclose(curve, exact, rtol=1e-5)


def test_row_solver_reaches_the_entropy_of_the_rows(monkeypatch):
    monkeypatch.setattr(sgd_rows, "BLOCK_ROWS", 4)
    cooccurrence = random_cooccurrence(12, seed=0, scale=10.0, density=1.0)
    start = random_start(12, 12)
    centers, contexts, _ = run(cooccurrence, NaiveSoftmax(), start, max_iter=500, learning_rate=0.1)
    least = entropy_bound(cooccurrence)
    excess = [softmax_objective(cooccurrence, *vectors) - least for vectors in (start, (centers, contexts))]
    assert 0 < excess[1] < 0.03 * excess[0]


# Planted structure

N_TOPICS, TOPIC_WORDS, COMMON_WORDS = 8, 25, 20


@pytest.fixture(scope="module")
def corpus_of_topics():
    """Co-occurrence of documents of one topic each, their words mixed with words common to all."""
    rng = np.random.RandomState(0)
    documents = []
    for document in range(600):
        own = (document % N_TOPICS) * TOPIC_WORDS + rng.randint(TOPIC_WORDS, size=30)
        common = N_TOPICS * TOPIC_WORDS + rng.randint(COMMON_WORDS, size=30)
        documents.append(np.where(rng.uniform(size=30) < 0.6, own, common))
    n_words = N_TOPICS * TOPIC_WORDS + COMMON_WORDS
    tokens = TokenIds(np.concatenate(documents).astype(np.int32), np.arange(len(documents) + 1) * 30)
    units, scale = window_units(5, "linear")
    keep = keep_probabilities(tokens.counts(n_words), 1e-2)
    return expected_cooccurrence(count_cooccurrences(tokens, n_words, units), scale, keep)


@pytest.mark.parametrize("loss", [NegativeSampling(), NaiveSoftmax()], ids=["negative_sampling", "naive_softmax"])
@pytest.mark.parametrize("init, max_iter", [("svd", 10), ("random", 40)])
def test_nearest_neighbours_are_of_the_same_topic(corpus_of_topics, loss, init, max_iter):
    n_words, n_components = corpus_of_topics.shape[0], 20
    rng = np.random.RandomState(0)
    if init == "svd":
        centers = spectral_start(corpus_of_topics, n_components, 0)
    else:
        centers = (rng.uniform(-0.5, 0.5, size=(n_words, n_components)) / n_components).astype(np.float32)
    start = centers, np.zeros_like(centers)
    centers, contexts, _ = run(corpus_of_topics, loss, start, max_iter, n_negatives=5)
    vectors = centers + contexts
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -np.inf)
    topic = np.arange(n_words) // TOPIC_WORDS
    topical = np.arange(N_TOPICS * TOPIC_WORDS)
    neighbours = np.argsort(-cosines[topical], axis=1)[:, :5]
    assert np.mean(topic[neighbours] == topic[topical][:, np.newaxis]) > 0.95
