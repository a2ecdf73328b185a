"""A vocabulary of a million words, most of them rare: seconds, memory, and whether rare words find their topic.

    python docs/benchmarks/million_words.py [--words 1000000] [--n-components 100]

The corpus is made up, ten tokens a word. Each word belongs to one of a thousand topics, and each line to one. A token
is a word of the line's topic or, as likely, of any. Word frequencies fall with the rank (Zipf 1935). Every word is
kept. sklw2v and gensim are trained in processes of their own on the same file. Asked is, for words of a count, the
share whose nearest neighbour among the 20,000 most frequent words is of their own topic; by chance that is a
thousandth. Prints a table and saves it beside this file.
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
from report import save, versions
from scaling import STAGES, fit

TOKENS_A_WORD = 10
N_TOPICS = 1000
LINE = 25  # tokens
BANDS = ((1, 1), (2, 3), (4, 9), (10, 99), (100, 10**9))  # of counts
N_QUERIES = 2000
N_FREQUENT = 20_000
EPOCHS = 1  # of gensim


def write_corpus(path, n_words, seed=0):
    """Lines of words ``w0`` to ``w<n_words - 1>``, each of which occurs; word w is of topic w mod N_TOPICS."""
    rng = np.random.RandomState(seed)
    n_lines = n_words * (TOKENS_A_WORD - 1) // LINE
    cumulated = np.cumsum(1 / (np.arange(n_words) + 2.7))
    with path.open("w") as file:
        for first in range(0, n_lines, 10_000):
            shape = (min(10_000, n_lines - first), LINE)
            words = np.searchsorted(cumulated, rng.uniform(0, cumulated[-1], size=shape))
            topics = rng.randint(N_TOPICS, size=shape[0])[:, np.newaxis]
            of_topic = words // N_TOPICS * N_TOPICS + topics  # about as frequent
            words = np.where(rng.uniform(size=shape) < 0.5, np.minimum(of_topic, n_words - 1), words)
            file.writelines(" ".join(f"w{word}" for word in line) + "\n" for line in words)
        for topic in range(N_TOPICS):  # each word once more, beside others of its topic
            words = rng.permutation(np.arange(topic, n_words, N_TOPICS))
            for first in range(0, len(words), LINE):
                file.write(" ".join(f"w{word}" for word in words[first : first + LINE]) + "\n")


def judge(words, vectors, counts):
    """Share of words whose nearest frequent word is of their topic, by band of counts."""
    topics = np.array([int(word[1:]) for word in words]) % N_TOPICS
    units = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    found = []
    for low, high in BANDS:
        of_band = np.flatnonzero((counts >= low) & (counts <= high))
        queries = np.random.RandomState(0).choice(of_band, min(N_QUERIES, len(of_band)), replace=False)
        cosines = units[queries] @ units[:N_FREQUENT].T
        cosines[queries[:, np.newaxis] == np.arange(N_FREQUENT)] = -2
        found.append(float(np.mean(topics[cosines.argmax(axis=1)] == topics[queries])))
    return found


def run_sklw2v(path, n_components):
    vectorizer, result = fit(path, n_components=n_components)
    word_vectors = vectorizer.word_vectors_
    return result | {"topics": judge(word_vectors.words, word_vectors.vectors, word_vectors.counts)}


def run_gensim(path, n_components):
    from gensim.models import Word2Vec

    begin = time.perf_counter()
    params = {"vector_size": n_components, "window": 5, "negative": 5, "sg": 1, "min_count": 1, "sample": 1e-3}
    vectors = Word2Vec(corpus_file=str(path), epochs=EPOCHS, workers=2, seed=1, **params).wv
    result = {"seconds": time.perf_counter() - begin}
    result["peak_gib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    counts = np.array([vectors.get_vecattr(word, "count") for word in vectors.index_to_key])
    return result | {"topics": judge(vectors.index_to_key, vectors.vectors, counts)}


SYSTEMS = {"gensim": run_gensim, "sklw2v": run_sklw2v}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--words", type=int, default=1_000_000)
    parser.add_argument("--n-components", type=int, default=100)
    parser.add_argument("--one", nargs=2, metavar=("SYSTEM", "FILE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        system, path = arguments.one
        print(json.dumps(SYSTEMS[system](Path(path), arguments.n_components)))
        return
    results = {}
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "corpus.txt"
        write_corpus(path, arguments.words)
        for system in SYSTEMS:
            command = [sys.executable, __file__, "--n-components", str(arguments.n_components), "--one", system, path]
            output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
            results[system] = json.loads(output.splitlines()[-1])
            print(system, results[system], file=sys.stderr, flush=True)
    own = results["sklw2v"]
    bands = [f"{low}" if low == high else f"{low}-{high}" if high < 10**9 else f"{low} on" for low, high in BANDS]
    lines = [
        f"{own['n_words']:,} words, {own['n_tokens'] / 1e6:.1f}M tokens, {own['n_pairs'] / 1e6:.1f}M distinct pairs, "
        f"d={arguments.n_components}, window 5, K=5, min_count 1, 2 threads, one run",
        "",
        f"{'':8}{'seconds':>9}{'GiB':>7}   own topic, by count:" + "".join(f"{band:>9}" for band in bands),
    ]
    for system, result in results.items():
        lines.append(
            f"{system:8}{result['seconds']:9.1f}{result['peak_gib']:7.2f}   {'':20}"
            + "".join(f"{share:9.1%}" for share in result["topics"])
        )
    ratio = results["gensim"]["seconds"] / own["seconds"]
    stages = ", ".join(f"{stage} {own[stage]:.1f}" for stage in STAGES.values())
    lines += [
        "",
        f"gensim ({EPOCHS} epoch) / sklw2v ({own['n_iter']} epochs): {ratio:.1f}",
        f"sklw2v by stage, s: {stages}; {own['peak_gib'] * 2**30 / own['n_words']:.0f} bytes a word at the peak",
        versions("sklw2v", "gensim", "numpy", "scipy", "scikit-learn", "numba"),
    ]
    save(Path(__file__).with_suffix(".txt"), lines)


if __name__ == "__main__":
    main()
