"""What is saved and loaded again is as it was: by pickle, joblib, copies and skops; and another version is told."""

import copy
import io
import pickle
import re
import warnings
from functools import partial
from pathlib import Path

import joblib
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.sparse import issparse
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import sklw2v
from sklw2v import PhraseTransformer, PretrainedVectorizer, SkipGramVectorizer, WordVectors
from sklw2v.pooling import MeanPooling, NeighborPooling
from tests.corpora import DOCUMENTS, small
from tests.vectorizers.saved.write import FILE, HOW_TO_WRITE

LABELS = np.arange(len(DOCUMENTS)) % 2
TOKENS = [[tuple(word) for word in document.lower().split()] for document in DOCUMENTS]
MIXED = [[1, "1", b"1", 2.5, ("a", 1), ("a", ("b", 2))]] * 3
WORDS = ["tea", "milk", "coffee"]


def dump_and_load_by_joblib(fitted):
    file = io.BytesIO()
    joblib.dump(fitted, file)
    file.seek(0)
    return joblib.load(file)


def dump_and_load_by_skops(fitted):
    skops_io = pytest.importorskip("skops.io")
    data = skops_io.dumps(fitted)
    return skops_io.loads(data, trusted=skops_io.get_untrusted_types(data=data))


WAYS = {
    "pickle": lambda fitted: pickle.loads(pickle.dumps(fitted)),
    "joblib": dump_and_load_by_joblib,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "skops": dump_and_load_by_skops,
}


def with_a_phrase_of_three():
    phrases = PhraseTransformer(min_count=0, threshold=0).fit(DOCUMENTS)
    phrases.phrases_ = {("tea", "and", "milk"): 2.5} | phrases.phrases_
    return phrases


FITTED = {
    "mean": (lambda: small().fit(DOCUMENTS), DOCUMENTS),
    **{
        pooling: (partial(lambda pooling: small(pooling=pooling).fit(DOCUMENTS, LABELS), pooling), DOCUMENTS)
        for pooling in ("tfidf", "sif", "labels", "fold_in", "neighbors")
    },
    "neighbors of others": (lambda: small(pooling=NeighborPooling(MeanPooling())).fit(DOCUMENTS), DOCUMENTS),
    "labels that are strings": (
        lambda: small(pooling="labels").fit(DOCUMENTS, np.array(["a", "b"], dtype=object)[LABELS]),
        DOCUMENTS,
    ),
    "partial_fit": (lambda: small(window_weights="harmonic").partial_fit(DOCUMENTS).partial_fit(DOCUMENTS), DOCUMENTS),
    "partial_fit, tfidf": (lambda: small(pooling="tfidf").partial_fit(DOCUMENTS, sample_weight=[2] * 6), DOCUMENTS),
    "partial_fit, labels": (lambda: small(pooling="labels").partial_fit(DOCUMENTS, LABELS), DOCUMENTS),
    "partial_fit after fit": (lambda: small().fit(DOCUMENTS).partial_fit(DOCUMENTS), DOCUMENTS),
    "in a table": (lambda: small().set_output(transform="pandas").fit(DOCUMENTS), DOCUMENTS),
    "early stopping": (
        lambda: small(early_stopping=True, validation_fraction=0.3, loss="naive_softmax").fit(DOCUMENTS),
        DOCUMENTS,
    ),
    "subwords": (lambda: small(oov="subword").fit(DOCUMENTS), ["teas and coffees", "xyzzyq", *DOCUMENTS]),
    "tokens that are tuples": (lambda: small(analyzer="passthrough").fit(TOKENS), TOKENS),
    "tokens of several types": (lambda: small(analyzer="passthrough").fit(MIXED), MIXED),
    "tokens of several types, partial_fit": (lambda: small(analyzer="passthrough").partial_fit(MIXED), MIXED),
    "vocabulary in another order": (
        lambda: small(vocabulary={"tea": 2, "milk": 0, "and": 1}).fit(DOCUMENTS),
        DOCUMENTS,
    ),
    "vocabulary of tuples": (
        lambda: small(analyzer="passthrough", vocabulary={key: i for i, key in enumerate(MIXED[0])}).fit(MIXED),
        MIXED,
    ),
    "phrases": (lambda: PhraseTransformer(min_count=0, threshold=0).fit(DOCUMENTS), DOCUMENTS),
    "no phrases": (lambda: PhraseTransformer(threshold=1e9).fit(DOCUMENTS), DOCUMENTS),
    "phrases of three": (with_a_phrase_of_three, DOCUMENTS),
    "mapping": (
        lambda: PretrainedVectorizer({"tea": [1.0, 0.0], ("a", 1): [0.0, 1.0]}, analyzer="passthrough").fit([]),
        [["tea", ("a", 1)], ["tea"]],
    ),
    "word vectors": (lambda: PretrainedVectorizer(WordVectors(WORDS, np.eye(3)), oov="subword").fit([]), DOCUMENTS),
    "phrases as analyzer": (
        lambda: small(analyzer=PhraseTransformer(min_count=0, threshold=0).fit(DOCUMENTS).analyze).fit(DOCUMENTS),
        DOCUMENTS,
    ),
}


def assert_equal(one, other, path=""):
    """Equal, with everything that they hold, of the same types and in the same order."""
    assert type(one) is type(other), path
    if isinstance(one, np.ndarray) and one.dtype != object:
        assert one.dtype == other.dtype, path
        assert one.shape == other.shape, path
        assert one.tobytes() == other.tobytes(), path
    elif issparse(one):
        assert_equal(one.toarray(), other.toarray(), path)
    elif isinstance(one, dict):
        assert_equal(list(one), list(other), path)
        for key, value in one.items():
            assert_equal(value, other[key], f"{path}.{key}")
    elif isinstance(one, list | tuple | np.ndarray):
        assert len(one) == len(other), path
        for place, (value, other_value) in enumerate(zip(one, other, strict=True)):
            assert_equal(value, other_value, f"{path}.{place}")
    elif hasattr(one, "__dict__") and not callable(one):
        assert set(vars(one)) == set(vars(other)), path
        for name, value in vars(one).items():
            assert_equal(value, vars(other)[name], f"{path}.{name}")
    elif not callable(one):
        assert one == other, path


@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
@pytest.mark.parametrize("fit, documents", FITTED.values(), ids=list(FITTED))
def test_what_is_loaded_is_as_it_was(fit, documents, way):
    fitted = fit()
    loaded = way(fitted)
    assert_equal(loaded, fitted)
    assert_equal(loaded.transform(documents), fitted.transform(documents))


@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
def test_what_is_not_fitted_is_loaded_as_it_was(way):
    for estimator in (small(vocabulary={("a", 1): 0}), PhraseTransformer(), PretrainedVectorizer({"tea": [1.0, 0.0]})):
        assert_equal(way(estimator), estimator)
        assert_equal(way(clone(estimator)).get_params(), estimator.get_params())


@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
def test_partial_fit_goes_on_where_it_was(way):
    fitted = small().partial_fit(DOCUMENTS)
    loaded = way(fitted)
    assert_equal(loaded.partial_fit(DOCUMENTS[::2]), copy.deepcopy(fitted).partial_fit(DOCUMENTS[::2]))


def test_words_in_order_are_saved_once():
    assert b"vocabulary_" not in pickle.dumps(small().fit(DOCUMENTS))
    assert b"vocabulary_" in pickle.dumps(small(vocabulary={"tea": 1, "milk": 0, "and": 2}).fit(DOCUMENTS))


def test_a_pipeline_goes_through_skops():
    pipeline = fitted_pipeline()
    loaded = dump_and_load_by_skops(pipeline)
    assert_equal(loaded.predict_proba(DOCUMENTS), pipeline.predict_proba(DOCUMENTS))
    assert_equal(loaded[:-1].transform(DOCUMENTS), pipeline[:-1].transform(DOCUMENTS))


def fitted_pipeline():
    steps = PhraseTransformer(min_count=0, threshold=0), small(analyzer="passthrough"), LogisticRegression()
    return make_pipeline(*steps).fit(DOCUMENTS, LABELS)


class NamesUnpickler(pickle.Unpickler):
    """Notes the modules of what it looks up."""

    def __init__(self, file):
        super().__init__(file)
        self.modules = set()

    def find_class(self, module, name):
        self.modules.add(module)
        return super().find_class(module, name)


@pytest.mark.parametrize("fit, documents", FITTED.values(), ids=list(FITTED))
def test_nothing_of_another_library_but_arrays_is_saved(fit, documents):
    unpickler = NamesUnpickler(io.BytesIO(pickle.dumps(fit())))
    unpickler.load()
    foreign = {module for module in unpickler.modules if module.partition(".")[0] not in ("sklw2v", "numpy")}
    assert foreign <= {"builtins"}  # `getattr`, of a method


# --- other versions ---

SAVED = {
    "SkipGramVectorizer": lambda: small(),
    "PretrainedVectorizer": lambda: PretrainedVectorizer({"tea": [1.0]}),
    "PhraseTransformer": PhraseTransformer,
    "WordVectors": lambda: WordVectors(WORDS, np.eye(3)),
}


@pytest.mark.parametrize("name", SAVED)
def test_what_another_version_saved_is_loaded_with_a_warning(name, monkeypatch):
    saved = SAVED[name]()
    with monkeypatch.context() as patch:
        patch.setattr(sklw2v, "__version__", "0.0.9")
        data = pickle.dumps(saved)
        assert_equal(pickle.loads(data), saved)
    expected = f"{name} was saved by sklw2v 0.0.9 and is loaded by {sklw2v.__version__}; that may fail or give wrong "
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        loaded = pickle.loads(data)
    assert [warning.category for warning in caught if str(warning.message).startswith(expected)] == [UserWarning]
    assert_equal(loaded, saved)


@pytest.mark.parametrize("name", SAVED)
def test_a_state_of_before_versions_were_saved_is_loaded_with_a_warning(name):
    saved = SAVED[name]()
    loaded = type(saved).__new__(type(saved))
    with pytest.warns(UserWarning, match=f"{name} was saved by sklw2v of an unknown version"):
        loaded.__setstate__({key: value for key, value in vars(saved).items() if key not in ("_rows", "_unit_vectors")})
    assert_equal(loaded, saved)


def test_a_class_of_a_user_is_saved_as_those_it_derives_from():
    assert_equal(pickle.loads(pickle.dumps(Derived(2).fit(DOCUMENTS))), Derived(2).fit(DOCUMENTS))


class Derived(SkipGramVectorizer):
    def __init__(self, n_components):
        super().__init__(n_components=n_components, min_count=1, random_state=0, max_iter=1)


def test_the_file_that_this_version_saved_is_loaded():
    try:
        saved = pickle.loads(FILE.read_bytes())
        features = saved["vectorizer"].transform(saved["phrases"].transform(saved["documents"]))
    except Exception as error:
        pytest.fail(f"{error!r}: files of this version can no longer be loaded. {HOW_TO_WRITE}")
    assert saved["phrases"].phrases_, HOW_TO_WRITE
    assert_allclose(features, saved["features"], rtol=1e-5, atol=1e-7, err_msg=HOW_TO_WRITE)


# --- what the page says ---

PAGE = Path(__file__).parents[2] / "docs" / "saving.md"


@pytest.mark.skipif(not PAGE.is_file(), reason="needs a checkout, with the pages beside the tests")
def test_the_page_lists_the_types_that_skops_must_be_told_to_trust():
    skops_io = pytest.importorskip("skops.io")
    text = PAGE.read_text("utf-8")
    listed = re.search(r"```text\n(.*?)```", text, re.DOTALL)[1].split()
    assert listed == skops_io.get_untrusted_types(data=skops_io.dumps(fitted_pipeline()))
    for estimator in (small(oov="subword").partial_fit(DOCUMENTS), small(loss="naive_softmax").fit(DOCUMENTS)):
        for name in skops_io.get_untrusted_types(data=skops_io.dumps(estimator)):
            assert name.startswith("sklw2v.")
            assert name in text or ".pooling." in name or ".losses." in name
