"""What `oov="subword"` gives: accuracy on misspelt test documents, and similarity of words that are spelled out.

    python docs/benchmarks/subwords.py --data DIRECTORY [--seeds 5]

First part: features are fitted on clean training documents, a logistic regression on them (C by 3-fold
cross-validation), and the test documents are misspelt: each word of four letters or more, with a given probability,
gets one random edit (two neighbours swapped, a letter dropped, doubled or replaced). Second part: word vectors of
wiki17m, and those that the spelling alone gives to the words of the similarity tests, which the n-grams were not
fitted to. Prints tables and saves them beside this file.
"""

import argparse
import re
import string
import tempfile
from pathlib import Path

import numpy as np
from corpora import DOCUMENT_SETS, wiki17m
from joblib import Parallel, delayed
from report import save, versions
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklw2v import LineDocuments, PretrainedVectorizer, SkipGramVectorizer, WordVectors
from sklw2v.word_vectors import SubwordVectors

CORPORA = ("SST-2", "TREC", "movie reviews", "subjectivity")
SHARES = (0.0, 0.1, 0.3)  # of the words, misspelt
CS = np.logspace(-3, 3, 7)
PAIRS = {
    "WS353": "EN-WS-353-ALL.txt",
    "SimLex": "EN-SIMLEX-999.txt",
    "MEN": "EN-MEN-TR-3k.txt",
    "MTurk": "EN-MTurk-771.txt",
}
LONG_WORD = re.compile(r"\b[^\W\d_]{4,}\b")


def misspell(text, share, rng):
    """The text with one edit in a share of its words of four letters or more."""

    def edit(match):
        word = match.group()
        if rng.random_sample() >= share:
            return word
        place = rng.randint(1, len(word) - 1)
        return (
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
            word[:place] + word[place + 1 :],
            word[: place + 1] + word[place:],
            word[:place] + string.ascii_lowercase[rng.randint(26)] + word[place + 1 :],
        )[rng.randint(4)]

    return LONG_WORD.sub(edit, text)


def features(train, seed):
    """Fitted vectorizers, by name."""
    skip_gram = SkipGramVectorizer(random_state=seed).fit(train)
    return {
        "TF-IDF, words": TfidfVectorizer(sublinear_tf=True).fit(train),
        "TF-IDF, characters": TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(2, 5)).fit(train),
        "sklw2v, unknown ignored": skip_gram,
        "sklw2v, unknown spelled": PretrainedVectorizer(skip_gram.word_vectors_, oov="subword").fit(train),
    }


def accuracies(data, corpus, seed):
    """Accuracy in %, by feature set: a list over `SHARES`."""
    (train, labels), (test, test_labels) = DOCUMENT_SETS[corpus](data)
    found = {}
    for name, vectorizer in features(train, seed).items():
        classifier = LogisticRegression(max_iter=1000)
        if name.startswith("sklw2v"):
            classifier = make_pipeline(StandardScaler(), classifier)
        grid = {"C" if isinstance(classifier, LogisticRegression) else "logisticregression__C": CS}
        search = GridSearchCV(classifier, grid, cv=3).fit(vectorizer.transform(train), labels)
        rng = np.random.RandomState(seed)
        misspelt = [[misspell(text, share, rng) for text in test] for share in SHARES]
        found[name] = [100 * search.score(vectorizer.transform(texts), test_labels) for texts in misspelt]
    return found


def spelled(word_vectors, hidden):
    """Word vectors of which those of some words are what n-grams fitted to the others give."""
    rows = np.array([word in hidden for word in word_vectors.words])
    known = [word for word, is_hidden in zip(word_vectors.words, rows, strict=True) if not is_hidden]
    subwords = SubwordVectors().fit(known, word_vectors.vectors[~rows])
    vectors = word_vectors.vectors.copy()
    vectors[rows] = subwords.transform([word_vectors.words[row] for row in np.flatnonzero(rows)])
    return WordVectors(word_vectors.words, vectors)


def similarities(data):
    """Lines of a table: Spearman's correlation for trained vectors and for those that the spelling gives."""
    with tempfile.TemporaryDirectory() as directory:
        documents = LineDocuments(wiki17m(data, directory))
        model = SkipGramVectorizer(min_count=5, token_pattern=r"\S+", n_jobs=2, random_state=0).fit(documents)
    trained = model.word_vectors_
    paths = {name: data / "similarity" / file for name, file in PAIRS.items()}
    hidden = {word for path in paths.values() for word in path.read_text(encoding="utf-8").lower().split()}
    by_spelling = spelled(trained, hidden)
    n_hidden = sum(word in hidden for word in trained.words)
    lines = [
        "",
        f"wiki17m, {len(trained):,} words, {n_hidden:,} of the tests hidden from the n-grams: Spearman's correlation",
        f"{'':12}{'trained':>10}{'by spelling':>14}",
    ]
    for name, path in paths.items():
        both = [vectors.evaluate_word_pairs(path).spearman for vectors in (trained, by_spelling)]
        lines.append(f"{name:12}{both[0]:10.3f}{both[1]:14.3f}")
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=5)
    arguments = parser.parse_args()
    lines = [f"accuracy in % by share of misspelt words, mean +- standard deviation over {arguments.seeds} seeds"]
    for corpus in CORPORA:
        jobs = (delayed(accuracies)(arguments.data, corpus, seed) for seed in range(arguments.seeds))
        runs = Parallel(n_jobs=2)(jobs)
        lines += ["", f"{corpus:26}" + "".join(f"{f'{share:.0%}':>15}" for share in SHARES)]
        for name in runs[0]:
            scores = np.array([run[name] for run in runs])  # (n_seeds, n_shares)
            cells = zip(scores.mean(axis=0), scores.std(axis=0), strict=True)
            lines.append(f"{name:26}" + "".join(f"{mean:8.2f} +- {std:3.1f}" for mean, std in cells))
    lines += similarities(arguments.data)
    lines += ["", versions("sklw2v", "numpy", "scipy", "scikit-learn", "numba")]
    save(Path(__file__).with_suffix(".txt"), lines)


if __name__ == "__main__":
    main()
