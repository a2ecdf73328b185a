"""Every loss in the estimator: by name, with its biases and paths, where training goes on, and in a grid search."""

import pickle
from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import log_softmax
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from sklw2v import SkipGramVectorizer
from sklw2v.losses import (
    FactorisedPMI,
    GloVe,
    HierarchicalSoftmax,
    Loss,
    NaiveSoftmax,
    NegativeSampling,
    SampledSoftmax,
)
from sklw2v.losses._registry import LOSSES
from sklw2v.pooling import FoldInPooling

pytestmark = pytest.mark.slow  # left out with the lowest versions

NAMES = LOSSES.names
WITH_BIASES = ["noise_contrastive", "glove", "sampled_softmax"]
WITHOUT_FOLD_IN = ["hierarchical_softmax", "noise_contrastive", "sampled_softmax", "glove", "factorised_pmi"]
N_TOPICS = 4

every_name = pytest.mark.parametrize("name", NAMES)


def documents(n_documents=120, seed=0):
    """Documents of one topic each, their words mixed with words common to all; and their topics."""
    rng = np.random.RandomState(seed)
    topics = np.arange(n_documents) % N_TOPICS
    texts = []
    for topic in topics:
        own, common = rng.randint(8, size=20), rng.randint(6, size=20)
        is_own = rng.uniform(size=20) < 0.6
        texts.append(" ".join(np.where(is_own, [f"t{topic}w{w}" for w in own], [f"common{w}" for w in common])))
    return texts, topics


TEXTS, TOPICS = documents()


def make(loss, **params):
    given = {"n_components": 5, "max_iter": 5, "subsample": None, "random_state": 0, "loss": loss}
    return SkipGramVectorizer(**given | params)


def scores_of_outputs(model):
    """Scores (V, m) by the definition, biases included."""
    scores = model.center_vectors_.astype(np.float64) @ model.context_vectors_.T.astype(np.float64)
    if model.context_biases_ is None:
        return scores
    return scores + model.center_biases_[:, np.newaxis] + model.context_biases_


def log_probabilities(model):
    """log p(o|c), (V, V), word by word and turn by turn."""
    scores, loss = scores_of_outputs(model), model.loss_
    if isinstance(loss, HierarchicalSoftmax):
        paths = loss.paths(model.word_vectors_.counts).toarray()
        turns = np.stack(
            [-np.logaddexp(0, -turn * scores[:, node]) for path in paths for node, turn in enumerate(path)]
        )
        turns = turns.reshape(*paths.shape, len(scores)) * (paths != 0)[:, :, np.newaxis]
        scores = turns.sum(axis=1).T
        assert_allclose(np.exp(scores).sum(axis=1), 1, rtol=1e-9)
    return log_softmax(scores + loss.log_reference(model._noise), axis=1)


@every_name
def test_words_of_a_topic_are_neighbours(name):
    words = make(name, max_iter=20).fit(TEXTS).word_vectors_
    right = [
        neighbour.startswith(word[:2])
        for word in words.words
        if word.startswith("t")
        for neighbour, _ in words.most_similar(word, topn=3)
    ]
    assert np.mean(right) > 0.9


@every_name
def test_probabilities_of_context_words_are_those_of_the_model(name):
    model = make(name).fit(TEXTS)
    expected = np.exp(log_probabilities(model))
    for word in ("t0w1", "common3"):
        row = model.vocabulary_[word]
        found = model.predict_output_word(word, topn=None)
        assert_allclose(sum(probability for _, probability in found), 1, rtol=1e-9)
        for other, probability in found:
            assert_allclose(probability, expected[row, model.vocabulary_[other]], rtol=1e-4)


@every_name
def test_score_is_the_mean_log_probability_of_pairs(name):
    model = make(name, window=1).fit(TEXTS)
    held_out, _ = documents(20, seed=1)
    expected = log_probabilities(model)
    total = n_pairs = 0
    for text in held_out:
        rows = [model.vocabulary_[word] for word in text.split() if word in model.vocabulary_]
        for one, other in pairwise(rows):
            total += expected[one, other] + expected[other, one]
            n_pairs += 2
    assert_allclose(model.score(held_out), total / n_pairs, rtol=1e-5)


@every_name
def test_threads_and_memory_do_not_change_a_bit(name, tmp_path):
    one = make(name).fit(TEXTS)
    for params in ({"n_jobs": 2}, {"memory": str(tmp_path)}, {"memory": str(tmp_path), "n_jobs": 2}):
        other = make(name, **params).fit(TEXTS)
        assert_array_equal(one.center_vectors_, other.center_vectors_)
        assert_array_equal(one.context_vectors_, other.context_vectors_)
        assert one.score(TEXTS) == other.score(TEXTS)


@every_name
def test_a_copy_that_was_saved_says_the_same(name):
    model = make(name).fit(TEXTS)
    copy = pickle.loads(pickle.dumps(model))
    assert copy.score(TEXTS) == model.score(TEXTS)
    assert copy.predict_output_word("common0") == model.predict_output_word("common0")
    assert_array_equal(copy.transform(TEXTS), model.transform(TEXTS))


@every_name
def test_biases_are_there_where_the_loss_trains_them(name):
    model = make(name).fit(TEXTS)
    if name not in WITH_BIASES:
        assert model.center_biases_ is None
        assert model.context_biases_ is None
        return
    n_words = len(model.vocabulary_)
    start = make(name, max_iter=0).fit(TEXTS)
    for attribute in ("center_biases_", "context_biases_"):
        biases = getattr(model, attribute)
        assert biases.shape == (n_words,)
        assert biases.dtype == np.float32
        if (name, attribute) != ("sampled_softmax", "center_biases_"):  # which a softmax does not depend on
            assert np.abs(biases - getattr(start, attribute)).max() > 1e-3


def test_a_model_saved_before_there_were_biases_has_none():
    model = make("negative_sampling").fit(TEXTS)
    expected = model.score(TEXTS)
    del model.center_biases_, model.context_biases_
    assert model.score(TEXTS) == expected
    assert np.isfinite(model.partial_fit(TEXTS).score(TEXTS))


def test_context_vectors_of_the_hierarchical_softmax_are_those_of_the_inner_nodes():
    model = make("hierarchical_softmax").fit(TEXTS)
    n_words = len(model.vocabulary_)
    assert model.context_vectors_.shape == (n_words - 1, 5)
    paths = model.loss_.paths(model.word_vectors_.counts)
    of_words = 0.5 * (paths.toarray() @ model.context_vectors_)
    assert_allclose(model.word_vectors_.vectors, model.center_vectors_ + of_words / 4, atol=1e-5)


# Training that goes on


@every_name
def test_warm_start_goes_on_from_vectors_and_biases(name):
    model = make(name, warm_start=True).fit(TEXTS)
    before = model.center_vectors_, model.context_vectors_, model.center_biases_, model.context_biases_
    model.set_params(max_iter=0).fit(TEXTS)
    after = model.center_vectors_, model.context_vectors_, model.center_biases_, model.context_biases_
    for one, other in zip(before, after, strict=True):
        assert (one is None) == (other is None)
        if one is not None:
            assert_array_equal(one, other)


@every_name
def test_warm_start_with_other_words_and_another_loss_runs(name):
    model = make("hierarchical_softmax", warm_start=True).fit(TEXTS)
    more = [*TEXTS, "new words stand beside common0 here", "new words again beside common1"]
    model.set_params(loss=name).fit(more)
    assert np.isfinite(model.center_vectors_).all()
    assert model.score(TEXTS) > -20
    model.set_params(loss="hierarchical_softmax").fit(TEXTS)
    assert np.isfinite(model.score(TEXTS))


@every_name
def test_partial_fit_in_pieces_is_fit_and_goes_on_after_fit(name):
    expected = make(name).fit(TEXTS)
    pieces = make(name, max_iter=0).partial_fit(TEXTS[:50])
    pieces.set_params(max_iter=5).partial_fit(TEXTS[50:])
    assert_array_equal(pieces.center_vectors_, expected.center_vectors_)
    assert pieces.score(TEXTS) == expected.score(TEXTS)
    later = expected.partial_fit([*TEXTS[:20], "new words beside common0"])
    assert np.isfinite(later.score(TEXTS))
    assert_allclose(sum(p for _, p in later.predict_output_word("new", topn=None)), 1, rtol=1e-9)


@pytest.mark.parametrize("name", WITH_BIASES)
def test_biases_are_mixed_as_the_vectors_are(name):
    model = make(name).fit(TEXTS)
    before = dict(zip(model.word_vectors_.words, model.context_biases_, strict=True))
    model.partial_fit(["t0w0 t1w1"])  # which hardly has the others
    after = dict(zip(model.word_vectors_.words, model.context_biases_, strict=True))
    for word in ("common0", "t2w3"):
        assert_allclose(after[word], before[word], atol=1e-6)


@every_name
def test_early_stopping_keeps_the_best_vectors_with_their_biases(name):
    model = make(name, early_stopping=True, max_iter=6, n_iter_no_change=2, validation_fraction=0.3).fit(TEXTS)
    assert len(model.validation_scores_) == model.n_iter_
    assert np.isfinite(model.score(TEXTS))
    assert max(model.validation_scores_) >= model.validation_scores_[-1]


def test_early_stopping_scores_what_score_does():
    for name in NAMES:
        model = make(name, early_stopping=True, max_iter=1, validation_fraction=0.3).fit(TEXTS)
        n_held_out = 36
        held_out = np.random.RandomState(_seed_of_the_split()).permutation(len(TEXTS))[:n_held_out]
        assert_allclose(model.validation_scores_[0], model.score([TEXTS[i] for i in held_out]), rtol=1e-6)


def _seed_of_the_split():
    return np.random.RandomState(0).randint(np.iinfo(np.int32).max)


# A loss as a parameter


def test_grid_search_over_names_and_instances():
    pipeline = make_pipeline(make("negative_sampling", max_iter=2), LogisticRegression(max_iter=500))
    losses = [*NAMES, GloVe(x_max=100.0)]
    search = GridSearchCV(pipeline, {"skipgramvectorizer__loss": losses}, cv=2, error_score="raise")
    search.fit(TEXTS, TOPICS)
    scores = search.cv_results_["mean_test_score"]
    assert len(scores) == len(losses)
    assert scores.min() > 0.7


def test_grid_search_by_held_out_likelihood_over_a_parameter_of_the_loss():
    search = GridSearchCV(make(GloVe(), max_iter=2), {"loss__x_max": [1.0, 100.0]}, cv=2, error_score="raise")
    search.fit(TEXTS)
    assert search.best_params_["loss__x_max"] in (1.0, 100.0)
    assert search.best_estimator_.loss_.x_max == search.best_params_["loss__x_max"]
    assert np.ptp(search.cv_results_["mean_test_score"]) > 0


class Tree(NegativeSampling):
    """A user's loss: words along a chain, each turn a question whether it is this word."""

    def paths(self, word_counts):
        n_words = len(word_counts)
        return -np.tri(n_words, n_words - 1, -1) + np.eye(n_words, n_words - 1)


def test_a_users_paths_are_used():
    model = make(Tree()).fit(TEXTS)
    assert_allclose(sum(p for _, p in model.predict_output_word("t0w0", topn=None)), 1, rtol=1e-9)
    assert model.score(TEXTS) > make(Tree(), max_iter=0).fit(TEXTS).score(TEXTS)


class Wrong(Loss):
    form = "pairs"

    def __init__(self, fault="shape"):
        self.fault = fault

    def positive(self, scores):
        return scores**2, 2 * scores

    negative = positive

    def cells(self, cells, n_negatives):
        faults = {
            "shape": {"weights": cells.weights[:-1]},
            "offsets": {"offsets": np.zeros(3)},
            "nan": {"cell_offsets": np.full(cells.weights.nnz, np.nan)},
            "labels": {"labels": np.full(cells.weights.nnz, 2.0)},
            "half": {"biases": (np.zeros(cells.weights.shape[0]), None)},
            "text": {"labels": np.full(cells.weights.nnz, "a")},
        }
        return None if self.fault == "none" else cells._replace(**faults[self.fault])


@pytest.mark.parametrize("fault", ["shape", "offsets", "nan", "labels", "half", "text", "none"])
def test_cells_that_are_none_are_an_error_that_names_the_method(fault):
    with pytest.raises(ValueError, match=r"loss: Wrong\.cells must return"):
        make(Wrong(fault)).fit(TEXTS)


def test_weights_of_zero_and_paths_where_they_have_no_meaning_are_errors():
    class Weightless(NegativeSampling):
        def cells(self, cells, n_negatives):
            return cells._replace(weights=cells.weights * 0)

    class Noisy(Tree):
        def cells(self, cells, n_negatives):
            n_outputs = cells.weights.shape[1]
            return cells._replace(noise=np.full(n_outputs, 1 / n_outputs))

    class Rows(NaiveSoftmax):
        def paths(self, word_counts):
            return np.eye(len(word_counts))

    for loss, message in (
        (Weightless(), "loss: every pair has a weight of 0"),
        (Noisy(), r"loss: Noisy\.cells must return no noise where words are predicted by paths"),
        (Rows(), r"loss: Rows\.paths has a meaning for losses of form 'pairs' alone"),
    ):
        with pytest.raises(ValueError, match=message):
            make(loss).fit(TEXTS)


def test_paths_need_no_reference():
    assert not Tree().log_reference(np.array([0.2, 0.8])).any()


@pytest.mark.parametrize(
    "loss, error, message",
    [
        (GloVe(x_max=0), ValueError, "x_max == 0, must be > 0"),
        (GloVe(exponent=float("nan")), ValueError, "exponent=nan: expected a finite number"),
        (FactorisedPMI(x_max="ten"), TypeError, "x_max must be an instance of"),
        (FactorisedPMI(exponent=-1), ValueError, "exponent == -1, must be >= 0"),
        (SampledSoftmax(n_samples=0), ValueError, "n_samples=0: expected an integer from 1 on, or None"),
    ],
    ids=str,
)
def test_wrong_parameters_of_losses_are_named_before_a_document_is_read(loss, error, message):
    def unread():
        raise AssertionError("read")
        yield

    with pytest.raises(error, match=message):
        make(loss).fit(unread())


# Documents


@every_name
def test_poolings_work_with_each_loss_or_say_that_they_do_not(name):
    for pooling in ("mean", "tfidf", "neighbors"):
        assert np.isfinite(make(name, pooling=pooling).fit_transform(TEXTS)).all()
    folded = make(name, pooling="fold_in")
    if name in WITHOUT_FOLD_IN:
        with pytest.raises(ValueError, match=r"pooling=FoldInPooling.*no document can be folded in"):
            folded.fit(TEXTS)
        folded = clone(folded).set_params(pooling=FoldInPooling())
    features = folded.fit_transform(TEXTS)
    assert np.isfinite(features).all()
    assert features.any(axis=1).all()


def test_both_sides_of_the_softmax_without_biases_have_the_same_squares():
    for loss, are_alike in (("naive_softmax", True), ("sampled_softmax", False), ("negative_sampling", False)):
        model = SkipGramVectorizer(loss=loss, n_components=4, subsample=None, random_state=0).fit(TEXTS)
        of_centers, of_contexts = (part.T @ part for part in (model.center_vectors_, model.context_vectors_))
        assert np.allclose(of_centers, of_contexts, atol=1e-4 * np.trace(of_centers)) == are_alike
