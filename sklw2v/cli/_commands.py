"""What the commands do with their parsed arguments."""

import contextlib
import errno
import os
import sys
import time

from sklw2v import LineDocuments, SkipGramVectorizer, WordVectors
from sklw2v.cli._demo import run


def demo(arguments):
    """Tune word vectors on the bundled corpus, and compare them with TF-IDF."""
    _check_output(arguments.output)
    run(arguments.output, arguments.n_jobs, arguments.random_state)


def train(arguments):
    """Train word vectors on a text file, and write them to another file."""
    begin = time.perf_counter()
    documents = LineDocuments(arguments.corpus, encoding=arguments.encoding, errors=arguments.errors)
    _check_output(arguments.output)
    if os.path.exists(arguments.output) and os.path.samefile(arguments.corpus, arguments.output):
        raise ValueError(f"{arguments.output}: the output would replace the corpus")
    given = {name: value for name, value in vars(arguments).items() if name in SkipGramVectorizer().get_params()}
    if arguments.split:
        given["analyzer"] = str.split
    vectorizer = SkipGramVectorizer(**given, verbose=not arguments.quiet)
    with contextlib.redirect_stdout(sys.stderr):
        vectorizer.fit(documents)
    word_vectors = vectorizer.word_vectors_
    word_vectors.save_word2vec_format(arguments.output, binary=_is_binary(arguments.output, arguments.binary))
    n_words, n_components = word_vectors.vectors.shape
    seconds = time.perf_counter() - begin
    print(f"{n_words} words of {n_components} components in {seconds:.1f} s: {arguments.output}")


def neighbors(arguments):
    """Print the words nearest to each of some words."""
    queries = [([word, *arguments.positive], arguments.negative) for word in arguments.words]
    word_vectors = WordVectors.load_word2vec_format(
        arguments.vectors, binary=_is_binary(arguments.vectors, arguments.binary)
    )
    answers = [word_vectors.most_similar(*query, topn=arguments.n) for query in queries]  # before anything is printed
    for (positive, negative), answer in zip(queries, answers, strict=True):
        print(" ".join([" + ".join(positive), *(f"- {word}" for word in negative)]))
        width = max((len(word) for word, _ in answer), default=0)
        for word, similarity in answer:
            print(f"  {word:<{width}}  {similarity:6.3f}")


def _is_binary(path, is_asked_for):
    return is_asked_for or path.removesuffix(".gz").endswith(".bin")


def _check_output(path):
    """Raise if no file can be written at `path`, before hours of work are lost."""
    directory = os.path.dirname(os.path.realpath(path))
    if os.path.isdir(path):
        raise IsADirectoryError(errno.EISDIR, "the output is a directory", path)
    if not os.path.isdir(directory):
        raise FileNotFoundError(errno.ENOENT, "the output's directory does not exist", directory)
    if not os.access(directory, os.W_OK):
        raise PermissionError(errno.EACCES, "the output's directory is not writable", directory)
