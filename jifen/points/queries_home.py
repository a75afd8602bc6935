"""A member's first page on the phone: his points, his places, what waits for him, his last reports."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.db import db
from jifen.core.errors import NotFound
from jifen.core.period import Period
from jifen.decisions import todo
from jifen.members import queries as members
from jifen.org import queries as org
from jifen.points import queries, queries_reports
from jifen.points.attendance import queries_asked as attendance_asked
from jifen.points.errors import NotInScheme, NoTotalYet
from jifen.points.models import Report
from jifen.points.reports import steps_of
from jifen.points.states import WORDS, ReportState
from jifen.rulebook import queries as rulebooks
from jifen.rulebook.engine.item import Feeder, Item


@dataclass(frozen=True, slots=True)
class OwnReport:
    """One of one's own reports, as it is read on a phone."""

    id: int
    number: int
    item: str
    occurred_on: dt.date
    quantity: Decimal
    unit: str
    words: str
    #: Where it stands, in words; past its first step also with whom.
    state: str
    #: Why it was given back; empty where it was not.
    reason: str
    #: Whether it can still be taken back.
    open: bool


@dataclass(frozen=True, slots=True)
class Home:
    """What stands on the first page."""

    name: str
    #: None for who is not scored, or whose total is opened with the next night.
    total: Decimal | None
    #: Why there is none.
    why_none: str
    period: str
    places: list[queries.Place]
    absences: list[attendance_asked.Missed]
    returned: int
    #: Kinds and counts of what waits for who decides.
    deciding: list[todo.Todo]
    reports: list[OwnReport]


#: Reports on the first page, and on the page of all of them.
FEW, MANY = 3, 20


def home(*, by: Actor) -> Home:
    """Return the actor's first page."""
    assert by.member_id is not None
    total, why, period, places = None, "", "", []
    try:
        mine = queries.my_standing(by)
        total, period = mine.total, Period.parse(mine.period).words
        places = [p for p in (mine.branch, mine.department, mine.city) if p]
    except (NotInScheme, NoTotalYet) as none:
        why = none.message
    last = queries_reports.own_reports(by=by, limit=MANY)
    absences = [one for one in attendance_asked.own_absences(by=by, limit=10) if one.state == "told"]
    return Home(
        name=members.names({by.member_id})[by.member_id],
        total=total,
        why_none=why,
        period=period,
        places=places,
        absences=absences,
        returned=sum(report.state == ReportState.RETURNED for report in last),
        deciding=todo.waiting(by=by),
        reports=[_shown(report, {}, "") for report in last[:FEW]],
    )


def own(*, by: Actor, after: int = 0, limit: int = MANY) -> list[OwnReport]:
    """Return the actor's own reports, newest first; ``after`` is the last id shown."""
    found = queries_reports.own_reports(by=by, after=after, limit=limit)
    units = org.names({r.step_unit_id for r in found if r.step_unit_id and r.step > 1})
    return [_shown(report, units, "") for report in found]


def own_one(report_id: int, *, by: Actor) -> OwnReport:
    """Return one of the actor's own reports.

    :raises NotFound: no such report, or somebody else's
    """
    report = db.session.get(Report, report_id)
    if report is None or report.member_id != by.member_id:
        raise NotFound(what="这条上报")
    units = org.names({report.step_unit_id} if report.step_unit_id else set())
    reason = queries_reports.return_reason(report.id) if report.state == ReportState.RETURNED else ""
    return _shown(report, units, reason)


def reportable(*, by: Actor) -> list[Item]:
    """Return the items that the actor may report himself, in the order of the rulebook.

    :raises NotInScheme: he is not scored today
    """
    assert by.member_id is not None
    book = queries.rules_of(by.member_id, clock.today()).book
    return [item for item in book.items.values() if item.off is None and Feeder.SELF_REPORT in item.feeders]


def _shown(report: Report, units: dict[int, str], reason: str) -> OwnReport:
    item = rulebooks.book(report.rulebook_id).items[report.item_code]
    state = WORDS[report.state]
    if report.state == ReportState.PENDING and report.step > 1:
        where = units.get(report.step_unit_id or 0, "")
        state = f"第{report.step}步（共{len(steps_of(report))}步）{f'，等{where}处理' if where else ''}"
    return OwnReport(
        id=report.id,
        number=report.number,
        item=item.name,
        occurred_on=report.occurred_on,
        quantity=report.quantity,
        unit=item.unit,
        words=report.words or "",
        state=state,
        reason=reason,
        open=report.state in (ReportState.PENDING, ReportState.RETURNED),
    )
