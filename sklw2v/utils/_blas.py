"""One BLAS thread while numbers are computed whose last bits would depend on the number of BLAS threads."""

from contextlib import contextmanager
from threading import Event, Lock, Thread

import threadpoolctl

_lock = Lock()
_n_users = 0
_holder = None


class _Holder:
    """A thread that holds BLAS at one thread until released.

    The limit is one of the whole process, and threadpoolctl lets the thread that set it set it back. So overlapping
    users in several threads need one owner that outlives each of them.
    """

    def __init__(self):
        self._held, self._release = Event(), Event()
        self._thread = Thread(target=self._hold, daemon=True)
        self._thread.start()
        self._held.wait()

    def _hold(self):
        try:
            if not _limits_take_effect():
                # A thread that is inside a limit of its own keeps all others from setting one: take over.
                threadpoolctl.OpenBLASController.clear_controlling_thread(force=True)
            with threadpoolctl.threadpool_limits(1, user_api="blas"):
                self._held.set()
                self._release.wait()
        finally:
            self._held.set()

    def release(self):
        self._release.set()
        self._thread.join()


def _limits_take_effect():
    with threadpoolctl.threadpool_limits(1, user_api="blas"):
        libraries = threadpoolctl.threadpool_info()
    return all(library["num_threads"] == 1 for library in libraries if library["user_api"] == "blas") or not hasattr(
        threadpoolctl, "OpenBLASController"
    )


@contextmanager
def one_blas_thread():
    """Limit BLAS to one thread until the last of the blocks that ask for it, in whatever Python threads, has ended."""
    global _n_users, _holder
    with _lock:
        if _n_users == 0:
            _holder = _Holder()
        _n_users += 1
    try:
        yield
    finally:
        with _lock:
            _n_users -= 1
            if _n_users == 0:
                _holder.release()
