"""Reading in several processes: a corpus is cut into parts, and the token ids of the parts are joined in order."""

import multiprocessing
import time
import warnings
from collections import deque
from itertools import chain, islice, pairwise, repeat
from pickle import PicklingError
from typing import NamedTuple

import numpy as np
from joblib.externals.loky import ProcessPoolExecutor
from joblib.parallel import get_active_backend

from sklw2v.text._line_documents import LineDocuments, cut
from sklw2v.text._token_ids import UNKNOWN, TokenIds
from sklw2v.text._token_ids import encode as encode_here

PART_SIZE = 1 << 22  # bytes, or characters
PART_LINES = 1 << 13  # of a file whose size tells nothing
START_SECONDS = 4.0  # more than new processes take until they work
TEXTS = {str, bytes, np.str_}


class Part(NamedTuple):
    """Some documents, and the share of the corpus up to the last of them."""

    documents: object
    share_done: float


def encode(X, analyze, vocabulary=None, unknown="drop", n_jobs=1):
    """Turn documents into token ids as `encode_here` does, in several processes where that is faster.

    The calling process reads the first parts. Once it has seen that the rest takes long enough, it starts others.
    They get copies of `analyze`, and read the first part once more: a function of a user may need what was not copied.
    If they find other tokens, or anything goes wrong there, all is read here, and an error of a document is raised as
    `encode_here` does. Only texts are read elsewhere: those of a sequence or of a `LineDocuments`.

    Parameters
    ----------
    X : iterable of documents
    analyze : callable
    vocabulary : dict, optional
    unknown : {"drop", "keep", "add"}, default="drop"
        These four as in `encode_here`.
    n_jobs : int, default=1
        Processes.

    Returns
    -------
    tokens : TokenIds
    vocabulary : dict
        The same for every `n_jobs`.

    Raises
    ------
    TypeError, ValueError, OSError
        What `encode_here` raises for documents that are none, or cannot be read.

    Warns
    -----
    UserWarning
        If all was read here because other processes failed, but not where `analyze` cannot be copied.
    """
    is_text = getattr(analyze, "kind", "content") == "content"  # names of files may stand for others elsewhere
    parts = _parts(X) if n_jobs > 1 and is_text and _has_processes() else None
    if parts is None:
        return encode_here(X, analyze, vocabulary, unknown)
    try:
        return _encode_parts(parts, analyze, _Joined(vocabulary, unknown), n_jobs)
    except Exception as error:  # of any kind: of documents, of functions of users, of processes
        failure = None if isinstance(error, PicklingError) else repr(error)  # the error itself holds all ids
    encoded = encode_here(X, analyze, vocabulary, unknown)
    if failure is not None:
        warnings.warn(f"n_jobs={n_jobs}: reading in other processes failed, and X was read in this one: {failure}")
    return encoded


def _has_processes():
    """Whether there may be other processes: not within one of joblib's, nor if the user has chosen threads.

    Threads read no faster than one does.
    """
    backend, _ = get_active_backend(prefer="processes")
    return not getattr(backend, "uses_threads", False) and not multiprocessing.current_process().daemon


def _encode_parts(parts, analyze, joined, n_jobs):
    first = None
    begin = time.perf_counter()
    for part in parts:
        encoded = encode_here(part.documents, analyze)
        joined.add(*encoded)
        if first is None:
            first = part, encoded
        seconds_left = (time.perf_counter() - begin) * (1 / part.share_done - 1)
        if seconds_left * (1 - 1 / n_jobs) > START_SECONDS:
            break
    else:
        return joined.result()
    # Not those of joblib.Parallel: with another number of them a search around this one could wait for ever.
    executor = ProcessPoolExecutor(n_jobs)
    first_part, found_here = first
    results = _in_turn(executor, chain([first_part], parts), analyze, 2 * n_jobs)
    is_done = False
    try:
        _check_same(*found_here, *next(results))
        for tokens, words in results:
            joined.add(tokens, words)
        is_done = True
    finally:
        results.close()
        # With parts on their way nobody waits for them, and nothing is killed: loky's thread would fail on those that
        # it has thrown away.
        executor.shutdown(wait=is_done, kill_workers=is_done)
    return joined.result()


def _in_turn(executor, parts, analyze, n_waiting):
    """Yield what comes back of each part, in order; at most `n_waiting` are on their way.

    Once closed, those that the executor has not handed on are called off.
    """
    waiting = deque()
    try:
        for part in parts:
            waiting.append(executor.submit(_encoded, part.documents, analyze))
            if len(waiting) == n_waiting:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def _check_same(tokens, vocabulary, tokens_there, words_there):
    """Raise if the first part has other tokens in another process."""
    is_same = np.array_equal(tokens.ids, tokens_there.ids) and np.array_equal(tokens.offsets, tokens_there.offsets)
    if not is_same or list(vocabulary) != words_there:
        raise RuntimeError(
            "the analyzer finds other tokens there; it may depend on what was set after its module was imported, or on "
            "the order of a set"
        )


def _encoded(documents, analyze):
    """What another process sends back."""
    tokens, vocabulary = encode_here(documents, analyze)
    return tokens, list(vocabulary)


def _parts(X):
    """Iterator over parts that other processes can read; None if X is something else, or too small."""
    if type(X) is LineDocuments:
        files = cut(X, PART_SIZE)
        if files is None:
            return _parts_of_lines(X)
        return (Part(file, file.end / files[-1].end) for file in files) if len(files) > 1 else None
    if type(X) not in (list, tuple):
        if len(getattr(X, "shape", ())) != 1:
            return None
        X = list(X)
    if not set(map(type, X)) <= TEXTS:
        return None
    ends = np.cumsum(np.fromiter(map(len, X), dtype=np.int64, count=len(X)))
    n_parts = int(ends[-1]) // PART_SIZE if len(X) else 0
    if n_parts < 2:
        return None
    cuts = np.searchsorted(ends, ends[-1] / n_parts * np.arange(1, n_parts)) + 1
    cuts = np.unique([0, *cuts, len(X)]).tolist()
    return (Part(X[first:last], float(ends[last - 1] / ends[-1])) for first, last in pairwise(cuts))


def _parts_of_lines(lines):
    """Parts of a file whose number of lines nobody knows: as much is taken to be left as was read."""
    lines = iter(lines)
    while documents := list(islice(lines, PART_LINES)):
        yield Part(documents, 0.5)


class _Joined:
    """Token ids of parts with words of their own, as those of the whole.

    Parameters
    ----------
    vocabulary : dict or None
    unknown : {"drop", "keep", "add"}
        As in `encode_here`.
    """

    def __init__(self, vocabulary, unknown):
        self._grows = vocabulary is None or unknown == "add"
        self._vocabulary = dict(vocabulary or {}) if self._grows else vocabulary
        self._unknown = unknown
        self._ids, self._lengths = [np.empty(0, dtype=np.int32)], [np.empty(0, dtype=np.int64)]

    def add(self, tokens, words):
        """Add those of the next part, whose ids are places in `words`."""
        if self._grows:  # a word's first appearance in the whole is that in the first part that has it
            ids = (self._vocabulary.setdefault(word, len(self._vocabulary)) for word in words)
        else:
            ids = map(self._vocabulary.get, words, repeat(UNKNOWN))
        self._ids.append(np.fromiter(ids, dtype=np.int32, count=len(words))[tokens.ids])
        self._lengths.append(np.diff(tokens.offsets))

    def result(self):
        offsets = np.concatenate([[0], np.cumsum(np.concatenate(self._lengths), dtype=np.int64)])
        tokens = TokenIds(np.concatenate(self._ids), offsets)
        keeps = self._grows or self._unknown == "keep"
        return tokens if keeps else tokens.without_unknown(), self._vocabulary
