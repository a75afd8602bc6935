"""What somebody is in the middle of telling: kept in the database, with a version and an end."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.db import ask, attempt, tell, transaction
from jifen.core.errors import Conflict

#: Who does not go on for so long begins anew.
LASTS = dt.timedelta(minutes=30)
#: Photos that follow each other so closely are one album, which gets one answer.
ALBUM = dt.timedelta(seconds=10)
#: How far the platform's clock may run ahead of ours: a message from later than that is taken as written just now,
#: or all that is said until then would seem to be older than it, 取消 too.
AHEAD = dt.timedelta(seconds=2)
REPORT, BATCH, CHOICE = "report", "batch", "choice"

_RECALL = "SELECT version, kind, data, said_at, expires_at FROM conversation WHERE member_id = %(member)s"
_BEGIN = """
INSERT INTO conversation (member_id, version, kind, data, said_at, expires_at)
VALUES (%(member)s, 1, %(kind)s, %(data)s, %(at)s, %(until)s) ON CONFLICT DO NOTHING RETURNING version
"""
_GO_ON = """
UPDATE conversation SET version = version + 1, kind = %(kind)s, data = %(data)s,
       said_at = greatest(said_at, %(at)s), expires_at = %(until)s
 WHERE member_id = %(member)s AND version = %(seen)s RETURNING version
"""
_KEEP_REST = """
INSERT INTO conversation (member_id, version, kind, data, said_at, expires_at, rest)
VALUES (%(member)s, 1, '', '{}', %(now)s, %(until)s, %(rest)s)
ON CONFLICT (member_id) DO UPDATE SET rest = excluded.rest,
       expires_at = greatest(conversation.expires_at, excluded.expires_at)
"""
_REST = "SELECT rest FROM conversation WHERE member_id = %(member)s AND expires_at > %(now)s"


class AnsweredElsewhere(Conflict):
    """Another phone answered the same question first."""

    code = "answered_elsewhere"
    template = "您刚才已经有另一条回复（也许在另一部手机上），这一条没有用上。发送“帮助”看现在到哪一步。"


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation as it was when a message came in."""

    #: Empty where nothing is being talked about.
    kind: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    #: 0 where the person never began one.
    version: int = 0
    said_at: dt.datetime | None = None
    #: Something was being talked about, but too long ago.
    expired: bool = False


def recall(*, by: Actor) -> Talk:
    """Return what the person is in the middle of."""
    rows = ask(_RECALL, {"member": by.member_id})
    if not rows:
        return Talk()
    version, kind, data, said_at, expires_at = rows[0]
    if expires_at <= clock.now():
        return Talk(version=version, said_at=said_at, expired=bool(kind))
    return Talk(kind, data, version, said_at)


def go_on(seen: Talk, kind: str, data: Mapping[str, Any], *, at: dt.datetime, by: Actor) -> None:
    """Keep where the conversation stands now.

    :param seen: as it was when the message came in
    :param at: when the message was written
    :raises AnsweredElsewhere: somebody went on from there first
    """
    now = clock.now()
    values = {
        "member": by.member_id,
        "kind": kind,
        "data": json.dumps(data, ensure_ascii=False),
        "at": min(at, now + AHEAD),
        "until": now + LASTS,
        "seen": seen.version,
    }
    if not tell(_GO_ON if seen.version else _BEGIN, values):
        raise AnsweredElsewhere


def end(seen: Talk, *, at: dt.datetime, by: Actor) -> None:
    """End it: what comes next begins anew.

    :raises AnsweredElsewhere: somebody went on from there first
    """
    if seen.kind or seen.expired:
        go_on(seen, "", {}, at=at, by=by)


@contextmanager
def trying() -> Iterator[None]:
    """Run a use case whose refusal leads to a question: what it wrote is undone, the conversation goes on."""
    with attempt():
        yield


_ALBUM = """
INSERT INTO conversation AS c (member_id, version, kind, data, said_at, expires_at, photo_at)
VALUES (%(member)s, 1, '', '{}', %(at)s, %(until)s, %(at)s)
ON CONFLICT (member_id) DO UPDATE SET photo_at = excluded.photo_at,
       expires_at = greatest(c.expires_at, CASE WHEN c.kind = '' THEN excluded.expires_at END)
 WHERE c.photo_at IS NULL OR excluded.photo_at > c.photo_at + %(album)s OR excluded.photo_at < c.photo_at - %(album)s
       OR c.photo_at < %(asked)s
RETURNING member_id
"""
_STRETCH = "UPDATE conversation SET photo_at = greatest(photo_at, %(at)s) WHERE member_id = %(member)s"


def first_of_album(at: dt.datetime, *, asked: dt.datetime | None = None, by: Actor) -> bool:
    """Note that a photo came; True for the first of those that follow each other so closely as an album's do.

    Of photos that come at once exactly one is the first. What is being told is not touched.

    :param asked: when it was asked for: what came before belongs to another album, however close it is
    """
    values = {"member": by.member_id, "at": at, "until": clock.now() + LASTS, "album": ALBUM, "asked": asked}
    if tell(_ALBUM, values):
        return True
    tell(_STRETCH, values)
    return False


def keep_rest(rest: str, *, by: Actor) -> None:
    """Keep what did not fit into an answer, until 更多 asks for it or its time is over."""
    now = clock.now()
    with transaction():
        tell(_KEEP_REST, {"member": by.member_id, "now": now, "until": now + LASTS, "rest": rest})


def mark_of(rest: str) -> str:
    """Return by what a link tells this rest from a later one."""
    return hashlib.sha256(rest.encode()).hexdigest()[:16]


def rest_of(*, by: Actor) -> str:
    """Return what did not fit into the last long answer; empty where nothing is left."""
    rows = ask(_REST, {"member": by.member_id, "now": clock.now()})
    return (rows[0][0] or "") if rows else ""
