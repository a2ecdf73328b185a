"""Fixtures of more than one file of tests."""

import numpy as np
import pytest

from sklw2v import WordVectors

TOPICS = (["apple", "pear", "plum", "cherry", "Quince"], ["brake", "wheel", "engine", "clutch", "gear"])


@pytest.fixture
def corpus(tmp_path):
    """A file of documents, each with the words of one of two topics in some order."""
    rng = np.random.RandomState(0)
    lines = [" ".join(rng.permutation(TOPICS[i % 2])) for i in range(100)]
    path = tmp_path / "corpus.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def vectors(tmp_path):
    path = tmp_path / "vectors.txt"
    words = ["king", "queen", "man", "woman", "tree"]
    WordVectors(words, [[3, 1, 0], [3, -1, 0], [1, 1, 0], [1, -1, 0], [0, 0, 1]]).save_word2vec_format(path)
    return path
