"""Totals that follow people: into another branch, category or rulebook, and out of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from jifen.core import clock
from jifen.core.db import db, transaction
from jifen.members import ties
from jifen.points.queries import periods_of
from jifen.points.standings import CHUNK, Key, keys_of_rows, lock, write
from jifen.rulebook import queries as rulebooks
from jifen.rulebook.queries import InForce

_IN_FORCE = sa.text(
    """
    SELECT s.member_id, u.path, s.category
      FROM membership s JOIN unit u ON u.id = s.branch_id
     WHERE u.path LIKE :below AND s.member_id > :after
       AND s.since <= :day AND (s.until IS NULL OR s.until > :day)
     ORDER BY s.member_id LIMIT :limit
    """
)


def follow(path: str, *, day: dt.date, after: int = 0, limit: int = CHUNK) -> int | None:
    """Open or renew the totals of the people below ``path``, one chunk in one transaction.

    Everybody in force has a total from the period's opening; a transfer, a
    change of category or an exemption changes where and whether he ranks.

    :return: the last member id done, from which to go on; None when all are done
    """
    with transaction() as session:
        rows = session.execute(
            _IN_FORCE, {"below": path + "%", "after": after, "day": day, "limit": limit}
        ).all()
        keys = _places_of(rows, [row[0] for row in rows], day)
        if len(rows) < limit:
            keys += _leavers(path, day)
        if keys:
            write(lock(keys))
        return rows[-1][0] if len(rows) == limit else None


_WHERE_NOW = sa.text(
    """
    SELECT s.member_id, u.path, s.category FROM membership s JOIN unit u ON u.id = s.branch_id
     WHERE s.member_id = ANY(:members) AND s.since <= :day AND (s.until IS NULL OR s.until > :day)
    """
)


def renew(members: Sequence[int]) -> None:
    """Open or renew the totals of people whose branch or exemption changed, in the transaction of the change.

    What begins on a later day is seen by that day's ``follow``.
    """
    day = clock.today()
    rows = db.session.execute(_WHERE_NOW, {"members": list(members), "day": day}).all()
    if keys := _places_of(rows, members, day):
        write(lock(keys))


def _places_of(rows: Iterable[sa.Row], members: Sequence[int], day: dt.date) -> list[Key]:
    """Return the totals of people who are there, (member, branch path, category), and those they hold elsewhere."""
    keys = []
    known: dict[tuple[str, str], InForce | None] = {}
    for member_id, branch_path, category in rows:
        if (branch_path, category) not in known:
            try:
                known[branch_path, category] = rulebooks.in_force(branch_path, category, day)
            except rulebooks.NoRulebook:
                known[branch_path, category] = None
        rules = known[branch_path, category]
        if rules is not None and _covered(rules, category):
            keys.append(Key(member_id, rules))
    return keys + _elsewhere({k.member_id: k.rules.rulebook_id for k in keys}, members, day)


_ELSEWHERE = sa.text(
    """
    SELECT s.member_id, s.rulebook_id, s.period
      FROM standing s JOIN unnest(CAST(:member AS bigint[]), CAST(:rulebook AS bigint[])) AS t (member, rulebook)
        ON s.member_id = t.member AND s.rulebook_id <> t.rulebook
     WHERE s.ranked AND s.period = ANY(:periods)
    """
)


def _elsewhere(now_by: dict[int, int], members: Sequence[int], day: dt.date) -> list[Key]:
    """Return places that people hold under another rulebook than the one that holds for them now."""
    rows = db.session.execute(
        _ELSEWHERE,
        {
            "member": list(members),
            "rulebook": [now_by.get(m, 0) for m in members],
            "periods": periods_of(day),
        },
    )
    return keys_of_rows(rows)


_LEAVERS = sa.text(
    """
    SELECT s.member_id, s.rulebook_id, s.period
      FROM standing s JOIN unit u ON u.id = s.branch_id
     WHERE s.ranked AND s.period = ANY(:periods) AND u.path LIKE :below
       AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.member_id = s.member_id
                        AND m.since <= :day AND (m.until IS NULL OR m.until > :day))
    """
)


def _leavers(path: str, day: dt.date) -> list[Key]:
    """Return the totals of people who left: they keep them, without a place."""
    return keys_of_rows(
        db.session.execute(_LEAVERS, {"below": path + "%", "periods": periods_of(day), "day": day})
    )


def _covered(rules: InForce, category: str) -> bool:
    return category in rules.book.applies.in_force or category in rules.book.applies.tracked


ties.renewal(renew)
