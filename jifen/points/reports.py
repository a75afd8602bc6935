"""From a number to a report: loading is checking."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

import sqlalchemy as sa

from jifen.core import days
from jifen.core.actor import DECIDERS, Actor, permits, words_for
from jifen.core.db import db
from jifen.core.errors import Forbidden
from jifen.decisions import asks
from jifen.decisions.models import Decision
from jifen.decisions.rules import Entitled, steps
from jifen.members.models import Member
from jifen.org.models import Unit
from jifen.points import errors
from jifen.points.items import plain
from jifen.points.models import Report
from jifen.points.policy import Claim, P
from jifen.points.states import WORDS, ReportState
from jifen.rulebook.queries import book

LIVE = (ReportState.PENDING, ReportState.APPROVED)


def access(report_id: int, permission: P, *, by: Actor, lock: bool = False) -> Report:
    """Return the report if ``by`` may do ``permission`` to it.

    :raises NotYours: no such report, or one that ``by`` may not even see
    :raises OwnMatter: he decides there, but not in his own matter
    :raises NotPending: he is a decider who would decide what somebody decided first
    :raises Forbidden: he may see it, but may not do this
    """
    return access_many([report_id], permission, by=by, lock=lock)[0]


def access_many(report_ids: Iterable[int], permission: P, *, by: Actor, lock: bool = False) -> list[Report]:
    """Return reports by id, in one statement, if ``by`` may do ``permission`` to every one of them.

    :raises NotYours, OwnMatter, Forbidden: see ``access``
    """
    ids = sorted(set(report_ids))
    stmt = (
        sa.select(Report, Unit.path)
        .join(Unit, Unit.id == Report.branch_id)
        .where(Report.id.in_(ids))
        .order_by(Report.id)
    )
    if lock:
        stmt = stmt.with_for_update(of=Report).execution_options(populate_existing=True)
    found = db.session.execute(stmt).all()
    missing = set(ids) - {report.id for report, _ in found}
    if missing:
        raise errors.NotYours(number=min(missing))
    for report, path in found:
        _check(report, Claim(report.member_id, path, step_unit_id=report.step_unit_id), permission, by)
    return [report for report, _ in found]


def _check(report: Report, claim: Claim, permission: P, by: Actor) -> None:
    if permits(by, permission, claim):
        return
    if not permits(by, P.SEE_REPORT, claim):
        raise errors.NotYours(number=report.number)
    if permission == P.DECIDE and by.member_id == report.member_id and report.step_unit_id:
        raise errors.OwnMatter(number=report.number, unit=_name(report.step_unit_id))
    if permission == P.DECIDE and report.state != ReportState.PENDING and by.holds(*DECIDERS):
        raise decided(report)
    raise Forbidden(action=words_for(permission))


def decided(report: Report) -> errors.NotPending:
    """Return the answer to whoever decides what is decided: which report it is, and where it stands."""
    item = book(report.rulebook_id).items[report.item_code]
    name = db.session.scalar(sa.select(Member.name).where(Member.id == report.member_id)) or ""
    day = report.occurred_on
    amount = f"{plain(report.quantity)}{item.unit}"
    which = f"（{name} {days.spoken(day)} {item.name} {amount}）"
    refusal = errors.ConfirmationGone if report.state == ReportState.REVOKED else errors.NotPending
    return refusal(number=report.number, state=WORDS[report.state], which=which)


def claim_of(report: Report) -> Claim:
    """Return the report as permissions see it."""
    path = db.session.scalar(sa.select(Unit.path).where(Unit.id == report.branch_id))
    assert path is not None, "a report's branch is a foreign key"
    return Claim(report.member_id, path, step_unit_id=report.step_unit_id)


def _name(unit_id: int) -> str:
    return db.session.scalar(sa.select(Unit.name).where(Unit.id == unit_id)) or ""


def own_by_number(number: int, *, by: Actor) -> int | None:
    """Return the id of the actor's own report with that number, the latest; None if he has none."""
    return db.session.scalar(
        sa.select(Report.id)
        .where(Report.number == number, Report.member_id == by.member_id)
        .order_by(Report.id.desc())
        .limit(1)
    )


def confirmed_by_number(number: int, *, since: dt.datetime, by: Actor) -> int | None:
    """Return the id of the report with that number that the actor confirmed last, None if none since then."""
    return db.session.scalar(
        sa.select(Report.id)
        .join(Decision, sa.and_(Decision.subject == "report", Decision.subject_id == Report.id))
        .where(
            Report.number == number,
            Report.state.in_(LIVE),
            Decision.outcome == "approved",
            Decision.decided_by == by.member_id,
            Decision.decided_at >= since,
        )
        .order_by(Decision.decided_at.desc())
        .limit(1)
    )


def confirmed_lately(*, since: dt.datetime, by: Actor, limit: int = 5) -> list[Report]:
    """Return the live reports that the actor confirmed since then, the last one first."""
    return list(
        db.session.scalars(
            sa.select(Report)
            .join(Decision, sa.and_(Decision.subject == "report", Decision.subject_id == Report.id))
            .where(
                Report.state.in_(LIVE),
                Decision.outcome == "approved",
                Decision.decided_by == by.member_id,
                Decision.decided_at >= since,
            )
            .order_by(Decision.decided_at.desc())
            .limit(limit)
        )
    )


def by_number(number: int, *, by: Actor, name: str = "") -> int:
    """Return the id of the report that the actor means by a running number.

    A decider means one of the branches he is asked for; a member his own
    branch's. Where several fit, those that wait for him come first, then the one
    that he decided last: he may say the same again.

    :param name: whose report, where several with that number wait for him
    :raises NotYours: none fits
    :raises WhichOne: several wait for him, of different branches
    """
    waiting = db.session.execute(
        sa.select(Report.id, Member.name)
        .join(Member, Member.id == Report.member_id)
        .where(
            Report.number == number,
            Report.state == ReportState.PENDING,
            Report.step_unit_id.in_([h.unit_id for h in by.holdings if h.role in DECIDERS]),
            Report.member_id != by.member_id,
        )
        .order_by(Report.id)
    ).all()
    if len(waiting) > 1:
        meant = [report for report, whose in waiting if name and whose == name]
        if len(meant) == 1:
            return meant[0]
        raise errors.WhichOne(number=number, names="、".join(whose or "" for _, whose in waiting))
    asked = [h.unit_id for h in by.holdings if h.role in DECIDERS]
    below = [h.path for h in by.holdings]
    mine = sa.or_(
        Report.step_unit_id.in_(asked),
        Report.member_id == by.member_id,
        Report.branch_id == by.branch_id,
        *[Unit.path.startswith(p, autoescape=True) for p in below],
    )
    waits = sa.case(
        (sa.and_(Report.step_unit_id.in_(asked), Report.state == ReportState.PENDING), 0), else_=1
    )
    decided = (
        sa.select(sa.func.max(Decision.decided_at))
        .where(
            Decision.subject == "report",
            Decision.subject_id == Report.id,
            Decision.decided_by == by.member_id,
        )
        .scalar_subquery()
    )
    own = sa.case((Report.branch_id == by.branch_id, 0), else_=1)
    found = db.session.scalar(
        sa.select(Report.id)
        .join(Unit, Unit.id == Report.branch_id)
        .where(Report.number == number, mine)
        .order_by(waits, decided.desc().nulls_last(), own, Report.id.desc())
        .limit(1)
    )
    if found is None:
        raise errors.NotYours(number=number)
    return found


def live_report(member_id: int, item_code: str, occasion: str) -> Report | None:
    """Return the live report of a deed."""
    return db.session.scalar(
        sa.select(Report).where(
            Report.member_id == member_id,
            Report.item_code == item_code,
            Report.occasion == occasion,
            Report.state.in_(LIVE),
        )
    )


def live_deeds(member_id: int, item_code: str, day: dt.date) -> set[str]:
    """Return the occasions of a day's deeds that are reported or counted."""
    found = db.session.execute(
        sa.text(
            " SELECT occasion FROM report WHERE member_id = :m AND item_code = :i AND occurred_on = :d"
            "   AND state IN ('pending', 'approved')"
            " UNION ALL"
            " SELECT c.occasion FROM ledger_claim c JOIN ledger_entry e ON e.id = c.entry_id"
            "  WHERE c.member_id = :m AND c.item_code = :i AND e.occurred_on = :d"
        ),
        {"m": member_id, "i": item_code, "d": day},
    )
    return set(found.scalars())


def asked_unit(
    branch_path: str,
    member_id: int,
    *,
    step: str = "branch_secretary",
    not_by: Iterable[int] = (),
    deciders: Mapping[int, Collection[Entitled]] | None = None,
) -> int:
    """Return the unit whose deciders are asked about the member's matter at a step of the chain.

    :param not_by: who decided earlier steps: nobody decides two of one claim
    :param deciders: who is entitled on the branch's line today, where it is known already
    :raises NobodyDecides: nobody else is entitled on the whole line
    """
    return asks.unit_for(branch_path, member_id, step=step, not_by=not_by, deciders=deciders)


def steps_of(report: Report) -> tuple[str, ...]:
    """Return the steps that decide the report, in order, as its rulebook says."""
    rules = book(report.rulebook_id)
    return steps(rules.chain(rules.items[report.item_code], report.level))


def earlier_deciders(report_ids: Iterable[int]) -> dict[int, set[int]]:
    """Return who decided earlier steps of waiting reports, and in whose place, by report."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = db.session.execute(
        sa.select(Decision.subject_id, Decision.decided_by, Decision.on_behalf_of).where(
            Decision.subject == "report",
            Decision.subject_id.in_(list(report_ids)),
            Decision.outcome == "approved",
        )
    )
    for report_id, decider, principal in rows:
        found[report_id] |= {one for one in (decider, principal) if one is not None}
    return found
