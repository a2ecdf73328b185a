"""Reading, splitting and ids in one process and in several: seconds of `encode` alone.

    python docs/benchmarks/reading.py --data DIRECTORY [--corpus wiki17m] [--n-jobs 2] [--repeats 3]

In turns: one process, and several, with the time until these work. Two analyzers: `str.split`, and the default one with
its regular expression. The ids are compared. Prints a table and saves it beside this file.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
from corpora import FILES
from losses import commit
from report import save, versions

from sklw2v import LineDocuments, SkipGramVectorizer
from sklw2v.text import encode, make_analyzer, text_parameters

ANALYZERS = {"str.split": str.split, "the default": "word"}


def timed(documents, analyze, n_jobs):
    begin = time.perf_counter()
    tokens, vocabulary = encode(documents, analyze, n_jobs=n_jobs)
    return time.perf_counter() - begin, tokens.ids, vocabulary


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--corpus", default="wiki17m", choices=list(FILES))
    parser.add_argument("--n-jobs", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    n_jobs = arguments.n_jobs
    lines = [
        f"{arguments.corpus}, seconds, median of {arguments.repeats}; in one process and in {n_jobs}",
        "",
        f"{'analyzer':16}{'one':>8}{n_jobs:8}{'ratio':>8}",
    ]
    with tempfile.TemporaryDirectory() as directory:
        documents = LineDocuments(FILES[arguments.corpus](arguments.data, directory))
        for name, analyzer in ANALYZERS.items():
            analyze = make_analyzer(**text_parameters(SkipGramVectorizer(analyzer=analyzer)))
            runs = []
            for _ in range(arguments.repeats):
                one, *expected = timed(documents, analyze, 1)
                several, ids, vocabulary = timed(documents, analyze, n_jobs)
                if not np.array_equal(ids, expected[0]) or vocabulary != expected[1]:
                    raise AssertionError("the ids of several processes differ")
                runs.append([one, several])
            one, several = np.median(runs, axis=0)
            lines.append(f"{name:16}{one:8.2f}{several:8.2f}{one / several:8.2f}")
    lines += ["", versions("sklw2v", "joblib", "scikit-learn") + f"; commit {commit()}"]
    return save(Path(__file__).with_suffix(".txt"), lines)


if __name__ == "__main__":
    main()
