"""Who is who in the demo city: for the tour, the simulator, and whoever tries the API."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from jifen.core import clock, house
from jifen.core.actor import Role
from jifen.core.db import db
from jifen.demo import errors, keys, showcase
from jifen.members.models import ImportBatch

#: ``import_batch.kind`` of the row that says a demo was loaded.
KIND = "demo"
#: Holders listed of each role beyond the showcase's.
PER_ROLE = 12
#: The order in which posts speak for a person who holds several.
_ORDER = (
    Role.IT,
    Role.SECURITY,
    Role.AUDITOR,
    Role.WC_LEADER,
    Role.WC_OFFICE,
    Role.DISCIPLINE,
    Role.ORGAN_COMMITTEE,
    Role.PARTY_OFFICE,
    Role.BRANCH_SECRETARY,
    Role.DEPUTY_SECRETARY,
    Role.POINTS_RECORDER,
    Role.BRANCH_COMMITTEE,
    Role.CELL_LEADER,
)


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody of the demo whom a newcomer may play."""

    member_id: int
    number: str
    name: str
    #: A role of ``core.actor.Role``, or ``member``.
    role: str
    #: Department and branch.
    branch: str
    openid: str
    bound: bool
    #: The code on a slip that is still good, for who is not bound.
    bind_code: str | None
    api_token: str
    #: Of the console, for who holds a post.
    password: str | None
    totp_seed: str | None


def marker() -> ImportBatch | None:
    """Return the row that says a demo was loaded, None if none was."""
    return db.session.scalar(sa.select(ImportBatch).where(ImportBatch.kind == KIND))


_PEOPLE = sa.text(
    """
    WITH held AS (
        SELECT p.member_id, p.role, array_position(CAST(:roles AS text[]), CAST(p.role AS text)) AS place
          FROM post p
         WHERE p.since <= :today AND (p.until IS NULL OR p.until > :today)
    ), first AS (
        SELECT DISTINCT ON (member_id) member_id, role, place FROM held ORDER BY member_id, place
    ), listed AS (
        SELECT member_id, role, place, row_number() OVER (PARTITION BY role ORDER BY member_id) AS nth
          FROM first
    )
    SELECT m.id, m.number, m.name, coalesce(l.role, 'member') AS role, d.name || u.name AS branch,
           EXISTS (SELECT 1 FROM binding b WHERE b.member_id = m.id AND b.ended_at IS NULL) AS bound,
           EXISTS (SELECT 1 FROM bind_code c WHERE c.member_id = m.id AND c.used_at IS NULL
                    AND c.revoked_at IS NULL AND c.expires_at > :now) AS slip
      FROM member m
      JOIN membership s ON s.member_id = m.id AND s.since <= :today AND (s.until IS NULL OR s.until > :today)
      JOIN unit u ON u.id = s.branch_id
      JOIN unit d ON d.id = u.department_id
      LEFT JOIN listed l ON l.member_id = m.id
     WHERE (m.id <= :showcase OR l.nth <= :per_role) AND m.erased_at IS NULL
     ORDER BY m.id > :showcase, CASE WHEN m.id <= :showcase THEN m.id ELSE l.place END, m.id
    """
)


def accounts() -> list[Account]:
    """Return the people of the tour first, then some holders of every role.

    :raises NotInProduction: this installation is for real people
    :raises NoDemo: no demo city was loaded
    """
    if house.settings().production:
        raise errors.NotInProduction(action="查看演示帐号")
    if marker() is None:
        raise errors.NoDemo(what="演示城市")
    secret, now = house.settings().secret_key, clock.now()
    rows = db.session.execute(
        _PEOPLE,
        {
            "roles": [role.value for role in _ORDER],
            "today": clock.civil_day(now),
            "now": now,
            "showcase": len(showcase.CAST),
            "per_role": PER_ROLE,
        },
    )
    return [
        Account(
            member_id=row.id,
            number=row.number,
            name=row.name,
            role=row.role,
            branch=row.branch,
            openid=keys.openid(row.number),
            bound=row.bound,
            bind_code=keys.paper_code(secret, row.number) if row.slip and not row.bound else None,
            api_token=keys.token(secret, row.number),
            password=keys.password(secret) if row.role != "member" else None,
            totp_seed=keys.totp_seed(secret, row.number) if row.role != "member" else None,
        )
        for row in rows
    ]
