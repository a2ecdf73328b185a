"""Readers of the corpora that the benchmarks use; ``--data`` says where they are."""

import json
import lzma
from pathlib import Path


def read_lines(path):
    with lzma.open(path, "rt", encoding="utf-8", newline="\n") as file:
        return file.read().splitlines()


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


def sst2(data):
    """Sentences of the Stanford Sentiment Treebank, neutral ones left out, trained on the training part."""
    parts = {"train": ([], []), "test": ([], [])}
    for line in read_lines(data / "sst_labelled.tsv.xz")[1:]:
        _, part, label, text = line.split("\t", 3)
        if part in parts and label != "2":
            parts[part][0].append(text)
            parts[part][1].append(int(label) > 2)
    return parts["train"], parts["test"]


CORPORA = {"TREC": trec, "SST-2": sst2, "R8": r8, "20 newsgroups": twenty_newsgroups, "IMDb": imdb}


def unpack(data, name, directory):
    """Write ``name.txt.xz`` as plain text into `directory` once; return its path."""
    path = Path(directory) / f"{name}.txt"
    if not path.exists():
        with lzma.open(data / f"{name}.txt.xz", "rb") as packed:
            path.write_bytes(packed.read())
    return path
