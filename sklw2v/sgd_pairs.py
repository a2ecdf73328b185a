"""Stratified SGD for losses of pairs.

The words are dealt into S strata, word r to stratum r mod S, which cuts the co-occurrence matrix into S x S tiles. In
sub-epoch s the tiles (p, (p + s) mod S) are worked on side by side: no two of them share a row of the centre vectors or
a row of the context vectors, so threads cannot touch each other's numbers and every number of threads gives the same
bits (Gemulla et al. 2011). S depends on the vocabulary alone.

Inside a tile each centre word meets its cells and its share of the noise in turn. Over an epoch the noise of a row is
unbiased: K times the row's weight, spread over the strata by their noise mass.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numba import njit

MAX_STRATA = 16
MIN_STRATUM = 512  # words; below it noise words would repeat, and be the true word itself, too often

# A visit moves a pair by at most MAX_STEP, and a cell is visited at most MAX_VISITS times an epoch.
MAX_STEP = 0.05
MAX_VISITS = 4
NOISE_VISITS = 2.0  # of a row, for each of its cells, in expectation over an epoch

TABLE_RANGE = 16.0
TABLE_SIZE = 1024
NOISE_TABLE_SIZE = 1 << 16


def n_strata(n_words):
    """Number of strata for a vocabulary: 1 below 1024 words, rising to 16 at 8192."""
    return int(np.clip(n_words // MIN_STRATUM, 1, MAX_STRATA))


def tabulate(function):
    """Table of a pointwise loss for the kernel: (TABLE_SIZE, 4) float32.

    Row i holds, for the scores from ``-TABLE_RANGE + i * h`` to the next grid point, the gradient there, its rise to the
    next point, the value, and its rise. The kernel interpolates linearly, and beyond the ends extends the last piece.
    """
    scores = np.linspace(-TABLE_RANGE, TABLE_RANGE, TABLE_SIZE + 1)
    values, gradients = function(scores)
    columns = [gradients[:-1], np.diff(gradients), values[:-1], np.diff(values)]
    return np.ascontiguousarray(np.stack(columns, axis=1), dtype=np.float32)


class PairSolver:
    """State of the stratified SGD; see `sgd.train` for the parameters."""

    def __init__(self, cooccurrence, centers, contexts, loss, noise, n_negatives, rng, n_jobs):
        n_words = len(centers)
        self.n_strata = n_strata(n_words)
        self.n_jobs = n_jobs
        self.n_negatives = n_negatives
        self.rng = rng
        self.positive = tabulate(loss.positive)
        self.negative = tabulate(loss.negative)
        self.exclude_true = bool(loss.exclude_true)

        # Words are renumbered so that a stratum's vectors lie side by side.
        words = np.arange(n_words)
        sizes = [len(range(stratum, n_words, self.n_strata)) for stratum in range(self.n_strata)]
        self.starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        self.places = self.starts[words % self.n_strata] + words // self.n_strata
        self.centers = np.empty_like(centers)
        self.centers[self.places] = centers
        self.contexts = np.empty_like(contexts)
        self.contexts[self.places] = contexts

        self.tile_starts = np.empty((n_words, self.n_strata + 1), dtype=np.int64)
        self.columns = np.empty(cooccurrence.nnz, dtype=np.int32)
        self.weights = np.empty(cooccurrence.nnz, dtype=np.float32)
        indptr = cooccurrence.indptr.astype(np.int64)
        cuts = np.unique(np.searchsorted(indptr, np.linspace(0, indptr[-1], 4 * n_jobs + 1)).clip(0, n_words))
        cuts = np.unique(np.concatenate([[0], cuts, [n_words]]))

        def sort_rows(low, high):
            _sort_rows_into_tiles(
                indptr,
                cooccurrence.indices,
                cooccurrence.data,
                self.starts,
                low,
                high,
                self.tile_starts,
                self.columns,
                self.weights,
            )

        with ThreadPoolExecutor(n_jobs) as pool:
            list(pool.map(sort_rows, cuts[:-1], cuts[1:]))

        placed_noise = np.empty(n_words)
        placed_noise[self.places] = noise
        self.noise_mass = np.empty(self.n_strata)
        self.noise_words = np.zeros((self.n_strata, NOISE_TABLE_SIZE), dtype=np.int32)
        quantiles = (np.arange(NOISE_TABLE_SIZE) + 0.5) / NOISE_TABLE_SIZE
        for stratum in range(self.n_strata):
            low, high = self.starts[stratum], self.starts[stratum + 1]
            cumulated = np.cumsum(placed_noise[low:high])
            self.noise_mass[stratum] = cumulated[-1]
            if cumulated[-1] > 0:
                drawn = np.searchsorted(cumulated, quantiles * cumulated[-1])
                self.noise_words[stratum] = low + drawn
        self.noise_probabilities = placed_noise.astype(np.float32)

    def run_epoch(self, rate):
        """Visit every cell once or more; return the loss, a sum over the cells, noise included."""
        value = 0.0
        strata = range(self.n_strata)
        row_weights = _row_weights(
            self.tile_starts, self.weights, MAX_VISITS * MAX_STEP / rate(0.5), self.columns, self.noise_probabilities
        )
        with ThreadPoolExecutor(self.n_jobs) as pool:
            for done, shift in enumerate(self.rng.permutation(self.n_strata)):
                step = rate(done / self.n_strata)
                seeds = self.rng.randint(1, 2**31 - 1, size=(self.n_strata, 2))
                tasks = [
                    pool.submit(self._run_tile, p, (p + shift) % self.n_strata, step, seeds[p], row_weights)
                    for p in strata
                ]
                value += sum(task.result() for task in tasks)
        return value

    def _run_tile(self, center_stratum, context_stratum, step, seed, row_weights):
        return _run_tile(
            self.centers[self.starts[center_stratum] : self.starts[center_stratum + 1]],
            self.contexts,
            center_stratum,
            context_stratum,
            self.n_strata,
            self.tile_starts,
            self.columns,
            self.weights,
            row_weights,
            self.noise_words[context_stratum],
            self.noise_mass[context_stratum],
            self.noise_probabilities,
            self.positive,
            self.negative,
            np.float32(step),
            np.float32(self.n_negatives),
            self.exclude_true,
            np.float32(MAX_STEP),
            MAX_VISITS,
            np.float32(NOISE_VISITS),
            np.uint64((int(seed[0]) << 31) | int(seed[1])),
        )

    def is_finite(self):
        return bool(np.isfinite(self.centers).all() and np.isfinite(self.contexts).all())

    def vectors(self):
        """Centre and context vectors in the order of the vocabulary, each (V, d)."""
        return self.centers[self.places], self.contexts[self.places]


@njit(nogil=True, cache=True)
def _sort_rows_into_tiles(indptr, indices, data, starts, low, high, tile_starts, columns, weights):
    """Order the cells of each row by the stratum of the context word; columns become places."""
    n_strata = len(starts) - 1
    free = np.empty(n_strata + 1, dtype=np.int64)
    for row in range(low, high):
        free[:] = 0
        for cell in range(indptr[row], indptr[row + 1]):
            free[indices[cell] % n_strata + 1] += 1
        free[0] = indptr[row]
        for stratum in range(n_strata):
            free[stratum + 1] += free[stratum]
        tile_starts[row] = free
        for cell in range(indptr[row], indptr[row + 1]):
            word = indices[cell]
            stratum = word % n_strata
            columns[free[stratum]] = starts[stratum] + word // n_strata
            weights[free[stratum]] = data[cell]
            free[stratum] += 1


@njit(nogil=True, cache=True)
def _row_weights(tile_starts, weights, most, columns, noise_probabilities):
    """For each row its weight, and its weight with no cell above `most`: (V, 2) float32."""
    result = np.empty((len(tile_starts), 2), dtype=np.float32)
    for row in range(len(tile_starts)):
        total = 0.0
        capped = 0.0
        for cell in range(tile_starts[row, 0], tile_starts[row, -1]):
            total += weights[cell]
            capped += min(weights[cell], most)
        result[row, 0] = total
        result[row, 1] = capped
    return result


@njit(nogil=True, cache=True, fastmath=True)
def _run_tile(
    centers,
    contexts,
    center_stratum,
    context_stratum,
    n_strata,
    tile_starts,
    columns,
    weights,
    row_weights,
    noise_words,
    noise_mass,
    noise_probabilities,
    positive,
    negative,
    rate,
    n_negatives,
    exclude_true,
    max_step,
    max_visits,
    noise_visits,
    seed,
):
    n_components = centers.shape[1]
    n_segments = len(positive)
    per_score = np.float32(n_segments / (2 * TABLE_RANGE))
    state = seed
    place = np.empty(4, dtype=np.int64)
    step = np.empty(4, dtype=np.float32)
    share = np.empty(4, dtype=np.float32)
    gradient = np.empty(4, dtype=np.float32)
    is_true = np.empty(4, dtype=np.bool_)
    scores = np.empty(4, dtype=np.float32)
    total = 0.0
    inverse_cap = rate / max_step
    for i in range(len(centers)):
        row = center_stratum + i * n_strata
        first = tile_starts[row, context_stratum]
        last = tile_starts[row, context_stratum + 1]
        n_row = tile_starts[row, n_strata] - tile_starts[row, 0]
        if n_row == 0:
            continue
        v = centers[i]
        n_true = 0
        most_visits = 1
        for cell in range(first, last):
            visits = min(int(weights[cell] * inverse_cap) + 1, max_visits)
            n_true += visits
            most_visits = max(most_visits, visits)
        # Noise: in expectation `expected` visits of this tile, whose steps sum to K * row weight * noise mass.
        noise_weight = n_negatives * row_weights[row, 1] * noise_mass
        expected = max(noise_visits * n_row * noise_mass, noise_weight * inverse_cap / 2)
        state ^= state << np.uint64(13)
        state ^= state >> np.uint64(7)
        state ^= state << np.uint64(17)
        n_noise = int(expected + np.float64(state >> np.uint64(11)) * 2.0**-53)
        noise_step = rate * noise_weight / expected if expected > 0 else 0.0
        noise_share = n_negatives * row_weights[row, 0] * noise_mass / expected if expected > 0 else 0.0
        n_visits = n_true + n_noise
        visit_pass = 0
        cell = first
        done_true = 0
        filled = 0
        for visit in range(n_visits):
            if done_true * n_visits <= visit * n_true and done_true < n_true:
                while True:
                    if cell == last:
                        cell = first
                        visit_pass += 1
                    visits = min(int(weights[cell] * inverse_cap) + 1, max_visits)
                    cell += 1
                    if visits > visit_pass:
                        break
                weight = weights[cell - 1]
                place[filled] = columns[cell - 1]
                step[filled] = min(rate * weight / visits, max_step)
                share[filled] = weight / visits
                is_true[filled] = True
                done_true += 1
            else:
                state ^= state << np.uint64(13)
                state ^= state >> np.uint64(7)
                state ^= state << np.uint64(17)
                place[filled] = noise_words[int((state >> np.uint64(13)) & np.uint64(len(noise_words) - 1))]
                step[filled] = noise_step
                share[filled] = noise_share
                is_true[filled] = False
            filled += 1
            if filled < 4 and visit + 1 < n_visits:
                continue
            if (
                filled == 4
                and place[0] != place[1]
                and place[0] != place[2]
                and place[0] != place[3]
                and place[1] != place[2]
                and place[1] != place[3]
                and place[2] != place[3]
            ):
                a, b, c, d = contexts[place[0]], contexts[place[1]], contexts[place[2]], contexts[place[3]]
                score_a = score_b = score_c = score_d = np.float32(0)
                for j in range(n_components):
                    score_a += v[j] * a[j]
                    score_b += v[j] * b[j]
                    score_c += v[j] * c[j]
                    score_d += v[j] * d[j]
                scores[0] = score_a
                scores[1] = score_b
                scores[2] = score_c
                scores[3] = score_d
                for k in range(4):
                    table = positive if is_true[k] else negative
                    point = (scores[k] + np.float32(TABLE_RANGE)) * per_score
                    segment = min(max(int(point), 0), n_segments - 1)
                    point -= segment
                    gradient[k] = step[k] * (table[segment, 0] + point * table[segment, 1])
                    total += share[k] * (table[segment, 2] + point * table[segment, 3])
                step_a, step_b, step_c, step_d = gradient[0], gradient[1], gradient[2], gradient[3]
                for j in range(n_components):
                    x = v[j]
                    y_a, y_b, y_c, y_d = a[j], b[j], c[j], d[j]
                    a[j] = y_a - step_a * x
                    b[j] = y_b - step_b * x
                    c[j] = y_c - step_c * x
                    d[j] = y_d - step_d * x
                    v[j] = x - (step_a * y_a + step_b * y_b + step_c * y_c + step_d * y_d)
            else:
                for k in range(filled):
                    u = contexts[place[k]]
                    score = np.float32(0)
                    for j in range(n_components):
                        score += v[j] * u[j]
                    table = positive if is_true[k] else negative
                    point = (score + np.float32(TABLE_RANGE)) * per_score
                    segment = min(max(int(point), 0), n_segments - 1)
                    point -= segment
                    change = step[k] * (table[segment, 0] + point * table[segment, 1])
                    total += share[k] * (table[segment, 2] + point * table[segment, 3])
                    for j in range(n_components):
                        x = v[j]
                        y = u[j]
                        u[j] = y - change * x
                        v[j] = x - change * y
            filled = 0
    return total
