"""
Items instead of words
======================

A skip-gram needs sequences of tokens, not language. With ``analyzer="passthrough"`` a document is any sequence of
hashable tokens: the items of a basket, the pages of a session, the songs of a list.

Two items of a shop are related in two ways. *Complements* are bought together, as pasta and tomatoes. *Substitutes* are
bought in each other's place, as two brands of pasta, so hardly ever together. The two vectors of an item find both.
"""

# %%
# A shop
# ------
#
# Twenty-five products, each in three brands. A customer has one or two dishes in mind, takes most of what belongs to
# them, one brand of each, and now and then something else.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.preprocessing import normalize

from sklw2v import SkipGramVectorizer, WordVectors
from sklw2v.plotting import NeighborsDisplay

DISHES = [
    "pasta tomatoes cheese basil",
    "pasta cream ham cheese",
    "rice chicken curry coconut",
    "rice beans peppers corn",
    "bread butter jam",
    "bread ham cheese pickles",
    "coffee milk sugar biscuits",
    "tea milk honey biscuits",
    "flour eggs sugar butter",
    "flour eggs milk jam",
    "chicken peppers tomatoes cream",
    "beans tomatoes corn curry",
]
products = sorted({product for dish in DISHES for product in dish.split()})
rng = np.random.default_rng(0)
shares = {product: rng.dirichlet([3, 3, 3]) for product in products}  # of the three brands


def take(product):
    return f"{product} {rng.choice(list('ABC'), p=shares[product])}"


def draw_basket():
    wanted = {str(product) for dish in rng.choice(DISHES, size=rng.integers(1, 3)) for product in dish.split()}
    wanted = [product for product in sorted(wanted) if rng.random() < 0.8]
    if rng.random() < 0.3:
        wanted.append(str(rng.choice(products)))
    return [take(product) for product in rng.permutation(wanted)]


baskets = [draw_basket() for _ in range(2000)]
print(f"{len(products)} products, {len(baskets)} baskets, among them")
print(*baskets[:3], sep="\n")

# %%
# Vectors of items
# ----------------
#
# The order in a basket means nothing, so the window reaches over all of it and each pair weighs the same. With 75 items
# every item is frequent, so nothing is thinned out.

vectorizer = SkipGramVectorizer(
    analyzer="passthrough", n_components=24, window=12, window_weights="uniform", subsample=None, random_state=0
).fit(baskets)
items = vectorizer.word_vectors_.words  # in the order of the rows of all vectors
print(len(items), "items")

# %%
# Two questions, two answers
# --------------------------
#
# `center_vectors_` of substitutes are alike, since they stand among the same other items. What is bought together is
# what `predict_output_word` gives: the items that the model expects beside an item, with their probabilities.
# `word_vectors_`, made for words, is a mixture: the centre vectors plus a quarter of the context vectors.

substitutes = WordVectors(items, vectorizer.center_vectors_)
item = "pasta A"
complements = vectorizer.predict_output_word(item, topn=8)

figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
NeighborsDisplay.from_estimator(substitutes, item, topn=8, ax=left)
left.set_title(f"in place of {item}")
NeighborsDisplay(item, complements).plot(right)
right.set(title=f"together with {item}", xlabel="probability")

# %%
# Of several items the model tells what is likely beside all of them:

for basket in (["pasta A"], ["pasta A", "cream B"], ["coffee C", "sugar A"]):
    likely = vectorizer.predict_output_word(basket, topn=4)
    print(" + ".join(basket), "->", ", ".join(f"{name} {probability:.2f}" for name, probability in likely))

# %%
# How often is it right, and how soon?
# ------------------------------------
#
# What was planted is known. For each item: are the two nearest the other brands of the same product? Are the two
# likeliest beside it products of a common dish? The baselines need no training: the cosine of two items' columns in the
# table of baskets for complements, and the cosine of their counts of company, that is of their rows of common baskets,
# for substitutes.

product_of = np.array([item.split()[0] for item in items])
is_substitute = product_of[:, np.newaxis] == product_of
is_complement = [[any({a, b} <= set(dish.split()) for dish in DISHES) for a in product_of] for b in product_of]
is_complement = np.array(is_complement) & ~is_substitute


def share(similarities, is_right):
    others = np.where(np.eye(len(items)), -np.inf, similarities)
    nearest = np.argsort(-others, axis=1, kind="stable")[:, :2]
    return np.take_along_axis(is_right, nearest, axis=1).mean()


def likely(vectorizer):
    found = [dict(vectorizer.predict_output_word(item, topn=None)) for item in items]
    return np.array([[of_item[other] for other in items] for of_item in found])


def cosines(vectors):
    return normalize(vectors) @ normalize(vectors).T


sizes = [100, 200, 400, 800, 2000]
shares = {"skip-gram": [], "counts": []}
vectorizer.set_params(vocabulary=items)
for n_baskets in sizes:
    some = baskets[:n_baskets]
    vectorizer.fit(some)
    by_vectors = share(cosines(vectorizer.center_vectors_), is_substitute), share(likely(vectorizer), is_complement)
    bought = CountVectorizer(analyzer=list, vocabulary=items).transform(some).astype(float)
    together = (bought.T @ bought).toarray() * (1 - np.eye(len(items)))  # common baskets, (n_items, n_items)
    by_counts = share(cosines(together), is_substitute), share(cosines(bought.T).toarray(), is_complement)
    shares["skip-gram"].append(by_vectors)
    shares["counts"].append(by_counts)
    print(f"{n_baskets:5} baskets: substitutes {by_vectors[0]:.2f} skip-gram, {by_counts[0]:.2f} counts;", end=" ")
    print(f"complements {by_vectors[1]:.2f} skip-gram, {by_counts[1]:.2f} counts")

figure, axes = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained", sharey=True)
for place, (ax, title) in enumerate(zip(axes, ["substitutes", "complements"], strict=True)):
    for name, of_name in shares.items():
        ax.plot(sizes, [pair[place] for pair in of_name], marker="o", label=name)
    ax.set(title=title, xlabel="baskets", xscale="log")
    ax.set_xticks(sizes, labels=sizes)
    ax.set_xticks([], minor=True)
axes[0].set_ylabel("share found")
axes[0].legend()

# %%
# With few baskets plain counts are better: there is nothing to be learned about an item that was bought three times.
# From some hundreds on both are right. The vectors are then the smaller thing to keep, 24 numbers an item where the
# counts have one for each other item, and they make features of baskets:

print(vectorizer.transform(baskets).shape)
