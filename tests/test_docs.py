"""The pages know of each other: nothing is written that no menu leads to, and nothing public is left out."""

import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"

pytestmark = pytest.mark.skipif(not DOCS.is_dir(), reason="needs a checkout, with the pages beside the tests")


def pages_of_the_menu():
    """What the toctree of the first page names, without suffixes."""
    toctree = re.search(r"```\{toctree\}\n(?::\w+:.*\n)*\n(.*?)```", (DOCS / "index.md").read_text("utf-8"), re.DOTALL)
    return [re.sub(r".*<(.*)>", r"\1", line) for line in toctree[1].split("\n") if line]


def public_names(module_name):
    module = import_module(module_name)
    if hasattr(module, "__all__"):
        return [name for name in module.__all__ if not name.startswith("_")]
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and inspect.isroutine(value) and value.__module__ == module_name
    ]


def names_of_the_api():
    """What the autosummaries of the API's first page list, with the module before the name."""
    text = (DOCS / "api" / "index.rst").read_text("utf-8")
    return {f"sklw2v.{name}" for name in re.findall(r"^   ([\w.]+)$", text, re.MULTILINE)}


def test_menu_names_every_page():
    written = {path.relative_to(DOCS).with_suffix("").as_posix() for path in DOCS.glob("*.md")} - {"index"}
    made = {"benchmarks/README", "api/index", "gallery/index"}
    assert sorted(pages_of_the_menu()) == sorted(written | made)


@pytest.mark.parametrize("module", ["sklw2v", "sklw2v.losses", "sklw2v.pooling", "sklw2v.plotting", "sklw2v.datasets"])
def test_api_lists_every_public_name(module):
    listed = {name.rpartition(".")[2] for name in names_of_the_api()}
    assert public_names(module)
    assert set(public_names(module)) <= listed


def test_api_lists_nothing_that_is_not_there():
    for name in names_of_the_api():
        module, _, attribute = name.rpartition(".")
        assert hasattr(import_module(module), attribute), name


def test_every_example_has_a_place_in_the_gallery():
    order = re.findall(r'"(plot_\w+\.py)"', (DOCS / "conf.py").read_text("utf-8"))
    assert sorted(order) == sorted(path.name for path in DOCS.glob("examples/plot_*.py"))
