"""The arguments of the command line: a parser, and what each command adds to it."""

import argparse
import inspect

from sklw2v import SkipGramVectorizer, __version__
from sklw2v.cli._commands import demo, neighbors, train
from sklw2v.losses import LOSSES


class Parser(argparse.ArgumentParser):
    """A parser that states an error in one line, and the defaults of an estimator's parameters in its help."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, allow_abbrev=False, **kwargs)
        self.estimator_options = {}  # name of a parameter -> its option

    def add_estimator_option(self, name, group=None, **kwargs):
        """Add the option of a parameter, to a group of options if one is given.

        Where the option is not given, the parsed arguments have no such name, and the estimator keeps its default.
        """
        flag = "--" + name.replace("_", "-")
        self.estimator_options[name] = (group or self).add_argument(flag, default=argparse.SUPPRESS, **kwargs)

    def format_help(self):
        defaults = inspect.signature(SkipGramVectorizer).parameters
        for name, option in self.estimator_options.items():
            default = str(defaults[name].default).replace("%", "%%")
            if "(default:" not in option.help:
                option.help += f" (default: {default})"
        return super().format_help()

    def error(self, message):
        self.exit(2, f"sklw2v: error: {message} (see: {self.prog} --help)\n")


def make_parser():
    """The parser of ``sklw2v``; the attribute `run` of what it parses is a function of the parsed arguments."""
    parser = Parser(prog="sklw2v", description="word2vec as a scikit-learn transformer")
    parser.add_argument("--version", action="version", version=f"sklw2v {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    add_demo(commands)
    add_train(commands)
    add_neighbors(commands)
    return parser


def add_demo(commands):
    """Add the command ``demo``."""
    parser = commands.add_parser(
        "demo",
        help="tune a pipeline on the bundled corpus, compare it with TF-IDF, draw a picture",
        description="Tune a pipeline of word vectors and a classifier on the bundled corpus with GridSearchCV, and "
        "compare its held-out accuracy with that of TF-IDF. Takes a minute or two on two cores.",
    )
    parser.set_defaults(run=demo)
    parser.add_argument(
        "--output", metavar="PICTURE", default="sklw2v_demo.png", help="where to draw (default: %(default)s)"
    )
    parser.add_argument("--n-jobs", metavar="N", type=int, default=2, help="processes (default: %(default)s)")
    parser.add_argument(
        "--random-state", metavar="N", type=int, default=0, help="of split, folds and models (default: %(default)s)"
    )


def add_train(commands):
    """Add the command ``train``."""
    parser = commands.add_parser(
        "train",
        help="train word vectors on a text file",
        description="Train word vectors on a text file of one document a line, and write them to a file, in word2vec's "
        "text or binary format or as NumPy's .npz.",
    )
    parser.set_defaults(run=train)
    parser.add_argument("corpus", metavar="CORPUS", help="text file, one document a line; may end in .gz, .xz or .bz2")
    parser.add_argument(
        "-o",
        "--output",
        metavar="VECTORS",
        required=True,
        help="file to write: one of NumPy's if it ends in .npz, which holds any word and its count, one of word2vec's "
        "binary format if it ends in .bin, else of its text format; the latter two compressed if it then ends in .gz",
    )
    parser.add_argument("--binary", action="store_true", help="word2vec's binary format, whatever the name ends in")
    _add_model_options(parser)
    _add_word_options(parser)
    parser.add_estimator_option("n_jobs", metavar="N", type=int, help="threads, -1 for all; the vectors do not change")
    parser.add_estimator_option("random_state", metavar="N", type=int, help="seed; the same seed, the same vectors")
    parser.add_argument("--encoding", default="utf-8", help="of the corpus (default: %(default)s)")
    parser.add_argument(
        "--errors",
        metavar="WAY",
        default="strict",
        help="what to do about undecodable bytes: strict, replace or ignore (default: %(default)s)",
    )
    parser.add_argument("--quiet", action="store_true", help="no progress on stderr")


def add_neighbors(commands):
    """Add the command ``neighbors``."""
    parser = commands.add_parser(
        "neighbors",
        help="print the words nearest to a word",
        description="Print the words nearest to each WORD, with their cosine similarities. An analogy, man is to king "
        "as woman is to what: king --positive woman --negative man.",
    )
    parser.set_defaults(run=neighbors)
    parser.add_argument(
        "vectors",
        metavar="VECTORS",
        help="file in word2vec's format, text or binary, GloVe's or NumPy's .npz, told by what it holds; the former "
        "three may end in .gz",
    )
    parser.add_argument("words", metavar="WORD", nargs="+", help="each gets its own neighbours")
    for name, verb in (("--positive", "add to"), ("--negative", "subtract from")):
        parser.add_argument(
            name, metavar="WORD", action="append", default=[], help=f"a word to {verb} each; may be repeated"
        )
    parser.add_argument("-n", type=_positive, default=10, help="how many to print (default: %(default)s)")
    parser.add_argument(
        "--duplicates",
        choices=("raise", "drop"),
        default="raise",
        help="what to do about a word that has several rows; drop keeps the first (default: %(default)s)",
    )
    parser.add_argument(
        "--unicode-errors",
        choices=("strict", "replace", "ignore"),
        default="strict",
        help="what to do about bytes of words that are not UTF-8 (default: %(default)s)",
    )
    parser.add_argument("--binary", action="store_true", help="word2vec's binary format, without a look at the file")


def _add_model_options(parser):
    parser.add_estimator_option("n_components", metavar="N", type=int, help="length of a vector")
    parser.add_estimator_option("window", metavar="N", type=int, help="words to either side that are context")
    parser.add_estimator_option("n_negatives", metavar="N", type=int, help="noise words for each true context word")
    parser.add_estimator_option("min_count", metavar="N", type=int, help="drop words that occur less often")
    parser.add_estimator_option("max_iter", metavar="N", type=_epochs, help="epochs, or auto")
    parser.add_estimator_option("loss", metavar="NAME", help=f"one of {', '.join(LOSSES.names)}")
    parser.add_estimator_option(
        "subsample", metavar="T", type=float, help="relative frequency above which words are subsampled, 0 for none"
    )


def _add_word_options(parser):
    """Add the options that say what a word is, of which one at most may be given."""
    words = parser.add_mutually_exclusive_group()
    words.add_argument("--split", action="store_true", help="words are what white space separates, left as they are")
    parser.add_estimator_option(
        "token_pattern", group=words, metavar="P", help="regular expression of a word, in lower-cased text"
    )


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
