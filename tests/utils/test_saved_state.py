"""Saved states: dictionaries come back as they were, and only another version is told."""

import copy
import pickle

import pytest

import sklw2v
from sklw2v.utils import SavedState


class Thing(SavedState):
    def __init__(self, **attributes):
        vars(self).update(attributes)


class WithStateOfItsOwn:
    def __getstate__(self):
        return vars(self) | {"n_saved": self.n_saved + 1}

    def __setstate__(self, state):
        vars(self).update(state, is_loaded=True)


class Derived(SavedState, WithStateOfItsOwn):
    n_saved = 0


THINGS = [
    {},
    {"a": {}},
    {"a": {("x", 1): 2.0, None: [3], 1: "one", "1": "text"}, "b": [1, {"c": 2}]},
]


@pytest.mark.parametrize("attributes", THINGS, ids=str)
@pytest.mark.parametrize("load", [copy.copy, copy.deepcopy, lambda thing: pickle.loads(pickle.dumps(thing))])
def test_attributes_come_back_in_order_and_the_object_is_left_as_it_was(attributes, load):
    thing = Thing(**copy.deepcopy(attributes))
    loaded = load(thing)
    assert vars(loaded) == attributes == vars(thing)
    for name, value in attributes.items():
        assert repr(getattr(loaded, name)) == repr(value)


@pytest.mark.parametrize("attributes", THINGS, ids=str)
def test_a_state_has_no_dictionary_at_its_top_and_is_not_changed_by_loading(attributes):
    state = Thing(**attributes).__getstate__()
    assert dict not in map(type, state.values())
    before = copy.deepcopy(state)
    Thing().__setstate__(state)
    assert state == before


def test_what_a_class_beside_it_saves_and_loads_is_kept():
    loaded = copy.copy(Derived())
    assert vars(loaded) == {"n_saved": 1, "is_loaded": True}


def test_another_version_and_none_are_told(monkeypatch):
    state = Thing(a=1).__getstate__()
    Thing().__setstate__(state)
    monkeypatch.setattr(sklw2v, "__version__", "9.9")
    with pytest.warns(UserWarning, match=r"^Thing was saved by sklw2v .* and is loaded by 9\.9; that may fail"):
        Thing().__setstate__(state)
    with pytest.warns(UserWarning, match=r"^Thing was saved by sklw2v of an unknown version and is loaded by 9\.9"):
        Thing().__setstate__({"a": 1})
