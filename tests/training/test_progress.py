"""Lines and a bar."""

import re

import pytest

from sklw2v.training import _progress as progress
from sklw2v.training._progress import Progress


def test_a_bar_on_a_terminal(monkeypatch, capsys):
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_BARS", 0)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    shown = Progress("Name", 2)
    for done in (0, 0.25, 0.5):
        shown.bar(done)
    shown.line("a line")
    shown.line("another")
    parts = capsys.readouterr().out.split("\r")
    assert parts[0] == ""
    assert re.fullmatch(r"\[#{8}\.{22}\]  25%, \d+\.\d s left\033\[K", parts[1])
    assert re.fullmatch(r"\[#{15}\.{15}\]  50%, \d+\.\d s left\033\[K", parts[2])
    assert re.fullmatch(r"\033\[K\[Name\] +0\.0 s  a line\n\[Name\] +0\.0 s  another\n", parts[3])
    assert len(parts) == 4


@pytest.mark.parametrize("verbose, is_terminal", [(2, False), (1, True), (0, True)])
def test_no_bar_elsewhere(monkeypatch, capsys, verbose, is_terminal):
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_BARS", 0)
    monkeypatch.setattr("sys.stdout.isatty", lambda: is_terminal, raising=False)
    shown = Progress("Name", verbose)
    shown.bar(0)
    shown.bar(0.5)
    assert capsys.readouterr().out == ""


# --- interruption ---
