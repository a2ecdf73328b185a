"""Parts of the compiled code that random examples seldom reach, run as plain Python."""

from itertools import product

import numpy as np
import pytest

from sklw2v.training.pairs._kernels import _next_noise, _times
from sklw2v.utils._compiled import not_compiled


@pytest.mark.kernels
def test_a_word_drawn_several_times_counts_as_often_at_its_first_place():
    for words in product(range(4), repeat=4):
        expected = [words.count(word) if words.index(word) == place else 0 for place, word in enumerate(words)]
        assert list(not_compiled(_times)(*words)) == expected


@pytest.mark.kernels
def test_points_of_noise_go_round_the_circle_in_steps_of_the_golden_section():
    ends, guide = np.array([2**31], dtype=np.uint32), np.zeros(1, dtype=np.uint16)
    point = np.uint64(5)
    for n_steps in range(1, 6):
        _, point = not_compiled(_next_noise)(ends, guide, point, np.uint64(0), np.uint64(1))
        assert int(point) == (5 + n_steps * 1327217885) % 2**31
