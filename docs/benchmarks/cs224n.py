"""The run of Stanford's CS224n (assignment 2): its seconds, as its NumPy does it and as sklw2v does, and its loss.

    python docs/benchmarks/cs224n.py --data DIRECTORY [--iterations 200] [--windows 20000]

The corpus is the Stanford Sentiment Treebank, d=10, windows up to 5, K=10. The assignment draws 50 windows an
iteration, 2 million in all, and steps along dense gradients. Here some iterations are timed and scaled to its 40,000.
sklw2v fits the same sentences. Both are judged by the assignment's own loss: the mean, over windows drawn as there, of
the window's sum. Prints a table and saves it beside this file.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from corpora import read_lines
from report import save, versions

from sklw2v import SkipGramVectorizer
from sklw2v.losses import NegativeSampling

D, WINDOW, K, BATCH, ITERATIONS = 10, 5, 10, 50, 40_000
LEARNING_RATE, MAX_ITER = 0.4, 5  # the cells of so strong a subsampling weigh little


class Windows:
    """Windows as the assignment draws them: a sentence, subsampled at 1e-5; a position; a radius from 1 to 5."""

    def __init__(self, sentences, n_words, seed):
        self.rng = np.random.RandomState(seed)
        counts = np.bincount(np.concatenate(sentences), minlength=n_words)
        self.keep = np.sqrt(1e-5 * counts.sum() / np.maximum(counts, 1)).clip(max=1)
        self.sentences = sentences
        self.cumulated_noise = np.cumsum(counts**0.75) / np.sum(counts**0.75)

    def draw(self):
        """Centre word and context words, at least one."""
        while True:
            sentence = self.sentences[self.rng.randint(len(self.sentences))]
            sentence = sentence[self.rng.uniform(size=len(sentence)) < self.keep[sentence]]
            if len(sentence) < 2:
                continue
            position, radius = self.rng.randint(len(sentence)), self.rng.randint(1, WINDOW + 1)
            window = sentence[max(0, position - radius) : position + radius + 1]
            window = window[window != sentence[position]]
            if len(window):
                return sentence[position], window

    def negatives(self, outside):
        """K noise words for each context word, none of them that word itself."""
        drawn = np.searchsorted(self.cumulated_noise, self.rng.uniform(size=(len(outside), K)))
        while (same := drawn == outside[:, np.newaxis]).any():
            drawn[same] = np.searchsorted(self.cumulated_noise, self.rng.uniform(size=same.sum()))
        return drawn


def seconds_of_the_assignment(windows, n_words, n_iterations):
    """Time its method: for each window gradients as large as the matrices, added up over 50 windows, then a step."""
    loss = NegativeSampling()
    centers = (windows.rng.uniform(size=(n_words, D)) - 0.5) / D
    contexts = np.zeros((n_words, D))
    begin = time.perf_counter()
    for _ in range(n_iterations):
        gradient = np.zeros((2 * n_words, D))
        for _ in range(BATCH):
            center, outside = windows.draw()
            center_gradients, context_gradients = np.zeros_like(centers), np.zeros_like(contexts)
            for word, negatives in zip(outside, windows.negatives(outside), strict=True):
                _, of_center, of_contexts = loss.loss_and_gradients(centers[center], word, contexts, negatives)
                center_gradients[center] += of_center
                context_gradients += of_contexts
            gradient[:n_words] += center_gradients / BATCH
            gradient[n_words:] += context_gradients / BATCH
        centers -= 0.3 * gradient[:n_words]
        contexts -= 0.3 * gradient[n_words:]
    return time.perf_counter() - begin


def mean_window_loss(windows, centers, contexts, n_windows):
    """Mean over drawn windows of the loss summed over the window's context words, with its standard error."""
    losses = []
    for _ in range(n_windows):
        center, outside = windows.draw()
        scores = contexts[outside] @ centers[center]
        noise_scores = contexts[windows.negatives(outside)] @ centers[center]
        losses.append(np.logaddexp(0, -scores).sum() + np.logaddexp(0, noise_scores).sum())
    return np.mean(losses), np.std(losses) / np.sqrt(n_windows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--iterations", type=int, default=200)
    parser.add_argument("--windows", type=int, default=20_000)
    arguments = parser.parse_args()
    lines = read_lines(arguments.data / "sst_datasetSentences.txt.xz")[1:]
    documents = [line.split("\t", 1)[1].lower() for line in lines]

    def fit():
        vectorizer = SkipGramVectorizer(
            analyzer=str.split,
            window=WINDOW,
            subsample=1e-5,
            n_components=D,
            loss=NegativeSampling(exclude_true=True),
            n_negatives=K,
            learning_rate=LEARNING_RATE,
            max_iter=MAX_ITER,
            n_jobs=2,
            random_state=0,
        )
        begin = time.perf_counter()
        vectorizer.fit(documents)
        return vectorizer, time.perf_counter() - begin

    _, first_seconds = fit()  # compiles, if the cache is empty
    fits = [fit() for _ in range(5)]
    vectorizer = fits[0][0]
    seconds = np.median([took for _, took in fits])
    vocabulary = vectorizer.vocabulary_
    sentences = [np.array([vocabulary[word] for word in text.split()]) for text in documents]
    n_words = len(vocabulary)
    timed = seconds_of_the_assignment(Windows(sentences, n_words, 1), n_words, arguments.iterations)
    whole = timed / arguments.iterations * ITERATIONS
    centers, contexts = vectorizer.center_vectors_, vectorizer.context_vectors_
    trained = mean_window_loss(Windows(sentences, n_words, 2), centers, contexts, arguments.windows)
    untrained = mean_window_loss(Windows(sentences, n_words, 2), 0 * centers, contexts, arguments.windows)
    lines = [
        f"Stanford Sentiment Treebank, {len(documents)} sentences, {n_words} words, d={D}, window {WINDOW}, K={K}",
        "",
        f"the assignment's method{whole:10.0f} s  ({arguments.iterations} iterations took {timed:.1f} s; scaled to "
        f"{ITERATIONS:,})",
        f"sklw2v, {vectorizer.n_iter_:4d} epochs    {seconds:10.2f} s  (median of 5 fits; the first "
        f"{first_seconds:.2f} s)",
        f"ratio                  {whole / seconds:10.0f}",
        "",
        f"mean loss of {arguments.windows} windows: {trained[0]:.2f} +- {trained[1]:.2f} (standard error), untrained "
        f"{untrained[0]:.2f};",
        "published runs of the assignment end at 9.4 to 9.8",
        versions("sklw2v", "numpy", "scipy", "scikit-learn", "numba"),
    ]
    save(Path(__file__).with_suffix(".txt"), lines)


if __name__ == "__main__":
    main()
