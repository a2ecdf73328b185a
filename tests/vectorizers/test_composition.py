"""`SkipGramVectorizer` in company: pickled, in pipelines, unions and columns, under searches, with routed weights."""

import pickle

import joblib
import numpy as np
import pandas as pd
import pytest
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import randint
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV, cross_val_score
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.fixes import parse_version
from threadpoolctl import threadpool_limits

from sklw2v.losses import NegativeSampling
from sklw2v.utils._threads import n_threads
from tests.corpora import DOCUMENTS, planted_topics, same_bits, small


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickled_vectorizer_gives_the_same_features_neighbours_and_scores(protocol):
    vectorizer = small(pooling="sif", loss=NegativeSampling(exclude_true=True)).fit(DOCUMENTS)
    loaded = pickle.loads(pickle.dumps(vectorizer, protocol))
    assert loaded.transform(DOCUMENTS).tobytes() == vectorizer.transform(DOCUMENTS).tobytes()
    assert loaded.word_vectors_.most_similar("tea") == vectorizer.word_vectors_.most_similar("tea")
    assert loaded.score(DOCUMENTS) == vectorizer.score(DOCUMENTS)
    assert same_bits(loaded.fit(DOCUMENTS), vectorizer)


def test_a_vectorizer_dumped_by_joblib_works_from_mapped_memory(tmp_path):
    vectorizer = small(pooling="tfidf", norm="l2").fit(DOCUMENTS)
    joblib.dump(vectorizer, tmp_path / "vectorizer.joblib")
    loaded = joblib.load(tmp_path / "vectorizer.joblib", mmap_mode="r")
    assert_array_equal(loaded.transform(DOCUMENTS), vectorizer.transform(DOCUMENTS))
    assert loaded.score(DOCUMENTS) == vectorizer.score(DOCUMENTS)


def test_text_stands_beside_numbers_and_beside_other_text_features():
    documents, topics = planted_topics(60, seed=0)
    frame = pd.DataFrame({"number": topics * 2.0, "text": documents}, index=np.arange(60)[::-1] + 7)
    columns = ColumnTransformer([("text", small(), "text"), ("number", StandardScaler(), ["number"])])
    assert make_pipeline(columns, LogisticRegression()).fit(frame, topics).score(frame, topics) == 1
    # An index of its own is lost here by early versions of scikit-learn, whatever the transformer of a single column.
    features = columns.set_output(transform="pandas").fit_transform(frame.reset_index(drop=True))
    assert features.columns.tolist() == [*(f"text__skipgramvectorizer{i}" for i in range(3)), "number__number"]
    assert_array_equal(features.iloc[:, :3], small().fit_transform(documents))
    assert_allclose(features["number__number"], (topics - topics.mean()) / topics.std())

    union = FeatureUnion([("vectors", small()), ("tfidf", TfidfVectorizer())])
    both = union.fit_transform(documents)
    assert_array_equal(both[:, :3].toarray(), small().fit_transform(documents))
    assert both.shape == (60, 3 + 40) == (60, len(union.get_feature_names_out()))


GRID = {"skipgramvectorizer__n_components": [1, 4], "skipgramvectorizer__loss__exclude_true": [False, True]}
RANDOM = {
    "skipgramvectorizer__n_components": randint(1, 5),
    "skipgramvectorizer__window": [1, 4],
    "skipgramvectorizer__n_negatives": [1, 5],
}


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_searches_give_side_by_side_what_they_give_one_by_one(backend):
    documents, topics = planted_topics(80, seed=0)
    pipeline = make_pipeline(small(loss=NegativeSampling(), max_iter=1, n_jobs=2), LogisticRegression())
    searches = [
        GridSearchCV(pipeline, GRID, cv=2),
        RandomizedSearchCV(pipeline, RANDOM, n_iter=5, random_state=0, cv=2),
    ]
    for search in searches:
        serial = clone(search).fit(documents, topics)
        with joblib.parallel_config(backend, n_jobs=2):
            parallel = clone(search).fit(documents, topics)
        assert_array_equal(parallel.cv_results_["mean_test_score"], serial.cv_results_["mean_test_score"])
        assert len(np.unique(serial.cv_results_["mean_test_score"])) > 1
        assert parallel.best_params_ == serial.best_params_
        assert same_bits(parallel.best_estimator_[0], serial.best_estimator_[0])


def test_threads_follow_the_limits_of_threadpoolctl_and_of_joblib_in_its_workers():
    with threadpool_limits(8, user_api="openmp"):
        assert [n_threads(n_jobs) for n_jobs in (None, 1, 2, 5, 99)] == [1, 1, 2, 5, 8]
        with threadpool_limits(1):
            assert n_threads(2) == 1
            assert n_threads(-1) == 1
        with joblib.parallel_config("threading", n_jobs=3):
            assert n_threads(None) == 3
    share = max(joblib.cpu_count() // 2, 1)
    for threads in joblib.Parallel(n_jobs=2, backend="loky")(joblib.delayed(n_threads)(n) for n in (2, 99, -1, None)):
        assert 1 <= threads <= share


def test_its_own_score_selects_a_model_without_labels():
    documents, _ = planted_topics(200, seed=0)
    search = GridSearchCV(small(max_iter=5), {"n_components": [1, 8]}, cv=2).fit(documents)
    assert search.best_params_ == {"n_components": 8}
    assert_array_equal(cross_val_score(small(max_iter=5, n_components=8), documents, cv=2).mean(), search.best_score_)


def test_sample_weights_reach_the_vectorizer_through_a_pipeline():
    documents, topics = planted_topics(40, seed=0)
    weights = np.arange(40) % 3
    expected = small().fit(documents, sample_weight=weights)
    pipeline = make_pipeline(small(), LogisticRegression())
    pipeline.fit(documents, topics, skipgramvectorizer__sample_weight=weights)
    assert same_bits(pipeline[0], expected)
    with sklearn.config_context(enable_metadata_routing=True):
        routed = make_pipeline(
            small().set_fit_request(sample_weight=True),
            LogisticRegression().set_fit_request(sample_weight=True).set_score_request(sample_weight=True),
        )
        if parse_version(sklearn.__version__) < parse_version("1.7"):
            routed.set_score_request(sample_weight=True)  # a pipeline's score did not route yet
        routed.fit(documents, topics, sample_weight=weights)
        search = GridSearchCV(routed, {"skipgramvectorizer__n_components": [2, 3]}, cv=2)
        search.fit(documents, topics, sample_weight=weights)
        part = slice(0, None, 2)  # weights of a part of the documents follow them
        pieces = small().set_partial_fit_request(sample_weight=True).partial_fit(documents[part], None, weights[part])
    assert same_bits(routed[0], expected)
    best = search.best_params_["skipgramvectorizer__n_components"]
    assert same_bits(search.best_estimator_[0], small(n_components=best).fit(documents, sample_weight=weights))
    assert pieces.word_vectors_.counts.sum() == sum(
        weight * len(document.split()) for document, weight in zip(documents[part], weights[part], strict=True)
    )
