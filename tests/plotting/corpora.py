"""Words with vectors, for the pictures."""

import numpy as np

from sklw2v import WordVectors


def random_words(n_words, n_components=5, seed=0):
    rng = np.random.RandomState(seed)
    return WordVectors([f"word{row}" for row in range(n_words)], rng.standard_normal((n_words, n_components)))
