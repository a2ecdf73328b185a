"""
Text beside numbers
===================

A table often has a column of text among others. A `ColumnTransformer` gives each column its own treatment, and the
parameters of the vectorizer inside are still tuned by name.

Here the numbers are measures of style: how long a paragraph, its sentences and its words are. Speech has become plainer
in two hundred years, so style may tell the era, too.
"""

# %%
# A table
# -------

import matplotlib.pyplot as plt
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklw2v import SkipGramVectorizer
from sklw2v.datasets import load_presidents

corpus = load_presidents()
table = pd.DataFrame({"text": corpus.data})
words = table["text"].str.count(r"\w+")
table["words"] = words
table["words_a_sentence"] = words / table["text"].str.count(r"[.!?;]+").clip(lower=1)
table["letters_a_word"] = table["text"].str.count(r"\w") / words
table["commas_a_word"] = table["text"].str.count(",") / words
numbers = list(table.columns[1:])
print(table.groupby(corpus.target)[numbers].mean().round(2).to_string())

# %%
# One pipeline, two kinds of columns
# ----------------------------------
#
# The name of the text column is given as a string, not as a list: the vectorizer gets a sequence of texts, not a table
# with one column. ``"drop"`` in place of a transformer leaves columns out, so one search compares text, numbers and
# both.

text_features = make_pipeline(
    SkipGramVectorizer(n_components=50, min_count=5, window=10, max_iter=5, random_state=0), StandardScaler()
)
columns = ColumnTransformer([("text", text_features, "text"), ("numbers", StandardScaler(), numbers)])
pipeline = make_pipeline(columns, LogisticRegression(C=0.1, max_iter=1000))
grid = [
    {"columntransformer__text": ["drop"]},
    {"columntransformer__numbers": ["drop"]},
    {},
]
folds = StratifiedGroupKFold(3, shuffle=True, random_state=0)
search = GridSearchCV(pipeline, grid, cv=folds, n_jobs=2).fit(table, corpus.target, groups=corpus.groups)
names = ["numbers alone", "text alone", "text and numbers"]
means, spreads = search.cv_results_["mean_test_score"], search.cv_results_["std_test_score"]
for name, mean, spread in zip(names, means, spreads, strict=True):
    print(f"{name:18} accuracy {mean:.3f}, standard deviation over the folds {spread:.3f}")

# %%
# What the numbers add
# --------------------

figure, (bars, boxes) = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
bars.barh(names, means, xerr=spreads, color=["tab:gray", "tab:gray", "tab:orange"], capsize=3)
bars.axvline(max(pd.Series(corpus.target).value_counts(normalize=True)), color="black", linestyle=":")
bars.invert_yaxis()
bars.set_xlabel("accuracy (dotted: always the largest era)")
by_era = [table["words_a_sentence"][corpus.target == era] for era in range(len(corpus.target_names))]
boxes.boxplot(by_era, showfliers=False, orientation="horizontal", tick_labels=corpus.target_names)
boxes.invert_yaxis()
boxes.set_xlabel("words a sentence")

# %%
# Four numbers are far better than guessing, and they add to the text what a mean of word vectors cannot know: how long
# the sentences are. The fitted pipeline takes new rows of the same table:

new = pd.DataFrame(
    {
        "text": ["We will create jobs, and we will help every family in America pay for health care."],
        "words": [17],
        "words_a_sentence": [17.0],
        "letters_a_word": [3.8],
        "commas_a_word": [0.06],
    }
)
print(corpus.target_names[search.predict(new)[0]])
