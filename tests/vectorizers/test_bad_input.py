"""What a user gets who gives wrong input: an error that names it, before any work is done."""

import re

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

from sklw2v import SkipGramVectorizer
from sklw2v.losses import Loss, NegativeSampling
from tests.corpora import DOCUMENTS, planted_topics, same_bits, small

NAN, INFINITY = float("nan"), float("inf")


def untouchable():
    """Documents that must not be asked for."""
    raise AssertionError("documents were read before the parameters were checked")
    yield


# --- parameters ---

BAD_PARAMETERS = [
    ("window", (0, -3), ValueError, ">= 1"),
    ("window", (2**31, 10**30), ValueError, "<= 2147483647"),
    ("window", (2.5, "5", None), TypeError, "instance of int"),
    ("n_negatives", (0, -1), ValueError, ">= 1"),
    ("n_negatives", (1.5, "5", None), TypeError, "instance of int"),
    ("n_components", (0, -1), ValueError, ">= 1"),
    ("n_components", (2.0, "5", None), TypeError, "instance of int"),
    ("learning_rate", (0, -1, 0.0), ValueError, "> 0"),
    ("learning_rate", (NAN, INFINITY), ValueError, "finite"),
    ("learning_rate", ("fast", None), TypeError, "instance of float"),
    ("max_iter", (-1,), ValueError, ">= 0"),
    ("verbose", (None, "yes", 1.5), TypeError, "verbose"),
    ("verbose", (-1,), ValueError, "verbose"),
    ("max_iter", ("often",), ValueError, "'auto' or an integer of at least 0"),
    ("max_iter", (1.5, None), TypeError, "instance of int"),
    ("min_count", (-1,), ValueError, ">= 0"),
    ("min_count", (NAN, INFINITY), ValueError, "finite"),
    ("min_count", ("2", None), TypeError, "instance of float"),
    ("subsample", (-1e-3,), ValueError, ">= 0"),
    ("subsample", (NAN, INFINITY), ValueError, "finite"),
    ("subsample", ("1e-3",), TypeError, "instance of float"),
    ("noise_exponent", (NAN, INFINITY), ValueError, "finite"),
    ("noise_exponent", ("0.75", None), TypeError, "instance of float"),
    ("min_df", (0, -1), ValueError, ">= 1"),
    ("min_df", (1.5,), ValueError, "<= 1"),
    ("min_df", (-0.5,), ValueError, ">= 0"),
    ("min_df", (NAN,), ValueError, "finite"),
    ("min_df", ("2", None), TypeError, "instance of float"),
    ("max_df", (0, -1), ValueError, ">= 1"),
    ("max_df", (1.5,), ValueError, "<= 1"),
    ("max_df", (NAN,), ValueError, "finite"),
    ("max_df", ("2", None), TypeError, "instance of float"),
    ("max_features", (0, -1), ValueError, ">= 1"),
    ("max_features", (2.5, "10"), TypeError, "instance of int"),
    ("n_jobs", (0,), ValueError, "no meaning"),
    ("n_jobs", ("all", 1.5), TypeError, "instance of int"),
    ("loss", ("softmax", "NegativeSampling"), ValueError, "'negative_sampling', 'naive_softmax'"),
    ("loss", (None, 5, NegativeSampling, Loss(), object()), ValueError, "'pairs' or 'rows'"),
    ("init", ("spectral", None), ValueError, "'svd', 'random'"),
    ("pooling", ("max", None), ValueError, "'mean', 'tfidf', 'sif'"),
    ("norm", ("max", 2), ValueError, "'l1', 'l2', None"),
    ("window_weights", ("triangular", None), ValueError, "'linear', 'uniform', 'harmonic'"),
    ("input", ("path", None), ValueError, "'content', 'filename', 'file'"),
    ("encoding", ("utf-9", "hex", None, 5), ValueError, "expected the name of a text encoding"),
    ("decode_error", ("loose",), ValueError, "'strict', 'ignore', 'replace'"),
    ("strip_accents", ("latin",), ValueError, "'ascii', 'unicode', None"),
    ("analyzer", ("sentence", None, ["word"]), ValueError, "'word', 'char', 'char_wb', 'passthrough' or a callable"),
    ("token_pattern", ("(", "[", None, 5), ValueError, "expected a regular expression"),
    ("stop_words", ("klingon", 5, True), ValueError, "expected 'english', a list of words or None"),
    ("random_state", ("seven", -1, 2**32, 1.5), ValueError, "a seed from 0 to 2**32 - 1"),
    ("preprocessor", ("lower", 5), TypeError, "callable"),
    ("tokenizer", ("split", 5), TypeError, "callable"),
    ("vocabulary", ("tea", b"tea"), ValueError, "mapping or an iterable of words"),
    ("vocabulary", (5,), TypeError, "mapping or an iterable of words"),
    ("vocabulary", ([], {}, ()), ValueError, "at least one word"),
    ("vocabulary", (["tea", "road", "tea"],), ValueError, "'tea' more than once"),
    ("vocabulary", ({"tea": 0, "road": 2}, {"tea": 1, "road": 1}, {"tea": 1}), ValueError, "rows 0 to n_words - 1"),
]


@pytest.mark.parametrize(
    "name, value, error, accepted",
    [(name, value, error, accepted) for name, values, error, accepted in BAD_PARAMETERS for value in values],
    ids=lambda value: repr(value)[:20],
)
def test_a_wrong_parameter_is_named_before_a_document_is_read(name, value, error, accepted):
    vectorizer = small(**{name: value})
    for fit in (vectorizer.fit, vectorizer.fit_transform):
        with pytest.raises(error, match=re.escape(accepted)) as caught:
            fit(untouchable())
        assert name in str(caught.value)
    assert not any(attribute.endswith("_") for attribute in vars(vectorizer))


@pytest.mark.parametrize("name", ["window", "n_negatives", "n_components", "max_iter", "learning_rate", "init", "loss"])
def test_the_error_for_a_wrong_parameter_shows_what_was_received(name):
    with pytest.raises(ValueError, match=r"-17"):
        small(**{name: -17}).fit(DOCUMENTS)


def test_the_pattern_of_tokens_is_asked_for_only_where_it_is_used():
    for params in ({"tokenizer": str.split}, {"analyzer": "char"}, {"analyzer": str.split}):
        assert small(token_pattern=None, **params).fit_transform(DOCUMENTS).shape == (6, 3)


@pytest.mark.parametrize("documents", [["a a a"], ["a b", "a " * 10**6]], ids=["one_word", "nearly_one"])
def test_noise_without_the_true_word_needs_other_words(documents):
    vectorizer = SkipGramVectorizer(
        token_pattern="[ab]", n_components=1, loss=NegativeSampling(exclude_true=True), noise_exponent=1
    )
    with pytest.raises(ValueError, match=r"^loss: .*exclude_true=True.* row 0 .*exclude_true=False"):
        vectorizer.fit(documents)
    assert not hasattr(vectorizer, "vocabulary_")


class Misshapen:
    """A user's loss, right in its form alone."""

    exclude_true = False

    def __init__(self, form, returned):
        self.form = form
        self.returned = returned

    def positive(self, scores, counts=None):
        return self.returned

    negative = rows = positive


@pytest.mark.parametrize("form, method", [("pairs", "positive"), ("rows", "rows")])
@pytest.mark.parametrize("returned", [None, 1.0, np.ones(3), (np.ones(3), np.ones(3)), ("a", "b"), (1.0, 1.0), (1.0,)])
def test_a_loss_that_returns_something_else_is_named(form, method, returned):
    with pytest.raises(ValueError, match=rf"^loss: Misshapen\.{method} is to return.*check_loss"):
        small(loss=Misshapen(form, returned)).fit(DOCUMENTS)


def test_gradients_of_rows_have_the_shape_of_the_scores():
    class OneRow:
        form = "rows"

        def rows(self, scores, counts):
            return 0.0, scores[0]

    with pytest.raises(ValueError, match=r"OneRow\.rows is to return .* gradients of shape \(\d+,\) for scores of"):
        small(loss=OneRow()).fit(DOCUMENTS)


@pytest.mark.parametrize("flag", ["no", None, 1])
def test_a_loss_of_pairs_says_whether_noise_may_be_the_true_word(flag):
    class Undecided(NegativeSampling):
        exclude_true = flag

        def __init__(self):
            pass

    with pytest.raises(ValueError, match=rf"^loss=.*expected an attribute exclude_true of True or False; got {flag!r}"):
        small(loss=Undecided()).fit(DOCUMENTS)


@pytest.mark.parametrize(
    ("reference", "got"),
    [(None, "NoneType"), (np.zeros(1), r"shape \(1,\)"), (np.nan, "nan"), (np.inf, "inf"), ("no", "ndarray")],
)
def test_a_log_reference_that_is_none_is_an_error_that_says_so(reference, got):
    class Lost(NegativeSampling):
        def log_reference(self, noise):
            return reference if reference is None or np.ndim(reference) else np.full(len(noise), reference)

    message = rf"^loss: Lost\.log_reference is to return numbers below infinity of shape .*; got {got}\."
    with pytest.raises(ValueError, match=message):
        small(loss=Lost()).fit(DOCUMENTS).score(DOCUMENTS)
    with pytest.raises(ValueError, match=message):
        small(loss=Lost(), early_stopping=True, validation_fraction=0.5).fit(DOCUMENTS)


def test_a_loss_given_by_name_has_no_parameters_to_set():
    for given in ("negative_sampling", "naive_softmax"):
        with pytest.raises(ValueError, match=rf"loss__exclude_true.*{given}.*instance.*losses\."):
            SkipGramVectorizer(loss=given).set_params(loss__exclude_true=True)
    with pytest.raises(ValueError, match="exclude_false"):
        SkipGramVectorizer(loss=NegativeSampling()).set_params(loss__exclude_false=True)


def test_more_components_than_words_give_vectors_of_that_length_and_one_warning():
    documents = ["one two three", "three two one"]
    for params in ({}, {"vocabulary": ["one", "two", "three"]}, {"init": "random"}, {"loss": "naive_softmax"}):
        with pytest.warns(UserWarning, match="n_components=130 is more than the 3 words") as warned:
            vectorizer = small(n_components=130, **params).fit(documents)
        assert len(warned) == 1
        assert vectorizer.center_vectors_.any(axis=0).all()
        assert vectorizer.transform(documents).any(axis=0).all()
    assert small(n_components=3).fit_transform(documents).shape == (2, 3)


class Token:  # equal to itself alone, as objects are
    pass


def test_tokens_that_are_each_a_word_of_their_own_warn():
    with pytest.warns(UserWarning, match=r"X: each of 30 tokens, of type Token, is a word of its own"):
        small(analyzer="passthrough").fit([[Token() for _ in range(3)] for _ in range(10)])
    tokens = [Token() for _ in range(15)]
    small(analyzer="passthrough").fit([tokens, tokens[::-1]])


def test_words_of_a_small_vocabulary_find_their_topic_whatever_the_length_of_the_vectors():
    documents, _ = planted_topics(200, seed=0, n_topics=2)
    for n_components in (21, 100):
        with pytest.warns(UserWarning, match="is more than the 20 words"):
            words = small(n_components=n_components, max_iter=20).fit(documents).word_vectors_
        for topic in "01":
            nearest = {word for word, _ in words.most_similar(f"{topic}word0", topn=9)}
            assert nearest == {f"{topic}word{i}" for i in range(1, 10)}


@pytest.mark.parametrize("loss", ["negative_sampling", "naive_softmax"])
@pytest.mark.parametrize("learning_rate", [1e3, 1e30])
def test_a_learning_rate_far_too_large_ends_and_never_gives_nan(loss, learning_rate):
    vectorizer = small(learning_rate=learning_rate, loss=loss, init="random", max_iter=5)
    try:
        vectorizer.fit(DOCUMENTS)
    except ValueError as error:
        assert re.search("learning_rate=.*finite.*smaller learning_rate", str(error))  # noqa: PT017
    else:
        assert np.isfinite(vectorizer.transform(DOCUMENTS)).all()


def test_zero_and_none_turn_subsampling_off_and_any_exponent_serves():
    assert same_bits(small(subsample=0).fit(DOCUMENTS), small(subsample=None).fit(DOCUMENTS))
    for exponent in (-0.5, 0, 1, 2.0):
        vectorizer = small(noise_exponent=exponent, vocabulary=["tea", "road", "reader", "unheard"])
        assert np.isfinite(vectorizer.fit_transform(DOCUMENTS)).all()
        assert np.isfinite(vectorizer.score(DOCUMENTS))


# --- documents ---

FRAME = pd.DataFrame({"text": DOCUMENTS})
NO_DOCUMENTS = [
    ("a bare string", ValueError, r"single str.*\[document\]"),
    (b"bare bytes", ValueError, r"single bytes.*\[document\]"),
    (np.array([["one two"], ["three four"]]), ValueError, r"1-D.*ndarray of shape \(2, 1\)"),
    (np.array("one two"), ValueError, r"1-D.*ndarray of shape \(\)"),
    (np.ones((4, 2)), ValueError, r"1-D.*ndarray of shape \(4, 2\)"),
    (FRAME, ValueError, r"DataFrame of shape \(6, 1\).*text column"),
    ({"one two": 1}, TypeError, "dict"),
    ({"one two"}, TypeError, "set"),
    (None, TypeError, "None"),
    (5, TypeError, "int 5"),
]
NO_DOCUMENT = [
    (["one two", None], r"document 1\b.*str or bytes.*None"),
    (["one two", "one", 3.0], r"document 2\b.*str or bytes.*float 3\.0"),
    (["one two", NAN], r"document 1\b.*str or bytes.*float nan"),
    ([7], r"document 0\b.*str or bytes.*int 7"),
    (["one two", ["one", "two"]], r"document 1\b.*str or bytes.*\['one', 'two'\].*passthrough"),
]
NO_TOKENS = [
    (["one two"], r"document 0\b.*sequence of tokens.*'one two'"),
    ([["one", "two"], b"one two"], r"document 1\b.*sequence of tokens.*bytes"),
    ([["one", "two"], None], r"document 1\b.*sequence of tokens.*None"),
    ([["one", "two"], 3], r"document 1\b.*sequence of tokens.*int 3"),
    ([["one", "two"], ["one", ["two"]]], r"document 1\b.*unhashable.*list.*hashable tokens, such as words"),
    ([["one", "two"], {"one", "two"}], r"document 1\b.*order.*set"),
    ([["one", "two"], {"one": 1}], r"document 1\b.*order.*dict"),
]


@pytest.mark.parametrize("analyzer", ["word", "passthrough"])
@pytest.mark.parametrize("X, error, message", NO_DOCUMENTS, ids=lambda value: type(value).__name__)
def test_what_is_no_collection_of_documents_is_an_error(X, error, message, analyzer):
    fitted = small(analyzer=analyzer).fit(
        [document.split() for document in DOCUMENTS] if analyzer != "word" else DOCUMENTS
    )
    for method in (
        small(analyzer=analyzer).fit,
        small(analyzer=analyzer).fit_transform,
        fitted.transform,
        fitted.score,
    ):
        with pytest.raises(error, match=f"^X: .*{message}"):
            method(X)


@pytest.mark.parametrize(
    "analyzer, X, message",
    [("word", *case) for case in NO_DOCUMENT]
    + [("char_wb", *case) for case in NO_DOCUMENT]
    + [("passthrough", *case) for case in NO_TOKENS],
)
def test_a_document_of_the_wrong_kind_is_an_error_that_gives_its_position(analyzer, X, message):
    vectorizer = small(analyzer=analyzer, n_components=1)
    fitted = small(analyzer=analyzer, n_components=1).fit(
        [["one", "two"]] if analyzer == "passthrough" else ["one two"]
    )
    for method in (vectorizer.fit, vectorizer.fit_transform, fitted.transform, fitted.score):
        with pytest.raises(TypeError, match=f"^X: {message}"):
            method(iter(X))


def test_an_error_of_the_users_own_tokenizer_keeps_its_kind_and_gives_the_position():
    def tokenizer(document):
        if "?" in document:
            raise ValueError("no questions")
        return document.split()

    with pytest.raises(ValueError, match=r"document 2: no questions"):
        small(tokenizer=tokenizer, token_pattern=None).fit(DOCUMENTS)


def test_bytes_that_do_not_decode_and_files_that_do_not_exist_are_errors(tmp_path):
    with pytest.raises(UnicodeDecodeError, match="document 1"):
        small().fit([b"one two", b"caf\xe9 one"])
    with pytest.raises(FileNotFoundError, match="absent"):
        small(input="filename").fit([tmp_path / "absent"])


@pytest.mark.parametrize("no_documents", [[], (), iter([]), np.array([], dtype=str), pd.Series([], dtype=str)])
def test_no_documents_are_an_error(no_documents):
    with pytest.raises(ValueError, match=r"X: expected at least one document, got none"):
        small().fit(no_documents)


@pytest.mark.parametrize(
    "params, message",
    [
        ({"min_count": 100}, r"4 words before pruning, 0 after: min_count=100 dropped 4.*lower min_count"),
        ({"min_df": 3}, r"4 words before pruning, 0 after: min_df=3 dropped 4.*lower.*min_df"),
        ({"min_df": 0.9}, r"4 words before pruning, 0 after: min_df=0.9 dropped 4.*lower.*min_df"),
        ({"max_df": 1, "min_count": 2}, r"4 words before pruning, 0 after: min_count=2 dropped 2, max_df=1 dropped 2"),
    ],
)
def test_nothing_left_after_pruning_tells_the_numbers_of_words_and_what_to_lower(params, message):
    with pytest.raises(ValueError, match=message):
        small(**params).fit(["one two three", "one two four", "", ""])


def test_contradicting_document_frequencies_are_named():
    with pytest.raises(ValueError, match=r"max_df=2 .*min_df=3"):
        small(max_df=2, min_df=3).fit(DOCUMENTS)
    with pytest.raises(ValueError, match=r"max_df=0.2 .*min_df=0.9"):
        small(max_df=0.2, min_df=0.9).fit(DOCUMENTS)


@pytest.mark.parametrize("documents", [["", "?", "a b"], [""]])
def test_documents_without_any_word_are_an_error(documents):
    with pytest.raises(ValueError, match=rf"no word found in {len(documents)} documents.*token_pattern"):
        small().fit(documents)


@pytest.mark.parametrize("n_components, vocabulary", [(1, None), (1000, None), (1, ["one", "two"])])
def test_documents_of_one_word_are_an_error_that_says_that_no_word_has_a_neighbour(n_components, vocabulary):
    with pytest.raises(ValueError, match=r"no word has a neighbour.*3 documents.*two words or more"):
        small(n_components=n_components, vocabulary=vocabulary).fit(["one", "two", ""])
    with pytest.raises(ValueError, match="no word has a neighbour"):
        small(n_components=n_components).fit(["one", "two", "one two"], sample_weight=[1, 1, 0])


def test_empty_documents_and_unseen_words_are_fine():
    vectorizer = small().fit(["", *DOCUMENTS, "?", ""])
    assert same_bits(vectorizer, small().fit(DOCUMENTS))
    features = vectorizer.transform(["", "unseen", "tea unseen"])
    assert not features[:2].any()
    np.testing.assert_array_equal(features[2], vectorizer.word_vectors_["tea"])


@pytest.mark.parametrize("documents", [[], ["tea"], ["unseen words"], ["tea", "coffee", "tea unseen"]])
def test_no_pair_to_score_is_an_error(documents):
    with pytest.raises(ValueError, match=rf"no pair to score.*{len(documents)} documents"):
        small().fit(DOCUMENTS).score(documents)


# --- weights ---


@pytest.mark.parametrize(
    "sample_weight, message",
    [
        ([1, 2], r"6 documents.*\(2,\)"),
        (np.ones((6, 1)), r"6 documents.*\(6, 1\)"),
        ([1, 1, -0.5, 1, 1, 1], r"at least 0.*-0\.5 at position 2"),
        ([1, NAN, 1, 1, 1, 1], r"finite.*nan at position 1"),
        ([1, 1, 1, 1, 1, INFINITY], r"finite.*inf at position 5"),
        ([0] * 6, r"positive weight.*zeros.*6 documents"),
        ("heavy", "expected numbers"),
        ([[1], [1, 2]], "expected numbers"),
    ],
)
def test_wrong_weights_are_errors_that_tell_what_is_wrong_with_them(sample_weight, message):
    for method in (small().fit, small().fit_transform):
        with pytest.raises(ValueError, match=f"^sample_weight: .*{message}"):
            method(DOCUMENTS, sample_weight=sample_weight)


def test_fractional_weights_that_leave_no_word_are_named_beside_min_count():
    with pytest.raises(ValueError, match=r"0 after: min_count=1 dropped .*lower min_count.*weighted by sample_weight"):
        small().fit(DOCUMENTS, sample_weight=[1e-3] * 6)
    assert small(min_count=0).fit(DOCUMENTS, sample_weight=[1e-3] * 6).vocabulary_ == small().fit(DOCUMENTS).vocabulary_


# --- before fit ---


@pytest.mark.parametrize("method", ["transform", "score"])
def test_features_and_scores_before_fit_are_an_error(method):
    with pytest.raises(NotFittedError, match=r"SkipGramVectorizer.*not fitted"):
        getattr(small(), method)(untouchable())
    failed = small()
    with pytest.raises(ValueError, match="no word has a neighbour"):
        failed.fit(["one", "two"])
    with pytest.raises(NotFittedError):
        getattr(failed, method)(DOCUMENTS)


def test_feature_names_before_fit_are_an_error():
    with pytest.raises((NotFittedError, AttributeError)):
        small().get_feature_names_out()
