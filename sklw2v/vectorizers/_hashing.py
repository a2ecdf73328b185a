"""Hashes of documents, files, parameters and functions, by which a memory finds what was computed for them."""

import hashlib
import os
from collections.abc import Iterable, Mapping, Set
from functools import partial
from types import CodeType

import joblib
import numpy as np

from sklw2v.text import LineDocuments, check_documents

PLAIN = {str, bytes, int, float, bool, type(None), np.str_, np.int32, np.int64, np.float32, np.float64}


def hash_documents(X, text_parameters):
    """The documents, in a form that can be read more than once, and a hash of what stands in them."""
    is_passed_through = text_parameters["analyzer"] == "passthrough"
    kind = "content" if is_passed_through else text_parameters["input"]
    if type(X) is LineDocuments and kind == "content":
        return X, joblib.hash((_hash_file(X.path), os.fspath(X.path)[-4:], X.encoding, X.errors))
    if kind == "file":
        raise ValueError("memory: expected input='content' or 'filename', got 'file': open files cannot be hashed.")
    X = list(check_documents(X))
    if is_passed_through:
        X = [_plain_tokens(position, document) for position, document in enumerate(X)]
    digest = hashlib.blake2b(digest_size=16)
    for position, document in enumerate(X):
        if kind == "filename":
            content = _hash_file(document)
        elif isinstance(document, str | bytes) or is_passed_through:
            content = repr(document)
        else:
            content = hash_value(f"document {position} of X", document)
        digest.update(f"{len(content)} {content}".encode("utf-8", "surrogatepass"))
    return X, digest.hexdigest()


def _plain_tokens(position, document):
    """A document of ``analyzer="passthrough"`` as a list; its tokens are to be equal to what is read back from disk."""
    if isinstance(document, str | bytes | Set | Mapping) or not isinstance(document, Iterable):
        return document  # which the analyzer refuses
    tokens = list(document)
    for kind in set(map(type, tokens)) - PLAIN:
        raise ValueError(
            f"memory: document {position} has a token of type {kind.__name__}, which may not be found again when read "
            "from disk. Expected strings, bytes, numbers or None; or memory=None."
        )
    return tokens


def _hash_file(path):
    with open(path, "rb") as file:
        digest = hashlib.blake2b(digest_size=16)
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def hash_value(name, value):
    """Hash of a value; of a callable by its name and by its code."""
    try:
        return joblib.hash((value, list(_codes(value)) if callable(value) else None))
    except Exception as error:  # pickling raises what it likes
        reason = error.args[0] if error.args else repr(error)
        raise ValueError(
            f"memory: {name} cannot be hashed: {reason}. Expected values that pickle, and callables that are functions "
            "by def in a module, not a lambda; or memory=None."
        ) from error


def _codes(function):
    """What a callable runs, itself and what it wraps: a description of each one's code."""
    while function is not None:
        code = getattr(function, "__code__", None) or getattr(type(function).__call__, "__code__", None)
        if code is not None:
            yield _describe_code(code)
        function = function.func if isinstance(function, partial) else getattr(function, "__wrapped__", None)


def _describe_code(code):
    def describe(constant):
        if isinstance(constant, CodeType):
            return _describe_code(constant)
        return repr(sorted(constant, key=repr) if isinstance(constant, frozenset) else constant)

    return code.co_code, code.co_names, [describe(constant) for constant in code.co_consts]
