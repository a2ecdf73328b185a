"""
A corpus in a file
==================

A corpus need not fit into memory. `LineDocuments` reads a file, one document a line, whenever it is iterated, and the
vectorizer holds 4 bytes a token and the counts of pairs. What is worth keeping afterwards, the word vectors, goes to a
file of word2vec's format that other programs read, too.
"""

# %%
# The file
# --------
#
# The suffix says how it is compressed. Here it is the bundled corpus; put the path of your own file instead.

import itertools
import lzma
import tempfile
from pathlib import Path

import numpy as np

from sklw2v import LineDocuments, PretrainedVectorizer, SkipGramVectorizer, WordVectors
from sklw2v.datasets import load_presidents
from sklw2v.plotting import LossCurveDisplay

folder = tempfile.TemporaryDirectory()
path = Path(folder.name) / "addresses.txt.xz"
with lzma.open(path, "wt", encoding="utf-8") as file:
    file.writelines(f"{paragraph}\n" for paragraph in load_presidents().data)

documents = LineDocuments(path)
print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB, {sum(1 for _ in documents)} documents")

# %%
# Fit, and stop in time
# ---------------------
#
# With `early_stopping` a tenth of the documents is held out and scored after each epoch. The file is still read once.

vectorizer = SkipGramVectorizer(min_count=5, max_iter=60, early_stopping=True, n_iter_no_change=3, random_state=0).fit(
    documents
)
print(f"{vectorizer.n_iter_} epochs, the best of them number {np.argmax(vectorizer.validation_scores_) + 1}")
LossCurveDisplay.from_estimator(vectorizer)

# %%
# The training loss goes on falling when the held-out score no longer rises: what is learned then is this corpus, not
# the language. The highest score need not give the best features for a task, so a task with labels should choose for
# itself.
#
# In pieces
# ---------
#
# A corpus that arrives in parts is counted part by part, with ``max_iter=0``, and trained on at the end. Counts add up
# exactly, so the vectors are the same to the bit as those of one fit on everything, if no word is dropped for being
# rare.

n_lines = 7452
pieces = SkipGramVectorizer(max_iter=0, random_state=0)
lines = iter(documents)
for first in range(0, n_lines, 2500):
    if first + 2500 >= n_lines:
        pieces.set_params(max_iter=5)  # the last piece is trained on, with all that was counted before
    pieces.partial_fit(itertools.islice(lines, 2500))
    print(f"{len(pieces.vocabulary_):6} words, {pieces.n_iter_} epochs")

whole = SkipGramVectorizer(max_iter=5, random_state=0).fit(documents)
print("the same bits as in one fit:", bool(np.array_equal(pieces.center_vectors_, whole.center_vectors_)))

# %%
# Keep the vectors
# ----------------
#
# The text format is read by most programs; ``.gz`` compresses it. Read back, the vectors are those that were written,
# and `PretrainedVectorizer` makes features with them, here or elsewhere.

vectorizer.word_vectors_.save_word2vec_format(Path(folder.name) / "vectors.txt.gz")
words = WordVectors.load_word2vec_format(Path(folder.name) / "vectors.txt.gz")
print(words, bool(np.array_equal(words.vectors, vectorizer.word_vectors_.vectors)))
print("nearest to schools:", ", ".join(word for word, _ in words.most_similar("schools", topn=6)))
features = PretrainedVectorizer(words).fit_transform(documents)
print(features.shape, features.dtype, bool(np.array_equal(features, vectorizer.transform(documents))))
folder.cleanup()
