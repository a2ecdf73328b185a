"""The loss curve, scores of a search, learning curves."""

import numpy as np
import pandas
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, ParameterGrid

from sklw2v.plotting import (
    GridScoreDisplay,
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


def searched(cv_results):
    """A search that looks as if it had been fitted."""
    search = GridSearchCV(DummyClassifier(), {})
    search.cv_results_ = cv_results
    return search


def fake_search(grid):
    points = list(ParameterGrid(grid))
    results = {f"param_{name}": [point[name] for point in points] for name in grid}
    return searched(results | {"mean_test_score": [i / 10 for i in range(len(points))]})


def test_heatmap_puts_scores_where_their_parameters_are():
    # ParameterGrid runs through the names in alphabetical order, the last one fastest.
    search = fake_search({"v__d": [200, 50], "v__k": [5], "v__window": [2, 5, 20]})
    heatmap = GridScoreDisplay.from_estimator(search, x="v__window", y="v__d", panel="v__k")
    assert (heatmap.x_values, heatmap.y_values, heatmap.panel_values) == ([2, 5, 20], [50, 200], [5])
    np.testing.assert_array_equal(heatmap.scores, [[[0.3, 0.4, 0.5], [0.0, 0.1, 0.2]]])
    (axes, colour_bar) = heatmap.figure_.axes
    assert heatmap.axes_ == [axes]
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_title()) == ("window", "d", "k = 5")
    assert [text.get_text() for text in axes.texts] == ["0.300", "0.400", "0.500", "0.000", "0.100", "0.200"]
    assert colour_bar.get_ylabel() == "mean score"


def test_heatmap_gives_each_value_of_the_third_parameter_a_panel_on_one_scale():
    search = fake_search({"a": [1, 2], "b": [1, 2], "c": ["x", "y"]})
    heatmap = GridScoreDisplay.from_estimator(search, x="a", y="b", panel="c", score_name="R")
    assert heatmap.scores.shape == (2, 2, 2)
    shown = [axes.images[0] for axes in heatmap.axes_]
    for image, scores in zip(shown, heatmap.scores, strict=True):
        np.testing.assert_array_equal(image.get_array(), scores)
        assert image.get_clim() == (0.0, 0.7)
    assert [axes.get_title() for axes in heatmap.axes_] == ["c = x", "c = y"]
    assert heatmap.figure_.axes[-1].get_ylabel() == "R"


def test_heatmap_of_a_list_of_grids_shows_the_points_that_have_the_parameters():
    search = searched(
        {
            "param_a": np.ma.masked_array([1, 2, 0], mask=[False, False, True]),
            "param_b": np.ma.masked_array([{"l": 1}, {"l": 1}, 0], mask=[False, False, True], dtype=object),
            "mean_test_score": np.array([0.1, 0.3, 0.9]),
        }
    )
    heatmap = GridScoreDisplay.from_estimator(search, x="a", y="b")
    np.testing.assert_array_equal(heatmap.scores, [[[0.1, 0.3]]])


def test_heatmap_of_several_metrics_is_refused():
    search = searched({"param_a": [1], "param_b": [1], "mean_test_f1": [0.1]})
    with pytest.raises(ValueError, match="expected one of a single metric"):
        GridScoreDisplay.from_estimator(search, x="a", y="b")


def test_heatmap_shows_the_best_over_other_parameters_and_leaves_gaps_empty():
    search = searched(
        {
            "param_a": [1, 1, 2, 1],
            "param_b": ["x", "x", "x", None],
            "param_c": [1, 2, 1, 1],
            "mean_test_score": [0.1, 0.3, 0.2, 0.4],
        }
    )
    heatmap = GridScoreDisplay.from_estimator(search, x="a", y="b")
    np.testing.assert_array_equal(heatmap.scores, [[[0.3, 0.2], [0.4, np.nan]]])
    assert heatmap.axes_[0].get_title() == ""
    assert len(heatmap.axes_[0].texts) == 3


def test_heatmap_of_an_unknown_parameter_says_which_were_searched():
    with pytest.raises(ValueError, match=r"'b' is no parameter of this search; expected one of a, c\."):
        GridScoreDisplay.from_estimator(fake_search({"a": [1], "c": [1]}), x="a", y="b")
