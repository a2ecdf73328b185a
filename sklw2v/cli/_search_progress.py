"""Progress of a search: how many fits are done, while worker processes do them."""

import os
import secrets
import sys
import tempfile
import threading
import time
from pathlib import Path

SECONDS_BETWEEN_LINES = 5.0  # of progress, where the output is no terminal
SECONDS_BETWEEN_REWRITES = 0.25  # where it is one


class Progress:
    """Shows how many fits of a search are done, while worker processes do them.

    A context manager whose value is a scorer for the search: the accuracy, which leaves an empty file behind in a
    temporary directory. A thread counts the files: this works for every backend of joblib.

    Parameters
    ----------
    n_fits : int
        Number of fits to expect.
    """

    def __init__(self, n_fits):
        self.n_fits = n_fits

    def __enter__(self):
        self._begin = time.perf_counter()
        self._done = threading.Event()
        self._directory = tempfile.TemporaryDirectory()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return CountedAccuracy(self._directory.name)

    def __exit__(self, kind, error, traceback):
        self._done.set()
        self._thread.join()
        if kind is None:
            self._show(is_last=True)
        elif sys.stdout.isatty():
            print(flush=True)
        self._directory.cleanup()

    def _watch(self):
        pause = SECONDS_BETWEEN_REWRITES if sys.stdout.isatty() else SECONDS_BETWEEN_LINES
        while not self._done.wait(pause):
            self._show(is_last=False)

    def _show(self, is_last):
        n_done = len(os.listdir(self._directory.name))
        seconds = time.perf_counter() - self._begin
        line = f"  {n_done}/{self.n_fits} fits"
        if is_last:
            line += f", {n_done / seconds:.1f} fits/s, {seconds:.1f} s"
        elif 0 < n_done < self.n_fits:
            line += f", {n_done / seconds:.1f} fits/s, {seconds / n_done * (self.n_fits - n_done):.0f} s left"
        if sys.stdout.isatty():
            print(f"\r{line:<70}", end="\n" if is_last else "", flush=True)
        else:
            print(line, flush=True)


class CountedAccuracy:
    """A scorer, accuracy, that leaves a file in `directory` at every call."""

    def __init__(self, directory):
        self.directory = directory

    def __call__(self, estimator, X, y):
        accuracy = estimator.score(X, y)
        (Path(self.directory) / secrets.token_hex(8)).touch()
        return accuracy
