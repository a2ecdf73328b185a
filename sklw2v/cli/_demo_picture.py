"""The picture of the demo: heat maps of the grid, above bars of the accuracies.

matplotlib need not be installed, and takes longer to import than everything else that only the command line needs.
It is imported when a picture is drawn.
"""

import os
from pathlib import Path

import numpy as np

from sklw2v.plotting import GridScoreDisplay
from sklw2v.utils import replacing


def find_format(output):
    """The picture's format, or None without matplotlib; raise if there is no such format."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return None
    output = Path(output)
    formats = Figure().canvas.get_supported_filetypes()
    picture_format = output.suffix.removeprefix(".").lower()
    if picture_format not in formats:
        expected = ", ".join(f".{name}" for name in sorted(formats))
        raise ValueError(f"output={os.fspath(output)!r}: expected a name that ends in one of {expected}.")
    return picture_format


def draw(output, picture_format, search, comparison):
    """Draw the grid search above the comparison; the picture is complete or not there.

    Parameters
    ----------
    output : path-like
    picture_format : str
        A format that matplotlib can write, such as ``"png"``.
    search : GridSearchCV
        Fitted, with a grid of three parameters: the rows, the columns and the panels of the heat maps.
    comparison : Comparison
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 6), layout="constrained")
    upper, lower = figure.subfigures(2, 1, height_ratios=[1.1, 1])
    upper.suptitle("Grid search: cross-validated accuracy of word vectors")
    parameters = dict(zip(("y", "x", "panel"), search.param_grid, strict=True))
    GridScoreDisplay.from_estimator(search, **parameters, figure=upper, score_name="cv accuracy")
    lower.suptitle("Accuracy on the held-out addresses")
    axes = lower.subplots()
    names = list(comparison.right)
    accuracies, errors = map(comparison.accuracy, names), map(comparison.standard_error, names)
    plot_bars(axes, names, list(accuracies), list(errors), highlight=0)
    axes.set_xlabel("accuracy, with the standard error by address")
    with replacing(output) as file:
        figure.savefig(file, format=picture_format, dpi=120)


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
