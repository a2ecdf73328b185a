"""
Nodes of a graph, by random walks
=================================

Walk through a graph at random and write down the nodes: the walks are sentences, the nodes are words, and nodes that
are visited in the same company get like vectors (Perozzi et al. 2014, DeepWalk: online learning of social
representations).

The graph is the friendships in a karate club of 34 members (Zachary 1977, An information flow model for conflict and
fission in small groups). The club split in two, around its instructor, member 1, and its officer, member 34. Do the
vectors know on which side a member ended up?
"""

# %%
# The graph
# ---------

import matplotlib.pyplot as plt
import numpy as np
from scipy.sparse import csr_array
from sklearn.cluster import KMeans, SpectralClustering
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import adjusted_rand_score
from sklearn.model_selection import cross_val_score

from sklw2v import SkipGramVectorizer

FRIENDS = {  # of each member those with a lower number
    2: [1], 3: [1, 2], 4: [1, 2, 3], 5: [1], 6: [1], 7: [1, 5, 6], 8: [1, 2, 3, 4], 9: [1, 3], 10: [3], 11: [1, 5, 6],
    12: [1], 13: [1, 4], 14: [1, 2, 3, 4], 17: [6, 7], 18: [1, 2], 20: [1, 2], 22: [1, 2], 26: [24, 25],
    28: [3, 24, 25], 29: [3], 30: [24, 27], 31: [2, 9], 32: [1, 25, 26, 29],
    33: [3, 9, 15, 16, 19, 21, 23, 24, 30, 31, 32],
    34: [9, 10, 14, 15, 16, 19, 20, 21, 23, 24, 27, 28, 29, 30, 31, 32, 33],
}  # fmt: skip
WITH_INSTRUCTOR = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 17, 18, 20, 22]
edges = [(member, friend) for member, friends in FRIENDS.items() for friend in friends]
members = np.arange(1, 35)
sides = np.isin(members, WITH_INSTRUCTOR).astype(int)
neighbors = {member: [a + b - member for a, b in edges if member in (a, b)] for member in members.tolist()}
print(len(members), "members,", len(edges), "friendships")

# %%
# Walks
# -----
#
# Nodes go into the vectorizer as they are: numbers are tokens, too. All walks of all nodes are one generator, which is
# read once and never held.

rng = np.random.default_rng(0)


def walk(node, length):
    for _ in range(length):
        yield node
        node = neighbors[node][rng.integers(len(neighbors[node]))]


walks = (list(walk(member, length=20)) for _ in range(50) for member in neighbors)
vectorizer = SkipGramVectorizer(
    analyzer="passthrough", n_components=8, window=4, subsample=None, max_iter=20, random_state=0
).fit(walks)
vectors = vectorizer.word_vectors_[members.tolist()]  # (34, 8)
print("nearest to the instructor:", [member for member, _ in vectorizer.word_vectors_.most_similar(1, topn=5)])
print("nearest to the officer:   ", [member for member, _ in vectorizer.word_vectors_.most_similar(34, topn=5)])

# %%
# The two sides
# -------------
#
# Two clusters of vectors, found without knowing the sides, against the split of the club. Spectral clustering works on
# the graph itself. An adjusted Rand index is 1 for the same two groups and 0 for chance.

clusters = KMeans(2, n_init=10, random_state=0).fit_predict(vectors)
rows, columns = np.array(edges).T - 1
graph = csr_array((np.ones(len(edges)), (rows, columns)), shape=(34, 34))
graph = (graph + graph.T).toarray()
spectral = SpectralClustering(2, affinity="precomputed", random_state=0).fit_predict(graph)
for name, found in {"k-means of the vectors": clusters, "spectral clustering": spectral}.items():
    index = adjusted_rand_score(sides, found)
    wrong = min(members[found != sides].tolist(), members[found == sides].tolist(), key=len)
    print(f"{name:24} adjusted Rand index {index:.2f}, on the wrong side: {wrong}")
accuracy = cross_val_score(LogisticRegression(), vectors, sides, cv=5).mean()
print(f"logistic regression on the vectors, five folds: accuracy {accuracy:.2f}")

# %%
# A picture
# ---------
#
# The vectors in the plane, by their two leading components, with the friendships. The colour is the side on which a
# member ended up, a ring marks those that k-means has on the other side. Members with the same friends, such as 15, 16,
# 19, 21 and 23, fall together.

places = PCA(2).fit_transform(vectors)
if (clusters == sides).mean() < 0.5:
    clusters = 1 - clusters
figure, ax = plt.subplots(figsize=(7, 6), layout="constrained")
for a, b in edges:
    ax.plot(*places[[a - 1, b - 1]].T, color="0.8", linewidth=0.8, zorder=1)
ax.scatter(*places.T, c=np.where(sides, "tab:blue", "tab:orange"), s=260, zorder=2)
wrong = clusters != sides
ax.scatter(*places[wrong].T, s=420, facecolors="none", edgecolors="black", linewidths=2, zorder=2)
for member, place in zip(members, places, strict=True):
    ax.annotate(str(member), place, ha="center", va="center", color="white", zorder=3)
ax.set_axis_off()

# %%
# Both methods err on the same two members, 3 and 9, who have friends on both sides. On so small a graph spectral
# clustering needs no walks and is as good. What walks add is features: 8 numbers a node, for any classifier, and for
# graphs whose matrix is too large for its eigenvectors.
