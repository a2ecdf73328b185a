"""Scores of a search."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from sklearn.decomposition import PCA
from sklearn.dummy import DummyClassifier
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import GridSearchCV, HalvingGridSearchCV, ParameterGrid
from sklearn.preprocessing import StandardScaler

from sklw2v.plotting import GridScoreDisplay


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
        assert [text.get_text() for text in image.axes.texts] == [f"{score:.3f}" for score in scores.flat]
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


def halving_search(**results):
    """Window 2 wins the first iteration by far, with few resources, and is the worse one in the last."""
    halved = {
        "param_window": [2, 2, 5, 5, 2, 5],
        "param_k": [1, 5, 1, 5, 5, 5],
        "iter": np.array([0, 0, 0, 0, 1, 1]),
        "n_resources": np.array([10, 10, 10, 10, 30, 30]),
        "mean_test_score": np.array([0.9, 0.95, 0.3, 0.4, 0.5, 0.6]),
    }
    return searched(halved | results)


def test_heatmap_of_a_halving_search_shows_the_last_iteration_of_each_point():
    heatmap = GridScoreDisplay.from_estimator(halving_search(), x="window", y="k")
    assert_array_equal(heatmap.scores, [[[0.9, 0.3], [0.5, 0.6]]])


def test_heatmap_of_a_halving_search_does_not_fall_back_where_the_last_iteration_failed():
    scores = np.array([0.9, 0.95, 0.3, 0.4, np.nan, 0.6])
    heatmap = GridScoreDisplay.from_estimator(halving_search(mean_test_score=scores), x="window", y="k")
    assert_array_equal(heatmap.scores, [[[0.9, 0.3], [np.nan, 0.6]]])


def test_heatmap_of_a_halving_search_takes_the_best_of_others_within_the_last_iteration():
    others = {"param_window": [2, 2, 2, 2, 2, 2], "param_k": [1, 1, 1, 1, 1, 1], "param_c": [1, 2, 3, 4, 3, 4]}
    heatmap = GridScoreDisplay.from_estimator(halving_search(**others), x="window", y="k")
    assert_array_equal(heatmap.scores, [[[0.6]]])


def test_heatmap_has_an_axis_for_the_resource_of_a_halving_search():
    search = halving_search(param_max_iter=[10, 10, 10, 10, 30, 30])
    heatmap = GridScoreDisplay.from_estimator(search, x="max_iter", y="window")
    assert heatmap.x_values == [10, 30]
    assert_array_equal(heatmap.scores, [[[0.95, 0.5], [0.4, 0.6]]])


@pytest.mark.parametrize("settings", [{}, {"resource": "max_iter", "max_resources": 9, "min_resources": 1}])
def test_heatmap_of_a_halving_search_that_ran(settings):
    rng = np.random.RandomState(0)
    X, y = rng.standard_normal((90, 3)), np.arange(90) % 2
    grid = {"alpha": [1e-4, 1e-2, 1.0], "l1_ratio": [0.1, 0.5]}
    classifier = SGDClassifier(tol=None, max_iter=5, random_state=0)
    search = HalvingGridSearchCV(classifier, grid, cv=2, refit=False, random_state=0, **settings).fit(X, y)
    results = pd.DataFrame(search.cv_results_)
    assert results["iter"].max() > 0
    last = results.sort_values("iter").groupby(["param_l1_ratio", "param_alpha"])["mean_test_score"].last().unstack()
    heatmap = GridScoreDisplay.from_estimator(search, x="alpha", y="l1_ratio")
    assert_array_equal(heatmap.scores[0], last)
    if settings:
        by_resource = results.groupby(["param_alpha", "param_max_iter"])["mean_test_score"].max().unstack()
        heatmap = GridScoreDisplay.from_estimator(search, x="max_iter", y="alpha")
        assert_array_equal(heatmap.scores[0], by_resource)


def test_heatmap_shows_failed_fits_empty():
    scores = [np.nan, 0.1, -np.inf, 0.3]
    heatmap = GridScoreDisplay.from_estimator(
        searched({"param_a": [1, 1, 2, 2], "param_b": [1, 2, 1, 2], "mean_test_score": scores}), x="a", y="b"
    )
    assert [text.get_text() for text in heatmap.axes_[0].texts] == ["0.100", "0.300"]
    assert heatmap.axes_[0].images[0].get_clim() == (0.1, 0.3)
    heatmap.figure_.draw_without_rendering()


@pytest.mark.parametrize("scores", [[np.nan], [-np.inf], [np.nan, np.nan]])
def test_heatmap_of_fits_that_all_failed_is_refused(scores):
    points = list(range(len(scores)))
    search = searched({"param_a": points, "param_b": points, "mean_test_score": scores})
    with pytest.raises(ValueError, match="scores: expected one finite number or more, got none"):
        GridScoreDisplay.from_estimator(search, x="a", y="b")


def test_heatmap_of_parameters_that_no_point_has_together_is_refused():
    masked = {
        "param_a": np.ma.masked_array([1, 0], mask=[False, True]),
        "param_b": np.ma.masked_array([0, 1], mask=[True, False]),
    }
    with pytest.raises(ValueError, match="'a', 'b': no point of this search has them all"):
        GridScoreDisplay.from_estimator(searched(masked | {"mean_test_score": [0.1, 0.2]}), x="a", y="b")


@pytest.mark.parametrize("score", [0.1, 0.2])
def test_number_of_a_single_score_is_white_on_a_dark_cell(score):
    search = searched({"param_a": [1], "param_b": [1], "mean_test_score": [score]})
    (axes,) = GridScoreDisplay.from_estimator(search, x="a", y="b").axes_
    assert axes.images[0].norm(score) < 0.6
    (text,) = axes.texts
    assert text.get_color() == "white"


@pytest.mark.parametrize(
    "make",
    [
        lambda number: [number, number],
        lambda number: {"number": number},
        lambda number: np.full(2000, number),
        lambda number: np.full(number, 1),
        lambda number: PCA(number),
        lambda number: [StandardScaler, PCA][number - 1],
        lambda number: [float("nan"), 1.0][number - 1],
        lambda number: [None, float("nan")][number - 1],
    ],
)
def test_heatmap_tells_values_apart_that_are_no_numbers(make):
    values = [make(1), make(2), make(1), make(2)]
    column = np.ma.masked_all(4, dtype=object)
    for place, value in enumerate(values):
        column[place] = value
    search = searched({"param_a": column, "param_b": [1, 1, 2, 2], "mean_test_score": [0.1, 0.2, 0.3, 0.4]})
    heatmap = GridScoreDisplay.from_estimator(search, x="a", y="b")
    assert_array_equal(heatmap.scores, [[[0.1, 0.2], [0.3, 0.4]]])
    heatmap.figure_.draw_without_rendering()


def test_labels_are_short_and_no_mathematics():
    def tokenize(text):
        return text.split()

    long = PCA(n_components=100, svd_solver="randomized", tol=0.001)
    values = [tokenize, long, r"$\w+$ $x{$", " ", "one\ntwo"]
    points = [(value, other) for value in values for other in values[:2]]
    search = searched(
        {
            "param_a": [value for value, _ in points],
            "param_b": [other for _, other in points],
            "param_c": [other for _, other in points],
            "mean_test_score": np.linspace(0, 1, len(points)),
        }
    )
    heatmap = GridScoreDisplay.from_estimator(search, x="a", y="b", panel="c")
    labels = [label.get_text() for label in heatmap.axes_[0].get_xticklabels()]
    assert labels == ["tokenize", "PCA(n_components=10…tol=0.001)", r"$\w+$ $x{$", "' '", "one two"]
    assert [axes.get_title() for axes in heatmap.axes_] == ["c = tokenize", f"c = {labels[1]}"]
    heatmap.figure_.draw_without_rendering()
