"""The showcase branch in the middle of its month: what waits at the desk for its secretary, deputy and committee.

Nothing of it changes a score of which the tour tells: its figures are those of the facts.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from decimal import Decimal

import sqlalchemy as sa

from jifen.access import queries as access
from jifen.core import clock, workdays
from jifen.core.actor import Actor, Door
from jifen.core.db import attempt, db, transaction
from jifen.core.period import Cycle, Period
from jifen.cycle import service as burden
from jifen.decisions.errors_objections import TooLate
from jifen.demo import activities, certificates, communities, honours, hours, plates, showcase
from jifen.members.models import Member, Membership
from jifen.org import bases
from jifen.points import objecting
from jifen.points.attendance import gatherings, leaves
from jifen.points.attendance.gatherings import Mark, Sheet
from jifen.points.manual import service as manual
from jifen.points.models import LedgerEntry
from jifen.points.periods import rounds
from jifen.points.periods import service as periods


def live(since: dt.date) -> None:
    """Let the showcase branch prepare, ask and object as people do; inside the load's transaction.

    :param since: the first day of the year that the demo tells about
    """
    today = clock.today()
    people = _people()
    secretary, deputy = people[showcase.SECRETARY.name], people[showcase.DEPUTY.name]
    branch = secretary.branch_id
    assert branch is not None, "the secretary belongs to the branch"
    bases.register(
        unit_id=branch,
        number=f"支委会纪要〔{today.year}〕{today.month}号",
        title=f"{today.month}月支委会",
        since=today - dt.timedelta(days=10),
        by=secretary,
    )
    met = workdays.before(today, 3)
    marks = {people["孙志远"].member_id: Mark("absent"), people["何雨桐"].member_id: Mark("on_leave", "duty")}
    sheet = Sheet(
        branch_id=branch,
        item="A04",
        day=met,
        marks={member: mark for member, mark in marks.items() if member is not None},
        activity="专题党课",
    )
    gatherings.record(sheet, by=people[showcase.RECORDER.name])
    elder = people[showcase.ELDER.name]
    leaves.request(workdays.add(today, 3), None, "private", by=elder)
    assert elder.member_id is not None
    manual.prepare(
        "结对走访",
        workdays.before(today, 5),
        [elder.member_id],
        branch_id=branch,
        reason="纸质登记表漏录",
        quantity=Decimal(1),
        by=deputy,
    )
    helpers = [people[name].member_id for name in ("孙志远", "何雨桐")]
    hours.wait_for(branch, [m for m in helpers if m is not None], by=deputy)
    activities.of_the_branch(people, by=secretary, office=people["冯若兰"])
    communities.at_the_community(deputy, people[showcase.PENDING.name])
    quarter = Period.containing(today, Cycle.QUARTER).previous
    rounds.close_one(branch, quarter, by=periods.HOUSE)
    certified = [people[name] for name in ("孙志远", "何雨桐", "马国栋")]
    certificates.issue(branch, certified, deputy=deputy, secretary=secretary)
    hours.from_elsewhere(people["孙志远"], branch, since=since)  # the last hours that he has but one
    plates.hang(people, secretary=secretary, higher=people["郑文彬"])
    honours.write_down(people, secretary=secretary, deputy=deputy, higher=people["郑文彬"])
    burden.speak("同一张志愿服务登记表，每月要报三次。", by=people[showcase.PENDING.name])
    _object(people, branch)


def _people() -> dict[str, Actor]:
    """Return the showcase's members by name, as they stand today."""
    names = [part.name for part in showcase.CAST]
    secretary = db.session.scalars(
        sa.select(Membership.branch_id)
        .join(Member, Member.id == Membership.member_id)
        .where(Member.name == showcase.SECRETARY.name)
        .order_by(Member.id)
        .limit(1)
    ).one()
    rows = db.session.execute(
        sa.select(Member.name, Member.id)
        .join(Membership, Membership.member_id == Member.id)
        .where(Member.name.in_(names), Membership.branch_id == secretary, Membership.until.is_(None))
    )
    found = {name: access.actor_of(member, Door.CONSOLE) for name, member in rows}
    return {name: actor for name, actor in found.items() if actor is not None}


def _object(people: dict[str, Actor], branch: int) -> None:
    """Let whoever's fact was confirmed last object to it, where its days still run."""
    members = {by.member_id: by for by in people.values()}
    last = db.session.execute(
        sa.select(LedgerEntry.member_id, LedgerEntry.id)
        .where(
            LedgerEntry.branch_id == branch,
            LedgerEntry.source == "report",
            LedgerEntry.member_id.in_([m for m in members if m is not None]),
        )
        .order_by(LedgerEntry.recorded_at.desc(), LedgerEntry.id.desc())
        .limit(1)
    ).first()
    if last is None:
        return
    # On the first days of a year there may be nothing young enough.
    with contextlib.suppress(TooLate), transaction(), attempt():
        wish = objecting.Wish(words="当天做的比记下的多，请核对签到表。", entry_id=last[1])
        objecting.raise_(wish, by=members[last[0]])
