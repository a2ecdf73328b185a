"""Accuracy of document classification on eight data sets, with all labels and with few, by features.

    python docs/benchmarks/documents.py --data DIRECTORY [--corpora TREC ...] [--n-components 100 ...] [--seeds 5]

Vectors and weights are fitted on all training documents, without labels except where it says so. Dense features are
either standardised, or centred and scaled to unit length. The classifier is a logistic regression. With all labels
its C, the preparation of dense features and the weight of word vectors beside TF-IDF are chosen by 3-fold
cross-validation on the training documents, C from the same values for every feature set; with few labels C is chosen
on the labelled documents, dense features are centred and scaled to unit length, and the weight is 0.5. Few labels are
drawn per class, four draws a seed, the same draws for every feature set. Results are added to documents.jsonl beside
this file, one a line, and what is found there is not computed again; the tables and pictures are made of it.
`--report` makes them without computing anything.
"""

import argparse
import json
from functools import cached_property
from itertools import product
from pathlib import Path

import numpy as np
from corpora import DOCUMENT_SETS, FOLDED
from grid import GensimMean
from joblib import Parallel, delayed
from matplotlib.figure import Figure
from report import save, versions
from scipy.sparse import csr_array, hstack
from sklearn.base import clone
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer, StandardScaler

from sklw2v import PhraseTransformer, PretrainedVectorizer, SkipGramVectorizer, WordVectors
from sklw2v.plotting import LearningCurvesDisplay
from sklw2v.pooling import LabelPooling

CS = np.logspace(-3, 3, 7)
FEW = (5, 20, 50)
DRAWS = 4  # a seed
DOC2VEC_EPOCHS = 20
PHRASES_ABOVE = 5  # times by chance: best of 0.5, 1, 2, 5, 100 in cross-validation on the training documents of IMDb
WEIGHTS = (0.1, 0.25, 0.5)  # of word vectors beside TF-IDF
WIDE = 40  # words to either side, chosen on training documents: windows.py
PLACE_OF_ALL = 150  # on the axis of a picture, which is logarithmic
ALL_ALONE = {  # fitted with all labels, which has no meaning with few, or compared with those that are
    "label ratios alone",
    "sklw2v, labels",
    "sklw2v, labels, window 40",
    "TF-IDF, phrases",
    "sklw2v, labels, phrases",
    "TF-IDF, words and pairs",
}
FEW_ALONE = {
    "TF-IDF and SVD",
    "TF-IDF and gensim",
    "sklw2v, neighbors",
    "TF-IDF and SVD, neighbors",
    "TF-IDF and gensim, neighbors",
}
UNIT_LENGTH = make_pipeline(StandardScaler(with_std=False), Normalizer())
PREPARATIONS = (StandardScaler(), UNIT_LENGTH)


class LogRatios(LabelPooling):
    """The log-count ratios of `LabelPooling`, without word vectors: what is left if these tell nothing."""

    def transform(self, counts, vectors):
        return super().transform(counts, vectors[:, :0])

    def transform_training(self, counts, vectors, y, sample_weight=None):
        return super().transform_training(counts, vectors[:, :0], y, sample_weight)


class Features:
    """The feature sets of one data set, dimension and seed; each returns those of training and test documents."""

    def __init__(self, train, labels, test, n_components, seed):
        self.train, self.labels, self.test = train, labels, test
        self.n_components, self.seed = n_components, seed

    def both(self, vectorizer):
        return vectorizer.fit_transform(self.train, self.labels), vectorizer.transform(self.test)

    @cached_property
    def tfidf(self):
        return self.both(TfidfVectorizer(sublinear_tf=True))

    @cached_property
    def svd_pipeline(self):
        svd = TruncatedSVD(self.n_components, random_state=self.seed)
        return make_pipeline(TfidfVectorizer(sublinear_tf=True), svd).fit(self.train)

    @cached_property
    def svd(self):
        return self.svd_pipeline.transform(self.train), self.svd_pipeline.transform(self.test)

    def svd_and_neighbors(self):
        """Means of the singular vectors of words, which is what SVD makes of TF-IDF but for the documents' lengths."""
        tfidf, svd = self.svd_pipeline.named_steps.values()
        return self.pooled(WordVectors(list(tfidf.get_feature_names_out()), svd.components_.T), "neighbors")

    @cached_property
    def skip_gram(self):
        return self.fitted()

    @cached_property
    def skip_gram_wide(self):
        return self.fitted(window=WIDE)

    def fitted(self, **parameters):
        vectorizer = SkipGramVectorizer(n_components=self.n_components, n_jobs=2, random_state=self.seed, **parameters)
        return vectorizer.fit(self.train)

    def pooled(self, word_vectors, pooling):
        return self.both(PretrainedVectorizer(word_vectors, pooling=pooling, n_jobs=2))

    def union(self, dense):
        """TF-IDF beside dense features, centred and scaled to unit length; a list, one pair a weight."""
        pairs = list(zip(self.tfidf, prepared(UNIT_LENGTH, *dense), strict=True))
        return [[csr_array(hstack([words, weight * vectors])) for words, vectors in pairs] for weight in WEIGHTS]

    @cached_property
    def phrases(self):
        return PhraseTransformer(threshold=PHRASES_ABOVE).fit(self.train)

    def tfidf_of_phrases(self):
        return self.both(TfidfVectorizer(sublinear_tf=True, analyzer=self.phrases.analyze))

    def labels_of_phrases(self):
        vectorizer = SkipGramVectorizer(
            n_components=self.n_components,
            analyzer=self.phrases.analyze,
            pooling="labels",
            n_jobs=2,
            random_state=self.seed,
        )
        return self.both(vectorizer)

    @cached_property
    def tokens(self):
        analyze = CountVectorizer().build_analyzer()
        return [[analyze(text) for text in texts] for texts in (self.train, self.test)]

    def gensim(self, **parameters):
        return GensimMean(n_components=self.n_components, workers=2, random_state=self.seed, **parameters)

    @cached_property
    def gensim_mean(self):
        return self.both(self.gensim())

    @cached_property
    def gensim_wide(self):
        return self.gensim(window=WIDE, epochs=self.skip_gram_wide.n_iter_, min_count=1).fit(self.train)

    def gensim_mean_wide(self):
        return self.gensim_wide.transform(self.train), self.gensim_wide.transform(self.test)

    def gensim_with_our_epochs(self):
        return self.both(self.gensim(epochs=self.skip_gram.n_iter_, min_count=1))

    def doc2vec(self):
        from gensim.models.doc2vec import Doc2Vec, TaggedDocument

        train, test = self.tokens
        model = Doc2Vec(
            [TaggedDocument(words, [row]) for row, words in enumerate(train)],
            vector_size=self.n_components,
            dm=0,
            min_count=2,
            epochs=DOC2VEC_EPOCHS,
            workers=2,
            seed=self.seed + 1,
        )
        return model.dv.vectors[: len(train)], np.array([model.infer_vector(words) for words in test])


FEATURES = {
    "TF-IDF": lambda features: features.tfidf,
    "TF-IDF + SVD": lambda features: features.svd,
    "gensim, mean": lambda features: features.gensim_mean,
    "gensim, our epochs": Features.gensim_with_our_epochs,
    "gensim, our epochs, window 40": Features.gensim_mean_wide,
    "gensim, Doc2Vec": Features.doc2vec,
    "sklw2v, mean": lambda features: features.pooled(features.skip_gram.word_vectors_, "mean"),
    "sklw2v, tfidf": lambda features: features.pooled(features.skip_gram.word_vectors_, "tfidf"),
    "sklw2v, mean, window 40": lambda features: features.pooled(features.skip_gram_wide.word_vectors_, "mean"),
    "sklw2v, neighbors": lambda features: features.pooled(features.skip_gram_wide.word_vectors_, "neighbors"),
    "label ratios alone": lambda features: features.pooled(features.skip_gram.word_vectors_, LogRatios()),
    "sklw2v, labels": lambda features: features.pooled(features.skip_gram.word_vectors_, "labels"),
    "sklw2v, labels, window 40": lambda features: features.pooled(features.skip_gram_wide.word_vectors_, "labels"),
    "TF-IDF and SVD": lambda features: features.union(features.svd),
    "TF-IDF and SVD, neighbors": lambda features: features.union(features.svd_and_neighbors()),
    "TF-IDF and gensim": lambda features: features.union(features.gensim_mean),
    "TF-IDF and gensim, neighbors": lambda features: features.union(
        features.pooled(features.gensim_wide.model_.wv, "neighbors")
    ),
    "TF-IDF and sklw2v": lambda features: features.union(features.pooled(features.skip_gram.word_vectors_, "tfidf")),
    "TF-IDF and sklw2v, neighbors": lambda features: features.union(
        features.pooled(features.skip_gram_wide.word_vectors_, "neighbors")
    ),
    "TF-IDF, words and pairs": lambda features: features.both(TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2))),
    "TF-IDF, phrases": Features.tfidf_of_phrases,
    "sklw2v, labels, phrases": Features.labels_of_phrases,
}
IN_PICTURE = (
    "TF-IDF",
    "TF-IDF + SVD",
    "gensim, mean",
    "sklw2v, mean, window 40",
    "TF-IDF and sklw2v, neighbors",
    "sklw2v, labels, window 40",
)
SEEDLESS = {"TF-IDF", "TF-IDF, words and pairs", "TF-IDF, phrases"}  # and without dimension
MEAN, LABELS, BESIDE = "sklw2v, mean, window 40", "sklw2v, labels, window 40", "TF-IDF and sklw2v, neighbors"
COMPARED = [  # number of labels, a feature set, and those it is compared with
    *((str(n), name, ("TF-IDF", "TF-IDF + SVD")) for n in FEW for name in (BESIDE, MEAN, "TF-IDF and sklw2v")),
    *(
        (str(n), BESIDE, (other,))
        for n in FEW
        for other in ("TF-IDF and SVD, neighbors", "TF-IDF and gensim, neighbors", "TF-IDF and sklw2v")
    ),
    *(("all", name, (other,)) for name in (MEAN, LABELS) for other in ("TF-IDF + SVD", "gensim, mean", "TF-IDF")),
    ("all", MEAN, ("sklw2v, mean",)),
    ("all", MEAN, ("gensim, our epochs, window 40",)),
    ("all", LABELS, ("label ratios alone",)),
    ("all", LABELS, ("sklw2v, labels",)),
    ("all", "sklw2v, mean", ("gensim, our epochs",)),
    *(
        ("all", "sklw2v, labels, phrases", (other,))
        for other in ("sklw2v, labels", "TF-IDF, phrases", "TF-IDF, words and pairs")
    ),
    *(("all", name, ("TF-IDF",)) for name in (BESIDE, "TF-IDF and sklw2v")),
]
MAX_SEEDS = 5
DOC2VEC_SETS = {"SST-2", "20 newsgroups"}  # it infers a vector at a time
WIDE_GENSIM = {"gensim, our epochs, window 40", "TF-IDF and gensim, neighbors"}  # slow where texts are long


def prepared(preparation, train, test):
    preparation = clone(preparation).fit(train)
    return preparation.transform(train), preparation.transform(test)


def fitted(train, labels, n_jobs=None):
    return GridSearchCV(LogisticRegression(max_iter=1000), {"C": CS}, cv=3, n_jobs=n_jobs).fit(train, labels)


def accuracy(pairs, labels, test_labels):
    """In %; of the pair of features with the best cross-validated accuracy."""
    pairs = [pair if isinstance(pair[0], np.ndarray) else single_words_joined(*pair) for pair in pairs]
    searches = [fitted(of_train, labels, n_jobs=2) for of_train, _ in pairs]
    best = np.argmax([search.best_score_ for search in searches])
    return 100 * searches[best].score(pairs[best][1], test_labels)


def single_words_joined(train, test):
    """Sparse documents with one column for all words that a training document has for itself; the model is the same.

    The weights of a linear model with a quadratic penalty lie in the span of the training documents (Kimeldorf and
    Wahba 1971), so those of such words are multiples of their values, and one coordinate in that direction does for
    all of them. More than half of a vocabulary goes, and most of the time.
    """
    n_documents = np.bincount(train.indices, minlength=train.shape[1])
    single, shared = np.flatnonzero(n_documents == 1), np.flatnonzero(n_documents > 1)
    values = csr_array(train)[:, single]
    lengths = np.sqrt((values**2).sum(axis=1))
    directions = (values[lengths > 0].T / lengths[lengths > 0]).tocsr()  # (n_single, documents with such words)
    return [csr_array(hstack([of[:, shared], of[:, single] @ directions])) for of in map(csr_array, (train, test))]


def in_span(train, test):
    """Coordinates of sparse documents in the span of those of training, which again leaves the model the same.

    For few documents it is fitted in a fraction of the time.
    """
    gram = (train @ train.T).toarray()
    squares, directions = np.linalg.eigh(gram)
    kept = squares > 1e-10 * squares.max()
    lengths, directions = np.sqrt(squares[kept]), directions[:, kept]
    return directions * lengths, test @ (train.T @ (directions / lengths))


def accuracy_of_few(train, labels, test, test_labels):
    if not isinstance(train, np.ndarray):
        train, test = in_span(train, test)
    return 100 * fitted(train, labels).score(test, test_labels)


def draw(labels, n, seed):
    """Rows of n documents of each class, or of all that it has."""
    rng = np.random.RandomState(seed)
    rows = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    return np.concatenate([rng.permutation(of_class)[:n] for of_class in rows])


def accuracies(features, labels, test_labels, seed, sizes):
    """Pairs of a number of labels a class, as in `sizes`, and accuracies, a list of one a draw.

    `features` are those of training and test documents, or a list of such pairs to choose from. With few labels the
    last is taken.
    """
    pairs = features if isinstance(features, list) else [features]
    if isinstance(pairs[0][0], np.ndarray):
        pairs = [prepared(preparation, *pairs[0]) for preparation in PREPARATIONS]
    train, test = pairs[-1]
    for n in sizes:
        if n == "all":
            yield n, [accuracy(pairs, labels, test_labels)]
        else:
            draws = [draw(labels, int(n), 1000 * seed + number) for number in range(DRAWS)]
            jobs = [delayed(accuracy_of_few)(train[rows], labels[rows], test, test_labels) for rows in draws]
            yield n, Parallel(n_jobs=2)(jobs)


def run(arguments, results, path):
    """Compute what is missing, and add it to the file."""
    for seed, n_components, corpus in product(range(arguments.seeds), arguments.n_components, arguments.corpora):
        missing = {}
        for name in arguments.features:
            key = corpus, dimension(name, n_components), seed, name
            if sizes := [n for n in wanted(corpus, seed, name, arguments.few) if n not in results.get(key, {})]:
                missing[key] = sizes
        if missing:
            fold = [seed % 5] if corpus in FOLDED else []
            (train, labels), (test, test_labels) = DOCUMENT_SETS[corpus](arguments.data, *fold)
            labels, test_labels = np.array(labels), np.array(test_labels)
            features = Features(train, labels, test, n_components, seed)
        for key, sizes in missing.items():
            found = dict(accuracies(FEATURES[key[-1]](features), labels, test_labels, seed, sizes))
            results.setdefault(key, {}).update(found)
            with path.open("a") as file:
                file.write(json.dumps([*key, found]) + "\n")
            print(*key, {n: round(np.mean(draws), 2) for n, draws in found.items()}, flush=True)


def dimension(name, n_components):
    return 0 if name in SEEDLESS else n_components


def wanted(corpus, seed, name, few_alone):
    """Numbers of labels a class that a feature set is measured with."""
    if name == "gensim, Doc2Vec" and corpus not in DOC2VEC_SETS:
        return []
    if name in WIDE_GENSIM and (corpus == "IMDb" or (corpus == "20 newsgroups" and seed)):
        return []
    known = name in SEEDLESS and seed and corpus not in FOLDED  # the first seed has it
    without_all = few_alone or known or name in FEW_ALONE
    return ["all"] * (not without_all) + [str(n) for n in FEW if name not in ALL_ALONE]


def load(path):
    """Accuracies by number of labels, for each data set, dimension, seed and feature set."""
    results = {}
    for *key, found in map(json.loads, path.read_text().splitlines() if path.exists() else []):
        results.setdefault(tuple(key), {}).update(found)
    return results


def table(results, corpora, n_components, names, n):
    """Lines of mean accuracies and their spread over seeds: a row for each feature set, a column for each data set."""
    lines = [f"{'':30}" + "".join(f"{corpus:>19}" for corpus in corpora) + f"{'mean':>9}"]
    for name in names:
        cells, means = f"{name:30}", []
        for corpus in corpora:
            scores = scores_of(results, corpus, n_components, name, n)
            means.append(np.mean(scores) if scores else np.nan)
            cells += f"{means[-1]:8.2f} +- {np.std(scores):3.1f} ({len(scores)})" if scores else f"{'':19}"
        if not np.isfinite(means).any():
            continue
        lines.append(cells + (f"{np.mean(means):9.2f}" if np.isfinite(means).all() else ""))
    return lines


def scores_of(results, corpus, n_components, name, n):
    """Mean accuracy of the draws, one a seed."""
    key = corpus, dimension(name, n_components), name
    return [np.mean(found[n]) for (of, d, _, by), found in results.items() if (of, d, by) == key and n in found]


def differences(results, corpora, n_components):
    """Lines: by how much one feature set is ahead of the better of others, on the seeds that all of them have."""
    lines = [
        "",
        "points ahead of the better of the others, on the same seeds: sets ahead, mean (each set, +- over seeds)",
        "",
    ]
    for n, name, others in COMPARED:
        names, ahead = (name, *others), []
        for corpus in corpora:
            keys = [(corpus, dimension(of, n_components), of) for of in names]
            seeds = [s for s in range(MAX_SEEDS) if all(seed_of(results, key, s, n) is not None for key in keys)]
            if seeds:
                ours, *theirs = [[seed_of(results, key, s, n) for s in seeds] for key in keys]
                by_seed = np.subtract(ours, max(theirs, key=np.mean))
                ahead.append((corpus, by_seed.mean(), by_seed.std()))
        if ahead:
            points = ", ".join(f"{corpus} {point:.2f} +- {std:.1f}" for corpus, point, std in ahead)
            n_ahead, mean = sum(point > 0 for _, point, _ in ahead), np.mean([point for _, point, _ in ahead])
            lines.append(
                f"{n} labels, {name} - {' or '.join(others)}: {n_ahead} of {len(ahead)}, {mean:.2f} ({points})"
            )
    return lines


def seed_of(results, key, seed, n):
    """Mean accuracy of a seed, None if there is none; without a seed or a fold all seeds are the first."""
    corpus, d, name = key
    found = results.get((corpus, d, seed, name), {})
    if n not in found and n == "all" and name in SEEDLESS and corpus not in FOLDED:
        found = results.get((corpus, d, 0, name), {})
    return np.mean(found[n]) if n in found else None


def draw_curves(results, corpora, n_components, path):
    """A learning curve for each data set, side by side."""
    figure = Figure(figsize=(15, 8), layout="constrained")
    sizes = ("5", "20", "50", "all")
    for number, (corpus, axes) in enumerate(zip(corpora, figure.subplots(2, 4).flat, strict=False)):
        scores = {}
        for name in IN_PICTURE:
            of_name = [scores_of(results, corpus, n_components, name, n) for n in sizes]
            n_seeds = max(1, *map(len, of_name))  # a name without scores keeps its colour
            scores[name] = [list(row) + [np.nan] * (n_seeds - len(row)) for row in of_name]  # (n_sizes, n_seeds)
        LearningCurvesDisplay([5, 20, 50, PLACE_OF_ALL], scores).plot(axes, score_name="accuracy in %")
        axes.set_xticks([5, 20, 50, PLACE_OF_ALL], labels=sizes)
        axes.set_title(corpus)
        if number:
            axes.get_legend().remove()
    figure.savefig(path, dpi=80)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--n-components", type=int, nargs="+", default=[100, 300])
    parser.add_argument("--corpora", nargs="+", default=list(DOCUMENT_SETS), choices=list(DOCUMENT_SETS))
    parser.add_argument("--features", nargs="+", default=list(FEATURES), choices=list(FEATURES))
    parser.add_argument(
        "--few", action="store_true", help="few labels alone: all of them take minutes for many classes"
    )
    parser.add_argument("--report", action="store_true", help="compute nothing")
    arguments = parser.parse_args()
    path = Path(__file__).with_suffix(".jsonl")
    results = load(path)
    if not arguments.report:
        run(arguments, results, path)
    for n_components in arguments.n_components:
        lines = [f"accuracy in %, d={n_components}, mean +- standard deviation (number of seeds)"]
        for n in ("all", *map(str, FEW)):
            lines += ["", "all labels" if n == "all" else f"{n} labels a class"]
            lines += table(results, arguments.corpora, n_components, arguments.features, n)
        lines += differences(results, arguments.corpora, n_components)
        lines += ["", versions("sklw2v", "gensim", "numpy", "scipy", "scikit-learn", "numba")]
        save(path.with_name(f"documents_{n_components}.txt"), lines)
        draw_curves(results, arguments.corpora, n_components, path.with_name(f"documents_{n_components}.png"))


if __name__ == "__main__":
    main()
