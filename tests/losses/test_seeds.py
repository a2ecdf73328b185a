"""The formulas and numbers of published word2vec derivations, reproduced.

The numbers are those by which Stanford's CS224n (assignment 2) tests an implementation; formulas are checked by finite
differences. `docs/derivations.md` goes through the same formulas one by one.
"""

from itertools import product

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from scipy.special import expit, softmax

from sklw2v.losses import NaiveSoftmax, NegativeSampling

# Rows to unit length of numpy.random.randn(10, 3) under numpy.random.seed(9265).
VECTORS = np.array(
    [
        [-0.9673571403949328, -0.021826408701617506, 0.25247528752360726],
        [0.7366302928338292, -0.48088686664411984, -0.47552458734406944],
        [-0.2732364450393794, 0.1253806234717907, 0.9537408161340624],
        [-0.5671377366706175, -0.2717822946659313, -0.777489017253781],
        [-0.5960945928820293, 0.7795665962055106, 0.19221643638711614],
        [-0.6831809040518332, -0.04200518936997692, 0.7290400650203748],
        [0.18289106803498664, 0.7609858689117064, -0.6224559137398544],
        [-0.615178735138841, 0.5147623987134095, -0.5971388420658905],
        [-0.3386707358650964, -0.8096653430991654, -0.4793163515390485],
        [-0.5262952865514944, -0.781904076158553, 0.33412465793520896],
    ]
)
CENTERS, CONTEXTS = VECTORS[:5], VECTORS[5:]

# Windows over the words a to e: centre word, context words, noise drawn for each (negative sampling only), then the
# expected loss, the gradient of the centre vector and that of the context vectors.
SOFTMAX_WINDOWS = {
    "A1": (
        "c",
        "abedbc",
        11.16610900153398,
        [-1.26947339, -1.36873189, 2.45158957],
        [
            [-0.41045956, 0.18834851, 1.43272264],
            [0.38202831, -0.17530219, -1.33348241],
            [0.07009355, -0.03216399, -0.24466386],
            [0.09472154, -0.04346509, -0.33062865],
            [-0.13638384, 0.06258276, 0.47605228],
        ],
    ),
    "A2": (
        "b",
        "abedbc",
        9.87714910003414,
        [-0.14586705, -1.34158321, -0.29291951],
        [
            [-0.30342672, 0.19808298, 0.19587419],
            [-0.41359958, 0.27000601, 0.26699522],
            [-0.08192272, 0.05348078, 0.05288442],
            [0.6981188, -0.4557458, -0.45066387],
            [0.10083022, -0.06582396, -0.06508997],
        ],
    ),
    "A3": (
        "a",
        "abedbc",
        10.810758628593335,
        [-1.1790274, -1.35861865, 1.53590492],
        [
            [-7.96035953e-01, -1.79609012e-02, 2.07761330e-01],
            [1.40175316e00, 3.16276545e-02, -3.65850437e-01],
            [-1.99691259e-01, -4.50561933e-03, 5.21184016e-02],
            [2.02560028e-02, 4.57034715e-04, -5.28671357e-03],
            [-4.26281954e-01, -9.61816867e-03, 1.11257419e-01],
        ],
    ),
}
SAMPLING_WINDOWS = {
    "B1": (
        "c",
        "ab",
        [[3, 2, 2, 4, 1, 3, 1, 3, 1, 1], [2, 4, 0, 0, 0, 0, 4, 4, 2, 4]],
        16.15119285363322,
        [-4.546507888115816, -1.8594225226988284, 0.7639744089078406],
        [
            [-0.6914818801833957, 0.31730184911586384, 2.4136402911148256],
            [-0.2271649479056142, 0.10423969172647467, 0.7929267370658671],
            [-0.4552843751047128, 0.20891736751796214, 1.589185115561265],
            [-0.3160261073210313, 0.14501561226052145, 1.1030995424954817],
            [-0.8062029569967901, 0.3699441682404065, 2.814077990456201],
        ],
    ),
    "B2": (
        "c",
        "abca",
        [
            [2, 2, 2, 4, 3, 1, 4, 4, 1, 1],
            [4, 3, 2, 0, 0, 4, 2, 0, 2, 0],
            [3, 1, 1, 3, 1, 3, 3, 0, 1, 3],
            [1, 3, 1, 4, 2, 1, 3, 1, 2, 4],
        ],
        28.653567707668795,
        [-6.429948646297872, -2.1639648158334133, -1.892409343414979],
        [
            [-0.8041327652331265, 0.368994214679135, 2.8068519178803184],
            [-0.9277268980286053, 0.4257081330040461, 3.2382613115457684],
            [-0.7511533989462245, 0.34468345344362417, 2.621925693878784],
            [-0.948078321963094, 0.4350467836815644, 3.3092986274864447],
            [-1.128684139795506, 0.5179218355365691, 3.939709186638682],
        ],
    ),
    "B3": (
        "a",
        "abedbc",
        [
            [2, 2, 2, 2, 2, 4, 3, 3, 4, 2],
            [3, 0, 4, 2, 2, 3, 4, 4, 4, 4],
            [2, 1, 3, 3, 0, 2, 0, 0, 3, 2],
            [2, 4, 2, 0, 4, 2, 4, 2, 1, 1],
            [3, 4, 0, 2, 2, 3, 3, 4, 0, 4],
            [4, 4, 0, 1, 4, 3, 3, 1, 0, 0],
        ],
        60.648705494891914,
        [-17.894253153068263, -7.369406260924725, -1.2336412145958744],
        [
            [-6.478081895696246, -0.14616448998380288, 1.6907463861275196],
            [-0.8633795238090193, -0.019480369311762273, 0.22533765908492082],
            [-9.595257344780242, -0.21649709260311958, 2.504313304595405],
            [-6.022615152460606, -0.13588783702993546, 1.5718718855383047],
            [-9.69010071906057, -0.21863703674912324, 2.5290669423070775],
        ],
    ),
}


def indices(words):
    return [ord(word) - ord("a") for word in words]


def window_sums(loss, center_word, outside_words, centers, contexts, negatives=None):
    """Loss of one window and its gradients (V, d), (V, d): sums over the context words of the window."""
    total, to_centers, to_contexts = 0.0, np.zeros_like(centers), np.zeros_like(contexts)
    for position, outside in enumerate(outside_words):
        drawn = () if negatives is None else (negatives[position],)
        value, to_center, to_context = loss.loss_and_gradients(centers[center_word], outside, contexts, *drawn)
        total += value
        to_centers[center_word] += to_center
        to_contexts += to_context
    return total, to_centers, to_contexts


def differences(function, point, step=1e-5):
    """Central differences of a scalar function with respect to each entry of `point`."""
    point = np.asarray(point, dtype=float)
    derivative = np.empty_like(point)
    for index in np.ndindex(point.shape):
        shift = np.zeros_like(point)
        shift[index] = step
        derivative[index] = (function(point + shift) - function(point - shift)) / (2 * step)
    return derivative


# The published numbers


def test_fixture_is_ten_random_rows_of_unit_length():
    rows = np.random.RandomState(9265).randn(10, 3)
    assert_allclose(rows / np.linalg.norm(rows, axis=1, keepdims=True), VECTORS, rtol=1e-12)


@pytest.mark.parametrize("window", SOFTMAX_WINDOWS.values(), ids=SOFTMAX_WINDOWS)
def test_naive_softmax_window_has_the_published_numbers(window):
    center, outside, loss, to_center, to_contexts = window
    sums = window_sums(NaiveSoftmax(), *indices(center), indices(outside), CENTERS, CONTEXTS)
    expected_centers = np.zeros((5, 3))
    expected_centers[indices(center)] = to_center
    assert_allclose(sums[0], loss, rtol=1e-12)
    assert_allclose(sums[1], expected_centers, rtol=1e-6, atol=1e-8)
    assert_allclose(sums[2], to_contexts, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("exclude_true", [False, True])
@pytest.mark.parametrize("window", SAMPLING_WINDOWS.values(), ids=SAMPLING_WINDOWS)
def test_negative_sampling_window_has_the_published_numbers(window, exclude_true):
    center, outside, negatives, loss, to_center, to_contexts = window
    sampling = NegativeSampling(exclude_true=exclude_true)
    sums = window_sums(sampling, *indices(center), indices(outside), CENTERS, CONTEXTS, negatives)
    expected_centers = np.zeros((5, 3))
    expected_centers[indices(center)] = to_center
    assert_allclose(sums[0], loss, rtol=1e-12)
    assert_allclose(sums[1], expected_centers, rtol=1e-12, atol=1e-12)
    # The published gradients of row d have slips in one digit (B2: 5e-8, B3: 1e-8), shown by the test after this one.
    assert_allclose(sums[2], to_contexts, rtol=1e-6)


@pytest.mark.parametrize(("name", "n_slips"), [("B1", 0), ("B2", 1), ("B3", 1)])
def test_published_gradients_of_context_vectors_are_multiples_of_the_center_vector_but_for_slips(name, n_slips):
    center, *_, to_contexts = SAMPLING_WINDOWS[name]
    published, vector = np.array(to_contexts), CENTERS[indices(center)[0]]
    multiples = np.outer(published[:, 0] / vector[0], vector)
    slips = np.argwhere(np.abs(published - multiples) > 1e-12)
    assert slips.tolist() == [[3, 1]] * n_slips
    assert_allclose(published, multiples, rtol=1e-6)


@pytest.mark.parametrize("window", SOFTMAX_WINDOWS.values(), ids=SOFTMAX_WINDOWS)
def test_naive_softmax_window_is_one_row_with_the_counts_of_the_window(window):
    # 2m y_hat - counts: the gradient of a window's loss with respect to its scores.
    center, outside, loss, to_center, to_contexts = window
    vector = CENTERS[indices(center)[0]]
    scores = vector @ CONTEXTS.T  # (V,)
    counts = np.bincount(indices(outside), minlength=5)
    value, gradients = NaiveSoftmax().rows(scores[np.newaxis].copy(), csr_array(counts[np.newaxis].astype(float)))
    assert_allclose(gradients[0], len(outside) * softmax(scores) - counts, rtol=1e-12)
    assert_allclose(value, loss, rtol=1e-12)
    assert_allclose(gradients[0] @ CONTEXTS, to_center, rtol=1e-6, atol=1e-8)
    assert_allclose(np.outer(gradients[0], vector), to_contexts, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("n_outside", [1, 4, 7])
@pytest.mark.parametrize("n_negatives", [1, 5, 10])
def test_untrained_window_costs_log_two_for_every_score(n_outside, n_negatives):
    rng = np.random.default_rng(0)
    outside = rng.integers(5, size=n_outside)
    negatives = rng.integers(5, size=(n_outside, n_negatives))
    sums = window_sums(NegativeSampling(), 0, outside, CENTERS, np.zeros((5, 3)), negatives)
    assert_allclose(sums[0], n_outside * (n_negatives + 1) * np.log(2))
    sums = window_sums(NaiveSoftmax(), 0, outside, CENTERS, np.zeros((5, 3)))
    assert_allclose(sums[0], n_outside * np.log(5))


@pytest.mark.parametrize("start", [0.5, 0.0, -1.5])
@pytest.mark.parametrize("anneal_every", [None, 500])
def test_gradient_descent_with_annealing_finds_the_minimum_of_a_parabola(start, anneal_every):
    x, step = start, 0.01
    for iteration in range(1, 1001):
        x -= step * 2 * x
        if anneal_every and iteration % anneal_every == 0:
            step *= 0.5
    # Each step shrinks x by 1 - 2 step.
    shrinkage = 0.98**1000 if anneal_every is None else 0.98**500 * 0.99**500
    assert_allclose(x, start * shrinkage, rtol=1e-9)
    assert abs(x) <= (1e-6 if anneal_every is None else 1e-3)


# The network with one hidden layer, equations 1.1 to 1.25


def network(x, weights1, biases1, weights2, biases2):
    """Hidden layer and output, equations 1.1 and 1.2."""
    hidden = expit(x @ weights1 + biases1)  # (H,)
    return hidden, softmax(hidden @ weights2 + biases2)  # (D_y,)


@pytest.fixture
def layers():
    """x (D_x,), W1 (D_x, H), b1 (H,), W2 (H, D_y), b2 (D_y,)."""
    rng = np.random.default_rng(7)
    return [rng.standard_normal(shape) for shape in [(4,), (4, 3), (3,), (3, 5), (5,)]]


@pytest.mark.parametrize("label", [0, 3])
def test_two_layer_network_backpropagates_its_errors(layers, label):
    x, weights1, _, weights2, _ = layers
    hidden, output = network(*layers)
    output_error = output - np.eye(5)[label]  # 1.11
    hidden_error = hidden * (1 - hidden) * (weights2 @ output_error)  # 1.16
    gradients = [
        weights1 @ hidden_error,  # 1.17
        np.outer(x, hidden_error),  # 1.24
        hidden_error,  # 1.25
        np.outer(hidden, output_error),  # 1.19
        output_error,  # 1.20
    ]
    for position, gradient in enumerate(gradients):

        def cost(value, position=position):
            return -np.log(network(*layers[:position], value, *layers[position + 1 :])[1][label])  # 1.4

        assert_allclose(gradient, differences(cost, layers[position]), rtol=1e-6, atol=1e-9)


def test_input_gradient_is_the_double_sum_over_both_layers(layers):
    _, weights1, _, weights2, _ = layers
    hidden, output = network(*layers)
    output_error = output - np.eye(5)[2]
    double_sum = [
        sum(
            weights1[i, j] * hidden[j] * (1 - hidden[j]) * weights2[j, k] * output_error[k]
            for j in range(3)
            for k in range(5)
        )
        for i in range(4)
    ]  # 1.15
    assert_allclose(double_sum, weights1 @ (hidden * (1 - hidden) * (weights2 @ output_error)), rtol=1e-12)


def test_derivatives_of_sigmoid_and_softmax():
    z = np.array([-2.0, 0.3, 1.5])
    assert_allclose(expit(z) * (1 - expit(z)), [differences(expit, point) for point in z], rtol=1e-8)  # 1.13
    y = softmax(z)
    jacobian = np.array([differences(lambda point, i=i: softmax(point)[i], z) for i in range(3)])
    assert_allclose(np.diag(y) - np.outer(y, y), jacobian, atol=1e-9)  # 1.8
    chain = (-np.eye(3)[1] / y[1]) @ (np.diag(y) - np.outer(y, y))  # 1.7 and 1.9
    assert_allclose(chain, y - np.eye(3)[1], rtol=1e-12)  # 1.10


# Skip-gram, one centre word and one context word


@pytest.fixture
def pair():
    """A centre vector (d,) and context vectors (V, d)."""
    rng = np.random.default_rng(11)
    return rng.standard_normal(3), rng.standard_normal((6, 3))


def test_gradients_of_the_log_probability(pair):
    center, contexts = pair
    y_hat = softmax(contexts @ center)
    by_center = differences(lambda v: np.log(softmax(contexts @ v)[2]), center)
    assert_allclose(contexts[2] - y_hat @ contexts, by_center, rtol=1e-6)  # 2.14
    by_contexts = differences(lambda u: np.log(softmax(u @ center)[2]), contexts)
    assert_allclose((np.eye(6)[2] - y_hat)[:, np.newaxis] * center, by_contexts, rtol=1e-6, atol=1e-9)  # 2.18


def test_naive_softmax_has_the_gradients_of_the_derivations(pair):
    center, contexts = pair
    outside = 4
    loss, to_center, to_contexts = NaiveSoftmax().loss_and_gradients(center, outside, contexts)
    y, y_hat = np.eye(6)[outside], softmax(contexts @ center)
    assert_allclose(loss, -np.sum(y * np.log(y_hat)))
    assert_allclose(loss, -np.log(y_hat[outside]))
    assert_allclose(to_center, contexts.T @ (y_hat - y))
    assert_allclose(to_center, -contexts[outside] + y_hat @ contexts)
    assert_allclose(to_contexts[outside], (y_hat[outside] - 1) * center)
    for word in {0, 1, 2, 3, 5}:
        assert_allclose(to_contexts[word], y_hat[word] * center)
    assert_allclose(to_contexts, np.outer(y_hat - y, center))
    assert_allclose(
        to_center, differences(lambda v: NaiveSoftmax().loss_and_gradients(v, outside, contexts)[0], center), rtol=1e-6
    )


def test_negative_sampling_has_the_gradients_of_the_derivations(pair):
    center, contexts = pair
    outside, negatives = 4, [1, 0, 1, 1]
    loss, to_center, to_contexts = NegativeSampling(exclude_true=True).loss_and_gradients(
        center, outside, contexts, negatives
    )
    scores = contexts @ center
    y_hat = expit(scores)
    assert_allclose(loss, -np.log(expit(scores[4])) - sum(np.log(expit(-scores[k])) for k in negatives))
    assert_allclose(to_center, (y_hat[4] - 1) * contexts[4] + sum(y_hat[k] * contexts[k] for k in negatives))
    assert_allclose(to_contexts[4], (y_hat[4] - 1) * center)
    assert_allclose(to_contexts[0], y_hat[0] * center)
    assert_allclose(to_contexts[1], 3 * (1 - expit(-scores[1])) * center)  # n_k = 3
    assert_array_equal(to_contexts[[2, 3, 5]], np.zeros((3, 3)))


@pytest.mark.parametrize("loss", [NaiveSoftmax(), NegativeSampling()], ids=["softmax", "sampling"])
def test_window_gradients_are_derivatives_of_the_window_sum(loss):
    outside = [0, 1, 1, 3]
    negatives = [[2, 3], [0, 0], [4, 2], [3, 1]] if loss.form == "pairs" else None
    sums = window_sums(loss, 2, outside, CENTERS, CONTEXTS, negatives)
    by_centers = differences(lambda v: window_sums(loss, 2, outside, v, CONTEXTS, negatives)[0], CENTERS)
    by_contexts = differences(lambda u: window_sums(loss, 2, outside, CENTERS, u, negatives)[0], CONTEXTS)
    assert_allclose(sums[1], by_centers, rtol=1e-6, atol=1e-9)
    assert_allclose(sums[2], by_contexts, rtol=1e-6, atol=1e-9)
    assert_array_equal(sums[1][[0, 1, 3, 4]], np.zeros((4, 3)))


# What the scores mean


@pytest.mark.parametrize("n_negatives", [1, 3])
def test_sigmoid_of_the_log_ratio_is_the_posterior_of_a_true_pair(n_negatives):
    p, noise = np.array([0.6, 0.3, 0.1]), np.array([0.2, 0.3, 0.5])
    prior = 1 / (1 + n_negatives)
    mixture = prior * p + (1 - prior) * noise
    assert_allclose(mixture.sum(), 1.0)
    assert_allclose(expit(np.log(p / (n_negatives * noise))), prior * p / mixture)


@pytest.mark.parametrize("n_negatives", [1, 5, 10])
def test_log_reference_turns_optimal_scores_into_probabilities(n_negatives):
    p, noise = np.array([0.6, 0.3, 0.08, 0.02]), np.array([0.2, 0.3, 0.1, 0.4])
    loss = NegativeSampling()
    scores = np.log(p / (n_negatives * noise))
    expected_gradients = p * loss.positive(scores)[1] + n_negatives * noise * loss.negative(scores)[1]
    assert_allclose(expected_gradients, 0.0, atol=1e-15)
    assert_allclose(softmax(loss.log_reference(noise) + scores), p, rtol=1e-12)

    softmax_scores = np.log(p)[np.newaxis]
    _, gradients = NaiveSoftmax().rows(softmax_scores.copy(), csr_array(p[np.newaxis]))
    assert_allclose(gradients, 0.0, atol=1e-15)
    assert_allclose(softmax(NaiveSoftmax().log_reference(noise) + softmax_scores[0]), p, rtol=1e-12)


def test_excluding_the_true_word_lowers_the_noise_of_probable_words():
    p, noise, n_negatives = np.array([0.6, 0.3, 0.1]), np.array([0.2, 0.3, 0.5]), 5
    excluded = noise * np.array([sum(p[q] / (1 - noise[q]) for q in range(3) if q != o) for o in range(3)])
    assert_allclose(excluded.sum(), 1.0)
    scores = np.log(p / (n_negatives * excluded))
    loss = NegativeSampling(exclude_true=True)
    gradients = p * loss.positive(scores)[1]
    for true, word in product(range(3), repeat=2):
        if word != true:
            gradients[word] += p[true] * n_negatives * noise[word] / (1 - noise[true]) * expit(scores[word])
    assert_allclose(gradients, 0.0, atol=1e-15)


# The sum over the windows of a corpus is the sum over the cells of its co-occurrence

CORPUS = [[0, 1, 2, 1, 3], [3, 3, 0, 2], [1], [2, 0, 1, 3, 0, 2]]
N_WORDS = 4


@pytest.fixture
def vectors():
    """Centre and context vectors (V, d)."""
    rng = np.random.default_rng(2)
    return rng.standard_normal((N_WORDS, 3)), rng.standard_normal((N_WORDS, 3))


def windows(corpus, window):
    """Centre word and its context words, at each position of each document."""
    for document in corpus:
        for position, center in enumerate(document):
            yield (
                center,
                document[max(0, position - window) : position] + document[position + 1 : position + 1 + window],
            )


def cooccurrence(corpus, window):
    """X (V, V): how often each word stands in the windows of each."""
    counts = np.zeros((N_WORDS, N_WORDS))
    for center, outside_words in windows(corpus, window):
        np.add.at(counts[center], outside_words, 1.0)
    return counts


def gathered_sampling_loss(loss, counts, centers, contexts, noise, n_negatives):
    """Expected loss of negative sampling over all cells, and its gradients."""
    scores = centers @ contexts.T  # (V, V)
    values, gradients = loss.positive(scores)
    noise_values, noise_gradients = loss.negative(scores)
    if loss.exclude_true:
        # Noise o beside the cells of row c whose own word is not o.
        shares = counts / (1 - noise)  # (V, V)
        weights = n_negatives * noise * (shares.sum(axis=1, keepdims=True) - shares)
    else:
        weights = n_negatives * noise * counts.sum(axis=1, keepdims=True)  # K n_c P_n(o)
    to_scores = counts * gradients + weights * noise_gradients
    total = np.sum(counts * values) + np.sum(weights * noise_values)
    return total, to_scores @ contexts, to_scores.T @ centers


def assert_sums_equal(actual, expected):
    for got, wanted in zip(actual, expected, strict=True):
        assert_allclose(got, wanted, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("window", [1, 2, 5])
def test_naive_softmax_over_windows_is_naive_softmax_over_rows(vectors, window):
    centers, contexts = vectors
    sums = [0.0, np.zeros_like(centers), np.zeros_like(contexts)]
    for center, outside_words in windows(CORPUS, window):
        for part, term in enumerate(window_sums(NaiveSoftmax(), center, outside_words, centers, contexts)):
            sums[part] = sums[part] + term
    counts = cooccurrence(CORPUS, window)
    value, gradients = NaiveSoftmax().rows(centers @ contexts.T, csr_array(counts))
    assert_sums_equal((value, gradients @ contexts, gradients.T @ centers), sums)


@pytest.mark.parametrize("exclude_true", [False, True])
@pytest.mark.parametrize("window", [1, 3])
def test_expected_negative_sampling_over_windows_is_the_sum_over_cells(vectors, window, exclude_true):
    centers, contexts = vectors
    loss = NegativeSampling(exclude_true=exclude_true)
    frequencies = np.bincount(np.concatenate(CORPUS), minlength=N_WORDS) ** 0.75
    noise, n_negatives = frequencies / frequencies.sum(), 2
    sums = [0.0, np.zeros_like(centers), np.zeros_like(contexts)]
    for center, outside_words in windows(CORPUS, window):
        for outside in outside_words:
            allowed = [word for word in range(N_WORDS) if not (exclude_true and word == outside)]
            for drawn in product(allowed, repeat=n_negatives):  # every possible draw, with its probability
                probability = np.prod(noise[list(drawn)] / noise[allowed].sum())
                terms = window_sums(loss, center, [outside], centers, contexts, [list(drawn)])
                for part, term in enumerate(terms):
                    sums[part] = sums[part] + probability * term
    counts = cooccurrence(CORPUS, window)
    assert_sums_equal(gathered_sampling_loss(loss, counts, centers, contexts, noise, n_negatives), sums)


def test_linear_weights_are_the_expectation_over_random_windows(vectors):
    # word2vec draws the window of each position from 1..w; distance k is then inside with probability (w + 1 - k) / w.
    centers, contexts = vectors
    largest = 4
    mean = np.mean([cooccurrence(CORPUS, window) for window in range(1, largest + 1)], axis=0)
    linear = np.zeros((N_WORDS, N_WORDS))
    for document in CORPUS:
        for (i, center), (j, outside) in product(enumerate(document), repeat=2):
            if 0 < abs(i - j) <= largest:
                linear[center, outside] += (largest + 1 - abs(i - j)) / largest
    assert_allclose(mean, linear, rtol=1e-12)
    values = [
        sum(window_sums(NaiveSoftmax(), c, words, centers, contexts)[0] for c, words in windows(CORPUS, window))
        for window in range(1, largest + 1)
    ]
    assert_allclose(NaiveSoftmax().rows(centers @ contexts.T, csr_array(linear))[0], np.mean(values), rtol=1e-12)


# NumPy, all at once


def test_outer_product_is_the_loop_over_words(pair):
    center, contexts = pair
    error = softmax(contexts @ center) - np.eye(6)[1]
    assert_array_equal(np.outer(error, center), [e * center for e in error])
    assert_array_equal(np.dot(error.reshape(-1, 1), center.reshape(1, -1)), np.outer(error, center))


def test_add_at_sums_repeated_indices_and_fancy_indexing_does_not():
    words, steps = [0, 2, 2], np.ones((3, 2))
    once, summed = np.zeros((4, 2)), np.zeros((4, 2))
    once[words] += steps
    np.add.at(summed, words, steps)
    assert_array_equal(once[:, 0], [1.0, 0.0, 1.0, 0.0])
    assert_array_equal(summed[:, 0], [1.0, 0.0, 2.0, 0.0])
    incidence = csr_array((np.ones(3), (words, range(3))), shape=(4, 3))
    assert_array_equal(incidence @ steps, summed)
