"""One BLAS thread while numbers are computed whose last bits would depend on the number of BLAS threads."""

import os
from contextlib import contextmanager
from threading import Event, Lock, Thread

import threadpoolctl
from numba.core.compiler_lock import global_compiler_lock


class _Holder:
    """A thread that holds BLAS at one thread until released.

    The limit is one of the whole process, and threadpoolctl lets the thread that set it set it back. So overlapping
    users in several threads need one owner that outlives each of them.
    """

    def __init__(self):
        self._held, self._release = Event(), Event()
        self._limits = None
        self._thread = Thread(target=self._hold, daemon=True)
        self._thread.start()
        self._held.wait()

    def _hold(self):
        try:
            if not _limits_take_effect():
                # A thread that is inside a limit of its own keeps all others from setting one: take over.
                threadpoolctl.OpenBLASController.clear_controlling_thread(force=True)
            with threadpoolctl.threadpool_limits(1, user_api="blas") as self._limits:
                self._held.set()
                self._release.wait()
        finally:
            self._held.set()

    def release(self):
        self._release.set()
        self._thread.join()

    def undo(self):
        """Set the limit back in a forked process, which has not got the thread."""
        if self._limits is not None:
            self._limits.restore_original_limits()


def _limits_take_effect():
    with threadpoolctl.threadpool_limits(1, user_api="blas"):
        libraries = threadpoolctl.threadpool_info()
    return all(library["num_threads"] == 1 for library in libraries if library["user_api"] == "blas") or not hasattr(
        threadpoolctl, "OpenBLASController"
    )


class _Users:
    """The blocks of a process that need one BLAS thread."""

    def __init__(self):
        self.lock = Lock()
        self.n_users = 0
        self.holder = None


_users = _Users()


@contextmanager
def one_blas_thread():
    """Limit BLAS to one thread until the last of the blocks that ask for it, in whatever Python threads, has ended."""
    users = _users
    with users.lock:
        if users.n_users == 0:
            users.holder = _Holder()
        users.n_users += 1
    try:
        yield
    finally:
        if users is _users:  # else a block that began before a fork ends in the child
            with users.lock:
                users.n_users -= 1
                if users.n_users == 0:
                    users.holder.release()
                    users.holder = None


# A process may fork while another of its threads is inside a block, or compiles. The child has that thread's locks and
# its limit, but not the thread: so forks wait until no lock is held, and a child begins without blocks.


def _before_fork():
    global_compiler_lock.__enter__()
    _users.lock.acquire()


def _after_in_parent():
    _users.lock.release()
    global_compiler_lock.__exit__(None, None, None)


def _after_in_child():
    global _users
    holder = _users.holder
    _after_in_parent()
    _users = _Users()
    if holder is not None:
        holder.undo()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_in_parent, after_in_child=_after_in_child)
