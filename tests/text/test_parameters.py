"""The text parameters: what is accepted, and what they put out of force."""

import sys
import unicodedata
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import CountVectorizer

from sklw2v.text._analysis import make_analyzer
from sklw2v.text._parameters import check_text_parameters, text_parameters


@pytest.mark.parametrize(
    "kind", [list, tuple, set, np.array, pd.Series, pd.Index, lambda words: np.array(words, object)]
)
def test_stop_words_are_any_words(kind):
    estimator = small_parameters(stop_words=kind(["the", "fox"]))
    check_text_parameters(estimator)
    assert make_analyzer(**text_parameters(estimator))("the red fox") == ["red"]


@pytest.mark.parametrize(
    "stop_words, error",
    [
        (iter(["a"]), TypeError),
        ([1], TypeError),
        (["a", None], TypeError),
        (np.array("a"), ValueError),
        (np.array([["a", "b"]]), ValueError),
        (pd.DataFrame({"word": ["a", "b"]}), ValueError),  # which would give the names of its columns
    ],
)
def test_stop_words_that_are_no_words_are_an_error(stop_words, error):
    with pytest.raises(error, match="stop_words"):
        check_text_parameters(small_parameters(stop_words=stop_words))


def small_parameters(**parameters):
    return CountVectorizer(**parameters)


COMBINATIONS = [
    {"tokenizer": str.split},
    {"tokenizer": str.split, "token_pattern": "x"},
    {"preprocessor": str.lower, "analyzer": str.split},
    {"stop_words": ["the"], "analyzer": str.split},
    {"stop_words": "english", "analyzer": "char"},
    {"stop_words": ["the"], "analyzer": "char_wb"},
    {"token_pattern": "x", "analyzer": "char"},
    {"token_pattern": "x", "analyzer": str.split},
    {"tokenizer": str.split, "token_pattern": None, "analyzer": "char"},
    {"tokenizer": str.split, "token_pattern": None, "analyzer": str.split},
    {},
    {"token_pattern": None, "analyzer": "char"},
    {"token_pattern": "x"},
    {"lowercase": False, "analyzer": "char"},
]


@pytest.mark.parametrize("parameters", COMBINATIONS)
def test_parameters_out_of_force_warn_as_those_of_count_vectorizer(parameters):
    texts = ["the x", "a x"]
    with warnings.catch_warnings(record=True) as expected:
        warnings.simplefilter("always")
        CountVectorizer(**parameters).fit(texts)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        check_text_parameters(small_parameters(**parameters))
    names = [{str(one.message).split("'")[1] for one in expected}, {str(one.message).split("=")[0] for one in warned}]
    assert names[0] == names[1]


@pytest.mark.parametrize(
    "name, value",
    [
        ("stop_words", ["the"]),
        ("token_pattern", "x"),
        ("preprocessor", str.lower),
        ("strip_accents", "ascii"),
        ("tokenizer", str.split),
    ],
)
def test_parameters_that_passthrough_puts_out_of_force_warn(name, value):
    estimator = small_parameters(analyzer="passthrough", token_pattern=None, lowercase=False).set_params(
        **{name: value}
    )
    with pytest.warns(UserWarning, match=f"^{name}=.*will not be used, since"):
        check_text_parameters(estimator)


def test_inconsistent_stop_words_warn_in_fit_alone():
    estimator = small_parameters(stop_words=["don't"], token_pattern=r"\w+")
    with pytest.warns(UserWarning, match="stop_words may be inconsistent"):
        check_text_parameters(estimator)
    assert make_analyzer(**text_parameters(estimator))("don't go") == ["don", "t", "go"]


@pytest.mark.parametrize(
    "text",
    [
        "हिन्दी और तमिल",  # Hindi
        "தமிழ் மொழி",  # Tamil
        "বাংলা ভাষা",  # Bangla
        "မြန်မာ စာ",  # Burmese
        "اللُّغَةُ العَرَبِيَّةُ",  # vocalised Arabic
        "שָׁלוֹם עוֹלָם",  # vocalised Hebrew
        "می\u200cخواهم بروم",  # Persian, with a joiner of no width
    ],
)
def test_the_pattern_of_the_guide_keeps_combining_marks(text):
    letters = map(chr, range(sys.maxunicode + 1))
    marks = "".join(letter for letter in letters if unicodedata.category(letter) in ("Mn", "Mc"))
    estimator = small_parameters(token_pattern=rf"[\w{marks}\u200c\u200d]{{2,}}")
    check_text_parameters(estimator)
    assert make_analyzer(**text_parameters(estimator))(text) == text.split()
    assert make_analyzer(**text_parameters(small_parameters()))(text) != text.split()  # so that it is needed
