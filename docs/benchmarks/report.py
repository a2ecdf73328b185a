"""What every benchmark ends with: versions, machine, and its output saved."""

import os
import platform
from importlib.metadata import version
from pathlib import Path


def _processor():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()


def versions(*packages):
    """One line: versions of Python and the packages, processor, cores."""
    parts = [f"Python {platform.python_version()}"] + [f"{package} {version(package)}" for package in packages]
    return ", ".join(parts) + f"; {_processor()}, {os.cpu_count()} cores"


def save(path, lines):
    """Print the lines and save them to `path`."""
    text = "\n".join(lines) + "\n"
    print(text, end="")
    path.write_text(text)
