"""Slow, readable forms of what the package does fast: the tests compare the two."""

import numpy as np
from scipy.sparse import csr_array
from scipy.special import log_softmax, softmax

from sklw2v import sgd_pairs, sgd_rows


def window_counts(documents, n_words, window, weight, document_weights=None):
    """Co-occurrence counts (n_words, n_words) by loops over documents, positions and distances."""
    if document_weights is None:
        document_weights = [1] * len(documents)
    counts = np.zeros((n_words, n_words), dtype=np.asarray([weight(1), *document_weights]).dtype)
    for document, document_weight in zip(documents, document_weights, strict=True):
        for i, center in enumerate(document):
            for j, context in enumerate(document):
                if 1 <= abs(i - j) <= window:
                    counts[center, context] += weight(abs(i - j)) * document_weight
    return counts


def windowed_product(documents, n_words, units):
    """Co-occurrence counts as a sparse product: ``T' (B T)`` and its transpose, B the band of the forward windows."""
    ids = [word for document in documents for word in document]
    tokens = np.arange(len(ids))
    indicator = csr_array((np.ones(len(ids), dtype=np.int64), (tokens, ids)), shape=(len(ids), n_words))
    document_of = np.repeat(np.arange(len(documents)), [len(document) for document in documents])
    band = np.zeros((len(ids), len(ids)), dtype=np.int64)
    for distance, weight in enumerate(units, start=1):
        for token in range(len(ids) - distance):
            if document_of[token] == document_of[token + distance]:
                band[token, token + distance] = weight
    forward = indicator.T @ (csr_array(band) @ indicator)
    return forward + forward.T


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


def pair_epoch(cooccurrence, centers, contexts, loss, noise, n_negatives, rng, rate):
    """One epoch of the stratified SGD over pairs; returns centre vectors, context vectors and loss, in float64.

    Word w stands in stratum ``w % n_strata``. The same random numbers give the same visits as in the compiled solver;
    losses are exact here and come from a table there.
    """
    n_words = len(centers)
    n_strata = sgd_pairs.n_strata(n_words)
    weights = cooccurrence.toarray()  # (V, V) float32
    centers, contexts = centers.astype(np.float64), contexts.astype(np.float64)
    left = 1.0 - noise if loss.exclude_true else np.ones(n_words)
    most = sgd_pairs.MAX_VISITS * sgd_pairs.MAX_STEP / rate(0.5)
    tile = _Tile(weights, centers, contexts, loss, noise, left, n_negatives, most)
    value = 0.0
    for done, shift in enumerate(rng.permutation(n_strata)):
        seeds = rng.randint(1, 2**31 - 1, size=(n_strata, 2))
        for stratum in range(n_strata):
            rows = range(stratum, n_words, n_strata)
            columns = np.arange((stratum + shift) % n_strata, n_words, n_strata)
            high, low = (int(part) for part in seeds[stratum])
            value += tile.run(rows, columns, rate(done / n_strata), (high << 31) | low)
    return centers, contexts, value


class _Tile:
    def __init__(self, weights, centers, contexts, loss, noise, left, n_negatives, most):
        self.weights = weights
        self.centers, self.contexts = centers, contexts
        self.loss, self.noise, self.left = loss, noise, left
        self.n_negatives = n_negatives
        self.whole = (weights / left).sum(axis=1)
        self.capped = (np.minimum(weights, most) / left).sum(axis=1)

    def run(self, rows, columns, rate, state):
        cumulated = np.cumsum(self.noise[columns])
        visits_per_weight = np.float32(rate) / np.float32(sgd_pairs.MAX_STEP)
        value = 0.0
        for c in rows:
            n_cells = np.count_nonzero(self.weights[c])
            if n_cells == 0:
                continue
            true_visits = self._true_visits(c, columns, visits_per_weight)
            row_visits = max(
                sgd_pairs.NOISE_VISITS * n_cells, self.n_negatives * self.capped[c] * visits_per_weight / 2
            )
            state = _xorshift(state)
            n_noise = int(row_visits * cumulated[-1] + (state >> 11) * 2.0**-53)
            visits, state = self._mix(c, true_visits, n_noise, row_visits, columns, cumulated, rate, state)
            for batch in _batches(visits):
                value += self._step(c, batch)
        return value

    def _true_visits(self, c, columns, visits_per_weight):
        """(word, number of its visits) in passes: pass k has the cells that are visited more than k times."""
        counts = {
            o: min(int(self.weights[c, o] * visits_per_weight) + 1, sgd_pairs.MAX_VISITS)
            for o in columns
            if self.weights[c, o] > 0
        }
        return [(o, n) for k in range(sgd_pairs.MAX_VISITS) for o, n in counts.items() if n > k]

    def _mix(self, c, true_visits, n_noise, row_visits, columns, cumulated, rate, state):
        """Visits (word, step, share of the loss, whether it is a true pair), true ones and noise mixed evenly."""
        visits = []
        n_visits = len(true_visits) + n_noise
        n_done = 0
        for visit in range(n_visits):
            if n_done < len(true_visits) and n_done * n_visits <= visit * len(true_visits):
                o, n = true_visits[n_done]
                n_done += 1
                share = self.weights[c, o] / n
                visits.append((o, min(rate * share, sgd_pairs.MAX_STEP), share, True))
            else:
                state = _xorshift(state)
                entry = (state >> 13) % sgd_pairs.NOISE_TABLE_SIZE
                quantile = (entry + 0.5) / sgd_pairs.NOISE_TABLE_SIZE
                o = columns[np.searchsorted(cumulated, quantile * cumulated[-1])]
                share = self.n_negatives * self.whole[c] / row_visits
                step = rate * self.n_negatives * self.capped[c] / row_visits
                if self.loss.exclude_true:
                    # The true pairs with o would not have drawn o.
                    share *= max(0.0, 1 - self.weights[c, o] / self.left[o] / self.whole[c])
                    most = sgd_pairs.MAX_VISITS * sgd_pairs.MAX_STEP / rate
                    step *= max(0.0, 1 - min(self.weights[c, o], most) / self.left[o] / self.capped[c])
                visits.append((o, step, share, False))
        return visits, state

    def _step(self, c, batch):
        words = [visit[0] for visit in batch]
        v, u = self.centers[c].copy(), self.contexts[words]  # (d,), (n, d)
        value, gradients = 0.0, np.empty(len(batch))
        for k, (_, step, share, is_true) in enumerate(batch):
            pointwise = self.loss.positive if is_true else self.loss.negative
            values, slopes = pointwise(np.array([u[k] @ v]))
            value += share * values[0]
            gradients[k] = step * slopes[0]
        self.contexts[words] -= np.outer(gradients, v)
        self.centers[c] -= gradients @ u
        return value


def _batches(visits, size=4):
    """Consecutive visits of different words, up to `size` at a time."""
    batch = []
    for visit in visits:
        if len(batch) == size or visit[0] in [word for word, *_ in batch]:
            yield batch
            batch = []
        batch.append(visit)
    if batch:
        yield batch


def _xorshift(state):
    """Marsaglia (2003), 64 bits, shifts 13, 7, 17."""
    state ^= (state << 13) & (2**64 - 1)
    state ^= state >> 7
    return state ^ ((state << 17) & (2**64 - 1))
