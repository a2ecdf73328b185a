"""The corpus that comes with the package."""

from sklw2v.datasets._presidents import load_presidents

__all__ = ["load_presidents"]
