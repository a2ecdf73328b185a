"""Compiled kernels are kept on disk and found again, so that a new process does not wait for the compiler."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import sklw2v
from sklw2v.utils import SOURCES, _compiled

FIT = """
from sklw2v import SkipGramVectorizer
documents = ["tea or milk", "milk or water"] * 5
for pooling in ("mean", "fold_in"):
    SkipGramVectorizer(n_components=2, max_iter=1, pooling=pooling, random_state=0).fit_transform(documents)
"""


@pytest.mark.slow
def test_a_second_process_compiles_nothing(tmp_path):
    kept = []
    for _ in range(2):
        environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
        subprocess.run([sys.executable, "-c", FIT], env=environment, check=True)
        kept.append(sorted(path.name for path in tmp_path.rglob("*.nbc")))
    assert any("run_tile" in name for name in kept[0])
    assert kept[1] == kept[0]


def test_a_change_of_any_kernel_is_seen_in_the_types_of_an_argument():
    kinds = [type(part) for part in SOURCES]
    text = _compiled._read_kernels()
    assert [type(part) for part in _compiled._spelled_in_types(text)] == kinds
    files = sorted(Path(sklw2v.__file__).parent.rglob("_kernels.py"))
    assert len(files) >= 3
    assert all(file.read_bytes() in text for file in files)
    changed = {tuple(map(type, _compiled._spelled_in_types(text + bytes([byte])))) for byte in range(256)}
    assert len(changed) == 256
    assert tuple(kinds) not in changed


def test_what_python_calls_stands_in_modules_of_kernels_and_takes_their_sources_first():
    # Else numba would find on disk what was compiled before another kernel changed.
    n_kernels = 0
    for file in Path(sklw2v.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                calls = [ast.unparse(decorator).partition("(")[0] for decorator in node.decorator_list]
                assert not {"njit", "numba.njit", "jit", "numba.jit", "vectorize", "guvectorize"} & set(calls)
                if {"compiled", "compiled_part"} & set(calls):
                    assert file.name == "_kernels.py", node.name
                if "compiled" in calls:
                    assert node.args.args[0].arg == "sources", node.name
                    n_kernels += 1
    assert n_kernels >= 4
