"""Huffman's tree of the words."""

import numpy as np
from scipy.sparse import csr_array


def huffman_paths(word_counts):
    """The turns by which each word is reached from the root of a Huffman tree.

    The mean length of a path, weighted with the counts, is the least that a binary tree allows (Huffman, 1952). Where
    counts tie, words are joined before inner nodes and later words before earlier ones, so that the tree is the same
    each time and no deeper than it need be.

    Parameters
    ----------
    word_counts : ndarray, shape (V,)
        At least 0; a word of count 0 is a leaf like any other.

    Returns
    -------
    csr_array of float32, shape (V, max(V - 1, 1))
        1 where the path turns right at an inner node, -1 where it turns left. Column 0 is the root; the counts below
        the nodes fall from column to column. A single word has no turn to take.
    """
    n_words = len(word_counts)
    leaves = n_words - 1 - np.argsort(word_counts[::-1], kind="stable")  # of equal counts the later word comes first
    parents, is_right = _join(word_counts[leaves].tolist())
    climbing = np.flatnonzero(parents[:n_words] >= 0)  # leaves that are not yet at the root
    at = climbing.astype(np.int32)
    lengths = np.zeros(n_words, dtype=np.int64)
    steps = []
    while climbing.size:
        words = leaves[climbing]
        lengths[words] += 1
        # The root was made last and is column 0.
        steps.append((words, 2 * n_words - 2 - parents[at], is_right[at]))
        at = parents[at]
        is_below = parents[at] >= 0
        climbing, at = climbing[is_below], at[is_below]
    ends = np.cumsum(lengths)
    columns = np.empty(lengths.sum(), dtype=np.int32)
    turns = np.empty(lengths.sum(), dtype=np.float32)
    for height, (words, of_parents, right) in enumerate(steps):
        places = ends[words] - 1 - height  # from the root down columns rise
        columns[places] = of_parents
        turns[places] = np.where(right, np.float32(1), np.float32(-1))
    indptr = np.append(0, ends).astype(np.int64 if len(turns) > np.iinfo(np.int32).max else np.int32)
    return csr_array((turns, columns, indptr), shape=(n_words, max(n_words - 1, 1)))


def _join(counts):
    """Parent of each node, -1 for the root, and whether it is the right one of the two.

    `counts` rise; its words are the first nodes, inner nodes follow as they are made. Their sums never fall, so the two
    rarest nodes are always at the front of one of two queues (van Leeuwen, 1976).
    """
    n_words = len(counts)
    parents, is_right = [-1] * (2 * n_words - 1), [False] * (2 * n_words - 1)
    sums = counts + [0] * (n_words - 1)
    leaf, inner = 0, n_words
    for made in range(n_words, 2 * n_words - 1):
        for right in (False, True):
            if leaf < n_words and (inner == made or sums[leaf] <= sums[inner]):
                node = leaf
                leaf += 1
            else:
                node = inner
                inner += 1
            sums[made] += sums[node]
            parents[node] = made
            is_right[node] = right
    return np.array(parents, dtype=np.int32), np.array(is_right)
