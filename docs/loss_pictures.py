"""The pictures of the page on losses: each loss and its gradient against the score.

    python docs/loss_pictures.py

Saves a picture a loss into docs/_static/losses. The numbers come from the losses themselves.
"""

from io import BytesIO
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import numpy as np
from matplotlib import pyplot as plt
from PIL import Image
from scipy.sparse import csr_array

from sklw2v.losses import (
    Cells,
    FactorisedPMI,
    GloVe,
    HierarchicalSoftmax,
    Hinge,
    NaiveSoftmax,
    NegativeSampling,
    NoiseContrastive,
    SampledSoftmax,
    SquaredHinge,
)

FOLDER = Path(__file__).parent / "_static" / "losses"
VALUE, GRADIENT, THIRD = "#1f4e79", "#c8641e", "#3b7d3b"
N_COLORS = 64  # of a picture, so that its file is small
PAIRS = ("true pair", "noise pair")


def panels(title, names, label="score"):
    """A figure of two panels side by side, with a title over both."""
    figure, axes = plt.subplots(1, 2, figsize=(6.4, 3.2), dpi=100, layout="constrained")
    figure.suptitle(title, fontsize=10.5)
    for axis, name in zip(axes, names, strict=True):
        axis.set_title(name, fontsize=9)
        axis.set_xlabel(label, fontsize=9)
        axis.axhline(0, color="0.8", linewidth=0.8, zorder=0)
        axis.tick_params(labelsize=8)
    axes[0].set_ylabel("for a weight of 1", fontsize=9)
    return figure, axes


def save(figure, axes, name, n_columns=None):
    """Save a figure, with the legend of its first panel below both."""
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside lower center", ncols=n_columns or len(labels), fontsize=8, frameon=False
    )
    drawn = BytesIO()
    figure.savefig(drawn)
    plt.close(figure)
    Image.open(drawn).convert("RGB").quantize(N_COLORS, Image.Quantize.MAXCOVERAGE).save(
        FOLDER / f"{name}.png", optimize=True
    )


def draw_pairs(loss, name, title, names=PAIRS, reach=6.0, bottom=None, top=None):
    """Value and gradient of a true and of a false pair."""
    figure, axes = panels(title, names)
    scores = np.linspace(-reach, reach, 1201)
    for axis, function in zip(axes, (loss.positive, loss.negative), strict=True):
        values, gradients = function(scores)
        axis.plot(scores, values, color=VALUE, label="loss")
        axis.plot(scores, gradients, color=GRADIENT, linestyle="--", label="gradient")
        axis.set_ylim(bottom, top)
    save(figure, axes, name)


def draw_noise_contrastive():
    """Curves of a frequent and of a rare word, which their offsets shift."""
    title = "Noise-contrastive estimation: the curves of a rare word lie further left"
    figure, axes = panels(title, PAIRS)
    scores, shares, n_negatives = np.linspace(-14, 4, 901), (0.05, 0.00005), 5
    loss = NoiseContrastive()
    noise = np.append(shares, 1 - np.sum(shares))
    offsets = loss.cells(Cells(csr_array((1, 3), dtype=np.float32), noise=noise), n_negatives).offsets
    for share, offset, color in zip(shares, offsets, (VALUE, THIRD), strict=False):
        of_word = f"noise share {share:f}".rstrip("0")
        for axis, function in zip(axes, (loss.positive, loss.negative), strict=True):
            values, gradients = function(scores - offset)
            axis.plot(scores, values, color=color, label=f"loss, {of_word}")
            axis.plot(scores, gradients, color=color, linestyle="--", label=f"gradient, {of_word}")
            axis.set_ylim(-1.5, 7)
            axis.set_xticks(range(-12, 5, 4))
    save(figure, axes, "noise_contrastive", n_columns=2)


def rows_at(loss, scores, n_words, corrections=None):
    """Loss of a row, and its gradient for the true word, whose score varies and whose column is the first."""
    values, gradients = [], []
    others = np.zeros(n_words - 1) if corrections is None else corrections
    counts = csr_array(([1.0], ([0], [0])), shape=(1, len(others) + 1))
    for score in scores:
        value, gradient = loss.rows(np.append(score, others)[np.newaxis], counts)
        values.append(value)
        gradients.append(gradient[0, 0])
    return np.array(values), np.array(gradients)


def draw_naive_softmax(n_words=10_000):
    title = f"Naive softmax: one word against {n_words:,}, whose other scores are 0"
    figure, axes = panels(title, ("loss", "gradient"), "score of the true word")
    scores = np.linspace(-4, 20, 61)
    values, gradients = rows_at(NaiveSoftmax(), scores, n_words)
    axes[0].plot(scores, values, color=VALUE, label="loss, $-\\log p$")
    axes[1].plot(scores, gradients, color=GRADIENT, linestyle="--", label="gradient, $p - 1$")
    for axis in axes:
        axis.axvline(np.log(n_words), color="0.6", linewidth=0.8, linestyle=":", zorder=0)
    axes[0].plot([], [], color=GRADIENT, linestyle="--", label="gradient, $p - 1$")
    axes[0].plot([], [], color="0.6", linestyle=":", label=f"log {n_words:,}, where p is about 1/2")
    save(figure, axes, "naive_softmax")


def draw_sampled_softmax(n_words=10_000, n_samples=64, n_draws=12):
    title = f"Sampled softmax: {n_draws} samples of about {n_samples} words of {n_words:,}, other scores random"
    figure, axes = panels(title, ("loss", "gradient"), "score of the true word")
    scores, rng = np.linspace(-4, 20, 61), np.random.default_rng(0)
    others = rng.normal(scale=2, size=n_words - 1)
    share = n_samples / n_words
    for draw in range(n_draws):
        drawn = others[rng.random(n_words - 1) < share]
        values, gradients = rows_at(SampledSoftmax(n_samples=n_samples), scores, n_words, drawn - np.log(share))
        label = "from a sample" if draw == 0 else None
        axes[0].plot(scores, values, color="0.7", linewidth=0.7, label=label)
        axes[1].plot(scores, gradients, color="0.7", linewidth=0.7)
    values, gradients = rows_at(NaiveSoftmax(), scores, n_words, others)
    axes[0].plot(scores, values, color=VALUE, label="loss, from all words")
    axes[1].plot(scores, gradients, color=GRADIENT, linestyle="--")
    axes[0].plot([], [], color=GRADIENT, linestyle="--", label="gradient, from all words")
    save(figure, axes, "sampled_softmax")


def draw_glove():
    """Value and gradient for counts of several sizes."""
    loss = GloVe(x_max=10.0)
    names = ("loss", "gradient")
    figure, axes = panels("GloVe: a pair seen once pulls less than a fifth as hard as one seen ten times", names)
    errors = np.linspace(-3, 3, 61)
    for count, color in zip((1.0, 3.0, 10.0), (THIRD, GRADIENT, VALUE), strict=True):
        pairs = [loss.loss_and_gradients([1.0], 0, [[np.log(count) + error]], count) for error in errors]
        values, gradients = ([float(np.ravel(pair[part])[0]) for pair in pairs] for part in (0, 2))
        label = f"X = {count:g}" if count < 10 else "X = 10 or more"
        axes[0].plot(errors, values, color=color, label=label)
        axes[1].plot(errors, gradients, color=color, linestyle="--")
    for axis in axes:
        axis.set_xlabel("score, with biases, minus log X", fontsize=9)
    axes[0].set_ylabel("with the weight of the pair", fontsize=9)
    save(figure, axes, "glove")


def draw_factorised_pmi(target=1.7, weight=3.0, of_noise=2.5):
    """The squared error, and how the parts of a seen pair add up."""
    loss = FactorisedPMI()
    title = "FactorisedPMI: a seen pair and its noise together are least at the target"
    names = ("one pair", f"a seen pair of weight {weight:g}, with noise {of_noise:g}")
    figure, axes = panels(title, names)
    errors = np.linspace(-3, 3, 61)
    values, gradients = loss.positive(errors)
    axes[0].plot(errors, values, color=VALUE, label="loss")
    axes[0].plot(errors, gradients, color=GRADIENT, linestyle="--", label="gradient")
    axes[0].set_xlabel("score minus target", fontsize=9)
    scores = np.linspace(-2, 6, 161)
    of_pair = weight * loss.positive(scores - target * (1 + of_noise / weight))[0]
    noise = of_noise * loss.negative(scores)[0]
    for curve, style, name in (
        (of_pair, {"color": THIRD, "linestyle": "-."}, "of the pair"),
        (noise, {"color": "0.5", "linestyle": ":"}, "of noise"),
        (of_pair + noise, {"color": "black"}, "sum"),
    ):
        axes[1].plot(scores, curve, **style)
        axes[0].plot([], [], label=name, **style)
    axes[1].axvline(target, color="0.8", linewidth=0.8, zorder=0)
    axes[1].annotate(" target", (target, 48), fontsize=8)
    axes[1].set_ylim(-2, 55)
    axes[1].set_ylabel("loss", fontsize=9)
    save(figure, axes, "factorised_pmi")


def main():
    FOLDER.mkdir(exist_ok=True)
    draw_pairs(
        NegativeSampling(),
        "negative_sampling",
        "Negative sampling: a wrong score costs in proportion, and pulls by 1 at most",
    )
    draw_naive_softmax()
    draw_sampled_softmax()
    draw_pairs(
        HierarchicalSoftmax(),
        "hierarchical_softmax",
        "Hierarchical softmax: each turn on the path is a logistic loss",
        ("turn to the right", "turn to the left"),
    )
    draw_noise_contrastive()
    draw_glove()
    draw_pairs(Hinge(), "hinge", "Hinge: beyond the margin nothing is asked", reach=3.0, bottom=-1.4, top=4.2)
    draw_pairs(
        SquaredHinge(),
        "squared_hinge",
        "Squared hinge: the pull grows with the error",
        reach=3.0,
        bottom=-8.5,
        top=16.5,
    )
    draw_factorised_pmi()


if __name__ == "__main__":
    main()
