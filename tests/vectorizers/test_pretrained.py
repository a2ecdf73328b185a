"""Vectors from elsewhere: pooled, spelled out for unknown words, and as the start of training."""

import io
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_html_repr, get_tags

from sklw2v import PretrainedVectorizer, SkipGramVectorizer, WordVectors
from sklw2v.pooling import FoldInPooling, LabelPooling, MeanPooling, Pooling, SifPooling
from tests.corpora import DOCUMENTS, planted_topics, same_bits, small


class Unseekable(io.StringIO):
    def seekable(self):
        return False


@pytest.fixture(scope="module")
def trained():
    return small(n_components=4).fit(DOCUMENTS)


@pytest.mark.parametrize("pooling", ["mean", "tfidf", "sif", "neighbors", SifPooling(a=0.1)], ids=repr)
@pytest.mark.parametrize("norm", [None, "l2"])
def test_vectors_of_a_vectorizer_give_its_features(trained, pooling, norm):
    own = small(n_components=4, pooling=pooling, norm=norm).fit_transform(DOCUMENTS)
    elsewhere = PretrainedVectorizer(trained.word_vectors_, pooling=pooling, norm=norm)
    assert_array_equal(elsewhere.fit_transform(DOCUMENTS), own)
    assert_array_equal(elsewhere.transform(iter(DOCUMENTS)), own)


def test_gensims_attributes_and_mappings_are_read(trained):
    wv = trained.word_vectors_
    expected = PretrainedVectorizer(wv).fit_transform(DOCUMENTS)
    gensims = SimpleNamespace(index_to_key=wv.words, vectors=wv.vectors)
    for vectors in (gensims, {word: wv[word] for word in wv.words}):
        assert_array_equal(PretrainedVectorizer(vectors).fit_transform(DOCUMENTS), expected)


def test_documents_are_not_read_where_there_is_nothing_to_learn(trained):
    def untouchable():
        raise AssertionError
        yield

    PretrainedVectorizer(trained.word_vectors_).fit(untouchable())


def test_fold_in_takes_the_word_vectors_for_context_vectors(trained):
    features = PretrainedVectorizer(trained.word_vectors_, pooling="fold_in").fit_transform(DOCUMENTS)
    assert features.shape == (len(DOCUMENTS), 4)
    assert np.abs(features).max() > 0


def test_names_of_features_are_as_many_as_the_features(trained):
    class Twice(Pooling):
        fits_documents = False

        def transform(self, counts, vectors):
            means = MeanPooling().transform(counts, vectors)
            return np.hstack([means, means])

    vectorizer = PretrainedVectorizer(trained.word_vectors_, pooling=Twice()).fit(DOCUMENTS)
    assert vectorizer.transform(DOCUMENTS).shape == (len(DOCUMENTS), 8)
    assert list(vectorizer.get_feature_names_out())[-1] == "pretrainedvectorizer7"


def test_pipeline_and_grid_over_parameters_of_the_pooling():
    documents, topics = planted_topics(120, seed=0)
    words = SkipGramVectorizer(n_components=4, window=3, random_state=0).fit(documents).word_vectors_
    pipeline = make_pipeline(PretrainedVectorizer(words, pooling=SifPooling()), LogisticRegression(C=100))
    grid = {"pretrainedvectorizer__pooling__a": [1e-3, 1e-1], "pretrainedvectorizer__norm": [None, "l2"]}
    assert GridSearchCV(pipeline, grid, cv=3).fit(documents, topics).best_score_ > 0.95


@pytest.mark.parametrize(
    "params, error, message",
    [
        ({"word_vectors": 7}, TypeError, "word_vectors: expected"),
        ({"word_vectors": {}}, ValueError, "word_vectors: expected at least one word"),
        ({"word_vectors": {"a": [1, 0], "b": [1]}}, ValueError, r"that of 'b' has shape \(1,\)"),
        (
            {"pooling": "median"},
            ValueError,
            "pooling='median': expected one of 'mean', 'tfidf', 'sif', 'labels', 'fold_in', 'neighbors'",
        ),
        ({"pooling": MeanPooling}, ValueError, "pooling="),
        ({"pooling": SifPooling(a=-1)}, ValueError, "a == -1"),
        ({"norm": "l3"}, ValueError, "norm='l3'"),
        ({"oov": "guess"}, ValueError, "oov='guess': expected one of 'ignore', 'subword'"),
        ({"analyzer": "words"}, ValueError, "analyzer='words'"),
        ({"word_vectors": {1: [1.0]}, "oov": "subword"}, ValueError, "oov='subword': expected words that are strings"),
    ],
)
def test_bad_parameters_are_named(params, error, message):
    vectorizer = PretrainedVectorizer(**{"word_vectors": {"a": [1.0]}} | params)
    with pytest.raises(error, match=message):
        vectorizer.fit(DOCUMENTS)
    with pytest.raises(NotFittedError):
        vectorizer.transform(DOCUMENTS)


def test_a_pooling_that_asks_for_other_vectors_is_refused(trained):
    class Both(MeanPooling):
        vectors = "both"

    for vectorizer in (PretrainedVectorizer(trained.word_vectors_, pooling=Both()), small(pooling=Both())):
        with pytest.raises(ValueError, match="asks for vectors='both': expected 'word' or 'context'"):
            vectorizer.fit(DOCUMENTS)


def test_a_pooling_that_asks_for_context_vectors_gets_them(trained):
    class OfContexts(MeanPooling):
        vectors = "context"

    vectorizer = small(n_components=4, pooling=OfContexts()).fit(DOCUMENTS)
    word = vectorizer.word_vectors_.words[0]
    assert_allclose(vectorizer.transform([word])[0], vectorizer.context_vectors_[0])


def test_parameters_of_a_named_pooling_are_refused_with_advice():
    with pytest.raises(
        ValueError,
        match=r"pooling__a: the pooling 'sif' is given by name .* set pooling=sklw2v\.pooling\.SifPooling\(\)",
    ):
        small(pooling="sif").set_params(pooling__a=1e-2)
    with pytest.raises(ValueError, match=r"set pooling=sklw2v\.pooling\.FoldInPooling\(\) first"):
        small(pooling="fold_in").set_params(pooling__ridge=1.0)
    assert small(pooling="sif").set_params(pooling=SifPooling(), pooling__a=1e-2).pooling.a == 1e-2


def test_a_pooling_that_returns_too_few_rows_is_named():
    class Short(MeanPooling):
        def transform(self, counts, vectors):
            return (counts @ vectors)[:-1].astype(np.float64)

    with pytest.raises(ValueError, match=r"pooling=Short\(\): its transform returned an array of shape \(5, 3\)"):
        small(pooling=Short()).fit_transform(DOCUMENTS)


# --- a pooling of one's own, with labels ---


class LabelCount(Pooling):
    """One feature: the number of labels that fit was given."""

    needs_labels = True

    def fit(self, counts, vectors, y=None, sample_weight=None):
        self.n_ = [len(y), counts.shape[0]]
        self.weights_ = sample_weight
        return self

    def transform(self, counts, vectors):
        return np.tile(np.float32(self.n_), (counts.shape[0], 1))


def test_labels_reach_a_pooling_that_needs_them():
    labels = np.arange(len(DOCUMENTS))
    weights = [1, 1, 0, 1, 1, 1]
    vectorizer = small(pooling=LabelCount())
    assert vectorizer.fit(DOCUMENTS, labels).pooling_.n_ == [6, 6]
    assert vectorizer.pooling_.weights_ is None
    assert vectorizer.fit(DOCUMENTS, labels, sample_weight=weights).pooling_.n_ == [5, 5]
    assert_array_equal(vectorizer.pooling_.weights_, np.ones(5))
    assert not hasattr(vectorizer.pooling, "n_")
    assert vectorizer.fit_transform(DOCUMENTS, labels).shape == (6, 2)
    assert PretrainedVectorizer(vectorizer.word_vectors_, pooling=LabelCount()).fit(DOCUMENTS, labels).pooling_.n_ == [
        6,
        6,
    ]
    with pytest.raises(ValueError, match="needs labels, got None"):
        vectorizer.fit(DOCUMENTS)
    with pytest.raises(ValueError, match="y: expected a label for each of 6 documents, got 2"):
        vectorizer.fit(DOCUMENTS, labels[:2])


# --- unknown words ---


def test_unknown_words_get_vectors_like_those_of_words_of_similar_spelling():
    roots = ["administrat", "happi", "philosoph", "quick", "wonder"]
    endings = ["ion", "ive", "or", "ness", "ful", "ly"]
    rng = np.random.RandomState(0)
    of_roots = rng.standard_normal((len(roots), 20))
    words = [root + ending for root in roots for ending in endings]
    vectors = np.repeat(of_roots, len(endings), axis=0) + 0.1 * rng.standard_normal((len(words), 20))
    vectorizer = PretrainedVectorizer(WordVectors(words, vectors), oov="subword", norm="l2").fit(words)
    units = of_roots / np.linalg.norm(of_roots, axis=1, keepdims=True)
    for unknown in ([root + "ship" for root in roots], [root[:-2] + root[-1] + "ly" for root in roots]):
        similarities = vectorizer.transform(unknown) @ units.T
        assert_array_equal(similarities.argmax(axis=1), np.arange(len(roots)))
        assert similarities.diagonal().min() > 0.6
    assert not PretrainedVectorizer(WordVectors(words, vectors)).fit(words).transform(["happiship"]).any()


@pytest.mark.parametrize(
    "pooling", ["mean", "tfidf", "sif", "fold_in", "neighbors", MeanPooling(unit_vectors=True)], ids=repr
)
def test_documents_of_known_words_are_not_touched_by_subwords(pooling):
    known = ["The café at the corner", "coffee and tea"]
    one = small(pooling=pooling, oov="subword").fit(DOCUMENTS)
    other = small(pooling=pooling).fit(DOCUMENTS)
    batch = one.transform([*known, "a corneer cafeé"])
    assert_allclose(batch[:2], other.transform(known), rtol=0, atol=1e-5 * np.abs(batch).max())
    assert np.abs(batch[2]).max() > 0


def test_fit_transform_spells_out_the_words_that_were_dropped():
    vectorizer = small(oov="subword", min_count=2)
    features = vectorizer.fit_transform(iter(DOCUMENTS))
    assert_array_equal(features, clone(vectorizer).fit(DOCUMENTS).transform(DOCUMENTS))
    assert not np.array_equal(features, small(min_count=2).fit_transform(DOCUMENTS))


def test_subwords_of_vectors_of_one_component():
    assert small(n_components=1, oov="subword").fit(DOCUMENTS).transform(["cofee"]).shape == (1, 1)


@pytest.mark.parametrize("oov", ["ignore", "subword"])
def test_documents_that_can_be_read_once_are_read_once(oov):
    texts = ["coffee and teaa", "tea and milk", "rare tea"]
    words = small().fit(DOCUMENTS).word_vectors_
    for make in (
        lambda **params: PretrainedVectorizer(words, pooling="tfidf", oov=oov, **params),
        lambda **params: small(min_count=2, n_components=2, oov=oov, **params),
        lambda **params: small(vocabulary=["tea", "and"], n_components=2, oov=oov, **params),
    ):
        expected = make().fit_transform(texts)
        assert_array_equal(make().fit(texts).transform(texts), expected)
        assert_array_equal(make().fit_transform(iter(texts)), expected)
        assert_array_equal(make(input="file").fit_transform([Unseekable(text) for text in texts]), expected)
        sequences = (iter(text.split()) for text in texts)
        assert_array_equal(make(analyzer="passthrough").fit_transform(sequences), expected)
        with pytest.raises(TypeError, match="X: document 0: expected a document that can be read again"):
            make(analyzer="passthrough").fit_transform([iter(text.split()) for text in texts])


def test_features_of_dropped_words_are_those_of_a_second_reading(tmp_path):
    params = {"oov": "subword", "min_count": 3, "pooling": "labels", "n_components": 2}
    texts = [text.replace("corner", f"corner{i % 3}") for i, text in enumerate(DOCUMENTS * 2)]
    labels = [0, 1] * 6
    for memory in (None, tmp_path, tmp_path):
        vectorizer = small(**params, memory=memory)
        features = vectorizer.fit_transform(texts, labels)
        tokens, words = vectorizer._encode(texts, vectorizer.vocabulary_, True)
        assert words
        assert_array_equal(features, vectorizer._features(tokens, words, training=True, y=labels))
        assert_array_equal(
            small(**params | {"oov": "ignore"}, memory=memory).fit(texts, labels).center_vectors_,
            vectorizer.center_vectors_,
        )


def test_tokens_that_are_no_strings_are_refused_where_they_would_be_spelled_out():
    vectorizer = small(oov="subword", analyzer="passthrough").fit([["a", "b", "c", "a"]] * 3)
    with pytest.raises(ValueError, match="oov='subword': expected words that are strings"):
        vectorizer.transform([["a", 7]])
    for params in ({"min_count": 2}, {"vocabulary": ["a", "b"]}):  # 3 is dropped, and read only once
        with pytest.raises(ValueError, match="oov='subword': expected words that are strings"):
            small(oov="subword", analyzer="passthrough", n_components=1, **params).fit_transform(
                [["a", "b", 3]] * 1 + [["a", "b"]]
            )


def test_weights_of_documents_reach_frequencies_and_noise():
    weights = [1, 3, 1, 1, 2, 0]
    repeated = [document for document, weight in zip(DOCUMENTS, weights, strict=True) for _ in range(weight)]
    for pooling, name in (("sif", "_weights"), ("fold_in", "_noise")):
        weighted = small(pooling=pooling).fit(DOCUMENTS, sample_weight=weights)
        plain = small(pooling=pooling).fit(repeated)
        assert_allclose(getattr(weighted.pooling_, name), getattr(plain.pooling_, name), rtol=1e-6)


def test_documents_without_known_words_cannot_teach_a_pooling():
    with pytest.raises(ValueError, match="X: no word of 1 documents has a vector"):
        PretrainedVectorizer({"a": [1.0], "b": [2.0]}, pooling="sif").fit(["unknown words"])


# --- training from vectors from elsewhere ---


def test_training_starts_from_the_vectors_given(trained):
    start = trained.word_vectors_
    vectorizer = small(n_components=4, init=start, max_iter=0).fit(DOCUMENTS)
    assert_array_equal(
        vectorizer.center_vectors_, start[sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.get)]
    )
    assert not vectorizer.context_vectors_.any()
    with_new_words = small(n_components=4, init=start, max_iter=0).fit([*DOCUMENTS, "unheard of words"])
    assert_array_equal(with_new_words.word_vectors_["coffee"], start["coffee"])
    assert 0 < np.abs(with_new_words.word_vectors_["unheard"]).max() <= 0.5 / 4
    assert not np.array_equal(small(n_components=4, init=start).fit(DOCUMENTS).center_vectors_, start.vectors)


def test_pieces_counted_with_a_start_from_elsewhere_give_what_the_whole_gives(trained):
    settings = {"n_components": 4, "init": trained.word_vectors_}
    pieces = small(**settings | {"max_iter": 0}).partial_fit(DOCUMENTS[:2])
    pieces.set_params(max_iter=2).partial_fit(DOCUMENTS[2:])
    assert same_bits(pieces, small(**settings).fit(DOCUMENTS))


def test_a_start_of_another_length_is_refused(trained):
    with pytest.raises(ValueError, match="init: got vectors of length 4; expected n_components=3"):
        small(n_components=3, init=trained.word_vectors_).fit(DOCUMENTS)
    with pytest.raises(ValueError, match="init='zeros'"):
        small(init="zeros").fit(DOCUMENTS)
    with pytest.raises(ValueError, match="expected 'svd', 'random' or an instance of"):
        small(init=trained.word_vectors_.vectors).fit(DOCUMENTS)
    with pytest.raises(ValueError, match="init: none of the"):
        small(n_components=2, init=WordVectors(["CAFE"], [[1.0, 0.0]])).fit(DOCUMENTS)


def test_fold_in_by_name_takes_the_losses_parameters_of_the_vectorizer():
    vectorizer = small(pooling="fold_in", n_negatives=7, noise_exponent=0.5, loss="naive_softmax").fit(DOCUMENTS)
    assert isinstance(vectorizer.pooling_, FoldInPooling)
    params = vectorizer.pooling_.get_params()
    assert (params["n_negatives"], params["noise_exponent"], params["loss"]) == (7, 0.5, "naive_softmax")


# --- cross-fitted features of training documents ---


@pytest.mark.parametrize("oov", ["ignore", "subword"])
def test_fit_transform_does_not_give_labels_away(oov):
    documents, _ = planted_topics(300, seed=0)
    documents = [f"{document} only{number % 150} rare{number % 75}" for number, document in enumerate(documents)]
    meaningless = np.random.RandomState(1).randint(2, size=300)
    trained = small(pooling=LabelPooling(alpha=0.1), oov=oov, n_components=2)
    features = trained.fit_transform(documents, meaningless)
    assert cross_val_score(LogisticRegression(), features, meaningless).mean() < 0.6
    given_away = trained.transform(documents)
    assert given_away.shape == features.shape == (300, 4)
    assert cross_val_score(LogisticRegression(), given_away, meaningless).mean() > 0.8
    pretrained = PretrainedVectorizer(trained.word_vectors_, pooling=LabelPooling(alpha=0.1), oov=oov)
    assert_array_equal(pretrained.fit_transform(documents, meaningless), features)
    assert_array_equal(pretrained.transform(documents), given_away)


def test_labels_help_where_they_mean_something():
    documents, topics = planted_topics(300, seed=1)
    pipeline = make_pipeline(small(pooling="labels", n_components=2), LogisticRegression())
    assert cross_val_score(pipeline, documents, topics).mean() > 0.95


def test_documents_without_weight_get_features_with_labels_too():
    documents, topics = planted_topics(60, seed=2)
    weights = np.arange(60) % 3
    vectorizer = small(pooling="labels")
    features = vectorizer.fit_transform(documents, topics, sample_weight=weights)
    assert features.shape == (60, 3 + 4)
    assert list(vectorizer.get_feature_names_out())[-1] == "skipgramvectorizer6"
    absent = weights == 0
    assert_array_equal(features[absent], vectorizer.transform(documents)[absent])
    present = [document for document, weight in zip(documents, weights, strict=True) if weight]
    of_present = vectorizer.fit_transform(present, topics[~absent], sample_weight=weights[~absent])
    assert_array_equal(features[~absent], of_present)
    topics[absent] = 99  # a class that no document of the fit has
    assert_array_equal(vectorizer.fit_transform(documents, topics, sample_weight=weights), features)


def test_words_that_fit_drops_get_no_ratios_from_labels():
    documents, _ = planted_topics(400, seed=0)
    labels = np.random.RandomState(1).randint(2, size=400)
    documents = [
        f"{document} of{label}class{n % 60}" for n, (document, label) in enumerate(zip(documents, labels, strict=True))
    ]
    vectorizer = small(pooling=LabelPooling(alpha=0.1), oov="subword", n_components=2, min_count=15)
    features = vectorizer.fit_transform(documents, labels)
    assert cross_val_score(LogisticRegression(), features, labels).mean() < 0.6


class Bare:
    """A pooling that has only what is asked for."""

    fits_documents = False

    def transform(self, counts, vectors):
        return counts.sum(axis=1)[:, np.newaxis]


def test_a_pooling_of_ones_own_needs_no_more_than_transform():
    features = small(pooling=Bare()).fit_transform(DOCUMENTS)
    assert features.shape == (len(DOCUMENTS), 1)
    assert_array_equal(features, small(pooling=Bare()).fit(DOCUMENTS).transform(DOCUMENTS))


def test_a_pooling_that_should_fit_but_cannot_is_refused():
    class CannotFit(Bare):
        fits_documents = True

    with pytest.raises(ValueError, match="has no method fit; expected one, or fits_documents=False"):
        small(pooling=CannotFit()).fit(DOCUMENTS)


@pytest.mark.parametrize("pooling", ["labels", LabelPooling()])
def test_labels_are_required_of_those_who_ask(pooling):
    for vectorizer in (small(pooling=pooling), PretrainedVectorizer({"a": [1.0]}, pooling=pooling)):
        assert get_tags(vectorizer).target_tags.required
    assert not get_tags(small(pooling="mean")).target_tags.required
    assert not get_tags(small(pooling="nonsense")).target_tags.required


@pytest.mark.parametrize(
    "labels, message",
    [
        ([0.5, 1.5, 2.5, 3.5, 4.5, 5.5], "Unknown label type"),
        ([1] * 6, "two classes or more, got 1"),
        (np.ones((6, 2)), "1d array"),
    ],
)
def test_labels_are_checked_before_any_work(labels, message, monkeypatch):
    def work(*_, **__):
        raise AssertionError("documents were read")

    monkeypatch.setattr("sklw2v.vectorizers._stages.Stages.read", work)
    with pytest.raises(ValueError, match=message):
        small(pooling="labels").fit(DOCUMENTS, labels)


# --- vectors in other forms ---


def test_vectors_are_converted_once_and_shown_in_short():
    vectors = {f"word{i}": np.arange(3.0) + i for i in range(5000)}
    gensims = SimpleNamespace(index_to_key=list(vectors), vectors=np.array(list(vectors.values()), dtype=np.float32))
    for given in (vectors, gensims):
        vectorizer = PretrainedVectorizer(given)
        assert repr(vectorizer) == "PretrainedVectorizer(word_vectors=WordVectors(n_words=5000, n_components=3))"
        assert clone(vectorizer).word_vectors is vectorizer.word_vectors
        assert clone(vectorizer).fit(["word1"]).word_vectors_ is vectorizer.word_vectors
        changed = PretrainedVectorizer(WordVectors(["a"], [[1.0]])).set_params(word_vectors=given)
        assert isinstance(changed.word_vectors, WordVectors)
        assert len(estimator_html_repr(vectorizer)) < 100_000


def test_vectors_that_are_none_are_refused_by_fit_and_not_before():
    for bad in ({}, {"a": [1.0], "b": [1.0, 2.0]}, 7, None, {float("nan"): [1.0]}):
        vectorizer = PretrainedVectorizer(bad)
        assert vectorizer.word_vectors is bad
        with pytest.raises((TypeError, ValueError)):
            vectorizer.fit(["a"])


def test_weights_of_documents_reach_the_pooling():
    words = WordVectors(["tea", "milk", "bread"], np.eye(3))
    documents, labels = ["tea milk", "milk bread", "bread"], [0, 1, 1]
    for pooling in ("sif", "labels", "neighbors"):
        weighted = PretrainedVectorizer(words, pooling=pooling).fit(documents, labels, sample_weight=[2, 1, 0])
        absent = PretrainedVectorizer(words, pooling=pooling).fit(documents[:2], labels[:2], sample_weight=[2, 1])
        assert_allclose(weighted.transform(documents), absent.transform(documents), atol=1e-6)
        plain = PretrainedVectorizer(words, pooling=pooling).fit(documents, labels)
        assert np.abs(weighted.transform(documents) - plain.transform(documents)).max() > 1e-3
    vectorizer = PretrainedVectorizer(words, pooling="sif")
    with pytest.raises(ValueError, match="sample_weight: expected one weight for each of 3"):
        vectorizer.fit_transform(documents, sample_weight=[1, 2])
    with pytest.raises(ValueError, match="no word of 3 documents has a vector"):
        vectorizer.fit(["other", "other", "tea"], sample_weight=[1, 1, 0])


# --- words that no token is ---


@pytest.mark.parametrize(
    "params, words, n_lost",
    [
        ({}, ["Paris"], 1),
        ({}, ["Paris", "tea", "UK", "uk"], 1),
        ({"strip_accents": "unicode"}, ["café", "tea"], 1),
        ({"strip_accents": "ascii", "lowercase": False}, ["Café", "Paris"], 1),
        ({"tokenizer": str.split, "token_pattern": None}, ["Paris"], 1),
        ({"analyzer": "char"}, ["P"], 1),
    ],
)
def test_words_in_another_spelling_than_that_of_tokens_warn(params, words, n_lost):
    vectors = WordVectors(words, np.eye(len(words)))
    message = f"{n_lost} of {len(words)} words, such as '{words[0]}', are never found in documents"
    with pytest.warns(UserWarning, match=f"^word_vectors: {message}"):
        PretrainedVectorizer(vectors, **params).fit(["tea"])


def test_words_of_a_vocabulary_or_a_start_in_another_spelling_warn():
    texts = ["Paris and tea", "tea in Paris"]
    with pytest.warns(UserWarning, match="^vocabulary: 1 of 3 words, such as 'Paris'"):
        small(vocabulary=["Paris", "tea", "and"], n_components=1).fit(texts)
    start = WordVectors(["Paris", "tea"], np.eye(2))
    with pytest.warns(UserWarning, match="^init: 1 of 2 words, such as 'Paris'"):
        small(init=start, n_components=2).fit(texts)
    small(init=start, n_components=2, lowercase=False).fit(texts)
    small(init=start, n_components=2, analyzer=str.split).fit(texts)


def test_words_that_are_no_strings_warn_where_documents_are_texts():
    vectors = {b"tea": [1.0, 0.0], "milk": [0.0, 1.0], 7: [1.0, 1.0]}
    for params in ({}, {"analyzer": str.split}, {"preprocessor": str}):
        with pytest.warns(
            UserWarning, match="^word_vectors: 2 of 3 words, such as b'tea', are never found in documents"
        ):
            assert PretrainedVectorizer(vectors, **params).fit_transform(["tea 7 milk"]).tolist() == [[0.0, 1.0]]
    with pytest.warns(UserWarning, match="^vocabulary: 1 of 3 words, such as 7, are never found"):
        small(vocabulary=["tea", "milk", 7], n_components=1).fit(["tea and milk"])
    assert PretrainedVectorizer(vectors, analyzer="passthrough").fit_transform([[7, "milk"]]).tolist() == [[0.5, 1.0]]


def test_words_in_the_spelling_of_tokens_do_not_warn():
    for params in ({"lowercase": False}, {"analyzer": "passthrough"}, {"analyzer": str.split}, {"preprocessor": str}):
        PretrainedVectorizer(WordVectors(["Paris"], [[1.0]]), **params).fit([])
    PretrainedVectorizer(WordVectors(["paris", "Paris"], np.eye(2))).fit([])


def test_the_share_of_unknown_tokens():
    vectorizer = PretrainedVectorizer(WordVectors(["tea", "milk"], np.eye(2))).fit([])
    assert vectorizer.oov_share(["tea with milk", "", "old tea"]) == 2 / 5
    assert vectorizer.oov_share(["old", "new"]) == 1.0
    assert np.isnan(vectorizer.oov_share(["", "a"]))
    own = small(min_count=2).fit(DOCUMENTS)
    assert own.oov_share(DOCUMENTS) == pytest.approx(own.score_report(DOCUMENTS).oov_share)
    with pytest.raises(NotFittedError):
        small().oov_share(DOCUMENTS)
