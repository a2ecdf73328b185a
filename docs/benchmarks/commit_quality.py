"""Two commits side by side: how good are the word vectors, and what is the held-out score where every word is kept?

    python docs/benchmarks/commit_quality.py BEFORE [AFTER] --data DIRECTORY [--seeds 3] [--results FOLDER]

AFTER is the working tree unless it is given. Each commit is checked out into a temporary folder and runs in processes
of its own, with the packages of the Python that runs this. The quality of the word vectors of three corpora is judged
as in word_vectors.py; with ``min_count=1`` every fiftieth article of wiki17m is held out and scored. ``--results``
keeps what is done, by commit, and goes on from there. Prints a table and saves it beside this file.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
CORPORA = ("wiki17m", "wiki34m_lines", "imdb_words")
ALL_WORDS = "wiki17m, min_count=1"
EVERY = 50


def quality(corpus, data, memory, seed):
    """The five figures of a corpus."""
    from word_vectors import judge

    from sklw2v import LineDocuments, SkipGramVectorizer

    vectorizer = SkipGramVectorizer(analyzer=str.split, min_count=5, memory=memory, n_jobs=2, random_state=seed)
    return judge(vectorizer.fit(LineDocuments(corpus)).word_vectors_, data)


def all_words(data, memory, seed):
    """Score of held-out articles."""
    from corpora import read_lines

    from sklw2v import SkipGramVectorizer

    articles = read_lines(data / "wiki17m.txt.xz")
    training = [article for position, article in enumerate(articles) if position % EVERY]
    vectorizer = SkipGramVectorizer(analyzer=str.split, memory=memory, n_jobs=2, random_state=seed).fit(training)
    return {"score": vectorizer.score(articles[::EVERY])}


def child(corpus, path, data, memory, seed):
    """Print the figures of one fit as JSON."""
    found = all_words(data, memory, seed) if corpus == ALL_WORDS else quality(path, data, memory, seed)
    print(json.dumps(found))


def figures(folder, corpora, arguments, memory, file):
    """Figures by corpus, a list over seeds; from `file` where they are known."""
    known = json.loads(file.read_text()) if file.exists() else {}
    for seed in range(arguments.seeds):
        for corpus, path in corpora.items():
            if len(known.setdefault(corpus, [])) > seed:
                continue
            command = [sys.executable, str(Path(__file__).resolve()), "--child", corpus, str(path)]
            command += [str(arguments.data), str(memory), str(seed)]
            environment = os.environ | {"PYTHONPATH": str(folder)}
            done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
            known[corpus].append(json.loads(done.stdout.splitlines()[-1]))
            print(folder, corpus, seed, known[corpus][-1], file=sys.stderr, flush=True)
            file.write_text(json.dumps(known, indent=1))
    return known


def rows(before, after):
    """Lines of the table: mean and standard deviation over seeds, and the differences seed by seed."""
    for corpus in before:
        names = list(before[corpus][0])
        parts = {
            part: np.array([[run[name] for name in names] for run in runs[corpus]])
            for part, runs in (("before", before), ("after", after))
        }  # (n_seeds, n_figures)
        if corpus != ALL_WORDS:
            names.append("mean")
            parts = {part: np.column_stack([runs, runs.mean(axis=1)]) for part, runs in parts.items()}
        parts["after - before"] = parts["after"] - parts["before"]
        yield ""
        yield f"{corpus:22}" + "".join(f"{name:>18}" for name in names)
        for part, runs in parts.items():
            cells = zip(runs.mean(axis=0), runs.std(axis=0), strict=True)
            yield f"  {part:20}" + "".join(f"{mean:10.4f} +- {spread:.4f}" for mean, spread in cells)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("before")
    parser.add_argument("after", nargs="?")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--results", type=Path)
    parser.add_argument("--only", choices=["before", "after"], help="work that part out and stop")
    arguments = parser.parse_args()
    from corpora import FILES
    from report import save, versions

    with tempfile.TemporaryDirectory() as directory:
        results = arguments.results or Path(directory)
        results.mkdir(exist_ok=True)
        corpora = {name: FILES[name](arguments.data, directory) for name in CORPORA} | {ALL_WORDS: ""}
        found = {}
        for part, commit in (("before", arguments.before), ("after", arguments.after)):
            if arguments.only not in (None, part):
                continue
            folder = Path(directory) / part if commit else ROOT
            if commit:
                subprocess.run(["git", "clone", "-q", str(ROOT), folder], check=True)
                subprocess.run(["git", "checkout", "-q", commit], cwd=folder, check=True)
            memory = Path(directory) / f"memory of {part}"
            found[part] = figures(folder, corpora, arguments, memory, results / f"{commit or 'working tree'}.json")
        if arguments.only:
            return
        lines = [
            f"{arguments.before} and {arguments.after or 'the working tree'}",
            f"d=100, window 5, K=5, {arguments.seeds} seeds",
            "means over seeds and their standard deviation; min_count 5 where not said",
            *rows(found["before"], found["after"]),
            "",
            versions("numpy", "scipy", "scikit-learn", "numba"),
        ]
        save(Path(__file__).with_suffix(".txt"), lines)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        corpus, path, data, memory, seed = sys.argv[2:]
        child(corpus, path, Path(data), memory, int(seed))
    else:
        main()
