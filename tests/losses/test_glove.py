"""GloVe in numbers."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array

from sklw2v.losses import GloVe, cells_of


def cells(counts, **parameters):
    counts = csr_array(np.asarray(counts, dtype=np.float32))
    return cells_of(GloVe(**parameters), counts, np.full(counts.shape[1], 1 / counts.shape[1]), 5)


def test_weights_rise_to_1_and_targets_are_logarithms():
    got = cells([[1, 16, 81], [0, 256, 1e9]], x_max=81, exponent=0.5)
    assert_allclose(got.weights.toarray(), [[1 / 9, 4 / 9, 1], [0, 1, 1]], rtol=1e-6)
    assert_allclose(np.exp(got.cell_offsets), [1, 16, 81, 256, 1e9])
    assert got.noise is None
    assert got.offsets is None
    assert got.labels is None


def test_with_exponent_0_all_cells_weigh_the_same_but_those_of_nothing():
    counts = csr_array((np.array([2.0, 0.0, 5.0], np.float32), [0, 1, 1], [0, 2, 3]), shape=(2, 2))
    got = cells_of(GloVe(exponent=0), counts, np.array([0.5, 0.5]), 5)
    assert_array_equal(got.weights.data, [1, 0, 1])
    assert_allclose(np.exp(got.cell_offsets), [2, 1, 5])


def test_biases_start_where_rows_and_columns_are_independent():
    counts = np.outer([1.0, 3.0], [2.0, 5.0, 1.0])
    got = cells(counts)
    assert_allclose(np.add.outer(*got.biases), np.log(counts), atol=1e-12)


def test_empty_rows_and_columns_begin_as_the_rarest():
    rows, columns = cells([[4.0, 0.0, 1.0], [0.0, 0.0, 0.0], [3.0, 0.0, 0.0]]).biases
    assert_allclose(rows - rows[0], np.log([1, 3 / 5, 3 / 5]))
    assert_allclose(columns - columns[0], np.log([1, 1 / 7, 1 / 7]))
    for part in cells(np.zeros((2, 3))).biases:
        assert_array_equal(part, np.zeros(len(part)))


def test_values_by_hand():
    for function in (GloVe().positive, GloVe().negative):
        values, gradients = function(np.array([-3.0, 0.0, 2.0]))
        assert_array_equal(values, [4.5, 0.0, 2.0])
        assert_array_equal(gradients, [-3.0, 0.0, 2.0])


def test_one_pair_by_hand():
    contexts = np.array([[1.0, 0.0], [2.0 + np.log(4.0), 0.0]])
    loss, to_center, to_contexts = GloVe(x_max=16.0, exponent=0.5).loss_and_gradients([1.0, 3.0], 1, contexts, 4.0)
    assert_allclose(loss, 0.5 * 2**2 / 2)  # weight 1/2, error 2
    assert_allclose(to_center, 0.5 * 2 * contexts[1])
    assert_allclose(to_contexts, [[0, 0], [1, 3]])


@pytest.mark.parametrize("count", [0, -1.0, np.nan, np.inf])
def test_a_pair_that_was_not_seen_has_no_loss(count):
    with pytest.raises(ValueError, match="count must be a finite number above 0, the co-occurrence of the pair; got"):
        GloVe().loss_and_gradients([1.0], 0, [[1.0]], count)


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"x_max": 0}, ValueError, "x_max == 0, must be > 0"),
        ({"x_max": np.inf}, ValueError, "x_max=inf: expected a finite number"),
        ({"x_max": "ten"}, TypeError, "x_max must be an instance of"),
        ({"exponent": -0.5}, ValueError, "exponent == -0.5, must be >= 0"),
        ({"exponent": np.nan}, ValueError, "exponent=nan: expected a finite number"),
    ],
)
def test_wrong_parameters_are_named(parameters, error, message):
    with pytest.raises(error, match=message):
        cells([[1.0]], **parameters)
