"""Which organisations may issue certificates (出具资格): the Work Committee says so, from a day on.

Who recorded certifies: a record is certified by the nearest entitled
organisation at or above the one that organised the service, and by no other.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import ask, db, transaction
from jifen.core.errors import Forbidden, Invalid, NotFound
from jifen.org import bases
from jifen.org import queries as org
from jifen.volunteering.certificates import errors
from jifen.volunteering.certificates.models import Entitlement
from jifen.volunteering.certificates.policy import P
from jifen.volunteering.certificates.states import WORDS


def mark(
    unit_id: int,
    *,
    contact: str,
    full_name: str = "",
    since: dt.date | None = None,
    basis_id: int | None = None,
    by: Actor,
) -> Entitlement:
    """Say that an organisation may issue from a day on, today unless told.

    :param full_name: as on its seal; its name in the tree if blank
    :param contact: the office's telephone and address, as printed
    :raises Forbidden: the actor does not lead the work committee
    :raises NotFound: no such organisation
    :raises EntitledAlready: it may on some of those days
    """
    refuse_unless_leading(by)
    with transaction() as session:
        unit = org.unit(unit_id)
        day = since or clock.today()
        if not contact.strip():
            raise Invalid(reason="请填写单位的联系电话或地址，证明上要印。")
        assert by.member_id is not None, "a post is held by a member"
        row = Entitlement(
            unit_id=unit.id,
            full_name=(" ".join(full_name.split()) or unit.name)[:120],
            contact=" ".join(contact.split())[:120],
            basis=bases.choose(basis_id, units=[unit.id], day=day),
            since=day,
            marked_by=by.member_id,
        )
        try:
            with session.begin_nested():
                session.add(row)
                session.flush()  # not twice on a day: the database's promise
        except sa.exc.IntegrityError as err:
            raise errors.EntitledAlready from err
        audit.record(by=by, action="certificate.entitle", subject="unit", subject_id=unit.id)
        return row


def end(entitlement_id: int, *, by: Actor) -> Entitlement:
    """Let an organisation issue no more from today on; what it registered before stays valid.

    :raises Forbidden: the actor does not lead the work committee
    :raises NotFound: no such entitlement, or one that is over
    """
    refuse_unless_leading(by)
    with transaction() as session:
        row = session.get(Entitlement, entitlement_id, with_for_update=True)
        if row is None or row.until is not None:
            raise NotFound(what="这项出具资格")
        row.until, row.ended_by = max(clock.today(), row.since), by.member_id
        session.flush()  # the day, before the caller reads it
        audit.record(by=by, action="certificate.unentitle", subject="unit", subject_id=row.unit_id)
        return row


def refuse_unless_leading(by: Actor) -> None:
    """Refuse whoever does not decide for the work committee.

    :raises Forbidden: he does not
    """
    if not permits(by, P.ENTITLE):
        raise Forbidden(action=words_for(P.ENTITLE))


def hold(unit_id: int, move: str) -> Entitlement:
    """Return by what an organisation issues today, held until the transaction ends so that it does not end meanwhile.

    :param move: what is to be done, for the refusal
    :raises NotEntitled: it may not today
    """
    today = clock.today()
    stmt = (
        sa.select(Entitlement)
        .where(
            Entitlement.unit_id == unit_id,
            Entitlement.since <= today,
            sa.or_(Entitlement.until.is_(None), Entitlement.until > today),
        )
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    )
    found = db.session.scalar(stmt)
    if found is None:
        raise errors.NotEntitled(unit=org.name_of(unit_id), move=WORDS[move])
    return found


@dataclass(frozen=True, slots=True)
class Entitled:
    """An entitlement as people read it."""

    id: int
    unit_id: int
    unit_name: str
    full_name: str
    contact: str
    basis: str | None
    since: dt.date
    until: dt.date | None
    marked_by: str
    path: str


_LISTED = """
SELECT e.id, e.unit_id, u.name, e.full_name, e.contact, e.basis, e.since, e.until, coalesce(m.name, '（已删除）'), u.path
  FROM certificate_entitlement e JOIN unit u ON u.id = e.unit_id JOIN member m ON m.id = e.marked_by
 WHERE (%(all)s OR (e.since <= %(day)s AND (e.until IS NULL OR e.until > %(day)s))) ORDER BY u.path, e.since, e.id
"""


def listed(*, past: bool = False) -> list[Entitled]:
    """Return the entitled organisations, by the tree; ``past``: those whose right is over, or to come, too.

    Everybody may know them: a certificate of another organisation proves nothing.
    """
    return [Entitled(*row) for row in ask(_LISTED, {"all": past, "day": clock.today()})]


@dataclass(frozen=True, slots=True)
class Issuer:
    """An organisation that could certify some of a member's minutes today."""

    unit_id: int
    name: str
    minutes: int


# A record belongs to the nearest entitled organisation at or above the one that organised it.
_COVERED = """
WITH r AS (
  SELECT x.id, x.unit_id, x.title_id, x.kind, x.occurred_on, x.started_at, x.ended_at, x.minutes
    FROM service_span s JOIN service_record x ON x.id = s.record_id
   WHERE s.member_id = %(member)s AND s.state = 'counts' AND x.source = ANY(%(sources)s)
     AND (CAST(%(year)s AS int) IS NULL OR (x.occurred_on >= make_date(%(year)s, 1, 1)
                                          AND x.occurred_on < make_date(%(year)s + 1, 1, 1)))),
issuer AS (
  SELECT DISTINCT ON (u.id) u.id AS unit_id, e.unit_id AS issuer_id
    FROM (SELECT DISTINCT unit_id FROM r) d JOIN unit u ON u.id = d.unit_id
    JOIN certificate_entitlement e ON e.since <= %(day)s AND (e.until IS NULL OR e.until > %(day)s)
    JOIN unit i ON i.id = e.unit_id AND starts_with(u.path, i.path)
   ORDER BY u.id, length(i.path) DESC)
"""
_ISSUERS = (
    _COVERED
    + """
SELECT i.issuer_id, u.name, sum(r.minutes)::bigint
  FROM r JOIN issuer i ON i.unit_id = r.unit_id JOIN unit u ON u.id = i.issuer_id
 GROUP BY i.issuer_id, u.name ORDER BY 3 DESC, 1
"""
)
_RECORDS = (
    _COVERED
    + """
SELECT r.id, coalesce(t.name, '志愿服务'), r.kind, r.occurred_on, r.started_at, r.ended_at, r.minutes
  FROM r JOIN issuer i ON i.unit_id = r.unit_id AND i.issuer_id = %(issuer)s
  LEFT JOIN service_title t ON t.id = r.title_id
 ORDER BY r.started_at, r.id
"""
)


@dataclass(frozen=True, slots=True)
class Covered:
    """A record that an organisation certifies."""

    record_id: int
    title: str
    kind: str
    occurred_on: dt.date
    started_at: dt.datetime
    ended_at: dt.datetime
    minutes: int


def issuers(member_id: int, *, sources: tuple[str, ...], year: int | None = None) -> list[Issuer]:
    """Return who could certify a member's minutes today, the most first; where he belongs today does not matter."""
    values = {"member": member_id, "sources": list(sources), "year": year, "day": clock.today()}
    return [Issuer(*row) for row in ask(_ISSUERS, values)]


def covered(
    member_id: int, issuer_id: int, *, sources: tuple[str, ...], year: int | None = None
) -> list[Covered]:
    """Return the records of a member that an organisation certifies today, oldest first."""
    values = {"member": member_id, "sources": list(sources), "year": year, "day": clock.today()}
    return [Covered(*row) for row in ask(_RECORDS, {**values, "issuer": issuer_id})]
