"""
Tune dimension and window in a pipeline
=======================================

How long should word vectors be, and how far should a window reach? It depends on the task, so let the task decide: put
the vectorizer into a pipeline and search over its parameters with those of the classifier held fixed.

The task is to tell the era of American history from a paragraph of a president's address.
"""

# %%
# Data and folds
# --------------
#
# Paragraphs of one address speak of the same things. A split by paragraph would reward a model that recognises the
# address, so whole addresses go to one side.

import tempfile

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklw2v import SkipGramVectorizer
from sklw2v.datasets import load_presidents
from sklw2v.plotting import GridScoreDisplay

corpus = load_presidents()
splitter = StratifiedGroupKFold(3, shuffle=True, random_state=0)
folds = list(splitter.split(corpus.data, corpus.target, corpus.groups))
print(f"{len(corpus.data)} paragraphs of {len(set(corpus.groups))} addresses, {len(corpus.target_names)} eras")

# %%
# The search
# ----------
#
# The vectorizer is fitted anew in each fold, on the training part alone. ``memory`` keeps what the points of the grid
# share: the token ids of a fold, the counts of a window, and the start of the training, which for 50 components is the
# beginning of that for 200. ``max_iter=2`` keeps this page short.

grid = {
    "skipgramvectorizer__n_components": [50, 100, 200],
    "skipgramvectorizer__window": [2, 5, 10, 20],
}
with tempfile.TemporaryDirectory() as folder:
    vectorizer = SkipGramVectorizer(min_count=5, max_iter=2, memory=folder, random_state=0)
    pipeline = make_pipeline(vectorizer, StandardScaler(), LogisticRegression(C=0.1, max_iter=1000))
    search = GridSearchCV(pipeline, grid, cv=folds, n_jobs=2).fit(corpus.data, corpus.target)

for name, value in search.best_params_.items():
    print(name.rpartition("__")[2], "=", value)
spread = search.cv_results_["std_test_score"][search.best_index_]
print(f"accuracy {search.best_score_:.3f}, standard deviation over the folds {spread:.3f}")

# %%
# All points at once
# ------------------
#
# One number hides whether the best point stands alone or on a plateau.

GridScoreDisplay.from_estimator(
    search, x="skipgramvectorizer__n_components", y="skipgramvectorizer__window", score_name="accuracy"
)

# %%
# Accuracy rises with both parameters, up to the corner of the grid: for eras, wide windows and long vectors are better,
# and a wider grid would be the next step.
#
# Against TF-IDF
# --------------
#
# The same folds and classifier; `C` is larger since rows of TF-IDF have length one:

for C in (1, 10):
    baseline = make_pipeline(TfidfVectorizer(), LogisticRegression(C=C, max_iter=1000))
    scores = cross_val_score(baseline, corpus.data, corpus.target, cv=folds, n_jobs=2)
    print(f"TF-IDF, C={C}: accuracy {scores.mean():.3f}, standard deviation over the folds {scores.std():.3f}")

# %%
# TF-IDF is ahead: thousands of labelled paragraphs are enough to learn a weight for each word. Where labels are few it
# is the other way round, as :ref:`the next example <sphx_glr_gallery_plot_few_labels.py>` shows.
