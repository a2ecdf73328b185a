"""
Look at the words of a corpus
=============================

Before word vectors are features, they are something to look at: which words are used alike, which belong together, and
what a corpus speaks of. The corpus is that of the presidents' addresses, about half a million words. That is little, so
expect neighbours of subject rather than of fine meaning.
"""

# %%
# Neighbours
# ----------
#
# Phrases come first: pairs of words that stand together far more often than by chance become one token, so that
# *soviet_union* is not *union*.

import matplotlib.pyplot as plt
from sklearn.manifold import TSNE

from sklw2v import PhraseTransformer, SkipGramVectorizer
from sklw2v.datasets import load_presidents
from sklw2v.plotting import NeighborsDisplay, WordMapDisplay

corpus = load_presidents()
phrases = PhraseTransformer(stop_words="english", threshold=30).fit(corpus.data)
vectorizer = SkipGramVectorizer(analyzer=phrases.analyze, min_count=10, window=10, random_state=0).fit(corpus.data)
words = vectorizer.word_vectors_
print(words, "phrases such as", ", ".join("_".join(pair) for pair in list(phrases.phrases_)[:6]))

figure, axes = plt.subplots(1, 3, figsize=(10, 3), layout="constrained")
for word, ax in zip(["farmers", "soviet_union", "college"], axes, strict=True):
    NeighborsDisplay.from_estimator(vectorizer, word, topn=8, ax=ax)

# %%
# Sums and differences
# --------------------
#
# A sum of two words finds what is near to both. A difference turns away from one sense of a word: *power* is that of
# weapons and that of governments, and taking off the one leaves the other.


def print_nearest(positive, negative=()):
    query = " + ".join(positive) + "".join(f" - {word}" for word in negative)
    nearest = ", ".join(word for word, _ in words.most_similar(positive, negative, topn=6))
    print(f"{query:20} {nearest}")


print_nearest(["war", "poverty"])
print_nearest(["women", "rights"])
print_nearest(["power"])
print_nearest(["power"], ["nuclear"])
print_nearest(["power"], ["people"])
print("not like the others:", words.doesnt_match(["school", "teachers", "students", "missiles"]))

# %%
# These were picked from a dozen tries, and each list has words that do not fit. Analogies, "a is to b as c is to ?",
# need far larger corpora.
#
# A map
# -----
#
# A plane cannot hold a hundred dimensions. t-SNE keeps neighbours together and gives up the distances between groups.

# sphinx_gallery_thumbnail_number = 2

subjects = ["farmers", "soviet_union", "college", "taxes", "health", "slavery", "energy", "navy"]
chosen = dict.fromkeys(word for subject in subjects for word in [subject, *dict(words.most_similar(subject, topn=7))])
figure, ax = plt.subplots(figsize=(9, 7), layout="constrained")
WordMapDisplay.from_estimator(words, list(chosen), projection=TSNE(perplexity=5, random_state=0), ax=ax)
