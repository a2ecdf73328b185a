"""What a command prints and returns when it fails."""

from sklw2v.cli import main


def error_of(capsys, *arguments):
    """The exit code and the message of a command that fails; nothing but one line may be printed."""
    try:
        code = main([str(argument) for argument in arguments])
    except SystemExit as exit:
        code = exit.code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("sklw2v: error: ")
    assert captured.err.endswith("\n")
    assert captured.err.count("\n") == 1
    return code, captured.err.removeprefix("sklw2v: error: ").rstrip("\n")
