"""The arguments: help, defaults, and arguments that make no sense."""

import inspect
import re

import pytest

from sklw2v import SkipGramVectorizer
from sklw2v.cli import main
from tests.cli.failures import error_of


def test_help_states_the_defaults_of_the_estimator(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["train", "--help"])
    assert stopped.value.code == 0
    printed = " ".join(capsys.readouterr().out.split())
    parameters = inspect.signature(SkipGramVectorizer).parameters
    for name in ("n_components", "window", "n_negatives", "min_count", "max_iter", "loss", "subsample", "n_jobs"):
        option = "--" + name.replace("_", "-")
        assert re.search(rf"{option} \w+ [^()]*\(default: {parameters[name].default}\)", printed), name
    assert f"(default: {parameters['token_pattern'].default})" in printed


def test_options_that_are_not_given_leave_the_estimator_its_defaults(corpus, tmp_path, monkeypatch):
    fitted = []

    def stop(self, X):
        fitted.append(self)
        raise ValueError("seen enough")

    monkeypatch.setattr(SkipGramVectorizer, "fit", stop)

    assert main(["train", str(corpus), "-o", str(tmp_path / "v.txt")]) == 1
    assert fitted[0].get_params() == SkipGramVectorizer(verbose=True).get_params()
    options = "--n-components 7 --window 3 --n-negatives 2 --min-count 4 --max-iter 1 --loss naive_softmax"
    options += " --subsample 0.5 --n-jobs 2 --random-state 9 --split --quiet"
    assert main(["train", str(corpus), "-o", str(tmp_path / "v.txt"), *options.split()]) == 1
    expected = SkipGramVectorizer(
        n_components=7,
        window=3,
        n_negatives=2,
        min_count=4,
        max_iter=1,
        loss="naive_softmax",
        subsample=0.5,
        n_jobs=2,
        random_state=9,
        analyzer=str.split,
        verbose=False,
    )
    assert fitted[1].get_params() == expected.get_params()


@pytest.mark.parametrize(
    "arguments, named",
    [
        ([], "COMMAND"),
        (["evaluate"], "evaluate"),
        (["train", "corpus.txt"], "-o/--output"),
        (["train", "corpus.txt", "-o", "v.txt", "--window", "wide"], "--window"),
        (["train", "corpus.txt", "-o", "v.txt", "--max-iter", "few"], "expected an integer or auto, got 'few'"),
        (["train", "corpus.txt", "-o", "v.txt", "--split", "--token-pattern", "."], "--split"),
        (["train", "corpus.txt", "-o", "v.txt", "--win", "3"], "--win"),
        (["neighbors", "v.txt"], "WORD"),
        (["neighbors", "v.txt", "king", "-n", "0"], "expected an integer of at least 1, got '0'"),
        (["neighbors", "v.txt", "king", "--duplicates", "first"], "--duplicates"),
        (["neighbors", "v.txt", "king", "--unicode-errors", "hope"], "--unicode-errors"),
        (["demo", "--n-jobs", "two"], "--n-jobs"),
    ],
)
def test_arguments_that_make_no_sense_exit_with_2(arguments, named, capsys):
    code, message = error_of(capsys, *arguments)
    assert code == 2
    assert named in message
