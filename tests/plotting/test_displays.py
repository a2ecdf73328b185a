"""What holds for every Display."""

import subprocess
import sys

import pytest
from matplotlib import pyplot
from matplotlib.figure import Figure
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from sklw2v.plotting import (
    GridScoreDisplay,
    LearningCurvesDisplay,
    LossCurveDisplay,
    NeighborsDisplay,
    WordMapDisplay,
)
from tests.corpora import DOCUMENTS, small
from tests.plotting.corpora import random_words


@pytest.mark.slow
def test_matplotlib_is_imported_only_when_something_is_drawn():
    code = "import sys, sklw2v, sklw2v.plotting; print('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False"


def test_displays_draw_where_they_are_told():
    figure = Figure()
    for ax, draw in zip(
        figure.subplots(2, 2).flat,
        (
            lambda ax: LossCurveDisplay.from_estimator(small().fit(DOCUMENTS), ax=ax),
            lambda ax: WordMapDisplay.from_estimator(random_words(4), ["word0", "word2"], ax=ax),
            lambda ax: NeighborsDisplay.from_estimator(random_words(4), "word0", ax=ax),
            lambda ax: LearningCurvesDisplay([1, 2], {"a": [[0.5], [1]]}).plot(ax=ax),
        ),
        strict=True,
    ):
        display = draw(ax)
        assert display.ax_ is ax
        assert display.figure_ is figure
    assert not pyplot.get_fignums()


@pytest.mark.parametrize(
    "draw",
    [
        lambda vectorizer: LossCurveDisplay.from_estimator(vectorizer),
        lambda vectorizer: NeighborsDisplay.from_estimator(vectorizer, "tea"),
        lambda vectorizer: WordMapDisplay.from_estimator(vectorizer, ["tea", "coffee"]),
        lambda vectorizer: GridScoreDisplay.from_estimator(GridSearchCV(vectorizer, {}), x="window", y="window"),
    ],
)
def test_unfitted_estimators_are_refused(draw):
    with pytest.raises(NotFittedError):
        draw(small())


@pytest.mark.parametrize("estimator", [make_pipeline(small()), {"a": [1.0]}], ids=["pipeline", "dict"])
def test_what_has_no_words_is_refused_with_advice(estimator):
    for draw in (LossCurveDisplay.from_estimator, lambda given: NeighborsDisplay.from_estimator(given, "tea")):
        with pytest.raises(TypeError, match=r"give the step, such as pipeline\[0\], .* WordVectors.from_gensim"):
            draw(estimator)


def test_missing_matplotlib_is_an_error_that_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"sklw2v\[plot\]"):
        NeighborsDisplay.from_estimator(random_words(4), "word0")
