"""Pictures of words. matplotlib is needed, but imported only when something is drawn."""

from collections.abc import Hashable, Iterable
from numbers import Integral
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.preprocessing import normalize
from sklearn.utils.validation import check_is_fitted

from sklw2v.plotting._axes import check_vectorizer, new_axes
from sklw2v.word_vectors import WordVectors

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Where a label may stand, by rising distance from its point: points (1/72 inch) and directions.
_RADII = (4, 12, 24, 40, 60, 90, 130)
_ANGLES = np.arange(0, 360, 22.5)


class WordMapDisplay:
    """Chosen words as points in the plane, each with its label; none covers another where there is room for all.

    Parameters
    ----------
    words : list of str
    positions : array-like of shape (n_words, 2)

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        What was drawn upon; set by `plot`.
    figure_ : matplotlib.figure.Figure
        Its figure; set by `plot`.
    labels_ : list of matplotlib.text.Annotation
        One a word; set by `plot`.

    See Also
    --------
    WordMapDisplay.from_estimator : Finds the positions.
    """

    def __init__(self, words: Iterable[Hashable], positions: ArrayLike) -> None:
        self.words = list(words)
        self.positions = np.asarray(positions, dtype=float)  # (n_words, 2)

    @classmethod
    def from_estimator(
        cls, estimator: Any, words: Iterable[Hashable] | int = 50, *, projection: Any = None, ax: "Axes | None" = None
    ) -> "WordMapDisplay":
        """Project the unit vectors of some words to the plane and draw them.

        Parameters
        ----------
        estimator : SkipGramVectorizer, PretrainedVectorizer or WordVectors
            Where the vectors are from.
        words : iterable of str or int, default=50
            At least two, all known. A number: so many of the first words of the vectors, which are the most frequent
            ones of a vectorizer and of most files; all, where there are fewer.
        projection : transformer, default=None
            From (n_words, d) to (n_words, 2) by ``fit_transform``; ``PCA(2)`` by default, which keeps large distances.
            ``TSNE(perplexity=5, random_state=0)`` keeps neighbours together instead.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; axes of a new figure by default.

        Returns
        -------
        WordMapDisplay

        Raises
        ------
        KeyError
            If a word is unknown.
        ValueError
            If there are fewer than two words, or the projection is not to two dimensions.
        """
        word_vectors = _word_vectors(estimator)
        chosen = _chosen_words(words, word_vectors)
        projection = PCA(2, svd_solver="full") if projection is None else clone(projection)
        vectors = word_vectors[chosen].astype(np.float64)
        if vectors.shape[1] == 1:
            vectors = np.hstack([vectors, np.zeros_like(vectors)])  # a plane needs two
        vectors = normalize(vectors)
        with np.errstate(invalid="ignore"):  # shares of a variance of 0, where all words have one direction
            positions = projection.fit_transform(vectors)
        if positions.shape != (len(chosen), 2):
            raise ValueError(
                f"projection={projection!r}: expected positions of shape {len(chosen), 2}, got {positions.shape}."
            )
        return cls(chosen, positions).plot(ax)

    def plot(self, ax: "Axes | None" = None, **text_kwargs: Any) -> "WordMapDisplay":
        """Draw points and labels.

        Labels are placed for the size that the axes have now, so set it first.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where to draw; axes of a new figure by default.
        **text_kwargs
            Of the labels, such as ``fontsize``.

        Returns
        -------
        WordMapDisplay
            Itself, with its attributes.
        """
        ax = new_axes(ax)
        x, y = self.positions.T
        ax.scatter(x, y, s=12, color="tab:blue", zorder=2)
        ax.margins(0.12)
        ax.set_xticks([])
        ax.set_yticks([])
        ax.figure.canvas.figure.draw_without_rendering()  # settles the layout
        line = {"arrowstyle": "-", "color": "0.7", "lw": 0.7, "shrinkA": 0, "shrinkB": 2}
        centred: dict[str, Any] = {"ha": "center", "va": "center", "parse_math": False}
        self.labels_ = [
            ax.annotate(
                str(word), position, (0, 0), textcoords="offset points", arrowprops=line, **centred | text_kwargs
            )
            for word, position in zip(self.words, self.positions, strict=True)
        ]
        _place(self.labels_, ax.transData.transform(self.positions), ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self


class NeighborsDisplay:
    """The words most similar to a word, as bars.

    Parameters
    ----------
    word : str
    neighbors : list of (str, float)
        Words and similarities, as `WordVectors.most_similar` gives them.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        What was drawn upon; set by `plot`.
    figure_ : matplotlib.figure.Figure
        Its figure; set by `plot`.
    """

    def __init__(self, word: Hashable, neighbors: Iterable[tuple[Any, float]]) -> None:
        self.word = word
        self.neighbors = list(neighbors)

    @classmethod
    def from_estimator(
        cls, estimator: Any, word: Hashable, *, topn: int = 10, ax: "Axes | None" = None
    ) -> "NeighborsDisplay":
        """Find the neighbours of a word and draw them.

        Parameters
        ----------
        estimator : SkipGramVectorizer, PretrainedVectorizer or WordVectors
            Where the vectors are from.
        word : str
            A known word.
        topn : int, default=10
            How many neighbours.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; axes of a new figure by default.

        Returns
        -------
        NeighborsDisplay

        Raises
        ------
        KeyError
            If the word is unknown.
        """
        return cls(word, _word_vectors(estimator).most_similar(word, topn=topn)).plot(ax)

    def plot(self, ax: "Axes | None" = None) -> "NeighborsDisplay":
        """Draw the bars, the nearest word at the top.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where to draw; axes of a new figure by default.

        Returns
        -------
        NeighborsDisplay
            Itself, with its attributes.
        """
        ax = new_axes(ax)
        names, similarities = [str(name) for name, _ in self.neighbors], [value for _, value in self.neighbors]
        ax.barh(range(len(names)), similarities, color="tab:blue")
        ax.set_yticks(range(len(names)), labels=names, parse_math=False)
        ax.set_ylim(len(names) - 0.5, -0.5)
        ax.set_xlabel("cosine similarity")
        ax.set_title(f"nearest to {self.word}", parse_math=False)
        ax.spines[["top", "right"]].set_visible(False)
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _word_vectors(estimator):
    """The vectors that a fitted vectorizer has, or that the argument is."""
    if isinstance(estimator, WordVectors):
        return estimator
    check_vectorizer(estimator)
    check_is_fitted(estimator, "word_vectors_")
    return estimator.word_vectors_


def _chosen_words(words, word_vectors):
    """A list of two words or more: those given, or the first ones."""
    if isinstance(words, Integral) and not isinstance(words, bool):
        chosen = word_vectors.words[: max(words, 0)]
    else:
        chosen = list(words) if isinstance(words, Iterable) and not isinstance(words, str | bytes) else []
    if len(chosen) < 2:
        raise ValueError(
            f"words={words!r}: expected a list of two words or more, or how many of the first, from 2 on; there are "
            f"{len(word_vectors)}."
        )
    return chosen


def _place(labels, points, ax):
    """Move each label, one after the other, to the nearest place where it covers neither a label nor a point.

    Parameters
    ----------
    labels : list of matplotlib.text.Annotation
        Centred; their positions are offsets, in points (1/72 inch), from what they annotate.
    points : ndarray of shape (n_labels, 2)
        What they annotate, in pixels.
    ax : matplotlib.axes.Axes
        What labels should not leave.
    """
    from matplotlib.text import Text

    pixels = ax.figure.dpi / 72  # of one point
    angles = np.deg2rad(_ANGLES)
    directions = np.column_stack([np.cos(angles), np.sin(angles)])  # (n_angles, 2)
    extents = [Text.get_window_extent(label) for label in labels]  # without the line to the point
    halves = (
        np.array([[extent.width, extent.height] for extent in extents]) / 2 + pixels
    )  # (n_labels, 2), with a margin
    placed = np.zeros((0, 4))  # left, bottom, right, top
    for row, label in enumerate(labels):
        offsets = np.concatenate([(radius * pixels + halves[row]) * directions for radius in _RADII])
        centres = points[row] + offsets
        boxes = np.hstack([centres - halves[row], centres + halves[row]])  # (n_candidates, 4)
        cost = _overlaps(boxes, placed) + _overlaps(boxes, np.hstack([points, points])) + ~_inside(boxes, ax.bbox)
        best = np.argmin(cost)  # the first of several, which is the nearest
        label.set_position(offsets[best] / pixels)
        placed = np.vstack([placed, boxes[best]])


def _overlaps(boxes, others):
    """How many of the other boxes, or points, each of the boxes touches."""
    low = np.maximum(boxes[:, np.newaxis, :2], others[:, :2])
    high = np.minimum(boxes[:, np.newaxis, 2:], others[:, 2:])
    return (low <= high).all(axis=2).sum(axis=1)


def _inside(boxes, bounds):
    """Which of the boxes are wholly inside the bounds."""
    return (boxes[:, :2] >= bounds.min).all(axis=1) & (boxes[:, 2:] <= bounds.max).all(axis=1)
