"""Pictures, in the manner of scikit-learn's Displays; matplotlib is needed (``pip install sklw2v[plot]``)."""

from sklw2v.plotting._grid_scores import GridScoreDisplay
from sklw2v.plotting._scores import LearningCurvesDisplay, LossCurveDisplay
from sklw2v.plotting._words import NeighborsDisplay, WordMapDisplay

__all__ = ["GridScoreDisplay", "LearningCurvesDisplay", "LossCurveDisplay", "NeighborsDisplay", "WordMapDisplay"]
