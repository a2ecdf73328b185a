"""Compiled kernels are kept on disk and found again, so that a new process does not wait for the compiler."""

import os
import subprocess
import sys

FIT = """
from sklw2v import SkipGramVectorizer
documents = ["tea or milk", "milk or water"] * 5
for pooling in ("mean", "fold_in"):
    SkipGramVectorizer(n_components=2, max_iter=1, pooling=pooling, random_state=0).fit_transform(documents)
"""


def test_a_second_process_compiles_nothing(tmp_path):
    kept = []
    for _ in range(2):
        environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
        subprocess.run([sys.executable, "-c", FIT], env=environment, check=True)
        kept.append(sorted(path.name for path in tmp_path.rglob("*.nbc")))
    assert any("run_tile" in name for name in kept[0])
    assert kept[1] == kept[0]
