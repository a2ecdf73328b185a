"""Pictures of scores: of epochs, by number of labels.

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

from sklw2v.plotting._axes import check_vectorizer, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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
