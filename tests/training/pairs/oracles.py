"""A slow, readable form of the stratified SGD."""

import numpy as np

from sklw2v.training.pairs._kernels import MAX_STEP, MAX_UPDATES, NOISE_UPDATES
from sklw2v.training.pairs._strata import choose_n_strata

N_POINTS = 2**31


def pair_epoch(cooccurrence, centers, contexts, loss, noise, n_negatives, learning_rate, rng, rate):
    """One epoch of the stratified SGD over pairs; returns centre vectors, context vectors and loss, in float64.

    Word w stands in stratum ``w % n_strata``. The same random numbers give the same updates as in the compiled solver;
    losses are exact here and come from a table there.
    """
    n_words = len(centers)
    n_strata = choose_n_strata(n_words)
    weights = cooccurrence.toarray()  # (V, V) float32
    centers, contexts = centers.astype(np.float64), contexts.astype(np.float64)
    limit = MAX_UPDATES * MAX_STEP / rate(0.5)
    tile = _Tile(weights, centers, contexts, loss, noise, n_negatives, limit, MAX_STEP / learning_rate)
    value = 0.0
    for done, shift in enumerate(rng.permutation(n_strata)):
        points, due_batches = rng.randint(0, N_POINTS, size=n_strata), rng.uniform(size=n_strata)
        for stratum in range(n_strata):
            rows = range(stratum, n_words, n_strata)
            other = (stratum + shift) % n_strata
            columns = np.arange(other, n_words, n_strata)
            words = noise_words(noise, columns, points[stratum])
            value += tile.run(rows, columns, rate((done + 0.5) / n_strata), words, due_batches[stratum])
    return centers, contexts, value


def noise_words(noise, columns, point):
    """Yield noise words of a stratum for ever, drawn from the distribution itself at points of the golden section."""
    cumulated = np.cumsum(noise[columns]) / noise[columns].sum()
    while True:
        point = (point + 1327217885) % N_POINTS
        yield columns[np.searchsorted(cumulated, point / N_POINTS, side="right")]


class _Tile:
    def __init__(self, weights, centers, contexts, loss, noise, n_negatives, limit, heavy_from):
        self.weights = weights
        self.centers, self.contexts = centers, contexts
        self.loss, self.noise, self.n_negatives = loss, noise, n_negatives
        self.heavy_from = heavy_from
        # Where the true word is excluded, draws are renormalised without it.
        factors = 1 / (1 - noise) if loss.exclude_true else np.ones(len(weights))
        self.whole = (weights * factors).sum(axis=1)
        self.capped = (np.minimum(weights, limit) * factors).sum(axis=1)
        self.own_noise = n_negatives * noise * factors * loss.exclude_true

    def run(self, rows, columns, rate, noise_words, due_batches):
        updates_per_weight = np.float32(rate) / np.float32(MAX_STEP)
        n_cells = np.count_nonzero(self.weights, axis=1)
        value = 0.0
        for first in range(0, len(rows), 4):
            group = list(rows[first : first + 4])
            by_cells = NOISE_UPDATES * n_cells[group]
            by_weight = self.n_negatives * self.capped[group] * updates_per_weight / 2
            row_updates = np.maximum(by_cells, by_weight).max()
            if row_updates == 0:
                continue
            due_batches += row_updates * self.noise[columns].sum() / 4
            n_batches = int(due_batches)
            due_batches -= n_batches
            n_rounds = max(n_batches, 1)
            parts = [(c, quads) for c in group for quads in self._true_quads(c, columns, updates_per_weight)]
            n_done = [0] * len(parts)
            for round_ in range(n_rounds):
                for part, (c, quads) in enumerate(parts):
                    n_due = len(quads) * (round_ + 1) // n_rounds
                    for quad in quads[n_done[part] : n_due]:
                        value += self._update(c, quad, rate)
                    n_done[part] = n_due
                if round_ < n_batches:
                    words = [next(noise_words) for _ in range(4)]
                    value += self._update_noise(group, *np.unique(words, return_counts=True), row_updates, rate)
        return value

    def _true_quads(self, c, columns, updates_per_weight):
        """Updates of row c, at most four different (word, number of its updates) at a time, in two parts.

        The first part has the light cells. Those left over stand in the second, between the first updates of all heavy
        cells and the second, third and further ones.
        """
        light = [o for o in columns if 0 < self.weights[c, o] < self.heavy_from]
        n_whole = len(light) // 4 * 4
        counts = {
            o: min(int(self.weights[c, o] * updates_per_weight) + 1, MAX_UPDATES)
            for o in columns
            if self.weights[c, o] >= self.heavy_from
        }
        counts |= dict.fromkeys(light[n_whole:], 1)
        listed = [[]]
        for k in range(MAX_UPDATES):
            for o, n in counts.items():
                if n > k:
                    if len(listed[-1]) == 4 or (o, n) in listed[-1]:
                        listed.append([])
                    listed[-1].append((o, n))
        whole = [[(o, 1) for o in light[first : first + 4]] for first in range(0, n_whole, 4)]
        return whole, listed if counts else []

    def _update(self, c, batch, rate):
        words = [o for o, _ in batch]
        shares = np.array([self.weights[c, o] / n for o, n in batch])
        v, u = self.centers[c].copy(), self.contexts[words]  # (d,), (n, d)
        values, slopes = self.loss.positive(u @ v)
        # The true pair would not have drawn its own word.
        own_values, own_slopes = self.own_noise[words] * self.loss.negative(u @ v)
        gradients = np.minimum(rate * shares, MAX_STEP) * (slopes - own_slopes)
        self.contexts[words] -= np.outer(gradients, v)
        self.centers[c] -= gradients @ u
        return shares @ (values - own_values)

    def _update_noise(self, rows, words, n_times, row_updates, rate):
        v, u = self.centers[rows], self.contexts[words]  # (rows, d), (words, d)
        values, slopes = (part.reshape(len(rows), len(words)) for part in self.loss.negative((v @ u.T).ravel()))
        per_update = self.n_negatives * np.outer(self.whole[rows], n_times) / row_updates
        gradients = rate * self.n_negatives * np.outer(self.capped[rows], n_times) / row_updates * slopes
        self.contexts[words] -= gradients.T @ v
        self.centers[rows] -= gradients @ u
        return np.sum(per_update * values)
