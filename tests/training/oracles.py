"""Slow, readable forms of what the package does fast: the tests compare the two."""

import itertools

import numpy as np
from scipy.sparse import csr_array
from scipy.special import log_softmax, softmax

from sklw2v.training import _rows as sgd_rows
from sklw2v.training.pairs import _kernels as sgd_pairs_kernels
from sklw2v.training.pairs import _solver as sgd_pairs


def dense_ppmi(counts, smoothing=0.75):
    """Positive pointwise mutual information (V, V) of dense counts, with smoothed context distribution."""
    row_sums = counts.sum(axis=1)
    contexts = row_sums**smoothing / (row_sums**smoothing).sum()
    ppmi = np.zeros(counts.shape)
    for c, o in zip(*np.nonzero(counts), strict=True):
        ppmi[c, o] = max(0.0, np.log(counts[c, o] / (row_sums[c] * contexts[o])))
    return ppmi


def random_cooccurrence(n_words, seed, scale=1.0, density=0.5, empty=()):
    """Symmetric co-occurrence of log-normal weights, a share `density` of its cells; none for the words in `empty`."""
    rng = np.random.RandomState(seed)
    weights = np.exp(1.5 * rng.standard_normal((n_words, n_words))) * (rng.uniform(size=(n_words, n_words)) < density)
    weights += weights.T
    weights[list(empty)] = 0
    weights[:, list(empty)] = 0
    return csr_array((scale * weights).astype(np.float32))


def unigram_noise(cooccurrence, exponent=0.75):
    """Noise distribution (V,) from the row sums."""
    weights = cooccurrence.sum(axis=1, dtype=np.float64) ** exponent
    return weights / weights.sum()


def negative_sampling_objective(cooccurrence, centers, contexts, noise, n_negatives):
    """Exact objective of negative sampling, summed over all V x V pairs of words, in nats."""
    return _negative_sampling(cooccurrence.toarray(), centers @ contexts.T, noise, n_negatives)


def negative_sampling_optimum(cooccurrence, noise, n_negatives):
    """Least value of that objective, for free scores: those of Levy and Goldberg (2014), ``log(X / (K n P))``."""
    counts = cooccurrence.toarray().astype(np.float64)
    scores = np.log(counts / (n_negatives * counts.sum(axis=1, keepdims=True) * noise))
    return _negative_sampling(counts, scores, noise, n_negatives)


def _negative_sampling(counts, scores, noise, n_negatives):
    scores = scores.astype(np.float64)
    negatives = n_negatives * counts.sum(axis=1, keepdims=True, dtype=np.float64) * noise  # (V, V)
    return float((counts * np.logaddexp(0, -scores) + negatives * np.logaddexp(0, scores)).sum())


def softmax_objective(cooccurrence, centers, contexts):
    """Exact objective of the naive softmax, summed over all pairs of words, in nats."""
    scores = centers.astype(np.float64) @ contexts.T.astype(np.float64)
    return float(-(cooccurrence.toarray() * log_softmax(scores, axis=1)).sum())


def entropy_bound(cooccurrence):
    """Least value of that objective, for free scores: the entropies of the rows, weighted."""
    counts = cooccurrence.toarray().astype(np.float64)
    shares = counts / counts.sum(axis=1, keepdims=True)
    return float(-np.sum(counts * np.log(shares, out=np.zeros_like(shares), where=shares > 0)))


def row_epoch(cooccurrence, centers, contexts, rng, rate):
    """One epoch of the softmax by blocks of rows; returns centre vectors, context vectors and loss, in float64."""
    counts = cooccurrence.toarray().astype(np.float64)
    centers, contexts = centers.astype(np.float64), contexts.astype(np.float64)
    n_words = len(centers)
    row_weights, column_weights = counts.sum(axis=1), counts.sum(axis=0)
    order = rng.permutation(n_words)
    value = 0.0
    for first in range(0, n_words, sgd_rows.BLOCK_ROWS):
        step = rate(first / n_words)
        old_centers, old_contexts = centers.copy(), contexts.copy()
        context_gradient = np.zeros_like(contexts)
        for c in order[first : first + sgd_rows.BLOCK_ROWS]:
            scores = old_contexts @ old_centers[c]  # (V,)
            value -= counts[c] @ log_softmax(scores)
            gradient = row_weights[c] * softmax(scores) - counts[c]
            context_gradient += np.outer(gradient, old_centers[c])
            centers[c] -= _row_step(step, row_weights[c]) * (gradient @ old_contexts)
        for o in range(n_words):
            contexts[o] -= _row_step(step, column_weights[o]) * context_gradient[o]
    return centers, contexts, value


def _row_step(step, weight):
    return step if step * weight <= sgd_rows.MAX_STEP else sgd_rows.MAX_STEP / weight


def pair_epoch(cooccurrence, centers, contexts, loss, noise, n_negatives, learning_rate, rng, rate):
    """One epoch of the stratified SGD over pairs; returns centre vectors, context vectors and loss, in float64.

    Word w stands in stratum ``w % n_strata``. The same random numbers give the same visits as in the compiled solver;
    losses are exact here and come from a table there.
    """
    n_words = len(centers)
    n_strata = sgd_pairs.n_strata(n_words)
    weights = cooccurrence.toarray()  # (V, V) float32
    centers, contexts = centers.astype(np.float64), contexts.astype(np.float64)
    most = sgd_pairs.MAX_VISITS * sgd_pairs.MAX_STEP / rate(0.5)
    tile = _Tile(weights, centers, contexts, loss, noise, n_negatives, most, sgd_pairs.MAX_STEP / learning_rate)
    size = sgd_pairs.NOISE_TABLE_SIZE
    quantiles = (np.arange(size) + 0.5) / size
    noise_words = []
    for stratum in range(n_strata):
        cumulated = np.cumsum(noise[stratum::n_strata])
        words = np.searchsorted(cumulated, quantiles * cumulated[-1]) * n_strata + stratum
        rng.shuffle(words)
        noise_words.append(words)
    value = 0.0
    for done, shift in enumerate(rng.permutation(n_strata)):
        starts = 4 * rng.randint(0, size // 4, size=(n_strata, 2))
        for stratum in range(n_strata):
            rows = range(stratum, n_words, n_strata)
            other = (stratum + shift) % n_strata
            first_word, due_batches = starts[stratum, 0], starts[stratum, 1] / size
            columns = np.arange(other, n_words, n_strata)
            words = itertools.cycle(np.roll(noise_words[other], -first_word))
            value += tile.run(rows, columns, rate(done / n_strata), words, due_batches)
    return centers, contexts, value


class _Tile:
    def __init__(self, weights, centers, contexts, loss, noise, n_negatives, most, heavy_from):
        self.weights = weights
        self.centers, self.contexts = centers, contexts
        self.loss, self.noise, self.n_negatives = loss, noise, n_negatives
        self.heavy_from = heavy_from
        # Where the true word is excluded, draws are renormalised without it.
        factors = 1 / (1 - noise) if loss.exclude_true else np.ones(len(weights))
        self.whole = (weights * factors).sum(axis=1)
        self.capped = (np.minimum(weights, most) * factors).sum(axis=1)
        self.own_noise = n_negatives * noise * factors * loss.exclude_true

    def run(self, rows, columns, rate, noise_words, due_batches):
        visits_per_weight = np.float32(rate) / np.float32(sgd_pairs.MAX_STEP)
        n_cells = np.count_nonzero(self.weights, axis=1)
        value = 0.0
        for first in range(0, len(rows), 4):
            group = list(rows[first : first + 4])
            by_cells = sgd_pairs_kernels.NOISE_VISITS * n_cells[group]
            by_weight = self.n_negatives * self.capped[group] * visits_per_weight / 2
            row_visits = np.maximum(by_cells, by_weight).max()
            if row_visits == 0:
                continue
            due_batches += row_visits * self.noise[columns].sum() / 4
            n_batches = int(due_batches)
            due_batches -= n_batches
            n_rounds = max(n_batches, 1)
            parts = [(c, fours) for c in group for fours in self._true_fours(c, columns, visits_per_weight)]
            n_done = [0] * len(parts)
            for round_ in range(n_rounds):
                for part, (c, fours) in enumerate(parts):
                    n_due = len(fours) * (round_ + 1) // n_rounds
                    for four in fours[n_done[part] : n_due]:
                        value += self._visit(c, four, rate)
                    n_done[part] = n_due
                if round_ < n_batches:
                    words = [next(noise_words) for _ in range(4)]
                    value += self._visit_noise(group, *np.unique(words, return_counts=True), row_visits, rate)
        return value

    def _true_fours(self, c, columns, visits_per_weight):
        """Visits of row c, at most four different (word, number of its visits) at a time, in two parts.

        The first part has the light cells. Those left over stand in the second, between the first visits of all heavy
        cells and the second, third and further ones.
        """
        light = [o for o in columns if 0 < self.weights[c, o] < self.heavy_from]
        n_whole = len(light) // 4 * 4
        counts = {
            o: min(int(self.weights[c, o] * visits_per_weight) + 1, sgd_pairs.MAX_VISITS)
            for o in columns
            if self.weights[c, o] >= self.heavy_from
        }
        counts |= dict.fromkeys(light[n_whole:], 1)
        listed = [[]]
        for k in range(sgd_pairs.MAX_VISITS):
            for o, n in counts.items():
                if n > k:
                    if len(listed[-1]) == 4 or (o, n) in listed[-1]:
                        listed.append([])
                    listed[-1].append((o, n))
        whole = [[(o, 1) for o in light[first : first + 4]] for first in range(0, n_whole, 4)]
        return whole, listed if counts else []

    def _visit(self, c, batch, rate):
        words = [o for o, _ in batch]
        shares = np.array([self.weights[c, o] / n for o, n in batch])
        v, u = self.centers[c].copy(), self.contexts[words]  # (d,), (n, d)
        values, slopes = self.loss.positive(u @ v)
        # The true pair would not have drawn its own word.
        own_values, own_slopes = self.own_noise[words] * self.loss.negative(u @ v)
        gradients = np.minimum(rate * shares, sgd_pairs.MAX_STEP) * (slopes - own_slopes)
        self.contexts[words] -= np.outer(gradients, v)
        self.centers[c] -= gradients @ u
        return shares @ (values - own_values)

    def _visit_noise(self, rows, words, n_times, row_visits, rate):
        v, u = self.centers[rows], self.contexts[words]  # (rows, d), (words, d)
        values, slopes = (part.reshape(len(rows), len(words)) for part in self.loss.negative((v @ u.T).ravel()))
        per_visit = self.n_negatives * np.outer(self.whole[rows], n_times) / row_visits
        gradients = rate * self.n_negatives * np.outer(self.capped[rows], n_times) / row_visits * slopes
        self.contexts[words] -= gradients.T @ v
        self.centers[rows] -= gradients @ u
        return np.sum(per_visit * values)
