"""``memory=``: what fits share is computed once, found again, and never changes a result."""

import importlib
import shutil
import sys
from functools import partial
from pathlib import Path

import joblib
import numpy as np
import pytest
import scipy
import sklearn
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

import sklw2v
from sklw2v import LineDocuments, SkipGramVectorizer
from sklw2v.losses import NaiveSoftmax
from sklw2v.training import _start as spectral
from sklw2v.vectorizers import _stages as stages


@pytest.fixture(scope="module")
def documents():
    """Texts of 300 words of falling frequency."""
    rng = np.random.RandomState(0)
    frequencies = 1 / np.arange(5, 305)
    tokens = rng.choice(300, size=(80, 40), p=frequencies / frequencies.sum())
    return [" ".join(f"w{token}" for token in row) for row in tokens] + [" ".join(f"w{i}" for i in range(300))]


def make(**params):
    return SkipGramVectorizer(**{"n_components": 8, "max_iter": 2, "random_state": 0} | params)


def assert_same(one, other):
    assert one.vocabulary_ == other.vocabulary_
    assert one.loss_curve_ == other.loss_curve_
    assert_array_equal(one.center_vectors_, other.center_vectors_)
    assert_array_equal(one.context_vectors_, other.context_vectors_)


@pytest.fixture
def work(monkeypatch):
    """Names of the pieces of work done, in order."""
    done = []
    for module, name in ((stages, "encode"), (stages, "count_cooccurrences"), (spectral, "_leading")):
        monkeypatch.setattr(module, name, noted(done, name, getattr(module, name)))
    return done


def noted(done, name, function):
    def call(*args, **kwargs):
        done.append(name)
        return function(*args, **kwargs)

    return call


ALL = ["encode", "count_cooccurrences", "_leading"]


# --- what is shared ---


def test_a_memory_mapped_for_writing_is_not_written_to(documents, tmp_path):
    memory = joblib.Memory(str(tmp_path), mmap_mode="r+", verbose=0)
    expected = make().fit(documents)
    for _ in range(3):
        assert_same(make(memory=memory).fit(documents), expected)


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"n_components": 5},
        {"n_components": 100},
        {"n_negatives": 2},
        {"loss": NaiveSoftmax()},
        {"learning_rate": 0.1},
        {"max_iter": 0},
        {"noise_exponent": 0.5},
        {"pooling": "tfidf"},
        {"norm": "l2"},
        {"n_jobs": 2},
        {"verbose": 1},
        {"memory": lambda path: joblib.Memory(str(path), verbose=0)},
        {"memory": lambda path: joblib.Memory(str(path), mmap_mode="r", verbose=0)},
        {"memory": Path},
    ],
    ids=lambda params: "-".join(params),
)
def test_fits_that_differ_in_later_parameters_share_everything(documents, tmp_path, work, params):
    make(memory=str(tmp_path)).fit(documents)
    assert work == ALL
    shared = make(**params | {"memory": params.get("memory", str)(tmp_path)}).fit(list(documents))
    assert work == ALL
    assert_same(shared, make(**params | {"memory": None}).fit(documents))


@pytest.mark.parametrize(
    "params, again",
    [
        ({"subsample": 1e-2}, ["_leading"]),
        ({"random_state": 1}, ["_leading"]),
        ({"window": 2}, ["count_cooccurrences", "_leading"]),
        ({"window_weights": "uniform"}, ["count_cooccurrences", "_leading"]),
        ({"min_count": 4}, ALL),
        ({"max_features": 100}, ALL),
        ({"min_df": 3}, ALL),
        ({"max_df": 0.5}, ALL),
        ({"lowercase": False}, ALL),
        ({"stop_words": ["w1", "w2"]}, ALL),
        ({"analyzer": "char", "n_components": 4}, ALL),
        ({"analyzer": str.split}, ALL),
        ({"vocabulary": {f"w{i}": i for i in range(50)}}, ALL),
        ({"init": "random", "window": 3}, ["count_cooccurrences"]),
    ],
    ids=str,
)
def test_fits_that_differ_in_earlier_parameters_share_what_comes_before(documents, tmp_path, work, params, again):
    make(memory=tmp_path).fit(documents)
    del work[:]
    shared = make(**params, memory=tmp_path).fit(documents)
    assert work == again
    assert_same(shared, make(**params).fit(documents))


def test_other_versions_of_the_package_and_of_libraries_are_other_entries(tmp_path, monkeypatch):
    keys = {stages._made_with()}
    assert stages._made_with.__wrapped__() in keys
    for library in (np, scipy, sklearn):
        with monkeypatch.context() as patch:
            patch.setattr(library, "__version__", "0.0")
            keys.add(stages._made_with.__wrapped__())
    package = tmp_path / "sklw2v"
    shutil.copytree(Path(sklw2v.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(stages, "__file__", str(package / "vectorizers" / "_stages.py"))
    assert stages._made_with.__wrapped__() in keys
    text = (package / "__init__.py").read_text("utf-8")
    assert f'__version__ = "{sklw2v.__version__}"' in text
    (package / "__init__.py").write_text(text.replace(sklw2v.__version__, "0.0"), "utf-8")
    keys.add(stages._made_with.__wrapped__())
    assert len(keys) == 5


def test_what_made_a_result_is_part_of_its_key(documents, tmp_path, work, monkeypatch):
    make(memory=tmp_path).fit(documents)
    done = len(work)
    make(memory=tmp_path).fit(documents)
    assert len(work) == done
    monkeypatch.setattr(stages, "_made_with", lambda: ("another",))
    make(memory=tmp_path).fit(documents)
    assert len(work) == 2 * done


def test_other_documents_and_weights_are_other_entries(documents, tmp_path, work):
    weights = np.linspace(0.5, 2, len(documents))
    make(memory=tmp_path).fit(documents)
    for X, sample_weight in (
        (documents[1:], None),
        (documents[::-1], None),
        (documents, weights),
        (documents, weights + 1),
    ):
        del work[:]
        shared = make(memory=tmp_path).fit(X, sample_weight=sample_weight)
        assert work == ALL
        assert_same(shared, make().fit(X, sample_weight=sample_weight))


def test_a_long_start_serves_a_short_one_and_a_short_one_is_continued(documents, tmp_path, work):
    start = partial(make, max_iter=0)  # nothing is compiled for these lengths
    start(memory=tmp_path, n_components=40).fit(documents)
    assert work == ALL
    long = start(memory=tmp_path, n_components=150).fit(documents)
    assert work == [*ALL, "_leading"]  # the second hundred alone
    short = start(memory=tmp_path, n_components=60).fit(documents)
    assert work == [*ALL, "_leading"]
    for shared in (long, short):
        assert_same(shared, start(n_components=shared.n_components).fit(documents))


def test_features_of_fit_transform_are_the_same(documents, tmp_path):
    expected = make(pooling="sif").fit_transform(documents)
    for _ in range(2):
        assert_array_equal(make(pooling="sif", memory=tmp_path).fit_transform(documents), expected)


def test_nothing_is_written_without_memory(documents, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make().fit(documents)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_grid_search_gives_the_same_scores(documents, tmp_path, n_jobs):
    target = np.arange(len(documents)) % 2
    grid = {"skipgramvectorizer__n_components": [2, 6], "skipgramvectorizer__window": [2, 4]}
    scores = []
    for memory in (None, tmp_path, tmp_path):
        pipeline = make_pipeline(make(memory=memory), LogisticRegression())
        search = GridSearchCV(pipeline, grid, cv=2, n_jobs=n_jobs, error_score="raise").fit(documents, target)
        scores.append(search.cv_results_["mean_test_score"])
    assert_array_equal(scores[0], scores[1])
    assert_array_equal(scores[0], scores[2])


# --- documents in all their forms ---


def test_generators_are_read_once(documents, tmp_path, work):
    expected = make().fit(documents)
    del work[:]
    for _ in range(2):
        assert_same(make(memory=tmp_path).fit(text for text in documents), expected)
    assert work == ALL


def test_sequences_of_tokens(tmp_path, work):
    baskets = [("tea", 1, "milk"), ("milk", 2, "tea"), ("tea", 2)] * 3
    params = {"analyzer": "passthrough", "n_components": 2}
    expected = make(**params).fit(baskets)
    del work[:]
    for _ in range(2):
        assert_same(make(**params, memory=tmp_path).fit(baskets), expected)
    assert work == ALL


def test_a_file_that_changes_is_read_again(documents, tmp_path, work):
    path = tmp_path / "corpus.txt"
    memory = tmp_path / "memory"
    path.write_text("\n".join(documents))
    for _ in range(2):
        make(memory=memory).fit(LineDocuments(path))
    assert work == ALL
    path.write_text("\n".join(documents[::-1]))  # of the same length, perhaps in the same tick of the clock
    changed = make(memory=memory).fit(LineDocuments(path))
    assert work == ALL * 2
    assert_same(changed, make().fit(documents[::-1]))


def test_files_by_name_are_told_apart_by_what_stands_in_them(documents, tmp_path, work):
    paths = [tmp_path / "a.txt", tmp_path / "b.txt"]
    memory = tmp_path / "memory"
    for path in paths:
        path.write_text(" ".join(documents))
    for _ in range(2):
        make(input="filename", memory=memory).fit(paths)
    assert work == ALL
    paths[1].write_text(" ".join(documents[1:]))
    changed = make(input="filename", memory=memory).fit(paths)
    assert work == ALL * 2
    assert_same(changed, make(input="filename").fit(paths))


CALLABLES = {
    "function": "def analyze(text):\n    return text.CASE().split()",
    "cached": "@functools.lru_cache\ndef analyze(text):\n    return tuple(text.CASE().split())",
    "partial": "def f(text, n):\n    return text.CASE().split()\nanalyze = functools.partial(f, n=1)",
    "wrapped": "def same(f):\n    @functools.wraps(f)\n    def g(text):\n        return f(text)\n    return g\n"
    "@same\ndef analyze(text):\n    return text.CASE().split()",
    "instance": "class A:\n    def __call__(self, text):\n        return text.CASE().split()\nanalyze = A()",
    "class": "class analyze(list):\n    def __init__(self, text):\n        super().__init__(text.CASE().split())",
    "nested": "def analyze(text):\n    return (lambda: text.CASE().split())()",
    "default": "def analyze(text, case='CASE'):\n    return getattr(text, case)().split()",
    "keyword": "def analyze(text, *, case='CASE'):\n    return getattr(text, case)().split()",
    "lambda": "def analyze(text, cut=lambda text: text.CASE().split()):\n    return cut(text)",
    "closure": "def cut(case):\n    def with_case(f):\n        @functools.wraps(f)\n        def g(text):\n"
    "            return f(getattr(text, case)())\n        return g\n    return with_case\n"
    "@cut('CASE')\ndef analyze(text):\n    return text.split()",
    "method": "class A:\n    def analyze(self, text):\n        return text.CASE().split()\nanalyze = A().analyze",
    "function of a partial": "def cut(text):\n    return text.CASE().split()\ndef f(cut, text):\n"
    "    return cut(text)\nanalyze = functools.partial(f, cut)",
    "function of an instance": "def cut(text):\n    return text.CASE().split()\nclass A:\n    def __init__(self):\n"
    "        self.cuts = {'of': [cut]}\n    def __call__(self, text):\n        return self.cuts['of'][0](text)\n"
    "analyze = A()",
}


@pytest.mark.parametrize("source", CALLABLES.values(), ids=list(CALLABLES))
def test_an_analyzer_whose_code_changes_is_run_again(documents, tmp_path, work, monkeypatch, source):
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    path = tmp_path / "analyzer_of_a_user.py"
    path.write_text("import functools\n" + source.replace("CASE", "lower"))
    monkeypatch.delitem(sys.modules, "analyzer_of_a_user", raising=False)
    importlib.invalidate_caches()
    module = importlib.import_module("analyzer_of_a_user")
    memory = tmp_path / "memory"
    for _ in range(2):
        make(analyzer=module.analyze, memory=memory).fit(documents)
    assert work == ALL
    path.write_text("import functools\n" + source.replace("CASE", "upper"))
    make(analyzer=module.analyze, memory=memory).fit(documents)  # what is edited but not loaded does not count
    assert work == ALL
    importlib.invalidate_caches()
    module = importlib.reload(module)
    changed = make(analyzer=module.analyze, memory=memory).fit(documents)
    assert work == ALL * 2
    assert "W1" in changed.vocabulary_


def test_documents_are_told_apart_however_they_are_cut(tmp_path):
    params = {"n_components": 1, "analyzer": "passthrough", "max_iter": 1}
    for X in (
        [["a", "b"], ["c", "d"]],
        [["a", "b", "c"], ["d"]],
        [["a", "b c", "d"]],
        [["a", "b"], ["c", b"d"]],
        [["1", 1, "b"]],
    ):
        assert make(**params, memory=tmp_path).fit(X).vocabulary_ == make(**params).fit(X).vocabulary_


def test_a_list_of_paths_in_a_file_is_no_shortcut(documents, tmp_path):
    path, names = tmp_path / "a.txt", tmp_path / "names.txt"
    names.write_text(str(path))
    for text in (documents[0], documents[1]):
        path.write_text(text)
        params = {"input": "filename", "n_components": 2}
        shared = make(**params, memory=tmp_path / "memory").fit(LineDocuments(names))
        assert_same(shared, make(**params).fit(LineDocuments(names)))


def test_documents_of_a_subclass_are_its_own(documents, tmp_path):
    class Upper(LineDocuments):
        def __iter__(self):
            return (line.upper() for line in super().__iter__())

    path = tmp_path / "corpus.txt"
    path.write_text("\n".join(documents))
    for X in (LineDocuments(path), Upper(path)):
        shared = make(memory=tmp_path / "memory", lowercase=False).fit(X)
        assert_same(shared, make(lowercase=False).fit(X))


def test_input_means_nothing_to_documents_that_pass_through(tmp_path):
    for kind in ("filename", "file"):
        make(analyzer="passthrough", input=kind, n_components=1, memory=tmp_path).fit([["tea", "milk"]])


def test_a_vocabulary_of_mixed_types_is_told_apart(tmp_path, work):
    params = {"analyzer": "passthrough", "n_components": 1}
    for vocabulary in ({"a": 0, -1: 1}, {"a": 0, -2: 1}, {"a": 1, -1: 0}):
        shared = make(**params, vocabulary=vocabulary, memory=tmp_path).fit([["a", -1], ["a", -2]])
        assert_same(shared, make(**params, vocabulary=vocabulary).fit([["a", -1], ["a", -2]]))


# --- what goes wrong ---


@pytest.mark.parametrize(
    "damage", [lambda path: path.write_bytes(b""), lambda path: path.write_bytes(path.read_bytes()[:-9])]
)
def test_damaged_entries_are_computed_anew_with_a_warning(documents, tmp_path, work, damage):
    expected = make(memory=tmp_path).fit(documents)
    entries = list(tmp_path.rglob("output.pkl"))
    assert len(entries) == 3
    for path in entries:
        damage(path)
    with pytest.warns(UserWarning, match="could not be read") as caught:
        mended = make(memory=tmp_path).fit(documents)
    assert len([w for w in caught if "memory: the" in str(w.message)]) == 3
    assert work == ALL * 2
    assert_same(mended, expected)
    make(memory=tmp_path).fit(documents)
    assert work == ALL * 2


def test_a_failing_fit_keeps_its_error_and_leaves_no_entry(tmp_path):
    for _ in range(2):
        with pytest.raises(ValueError, match="min_count=9 dropped"):
            make(memory=tmp_path, min_count=9).fit(["tea and milk", "tea or milk"])
    assert not list(tmp_path.rglob("output.pkl"))


def test_callables_without_a_name_cannot_be_told_apart(documents, tmp_path, work):
    with pytest.raises(ValueError, match=r"memory: analyzer cannot be hashed.*functions by def in a module"):
        make(memory=tmp_path, analyzer=lambda text: text.split()).fit(documents)
    assert work == []


def test_tokens_that_may_not_be_found_again_are_refused(tmp_path):
    class Node:
        pass

    nodes = [Node(), Node()]
    make(analyzer="passthrough", n_components=1).fit([["tea", "milk"], nodes])
    with pytest.raises(ValueError, match="memory: document 1 has a token of type Node"):
        make(analyzer="passthrough", n_components=1, memory=tmp_path).fit([["tea", "milk"], nodes])


@pytest.mark.parametrize(
    "document",
    ["text", {"a", "b"}, {"a": 1}, 3, None, ["a", None], ["a", float("nan")], iter(["a"])],
    ids=["text", "set", "mapping", "number", "missing", "missing token", "NaN", "iterator"],
)
def test_wrong_sequences_get_the_same_error_with_a_memory(tmp_path, document):
    messages = []
    for memory in (None, tmp_path):
        with pytest.raises((ValueError, TypeError)) as caught:
            make(analyzer="passthrough", memory=memory).fit([["tea", "milk"], document])
        messages.append(str(caught.value))
    assert messages[0] == messages[1]


@pytest.mark.parametrize("document", [3, None, ["a"]])
def test_wrong_paths_get_the_same_error_with_a_memory(tmp_path, document):
    for memory in (None, tmp_path):
        with pytest.raises(TypeError, match="X: document 1: input='filename' expected a path"):
            make(input="filename", memory=memory).fit([__file__, document])


def test_values_of_pyarrow_are_found_again(tmp_path, work):
    pa = pytest.importorskip("pyarrow")
    params = {"analyzer": "passthrough", "n_components": 1, "memory": tmp_path}
    expected = make(**params).fit([["tea", "milk"], ["milk"]])
    for X in (pa.array([["tea", "milk"], ["milk"]]), [np.array(["tea", "milk"]), ("milk",)]):
        assert_same(make(**params).fit(X), expected)
    assert work == ALL


def test_open_files_cannot_be_hashed(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("tea and milk")
    with (
        path.open() as file,
        pytest.raises(ValueError, match=r"memory: expected input='content' or 'filename', got 'file'"),
    ):
        make(memory=tmp_path, input="file").fit([file])


@pytest.mark.parametrize("memory", [3, object(), ["path"]], ids=["number", "object", "list"])
def test_what_is_no_memory_is_refused(documents, memory, work):
    with pytest.raises(ValueError, match=r"memory=.*expected None, a path or a joblib\.Memory"):
        make(memory=memory).fit(documents)
    assert work == []


def test_wrong_documents_get_the_same_error_with_a_memory(tmp_path):
    for X in ("one text", {"a": 1}, 3):
        messages = []
        for memory in (None, tmp_path):
            with pytest.raises((ValueError, TypeError)) as caught:
                make(memory=memory).fit(X)
            messages.append(str(caught.value))
        assert messages[0] == messages[1]


def test_clones_keep_the_memory_and_swapping_in_pipelines_works(documents, tmp_path):
    assert clone(make(memory=tmp_path)).memory == tmp_path
    features = make_pipeline(make(memory=tmp_path)).fit_transform(documents)
    assert len(features) == TfidfVectorizer().fit_transform(documents).shape[0]
