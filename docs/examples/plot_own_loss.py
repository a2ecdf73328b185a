"""
A loss of your own
==================

What the training minimises is an object with a few lines of NumPy: two functions of an array of scores, one for true
pairs and one for noise, each returning values and derivatives. The solver tabulates them once, so a loss of your own
runs as fast as the built-in one. How to write one is told at length in :doc:`/losses`; here one is written, checked,
drawn, tuned and judged.
"""

# %%
# Between the logarithm and the square
# ------------------------------------
#
# Negative sampling is a logistic regression: a true pair with score x costs ``-log(p)``, with ``p = 1 / (1 +
# exp(-x))``. The cost has no limit, so a few odd pairs can pull hard. The squared error of the same probability (Brier
# 1950), half of ``(1 - p)**2``, is at most one half. The loss below is a mixture of the two, with a share that can be
# tuned. Both are proper scoring rules, so their mixture is one, and the probabilities that it implies are comparable.

import matplotlib.pyplot as plt
import numpy as np
from scipy.special import expit
from sklearn.model_selection import GridSearchCV, GroupKFold

from sklw2v import SkipGramVectorizer
from sklw2v.datasets import load_presidents
from sklw2v.losses import Loss, check_loss


class Mixture(Loss):
    """(1 - share) times negative sampling plus share times the squared error of the probability."""

    form = "pairs"

    def __init__(self, share=0.5):
        self.share = share

    def positive(self, scores):
        values, gradients = self.negative(-scores)  # a true pair is to have what a noise pair is not to have
        return values, -gradients

    def negative(self, scores):
        error = expit(scores)  # the probability of being a true pair, which this one is not
        logarithm, square = np.logaddexp(0, scores), 0.5 * error**2
        values = (1 - self.share) * logarithm + self.share * square
        return values, error * ((1 - self.share) + self.share * error * (1 - error))


# %%
# Is it right?
# ------------
#
# `check_loss` compares the derivatives with differences of the values, and looks for overflow, jumps and arguments that
# were written to. It says nothing if all is well. A forgotten factor is found:


class Forgetful(Mixture):
    def negative(self, scores):
        values, gradients = super().negative(scores)
        return 2 * values, gradients


check_loss(Mixture(share=0.3))
try:
    check_loss(Forgetful())
except AssertionError as error:
    print(error)

# %%
# What it looks like
# ------------------

scores = np.linspace(-6, 6, 200)
figure, axes = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
for share in (0, 0.5, 1):
    values, gradients = Mixture(share).positive(scores)
    axes[0].plot(scores, values, label=f"share = {share}")
    axes[1].plot(scores, gradients)
axes[0].set(title="loss of a true pair", xlabel="score")
axes[0].legend()
axes[1].set(title="its derivative", xlabel="score")

# %%
# With ``share=1`` a true pair of very low score has no derivative left: the training has given it up.
#
# Tuned without labels
# --------------------
#
# The parameter of the loss is a parameter of the vectorizer, ``loss__share``. Without labels, `score` is the mean
# log-likelihood of a held-out word given its neighbour, which can be compared between losses as long as the vocabulary
# and the window are the same. So that every fold has the same words, the vocabulary is fixed first.

corpus = load_presidents()
base = SkipGramVectorizer(min_count=20, n_components=50, max_iter=10, n_jobs=2, random_state=0)
words = base.fit(corpus.data).word_vectors_.words
base.set_params(vocabulary=words, loss=Mixture())
shares = [0.0, 0.25, 0.5, 0.75, 1.0]
search = GridSearchCV(base, {"loss__share": shares}, cv=GroupKFold(3), refit=False)
search.fit(corpus.data, groups=corpus.groups)
by_fold = np.array([search.cv_results_[f"split{fold}_test_score"] for fold in range(3)])  # (3, n_shares)
print(f"{len(words)} words; guessing has {-np.log(len(words)):.3f}")
for share, scores in zip(shares, by_fold.T, strict=True):
    print(f"share {share:4}: held-out log-likelihood by fold", *scores.round(3))

figure, ax = plt.subplots(figsize=(6, 3.2), layout="constrained")
for fold, differences in enumerate(by_fold - by_fold[:, :1]):
    ax.plot(shares, differences, marker="o", label=f"fold {fold + 1}")
ax.axhline(0, color="black", linewidth=0.8)
ax.set(xlabel="share of the squared error", ylabel="log-likelihood, nats,\nmore than with share 0")
ax.legend()

# %%
# A quarter or a half of the squared error is better than none in every fold, by about a hundredth of a nat; the squared
# error alone is clearly worse. Its derivatives are also the smallest, so with the same learning rate it has learned
# less: to tell the two effects apart, search over ``learning_rate`` beside ``loss__share``. The better likelihood is no
# promise of better features.
