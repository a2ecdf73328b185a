"""Poolings that were tried, those of the package and others, each written as a `Pooling` of one's own.

    python docs/benchmarks/poolings.py --data DIRECTORY [--seeds 5]

The same word vectors, labels, draws and classifier for every pooling, as in documents.py. Prints tables and saves them
beside this file.
"""

import argparse
from pathlib import Path

import numpy as np
from corpora import DOCUMENT_SETS, FOLDED
from documents import LogRatios, accuracies
from report import save, versions
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.mixture import GaussianMixture
from sklearn.preprocessing import normalize

from sklw2v import PretrainedVectorizer, SkipGramVectorizer, WordVectors
from sklw2v.pooling import MeanPooling, Pooling, SifPooling

CORPORA = ("SST-2", "movie reviews", "subjectivity")
N_COMPONENTS = 100
SIZES = ("all", "20")  # labels a class


class Extremes(Pooling):
    """The mean, and the largest and smallest value of each component."""

    fits_documents = False

    def transform(self, counts, vectors):
        mean = MeanPooling().transform(counts, vectors)
        high, low = np.zeros_like(mean), np.zeros_like(mean)
        for row, (first, last) in enumerate(zip(counts.indptr, counts.indptr[1:], strict=False)):
            if first < last:
                of_words = vectors[counts.indices[first:last]]
                high[row], low[row] = of_words.max(axis=0), of_words.min(axis=0)
        return np.hstack([mean, high, low])


class PowerMeans(Pooling):
    """Means of powers 1 and 3, and the extremes (Rücklé et al. 2018, Concatenated power mean word embeddings)."""

    fits_documents = False

    def transform(self, counts, vectors):
        return np.hstack([Extremes().transform(counts, vectors), np.cbrt(MeanPooling().transform(counts, vectors**3))])


class SoftClusters(Pooling):
    """SCDV (Mekala et al. 2017): a mean for each cluster of the vocabulary, words shared among clusters, with idf.

    Values below a share of the largest are set to zero, as there.
    """

    def __init__(self, n_clusters=10, sparsity=0.04):
        self.n_clusters = n_clusters
        self.sparsity = sparsity

    def fit(self, counts, vectors, y=None, sample_weight=None):
        mixture = GaussianMixture(self.n_clusters, covariance_type="diag", random_state=0, reg_covar=1e-4)
        shares = mixture.fit(vectors).predict_proba(vectors)  # (V, n_clusters)
        idf = TfidfTransformer().fit(counts).idf_
        of_words = (idf[:, np.newaxis] * shares)[:, :, np.newaxis] * vectors[:, np.newaxis]  # (V, n_clusters, d)
        self._vectors = of_words.reshape(len(vectors), -1).astype(np.float32)
        features = self._pool(counts)
        self._threshold = self.sparsity * (np.abs(features.min(axis=1)).mean() + features.max(axis=1).mean()) / 2
        return self

    def transform(self, counts, vectors):
        features = self._pool(counts)
        return np.where(np.abs(features) < self._threshold, 0, features)

    def _pool(self, counts):
        return normalize(counts @ self._vectors)


def poolings(model):
    """Names, poolings and the vectors that they pool; fold-in has the context vectors."""
    words, contexts = model.word_vectors_, WordVectors(model.word_vectors_.words, model.context_vectors_)
    centers = WordVectors(words.words, model.center_vectors_)
    both = WordVectors(words.words, np.hstack([model.center_vectors_, model.context_vectors_]))
    yield "mean", "mean", words
    yield "mean, 1 + log count", MeanPooling(sublinear_tf=True), words
    yield "mean, 1 + log count, idf", MeanPooling(sublinear_tf=True, use_idf=True), words
    yield "mean, unit vectors", MeanPooling(unit_vectors=True), words
    yield "tfidf", "tfidf", words
    yield "sif", SifPooling(), words
    yield "sif, nothing removed", SifPooling(n_removed=0), words
    yield "mean, centre vectors", "mean", centers
    yield "mean, context vectors", "mean", contexts
    yield "mean, both, 2 d", "mean", both
    yield "mean and extremes, 3 d", Extremes(), words
    yield "power means, 4 d", PowerMeans(), words
    yield "SCDV, 10 d", SoftClusters(), words
    yield "fold_in", "fold_in", contexts
    yield "neighbors", "neighbors", words
    yield "labels, ratios alone", LogRatios(), words
    yield "labels", "labels", words


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=5)
    arguments = parser.parse_args()
    found = {}  # (name, labels, corpus): accuracies, one a seed
    for corpus in CORPORA:
        for seed in range(arguments.seeds):
            fold = [seed % 5] if corpus in FOLDED else []
            (train, labels), (test, test_labels) = DOCUMENT_SETS[corpus](arguments.data, *fold)
            labels, test_labels = np.array(labels), np.array(test_labels)
            model = SkipGramVectorizer(n_components=N_COMPONENTS, n_jobs=2, random_state=seed).fit(train)
            for name, pooling, vectors in poolings(model):
                vectorizer = PretrainedVectorizer(vectors, pooling=pooling, n_jobs=2)
                features = vectorizer.fit_transform(train, labels), vectorizer.transform(test)
                sizes = ["all"] if getattr(vectorizer.pooling_, "needs_labels", False) else SIZES
                for n, draws in accuracies(features, labels, test_labels, seed, sizes):
                    found.setdefault((name, n, corpus), []).append(np.mean(draws))
            print(corpus, seed, flush=True)
    names = list(dict.fromkeys(name for name, _, _ in found))
    lines = [f"accuracy in %, d={N_COMPONENTS}, mean +- standard deviation over {arguments.seeds} seeds"]
    for n in SIZES:
        lines += ["", f"{f'{n} labels' + ' a class' * (n != 'all'):26}" + "".join(f"{name:>15}" for name in CORPORA)]
        lines[-1] += f"{'mean':>9}"
        for name in names:
            if (name, n, CORPORA[0]) in found:
                scores = np.array([found[name, n, corpus] for corpus in CORPORA])  # (n_corpora, n_seeds)
                cells = zip(scores.mean(axis=1), scores.std(axis=1), strict=True)
                lines.append(f"{name:26}" + "".join(f"{mean:8.2f} +- {std:3.1f}" for mean, std in cells))
                lines[-1] += f"{scores.mean():9.2f}"
    lines += ["", versions("sklw2v", "numpy", "scipy", "scikit-learn", "numba")]
    save(Path(__file__).with_suffix(".txt"), lines)


if __name__ == "__main__":
    main()
