"""From documents and parameters to what a fit leaves: the stages before the SGD, the SGD, word vectors and pooling."""

import numpy as np

from sklw2v.cooccurrence import count_cooccurrences, expected_cooccurrence, keep_probabilities, window_units
from sklw2v.losses import noise_distribution
from sklw2v.pooling import fit_pooling, pooled_vectors
from sklw2v.text import check_vocabulary, make_analyzer, new_ids, text_parameters
from sklw2v.training import CONTEXT_SHARE, EarlyStopping, Progress, automatic_max_iter, mean_log_likelihood, train
from sklw2v.utils import n_threads
from sklw2v.vectorizers import _parameters as parameters
from sklw2v.vectorizers._callbacks import FitTasks
from sklw2v.vectorizers._running_counts import RunningCounts
from sklw2v.vectorizers._stages import Stages
from sklw2v.word_vectors import SubwordVectors, WordVectors

SCORED_CENTERS = 512  # centre words that early stopping scores after each epoch; of more, a sample
PRUNING = ("min_count", "min_df", "max_df", "max_features")


class Fit:
    """One fit of an estimator, which it reads and never changes: one that fails or is interrupted leaves it as it was.

    Parameters
    ----------
    estimator : SkipGramVectorizer
    X : iterable of documents
    y : array-like or None
    sample_weight : array-like or None

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
        self.loss = parameters.check_parameters(estimator)
        self.rng = parameters.check_rng(estimator.random_state)
        self.n_jobs = n_threads(estimator.n_jobs)
        self.given = None if estimator.vocabulary is None else check_vocabulary(estimator.vocabulary)
        if self.given is not None:
            parameters.check_n_components(estimator.n_components, len(self.given))
        self.window = estimator.window, estimator.window_weights
        self.text_parameters = text_parameters(estimator)
        self.pruning = {name: getattr(estimator, name) for name in PRUNING}
        self.pooling = parameters.resolve_pooling(estimator)
        parameters.check_labels(self.pooling, y)

    def whole(self, keep_tokens):
        """What `fit` does.

        Parameters
        ----------
        keep_tokens : bool
            Whether the caller wants the tokens.

        Returns
        -------
        fitted : dict
            The attributes to set, by name.
        tokens : TokenIds or None
            Those of X that are in the vocabulary, if they were to be kept.
        """
        estimator = self.estimator
        stages = Stages(estimator.memory, self.n_jobs)
        before = self._vectors_before(estimator.warm_start)
        tasks = FitTasks(estimator, self.X, self.y, self.sample_weight)

        tokens, vocabulary, weights = stages.read(
            self.X, self.sample_weight, self.given, self.text_parameters, self.pruning
        )
        parameters.check_n_components(estimator.n_components, len(vocabulary))
        parameters.check_labels(self.pooling, self.y, len(tokens))
        counts = tokens.counts(len(vocabulary), weights)
        self.progress.line(f"{len(tokens)} documents, {len(tokens.ids)} tokens of {len(vocabulary)} words")

        part, held_out = (tokens, weights), None
        if estimator.early_stopping:
            part, held_out = stages.split(tokens, weights, estimator.validation_fraction, self._new_seed())
        cooccurrence, keep = stages.count(*part, counts, *self.window, estimator.subsample)
        part = None
        if not (keep_tokens or self.pooling.fits_documents):
            tokens = None
        self.progress.line(f"{cooccurrence.nnz} distinct pairs counted")

        handed_over = [cooccurrence]
        del cooccurrence
        state = {"_is_trained": True, "_running": None}
        words, documents = (vocabulary, counts, keep), (tokens, weights)
        return self._learn(stages, tasks, words, handed_over, documents, before, held_out, state), tokens

    def piece(self):
        """What `partial_fit` does.

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
        before = self._vectors_before(getattr(estimator, "_is_trained", False))
        running = self._running_counts()
        tasks = FitTasks(estimator, self.X, self.y, self.sample_weight)

        analyze = make_analyzer(**self.text_parameters)
        is_given = self.given is not None
        running, tokens, weights = running.add(self.X, self.sample_weight, analyze, is_given, self.n_jobs)
        parameters.check_labels(self.pooling, self.y, len(tokens))
        order = running.choose(is_given, self.pruning)
        parameters.check_n_components(estimator.n_components, len(order))
        all_words = list(running.vocabulary)
        vocabulary = {all_words[old]: new for new, old in enumerate(order)}
        counts = running.counts[order]
        self.progress.line(f"{len(tokens)} documents more, {len(tokens.ids)} tokens; {len(vocabulary)} words")

        units = running.cooccurrence
        if not is_given:
            units = units[order][:, order]
            units.sort_indices()
        keep = keep_probabilities(counts, estimator.subsample)
        handed_over = [expected_cooccurrence(units, window_units(*self.window)[1], keep)]
        self.progress.line(f"{units.nnz} distinct pairs counted")
        del units

        words, documents = (vocabulary, counts, keep), (tokens.renumber(new_ids(order, len(all_words))), weights)
        stages, state = Stages(None, self.n_jobs), {"_running": running}
        fitted = self._learn(stages, tasks, words, handed_over, documents, before, None, state)
        return fitted | {"_is_trained": getattr(estimator, "_is_trained", False) or fitted["n_iter_"] > 0}

    def _learn(self, stages, tasks, words, handed_over, documents, before, held_out, state):
        """Start, SGD and pooling; returns the attributes to set, those of `state` among them.

        `words` are vocabulary, counts and keep probabilities; `documents` tokens and weights. `handed_over` is a list
        of the co-occurrence alone, so that its memory is free as soon as the solver does not need it.
        """
        estimator = self.estimator
        vocabulary, counts, keep = words
        if not handed_over[0].nnz:
            apart = "" if held_out is None else " among the documents that early_stopping does not hold out"
            raise ValueError(
                f"X: no pair to train on: of {len(vocabulary)} words in the vocabulary no two stand in one window"
                f"{apart}. Expected more documents of two words or more, or a lower min_count."
            )
        in_order = sorted(vocabulary, key=vocabulary.get)
        parameters.check_oov(estimator.oov, in_order)
        shape = len(vocabulary), estimator.n_components
        noise = noise_distribution(counts, estimator.noise_exponent)
        stopping = None
        if held_out is not None:
            stopping = self._early_stopping(held_out, self.loss.log_reference(noise) - np.log(keep))
        contexts = np.zeros(shape, dtype=np.float32)
        if before is None and estimator.init == "svd":
            centers = stages.start(handed_over[0], estimator.n_components, self._new_seed())
        else:
            centers = (self.rng.uniform(-0.5, 0.5, size=shape) / estimator.n_components).astype(np.float32)
        if before is not None:
            old_vocabulary, old_centers, old_contexts = before
            known = [word for word in vocabulary if word in old_vocabulary]
            if not known and old_centers is getattr(estimator.init, "vectors", None):
                raise ValueError(
                    f"init: none of the {len(vocabulary)} words of X is among its {len(old_vocabulary)}. Expected "
                    "words in common: were they cut and lower-cased in the same way?"
                )
            rows, old_rows = [vocabulary[word] for word in known], [old_vocabulary[word] for word in known]
            centers[rows], contexts[rows] = old_centers[old_rows], old_contexts[old_rows]
        start = f"init={estimator.init!r}" if before is None else f"vectors at hand of {len(known)} words"
        self.progress.line(f"start from {start}")

        def fitted(centers, contexts, loss_curve):
            if stopping is not None and stopping.best is not None:
                centers, contexts = stopping.best
            word_vectors = WordVectors(in_order, centers + CONTEXT_SHARE * contexts, counts)
            return {
                "vocabulary_": vocabulary,
                "word_vectors_": word_vectors,
                "center_vectors_": centers,
                "context_vectors_": contexts,
                "loss_": self.loss,
                "loss_curve_": list(loss_curve),
                "validation_scores_": None if stopping is None else list(stopping.scores),
                "n_iter_": len(loss_curve),
                "_noise": noise,
                "_keep": keep,
                **self._for_documents(*documents, word_vectors, contexts),
                **state,
            }

        automatic = estimator.max_iter == "auto"
        max_iter = automatic_max_iter(handed_over[0].sum(dtype=np.float64)) if automatic else estimator.max_iter
        end_of_task = tasks.epochs(max_iter, fitted)

        def after_epoch(*results):
            return end_of_task(*results, stopping is not None and stopping(*results))

        centers, contexts, loss_curve = train(
            handed_over.pop(),
            centers,
            contexts,
            self.loss,
            noise,
            n_negatives=estimator.n_negatives,
            learning_rate=estimator.learning_rate,
            max_iter=max_iter,
            rng=self.rng,
            n_jobs=self.n_jobs,
            progress=self.progress,
            after_epoch=after_epoch,
        )
        result = fitted(centers, contexts, loss_curve)
        tasks.end(result)
        return result

    def _early_stopping(self, held_out, reference):
        counts = count_cooccurrences(held_out, len(reference), window_units(*self.window)[0], n_jobs=self.n_jobs)
        if not np.isfinite(reference[counts.indices]).any():
            raise ValueError(
                f"validation_fraction={self.estimator.validation_fraction!r}: the {len(held_out)} documents held out "
                "for early stopping have no two words of the vocabulary in one window. Expected a larger fraction, or "
                "early_stopping=False."
            )

        def score(centers, contexts):
            return mean_log_likelihood(counts, centers, contexts, reference, SCORED_CENTERS)[0]

        return EarlyStopping(score, self.estimator.n_iter_no_change, self.estimator.tol, self.progress)

    def _for_documents(self, tokens, weights, word_vectors, contexts):
        """The fitted pooling, and what gives unknown words vectors, if that is asked for."""
        vectors = pooled_vectors(self.pooling, word_vectors.vectors, contexts)
        document_term = tokens.document_term(len(word_vectors)) if self.pooling.fits_documents else None
        return {
            "pooling_": fit_pooling(self.pooling, document_term, vectors, self.y, weights),
            "_subwords": SubwordVectors().fit(word_vectors.words, vectors) if self.estimator.oov == "subword" else None,
        }

    def _running_counts(self):
        """What `partial_fit` adds to: what it counted before, else the words of `fit`, else nothing."""
        running = getattr(self.estimator, "_running", None)
        if running is None:
            rows, counts = self.given or {}, np.zeros(len(self.given or {}), dtype=np.int64)
            if hasattr(self.estimator, "vocabulary_"):
                rows, counts = self.estimator.vocabulary_, self.estimator.word_vectors_.counts
            in_order = {word: rows[word] for word in sorted(rows, key=rows.get)}
            running = RunningCounts.without_pairs(in_order, counts, self.window)
        if running.window != self.window:
            raise ValueError(
                f"window, window_weights: got {self.window}, but partial_fit has counted with {running.window}. "
                "Expected the same; fit starts anew."
            )
        if self.given is not None and self.given != running.vocabulary:
            raise ValueError(
                f"vocabulary: got {len(self.given)} words that are not the {len(running.vocabulary)} counted so far. "
                "Expected the same vocabulary in each call of partial_fit; fit starts anew."
            )
        return running

    def _vectors_before(self, goes_on):
        """Vocabulary, centre and context vectors to start from: the estimator's, if it goes on; `init`; or None."""
        estimator = self.estimator
        if not (goes_on and hasattr(estimator, "center_vectors_")):
            if isinstance(estimator.init, str):
                return None
            vectors = estimator.init.vectors
            return {word: row for row, word in enumerate(estimator.init.words)}, vectors, np.zeros_like(vectors)
        n_components = estimator.center_vectors_.shape[1]
        if n_components != estimator.n_components:
            raise ValueError(
                f"n_components={estimator.n_components!r}: expected {n_components}, the length of the vectors to go on "
                "from. To start anew, call fit with warm_start=False."
            )
        return estimator.vocabulary_, estimator.center_vectors_, estimator.context_vectors_

    def _new_seed(self):
        return self.rng.randint(np.iinfo(np.int32).max)
