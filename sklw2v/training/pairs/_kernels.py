"""Compiled kernels of the stratified SGD.

Arguments that belong together come as tuples, which the first lines of a kernel take apart. They are plain tuples: a
named one takes longer at each call, and the files of compiled code would name its class, without which a later version
could not read them.
"""

import numpy as np
from llvmlite import ir
from numba import config, types
from numba.extending import intrinsic

from sklw2v.losses import interpolate
from sklw2v.utils import compiled, compiled_part

# An update moves a pair by at most MAX_STEP, and a cell is updated at most MAX_UPDATES times an epoch.
MAX_STEP = 0.025
MAX_UPDATES = 8
# Noise updates of a row for each of its cells, in expectation over an epoch; more where a step would exceed 2 MAX_STEP.
NOISE_UPDATES = 3.0

# Centre words that share their noise (a group), and noise words (a batch) or context words (a quad) at a time. The code
# below is written out for four.
GROUP = 4
VECTOR = 16  # float32 numbers in the widest registers
LINE = VECTOR  # and in a line of the cache
# In a tile a row of so many cells is long: their number does not stand in the byte of the row.
LONG = 255
# Typed constants: each conversion written in a kernel adds a hundredth of a second to its compilation.
ZERO = np.float32(0)
LARGEST_STEP = np.float32(MAX_STEP)
MORE_UPDATES = np.float32(MAX_UPDATES - 1)
UPDATES_PER_CELL = np.float32(NOISE_UPDATES)
BLOCK = np.uint64(VECTOR)
NONE, ONE, TWO, THREE, FOUR = map(np.uint64, range(5))
# Noise words follow from points of a circle of 2**POINT_BITS, each a golden section of the circle after the last one:
# points of such a sequence are spread more evenly than random ones.
POINT_BITS = 31
POINT_STEP = np.uint64(round(2**POINT_BITS * (5**0.5 - 1) / 2) | 1)
LAST_POINT = np.uint64(2**POINT_BITS - 1)
SHIFT = np.uint64(POINT_BITS)


@intrinsic
def _prefetch(typing_context, array, index):  # pragma: no cover (runs in the compiler)
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


def _no_prefetch(array, index):
    """In place of `_prefetch` where nothing is compiled."""


prefetch = _no_prefetch if config.DISABLE_JIT else _prefetch  # type: ignore[attr-defined]


@compiled()
def measure_tiles(sources, cells, strata, stratum, heavy_from, measured):
    """Count the cells of a stratum of centre words, row by row and tile by tile.

    Parameters
    ----------
    sources : tuple
        `sklw2v.utils.SOURCES`, not read.
    cells : (indptr, indices, data)
        The co-occurrence by rows; `indptr` is of int64.
    strata : (stratum_of, rows, n_strata)
        Stratum and row of each word, int32, and the number of strata.
    stratum : int
        Which rows to count.
    heavy_from : float32
        Weight from which on a cell is heavy.
    measured : (lengths, sizes, n_long, of_row, of_group)
        What is filled in: `lengths` as `Tiles` describes it; cells and long rows of each tile, int64, (S,). The last
        two are zeros of int64, (S,).

    Returns
    -------
    int
        The most heavy cells that four rows have in one tile.
    """
    indptr, indices, data = cells
    stratum_of, _, n_strata = strata
    lengths, sizes, n_long, of_row, of_group = measured
    most = 0
    for i in range(lengths.shape[1]):
        word = stratum + i * n_strata
        for cell in range(indptr[word], indptr[word + 1]):
            tile = stratum_of[indices[cell]]
            of_row[tile] += 1
            if data[cell] >= heavy_from:
                of_group[tile] += 1
        is_last = (i & 3) == 3 or i + 1 == lengths.shape[1]
        for tile in range(n_strata):
            n_cells = of_row[tile]
            of_row[tile] = 0
            sizes[tile] += n_cells
            lengths[tile, i] = n_cells if n_cells < LONG else LONG
            n_long[tile] += n_cells >= LONG
            if is_last:
                most = max(most, of_group[tile])
                of_group[tile] = 0
    return most


@compiled()
def lay_tiles(sources, cells, strata, stratum, heavy_from, laid):
    """Copy the cells of a stratum of centre words, tile by tile; in a row the heavy cells stand before the light ones.

    Parameters
    ----------
    sources, cells, strata, stratum, heavy_from
        As in `measure_tiles`.
    laid : (columns, weights, long_lengths, free, free_long, row_begins)
        What is filled in, as `Tiles` describes it. `free` and `free_long`: where in them each tile begins, int64, (S,);
        they are overwritten, and so is `row_begins`.
    """
    indptr, indices, data, labels, offsets = cells
    stratum_of, rows, n_strata = strata
    columns, weights, laid_labels, laid_offsets, long_lengths, free, free_long, row_begins = laid
    for word in range(stratum, len(indptr) - 1, n_strata):
        for tile in range(n_strata):
            row_begins[tile] = free[tile]
        for kind in range(2):  # 0: heavy, 1: light
            wants_light = kind == 1
            for cell in range(indptr[word], indptr[word + 1]):
                weight = data[cell]
                is_light = weight < heavy_from
                if is_light == wants_light:
                    context = indices[cell]
                    tile = stratum_of[context]
                    columns[free[tile]] = rows[context]
                    weights[free[tile]] = weight
                    if len(labels):
                        laid_labels[free[tile]] = labels[cell]
                    if len(offsets):
                        laid_offsets[free[tile]] = offsets[cell]
                    free[tile] += 1
        for tile in range(n_strata):
            if free[tile] - row_begins[tile] >= LONG:
                long_lengths[free_long[tile]] = free[tile] - row_begins[tile]
                free_long[tile] += 1


@compiled_part()
def _list_updates(listed, extras, first, light, end, updates_per_weight, padding, begin, updates_left):
    """List the updates of a row's heavy cells in a tile, and of the last light ones, from `begin` on; return the end.

    The list stands in the arrays of the cells, `listed`, like the cells themselves. A cell that is updated n times
    stands in it n times with an n-th of its weight, the second time after all have stood there once. Four after four
    are different words: where a quad would get a word again it is filled up with zero vectors, whose rows begin at
    `padding`, of weight 0. `updates_left` holds, for each entry of the list, how often its cell is still to be listed.
    `extras` is that of `run_tile`.
    """
    columns, weights, _, _ = listed
    n = begin
    for cell in range(first, end):
        if cell == light:
            break
        more = weights[cell] * updates_per_weight
        more = np.int64(more if more < MORE_UPDATES else MORE_UPDATES)
        _copy(listed, extras, n, cell)
        weights[n] = weights[cell] / (more + 1)
        updates_left[n - begin] = more
        n += 1
    for cell in range(end - ((end - light) & 3), end):
        _copy(listed, extras, n, cell)
        updates_left[n - begin] = 0
        n += 1
    done = begin
    pass_end = n
    while done < pass_end:
        for entry in range(done, pass_end):
            if updates_left[entry - begin] > 0:
                for earlier in range(n & ~3, n):
                    if columns[earlier] == columns[entry]:
                        n = _fill(listed, extras, n, padding, begin, updates_left)
                        break
                _copy(listed, extras, n, entry)
                updates_left[n - begin] = updates_left[entry - begin] - 1
                n += 1
        done = pass_end
        pass_end = n
    return _fill(listed, extras, n, padding, begin, updates_left)


@compiled_part(inline="always")
def _copy(listed, extras, n, cell):
    """Copy a cell to the n-th place."""
    columns, weights, labels, offsets = listed
    columns[n] = columns[cell]
    weights[n] = weights[cell]
    if len(extras) and len(labels):
        labels[n] = labels[cell]
    if len(extras) and len(offsets):
        offsets[n] = offsets[cell]


@compiled_part(inline="always")
def _fill(listed, extras, n, padding, begin, updates_left):
    """Fill the last quad of a list up with zero vectors; return the end of the list."""
    columns, weights, labels, offsets = listed
    while n & 3:
        columns[n] = padding + (n & 3)
        weights[n] = 0
        if len(extras) and len(labels):
            labels[n] = 0
        if len(extras) and len(offsets):
            offsets[n] = 0
        updates_left[n - begin] = 0
        n += 1
    return n


@compiled_part(inline="always")
def _next_noise(ends, guide, point, first_context, width):
    """Where the context vector of the next noise word begins, and the next point, from which that word follows."""
    point = (point + POINT_STEP) & LAST_POINT
    word = np.uint64(guide[(point * np.uint64(len(guide))) >> SHIFT])
    while ends[word] <= point:
        word += ONE
    return first_context + word * width, point


@compiled_part()
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


@compiled_part(inline="always")
def _update_true_pairs(blocks, vectors, biases, row, cells, begin, end, rate, loss):
    """Update a centre word and the words of its cells, four at a time; return their loss."""
    centers, contexts = vectors
    center_biases, context_biases, bias_rate = biases
    columns, weights, labels, offsets = cells
    positive, negative, own_noise, extras = loss
    width = BLOCK * np.uint64(len(blocks))
    v = np.uint64(row) * width
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
        if len(extras) and len(context_biases):
            score_a += center_biases[row] + context_biases[columns[n]]
            score_b += center_biases[row] + context_biases[columns[n1]]
            score_c += center_biases[row] + context_biases[columns[n2]]
            score_d += center_biases[row] + context_biases[columns[n3]]
        if len(extras) and len(offsets):
            score_a -= offsets[n]
            score_b -= offsets[n1]
            score_c -= offsets[n2]
            score_d -= offsets[n3]
        step_a, loss_a = interpolate(positive, score_a)
        step_b, loss_b = interpolate(positive, score_b)
        step_c, loss_c = interpolate(positive, score_c)
        step_d, loss_d = interpolate(positive, score_d)
        if len(extras) and len(labels):
            minus, cost = interpolate(negative, score_a)
            step_a = minus + labels[n] * (step_a - minus)
            loss_a = cost + labels[n] * (loss_a - cost)
            minus, cost = interpolate(negative, score_b)
            step_b = minus + labels[n1] * (step_b - minus)
            loss_b = cost + labels[n1] * (loss_b - cost)
            minus, cost = interpolate(negative, score_c)
            step_c = minus + labels[n2] * (step_c - minus)
            loss_c = cost + labels[n2] * (loss_c - cost)
            minus, cost = interpolate(negative, score_d)
            step_d = minus + labels[n3] * (step_d - minus)
            loss_d = cost + labels[n3] * (loss_d - cost)
        if len(own_noise):
            minus, cost = interpolate(negative, score_a)
            step_a -= own_noise[columns[n]] * minus
            loss_a -= own_noise[columns[n]] * cost
            minus, cost = interpolate(negative, score_b)
            step_b -= own_noise[columns[n1]] * minus
            loss_b -= own_noise[columns[n1]] * cost
            minus, cost = interpolate(negative, score_c)
            step_c -= own_noise[columns[n2]] * minus
            loss_c -= own_noise[columns[n2]] * cost
            minus, cost = interpolate(negative, score_d)
            step_d -= own_noise[columns[n3]] * minus
            loss_d -= own_noise[columns[n3]] * cost
        step = rate * weights[n]
        step_a *= step if step < LARGEST_STEP else LARGEST_STEP
        step = rate * weights[n1]
        step_b *= step if step < LARGEST_STEP else LARGEST_STEP
        step = rate * weights[n2]
        step_c *= step if step < LARGEST_STEP else LARGEST_STEP
        step = rate * weights[n3]
        step_d *= step if step < LARGEST_STEP else LARGEST_STEP
        total += weights[n] * loss_a + weights[n1] * loss_b + weights[n2] * loss_c + weights[n3] * loss_d
        if len(extras) and len(context_biases):
            context_biases[columns[n]] -= bias_rate * step_a
            context_biases[columns[n1]] -= bias_rate * step_b
            context_biases[columns[n2]] -= bias_rate * step_c
            context_biases[columns[n3]] -= bias_rate * step_d
            center_biases[row] -= bias_rate * (step_a + step_b + step_c + step_d)
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


@compiled_part(inline="always")
def _update_noise_pairs(blocks, vectors, biases, row, p0, p1, p2, p3, weights, noise_vectors, loss):
    """Update four centre words, which are neighbours in memory, and the same four noise words; return their loss."""
    centers, contexts = vectors
    center_biases, context_biases, bias_rate = biases
    _, negative, _, extras = loss
    width = BLOCK * np.uint64(len(blocks))
    v = np.uint64(row) * width
    v1 = v + width
    v2 = v1 + width
    v3 = v2 + width
    w2 = width + width
    w3 = w2 + width
    t0, t1, t2, t3 = _times(p0, p1, p2, p3)
    # Two centre words at a time: more sums do not fit the registers of most processors.
    s00 = s01 = s02 = s03 = s10 = s11 = s12 = s13 = ZERO
    for j in range(width):
        y0 = contexts[p0 + j]
        y1 = contexts[p1 + j]
        y2 = contexts[p2 + j]
        y3 = contexts[p3 + j]
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
    s20 = s21 = s22 = s23 = s30 = s31 = s32 = s33 = ZERO
    for j in range(width):
        y0 = contexts[p0 + j]
        y1 = contexts[p1 + j]
        y2 = contexts[p2 + j]
        y3 = contexts[p3 + j]
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
    if len(extras) and len(context_biases):
        bias0 = context_biases[p0 // width]
        bias1 = context_biases[p1 // width]
        bias2 = context_biases[p2 // width]
        bias3 = context_biases[p3 // width]
        bias = center_biases[row]
        s00 += bias + bias0
        s01 += bias + bias1
        s02 += bias + bias2
        s03 += bias + bias3
        bias = center_biases[row + 1]
        s10 += bias + bias0
        s11 += bias + bias1
        s12 += bias + bias2
        s13 += bias + bias3
        bias = center_biases[row + 2]
        s20 += bias + bias0
        s21 += bias + bias1
        s22 += bias + bias2
        s23 += bias + bias3
        bias = center_biases[row + 3]
        s30 += bias + bias0
        s31 += bias + bias1
        s32 += bias + bias2
        s33 += bias + bias3
    total = 0.0
    g00, loss0 = interpolate(negative, s00)
    g01, loss1 = interpolate(negative, s01)
    g02, loss2 = interpolate(negative, s02)
    g03, loss3 = interpolate(negative, s03)
    total += weights[1, 0] * (t0 * loss0 + t1 * loss1 + t2 * loss2 + t3 * loss3)
    g00 *= weights[0, 0] * t0
    g01 *= weights[0, 0] * t1
    g02 *= weights[0, 0] * t2
    g03 *= weights[0, 0] * t3
    g10, loss0 = interpolate(negative, s10)
    g11, loss1 = interpolate(negative, s11)
    g12, loss2 = interpolate(negative, s12)
    g13, loss3 = interpolate(negative, s13)
    total += weights[1, 1] * (t0 * loss0 + t1 * loss1 + t2 * loss2 + t3 * loss3)
    g10 *= weights[0, 1] * t0
    g11 *= weights[0, 1] * t1
    g12 *= weights[0, 1] * t2
    g13 *= weights[0, 1] * t3
    g20, loss0 = interpolate(negative, s20)
    g21, loss1 = interpolate(negative, s21)
    g22, loss2 = interpolate(negative, s22)
    g23, loss3 = interpolate(negative, s23)
    total += weights[1, 2] * (t0 * loss0 + t1 * loss1 + t2 * loss2 + t3 * loss3)
    g20 *= weights[0, 2] * t0
    g21 *= weights[0, 2] * t1
    g22 *= weights[0, 2] * t2
    g23 *= weights[0, 2] * t3
    g30, loss0 = interpolate(negative, s30)
    g31, loss1 = interpolate(negative, s31)
    g32, loss2 = interpolate(negative, s32)
    g33, loss3 = interpolate(negative, s33)
    total += weights[1, 3] * (t0 * loss0 + t1 * loss1 + t2 * loss2 + t3 * loss3)
    g30 *= weights[0, 3] * t0
    g31 *= weights[0, 3] * t1
    g32 *= weights[0, 3] * t2
    g33 *= weights[0, 3] * t3
    if len(extras) and len(context_biases):
        center_biases[row] -= bias_rate * (g00 + g01 + g02 + g03)
        center_biases[row + 1] -= bias_rate * (g10 + g11 + g12 + g13)
        center_biases[row + 2] -= bias_rate * (g20 + g21 + g22 + g23)
        center_biases[row + 3] -= bias_rate * (g30 + g31 + g32 + g33)
        context_biases[p0 // width] -= bias_rate * (g00 + g10 + g20 + g30)
        context_biases[p1 // width] -= bias_rate * (g01 + g11 + g21 + g31)
        context_biases[p2 // width] -= bias_rate * (g02 + g12 + g22 + g32)
        context_biases[p3 // width] -= bias_rate * (g03 + g13 + g23 + g33)
    for j in range(width):
        x0 = centers[v + j]
        x1 = centers[v1 + j]
        y0 = contexts[p0 + j]
        y1 = contexts[p1 + j]
        y2 = contexts[p2 + j]
        y3 = contexts[p3 + j]
        centers[v + j] = x0 - (g00 * y0 + g01 * y1 + g02 * y2 + g03 * y3)
        centers[v1 + j] = x1 - (g10 * y0 + g11 * y1 + g12 * y2 + g13 * y3)
        noise_vectors[j] = y0 - (g00 * x0 + g10 * x1)
        noise_vectors[width + j] = y1 - (g01 * x0 + g11 * x1)
        noise_vectors[w2 + j] = y2 - (g02 * x0 + g12 * x1)
        noise_vectors[w3 + j] = y3 - (g03 * x0 + g13 * x1)
    for j in range(width):
        x2 = centers[v2 + j]
        x3 = centers[v3 + j]
        y0 = contexts[p0 + j]
        y1 = contexts[p1 + j]
        y2 = contexts[p2 + j]
        y3 = contexts[p3 + j]
        centers[v2 + j] = x2 - (g20 * y0 + g21 * y1 + g22 * y2 + g23 * y3)
        centers[v3 + j] = x3 - (g30 * y0 + g31 * y1 + g32 * y2 + g33 * y3)
        # The first place last: where a word stands again, all steps are there, and the other places write old numbers.
        contexts[p3 + j] = noise_vectors[w3 + j] - (g23 * x2 + g33 * x3)
        contexts[p2 + j] = noise_vectors[w2 + j] - (g22 * x2 + g32 * x3)
        contexts[p1 + j] = noise_vectors[width + j] - (g21 * x2 + g31 * x3)
        contexts[p0 + j] = noise_vectors[j] - (g20 * x2 + g30 * x3)
    return total


@compiled(fastmath=True)
def run_tile(sources, vectors, biases, cells, noise, loss, schedule, scratch):
    """Work through one tile and return its loss.

    Parameters
    ----------
    sources : tuple
        `sklw2v.utils.SOURCES`, not read.
    vectors : (blocks, centers, contexts)
        A tuple of any numbers, one for each `VECTOR` numbers of a vector; the centre vectors of the tile's stratum,
        flat, their number a multiple of four; the context vectors of all strata, flat.
    biases : (center_biases, context_biases, bias_rate)
        Those of the same rows, or empty; and the share of a step that they take, 0 where they are not trained.
    cells : (begin, lengths, long_lengths, listed, heavy_from, row_weights, row_cells)
        Where the tile begins, the lengths of its rows, and from the first on those of its long rows; columns, weights,
        labels and offsets of all cells, and from which weight on a cell is heavy, as `Tiles` has them. Sums and numbers
        of the cells of the stratum's rows, as `RowWeights` and `Tiles` have them.
    noise : (ends, guide, mass, point, due_batches, first_row, padding)
        What tells the noise words of the stratum of context words, as `NoiseWords` has it, and its share of the noise;
        the point before the first one, and the part of a batch of four that is due from the start; the first row of the
        stratum's context vectors, and that of the zero vectors at its end.
    loss : (positive, negative, own_noise, extras)
        Tables of the loss, flat; noise to be taken off each pair, a unit of its weight, by row, or empty. `extras` is a
        tuple of any number, or an empty one where there are no biases, labels and offsets. Code for these is then not
        compiled, as its branches would slow the losses that have none of them.
    schedule : (rate, n_negatives)
        Learning rate and K, float32.
    scratch : (first_listed, updates_left, runs, quads_per_round, noise_weights, noise_vectors)
        What `Scratch` describes.

    Notes
    -----
    The length of the vectors is that of the type of `blocks`, and so a constant of the compiled code: loops over the
    components become straight runs of the widest instructions. (In a closure it would be one, too, but then numba would
    not find again on disk what it compiled.) Vectors are parts of one flat array: a slice would be counted in and out
    at each update, and an index that might be negative would keep the compiler from wide loads, hence unsigned ones.
    Compiled when first used with a length and kept on disk.
    """
    blocks, centers, contexts = vectors
    end, lengths, long_lengths, listed, heavy_from, row_weights, row_cells = cells
    _, weights, _, _ = listed
    _, _, _, extras = loss
    ends, guide, noise_mass, point, due_batches, first_row, padding = noise
    rate, n_negatives = schedule
    first_listed, updates_left, runs, quads_per_round, noise_weights, noise_vectors = scratch
    width = BLOCK * np.uint64(len(blocks))
    first_context = np.uint64(first_row) * width
    n_rows = len(lengths)
    next_long = 0
    updates_per_weight = rate / LARGEST_STEP
    total = 0.0
    point = np.uint64(point)
    q0 = q1 = q2 = q3 = first_context
    if noise_mass > 0:
        q0, point = _next_noise(ends, guide, point, first_context, width)
        q1, point = _next_noise(ends, guide, point, first_context, width)
        q2, point = _next_noise(ends, guide, point, first_context, width)
        q3, point = _next_noise(ends, guide, point, first_context, width)
    for group in range(0, n_rows, 4):
        # What the four rows have to do: light cells, listed updates, and noise updates with their weights.
        row_updates = ZERO
        begin = first_listed
        for r in range(4):
            runs[2 * r, 0] = runs[2 * r, 1] = runs[2 * r + 1, 0] = runs[2 * r + 1, 1] = 0
            noise_weights[0, r] = 0
            noise_weights[1, r] = 0
            i = group + r
            if i < n_rows:
                first = light = end
                if lengths[i] < LONG:
                    end += np.int64(lengths[i])
                else:
                    end += long_lengths[next_long]
                    next_long += 1
                while light < end and weights[light] >= heavy_from:
                    light += 1
                runs[2 * r, 0] = light
                runs[2 * r, 1] = end - ((end - light) & 3)
                runs[2 * r + 1, 0] = begin
                if light > first or (end - light) & 3:
                    begin = _list_updates(
                        listed,
                        extras,
                        first,
                        light,
                        end,
                        updates_per_weight,
                        padding,
                        begin,
                        updates_left,
                    )
                runs[2 * r + 1, 1] = begin
                noise_weights[1, r] = n_negatives * row_weights[i, 0]
                noise_weights[0, r] = rate * n_negatives * row_weights[i, 1]
                updates = UPDATES_PER_CELL * row_cells[i]
                row_updates = updates if updates > row_updates else row_updates
                updates = n_negatives * row_weights[i, 1] * updates_per_weight / 2
                row_updates = updates if updates > row_updates else row_updates
        if row_updates == 0:
            continue
        for r in range(4):
            noise_weights[0, r] /= row_updates
            noise_weights[1, r] /= row_updates
        # Noise updates have the same weight in all tiles; what is missing to a whole number goes to the next rows.
        due_batches += row_updates * noise_mass / 4
        n_batches = np.int64(due_batches)
        due_batches -= n_batches
        n_rounds = n_batches if n_batches > 1 else 1
        for run in range(8):
            quads_per_round[run] = ((runs[run, 1] - runs[run, 0]) >> 2) / n_rounds
            runs[run, 2] = runs[run, 0]
        for round_ in range(n_rounds):
            for run in range(8):
                due = runs[run, 2] + 4 * np.int64((round_ + 1) * quads_per_round[run] + 1e-9)
                if round_ + 1 == n_rounds:
                    due = runs[run, 1]
                if due > runs[run, 0]:
                    total += _update_true_pairs(
                        blocks,
                        (centers, contexts),
                        biases,
                        group + (run >> 1),
                        listed,
                        runs[run, 0],
                        due,
                        rate,
                        loss,
                    )
                    runs[run, 0] = due
            if round_ >= n_batches:
                continue
            p0, p1, p2, p3 = q0, q1, q2, q3
            q0, point = _next_noise(ends, guide, point, first_context, width)
            q1, point = _next_noise(ends, guide, point, first_context, width)
            q2, point = _next_noise(ends, guide, point, first_context, width)
            q3, point = _next_noise(ends, guide, point, first_context, width)
            for j in range(NONE, width, BLOCK):
                prefetch(contexts, q0 + j)
                prefetch(contexts, q1 + j)
                prefetch(contexts, q2 + j)
                prefetch(contexts, q3 + j)
            total += _update_noise_pairs(
                blocks,
                (centers, contexts),
                biases,
                group,
                p0,
                p1,
                p2,
                p3,
                noise_weights,
                noise_vectors,
                loss,
            )
    return total
