"""`SkipGramVectorizer` as its users meet it: documents in, vectors, features and scores out."""

import copy
import io
import re
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import expit, log_softmax
from sklearn.base import clone
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from sklw2v import LineDocuments, WordVectors
from sklw2v.losses import Loss, NaiveSoftmax, NegativeSampling
from tests.corpora import DOCUMENTS, planted_topics, same_bits, small

# --- documents to tokens ---


@pytest.mark.parametrize("reference", [CountVectorizer, TfidfVectorizer])
@pytest.mark.parametrize(
    "text_parameters",
    [
        {},
        {"lowercase": False},
        {"strip_accents": "ascii"},
        {"strip_accents": "unicode"},
        {"strip_accents": lambda text: text.replace("é", "E")},
        {"stop_words": "english"},
        {"stop_words": ["the", "tea"]},
        {"token_pattern": r"(?u)\b\w+\b"},
        {"token_pattern": r"[a-z]+(é)"},
        {"analyzer": "char"},
        {"analyzer": "char_wb", "lowercase": False},
        {"analyzer": str.split},
        {"preprocessor": lambda text: text.upper()},
        {"tokenizer": lambda text: text.split("e"), "token_pattern": None},
        {"tokenizer": str.split, "token_pattern": None, "stop_words": ["the"]},
        {"max_df": 0.6},
        {"max_df": 3},
        {"min_df": 2},
        {"min_df": 0.4, "max_df": 0.9},
        {"max_features": 2},
        {"vocabulary": ["tea", "coffee", "reader", "unheard"]},
        {"vocabulary": {"tea": 2, "coffee": 0, "reader": 1}, "min_df": 4},
        {"strip_accents": "unicode", "stop_words": "english", "min_df": 2, "max_features": 4},
    ],
    ids=lambda parameters: ",".join(f"{name}={value!r:.12}" for name, value in parameters.items()) or "defaults",
)
def test_text_parameters_find_the_tokens_that_scikit_learn_finds(text_parameters, reference):
    expected = reference(**text_parameters).fit(DOCUMENTS)
    vectorizer = small(n_components=1, **text_parameters).fit(DOCUMENTS)
    counts = CountVectorizer(**text_parameters | {"vocabulary": vectorizer.vocabulary_}).transform(DOCUMENTS)
    assert vectorizer.vocabulary_.keys() == expected.vocabulary_.keys()
    assert_array_equal(vectorizer.word_vectors_.counts, counts.sum(axis=0).A1)
    if "vocabulary" in text_parameters:
        assert vectorizer.vocabulary_ == expected.vocabulary_


@pytest.mark.parametrize("decoding", [{"encoding": "latin-1"}, {"decode_error": "ignore"}, {"decode_error": "replace"}])
def test_bytes_file_names_and_open_files_are_read_as_scikit_learn_reads_them(decoding, tmp_path):
    raw = [document.encode("latin-1") for document in DOCUMENTS]
    paths = [tmp_path / str(i) for i in range(len(raw))]
    for path, content in zip(paths, raw, strict=True):
        path.write_bytes(content)
    expected = CountVectorizer(**decoding).fit(raw).vocabulary_.keys()
    for kind, X in {"content": raw, "filename": paths, "file": [io.BytesIO(content) for content in raw]}.items():
        assert small(input=kind, **decoding).fit(X).vocabulary_.keys() == expected, kind


def test_passthrough_takes_any_hashable_tokens():
    documents = [[1, ("a", 2), "x"], ("x", 1, 1), np.array(["x", "y"]), []]
    vectorizer = small(analyzer="passthrough").fit(documents)
    assert vectorizer.vocabulary_ == {1: 0, "x": 1, "y": 2, ("a", 2): 3}
    assert vectorizer.word_vectors_[("a", 2)].shape == (3,)
    assert_array_equal(vectorizer.transform([["x"]])[0], vectorizer.word_vectors_["x"])


def test_words_stand_by_falling_count_ties_by_word():
    vectorizer = small().fit(["cc aa bb cc dd", "bb cc aa ee"])
    assert list(vectorizer.vocabulary_.items()) == [("cc", 0), ("aa", 1), ("bb", 2), ("dd", 3), ("ee", 4)]
    assert vectorizer.word_vectors_.words == list(vectorizer.vocabulary_)


def test_min_count_drops_words_by_their_count_in_the_corpus():
    vectorizer = small(min_count=3, n_components=1).fit(["aa aa aa bb cc", "bb bb cc"])
    assert vectorizer.vocabulary_ == {"aa": 0, "bb": 1}


# --- what fit leaves ---


@pytest.mark.parametrize("loss", ["negative_sampling", "naive_softmax"])
@pytest.mark.parametrize("init", ["svd", "random"])
def test_fitted_attributes_have_the_shapes_and_dtypes_of_the_contract(loss, init):
    vectorizer = small(loss=loss, init=init, max_iter=4)
    assert vectorizer.fit(DOCUMENTS) is vectorizer
    n_words = len(vectorizer.vocabulary_)
    for vectors in (vectorizer.center_vectors_, vectorizer.context_vectors_, vectorizer.word_vectors_.vectors):
        assert vectors.shape == (n_words, 3)
        assert vectors.dtype == np.float32
        assert np.isfinite(vectors).all()
    assert isinstance(vectorizer.word_vectors_, WordVectors)
    assert len(vectorizer.loss_curve_) == vectorizer.n_iter_ == 4
    assert all(isinstance(value, float) and value > 0 for value in vectorizer.loss_curve_)
    assert isinstance(vectorizer.loss_, Loss)


def test_no_epochs_keep_the_start():
    svd, random = (small(init=init, max_iter=0).fit(DOCUMENTS) for init in ("svd", "random"))
    for vectorizer in (svd, random):
        assert vectorizer.n_iter_ == 0
        assert vectorizer.loss_curve_ == []
        assert not vectorizer.context_vectors_.any()
        assert vectorizer.transform(DOCUMENTS).any()
    assert 0 < np.abs(random.center_vectors_).max() <= 0.5 / 3


@pytest.mark.parametrize("loss", ["negative_sampling", "naive_softmax"])
@pytest.mark.parametrize("init, max_iter", [("svd", 5), ("random", 60)])
def test_neighbours_come_from_the_planted_topic_and_held_out_text_scores_higher_than_shuffled(loss, init, max_iter):
    documents, _ = planted_topics(300, seed=0)
    vectorizer = small(loss=loss, init=init, max_iter=max_iter, n_components=8, window=5, learning_rate=0.05)
    vectorizer.fit(documents)
    assert vectorizer.loss_curve_[-1] < vectorizer.loss_curve_[0]
    for word in vectorizer.vocabulary_:
        assert {neighbour[0] for neighbour, _ in vectorizer.word_vectors_.most_similar(word, topn=5)} == {word[0]}
    held_out, _ = planted_topics(50, seed=1)
    words = np.random.RandomState(0).permutation(" ".join(held_out).split()).reshape(50, 12)
    shuffled = [" ".join(row) for row in words]
    # A model that knows the topics alone has log(1/10), one that knows nothing log(1/40).
    assert vectorizer.score(held_out) > -3.0
    assert vectorizer.score(shuffled) < -np.log(40)


@pytest.mark.parametrize("loss", [NegativeSampling(), NaiveSoftmax()], ids=["negative_sampling", "naive_softmax"])
def test_score_is_the_mean_log_likelihood_of_the_softmax_that_the_loss_implies(loss):
    settings = {"window": 3, "subsample": 0.05, "noise_exponent": 0.6, "max_iter": 5}
    vectorizer = small(loss=loss, **settings).fit(DOCUMENTS)
    held_out = ["the reader drinks coffee and tea", "corner café the the road", "tea"]
    frequencies = np.array(vectorizer.word_vectors_.counts) / sum(vectorizer.word_vectors_.counts)
    keep = np.minimum(1, np.sqrt(0.05 / frequencies) + 0.05 / frequencies)
    assert (keep < 1).any()
    reference = 0.6 * np.log(frequencies) if loss.form == "pairs" else 0
    scores = vectorizer.center_vectors_ @ vectorizer.context_vectors_.T.astype(float)  # (V, V)
    log_likelihood = log_softmax(scores + reference - np.log(keep), axis=1)
    total = weight = 0
    for document in held_out:
        rows = [vectorizer.vocabulary_[word] for word in document.split()]
        for i, center in enumerate(rows):
            for j, context in enumerate(rows):
                if 1 <= abs(i - j) <= 3:
                    total += (4 - abs(i - j)) / 3 * log_likelihood[center, context]
                    weight += (4 - abs(i - j)) / 3
    assert_allclose(vectorizer.score(held_out), total / weight, rtol=1e-5)
    with_unseen = [" unseen ".join(document.split()) for document in held_out]
    assert vectorizer.score(with_unseen) == vectorizer.score(held_out)
    report = vectorizer.score_report(with_unseen)
    assert report.score == vectorizer.score(held_out)
    assert_allclose(report.perplexity, np.exp(-total / weight), rtol=1e-5)
    assert_allclose(report.n_pairs, weight)
    n_tokens = [len(document.split()) for document in with_unseen]
    assert_allclose(report.oov_share, sum(n // 2 for n in n_tokens) / sum(n_tokens))
    assert report.n_centers == len({word for document in held_out[:2] for word in document.split()})


def test_fit_changes_neither_parameters_nor_the_loss_nor_the_documents():
    loss, documents, weights = NegativeSampling(exclude_true=True), list(DOCUMENTS), np.arange(6.0)
    vectorizer = small(loss=loss, vocabulary=["tea", "coffee", "reader"], stop_words=["the"])
    before = vectorizer.get_params()
    contents = copy.deepcopy({name: value for name, value in before.items() if name != "loss"})
    vectorizer.fit(documents, sample_weight=weights)
    after = vectorizer.get_params()
    assert all(after[name] is value for name, value in before.items())
    assert {name: value for name, value in after.items() if name != "loss"} == contents
    assert vars(loss) == {"exclude_true": True}
    assert vectorizer.loss_ is not loss
    assert documents == DOCUMENTS
    assert_array_equal(weights, np.arange(6.0))


class Duck:
    """The formulas of negative sampling in a class of the user's own, without a base class."""

    form = "pairs"
    exclude_true = False

    def positive(self, scores):
        return np.logaddexp(0.0, -scores), -expit(-scores)

    def negative(self, scores):
        return np.logaddexp(0.0, scores), expit(scores)

    def log_reference(self, noise):
        return np.log(noise)


class Scaled(Loss):
    """A user's loss with a parameter: negative sampling times a factor."""

    form = "pairs"

    def __init__(self, factor=1.0):
        self.factor = factor

    def positive(self, scores):
        return self.factor * np.logaddexp(0.0, -scores), -self.factor * expit(-scores)

    def negative(self, scores):
        return self.factor * np.logaddexp(0.0, scores), self.factor * expit(scores)


def test_a_loss_of_the_users_own_serves_like_a_built_in_one():
    built_in = small().fit(DOCUMENTS)
    for loss in (Duck(), Scaled(), NegativeSampling()):
        vectorizer = small(loss=loss).fit(DOCUMENTS)
        assert same_bits(vectorizer, built_in)
        assert vectorizer.score(DOCUMENTS) == built_in.score(DOCUMENTS)
    doubled = clone(small(loss=Scaled())).set_params(loss__factor=2.0).fit(DOCUMENTS)
    assert not same_bits(doubled, built_in)
    assert_allclose(doubled.loss_curve_[0], 2 * built_in.loss_curve_[0], rtol=0.1)


class Broken(Duck):
    """Its gradient is not a number."""

    def positive(self, scores):
        return scores * np.nan, scores * np.nan


def test_a_refit_forgets_and_a_failed_refit_leaves_the_fitted_state():
    vectorizer = small(pooling="sif").fit(DOCUMENTS)
    first = dict(vars(vectorizer))
    vectorizer.set_params(loss=Broken())
    with pytest.raises(ValueError, match=r"finite.*learning_rate"):
        vectorizer.fit(["other words here", "here other words"])
    assert all(vars(vectorizer)[name] is value for name, value in first.items() if name != "loss")
    vectorizer.set_params(loss="negative_sampling").fit(["other words here", "here other words"])
    fresh = small(pooling="sif").fit(["other words here", "here other words"])
    assert vectorizer.vocabulary_ == fresh.vocabulary_
    assert same_bits(vectorizer, fresh)
    assert vars(vectorizer).keys() == vars(fresh).keys()


def test_verbose_tells_rate_and_time_left_and_the_default_is_silent(capsys):
    small().fit(DOCUMENTS)
    assert capsys.readouterr() == ("", "")
    small(verbose=1).fit(DOCUMENTS)
    epochs = [line for line in capsys.readouterr().out.splitlines() if "epoch" in line]
    assert len(epochs) == 2
    assert re.search(r"1/2: loss \d+\.\d+ nats, .*/s, \d+\.\d s left$", epochs[0])


# --- one pass, weights, large documents ---


def test_a_generator_and_a_corpus_file_give_what_a_list_gives(tmp_path):
    expected = small().fit(DOCUMENTS)
    features = expected.transform(DOCUMENTS)
    path = tmp_path / "corpus.txt"
    path.write_text("\n".join(DOCUMENTS) + "\n", encoding="utf-8")
    sources = [
        lambda: (document for document in DOCUMENTS),
        lambda: LineDocuments(path),
        lambda: np.array(DOCUMENTS),
        lambda: pd.Series(DOCUMENTS, index=list("fedcba")),
    ]
    for source in sources:
        assert same_bits(small().fit(source()), expected)
        assert_array_equal(small().fit_transform(source()), features)
        assert_array_equal(expected.transform(source()), features)


@pytest.mark.parametrize("pooling", ["mean", "tfidf", "sif", "neighbors"])
@pytest.mark.parametrize("norm", [None, "l2"])
def test_fit_transform_is_fit_then_transform_to_the_bit(pooling, norm):
    vectorizer = small(pooling=pooling, norm=norm)
    features = vectorizer.fit_transform(DOCUMENTS)
    assert features.dtype == np.float32
    assert features.tobytes() == small(pooling=pooling, norm=norm).fit(DOCUMENTS).transform(DOCUMENTS).tobytes()
    assert_array_equal(features[2], vectorizer.transform(DOCUMENTS[2:3])[0])
    assert_array_equal(vectorizer.transform(["", "unseen words", "?"]), np.zeros((3, 3)))
    assert vectorizer.transform([]).shape == (0, 3)
    if norm:
        assert_allclose(np.linalg.norm(features, axis=1), [1, 1, 1, 0, 1, 1], rtol=1e-5)


def test_whole_weights_repeat_documents_and_weight_zero_removes_them():
    weights = [2, 1, 0, 1, 3, 0]
    weighted = small(subsample=0.01).fit(DOCUMENTS, sample_weight=weights)
    repeated = np.repeat(DOCUMENTS, weights)
    reference = small(subsample=0.01).fit(repeated)
    assert weighted.vocabulary_ == reference.vocabulary_
    assert "1984" not in weighted.vocabulary_
    assert_array_equal(weighted.word_vectors_.counts, reference.word_vectors_.counts)
    assert same_bits(weighted, reference)
    assert weighted.loss_curve_ == reference.loss_curve_
    assert weighted.score(DOCUMENTS) == reference.score(DOCUMENTS)


@pytest.mark.parametrize("pooling", ["mean", "tfidf", "sif", "neighbors"])
def test_a_document_of_weight_zero_counts_as_absent_from_document_frequencies_too(pooling):
    keep = np.array([1, 1, 0, 1, 1, 0])
    settings = {"pooling": pooling, "min_df": 0.4, "max_df": 3}
    weighted = small(**settings).fit_transform(DOCUMENTS, sample_weight=keep)
    absent = small(**settings).fit([document for document, kept in zip(DOCUMENTS, keep, strict=True) if kept])
    assert weighted.tobytes() == absent.transform(DOCUMENTS).tobytes()


def test_fractional_weights_multiply_word_counts():
    vectorizer = small(min_count=0).fit(["aa bb aa", "bb cc"], sample_weight=[0.25, 1.5])
    assert dict(zip(vectorizer.word_vectors_.words, vectorizer.word_vectors_.counts, strict=True)) == {
        "bb": 1.75,
        "cc": 1.5,
        "aa": 0.5,
    }


def test_halved_weights_at_twice_the_rate_take_the_same_steps():
    settings = {"min_count": 0, "init": "random"}
    halved = small(**settings, learning_rate=0.05).fit(DOCUMENTS, sample_weight=[0.5, 1, 1.5, 0.5, 0.5, 0])
    whole = small(**settings, learning_rate=0.025).fit(DOCUMENTS, sample_weight=[1, 2, 3, 1, 1, 0])
    assert same_bits(halved, whole)
    assert_allclose(halved.loss_curve_, whole.loss_curve_)


def test_a_window_beyond_every_document_is_a_window_over_the_whole_document():
    params = {"window_weights": "uniform", "token_pattern": r"\S+"}
    longest = max(len(document.split()) for document in DOCUMENTS)
    found = []
    for window in (longest, 10**8, 2**31 - 1):
        vectorizer = small(window=window, **params).fit(DOCUMENTS)
        vectorizer.partial_fit(DOCUMENTS)
        found.append((vectorizer.center_vectors_, vectorizer.score_report(DOCUMENTS)))
    for vectors, report in found[1:]:
        assert_array_equal(vectors, found[0][0])
        assert report == found[0][1]


@pytest.mark.parametrize("window_weights, as_wide_as", [("linear", "uniform"), ("harmonic", "harmonic")])
def test_the_widest_window_weighs_pairs_as_its_formula_says(window_weights, as_wide_as):
    # (w + 1 - j) / w is about 1 for every distance j there is, and 1 / j does not depend on w.
    found = [
        small(window=window, window_weights=weights).fit(DOCUMENTS).score_report(DOCUMENTS).n_pairs
        for window, weights in ((2**31 - 1, window_weights), (30, as_wide_as))
    ]
    assert_allclose(found[0], found[1], rtol=1e-6)


def test_documents_of_a_hundred_thousand_words_are_fine():
    words = np.random.RandomState(0).choice([f"w{i}" for i in range(50)], size=100_000)
    vectorizer = small(max_iter=1).fit([" ".join(words), " ".join(words[::-1])])
    assert vectorizer.word_vectors_.counts.sum() == 200_000
    expected = vectorizer.word_vectors_[words.tolist()].mean(axis=0, dtype=float)
    assert_allclose(vectorizer.transform([" ".join(words)])[0], expected, atol=1e-5)


# --- features ---


def test_mean_pooling_is_the_mean_over_known_tokens():
    vectorizer = small().fit(DOCUMENTS)
    documents = ["tea tea coffee unseen", "unseen", "", "reader"]
    expected = np.zeros((4, 3))
    for row, document in enumerate(documents):
        known = [vectorizer.word_vectors_[word] for word in document.split() if word in vectorizer.word_vectors_]
        if known:
            expected[row] = np.mean(known, axis=0, dtype=float)
    assert_allclose(vectorizer.transform(documents), expected, rtol=1e-6)
    assert_array_equal(vectorizer.word_vectors_.vectors, vectorizer.center_vectors_ + vectorizer.context_vectors_ / 4)


def test_tfidf_pooling_is_the_weighted_mean_of_unit_vectors():
    vectorizer = small(pooling="tfidf").fit(DOCUMENTS)
    idf = TfidfVectorizer(vocabulary=vectorizer.vocabulary_).fit(DOCUMENTS).idf_
    vectors = vectorizer.word_vectors_.vectors / np.linalg.norm(vectorizer.word_vectors_.vectors, axis=1)[:, np.newaxis]
    for document in ("tea tea coffee unseen tea", "reader"):
        rows, counts = zip(
            *((vectorizer.vocabulary_[w], n) for w, n in Counter(document.split()).items() if w != "unseen"),
            strict=True,
        )
        weights = (1 + np.log(counts)) * idf[list(rows)]
        expected = np.average(vectors[list(rows)], axis=0, weights=weights)
        assert_allclose(vectorizer.transform([document])[0], expected, rtol=1e-5)


def test_sif_pooling_removes_the_common_component_of_the_training_documents():
    vectorizer = small(pooling="sif").fit(DOCUMENTS)
    frequencies = vectorizer.word_vectors_.counts / vectorizer.word_vectors_.counts.sum()
    weighted = vectorizer.word_vectors_.vectors * (1e-3 / (1e-3 + frequencies))[:, np.newaxis]
    counts = CountVectorizer(vocabulary=vectorizer.vocabulary_).transform([*DOCUMENTS, "tea tea reader"]).toarray()
    features = counts @ weighted / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    common = np.linalg.svd(features[:-1])[2][0]
    expected = features - np.outer(features @ common, common)
    assert_allclose(vectorizer.transform([*DOCUMENTS, "tea tea reader"]), expected, atol=1e-3 * np.abs(features).max())


def test_output_has_names_and_the_container_asked_for():
    series = pd.Series(DOCUMENTS, index=[5, 4, 3, 2, 1, 0], name="text")
    vectorizer = small(n_components=2).fit(series)
    names = ["skipgramvectorizer0", "skipgramvectorizer1"]
    assert vectorizer.get_feature_names_out().tolist() == names
    features = vectorizer.transform(series)
    frame = vectorizer.set_output(transform="pandas").transform(series)
    assert isinstance(frame, pd.DataFrame)
    assert frame.columns.tolist() == names
    assert (frame.dtypes == np.float32).all()
    assert_array_equal(frame, features)
    polars = pytest.importorskip("polars")
    frame = small(n_components=2).set_output(transform="polars").fit_transform(X=polars.Series(DOCUMENTS))
    assert isinstance(frame, polars.DataFrame)
    assert frame.columns == names
    assert_array_equal(frame.to_numpy(), features)
