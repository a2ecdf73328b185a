"""Pictures of a search and of a comparison. matplotlib is needed, but imported only when something is drawn.

Figures are made without pyplot, so that neither a display nor a global state is involved.
"""

import numpy as np

# A cell's number is white on the dark part of the colour map, black on the light one.
_DARK_BELOW = 0.6


class GridHeatmap:
    """Mean cross-validated scores of a grid search, over two or three of its parameters.

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
    GridHeatmap.from_search : The usual way to make one.
    """

    def __init__(self, scores, x_values, y_values, panel_values, x_name, y_name, panel_name):
        self.scores = np.asarray(scores, dtype=float)
        self.x_values = x_values
        self.y_values = y_values
        self.panel_values = panel_values
        self.x_name = x_name
        self.y_name = y_name
        self.panel_name = panel_name

    @classmethod
    def from_search(cls, search, x, y, panel=None):
        """Take the scores of a fitted search.

        Parameters
        ----------
        search : GridSearchCV or RandomizedSearchCV
            Fitted, with a single metric.
        x, y : str
            Parameters for the axes, as the search names them, such as ``"skipgramvectorizer__window"``.
        panel : str, optional
            Parameter of which each value gets a panel of its own.

        Returns
        -------
        GridHeatmap

        Raises
        ------
        ValueError
            If the search did not vary such a parameter.
        """
        results = search.cv_results_
        names = [x, y] if panel is None else [x, y, panel]
        for name in names:
            if f"param_{name}" not in results:
                searched = ", ".join(key.removeprefix("param_") for key in results if key.startswith("param_"))
                raise ValueError(f"{name!r} is no parameter of this search; expected one of {searched}.")
        points = list(zip(*(results[f"param_{name}"] for name in names), strict=True))
        if panel is None:
            points = [(*point, None) for point in points]
        x_values, y_values, panel_values = (_in_order(values) for values in zip(*points, strict=True))
        scores = np.full((len(panel_values), len(y_values), len(x_values)), np.nan)
        for point, score in zip(points, results["mean_test_score"], strict=True):
            cell = panel_values.index(point[2]), y_values.index(point[1]), x_values.index(point[0])
            scores[cell] = np.fmax(scores[cell], score)
        short_names = [name.rpartition("__")[2] for name in names]
        return cls(scores, x_values, y_values, panel_values, *short_names, *([None] if panel is None else []))

    def plot(self, figure=None, score_name="mean score"):
        """Draw the panels side by side.

        Parameters
        ----------
        figure : matplotlib.figure.Figure or SubFigure, optional
            Where to draw; a new figure by default.
        score_name : str, default="mean score"
            Label of the colour bar.

        Returns
        -------
        GridHeatmap
            Itself, with `figure_` and `axes_`.
        """
        if figure is None:
            from matplotlib.figure import Figure

            size = (1.5 + len(self.panel_values) * (0.5 + 0.7 * len(self.x_values)), 1.2 + 0.7 * len(self.y_values))
            figure = Figure(figsize=size, layout="constrained")
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


def plot_bars(axes, names, values, errors, highlight):
    """Horizontal bars, the first name at the top, with their values written beside them.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    names : list of str
    values, errors : sequence of float
        Lengths of the bars, at most 1, and of the whiskers to either side.
    highlight : int
        Which bar has a colour of its own.
    """
    colours = ["tab:orange" if i == highlight else "tab:gray" for i in range(len(names))]
    axes.barh(range(len(names)), values, xerr=errors, color=colours, ecolor="black", capsize=3)
    for i, (value, error) in enumerate(zip(values, errors, strict=True)):
        axes.annotate(f"{value:.3f}", (value + error, i), xytext=(4, 0), textcoords="offset points", va="center")
    axes.set_yticks(range(len(names)), labels=names)
    axes.invert_yaxis()
    axes.set_xlim(0, min(1.0, 1.2 * max(np.add(values, errors))))
    axes.spines[["top", "right"]].set_visible(False)


def _in_order(values):
    """The distinct values, sorted if they can be compared, else as they come."""
    distinct = list(dict.fromkeys(values))
    try:
        return sorted(distinct)
    except TypeError:
        return distinct
