"""scikit-learn's callbacks, where it has them (1.9 and later)."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

try:
    from sklearn.callback import CallbackSupportMixin
    from sklearn.callback import with_callbacks as managed
except ImportError:

    class CallbackSupportMixin:  # type: ignore[no-redef]  # the place of the one that is not there
        """Nothing to support."""

    def managed(method):
        return method


Method = TypeVar("Method", bound=Callable[..., Any])


def with_callbacks(method: Method) -> Method:
    """scikit-learn's decorator, where there is one; it has no hints, and would hide those of the method."""
    return managed(method)


class FitTasks:
    """Tells the callbacks of an estimator of a fit, and of each of its epochs.

    Parameters
    ----------
    estimator : SkipGramVectorizer
        Inside a method decorated by `with_callbacks`.
    X : iterable of documents
        Handed to callbacks that ask for it, unless it can be read once only.
    y : array-like or None
    sample_weight : array-like or None
    """

    def __init__(self, estimator, X, y, sample_weight):
        self._estimator = estimator
        self._context = None
        if hasattr(estimator, "_init_callback_context"):
            n_epochs = None if estimator.max_iter == "auto" else estimator.max_iter
            self._context = estimator._init_callback_context(max_subtasks=n_epochs)
            self._data = {
                "X": None if isinstance(X, Iterator) else X,
                "y": y,
                "metadata": {} if sample_weight is None else {"sample_weight": sample_weight},
            }
            self._context.call_on_fit_task_begin(estimator=estimator, **self._data)

    def epochs(self, n_epochs, fitted):
        """Begin the first epoch; returns what is to be called after each.

        Parameters
        ----------
        n_epochs : int
        fitted : callable
            From what the SGD passes on to the attributes that a fit would set if it ended there.

        Returns
        -------
        callable
            Takes the number of the epoch, from 0, a function that returns the vectors, the loss curve, and whether the
            epoch is the last in any case; returns whether it is.
        """
        if self._context is None or not n_epochs:
            return lambda epoch, vectors, loss_curve, is_last: is_last
        current = [self._begin_epoch(0)]

        def end_epoch(epoch, vectors, loss_curve, is_last):
            is_last |= current.pop().call_on_fit_task_end(
                estimator=self._estimator,
                reconstruction_attributes=lambda: fitted(*vectors(), loss_curve),
                **self._data,
            )
            if not is_last and epoch + 1 < n_epochs:
                current.append(self._begin_epoch(epoch + 1))
            return is_last

        return end_epoch

    def end(self, fitted):
        """Tell the callbacks that the fit is done, with the attributes that it sets."""
        if self._context is not None:
            self._context.call_on_fit_task_end(
                estimator=self._estimator, reconstruction_attributes=fitted, **self._data
            )

    def _begin_epoch(self, epoch):
        context = self._context.subcontext(task_name=f"epoch {epoch + 1}")
        return context.call_on_fit_task_begin(estimator=self._estimator, **self._data)
