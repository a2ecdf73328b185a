"""Files written whole or not at all: what can be told before anything is written."""

import errno
import os

import pytest

from sklw2v.utils import check_writable, replacing


def write(path):
    with replacing(path) as file:
        file.write(b"new")


@pytest.mark.parametrize("attempt", [check_writable, write])
def test_where_no_file_can_be_written_is_told_before_anything_is(tmp_path, attempt):
    with pytest.raises(IsADirectoryError, match="expected a file to write, got a directory"):
        attempt(tmp_path)
    with pytest.raises(ValueError, match="expected the name of a file to write, got ''"):
        attempt("")
    with pytest.raises(FileNotFoundError, match=r"the directory of the file does not exist: '.*absent/v'$"):
        attempt(tmp_path / "absent" / "v")
    with pytest.raises(ValueError, match=r"v\.txt\.zst: expected a name that ends in \.gz"):
        attempt(tmp_path / "v.txt.zst")
    with pytest.raises(OSError, match="the name of the file is too long; most file systems take 255 bytes") as caught:
        attempt(tmp_path / ("v" * 256))
    assert caught.value.errno == errno.ENAMETOOLONG
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("attempt", [check_writable, write])
def test_a_file_without_permission_is_told(tmp_path, monkeypatch, attempt):
    monkeypatch.setattr(os, "access", lambda path, mode: path != os.path.realpath(tmp_path))
    with pytest.raises(PermissionError, match=r"the directory of the file is not writable: '.*v'"):
        attempt(tmp_path / "v")
    os.mkfifo(tmp_path / "pipe")
    check_writable(tmp_path / "pipe")  # whose directory nothing is written to
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(PermissionError, match=r"the file is not writable: '.*pipe'"):
        attempt(tmp_path / "pipe")


@pytest.mark.parametrize("name", ["v" * 255, "v" * 252 + ".gz", "ä" * 127])
def test_names_of_up_to_255_bytes_are_written(tmp_path, name):
    write(tmp_path / name)
    write(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_an_error_of_writing_names_the_file():
    with pytest.raises(OSError, match=r"No space left on device: '/dev/full'$"):
        write("/dev/full")


def test_an_error_of_writing_names_the_file_and_leaves_nothing(tmp_path):
    with pytest.raises(OSError, match=r"No space left on device: '.*v'$"), replacing(tmp_path / "v"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert list(tmp_path.iterdir()) == []
