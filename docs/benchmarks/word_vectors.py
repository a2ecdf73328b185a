"""Speed, memory and quality of word vectors on a corpus, against gensim, in one run.

    python docs/benchmarks/word_vectors.py --data DIRECTORY [--corpus wiki17m] [--n-components 100] [--seeds 3]

Each model is trained in a process of its own, the two systems taking turns. Seconds run from the file to the vectors in
memory, imports left out and the kernels' compilation in. Prints a table and saves it beside this file.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from corpora import FILES
from report import save, versions

FIGURES = ("WS353", "SimLex", "MEN", "MTurk", "analogies")
PAIRS = ("EN-WS-353-ALL.txt", "EN-SIMLEX-999.txt", "EN-MEN-TR-3k.txt", "EN-MTurk-771.txt")
WORKERS = 2


def train_gensim(corpus, seed, n_components, epochs=5):
    from gensim.models import Word2Vec

    begin = time.perf_counter()
    model = Word2Vec(
        corpus_file=str(corpus),
        vector_size=n_components,
        window=5,
        negative=5,
        sg=1,
        min_count=5,
        sample=1e-3,
        epochs=epochs,
        workers=WORKERS,
        seed=seed + 1,
    )
    seconds = time.perf_counter() - begin
    return seconds, model.wv.index_to_key, model.wv.vectors


def train_sklw2v(corpus, seed, n_components, max_iter="auto"):
    from sklw2v import LineDocuments, SkipGramVectorizer

    begin = time.perf_counter()
    model = SkipGramVectorizer(
        analyzer=str.split,
        min_count=5,
        n_components=n_components,
        max_iter=max_iter,
        n_jobs=WORKERS,
        random_state=seed,
        verbose=1,
    ).fit(LineDocuments(corpus))
    seconds = time.perf_counter() - begin
    return seconds, model.word_vectors_.words, model.word_vectors_.vectors


SYSTEMS = {"gensim": train_gensim, "sklw2v": train_sklw2v}


def judge(word_vectors, data):
    """Spearman's correlation on the test pairs and accuracy of the analogies, as a dict of FIGURES."""
    tests = data / "similarity"
    figures = [word_vectors.evaluate_word_pairs(tests / name).spearman for name in PAIRS]
    figures.append(word_vectors.evaluate_word_analogies(tests / "google-analogies.txt", restrict_vocab=30000).accuracy)
    return dict(zip(FIGURES, map(float, figures), strict=True))


def run_one(system, corpus, data, seed, n_components):
    """Train and judge one model; print its figures as JSON."""
    from sklw2v import WordVectors

    seconds, words, vectors = SYSTEMS[system](corpus, seed, n_components)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    figures = judge(WordVectors(words, vectors), data)
    result = {"system": system, "seed": seed, "seconds": seconds, "peak_gib": peak}
    print(json.dumps(result | figures))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--corpus", default="wiki17m", choices=list(FILES))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--n-components", type=int, default=100)
    parser.add_argument("--one", nargs=3, metavar=("SYSTEM", "FILE", "SEED"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        system, corpus, seed = arguments.one
        return run_one(system, Path(corpus), arguments.data, int(seed), arguments.n_components)

    results = []
    with tempfile.TemporaryDirectory() as directory:
        corpus = FILES[arguments.corpus](arguments.data, directory)
        for seed in range(arguments.seeds):
            for system in SYSTEMS:
                command = [sys.executable, __file__, "--data", str(arguments.data)]
                command += ["--n-components", str(arguments.n_components), "--one", system, str(corpus), str(seed)]
                output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
                sys.stderr.write(output)
                results.append(json.loads(output.splitlines()[-1]))

    seeds = "1 seed" if arguments.seeds == 1 else f"{arguments.seeds} seeds"
    lines = [
        f"{arguments.corpus}, d={arguments.n_components}, window 5, K=5, min_count 5, subsample 1e-3, "
        f"{WORKERS} threads, {seeds}; gensim: corpus_file, 5 epochs",
        "",
        f"{'':8}{'seconds':>9}{'GiB':>6}  " + "".join(f"{name:>16}" for name in FIGURES),
    ]
    medians = {}
    for system in SYSTEMS:
        runs = [result for result in results if result["system"] == system]
        medians[system] = np.median([run["seconds"] for run in runs])
        cells = [f"{np.mean([r[n] for r in runs]):.3f} +- {np.std([r[n] for r in runs]):.3f}" for n in FIGURES]
        peak = max(run["peak_gib"] for run in runs)
        lines.append(f"{system:8}{medians[system]:9.1f}{peak:6.2f}  " + "".join(f"{cell:>16}" for cell in cells))
    ratios = [
        g["seconds"] / s["seconds"]
        for g, s in zip(*([r for r in results if r["system"] == system] for system in SYSTEMS), strict=True)
    ]
    spread = {s: [round(r["seconds"], 1) for r in results if r["system"] == s] for s in SYSTEMS}
    lines += [
        "",
        f"gensim / sklw2v: {medians['gensim'] / medians['sklw2v']:.1f} (medians; by pairs of runs "
        f"{', '.join(f'{ratio:.1f}' for ratio in ratios)}; all seconds: {spread})",
        "Seconds are medians, figures means over seeds with their standard deviation, GiB the peak of a process.",
        versions("sklw2v", "gensim", "numpy", "scipy", "scikit-learn", "numba"),
    ]
    suffix = "" if arguments.n_components == 100 else f"_d{arguments.n_components}"
    return save(Path(__file__).with_name(f"word_vectors_{arguments.corpus}{suffix}.txt"), lines)


if __name__ == "__main__":
    main()
