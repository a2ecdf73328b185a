"""Fixtures of more than one file of tests."""

import pytest
from word_vector_oracles import FAMILY, FAMILY_VECTORS

from sklw2v import WordVectors


@pytest.fixture
def family():
    return WordVectors(FAMILY, FAMILY_VECTORS)
