"""Decorators for compiled code, and what keeps kernels of another version from being used."""

import contextlib
import functools
import hashlib
import os
import tempfile
import warnings
from pathlib import Path

import numpy as np
from numba import config, njit

_KINDS = (0, 0.0, 0j, False)  # four types that numba tells apart
_N_DIGITS = 12  # of four values each: one chance in 17 million that a change is not seen


def compiled(**options):
    """Decorator of a compiled function that Python calls: without the GIL, and kept on disk where that can be.

    Such functions stand in modules named ``_kernels``, and their first parameter is `SOURCES`. With
    ``NUMBA_DISABLE_JIT=1`` they are not compiled, and overflow as silently as compiled code does; NumPy 1.26 needs
    ``NPY_PROMOTION_STATE=weak`` as well, to have the types of NumPy 2.

    Parameters
    ----------
    **options
        As `numba.njit` takes them, in place of these or beside them.
    """
    options = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True} | options

    def decorate(function):
        if config.DISABLE_JIT:
            return np.errstate(all="ignore")(function)
        try:
            dispatcher = njit(cache=True, **options)(function)
            dispatcher.compile = _one_process_at_a_time(dispatcher.compile)
            return dispatcher
        except RuntimeError as error:
            if "no locator available" not in str(error):
                raise
            _warn_of_no_folder()
            return njit(**options)(function)

    return decorate


def _one_process_at_a_time(compile_or_load):
    """Make the method of numba that compiles a function, or loads it from disk, wait for other processes that do so.

    Numba numbers the files of a function's types: two processes that add to its index at once use one number twice, and
    later processes then load code for other types than they asked for.
    """

    @functools.wraps(compile_or_load)
    def locked(*arguments):
        with contextlib.ExitStack() as stack:
            # Not where there are no such locks, as on Windows, or no file can be written to.
            with contextlib.suppress(ImportError, OSError):
                import fcntl

                path = Path(tempfile.gettempdir()) / f"sklw2v-compiles-{os.getuid()}.lock"
                file = stack.enter_context(path.open("w"))
                fcntl.flock(file, fcntl.LOCK_EX)
                # Closing the file would not do where a fork of this process has it open too.
                stack.callback(fcntl.flock, file, fcntl.LOCK_UN)
            return compile_or_load(*arguments)

    return locked


@functools.cache
def _warn_of_no_folder():
    warnings.warn(
        f"sklw2v: compiled code cannot be kept on disk, as neither {Path(__file__).parents[1]} nor a cache folder of "
        "the user can be written to. Every process compiles anew, which takes seconds. Set the environment variable "
        "NUMBA_CACHE_DIR to a folder that can be written to."
    )


def compiled_part(**options):
    """Decorator of a compiled function that other compiled functions alone call."""
    return njit(**{"error_model": "numpy", "no_cpython_wrapper": True, "no_cfunc_wrapper": True} | options)


def not_compiled(function):
    """The Python function that a compiled one was made from."""
    return getattr(function, "py_func", function)


def _spelled_in_types(data):
    """A tuple whose types spell a digest of some bytes."""
    number = int.from_bytes(hashlib.sha256(data).digest()[:8], "little")
    return tuple(_KINDS[(number >> (2 * digit)) & 3] for digit in range(_N_DIGITS))


def _read_kernels():
    """The text of all modules of compiled code, and of this one, which has the compiler's options."""
    own = Path(__file__)
    return b"".join(path.read_bytes() for path in [own, *sorted(own.parents[1].rglob("_kernels.py"))])


# numba finds a compiled function on disk by the types of its arguments, and by the time and size of its own file: what
# it inlines from other files may have changed, and so may a file of another version whose time and size are the same.
# The types of this argument change with the text of any kernel.
SOURCES = _spelled_in_types(_read_kernels())
