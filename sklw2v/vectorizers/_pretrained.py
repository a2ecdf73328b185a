"""Documents to features with word vectors from elsewhere."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from sklw2v.pooling import POOLINGS, fit_pooling, pooled_vectors
from sklw2v.text import check_text_parameters, warn_of_lost_words
from sklw2v.utils import check_choices, check_n_jobs
from sklw2v.vectorizers._document_vectorizer import DocumentVectorizer
from sklw2v.vectorizers._parameters import CHOICES, check_labels, check_oov, check_sample_weight
from sklw2v.word_vectors import SubwordVectors, WordVectors


class PretrainedVectorizer(DocumentVectorizer):
    """Turn documents into features by pooling word vectors that were trained elsewhere: GloVe, fastText, gensim.

    Parameters
    ----------
    word_vectors : WordVectors, mapping, or gensim KeyedVectors
        The vectors: an object with `words` and `vectors`, one with `index_to_key` and `vectors` as gensim has it, or a
        mapping from word to vector. Kept as `WordVectors`. Files are read by `WordVectors.load_word2vec_format`,
        `WordVectors.load_glove_format` and `WordVectors.load_npz`.
    input, encoding, decode_error, strip_accents, lowercase, preprocessor, tokenizer, stop_words, token_pattern, \
analyzer
        How a document becomes tokens, as in `SkipGramVectorizer`. Tokens should be cut as they were where the vectors
        were trained.
    pooling, norm, oov
        As in `SkipGramVectorizer`. There are no context vectors here: a pooling that asks for them gets the word
        vectors.
    n_jobs : int, default=None
        Threads of ``pooling="fold_in"`` and ``"neighbors"``, and processes that read many documents. Results do not
        depend on it.

    Attributes
    ----------
    vocabulary_ : dict
        Word to row, for all words that have a vector.
    word_vectors_ : WordVectors
    pooling_ : object
        The fitted pooling.

    Examples
    --------
    >>> from sklw2v import PretrainedVectorizer
    >>> vectors = {"cat": [1.0, 0.0], "dog": [0.0, 1.0]}
    >>> PretrainedVectorizer(vectors).fit_transform(["the cat and the dog", "cat, cat"]).tolist()
    [[0.5, 0.5], [1.0, 0.0]]
    """

    vocabulary_: dict[Any, int]
    word_vectors_: WordVectors
    pooling_: Any

    def __init__(
        self,
        word_vectors: WordVectors | Any,
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
        pooling: str | Any = "mean",
        norm: str | None = None,
        oov: str = "ignore",
        n_jobs: int | None = None,
    ) -> None:
        self.word_vectors = _converted(word_vectors)  # a mapping would be copied by each clone, and shown by repr
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
        self.pooling = pooling
        self.norm = norm
        self.oov = oov
        self.n_jobs = n_jobs

    def set_params(self, **params: Any) -> "PretrainedVectorizer":
        """Set parameters, as `DocumentVectorizer.set_params` does."""
        if "word_vectors" in params:
            params["word_vectors"] = _converted(params["word_vectors"])
        return super().set_params(**params)

    def fit(
        self, X: Iterable[Any], y: ArrayLike | None = None, sample_weight: ArrayLike | None = None
    ) -> "PretrainedVectorizer":
        """Fit the pooling. The documents are read only if it has something to learn from them.

        Parameters
        ----------
        X : iterable of documents
        y : array-like of shape (n_documents,), optional
            Labels; used by a pooling that needs them, else ignored.
        sample_weight : array-like of shape (n_documents,), optional
            Weights of the documents; used by a pooling that learns. A document of weight 0 counts as absent.

        Returns
        -------
        PretrainedVectorizer

        Raises
        ------
        ValueError, TypeError
            For bad parameters, vectors or documents. The estimator is left as it was.
        """
        self._fit(X, y, sample_weight)
        return self

    def fit_transform(
        self, X: Iterable[Any], y: ArrayLike | None = None, sample_weight: ArrayLike | None = None
    ) -> np.ndarray:
        """Fit, and return the features of the same documents.

        Parameters
        ----------
        X, y, sample_weight
            As in `fit`.

        Returns
        -------
        ndarray of float32, shape (n_documents, n_features)
            Those of `transform`, unless the pooling cross-fits, as `LabelPooling` does.
        """
        return self._fit(X, y, sample_weight, keep_tokens=True)

    def _fit(self, X, y, sample_weight, keep_tokens=False):
        check_text_parameters(self)
        check_choices(self, {name: CHOICES[name] for name in ("norm", "oov")})
        pooling = POOLINGS.resolve(self.pooling, self)
        check_labels(pooling, y)
        word_vectors = _as_word_vectors(self.word_vectors)
        vocabulary = {word: row for row, word in enumerate(word_vectors.words)}
        check_oov(self.oov, word_vectors.words)
        warn_of_lost_words(self, "word_vectors", vocabulary)
        check_n_jobs(self.n_jobs)
        vectors = pooled_vectors(pooling, word_vectors.vectors)
        tokens = counts = weights = None
        new_words = ()
        if keep_tokens or pooling.fits_documents:
            tokens, new_words = self._encode(X, vocabulary, self.oov == "subword")
            weights = check_sample_weight(sample_weight, len(tokens))
        if pooling.fits_documents:
            counts = tokens.document_term(len(vocabulary) + len(new_words))[:, : len(vocabulary)]
            check_labels(pooling, y, len(tokens))
            if not (counts if weights is None else counts[weights > 0]).nnz:
                raise ValueError(f"X: no word of {len(tokens)} documents has a vector; pooling={pooling!r} needs some.")
        fitted = {
            "vocabulary_": vocabulary,
            "word_vectors_": word_vectors,
            "pooling_": fit_pooling(pooling, counts, vectors, y, weights),
            "_subwords": SubwordVectors().fit(word_vectors.words, vectors) if self.oov == "subword" else None,
        }
        self.__dict__.update(fitted)
        return self._features(tokens, new_words, training=True, y=y, sample_weight=weights) if keep_tokens else None


def _converted(value):
    """Vectors in another form as `WordVectors`, if that is what they are; `fit` says what is wrong with others."""
    try:
        return _as_word_vectors(value)
    except (TypeError, ValueError):
        return value


def _as_word_vectors(value):
    if isinstance(value, WordVectors):
        return value
    if isinstance(value, Mapping):
        if not value:
            raise ValueError("word_vectors: expected at least one word, got an empty mapping.")
        vectors = [np.asarray(vector, dtype=np.float32) for vector in value.values()]
        for word, vector in zip(value, vectors, strict=True):
            if vector.ndim != 1 or len(vector) != len(vectors[0]):
                raise ValueError(
                    f"word_vectors: expected vectors of one length, that of {next(iter(value))!r} has shape "
                    f"{vectors[0].shape}, that of {word!r} has shape {vector.shape}."
                )
        return WordVectors(list(value), np.array(vectors))
    for words in ("words", "index_to_key"):
        if hasattr(value, words) and hasattr(value, "vectors"):
            return WordVectors(getattr(value, words), value.vectors)
    raise TypeError(
        f"word_vectors: expected WordVectors, gensim's KeyedVectors or a mapping from word to vector, got a "
        f"{type(value).__name__}. Files are read by WordVectors.load_word2vec_format, load_glove_format and load_npz."
    )
