"""Temporary material (临时素材): what people send and what the account uploads, three days.

Source: developers.weixin.qq.com/doc/service/api/material/temporary/.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.simulator.chance import Chance
from bot.simulator.refusals import Refused

#: Seconds that it can be fetched.
LIFE = 3 * 86400
#: Kind -> bytes at most.
MOST = {"image": 10 * 2**20, "voice": 2 * 2**20, "video": 10 * 2**20, "thumb": 64 * 1024}
#: Bytes kept in memory; beyond, the oldest go.
KEPT = 128 * 2**20
_FORMS = (
    (b"\xff\xd8\xff", "image", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image", "image/png"),
    (b"GIF8", "image", "image/gif"),
    (b"#!AMR", "voice", "voice/amr"),
    (b"ID3", "voice", "voice/mp3"),
    (b"\xff\xfb", "voice", "voice/mp3"),
)


@dataclass(frozen=True, slots=True)
class Medium:
    """One piece of material."""

    kind: str
    content: bytes
    mime: str
    until: float


class Media:
    """All that was kept."""

    def __init__(self, *, now: Callable[[], float], chance: Chance) -> None:
        self._now, self._chance = now, chance
        self._kept: dict[str, Medium] = {}
        self._bytes = 0

    def keep(self, kind: str, content: bytes) -> str:
        """Take material and return its MediaId.

        :raises Refused: 40004 unknown kind, 40005 not what it says, 40006 empty or too large
        """
        if kind not in MOST:
            raise Refused(40004)
        if not 0 < len(content) <= MOST[kind]:
            raise Refused(40006)
        found = next(((of, mime) for magic, of, mime in _FORMS if content.startswith(magic)), None)
        if kind == "video":
            found = ("video", "video/mp4") if content[4:8] == b"ftyp" else None
        if found is None or found[0] != ("image" if kind == "thumb" else kind):
            raise Refused(40005)
        media_id = self._chance.word(64)
        self._kept[media_id] = Medium(kind, content, found[1], self._now() + LIFE)
        self._bytes += len(content)
        while self._bytes > KEPT and len(self._kept) > 1:
            self._bytes -= len(self._kept.pop(next(iter(self._kept))).content)
        return media_id

    def get(self, media_id: str) -> Medium:
        """Return what can still be fetched.

        :raises Refused: 41006 without an id, 40007 unknown or older than three days
        """
        if not media_id:
            raise Refused(41006)
        medium = self._kept.get(media_id)
        if medium is None or medium.until <= self._now():
            raise Refused(40007, f"invalid media_id hint: [{self._chance.word(6)}]")
        return medium

    def shown(self, media_id: str) -> Medium | None:
        """Return what a phone shows: the person's own picture stays on his screen after the three days."""
        return self._kept.get(media_id)
