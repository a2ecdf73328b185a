"""Vectors of unknown words, from their spelling."""

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import Ridge

from sklw2v.utils import one_blas_thread

NGRAM_RANGE = 3, 6  # characters; a word stands between two spaces
N_FEATURES = 2**18  # places of the hash table
PENALTY = 1.0  # of the ridge regression
HASHER = HashingVectorizer(
    analyzer="char_wb",
    ngram_range=NGRAM_RANGE,
    n_features=N_FEATURES,
    lowercase=False,
    norm="l2",
    alternate_sign=False,
    dtype=np.float32,
)


class SubwordVectors:
    """Vectors of words as sums of vectors of their character n-grams (Zhao et al. 2018, Generalizing word embeddings
    using bag of subwords).

    The n-grams' vectors are fitted to the known words' vectors by ridge regression, so that words of similar spelling
    get similar vectors: inflected forms, compounds, misspellings. N-grams share `N_FEATURES` places by hashing. Those
    in use are kept; an n-gram of no known word has a vector of zeros.
    """

    def fit(self, words, vectors):
        """Fit the n-grams' vectors to those of words.

        Parameters
        ----------
        words : list of str, length V
        vectors : ndarray of float32, shape (V, d)

        Returns
        -------
        SubwordVectors
        """
        ridge = Ridge(alpha=PENALTY, solver="sparse_cg", tol=1e-3, fit_intercept=False)
        grams = HASHER.transform(words)  # (V, N_FEATURES)
        self._places = np.unique(grams.indices)
        grams = grams[:, self._places]
        # With more columns than words ridge regression has one unknown a word, else one a column.
        grams.resize(len(words), max(len(self._places), min(len(words) + 1, N_FEATURES)))
        with one_blas_thread():  # dot products differ in their last bits with the number of threads
            coefficients = np.atleast_2d(ridge.fit(grams, vectors).coef_)[:, : len(self._places)]
        self._coefficients = np.ascontiguousarray(coefficients.T, dtype=np.float32)  # (n_places, d)
        return self

    def transform(self, words):
        """Vectors of words, known or not.

        Parameters
        ----------
        words : list of str, length n

        Returns
        -------
        ndarray of float32, shape (n, d)
        """
        return HASHER.transform(words)[:, self._places] @ self._coefficients
