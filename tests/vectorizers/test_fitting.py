"""What a fit shows of itself, and what an interrupted one leaves."""

import re

import pytest

from sklw2v.training import _loop as sgd
from tests.vectorizers.test_partial_fit import DOCUMENTS, make, state


def test_a_quiet_fit_prints_nothing(capsys):
    make().fit(DOCUMENTS)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("verbose", [1, 2])
def test_a_line_for_each_stage_and_epoch(capsys, verbose):
    make(verbose=verbose).fit(DOCUMENTS)
    lines = capsys.readouterr().out.splitlines()
    assert all(re.match(r"\[SkipGramVectorizer\] +\d+\.\d s  ", line) for line in lines)
    assert [line.split(" s  ")[1].split(":")[0] for line in lines] == [
        "60 documents, 1200 tokens of 60 words",
        lines[1].split(" s  ")[1],
        "start from init='svd'",
        "epoch 1/3",
        "epoch 2/3",
        "epoch 3/3",
    ]
    assert re.search(r"\d+ distinct pairs counted$", lines[1])
    assert all(re.search(r"M pairs/s, \d+\.\d s left$", line) for line in lines[3:])


def test_partial_fit_tells_what_it_adds(capsys):
    make(verbose=1).partial_fit(DOCUMENTS[:30]).partial_fit(DOCUMENTS[30:])
    out = capsys.readouterr().out
    assert "30 documents more, 600 tokens; 60 words" in out
    assert "start from vectors at hand of 60 words" in out


class InterruptedSolver(sgd.PairSolver):
    """A user presses Ctrl-C in the second epoch."""

    n_epochs = 0

    def run_epoch(self, rate):
        self.n_epochs += 1
        if self.n_epochs == 2:
            raise KeyboardInterrupt
        return super().run_epoch(rate)


@pytest.mark.parametrize("method", ["fit", "fit_transform", "partial_fit"])
@pytest.mark.parametrize("fitted_before", [False, True])
def test_an_interrupted_fit_leaves_the_estimator_as_it_was(monkeypatch, method, fitted_before):
    vectorizer = make()
    if fitted_before:
        vectorizer.partial_fit(DOCUMENTS[:30])
    before = dict(vars(vectorizer))
    monkeypatch.setitem(sgd.SOLVERS, "pairs", InterruptedSolver)
    with pytest.raises(KeyboardInterrupt):
        getattr(vectorizer, method)(DOCUMENTS)
    assert vars(vectorizer).keys() == before.keys()
    assert all(value is before[name] for name, value in vars(vectorizer).items())
    monkeypatch.undo()
    assert state(vectorizer.fit(DOCUMENTS)) == state(make().fit(DOCUMENTS))


# --- scikit-learn's callbacks ---
