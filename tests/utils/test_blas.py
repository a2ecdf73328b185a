"""One BLAS thread for as long as a block lasts, in any thread and in forked processes."""

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from sklw2v.utils import one_blas_thread


def blas_threads():
    return max((pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"), default=1)


@contextmanager
def held_elsewhere(block):
    """Another thread is inside `block`, a context manager, until the one here ends."""
    inside, leave = Event(), Event()

    def other():
        with block:
            inside.set()
            leave.wait()

    thread = Thread(target=other)
    thread.start()
    inside.wait()
    yield leave
    leave.set()
    thread.join()


def test_blas_has_one_thread_until_the_last_of_overlapping_blocks_ends():
    with threadpool_limits(2, user_api="blas"):
        with held_elsewhere(one_blas_thread()):
            with one_blas_thread():
                assert blas_threads() == 1
            assert blas_threads() == 1
        assert blas_threads() == 2
        with pytest.raises(RuntimeError, match="inside"), one_blas_thread():
            raise RuntimeError("inside")
        assert blas_threads() == 2


FORK = """
import os, sys, warnings
from threading import Timer
warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 and later advise against forks of many threads
sys.path.insert(0, sys.argv[1])
from tests.utils.test_blas import blas_threads, held_elsewhere
from sklw2v.utils import _blas, one_blas_thread
from sklw2v.utils._blas import global_compiler_lock

def child():
    found = [blas_threads()]
    with one_blas_thread(), global_compiler_lock:
        found.append(blas_threads())
    return found + [blas_threads()]

def fork():
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.write(writing, repr(child()).encode())
        os._exit(0)
    os.waitpid(pid, 0)
    return eval(os.read(reading, 100))

alone = fork()
with held_elsewhere(one_blas_thread()):
    print([alone, blas_threads(), fork()])
for lock in (_blas._users.lock, global_compiler_lock):
    with held_elsewhere(lock) as leave:
        Timer(0.2, leave.set).start()
        print(fork())
with one_blas_thread():
    pid = os.fork()
    if not pid:
        inner = [blas_threads()]
if not pid:
    print(inner + child(), flush=True)
    os._exit(0)
os.waitpid(pid, 0)
print(blas_threads())
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")
def test_a_fork_has_locks_and_limits_of_its_own_whatever_other_threads_do():
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "2", "MKL_NUM_THREADS": "2"}
    command = [sys.executable, "-c", FORK, str(Path(__file__).parents[2])]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True, timeout=100)
    while_held, *after_locks, in_block, at_the_end = map(eval, done.stdout.splitlines())
    alone, in_parent, forked = while_held
    assert alone[1] == in_parent == 1
    assert forked == alone == [alone[0], 1, alone[0]]
    assert after_locks == [alone, alone]
    assert in_block == [alone[0], *alone]
    assert at_the_end == alone[0]
