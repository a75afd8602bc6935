"""Where the bytes lie: a folder whose files are named by what is in them.

A name is the SHA-256 of the content, so that nothing that anybody typed ever
becomes a path, the same photo lies there once, and a file cannot be changed
without its name telling. A file appears whole (written aside, synced, renamed).
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from jifen.core import house
from jifen.files.errors import StorageFull

_NAME = re.compile(r"[0-9a-f]{64}", re.ASCII)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Storage(Protocol):
    """What the house asks of a place for files."""

    def put(self, data: bytes) -> str:
        """Keep ``data`` and return its name; the same bytes have the same name."""

    def get(self, name: str) -> bytes:
        """Return what is kept; KeyError where nothing has that name."""

    def remove(self, name: str) -> None:
        """Forget it; nothing happens where it is gone already."""

    def names(self) -> Iterator[str]:
        """Yield every name that is kept."""

    def tidy(self) -> None:
        """Remove what a killed writer left half-written; nobody may be writing."""


class Folder:
    """A folder outside everything that is served."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, data: bytes) -> str:
        """Keep ``data``.

        :raises StorageFull: the disk is full; nothing of it stays
        """
        name = hashlib.sha256(data).hexdigest()
        path = self._path(name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, aside = tempfile.mkstemp(prefix=".new-", dir=path.parent)
            try:
                with os.fdopen(handle, "wb") as out:
                    out.write(data)
                    out.flush()
                    os.fsync(out.fileno())
                os.replace(aside, path)
            except BaseException:
                Path(aside).unlink(missing_ok=True)
                raise
            _sync_folder(path.parent)
        except OSError as err:
            if err.errno in _FULL:
                raise StorageFull from err
            raise
        return name

    def get(self, name: str) -> bytes:
        """Return the bytes.

        :raises KeyError: nothing has that name, or its content is no longer what the name says
        """
        try:
            data = self._path(name).read_bytes()
        except FileNotFoundError:
            raise KeyError(name) from None
        if hashlib.sha256(data).hexdigest() != name:
            raise KeyError(name)
        return data

    def remove(self, name: str) -> None:
        """Forget it."""
        self._path(name).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """Yield every name that is kept."""
        for path in sorted(self._root.glob("??/*")):
            if _NAME.fullmatch(path.name):
                yield path.name

    def tidy(self) -> None:
        """Remove what a killed writer left."""
        for path in self._root.glob("??/.new-*"):
            path.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise KeyError(name)
        return self._root / name[:2] / name


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def of_house() -> Storage:
    """Return the installation's storage.

    :raises ValueError: the setting names a kind of place that is not served
    """
    s = house.settings()
    if not s.storage_url:
        return Folder(s.data_dir / "files")
    place = urlsplit(s.storage_url)
    if place.scheme != "file" or place.netloc or not place.path.startswith("/"):
        raise ValueError("JIFEN_STORAGE_URL: file:///folder")
    return Folder(Path(unquote(place.path)))
