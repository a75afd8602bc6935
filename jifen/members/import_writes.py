"""Set-based writes of a confirmed roster: a few statements for any number of people."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT

from jifen.core.db import db
from jifen.members import numbers
from jifen.members.roster.dates import RosterDay
from jifen.members.roster.matching import Arrival, Known, Match
from jifen.members.roster.values import NamedPost
from jifen.members.service import pinyin_key

_HAN_ONLY = re.compile("[\u4e00-\u9fff]{2,8}")
_IDENTITIES = sa.text(
    "SELECT nextval(pg_get_serial_sequence('member', 'id')), nextval('member_number') FROM generate_series(1, :n)"
)


@lru_cache(maxsize=32_768)
def _syllable(sign: str) -> str:
    """Return the reading of a sign that stands in no known word."""
    return lazy_pinyin(sign)[0]


@lru_cache(maxsize=65_536)
def sorting_key(name: str) -> str:
    """Return what ``pinyin_key`` returns, sooner where no signs of the name make a known word."""
    if not _HAN_ONLY.fullmatch(name) or any(
        name[i:j] in PHRASES_DICT for i in range(len(name) - 1) for j in range(i + 2, len(name) + 1)
    ):
        return pinyin_key(name)
    return f"{' '.join(map(_syllable, name))} {name}"[:120]


def copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows by COPY in the current transaction; returns how many.

    :param table: a table's name from this package, never from outside
    """
    db.session.flush()  # COPY runs beside the session: what it refers to must be there
    raw: Any = db.session.connection().connection.driver_connection
    count = 0
    with raw.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as out:
        for row in rows:
            out.write_row(row)
            count += 1
    return count


@lru_cache(maxsize=65_536)
def _on(day: RosterDay | None) -> str | None:
    """A day as COPY takes it; days repeat, and the driver is slow to write them."""
    return day.on.isoformat() if day else None


def _precision(day: RosterDay | None) -> str:
    """The letter that the table keeps: d, m or y."""
    return day.precision[0] if day else "d"


_iso = lru_cache(maxsize=4096)(dt.date.isoformat)


def since_of(arrival: Arrival, since: dt.date) -> dt.date:
    """A new person belongs from ``since``, a younger one from the day of joining."""
    joined = arrival.entry.joined
    return max(since, joined.on) if joined else since


def take_in(
    arrivals: Sequence[Arrival], branches: Sequence[int], *, batch_id: int, since: dt.date, now: dt.datetime
) -> list[int]:
    """Write new people with number, membership and posts; returns their ids.

    :param branches: branch id of each
    """
    identities = db.session.execute(_IDENTITIES, {"n": len(arrivals)}).all()
    ids = [row[0] for row in identities]
    created_at = now.isoformat()
    copy(
        "member",
        (
            *("id", "number", "name", "name_pinyin", "joined_on", "joined_precision", "confirmed_on"),
            *("confirmed_precision", "staff_number", "import_batch_id", "created_at"),
        ),
        (
            (
                member_id,
                numbers.issue(running),
                a.entry.name,
                sorting_key(a.entry.name),
                _on(a.entry.joined),
                _precision(a.entry.joined),
                _on(a.entry.confirmed),
                _precision(a.entry.confirmed),
                a.entry.staff_number or None,
                batch_id,
                created_at,
            )
            for (member_id, running), a in zip(identities, arrivals, strict=True)
        ),
    )
    copy(
        "membership",
        ("member_id", "branch_id", "category", "since", "reason", "import_batch_id"),
        (
            (
                member_id,
                branch,
                a.entry.category or "full_member",
                _iso(since_of(a, since)),
                "import",
                batch_id,
            )
            for member_id, branch, a in zip(ids, branches, arrivals, strict=True)
        ),
    )
    return ids


def write_posts(posts: Iterable[tuple[int, int, NamedPost, dt.date]], *, batch_id: int) -> int:
    """Write posts of (member, branch, post, since); returns how many."""
    return copy(
        "post",
        ("member_id", "unit_id", "role", "title", "since", "import_batch_id"),
        ((member, branch, post.role, post.title, since, batch_id) for member, branch, post, since in posts),
    )


_END = sa.text("UPDATE membership SET until = greatest(:on, since + 1) WHERE id = ANY(:ids)")
_END_POSTS = sa.text(
    """
    UPDATE post SET until = greatest(:on, since + 1)
     WHERE until IS NULL AND (member_id, unit_id) IN
           (SELECT * FROM unnest(CAST(:members AS bigint[]), CAST(:units AS bigint[])))
    RETURNING id, member_id
    """
)
_AMEND = sa.text(
    """
    UPDATE membership s SET branch_id = t.branch, category = t.category
      FROM unnest(CAST(:ids AS bigint[]), CAST(:branches AS bigint[]), CAST(:categories AS text[]))
        AS t (id, branch, category)
     WHERE s.id = t.id
    """
)
_CORRECT = sa.text(
    """
    UPDATE member m
       SET name = v.name, name_pinyin = v.name_pinyin, joined_on = v.joined_on,
           joined_precision = v.joined_precision, confirmed_on = v.confirmed_on,
           confirmed_precision = v.confirmed_precision, staff_number = v.staff_number
      FROM jsonb_to_recordset(CAST(:rows AS jsonb))
        AS v (id bigint, name text, name_pinyin text, joined_on date, joined_precision text,
              confirmed_on date, confirmed_precision text, staff_number text)
     WHERE m.id = v.id
    """
)


def end_memberships(people: Sequence[Known], *, on: dt.date) -> None:
    """End people's memberships on a day; one that began that day lasts it."""
    if people:
        db.session.execute(_END, {"on": on, "ids": [known.membership_id for known in people]})


def end_posts(people: Sequence[Known], *, on: dt.date) -> dict[int, list[int]]:
    """End the posts that people hold in their branch; returns the posts' ids by member."""
    ended: dict[int, list[int]] = {}
    if people:
        members, units = [known.member_id for known in people], [known.branch_id for known in people]
        for post_id, member_id in db.session.execute(
            _END_POSTS, {"on": on, "members": members, "units": units}
        ):
            ended.setdefault(member_id, []).append(post_id)
    return ended


def amend_memberships(rows: Sequence[tuple[int, int, str]]) -> None:
    """Change branch and category of memberships that began today: (id, branch, category)."""
    if rows:
        ids, branches, categories = zip(*rows, strict=True)
        db.session.execute(
            _AMEND, {"ids": list(ids), "branches": list(branches), "categories": list(categories)}
        )


def start_memberships(matches: Sequence[tuple[Match, int]], *, batch_id: int, since: dt.date) -> int:
    """Begin memberships of people who are known: (match, branch)."""
    return copy(
        "membership",
        ("member_id", "branch_id", "category", "since", "reason", "import_batch_id"),
        (
            (
                m.known.member_id,
                branch,
                m.entry.category or m.known.category or "full_member",
                since,
                "import",
                batch_id,
            )
            for m, branch in matches
        ),
    )


def correct(rows: Sequence[dict[str, Any]]) -> None:
    """Write people's own fields: each row holds ``id`` and all fields of ``snapshot``."""
    if rows:
        db.session.execute(_CORRECT, {"rows": json.dumps(rows, ensure_ascii=False)})


def snapshot(
    name: str, joined: RosterDay | None, confirmed: RosterDay | None, staff_number: str
) -> dict[str, Any]:
    """Return the person's own fields as a change record keeps them."""
    return {
        "name": name,
        "name_pinyin": sorting_key(name),
        "joined_on": joined.on.isoformat() if joined else None,
        "joined_precision": _precision(joined),
        "confirmed_on": confirmed.on.isoformat() if confirmed else None,
        "confirmed_precision": _precision(confirmed),
        "staff_number": staff_number or None,
    }


def record_changes(batch_id: int, rows: Sequence[tuple[int, dict[str, Any], dict[str, Any]]]) -> None:
    """Keep what was changed about whom: (member, before, after)."""
    copy(
        "import_change",
        ("batch_id", "member_id", "before", "after"),
        (
            (batch_id, member, json.dumps(before, ensure_ascii=False), json.dumps(after, ensure_ascii=False))
            for member, before, after in rows
        ),
    )
