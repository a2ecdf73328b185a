"""What the commands do with their parsed arguments."""

import contextlib
import os
import sys
import time

from sklw2v import LineDocuments, SkipGramVectorizer, WordVectors
from sklw2v.cli._demo import run
from sklw2v.utils import check_n_jobs, check_writable, has_ending
from sklw2v.word_vectors import BINARY, GLOVE, NPZ, TEXT, check_savable, file_kind


def demo(arguments):
    """Tune word vectors on the bundled corpus, and compare them with TF-IDF."""
    check_writable(arguments.output)
    check_n_jobs(arguments.n_jobs)
    run(arguments.output, arguments.n_jobs, arguments.random_state)


def train(arguments):
    """Train word vectors on a text file, and write them to another file."""
    begin = time.perf_counter()
    documents = LineDocuments(arguments.corpus, encoding=arguments.encoding, errors=arguments.errors)
    check_writable(arguments.output)
    if os.path.exists(arguments.output) and os.path.samefile(arguments.corpus, arguments.output):
        raise ValueError(f"{arguments.output}: the output would replace the corpus")
    given = {name: value for name, value in vars(arguments).items() if name in SkipGramVectorizer().get_params()}
    if arguments.split:
        given["analyzer"] = str.split
    vectorizer = VectorizerForFile(**given, verbose=not arguments.quiet)
    vectorizer.kind = _output_kind(arguments.output, arguments.binary)
    with contextlib.redirect_stdout(sys.stderr):
        vectorizer.fit(documents)
    word_vectors = vectorizer.word_vectors_
    if vectorizer.kind == NPZ:
        word_vectors.save_npz(arguments.output)
    else:
        word_vectors.save_word2vec_format(arguments.output, binary=vectorizer.kind == BINARY)
    n_words, n_components = word_vectors.vectors.shape
    seconds = time.perf_counter() - begin
    print(f"{n_words} words of {n_components} components in {seconds:.1f} s: {arguments.output}")


class VectorizerForFile(SkipGramVectorizer):
    """A vectorizer that makes sure, before it trains, that a file can hold its words.

    Attributes
    ----------
    kind : str
        Which kind of file; set before `fit`.
    """

    def _check_words(self, words):
        super()._check_words(words)
        check_savable(words, self.kind)


VectorizerForFile.__name__ = SkipGramVectorizer.__name__  # which lines of progress begin with


def neighbors(arguments):
    """Print the words nearest to each of some words."""
    queries = [([word, *arguments.positive], arguments.negative) for word in arguments.words]
    word_vectors = _load(arguments)
    answers = [word_vectors.most_similar(*query, topn=arguments.n) for query in queries]  # before anything is printed
    for (positive, negative), answer in zip(queries, answers, strict=True):
        print(" ".join([" + ".join(positive), *(f"- {word}" for word in negative)]))
        width = max((len(word) for word, _ in answer), default=0)
        for word, similarity in answer:
            print(f"  {word:<{width}}  {similarity:6.3f}")


def _load(arguments):
    """The word vectors of a file of any format, told by what it holds, or by its name if it is a pipe."""
    path = arguments.vectors
    kind = file_kind(path) if os.path.isfile(path) and not arguments.binary else None
    if kind == NPZ:
        return WordVectors.load_npz(path)
    options = {"duplicates": arguments.duplicates, "unicode_errors": arguments.unicode_errors}
    if kind == GLOVE:
        return WordVectors.load_glove_format(path, **options)
    kind = kind or _output_kind(path, arguments.binary)
    return WordVectors.load_word2vec_format(path, binary=kind == BINARY, **options)


def _output_kind(path, is_binary):
    """The kind of a file by its name, and by whether the binary format is asked for."""
    if not has_ending(path, ".npz", ".npz.gz"):
        return BINARY if is_binary or has_ending(path, ".bin", ".bin.gz") else TEXT
    if is_binary:
        raise ValueError(f"{path}: --binary is for word2vec's format, which has no files that end in .npz")
    if has_ending(path, ".gz"):
        raise ValueError(
            f"{path}: expected a name that ends in .npz, without .gz; such files are compressed as they are"
        )
    return NPZ
