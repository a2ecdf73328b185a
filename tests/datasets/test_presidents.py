import re
from collections import defaultdict
from importlib import resources

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import GroupShuffleSplit
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import make_pipeline
from sklearn.utils import Bunch

from sklw2v.datasets._presidents import _cut_into_paragraphs, _read_addresses, load_presidents

N_PARAGRAPHS = 7452
TEN_WORDS = "one two three four five six seven eight nine ten."


@pytest.fixture(scope="module")
def presidents():
    return load_presidents()


def test_bunch_has_the_documented_fields(presidents):
    assert isinstance(presidents, Bunch)
    assert set(presidents) == {
        "data",
        "target",
        "target_names",
        "groups",
        "years",
        "speakers",
        "kinds",
        "DESCR",
    }
    assert type(presidents.data) is list
    assert all(type(paragraph) is str for paragraph in presidents.data)
    assert presidents.target.dtype.kind == presidents.years.dtype.kind == "i"
    assert presidents.groups.dtype.kind == presidents.speakers.dtype.kind == presidents.kinds.dtype.kind == "U"


def test_every_field_has_one_entry_a_paragraph(presidents):
    assert len(presidents.data) == N_PARAGRAPHS
    for field in ("target", "groups", "years", "speakers", "kinds"):
        assert presidents[field].shape == (N_PARAGRAPHS,)


def test_classes_have_the_sizes_that_the_description_states(presidents):
    n_words = np.array([len(paragraph.split()) for paragraph in presidents.data])
    assert f"{N_PARAGRAPHS} paragraphs of 124 addresses by 41 presidents, {n_words.sum():,} words" in presidents.DESCR
    assert len(set(presidents.groups)) == 124
    assert len(set(presidents.speakers)) == 41
    for label, name in enumerate(presidents.target_names):
        of_class = presidents.target == label
        years = presidents.years[of_class]
        row = (
            f"{label} {name} {years.min()}-{years.max()} {of_class.sum()} paragraphs "
            f"{len(set(presidents.groups[of_class]))} addresses {n_words[of_class].sum():,} words"
        )
        assert row in " ".join(presidents.DESCR.split())


def test_every_class_has_enough_addresses_for_splits_by_address(presidents):
    pairs = set(zip(presidents.target.tolist(), presidents.groups.tolist(), strict=True))
    n_addresses = np.bincount([label for label, _ in pairs])
    assert len(n_addresses) == len(presidents.target_names) == 5
    assert n_addresses.min() >= 15


@pytest.mark.parametrize("field", ["target", "years", "speakers", "kinds"])
def test_an_address_has_one_value(presidents, field):
    values = defaultdict(set)
    for group, value in zip(presidents.groups, presidents[field], strict=True):
        values[group].add(value)
    assert all(len(of_address) == 1 for of_address in values.values())


def test_a_president_belongs_to_one_era(presidents):
    eras = defaultdict(set)
    for speaker, label in zip(presidents.speakers, presidents.target, strict=True):
        eras[speaker].add(int(label))
    assert all(len(of_speaker) == 1 for of_speaker in eras.values())
    assert eras["Franklin D. Roosevelt"] == {0}  # inaugurated for the last time in January 1945
    assert eras["Harry S. Truman"] == {1}  # first spoke in April 1945
    assert eras["Gerald R. Ford"] == {2}  # last spoke in January 1977
    assert eras["Jimmy Carter"] == {3}  # inaugurated in January 1977
    assert eras["Bill Clinton"] == eras["Joe Biden"] == {4}


def test_inaugural_and_state_of_the_union_of_one_year_have_different_ids(presidents):
    kinds = {str(group): str(kind) for group, kind in zip(presidents.groups, presidents.kinds, strict=True)}
    assert kinds["inaugural-1949-Truman"] == "inaugural"
    assert kinds["union-1949-Truman"] == "state of the union"
    assert list(kinds.values()).count("inaugural") == 59
    assert list(kinds.values()).count("state of the union") == 65
    assert {"union-1965-Johnson-1", "union-1965-Johnson-2"} < set(kinds)


def test_presidents_of_one_surname_are_told_apart(presidents):
    speakers = {str(group): str(speaker) for group, speaker in zip(presidents.groups, presidents.speakers, strict=True)}
    assert speakers["inaugural-1797-Adams"] == "John Adams"
    assert speakers["inaugural-1825-Adams"] == "John Quincy Adams"
    assert speakers["inaugural-1841-Harrison"] == "William Henry Harrison"
    assert speakers["inaugural-1889-Harrison"] == "Benjamin Harrison"
    assert speakers["inaugural-1905-Roosevelt"] == "Theodore Roosevelt"
    assert speakers["inaugural-1933-Roosevelt"] == "Franklin D. Roosevelt"
    assert speakers["union-1990-Bush"] == "George H. W. Bush"
    assert speakers["inaugural-2001-Bush"] == speakers["union-2001-GWBush-1"] == "George W. Bush"


def test_the_year_of_an_address_is_that_of_its_id(presidents):
    assert [int(group.split("-")[1]) for group in presidents.groups] == presidents.years.tolist()


def test_order_is_by_year_with_each_address_in_one_piece(presidents):
    assert (np.diff(presidents.years) >= 0).all()
    n_changes = np.count_nonzero(presidents.groups[1:] != presidents.groups[:-1])
    assert n_changes == 124 - 1
    assert presidents.data[0].startswith("Among the vicissitudes incident to life no event")
    assert presidents.data[-1].endswith("may God protect our troops. Thank you, America.")


def test_every_load_is_equal_and_independent(presidents):
    again = load_presidents()
    assert again.data == presidents.data
    assert (again.target == presidents.target).all()
    assert (again.groups == presidents.groups).all()
    again.data.clear()
    again.target[:] = -1
    again.target_names.clear()
    assert len(load_presidents().data) == N_PARAGRAPHS
    assert load_presidents().target.min() == 0
    assert len(load_presidents().target_names) == 5


def test_return_X_y_gives_the_paragraphs_and_the_eras(presidents):
    data, target = load_presidents(return_X_y=True)
    assert data == presidents.data
    assert (target == presidents.target).all()
    with pytest.raises(TypeError, match="positional"):
        load_presidents(True)


def test_paragraphs_are_long_enough_and_their_white_space_is_single_blanks(presidents):
    for paragraph in presidents.data:
        assert paragraph == " ".join(paragraph.split())
        assert len(paragraph.split()) >= 10


def test_little_of_what_was_said_is_lost(presidents):
    kept = sum(len(paragraph.split()) for paragraph in presidents.data)
    assert kept > 0.98 * 488_000  # words, of the transcripts with all their headings


def test_no_paragraph_is_a_title_a_date_or_a_signature(presidents):
    months = "January|February|March|April|May|June|July|August|September|October|November|December"
    date_alone = re.compile(rf"(?:{months}) \d{{1,2}}, \d{{4}}\.?")
    title = re.compile(r"PRESIDENT [A-Z. ]+'S|ADDRESS (?:OF|BEFORE|ON)|MESSAGE TO THE CONGRESS")
    for paragraph in presidents.data:
        assert not paragraph.isupper()
        assert not date_alone.fullmatch(paragraph)
        assert not title.search(paragraph)
        assert not re.match(r"(?:Annual Message to|Address on the State|State of the Union Message)", paragraph)
        assert "DWIGHT" not in paragraph
        assert "RICHARD NIXON" not in paragraph


def test_no_paragraph_holds_the_heading_of_its_own_address(presidents):
    paragraphs = defaultdict(list)
    for group, paragraph in zip(presidents.groups, presidents.data, strict=True):
        paragraphs[group].append(paragraph)
    n_dates = 0
    for address in _read_addresses():
        if address["kind"] == "inaugural":
            continue  # these transcripts begin with the first words spoken
        lines = [" ".join(line.split()) for line in address["text"].split("\n") if line.strip()]
        of_address = "\n".join(paragraphs[address["id"]])
        assert lines[0] not in of_address
        for date in re.findall(r"[A-Z][a-z]+ \d{1,2}, [12]\d{3}", " ".join(lines[:2])):
            assert date not in of_address
            n_dates += 1
    assert n_dates > 50


@pytest.mark.parametrize(
    "trace",
    [
        "\ufffd",
        "(Applause",
        "[Applause",
        "(applause",
        "[applause",
        "(Laughter",
        "[Laughter",
        "[laughter",
        "THE PRESIDENT:",
        "Speaker Foley.",
        "high privilege and distinct honor of presenting",
        "White House photo",
        "White House correction",
        "[At this point",
        "WEB RESOURCES",
        "State Dinners",
        "Federal Election Commission by candidates",
        "broadcast live",
        "advance text",
        "(Pg.",
        "P.M. EST",
    ],
)
def test_traces_of_the_transcribers_are_removed(presidents, trace):
    found = [
        (str(group), paragraph)
        for group, paragraph in zip(presidents.groups, presidents.data, strict=True)
        if trace in paragraph
    ]
    assert found == []


def test_words_beside_a_removed_note_are_kept(presidents):
    text = "\n".join(presidents.data)
    assert "To the folks watching at home, those were the groans of pain in the audience." in text
    assert "Every time I'm invited to this rostrum, I'm humbled by the privilege" in text  # after a caption
    assert "Mr. President. And Mr. Speaker, thank you, sir, for those very generous words" in text
    assert "They possess a powerful intercontinental striking force" in text
    assert "the Nation's history" in text  # an apostrophe lost in the transcript
    assert "increasingly from Canada" in text  # across a page number


@pytest.mark.parametrize(
    "text, paragraphs",
    [
        ("", []),
        (" \n\n  \n", []),
        ("one two three four five six seven eight nine.", []),
        ("one two three four five six seven eight nine ten.", ["one two three four five six seven eight nine ten."]),
        (
            "one  two three four five\t six seven eight nine ten! ",
            ["one two three four five six seven eight nine ten!"],
        ),
        ("ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE TEN.", []),
        ("Mr. Speaker, Mr. President, distinguished members of this Congress, fellow citizens:", []),
        ("a " * 24 + "\n" + "b " * 25, [" ".join("b" * 25)]),
        (
            "\ufffd@We saw a Nation\ufffd\ufffds hard work\ufffdXall of it\ufffdK a \ufffd\ufffdgood\ufffd\ufffd one.",
            ['We saw a Nation\'s hard work--all of it... a "good" one.'],
        ),
        (TEN_WORDS + "\nNOTE: " + "a " * 30 + "\n" + "b " * 30, [TEN_WORDS]),
        (
            'He said: "one two three four five six seven eight."',
            ['He said: "one two three four five six seven eight."'],
        ),
    ],
)
def test_cutting_by_hand(text, paragraphs):
    assert list(_cut_into_paragraphs(text)) == paragraphs


def test_the_data_is_small_and_in_one_file():
    files = [file for file in (resources.files("sklw2v.datasets") / "data").iterdir() if file.name != "__pycache__"]
    assert [file.name for file in files] == ["presidents.jsonl.xz"]
    assert len(files[0].read_bytes()) < 800_000


def test_eras_are_recognised_across_addresses_but_not_perfectly(presidents):
    split = GroupShuffleSplit(n_splits=1, test_size=0.25, random_state=0)
    train, test = next(split.split(presidents.data, presidents.target, presidents.groups))
    classifier = make_pipeline(TfidfVectorizer(), ComplementNB())
    classifier.fit([presidents.data[i] for i in train], presidents.target[train])
    accuracy = classifier.score([presidents.data[i] for i in test], presidents.target[test])
    majority = np.bincount(presidents.target[test]).max() / len(test)
    assert majority < 0.4
    assert majority + 0.15 < accuracy < 0.8


def test_groups_keep_addresses_whole_in_a_split(presidents):
    split = GroupShuffleSplit(n_splits=3, test_size=0.25, random_state=0)
    for train, test in split.split(presidents.data, presidents.target, presidents.groups):
        assert not set(presidents.groups[train]) & set(presidents.groups[test])
        assert set(presidents.target[train]) == set(presidents.target[test]) == {0, 1, 2, 3, 4}
