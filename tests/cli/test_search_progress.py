"""Progress of a search."""

import re
import sys

from sklearn.utils import Bunch

from sklw2v.cli import _search_progress


def test_progress_on_a_terminal_rewrites_one_line(monkeypatch, capsys):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(_search_progress, "SECONDS_BETWEEN_REWRITES", 0.01)
    with _search_progress.Progress(3) as scorer:
        for _ in range(3):
            assert scorer(Bunch(score=lambda X, y: 0.5), None, None) == 0.5
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1
    assert re.search(r"\r  3/3 fits, [\d.]+ fits/s, 0\.\d s +\n$", printed)
