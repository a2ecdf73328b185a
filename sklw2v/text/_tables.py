"""Columns of tables as documents."""

from typing import Any, TypeVar

from sklearn import get_config

Transformer = TypeVar("Transformer", bound="TakesTables")


class TakesTables:
    """A mixin of transformers of one column of texts, in tables, where output is set to frames, and elsewhere.

    In tables a missing text is an empty one.
    """

    _output: str | None = None

    def set_output(self: Transformer, *, transform: str | None = None) -> Transformer:
        """Set what `transform` and `fit_transform` return; in tables a missing text is an empty one.

        Parameters
        ----------
        transform : {"default", "pandas", "polars"} or None
            Features as an array, or as a frame with the index of X if that is a column of a frame. Tokens, which fill
            no table of numbers, stay as they are. None changes nothing.

        Returns
        -------
        estimator
            Itself.
        """
        inherited = getattr(super(), "set_output", None)
        if inherited is not None:
            inherited(transform=transform)
        self._output = self._output if transform is None else transform
        return self

    def __sklearn_clone__(self) -> Any:
        copy = super().__sklearn_clone__()  # type: ignore[misc]  # of the estimator
        if self._output is not None:
            copy._output = self._output
        return copy

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()  # type: ignore[misc]
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags

    @property
    def _is_in_table(self):
        """Whether documents are a column of a table, as those of skrub are."""
        output = get_config()["transform_output"] if self._output is None else self._output
        return output != "default"
