"""The loss curve, learning curves."""

import numpy as np
import pandas
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression

from sklw2v.plotting import (
    LearningCurvesDisplay,
    LossCurveDisplay,
)
from tests.corpora import DOCUMENTS, planted_topics, small


def test_loss_curve_is_that_of_the_fit():
    vectorizer = small(max_iter=4).fit(DOCUMENTS)
    display = LossCurveDisplay.from_estimator(vectorizer)
    (line,) = display.ax_.get_lines()
    assert_array_equal(line.get_xdata(), [1, 2, 3, 4])
    assert_array_equal(line.get_ydata(), vectorizer.loss_curve_)
    assert display.validation_ax_ is None
    assert display.figure_ is display.ax_.figure


def test_loss_curve_of_an_early_stopped_fit_shows_the_score_of_held_out_documents():
    documents, _ = planted_topics(200, seed=0)
    vectorizer = small(max_iter=5, early_stopping=True).fit(documents)
    display = LossCurveDisplay.from_estimator(vectorizer)
    (line,) = display.validation_ax_.get_lines()
    assert_array_equal(line.get_ydata(), vectorizer.validation_scores_)
    assert [text.get_text() for text in display.ax_.get_legend().get_texts()] == [
        "training loss",
        "score of held-out documents",
    ]


class Memorizer(ClassifierMixin, BaseEstimator):
    """Scores 1 if it never saw a row that it is scored on, and counts rows of each class."""

    sizes = []

    def fit(self, X, y):
        self.rows_ = {tuple(row) for row in X}
        self.classes_, counts = np.unique(y, return_counts=True)
        self.sizes.append(counts.tolist())
        return self

    def score(self, X, y):
        return float(not any(tuple(row) in self.rows_ for row in X))


def test_learning_curves_draw_as_many_labels_a_class_as_asked_and_score_the_others():
    Memorizer.sizes.clear()
    y = np.repeat(["a", "b"], [20, 10])
    features = {"one": np.arange(30.0)[:, np.newaxis], "two": -np.arange(30.0)[:, np.newaxis]}
    display = LearningCurvesDisplay.from_features(
        features, y, classifier=Memorizer(), n_labels=[2, 9], n_draws=3, random_state=0
    )
    assert Memorizer.sizes == [[2, 2]] * 6 + [[9, 9]] * 6
    for scores in display.scores.values():
        assert_array_equal(scores, np.ones((2, 3)))


def test_learning_curves_give_every_feature_set_the_same_draws():
    rng = np.random.RandomState(0)
    y = rng.randint(2, size=200)
    X = rng.standard_normal((200, 3)) + 2 * y[:, np.newaxis]
    curves = LearningCurvesDisplay.from_features({"dense": X, "sparse": csr_array(X)}, y, random_state=1)
    assert_allclose(curves.scores["dense"], curves.scores["sparse"], atol=0.02)
    frame = LearningCurvesDisplay.from_features({"frame": pandas.DataFrame(X)}, list(y), random_state=1)
    assert_array_equal(frame.scores["frame"], curves.scores["dense"])
    assert (curves.scores["dense"].mean(axis=1) > 0.8).all()
    again = LearningCurvesDisplay.from_features({"dense": X}, y, random_state=1)
    assert_array_equal(curves.scores["dense"], again.scores["dense"])
    other = LearningCurvesDisplay.from_features({"dense": X}, y, random_state=2)
    assert not np.array_equal(curves.scores["dense"], other.scores["dense"])
    with_c = LearningCurvesDisplay.from_features({"dense": X}, y, classifier=LogisticRegression(C=1e-6), random_state=1)
    assert not np.array_equal(curves.scores["dense"], with_c.scores["dense"])


def test_learning_curves_leave_out_what_was_not_scored():
    nan = np.nan
    display = LearningCurvesDisplay([5, 50, 500], {"a": [[nan, nan], [0.6, nan], [0.5, 0.7]]}).plot()
    line = display.ax_.containers[0].lines[0]
    assert_allclose(line.get_ydata(), [nan, 0.6, 0.6])


def test_learning_curves_show_mean_and_spread():
    display = LearningCurvesDisplay([5, 50], {"a": [[0.2, 0.4], [0.6, 0.8]], "b": [[0.1], [0.3]]}).plot(score_name="R")
    lines = [container.lines[0] for container in display.ax_.containers]
    assert_allclose(lines[0].get_ydata(), [0.3, 0.7])
    assert_allclose(lines[1].get_ydata(), [0.1, 0.3])
    (bars,) = display.ax_.containers[0].lines[2]
    assert_allclose([segment[:, 1] for segment in bars.get_segments()], [[0.2, 0.4], [0.6, 0.8]])
    assert [text.get_text() for text in display.ax_.get_legend().get_texts()] == ["a", "b"]
    assert [label.get_text() for label in display.ax_.get_xticklabels()] == ["5", "50"]
    assert display.ax_.get_ylabel() == "R"


@pytest.mark.parametrize(
    "params, message",
    [
        ({"n_labels": [5, 10]}, "n_labels == 10, must be <= 9"),
        ({"n_labels": [0]}, "n_labels == 0, must be >= 1"),
        ({"n_draws": 0}, "n_draws == 0, must be >= 1"),
        ({"y": np.ones((30, 2))}, "y should be a 1d array"),
        ({"features": {"short": np.ones((3, 1))}}, "features: 'short' has 3 rows, expected 30, one a label"),
    ],
)
def test_learning_curves_refuse_what_cannot_be_scored(params, message):
    settings = {"features": {"one": np.ones((30, 1))}, "y": np.repeat(["a", "b"], [20, 10])}
    with pytest.raises(ValueError, match=message):
        LearningCurvesDisplay.from_features(**settings | params)
