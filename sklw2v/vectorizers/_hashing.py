"""Hashes of documents, files, parameters and functions, by which a memory finds what was computed for them."""

import hashlib
import os
from functools import cache
from pickle import PicklingError
from types import CodeType, FunctionType, MethodType, ModuleType

import joblib
import numpy as np
from joblib.hashing import NumpyHasher

from sklw2v.text import LineDocuments, check_documents, make_analyzer, tokenized

PLAIN = {str, bytes, int, float, bool, np.str_, np.int32, np.int64, np.float32, np.float64}
FUNCTIONS = FunctionType, type(cache(len))  # Python's own, and those that `cache` and `lru_cache` make of them


def hash_documents(X, text_parameters):
    """The documents, in a form that can be read more than once, and a hash of what stands in them."""
    is_passed_through = text_parameters["analyzer"] == "passthrough"
    kind = "content" if is_passed_through else text_parameters["input"]
    if type(X) is LineDocuments and kind == "content":
        return X, joblib.hash((_hash_file(X.path), os.fspath(X.path)[-4:], X.encoding, X.errors))
    if kind == "file":
        raise ValueError("memory: expected input='content' or 'filename', got 'file': open files cannot be hashed.")
    if is_passed_through:
        X = [list(tokens) for tokens in tokenized(X, make_analyzer(**text_parameters))]
        _check_tokens(X)
    else:
        X = list(check_documents(X))
    digest = hashlib.blake2b(digest_size=16)
    for position, document in enumerate(X):
        if kind == "filename" and isinstance(document, str | bytes | os.PathLike):  # others the analyzer refuses
            content = _hash_file(document)
        elif isinstance(document, str | bytes) or is_passed_through:
            content = repr(document)
        else:
            content = hash_value(f"document {position} of X", document)
        digest.update(f"{len(content)} {content}".encode("utf-8", "surrogatepass"))
    return X, digest.hexdigest()


def _check_tokens(documents):
    """Raise a ValueError for tokens that may not be equal to what is read back from disk."""
    for position, tokens in enumerate(documents):
        for kind in set(map(type, tokens)) - PLAIN:
            raise ValueError(
                f"memory: document {position} has a token of type {kind.__name__}, which may not be found again when "
                "read from disk. Expected strings, bytes or numbers; or memory=None."
            )


def _hash_file(path):
    with open(path, "rb") as file:
        digest = hashlib.blake2b(digest_size=16)
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def hash_value(name, value):
    """Hash of a value; of a callable by its name and by what it does, as far as it holds that itself.

    That is its code, the defaults of its parameters, what it has from the functions around it (its closure), what it
    wraps or is bound to, and the state of an instance with ``__call__``; and so on for the functions among these. Not
    seen are globals, and attributes of classes and functions, that the code reads, nor what it calls by a global name
    or as a method.

    Parameters
    ----------
    name : str
        Of the parameter, for the message.
    value : object

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If it, or something that it holds, cannot be pickled.
    """
    try:
        digest = _FunctionHasher().hash(value)
        if callable(value):
            digest = joblib.hash((value, digest))  # with its name, by which it must be found
        return digest
    except Exception as error:  # pickling raises what it likes
        reason = error.args[0] if error.args else repr(error)
        raise ValueError(
            f"memory: {name} cannot be hashed: {reason}. Expected values that pickle, and callables that are functions "
            "by def in a module, not a lambda; or memory=None."
        ) from error


class _FunctionHasher(NumpyHasher):
    """Hashes what pickling writes, with what functions are made of in place of their names.

    Attributes
    ----------
    _numbers : dict
        From the id of each callable met so far to its number and itself, as ids of what is gone are given again.
    """

    def __init__(self):
        super().__init__(hash_name="md5")
        self._numbers = {}

    def save(self, obj):
        if isinstance(obj, ModuleType):
            obj = obj.__name__
        elif callable(obj):
            is_new = id(obj) not in self._numbers
            number, _ = self._numbers.setdefault(id(obj), (len(self._numbers), obj))
            if is_new:
                for part in _parts(obj):
                    self.save(part)
            if isinstance(obj, FUNCTIONS):
                obj = number
        try:
            super().save(obj)
        except TypeError as error:  # of which joblib believes that they come from keys that cannot be sorted
            raise PicklingError(*error.args) from error


def _parts(function):
    """What a callable is made of that a pickle of it leaves out."""
    if isinstance(function, FunctionType):
        yield function.__module__, function.__qualname__, _describe_code(function.__code__)
        yield function.__defaults__
        yield function.__kwdefaults__
        yield [_content(cell) for cell in function.__closure__ or ()]
    elif isinstance(function, MethodType):
        yield function.__func__
    else:
        called = (function.__new__, function.__init__) if isinstance(function, type) else (type(function).__call__,)
        yield [part for part in called if isinstance(part, FUNCTIONS)]
    yield getattr(function, "__wrapped__", None)


def _content(cell):
    """What a cell of a closure holds, in a list; an empty one if that is not known yet."""
    try:
        return [cell.cell_contents]
    except ValueError:
        return []


def _describe_code(code):
    def describe(constant):
        if isinstance(constant, CodeType):
            return _describe_code(constant)
        return repr(sorted(constant, key=repr) if isinstance(constant, frozenset) else constant)

    return code.co_code, code.co_names, [describe(constant) for constant in code.co_consts]
