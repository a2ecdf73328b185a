"""Fixtures of more than one file of tests."""

import pytest

from sklw2v import WordVectors
from tests.word_vectors.oracles import FAMILY, FAMILY_VECTORS


@pytest.fixture
def family():
    return WordVectors(FAMILY, FAMILY_VECTORS)
