"""What is saved of an object: plain values, and the version that wrote them."""

import sys
import warnings

VERSION = "_sklw2v_version"
DICTIONARIES = "_dictionaries"


class SavedState:
    """A mixin for what users save: its state has the version of this package, and lists in place of dictionaries.

    A state that another version wrote is loaded with a warning, as scikit-learn does it. Dictionaries, which may have
    tuples or words of several types as keys, are kept as lists because skops takes no others than those of strings.
    """

    def __getstate__(self):
        state = self._attributes_to_save()
        dictionaries = [name for name, value in state.items() if type(value) is dict]
        lists = [[name, list(state[name]), list(state.pop(name).values())] for name in dictionaries]
        return state | {DICTIONARIES: lists, VERSION: _version()}

    def __setstate__(self, state):
        state = dict(state)
        saved_by, version = state.pop(VERSION, "of an unknown version"), _version()
        if saved_by != version:
            warnings.warn(
                f"{type(self).__name__} was saved by sklw2v {saved_by} and is loaded by {version}; that may fail or "
                "give wrong results. Load it with the version that saved it, or fit anew. Word vectors alone are kept "
                "from version to version by WordVectors.save_npz."
            )
        for name, keys, values in state.pop(DICTIONARIES, ()):
            state[name] = dict(zip(keys, values, strict=True))
        inherited = getattr(super(), "__setstate__", None)
        if inherited:
            inherited(state)
        else:
            vars(self).update(state)

    def _attributes_to_save(self):
        """Attributes by name, in a new dictionary; a subclass leaves out those that it makes anew in `__setstate__`."""
        inherited = getattr(super(), "__getstate__", None)  # Python 3.10's object has none
        state = inherited() if inherited else None  # as that of later ones returns where there are no attributes
        return dict(vars(self) if state is None else state)


def _version():
    return sys.modules[__name__.partition(".")[0]].__version__  # which imports this module
