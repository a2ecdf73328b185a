"""What a fit prints: a line for each stage and epoch, and a bar on a terminal."""

import sys
import time

BAR_WIDTH = 30
SECONDS_BETWEEN_BARS = 0.1


class Progress:
    """Prints to the standard output how far a fit is.

    Parameters
    ----------
    name : str
        Stands before each line.
    verbose : int
        0: nothing; 1: lines; 2: a bar below them too, if the standard output is a terminal.
    """

    def __init__(self, name, verbose):
        self._name = name
        self._verbose = verbose
        self._begin = time.perf_counter()
        self._bar_begin = self._begin
        self._last_bar = 0.0
        self._is_bar_shown = False

    def line(self, text):
        """Print a line of text, with the seconds since the fit began."""
        if self._verbose:
            self._clear()
            print(f"[{self._name}] {time.perf_counter() - self._begin:7.1f} s  {text}", flush=True)

    def bar(self, done):
        """Show the share of the epochs that is done, with the time left."""
        now = time.perf_counter()
        if done == 0:
            self._bar_begin = now
        elif self._verbose >= 2 and now - self._last_bar >= SECONDS_BETWEEN_BARS and sys.stdout.isatty():
            filled = "#" * round(BAR_WIDTH * done)
            left = (now - self._bar_begin) / done * (1 - done)
            print(f"\r[{filled:.<{BAR_WIDTH}}] {done:4.0%}, {left:.1f} s left\033[K", end="", flush=True)
            self._last_bar = now
            self._is_bar_shown = True

    def _clear(self):
        if self._is_bar_shown:
            print("\r\033[K", end="")
            self._is_bar_shown = False
