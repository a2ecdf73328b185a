"""The picture of the demo."""

import pytest

from sklw2v.cli._demo_picture import plot_bars

pytest.importorskip("matplotlib")
from matplotlib.figure import Figure


def test_bars_have_their_values_beside_them():
    axes = Figure().subplots()
    plot_bars(axes, ["one", "two"], [0.25, 0.5], [0.1, 0.0], highlight=1)
    assert [bar.get_width() for bar in axes.patches] == [0.25, 0.5]
    assert [text.get_text() for text in axes.texts] == ["0.250", "0.500"]
    assert axes.patches[0].get_facecolor() != axes.patches[1].get_facecolor()
