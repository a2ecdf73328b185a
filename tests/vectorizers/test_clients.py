"""Other programs that are handed a vectorizer, in small: those that worked go on working."""

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import HDBSCAN
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict, cross_val_score
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import StandardScaler

from sklw2v import PhraseTransformer, SkipGramVectorizer
from tests.corpora import planted_topics

DOCUMENTS, TOPICS = planted_topics(60, seed=0, n_topics=2)


def words(**params):
    settings = {"n_components": 4, "window": 5, "max_iter": 5, "subsample": None, "random_state": 0}
    return SkipGramVectorizer(**settings | params)


def classifier():
    return make_pipeline(words(), StandardScaler(), LogisticRegression())


def test_stacking_voting_and_calibration():
    tfidf = make_pipeline(TfidfVectorizer(), LogisticRegression())
    both = [("words", classifier()), ("tfidf", tfidf)]
    for estimator in (
        StackingClassifier(both, cv=2),
        VotingClassifier(both, voting="soft"),
        CalibratedClassifierCV(classifier(), cv=2),
    ):
        assert estimator.fit(DOCUMENTS, TOPICS).score(DOCUMENTS, TOPICS) == 1.0


def test_unions_and_predictions_of_folds():
    union = make_pipeline(FeatureUnion([("words", words()), ("tfidf", TfidfVectorizer())]), LogisticRegression())
    assert cross_val_score(union, DOCUMENTS, TOPICS, cv=2).tolist() == [1.0, 1.0]
    sequences = [document.split() for document in DOCUMENTS]
    phrases = make_pipeline(
        PhraseTransformer(analyzer="passthrough"), words(analyzer="passthrough"), LogisticRegression()
    )
    assert (cross_val_predict(phrases, sequences, TOPICS, cv=2) == TOPICS).all()
    once = [iter(sequence) for sequence in sequences]
    with pytest.raises(ValueError, match="expected a document that can be read again"):
        cross_val_score(phrases, once, TOPICS, cv=2)


def test_clusters():
    assert len(set(HDBSCAN(min_cluster_size=10, copy=True).fit_predict(words().fit_transform(DOCUMENTS)))) >= 2


def test_imbalanced_learn():
    imblearn = pytest.importorskip("imblearn.pipeline")
    over_sampling = pytest.importorskip("imblearn.over_sampling")
    few = [i for i, topic in enumerate(TOPICS) if topic or i % 3 == 0]
    X, y = [DOCUMENTS[i] for i in few], TOPICS[few]
    sampler = over_sampling.SMOTE(k_neighbors=2, random_state=0)
    assert imblearn.make_pipeline(words(), sampler, LogisticRegression()).fit(X, y).score(X, y) == 1.0


def test_optuna():
    optuna = pytest.importorskip("optuna")
    optuna.logging.set_verbosity(optuna.logging.WARNING)

    def objective(trial):
        pipeline = classifier().set_params(skipgramvectorizer__window=trial.suggest_int("window", 1, 5))
        return cross_val_score(pipeline, DOCUMENTS, TOPICS, cv=2).mean()

    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(objective, n_trials=2)
    assert np.isclose(study.best_value, 1.0)
