"""What the sizes of organisations ask for (机构设置提示), over the actor's part of the tree."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.db import db
from jifen.members.policy import WORKS_WITH_PEOPLE
from jifen.org import rules
from jifen.org.models import UnitKind


@dataclass(frozen=True, slots=True)
class UnitHints:
    """A unit whose size asks for another form, and what it asks for."""

    unit_id: int
    unit_name: str
    warnings: list[rules.StructureWarning]


_SIZES = sa.text(
    """
    SELECT u.id, u.name, u.kind,
           count(s.id) FILTER (WHERE s.category IN ('full_member', 'retired_member', 'floating_member')),
           count(s.id) FILTER (WHERE s.category NOT IN ('development_candidate', 'activist')),
           (SELECT count(DISTINCT p.member_id) FROM post p
             WHERE p.unit_id = u.id AND p.role IN ('branch_secretary', 'deputy_secretary', 'branch_committee')
               AND p.since <= :today AND (p.until IS NULL OR p.until > :today)),
           coalesce((SELECT array_agg(c.kind) FROM unit c WHERE c.department_id = u.id AND c.until IS NULL), '{}')
      FROM unit u
      LEFT JOIN unit b ON b.path LIKE u.path || '%' AND b.kind = 'branch' AND b.until IS NULL
      LEFT JOIN membership s ON s.branch_id = b.id AND s.since <= :today AND (s.until IS NULL OR s.until > :today)
     WHERE u.kind IN ('department', 'branch') AND u.until IS NULL
       AND EXISTS (SELECT 1 FROM unnest(CAST(:paths AS text[])) AS p (path) WHERE starts_with(u.path, p.path))
     GROUP BY u.id ORDER BY u.id
    """
)


def structure_warnings(*, by: Actor) -> list[UnitHints]:
    """Return what the sizes of the units in the actor's sight ask for, by unit; nothing where all is well."""
    paths = [h.path for h in by.holdings if h.role in WORKS_WITH_PEOPLE]
    rows = db.session.execute(_SIZES, {"paths": paths, "today": clock.today()})
    found = []
    for unit_id, name, kind, full, members, committee, kinds in rows:
        if kind == UnitKind.BRANCH:
            said = rules.branch_warnings(members=members, full=full, committee=committee)
        else:
            said = rules.department_warnings(
                members=members,
                has_committee=UnitKind.COMMITTEE in kinds,
                has_general_branch=UnitKind.GENERAL_BRANCH in kinds,
            )
        if said:
            found.append(UnitHints(unit_id, name, said))
    return found
