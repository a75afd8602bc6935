"""The folder: whole files or none, no path but its own, a full disk told in words."""

from __future__ import annotations

import errno
import os

import pytest

from jifen.files.errors import StorageFull
from jifen.files.storage import Folder


def test_the_same_bytes_lie_there_once(tmp_path):
    folder = Folder(tmp_path)
    name = folder.put(b"one")
    assert folder.put(b"one") == name
    assert folder.get(name) == b"one"
    assert list(folder.names()) == [name]
    folder.remove(name)
    folder.remove(name)
    with pytest.raises(KeyError):
        folder.get(name)


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "a" * 63,
        "A" * 64,
        "a" * 64 + "\n",
        "..%2f" + "a" * 59,
        "",
        "\0" * 64,
    ],
)
def test_no_name_leads_anywhere_else(tmp_path, name):
    (tmp_path / "store").mkdir()
    with pytest.raises(KeyError):
        Folder(tmp_path / "store").get(name)
    with pytest.raises(KeyError):
        Folder(tmp_path / "store").remove(name)


def test_what_was_changed_on_disk_is_not_shown(tmp_path):
    folder = Folder(tmp_path)
    name = folder.put(b"one")
    (tmp_path / name[:2] / name).write_bytes(b"two")
    with pytest.raises(KeyError):
        folder.get(name)


def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch):
    folder = Folder(tmp_path)

    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull) as refused:
        folder.put(b"one")
    assert "稍后再发" in refused.value.message
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
