"""The word map of Stanford's CS224n, in seconds: 10 components, windows up to 5 and K=10 on the Sentiment Treebank.

    python docs/examples/sentiment_treebank.py datasetSentences.txt [map.png]

The first argument is the path or the address of the treebank's ``datasetSentences.txt``, which may be compressed
(``.gz``, ``.xz``): a line of headings, then lines of a number, a tab and a sentence. The assignment trains for hours.
Of the words on the map "hail" is in the treebank once, "tea" three times, "rain" and "coffee" five times: their places
mean little.
"""

import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

from matplotlib.figure import Figure

from sklw2v import LineDocuments, SkipGramVectorizer
from sklw2v.plotting import WordMapDisplay

WORDS = [
    *("great", "cool", "brilliant", "wonderful", "well", "amazing", "worth", "sweet", "enjoyable"),
    *("boring", "bad", "dumb", "annoying"),
    *("female", "male", "queen", "king", "man", "woman"),
    *("rain", "snow", "hail", "coffee", "tea"),
]


def read_sentences(source):
    """The treebank's sentences in lower case, from a path or an address."""
    if not source.startswith(("http://", "https://")):
        return [line.split("\t", 1)[1].lower() for line in list(LineDocuments(source))[1:]]
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, Path(urllib.parse.urlparse(source).path).name)
        urllib.request.urlretrieve(source, path)
        return read_sentences(str(path))


def main(source, output="sentiment_treebank.png"):
    sentences = read_sentences(source)
    vectorizer = SkipGramVectorizer(
        analyzer=str.split,  # the treebank's own tokens
        n_components=10,
        window=5,
        n_negatives=10,
        max_iter=10,  # the many epochs that "auto" gives a small corpus learn its pairs by heart
        n_jobs=2,
        random_state=0,
    )
    begin = time.perf_counter()
    vectorizer.fit(sentences)
    print(f"{len(sentences)} sentences, {len(vectorizer.vocabulary_)} words, {time.perf_counter() - begin:.1f} s")
    for word in ("great", "boring", "woman", "coffee"):
        neighbors = ", ".join(found for found, _ in vectorizer.word_vectors_.most_similar(word, topn=6))
        print(f"{word}: {neighbors}")
    figure = Figure(figsize=(8, 6), layout="constrained")
    WordMapDisplay.from_estimator(vectorizer, WORDS, ax=figure.subplots())
    figure.savefig(output, dpi=100)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
