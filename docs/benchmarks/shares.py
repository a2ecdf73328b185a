"""How much of its context vector a word's vector should have: the five figures of word vectors by share.

    python docs/benchmarks/shares.py --data DIRECTORY [--corpora wiki5m ...]

One fit for each corpus, with the defaults and seed 0. Prints a table and saves it beside this file.
"""

import argparse
import tempfile
from pathlib import Path

from corpora import FILES
from epochs import UNLABELLED, mixtures
from report import save, versions
from word_vectors import FIGURES, judge

from sklw2v import LineDocuments, SkipGramVectorizer

SHARES = (0.0, 0.25, 0.5, 1.0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--corpora", nargs="+", default=UNLABELLED, choices=list(FILES))
    arguments = parser.parse_args()
    lines = ["d=100, min_count 5, one seed", "", f"{'':28}" + "".join(f"{name:>11}" for name in (*FIGURES, "mean"))]
    for corpus in arguments.corpora:
        with tempfile.TemporaryDirectory() as directory:
            documents = LineDocuments(FILES[corpus](arguments.data, directory))
            model = SkipGramVectorizer(analyzer=str.split, min_count=5, n_jobs=2, random_state=0).fit(documents)
        for share, mixture in zip(SHARES, mixtures(model, SHARES), strict=True):
            figures = list(judge(mixture.word_vectors_, arguments.data).values())
            figures.append(sum(figures) / len(figures))
            label = f"{corpus:14}W + {share:g} C"
            lines.append(f"{label:28}" + "".join(f"{figure:11.3f}" for figure in figures))
    lines += ["", versions("sklw2v", "numpy", "scipy", "scikit-learn", "numba")]
    save(Path(__file__).with_suffix(".txt"), lines)


if __name__ == "__main__":
    main()
