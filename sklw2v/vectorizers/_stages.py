"""The stages of a fit before the SGD: reading, counting, start. With a memory, fits that share a stage do it once."""

import hashlib
import os
import sys
import warnings
from functools import cache, partial
from pathlib import Path

import joblib
import numpy as np
import scipy
import sklearn
from scipy.sparse import csr_array
from sklearn.utils.validation import check_memory

from sklw2v.cooccurrence import (
    Cooccurrence,
    Thinning,
    count_cooccurrences,
    expected_cooccurrence,
    keep_probabilities,
    window_units,
)
from sklw2v.text import Documents, encode, make_analyzer, new_ids, prune, with_dropped
from sklw2v.training import spectral_start
from sklw2v.vectorizers._hashing import hash_documents, hash_value
from sklw2v.vectorizers._parameters import check_sample_weight


class Stages:
    """Runs the stages of one fit, in order, or takes their results from a memory.

    A result is found by a key: that of the stage before and what else it depends on. The number of threads is no part
    of it, nor is what comes later: dimension, loss, K, learning rate and epochs.

    Parameters
    ----------
    memory : None, str, os.PathLike or joblib.Memory
        None: nothing is kept.
    n_jobs : int
        Threads, and processes for reading.

    Raises
    ------
    ValueError
        If `memory` is something else.
    """

    def __init__(self, memory, n_jobs):
        path = os.fspath(memory) if isinstance(memory, os.PathLike) else memory
        try:
            self._memory = None if memory is None else check_memory(path)
        except ValueError as error:
            raise ValueError(f"memory={memory!r}: expected None, a path or a joblib.Memory.") from error
        self.n_jobs = n_jobs
        self._key = ()

    def read(self, X, sample_weight, given, text_parameters, pruning, keep_dropped=False):
        """Documents to token ids of the final vocabulary.

        Parameters
        ----------
        X : iterable of documents
        sample_weight : array-like or None
        given : dict or None
            Word to row, where the user gave a vocabulary; nothing is pruned then.
        text_parameters : dict
            Those of `make_analyzer`.
        pruning : dict
            Parameters of `prune`.
        keep_dropped : bool, default=False
            Whether the tokens are wanted that are not in the vocabulary.

        Returns
        -------
        documents : Documents
        vocabulary : dict
            Word to row.
        everything : TokenIds or None
            All tokens, as `with_dropped` gives them, if they are wanted.
        dropped : list
            The words that are not in the vocabulary, if their tokens are wanted.

        Raises
        ------
        ValueError
            If there are no documents; see also `prune`. With a memory also for documents and callables that cannot be
            hashed.
        """
        if self._memory is not None:
            parts = {"sample_weight": sample_weight, **text_parameters, **pruning}
            parts["vocabulary"] = given and sorted(given, key=given.get)
            key = [hash_value(name, value) for name, value in parts.items()]
            X, documents = hash_documents(X, text_parameters)
            self._key = (*_made_with(), documents, *key)
        analyze = make_analyzer(**text_parameters)
        arguments = X, sample_weight, analyze, given, pruning, keep_dropped, self.n_jobs
        return self._run("tokens", (keep_dropped,), _read, *arguments)

    def split(self, documents, validation_fraction, seed):
        """Hold out a share of the documents, those of weight 0 left out.

        Parameters
        ----------
        documents : Documents
        validation_fraction : float
            Above 0 and below 1, of the documents of positive weight.
        seed : int
            Of the permutation that is cut.

        Returns
        -------
        trained_on : Documents
        held_out : TokenIds

        Raises
        ------
        ValueError
            If one of the two would have no documents.
        """
        tokens, weights = documents.tokens, documents.weights
        present = np.arange(len(tokens)) if weights is None else np.flatnonzero(weights)
        n_held_out = round(validation_fraction * len(present))
        if not 0 < n_held_out < len(present):
            raise ValueError(
                f"validation_fraction={validation_fraction!r}: {n_held_out} of {len(present)} documents would be held "
                "out for early stopping. Expected at least one to be held out, and one to train on."
            )
        order = np.random.RandomState(seed).permutation(present)
        held_out, trained_on = np.zeros((2, len(tokens)), dtype=bool)
        held_out[order[:n_held_out]] = trained_on[order[n_held_out:]] = True
        self._key = (*self._key, validation_fraction, seed)
        weights = None if weights is None else weights[trained_on]
        return Documents(tokens.select(trained_on), weights), tokens.select(held_out)

    def count(self, documents, counts, window, window_weights, subsample):
        """Token ids to the co-occurrence that subsampling leaves.

        Parameters
        ----------
        documents : Documents
        counts : ndarray, shape (V,)
            Tokens of each word in the whole corpus, from which the probabilities follow.
        window, window_weights, subsample
            Parameters of the estimator.

        Returns
        -------
        Cooccurrence
        """
        units, scale = window_units(window, window_weights, documents.tokens.longest)
        keep = keep_probabilities(counts, subsample)
        count = partial(count_cooccurrences, documents.tokens, len(counts), units, documents.weights, self.n_jobs)
        if self._memory is None:
            return Cooccurrence(count(thinning=Thinning(scale, keep)), keep)
        self._key = (*self._key, window, window_weights)
        counted = self._run("cooccurrence", (), _compact, count)
        self._key = (*self._key, subsample)
        overwrite = self._memory.mmap_mode is None
        return Cooccurrence(expected_cooccurrence(counted, scale, keep, overwrite), keep)

    def spectral_start(self, matrix, n_components, seed):
        """Centre vectors to start from, (V, d); see `spectral_start`."""

        def remember(block, compute):
            return self._run("start", (seed, block), compute)

        return spectral_start(matrix, n_components, seed, self.n_jobs, remember, is_symmetric=True)

    def _run(self, stage, key, compute, *arguments):
        """``compute(*arguments)``, or what it returned before for the same stage and key."""
        if self._memory is None:
            return compute(*arguments)
        computed = []

        def noted():
            computed.append(stage)
            return compute(*arguments)

        remembered = self._memory.cache(_result, ignore=["compute"])
        key = joblib.hash((*self._key, *key))
        is_there = remembered.check_call_in_cache(stage, key, noted)
        result = remembered(stage, key, noted)
        if is_there and computed:
            warnings.warn(
                f"memory: the {stage} kept in {self._memory.location!r} could not be read; it was computed anew.",
            )
        return result


@cache
def _made_with():
    """What the results of stages depend on besides their arguments: versions, and the text of this package."""
    package = Path(__file__).parents[1]
    text = b"".join(path.read_bytes() for path in sorted(package.rglob("*.py")))  # has the package's version
    libraries = sys.version_info[:2], np.__version__, scipy.__version__, sklearn.__version__
    return hashlib.sha256(text).hexdigest(), *libraries


def _result(stage, key, compute):
    """What joblib keeps, by stage and key."""
    return compute()


def _read(X, sample_weight, analyze, given, pruning, keep_dropped, n_jobs):
    read, known = encode(X, analyze, given, "add" if keep_dropped else "drop", n_jobs)
    if not len(read):
        raise ValueError("X: expected at least one document, got none.")
    weights = check_sample_weight(sample_weight, len(read))
    tokens, vocabulary = read, given
    if given is None:
        tokens, vocabulary = prune(read, known, **pruning, document_weights=weights)
    elif keep_dropped:
        tokens = read.renumber(new_ids(np.arange(len(given)), len(known)))
    everything, dropped = with_dropped(read, known, vocabulary) if keep_dropped else (None, [])
    return Documents(tokens, weights), vocabulary, everything, dropped


def _compact(count):
    """Counts of pairs, whole numbers in 4 bytes where they fit."""
    counted = count()
    data = counted.data
    if data.dtype == np.int64 and data.max(initial=0) <= np.iinfo(np.int32).max:
        data = data.astype(np.int32)
    return csr_array((data, counted.indices, counted.indptr), shape=counted.shape)
