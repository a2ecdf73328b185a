"""The corpus that comes with the package: paragraphs from addresses of the presidents of the United States."""

import json
import lzma
import re
from importlib import resources
from typing import Literal, overload

import numpy as np
from sklearn.utils import Bunch

# A paragraph belongs to the era in which its speaker first appears, so that no president falls into two eras,
# not even one who spoke in the January of a change of office. Year in which each era begins, and its name.
_ERAS = (
    (1789, "Washington to F. D. Roosevelt"),
    (1945, "Truman to Eisenhower"),
    (1961, "Kennedy to Ford"),
    (1977, "Carter to G. H. W. Bush"),
    (1993, "Clinton to Biden"),
)

_MIN_WORDS = 10  # headings, signatures, votes of thanks and rows of tables are shorter
_MIN_WORDS_OF_NO_SENTENCE = 25  # titles with dates, salutations, lead-ins to lists and most of their items are shorter

# What the transcripts hold besides the words of the address, and what takes its place, in this order.
_REPAIRS = tuple(
    (re.compile(pattern, re.IGNORECASE | re.MULTILINE), replacement)
    for pattern, replacement in (
        # Characters lost in some earlier conversion: indent, dash, ellipsis, apostrophe, quotation mark.
        ("\ufffd@", ""),
        ("\ufffdX", "--"),
        ("\ufffdK", "..."),
        (r"(?<=\w)\ufffd+(?=\w)", "'"),
        ("\ufffd+", '"'),
        # Editors' notes: all that follows the address.
        (r"^NOTE:(?s:.*)", ""),
        # Words of another speaker, who introduces the president; labels naming the speaker; captions of photographs.
        (r"^Speaker Foley\.(?s:.*?)(?=^The President\.)", ""),
        (r"^The President[.:]", ""),
        (r"^.*White House photo by Eric Draper", ""),
        # Stage directions, editors' insertions and page numbers.
        (r"\[(?:At this point|\* White House)[^\]\n]*\]?", ""),
        (r"[(\[](?:laughter|applause|laughter and applause|moment of silent prayer)\.?[)\]]", ""),
        (r"\((?:Pg\. \d+|White House correction: [^)\n]*)\)", ""),
    )
)

_DESCRIPTION = """\
Paragraphs from addresses of the presidents of the United States
----------------------------------------------------------------

Sources. 59 inaugural addresses (1789-2021) and 65 State of the Union addresses (1945-2006; among them a few other
addresses to the Congress, such as those of April 1945, May 1961, March 1965 and September 2001). The transcripts are
those of the C-SPAN Inaugural Address Corpus and the C-SPAN State of the Union Address Corpus, which the Natural
Language Toolkit distributes too.

Licence. Public domain: works of the United States government.

Size. 7452 paragraphs of 124 addresses by 41 presidents, 481,152 words.

How cut. One line of a transcript is one paragraph; white space is collapsed. Titles, dates, headings, salutations,
signatures, labels that name the speaker, stage directions ("(Applause.)"), editors' notes, captions and links of web
pages are removed, for they betray the year. So are lines below 10 words, and lines below 25 words that do not end as a
sentence does. What the speaker says is left alone: a paragraph may still mention the current year.

Target. The era of the paragraph's speaker. No president, hence no address, falls into two eras, and the eras are of
similar size in words:

    0  Washington to F. D. Roosevelt   1789-1945    781 paragraphs   40 addresses   100,239 words
    1  Truman to Eisenhower            1945-1960   1923 paragraphs   18 addresses   105,859 words
    2  Kennedy to Ford                 1961-1977   2061 paragraphs   23 addresses    90,271 words
    3  Carter to G. H. W. Bush         1977-1992   1192 paragraphs   20 addresses    76,427 words
    4  Clinton to Biden                1993-2021   1495 paragraphs   23 addresses   108,356 words

The first era has inaugural addresses only, and paragraphs about twice as long as those of the others. Neighbouring eras
are the ones most often confused.

How to split. By address, never by paragraph: neighbouring paragraphs speak of the same things. Pass `groups` to
`sklearn.model_selection.StratifiedGroupKFold` or `GroupShuffleSplit`, and shuffle, for the order is by year. With five
such folds TfidfVectorizer() and LogisticRegression() are right in 64 % of the paragraphs; always naming the largest era
is right in 28 %. Passing `speakers` as the groups asks whether an era is recognised in a president never heard, which
is much harder (36 %): two eras have two or three presidents only.
"""


@overload
def load_presidents(*, return_X_y: Literal[False] = False) -> Bunch: ...
@overload
def load_presidents(*, return_X_y: Literal[True]) -> tuple[list[str], np.ndarray]: ...
def load_presidents(*, return_X_y: bool = False) -> Bunch | tuple[list[str], np.ndarray]:
    """Load paragraphs from presidential addresses, to be told apart by era.

    The classes are five eras of American history; the paragraphs come from 59 inaugural and 65 State of the Union
    addresses, in the public domain. The data is part of the package: nothing is downloaded. The order is by year of
    the address, within a year by its id, and within an address as spoken.

    Parameters
    ----------
    return_X_y : bool, default=False
        If True, return `(data, target)` instead of a Bunch.

    Returns
    -------
    presidents : :class:`~sklearn.utils.Bunch`
        data : list of str
            The paragraphs.
        target : ndarray of int, shape (n_paragraphs,)
            The era of each paragraph, an index into `target_names`.
        target_names : list of str
            The names of the five eras, in order of time.
        groups : ndarray of str, shape (n_paragraphs,)
            The id of the address a paragraph comes from, such as ``"union-1945-Truman"`` or
            ``"inaugural-1789-Washington"``. Split by it, so that no address is on both sides.
        years : ndarray of int, shape (n_paragraphs,)
            The year of the address.
        speakers : ndarray of str, shape (n_paragraphs,)
            The president's full name.
        kinds : ndarray of str, shape (n_paragraphs,)
            ``"inaugural"`` or ``"state of the union"``.
        DESCR : str
            Sources, licence, how the addresses were cut, the classes with their sizes, and how to split.

    (data, target) : tuple of list and ndarray
        Only if `return_X_y` is True.

    Examples
    --------
    >>> from sklw2v.datasets import load_presidents
    >>> presidents = load_presidents()
    >>> presidents.data[-1]
    'May God bless America, and may God protect our troops. Thank you, America.'
    >>> print(presidents.groups[-1], "is of the era", presidents.target_names[presidents.target[-1]])
    inaugural-2021-Biden is of the era Clinton to Biden

    A split with whole addresses on either side:

    >>> from sklearn.model_selection import GroupShuffleSplit
    >>> split = GroupShuffleSplit(n_splits=1, test_size=0.25, random_state=0)
    >>> train, test = next(split.split(presidents.data, presidents.target, presidents.groups))
    >>> set(presidents.groups[train]) & set(presidents.groups[test])
    set()
    """
    addresses = _read_addresses()
    paragraphs = [list(_cut_into_paragraphs(address["text"])) for address in addresses]
    data = [paragraph for of_one_address in paragraphs for paragraph in of_one_address]
    n_paragraphs = [len(of_one_address) for of_one_address in paragraphs]

    def repeat(key):
        return np.repeat([address[key] for address in addresses], n_paragraphs)  # (sum(n_paragraphs),)

    years, speakers = repeat("year"), repeat("speaker")
    first_year: dict[str, int] = {}
    for address in addresses:  # in order of years
        first_year.setdefault(address["speaker"], address["year"])
    era_begins = [year for year, _ in _ERAS]
    target = np.searchsorted(era_begins, [first_year[speaker] for speaker in speakers], side="right") - 1
    if return_X_y:
        return data, target
    return Bunch(
        data=data,
        target=target,
        target_names=[name for _, name in _ERAS],
        groups=repeat("id"),
        years=years,
        speakers=speakers,
        kinds=repeat("kind"),
        DESCR=_DESCRIPTION,
    )


def _read_addresses():
    """Return the addresses in order of years, as dicts with the keys id, kind, year, speaker and text."""
    file = resources.files("sklw2v.datasets") / "data" / "presidents.jsonl.xz"
    lines = lzma.decompress(file.read_bytes()).decode("utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


def _cut_into_paragraphs(text):
    for pattern, replacement in _REPAIRS:
        text = pattern.sub(replacement, text)
    for line in text.split("\n"):
        words = line.split()
        paragraph = " ".join(words)
        if len(words) < _MIN_WORDS or paragraph.isupper():
            continue
        if len(words) >= _MIN_WORDS_OF_NO_SENTENCE or paragraph.rstrip("\"')] ").endswith((".", "!", "?")):
            yield paragraph
