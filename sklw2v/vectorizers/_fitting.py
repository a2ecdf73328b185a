"""One fit: from documents and parameters to the attributes that it sets, stage by stage."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from sklw2v.cooccurrence import (
    Cooccurrence,
    count_cooccurrences,
    expected_cooccurrence,
    keep_probabilities,
    window_units,
)
from sklw2v.losses import LOSSES, WordScores, log_reference_of, noise_distribution, paths_of
from sklw2v.pooling import POOLINGS, fit_pooling, labels_for, pooled_vectors
from sklw2v.text import (
    Documents,
    TokenIds,
    Vocabulary,
    check_vocabulary,
    make_analyzer,
    new_ids,
    text_parameters,
    warn_of_lost_words,
    warn_of_single_words,
)
from sklw2v.training import (
    EarlyStopping,
    Problem,
    Progress,
    automatic_max_iter,
    balanced,
    make_solver,
    mean_log_likelihood,
    train,
)
from sklw2v.utils import n_threads, split_biases
from sklw2v.vectorizers._callbacks import FitTasks
from sklw2v.vectorizers._parameters import (
    check_labels,
    check_n_components,
    check_oov,
    check_parameters,
    check_rng,
    check_sample_weight,
)
from sklw2v.vectorizers._running_counts import RunningCounts, counts_so_far
from sklw2v.vectorizers._stages import Stages
from sklw2v.vectorizers._starting import Start, fill_empty_columns, known_vectors, make_start
from sklw2v.word_vectors import SubwordVectors, WordVectors

CONTEXT_SHARE = 0.25  # of a context vector in a word's vector: see docs/benchmarks/shares.txt
SCORED_CENTERS = 512  # centre words that early stopping scores after each epoch; of more, a sample
PRUNING = ("min_count", "min_df", "max_df", "max_features")


@dataclass
class Counted:
    """What the documents say, counted: all that training needs.

    Attributes
    ----------
    vocabulary : Vocabulary
    documents : Documents or None
        None where nothing needs them any more.
    cooccurrence : Cooccurrence
        Its matrix is None once a solver has its own copy.
    held_out : TokenIds or None
        Of the documents that early stopping scores; they are not in `cooccurrence`.
    running : RunningCounts or None
        What is counted so far, to go on from; None for a `fit` that does not keep it.
    everything : TokenIds or None
        The tokens of X, dropped words and all, where they get features.
    dropped : list
        The words of the ids in `everything` that are not in the vocabulary.
    shares : ndarray of float64, shape (V,), or None
        What words keep of the vectors they had, where `fit` gave them and its counts are not there to train on.
    """

    vocabulary: Vocabulary
    documents: Documents | None
    cooccurrence: Cooccurrence
    held_out: TokenIds | None = None
    running: RunningCounts | None = None
    everything: TokenIds | None = None
    dropped: Sequence = ()
    shares: np.ndarray | None = None


class Fit:
    """One fit of an estimator, which it reads and never changes: one that fails or is interrupted leaves it as it was.

    Parameters
    ----------
    estimator : SkipGramVectorizer
    X : iterable of documents
    y : array-like or None
    sample_weight : array-like or None

    Attributes
    ----------
    progress : Progress
    loss, pooling : object
        What the parameters stand for.
    rng : numpy.random.RandomState
    n_jobs : int
        Threads.
    given_vocabulary : dict or None
        The vocabulary that the user gave, word to row.
    window : (int, str)
        `window` and `window_weights`.
    text_parameters, pruning : dict
        Parameters by name.

    Raises
    ------
    ValueError, TypeError
        For bad parameters, before any work is done.
    """

    def __init__(self, estimator, X, y, sample_weight):
        self.estimator = estimator
        self.X = X
        self.y = y
        self.sample_weight = sample_weight
        self.progress = Progress(type(estimator).__name__, estimator.verbose)
        check_parameters(estimator)
        self.loss = LOSSES.resolve(estimator.loss)
        self.rng = check_rng(estimator.random_state)
        self.n_jobs = n_threads(estimator.n_jobs)
        self.given_vocabulary = None if estimator.vocabulary is None else check_vocabulary(estimator.vocabulary)
        if self.given_vocabulary is not None:
            warn_of_lost_words(estimator, "vocabulary", self.given_vocabulary)
        self.window = estimator.window, estimator.window_weights
        self.text_parameters = text_parameters(estimator)
        self.pruning = {name: getattr(estimator, name) for name in PRUNING}
        self.pooling = POOLINGS.resolve(estimator.pooling, estimator)
        if POOLINGS.is_name(estimator.pooling):  # an object was checked on the way; this one has the estimator's loss
            self.pooling.check()
        self._goes_on = False  # whether the estimator has trained vectors, which this fit keeps

    def fit(self, keep_tokens):
        """What `fit` of the estimator does.

        Parameters
        ----------
        keep_tokens : bool
            Whether the caller wants the tokens.

        Returns
        -------
        fitted : dict
            The attributes to set, by name.
        tokens : TokenIds or None
            Those of X, if they were to be kept: words of the vocabulary, and with ``oov="subword"`` others after them.
        dropped : list
            These others.
        """
        estimator = self.estimator
        check_labels(self.pooling, self.y)
        keep_dropped = keep_tokens and estimator.oov == "subword"
        stages = Stages(estimator.memory, self.n_jobs)
        known = known_vectors(estimator, estimator.warm_start)
        tasks = FitTasks(estimator, self.X, self.y, self.sample_weight)
        counted = self._count(stages, keep_dropped)
        tokens = counted.everything if keep_dropped else counted.documents.tokens if keep_tokens else None
        dropped, counted.everything = counted.dropped, None
        if not self.pooling.fits_documents:
            counted.documents = None
        return self._learn(stages, tasks, counted, known), tokens, dropped

    def partial_fit(self):
        """What `partial_fit` of the estimator does.

        Returns
        -------
        dict
            The attributes to set, by name.
        """
        estimator = self.estimator
        if estimator.early_stopping:
            raise ValueError(
                "early_stopping=True: expected False with partial_fit, which trains on all that it counts."
            )
        # After ``max_iter=0`` alone there is nothing to go on from.
        self._goes_on = getattr(estimator, "_is_trained", False)
        known = known_vectors(estimator, self._goes_on)
        check_labels(self.pooling, self.y, of_all=False)
        running = counts_so_far(estimator, self.given_vocabulary, self.window)
        if running.without_pairs.any() and getattr(self.pooling, "needs_all_documents", False):
            raise ValueError(
                f"pooling={self.pooling!r} is learnt from all documents, of which fit kept none. Expected partial_fit "
                "from the first documents on, or fit on all."
            )
        tasks = FitTasks(estimator, self.X, self.y, self.sample_weight)
        counted = self._count_more(running)
        return self._learn(Stages(None, self.n_jobs), tasks, counted, known)

    def _count(self, stages, keep_dropped):
        """Documents to counts, those that early stopping holds out apart."""
        estimator = self.estimator
        documents, rows, everything, dropped = stages.read(
            self.X, self.sample_weight, self.given_vocabulary, self.text_parameters, self.pruning, keep_dropped
        )
        tokens = documents.tokens
        self._check_neighbors(documents, len(rows))
        warn_of_single_words(rows, len(tokens.ids))
        check_n_components(estimator.n_components, len(rows))
        check_labels(self.pooling, self.y, len(tokens))
        documents = replace(documents, labels=labels_for(self.pooling, self.y))
        vocabulary = Vocabulary(rows, tokens.counts(len(rows), documents.weights))
        self.progress.line(f"{len(tokens)} documents, {len(tokens.ids)} tokens of {len(rows)} words")
        trained_on, held_out = documents, None
        if estimator.early_stopping:
            trained_on, held_out = stages.split(documents, estimator.validation_fraction, self._new_seed())
        cooccurrence = stages.count(trained_on, vocabulary.counts, *self.window, estimator.subsample)
        self.progress.line(f"{cooccurrence.matrix.nnz} distinct pairs counted")
        return Counted(vocabulary, documents, cooccurrence, held_out, everything=everything, dropped=dropped)

    def _check_neighbors(self, documents, n_words):
        """Raise if no document has two words."""
        lengths = np.diff(documents.tokens.offsets)
        n_documents = len(lengths)
        if documents.weights is not None:
            lengths = lengths[documents.weights > 0]
        if lengths.max() < 2 and not self.estimator._is_in_table:
            raise ValueError(
                f"X: no word has a neighbour: every one of {n_documents} documents has at most one word of the "
                f"vocabulary ({n_words} words). Expected documents of two words or more."
            )

    def _count_more(self, running):
        """Add the documents to what was counted before; what training needs of the sum."""
        is_given = self.given_vocabulary is not None
        analyze = make_analyzer(**self.text_parameters)
        tokens, words = running.read(self.X, analyze, is_given, self.n_jobs)
        check_labels(self.pooling, self.y, len(tokens), of_all=False)
        weights = check_sample_weight(self.sample_weight, len(tokens))
        added = Documents(tokens, weights, labels_for(self.pooling, self.y))
        running = running.add(added, words, self.n_jobs, self.pooling.fits_documents)
        documents = running.documents
        if documents is not None:
            check_labels(self.pooling, documents.labels, len(documents.tokens))
        order = running.choose(is_given, self.pruning)
        check_n_components(self.estimator.n_components, len(order))
        words = list(words)
        vocabulary = Vocabulary({words[old]: new for new, old in enumerate(order)}, running.counts[order])
        n_tokens = len(added.tokens.ids)
        self.progress.line(f"{len(added.tokens)} documents more, {n_tokens} tokens; {len(vocabulary)} words")
        units = running.cooccurrence
        if not is_given:
            units = units[order][:, order]
            units.sort_indices()
        keep = keep_probabilities(vocabulary.counts, self.estimator.subsample)
        matrix = expected_cooccurrence(units, window_units(*self.window, added.tokens.longest)[1], keep)
        self.progress.line(f"{matrix.nnz} distinct pairs counted")
        documents = added if documents is None else documents
        documents = replace(documents, tokens=documents.tokens.renumber(new_ids(order, len(words))))
        shares = running.shares_of_fit(order)
        if shares is not None and self.pooling.fits_documents:
            warnings.warn(
                f"pooling={self.pooling!r} is learnt from the documents since fit alone, as fit does not keep its own. "
                "It is learnt from all if partial_fit is called from the first documents on."
            )
        return Counted(vocabulary, documents, Cooccurrence(matrix, keep), running=running, shares=shares)

    def _learn(self, stages, tasks, counted, known):
        """Start, SGD and pooling; returns the attributes to set. Leaves `counted` without its matrix."""
        estimator = self.estimator
        self._check_counted(counted)
        noise = noise_distribution(counted.vocabulary.counts, estimator.noise_exponent)
        paths = paths_of(self.loss, counted.vocabulary.counts)
        stopping = None if counted.held_out is None else self._early_stopping(counted, noise, paths)
        start = self._start(stages, counted, known, paths)
        self.progress.line(f"start from {start.origin}")
        max_iter = estimator.max_iter if counted.cooccurrence.matrix.nnz else 0
        if max_iter == "auto":
            max_iter = automatic_max_iter(counted.cooccurrence.matrix.data.sum(dtype=np.float64))
        pairs, vectors = counted.cooccurrence.matrix, (start.centers, start.contexts)
        problem = Problem(pairs, *vectors, self.loss, noise, estimator.n_negatives, paths, start.biases)
        solver = make_solver(problem, estimator.learning_rate, self.rng, self.n_jobs)
        del pairs, vectors, problem, start
        counted.cooccurrence = counted.cooccurrence._replace(matrix=None)  # 8 bytes a pair are free
        fitted = partial(self._fitted, counted, known, noise, paths, stopping)
        end_of_task = tasks.epochs(max_iter, fitted)

        def after_epoch(*results):
            return end_of_task(*results, stopping is not None and stopping(*results))

        trained = train(
            solver,
            learning_rate=estimator.learning_rate,
            max_iter=max_iter,
            progress=self.progress,
            after_epoch=after_epoch,
        )
        del solver
        result = fitted(*trained)
        tasks.end(result)
        return result

    def _check_counted(self, counted):
        """Raise if there is nothing to train on, or if the estimator cannot do with the words."""
        if not counted.cooccurrence.matrix.nnz:
            apart = "" if counted.held_out is None else " among the documents that early_stopping does not hold out"
            message = (
                f"X: no pair to train on: of {len(counted.vocabulary)} words in the vocabulary no two stand in one "
                f"window{apart}."
            )
            if not self.estimator._is_in_table:
                raise ValueError(f"{message} Expected more documents of two words or more, or a lower min_count.")
            warnings.warn(f"{message} The vectors stay as they start, at random.")
        self.estimator._check_words(counted.vocabulary.words)
        check_oov(self.estimator.oov, counted.dropped)

    def _start(self, stages, counted, known, paths):
        estimator, rows = self.estimator, counted.vocabulary.rows
        if known is not None or estimator.init == "random" or not counted.cooccurrence.matrix.nnz:
            start = make_start(rows, estimator.n_components, self.rng, known, paths)
            if known is not None and known.parameter is not None:
                warn_of_lost_words(estimator, known.parameter, known.rows)
            return start
        n_components = estimator.n_components
        centers = stages.spectral_start(counted.cooccurrence.matrix, n_components, self._new_seed())
        if n_components > len(rows):
            fill_empty_columns(centers, self.rng)
        n_outputs = len(rows) if paths is None else paths.shape[1]
        contexts = np.zeros((n_outputs, n_components), dtype=np.float32)
        return Start(centers, contexts, f"init={estimator.init!r}")

    def _early_stopping(self, counted, noise, paths):
        """What scores the documents held out after each epoch."""
        estimator, held_out = self.estimator, counted.held_out
        reference = log_reference_of(self.loss, noise) - np.log(counted.cooccurrence.keep)
        units, _ = window_units(*self.window, held_out.longest)
        counts = count_cooccurrences(held_out, len(reference), units, n_jobs=self.n_jobs)
        if not np.isfinite(reference[counts.indices]).any():
            raise ValueError(
                f"validation_fraction={estimator.validation_fraction!r}: the {len(held_out)} documents held out "
                "for early stopping have no two words of the vocabulary in one window. Expected a larger fraction, or "
                "early_stopping=False."
            )

        word_scores = () if paths is None else (WordScores(self.loss, paths),)

        def score(centers, contexts):
            return mean_log_likelihood(counts, centers, contexts, reference, SCORED_CENTERS, *word_scores)[0]

        return EarlyStopping(score, estimator.n_iter_no_change, estimator.tol, self.progress)

    def _fitted(self, counted, known, noise, paths, stopping, centers, contexts, loss_curve):
        """The attributes to set if training ends with these vectors, or with the best that early stopping saw."""
        if stopping is not None and stopping.best is not None:
            centers, contexts = stopping.best
        vocabulary = counted.vocabulary
        centers, contexts, biases = split_biases(centers, contexts, self.estimator.n_components)
        if self.loss.form == "rows" and biases is None and len(loss_curve):  # their contexts end much longer
            centers, contexts = balanced(centers, contexts)
        if counted.shares is not None:
            trained = centers, contexts, biases
            centers, contexts, biases = known.mixed(vocabulary.rows, counted.shares, paths, trained)
        of_words = contexts if paths is None else WordScores(self.loss, paths).vectors(contexts)
        word_vectors = WordVectors(vocabulary.words, centers + CONTEXT_SHARE * of_words, vocabulary.counts)
        return {
            "vocabulary_": vocabulary.rows,
            "word_vectors_": word_vectors,
            "center_vectors_": centers,
            "context_vectors_": contexts,
            "center_biases_": None if biases is None else biases[0],
            "context_biases_": None if biases is None else biases[1],
            "loss_": self.loss,
            "loss_curve_": list(loss_curve),
            "validation_scores_": None if stopping is None else list(stopping.scores),
            "n_iter_": len(loss_curve),
            "_noise": noise,
            "_keep": counted.cooccurrence.keep,
            "_running": counted.running,
            "_is_trained": counted.running is None or self._goes_on or len(loss_curve) > 0,
            **self._for_documents(counted.documents, word_vectors, of_words),
        }

    def _for_documents(self, documents, word_vectors, contexts):
        """The fitted pooling, and what gives unknown words vectors, if that is asked for."""
        vectors = pooled_vectors(self.pooling, word_vectors.vectors, contexts)
        counts = labels = weights = None
        if self.pooling.fits_documents:
            counts = documents.tokens.document_term(len(word_vectors))
            labels, weights = documents.labels, documents.weights
        return {
            "pooling_": fit_pooling(self.pooling, counts, vectors, labels, weights),
            "_subwords": SubwordVectors().fit(word_vectors.words, vectors) if self.estimator.oov == "subword" else None,
        }

    def _new_seed(self):
        return self.rng.randint(np.iinfo(np.int32).max)
