"""The demo from its arguments to its picture, on a small part of the corpus."""

import re
import sys

import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV
from sklearn.utils import Bunch

from sklw2v.cli import _demo as demo
from sklw2v.cli import _search_progress, main
from sklw2v.datasets import load_presidents
from tests.cli.failures import error_of


@pytest.fixture
def small_demo(monkeypatch):
    """The demo on two grid points and a tenth of the corpus."""
    presidents = load_presidents()
    chosen = np.unique(presidents.groups)[::10]
    rows = np.flatnonzero(np.isin(presidents.groups, chosen))
    small = Bunch(
        data=[presidents.data[row] for row in rows],
        target=presidents.target[rows],
        target_names=presidents.target_names,
        groups=presidents.groups[rows],
    )
    monkeypatch.setattr(demo, "load_presidents", lambda: small)
    monkeypatch.setattr(demo, "GRID", {"n_components": (10,), "window": (2, 5), "n_negatives": (5,)})
    monkeypatch.setattr(demo, "N_HELD_OUT", 3)
    monkeypatch.setattr(_search_progress, "SECONDS_BETWEEN_LINES", 0.05)
    return small


@pytest.mark.slow
def test_demo_prints_what_it_found_and_draws_it(small_demo, tmp_path, capsys):
    picture = tmp_path / "demo.png"
    assert main(["demo", "--output", str(picture), "--n-jobs", "1"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    lines = captured.out.splitlines()

    assert re.search(r"^  6/6 fits, \d+\.\d fits/s, \d+\.\d s$", captured.out, re.MULTILINE)
    table = [line.split() for line in lines if re.match(r" +10 +[25] +5 +0\.\d{3} +0\.\d{3} +\d+\.\d\d", line)]
    assert [row[1] for row in table] == ["2", "5"]
    best = [row for row in table if row[-1] == "best"]
    assert len(best) == 1
    assert float(best[0][3]) == max(float(row[3]) for row in table)
    assert f"best parameters: n_components=10, window={best[0][1]}, n_negatives=5" in lines

    found = [re.fullmatch(r"held-out accuracy: (0\.\d{3})", line) for line in lines]
    (accuracy,) = [match.group(1) for match in found if match]
    rows = {line[:18].strip(): line[18:].split() for line in lines if re.search(r"0\.\d{3} +0\.\d{3}$", line)}
    assert {"word vectors", "TF-IDF", "TF-IDF + SVD", "majority class"} <= set(rows)
    assert rows["word vectors"][0] == rows["TF-IDF + SVD"][0] == "10"
    assert rows["word vectors"][-2] == accuracy
    assert float(rows["majority class"][-2]) < float(accuracy)
    assert re.search(r"^  war: +\w+(, \w+){6}$", captured.out, re.MULTILINE)
    assert f"Picture: {picture}" in lines
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert [path.name for path in tmp_path.iterdir()] == ["demo.png"]


@pytest.mark.slow
def test_figures_of_the_demo_do_not_depend_on_the_number_of_processes(small_demo, tmp_path, capsys):
    figures = []
    for n_jobs in ("1", "2"):
        assert main(["demo", "--output", str(tmp_path / "demo.png"), "--n-jobs", n_jobs]) == 0
        figures.append(re.findall(r"0\.\d{3}|^best.*|^  war.*", capsys.readouterr().out, re.MULTILINE))
    assert len(figures[0]) > 10
    assert figures[0] == figures[1]


def test_no_address_is_on_both_sides_of_the_demos_splits(small_demo, tmp_path, monkeypatch):
    address_of = dict(zip(small_demo.data, small_demo.groups, strict=True))
    fitted = []

    def stop(self, X, y):
        fitted.append((self.cv, X))
        raise ValueError("seen enough")

    monkeypatch.setattr(GridSearchCV, "fit", stop)

    assert main(["demo", "--output", str(tmp_path / "demo.png")]) == 1
    ((folds, texts),) = fitted
    training_addresses = {address_of[text] for text in texts}
    assert 0 < len(training_addresses) < len(set(small_demo.groups))
    assert len(texts) == sum(group in training_addresses for group in small_demo.groups)
    for training, validation in folds:
        assert len(training) + len(validation) == len(texts)
        assert not {address_of[text] for text in texts[training]} & {address_of[text] for text in texts[validation]}


@pytest.mark.slow
def test_demo_without_matplotlib_says_how_to_install_it(small_demo, tmp_path, monkeypatch, capsys):
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert main(["demo", "--output", str(tmp_path / "demo.png"), "--n-jobs", "1"]) == 0
    printed = capsys.readouterr().out
    assert "matplotlib is missing. To install it: pip install sklw2v[plot]" in printed
    assert re.search(r"^held-out accuracy: 0\.\d{3}$", printed, re.MULTILINE)
    assert list(tmp_path.iterdir()) == []


def test_demo_checks_its_output_before_any_work(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(demo, "load_presidents", lambda: pytest.fail("the corpus was read"))
    code, message = error_of(capsys, "demo", "--output", tmp_path / "demo.doc")
    assert code == 1
    assert ".png" in message
    code, message = error_of(capsys, "demo", "--output", tmp_path / "missing" / "demo.png")
    assert (code, message) == (1, f"{tmp_path / 'missing' / 'demo.png'}: the directory of the file does not exist")
    code, message = error_of(capsys, "demo", "--output", tmp_path / f"{'p' * 252}.png")
    assert code == 1
    assert "the name of the file is too long; most file systems take 255 bytes" in message
    code, message = error_of(capsys, "demo", "--output", tmp_path / "demo.png.gz")
    assert code == 1
    assert "expected a name that ends in one of" in message
    code, message = error_of(capsys, "demo", "--output", tmp_path / "demo.png.xz")
    assert code == 1
    assert "expected a name that ends in .gz, or one of a file that is not compressed" in message
    code, message = error_of(capsys, "demo", "--output", tmp_path / "demo.png", "--n-jobs", "0")
    assert (code, message) == (1, "n_jobs=0 has no meaning: expected a number of threads, -1 for all, or None.")
