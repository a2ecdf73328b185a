"""scikit-learn's contract: its own checks through an adapter for numeric input, and direct checks of the class."""

import inspect
import warnings

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin, clone
from sklearn.exceptions import SkipTestWarning
from sklearn.utils import estimator_html_repr, get_tags
from sklearn.utils.estimator_checks import check_estimator, estimator_checks_generator
from sklearn.utils.validation import validate_data

from sklw2v import PretrainedVectorizer, SkipGramVectorizer
from sklw2v.losses import NegativeSampling

# Names and defaults are the public contract. Those with `...` are tuned and tested elsewhere.
CONTRACT = {
    "input": "content",
    "encoding": "utf-8",
    "decode_error": "strict",
    "strip_accents": None,
    "lowercase": True,
    "preprocessor": None,
    "tokenizer": None,
    "stop_words": None,
    "token_pattern": r"(?u)\b\w\w+\b",
    "analyzer": "word",
    "max_df": 1.0,
    "min_df": 1,
    "max_features": None,
    "vocabulary": None,
    "min_count": ...,
    "window": 5,
    "window_weights": "linear",
    "subsample": 1e-3,
    "n_components": 100,
    "loss": "negative_sampling",
    "n_negatives": 5,
    "noise_exponent": 0.75,
    "init": "svd",
    "learning_rate": 0.025,
    "max_iter": "auto",
    "pooling": "mean",
    "norm": None,
    "memory": None,
    "n_jobs": None,
    "random_state": None,
    "verbose": 0,
    "warm_start": False,
    "early_stopping": False,
    "validation_fraction": 0.1,
    "n_iter_no_change": 5,
    "tol": 1e-3,
    "oov": "ignore",
}


class NumericSkipGramVectorizer(SkipGramVectorizer):
    """Takes rows of numbers, as scikit-learn's checks give them, and turns each into a document.

    The tokens of a row are a bin of each value, with its column, between two tokens that all rows share; so every
    document has neighbours, and the vocabulary more words than the checks want components.
    """

    def fit(self, X, y=None, sample_weight=None):
        return super().fit(self._documents(X, reset=True), y, sample_weight)

    def partial_fit(self, X, y=None, sample_weight=None):
        return super().partial_fit(self._documents(X, reset=not hasattr(self, "vocabulary_")), y, sample_weight)

    def fit_transform(self, X, y=None, sample_weight=None):
        return super().fit_transform(self._documents(X, reset=True), y, sample_weight)

    def transform(self, X):
        # Before the input is looked at: an estimator that is not fitted says so, whatever it is given.
        if not hasattr(self, "vocabulary_"):
            return super().transform([])
        return super().transform(self._documents(X, reset=False))

    def score(self, X, y=None):
        return super().score(self._documents(X, reset=False))

    def _documents(self, X, reset):
        X = validate_data(self, X, reset=reset)
        bins = np.floor(2 * X).clip(-1e6, 1e6).astype(np.int64)
        return [["begin", *enumerate(row), "end"] for row in bins.tolist()]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = True
        tags.input_tags.string = False
        return tags


class UnweightedNumericSkipGramVectorizer(NumericSkipGramVectorizer):
    """Takes no weights: where documents are counted, as for an idf, one of weight 2 is not two of weight 1."""

    def fit(self, X, y=None):
        return super().fit(X, y)

    def partial_fit(self, X, y=None):
        return super().partial_fit(X, y)

    def fit_transform(self, X, y=None):
        return super().fit_transform(X, y)


SMALL = {"analyzer": "passthrough", "min_count": 1, "n_components": 2, "max_iter": 2, "window": 3}


CHECKED = [
    NumericSkipGramVectorizer(**SMALL),
    NumericSkipGramVectorizer(**SMALL, loss="naive_softmax", init="random", window_weights="harmonic", norm="l1"),
    UnweightedNumericSkipGramVectorizer(**SMALL, loss=NegativeSampling(exclude_true=True), pooling="sif"),
    UnweightedNumericSkipGramVectorizer(**SMALL, pooling="tfidf", norm="l2", n_jobs=2),
]


# scikit-learn 1.6's parametrize_with_checks hands pytest a generator, which pytest 9 warns of.
@pytest.mark.parametrize(
    "estimator, check",
    [pair for estimator in CHECKED for pair in estimator_checks_generator(estimator)],
    ids=lambda value: getattr(getattr(value, "func", value), "__name__", type(value).__name__),
)
def test_check_of_scikit_learn(estimator, check):
    check(estimator)


def test_the_adapter_is_given_nearly_all_checks():
    names = {
        getattr(check, "func", check).__name__
        for _, check in estimator_checks_generator(NumericSkipGramVectorizer(**SMALL))
    }
    assert len(names) > 35
    assert "check_sample_weight_equivalence_on_dense_data" in names
    assert "check_methods_subset_invariance" in names


def test_check_estimator_accepts_the_class_itself():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SkipTestWarning)  # it cannot make up documents
        check_estimator(SkipGramVectorizer())


def test_parameters_are_those_of_the_contract_by_keyword_only():
    parameters = inspect.signature(SkipGramVectorizer).parameters
    assert list(parameters) == list(CONTRACT)
    assert all(parameter.kind is parameter.KEYWORD_ONLY for parameter in parameters.values())
    for name, default in CONTRACT.items():
        if default is not ...:
            assert parameters[name].default == default, name
            assert type(parameters[name].default) is type(default), name
    assert parameters["min_count"].default in (1, 2, 5)
    for absent in ("ngram_range", "binary", "dtype"):
        with pytest.raises(TypeError, match=absent):
            SkipGramVectorizer(**{absent: None})


def test_methods_take_the_arguments_of_the_contract():
    for method, expected in {
        "fit": ["self", "X", "y", "sample_weight"],
        "fit_transform": ["self", "X", "y", "sample_weight"],
        "transform": ["self", "X"],
        "score": ["self", "X", "y"],
    }.items():
        parameters = inspect.signature(getattr(SkipGramVectorizer, method)).parameters
        assert list(parameters) == expected, method
        assert all(parameters[name].default is None for name in expected[2:])


def test_init_stores_its_arguments_unchanged_and_nothing_else():
    given = {name: object() for name in CONTRACT}
    assert vars(SkipGramVectorizer(**given)) == given
    assert vars(SkipGramVectorizer()).keys() == CONTRACT.keys()


def test_get_and_set_params_reach_every_parameter_and_those_of_the_loss():
    vectorizer = SkipGramVectorizer(loss=NegativeSampling())
    for name in CONTRACT.keys() - {"loss"}:
        value = object()
        assert vectorizer.set_params(**{name: value}) is vectorizer
        assert vectorizer.get_params()[name] is value
    assert vectorizer.get_params()["loss__exclude_true"] is False
    vectorizer.set_params(loss__exclude_true=True)
    assert vectorizer.loss.exclude_true is True
    assert "loss__exclude_true" not in vectorizer.get_params(deep=False)
    vectorizer.set_params(loss=NegativeSampling(), loss__exclude_true=True)
    assert vectorizer.loss.exclude_true is True
    with pytest.raises(ValueError, match="windoww"):
        vectorizer.set_params(windoww=3)


def test_a_clone_has_the_parameters_and_a_loss_of_its_own_and_is_not_fitted():
    vectorizer = SkipGramVectorizer(
        n_components=2, min_count=1, max_iter=1, stop_words=["the"], loss=NegativeSampling(exclude_true=True)
    ).fit(["one two three", "three two one"])
    copy = clone(vectorizer)
    assert vars(copy).keys() == CONTRACT.keys()
    assert copy.loss is not vectorizer.loss
    assert copy.loss.exclude_true is True
    assert {name: value for name, value in copy.get_params().items() if name != "loss"} == {
        name: value for name, value in vectorizer.get_params().items() if name != "loss"
    }


def test_mixins_stand_in_the_order_that_scikit_learn_asks_for():
    order = [ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator]
    for vectorizer in (SkipGramVectorizer, PretrainedVectorizer):
        assert [base for base in vectorizer.__mro__ if base in order] == order


def test_tags_tell_that_input_is_text_and_output_float32():
    tags = get_tags(SkipGramVectorizer())
    assert tags.input_tags.string
    assert not tags.input_tags.two_d_array
    assert not tags.input_tags.sparse
    assert tags.transformer_tags.preserves_dtype == ["float32"]
    assert tags.estimator_type is None
    assert tags.requires_fit
    assert not tags.target_tags.required


def test_repr_shows_what_differs_from_the_defaults():
    assert repr(SkipGramVectorizer()) == "SkipGramVectorizer()"
    assert repr(SkipGramVectorizer(window=3, loss=NegativeSampling(exclude_true=True))) == (
        "SkipGramVectorizer(loss=NegativeSampling(exclude_true=True), window=3)"
    )


@pytest.mark.parametrize("fitted", [False, True])
def test_html_shows_parameters_and_values_that_are_not_the_defaults(fitted):
    vectorizer = SkipGramVectorizer(window=3, n_components=2, min_count=1, max_iter=1, pooling="tfidf")
    if fitted:
        vectorizer.fit(["one two three", "three two one"])
    for html in (estimator_html_repr(vectorizer), vectorizer._repr_html_()):
        assert "SkipGramVectorizer" in html
        assert "window" in html
        assert "tfidf" in html
        assert ("<span>Fitted</span>" in html) == fitted


def test_every_parameter_and_fitted_attribute_is_documented():
    vectorizer = SkipGramVectorizer(n_components=2, min_count=1, max_iter=1).fit(["one two three"])
    documented = inspect.getdoc(SkipGramVectorizer)
    for name in [*CONTRACT, *(name for name in vars(vectorizer) if name.endswith("_"))]:
        assert f"\n{name} : " in documented or f", {name} : " in documented or f"{name}, " in documented, name
