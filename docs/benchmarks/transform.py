"""Seconds to turn documents into features, against TfidfVectorizer and CountVectorizer, in one run.

    python docs/benchmarks/transform.py --data DIRECTORY [--runs 7]

All three are fitted on the 25,000 training texts of IMDb (the word vectors are the SVD start alone: their values do not
matter here) and transform the 25,000 test texts, taking turns; then one document of 50 words many times. Prints a table
and saves it beside this file.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from corpora import imdb
from report import save, versions
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from sklw2v import SkipGramVectorizer


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=7)
    arguments = parser.parse_args()
    (train, _), (test, _) = imdb(arguments.data)
    vectorizers = {
        "CountVectorizer": CountVectorizer(),
        "TfidfVectorizer": TfidfVectorizer(),
        "sklw2v, mean": SkipGramVectorizer(max_iter=0, n_jobs=2, random_state=0),
        "sklw2v, tfidf": SkipGramVectorizer(max_iter=0, n_jobs=2, random_state=0, pooling="tfidf"),
    }
    for vectorizer in vectorizers.values():
        vectorizer.fit(train)
    short = " ".join(CountVectorizer().build_analyzer()(test[0])[:50])
    seconds = {name: [] for name in vectorizers}
    milliseconds = {name: [] for name in vectorizers}
    for _ in range(arguments.runs):
        for name, vectorizer in vectorizers.items():
            begin = time.perf_counter()
            vectorizer.transform(test)
            seconds[name].append(time.perf_counter() - begin)
            for _ in range(200):
                begin = time.perf_counter()
                vectorizer.transform([short])
                milliseconds[name].append(1e3 * (time.perf_counter() - begin))
    peer = np.median(seconds["TfidfVectorizer"])
    lines = [
        f"transform, 25,000 texts of IMDb and one document of 50 words; medians of {arguments.runs} alternating runs",
        "",
        f"{'':18}{'seconds':>10}{'/ TfidfVectorizer':>20}{'ms, one document':>19}",
    ]
    lines += [
        f"{name:18}{np.median(seconds[name]):10.2f}{np.median(seconds[name]) / peer:20.2f}"
        f"{np.median(milliseconds[name]):19.3f}"
        for name in vectorizers
    ]
    lines += ["", versions("sklw2v", "numpy", "scipy", "scikit-learn", "numba")]
    save(Path(__file__).with_suffix(".txt"), lines)


if __name__ == "__main__":
    main()
