"""What users call has type hints, and the package says so to their checkers. ``mypy`` is run beside the tests."""

import inspect
from importlib import import_module, resources

import pytest

MODULES = "sklw2v", "sklw2v.losses", "sklw2v.pooling", "sklw2v.plotting", "sklw2v.datasets", "sklw2v.cli"
SPECIAL = {"__init__", "__len__", "__iter__", "__contains__", "__getitem__"}  # what users call by an operator


def is_own(function):
    return function.__module__.startswith("sklw2v")


def functions_of_class(cls):
    """(name, function) for each method and property that users meet, those that scikit-learn has written left out."""
    for name in dir(cls):
        value = inspect.getattr_static(cls, name)
        value = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
        if (name in SPECIAL or not name.startswith("_")) and inspect.isfunction(value) and is_own(value):
            yield name, value


def public_functions():
    """Name to function, for all that users call; without the ``self`` of methods."""
    found = {}
    for module in map(import_module, MODULES):
        for name in module.__all__:
            value = getattr(module, name)
            if inspect.isclass(value):
                found |= {f"{name}.{method}": (function, 1) for method, function in functions_of_class(value)}
            elif callable(value):
                found[name] = value, 0
    return found


def without_hint(function, n_bound=0):
    """Parameters without a hint, and "return", of a function whose first `n_bound` parameters are bound."""
    signature = inspect.signature(function)
    parameters = list(signature.parameters.values())[n_bound:]
    missing = [parameter.name for parameter in parameters if parameter.annotation is parameter.empty]
    return missing + ["return"] * (signature.return_annotation is signature.empty)


FUNCTIONS = public_functions()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_users_call_has_type_hints(name):
    assert without_hint(*FUNCTIONS[name]) == []


@pytest.mark.parametrize(
    "name",
    [
        "LineDocuments.__iter__",
        "Loss.rows",
        "MeanPooling.fits_documents",
        "PretrainedVectorizer.transform",
        "SkipGramVectorizer.__init__",
        "SkipGramVectorizer.fit",
        "WordMapDisplay.from_estimator",
        "WordVectors.__getitem__",
        "WordVectors.load_npz",
        "WordVectors.most_similar",
        "check_loss",
        "load_presidents",
        "main",
    ],
)
def test_every_kind_of_function_is_found(name):
    assert name in FUNCTIONS


def test_missing_hints_are_found():
    def hinted(self, a: int, *names: str, b: int = 0, **others: int) -> None: ...

    def partly_hinted(self, a, *names, b: int = 0, **others): ...

    assert without_hint(hinted, 1) == []
    assert without_hint(partly_hinted, 1) == ["a", "names", "others", "return"]


def test_checkers_are_told_that_there_are_hints():
    assert (resources.files("sklw2v") / "py.typed").is_file()
