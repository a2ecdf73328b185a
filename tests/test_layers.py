"""Packages stand in layers: imports point down, to what the other `__init__` offers, and never in a circle."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import sklw2v

ROOT = Path(sklw2v.__file__).parent
LAYERS = {  # "" is the package itself, sklw2v; a subpackage is below the package that it is in, which alone imports it
    "cli": 8,
    "": 7,
    "plotting": 6,
    "vectorizers": 5,
    "pooling": 4,
    "word_vectors": 3,
    "training": 3,
    "losses": 2,
    "cooccurrence": 2,
    "text": 2,
    "datasets": 1,
    "utils": 1,
}
PUBLIC = {"", "losses", "pooling", "plotting", "datasets"}  # of which users import; their `__all__` is what is promised
LONGEST_MODULE = 400  # lines
LONGEST_FUNCTION = 50  # lines without the docstring
MOST_PARAMETERS = 14
MOST_TOP_MODULES = 8
KERNELS = "_kernels"  # compiled code, which may be longer

modules = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in sorted(ROOT.rglob("*.py"))}
trees = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in modules.items()}
packages = {name.rpartition(".")[0] for name in modules}


def package_of(module):
    return module.rpartition(".")[0]


def imports(tree):
    """(module, name or None) for each import in a source file, wherever it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from ((module, alias.name) for alias in node.names)


def own_imports(tree):
    """(module, name or None) for each import of this package, without the leading ``sklw2v.``; modules by full name."""
    for module, name in imports(tree):
        if module.startswith("."):
            yield module, name  # which no module does: refused below
        elif module == "sklw2v" or module.startswith("sklw2v."):
            path = module.removeprefix("sklw2v").removeprefix(".")
            inner = f"{path}.{name}".removeprefix(".")
            yield (inner, None) if name and (inner in modules or inner in packages) else (path, name)


def offered(package):
    """The names that the ``__init__`` of a package imports or defines."""
    tree = trees[f"{package}.__init__".removeprefix(".")]
    names = {name for module, name in own_imports(tree) if name}
    targets = [node.targets for node in tree.body if isinstance(node, ast.Assign)]
    return names | {target.id for group in targets for target in group}


def wrong_import(module, path, name):
    """Why a module may not have such an import, or None."""
    own = package_of(module)
    if path.startswith("."):
        return "imports are absolute"
    if path in modules and path.rpartition(".")[2] != "__init__":
        return None if package_of(path) == own else f"{path} is a module of another package"
    if path not in packages:
        return f"there is no {path}"
    if module == "__main__":
        return None if path == "cli" else "python -m sklw2v is the command sklw2v"
    if path == own:
        return "a module does not import from its own package"
    if name is not None and name not in offered(path):
        return f"{path} does not offer {name}"
    parent = package_of(path)
    if path not in LAYERS:
        return None if parent == own else f"{path} is for {parent} alone"
    top = own.partition(".")[0]
    return None if LAYERS[path] < LAYERS[top] else f"{path} is not below {top}"


def test_every_package_has_a_layer():
    assert {name for name in packages if "." not in name} == set(LAYERS)


def test_there_are_few_modules_on_top():
    assert len([name for name in modules if "." not in name]) <= MOST_TOP_MODULES


@pytest.mark.parametrize("module", modules)
def test_imports_point_down_and_to_what_is_offered(module):
    for path, name in own_imports(trees[module]):
        reason = wrong_import(module, path, name)
        assert reason is None, f"{module} imports {name or ''} from {path}: {reason}"


@pytest.mark.parametrize("package", sorted(packages))
def test_no_circle_within_a_package(package):
    graph = {
        module: {path for path, _ in own_imports(trees[module]) if path in modules}
        for module in modules
        if package_of(module) == package
    }
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(f"circle: {' -> '.join(error.args[1])}")


@pytest.mark.parametrize("module", modules)
def test_modules_of_packages_are_private(module):
    assert package_of(module) == "" or module.rpartition(".")[2].startswith("_")


@pytest.mark.parametrize("package", sorted(packages))
def test_what_a_package_promises_is_what_it_has(package):
    promised = set(__import__(f"sklw2v.{package}".removesuffix("."), fromlist=["__all__"]).__all__)
    assert promised <= offered(package)
    if package not in PUBLIC:
        assert promised == offered(package) - {"__all__"}


@pytest.mark.parametrize("module", modules)
def test_no_private_name_of_another_library_is_imported(module):
    assert list(foreign_underscored_names(trees[module])) == []


def foreign_underscored_names(tree):
    """What a source file imports from other libraries under a name that starts with one underscore."""
    for module, name in imports(tree):
        parts = [*module.split("."), *([name] if name else [])]
        if parts[0] not in ("sklw2v", "__future__") and any(part.startswith("_") for part in parts):
            yield ".".join(parts)


@pytest.mark.parametrize("module", [name for name in modules if not name.endswith(KERNELS)])
def test_no_module_is_too_long_to_read_in_one_sitting(module):
    assert len(modules[module].read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


def is_of_an_estimator(function):
    """Whether a function stores parameters as scikit-learn has it: an ``__init__`` of nothing but assignments."""
    return function.name == "__init__" and all(isinstance(node, ast.Assign) for node in function.body)


@pytest.mark.parametrize("module", modules)
def test_functions_are_short_and_take_few_parameters(module):
    for function in ast.walk(trees[module]):
        if not isinstance(function, ast.FunctionDef) or is_of_an_estimator(function):
            continue
        given = function.args
        parameters = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
        assert len([parameter for parameter in parameters if parameter]) <= MOST_PARAMETERS, function.name
        body = function.body[1:] if ast.get_docstring(function) else function.body
        n_lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
        assert module.endswith(KERNELS) or n_lines <= LONGEST_FUNCTION, f"{function.name}: {n_lines} lines"


@pytest.mark.parametrize(
    "module, source, is_wrong",
    [
        ("training._loop", "import numpy", False),
        ("training._loop", "from sklw2v.utils import row_blocks", False),
        ("training._loop", "from sklw2v.training._rows import RowSolver", False),
        ("training._loop", "from sklw2v.training.pairs import PairSolver", False),
        ("training._loop", "from sklw2v.utils._row_blocks import row_blocks", True),  # past the __init__
        ("training._loop", "from sklw2v.utils import _row_blocks", True),
        ("training._loop", "import sklw2v.utils._row_blocks", True),
        ("training._loop", "from sklw2v.utils import no_such_name", True),
        ("training._loop", "from sklw2v.training import train", True),  # from its own package
        ("training._loop", "from sklw2v.word_vectors import WordVectors", True),  # sideways
        ("training._loop", "from sklw2v.pooling import Pooling", True),  # up
        ("training._loop", "def f():\n    from sklw2v import SkipGramVectorizer", True),  # up, wherever it stands
        ("training.pairs._solver", "from sklw2v.training._loop import train", True),  # of the package that it is in
        ("training._loop", "from .pairs import PairSolver", True),
        ("vectorizers._fitting", "from sklw2v.training.pairs import PairSolver", True),  # which is for training alone
        ("cli._main", "import sklw2v", False),
        ("cli._main", "from sklw2v import __version__", False),
        ("__main__", "from sklw2v.cli import main", False),
        ("__main__", "from sklw2v import WordVectors", True),
    ],
)
def test_wrong_imports_are_found_in_every_form(module, source, is_wrong):
    reasons = [wrong_import(module, path, name) for path, name in own_imports(ast.parse(source))]
    assert any(reasons) == is_wrong


@pytest.mark.parametrize(
    "source, expected",
    [
        ("from __future__ import annotations", []),
        ("from sklw2v.text._vocabulary import _order_key", []),
        ("from sklearn.base import _fit_context, clone", ["sklearn.base._fit_context"]),
        ("import sklearn._loss.loss", ["sklearn._loss.loss"]),
        ("from scipy._lib import doccer", ["scipy._lib.doccer"]),
    ],
)
def test_private_names_are_found_in_every_form(source, expected):
    assert list(foreign_underscored_names(ast.parse(source))) == expected
