"""An office that begins in September brings January to August: facts, balances, one confirm, one undo."""

from __future__ import annotations

import datetime as dt
import io
import json
from decimal import Decimal

import pytest
import sqlalchemy as sa
import time_machine

from jifen.core import clock
from jifen.core.errors import Forbidden, NotFound
from jifen.decisions import todo
from jifen.members import imports
from jifen.members import service as people
from jifen.members.models import ImportBatch
from jifen.points import deciding, explain, roster, service, standings_follow, verify
from jifen.points.intake import service as intake
from jifen.points.intake import undo
from jifen.points.intake.mapping import mapping_of
from jifen.points.intake.models import ImportLine
from jifen.points.intake.words import Kind
from jifen.points.models import Corroboration, LedgerEntry, Report, Standing
from jifen.points.service import Filing
from tests import city
from tests.api import doors
from tests.members.sheets import xlsx

BALANCE = ["姓名", "所在支部", "积分期间", "积分", "来源文件", "支委会纪要", "签字人"]
FIRST = "机关第一党支部"


def owed(name: str, points: object, months: str = "2026年1—8月", branch: str = FIRST) -> list:
    return [name, branch, months, points, "2026年台账.xlsx", "9月2日支委会纪要7号", "周正"]


@pytest.fixture(autouse=True)
def september():
    with time_machine.travel(dt.datetime(2026, 9, 2, 10, tzinfo=clock.SHANGHAI), tick=False):
        yield


@pytest.fixture
def town(db) -> city.City:
    return city.build()


@pytest.fixture
def bring(town):
    """Upload rows as the deputy secretary (he decides and is in no sheet unless told)."""

    def brought(rows, kind=Kind.FACTS, *, who="deputy", unit=None, said=None):
        return intake.preview(
            xlsx({"表": rows}),
            kind,
            file_name="表.xlsx",
            unit_code=unit,
            mapping=mapping_of(said) if said else None,
            by=town.actor(who),
        )

    return brought


def total(db, town, who: str) -> Decimal:
    stmt = sa.select(Standing.total).where(Standing.member_id == town.people[who], Standing.period == "2026")
    return db.session.scalar(stmt)


def entries(db, town, who: str) -> list[tuple]:
    rows = db.session.execute(
        sa.select(LedgerEntry.source, LedgerEntry.item_code, LedgerEntry.occurred_on, LedgerEntry.reverses_id)
        .where(LedgerEntry.member_id == town.people[who])
        .order_by(LedgerEntry.id)
    )
    return [tuple(row) for row in rows]


def codes(seen) -> list[str]:
    return [p.code for p in seen.problems]


def test_balances_count_explain_themselves_and_go_again(db, town, bring):
    before = total(db, town, "member")
    seen = bring([BALANCE, owed("陈国强", 23.5), owed("林小梅", "-2")], Kind.BALANCES)
    assert (seen.ready, seen.counts["people"], seen.items) == (True, 2, [("takeover", "接续积分", 2)])

    done = intake.confirm(seen.batch_id, by=town.actor("deputy"))

    assert (done.posted, done.waiting) == (2, 0)
    assert total(db, town, "member") == before + Decimal("23.5")
    assert entries(db, town, "member") == [("takeover", "takeover", dt.date(2026, 8, 31), None)]
    found = explain.explain(town.people["member"], by=town.actor("member"))
    [line] = [one for one in found.sheet.trace if one.item == "takeover"]
    assert line.why == (
        "接续 2026年1—8月积分 23.5 分（依据 9月2日支委会纪要7号，周正签字，源文件“2026年台账.xlsx”）"
    )
    assert found.entries[line.entry].decided_by == "吴敏"
    assert list(verify.faults()) == []

    undone = undo.undo(seen.batch_id, by=town.actor("secretary"))

    assert undone.reversed == 2
    assert total(db, town, "member") == before
    assert list(verify.faults()) == []
    assert bring([BALANCE, owed("陈国强", 20)], Kind.BALANCES).ready, "what was undone may come again"


@pytest.mark.parametrize(
    ("months", "said"),
    [
        pytest.param("2026年1—8月", "balance_twice", id="the same months"),
        pytest.param("2026年8月", "balance_twice", id="one of them"),
        pytest.param("2025年12月-2026年1月", "two_periods", id="two periods"),
        pytest.param("2026年12月", "in_future", id="months to come"),
        pytest.param("8月", "no_period", id="a month of no year"),
    ],
)
def test_a_balance_is_taken_over_once(town, bring, months, said):
    first = bring([BALANCE, owed("陈国强", 23.5)], Kind.BALANCES)
    intake.confirm(first.batch_id, by=town.actor("deputy"))

    again = bring([BALANCE, owed("陈国强", 5, months)], Kind.BALANCES)

    assert said in codes(again)
    with pytest.raises(intake.IntakeBlocked):
        intake.confirm(again.batch_id, by=town.actor("deputy"))


def test_the_database_refuses_a_balance_that_two_sheets_bring_at_once(db, town, bring):
    seen = bring([BALANCE, owed("陈国强", 23.5)], Kind.BALANCES)
    intake.confirm(seen.batch_id, by=town.actor("deputy"))
    line = db.session.scalar(sa.select(ImportLine))
    copied = {c.name: getattr(line, c.name) for c in ImportLine.__table__.columns if c.name != "id"}

    with pytest.raises(sa.exc.IntegrityError, match="ex_import_line_balance_once"), db.session.begin_nested():
        db.session.execute(sa.insert(ImportLine).values({**copied, "since": dt.date(2026, 8, 1)}))


def test_a_balance_needs_its_minute_and_its_signer(bring):
    rows = [["姓名", "积分期间", "积分"], ["陈国强", "2026年1—8月", 5]]

    assert codes(bring(rows, Kind.BALANCES)) == ["no_basis", "no_basis"]
    said = {"sheets": {"*": {"minute": "9月2日支委会纪要", "signer": "周正"}}}
    assert bring(rows, Kind.BALANCES, said=said).ready


def test_months_count_once_whichever_came_first(town, bring):
    facts = [["姓名", "项目", "日期"], ["陈国强", "志愿服务", "2026-03-05"]]
    intake.confirm(bring(facts).batch_id, by=town.actor("deputy"))

    seen = bring([BALANCE, owed("陈国强", 23.5), owed("林小梅", 9)], Kind.BALANCES)

    assert codes(seen) == ["overlap"]
    done = intake.confirm(seen.batch_id, answers={"overlap": "leave_out"}, by=town.actor("deputy"))
    assert done.posted == 1
    late = bring([["姓名", "项目", "日期"], ["林小梅", "志愿服务", "2026-04-05"]])
    assert codes(late) == ["overlap"]
    assert intake.review(late.batch_id, answers={"overlap": "leave_out"}, by=town.actor("deputy")).counts[
        "left_out"
    ]


def test_attendance_as_an_office_keeps_it(db, town, bring):
    rows = [
        ["机关第一党支部2026年主题党日考勤表"],
        ["序号", "姓名", "1月15日", "2.12", dt.date(2026, 3, 12), "联系电话"],
        [1, "陈国强", "√", "√", "缺", "13812345678"],
        [2, "林小梅", "√", "假", "", ""],
    ]
    seen = bring(rows, said={"sheets": {"*": {"item": "参加主题党日"}}})
    assert codes(seen) == ["not_by_import"]
    [question] = seen.problems
    key = question.remedy.split("问题编号：")[1]

    done = intake.confirm(seen.batch_id, answers={key: "yes"}, by=town.actor("deputy"))

    days = [day for _, _, day, _ in entries(db, town, "member")]
    assert days == [dt.date(2026, 1, 15), dt.date(2026, 2, 12)]
    assert (seen.counts["absent"], done.posted) == (1, 3 + (len(entries(db, town, "colleague")) - 1))
    assert list(verify.faults()) == []
    again = bring(rows)
    assert again.sheets[0]["item"] == "参加主题党日", "what was chosen is remembered for the header"


def test_minutes_of_meetings_and_dues(db, town, bring):
    meetings = [
        ["会议名称", "会议日期", "参加人员", "请假人员"],
        ["志愿服务", "2026-03-12", "陈国强、林小梅", "无"],
    ]
    intake.confirm(bring(meetings).batch_id, by=town.actor("deputy"))

    assert [e[:2] for e in entries(db, town, "colleague")] == [("import", "D01")] or len(
        entries(db, town, "colleague")
    ) == 1
    honours = [
        ["姓名", "项目", "获奖时间", "表彰级别", "荣誉名称"],
        ["陈国强", "个人荣誉", "2026-06-30", "市级", "优秀共产党员"],
        ["陈国强", "个人荣誉", "2026-06-30", "本单位", "先进工作者"],
    ]
    done = intake.confirm(bring(honours).batch_id, by=town.actor("deputy"))
    assert done.posted == 2, "two deeds of a day, told apart by their words"
    notes = set(db.session.scalars(sa.select(ImportLine.note)))
    assert {"优秀共产党员", "先进工作者"} <= notes


@pytest.mark.parametrize(
    ("row", "code"),
    [
        pytest.param(["陈国强", "志愿服务", "2026-09-03", 1], "in_future", id="a day to come"),
        pytest.param(["陈国强", "志愿服务", "2026-03-05", 500], "bad_quantity", id="an unusual quantity"),
        pytest.param(["陈国强", "没有的事", "2026-03-05", 1], "item_unknown", id="no such item"),
        pytest.param(["陈国强", "", "2026-03-05", 1], "no_item", id="no item"),
        pytest.param(["李不在", "志愿服务", "2026-03-05", 1], "nobody", id="nobody"),
        pytest.param(["", "志愿服务", "2026-03-05", 1], "no_name", id="no name"),
        pytest.param(["陈国强", "志愿服务", "2026年2月30日", 1], "date_impossible", id="no such day"),
        pytest.param(["陈国强", "志愿服务", "", 1], "no_day", id="no day"),
        pytest.param(["陈国强", "志愿服务", "2026-03", 1], "month_only", id="only a month"),
        pytest.param(["陈国强", "志愿服务", "2026-03-05", "许多"], "no_number", id="no number"),
        pytest.param(["陈国强", "志愿服务", "2019-03-05", 1], "not_there", id="before he came"),
        pytest.param(["陈国强", "个人荣誉", "2026-03-05", 1], "level_needed", id="no level"),
    ],
)
def test_every_problem_is_placed(bring, row, code):
    seen = bring([["姓名", "项目", "日期", "数量"], ["林小梅", "志愿服务", "2026-03-05", 1], row])

    [problem] = seen.problems
    assert (problem.code, problem.sheet, problem.row) == (code, "表", 3)
    assert not seen.ready


def test_who_is_meant_is_asked(db, town, bring):
    people.take_in("陈国强", branch_id=town.other_branch, since=city.SINCE, joined_on=city.SINCE, by=city.BY)
    rows = [["姓名", "项目", "日期"], ["陈国强", "志愿服务", "2026-03-05"]]
    seen = bring(rows, who="organ")
    assert codes(seen) == ["who"]
    number = db.session.scalar(
        sa.text("SELECT number FROM member WHERE id = :m"), {"m": town.people["member"]}
    )

    done = intake.confirm(seen.batch_id, answers={"who::陈国强": number}, by=town.actor("organ"))

    assert done.posted == 1
    assert len(entries(db, town, "member")) == 1
    across = [["姓名", "所在支部", "项目", "日期"], ["陈国强", FIRST, "志愿服务", "2026-04-05"]]
    assert bring(across, who="organ").ready, "the branch tells them apart"


def test_nobody_confirms_himself_and_who_prepares_does_not_decide(db, town, bring):
    rows = [
        ["姓名", "项目", "日期"],
        ["陈国强", "志愿服务", "2026-03-05"],
        ["周正", "志愿服务", "2026-03-05"],
    ]
    seen = bring(rows, who="office", unit="D01")
    with pytest.raises(Forbidden):
        intake.confirm(seen.batch_id, by=town.actor("office"))
    with pytest.raises(NotFound):
        intake.review(seen.batch_id, by=town.actor("secretary"))

    seen = bring(rows, who="secretary")
    assert codes(seen) == ["own_line"]
    done = intake.confirm(seen.batch_id, by=town.actor("secretary"))

    assert (done.posted, done.waiting) == (1, 1)
    assert entries(db, town, "secretary") == []
    with pytest.raises(Forbidden):
        intake.confirm_waiting(seen.batch_id, by=town.actor("secretary"))
    assert [row.words for row in todo.waiting(by=town.actor("deputy"))] == ["导入的记录，待另一位负责人确认"]
    assert intake.confirm_waiting(seen.batch_id, by=town.actor("deputy")).posted == 1
    assert todo.waiting(by=town.actor("deputy")) == []
    assert len(entries(db, town, "secretary")) == 1
    with pytest.raises(undo.OwnLines):
        undo.undo(seen.batch_id, by=town.actor("secretary"))
    assert undo.undo(seen.batch_id, by=town.actor("deputy")).reversed == 2
    assert list(verify.faults()) == []


def test_one_deed_counts_once_whatever_told_of_it(db, town, bring):
    day, tomorrow = dt.date(2026, 8, 20), dt.date(2026, 8, 21)
    roster.enter("志愿服务", day, [town.people["member"]], branch_id=town.branch, by=town.actor("secretary"))
    filed = service.submit(
        Filing(item="志愿服务", occurred_on=tomorrow, quantity=Decimal(1)), by=town.actor("member")
    )
    rows = [["姓名", "项目", "日期"], ["陈国强", "志愿服务", day], ["陈国强", "志愿服务", tomorrow]]
    seen = bring(rows)
    assert (seen.counts["new"], seen.counts["attached"]) == (1, 1)

    done = intake.confirm(seen.batch_id, by=town.actor("deputy"))

    assert (done.posted, done.attached) == (1, 1)
    db.session.refresh(filed)
    assert filed.state == "attached"
    assert len(entries(db, town, "member")) == 2

    undone = undo.undo(seen.batch_id, by=town.actor("deputy"))

    assert (undone.reversed, undone.detached, undone.reopened) == (1, 1, 1)
    assert db.session.get(Report, filed.id).state == "pending"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Corroboration)) == 0
    deciding.approve(filed.id, by=town.actor("secretary"))
    assert list(verify.faults()) == []


def test_what_later_lists_rest_on_is_not_pulled_away(town, bring):
    day = dt.date(2026, 8, 20)
    seen = bring([["姓名", "项目", "日期"], ["陈国强", "志愿服务", day]])
    intake.confirm(seen.batch_id, by=town.actor("deputy"))
    roster.enter("志愿服务", day, [town.people["member"]], branch_id=town.branch, by=town.actor("secretary"))

    with pytest.raises(undo.UndoRefused, match="1条登记"):
        undo.undo(seen.batch_id, by=town.actor("deputy"))


def test_what_is_read_goes_at_the_confirmation_or_after_a_day(db, town, bring):
    rows = [["姓名", "项目", "日期"], ["陈国强", "志愿服务", "2026-03-05"]]
    kept, confirmed = bring(rows), bring(rows)
    intake.confirm(confirmed.batch_id, by=town.actor("deputy"))

    imports.purge(before=clock.now() + dt.timedelta(seconds=1))

    assert db.session.get(ImportBatch, confirmed.batch_id).staged is None
    gone = db.session.get(ImportBatch, kept.batch_id)
    assert (gone.state, gone.staged) == ("dropped", None)
    with pytest.raises(intake.NotPreviewed):
        intake.confirm(kept.batch_id, by=town.actor("deputy"))


def test_statements_do_not_grow_with_lines(db, town, bring):
    """45 people with eight months are one sheet; what is asked of the database stays the same."""
    names = [f"王{a}{b}" for a in "春夏秋冬东西南北" for b in "风雨云雪山水"][:45]
    for name in names:
        people.take_in(name, branch_id=town.branch, since=city.SINCE, joined_on=city.SINCE, by=city.BY)
    standings_follow.follow("/", day=clock.today())
    days = [dt.date(2026, month, 12) for month in range(1, 9)]

    def cost(sheet):
        with doors.statements() as seen:
            batch = bring(sheet, said={"sheets": {"*": {"item": "志愿服务"}}})
            assert batch.ready, batch.problems
            done = intake.confirm(batch.batch_id, by=town.actor("deputy"))
        return len(seen), done.posted

    few, _ = cost([["姓名", dt.date(2026, 8, 13)], ["陈国强", "√"], ["林小梅", "√"]])
    many, posted = cost([["姓名", *days], *([name, *["√"] * 8] for name in names)])

    assert posted == 45 * 8
    assert many <= few


def upload(caller, rows, **form):
    data = {"file": (io.BytesIO(xlsx({"表": rows})), "表.xlsx"), **form}
    return caller.call("POST", "/fact-imports", data=data, content_type="multipart/form-data")


def test_over_http_and_only_in_ones_own_house(app, town):
    deputy, stranger = (doors.caller(app, town, who) for who in ("deputy", "other_secretary"))
    said = json.dumps({"sheets": {"*": {"minute": "9月2日支委会纪要", "signer": "周正"}}})
    rows = [["姓名", "积分期间", "积分"], ["陈国强", "2026年1—8月", "23.5"]]
    seen = upload(deputy, rows, kind="balances", mapping=said).get_json()
    address = f"/fact-imports/{seen['batch_id']}"

    for path, method in (
        (address, "GET"),
        (address, "DELETE"),
        (f"{address}/preview", "POST"),
        (f"{address}/confirm", "POST"),
        (f"{address}/undo", "POST"),
        (f"{address}/confirm-waiting", "POST"),
    ):
        refused = stranger.call(method, path, json={} if method == "POST" else None)
        assert refused.status_code == 404, path
    assert deputy.post(f"{address}/confirm", {}).get_json()["posted"] == 1
    twice = deputy.post(f"{address}/confirm", {})
    assert (twice.status_code, twice.get_json()["code"]) == (409, "import_not_previewed")
    score = deputy.get(f"/members/{town.people['member']}/score").get_json()
    assert score["taken_over"] == "23.5"
    [line] = deputy.get(f"/members/{town.people['member']}/statement").get_json()["items"]
    assert (line["item_name"], line["source"]) == ("接续积分（2026年1—8月）", "takeover")
    [batch] = deputy.get("/fact-imports").get_json()["items"]
    assert (batch["state"], batch["done"]) == ("confirmed", 1)
    assert deputy.post(f"{address}/undo").get_json()["reversed"] == 1
    assert stranger.get("/fact-imports").get_json()["items"] == []
    for which in ("facts", "attendance", "dues", "minutes", "balances"):
        assert deputy.get("/fact-imports/template.xlsx", which=which).data[:2] == b"PK"
