"""Writes ``saved.pkl``, what this version saves, which a test loads: ``python -m tests.vectorizers.saved.write``.

Run it with the lowest versions of ``pyproject.toml``, whose files newer versions read too.
"""

import pickle
from pathlib import Path

from sklw2v import PhraseTransformer, SkipGramVectorizer

FILE = Path(__file__).with_name("saved.pkl")
HOW_TO_WRITE = (
    "If that is meant, raise __version__ in sklw2v/__init__.py, so that users are warned, and write the file anew with "
    "the lowest versions of pyproject.toml: python -m tests.vectorizers.saved.write"
)
DOCUMENTS = ["green tea and milk", "coffee and milk", "black coffee or green tea", "tea or coffee"] * 3
NEW = ["green teas", "no milk", "", "xyzzyq"]


def write():
    """Fit a phrase transformer and a vectorizer that holds much, and write them with features."""
    phrases = PhraseTransformer(min_count=0, threshold=1).fit(DOCUMENTS)
    vectorizer = SkipGramVectorizer(
        analyzer="passthrough",
        n_components=2,
        min_count=1,
        max_iter=2,
        pooling="neighbors",
        oov="subword",
        random_state=0,
    ).partial_fit(phrases.transform(DOCUMENTS))
    documents = DOCUMENTS[:4] + NEW
    features = vectorizer.transform(phrases.transform(documents)).tolist()
    saved = {"phrases": phrases, "vectorizer": vectorizer, "documents": documents, "features": features}
    FILE.write_bytes(pickle.dumps(saved, protocol=4))
    print(f"{FILE}: {FILE.stat().st_size} bytes")


if __name__ == "__main__":
    write()
