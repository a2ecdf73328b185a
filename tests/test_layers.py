"""Imports point down: every module of the package stands on a floor and imports from lower floors alone."""

import ast
from pathlib import Path

import pytest

import sklw2v

PACKAGE = Path(sklw2v.__file__).parent
LONGEST = 400  # lines of a module
FLOORS = {
    "files": -3,
    "word_rows": -2,
    "sgd_pairs_cells": -2,
    "checks": -2,
    "blas": -2,
    "threads": -2,
    "row_blocks": -1,
    "text": -1,
    "sgd_pairs_kernels": -1,
    "cosines": -1,
    "word2vec_format": -1,
    "glove_format": -1,
    "npz_format": -1,
    "line_documents": 0,
    "datasets": 0,
    "check_loss": 0,
    "similarity": 0,
    "evaluation": 0,
    "exchange": 0,
    "vocabulary": 0,
    "cooccurrence": 0,
    "spectral": 0,
    "pooling_protocol": 0,
    "subwords": 0,
    "sgd_pairs": 0,
    "sgd_rows": 0,
    "callbacks": 0,
    "early_stopping": 0,
    "progress": 0,
    "score_displays": 0,
    "scoring": 1,
    "losses": 1,
    "sgd": 1,
    "word_vectors": 1,
    "phrases": 1,
    "mean_poolings": 1,
    "label_pooling": 1,
    "fold_in": 2,
    "neighbor_pooling": 2,
    "pooling": 3,
    "word_displays": 2,
    "plotting": 3,
    "parameters": 4,
    "stages": 5,
    "running_counts": 5,
    "document_vectorizer": 5,
    "fitting": 6,
    "pretrained": 6,
    "vectorizer": 7,
    "__init__": 8,
    "demo": 9,
    "cli": 10,
    "__main__": 11,
}

modules = {path.stem: path for path in sorted(PACKAGE.glob("*.py"))}


def imported_names(source):
    """(module, name or None) for each import in a source file, wherever it stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = ".".join(["sklw2v"] * bool(node.level) + [node.module] * bool(node.module))
            yield from ((module, alias.name) for alias in node.names)


def imported_modules(source):
    """The modules of this package that a source file imports; the package itself is ``__init__``."""
    for module, name in imported_names(source):
        package, *rest = module.split(".")
        if package != "sklw2v":
            continue
        if rest:
            yield rest[0]
        else:
            yield name if name in FLOORS else "__init__"


def foreign_underscored_names(source):
    """What a source file imports from other libraries under a name that starts with one underscore."""
    for module, name in imported_names(source):
        parts = [*module.split("."), *([name] if name else [])]
        if parts[0] not in ("sklw2v", "__future__") and any(part.startswith("_") for part in parts):
            yield ".".join(parts)


def test_every_module_stands_on_a_floor():
    assert set(FLOORS) == set(modules)


@pytest.mark.parametrize("module", modules)
def test_imports_point_down(module):
    for imported in imported_modules(modules[module].read_text(encoding="utf-8")):
        assert FLOORS[imported] < FLOORS[module], f"{module} imports {imported}"


@pytest.mark.parametrize("module", modules)
def test_no_private_name_of_another_library_is_imported(module):
    assert list(foreign_underscored_names(modules[module].read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("module", modules)
def test_no_module_is_too_long_to_read_in_one_sitting(module):
    assert len(modules[module].read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize(
    "source, expected",
    [
        ("import numpy", []),
        ("import sklw2v", ["__init__"]),
        ("import sklw2v.sgd", ["sgd"]),
        ("from sklw2v import losses, WordVectors", ["losses", "__init__"]),
        ("from sklw2v.sgd import train, SOLVERS", ["sgd", "sgd"]),
        ("from . import sgd", ["sgd"]),
        ("from .sgd import train", ["sgd"]),
        ("def f():\n    from sklw2v.cli import main", ["cli"]),
    ],
)
def test_imports_are_found_in_every_form(source, expected):
    assert list(imported_modules(source)) == expected


@pytest.mark.parametrize(
    "source, expected",
    [
        ("from __future__ import annotations", []),
        ("from sklw2v.vocabulary import _order_key", []),
        ("from sklearn.base import _fit_context, clone", ["sklearn.base._fit_context"]),
        ("import sklearn._loss.loss", ["sklearn._loss.loss"]),
        ("from scipy._lib import doccer", ["scipy._lib.doccer"]),
    ],
)
def test_private_names_are_found_in_every_form(source, expected):
    assert list(foreign_underscored_names(source)) == expected
