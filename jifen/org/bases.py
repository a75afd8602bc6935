"""Registering documents, and choosing a basis that holds: never free text, never one that is over.

It stands beside the tree because every room to the right chooses from it:
exemptions, activations of rules, batches, manual entries.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db, transaction
from jifen.core.errors import Conflict, Forbidden, Invalid, NotFound
from jifen.org import queries
from jifen.org.models import Unit
from jifen.org.models_bases import BasisDocument
from jifen.org.policy import P


class UnknownBasis(NotFound):
    """No such document, or one of another organisation."""

    code, template = "unknown_basis", "依据登记里没有这份文件，请先登记文号和条款，再选用。"


class BasisOver(Invalid):
    """The document did not hold on that day."""

    code, template = "basis_over", "“{words}”在{day}不在有效期内，请选用有效的依据。"


class BasisTaken(Conflict):
    """It is registered already."""

    code, template = "basis_taken", "这份文件的这一条已经登记过，不用再登记。"


def register(
    *,
    unit_id: int,
    number: str,
    title: str,
    clause: str = "",
    since: dt.date,
    until: dt.date | None = None,
    by: Actor,
) -> BasisDocument:
    """Enter a clause of a document.

    :param unit_id: who issued it; it holds there and below
    :raises Forbidden: the actor does not run that unit's office
    :raises BasisTaken: it is registered already
    """
    unit = queries.unit(unit_id)
    if not (by.is_system or permits(by, P.REGISTER_BASIS, unit)):
        raise Forbidden(action=words_for(P.REGISTER_BASIS))
    if until is not None and until <= since:
        raise Invalid(reason="失效日期要晚于生效日期，请核对。")
    with transaction() as session:
        row = BasisDocument(
            unit_id=unit.id,
            number=number,
            title=title,
            clause=clause,
            since=since,
            until=until,
            registered_by=by.member_id,
        )
        try:
            with session.begin_nested():
                session.add(row)
                session.flush()  # its id, and its uniqueness
        except sa.exc.IntegrityError as err:
            raise BasisTaken from err
        audit.record(by=by, action="basis.register", subject="basis", subject_id=row.id)
        return row


def end(basis_id: int, *, until: dt.date, by: Actor) -> BasisDocument:
    """Say from which day a document no longer holds; what rested on it before stays.

    :raises UnknownBasis: no such document, or not the actor's to end
    """
    with transaction() as session:
        row = session.get(BasisDocument, basis_id, with_for_update=True)
        if row is None or not (by.is_system or permits(by, P.REGISTER_BASIS, queries.unit(row.unit_id))):
            raise UnknownBasis
        if until <= row.since:
            raise Invalid(reason="失效日期要晚于生效日期，请核对。")
        row.until = until
        session.flush()  # the day, before the audit line that tells of it
        audit.record(by=by, action="basis.end", subject="basis", subject_id=row.id)
        return row


def choose(basis_id: int | None, *, units: Collection[int], day: dt.date | None = None) -> str | None:
    """Return a basis in words, for what is decided in these units; None where none is given.

    :param day: on which it must hold; today if None
    :raises UnknownBasis: no such document, or one that does not hold for all of the units
    :raises BasisOver: it does not hold on that day
    """
    if basis_id is None:
        return None
    day = day or clock.today()
    home = aliased(Unit)
    row = db.session.execute(
        sa.select(BasisDocument, sa.func.count(Unit.id))
        .join(home, home.id == BasisDocument.unit_id)
        .outerjoin(Unit, Unit.id.in_(units) & sa.func.starts_with(Unit.path, home.path))
        .where(BasisDocument.id == basis_id)
        .group_by(BasisDocument.id)
    ).first()
    if row is None or row[1] < len(set(units)):
        raise UnknownBasis
    found: BasisDocument = row[0]
    if day < found.since or (found.until is not None and found.until <= day):
        raise BasisOver(words=found.words, day=day)
    return found.words


def listed(*, by: Actor, day: dt.date | None = None, after: int = 0, limit: int = 50) -> list[BasisDocument]:
    """Return the documents that hold for the actor's part of the tree, ended ones too if ``day`` is None."""
    units = {unit for h in by.holdings for unit in queries.line(h.path)} | set(queries.line(by.branch_path))
    stmt = sa.select(BasisDocument).where(BasisDocument.id > after).order_by(BasisDocument.id).limit(limit)
    if not by.is_system:
        stmt = stmt.where(BasisDocument.unit_id.in_(sorted(units)))
    if day is not None:
        holds = sa.or_(BasisDocument.until.is_(None), BasisDocument.until > day)
        stmt = stmt.where(BasisDocument.since <= day, holds)
    return list(db.session.scalars(stmt))


def offered(*, by: Actor) -> list[tuple[int, str]]:
    """Return number and words of the documents that the actor may choose from today, newest first."""
    return [(row.id, row.words) for row in reversed(listed(by=by, day=clock.today(), limit=200))]
