"""Readers of the corpora that the benchmarks use; ``--data`` says where they are."""

import json
import lzma
import shutil
from collections import Counter
from itertools import islice
from pathlib import Path

from sklearn.feature_extraction.text import CountVectorizer
from sklearn.model_selection import StratifiedKFold


def read_lines(path):
    with lzma.open(path, "rt", encoding="utf-8", newline="\n") as file:
        return file.read().removesuffix("\n").split("\n")  # splitlines would cut at U+0085 too


def _jsonl(path):
    rows = [json.loads(line) for line in read_lines(path)]
    return [row["text"] for row in rows], [row["label"] for row in rows]


def _labelled(path, separator):
    pairs = [line.split(separator, 1) for line in read_lines(path) if line.strip()]
    return [text for _, text in pairs], [label for label, _ in pairs]


def twenty_newsgroups(data):
    return _jsonl(data / "20ng_train.jsonl.xz"), _jsonl(data / "20ng_test.jsonl.xz")


def imdb(data):
    return _jsonl(data / "imdb_train.jsonl.xz"), _jsonl(data / "imdb_test.jsonl.xz")


def trec(data):
    return _labelled(data / "TREC.train.txt.xz", " "), _labelled(data / "TREC.test.txt.xz", " ")


def r8(data):
    return _labelled(data / "r8_train.txt.xz", "\t"), _labelled(data / "r8_test.txt.xz", "\t")


def _sst(data, label_of):
    """Sentences of the Stanford Sentiment Treebank, training and test part, those whose label is not None."""
    parts = {"train": ([], []), "test": ([], [])}
    for line in read_lines(data / "sst_labelled.tsv.xz")[1:]:
        _, part, label, text = line.split("\t", 3)
        if part in parts and label_of(int(label)) is not None:
            parts[part][0].append(text)
            parts[part][1].append(label_of(int(label)))
    return parts["train"], parts["test"]


def sst2(data):
    """Neutral sentences are left out."""
    return _sst(data, lambda label: None if label == 2 else label > 2)


def sst5(data):
    return _sst(data, lambda label: label)


def _fold(path, fold):
    """A part of five as test documents, drawn with a fixed seed, of a corpus that has no test part."""
    texts, labels = _labelled(path, " ")
    splits = StratifiedKFold(5, shuffle=True, random_state=0).split(texts, labels)
    return [([texts[row] for row in rows], [labels[row] for row in rows]) for rows in list(splits)[fold]]


def movie_reviews(data, fold=0):
    return _fold(data / "rt-polarity.txt.xz", fold)


def subjectivity(data, fold=0):
    return _fold(data / "subj.txt.xz", fold)


CORPORA = {"TREC": trec, "SST-2": sst2, "R8": r8, "20 newsgroups": twenty_newsgroups, "IMDb": imdb}
FOLDED = {"movie reviews": movie_reviews, "subjectivity": subjectivity}  # take the number of a fold, 0 to 4
DOCUMENT_SETS = {**CORPORA, "SST-5": sst5, **FOLDED}


def wiki17m(data, directory):
    return _unpack(data, ["wiki17m"], directory)


def wiki51m(data, directory):
    return _unpack(data, ["wiki17m", "wiki34m_more"], directory)


def wiki34m_lines(data, directory):
    """The first 17 million tokens of wiki34m_more, cut into lines of at most 60 words."""
    path = Path(directory) / "wiki34m_lines.txt"
    n_tokens = 0
    with path.open("w") as file:
        for line in read_lines(data / "wiki34m_more.txt.xz"):
            words = line.split()
            file.writelines(" ".join(words[first : first + 60]) + "\n" for first in range(0, len(words), 60))
            n_tokens += len(words)
            if n_tokens >= 17_000_000:
                return path
    return path


def imdb_words(data, directory):
    """The 50,000 texts of IMDb, one a line, as the words that CountVectorizer finds in them."""
    path = Path(directory) / "imdb_words.txt"
    analyze = CountVectorizer().build_analyzer()
    with path.open("w", encoding="utf-8") as file:
        for texts, _ in imdb(data):
            file.writelines(" ".join(analyze(text)) + "\n" for text in texts)
    return path


def cut(source, n_tokens, directory):
    """The first lines of `source` that hold `n_tokens` tokens."""
    path = Path(directory) / f"{n_tokens}.txt"
    with source.open() as lines, path.open("w") as file:
        for line in lines:
            file.write(line)
            n_tokens -= line.count(" ") + 1
            if n_tokens <= 0:
                break
    return path


def wiki5m(data, directory):
    """The first 5.5 million tokens of wiki17m."""
    return cut(wiki17m(data, directory), 5_500_000, directory)


def wiki300k(data, directory):
    """The first 300,000 tokens of wiki17m: enough to see that a benchmark runs."""
    return cut(wiki17m(data, directory), 300_000, directory)


def frequent_words(source, n_words, directory):
    """The text of `source` with its most frequent words alone; the gaps close."""
    with source.open(encoding="utf-8") as lines:
        counts = Counter(word for line in lines for word in line.split())
    kept = {word for word, _ in counts.most_common(n_words)}
    path = Path(directory) / f"{source.stem}_{n_words}_words.txt"
    copy_of_words(source, kept, path)
    return path, kept


def copy_of_words(source, kept, path):
    """Write the text of `source` without the words that are not in `kept`."""
    with source.open(encoding="utf-8") as lines, path.open("w", encoding="utf-8") as file:
        file.writelines(" ".join(word for word in line.split() if word in kept) + "\n" for line in lines)


def held_out_articles(data, directory, n_articles=1000):
    """Articles that are neither in wiki17m nor in what is cut from it, as `wiki51m` and `wiki34m_lines` have them."""
    path = Path(directory) / "held_out.txt"
    with lzma.open(data / "wiki34m_more.txt.xz") as packed, path.open("wb") as file:
        file.writelines(islice(packed, n_articles))
    return path


FILES = {function.__name__: function for function in (wiki300k, wiki5m, wiki17m, wiki51m, wiki34m_lines, imdb_words)}


def _unpack(data, names, directory):
    """Write the packed texts of those names, one after the other, into `directory`; return the path."""
    path = Path(directory) / ("_".join(names) + ".txt")
    with path.open("wb") as file:
        for name in names:
            with lzma.open(data / f"{name}.txt.xz", "rb") as packed:
                shutil.copyfileobj(packed, file)
    return path
