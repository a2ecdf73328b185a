"""Columns of tables: frames as output, missing texts, columns of few words, and skrub."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_array_equal
from sklearn import config_context
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sklw2v import PhraseTransformer, PretrainedVectorizer, SkipGramVectorizer, WordVectors
from tests.corpora import DOCUMENTS, small

FRAME = pd.DataFrame({"text": DOCUMENTS, "number": range(6)}, index=[5, 4, 3, 2, 1, 0])
MISSING = [None, float("nan"), pd.NA]
FORMS = {
    "pandas": lambda texts: pd.Series(texts, name="text"),
    "polars": lambda texts: pl.Series("text", [text if isinstance(text, str) else None for text in texts]),
}


@pytest.mark.parametrize("missing", MISSING)
@pytest.mark.parametrize("output", list(FORMS))
def test_in_a_table_a_missing_text_is_an_empty_one(output, missing):
    texts = [*DOCUMENTS[:3], missing, *DOCUMENTS[4:]]
    expected = small().fit(DOCUMENTS).transform(DOCUMENTS)
    vectorizer = small().set_output(transform=output)
    features = vectorizer.fit_transform(FORMS[output](texts))
    assert_array_equal(np.asarray(features), expected)
    assert type(features).__module__.startswith(output)
    assert_array_equal(np.asarray(vectorizer.transform(texts)), expected)
    assert_array_equal(np.asarray(clone(vectorizer).fit(texts).transform(texts)), expected)
    words = PretrainedVectorizer(vectorizer.word_vectors_).set_output(transform=output)
    assert_array_equal(np.asarray(words.fit_transform(FORMS[output](texts))), expected)
    with config_context(transform_output=output):
        assert_array_equal(np.asarray(small().fit_transform(texts)), expected)


@pytest.mark.parametrize("output", list(FORMS))
def test_in_a_table_phrases_take_missing_texts_too(output):
    texts = ["new york", None, "york and new york"]
    pipeline = make_pipeline(
        PhraseTransformer(min_count=0, threshold=0.5), small(analyzer="passthrough", n_components=1)
    )
    expected = pipeline.fit_transform(["new york", "", "york and new york"])
    for step in (pipeline, clone(pipeline)):
        step.set_output(transform=output)
        assert_array_equal(np.asarray(clone(step).fit_transform(FORMS[output](texts))), expected)
    with pytest.raises(TypeError, match="X: document 1: expected str or bytes, got NoneType None, a missing value"):
        PhraseTransformer().fit(texts)


@pytest.mark.parametrize("missing", MISSING)
def test_elsewhere_a_missing_text_is_an_error_that_names_fillna(missing):
    texts = pd.Series([*DOCUMENTS, missing])
    for vectorizer in (
        small(),
        small().set_output(transform="default"),
        small().set_output(transform="pandas").set_output(transform="default"),
        small().set_output(transform=None),
        PretrainedVectorizer(WordVectors(["tea"], [[1.0]]), pooling="tfidf"),
    ):
        with pytest.raises(TypeError, match=r"X: document 6: .*a missing value; fillna\(''\) makes"):
            vectorizer.fit(texts)
    fitted = small().fit(DOCUMENTS)
    with pytest.raises(TypeError, match=r"X: document 6: .*fillna"):
        fitted.transform(texts)
    assert_array_equal(fitted.transform(texts.fillna("")), fitted.transform([*DOCUMENTS, ""]))


@pytest.mark.parametrize("output", [None, "pandas"])
def test_rows_of_a_frame_stay_together_whatever_its_index(output):
    columns = ColumnTransformer([("words", small(), "text"), ("rest", "passthrough", ["number"])]).set_output(
        transform=output
    )
    features = columns.fit_transform(FRAME)
    expected = small().fit(DOCUMENTS).transform(DOCUMENTS)
    assert_array_equal(np.asarray(features)[:, :3], expected)
    assert_array_equal(np.asarray(features)[:, 3], np.arange(6))
    if output:
        assert list(features.index) == list(FRAME.index)
        assert_array_equal(np.asarray(columns.transform(FRAME[::-1]).loc[FRAME.index])[:, :3], expected)


@pytest.mark.parametrize("output", list(FORMS))
def test_in_a_table_a_column_without_two_words_in_a_cell_gets_random_vectors(output):
    texts = [f"name{i}" for i in range(8)]
    with pytest.warns(UserWarning, match="X: no pair to train on: of 8 words .* at random"):
        features = np.asarray(small().set_output(transform=output).fit_transform(FORMS[output](texts)))
    assert features.shape == (8, 3)
    assert len(np.unique(features, axis=0)) == 8
    for loss in ("naive_softmax", "negative_sampling"):
        vectorizer = small(loss=loss, pooling="tfidf", oov="subword").set_output(transform=output)
        with pytest.warns(UserWarning, match="no pair to train on"):
            assert vectorizer.fit(FORMS[output](texts)).n_iter_ == 0
    with pytest.raises(ValueError, match="X: no word has a neighbour"):
        small().fit(texts)


# --- skrub ---


@pytest.fixture
def skrub():
    return pytest.importorskip("skrub")


def table(form):
    rows = range(48)
    columns = {
        "text": [
            None if i % 7 == 3 else f"the {['red', 'blue'][i % 2]} word{i} of {['tea', 'milk'][i % 2]}" for i in rows
        ],
        "few": [[None, "new york", "old town"][i % 3] for i in rows],
        "name": [None if i == 5 else f"name{i}" for i in rows],
        "number": [i / 7 for i in rows],
    }
    return pd.DataFrame(columns) if form == "pandas" else pl.DataFrame(columns)


@pytest.mark.filterwarnings("ignore:n_components=", "ignore:X. no pair")
@pytest.mark.parametrize("form", ["pandas", "polars"])
def test_skrub_vectorizes_tables_with_missing_texts_and_columns_of_few_words(form, skrub):
    X, y = table(form), np.arange(48) % 2
    words = SkipGramVectorizer(n_components=6, subsample=None, random_state=0)
    vectorizer = skrub.TableVectorizer(high_cardinality=words, cardinality_threshold=2)
    features = vectorizer.fit_transform(X)
    assert features.shape == (48, 3 * 6 + 1)
    assert_array_equal(np.asarray(vectorizer.transform(X)), np.asarray(features))
    pipeline = skrub.tabular_pipeline(LogisticRegression()).set_params(
        tablevectorizer__high_cardinality=words, tablevectorizer__cardinality_threshold=2
    )
    assert pipeline.fit(X, y).score(X, y) > 0.95  # a row whose text is missing tells nothing
    columns = skrub.ApplyToCols(words, cols=["text", "few"])
    applied = columns.fit_transform(X)
    assert applied.shape == (48, 6 + 6 + 2)
    assert not np.asarray(applied)[3, :6].any()
    piped = make_pipeline(skrub.ApplyToCols(clone(words), cols="few"), skrub.SelectCols(["number"])).fit(X)
    assert piped.transform(X).shape == (48, 1)
    pretrained = skrub.ApplyToCols(PretrainedVectorizer({"tea": [1.0, 0.0], "milk": [0.0, 1.0]}), cols="text")
    assert pretrained.fit_transform(X).shape == (48, 2 + 3)
