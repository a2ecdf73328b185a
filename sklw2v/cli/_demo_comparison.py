"""What the demo compares: which pipeline is right about which held-out paragraph, and how sure its accuracy is."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Comparison:
    """Pipelines, and which of their predictions are right.

    Attributes
    ----------
    contestants : dict of str to Pipeline
        Fitted, by name of the features. The last step is a search for the classifier's C.
    right : dict of str to ndarray of bool, shape (n_held_out,)
        Which predictions were right, by name of the features, and those of the majority class.
    addresses : ndarray of shape (n_held_out,)
        Where the paragraphs come from.
    """

    contestants: dict
    right: dict
    addresses: np.ndarray

    def n_columns(self, name):
        """Number of features that the classifier of a contestant has."""
        return self.contestants[name][-1].n_features_in_

    def accuracy(self, name):
        """Share of the held-out paragraphs whose prediction is right."""
        return self.right[name].mean()

    def standard_error(self, name):
        """Standard error of the accuracy, by address."""
        return standard_error(self.right[name], self.addresses)


def standard_error(values, clusters):
    """Standard error of the mean of `values` (n,), where those of one cluster are correlated.

    The sandwich estimator for clusters (Liang and Zeger 1986, Biometrika 73) of a mean.
    """
    _, rows = np.unique(clusters, return_inverse=True)
    sums = np.bincount(rows, weights=values - np.mean(values))  # (n_clusters,)
    n_clusters = len(sums)
    return np.sqrt(n_clusters / max(1, n_clusters - 1) * (sums @ sums)) / len(values)
