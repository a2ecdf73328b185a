"""A slow, readable form of the stratified SGD."""

import numpy as np

from sklw2v.losses import cells_of
from sklw2v.training.pairs._kernels import MAX_STEP, MAX_UPDATES, NOISE_UPDATES
from sklw2v.training.pairs._strata import choose_n_strata
from sklw2v.utils import join_biases

N_POINTS = 2**31


def pair_epoch(problem, learning_rate, rng, rate):
    """One epoch of the stratified SGD over pairs; returns centre vectors, those of outputs and loss, in float64.

    Row or output w stands in stratum ``w % n_strata``. The same random numbers give the same updates as in the compiled
    solver; losses are exact here and come from a table there.
    """
    cells = cells_of(problem.loss, problem.cooccurrence, problem.noise, problem.n_negatives, problem.paths)
    n_rows, n_outputs = cells.weights.shape
    n_strata = choose_n_strata(min(n_rows, n_outputs), cells.weights.nnz / n_rows)
    noise = np.zeros(n_outputs) if cells.noise is None else cells.noise
    tile = _Tile(problem, cells, noise, MAX_UPDATES * MAX_STEP / rate(0.5), MAX_STEP / learning_rate)
    value = 0.0
    for done, shift in enumerate(rng.permutation(n_strata)):
        points, due_batches = rng.randint(0, N_POINTS, size=n_strata), rng.uniform(size=n_strata)
        for stratum in range(n_strata):
            rows = range(stratum, n_rows, n_strata)
            other = (stratum + shift) % n_strata
            columns = np.arange(other, n_outputs, n_strata)
            words = noise_words(noise, columns, points[stratum])
            value += tile.run(rows, columns, rate((done + 0.5) / n_strata), words, due_batches[stratum])
    return *tile.vectors(), value


def noise_words(noise, columns, point):
    """Yield noise words of a stratum for ever, drawn from the distribution itself at points of the golden section."""
    cumulated = np.cumsum(noise[columns]) / noise[columns].sum()
    while True:
        point = (point + 1327217885) % N_POINTS
        yield columns[np.searchsorted(cumulated, point / N_POINTS, side="right")]


class _Tile:
    def __init__(self, problem, cells, noise, limit, heavy_from):
        self.loss, self.noise, self.heavy_from = problem.loss, noise, heavy_from
        self.n_negatives = 0 if cells.noise is None else problem.n_negatives
        self.centers, self.contexts = problem.centers.astype(np.float64), problem.contexts.astype(np.float64)
        self.weights = cells.weights.toarray()  # (n, m) float32
        structure, shape = cells.weights, self.weights.shape
        self.columns = [structure.indices[a:b] for a, b in zip(structure.indptr, structure.indptr[1:], strict=False)]
        self.labels, self.cell_offsets = np.ones(shape), np.zeros(shape)
        for dense, part in ((self.labels, cells.labels), (self.cell_offsets, cells.cell_offsets)):
            if part is not None:
                dense[np.repeat(np.arange(shape[0]), np.diff(structure.indptr)), structure.indices] = part
        self.offsets = np.zeros(shape[1]) if cells.offsets is None else cells.offsets
        self.has_biases = cells.biases is not None
        self.biases = [np.zeros(size) for size in shape]
        if self.has_biases:
            known = problem.biases or [np.full(size, np.nan) for size in shape]
            self.biases = [np.where(np.isnan(k), b, k) for k, b in zip(known, cells.biases, strict=True)]
        # Where the true word is excluded, draws are renormalised without it.
        factors = 1 / (1 - noise) if self.loss.exclude_true else np.ones(len(noise))
        self.whole = (self.weights * factors).sum(axis=1)
        self.capped = (np.minimum(self.weights, limit) * factors).sum(axis=1)
        self.own_noise = self.n_negatives * noise * factors * self.loss.exclude_true

    def vectors(self):
        vectors = self.centers, self.contexts
        return join_biases(*vectors, *self.biases) if self.has_biases else vectors

    def run(self, rows, columns, rate, noise_words, due_batches):
        updates_per_weight = np.float32(rate) / np.float32(MAX_STEP)
        value = 0.0
        for first in range(0, len(rows), 4):
            group = list(rows[first : first + 4])
            by_cells = NOISE_UPDATES * np.array([len(self.columns[c]) for c in group])
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
        in_tile = self.columns[c][np.isin(self.columns[c], columns)]
        light = [o for o in in_tile if self.weights[c, o] < self.heavy_from]
        n_whole = len(light) // 4 * 4
        counts = {
            o: min(int(self.weights[c, o] * updates_per_weight) + 1, MAX_UPDATES)
            for o in in_tile
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
        scores = u @ v + self.biases[0][c] + self.biases[1][words] - self.offsets[words] - self.cell_offsets[c, words]
        labels = self.labels[c, words]
        true, false = np.array(self.loss.positive(scores)), np.array(self.loss.negative(scores))
        # The true pair would not have drawn its own word.
        values, slopes = labels * true + (1 - labels) * false - self.own_noise[words] * false
        gradients = np.minimum(rate * shares, MAX_STEP) * slopes
        self.contexts[words] -= np.outer(gradients, v)
        self.centers[c] -= gradients @ u
        if self.has_biases:
            self.biases[1][words] -= gradients
            self.biases[0][c] -= gradients.sum()
        return shares @ values

    def _update_noise(self, rows, words, n_times, row_updates, rate):
        v, u = self.centers[rows], self.contexts[words]  # (rows, d), (words, d)
        scores = v @ u.T + np.add.outer(self.biases[0][rows], self.biases[1][words] - self.offsets[words])
        values, slopes = (part.reshape(len(rows), len(words)) for part in self.loss.negative(scores.ravel()))
        per_update = self.n_negatives * np.outer(self.whole[rows], n_times) / row_updates
        gradients = rate * self.n_negatives * np.outer(self.capped[rows], n_times) / row_updates * slopes
        self.contexts[words] -= gradients.T @ v
        self.centers[rows] -= gradients @ u
        if self.has_biases:
            self.biases[1][words] -= gradients.sum(axis=0)
            self.biases[0][rows] -= gradients.sum(axis=1)
        return np.sum(per_update * values)
