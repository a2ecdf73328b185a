"""What the pictures share: where to draw, and a check of what they are drawn from."""

from typing import TYPE_CHECKING

from sklearn.base import TransformerMixin

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def import_pyplot():
    """pyplot, or an ImportError that says where it comes from."""
    try:
        from matplotlib import pyplot
    except ImportError as error:
        raise ImportError('pictures need matplotlib: pip install "sklw2v[plot]"') from error
    return pyplot


def new_axes(ax: "Axes | None" = None) -> "Axes":
    """`ax`, or the axes of a new figure of pyplot."""
    return import_pyplot().subplots(layout="constrained")[1] if ax is None else ax


def check_vectorizer(estimator):
    """Raise a TypeError for what is no vectorizer: a pipeline instead of its step, or vectors of another program."""
    if not isinstance(estimator, TransformerMixin) or hasattr(estimator, "steps"):
        raise TypeError(
            f"expected a vectorizer or WordVectors, got a {type(estimator).__name__}; of a fitted pipeline give the "
            "step, such as pipeline[0], of gensim's vectors WordVectors.from_gensim(vectors)"
        )
