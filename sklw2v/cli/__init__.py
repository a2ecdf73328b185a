"""The command line: ``sklw2v demo``, ``sklw2v train`` and ``sklw2v neighbors``."""

from sklw2v.cli._main import main

__all__ = ["main"]
