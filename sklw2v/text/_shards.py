"""Reading in several processes: a corpus is cut into parts, and the token ids of the parts are joined in order."""

import time
import warnings
from itertools import islice, pairwise, repeat
from pickle import PicklingError
from typing import NamedTuple

import numpy as np
from joblib import Parallel, delayed

from sklw2v.text._line_documents import LineDocuments, cut
from sklw2v.text._token_ids import UNKNOWN, TokenIds
from sklw2v.text._token_ids import encode as encode_here

PART_SIZE = 1 << 22  # bytes, or characters
PART_LINES = 1 << 13  # of a file whose size tells nothing
START_SECONDS = 4.0  # more than new processes take until they work
IDLE_SECONDS = 10  # until they end, and give their memory back
TEXTS = {str, bytes, np.str_}


class Part(NamedTuple):
    """Some documents, and the share of the corpus that is read when they are."""

    documents: object
    share_done: float


def encode(X, analyze, vocabulary=None, unknown="drop", n_jobs=1):
    """Turn documents into token ids as `encode_here` does, in several processes where that is faster.

    The calling process reads the first parts. Once it has seen that the rest takes long enough, it calls others,
    through joblib. They get copies of `analyze`. Only texts in a sequence or in a `LineDocuments` are read there. If
    anything goes wrong, all is read here, which finds the error of a document. So it is where `analyze` cannot be
    copied.

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
    """
    is_text = getattr(analyze, "kind", "content") == "content"  # names of files may stand for others elsewhere
    parts = _parts(X) if n_jobs > 1 and is_text else None
    if parts is None:
        return encode_here(X, analyze, vocabulary, unknown)
    try:
        return _encode_parts(parts, analyze, _Joined(vocabulary, unknown), n_jobs)
    except Exception as error:  # of any kind: of documents, of functions of users, of processes
        failure = error
    encoded = encode_here(X, analyze, vocabulary, unknown)
    if not isinstance(failure, PicklingError):  # such as that of a function of a user
        warnings.warn(f"n_jobs={n_jobs}: reading in other processes failed, and X was read in this one: {failure!r}")
    return encoded


def _encode_parts(parts, analyze, joined, n_jobs):
    begin = time.perf_counter()
    for part in parts:
        joined.add(*encode_here(part.documents, analyze))
        seconds_left = (time.perf_counter() - begin) * (1 / part.share_done - 1)
        if seconds_left * (1 - 1 / n_jobs) > START_SECONDS:
            break
    else:
        return joined.result()
    errors = []
    tasks = (delayed(_encoded)(part.documents, analyze) for part in _until_error(parts, errors))
    parallel = Parallel(
        n_jobs, prefer="processes", return_as="generator", batch_size=1, idle_worker_timeout=IDLE_SECONDS
    )
    for tokens, words in parallel(tasks):
        joined.add(tokens, words)
    if errors:
        raise errors[0]
    return joined.result()


def _until_error(parts, errors):
    """Yield the parts. An error ends them and is kept: threads of joblib take them, in which it would be lost."""
    try:
        yield from parts
    except Exception as error:
        errors.append(error)


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
    if not isinstance(X, list | tuple):
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
