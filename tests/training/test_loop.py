"""The epochs: learning rate, reports, divergence, number of epochs."""

from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sklw2v.losses import NaiveSoftmax, NegativeSampling
from sklw2v.training import _loop, automatic_max_iter
from tests.training.oracles import random_cooccurrence
from tests.training.solvers import Squared, random_start, run


# Where the scores themselves overflow, NumPy says so before the solver does.
@pytest.mark.filterwarnings("ignore:(overflow|invalid value) encountered:RuntimeWarning")
@pytest.mark.parametrize("loss, scale", [(Squared(), 10.0), (NaiveSoftmax(), 1e18)], ids=["squared", "naive_softmax"])
def test_vectors_that_are_no_longer_finite_are_an_error_with_advice(loss, scale):
    start = random_start(60, 10, scale=scale)
    message = r"learning_rate=1000.0: .* no longer finite after epoch \d of 5.*smaller learning_rate"
    with pytest.raises(ValueError, match=message):
        run(random_cooccurrence(60, seed=0), loss, start, max_iter=5, learning_rate=1000.0)


class Scripted:
    """A solver, and the loss that asks for it, that does what a test tells it to; notes the learning rates."""

    form = "scripted"
    total_weight, n_pairs = 1.0, 1

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
    monkeypatch.setitem(_loop.SOLVERS, "scripted", scripted)
    run(random_cooccurrence(9, seed=0), scripted, random_start(9, 2), max_iter=4, learning_rate=2.0)


def test_learning_rate_falls_linearly_to_a_hundredth(monkeypatch):
    scripted = Scripted()
    run_scripted(scripted, monkeypatch)
    assert_allclose(scripted.rates, 2.0 * (1 - 0.99 * np.arange(8) / 8), rtol=1e-12)


@pytest.mark.parametrize("value, finite", [(np.nan, True), (np.inf, True), (1.0, False)])
def test_either_sign_of_divergence_is_enough(value, finite, monkeypatch):
    with pytest.raises(ValueError, match=r"learning_rate=2.0: .* no longer finite after epoch 1 of 4"):
        run_scripted(Scripted(value, finite), monkeypatch)


def test_each_epoch_is_reported_in_one_line():
    lines, shares = [], []
    progress = SimpleNamespace(line=lines.append, bar=shares.append)
    _, _, loss_curve = run(
        random_cooccurrence(20, seed=0), NegativeSampling(), random_start(20, 4), max_iter=3, progress=progress
    )
    assert_allclose(shares, [0, 1 / 3, 2 / 3])
    assert [line.split(":")[0] for line in lines] == ["epoch 1/3", "epoch 2/3", "epoch 3/3"]
    assert [f"loss {value:.4f} nats" in line for value, line in zip(loss_curve, lines, strict=True)] == [True] * 3


def test_a_line_tells_pairs_a_second_and_the_seconds_left(monkeypatch):
    solver, times, lines = Scripted(), iter([100.0, 102.0, 104.0, 106.0, 108.0]), []
    solver.n_pairs = 3_000_000
    monkeypatch.setattr(_loop, "time", SimpleNamespace(perf_counter=lambda: next(times)))
    progress = SimpleNamespace(line=lines.append, bar=lambda share: None)
    _loop.train(solver, learning_rate=1.0, max_iter=4, progress=progress)
    assert lines[0] == "epoch 1/4: loss 1.0000 nats, 1.50M pairs/s, 6.0 s left"
    assert lines[3] == "epoch 4/4: loss 1.0000 nats, 1.50M pairs/s, 0.0 s left"


def test_training_goes_on_until_the_callback_says_stop():
    epochs = []
    _, _, loss_curve = _loop.train(
        Scripted(), learning_rate=1.0, max_iter=4, after_epoch=lambda epoch, vectors, curve: epochs.append(epoch)
    )
    assert (epochs, len(loss_curve)) == ([0, 1, 2, 3], 4)
    _, _, loss_curve = _loop.train(Scripted(), learning_rate=1.0, max_iter=4, after_epoch=lambda epoch, *_: epoch == 1)
    assert len(loss_curve) == 2


def test_a_solver_has_one_thread_unless_told_otherwise(monkeypatch):
    asked = []
    monkeypatch.setitem(_loop.SOLVERS, "scripted", lambda *arguments: asked.append(arguments[-1]))
    _loop.make_solver(SimpleNamespace(loss=Scripted()), 1.0, None)
    _loop.make_solver(SimpleNamespace(loss=Scripted()), 1.0, None, 3)
    assert asked == [1, 3]


def test_automatic_number_of_epochs_falls_from_40_to_8_with_the_size_of_the_corpus():
    assert [automatic_max_iter(10.0**power) for power in (5.5, 6.5, 7.5, 8.5)] == [40, 28, 11, 8]
    epochs = [automatic_max_iter(10.0**power) for power in range(13)]
    assert epochs == sorted(epochs, reverse=True)
    assert (epochs[0], epochs[-1]) == (40, 8)
    assert len(set(epochs)) > 2
    assert all(type(number) is int for number in epochs)
