"""The sentence that sums up the demo."""

import numpy as np
import pytest
from sklearn.utils import Bunch

from sklw2v.cli._demo_comparison import Comparison
from sklw2v.cli._demo_report import conclusion


class _Contestant(list):
    """What a comparison asks of a fitted pipeline."""

    def __init__(self, n_columns):
        super().__init__([Bunch(n_features_in_=n_columns)])


@pytest.mark.parametrize(
    "n_right, expected",
    [
        ((90, 60, 50), "200 columns of word vectors beat 9 columns of TF-IDF: held-out accuracy is higher by 0.300"),
        ((50, 60, 90), "200 columns of TF-IDF + SVD beat 200 columns of word vectors: held-out accuracy is higher by"),
        ((60, 60, 50), "cannot be told apart on the held-out addresses: the former are right more often by 0.000"),
    ],
)
def test_conclusion_follows_from_the_figures(n_right, expected):
    contestants = {"word vectors": _Contestant(200), "TF-IDF": _Contestant(9), "TF-IDF + SVD": _Contestant(200)}
    # Ten addresses of ten paragraphs; the right answers are spread evenly over them.
    right = {name: np.arange(100) // 10 < n // 10 for name, n in zip(contestants, n_right, strict=True)}
    addresses = np.tile(np.arange(10), 10)
    assert expected in conclusion(Comparison(contestants, right, addresses))


def test_difference_that_one_address_makes_is_no_difference():
    contestants = {"word vectors": _Contestant(2), "TF-IDF": _Contestant(9), "TF-IDF + SVD": _Contestant(2)}
    addresses = np.repeat(np.arange(10), 10)
    right = {"word vectors": addresses == 0, "TF-IDF": addresses < 0, "TF-IDF + SVD": addresses < 0}
    sentence = conclusion(Comparison(contestants, right, addresses))
    assert sentence.startswith("2 columns of word vectors and 9 columns of TF-IDF cannot be told apart")
    assert "by 0.100 (standard error 0.100, by address)" in sentence
