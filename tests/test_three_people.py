"""A branch of three takes every decision that the product knows, and nobody his own.

The kinds of decision come from the product: one that is new here and walked by nobody fails.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable

import pytest
import sqlalchemy as sa
import time_machine

from jifen.core import clock, workdays
from jifen.core.actor import Actor, system
from jifen.core.db import db as database
from jifen.core.errors import DomainError
from jifen.core.period import Cycle, Period
from jifen.cycle import service as burden
from jifen.decisions import publicity, todo
from jifen.decisions.models import Decision
from jifen.decisions.models_objections import ObjectionState
from jifen.jobs import work_periods
from jifen.members import service as members
from jifen.members.models import ExemptionReason
from jifen.model_posts import honours, reviewing
from jifen.model_posts import service as posts
from jifen.points import answering, deciding, objecting, standings_follow, verify
from jifen.points import service as points
from jifen.points.appraisal import publishing, steps
from jifen.points.appraisal import service as appraisals
from jifen.points.appraisal.models import AppraisalTask
from jifen.points.attendance import absences, corrections, gatherings, leaves
from jifen.points.attendance.gatherings import Mark, Sheet
from jifen.points.attendance.models import Absence
from jifen.points.intake import service as intake
from jifen.points.intake.words import Kind
from jifen.points.manual import service as manual
from jifen.points.models import LedgerEntry
from jifen.points.periods import service as periods
from jifen.points.periods import service_year_end as turning
from jifen.points.sampling import service as sampling
from jifen.points.service import Filing
from jifen.privacy import service as privacy
from jifen.volunteering import community, registering
from jifen.volunteering import deciding as hours
from jifen.volunteering import late as late_entries
from jifen.volunteering.certificates import service as certificate
from tests import city
from tests.members.sheets import xlsx
from tests.points.appraisal import branch as branches
from tests.points.appraisal.branch import DAY, YEAR
from tests.volunteering import certificate_town as certificates
from tests.volunteering.hours_town import credit, served

YESTERDAY = DAY - dt.timedelta(days=4)
#: Whoever might be entitled, from the branch up.
LINE = ("secretary", "deputy", "member", "office", "organ", "wc_office", "leader")


@pytest.fixture
def town(db):
    """A branch of a secretary, a deputy and one member; the department's committee and the city above it."""
    with time_machine.travel(clock.at(DAY, 9), tick=False):
        made = city.build()
        members.transfer(
            made.people["colleague"],
            made.other_branch,
            on=dt.date(2026, 1, 5),
            letter="介2026-1",
            by=made.actor("office"),
        )
        yield made


def hours_at(hour: int) -> dt.datetime:
    """Return an hour of yesterday."""
    return clock.at(YESTERDAY, hour)


def settle(town, act: Callable[[Actor], object], *apart: str) -> str:
    """Let everybody on the line try: those apart are refused, somebody else can; returns who did."""
    for who in apart:
        with pytest.raises(DomainError):
            act(town.actor(who))
    for who in LINE:
        if who not in apart:
            try:
                act(town.actor(who))
            except DomainError:
                continue
            standings_follow.follow("/", day=clock.today())  # what the worker does at once
            assert list(verify.faults()) == []
            return who
    raise AssertionError("nobody could decide it")


def meet(town, who: str, *, confirm: bool = True, **marks: str) -> gatherings.Gathering:
    given = {town.people[name]: Mark(how) for name, how in marks.items()}
    sheet = Sheet(branch_id=town.branch, item="A01", day=YESTERDAY, marks=given)
    return gatherings.record(sheet, confirm=confirm, by=town.actor(who))


def posted(town, who: str = "secretary") -> int:
    filed = points.submit(Filing(item="志愿服务", occurred_on=YESTERDAY), by=town.actor(who))
    settle(town, lambda by: deciding.approve(filed.id, by=by), who)
    stmt = sa.select(LedgerEntry.id).where(LedgerEntry.source == "report", LedgerEntry.source_id == filed.id)
    return database.session.scalars(stmt).one()


def of_report(town):
    filed = points.submit(Filing(item="志愿服务", occurred_on=YESTERDAY), by=town.actor("secretary"))
    settle(town, lambda by: deciding.approve(filed.id, by=by), "secretary")


def of_manual(town):
    [row] = manual.prepare(
        "志愿服务",
        YESTERDAY,
        [town.people["secretary"]],
        branch_id=town.branch,
        reason="漏报补录",
        by=town.actor("deputy"),
    )
    settle(town, lambda by: manual.confirm(row.id, by=by), "secretary", "deputy")


def of_gathering(town):
    met = meet(town, "secretary", confirm=False)
    settle(town, lambda by: gatherings.confirm(met.id, by=by))


def of_attendee(town):
    met = meet(town, "secretary")
    [own] = [a for a in gatherings.attendees(met.id) if a.member_id == town.people["secretary"]]
    settle(town, lambda by: gatherings.confirm_one(own.id, by=by), "secretary")


def of_absence(town):
    meet(town, "deputy", secretary="absent")
    for one in list(database.session.scalars(sa.text("SELECT id FROM attendee WHERE confirmed_at IS NULL"))):
        settle(town, lambda by, one=one: gatherings.confirm_one(one, by=by))
    with time_machine.travel(clock.at(workdays.add(DAY, 4), 10), tick=False):
        absences.ask_due(by=system("clock"))
        [row] = database.session.scalars(
            sa.select(Absence.id).where(Absence.member_id == town.people["secretary"])
        )
        settle(town, lambda by: absences.decide(row, "deduct", by=by), "secretary")


def of_leave(town):
    leave = leaves.request(DAY, None, "duty", by=town.actor("secretary"))
    settle(town, lambda by: leaves.decide(leave.id, grant=True, by=by), "secretary")


def of_correction(town):
    met = meet(town, "secretary")
    with time_machine.travel(clock.at(workdays.add(DAY, 2), 10), tick=False):
        asked = corrections.correct(
            met.id, [town.people["member"]], "on_leave", reason="duty", by=town.actor("secretary")
        )
        settle(town, lambda by: corrections.decide(asked.id, approve=True, by=by), "secretary", "member")


def of_import(town):
    rows = [
        ["姓名", "所在支部", "积分期间", "积分", "来源文件", "支委会纪要", "签字人"],
        ["周正", "机关第一党支部", "2026年1—8月", "12", "台账.xlsx", "9月2日支委会纪要7号", "吴敏"],
    ]
    seen = intake.preview(xlsx({"表": rows}), Kind.BALANCES, file_name="表.xlsx", by=town.actor("secretary"))
    assert intake.confirm(seen.batch_id, by=town.actor("secretary")).waiting == 1
    settle(town, lambda by: intake.confirm_waiting(seen.batch_id, by=by), "secretary")


def of_objection(town):
    entry = posted(town)
    row = objecting.raise_(objecting.Wish(entry_id=entry, words="应为3小时"), by=town.actor("secretary"))
    answer = functools.partial(answering.answer, row.id, ObjectionState.REJECTED, "签到表为2小时")
    settle(town, lambda by: answer(by=by), "secretary")


def of_publication(town):
    quarter = Period.parse("2026Q3")
    periods.close(town.branch, quarter, at_once=True, by=town.actor("secretary"))
    periods.draw(town.branch, quarter, by=town.actor("secretary"))
    settle(town, lambda by: periods.publicise(town.branch, quarter, by=by))


def of_exemption(town):
    first = dt.date(YEAR + 1, 1, 1)
    held = members.exempt(
        town.people["secretary"],
        reason=ExemptionReason.AGE,
        since=dt.date(YEAR, 6, 1),
        until=first,
        minute="纪要3号",
        by=town.actor("organ"),
    )
    with time_machine.travel(clock.at(first, 9), tick=False):
        turning.confirm(town.department, YEAR, by=town.actor("office"))
        work_periods.turn_the_year(unit_id=town.department, year=YEAR)
        settle(town, lambda by: turning.renew(held.id, minute="纪要1号", by=by), "secretary")


def of_appraisal(town):
    """The proposal, a tie, the committee, the meeting, the own grade, the list and what follows from it."""
    team = branches.build(town, [6, 6, 6], deputy=True, probationary=[2])
    names = ("secretary", "deputy", "member")
    old = {name: town.people[name] for name in names}
    town.people.update(zip(names, team.members, strict=True))
    found = appraisals.start(team.id, YEAR, by=team.actor(0))
    tie = appraisals.waiting_tie(found)
    if tie is not None:
        choose = functools.partial(steps.decide_tie, found.id, "优秀", minute="纪要12号")
        settle(town, lambda by: choose(chosen=[tie.members[-1]], by=by))
    day = {"held_on": clock.today()}
    settle(town, lambda by: steps.record_committee(found.id, minute="纪要12号", by=by, **day))
    low = steps.Change(team.members[1], "基本合格", "多次无故缺席组织生活")
    settle(
        town,
        lambda by: steps.record_meeting(
            found.id, minute="记录6号", expected=2, present=2, changes=[low], by=by, **day
        ),
        "deputy",
    )
    for line in appraisals.lines(found):
        if line.confirm:
            own = next(name for name in names if town.people[name] == line.member_id)
            settle(town, lambda by, line=line: steps.confirm_own(line.id, agree=True, by=by), own)
    settle(town, lambda by: publishing.publicise(found.id, by=by))
    with time_machine.travel(clock.at(workdays.add(DAY, 6), 9), tick=False):
        settle(town, lambda by: publishing.finish(found.id, by=by))
        tasks = list(database.session.scalars(sa.select(AppraisalTask)))
        assert tasks, "a talk with the one who is lower than 合格 at least"
        for task in tasks:
            own = next(name for name in names if town.people[name] == task.member_id)
            close = functools.partial(
                publishing.close_task,
                task.id,
                done="talked" if task.kind == "talk" else "later",
                minute="记录7号",
                done_on=clock.today(),
            )
            settle(town, lambda by, close=close: close(by=by), own)
    town.people.update(old)


def of_sample(town):
    posted(town)
    draw(town)
    [look] = database.session.scalars(sa.text("SELECT id FROM sample_look"))
    settle(town, lambda by: sampling.look(look, agrees=True, by=by), "secretary", "deputy", "organ")


def of_sample_reply(town):
    posted(town)
    draw(town)
    [look] = database.session.scalars(sa.text("SELECT id FROM sample_look"))
    differ = functools.partial(sampling.look, look, agrees=False, reason="材料里是1小时")
    who = settle(town, lambda by: differ(by=by), "secretary", "deputy", "organ")
    reply = functools.partial(sampling.answer, look, corrected=False, reply="签到表为2小时")
    settle(town, lambda by: reply(by=by), "secretary", who)


def draw(town) -> None:
    after: int | None = 0
    while after is not None:
        after = sampling.draw_next(Period.containing(clock.today(), Cycle.QUARTER), after=after)


def of_privacy(town):
    wish = privacy.Wish(kind="correct", what="姓名", value="周政")
    row = privacy.ask(wish, by=town.actor("secretary"))
    settle(town, lambda by: privacy.answer(row.id, True, "已核对身份证件", by=by), "secretary")


def of_burden(town):
    said = burden.speak("同一张表报三次", by=town.actor("secretary"))
    settle(town, lambda by: burden.answer(said, "已合并", by=by), "secretary")


def of_late_entry(town):
    late = late_entries.Late(
        unit_id=town.branch,
        title="河道清洁",
        window=(hours_at(9), hours_at(11)),
        people={town.people["member"]: None},
        reason="河边没有网络",
    )
    row = late_entries.propose(late, by=town.actor("deputy"))
    settle(town, lambda by: late_entries.decide(row.id, approve=True, by=by), "deputy")


def of_long_day(town):
    """The secretary's own ten hours: closed by the deputy, let stand by somebody above."""
    done = credit(town, served(town, "secretary", hours_at(6), hours_at(16)), who="deputy")
    [record] = done.records.values()
    settle(town, lambda by: hours.decide_long_day(record, approve=True, by=by), "secretary", "deputy")


def of_service_clash(town):
    credit(town, served(town, "secretary", hours_at(9), hours_at(11), activity=4), who="deputy")
    done = credit(town, served(town, "secretary", hours_at(10), hours_at(12), activity=5), who="deputy")
    [record] = done.records.values()
    settle(town, lambda by: hours.decide_clash(record, hours.Which.NEW, by=by), "secretary")


def of_service_amend(town):
    done = credit(town, served(town, "secretary", hours_at(9), hours_at(12)), who="deputy")
    [record] = done.records.values()
    amend = hours.propose(record, (hours_at(9), hours_at(11)), "早走了", by=town.actor("secretary"))
    settle(town, lambda by: hours.decide_amend(amend.id, approve=True, by=by), "secretary")


def of_certificate(town):
    """The secretary's own: printed by the deputy, signed by neither of them."""
    certificates.entitle(town)
    certificates.served_two_hours(town, "secretary")
    row = certificate.request(by=town.actor("secretary"))
    settle(town, lambda by: certificate.print_(row.id, by=by), "secretary")
    settle(town, lambda by: certificate.sign(row.id, by=by), "secretary", "deputy")


def of_community(town):
    """The secretary's own registration: the community's word is entered by somebody else."""
    place = community.found("朝阳街道", "滨河社区", by=town.actor("deputy"))
    row = registering.register(place.id, by=town.actor("secretary"))
    settle(town, lambda by: registering.confirm(row.id, by=by), "secretary", "member")


def post_of_the_secretary(town) -> int:
    wish = posts.Application(
        kind="post", unit_id=town.branch, title="林权登记岗", deeds="全年办理三百余件，没有一件超期。"
    )
    return posts.apply(wish, by=town.actor("secretary")).id


def of_model_post(town):
    made = post_of_the_secretary(town)
    first = settle(town, lambda by: posts.decide(made, approve=True, by=by), "secretary")
    settle(town, lambda by: posts.decide(made, approve=True, by=by), "secretary", first)


def of_model_review(town):
    made = post_of_the_secretary(town)
    first = settle(town, lambda by: posts.decide(made, approve=True, by=by), "secretary")
    settle(town, lambda by: posts.decide(made, approve=True, by=by), "secretary", first)
    with time_machine.travel(clock.at(DAY + dt.timedelta(days=20), 9), tick=False):
        for one in publicity.due(posts.KIND, clock.today()):
            publicity.freeze(one, by=posts.HOUSE)
    with time_machine.travel(clock.at(DAY + dt.timedelta(days=220), 9), tick=False):
        reviewing.follow()
        settle(town, lambda by: reviewing.review(made, "keep", by=by), "secretary")


def of_honour(town):
    award = honours.Award(
        member_id=town.people["secretary"],
        title="优秀共产党员",
        level="市级",
        awarded_on=YESTERDAY,
        evidence="林党〔2026〕3号",
    )
    row = honours.enter(award, by=town.actor("deputy"))
    first = settle(town, lambda by: honours.decide(row.id, approve=True, by=by), "secretary", "deputy")
    settle(town, lambda by: honours.decide(row.id, approve=True, by=by), "secretary", "deputy", first)


WALKS: dict[str, Callable[[city.City], None]] = {
    "report": of_report,
    "manual": of_manual,
    "gathering": of_gathering,
    "attendee": of_attendee,
    "absence": of_absence,
    "leave": of_leave,
    "correction": of_correction,
    "import": of_import,
    "objection": of_objection,
    "publication": of_publication,
    turning.EXEMPTION: of_exemption,
    appraisals.STEP: of_appraisal,
    appraisals.OWN: of_appraisal,
    appraisals.TASK: of_appraisal,
    sampling.LOOK: of_sample,
    sampling.REPLY: of_sample_reply,
    privacy.SUBJECT: of_privacy,
    "burden": of_burden,
    late_entries.SUBJECT: of_late_entry,
    "long_day": of_long_day,
    "service_clash": of_service_clash,
    hours.AMEND: of_service_amend,
    certificate.SUBJECT: of_certificate,
    "certificate_desk": of_certificate,
    "community": of_community,
    posts.SUBJECT: of_model_post,
    reviewing.SUBJECT: of_model_review,
    honours.SUBJECT: of_honour,
}


def test_every_kind_of_decision_is_walked(app):
    # What has a page: tests of asking provide kinds of their own.
    kinds = {kind for kind, (_, page, _) in todo._provided.items() if page in app.view_functions}
    assert set(WALKS) == kinds


@pytest.mark.parametrize(
    "walk", sorted(set(WALKS.values()), key=lambda walk: walk.__name__), ids=lambda w: w.__name__
)
def test_somebody_else_decides(town, walk):
    walk(town)
    own = sa.select(sa.func.count()).where(
        sa.or_(Decision.decided_by == Decision.concerns, Decision.on_behalf_of == Decision.concerns)
    )
    assert database.session.scalar(own) == 0
