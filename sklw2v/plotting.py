"""Pictures, in the manner of scikit-learn's Displays; matplotlib is needed (``pip install sklw2v[plot]``)."""

from sklw2v.score_displays import GridScoreDisplay, LearningCurvesDisplay, LossCurveDisplay
from sklw2v.word_displays import NeighborsDisplay, WordMapDisplay

__all__ = ["GridScoreDisplay", "LearningCurvesDisplay", "LossCurveDisplay", "NeighborsDisplay", "WordMapDisplay"]
