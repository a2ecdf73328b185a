"""``partial_fit`` and ``warm_start``: counts add up, and training goes on from where it was."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from sklw2v import SkipGramVectorizer
from sklw2v.losses import NaiveSoftmax
from sklw2v.vectorizers._running_counts import RunningCounts

VECTORS = "center_vectors_", "context_vectors_"


def texts(n_documents, n_words=60, seed=0):
    rng = np.random.RandomState(seed)
    frequencies = 1 / np.arange(3, n_words + 3)
    tokens = rng.choice(n_words, size=(n_documents, 20), p=frequencies / frequencies.sum())
    return [" ".join(f"w{token:02}" for token in row) for row in tokens]


DOCUMENTS = texts(60)
PIECES = [DOCUMENTS[:30], DOCUMENTS[30:31], DOCUMENTS[31:]]


def make(**params):
    return SkipGramVectorizer(**{"n_components": 6, "max_iter": 3, "random_state": 0} | params)


def state(vectorizer):
    """What a fit leaves, arrays as bytes."""
    attributes = vars(vectorizer).items()
    fitted = {name: value for name, value in attributes if name.endswith("_") and not name.startswith("_")}
    arrays = {name: getattr(vectorizer, name).tobytes() for name in ("center_vectors_", "context_vectors_")}
    return {name: fitted[name] for name in ("vocabulary_", "loss_curve_", "n_iter_")} | arrays


# --- partial_fit counts ---


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"window": 2, "window_weights": "harmonic"},
        {"subsample": None},
        {"init": "random"},
        {"loss": NaiveSoftmax()},
        {"n_jobs": 2},
        {"vocabulary": [f"w{i:02}" for i in range(40)]},
        {"vocabulary": {f"w{i:02}": 39 - i for i in range(40)}},
        {"stop_words": ["w00", "w01"]},
    ],
    ids=str,
)
def test_counting_in_pieces_and_training_last_is_fit_on_all(params):
    expected = make(**params).fit(DOCUMENTS)
    pieces = make(**params)
    for piece in PIECES[:-1]:
        pieces.set_params(max_iter=0).partial_fit(piece)
    pieces.set_params(max_iter=3).partial_fit(PIECES[-1])
    assert state(pieces) == state(expected)
    assert_array_equal(pieces.transform(DOCUMENTS), expected.transform(DOCUMENTS))
    assert pieces.score(DOCUMENTS) == expected.score(DOCUMENTS)


def test_one_call_is_fit():
    assert state(make().partial_fit(DOCUMENTS)) == state(make().fit(DOCUMENTS))


@pytest.mark.parametrize("whole", [True, False])
def test_sample_weights_add_up_too(whole):
    rng = np.random.RandomState(1)
    weights = rng.randint(0, 3, size=len(DOCUMENTS)) if whole else rng.choice([0, 0.5, 1.25], size=len(DOCUMENTS))
    expected = make().fit(DOCUMENTS, sample_weight=weights)
    pieces = make(max_iter=0)
    pieces.partial_fit(DOCUMENTS[:25], sample_weight=weights[:25])
    pieces.set_params(max_iter=3).partial_fit(DOCUMENTS[25:], sample_weight=weights[25:])
    assert state(pieces) == state(expected)


def test_rare_words_are_counted_until_they_are_frequent_enough():
    params = {"min_count": 2, "n_components": 2, "subsample": None}
    pieces = make(**params).partial_fit(["tea with milk and tea", "milk and tea"])
    assert "with" not in pieces.vocabulary_
    pieces.partial_fit(["with milk"])
    assert pieces.vocabulary_["with"] == 3
    assert dict(zip(pieces.word_vectors_.words, pieces.word_vectors_.counts, strict=True))["with"] == 2
    # Of "with" all pairs count, those of the first piece too.
    counted = pieces._running.cooccurrence
    row = pieces._running.vocabulary["with"]
    assert counted[[row]].sum() == 5 + 5 + 4 + 3 + 5  # tea, milk, and, tea; milk again


def test_pruned_words_keep_their_place_in_the_windows():
    params = {"min_count": 2, "window": 1, "n_components": 1, "subsample": None, "max_iter": 1}
    documents = ["tea tea rare milk milk"]
    whole = make(**params).fit(documents)
    piece = make(**params).partial_fit(documents)
    assert piece.vocabulary_ == whole.vocabulary_ == {"milk": 0, "tea": 1}
    # fit closes the gap, so tea stands beside milk; here "rare" stands between them.
    assert piece.loss_curve_ == make(**params).partial_fit(["tea tea", "milk milk"]).loss_curve_ != whole.loss_curve_


def test_no_pair_of_the_words_that_are_kept_is_an_error():
    params = {"min_count": 2, "window": 1, "n_components": 1}
    documents = ["tea rare milk", "tea odd milk"]
    make(**params).fit(documents)
    with pytest.raises(ValueError, match="no pair to train on: of 2 words in the vocabulary no two"):
        make(**params).partial_fit(documents)


def test_sums_that_do_not_fit_are_an_error():
    vectorizer = make(n_components=1, window=1, window_weights="uniform", subsample=None, max_iter=0)
    for _ in range(7):
        vectorizer.partial_fit(["tea milk"], sample_weight=[2**60])
    with pytest.raises(OverflowError, match="smaller sample_weight"):
        vectorizer.partial_fit(["tea milk"], sample_weight=[2**60])
    assert vectorizer._running.cooccurrence.max() > 0


def test_document_frequencies_add_up():
    pieces = make(min_df=2, n_components=2)
    pieces.partial_fit(["tea milk", "tea milk bread"])
    assert sorted(pieces.vocabulary_) == ["milk", "tea"]
    pieces.partial_fit(["bread tea"])
    assert sorted(pieces.vocabulary_) == ["bread", "milk", "tea"]
    pieces.set_params(max_df=0.9).partial_fit(["milk"])
    assert sorted(pieces.vocabulary_) == ["bread", "milk", "tea"]
    pieces.set_params(max_df=0.7).partial_fit(["bread"])
    assert sorted(pieces.vocabulary_) == ["bread", "milk", "tea"]


# --- partial_fit trains ---


def test_training_goes_on_from_the_vectors_of_before():
    vectorizer = make(learning_rate=1e-12).partial_fit(DOCUMENTS)
    before = {word: vectorizer.center_vectors_[row] for word, row in vectorizer.vocabulary_.items()}
    vectorizer.partial_fit(["w03 new w05 new w07"])
    for word, vector in before.items():
        assert_allclose(vectorizer.center_vectors_[vectorizer.vocabulary_[word]], vector, atol=1e-6)
    new = vectorizer.center_vectors_[vectorizer.vocabulary_["new"]]
    assert 0 < np.abs(new).max() <= 0.5 / 6
    assert_array_equal(vectorizer.context_vectors_[vectorizer.vocabulary_["new"]].round(6), 0)


def test_context_vectors_go_on_too():
    vectorizer = make(learning_rate=0.05).partial_fit(DOCUMENTS)
    before = {word: vectorizer.context_vectors_[row] for word, row in vectorizer.vocabulary_.items()}
    vectorizer.set_params(learning_rate=1e-12).partial_fit(["w03 new w05 new w07"])
    for word, vector in before.items():
        assert np.abs(vector).max() > 0
        assert_allclose(vectorizer.context_vectors_[vectorizer.vocabulary_[word]], vector, atol=1e-6)


def test_the_loss_goes_on_falling():
    vectorizer = make(max_iter=20).partial_fit(DOCUMENTS)
    anew = vectorizer.loss_curve_
    vectorizer.partial_fit(DOCUMENTS[:1])
    assert vectorizer.loss_curve_[0] < anew[2]
    assert vectorizer.n_iter_ == len(vectorizer.loss_curve_) == 20


def test_a_call_without_epochs_keeps_what_was_trained():
    vectorizer = make().partial_fit(DOCUMENTS)
    centers = vectorizer.center_vectors_
    vectorizer.set_params(max_iter=0).partial_fit(DOCUMENTS)
    assert_array_equal(vectorizer.center_vectors_, centers)
    assert vectorizer.n_iter_ == 0
    assert vectorizer.word_vectors_.counts.sum() == 2 * 60 * 20
    vectorizer.set_params(max_iter=1, learning_rate=1e-12).partial_fit(DOCUMENTS)
    assert_allclose(vectorizer.center_vectors_, centers, atol=1e-6)


def test_after_fit_words_keep_their_share_of_the_vectors_before():
    vectorizer = make(init="random").fit(DOCUMENTS)
    before = {
        name: dict(zip(vectorizer.word_vectors_.words, getattr(vectorizer, name), strict=True)) for name in VECTORS
    }
    n_before = dict(zip(vectorizer.word_vectors_.words, vectorizer.word_vectors_.counts, strict=True))
    more = ["w03 w05 new new", "w05 w03"]
    alone = make(init="random")  # trained on from the same vectors, with the same counts, and not mixed
    alone.__dict__.update(vars(vectorizer))
    vectorizer.partial_fit(more)
    assert vectorizer._running.cooccurrence.nnz < 16
    alone._running = RunningCounts.before(alone.vocabulary_, (5, "linear"), alone.word_vectors_.counts)
    alone._running = replace(alone._running, without_pairs=np.zeros_like(alone._running.counts))
    alone.partial_fit(more)
    assert vectorizer._running.counts.sum() == alone._running.counts.sum() == sum(n_before.values()) + 6
    for name in VECTORS:
        trained = dict(zip(alone.word_vectors_.words, getattr(alone, name), strict=True))
        for word, vector in zip(vectorizer.word_vectors_.words, getattr(vectorizer, name), strict=True):
            if word == "new":
                assert_array_equal(vector, trained[word])
                continue
            share = n_before[word] / (n_before[word] + sum(text.split().count(word) for text in more))
            expected = share * before[name][word] + (1 - share) * trained[word]
            assert_allclose(vector, expected, atol=1e-6)
    assert np.abs(alone.center_vectors_).max() > 0


def test_documents_of_one_day_do_not_undo_those_of_a_year():
    rng = np.random.RandomState(0)
    topics = [[f"{name}{i}" for i in range(8)] for name in ("sea", "sky", "rock")]
    year = [" ".join(rng.choice(topics[i % 3], size=12)) for i in range(300)]
    vectorizer = make(max_iter=10, subsample=None).fit(year)
    for day in range(3):  # words of two topics that never stood together
        vectorizer.partial_fit([f"sea{i} sky{i} news{day}" for i in range(8)] * 4)
    for topic in topics:
        nearest = [word for word, _ in vectorizer.word_vectors_.most_similar(topic[5], topn=7)]
        assert len(set(nearest) & set(topic)) >= 6
    assert all(f"news{day}" in vectorizer.vocabulary_ for day in range(3))
    assert vectorizer.word_vectors_.counts.sum() == 300 * 12 + 3 * 8 * 4 * 3


def test_fit_forgets_what_was_counted():
    vectorizer = make().partial_fit(DOCUMENTS[:30])
    assert state(vectorizer.fit(DOCUMENTS)) == state(make().fit(DOCUMENTS))
    assert vectorizer._running is None


def test_neighbours_are_learnt_from_pieces():
    rng = np.random.RandomState(0)
    topics = [[f"{name}{i}" for i in range(8)] for name in ("sea", "sky", "rock")]
    documents = [" ".join(rng.choice(topics[i % 3], size=12)) for i in range(300)]
    vectorizer = make(max_iter=5, subsample=None)
    for first in range(0, 300, 100):
        vectorizer.partial_fit(documents[first : first + 100])
    for topic in topics:
        nearest = [word for word, _ in vectorizer.word_vectors_.most_similar(topic[0], topn=7)]
        assert sorted(nearest) == sorted(topic[1:])


@pytest.mark.parametrize("pooling", ["tfidf", "sif", "labels", "neighbors"])
@pytest.mark.parametrize("weighted", [False, True])
def test_poolings_that_learn_are_fitted_on_all_documents(pooling, weighted):
    labels = np.arange(60) // 30  # one label a piece
    weights = np.random.RandomState(0).randint(0, 3, size=60) if weighted else np.ones(60)
    weights[31:] = 1  # as in the last piece, which is given none
    expected = make(pooling=pooling).fit(DOCUMENTS, labels, weights)
    pieces = make(pooling=pooling, max_iter=0).partial_fit(DOCUMENTS[:31], labels[:31], weights[:31])
    pieces.set_params(max_iter=3).partial_fit(DOCUMENTS[31:], labels[31:])
    assert_array_equal(pieces.transform(DOCUMENTS), expected.transform(DOCUMENTS))


def test_a_piece_may_have_one_label_and_a_word_that_is_dropped():
    pieces = make(pooling="labels", n_components=1, min_count=2, max_iter=0)
    pieces.partial_fit(["tea milk rare tea", "tea milk"], [0, 1])
    pieces.partial_fit(["milk tea tea"], [1])
    assert_array_equal(pieces.pooling_.classes_, [0, 1])
    with pytest.raises(ValueError, match=r"y: pooling=.* needs labels, got None"):
        pieces.partial_fit(["tea"])
    with pytest.raises(ValueError, match="y: expected a label for each of 1 documents, got 2"):
        pieces.partial_fit(["tea"], [0, 1])


def test_a_pooling_that_learns_after_fit_warns_and_one_that_comes_late_is_refused():
    vectorizer = make(pooling="tfidf").fit(DOCUMENTS)
    with pytest.warns(UserWarning, match="is learnt from the documents since fit alone"):
        vectorizer.partial_fit(DOCUMENTS[:5])
    with pytest.warns(UserWarning, match="since fit alone"):
        vectorizer.partial_fit(DOCUMENTS[5:20])
    assert len(vectorizer._running.documents.tokens) == 20
    for pooling in ("neighbors", "labels"):
        fitted = make(pooling=pooling).fit(DOCUMENTS, np.arange(60) % 2)
        before = state(fitted)
        with pytest.raises(ValueError, match="is learnt from all documents, of which fit kept none"):
            fitted.partial_fit(DOCUMENTS[:5], [0, 1, 0, 1, 0])
        assert state(fitted) == before
    late = make().partial_fit(DOCUMENTS[:30]).set_params(pooling="sif")
    before = state(late)
    with pytest.raises(ValueError, match=r"pooling: .* were not kept"):
        late.partial_fit(DOCUMENTS[30:])
    assert state(late) == before
    assert late.set_params(pooling="mean").partial_fit(DOCUMENTS[30:])._running.documents is None


# --- what goes wrong ---


@pytest.mark.parametrize(
    "params, message",
    [
        ({"n_components": 5}, "n_components=5: expected 6"),
        ({"window": 3}, r"window, window_weights: got \(3, 'linear'\)"),
        ({"window_weights": "uniform"}, "window, window_weights"),
        ({"vocabulary": ["w01", "w02", "w03", "w04", "w05", "w06"]}, "vocabulary: got 6 words"),
        ({"early_stopping": True}, "early_stopping=True: expected False with partial_fit"),
        ({"learning_rate": -1}, "learning_rate"),
    ],
    ids=str,
)
def test_changed_parameters_are_refused_and_nothing_is_lost(params, message):
    vectorizer = make().partial_fit(DOCUMENTS[:30])
    before, running = state(vectorizer), vectorizer._running
    vectorizer.set_params(**params)
    with pytest.raises(ValueError, match=message):
        vectorizer.partial_fit(DOCUMENTS[30:])
    assert state(vectorizer) == before
    assert vectorizer._running is running


@pytest.mark.parametrize("X", [[], ["tea", 3], "text"], ids=str)
def test_bad_documents_are_refused_and_nothing_is_lost(X):
    vectorizer = make().partial_fit(DOCUMENTS[:30])
    before, running = state(vectorizer), vectorizer._running
    with pytest.raises((ValueError, TypeError), match="X: "):
        vectorizer.partial_fit(X)
    assert state(vectorizer) == before
    assert vectorizer._running is running


def test_documents_without_neighbours_are_an_error_only_while_there_are_none():
    with pytest.raises(ValueError, match="no pair to train on"):
        make(n_components=1).partial_fit(["tea", "milk"])
    vectorizer = make(n_components=1).partial_fit(["tea milk"]).partial_fit(["tea", "bread"])
    assert vectorizer.vocabulary_ == {"tea": 0, "bread": 1, "milk": 2}


def test_a_first_piece_of_few_words_warns():
    with pytest.warns(UserWarning, match="n_components=6 is more than the 2 words of the vocabulary"):
        vectorizer = make(max_iter=0).partial_fit(["tea milk"])
    assert_array_equal(
        vectorizer.set_params(max_iter=3).partial_fit(DOCUMENTS).center_vectors_.shape, (len(vectorizer.vocabulary_), 6)
    )


def test_document_frequencies_of_fit_are_not_kept():
    vectorizer = make(min_df=2).fit(DOCUMENTS)
    for params in ({}, {"min_df": 1, "max_df": 1}, {"min_df": 1.0, "max_df": 1.0}):
        vectorizer.set_params(**params)
        with pytest.raises(ValueError, match="min_df, max_df: the document frequencies of fit are not kept"):
            vectorizer.partial_fit(DOCUMENTS)
    vectorizer.set_params(min_df=0.0, max_df=1.0).partial_fit(DOCUMENTS)


def test_an_unfitted_clone_forgets():
    vectorizer = make().partial_fit(DOCUMENTS)
    with pytest.raises(NotFittedError):
        clone(vectorizer).transform(DOCUMENTS)
    assert state(clone(vectorizer).partial_fit(DOCUMENTS)) == state(make().fit(DOCUMENTS))


# --- warm_start ---


def test_warm_start_goes_on_and_cold_start_does_not():
    cold = make().fit(DOCUMENTS)
    assert state(make().fit(DOCUMENTS[:30]).fit(DOCUMENTS)) == state(cold)
    warm = make(warm_start=True).fit(DOCUMENTS)
    assert state(warm) == state(cold)
    centers = warm.center_vectors_
    assert_allclose(warm.set_params(learning_rate=1e-12).fit(DOCUMENTS).center_vectors_, centers, atol=1e-6)


def test_warm_start_on_other_documents_takes_the_vectors_by_word():
    vectorizer = make(warm_start=True, learning_rate=1e-12).fit(DOCUMENTS)
    before = {word: vectorizer.center_vectors_[row] for word, row in vectorizer.vocabulary_.items()}
    vectorizer.fit(["w07 w03 new w05 new", "w03 one two"])
    assert sorted(vectorizer.vocabulary_) == ["new", "one", "two", "w03", "w05", "w07"]
    for word in ("w03", "w05", "w07"):
        assert_allclose(vectorizer.center_vectors_[vectorizer.vocabulary_[word]], before[word], atol=1e-6)


def test_warm_start_with_another_dimension_is_refused():
    vectorizer = make(warm_start=True).fit(DOCUMENTS)
    with pytest.raises(ValueError, match="n_components=4: expected 6"):
        vectorizer.set_params(n_components=4).fit(DOCUMENTS)
    assert vectorizer.set_params(warm_start=False).fit(DOCUMENTS).center_vectors_.shape[1] == 4
