"""scikit-learn's callbacks, where it has them (1.9 and later)."""

from collections.abc import Iterator

try:
    from sklearn.callback import CallbackSupportMixin, with_callbacks
except ImportError:

    class CallbackSupportMixin:
        """Nothing to support."""

    def with_callbacks(method):
        return method


class FitTasks:
    """Tells the callbacks of an estimator of a fit, and of each of its epochs.

    Parameters
    ----------
    estimator : SkipGramVectorizer
        Inside a method decorated by `with_callbacks`.
    X : iterable of documents
        Handed to callbacks that ask for it, unless it can be read once only.
    sample_weight : array-like or None
    """

    def __init__(self, estimator, X, sample_weight):
        self._estimator = estimator
        self._context = None
        if hasattr(estimator, "_init_callback_context"):
            n_epochs = None if estimator.max_iter == "auto" else estimator.max_iter
            self._context = estimator._init_callback_context(max_subtasks=n_epochs)
            self._data = {
                "X": None if isinstance(X, Iterator) else X,
                "metadata": {} if sample_weight is None else {"sample_weight": sample_weight},
            }
            self._context.call_on_fit_task_begin(estimator=estimator, **self._data)

    def epochs(self, n_epochs, fitted):
        """What the SGD calls after each epoch, which returns whether a callback wants to stop; None without callbacks.

        Parameters
        ----------
        n_epochs : int
        fitted : callable
            From what the SGD passes on to the attributes that a fit would set if it ended there.
        """
        if self._context is None or not n_epochs:
            return None
        current = [self._begin_epoch(0)]

        def end_epoch(epoch, vectors, loss_curve):
            stop = current.pop().call_on_fit_task_end(
                estimator=self._estimator,
                reconstruction_attributes=lambda: fitted(*vectors(), loss_curve),
                **self._data,
            )
            if not stop and epoch + 1 < n_epochs:
                current.append(self._begin_epoch(epoch + 1))
            return stop

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
