"""The Displays: what is drawn is what was measured, labels can be read, bad input is refused before drawing."""

import subprocess
import sys

import numpy as np
import pandas
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.manifold import TSNE
from sklearn.model_selection import GridSearchCV, ParameterGrid
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import normalize

from sklw2v import PretrainedVectorizer, WordVectors
from sklw2v.cli import _demo as demo
from tests.corpora import DOCUMENTS, planted_topics, small

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("agg")
from matplotlib import pyplot  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.text import Text  # noqa: E402

from sklw2v.plotting import (  # noqa: E402
    GridScoreDisplay,
    LearningCurvesDisplay,
    LossCurveDisplay,
    NeighborsDisplay,
    WordMapDisplay,
)


@pytest.fixture(autouse=True)
def close_figures():
    yield
    pyplot.close("all")


def random_words(n_words, n_components=5, seed=0):
    rng = np.random.RandomState(seed)
    return WordVectors([f"word{row}" for row in range(n_words)], rng.standard_normal((n_words, n_components)))


def test_matplotlib_is_imported_only_when_something_is_drawn():
    code = "import sys, sklw2v, sklw2v.plotting; print('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False"


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


def test_word_map_is_the_first_two_principal_components_of_unit_vectors():
    wv = random_words(6)
    display = WordMapDisplay.from_estimator(wv, wv.words)
    unit = normalize(wv.vectors.astype(float))
    unit -= unit.mean(axis=0)
    left, singular, _ = np.linalg.svd(unit, full_matrices=False)
    assert_allclose(np.abs(display.positions), np.abs(left[:, :2] * singular[:2]), atol=1e-6)
    assert_allclose(display.ax_.collections[0].get_offsets(), display.positions)
    assert [label.get_text() for label in display.labels_] == wv.words


def test_word_map_takes_vectorizers_and_other_projections():
    vectorizer = small(n_components=4).fit(DOCUMENTS)
    words = ["tea", "coffee", "reader", "road", "corner", "the"]
    pretrained = PretrainedVectorizer(vectorizer.word_vectors_).fit(DOCUMENTS)
    one, other = WordMapDisplay.from_estimator(vectorizer, words), WordMapDisplay.from_estimator(pretrained, words)
    assert_array_equal(one.positions, other.positions)
    projection = TSNE(perplexity=2, random_state=0)
    unlike = WordMapDisplay.from_estimator(vectorizer, words, projection=projection)
    assert unlike.positions.shape == (6, 2)
    assert not hasattr(projection, "embedding_")  # a clone was fitted


def test_word_map_of_vectors_of_one_component():
    positions = WordMapDisplay.from_estimator(random_words(3, n_components=1), ["word0", "word1"]).positions
    assert positions.shape == (2, 2)
    assert_array_equal(positions[:, 1], 0)


@pytest.mark.parametrize("n_words, spread", [(5, 1.0), (25, 1.0), (40, 1.0), (25, 0.0)])
def test_labels_of_a_word_map_overlap_neither_each_other_nor_points(n_words, spread):
    rng = np.random.RandomState(n_words)
    positions = rng.standard_normal((n_words, 2)) * spread
    if spread:
        positions[: n_words // 2] *= 0.1  # half of them crowded
    ax = Figure(figsize=(7, 6)).subplots()
    display = WordMapDisplay([f"word{row}" * (1 + row % 3) for row in range(n_words)], positions).plot(ax)
    display.figure_.draw_without_rendering()  # which moves labels to their offsets
    boxes = [Text.get_window_extent(label) for label in display.labels_]
    overlapping = [(one, other) for one in range(n_words) for other in range(one) if boxes[one].overlaps(boxes[other])]
    assert overlapping == []
    points = ax.transData.transform(positions)
    assert not any(box.contains(*point) for box in boxes for point in points)
    assert all((ax.bbox.min <= box.min).all() and (box.max <= ax.bbox.max).all() for box in boxes)
    gaps = [
        np.maximum(np.maximum(box.min - point, point - box.max), 0) for box, point in zip(boxes, points, strict=True)
    ]
    assert np.median(np.linalg.norm(gaps, axis=1)) < (60 if spread else 160)  # pixels from a point to its label


@pytest.mark.parametrize("words", [[], ["word0"], "word0"])
def test_word_map_needs_two_words(words):
    with pytest.raises(ValueError, match=r"words=.*: expected a list of two words or more"):
        WordMapDisplay.from_estimator(random_words(4), words)


def test_word_map_names_an_unknown_word():
    with pytest.raises(KeyError, match="unknown word 'wort0'"):
        WordMapDisplay.from_estimator(random_words(4), ["word0", "wort0"])


def test_word_map_needs_a_projection_to_the_plane():
    from sklearn.decomposition import PCA

    with pytest.raises(ValueError, match=r"projection=PCA\(n_components=3\): expected positions of shape \(4, 2\)"):
        WordMapDisplay.from_estimator(random_words(4), random_words(4).words, projection=PCA(3))


def test_neighbors_are_those_of_most_similar_the_nearest_at_the_top():
    wv = random_words(30)
    display = NeighborsDisplay.from_estimator(wv, "word3", topn=5)
    expected = wv.most_similar("word3", topn=5)
    assert [bar.get_width() for bar in display.ax_.patches] == [similarity for _, similarity in expected]
    assert [label.get_text() for label in display.ax_.get_yticklabels()] == [word for word, _ in expected]
    assert display.ax_.yaxis_inverted()
    assert "word3" in display.ax_.get_title()


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


def test_missing_matplotlib_is_an_error_that_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"sklw2v\[plot\]"):
        NeighborsDisplay.from_estimator(random_words(4), "word0")


def test_words_of_mathematics_and_axes_of_parts_of_a_figure():
    wv = WordVectors(["$a_$", "$x{$", "c"], np.eye(3))
    parts = Figure(figsize=(8, 4)).subfigures(1, 2)
    WordMapDisplay.from_estimator(wv, wv.words, ax=parts[0].subplots())
    display = NeighborsDisplay.from_estimator(wv, "$a_$", ax=parts[1].subplots())
    display.plot(display.ax_)
    assert display.ax_.yaxis_inverted()
    display.figure_.canvas.figure.draw_without_rendering()


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


def test_bars_have_their_values_beside_them():
    axes = Figure().subplots()
    demo._plot_bars(axes, ["one", "two"], [0.25, 0.5], [0.1, 0.0], highlight=1)
    assert [bar.get_width() for bar in axes.patches] == [0.25, 0.5]
    assert [text.get_text() for text in axes.texts] == ["0.250", "0.500"]
    assert axes.patches[0].get_facecolor() != axes.patches[1].get_facecolor()
