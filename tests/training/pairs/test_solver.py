"""The stratified SGD: against a readable one, against exact objectives, and its noise."""

import itertools
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array

from sklw2v.losses import NegativeSampling
from sklw2v.losses._kernels import TABLE_RANGE
from sklw2v.training import Problem
from sklw2v.training.pairs import PairSolver, _kernels, _solver, _strata
from sklw2v.training.pairs._kernels import MAX_STEP, MAX_UPDATES, NOISE_UPDATES
from sklw2v.training.pairs._strata import choose_n_strata
from sklw2v.utils import not_compiled
from tests.training.oracles import (
    negative_sampling_objective,
    negative_sampling_optimum,
    random_cooccurrence,
    unigram_noise,
)
from tests.training.pairs.oracles import pair_epoch
from tests.training.solvers import LOSS_NAMES, LOSSES, Flat, Squared, random_start, run


@pytest.mark.kernels
@pytest.mark.parametrize("loss", LOSSES[:3], ids=LOSS_NAMES[:3])
@pytest.mark.parametrize("min_stratum", [1000, 14])
@pytest.mark.parametrize("per_step", [0.005, 2.0])
def test_pair_solver_equals_the_readable_one(loss, min_stratum, per_step, monkeypatch):
    # 58 words in one stratum or four; with the larger rate, cells are updated several times and capped.
    monkeypatch.setattr(_strata, "MIN_STRATUM", min_stratum)
    cooccurrence = random_cooccurrence(58, seed=2, empty=[5, 33])
    noise = unigram_noise(cooccurrence)
    centers, contexts = random_start(58, 6)

    def rate(done):
        return per_step * MAX_STEP * (1 - 0.5 * done)

    if per_step > 1:
        assert cooccurrence.data.max() * rate(0.5) > MAX_UPDATES * MAX_STEP
    problem = Problem(cooccurrence, centers, contexts, loss, noise, 3)
    solver = PairSolver(problem, rate(0), np.random.RandomState(7), 2)
    value = solver.run_epoch(rate)
    expected = pair_epoch(problem, rate(0), np.random.RandomState(7), rate)
    for got, start, wanted in zip(solver.vectors(), (centers, contexts), expected, strict=False):
        assert np.abs(wanted - start).max() > 0.005
        assert_allclose(got, wanted, atol=1e-4)
    for arranged in (solver.centers, solver.contexts):
        assert not np.delete(arranged, solver.strata.rows, axis=0).any()  # rows of no word are not trained
    # Between the points of the table a parabola of curvature 1 lies up to (1 / 32)**2 / 8 below.
    assert_allclose(value, expected[2], rtol=2e-3 if isinstance(loss, Squared) else 1e-4)


@pytest.mark.kernels
def test_rows_longer_than_a_byte_holds_equal_the_readable_ones(monkeypatch):
    monkeypatch.setattr(_strata, "MIN_STRATUM", 300)
    rng = np.random.RandomState(0)
    weights = np.zeros((620, 620), dtype=np.float32)
    for word, n_cells in ((0, 300), (3, 256), (4, 20), (7, 254), (8, 255), (608, 270), (619, 280)):
        for first in range(2):
            weights[word, first : 2 * n_cells : 2] = rng.choice([1.0, 2.0, 40.0], size=n_cells)
    cooccurrence = csr_array(weights)
    noise = unigram_noise(cooccurrence)
    centers, contexts = random_start(620, 6)
    problem = Problem(cooccurrence, centers, contexts, NegativeSampling(), noise, 3)
    solver = PairSolver(problem, MAX_STEP, np.random.RandomState(7), 2)
    assert [len(rows) for rows in solver.tiles.long_lengths] == [6, 4]
    solver.run_epoch(lambda done: MAX_STEP)
    expected = pair_epoch(problem, MAX_STEP, np.random.RandomState(7), lambda done: MAX_STEP)
    for got, wanted in zip(solver.vectors(), expected, strict=False):
        assert_allclose(got, wanted, atol=1e-4)


@pytest.mark.kernels
def test_rows_that_get_less_than_a_batch_of_noise_in_a_tile_equal_the_readable_ones(monkeypatch):
    monkeypatch.setattr(_strata, "MIN_STRATUM", 14)
    places = np.arange(0, 58, 5)
    cells = np.ones(len(places), np.float32), (places, (7 * places) % 58)
    cooccurrence = csr_array(cells, shape=(58, 58))
    noise = np.full(58, 1 / 58)
    start = random_start(58, 6)
    problem = Problem(cooccurrence, *start, NegativeSampling(), noise, 3)
    solver = PairSolver(problem, MAX_STEP, np.random.RandomState(7), 1)
    value = solver.run_epoch(lambda done: MAX_STEP)
    expected = pair_epoch(problem, MAX_STEP, np.random.RandomState(7), lambda done: MAX_STEP)
    for got, wanted in zip(solver.vectors(), expected, strict=False):
        assert_allclose(got, wanted, atol=1e-6)
    assert_allclose(value, expected[2], rtol=1e-5)


@pytest.mark.kernels
def test_a_word_drawn_several_times_in_a_batch_counts_as_often_at_its_first_place():
    for batch in itertools.product(np.arange(4, dtype=np.uint64), repeat=4):
        times = not_compiled(_kernels._times)(*batch)
        for place, word in enumerate(batch):
            assert times[place] == (batch.count(word) if batch.index(word) == place else 0)


def test_a_tile_that_fails_is_an_error_and_leaves_no_other_waiting(monkeypatch):
    monkeypatch.setattr(_strata, "MIN_STRATUM", 14)
    cooccurrence = random_cooccurrence(58, seed=2)
    start, noise = random_start(58, 6), unigram_noise(cooccurrence)
    solver = PairSolver(Problem(cooccurrence, *start, NegativeSampling(), noise, 3), 0.025, np.random.RandomState(0), 1)

    def fail(*arguments):
        raise RuntimeError("no tile")

    monkeypatch.setattr(_solver, "run_tile", fail)
    with pytest.raises(RuntimeError, match="no tile"):
        solver.run_epoch(lambda done: 0.025)


def test_threads_take_one_number_after_another_and_stop_at_an_error():
    ran, failed = [], threading.Event()

    def fail_second(number):
        ran.append(number)
        if number == 1:
            failed.set()
            raise RuntimeError("second")
        if number == 0:
            failed.wait(10)
            time.sleep(0.05)

    with ThreadPoolExecutor(3) as pool:
        assert _solver.map_in_threads(lambda number: 2 * number, 50, pool, 3) == list(range(0, 100, 2))
        assert _solver.map_in_threads(str, 1, pool, 3) == ["0"]
        with pytest.raises(RuntimeError, match="second"):
            _solver.map_in_threads(fail_second, 1000, pool, 2)
    assert sorted(ran) == [0, 1]


@pytest.mark.kernels
def test_scores_beyond_the_table_are_judged_by_its_ends():
    cooccurrence = random_cooccurrence(58, seed=2)
    noise = unigram_noise(cooccurrence)
    centers, contexts = random_start(58, 6, scale=3.0)
    scores = centers @ contexts.T
    assert np.mean(np.abs(scores) > TABLE_RANGE) > 0.2

    def rate(done):
        return 1e-3 * MAX_STEP

    loss = NegativeSampling()
    problem = Problem(cooccurrence, centers, contexts, loss, noise, 3)
    solver = PairSolver(problem, rate(0), np.random.RandomState(7), 1)
    value = solver.run_epoch(rate)
    expected = pair_epoch(problem, rate(0), np.random.RandomState(7), rate)
    for got, start, wanted in zip(solver.vectors(), (centers, contexts), expected, strict=False):
        assert np.abs(wanted - start).max() > 0.01
        assert_allclose(got, wanted, atol=1e-4)
    assert_allclose(value, expected[2], rtol=1e-4)


@pytest.mark.kernels
def test_a_weight_of_the_limit_itself_is_heavy_in_single_precision():
    limit = np.float32(MAX_STEP / 0.03)  # below the number in double precision
    cooccurrence = csr_array(np.full((4, 4), limit))
    problem = Problem(cooccurrence, *random_start(4, 2), NegativeSampling(), np.full(4, 0.25), 3)
    tiles = PairSolver(problem, 0.03, np.random.RandomState(0), 1).tiles
    assert float(limit) < MAX_STEP / 0.03
    assert tiles.heavy_from.dtype == np.float32
    assert (tiles.weights[:16] >= tiles.heavy_from).all()


@pytest.mark.kernels
def test_the_loss_of_an_epoch_is_that_of_its_updates_alone():
    loss = Flat()
    loss.negative = loss.positive  # nothing costs anything
    cooccurrence = random_cooccurrence(8, seed=2)
    problem = Problem(cooccurrence, *random_start(8, 2), loss, unigram_noise(cooccurrence), 3)
    assert PairSolver(problem, 0.025, np.random.RandomState(0), 1).run_epoch(lambda done: 0.025) == 0


def test_beyond_the_cap_a_weight_moves_the_vectors_no_further():
    start, vectors = random_start(20, 4), []
    for weight in (1e5, 1e30):
        cooccurrence = random_cooccurrence(20, seed=0).toarray()
        cooccurrence[3, 4] = cooccurrence[4, 3] = weight
        noise = np.full(20, 1 / 20)
        rng = np.random.RandomState(0)
        solver = PairSolver(Problem(csr_array(cooccurrence), *start, NegativeSampling(), noise, 3), MAX_STEP, rng, 1)
        assert np.isfinite(solver.run_epoch(lambda done: MAX_STEP))
        vectors.append(solver.vectors())
    assert_array_equal(vectors[0], vectors[1])
    assert np.abs(vectors[0][0] - start[0]).max() > 0.01


class Pull:
    """True pairs are pulled by a constant, or to score 1; noise costs nothing."""

    form = "pairs"
    exclude_true = False

    def __init__(self, is_constant):
        self.is_constant = is_constant

    def positive(self, scores):
        return -scores if self.is_constant else (scores - 1) ** 2 / 2, (0 if self.is_constant else scores) - 1

    def negative(self, scores):
        return np.zeros_like(scores), np.zeros_like(scores)


def after_one_epoch(weights, centers, contexts, loss, rate, n_negatives=1):
    """Vectors after an epoch at one rate; every word is noise with the same probability."""
    noise = np.full(len(weights), 1 / len(weights))
    problem = Problem(csr_array(weights.astype(np.float32)), centers, contexts, loss, noise, n_negatives)
    solver = PairSolver(problem, rate, np.random.RandomState(0), 1)
    solver.run_epoch(lambda done: rate)
    return solver.vectors()


@pytest.mark.parametrize("is_constant", [True, False])
def test_a_cell_is_updated_up_to_8_times_by_up_to_a_40th(is_constant):
    rate = 0.01
    cells = np.array([0.3, 2.4, 2.6, 9.0, 17.4, 19.9, 20.1, 25.0, 1e6])
    words = np.arange(len(cells))
    weights = np.zeros((2 * len(cells), 2 * len(cells)))
    weights[words, words + len(cells)] = cells  # each word is in one pair
    start = np.full((len(weights), 1), 0.5, dtype=np.float32)
    centers, contexts = after_one_epoch(weights, start, 2 * start, Pull(is_constant), rate)
    for word, weight in zip(words, cells, strict=True):
        v, u = 0.5, 1.0
        n_updates = min(int(weight * rate / 0.025) + 1, 8)
        for _ in range(n_updates):
            step = min(weight * rate / n_updates, 0.025) * (1 if is_constant else 1 - u * v)
            v, u = v + step * u, u + step * v
        assert_allclose(centers[word], v, rtol=1e-5)
        assert_allclose(contexts[word + len(cells)], u, rtol=1e-5)


@pytest.mark.parametrize("n_words, n_cells", [(1000, 40), (5000, 300)])  # in one stratum and in several
def test_a_row_has_3_noise_words_for_each_of_its_cells_or_more_where_a_step_would_exceed_a_20th(n_words, n_cells):
    rate, n_negatives, slope = 0.025, 5, 1e-4
    columns = (np.arange(n_cells) * n_words // n_cells)[np.newaxis] + np.arange(4)[:, np.newaxis]
    for weight in (0.05, 2.0, 1e6):
        weights = np.zeros((n_words, n_words))
        centers = np.zeros((n_words, 4), dtype=np.float32)
        # A group, which has its noise together.
        rows = np.arange(4) * choose_n_strata(n_words, 4 * n_cells / n_words)
        weights[rows[:, np.newaxis], columns] = weight
        centers[rows] = np.eye(4)
        _, contexts = after_one_epoch(weights, centers, np.zeros_like(centers), Flat(slope=slope), rate, n_negatives)
        steps = -contexts / slope  # (n_words, 4), sums of those of the same word
        single = np.array([of_row[of_row > 0].min() for of_row in steps.T])
        n_steps = np.round(steps.sum(axis=0) / single)
        expected = max(3 * n_cells, n_negatives * n_cells * min(weight, 8) * rate / 0.05)
        assert_allclose(n_steps, expected, rtol=0.08)
        assert_allclose(single, n_negatives * n_cells * min(weight, 8) * rate / expected, rtol=1e-3)


def noise_received(cooccurrence, loss, n_negatives, per_step, n_epochs):
    """Noise weight that each word got as the noise of each centre word, a mean over epochs: (V, V).

    Centre vectors are the unit vectors and the push is constant, so the context vectors add it up.
    """
    n_words = cooccurrence.shape[0]
    noise = unigram_noise(cooccurrence)
    start = np.eye(n_words, dtype=np.float32), np.zeros((n_words, n_words), dtype=np.float32)
    rate = per_step * MAX_STEP
    solver = PairSolver(Problem(cooccurrence, *start, loss, noise, n_negatives), rate, np.random.RandomState(0), 1)
    values = [solver.run_epoch(lambda done: rate) for _ in range(n_epochs)]
    return -solver.vectors()[1].T.astype(np.float64) / (loss.slope * rate * n_epochs), np.mean(values)


@pytest.mark.slow
@pytest.mark.parametrize("min_stratum", [1000, 6], ids=["one_stratum", "many_strata"])
@pytest.mark.parametrize("per_step", [0.005, 1.0], ids=["free", "capped"])
@pytest.mark.parametrize("exclude_true", [False, True])
def test_noise_is_unbiased(min_stratum, per_step, exclude_true, monkeypatch):
    monkeypatch.setattr(_strata, "MIN_STRATUM", min_stratum)
    cooccurrence = random_cooccurrence(32, seed=3, empty=[4])
    noise, n_negatives, n_epochs = unigram_noise(cooccurrence), 3, 600
    loss = Flat(exclude_true, slope=1e-5)
    received, value = noise_received(cooccurrence, loss, n_negatives, per_step, n_epochs)

    whole = cooccurrence.toarray().astype(np.float64)
    limit = MAX_UPDATES / per_step
    if per_step == 1.0:
        assert whole.max() > limit
    expected = expected_noise(np.minimum(whole, limit), noise, n_negatives, exclude_true)
    # The number of draws of a row is fixed, up to one a tile; which words they are is random.
    assert_allclose(received.sum(axis=1), expected.sum(axis=1), rtol=0.02)
    assert_allclose(received.sum(axis=0), expected.sum(axis=0), rtol=0.1)
    assert_allclose(received.sum(), expected.sum(), rtol=0.003)
    n_cells = np.diff(cooccurrence.indptr)[:, np.newaxis]
    draws = n_epochs * NOISE_UPDATES * n_cells * noise  # of each word for each row, at least
    often = draws > 20
    assert often.mean() > 0.5
    errors = (received[often] / expected[often] - 1) * np.sqrt(draws[often])
    assert np.abs(errors).max() < 5
    assert abs(errors.mean()) < 0.2
    assert_array_equal(received[4], np.zeros(32))
    # The loss counts whole weights: K draws of noise for each true pair.
    assert_allclose(value, n_negatives * whole.sum(), rtol=0.01)


@pytest.mark.slow
def test_words_too_rare_to_be_drawn_in_most_epochs_are_noise_as_often_as_the_distribution_says():
    # Centre vectors of one number, 1, and a constant push: context vectors add up the noise that their words get.
    n_words, n_epochs, slope, rate = 4000, 150, 1e-6, 1e-3
    rng = np.random.RandomState(0)
    cells = np.ones(4 * n_words, np.float32), (np.repeat(np.arange(n_words), 4), rng.randint(n_words, size=4 * n_words))
    cooccurrence = csr_array(cells, shape=(n_words, n_words))
    noise = 1 / rng.permutation(np.arange(1, n_words + 1)) ** 2.0
    noise /= noise.sum()
    start = np.ones((n_words, 1), np.float32), np.zeros((n_words, 1), np.float32)
    solver = PairSolver(Problem(cooccurrence, *start, Flat(slope=slope), noise, 5), rate, np.random.RandomState(1), 1)
    for _ in range(n_epochs):
        solver.run_epoch(lambda done: rate)
    received = -solver.vectors()[1][:, 0] / (slope * rate * n_epochs)
    expected = 5 * cooccurrence.sum() * noise
    assert len(solver.strata.sizes) > 1
    draws = expected / received[received > 0].min()  # of each word, expected in all epochs
    for low, high, error in ((0, 0.3, 0.25), (0.3, 3, 0.12), (3, np.inf, 0.02)):
        band = (draws >= low) & (draws < high)
        assert band.sum() > 500
        assert_allclose(received[band].sum(), expected[band].sum(), rtol=error)
        drawn = 1 - np.exp(-draws[band])
        assert_allclose(np.mean(received[band] > 0), drawn.mean(), rtol=2 * error)


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
    assert cooccurrence.data.max() * rate < MAX_UPDATES * MAX_STEP
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


@pytest.mark.slow
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
