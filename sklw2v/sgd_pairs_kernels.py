"""Compiled kernels of the stratified SGD."""

from functools import cache

import numpy as np
from numba import njit

GROUP = 4  # centre words that share their noise, and noise words at a time
VECTOR = 16  # float32 numbers in the widest registers


@njit(nogil=True, cache=True, error_model="numpy")
def lay_tiles(
    indptr, indices, data, starts, stratum, first, heavy_from, columns, weights, tile_starts, heavy_ends, free
):
    """Copy the cells of a centre stratum, from `first` on; see `PairSolver._lay_tiles`. `free` is zeros, (S + 1,)."""
    n_strata = len(starts) - 1
    n_words = len(indptr) - 1
    for row in range(stratum, n_words, n_strata):
        for cell in range(indptr[row], indptr[row + 1]):
            free[indices[cell] % n_strata + 1] += 1
    free[0] = first
    for context_stratum in range(n_strata):
        free[context_stratum + 1] += free[context_stratum]
    i = 0
    for row in range(stratum, n_words, n_strata):
        for context_stratum in range(n_strata):
            tile_starts[context_stratum, i] = free[context_stratum]
        for heavy in range(1, -1, -1):
            for cell in range(indptr[row], indptr[row + 1]):
                if int(data[cell] >= heavy_from) == heavy:
                    context_stratum = indices[cell] % n_strata
                    columns[free[context_stratum]] = starts[context_stratum] + indices[cell] // n_strata
                    weights[free[context_stratum]] = data[cell]
                    free[context_stratum] += 1
            if heavy:
                for context_stratum in range(n_strata):
                    heavy_ends[context_stratum, i] = free[context_stratum]
        i += 1
    for context_stratum in range(n_strata):
        tile_starts[context_stratum, i] = free[context_stratum]


@njit(nogil=True, cache=True, error_model="numpy")
def _next_random(state):
    """Next state of a 64-bit xorshift generator (Marsaglia 2003); never 0."""
    state ^= state << np.uint64(13)
    state ^= state >> np.uint64(7)
    state ^= state << np.uint64(17)
    return state


@cache
def tile_kernel(width):
    """Kernel that works through one tile and returns its loss, for vectors of `width` numbers.

    The width is a constant of the compiled code, so loops over the components become straight runs of the widest
    instructions. A kernel is compiled when first used and kept on disk.
    """

    @njit(nogil=True, cache=True, fastmath=True, error_model="numpy")
    def run_tile(
        centers,  # of the tile's centre stratum, by place; a multiple of four
        flat_centers,  # the same, as one row
        contexts,  # all, by place
        tile_starts,
        heavy_ends,
        columns,
        weights,
        row_weights,
        row_cells,
        noise_words,
        noise_mass,
        own_noise,
        positive,
        negative,
        table_range,
        rate,
        n_negatives,
        max_step,
        max_visits,
        noise_visits,
        seed,
        integers,
        floats,
        spare,
        block,
    ):
        n_rows = len(heavy_ends)
        n_segments = len(positive)
        per_score = n_segments / (2 * table_range)
        visits_per_weight = rate / max_step
        n_true = integers[0]
        n_done = integers[1]
        next_cell = integers[2]
        visit_pass = integers[3]
        place = integers[4]
        true_share = floats[0]
        true_step = floats[1]
        noise_share = floats[2]
        noise_step = floats[3]
        n_times = floats[4]
        score = floats[5]
        step = floats[6]
        total = 0.0
        state = seed
        for group in range(0, n_rows, 4):
            # What the four rows have to do: visits of true pairs, and noise visits with their weights.
            row_visits = 0.0
            for r in range(4):
                n_true[r] = 0
                n_done[r] = 0
                visit_pass[r] = 0
                noise_step[r] = 0
                noise_share[r] = 0
                i = group + r
                if i < n_rows:
                    next_cell[r] = tile_starts[i]
                    n_visits = tile_starts[i + 1] - tile_starts[i]
                    for cell in range(tile_starts[i], heavy_ends[i]):
                        n_visits += int(min(weights[cell] * visits_per_weight, max_visits - 1))
                    n_true[r] = n_visits
                    noise_share[r] = n_negatives * row_weights[i, 0]
                    noise_step[r] = rate * n_negatives * row_weights[i, 1]
                    row_visits = max(row_visits, noise_visits * row_cells[i])
                    row_visits = max(row_visits, n_negatives * row_weights[i, 1] * visits_per_weight / 2)
            if row_visits == 0:
                continue
            for r in range(4):
                noise_step[r] /= row_visits
                noise_share[r] /= row_visits
            # Noise visits have the same weight in all tiles; where their number here is not whole, it is random.
            state = _next_random(state)
            n_batches = int(row_visits * noise_mass / 4 + np.float64(state >> np.uint64(11)) * 2.0**-53)
            n_rounds = max(n_batches, 1)
            for round_ in range(n_rounds):
                for r in range(4):
                    n_due = n_true[r] * (round_ + 1) // n_rounds
                    while n_done[r] < n_true[r] and (n_done[r] + 4 <= n_due or round_ == n_rounds - 1):
                        # Up to four true pairs. Pass k goes over the cells that are visited more than k times; the four
                        # are of one pass, hence of different words. An unfilled place is a zero vector.
                        i = group + r
                        cell = next_cell[r]
                        end = tile_starts[i + 1] if visit_pass[r] == 0 else heavy_ends[i]
                        if cell == end:
                            cell = tile_starts[i]
                            end = heavy_ends[i]
                            visit_pass[r] += 1
                        n_filled = 0
                        while n_filled < 4 and cell < end:
                            n_visits = 1
                            if cell < heavy_ends[i]:
                                n_visits += int(min(weights[cell] * visits_per_weight, max_visits - 1))
                            if n_visits > visit_pass[r]:
                                place[n_filled] = columns[cell]
                                true_share[n_filled] = weights[cell] / n_visits
                                true_step[n_filled] = min(rate * true_share[n_filled], max_step)
                                n_filled += 1
                            cell += 1
                        next_cell[r] = cell
                        n_done[r] += n_filled
                        v = centers[i]
                        a = contexts[place[0]] if n_filled > 0 else spare[0]
                        b = contexts[place[1]] if n_filled > 1 else spare[1]
                        c = contexts[place[2]] if n_filled > 2 else spare[2]
                        d = contexts[place[3]] if n_filled > 3 else spare[3]
                        score_a = score_b = score_c = score_d = np.float32(0)
                        for j in range(width):
                            score_a += v[j] * a[j]
                            score_b += v[j] * b[j]
                            score_c += v[j] * c[j]
                            score_d += v[j] * d[j]
                        score[0] = score_a
                        score[1] = score_b
                        score[2] = score_c
                        score[3] = score_d
                        for k in range(4):
                            step[k] = 0
                        for k in range(n_filled):
                            point = (score[k] + table_range) * per_score
                            segment = min(max(int(point), 0), n_segments - 1)
                            point -= segment
                            slope = positive[segment, 0] + point * positive[segment, 1]
                            value = positive[segment, 2] + point * positive[segment, 3]
                            if len(own_noise):
                                slope -= own_noise[place[k]] * (negative[segment, 0] + point * negative[segment, 1])
                                value -= own_noise[place[k]] * (negative[segment, 2] + point * negative[segment, 3])
                            step[k] = true_step[k] * slope
                            total += true_share[k] * value
                        step_a = step[0]
                        step_b = step[1]
                        step_c = step[2]
                        step_d = step[3]
                        for j in range(width):
                            x = v[j]
                            y_a = a[j]
                            y_b = b[j]
                            y_c = c[j]
                            y_d = d[j]
                            a[j] = y_a - step_a * x
                            b[j] = y_b - step_b * x
                            c[j] = y_c - step_c * x
                            d[j] = y_d - step_d * x
                            v[j] = x - (step_a * y_a + step_b * y_b + step_c * y_c + step_d * y_d)
                if round_ >= n_batches:
                    continue
                # Four noise words for all four rows. A word drawn n times counts n times, at its first place.
                for k in range(4):
                    state = _next_random(state)
                    place[k] = noise_words[int((state >> np.uint64(13)) & np.uint64(len(noise_words) - 1))]
                    n_times[k] = 1
                    for earlier in range(k):
                        if place[earlier] == place[k]:
                            n_times[earlier] += 1
                            n_times[k] = 0
                            break
                    context = contexts[place[k]]
                    copy = block[k * width : (k + 1) * width]
                    for j in range(width):
                        copy[j] = context[j]
                for pair in range(0, 4, 2):
                    rows = flat_centers[(group + pair) * width : (group + pair + 2) * width]
                    s00 = s01 = s02 = s03 = s10 = s11 = s12 = s13 = np.float32(0)
                    for j in range(width):
                        x0 = rows[j]
                        x1 = rows[width + j]
                        y0 = block[j]
                        y1 = block[width + j]
                        y2 = block[2 * width + j]
                        y3 = block[3 * width + j]
                        s00 += x0 * y0
                        s01 += x0 * y1
                        s02 += x0 * y2
                        s03 += x0 * y3
                        s10 += x1 * y0
                        s11 += x1 * y1
                        s12 += x1 * y2
                        s13 += x1 * y3
                    score[0] = s00
                    score[1] = s01
                    score[2] = s02
                    score[3] = s03
                    score[4] = s10
                    score[5] = s11
                    score[6] = s12
                    score[7] = s13
                    for q in range(8):
                        r = pair + (q >> 2)
                        k = q & 3
                        point = (score[q] + table_range) * per_score
                        segment = min(max(int(point), 0), n_segments - 1)
                        point -= segment
                        step[q] = noise_step[r] * n_times[k] * (negative[segment, 0] + point * negative[segment, 1])
                        total += noise_share[r] * n_times[k] * (negative[segment, 2] + point * negative[segment, 3])
                    g00 = step[0]
                    g01 = step[1]
                    g02 = step[2]
                    g03 = step[3]
                    g10 = step[4]
                    g11 = step[5]
                    g12 = step[6]
                    g13 = step[7]
                    for j in range(width):
                        x0 = rows[j]
                        x1 = rows[width + j]
                        y0 = block[j]
                        y1 = block[width + j]
                        y2 = block[2 * width + j]
                        y3 = block[3 * width + j]
                        block[j] = y0 - (g00 * x0 + g10 * x1)
                        block[width + j] = y1 - (g01 * x0 + g11 * x1)
                        block[2 * width + j] = y2 - (g02 * x0 + g12 * x1)
                        block[3 * width + j] = y3 - (g03 * x0 + g13 * x1)
                        rows[j] = x0 - (g00 * y0 + g01 * y1 + g02 * y2 + g03 * y3)
                        rows[width + j] = x1 - (g10 * y0 + g11 * y1 + g12 * y2 + g13 * y3)
                for k in range(4):
                    if n_times[k] > 0:
                        context = contexts[place[k]]
                        copy = block[k * width : (k + 1) * width]
                        for j in range(width):
                            context[j] = copy[j]
        return total

    return run_tile
