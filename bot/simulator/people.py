"""Who can be played: the demo accounts that the product lists, and three strangers.

The list is what ``flask demo accounts --format json`` prints, kept in a file.
Of its secrets only the code on an unused paper slip is read, because that is
what the person would hold in his hand.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Form of an openid.
OPENID = re.compile(r"[\w-]{28}", re.ASCII)
#: Chinese for the list's role codes; what is not here is shown as it stands.
_ROLES = {
    "member": "党员",
    "cell_leader": "党小组长",
    "points_recorder": "积分管理员",
    "branch_committee": "支部委员",
    "branch_secretary": "支部书记",
    "deputy_secretary": "支部副书记",
    "party_office": "机关党建办",
    "organ_committee": "机关党委",
    "discipline": "机关纪委",
    "wc_office": "工委办公室",
    "wc_leader": "工委领导",
    "it": "系统管理员",
    "security": "安全管理员",
    "auditor": "审计员",
}
#: Who has reports to decide on.
_DECIDERS = ("支部书记", "支部副书记", "机关党委", "工委领导")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a phone."""

    #: Stands in addresses of the page: the jifen number, or ``stranger-1``.
    key: str
    name: str
    role: str
    branch: str
    openid: str
    #: The code on the paper slip that this person has not used yet, else empty.
    slip: str = ""

    @property
    def decides(self) -> bool:
        """Whether this person has reports to decide on."""
        return any(role in _DECIDERS for role in self.role.split("、"))

    def matches(self, words: list[str]) -> bool:
        """Tell whether every word is somewhere in name, number, branch or role."""
        text = f"{self.name} {self.key} {self.branch} {self.role}".casefold()
        return all(word in text for word in words)


def openid_for(seed: str) -> str:
    """Return a made-up openid, always the same for ``seed``."""
    return "o" + urlsafe_b64encode(hashlib.sha256(f"simulator:{seed}".encode()).digest()).decode()[:27]


STRANGERS = tuple(
    Person(f"stranger-{n}", f"陌生人{mark}", "还没有绑定", "不在名册里", openid_for(f"stranger-{n}"))
    for n, mark in enumerate("甲乙丙", 1)
)


class People:
    """The list, read again when its file changes: the demo city may be loaded later than we start."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._lock = threading.Lock()
        self._members: tuple[Person, ...] = ()
        self._by_key = {person.key: person for person in STRANGERS}
        self._by_openid = {person.openid: person for person in STRANGERS}

    def members(self) -> tuple[Person, ...]:
        """Return the demo people in the list's order; none while there is no readable list."""
        self._refresh()
        return self._members

    def everybody(self) -> tuple[Person, ...]:
        """Return the demo people and the strangers."""
        return (*self.members(), *STRANGERS)

    def by_key(self, key: str) -> Person | None:
        self._refresh()
        return self._by_key.get(key)

    def by_openid(self, openid: str) -> Person | None:
        self._refresh()
        return self._by_openid.get(openid)

    def _refresh(self) -> None:
        if self._path is None:
            return
        try:
            found = os.stat(self._path)
        except OSError:
            return
        stamp = (found.st_mtime_ns, found.st_size)
        with self._lock:
            if stamp == self._stamp:
                return
            try:
                rows = json.loads(self._path.read_text(encoding="utf-8"))
                members = tuple(_person(row) for row in (rows if isinstance(rows, list) else rows["items"]))
            except (OSError, ValueError, KeyError, TypeError):
                return  # half-written: the next look will find it whole
            people = (*members, *STRANGERS)
            self._members = members
            self._by_key = {person.key: person for person in people}
            self._by_openid = {person.openid: person for person in people}
            self._stamp = stamp


def _person(row: dict[str, Any]) -> Person:
    number, openid, role = str(row["number"]), str(row.get("openid") or ""), row.get("role") or "member"
    roles = role if isinstance(role, list) else [role]
    return Person(
        key=number,
        name=str(row["name"]),
        role="、".join(_ROLES.get(str(one), str(one)) for one in roles),
        branch=str(row.get("branch") or ""),
        openid=openid if OPENID.fullmatch(openid) else openid_for(number),
        slip=str(row.get("bind_code") or ""),
    )
