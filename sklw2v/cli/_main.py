"""The program ``sklw2v``: it runs the command that is named, and turns errors into messages and exit codes."""

import os
import sys
import warnings
from collections.abc import Sequence

from sklw2v.cli._parser import make_parser

USER_ERRORS = (OSError, ValueError, LookupError)  # what bad input raises; anything else is a bug


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : list of str, optional
        Arguments after the program's name; by default those of the process.

    Returns
    -------
    int
        0, 1 after an error that ``stderr`` states in one line, 130 if interrupted.

    Raises
    ------
    SystemExit
        With 2 for arguments that make no sense, after one line on ``stderr``; with 0 for ``--help`` and ``--version``.
    """
    for stream in (sys.stdout, sys.stderr):
        if getattr(stream, "errors", None) == "strict" and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # not every terminal can show every word
    arguments = make_parser().parse_args(argv)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _print_warning
            arguments.run(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("sklw2v: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing to flush to at exit
        return 1
    except USER_ERRORS as error:
        print(f"sklw2v: error: {_in_one_line(error)}", file=sys.stderr)
        return 1
    return 0


def _print_warning(message, *_, **__):
    print(f"sklw2v: warning: {_in_one_line(message)}", file=sys.stderr)


def _in_one_line(error):
    if isinstance(error, OSError) and error.filename is not None:
        message = f"{error.filename}: {error.strerror}"
    elif isinstance(error, KeyError):
        message = error.args[0]
    else:
        message = str(error)
    return " ".join(message.split())
