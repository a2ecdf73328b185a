"""The picture of a grid search. matplotlib is needed, but imported only when something is drawn."""

from collections.abc import Sequence
from itertools import compress
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from sklw2v.plotting._axes import import_pyplot
from sklw2v.utils import is_missing

if TYPE_CHECKING:
    from matplotlib.figure import FigureBase

# A cell's number is white on the dark part of the colour map, black on the light one.
_DARK_BELOW = 0.6
_LONGEST_LABEL = 30  # characters; longer ones lose their middle
_LONGEST_LEVEL = 8  # characters that have a place below a cell


class GridScoreDisplay:
    """Mean cross-validated scores of a grid search, over two or three of its parameters, as heat maps.

    Where other parameters were searched too, or a point was tried more than once, the best score is shown. Of a search
    that halves, such as `HalvingGridSearchCV`, it is the best of the last iteration in which the point was tried, the
    one with most resources. So points that were given up early stand beside others that had more resources. Points that
    were not tried, or whose fits failed, stay empty.

    Parameters
    ----------
    scores : array-like of shape (n_panels, n_y, n_x)
        Mean scores; NaN where there is none. One at least must be finite.
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
        search : GridSearchCV, RandomizedSearchCV, HalvingGridSearchCV or HalvingRandomSearchCV
            Fitted, with a single metric.
        x, y : str
            Parameters for the axes, as the search names them, such as ``"skipgramvectorizer__window"``; or the one that
            is the resource of a search that halves.
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
            If the search did not vary such a parameter, has several metrics, or no point with a score.
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
        # A list of grids leaves a parameter masked where a grid does not have it.
        has_all = [not any(value is np.ma.masked for value in point) for point in zip(*columns, strict=True)]
        if not any(has_all):
            raise ValueError(f"{', '.join(map(repr, names))}: no point of this search has them all.")
        x_axis, y_axis, panel_axis = (_in_order(list(compress(column, has_all))) for column in columns)
        cells = panel_axis[1], y_axis[1], x_axis[1]
        shape = tuple(len(values) for values, _ in (panel_axis, y_axis, x_axis))
        tried = np.asarray(results["mean_test_score"])[has_all]
        iterations = np.asarray(results.get("iter", np.zeros(len(has_all), dtype=int)))[has_all]
        last = np.zeros(shape, dtype=int)
        np.maximum.at(last, cells, iterations)
        scores = np.full(shape, np.nan)
        np.fmax.at(scores, cells, np.where(iterations == last[cells], tried, np.nan))
        short_names = [name.rpartition("__")[2] for name in names]
        display = cls(scores, x_axis[0], y_axis[0], panel_axis[0], *short_names, *([None] if panel is None else []))
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

        Raises
        ------
        ValueError
            If no score is finite.
        """
        finite = self.scores[np.isfinite(self.scores)]
        if not len(finite):
            raise ValueError("scores: expected one finite number or more, got none; did all fits fail?")
        low, high = finite.min(), finite.max()
        x_labels, y_labels, panel_labels = (
            [_label(value) for value in values] for values in (self.x_values, self.y_values, self.panel_values)
        )
        is_turned = max(map(len, x_labels)) > _LONGEST_LEVEL
        turn = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"} if is_turned else {}
        titles = [""] if self.panel_name is None else [f"{self.panel_name} = {label}" for label in panel_labels]
        if figure is None:
            figure = import_pyplot().figure(figsize=_size(x_labels, y_labels, titles, is_turned), layout="constrained")
        axes = figure.subplots(1, len(titles), sharey=True, squeeze=False)[0]
        for panel_axes, title, scores in zip(axes, titles, self.scores, strict=True):
            image = panel_axes.imshow(scores, vmin=low, vmax=high, cmap="viridis", origin="lower", aspect="auto")
            panel_axes.set_xticks(range(len(x_labels)), labels=x_labels, parse_math=False, **turn)
            panel_axes.set_yticks(range(len(y_labels)), labels=y_labels, parse_math=False)
            panel_axes.set_xlabel(self.x_name)
            panel_axes.set_title(title, parse_math=False)
            for (row, column), score in np.ndenumerate(scores):
                if np.isfinite(score):
                    is_dark = score <= low + _DARK_BELOW * (high - low)
                    colour = "white" if is_dark else "black"
                    panel_axes.text(column, row, f"{score:.3f}", ha="center", va="center", color=colour)
        axes[0].set_ylabel(self.y_name)
        figure.colorbar(image, ax=list(axes), label=score_name)
        self.figure_, self.axes_ = figure, list(axes)
        return self


def _in_order(values):
    """Tell values apart.

    Parameters
    ----------
    values : list

    Returns
    -------
    distinct : list
        Sorted if they can be compared, else as they come.
    places : ndarray of int, shape (n_values,)
        Of each value in `distinct`.
    """
    distinct = []
    places = []
    for value in values:
        place = next((place for place, other in enumerate(distinct) if _is_same(value, other)), len(distinct))
        places.append(place)
        distinct += [value] * (place == len(distinct))
    try:
        order = sorted(range(len(distinct)), key=distinct.__getitem__)
    except (TypeError, ValueError):  # dicts, estimators; arrays
        order = range(len(distinct))
    return [distinct[place] for place in order], np.argsort(order)[places]


def _is_same(one, other):
    """Whether two values of a parameter are the same, arrays and estimators as well."""
    if one is other:
        return True
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return type(one) is type(other) and np.array_equal(one, other)
    if isinstance(one, BaseEstimator) and type(one) is type(other):
        own, others = one.get_params(deep=False), other.get_params(deep=False)
        return own.keys() == others.keys() and all(_is_same(own[name], others[name]) for name in own)
    if type(one) is type(other) and is_missing(one):  # NaN is not equal to itself
        return is_missing(other)
    try:
        return bool(one == other)
    except (TypeError, ValueError):  # frames
        return False


def _label(value):
    """A value in a few characters of one line, a function by its name."""
    text = " ".join(str(getattr(value, "__name__", value)).split()) or repr(value)
    return text if len(text) <= _LONGEST_LABEL else f"{text[: _LONGEST_LABEL - 11]}…{text[-10:]}"


def _size(x_labels, y_labels, titles, is_turned):
    """Width and height of a figure in inches that has room for numbers in its cells and for its labels."""
    longest_x, longest_y, longest_title = (max(map(len, labels)) for labels in (x_labels, y_labels, titles))
    panel_width = max(0.5 + 0.7 * len(x_labels), 0.1 * longest_title)
    width = 1.5 + len(titles) * panel_width + 0.08 * max(longest_y - 5, 0)
    return width, 1.2 + 0.7 * len(y_labels) + is_turned * 0.06 * longest_x
