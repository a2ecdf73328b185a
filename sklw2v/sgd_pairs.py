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
MAX_STEP = 0.025
MAX_VISITS = 8
# Noise visits of a row for each of its cells, in expectation over an epoch; more where a step would exceed 2 MAX_STEP.
NOISE_VISITS = 2.0

TABLE_RANGE = 16.0
TABLE_SIZE = 1024
NOISE_TABLE_SIZE = 1 << 16


def n_strata(n_words):
    """Number of strata for a vocabulary: 1 below 1024 words, rising to 16 at 8192."""
    return int(np.clip(n_words // MIN_STRATUM, 1, MAX_STRATA))


def tabulate(function):
    """Table of a pointwise loss for the kernel: (TABLE_SIZE, 4) float32.

    Row i holds, for the scores from ``-TABLE_RANGE + i * h`` to the next grid point, the gradient there, its rise to
    the next point, the value, and its rise. The kernel interpolates linearly, and beyond the ends extends the last
    piece.
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
        self.buffer = np.empty_like(self.weights)
        self.indptr = indptr = cooccurrence.indptr.astype(np.int64)
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
        # Noise mass without each word, by place; empty where the true word may be its own noise.
        self.noise_without = np.maximum(1.0 - placed_noise, 1e-9) if loss.exclude_true else np.empty(0)

    def run_epoch(self, rate):
        """Visit every cell once or more; return the loss, a sum over the cells, noise included."""
        value = 0.0
        strata = range(self.n_strata)
        row_weights = self._row_weights(MAX_VISITS * MAX_STEP / rate(0.5))
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

    def _row_weights(self, most):
        """For each row the weight that its noise goes with, whole and with no cell above `most`: (V, 2) float32.

        Where the true word is excluded each cell is divided by the noise mass that is left without its context word, as
        draws are renormalised.
        """
        filled = np.flatnonzero(np.diff(self.indptr))
        result = np.zeros((len(self.centers), 2), dtype=np.float32)
        for kind, limit in enumerate((np.inf, most)):
            np.minimum(self.weights, np.float32(limit), out=self.buffer)
            if len(self.noise_without):
                self.buffer /= self.noise_without[self.columns]
            result[filled, kind] = np.add.reduceat(self.buffer, self.indptr[filled])
        return result

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
            float(self.noise_mass[context_stratum]),
            self.noise_without,
            self.positive,
            self.negative,
            np.float32(step),
            np.float32(self.n_negatives),
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


@njit(nogil=True, cache=True, error_model="numpy")
def _sort_rows_into_tiles(indptr, indices, data, starts, low, high, tile_starts, columns, weights):
    """Order the cells of each row by the stratum of the context word; columns become places."""
    n_strata = len(starts) - 1
    free = np.empty(n_strata + 1, dtype=np.int64)
    for row in range(low, high):
        for stratum in range(n_strata + 1):
            free[stratum] = 0
        for cell in range(indptr[row], indptr[row + 1]):
            free[indices[cell] % n_strata + 1] += 1
        free[0] = indptr[row]
        for stratum in range(n_strata):
            free[stratum + 1] += free[stratum]
        for stratum in range(n_strata + 1):  # a slice assignment would triple the time of compilation
            tile_starts[row, stratum] = free[stratum]
        for cell in range(indptr[row], indptr[row + 1]):
            word = indices[cell]
            stratum = word % n_strata
            columns[free[stratum]] = starts[stratum] + word // n_strata
            weights[free[stratum]] = data[cell]
            free[stratum] += 1


@njit(nogil=True, cache=True, error_model="numpy")
def _find(columns, first, last, column):
    """Where `column` stands in ``columns[first:last]``, which rises; -1 if it does not."""
    while first < last:
        middle = (first + last) // 2
        if columns[middle] < column:
            first = middle + 1
        elif columns[middle] > column:
            last = middle
        else:
            return middle
    return -1


@njit(nogil=True, cache=True, error_model="numpy")
def _next_random(state):
    """Next state of a 64-bit xorshift generator (Marsaglia 2003); never 0."""
    state ^= state << np.uint64(13)
    state ^= state >> np.uint64(7)
    state ^= state << np.uint64(17)
    return state


@njit(nogil=True, cache=True, fastmath=True, error_model="numpy")
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
    noise_without,
    positive,
    negative,
    rate,
    n_negatives,
    max_step,
    max_visits,
    noise_visits,
    seed,
):
    """Work through one tile; return its loss. `centers` are those of the stratum, `contexts` all.

    The visits of a row, true and noise, are mixed evenly and worked off four at a time: four scores in one loop over
    the components, then four steps in another. Four visits are of four different words; an unfilled place is a zero
    vector.
    """
    n_components = centers.shape[1]
    n_segments = len(positive)
    per_score = np.float32(n_segments / (2 * TABLE_RANGE))
    visits_per_weight = rate / max_step
    nothing = np.zeros((4, n_components), dtype=np.float32)
    place = np.zeros(4, dtype=np.int64)
    step = np.zeros(4, dtype=np.float32)
    share = np.zeros(4, dtype=np.float32)
    is_true = np.zeros(4, dtype=np.bool_)
    score = np.zeros(4, dtype=np.float32)
    total = 0.0
    state = seed
    for i in range(len(centers)):
        row = center_stratum + i * n_strata
        first = tile_starts[row, context_stratum]
        last = tile_starts[row, context_stratum + 1]
        n_cells = tile_starts[row, n_strata] - tile_starts[row, 0]
        if n_cells == 0:
            continue
        n_true = 0
        for cell in range(first, last):
            n_true += int(min(weights[cell] * visits_per_weight, max_visits - 1)) + 1
        # The noise visits of the row in all tiles have the same weight; how many fall on this tile is random where the
        # expectation is not whole.
        row_visits = max(noise_visits * n_cells, n_negatives * row_weights[row, 1] * visits_per_weight / 2)
        noise_expected = row_visits * noise_mass
        state = _next_random(state)
        n_noise = int(noise_expected + np.float64(state >> np.uint64(11)) * 2.0**-53)
        noise_share = n_negatives * row_weights[row, 0] / row_visits
        noise_step = rate * n_negatives * row_weights[row, 1] / row_visits
        n_visits = n_true + n_noise
        if n_visits == 0:
            continue
        v = centers[i]
        visit = 0
        true_visit = 0
        visit_pass = 0
        cell = first
        filled = 0
        waiting = False
        next_place = 0
        next_step = np.float32(0)
        next_share = np.float32(0)
        next_true = False
        while True:
            if not waiting:
                next_true = true_visit * n_visits <= visit * n_true and true_visit < n_true
                if next_true:
                    # Pass k goes over the cells that are visited more than k times.
                    visits = 0
                    while visits <= visit_pass:
                        if cell == last:
                            cell = first
                            visit_pass += 1
                        visits = int(min(weights[cell] * visits_per_weight, max_visits - 1)) + 1
                        cell += 1
                    next_place = columns[cell - 1]
                    next_share = weights[cell - 1] / visits
                    next_step = min(rate * next_share, max_step)
                    true_visit += 1
                else:
                    state = _next_random(state)
                    next_place = noise_words[int((state >> np.uint64(13)) & np.uint64(len(noise_words) - 1))]
                    next_share = noise_share
                    next_step = noise_step
                    if len(noise_without):
                        match = _find(columns, first, last, next_place)
                        if match >= 0:
                            left = noise_without[next_place]
                            most = max_visits / visits_per_weight
                            next_share *= max(0.0, 1 - weights[match] / (left * row_weights[row, 0]))
                            next_step *= max(0.0, 1 - min(weights[match], most) / (left * row_weights[row, 1]))
                visit += 1
                waiting = True
            clash = False
            for k in range(filled):
                clash |= place[k] == next_place
            if not clash:
                place[filled] = next_place
                step[filled] = next_step
                share[filled] = next_share
                is_true[filled] = next_true
                filled += 1
                waiting = False
                if filled < 4 and visit < n_visits:
                    continue
            for k in range(filled, 4):
                step[k] = 0
                share[k] = 0
            a = contexts[place[0]]
            b = contexts[place[1]] if filled > 1 else nothing[1]
            c = contexts[place[2]] if filled > 2 else nothing[2]
            d = contexts[place[3]] if filled > 3 else nothing[3]
            score_a = score_b = score_c = score_d = np.float32(0)
            for j in range(n_components):
                score_a += v[j] * a[j]
                score_b += v[j] * b[j]
                score_c += v[j] * c[j]
                score_d += v[j] * d[j]
            score[0], score[1], score[2], score[3] = score_a, score_b, score_c, score_d
            for k in range(4):
                table = positive if is_true[k] else negative
                point = (score[k] + np.float32(TABLE_RANGE)) * per_score
                segment = min(max(int(point), 0), n_segments - 1)
                point -= segment
                step[k] *= table[segment, 0] + point * table[segment, 1]
                total += share[k] * (table[segment, 2] + point * table[segment, 3])
            step_a, step_b, step_c, step_d = step[0], step[1], step[2], step[3]
            for j in range(n_components):
                x = v[j]
                y_a, y_b, y_c, y_d = a[j], b[j], c[j], d[j]
                a[j] = y_a - step_a * x
                b[j] = y_b - step_b * x
                c[j] = y_c - step_c * x
                d[j] = y_d - step_d * x
                v[j] = x - (step_a * y_a + step_b * y_b + step_c * y_c + step_d * y_d)
            filled = 0
            if not waiting and visit == n_visits:
                break
    return total
