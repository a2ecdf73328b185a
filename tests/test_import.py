"""What `import sklw2v` says where it cannot work."""

import subprocess
import sys


def test_a_missing_numba_is_named_with_the_way_to_install_it():
    code = "import sys; sys.modules['numba'] = None; import sklw2v"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "ImportError: sklw2v needs numba, which cannot be imported (import of numba halted; None in sys.modules): "
        "pip install --upgrade numba"
    )
