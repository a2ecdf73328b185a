"""Compiled kernels of the stratified SGD."""

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from sklw2v.training.pairs._cells import MAX_STEP, list_visits

# Noise visits of a row for each of its cells, in expectation over an epoch; more where a step would exceed 2 MAX_STEP.
NOISE_VISITS = 3.0
# A loss is tabulated from -TABLE_RANGE to TABLE_RANGE, in TABLE_SIZE pieces.
TABLE_RANGE = 16.0
TABLE_SIZE = 1024

GROUP = 4  # centre words that share their noise, and noise words at a time
VECTOR = 16  # float32 numbers in the widest registers
LINE = VECTOR  # and in a line of the cache
# Typed constants: each conversion written in a kernel adds a hundredth of a second to its compilation.
ZERO = np.float32(0)
LARGEST_STEP = np.float32(MAX_STEP)
LAST_PIECE = np.uint64(TABLE_SIZE - 1)
PIECES_PER_SCORE = np.float32(TABLE_SIZE / (2 * TABLE_RANGE))
MIDDLE = np.float32(TABLE_SIZE / 2)
VISITS_PER_CELL = np.float32(NOISE_VISITS)
BLOCK = np.uint64(VECTOR)
NONE, ONE, TWO, THREE, FOUR = map(np.uint64, range(5))


@intrinsic
def _prefetch(typing_context, array, index):
    """Ask for the cache line of an element before it is needed."""

    def generate(context, builder, signature, arguments):
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        line = builder.bitcast(builder.gep(data, [arguments[1]]), ir.IntType(8).as_pointer())
        flag = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [line.type, flag, flag, flag])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", [line.type], kind)
        builder.call(prefetch, [line, flag(1), flag(3), flag(1)])  # to write, to keep, data
        return context.get_dummy_value()

    return types.void(array, index), generate


@njit(fastmath=True, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)
def _interpolate(table, score):
    """Gradient and value of a loss at a score, from a table that `sgd_pairs.tabulate` made."""
    point = score * PIECES_PER_SCORE + MIDDLE
    point = point if point > ZERO else ZERO
    piece = np.uint64(np.int64(point))  # what is not finite comes out above all pieces
    entry = (piece if piece < LAST_PIECE else LAST_PIECE) << TWO
    return table[entry] + score * table[entry + ONE], table[entry + TWO] + score * table[entry + THREE]


@njit(error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)
def _times(p0, p1, p2, p3):
    """How often each of four words was drawn, at its first place; 0 where it stood before."""
    t0 = t1 = t2 = t3 = np.float32(1)
    if p3 in (p0, p1, p2) or p2 in (p0, p1) or p1 == p0:
        if p3 == p0:
            t0 += t3
            t3 = ZERO
        elif p3 == p1:
            t1 += t3
            t3 = ZERO
        elif p3 == p2:
            t2 += t3
            t3 = ZERO
        if p2 == p0:
            t0 += t2
            t2 = ZERO
        elif p2 == p1:
            t1 += t2
            t2 = ZERO
        if p1 == p0:
            t0 += t1
            t1 = ZERO
    return t0, t1, t2, t3


@njit(inline="always")
def _meet_contexts(blocks, centers, v, contexts, columns, weights, begin, end, rate, own_noise, positive, negative):
    """One centre word meets its context words, four at a time."""
    width = BLOCK * np.uint64(len(blocks))
    total = 0.0
    for n in range(np.uint64(begin), np.uint64(end), FOUR):
        n1 = n + ONE
        n2 = n + TWO
        n3 = n + THREE
        a = np.uint64(columns[n]) * width
        b = np.uint64(columns[n1]) * width
        c = np.uint64(columns[n2]) * width
        d = np.uint64(columns[n3]) * width
        score_a = score_b = score_c = score_d = ZERO
        for j in range(width):
            x = centers[v + j]
            score_a += x * contexts[a + j]
            score_b += x * contexts[b + j]
            score_c += x * contexts[c + j]
            score_d += x * contexts[d + j]
        step_a, loss_a = _interpolate(positive, score_a)
        step_b, loss_b = _interpolate(positive, score_b)
        step_c, loss_c = _interpolate(positive, score_c)
        step_d, loss_d = _interpolate(positive, score_d)
        if len(own_noise):
            minus, loss = _interpolate(negative, score_a)
            step_a -= own_noise[columns[n]] * minus
            loss_a -= own_noise[columns[n]] * loss
            minus, loss = _interpolate(negative, score_b)
            step_b -= own_noise[columns[n1]] * minus
            loss_b -= own_noise[columns[n1]] * loss
            minus, loss = _interpolate(negative, score_c)
            step_c -= own_noise[columns[n2]] * minus
            loss_c -= own_noise[columns[n2]] * loss
            minus, loss = _interpolate(negative, score_d)
            step_d -= own_noise[columns[n3]] * minus
            loss_d -= own_noise[columns[n3]] * loss
        step = rate * weights[n]
        step_a *= step if step < LARGEST_STEP else LARGEST_STEP
        step = rate * weights[n1]
        step_b *= step if step < LARGEST_STEP else LARGEST_STEP
        step = rate * weights[n2]
        step_c *= step if step < LARGEST_STEP else LARGEST_STEP
        step = rate * weights[n3]
        step_d *= step if step < LARGEST_STEP else LARGEST_STEP
        total += weights[n] * loss_a + weights[n1] * loss_b + weights[n2] * loss_c + weights[n3] * loss_d
        for j in range(width):
            x = centers[v + j]
            y_a = contexts[a + j]
            y_b = contexts[b + j]
            y_c = contexts[c + j]
            y_d = contexts[d + j]
            contexts[a + j] = y_a - step_a * x
            contexts[b + j] = y_b - step_b * x
            contexts[c + j] = y_c - step_c * x
            contexts[d + j] = y_d - step_d * x
            centers[v + j] = x - (step_a * y_a + step_b * y_b + step_c * y_c + step_d * y_d)
    return total


@njit(inline="always")
def _meet_noise(blocks, centers, v, contexts, p0, p1, p2, p3, weights, block, negative):
    """Four centre words, one after the other in memory, meet the same four noise words."""
    width = BLOCK * np.uint64(len(blocks))
    v1 = v + width
    v2 = v1 + width
    v3 = v2 + width
    w2 = width + width
    w3 = w2 + width
    t0, t1, t2, t3 = _times(p0, p1, p2, p3)
    s00 = s01 = s02 = s03 = s10 = s11 = s12 = s13 = ZERO
    s20 = s21 = s22 = s23 = s30 = s31 = s32 = s33 = ZERO
    for j in range(width):
        y0 = block[j] = contexts[p0 + j]
        y1 = block[width + j] = contexts[p1 + j]
        y2 = block[w2 + j] = contexts[p2 + j]
        y3 = block[w3 + j] = contexts[p3 + j]
        x = centers[v + j]
        s00 += x * y0
        s01 += x * y1
        s02 += x * y2
        s03 += x * y3
        x = centers[v1 + j]
        s10 += x * y0
        s11 += x * y1
        s12 += x * y2
        s13 += x * y3
        x = centers[v2 + j]
        s20 += x * y0
        s21 += x * y1
        s22 += x * y2
        s23 += x * y3
        x = centers[v3 + j]
        s30 += x * y0
        s31 += x * y1
        s32 += x * y2
        s33 += x * y3
    total = 0.0
    g00, loss0 = _interpolate(negative, s00)
    g01, loss1 = _interpolate(negative, s01)
    g02, loss2 = _interpolate(negative, s02)
    g03, loss3 = _interpolate(negative, s03)
    total += weights[1, 0] * (t0 * loss0 + t1 * loss1 + t2 * loss2 + t3 * loss3)
    g00 *= weights[0, 0] * t0
    g01 *= weights[0, 0] * t1
    g02 *= weights[0, 0] * t2
    g03 *= weights[0, 0] * t3
    g10, loss0 = _interpolate(negative, s10)
    g11, loss1 = _interpolate(negative, s11)
    g12, loss2 = _interpolate(negative, s12)
    g13, loss3 = _interpolate(negative, s13)
    total += weights[1, 1] * (t0 * loss0 + t1 * loss1 + t2 * loss2 + t3 * loss3)
    g10 *= weights[0, 1] * t0
    g11 *= weights[0, 1] * t1
    g12 *= weights[0, 1] * t2
    g13 *= weights[0, 1] * t3
    g20, loss0 = _interpolate(negative, s20)
    g21, loss1 = _interpolate(negative, s21)
    g22, loss2 = _interpolate(negative, s22)
    g23, loss3 = _interpolate(negative, s23)
    total += weights[1, 2] * (t0 * loss0 + t1 * loss1 + t2 * loss2 + t3 * loss3)
    g20 *= weights[0, 2] * t0
    g21 *= weights[0, 2] * t1
    g22 *= weights[0, 2] * t2
    g23 *= weights[0, 2] * t3
    g30, loss0 = _interpolate(negative, s30)
    g31, loss1 = _interpolate(negative, s31)
    g32, loss2 = _interpolate(negative, s32)
    g33, loss3 = _interpolate(negative, s33)
    total += weights[1, 3] * (t0 * loss0 + t1 * loss1 + t2 * loss2 + t3 * loss3)
    g30 *= weights[0, 3] * t0
    g31 *= weights[0, 3] * t1
    g32 *= weights[0, 3] * t2
    g33 *= weights[0, 3] * t3
    for j in range(width):
        x0 = centers[v + j]
        x1 = centers[v1 + j]
        x2 = centers[v2 + j]
        x3 = centers[v3 + j]
        y0 = block[j]
        y1 = block[width + j]
        y2 = block[w2 + j]
        y3 = block[w3 + j]
        centers[v + j] = x0 - (g00 * y0 + g01 * y1 + g02 * y2 + g03 * y3)
        centers[v1 + j] = x1 - (g10 * y0 + g11 * y1 + g12 * y2 + g13 * y3)
        centers[v2 + j] = x2 - (g20 * y0 + g21 * y1 + g22 * y2 + g23 * y3)
        centers[v3 + j] = x3 - (g30 * y0 + g31 * y1 + g32 * y2 + g33 * y3)
        block[j] = y0 - (g00 * x0 + g10 * x1 + g20 * x2 + g30 * x3)
        block[width + j] = y1 - (g01 * x0 + g11 * x1 + g21 * x2 + g31 * x3)
        block[w2 + j] = y2 - (g02 * x0 + g12 * x1 + g22 * x2 + g32 * x3)
        block[w3 + j] = y3 - (g03 * x0 + g13 * x1 + g23 * x2 + g33 * x3)
    if t3 > 0:
        for j in range(width):
            contexts[p3 + j] = block[w3 + j]
    if t2 > 0:
        for j in range(width):
            contexts[p2 + j] = block[w2 + j]
    if t1 > 0:
        for j in range(width):
            contexts[p1 + j] = block[width + j]
    for j in range(width):
        contexts[p0 + j] = block[j]
    return total


@njit(nogil=True, cache=True, fastmath=True, error_model="numpy", no_cfunc_wrapper=True)
def run_tile(
    blocks,  # a tuple of any numbers, one for each `VECTOR` numbers of a vector
    centers,  # of the tile's centre stratum, by place, flat; a multiple of four
    contexts,  # all, by place, flat
    cell_ends,
    columns,
    weights,
    row_weights,
    row_cells,
    first_place,
    noise_words,
    noise_mass,
    own_noise,
    positive,
    negative,
    rate,
    n_negatives,
    first_word,
    due_batches,
    pads,
    lists,
    left,
    parts,
    fours_a_round,
    noise_weights,
    block,
):
    """Work through one tile and return its loss.

    The length of the vectors is that of the type of `blocks`, and so a constant of the compiled code: loops over the
    components become straight runs of the widest instructions. (In a closure it would be one, too, but then numba would
    not find again on disk what it compiled.) Vectors are parts of one flat array: a slice would be counted in and out
    at each visit, and an index that might be negative would keep the compiler from wide loads, hence unsigned ones.
    Compiled when first used with a length and kept on disk.
    """
    width = BLOCK * np.uint64(len(blocks))
    first_context = np.uint64(first_place) * width
    n_rows = len(cell_ends) - 1
    visits_per_weight = rate / LARGEST_STEP
    total = 0.0
    next_word = np.uint64(first_word)
    for group in range(0, n_rows, 4):
        # What the four rows have to do: light cells, listed visits, and noise visits with their weights.
        row_visits = ZERO
        begin = lists
        for r in range(4):
            parts[2 * r, 0] = parts[2 * r, 1] = parts[2 * r + 1, 0] = parts[2 * r + 1, 1] = 0
            noise_weights[0, r] = 0
            noise_weights[1, r] = 0
            i = group + r
            if i < n_rows:
                first = cell_ends[i, 1]
                light = cell_ends[i + 1, 0]
                end = cell_ends[i + 1, 1]
                parts[2 * r, 0] = light
                parts[2 * r, 1] = end - ((end - light) & 3)
                parts[2 * r + 1, 0] = begin
                if light > first or (end - light) & 3:
                    begin = list_visits(
                        columns,
                        weights,
                        first,
                        light,
                        end,
                        visits_per_weight,
                        pads,
                        begin,
                        left,
                    )
                parts[2 * r + 1, 1] = begin
                noise_weights[1, r] = n_negatives * row_weights[i, 0]
                noise_weights[0, r] = rate * n_negatives * row_weights[i, 1]
                visits = VISITS_PER_CELL * row_cells[i]
                row_visits = visits if visits > row_visits else row_visits
                visits = n_negatives * row_weights[i, 1] * visits_per_weight / 2
                row_visits = visits if visits > row_visits else row_visits
        if row_visits == 0:
            continue
        for r in range(4):
            noise_weights[0, r] /= row_visits
            noise_weights[1, r] /= row_visits
        # Noise visits have the same weight in all tiles; what is missing to a whole number goes to the next rows.
        due_batches += row_visits * noise_mass / 4
        n_batches = np.int64(due_batches)
        due_batches -= n_batches
        n_rounds = n_batches if n_batches > 1 else 1
        for part in range(8):
            fours_a_round[part] = ((parts[part, 1] - parts[part, 0]) >> 2) / n_rounds
            parts[part, 2] = parts[part, 0]
        for round_ in range(n_rounds):
            for part in range(8):
                due = parts[part, 2] + 4 * np.int64((round_ + 1) * fours_a_round[part] + 1e-9)
                if round_ + 1 == n_rounds:
                    due = parts[part, 1]
                if due > parts[part, 0]:
                    total += _meet_contexts(
                        blocks,
                        centers,
                        np.uint64(group + (part >> 1)) * width,
                        contexts,
                        columns,
                        weights,
                        parts[part, 0],
                        due,
                        rate,
                        own_noise,
                        positive,
                        negative,
                    )
                    parts[part, 0] = due
            if round_ >= n_batches:
                continue
            p0 = first_context + np.uint64(noise_words[next_word]) * width
            p1 = first_context + np.uint64(noise_words[next_word + ONE]) * width
            p2 = first_context + np.uint64(noise_words[next_word + TWO]) * width
            p3 = first_context + np.uint64(noise_words[next_word + THREE]) * width
            next_word = (next_word + FOUR) & np.uint64(len(noise_words) - 1)
            for k in range(FOUR):
                soon = first_context + np.uint64(noise_words[next_word + k]) * width
                for j in range(NONE, width, BLOCK):
                    _prefetch(contexts, soon + j)
            total += _meet_noise(
                blocks,
                centers,
                np.uint64(group) * width,
                contexts,
                p0,
                p1,
                p2,
                p3,
                noise_weights,
                block,
                negative,
            )
    return total
