"""scikit-learn's callbacks: what they see, what they may do."""

import numpy as np
import pytest
import sklearn
from numpy.testing import assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from sklw2v import SkipGramVectorizer
from tests.vectorizers.test_partial_fit import DOCUMENTS, make, state

with_callbacks = pytest.mark.skipif(
    tuple(map(int, sklearn.__version__.split(".")[:2])) < (1, 9), reason="scikit-learn has callbacks from 1.9 on"
)


class Recorder:
    """Notes each call; asks to stop after `n_epochs`."""

    def __init__(self, n_epochs=None):
        self.n_epochs = n_epochs
        self.calls = []
        self.fitted = []
        self.metadata = []

    def setup(self, estimator, context):
        self.calls.append("setup")

    def teardown(self, estimator, context):
        self.calls.append("teardown")

    def on_fit_task_begin(self, estimator, context, *, metadata=None):
        self.calls.append(f"begin {context.task_name}")
        self.metadata.append(metadata)

    def on_fit_task_end(self, estimator, context, *, fitted_estimator=None):
        self.calls.append(f"end {context.task_name}")
        self.fitted.append(fitted_estimator)
        return context.task_name == f"epoch {self.n_epochs}"


@with_callbacks
@pytest.mark.parametrize("method", ["fit", "fit_transform", "partial_fit"])
def test_callbacks_see_the_fit_and_each_epoch(method):
    recorder = Recorder()
    vectorizer = make(max_iter=2).set_callbacks(recorder)
    getattr(vectorizer, method)(DOCUMENTS, sample_weight=np.ones(60))
    epochs = [f"{what} epoch {i}" for i in (1, 2) for what in ("begin", "end")]
    assert recorder.calls == ["setup", "begin fit", *epochs, "end fit", "teardown"]
    assert all(list(metadata) == ["sample_weight"] for metadata in recorder.metadata)


@with_callbacks
@pytest.mark.parametrize("max_iter", ["auto", 0])
def test_callbacks_with_an_unknown_number_of_epochs_and_with_none(max_iter):
    recorder = Recorder()
    vectorizer = make(max_iter=max_iter).set_callbacks(recorder).fit(DOCUMENTS)
    assert len(recorder.calls) == 4 + 2 * vectorizer.n_iter_


@with_callbacks
def test_a_callback_may_use_the_estimator_of_each_epoch():
    recorder = Recorder()
    vectorizer = make(pooling="tfidf", max_iter=3).set_callbacks(recorder).fit(DOCUMENTS)
    *of_epochs, of_fit = recorder.fitted
    assert [fitted.n_iter_ for fitted in of_epochs] == [1, 2, 3]
    assert len({fitted.score(DOCUMENTS) for fitted in of_epochs}) == 3
    for fitted in (of_epochs[-1], of_fit):
        assert_array_equal(fitted.transform(DOCUMENTS), vectorizer.transform(DOCUMENTS))


@with_callbacks
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_a_checkpoint_goes_on_with_partial_fit_as_the_estimator_does(method):
    recorder = Recorder()
    vectorizer = make(max_iter=2)
    if method == "fit":
        vectorizer.partial_fit(DOCUMENTS[:20])  # its counts are given up by fit
    getattr(vectorizer.set_callbacks(recorder), method)(DOCUMENTS[:30])
    of_epoch, of_fit = recorder.fitted[-2:]
    expected = state(vectorizer.set_callbacks().partial_fit(DOCUMENTS))
    for checkpoint in (of_epoch, of_fit):
        assert state(checkpoint.set_callbacks().partial_fit(DOCUMENTS)) == expected


@with_callbacks
def test_a_callback_may_stop_the_training():
    vectorizer = make(max_iter=9).set_callbacks(Recorder(n_epochs=4)).fit(DOCUMENTS)
    assert vectorizer.n_iter_ == len(vectorizer.loss_curve_) == 4


@with_callbacks
def test_early_stopping_and_callbacks_go_together():
    recorder = Recorder()
    params = {"max_iter": 30, "early_stopping": True, "n_iter_no_change": 1, "tol": 0.5}
    vectorizer = make(**params).set_callbacks(recorder).fit(DOCUMENTS)
    assert vectorizer.n_iter_ < 30
    epochs = [f"{what} epoch {i + 1}" for i in range(vectorizer.n_iter_) for what in ("begin", "end")]
    assert recorder.calls == ["setup", "begin fit", *epochs, "end fit", "teardown"]
    assert_array_equal(recorder.fitted[-2].center_vectors_, vectorizer.center_vectors_)  # those of the best epoch
    stopped = make(**params | {"n_iter_no_change": 30}).set_callbacks(Recorder(n_epochs=3)).fit(DOCUMENTS)
    assert stopped.n_iter_ == len(stopped.validation_scores_) == 3


@with_callbacks
def test_callbacks_stop_the_training_in_a_grid():
    search = GridSearchCV(
        make_pipeline(make(max_iter=9).set_callbacks(Recorder(n_epochs=2)), LogisticRegression()),
        {"skipgramvectorizer__n_components": [2, 3]},
        cv=2,
    ).fit(DOCUMENTS, np.arange(60) % 2)
    assert search.best_estimator_[0].n_iter_ == 2


@with_callbacks
def test_callbacks_do_not_change_a_bit_and_are_torn_down_after_an_error():
    recorder = Recorder()
    vectorizer = make().set_callbacks(recorder)
    with pytest.raises(ValueError, match="X: "):
        vectorizer.fit("text")
    assert recorder.calls[-1] == "teardown"
    assert state(vectorizer.fit(DOCUMENTS)) == state(make().fit(DOCUMENTS))


@with_callbacks
def test_generators_are_not_handed_to_callbacks():
    class Reader(Recorder):
        def on_fit_task_begin(self, estimator, context, *, X=None):
            self.calls.append(X)

    reader = Reader()
    make(max_iter=1).set_callbacks(reader).fit(text for text in DOCUMENTS)
    assert reader.calls == ["setup", None, None, "end epoch 1", "end fit", "teardown"]
    assert state(make().set_callbacks(reader).fit(text for text in DOCUMENTS)) == state(make().fit(DOCUMENTS))


def test_without_callbacks_the_estimator_has_none():
    assert not hasattr(SkipGramVectorizer(), "_skl_callbacks")
