"""
A table with skrub
==================

`skrub <https://skrub-data.org>`_ looks at the columns of a table and picks a treatment for each. For columns of text,
which it calls of high cardinality, it takes any transformer of one column, so a `SkipGramVectorizer` too. In a table a
missing text counts as an empty one.
"""

# %%
# A table with gaps
# -----------------
#
# Paragraphs of presidential addresses, with the kind of address and the number of words. Every tenth text is lost.

import matplotlib.pyplot as plt
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, cross_val_score
from skrub import StringEncoder, tabular_pipeline

from sklw2v import SkipGramVectorizer
from sklw2v.datasets import load_presidents

corpus = load_presidents()
rows = slice(None, None, 3)
table = pd.DataFrame({"text": corpus.data[rows], "words": [len(text.split()) for text in corpus.data[rows]]})
table.loc[::10, "text"] = None
era, speech = corpus.target[rows], corpus.groups[rows]
print(table.head(3).to_string(max_colwidth=60))
print(table["text"].isna().sum(), "of", len(table), "texts are missing")

# %%
# One line for the whole table
# ----------------------------
#
# `tabular_pipeline` puts a `TableVectorizer` before a classifier. Its step for text is a parameter like any other.

pipeline = tabular_pipeline(LogisticRegression(C=0.1, max_iter=1000))
words = SkipGramVectorizer(n_components=30, min_count=5, window=20, random_state=0)
encoders = {
    "no text": "drop",
    "skrub's StringEncoder": StringEncoder(n_components=30, random_state=0),
    "SkipGramVectorizer": words,
}
folds = StratifiedGroupKFold(3, shuffle=True, random_state=0)
scores = {}
for name, encoder in encoders.items():
    pipeline.set_params(tablevectorizer__high_cardinality=encoder)
    scores[name] = cross_val_score(pipeline, table, era, groups=speech, cv=folds)
    print(f"{name:24} accuracy {scores[name].mean():.3f} +- {scores[name].std():.3f} over the folds")

figure, ax = plt.subplots(figsize=(6, 2.4), layout="constrained")
means, spreads = [of.mean() for of in scores.values()], [of.std() for of in scores.values()]
ax.barh(list(scores), means, xerr=spreads, color=["tab:gray", "tab:gray", "tab:orange"], capsize=3)
ax.invert_yaxis()
ax.set_xlabel("accuracy")

# %%
# The words are there to look at
# ------------------------------
#
# In the fitted pipeline, the vectorizer of a column stands among the transformers.

pipeline.fit(table, era)
fitted = pipeline.named_steps["tablevectorizer"].transformers_["text"]
for word in ("peace", "navy"):
    neighbours = ", ".join(neighbour for neighbour, _ in fitted.word_vectors_.most_similar(word, topn=5))
    print(f"{word}: {neighbours}")

# %%
# Names of many features of one column repeat the class: `ApplyToCols(..., rename_columns="text_{}")` gives them others.
