"""Loading, activating and assigning rulebooks; a loaded version is never edited."""

from __future__ import annotations

import datetime as dt
import hashlib

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db, transaction
from jifen.core.errors import Conflict, Forbidden, Invalid, NotFound
from jifen.org import queries as org
from jifen.rulebook import check, queries
from jifen.rulebook.loader import load_text
from jifen.rulebook.models import RulebookAssignment, RulebookVersion
from jifen.rulebook.policy import P


class VersionTaken(Conflict):
    """That version exists with another text."""

    code = "version_taken"
    template = "办法“{book}”的第{version}版已经载入，内容不能再改。请改版本号后作为新版本载入。"


class NotClean(Invalid):
    """The check found lines that may not be put in force."""

    code = "rulebook_not_clean"
    template = "这版办法不能启用：{reasons}"


class DayTaken(Conflict):
    """Another version of the book is in force from that very day."""

    code = "day_taken"
    template = "同一办法已有一版从{day}起施行，不能再启用。请在文件里改施行日期，作为新的一版载入。"


class AssignmentTaken(Conflict):
    """Another rulebook holds there in those days."""

    code = "assignment_taken"
    template = "这个组织在该时间内已指定了积分办法，请先结束原来的指定。"


def load(text: str, *, by: Actor) -> RulebookVersion:
    """Store a version; loading the same text again returns the same row.

    :raises RulebookFaults: the text is no rulebook, every fault with its line
    :raises VersionTaken: the version exists with another text
    """
    book = load_text(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    with transaction() as session:
        if not (permits(by, P.LOAD) or by.is_system):
            raise Forbidden(action=words_for(P.LOAD))
        same = session.scalar(
            sa.select(RulebookVersion).where(
                RulebookVersion.code == book.code, RulebookVersion.version == book.version
            )
        )
        if same is not None:
            if same.digest != digest:
                raise VersionTaken(book=book.name, version=book.version)
            return same
        row = RulebookVersion(
            code=book.code,
            version=book.version,
            name=book.name,
            effective_from=book.effective_from,
            text=text,
            digest=digest,
            loaded_by=by.member_id,
        )
        session.add(row)
        session.flush()  # row.id
        audit.record(
            by=by,
            action="rulebook.load",
            subject="rulebook",
            subject_id=row.id,
            codes=f"{book.key} {digest[:16]}",
        )
        return row


def activate(rulebook_id: int, *, decision_document: str | None = None, by: Actor) -> RulebookVersion:
    """Put a version in force from its effective date.

    ``forbidden`` lines cannot be activated; ``risky`` ones need the number of
    the document that decided to keep them.

    :raises NotClean: errors, forbidden lines, or risky ones without a document
    :raises DayTaken: another version of it holds from the same day
    """
    with transaction():
        row = queries.version(rulebook_id)
        if not (permits(by, P.ACTIVATE) or by.is_system):
            raise Forbidden(action=words_for(P.ACTIVATE))
        if row.activated_at is not None:
            return row
        blocking = [
            f
            for f in check.findings(row.text)
            if f.severity in ("error", "forbidden") or (f.severity == "risky" and not decision_document)
        ]
        if blocking:
            raise NotClean(reasons="；".join(f"第{f.line}行{f.message}" for f in blocking[:5]))
        try:
            with db.session.begin_nested():
                row.activated_at, row.activated_by = clock.now(), by.member_id
                row.decision_document = decision_document
                db.session.flush()  # the activation, for whoever assigns it next
        except sa.exc.IntegrityError as err:
            raise DayTaken(day=row.effective_from) from err
        audit.record(
            by=by,
            action="rulebook.activate",
            subject="rulebook",
            subject_id=row.id,
            codes=decision_document or "",
        )
        return row


def assign(
    unit_id: int, rulebook_code: str, *, category: str | None = None, since: dt.date, by: Actor
) -> RulebookAssignment:
    """Let a rulebook hold for a unit and everything below it.

    :raises AssignmentTaken: another one holds there in those days
    """
    with transaction() as session:
        unit = org.unit(unit_id)
        if not (permits(by, P.ASSIGN, unit) or by.is_system):
            raise Forbidden(action=words_for(P.ASSIGN))
        row = RulebookAssignment(
            unit_id=unit.id, category=category, rulebook_code=rulebook_code, since=since, until=None
        )
        try:
            with session.begin_nested():
                session.add(row)
                session.flush()  # row.id, and what the database refuses
        except sa.exc.IntegrityError as err:
            raise AssignmentTaken from err
        audit.record(by=by, action="rulebook.assign", subject="unit", subject_id=unit.id, codes=rulebook_code)
        return row


def end_assignment(assignment_id: int, *, on: dt.date, by: Actor) -> RulebookAssignment:
    """Let a rulebook hold no more from ``on``.

    :raises NotFound: no such assignment
    :raises Invalid: it would end before it began
    """
    with transaction() as session:
        row = session.get(RulebookAssignment, assignment_id, with_for_update=True)
        if row is None:
            raise NotFound(what="这项指定")
        if not (permits(by, P.ASSIGN, org.unit(row.unit_id)) or by.is_system):
            raise Forbidden(action=words_for(P.ASSIGN))
        if on <= row.since:
            raise Invalid(reason="结束日期应晚于开始日期，请核对。")
        if row.until is not None and row.until < on:
            raise Invalid(reason="这项指定在此之前已经结束，请核对日期。")
        row.until = on
        session.flush()  # the end, before another one begins
        audit.record(
            by=by,
            action="rulebook.unassign",
            subject="unit",
            subject_id=row.unit_id,
            codes=row.rulebook_code,
        )
        return row
