"""A few documents, a corpus of planted topics and small vectorizers, for the tests of the estimator."""

import numpy as np

from sklw2v import SkipGramVectorizer

DOCUMENTS = [
    "The café at the corner serves coffee, and the CAFÉ across the road serves tea.",
    "A naïve reader reads; a reader who reads twice understands the corner of the text.",
    "Tea or coffee? The reader of 1984 drinks tea at 4 o'clock.",
    "",
    "Coffee and tea and coffee and tea: the corner café.",
    "The road to the corner is long, and the reader is tired of the road.",
]


def small(**params):
    """A vectorizer for a few short documents; nothing depends on the defaults that are tuned."""
    settings = {"min_count": 1, "n_components": 3, "window": 3, "max_iter": 2, "random_state": 0, "subsample": None}
    return SkipGramVectorizer(**settings | params)


def planted_topics(n_documents, seed, n_topics=4):
    """Documents of 12 words, each document of one topic, and the number of its topic, the start of each word."""
    rng = np.random.RandomState(seed)
    topics = rng.randint(n_topics, size=n_documents)
    words = rng.randint(10, size=(n_documents, 12))
    return [" ".join(f"{topic}word{i}" for i in row) for topic, row in zip(topics, words, strict=True)], topics


def same_bits(one, other):
    return all(
        getattr(one, name).tobytes() == getattr(other, name).tobytes()
        for name in ("center_vectors_", "context_vectors_")
    )
