"""更正、反对、限制、撤回同意: asked by the person or entered for him, answered by somebody else, with reasons."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import sqlalchemy as sa
import time_machine

from jifen.access import service as access
from jifen.core import clock, workdays
from jifen.core.actor import Role
from jifen.core.db import db
from jifen.core.errors import Forbidden, Invalid, NotFound
from jifen.decisions import asks, todo
from jifen.decisions.errors import Answered, NotByYou
from jifen.jobs.work import reroute
from jifen.members import amending
from jifen.members import service as members
from jifen.members.models import Member
from jifen.notices.models import Notice
from jifen.points.queue import overdue
from jifen.privacy import errors, queries, rules, service
from jifen.privacy.models import PrivacyRequest
from jifen.privacy.service import Wish
from tests import city
from tests.api import doors

NAME = Wish(kind="correct", what="姓名", value="陈国壮")
PAPER = {"how": "paper", "received_on": clock.today()}


@pytest.fixture
def town(db):
    return city.build()


def number(town, who: str) -> str:
    return db.session.get(Member, town.people[who]).number


def name(town, who: str = "member") -> str:
    return db.session.get(Member, town.people[who]).name


def waiting(town, who: str) -> list[str]:
    return [one.subject for one in todo.waiting(by=town.actor(who)) if one.subject == service.SUBJECT]


def test_a_name_is_corrected_by_the_answer(town):
    row = service.ask(NAME, by=town.actor("member"))
    assert [one.subject_id for one in asks.open_for("privacy", by=town.actor("secretary"))] == [row.id]

    service.answer(row.id, True, "已核对身份证件", by=town.actor("secretary"))

    assert name(town) == "陈国壮"
    assert db.session.get(Member, town.people["member"]).name_pinyin.startswith("chen guo zhuang")
    [mine] = queries.visible(by=town.actor("member"))
    assert (mine.called, mine.state_words, mine.reason) == ("更正姓名", "同意", "已核对身份证件")
    assert db.session.scalars(sa.select(Notice.kind)).all() == ["privacy_answered"]
    with pytest.raises(Answered):
        service.answer(row.id, False, "再想想", by=town.actor("deputy"))


def test_a_no_changes_nothing_and_says_why(town):
    row = service.ask(NAME, by=town.actor("member"))
    with pytest.raises(Invalid, match="理由"):
        service.answer(row.id, False, " ", by=town.actor("secretary"))
    service.answer(row.id, False, "与身份证件不符", by=town.actor("secretary"))
    assert name(town) == "陈国强"
    assert queries.request(row.id, by=town.actor("member")).state == "refused"


@pytest.mark.parametrize(
    ("what", "value", "column", "written"),
    [
        pytest.param("工号", " A017 ", "staff_number", "A017", id="number of the office"),
        pytest.param("入党时间", "2015.06", "joined_on", dt.date(2015, 6, 1), id="a month is enough"),
        pytest.param("confirmed_on", "2016年7月1日", "confirmed_on", dt.date(2016, 7, 1), id="by its code"),
    ],
)
def test_what_the_answer_writes(town, what, value, column, written):
    row = service.ask(Wish(kind="correct", what=what, value=value), by=town.actor("member"))
    who = "organ" if column in rules.ABOVE_THE_BRANCH else "secretary"
    assert waiting_ids(town, who) == [row.id]
    service.answer(row.id, True, "已核对档案", by=town.actor(who))
    assert getattr(db.session.get(Member, town.people["member"]), column) == written


def waiting_ids(town, who: str) -> list[int]:
    return [one.subject_id for one in asks.open_for("privacy", by=town.actor(who))]


def test_what_the_office_does_itself_is_only_answered(town):
    row = service.ask(Wish(kind="correct", what="人员类别", value="预备党员"), by=town.actor("member"))
    shown = queries.request(row.id, by=town.actor("organ"))
    assert (shown.written, shown.mine_to_answer) == (False, True)
    service.answer(row.id, True, "已在人员页改为预备党员", by=town.actor("organ"))


@pytest.mark.parametrize(
    ("wish", "refusal", "says"),
    [
        pytest.param({"what": "姓名", "value": "陈"}, Invalid, "2到40", id="no name"),
        pytest.param({"what": "姓名", "value": "见附件-1"}, Invalid, "姓名", id="words for a name"),
        pytest.param({"what": "入党时间", "value": "2015.1.32"}, Invalid, "写成", id="no day"),
        pytest.param({"what": "入党时间", "value": "2999-01-01"}, Invalid, "还没有到", id="a day to come"),
        pytest.param({"what": "工号", "value": "1" * 25}, Invalid, "24", id="too long"),
        pytest.param({"what": "", "value": "x"}, errors.NothingToCorrect, "哪一项", id="nothing said"),
        pytest.param({"what": "其他信息"}, errors.NothingToCorrect, "改成什么", id="no value"),
        pytest.param({"what": "积分", "value": "9"}, errors.UseObjection, "异议", id="points"),
        pytest.param({"kind": "object", "what": "积分"}, errors.UseObjection, "异议", id="object to points"),
        pytest.param({"kind": "object", "what": "导出"}, errors.NothingToCorrect, "理由", id="no reason"),
        pytest.param({"kind": "copy"}, Invalid, "我的信息", id="his own copy is no request"),
    ],
)
def test_what_cannot_be_asked(town, wish, refusal, says):
    with pytest.raises(refusal, match=says):
        service.ask(Wish(**{"kind": "correct", **wish}), by=town.actor("member"))
    assert db.session.scalars(sa.select(PrivacyRequest.id)).all() == []


def test_nobody_answers_his_own_nor_what_he_entered(town):
    own = service.ask(Wish(kind="correct", what="姓名", value="周政"), by=town.actor("secretary"))
    with pytest.raises(NotByYou):
        service.answer(own.id, True, "是我本人", by=town.actor("secretary"))
    service.answer(own.id, True, "已核对", by=town.actor("deputy"))
    assert name(town, "secretary") == "周政"

    entered = service.ask(
        Wish(kind="correct", what="姓名", value="陈国壮", member_number=number(town, "member"), **PAPER),
        by=town.actor("secretary"),
    )
    with pytest.raises(NotByYou):
        service.answer(entered.id, True, "我登记的", by=town.actor("secretary"))
    service.answer(entered.id, True, "已核对纸面", by=town.actor("deputy"))
    assert queries.request(entered.id, by=town.actor("member")).how == "paper"


@pytest.mark.parametrize("who", ["stranger", "other_secretary", "colleague", "it"])
def test_strangers_neither_see_nor_answer_nor_enter(town, who):
    by = town.actor(who)
    row = service.ask(NAME, by=town.actor("member"))
    paper = Wish(kind="correct", what="工号", value="9", member_number=number(town, "member"), **PAPER)
    for act in (
        lambda: queries.request(row.id, by=by),
        lambda: service.answer(row.id, True, "同意", by=by),
        lambda: service.withdraw(row.id, by=by),
        lambda: service.ask(paper, by=by),
    ):
        with pytest.raises(NotFound):
            act()
    assert queries.visible(by=by) == []
    assert name(town) == "陈国强"


def test_a_request_twice_is_one(town):
    first = service.ask(NAME, by=town.actor("member"))
    with pytest.raises(errors.AlreadyAsked, match=str(first.id)):
        service.ask(NAME, by=town.actor("member"))
    with pytest.raises(errors.AlreadyAsked):
        service.ask(
            Wish(kind="correct", what="姓名", value="陈果强", member_number=number(town, "member"), **PAPER),
            by=town.actor("deputy"),
        )
    service.withdraw(first.id, by=town.actor("member"))
    second = service.ask(NAME, by=town.actor("member"))
    assert second.id != first.id
    assert waiting_ids(town, "secretary") == [second.id]
    with pytest.raises(errors.Closed, match="已撤回"):
        service.withdraw(first.id, by=town.actor("member"))


def test_who_asks_twice_at_once_asks_once(fresh_app):
    """Two phones, or the member and the paper; commits are real."""
    start, ends = threading.Barrier(4), []
    with fresh_app.app_context():
        town = city.build()
        by = town.actor("member")

    def ask():
        with fresh_app.app_context():
            start.wait(20)
            try:
                ends.append(service.ask(NAME, by=by).id)
            except errors.AlreadyAsked:
                ends.append(0)
            db.session.remove()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(ends)[:3] == [0, 0, 0]
    assert len(ends) == 4
    with fresh_app.app_context():
        assert db.session.scalar(sa.text("SELECT count(*) FROM privacy_request")) == 1


def test_who_moved_meanwhile_is_answered_where_he_is(town):
    row = service.ask(NAME, by=town.actor("member"))
    members.transfer(
        town.people["member"], town.other_branch, on=clock.today(), letter="介1", by=town.actor("office")
    )
    with pytest.raises(errors.MovedOn, match="机关第二党支部"):
        service.answer(row.id, True, "同意", by=town.actor("secretary"))
    assert name(town) == "陈国强"
    with pytest.raises(NotFound):
        service.answer(row.id, True, "同意", by=town.actor("secretary"))
    service.answer(row.id, True, "已核对", by=town.actor("other_secretary"))
    assert name(town) == "陈国壮"


def test_what_waits_too_long_goes_up_and_is_written_from_there(town):
    row = service.ask(NAME, by=town.actor("member"))
    late = workdays.add(clock.today(), overdue.ESCALATE_AFTER + 1)
    with time_machine.travel(clock.at(late, 9), tick=False):
        assert overdue.escalate(late, by=city.BY) == 1
        assert (waiting_ids(town, "secretary"), waiting_ids(town, "organ")) == ([], [row.id])
        service.answer(row.id, True, "已核对", by=town.actor("organ"))
    assert name(town) == "陈国壮"


def test_a_successor_answers_from_his_first_day(town):
    """The secretary asked goes; whoever holds the post today sees it and writes it."""
    row = service.ask(NAME, by=town.actor("member"))
    post = sa.text("SELECT id FROM post WHERE role = 'branch_secretary' AND unit_id = :u")
    members.end_post(db.session.scalar(post, {"u": town.branch}), on=clock.today(), by=town.actor("office"))
    members.appoint(
        town.people["colleague"],
        town.branch,
        Role.BRANCH_SECRETARY,
        since=clock.today(),
        by=town.actor("office"),
    )
    with pytest.raises(NotFound):
        service.answer(row.id, True, "已核对", by=town.actor("secretary"))
    service.answer(row.id, True, "已核对", by=town.actor("colleague"))
    assert name(town) == "陈国壮"


def test_the_night_lets_questions_follow_people(town):
    row = service.ask(NAME, by=town.actor("member"))
    members.transfer(
        town.people["member"], town.other_branch, on=clock.today(), letter="介1", by=town.actor("office")
    )
    [done] = list(reroute("2026-01-01", {}))
    assert done["moved"] == 1
    assert (waiting_ids(town, "secretary"), waiting_ids(town, "other_secretary")) == ([], [row.id])


def test_a_value_that_stands_there_already_is_said(town):
    row = service.ask(Wish(kind="correct", what="姓名", value="陈国强"), by=town.actor("member"))
    with pytest.raises(errors.NotWritten, match="没有要改的"):
        service.answer(row.id, True, "同意", by=town.actor("secretary"))
    assert queries.request(row.id, by=town.actor("member")).state == "open"


def test_in_a_branch_with_one_decider_it_goes_up(town):
    for post in db.session.execute(sa.text("SELECT id FROM post WHERE role = 'deputy_secretary'")).scalars():
        members.end_post(post, on=clock.today(), by=town.actor("office"))
    row = service.ask(Wish(kind="correct", what="工号", value="7"), by=town.actor("secretary"))
    assert waiting_ids(town, "organ") == [row.id]


def test_a_question_of_somebody_without_a_branch_goes_to_the_top(town):
    row = service.ask(Wish(kind="correct", what="工号", value="7"), by=town.actor("it"))
    assert waiting_ids(town, "leader") == [row.id]
    service.answer(row.id, True, "已核对", by=town.actor("leader"))
    assert db.session.get(Member, town.people["it"]).staff_number == "7"


def test_objecting_is_answered_by_the_branch(town):
    row = service.ask(Wish(kind="object", what="导出", words="不需要把我列入导出"), by=town.actor("member"))
    assert row.what == "exports"
    assert waiting_ids(town, "secretary") == [row.id]
    service.answer(row.id, True, "以后导出不含您", by=town.actor("secretary"))


def test_consent_is_taken_back_on_paper_and_whether_he_was_bound_is_not_told(town):
    city.bind("o" * 28, access.issue_code(town.people["member"], by=city.BY), "陈国强")
    for who in ("member", "colleague"):
        row = service.ask(
            Wish(kind="withdraw", member_number=number(town, who), **PAPER), by=town.actor("secretary")
        )
        assert row.state == "granted"
    assert db.session.execute(sa.text("SELECT count(*) FROM binding WHERE ended_at IS NULL")).scalar() == 0
    for who in ("office", "organ", "leader"):
        with pytest.raises(Forbidden):
            service.ask(
                Wish(kind="withdraw", member_number=number(town, "member"), **PAPER), by=town.actor(who)
            )


def test_a_paper_copy_is_registered_then_printed_once(town):
    wish = Wish(kind="copy", member_number=number(town, "member"), **PAPER)
    for who in ("office", "organ", "leader"):
        with pytest.raises(Forbidden):
            service.ask(wish, by=town.actor(who))
    row = service.ask(wish, by=town.actor("secretary"))
    with pytest.raises(NotFound):
        service.take_copy(row.id, by=town.actor("deputy"))
    service.take_copy(row.id, by=town.actor("secretary"))
    with pytest.raises(errors.PrintedAlready):
        service.take_copy(row.id, by=town.actor("secretary"))

    again = service.ask(wish, by=town.actor("secretary"))
    with time_machine.travel(clock.now() + dt.timedelta(hours=25)), pytest.raises(errors.PrintedAlready):
        service.take_copy(again.id, by=town.actor("secretary"))


def test_who_may_amend(town):
    with pytest.raises(Forbidden):
        amending.amend(town.people["member"], "name", "陈国壮", by=town.actor("member"))
    with pytest.raises(Forbidden):
        amending.amend(town.people["member"], "name", "陈国壮", by=town.actor("office"))


def test_over_http(app, town):
    member, mate, secretary = (doors.caller(app, town, who) for who in ("member", "colleague", "secretary"))
    made = member.post("/privacy-requests", {"kind": "correct", "what": "name", "value": "陈国壮"}).get_json()
    assert (made["called"], made["asked_unit"], made["mine_to_answer"]) == (
        "更正姓名",
        "机关第一党支部",
        False,
    )
    again = member.post("/privacy-requests", {"kind": "correct", "what": "name", "value": "陈国庄"})
    assert (again.status_code, again.get_json()["code"]) == (409, "request_open")
    path = f"/privacy-requests/{made['id']}"
    assert mate.get(path).status_code == 404
    assert mate.post(f"{path}/answer", {"granted": True, "reason": "同意"}).status_code == 404
    assert mate.post(f"{path}/withdraw").status_code == 404
    assert [one["id"] for one in secretary.get("/privacy-requests").get_json()["items"]] == [made["id"]]
    assert secretary.post(f"{path}/answer", {"granted": True, "reason": "已核对"}).status_code == 204
    assert member.get(path).get_json()["reason"] == "已核对"
    assert member.post(f"{path}/withdraw").get_json()["code"] == "request_closed"
    assert (
        member.get("/privacy-requests", own=True, state="granted").get_json()["items"][0]["id"] == made["id"]
    )


def test_consent_is_taken_back_over_http(app, town):
    city.bind("o" * 28, access.issue_code(town.people["member"], by=city.BY), "陈国强")
    member = doors.caller(app, town, "member")
    assert member.post("/me/consent/withdraw").status_code == 204
    assert member.post("/me/consent/withdraw").status_code == 404
