"""Small word vectors, slow and obvious forms of what is asked of them, gensim's form of them, and NumPy's archives."""

import io
import math
import re
import warnings
import zipfile

import numpy as np
import pytest
from hypothesis import strategies as st

from sklw2v import WordVectors

FAMILY = ["king", "queen", "man", "woman", "apple"]
FAMILY_VECTORS = np.array([[3, 1, 0], [3, -1, 0], [1, 1, 0], [1, -1, 0], [0, 0, 2]], dtype=np.float32)
finite = st.floats(width=32, allow_nan=False, allow_infinity=False)


def random_word_vectors(n_words=300, n_components=16, seed=0):
    rng = np.random.default_rng(seed)
    vectors = rng.standard_normal((n_words, n_components)).astype(np.float32)
    return WordVectors([f"w{i}" for i in range(n_words)], vectors)


# Oracles: plain loops over Python floats.


def unit(vector):
    vector = [float(x) for x in vector]
    norm = math.sqrt(math.fsum(x * x for x in vector))
    return [x / norm for x in vector] if norm > 0 else vector


def cosine(a, b):
    return math.fsum(x * y for x, y in zip(unit(a), unit(b), strict=True))


def slow_most_similar(wv, positive, negative, topn):
    direction = [0.0] * wv.vectors.shape[1]
    for sign, words in ((1, positive), (-1, negative)):
        for word in words:
            direction = [x + sign * y for x, y in zip(direction, unit(wv[word]), strict=True)]
    found = []
    for position, word in enumerate(wv.words):
        if word not in positive and word not in negative:
            found.append((-cosine(wv.vectors[position], direction), position, word))
    return [(word, -negated) for negated, _, word in sorted(found)[:topn]]


def import_gensim():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("gensim").models.KeyedVectors


def gensim_twin(wv):
    twin = import_gensim()(wv.vectors.shape[1])
    twin.add_vectors(wv.words, wv.vectors.copy())
    return twin


# NumPy's archives, sound or not.


def npy(array, **header):
    """The bytes of an array in NumPy's format, with another header where it is given."""
    file = io.BytesIO()
    np.lib.format.write_array(file, array, allow_pickle=True)
    data = file.getvalue()
    for name, value in header.items():
        pattern = rf"'{name}': (\([^)]*\)|[^,]*)".encode()
        data = re.sub(pattern, f"'{name}': {value}".encode(), data)
        data = data[:8] + (data.index(b"\n", 10) - 9).to_bytes(2, "little") + data[10:]
    return data


def archive(path, compression=zipfile.ZIP_DEFLATED, **members):
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, data in members.items():
            file.writestr(f"{name}.npy", data)
