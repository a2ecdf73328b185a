"""A map of words, and the neighbours of one."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.manifold import TSNE
from sklearn.preprocessing import normalize

from sklw2v import PretrainedVectorizer, WordVectors
from sklw2v.plotting import (
    NeighborsDisplay,
    WordMapDisplay,
)
from tests.corpora import DOCUMENTS, small
from tests.plotting.corpora import random_words


def test_word_map_is_the_first_two_principal_components_of_unit_vectors():
    wv = random_words(6)
    display = WordMapDisplay.from_estimator(wv, wv.words)
    unit = normalize(wv.vectors.astype(float))
    unit -= unit.mean(axis=0)
    left, singular, _ = np.linalg.svd(unit, full_matrices=False)
    assert_allclose(np.abs(display.positions), np.abs(left[:, :2] * singular[:2]), atol=1e-6)
    assert_allclose(display.ax_.collections[0].get_offsets(), display.positions)
    assert [label.get_text() for label in display.labels_] == wv.words


def test_word_map_takes_vectorizers_and_other_projections():
    vectorizer = small(n_components=4).fit(DOCUMENTS)
    words = ["tea", "coffee", "reader", "road", "corner", "the"]
    pretrained = PretrainedVectorizer(vectorizer.word_vectors_).fit(DOCUMENTS)
    one, other = WordMapDisplay.from_estimator(vectorizer, words), WordMapDisplay.from_estimator(pretrained, words)
    assert_array_equal(one.positions, other.positions)
    projection = TSNE(perplexity=2, random_state=0)
    unlike = WordMapDisplay.from_estimator(vectorizer, words, projection=projection)
    assert unlike.positions.shape == (6, 2)
    assert not hasattr(projection, "embedding_")  # a clone was fitted


def test_word_map_of_vectors_of_one_component():
    positions = WordMapDisplay.from_estimator(random_words(3, n_components=1), ["word0", "word1"]).positions
    assert positions.shape == (2, 2)
    assert_array_equal(positions[:, 1], 0)


@pytest.mark.parametrize("n_words, spread", [(5, 1.0), (25, 1.0), (40, 1.0), (25, 0.0)])
def test_labels_of_a_word_map_overlap_neither_each_other_nor_points(n_words, spread):
    rng = np.random.RandomState(n_words)
    positions = rng.standard_normal((n_words, 2)) * spread
    if spread:
        positions[: n_words // 2] *= 0.1  # half of them crowded
    ax = Figure(figsize=(7, 6)).subplots()
    display = WordMapDisplay([f"word{row}" * (1 + row % 3) for row in range(n_words)], positions).plot(ax)
    display.figure_.draw_without_rendering()  # which moves labels to their offsets
    boxes = [Text.get_window_extent(label) for label in display.labels_]
    overlapping = [(one, other) for one in range(n_words) for other in range(one) if boxes[one].overlaps(boxes[other])]
    assert overlapping == []
    points = ax.transData.transform(positions)
    assert not any(box.contains(*point) for box in boxes for point in points)
    assert all((ax.bbox.min <= box.min).all() and (box.max <= ax.bbox.max).all() for box in boxes)
    gaps = [
        np.maximum(np.maximum(box.min - point, point - box.max), 0) for box, point in zip(boxes, points, strict=True)
    ]
    assert np.median(np.linalg.norm(gaps, axis=1)) < (60 if spread else 160)  # pixels from a point to its label


@pytest.mark.parametrize("words", [[], ["word0"], "word0", b"word0", None, True, 2.5, 1, 0, -3, np.int64(1)])
def test_word_map_needs_two_words(words):
    message = r"words=.*: expected a list of two words or more, or how many of the first, from 2 on; there are 4\."
    with pytest.raises(ValueError, match=message):
        WordMapDisplay.from_estimator(random_words(4), words)


@pytest.mark.parametrize("words", [2, np.int64(2), 1])
def test_word_map_needs_vectors_of_two_words(words):
    with pytest.raises(ValueError, match=r"words=.*: expected .*; there are 1\."):
        WordMapDisplay.from_estimator(random_words(1), words)


@pytest.mark.parametrize("n_words, n_shown", [(2, 2), (np.int64(3), 3), (4, 4), (1000, 4)])
def test_word_map_of_a_number_shows_the_first_words(n_words, n_shown):
    wv = random_words(4)
    display = WordMapDisplay.from_estimator(wv, n_words)
    assert display.words == wv.words[:n_shown]
    assert_array_equal(display.positions, WordMapDisplay.from_estimator(wv, wv.words[:n_shown]).positions)


def test_word_map_shows_the_fifty_most_frequent_words_of_a_vectorizer():
    documents = [" ".join(f"word{number}" for number in range(length)) for length in range(70, 0, -1)]
    display = WordMapDisplay.from_estimator(small().fit(documents[::-1]))
    assert display.words == [f"word{number}" for number in range(50)]


@pytest.mark.parametrize("container", [tuple, iter, np.array, dict.fromkeys])
def test_word_map_takes_words_in_any_container(container):
    assert WordMapDisplay.from_estimator(random_words(4), container(["word2", "word0"])).words == ["word2", "word0"]


def test_word_map_names_an_unknown_word():
    with pytest.raises(KeyError, match="unknown word 'wort0'"):
        WordMapDisplay.from_estimator(random_words(4), ["word0", "wort0"])


def test_word_map_needs_a_projection_to_the_plane():
    from sklearn.decomposition import PCA

    with pytest.raises(ValueError, match=r"projection=PCA\(n_components=3\): expected positions of shape \(4, 2\)"):
        WordMapDisplay.from_estimator(random_words(4), random_words(4).words, projection=PCA(3))


def test_neighbors_are_those_of_most_similar_the_nearest_at_the_top():
    wv = random_words(30)
    display = NeighborsDisplay.from_estimator(wv, "word3", topn=5)
    expected = wv.most_similar("word3", topn=5)
    assert [bar.get_width() for bar in display.ax_.patches] == [similarity for _, similarity in expected]
    assert [label.get_text() for label in display.ax_.get_yticklabels()] == [word for word, _ in expected]
    assert display.ax_.yaxis_inverted()
    assert "word3" in display.ax_.get_title()


def test_words_of_mathematics_and_axes_of_parts_of_a_figure():
    wv = WordVectors(["$a_$", "$x{$", "c"], np.eye(3))
    parts = Figure(figsize=(8, 4)).subfigures(1, 2)
    WordMapDisplay.from_estimator(wv, wv.words, ax=parts[0].subplots())
    display = NeighborsDisplay.from_estimator(wv, "$a_$", ax=parts[1].subplots())
    display.plot(display.ax_)
    assert display.ax_.yaxis_inverted()
    display.figure_.canvas.figure.draw_without_rendering()
