"""From documents and parameters to what a fit leaves: the stages before the SGD, the SGD, word vectors and pooling.

Nothing here touches the estimator, so a fit that fails or is interrupted leaves it as it was.
"""

import time
from functools import partial

import numpy as np

from sklw2v import parameters
from sklw2v.cooccurrence import count_cooccurrences, expected_cooccurrence, keep_probabilities, window_units
from sklw2v.early_stopping import EarlyStopping
from sklw2v.pooling import POOLINGS
from sklw2v.running_counts import RunningCounts
from sklw2v.scoring import mean_log_likelihood
from sklw2v.sgd import CONTEXT_SHARE, automatic_max_iter, train
from sklw2v.stages import Stages
from sklw2v.vocabulary import check_vocabulary, make_analyzer, new_ids
from sklw2v.word_vectors import WordVectors

SCORED_CENTERS = 512  # centre words that early stopping scores after each epoch; of more, a sample
PRUNING = ("min_count", "min_df", "max_df", "max_features")


def fit_model(estimator, X, sample_weight, keep_tokens):
    """What `SkipGramVectorizer.fit` does.

    Parameters
    ----------
    estimator : SkipGramVectorizer
    X : iterable of documents
    sample_weight : array-like or None
    keep_tokens : bool
        Whether the caller wants the tokens.

    Returns
    -------
    fitted : dict
        The attributes that a fit sets, by name.
    tokens : TokenIds or None
        Those of X that are in the vocabulary, if they were to be kept.
    """
    report = partial(_report, estimator, time.perf_counter())
    loss = parameters.check_parameters(estimator)
    rng = parameters.check_rng(estimator.random_state)
    n_jobs = parameters.n_threads(estimator.n_jobs)
    stages = Stages(estimator.memory, n_jobs)
    before = _vectors_before(estimator) if estimator.warm_start else None
    given = _given_vocabulary(estimator)

    pruning = {name: getattr(estimator, name) for name in PRUNING}
    tokens, vocabulary, weights = stages.read(X, sample_weight, given, parameters.text_parameters(estimator), pruning)
    parameters.check_n_components(estimator.n_components, len(vocabulary))
    counts = tokens.counts(len(vocabulary), weights)
    report(f"{len(tokens)} documents, {len(tokens.ids)} tokens of {len(vocabulary)} words")

    part, held_out = (tokens, weights), None
    if estimator.early_stopping:
        seed = rng.randint(np.iinfo(np.int32).max)
        part, held_out = stages.split(tokens, weights, estimator.validation_fraction, seed)
    cooccurrence, keep = stages.count(*part, counts, estimator.window, estimator.window_weights, estimator.subsample)
    pooling = POOLINGS[estimator.pooling]()
    part = None
    if not (keep_tokens or pooling.fits_documents):
        tokens = None
    report(f"{cooccurrence.nnz} distinct pairs counted")

    words, handed_over = (vocabulary, counts, keep), [cooccurrence]
    del cooccurrence
    fitted = _learn(estimator, loss, rng, stages, words, handed_over, before, held_out, report)
    fitted |= {"_is_trained": True, "_running": None}
    return fitted | _fit_pooling(pooling, tokens, weights, fitted), tokens


def partial_fit_model(estimator, X, sample_weight):
    """What `SkipGramVectorizer.partial_fit` does; returns the attributes that it sets, as `fit_model` does."""
    report = partial(_report, estimator, time.perf_counter())
    loss = parameters.check_parameters(estimator)
    if estimator.early_stopping:
        raise ValueError("early_stopping=True: expected False with partial_fit, which trains on all that it counts.")
    rng = parameters.check_rng(estimator.random_state)
    n_jobs = parameters.n_threads(estimator.n_jobs)
    before = _vectors_before(estimator) if getattr(estimator, "_is_trained", False) else None
    given = _given_vocabulary(estimator)

    analyze = make_analyzer(**parameters.text_parameters(estimator))
    running = _running_counts(estimator, given)
    running, tokens, weights = running.add(X, sample_weight, analyze, given is not None, n_jobs)
    if not running.cooccurrence.nnz:
        raise ValueError(
            f"X: no word has a neighbour: every one of {running.n_documents} documents so far has at most one word of "
            "the vocabulary. Expected documents of two words or more."
        )
    order = running.choose(given is not None, {name: getattr(estimator, name) for name in PRUNING})
    n_words = len(order)
    parameters.check_n_components(estimator.n_components, n_words)
    all_words = list(running.vocabulary)
    vocabulary = {all_words[old]: new for new, old in enumerate(order)}
    counts = running.counts[order]
    report(f"{len(tokens)} documents more, {len(tokens.ids)} tokens; {n_words} words")

    units = running.cooccurrence[order][:, order]
    units.sort_indices()
    _, scale = window_units(*running.window)
    keep = keep_probabilities(counts, estimator.subsample)
    cooccurrence = expected_cooccurrence(units, scale, keep)
    del units
    report(f"{cooccurrence.nnz} distinct pairs counted")

    words, handed_over = (vocabulary, counts, keep), [cooccurrence]
    del cooccurrence
    fitted = _learn(estimator, loss, rng, Stages(None, n_jobs), words, handed_over, before, None, report)
    fitted |= {"_is_trained": before is not None or fitted["n_iter_"] > 0, "_running": running}
    tokens = tokens.renumber(new_ids(order, len(all_words)))
    return fitted | _fit_pooling(POOLINGS[estimator.pooling](), tokens, weights, fitted)


def _report(estimator, begin, line):
    if estimator.verbose:
        print(f"[{type(estimator).__name__}] {time.perf_counter() - begin:7.1f} s  {line}", flush=True)


def _given_vocabulary(estimator):
    """The vocabulary that the user gave, word to row, or None."""
    if estimator.vocabulary is None:
        return None
    given = check_vocabulary(estimator.vocabulary)
    parameters.check_n_components(estimator.n_components, len(given))
    return given


def _running_counts(estimator, given):
    """What `partial_fit` adds to: what it counted before, else the words of `fit`, else nothing."""
    window = estimator.window, estimator.window_weights
    running = getattr(estimator, "_running", None)
    if running is not None:
        if running.window != window:
            raise ValueError(
                f"window, window_weights: got {window}, but partial_fit has counted with {running.window}. Expected "
                "the same; fit starts anew."
            )
    elif hasattr(estimator, "vocabulary_"):
        rows = dict(sorted(estimator.vocabulary_.items(), key=lambda item: item[1]))
        running = RunningCounts.without_pairs(rows, estimator.word_vectors_.counts, window)
    else:
        rows = {} if given is None else dict(sorted(given.items(), key=lambda item: item[1]))
        running = RunningCounts.without_pairs(rows, np.zeros(len(rows), dtype=np.int64), window)
    if given is not None and given != running.vocabulary:
        raise ValueError(
            f"vocabulary: got {len(given)} words that are not the {len(running.vocabulary)} counted so far. Expected "
            "the same vocabulary in each call of partial_fit; fit starts anew."
        )
    return running


def _vectors_before(estimator):
    """Vocabulary, centre and context vectors that the estimator has, to go on from; None if it has none."""
    if not hasattr(estimator, "center_vectors_"):
        return None
    n_components = estimator.center_vectors_.shape[1]
    if n_components != estimator.n_components:
        raise ValueError(
            f"n_components={estimator.n_components!r}: expected {n_components}, the length of the vectors to go on "
            "from. To start anew, call fit with warm_start=False."
        )
    return estimator.vocabulary_, estimator.center_vectors_, estimator.context_vectors_


def _learn(estimator, loss, rng, stages, words, handed_over, before, held_out, report):
    """Start and SGD; returns the attributes that they set.

    `words` are vocabulary, counts and keep probabilities. `handed_over` is a list of the co-occurrence alone, so that
    its memory is free as soon as the solver does not need it.
    """
    vocabulary, counts, keep = words
    shape = len(vocabulary), estimator.n_components
    smoothed = np.power(counts, float(estimator.noise_exponent), out=np.zeros(shape[0]), where=counts > 0)
    noise = smoothed / smoothed.sum()
    stopping = None
    if held_out is not None:
        stopping = _early_stopping(estimator, held_out, loss.log_reference(noise) - np.log(keep), stages.n_jobs, report)
    contexts = np.zeros(shape, dtype=np.float32)
    if estimator.init == "svd" and before is None:
        centers = stages.start(handed_over[0], estimator.n_components, rng.randint(np.iinfo(np.int32).max))
    else:
        centers = (rng.uniform(-0.5, 0.5, size=shape) / estimator.n_components).astype(np.float32)
    if before is not None:
        old_vocabulary, old_centers, old_contexts = before
        known = [word for word in vocabulary if word in old_vocabulary]
        rows, old_rows = [vocabulary[word] for word in known], [old_vocabulary[word] for word in known]
        centers[rows], contexts[rows] = old_centers[old_rows], old_contexts[old_rows]
    report(f"start from {f'init={estimator.init!r}' if before is None else 'the vectors of before'}")

    automatic = estimator.max_iter == "auto"
    max_iter = automatic_max_iter(handed_over[0].sum(dtype=np.float64)) if automatic else estimator.max_iter
    centers, contexts, loss_curve = train(
        handed_over.pop(),
        centers,
        contexts,
        loss,
        noise,
        n_negatives=estimator.n_negatives,
        learning_rate=estimator.learning_rate,
        max_iter=max_iter,
        rng=rng,
        n_jobs=stages.n_jobs,
        report=report,
        after_epoch=stopping,
    )
    if stopping is not None and stopping.best is not None:
        centers, contexts = stopping.best
    in_order = sorted(vocabulary, key=vocabulary.get)
    return {
        "vocabulary_": vocabulary,
        "word_vectors_": WordVectors(in_order, centers + CONTEXT_SHARE * contexts, counts),
        "center_vectors_": centers,
        "context_vectors_": contexts,
        "loss_": loss,
        "loss_curve_": loss_curve,
        "validation_scores_": None if stopping is None else stopping.scores,
        "n_iter_": len(loss_curve),
        "_noise": noise,
        "_keep": keep,
    }


def _early_stopping(estimator, held_out, reference, n_jobs, report):
    units, _ = window_units(estimator.window, estimator.window_weights)
    counts = count_cooccurrences(held_out, len(reference), units, n_jobs=n_jobs)
    if not np.isfinite(reference[counts.indices]).any():
        raise ValueError(
            f"validation_fraction={estimator.validation_fraction!r}: the {len(held_out)} documents held out for early "
            "stopping have no two words of the vocabulary in one window. Expected a larger fraction, or "
            "early_stopping=False."
        )

    def score(centers, contexts):
        return mean_log_likelihood(counts, centers, contexts, reference, SCORED_CENTERS)[0]

    return EarlyStopping(score, estimator.n_iter_no_change, estimator.tol, report)


def _fit_pooling(pooling, tokens, weights, fitted):
    if pooling.fits_documents:
        word_vectors = fitted["word_vectors_"]
        document_term = tokens.document_term(len(word_vectors))
        present = document_term if weights is None else document_term[weights > 0]
        pooling.fit(present, word_vectors.vectors, word_vectors.counts)
    return {"_pooling": pooling}
