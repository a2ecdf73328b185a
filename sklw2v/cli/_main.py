"""The command line: ``sklw2v demo``, ``sklw2v train`` and ``sklw2v neighbors``.

What the commands need is imported when they run, so that the parser answers without it.
"""

import argparse
import contextlib
import errno
import inspect
import os
import sys
import time

from sklw2v import __version__

USER_ERRORS = (OSError, ValueError, LookupError)  # what bad input raises; anything else is a bug


def main(argv=None):
    """Run the command line.

    Parameters
    ----------
    argv : list of str, optional
        Arguments after the program's name; by default those of the process.

    Returns
    -------
    int
        0, 1 after an error that ``stderr`` states in one line, 130 if interrupted.

    Raises
    ------
    SystemExit
        With 2 for arguments that make no sense, after one line on ``stderr``; with 0 for ``--help`` and ``--version``.
    """
    arguments = _make_parser().parse_args(argv)
    try:
        arguments.run(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("sklw2v: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing to flush to at exit
        return 1
    except USER_ERRORS as error:
        print(f"sklw2v: error: {_in_one_line(error)}", file=sys.stderr)
        return 1
    return 0


class _Parser(argparse.ArgumentParser):
    """A parser that states an error in one line, and the defaults of an estimator's parameters in its help."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, allow_abbrev=False, **kwargs)
        self.estimator_options = {}  # name of a parameter -> its option

    def add_estimator_option(self, name, **kwargs):
        """Add the option of a parameter; where it is not given, the arguments have no such name."""
        flag = "--" + name.replace("_", "-")
        self.estimator_options[name] = self.add_argument(flag, default=argparse.SUPPRESS, **kwargs)

    def format_help(self):
        if self.estimator_options:
            from sklw2v.vectorizers import SkipGramVectorizer

            defaults = inspect.signature(SkipGramVectorizer).parameters
            for name, option in self.estimator_options.items():
                default = str(defaults[name].default).replace("%", "%%")
                if "(default:" not in option.help:
                    option.help += f" (default: {default})"
        return super().format_help()

    def error(self, message):
        self.exit(2, f"sklw2v: error: {message} (see: {self.prog} --help)\n")


def _make_parser():
    parser = _Parser(prog="sklw2v", description="word2vec as a scikit-learn transformer")
    parser.add_argument("--version", action="version", version=f"sklw2v {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    demo = commands.add_parser(
        "demo",
        help="tune a pipeline on the bundled corpus, compare it with TF-IDF, draw a picture",
        description="Tune a pipeline of word vectors and a classifier on the bundled corpus with GridSearchCV, and "
        "compare its held-out accuracy with that of TF-IDF. Takes less than a minute on two cores.",
    )
    demo.set_defaults(run=_demo)
    demo.add_argument(
        "--output", metavar="PICTURE", default="sklw2v_demo.png", help="where to draw (default: %(default)s)"
    )
    demo.add_argument("--n-jobs", metavar="N", type=int, default=2, help="processes (default: %(default)s)")
    demo.add_argument(
        "--random-state", metavar="N", type=int, default=0, help="of split, folds and models (default: %(default)s)"
    )

    train = commands.add_parser(
        "train",
        help="train word vectors on a text file",
        description="Train word vectors on a text file of one document a line, and write them in word2vec's format.",
    )
    train.set_defaults(run=_train)
    train.add_argument("corpus", metavar="CORPUS", help="text file, one document a line; may end in .gz, .xz or .bz2")
    train.add_argument(
        "-o", "--output", metavar="VECTORS", required=True, help="file to write; compressed if it ends in .gz"
    )
    train.add_argument("--binary", action="store_true", help="the binary format; also chosen by a name in .bin")
    train.add_estimator_option("n_components", metavar="N", type=int, help="length of a vector")
    train.add_estimator_option("window", metavar="N", type=int, help="words to either side that are context")
    train.add_estimator_option("n_negatives", metavar="N", type=int, help="noise words for each true context word")
    train.add_estimator_option("min_count", metavar="N", type=int, help="drop words that occur less often")
    train.add_estimator_option("max_iter", metavar="N", type=_epochs, help="epochs, or auto")
    train.add_estimator_option("loss", metavar="NAME", help="negative_sampling or naive_softmax")
    train.add_estimator_option(
        "subsample", metavar="T", type=float, help="relative frequency above which words are subsampled, 0 for none"
    )
    words = train.add_mutually_exclusive_group()
    words.add_argument("--split", action="store_true", help="words are what white space separates, left as they are")
    train.estimator_options["token_pattern"] = words.add_argument(
        "--token-pattern",
        metavar="P",
        default=argparse.SUPPRESS,
        help="regular expression of a word, in lower-cased text",
    )
    train.add_estimator_option("n_jobs", metavar="N", type=int, help="threads, -1 for all; the vectors do not change")
    train.add_estimator_option("random_state", metavar="N", type=int, help="seed; the same seed, the same vectors")
    train.add_argument("--encoding", default="utf-8", help="of the corpus (default: %(default)s)")
    train.add_argument(
        "--errors",
        metavar="WAY",
        default="strict",
        help="what to do about undecodable bytes: strict, replace or ignore (default: %(default)s)",
    )
    train.add_argument("--quiet", action="store_true", help="no progress on stderr")

    neighbors = commands.add_parser(
        "neighbors",
        help="print the words nearest to a word",
        description="Print the words nearest to each WORD, with their cosine similarities. An analogy, man is to king "
        "as woman is to what: king --positive woman --negative man.",
    )
    neighbors.set_defaults(run=_neighbors)
    neighbors.add_argument(
        "vectors", metavar="VECTORS", help="file in word2vec's format, text or binary; may end in .gz"
    )
    neighbors.add_argument("words", metavar="WORD", nargs="+", help="each gets its own neighbours")
    for name, verb in (("--positive", "add to"), ("--negative", "subtract from")):
        neighbors.add_argument(
            name, metavar="WORD", action="append", default=[], help=f"a word to {verb} each; may be repeated"
        )
    neighbors.add_argument("-n", type=_positive, default=10, help="how many to print (default: %(default)s)")
    neighbors.add_argument("--binary", action="store_true", help="the binary format; also chosen by a name in .bin")
    return parser


def _demo(arguments):
    _check_output(arguments.output)
    from sklw2v.cli import _demo as demo

    demo.run(arguments.output, arguments.n_jobs, arguments.random_state)


def _train(arguments):
    from sklw2v.text import LineDocuments
    from sklw2v.vectorizers import SkipGramVectorizer

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


def _neighbors(arguments):
    from sklw2v.word_vectors import WordVectors

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


def _positive(text):
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected an integer of at least 1, got {text!r}")
    return number


def _epochs(text):
    try:
        return text if text == "auto" else int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected an integer or auto, got {text!r}") from None


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


def _in_one_line(error):
    if isinstance(error, OSError) and error.filename is not None:
        message = f"{error.filename}: {error.strerror}"
    elif isinstance(error, KeyError):
        message = error.args[0]
    else:
        message = str(error)
    return " ".join(message.split())
