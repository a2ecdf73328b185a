"""Hashes of functions: equal for those that hold the same, different for others; and what has no hash."""

import functools
import re
import subprocess
import sys
import threading
from types import FunctionType

import numpy as np
import pytest

from sklw2v.vectorizers._hashing import hash_value

NAME = "analyze_in_a_test"


@pytest.fixture
def hashed(monkeypatch):
    """The hash of a function that is made in a test, under a name by which it could be imported."""

    def hashed(function):
        function.__module__, function.__qualname__ = __name__, NAME
        monkeypatch.setattr(sys.modules[__name__], NAME, function, raising=False)
        return hash_value("analyzer", function)

    return hashed


def with_default(value):
    def function(text, value=value):
        return text, value

    return function


def with_keyword(value):
    def function(text, *, value=value):
        return text, value

    return function


def with_closure(value):
    def function(text):
        return text, value

    return function


def with_attribute(value):
    class Callable:
        def __call__(self, text):
            return text, value

    return with_closure(Callable.__call__)


def wrapping(value):
    return functools.wraps(with_default(value))(lambda text: text)


def cached(value):
    return functools.lru_cache(with_default(value))


def cached_inside(value):
    return with_closure(cached(value))


def partial_inside(value):
    return with_default(functools.partial(with_keyword(0), value=value))


HOLDERS = with_default, with_keyword, with_closure, with_attribute, wrapping, cached, cached_inside, partial_inside


class Case:
    """Cuts texts as its state says."""

    def __init__(self, case):
        self.case = case

    def __call__(self, text):
        return getattr(text, self.case)().split()

    def cut(self, text):
        return self(text)

    def cut_twice(self, text):
        return self(text)


def lower(text):
    return text.lower()


def upper(text):
    return text.upper()


@pytest.mark.parametrize("hold", HOLDERS)
@pytest.mark.parametrize(
    "one, other",
    [
        ("lower", "upper"),
        (1, True),
        (None, ()),
        (lower, upper),
        ([lower], [upper]),
        ({"cut": lower}, {"cut": upper}),
        (lambda text: text.lower(), lambda text: text.upper()),
        (Case("lower"), Case("upper")),
        (Case("lower").cut, Case("upper").cut),
        (Case("lower").cut, Case("lower").cut_twice),
        (re.compile("a").findall, re.compile("b").findall),
        (np.arange(3), np.arange(4)),
        (re, functools),
        (lower, FunctionType(lower.__code__, {"__name__": "elsewhere"})),  # it may read other globals
        (str.lower, str.upper),
        (with_closure(with_default(1)), with_closure(with_default(2))),
    ],
)
def test_functions_that_hold_something_else_are_told_apart(hashed, hold, one, other):
    assert hashed(hold(one)) == hashed(hold(one))
    assert hashed(hold(one)) != hashed(hold(other))


def test_what_follows_a_function_that_was_met_before_is_told_apart(hashed):
    assert hashed(with_default((lower, lower, 1))) != hashed(with_default((lower, lower, 2)))
    assert hashed(with_default((lower, upper, lower))) != hashed(with_default((lower, upper, upper)))


def recursive(value):
    def function(text, depth=value):
        return function(text, depth - 1) if depth else text

    return function


def unfinished(value):
    def function(text, value=value):
        return later(text, value)

    if value is None:
        later = None  # else the function's cell for it stays empty
    return function


@pytest.mark.parametrize("hold", [recursive, unfinished])
def test_functions_that_refer_to_themselves_or_to_what_is_not_there_yet(hashed, hold):
    assert hold(1).__closure__
    assert hashed(hold(1)) == hashed(hold(1)) != hashed(hold(2))


@pytest.mark.slow
def test_every_process_gives_the_same_hash():
    code = (
        "from functools import partial; from sklw2v.vectorizers._hashing import hash_value;"
        "from tests.vectorizers.test_hashing import Case, lower, with_default;"
        "print(hash_value('analyzer', partial(lower, {'b', 'a'}, Case('lower'), cut=[lower, Case('lower').cut])))"
    )
    run = [sys.executable, "-c", code]
    assert len({subprocess.run(run, check=True, capture_output=True, text=True).stdout for _ in range(2)}) == 1


@pytest.mark.parametrize("hold", HOLDERS)
@pytest.mark.parametrize("value", [threading.Lock(), [threading.Lock()]], ids=["lock", "list"])
def test_what_a_function_holds_and_cannot_be_hashed_is_an_error(hashed, hold, value):
    with pytest.raises(ValueError, match=r"memory: analyzer cannot be hashed: .*lock.*or memory=None"):
        hashed(hold(value))


@pytest.mark.parametrize("function", [lambda text: text, with_closure(1), functools.partial(lambda text: text)])
def test_what_cannot_be_imported_is_an_error(function):
    with pytest.raises(ValueError, match="memory: analyzer cannot be hashed"):
        hash_value("analyzer", function)


@pytest.mark.parametrize(
    "value", [{"cut": [threading.Lock()]}, {1: {"cut": {"a": threading.Lock()}}, "b": 2}], ids=["dict", "nested"]
)
def test_what_cannot_be_hashed_is_an_error_inside_a_document(value):
    with pytest.raises(ValueError, match=r"memory: document 3 of X cannot be hashed: .*lock"):
        hash_value("document 3 of X", value)
