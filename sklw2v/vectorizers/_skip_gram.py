"""`SkipGramVectorizer`: its parameters and methods."""

import os
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

import numpy as np
from joblib import Memory
from numpy.typing import ArrayLike

from sklw2v.vectorizers._callbacks import CallbackSupportMixin, with_callbacks
from sklw2v.vectorizers._context_model import ContextModelMixin
from sklw2v.vectorizers._document_vectorizer import DocumentVectorizer
from sklw2v.vectorizers._fitting import Fit
from sklw2v.vectorizers._parameters import check_oov
from sklw2v.word_vectors import WordVectors


class SkipGramVectorizer(CallbackSupportMixin, ContextModelMixin, DocumentVectorizer):
    """Learn skip-gram word vectors from documents and turn documents into features.

    Documents become token ids, token ids a sparse matrix of windowed co-occurrence, and an SGD on the cells of that
    matrix trains two vectors a word (Mikolov et al. 2013, Distributed representations of words and phrases and their
    compositionality). A document's features are pooled word vectors.

    The parameters, by what they are for:

    - text: `input`, `encoding`, `decode_error`, `strip_accents`, `lowercase`, `preprocessor`, `tokenizer`,
      `stop_words`, `token_pattern`, `analyzer`;
    - vocabulary: `max_df`, `min_df`, `max_features`, `vocabulary`, `min_count`;
    - contexts: `window`, `window_weights`, `subsample`;
    - model: `n_components`, `loss`, `n_negatives`, `noise_exponent`, `init`;
    - training: `learning_rate`, `max_iter`, `warm_start`; its end: `early_stopping`, `validation_fraction`,
      `n_iter_no_change`, `tol`;
    - features: `pooling`, `norm`, `oov`;
    - running: `memory`, `n_jobs`, `random_state`, `verbose`.

    Parameters
    ----------
    input : {"content", "filename", "file"}, default="content"
        What a document is: its text, the path of a file to read, or an open file.
    encoding, decode_error : str, default="utf-8", "strict"
        Encoding of documents given as bytes or files; "strict", "ignore" or "replace" where bytes do not decode.
    strip_accents : {"ascii", "unicode"} or callable, default=None
        Removal of accents before tokens are cut.
    lowercase : bool, default=True
        Whether to lower-case the text first.
    preprocessor, tokenizer : callable, default=None
        Replace `strip_accents` and `lowercase`; `token_pattern`.
    stop_words : {"english"} or list, default=None
        Words to drop before windows are cut, so that the gaps close.
    token_pattern : str, default=r"(?u)\\b\\w\\w+\\b"
        Regular expression of a token: by default two or more word characters.
    analyzer : {"word", "char", "char_wb", "passthrough"} or callable, default="word"
        As in `CountVectorizer`. ``"passthrough"``: each document already is a sequence of hashable tokens.
    max_df, min_df : float in [0, 1] or int, default=1.0, 1
        Drop words that are in more or fewer documents than this, a share (float) or a number (int).
    max_features : int, default=None
        Keep only so many words, the most frequent ones.
    vocabulary : mapping or iterable, default=None
        The words to use, with their rows if a mapping from word to row. Nothing is pruned then.
    min_count : int or float, default=1
        Drop words counted less often than this in the whole corpus.
    window : int, default=5
        Largest distance between a centre word and a context word. Windows end where documents end. For features of
        documents take a wide one, as 40; small windows are for the likeness of words.
    window_weights : {"linear", "uniform", "harmonic"}, default="linear"
        Weight of a pair at distance j: ``(window + 1 - j) / window``, which is word2vec's window of random size in
        expectation; 1; or ``1 / j``.
    subsample : float, default=1e-3
        Threshold t of the subsampling of frequent words. The count of a pair is multiplied by the probability that both
        words are kept, each ``min(1, sqrt(t / f) + t / f)`` for a word of relative frequency f. None or 0: no
        subsampling.
    n_components : int, default=100
        Length d of the vectors. More than there are words are no use; they give a warning.
    loss : str or Loss, default="negative_sampling"
        What the SGD minimises: ``"negative_sampling"``, ``"naive_softmax"``, ``"sampled_softmax"``,
        ``"hierarchical_softmax"``, ``"noise_contrastive"``, ``"glove"``, ``"hinge"``, ``"squared_hinge"`` or
        ``"factorised_pmi"``, each a class of `sklw2v.losses`. Or an object like `sklw2v.losses.Loss`, whose parameters
        are tuned as ``loss__<parameter>``. The naive softmax needs all V scores of a word: the time of an epoch grows
        with V * V. The hierarchical softmax and GloVe draw no noise: `n_negatives` and `noise_exponent` do nothing.
    n_negatives : int, default=5
        K, the weight of the noise beside each true pair, in losses that draw noise.
    noise_exponent : float, default=0.75
        Exponent of the word counts in the noise distribution.
    init : {"svd", "random"} or WordVectors, default="svd"
        Start of the centre vectors: truncated SVD of the PPMI matrix; uniform on ``[-0.5 / d, 0.5 / d]``; or vectors
        from elsewhere, of length d, for the words that have one, and at random for the others. Context vectors start at
        zero.
    learning_rate : float, default=0.025
        Step for a pair of weight 1; falls linearly to a hundredth. Heavier pairs are updated more often, up to 8 times
        an epoch, and what is heavier than 8 updates allow is cut off: see "What is minimised" in the page on losses.
        Losses of rows take the steps of Adagrad, of 2 learning rates for centre words and 8 for context words.
    max_iter : int or "auto", default="auto"
        Number of epochs; 0 keeps the start. ``"auto"``: 8 for large corpora to 40 for small ones.
    pooling : {"mean", "tfidf", "sif", "labels", "fold_in", "neighbors"} or Pooling, default="mean"
        How a document's word vectors are joined: mean over its known tokens; mean of unit-length vectors weighted by
        ``(1 + log count) * idf``; smooth inverse frequency weights with the common component removed (Arora et al.
        2017); mean weighted by what each word tells about the labels `y`, with a log-count ratio for each class; the
        document as one more centre word, with the context vectors fixed; the document's mean and those of the training
        documents nearest to it, added. Or an object like `sklw2v.pooling.Pooling`, whose parameters are tuned as
        ``pooling__<parameter>``.
    norm : {"l1", "l2"}, default=None
        Norm to which each document's features are scaled.
    memory : str, path or joblib.Memory, default=None
        Keep token ids, counts of pairs and the SVD start on disk, for fits of the same documents that differ in other
        parameters, as in a grid search. Needs an int `random_state` for the start. Results do not depend on it.
    n_jobs : int, default=None
        Threads, and processes that read a long corpus with copies of the analyzer. None is 1 unless a
        `joblib.parallel_config` says otherwise, -1 all. Never more than OpenMP's limit, which joblib lowers in its
        workers. Results do not depend on it.
    random_state : int, RandomState or None, default=None
        Seed of the start and of the noise. An int gives the same bits at each call.
    verbose : int, default=0
        1 prints the stages and, after each epoch, loss, speed and time left; 2 shows a bar too, on a terminal.
    warm_start : bool, default=False
        Let `fit` go on from the vectors of the last fit, where there is one, instead of `init`. New words start at
        random; words that are not in the new documents are forgotten.
    early_stopping : bool, default=False
        Hold out `validation_fraction` of the documents, score them after each epoch as `score` does (512 centre words
        of them), stop when the score no longer rises, and keep the vectors of the highest score. Vocabulary and word
        counts come from all documents.
    validation_fraction : float, default=0.1
        Share of the documents to hold out, above 0 and below 1.
    n_iter_no_change : int, default=5
        Number of epochs in a row without a rise of at least `tol` after which to stop.
    tol : float, default=1e-3
        In nats a pair.
    oov : {"ignore", "subword"}, default="ignore"
        What `transform` does with words that have no vector: skip them; give them one by their spelling, from vectors
        of character n-grams that are fitted to the known words' vectors (Zhao et al. 2018). Words that `min_count`,
        `min_df`, `max_df` or `max_features` dropped have no vector either. Needs words that are strings.

    Attributes
    ----------
    vocabulary_ : dict
        Word to row; rows by falling count, ties by word.
    word_vectors_ : WordVectors
        The vectors that `transform` and neighbours use: ``center_vectors_ + context_vectors_ / 4``. With a loss that
        predicts words by paths a word's context vector is half the signed sum of those on its path.
    center_vectors_, context_vectors_ : ndarray of float32, shape (V, d)
        What the SGD trained: v and u, so that the score of context word o beside centre word c is ``u_o . v_c``. A loss
        that predicts words by paths, as the hierarchical softmax, has a context vector for each of m outputs, (m, d).
    center_biases_, context_biases_ : ndarray of float32, shapes (V,) and (m,), or None
        What is added to the scores of a word and of an output, for losses that train biases, else None.
    loss_ : object
        The loss that was used, a copy of `loss` or what its name stands for.
    pooling_ : object
        The fitted pooling.
    loss_curve_ : list of float
        Loss of each epoch per unit of the weight trained on, noise included, measured while it ran; in nats for losses
        that are minus log-likelihoods.
    validation_scores_ : list of float or None
        With early stopping, the held-out score after each epoch.
    n_iter_ : int
        Number of epochs run.

    Examples
    --------
    >>> from sklw2v import SkipGramVectorizer
    >>> documents = ["the cat drinks milk", "the dog drinks water", "a cat and a dog"]
    >>> vectorizer = SkipGramVectorizer(n_components=2, random_state=0)
    >>> vectorizer.fit_transform(documents).shape
    (3, 2)
    >>> vectorizer.word_vectors_["cat"].shape
    (2,)
    """

    vocabulary_: dict[Any, int]
    word_vectors_: WordVectors
    center_vectors_: np.ndarray
    context_vectors_: np.ndarray
    center_biases_: np.ndarray | None
    context_biases_: np.ndarray | None
    loss_: Any
    pooling_: Any
    loss_curve_: list[float]
    validation_scores_: list[float] | None
    n_iter_: int

    def __init__(
        self,
        *,
        input: str = "content",
        encoding: str = "utf-8",
        decode_error: str = "strict",
        strip_accents: str | Callable[[str], str] | None = None,
        lowercase: bool = True,
        preprocessor: Callable[[Any], Any] | None = None,
        tokenizer: Callable[[Any], Iterable[Any]] | None = None,
        stop_words: str | Iterable[str] | None = None,
        token_pattern: str | None = r"(?u)\b\w\w+\b",
        analyzer: str | Callable[[Any], Iterable[Any]] = "word",
        max_df: int | float = 1.0,
        min_df: int | float = 1,
        max_features: int | None = None,
        vocabulary: Mapping[Any, int] | Iterable[Hashable] | None = None,
        min_count: int | float = 1,
        window: int = 5,
        window_weights: str = "linear",
        subsample: float | None = 1e-3,
        n_components: int = 100,
        loss: str | Any = "negative_sampling",
        n_negatives: int = 5,
        noise_exponent: float = 0.75,
        init: str | WordVectors = "svd",
        learning_rate: float = 0.025,
        max_iter: int | str = "auto",
        pooling: str | Any = "mean",
        norm: str | None = None,
        memory: str | os.PathLike[str] | Memory | None = None,
        n_jobs: int | None = None,
        random_state: int | np.random.RandomState | None = None,
        verbose: int = 0,
        warm_start: bool = False,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 5,
        tol: float = 1e-3,
        oov: str = "ignore",
    ) -> None:
        self.input = input
        self.encoding = encoding
        self.decode_error = decode_error
        self.strip_accents = strip_accents
        self.lowercase = lowercase
        self.preprocessor = preprocessor
        self.tokenizer = tokenizer
        self.stop_words = stop_words
        self.token_pattern = token_pattern
        self.analyzer = analyzer
        self.max_df = max_df
        self.min_df = min_df
        self.max_features = max_features
        self.vocabulary = vocabulary
        self.min_count = min_count
        self.window = window
        self.window_weights = window_weights
        self.subsample = subsample
        self.n_components = n_components
        self.loss = loss
        self.n_negatives = n_negatives
        self.noise_exponent = noise_exponent
        self.init = init
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.pooling = pooling
        self.norm = norm
        self.memory = memory
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose
        self.warm_start = warm_start
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.tol = tol
        self.oov = oov

    @with_callbacks
    def fit(
        self, X: Iterable[Any], y: ArrayLike | None = None, sample_weight: ArrayLike | None = None
    ) -> "SkipGramVectorizer":
        """Learn the vocabulary, the word vectors and the pooling.

        Parameters
        ----------
        X : iterable of documents
            Strings, bytes, paths or files as `input` says, or sequences of tokens for ``analyzer="passthrough"``. Read
            once; may be a generator.
        y : array-like of shape (n_documents,), optional
            Labels; used by a pooling that needs them, else ignored.
        sample_weight : array-like of shape (n_documents,), optional
            Factor of each document's word counts and co-occurrence. A document of weight 0 counts as absent. With
            fractional weights lower `min_count`, which is compared with the weighted counts.

        Returns
        -------
        SkipGramVectorizer
            The fitted estimator.
        """
        self._fit(X, y, sample_weight, keep_tokens=False)
        return self

    @with_callbacks
    def partial_fit(
        self, X: Iterable[Any], y: ArrayLike | None = None, sample_weight: ArrayLike | None = None
    ) -> "SkipGramVectorizer":
        """Add the counts of more documents, and train on all counted so far.

        Each call runs `max_iter` epochs from the current vectors, words that are new from a random start, with the
        learning rate from its beginning; the first call that trains starts as `fit` does. So calls with
        ``max_iter=0``, which count and work out a start, and a last one that trains give what `fit` on all documents
        gives, to the bit, as long as weights are whole numbers and no word is dropped by `min_count`, `min_df`,
        `max_df` or `max_features`: a word that is dropped keeps its place in the windows here, as it may come back.

        After `fit`, which does not keep its counts of pairs, training goes on with the new documents alone, and the
        vectors that come out are mixed with those before. Of these a word keeps the share that the tokens counted by
        `fit` have of all its tokens. So words that the new documents hardly have hardly move.

        Parameters
        ----------
        X, y, sample_weight
            As in `fit`. A pooling that learns is fitted on the documents of all calls, which are then kept, 4 bytes a
            token. After `fit`, which does not keep them, it is fitted on those since, with a warning, or refused if
            these cannot stand for all, as with labels and neighbours.

        Returns
        -------
        SkipGramVectorizer
            The estimator, which now keeps the co-occurrence, 12 bytes a distinct pair.

        Raises
        ------
        ValueError
            As in `fit`; also if `n_components`, `window`, `window_weights` or a given `vocabulary` differ from the
            calls before, if `pooling` learns now and did not before or needs the documents of `fit`, and with
            `early_stopping`. Nothing is counted then.
        """
        self.__dict__.update(Fit(self, X, y, sample_weight).partial_fit())
        return self

    @with_callbacks
    def fit_transform(
        self, X: Iterable[Any], y: ArrayLike | None = None, sample_weight: ArrayLike | None = None
    ) -> np.ndarray:
        """Fit, and return the features of the same documents, which are read once.

        Parameters
        ----------
        X, y, sample_weight
            As in `fit`.

        Returns
        -------
        ndarray of float32, shape (n_documents, n_features)
            Those of `transform`, unless the pooling cross-fits, as `LabelPooling` does.
        """
        tokens, new_words = self._fit(X, y, sample_weight, keep_tokens=True)
        return self._features(tokens, new_words, training=True, y=y, sample_weight=sample_weight)

    def _check_words(self, words):
        """Raise, before training, if unknown words are to be spelled out and known ones cannot be."""
        check_oov(self.oov, words)

    def _fit(self, X, y, sample_weight, keep_tokens):
        fitted, *tokens = Fit(self, X, y, sample_weight).fit(keep_tokens)
        self.__dict__.update(fitted)
        return tokens
