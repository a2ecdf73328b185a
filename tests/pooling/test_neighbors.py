"""Documents and their neighbours: against loops, and where shared words tell what vectors do not."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklw2v import PretrainedVectorizer
from sklw2v.pooling import FoldInPooling, LabelPooling, MeanPooling, NeighborPooling, Pooling, SifPooling
from sklw2v.utils import _cosines as cosines
from sklw2v.utils._cosines import nearest_of_all
from tests.corpora import DOCUMENTS, planted_topics, small

N_WORDS, N_COMPONENTS = 40, 6
EMPTY = 3


def example(n_documents=25, seed=0):
    """Counts (n_documents, V), one document empty, and vectors (V, d)."""
    rng = np.random.RandomState(seed)
    counts = rng.poisson(0.3, size=(n_documents, N_WORDS)).astype(np.float32)
    counts[EMPTY] = 0
    return csr_array(counts), rng.standard_normal((N_WORDS, N_COMPONENTS)).astype(np.float32)


def means(counts, vectors, training):
    """Means weighted by (1 + log count) idf, in double precision."""
    weights = TfidfTransformer(norm=None, sublinear_tf=True).fit(training).transform(counts).toarray().astype(float)
    return weights @ vectors / np.maximum(weights.sum(axis=1, keepdims=True), 1e-300)


def expected_features(features, training, n_neighbors, weight, document_weights=None):
    """The formula of the docstring, document by document; rows of zeros are documents without words."""
    document_weights = np.ones(len(training)) if document_weights is None else document_weights
    known = training.any(axis=1)
    center = np.average(training[known], axis=0, weights=document_weights[known])

    def unit(row):
        return (row - center) / np.linalg.norm(row - center) if row.any() else row

    units = np.array([unit(row) for row in training])
    expected = []
    for row in features:
        z = unit(row)
        cosines = units @ z
        nearest = sorted(range(len(units)), key=lambda i: (-cosines[i], i))[:n_neighbors]
        shares = np.array([max(cosines[i], 0) * document_weights[i] for i in nearest])
        mean = sum(share * units[i] for share, i in zip(shares, nearest, strict=True)) / max(shares.sum(), 1e-300)
        expected.append(z + weight * mean)
    return np.array(expected)


@pytest.mark.parametrize("n_neighbors, weight", [(1, 1.0), (4, 1.0), (4, 0.3), (24, 2.0), (25, 1.0), (1000, 1.0)])
def test_features_are_those_of_the_document_and_the_mean_of_its_neighbours(n_neighbors, weight):
    counts, vectors = example()
    others, _ = example(seed=1)
    pooling = NeighborPooling(n_neighbors=n_neighbors, weight=weight).fit(counts, vectors)
    training = means(counts, vectors, counts)
    for documents in (counts, others):
        expected = expected_features(means(documents, vectors, counts), training, n_neighbors, weight)
        assert_allclose(pooling.transform(documents, vectors), expected, atol=1e-5)


@pytest.mark.parametrize(
    "inner", [MeanPooling(use_idf=True), SifPooling(n_removed=2), FoldInPooling(), NeighborPooling()], ids=repr
)
def test_neighbours_are_sought_among_the_features_of_another_pooling(inner):
    counts, vectors = example()
    others, _ = example(seed=1)
    pooling = NeighborPooling(clone(inner), n_neighbors=5).fit(counts, vectors)
    assert vars(pooling.pooling) == vars(inner)  # a copy was fitted
    training, features = (inner.fit(counts, vectors).transform(of, vectors).astype(float) for of in (counts, others))
    assert_allclose(pooling.transform(others, vectors), expected_features(features, training, 5, 1.0), atol=1e-5)
    assert pooling.vectors == inner.vectors


def test_without_weight_there_are_no_neighbours():
    counts, vectors = example()
    alone = NeighborPooling(weight=0).fit(counts, vectors).transform(counts, vectors)
    assert_allclose(np.linalg.norm(np.delete(alone, EMPTY, axis=0), axis=1), 1, rtol=1e-6)


def test_weights_of_documents_reach_the_other_pooling():
    counts, vectors = example()
    weights = np.random.RandomState(2).uniform(0, 9, size=25)
    pooling = NeighborPooling(SifPooling()).fit(counts, vectors, sample_weight=weights)
    expected = SifPooling().fit(counts, vectors, sample_weight=weights).transform(counts, vectors)
    assert_array_equal(pooling.pooling_.transform(counts, vectors), expected)
    features = pooling.transform(counts, vectors)
    weights[:] = 0  # the caller's own
    assert_array_equal(pooling.transform(counts, vectors), features)


def test_weights_of_documents_count_in_the_mean_and_beside_the_cosines():
    counts, vectors = example()
    others, _ = example(seed=1)
    weights = np.random.RandomState(2).uniform(0.01, 0.3, size=25)  # so small that their sum can be below 1, too
    for document_weights in (weights, weights / 100):
        pooling = NeighborPooling(MeanPooling(), n_neighbors=6).fit(counts, vectors, sample_weight=document_weights)
        training, features = (MeanPooling().transform(of, vectors).astype(float) for of in (counts, others))
        expected = expected_features(features, training, 6, 1.0, document_weights)
        assert_allclose(pooling.transform(others, vectors), expected, atol=1e-5)


def test_documents_of_no_known_word_are_nobodys_neighbours():
    counts, vectors = example()
    present = np.delete(np.arange(25), EMPTY)
    with_empty = NeighborPooling(MeanPooling()).fit(counts, vectors)
    without = NeighborPooling(MeanPooling()).fit(counts[present], vectors)
    assert_allclose(with_empty.transform(counts, vectors), without.transform(counts, vectors), atol=1e-6)
    assert not with_empty.transform(counts, vectors)[EMPTY].any()


@pytest.mark.parametrize("route", ["zeros", "weights"])
def test_training_documents_without_features_leave_zeros(route):
    counts, vectors = example()
    weights = np.ones(25) if route == "weights" else None
    pooling = NeighborPooling().fit(counts, np.zeros_like(vectors), sample_weight=weights)
    assert not pooling.transform(counts, np.zeros_like(vectors)).any()


def test_documents_that_are_all_alike_have_nothing_but_their_mean():
    counts = csr_array(np.array([[1, 1, 1], [2, 2, 2], [3, 3, 3]], dtype=np.float32))
    vectors = np.random.RandomState(0).standard_normal((3, 5)).astype(np.float32)
    assert not NeighborPooling(MeanPooling()).fit(counts, vectors).transform(counts, vectors).any()
    assert not NeighborPooling(MeanPooling()).fit(counts[:1], vectors).transform(counts, vectors).any()


def test_one_training_document_is_the_neighbour_of_all():
    counts, vectors = example()
    pooling = NeighborPooling(Bare()).fit(counts[:2], vectors)
    assert_allclose(pooling.transform(counts[:2], vectors).sum(axis=0), 0, atol=1e-5)  # two ends of a line


@pytest.mark.parametrize("n", [1, 3, 50, 300, 1000])
@pytest.mark.parametrize("block_cells", [cosines.BLOCK_CELLS, 2100])
def test_the_nearest_are_those_of_a_sorted_list_whatever_the_threads(n, block_cells, monkeypatch):
    monkeypatch.setattr(cosines, "BLOCK_CELLS", block_cells)  # 2,100 is seven queries at a time
    rng = np.random.RandomState(0)
    vectors = rng.standard_normal((300, 8))
    vectors[200:] = vectors[rng.randint(200, size=100)]  # ties
    vectors[17] = 0
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    vectors = vectors.astype(np.float32)
    queries = np.concatenate([vectors[[17, 5, 250]], vectors[:37]])
    rows, values = nearest_of_all(vectors, queries, n)
    assert rows.shape == values.shape == (40, min(n, 300))
    for query, of_query, its_cosines in zip(queries, rows, values, strict=True):
        exact = [round(float(vector.astype(float) @ query), 7) for vector in vectors]
        assert_allclose(its_cosines, np.sort(exact)[::-1][:n], atol=1e-6)
        assert_allclose(its_cosines, np.array(exact)[of_query], atol=1e-6)
        assert len(set(of_query)) == len(of_query)
        same = np.flatnonzero(np.diff(its_cosines) == 0)
        assert (of_query[same] < of_query[same + 1]).all()
    for n_jobs in (2, 3):
        assert_array_equal(nearest_of_all(vectors, queries, n, n_jobs)[0], rows)
        assert_array_equal(nearest_of_all(vectors, queries, n, n_jobs)[1], values)


def test_threads_are_as_many_as_asked_and_do_not_change_a_bit(monkeypatch):
    counts, vectors = example(n_documents=200)
    asked = []
    monkeypatch.setattr(cosines, "n_threads", lambda n_jobs: asked.append(n_jobs) or n_jobs)
    one, two = (NeighborPooling(n_jobs=n).fit(counts, vectors).transform(counts, vectors) for n in (1, 2))
    assert_array_equal(one, two)
    assert asked == [1, 2]


def test_documents_without_words_cost_nothing(monkeypatch):
    counts, vectors = example()
    pooling = NeighborPooling().fit(counts, vectors)
    monkeypatch.setattr(cosines, "nearest", None)
    assert not pooling.transform(counts[[EMPTY] * 3], vectors).any()


def test_equal_documents_are_answered_once(monkeypatch):
    counts, vectors = example()
    pooling = NeighborPooling().fit(counts, vectors)
    many = counts[[0, 4, 4, EMPTY, 0, 4]]
    one_by_one = np.concatenate([pooling.transform(many[[row]], vectors) for row in range(6)])
    asked = []
    nearest = cosines.nearest
    monkeypatch.setattr(cosines, "nearest", lambda query, *others: asked.append(query) or nearest(query, *others))
    assert_array_equal(pooling.transform(many, vectors), one_by_one)
    assert len(asked) == 2


def test_documents_that_share_words_move_together_though_vectors_tell_nothing():
    texts, topics = planted_topics(300, seed=0)
    texts = [" ".join(text.split()[:3]) for text in texts]  # few words, so that few documents of a topic share any
    words = sorted({word for text in texts for word in text.split()})
    rng = np.random.RandomState(0)
    vectors = {word: rng.standard_normal(20) for word in words}
    labelled = np.array([np.flatnonzero(topics == topic)[:3] for topic in range(4)]).ravel()
    accuracy = {}
    for pooling in (MeanPooling(), NeighborPooling(MeanPooling(), weight=3.0)):
        features = PretrainedVectorizer(vectors, pooling=pooling, norm="l2").fit_transform(texts)
        classifier = LogisticRegression(C=100).fit(features[labelled], topics[labelled])
        accuracy[type(pooling)] = classifier.score(features, topics)
    assert accuracy[NeighborPooling] > accuracy[MeanPooling] + 0.05


def test_by_name_it_is_the_object_with_the_vectorizers_threads():
    vectorizer = small(pooling="neighbors", n_jobs=2).fit(DOCUMENTS)
    assert isinstance(vectorizer.pooling_, NeighborPooling)
    expected = {"pooling": None, "n_neighbors": 20, "weight": 1.0, "n_jobs": 2}
    assert vectorizer.pooling_.get_params() == expected
    assert_array_equal(vectorizer.transform(DOCUMENTS), small(pooling=NeighborPooling()).fit_transform(DOCUMENTS))
    elsewhere = PretrainedVectorizer(vectorizer.word_vectors_, pooling="neighbors").fit(DOCUMENTS)
    assert_array_equal(elsewhere.transform(DOCUMENTS), vectorizer.transform(DOCUMENTS))


def test_parameters_of_both_poolings_are_tuned():
    texts, topics = planted_topics(60, seed=1)
    pooling = NeighborPooling(MeanPooling(), n_neighbors=3)
    pipeline = make_pipeline(small(pooling=pooling), LogisticRegression())
    grid = {
        "skipgramvectorizer__pooling__n_neighbors": [2, 5],
        "skipgramvectorizer__pooling__pooling__use_idf": [False, True],
    }
    search = GridSearchCV(pipeline, grid, cv=2).fit(texts, topics)
    assert search.best_score_ > 0.9
    assert len(search.cv_results_["params"]) == 4
    assert pooling.get_params()["pooling__use_idf"] is False


class Bare:
    """What a pooling with nothing to learn has at least."""

    fits_documents = False

    def transform(self, counts, vectors):
        return counts @ vectors


def test_another_pooling_needs_no_more_than_what_one_of_ones_own_does():
    counts, vectors = example()
    features = NeighborPooling(Bare(), n_neighbors=4).fit(counts, vectors).transform(counts, vectors)
    sums = (counts @ vectors).astype(float)
    assert_allclose(features, expected_features(sums, sums, 4, 1.0), atol=1e-5)


def test_faults_of_another_pooling_are_its_own():
    class Short(Bare):
        def transform(self, counts, vectors):
            return super().transform(counts, vectors)[:-1]

    class Unbounded(Bare):
        def transform(self, counts, vectors):
            return super().transform(counts, vectors) * np.inf

    counts, vectors = example()
    with pytest.raises(ValueError, match=r"pooling=<.*Short object .*returned an array of shape \(24, 6\)"):
        NeighborPooling(Short()).fit(counts, vectors)
    with np.errstate(invalid="ignore"), pytest.raises(ValueError, match=r"Unbounded object .*returned NaN or infinity"):
        NeighborPooling(Unbounded()).fit(counts, vectors)


def test_parameters_of_no_other_pooling_are_refused_with_advice():
    vectorizer = small(pooling=NeighborPooling())
    with pytest.raises(ValueError, match=r"pooling__use_idf: pooling is None .* set pooling=MeanPooling\(\) first"):
        vectorizer.set_params(pooling__pooling__use_idf=True)
    vectorizer.set_params(pooling__pooling=MeanPooling(), pooling__pooling__use_idf=True)
    assert vectorizer.pooling.pooling.use_idf


@pytest.mark.parametrize(
    "pooling, message",
    [
        (NeighborPooling(n_neighbors=0), "n_neighbors == 0, must be >= 1"),
        (NeighborPooling(n_neighbors=2.5), "n_neighbors must be an instance of int"),
        (NeighborPooling(weight=-1), "weight == -1, must be >= 0"),
        (NeighborPooling(weight=np.inf), "weight=inf"),
        (NeighborPooling("mean"), "pooling__pooling='mean': expected None or an object like sklw2v.pooling.Pooling"),
        (NeighborPooling(MeanPooling), "pooling__pooling=<class .*MeanPooling'>: expected None or an object"),
        (NeighborPooling(object()), "pooling__pooling=<object .*: expected None or an object"),
        (NeighborPooling(StandardScaler()), r"pooling__pooling=StandardScaler\(\): expected None or an object"),
        (NeighborPooling(NeighborPooling(n_neighbors=0)), "n_neighbors == 0"),
        (NeighborPooling(n_jobs=0), "n_jobs=0 has no meaning"),
        (NeighborPooling(n_jobs="2"), "n_jobs must be an instance of int"),
        (FoldInPooling(n_jobs=0), "n_jobs=0 has no meaning"),
        (NeighborPooling(LabelPooling()), r"pooling__pooling=LabelPooling\(\) needs labels: expected one that does"),
        (NeighborPooling(SifPooling(a=0)), "a == 0"),
    ],
    ids=lambda value: repr(value).partition(" at ")[0] if isinstance(value, Pooling) else "",
)
def test_bad_parameters_are_refused_before_documents_are_read(pooling, message):
    def untouchable():
        raise AssertionError("documents were read")
        yield

    with pytest.raises((ValueError, TypeError), match=message):
        small(pooling=pooling).fit(untouchable())


def test_what_is_left_without_the_mean_is_rounding_up_to_a_hundred_thousandth():
    for distance, is_rounding in ((0.8e-5, True), (1.2e-5, False)):
        vectors = np.array([[1, distance], [1, -distance]], dtype=np.float32)
        pooling = NeighborPooling(Bare(), weight=0).fit(csr_array(np.eye(2, dtype=np.float32)), vectors)
        features = pooling.transform(csr_array(np.eye(2, dtype=np.float32)), vectors)
        assert_allclose(features, np.zeros((2, 2)) if is_rounding else [[0, 1], [0, -1]], atol=1e-6)


def test_the_mean_is_summed_in_double_precision():
    vectors = np.array([[3e8], [3], [-3e8]], dtype=np.float32)
    pooling = NeighborPooling(Bare()).fit(csr_array(np.eye(3, dtype=np.float32)), vectors)
    assert_allclose(pooling.mean_, [1])
