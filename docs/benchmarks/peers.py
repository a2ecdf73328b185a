"""Other programs that learn word vectors, each trained from a file of one document a line.

A program that is not installed is left out by `losses.py`; the README says how each is installed.
"""

import ctypes
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

WORKERS = 2
WINDOW, N_NEGATIVES, SUBSAMPLE = 5, 5, 1e-3
EPOCHS = 5  # gensim's and fastText's default
GLOVE_EPOCHS = 25  # the default of Stanford's program
GLOVE_LIBRARIES = Path(sys.prefix) / "lib" / "glove"


@dataclass
class Trained:
    """What training leaves: `words` by falling count, `vectors` (n_words, n_components), and what it took.

    `seconds` run from the file to the vectors in memory. `epoch_seconds` is None where a program does not tell its
    epochs from the rest.
    """

    words: list
    vectors: np.ndarray
    seconds: float
    n_epochs: int
    epoch_seconds: float | None


def train_gensim(path, seed, n_components, min_count, n_epochs=None, **parameters):
    """`parameters` are the loss, and what is not to have its default."""
    from gensim.models import Word2Vec

    begin = time.perf_counter()
    model = Word2Vec(
        vector_size=n_components,
        window=WINDOW,
        sg=1,
        min_count=min_count,
        sample=SUBSAMPLE,
        workers=WORKERS,
        seed=seed + 1,
        **parameters,
    )
    model.build_vocab(corpus_file=str(path))
    middle = time.perf_counter()
    n_epochs = n_epochs or EPOCHS
    model.train(
        corpus_file=str(path),
        total_examples=model.corpus_count,
        total_words=model.corpus_total_words,
        epochs=n_epochs,
    )
    end = time.perf_counter()
    return Trained(model.wv.index_to_key, model.wv.vectors, end - begin, n_epochs, (end - middle) / n_epochs)


def train_fasttext(path, seed, n_components, min_count, n_epochs=None, *, loss, lr=0.05):
    """Skip-gram without subwords. Its default step size is 0.05."""
    import fasttext

    fasttext.FastText.unsupervised_default["seed"] = seed  # the function takes no seed
    n_epochs = n_epochs or EPOCHS
    begin = time.perf_counter()
    model = fasttext.train_unsupervised(
        str(path),
        model="skipgram",
        loss=loss,
        lr=lr,
        dim=n_components,
        ws=WINDOW,
        neg=N_NEGATIVES,
        minCount=min_count,
        minn=0,
        maxn=0,
        bucket=0,
        t=SUBSAMPLE,
        epoch=n_epochs,
        thread=WORKERS,
        verbose=0,
    )
    words, vectors = model.get_words(), model.get_input_matrix()
    seconds = time.perf_counter() - begin
    rows = [row for row, word in enumerate(words) if word != "</s>"]  # its token for the end of a line
    return Trained([words[row] for row in rows], vectors[rows], seconds, n_epochs, None)


def train_glove_program(path, seed, n_components, min_count, n_epochs=None, *, window, x_max):
    """Stanford's program, its four stages as they stand, called in turn on files in a temporary directory.

    The vectors are the sums of word and context vectors, which it writes by default. It crashes on a vocabulary of less
    than about 3,700 words (the root of the pairs that its table holds): it then counts a cell of a word 0.
    """
    vocab_count, cooccur, shuffle, glove = (
        ctypes.CDLL(str(GLOVE_LIBRARIES / f"{stage}.so")) for stage in ("vocab_count", "cooccur", "shuffle", "glove")
    )
    ctypes.CDLL(None).srand(seed + 1)
    n_epochs = n_epochs or GLOVE_EPOCHS
    with tempfile.TemporaryDirectory() as directory:

        def file(name):
            return f"{directory}/{name}".encode()

        corpus, vocabulary, log, silent = str(path).encode(), file("vocab.txt"), file("log.txt"), 0
        begin = time.perf_counter()
        any_size = ctypes.c_longlong(0)
        vocab_count.vocab_count(corpus, vocabulary, silent, any_size, ctypes.c_longlong(min_count), log)
        cooccur.cooccur(
            corpus, vocabulary, file("counts.bin"), silent, 1, window, file("overflow"), ctypes.c_float(4.0), log
        )
        shuffle.shuffle(file("counts.bin"), file("shuffled.bin"), file("shuffle"), silent, ctypes.c_float(2.0))
        words = [line.split()[0] for line in Path(vocabulary.decode()).read_text(encoding="utf-8").splitlines()]
        buffers = {  # the program has pointers to these
            "cost": (ctypes.c_double * WORKERS)(),
            "input_file": ctypes.create_string_buffer(file("shuffled.bin")),
            "vocab_file": ctypes.create_string_buffer(vocabulary),
            "save_W_file": ctypes.create_string_buffer(file("vectors")),
        }
        settings = {
            "verbose": ctypes.c_int(silent),
            "num_threads": ctypes.c_int(WORKERS),
            "num_iter": ctypes.c_int(n_epochs),
            "vector_size": ctypes.c_int(n_components),
            "vocab_size": ctypes.c_longlong(len(words)),
            "x_max": ctypes.c_double(x_max),
            **{name: ctypes.c_void_p(ctypes.addressof(buffer)) for name, buffer in buffers.items()},
        }
        for name, value in settings.items():
            type(value).in_dll(glove, name).value = value.value
        middle = time.perf_counter()
        if glove.train_glove():
            raise RuntimeError("GloVe's last stage failed; what it printed says why.")
        trained = time.perf_counter()
        both = np.fromfile(f"{directory}/vectors.bin").reshape(2, len(words), n_components + 1)  # the last is the bias
        vectors = both.sum(axis=0)[:, :-1].astype(np.float32)
        seconds = time.perf_counter() - begin
    return Trained(words, vectors, seconds, n_epochs, (trained - middle) / n_epochs)


def train_glove_python(path, seed, n_components, min_count, n_epochs=None):
    """The port with one set of vectors for words and contexts; its defaults, window 10 and x_max 100."""
    from glove import Corpus, Glove

    n_epochs = n_epochs or GLOVE_EPOCHS
    begin = time.perf_counter()
    with open(path, encoding="utf-8") as lines:
        counts = Counter(word for line in lines for word in line.split())
    words = [word for word, count in counts.most_common() if count >= min_count]
    corpus = Corpus(dictionary={word: row for row, word in enumerate(words)})
    with open(path, encoding="utf-8") as lines:
        corpus.fit((line.split() for line in lines), window=10, ignore_missing=True)
    middle = time.perf_counter()
    model = Glove(no_components=n_components, random_state=seed)
    model.fit(corpus.matrix, epochs=n_epochs, no_threads=WORKERS)
    end = time.perf_counter()
    return Trained(words, model.word_vectors.astype(np.float32), end - begin, n_epochs, (end - middle) / n_epochs)


def train_hyperhyper(path, seed, n_components, min_count, n_epochs=None, *, neg, eig, add_context):
    """Truncated SVD of the PPMI shifted by ``log(neg)``, as Levy, Goldberg and Dagan (2015) describe it. No seed."""
    from hyperhyper import Bunch, Corpus

    texts = [line.split() for line in Path(path).read_text(encoding="utf-8").splitlines()]
    counts = Counter(word for text in texts for word in text)
    with tempfile.TemporaryDirectory() as directory:
        begin = time.perf_counter()
        texts = [[word for word in text if counts[word] >= min_count] for text in texts]
        corpus = Corpus.from_sents(texts, preproc_func=list, keep_n=len(counts))
        with Bunch(f"{directory}/bunch", corpus) as bunch:
            model = bunch.svd(
                dim=n_components,
                neg=neg,
                eig=eig,
                add_context=add_context,
                pair_args={"window": WINDOW, "subsample_factor": SUBSAMPLE},
                keyed_vectors=True,
                evaluate=False,
            )
        seconds = time.perf_counter() - begin
    words = [word for word in model.index_to_key if word in counts]
    return Trained(words, np.array([model[word] for word in words]), seconds, 1, None)


@dataclass
class Peer:
    """A program: a function that trains it, its parameters, and what must be there for it."""

    train: object
    parameters: dict
    module: str | None  # None: Stanford's libraries

    def is_installed(self):
        return find_spec(self.module) is not None if self.module else (GLOVE_LIBRARIES / "glove.so").exists()


PEERS = {
    "gensim": Peer(train_gensim, {"negative": N_NEGATIVES}, "gensim"),
    "gensim, hs": Peer(train_gensim, {"hs": 1, "negative": 0}, "gensim"),
    "fastText": Peer(train_fasttext, {"loss": "ns"}, "fasttext"),
    "fastText, hs": Peer(train_fasttext, {"loss": "hs"}, "fasttext"),
    "fastText, softmax": Peer(train_fasttext, {"loss": "softmax"}, "fasttext"),
    **{
        f"GloVe, window {window}, x_max {x_max}": Peer(train_glove_program, {"window": window, "x_max": x_max}, None)
        for window in (5, 10)
        for x_max in (10, 100)
    },
    "glove-python": Peer(train_glove_python, {}, "glove"),
}
PPMI_SVD = Peer(train_hyperhyper, {"neg": 5, "eig": 0.5, "add_context": True}, "hyperhyper")
