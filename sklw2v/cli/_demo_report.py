"""What the demo prints: the task, the grid, the accuracies, nearest words, and a sentence that sums up."""

from sklw2v.cli._demo_comparison import standard_error

WORDS = ("war", "freedom", "economy", "congress", "children")
N_NEIGHBORS = 7


def print_task(eras, split):
    """Print the question, the classes and the sizes of the split."""

    def count(paragraphs):
        return f"{len(paragraphs.texts)} paragraphs of {len(set(paragraphs.addresses))} addresses"

    print("Which era of American history does a paragraph of a president's address come from?")
    print()
    for number, name in enumerate(eras):
        print(f"  {number}  {name}")
    print()
    print(f"Training: {count(split.training)}. Held out: {count(split.held_out)}.")
    print(
        "No address is on both sides, neither here nor in the folds of the cross-validation. Word vectors are trained"
    )
    print("on the training paragraphs alone, and a paragraph's features are the mean of the vectors of its words.")
    print()


def print_grid(search):
    """Print the score of each point of the grid, and the best parameters."""
    results = search.cv_results_
    names = {parameter: parameter.rpartition("__")[2] for parameter in search.param_grid}  # without their step
    print()
    print("  " + "".join(f"{name:>14}" for name in names.values()) + "   cv accuracy     std   seconds a fit")
    for i, point in enumerate(results["params"]):
        values = "".join(f"{point[parameter]:>14}" for parameter in names)
        figures = f"{results['mean_test_score'][i]:14.3f}{results['std_test_score'][i]:8.3f}"
        mark = "  <- best" if i == search.best_index_ else ""
        print(f"  {values}{figures}{results['mean_fit_time'][i]:16.2f}{mark}")
    best = search.best_params_
    print()
    print("best parameters: " + ", ".join(f"{name}={best[parameter]}" for parameter, name in names.items()))


def print_accuracies(comparison):
    """Print the held-out accuracy of each contestant and of the majority class."""
    print()
    print(f"held-out accuracy: {comparison.accuracy('word vectors'):.3f}")
    print()
    print("  features         columns        C   cv accuracy   held-out   standard error by address")
    for name in comparison.right:
        row = f"  {name:<16}"
        if name in comparison.contestants:
            chosen = comparison.contestants[name][-1]
            row += f"{comparison.n_columns(name):>8}{chosen.best_params_['C']:>9g}{chosen.best_score_:>14.3f}"
        else:
            row += " " * 31
        print(f"{row}{comparison.accuracy(name):>11.3f}{comparison.standard_error(name):>28.3f}")


def print_neighbors(word_vectors):
    """Print the nearest words of a few words that are known."""
    known = [word for word in WORDS if word in word_vectors]
    if known:
        print("\nNearest words, by the tuned word vectors:\n")
    for word in known:
        neighbors = ", ".join(neighbor for neighbor, _ in word_vectors.most_similar(word, topn=N_NEIGHBORS))
        print(f"  {word + ':':<{max(map(len, known)) + 1}} {neighbors}")


def conclusion(comparison):
    """One sentence on word vectors and the better of the two baselines, as the held-out figures have it."""
    baseline = max(("TF-IDF", "TF-IDF + SVD"), key=comparison.accuracy)
    ours = f"{comparison.n_columns('word vectors')} columns of word vectors"
    theirs = f"{comparison.n_columns(baseline)} columns of {baseline}"
    difference = comparison.right["word vectors"].astype(float) - comparison.right[baseline]  # (n_held_out,)
    mean, error = difference.mean(), standard_error(difference, comparison.addresses)
    figures = f"{abs(mean):.3f} (standard error {error:.3f}, by address)"
    ahead, behind = (ours, theirs) if mean > 0 else (theirs, ours)
    if abs(mean) > 2 * error:
        return (
            f"With every training paragraph labelled, {ahead} beat {behind}: held-out accuracy is higher by {figures}."
        )
    return (
        f"{ahead} and {behind} cannot be told apart on the held-out addresses: the former are right more often by "
        f"{figures}, which is no more than two standard errors."
    )
