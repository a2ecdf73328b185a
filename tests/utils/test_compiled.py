"""Compiled kernels are kept on disk and found again, where that can be; without a compiler they run as they are."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

import sklw2v
from sklw2v.losses._kernels import sum_turns
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


def test_the_lock_of_the_compiler_is_held_while_it_compiles_and_not_longer(tmp_path, monkeypatch):
    fcntl = pytest.importorskip("fcntl")
    monkeypatch.setattr(_compiled.tempfile, "gettempdir", lambda: str(tmp_path))

    def is_free():
        [lock] = tmp_path.iterdir()
        with lock.open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

    assert _compiled._one_process_at_a_time(lambda types: (types, is_free()))("int64") == ("int64", False)
    assert is_free()
    monkeypatch.setattr(_compiled.tempfile, "gettempdir", lambda: str(tmp_path / "nowhere"))
    assert _compiled._one_process_at_a_time(lambda types: types)("int64") == "int64"


def test_kernels_are_compiled_by_one_process_at_a_time():
    if hasattr(sum_turns, "compile"):  # else nothing is compiled
        assert sum_turns.compile.__wrapped__.__name__ == "compile"


NO_FOLDER = """
import warnings
from numba.core import caching
implementation = getattr(caching, "CacheImpl", None) or caching._CacheImpl
implementation._locator_classes = []  # what finds a folder that can be written to
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    import sklw2v
    from sklw2v import SkipGramVectorizer
print([str(warning.message) for warning in caught])
X = SkipGramVectorizer(n_components=2, max_iter=0, init="random", random_state=0).fit_transform(["tea or milk"])
print(X.shape)
"""


@pytest.mark.slow
def test_where_no_folder_can_be_written_to_kernels_are_compiled_each_time_and_one_warning_says_how_to_change_it():
    done = subprocess.run([sys.executable, "-c", NO_FOLDER], check=True, stdout=subprocess.PIPE, text=True)
    warnings, shape = map(ast.literal_eval, done.stdout.splitlines())
    assert len(warnings) == 1
    assert "NUMBA_CACHE_DIR" in warnings[0]
    assert str(Path(sklw2v.__file__).parent) in warnings[0]
    assert shape == (1, 2)


def test_other_errors_of_the_compiler_are_not_taken_for_a_missing_folder(monkeypatch):
    def njit(**options):
        raise RuntimeError("something else")

    monkeypatch.setattr(_compiled, "njit", njit)
    monkeypatch.setattr(_compiled.config, "DISABLE_JIT", 0)
    with pytest.raises(RuntimeError, match="something else"):
        _compiled.compiled()(len)


COUNT_AND_POOL = """
import numpy as np
from sklw2v.cooccurrence import count_cooccurrences
from sklw2v.losses import NegativeSampling, tabulate
from sklw2v.pooling._kernels import noise_loss
from sklw2v.text._token_ids import TokenIds
from sklw2v.utils import SOURCES
tokens = TokenIds(np.array([0, 1, 0], dtype=np.int32), np.array([0, 3]))
print(count_cooccurrences(tokens, 2, np.array([2, 1])).toarray().tolist())
scores, values = np.ones((1, 1), dtype=np.float32), np.zeros(1)
noise_loss(SOURCES, scores, np.ones(1, dtype=np.float32), tabulate(NegativeSampling().negative), values)
print(values)
"""


@pytest.mark.slow
def test_another_version_installed_over_this_one_never_runs_the_old_kernels(tmp_path):
    package = tmp_path / "sklw2v"
    shutil.copytree(Path(sklw2v.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))

    def run():
        environment = os.environ | {"PYTHONPATH": str(tmp_path), "NUMBA_CACHE_DIR": str(tmp_path / "kept")}
        environment |= {"PYTHONDONTWRITEBYTECODE": "1"}  # Python itself goes by the time of a file
        options = {"env": environment, "cwd": tmp_path, "check": True, "stdout": subprocess.PIPE, "text": True}
        return subprocess.run([sys.executable, "-c", COUNT_AND_POOL], **options).stdout

    before = run()
    # Two files change, as they do in an archive whose files all have one time: neither in time nor in size.
    for folder, old, new in (
        ("cooccurrence", "total[context] += units", "total[context] -= units"),
        ("losses", "return height + score", "return height - score"),
    ):
        file = package / folder / "_kernels.py"
        times, text = file.stat(), file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new), "utf-8")
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
        assert file.stat().st_size == times.st_size
    after = run()
    shutil.rmtree(tmp_path / "kept")
    assert after == run() != before
    assert "[[-" in after


UNCOMPILED = """
import sys
import numpy as np
from sklw2v import SkipGramVectorizer
from sklw2v.losses import NegativeSampling
documents = ["tea or milk or tea", "milk or water", "water and tea and milk"] * 4
found = []
for pooling, loss in (("fold_in", "negative_sampling"), ("mean", NegativeSampling(exclude_true=True))):
    params = {"n_components": 3, "max_iter": 2, "learning_rate": 0.2, "init": "random", "random_state": 0}
    vectorizer = SkipGramVectorizer(pooling=pooling, loss=loss, subsample=None, **params)
    found += [vectorizer.fit_transform(documents), vectorizer.center_vectors_, vectorizer.loss_curve_]
np.savez(sys.argv[1], *found)
"""


@pytest.mark.slow
def test_kernels_run_without_compiling(tmp_path):
    found = []
    for disabled in "01":
        environment = os.environ | {"NUMBA_DISABLE_JIT": disabled, "NPY_PROMOTION_STATE": "weak"}
        file = tmp_path / f"{disabled}.npz"
        subprocess.run([sys.executable, "-W", "error", "-c", UNCOMPILED, str(file)], env=environment, check=True)
        found.append(np.load(file))
    for name in found[0]:
        assert np.abs(found[0][name]).max() > 0.01
        assert_allclose(found[1][name], found[0][name], atol=2e-5)
