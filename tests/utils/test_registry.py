"""Parameters that take a name or an object."""

import pytest
from sklearn.base import BaseEstimator

from sklw2v.utils import Registry


class Round(BaseEstimator):
    def __init__(self, digits=0):
        self.digits = digits


def check(value, names):
    if not isinstance(value, Round):
        raise ValueError(f"shape={value!r}: expected {names} or a Round.")


SHAPES = Registry(
    "shape", "shapes", {"round": lambda estimator: Round(), "copied": lambda estimator: Round(estimator)}, check
)


def test_a_name_stands_for_a_new_object_made_for_the_estimator():
    assert isinstance(SHAPES.resolve("round"), Round)
    assert SHAPES.resolve("round") is not SHAPES.resolve("round")
    assert SHAPES.resolve("copied", 5).digits == 5


def test_an_object_is_copied():
    given = Round(3)
    found = SHAPES.resolve(given)
    assert found is not given
    assert found.digits == 3


@pytest.mark.parametrize("value", ["square", None, 3, Round])
def test_anything_else_is_refused_with_the_names(value):
    with pytest.raises(ValueError, match="expected one of 'round', 'copied', or a Round"):
        SHAPES.resolve(value)
    assert not SHAPES.is_name(value)


def test_parameters_of_a_name_are_refused_with_an_example():
    with pytest.raises(
        ValueError, match=r"shape__digits: the shape 'round' is given by name .* shape=shapes.Round\(\)"
    ):
        SHAPES.check_nested({"other": 1, "shape__digits": 2}, "round")
    with pytest.raises(ValueError, match=r"shape=shapes.Round\(\) first"):  # the first name's where it is none
        SHAPES.check_nested({"shape__digits": 2}, "square")
    SHAPES.check_nested({"shape__digits": 2}, Round())
    SHAPES.check_nested({"other": 1}, "round")
