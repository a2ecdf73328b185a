"""Do tests fail when a line of the code is changed? A sample of small changes, each tested in a process of its own.

    python docs/benchmarks/mutants.py --results DIRECTORY [--number 300] [--seed 0] [--only TEXT ...]
                                      [--near] [--again] [--list]

A mutant is the package with one change: another comparison, operator, constant or type, a statement, keyword or bound
of a slice left out. Messages, docstrings, annotations and decorators stay as they are. All mutants of the files below
are listed, and `--number` of them drawn, in proportion to the code; which ones depends on the seed and their own text
alone. Each is written into a copy of package and tests in DIRECTORY. The tests of its module run first, then those of
its folder, then some of whole fits, the slow ones last, up to the first failure. Mutants of kernels first run the tests
that are marked so as plain Python, since to compile one takes longer. A mutant that takes more than twice the processor
time of the unchanged code and ten seconds has failed too: it is counted as timed out.

What is known is kept in DIRECTORY/results.json, so that a run can be stopped and go on. `--only` runs those mutants
whose name has a text. `--near` runs the module's own tests alone, no slow ones, and compiles no kernel: so a first pass
takes seconds a mutant. `--again` tests survivors once more. Mutants that change nothing that could be tested stand
with the reason in mutants_equivalent.txt; they are tested once. Prints a table and saves it beside this file.
"""

import argparse
import hashlib
import json
import os
import resource
import shutil
import signal
import sys
import time
import traceback
from collections import Counter
from importlib import import_module
from itertools import islice, pairwise
from pathlib import Path

from mutations import is_valid, mutants_of
from report import save, versions

ROOT = Path(__file__).resolve().parents[2]
EQUIVALENT = Path(__file__).with_name("mutants_equivalent.txt")
PATIENCE = 15  # seconds: a process that has computed nothing for so long waits for ever
# Files to change, and the tests beyond those of their folder, the nearest first.
FITS = ["vectorizers/test_fitting.py", "vectorizers/test_skip_gram.py"]
TARGETS = {
    "cooccurrence/_*.py": ["vectorizers/test_partial_fit.py", *FITS],
    "losses/_check_loss.py": [],  # which no fit calls
    "losses/_*.py": ["training/test_solvers.py", "training/pairs/test_solver.py", "training/test_held_out.py", *FITS],
    "training/pairs/_*.py": ["training/test_solvers.py", "training/test_loop.py", *FITS],
    "training/_loop.py": [*FITS, "vectorizers/test_callbacks.py"],
    "training/_held_out.py": ["vectorizers/test_early_stopping.py", *FITS],
    "pooling/_*.py": ["vectorizers/test_pretrained.py", *FITS],
    "word_vectors/formats/_*.py": ["word_vectors/test_exchange.py", "vectorizers/test_pretrained.py"],
}
LIBRARIES = """numba numba.extending scipy.sparse scipy.special scipy.optimize pandas pytest hypothesis.extra.numpy
sklearn.linear_model sklearn.pipeline sklearn.model_selection sklearn.utils.estimator_checks sklearn.datasets
sklearn.feature_extraction.text gensim.models"""


def tests_of(path):
    """Test files of a module, the nearest first, its own examples among them."""
    folder = Path(path).relative_to("sklw2v").parent
    own = ROOT / "tests" / folder / f"test_{Path(path).stem.lstrip('_')}.py"
    others = next(tests for pattern, tests in TARGETS.items() if (ROOT / path) in (ROOT / "sklw2v").glob(pattern))
    files = [own, ROOT / path, *sorted(own.parent.glob("test_*.py")), *(ROOT / "tests" / other for other in others)]
    return [str(file.relative_to(ROOT)) for file in dict.fromkeys(files) if file.exists()]


def stages_of(path, near):
    """Runs of pytest for a mutant, as (name, test files, kinds of tests, is numba on), up to the first failure."""
    files = tests_of(path)
    folder = str(Path("tests", Path(path).relative_to("sklw2v").parent))
    near_files = [file for file in files if str(Path(file).parent) == folder]
    is_kernel = path.endswith("_kernels.py")
    if not is_kernel and Path(near_files[0]).stem == f"test{Path(path).stem}":
        near_files = near_files[:1]
    first = ("plain", near_files, ["kernels"], False) if is_kernel else ("near", near_files, ["not slow"], True)
    return [first] if near else [first, ("all", files, ["not slow", "slow"], True)]


class FirstFailure:
    """Plugin of pytest: writes the name of the first test that failed."""

    def __init__(self, file):
        self.file = file

    def pytest_runtest_logreport(self, report):
        if report.failed and not self.file.exists():
            self.file.write_text(report.nodeid)


def _in_child(copy, tests, kinds, compiled, cache, failed, cpu_limit):
    import numba
    import pytest

    os.setsid()
    os.chdir(copy)
    log = os.open(copy.parent / "log.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    sys.path.insert(0, str(copy))
    os.environ |= {"PYTHONPATH": str(copy), "NUMBA_CACHE_DIR": str(cache), "NUMBA_DISABLE_JIT": str(int(not compiled))}
    numba.core.config.reload_config()
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_limit, cpu_limit + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (8 << 30, 8 << 30))
    for kind in kinds:
        arguments = [*tests, "-x", "-q", "-p", "no:cacheprovider", "-m", kind, "--tb=short"]
        arguments += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # of libraries imported before
        code = pytest.main(arguments, plugins=[FirstFailure(failed)])
        if code not in (0, 5):  # 5: no test of this kind
            return int(code)
    return 0 if Path(sys.modules["sklw2v"].__file__).is_relative_to(copy) else 99


def _processor_time(process):
    """Seconds that a process has taken so far (Linux)."""
    numbers = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")


def run_tests(copy, tests, kinds, compiled, cache, cpu_limit):
    """(outcome, by what, seconds of processor time) of the tests, in a process of their own."""
    failed = copy.parent / "failed.txt"
    failed.unlink(missing_ok=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    child = os.fork()
    if child == 0:
        code = 98
        try:
            code = _in_child(copy, tests, kinds, compiled, cache, failed, cpu_limit)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    finished, status, late, used, end = 0, 0, False, 0.0, time.monotonic() + PATIENCE
    while not finished:
        finished, status = os.waitpid(child, os.WNOHANG)
        if not finished and time.monotonic() > end:  # a deadlock takes no processor time
            now = _processor_time(child)
            late, used, end = now - used < 0.1, now, time.monotonic() + PATIENCE
            if late:
                os.killpg(child, signal.SIGKILL)
        time.sleep(0 if finished else 0.05)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    code, by = os.waitstatus_to_exitcode(status), failed.read_text() if failed.exists() else "import"
    if late or code in (-signal.SIGXCPU, -signal.SIGKILL):
        return "timed out", "", seconds
    if code < 0:
        return "killed", signal.Signals(-code).name, seconds
    if code not in (0, 1, 2):
        raise RuntimeError(f"pytest ended with {code}: see {copy.parent / 'log.txt'}")
    return ("killed", by, seconds) if code else ("survived", "", seconds)


class Results:
    """Outcomes by mutant, kept on disk, and the copy in which mutants are tested."""

    def __init__(self, folder):
        self.folder, self.file, self.copy = folder, folder / "results.json", folder / "copy"
        self.known = json.loads(self.file.read_text()) if self.file.exists() else {}
        shutil.rmtree(self.copy, ignore_errors=True)
        for part in ("sklw2v", "tests"):
            shutil.copytree(ROOT / part, self.copy / part, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy2(ROOT / "pyproject.toml", self.copy)

    def keep(self, name, **outcome):
        self.known[name] = outcome
        self.file.write_text(json.dumps(self.known, indent=1))

    def run(self, path, stage, cpu_limit):
        """Kernels are compiled anew for each of their mutants; others are found in a cache of all."""
        cache = self.folder / ("compiled_once" if path.endswith("_kernels.py") else "compiled")
        if cache.name == "compiled_once":
            shutil.rmtree(cache, ignore_errors=True)
        return run_tests(self.copy, *stage[1:], cache, int(cpu_limit))

    def limit(self, path, stage):
        """Seconds of processor time that a mutant may take."""
        kind = "kernels" if path.endswith("_kernels.py") else "others"
        name = f"unchanged {stage[1][0] if stage[0] == 'near' else Path(path).parent} {kind} {stage[0]}"
        if name not in self.known:
            outcome, by, seconds = self.run(path, stage, 3600)
            if outcome != "survived":
                raise RuntimeError(f"the tests of {path} fail without a change: {by}; see {self.folder / 'log.txt'}")
            self.keep(name, seconds=round(seconds, 1))
        return 2 * self.known[name]["seconds"] + 10

    def test(self, mutant, near):
        stages = [(stage, self.limit(mutant.path, stage)) for stage in stages_of(mutant.path, near)]
        file = self.copy / mutant.path
        source, times = file.read_bytes(), (file.stat().st_atime, file.stat().st_mtime)
        file.write_bytes(mutant.changed(source))
        age = 10**9 + int(hashlib.sha256(mutant.name.encode()).hexdigest()[:7], 16)
        os.utime(file, (age, age))  # files of compiled code are told apart by time and size
        total = 0
        for stage, limit in stages:
            outcome, by, seconds = self.run(mutant.path, stage, limit)
            total += seconds
            if outcome != "survived":
                break
        file.write_bytes(source)
        os.utime(file, times)
        self.keep(mutant.name, outcome=outcome, by=by, seconds=round(total, 1))
        print(f"{outcome:9s} {total:6.1f} s  {mutant.line} {mutant.name}  {by}", flush=True)


def table(sample, known, reasons, options):
    """Lines of the report."""
    n_run = sum(mutant.name in known for mutant in sample)
    lines = [f"{n_run} mutants of {options.n_all}, seed {options.seed}", ""]
    lines += [f"{'package':24s}mutants   killed  timed out  equivalent  survived    killed  of those not equivalent"]
    counts = {}
    for mutant in sample:
        if mutant.name in known:
            outcome = known[mutant.name]["outcome"]
            outcome = "equivalent" if outcome == "survived" and mutant.name in reasons else outcome
            for key in (str(Path(mutant.path).parent)[len("sklw2v/") :], "all"):
                counts.setdefault(key, Counter())[outcome] += 1
    for key in sorted(counts, key=lambda key: (key == "all", key)):
        one = counts[key]
        n, dead = one.total(), one["killed"] + one["timed out"]
        numbers = f"{n:7d}{one['killed']:9d}{one['timed out']:11d}{one['equivalent']:12d}{one['survived']:10d}"
        share = f"{dead / n:10.1%}{dead / max(n - one['equivalent'], 1):25.1%}"
        lines.append(f"{key:24s}{numbers}{share}")
    alive = [mutant for mutant in sample if known.get(mutant.name, {}).get("outcome") == "survived"]
    for title, wanted in (("Survivors", False), ("Equivalent", True)):
        chosen = [mutant for mutant in alive if (mutant.name in reasons) == wanted]
        lines += ["", f"{title}:"] if chosen else []
        for mutant in chosen:
            change = mutant.name.split(": ", 1)[1]
            lines += [f"  {mutant.path}:{mutant.line}  {change}"]
            lines += [f"      {reasons[mutant.name]}"] if wanted else []
    return [*lines, "", versions("numpy", "scipy", "scikit-learn", "numba")]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--number", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="*", default=[""])
    parser.add_argument("--near", action="store_true")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    paths = sorted({str(p.relative_to(ROOT)) for pattern in TARGETS for p in (ROOT / "sklw2v").glob(pattern)})
    sources = {path: (ROOT / path).read_bytes() for path in paths if not path.endswith("__init__.py")}
    everything = [mutant for path, source in sources.items() for mutant in mutants_of(path, source)]
    options.n_all = len(everything)
    everything.sort(key=lambda mutant: hashlib.sha256(f"{options.seed} {mutant.name}".encode()).digest())
    drawn = islice((mutant for mutant in everything if is_valid(mutant, sources[mutant.path])), options.number)
    sample = sorted(drawn, key=lambda mutant: (mutant.path, mutant.begin))
    chosen = [mutant for mutant in sample if any(text in mutant.name for text in options.only)]
    if options.list:
        print(*(f"{mutant.line} {mutant.name}" for mutant in chosen), sep="\n")
        return
    for library in LIBRARIES.split():  # once, before processes are forked
        import_module(library)
    options.results.mkdir(parents=True, exist_ok=True)
    lines = EQUIVALENT.read_text().splitlines()
    reasons = {name: reason.strip() for name, reason in pairwise(lines) if name.startswith("sklw2v/")}
    results = Results(options.results.resolve())
    for mutant in chosen:
        outcome = results.known.get(mutant.name, {}).get("outcome")
        if outcome is None or (options.again and outcome == "survived" and mutant.name not in reasons):
            results.test(mutant, options.near)
    save(Path(__file__).with_suffix(".txt"), table(sample, results.known, reasons, options))


if __name__ == "__main__":
    main()
