"""Pictures of scores: of epochs, of a grid search, by number of labels.

matplotlib is needed, but imported only when something is drawn.
"""

from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.utils import check_array, check_random_state, check_scalar, column_or_1d
from sklearn.utils.validation import check_is_fitted

from sklw2v.plotting._axes import check_vectorizer, import_pyplot, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase

# A cell's number is white on the dark part of the colour map, black on the light one.
_DARK_BELOW = 0.6


class LossCurveDisplay:
    """The training loss after each epoch and, where a fit stopped early, the score of the documents held out.

    Parameters
    ----------
    loss_curve : array-like of shape (n_epochs,)
        Mean loss of an epoch, as ``loss_curve_`` has it.
    validation_scores : array-like of shape (n_epochs,), default=None
        Mean log-likelihood of held-out documents, as ``validation_scores_`` has it.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        With the loss; set by `plot`.
    validation_ax_ : matplotlib.axes.Axes or None
        With the scores, on the right; set by `plot`.
    figure_ : matplotlib.figure.Figure
        What was drawn upon; set by `plot`.

    Examples
    --------
    >>> from sklw2v import SkipGramVectorizer
    >>> from sklw2v.plotting import LossCurveDisplay
    >>> documents = ["tea and coffee", "coffee and milk", "milk and tea"] * 10
    >>> vectorizer = SkipGramVectorizer(n_components=2, subsample=None, max_iter=5, random_state=0).fit(documents)
    >>> LossCurveDisplay.from_estimator(vectorizer).ax_.get_xlabel()
    'epoch'
    """

    def __init__(
        self, loss_curve: Sequence[float] | np.ndarray, validation_scores: Sequence[float] | np.ndarray | None = None
    ) -> None:
        self.loss_curve = loss_curve
        self.validation_scores = validation_scores

    @classmethod
    def from_estimator(cls, estimator: Any, *, ax: "Axes | None" = None) -> "LossCurveDisplay":
        """Draw the curve of a fitted vectorizer.

        Parameters
        ----------
        estimator : SkipGramVectorizer
            Fitted.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; axes of a new figure by default.

        Returns
        -------
        LossCurveDisplay
        """
        check_vectorizer(estimator)
        check_is_fitted(estimator, "loss_curve_")
        return cls(estimator.loss_curve_, getattr(estimator, "validation_scores_", None)).plot(ax)

    def plot(self, ax: "Axes | None" = None) -> "LossCurveDisplay":
        """Draw the curve.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where to draw; axes of a new figure by default.

        Returns
        -------
        LossCurveDisplay
            Itself, with its attributes.
        """
        ax = new_axes(ax)
        from matplotlib.ticker import MaxNLocator

        ax.plot(
            range(1, len(self.loss_curve) + 1), self.loss_curve, color="tab:blue", marker=".", label="training loss"
        )
        ax.set_xlabel("epoch")
        ax.set_ylabel("mean loss of a pair")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        self.validation_ax_: Axes | None = None
        if self.validation_scores is not None:
            right = ax.twinx()
            epochs = range(1, len(self.validation_scores) + 1)
            right.plot(
                epochs, self.validation_scores, color="tab:orange", marker=".", label="score of held-out documents"
            )
            right.set_ylabel("mean log-likelihood")
            ax.legend(handles=[*ax.get_lines(), *right.get_lines()], loc="center right")
            self.validation_ax_ = right
        self.ax_, self.figure_ = ax, ax.figure
        return self


class GridScoreDisplay:
    """Mean cross-validated scores of a grid search, over two or three of its parameters, as heat maps.

    Where other parameters were searched too, or a point was tried more than once, the best score is shown. Points that
    were not tried stay empty.

    Parameters
    ----------
    scores : array-like of shape (n_panels, n_y, n_x)
        Mean scores; NaN where there is none.
    x_values, y_values, panel_values : sequence
        Values of the parameters along the axes of `scores`.
    x_name, y_name, panel_name : str
        Their names; `panel_name` is None for a single panel without a title.

    Attributes
    ----------
    figure_ : matplotlib.figure.Figure
        What was drawn upon; set by `plot`.
    axes_ : list of matplotlib.axes.Axes
        One a panel; set by `plot`.

    See Also
    --------
    GridScoreDisplay.from_estimator : The usual way to make one.
    """

    def __init__(
        self,
        scores: ArrayLike,
        x_values: Sequence[Any],
        y_values: Sequence[Any],
        panel_values: Sequence[Any],
        x_name: str,
        y_name: str,
        panel_name: str | None,
    ) -> None:
        self.scores = np.asarray(scores, dtype=float)
        self.x_values = x_values
        self.y_values = y_values
        self.panel_values = panel_values
        self.x_name = x_name
        self.y_name = y_name
        self.panel_name = panel_name

    @classmethod
    def from_estimator(
        cls,
        search: Any,
        *,
        x: str,
        y: str,
        panel: str | None = None,
        figure: "FigureBase | None" = None,
        score_name: str = "mean score",
    ) -> "GridScoreDisplay":
        """Draw the scores of a fitted search.

        Parameters
        ----------
        search : GridSearchCV or RandomizedSearchCV
            Fitted, with a single metric.
        x, y : str
            Parameters for the axes, as the search names them, such as ``"skipgramvectorizer__window"``.
        panel : str, optional
            Parameter of which each value gets a panel of its own.
        figure, score_name
            As in `plot`.

        Returns
        -------
        GridScoreDisplay

        Raises
        ------
        ValueError
            If the search did not vary such a parameter, or has several metrics.
        """
        check_is_fitted(search, "cv_results_")
        results = search.cv_results_
        if "mean_test_score" not in results:
            raise ValueError(f"search: expected one of a single metric, got scoring={search.scoring!r}.")
        names = [x, y] if panel is None else [x, y, panel]
        for name in names:
            if f"param_{name}" not in results:
                searched = ", ".join(key.removeprefix("param_") for key in results if key.startswith("param_"))
                raise ValueError(f"{name!r} is no parameter of this search; expected one of {searched}.")
        columns = [results[f"param_{name}"] for name in names]
        if panel is None:
            columns.append([None] * len(columns[0]))
        rows = zip(*columns, results["mean_test_score"], strict=True)
        # A list of grids leaves a parameter masked where a grid does not have it.
        points = [(point, score) for *point, score in rows if not any(value is np.ma.masked for value in point)]
        axes_values = zip(*(point for point, _ in points), strict=True)
        x_values, y_values, panel_values = (_in_order(values) for values in axes_values)
        scores = np.full((len(panel_values), len(y_values), len(x_values)), np.nan)
        for point, score in points:
            cell = panel_values.index(point[2]), y_values.index(point[1]), x_values.index(point[0])
            scores[cell] = np.fmax(scores[cell], score)
        short_names = [name.rpartition("__")[2] for name in names]
        display = cls(scores, x_values, y_values, panel_values, *short_names, *([None] if panel is None else []))
        return display.plot(figure, score_name)

    def plot(self, figure: "FigureBase | None" = None, score_name: str = "mean score") -> "GridScoreDisplay":
        """Draw the panels side by side.

        Parameters
        ----------
        figure : matplotlib.figure.Figure or SubFigure, default=None
            Where to draw; a new figure of pyplot by default.
        score_name : str, default="mean score"
            Label of the colour bar.

        Returns
        -------
        GridScoreDisplay
            Itself, with `figure_` and `axes_`.
        """
        if figure is None:
            size = (1.5 + len(self.panel_values) * (0.5 + 0.7 * len(self.x_values)), 1.2 + 0.7 * len(self.y_values))
            figure = import_pyplot().figure(figsize=size, layout="constrained")
        low, high = np.nanmin(self.scores), np.nanmax(self.scores)
        axes = figure.subplots(1, len(self.panel_values), sharey=True, squeeze=False)[0]
        for panel_axes, panel_value, scores in zip(axes, self.panel_values, self.scores, strict=True):
            image = panel_axes.imshow(scores, vmin=low, vmax=high, cmap="viridis", origin="lower", aspect="auto")
            panel_axes.set_xticks(range(len(self.x_values)), labels=map(str, self.x_values))
            panel_axes.set_yticks(range(len(self.y_values)), labels=map(str, self.y_values))
            panel_axes.set_xlabel(self.x_name)
            if self.panel_name is not None:
                panel_axes.set_title(f"{self.panel_name} = {panel_value}")
            for (row, column), score in np.ndenumerate(scores):
                if np.isfinite(score):
                    is_dark = score < low + _DARK_BELOW * (high - low)
                    colour = "white" if is_dark else "black"
                    panel_axes.text(column, row, f"{score:.3f}", ha="center", va="center", color=colour)
        axes[0].set_ylabel(self.y_name)
        figure.colorbar(image, ax=list(axes), label=score_name)
        self.figure_, self.axes_ = figure, list(axes)
        return self


class LearningCurvesDisplay:
    """Scores of several feature sets by the number of labels, mean and spread.

    Parameters
    ----------
    n_labels : sequence of int
        Labelled documents a class.
    scores : dict from name to array-like of shape (len(n_labels), n_draws)
        Scores of each feature set, one a draw of the labelled documents; NaN where there is none.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        What was drawn upon; set by `plot`.
    figure_ : matplotlib.figure.Figure
        Its figure; set by `plot`.

    See Also
    --------
    LearningCurvesDisplay.from_features : Draws labels, fits and scores.
    """

    def __init__(self, n_labels: Iterable[int], scores: Mapping[str, ArrayLike]) -> None:
        self.n_labels = list(n_labels)
        self.scores = {name: np.asarray(of_name, dtype=float) for name, of_name in scores.items()}

    @classmethod
    def from_features(
        cls,
        features: Mapping[str, Any],
        y: ArrayLike,
        *,
        classifier: Any = None,
        n_labels: Sequence[int] = (5, 20, 50),
        n_draws: int = 5,
        random_state: int | np.random.RandomState | None = None,
        ax: "Axes | None" = None,
    ) -> "LearningCurvesDisplay":
        """Fit a classifier on few labels and score it on the rest, for each feature set on the same draws.

        The features should come from transformers fitted on all documents without their labels.

        Parameters
        ----------
        features : dict from name to {ndarray, sparse matrix} of shape (n_documents, n_features)
        y : array-like of shape (n_documents,)
            Labels.
        classifier : estimator, default=None
            Cloned for each fit; ``LogisticRegression(max_iter=1000)`` by default.
        n_labels : sequence of int
            How many documents of each class are labelled; the rest is scored.
        n_draws : int, default=5
            How many times they are drawn.
        random_state : int, RandomState instance or None, default=None
            Of the draws.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; axes of a new figure by default.

        Returns
        -------
        LearningCurvesDisplay

        Raises
        ------
        ValueError
            If lengths disagree, or a class has no document left to be scored.
        """
        labels = column_or_1d(y)
        check_scalar(n_draws, "n_draws", Integral, min_val=1)
        features = {name: check_array(matrix, accept_sparse="csr") for name, matrix in features.items()}
        for name, matrix in features.items():
            if matrix.shape[0] != len(labels):
                raise ValueError(f"features: {name!r} has {matrix.shape[0]} rows, expected {len(labels)}, one a label.")
        classes, sizes = np.unique(labels, return_counts=True)
        for n in n_labels:
            check_scalar(n, "n_labels", Integral, min_val=1, max_val=int(sizes.min()) - 1)
        classifier = LogisticRegression(max_iter=1000) if classifier is None else classifier
        random = check_random_state(random_state)
        scores = {name: np.empty((len(n_labels), n_draws)) for name in features}
        for place in np.ndindex(len(n_labels), n_draws):
            rows = [random.permutation(np.flatnonzero(labels == label)) for label in classes]
            labelled = np.concatenate([of_class[: n_labels[place[0]]] for of_class in rows])
            others = np.setdiff1d(np.arange(len(labels)), labelled)
            for name, matrix in features.items():
                fitted = clone(classifier).fit(matrix[labelled], labels[labelled])
                scores[name][place] = fitted.score(matrix[others], labels[others])
        return cls(n_labels, scores).plot(ax)

    def plot(self, ax: "Axes | None" = None, score_name: str = "accuracy") -> "LearningCurvesDisplay":
        """Draw a line for each feature set, with bars of one standard deviation over the draws to either side.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where to draw; axes of a new figure by default.
        score_name : str, default="accuracy"
            Label of the axis.

        Returns
        -------
        LearningCurvesDisplay
            Itself, with its attributes.
        """
        ax = new_axes(ax)
        ax.set_xscale("log")  # before the lines, so that the bars' caps are placed right
        for number, (name, of_name) in enumerate(self.scores.items()):
            places = np.array(self.n_labels) * 1.02**number  # side by side, so that no bar hides another
            draws = np.ma.masked_invalid(of_name)
            mean, spread = draws.mean(axis=1).filled(np.nan), draws.std(axis=1).filled(np.nan)
            ax.errorbar(places, mean, spread, label=name, marker="o", capsize=3)
        ax.set_xticks(self.n_labels, labels=map(str, self.n_labels))
        ax.set_xticks([], minor=True)
        ax.set_xlabel("labels a class")
        ax.set_ylabel(score_name)
        ax.legend()
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _in_order(values):
    """The distinct values, sorted if they can be compared, else as they come."""
    distinct = [value for place, value in enumerate(values) if value not in values[:place]]
    try:
        return sorted(distinct)
    except TypeError:
        return distinct
