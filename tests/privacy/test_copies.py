"""我的数据: nothing about oneself is left out, nothing of others is in it, every copy is noted."""

from __future__ import annotations

import ast
import datetime as dt
import io
import json
import re

import pytest
import sqlalchemy as sa
import time_machine
from openpyxl import load_workbook

import bot.models  # noqa: F401 - its tables join the metadata
from bot import outbound
from jifen import tables
from jifen.access import service as access
from jifen.core import clock, codes
from jifen.core.actor import Actor, Door, Role
from jifen.core.db import db
from jifen.core.errors import Forbidden, TooMany
from jifen.cycle import service as cycle
from jifen.decisions import asks
from jifen.decisions.models_objections import Objection
from jifen.decisions.states_objections import ObjectionState
from jifen.decisions.states_publicity import PublicationState
from jifen.members import exports
from jifen.members.models import Category, ExemptionReason
from jifen.points import deciding, objecting, service
from jifen.points.appraisal.states import AppraisalState
from jifen.points.attendance.states import AbsenceState, GatheringState, LeaveReason, LeaveState, Outcome
from jifen.points.objecting import Wish
from jifen.points.service import Filing
from jifen.points.states import ReportState
from jifen.privacy import copies, dossier, retention, visibility
from jifen.privacy.rules import Kind, RequestState
from tests import city
from tests.api import doors
from tests.house import tree

OTHERS = ("周正", "吴敏", "林小梅", "赵远", "郑委", "高主任", "何办", "钱办")


@pytest.fixture
def town(db):
    """``member`` is bound, reported twice, objected, spoke, was confirmed once and returned once."""
    town = city.build()
    member = town.people["member"]
    city.bind("o" * 28, access.issue_code(member, by=city.BY), "陈国强")
    day = clock.today() - dt.timedelta(days=1)
    said = [Filing(item=code, occurred_on=day, words="陪老人看病") for code in ("D01", "B02")]
    first, second = (service.submit(one, by=town.actor("member")).id for one in said)
    deciding.approve(first, by=town.actor("secretary"))
    deciding.return_(second, "请写明地点", by=town.actor("secretary"))
    objecting.raise_(Wish(words="志愿服务应为3小时"), by=town.actor("member"))
    cycle.speak("表格报了三次", by=town.actor("member"))
    return town


def part(found: dossier.Dossier, table: str) -> dossier.Part:
    return next(one for one in found.parts if one.table == table)


def test_every_table_that_names_a_person_is_in_it():
    """From the tables themselves: a key to ``member``, or a column whose name says so."""
    naming = {
        name
        for name, table in tables.metadata.tables.items()
        for column in table.c
        if name == "member"
        or any(key.target_fullname == "member.id" for key in column.foreign_keys)
        or (column.name.endswith("member_id") and isinstance(column.type, sa.BigInteger))
    }
    whole, counted = dossier.tables()

    assert len(naming) > 40
    assert naming - whole - counted == set()
    owned = {
        name
        for name, table in tables.metadata.tables.items()
        if {"member_id", "objector_id", "concerns"} & set(table.c.keys())
    }
    assert owned - whole == set()


def test_every_column_has_words():
    known, _ = codes.words()
    whole, _ = dossier.tables()
    wordless = {
        f"{table}.{column}"
        for table in whole
        for column in dossier.shown(table)
        if f"{table}.{column}" not in known and column not in known
    }
    assert wordless == set()
    used = {column for table in whole for column in dossier.shown(table)}
    assert {column for column in known if "." not in column} - used == set()


CODES = [
    *(
        (enum, "state")
        for enum in (ObjectionState, PublicationState, AppraisalState, AbsenceState, LeaveState)
    ),
    *((enum, "state") for enum in (ReportState, GatheringState, RequestState)),
    *((Category, "category"), (Role, "role"), (Door, "door"), (Outcome, "outcome"), (Kind, "kind")),
    *((ExemptionReason, "reason"), (LeaveReason, "reason")),
]


@pytest.mark.parametrize(("enum", "column"), CODES, ids=lambda part: getattr(part, "__name__", part))
def test_codes_are_said_in_words(enum, column):
    wordless = [str(code) for code in enum if codes.said(column, str(code)) == str(code)]
    assert wordless == []


def test_notices_and_acts_are_said_in_words():
    assert [k for k in outbound.templates() if codes.said("kind", k) == k] == []
    acts = {
        node.value.value
        for file in tree.product()
        for node in ast.walk(tree.tree(file))
        if isinstance(node, ast.keyword) and node.arg == "action" and isinstance(node.value, ast.Constant)
    }
    coded = {act for act in acts if re.fullmatch(r"[a-z_]+(?:\.[a-z_]+)?", str(act)) and act != "store_true"}
    assert len(coded) > 60
    assert {act for act in coded if re.search("[a-z]", codes.said("action", act))} == set()


def test_what_he_said_and_what_was_said_to_him_is_in_it(town):
    found = dossier.of(town.people["member"])

    assert (found.name, part(found, "member").rows[0]["staff_number"]) == ("陈国强", None)
    assert [row["words"] for row in part(found, "report").rows] == ["陪老人看病"] * 2
    assert [row["reason"] for row in part(found, "decision").rows if row["reason"]] == ["请写明地点"]
    assert [row["decided_by"] for row in part(found, "decision").rows] == ["机关第一党支部 支部书记"] * 2
    assert part(found, "objection").rows[0]["words"] == "志愿服务应为3小时"
    assert part(found, "burden_opinion").rows[0]["words"] == "表格报了三次"
    assert part(found, "membership").rows[0]["branch_id"] == "机关第一党支部"
    assert part(found, "binding").rows[0]["openid_sealed"] == dossier.UNREADABLE
    assert "微信消息的去重记录和答复" in [what for what, _ in found.unnamed]


def test_nothing_of_others_is_in_it(town):
    whole = json.dumps(copies.mine(by=town.actor("member")), ensure_ascii=False, default=str)

    assert [name for name in OTHERS if name in whole] == []
    secret = db.session.execute(sa.text("SELECT openid_digest, openid_sealed FROM binding")).one()
    assert [one for one in secret if one in whole] == []
    for who, number in town.people.items():
        for row in [r for p in dossier.of(town.people["member"]).parts for r in p.rows]:
            named = {c: v for c, v in row.items() if c.endswith("_by") or c in ("concerns", "objector_id")}
            assert who == "member" or number not in named.values(), row


def test_who_objects_to_his_line_stays_unknown(town):
    """Somebody else's objection is not in it before its answer, and names nobody after."""
    member, mate = town.people["member"], town.people["colleague"]
    row = Objection(
        about="points:1:2026Q3",
        unit_id=town.branch,
        member_id=member,
        objector_id=mate,
        how="wechat",
        entered_by=mate,
        received_on=clock.today(),
        words="他没有来",
        answer_by=clock.today(),
        state="open",
    )
    db.session.add(row)
    db.session.flush()
    asks.ask("objection", row.id, unit_id=town.branch, concerns=member)

    found = dossier.of(member)
    assert [r["words"] for r in part(found, "objection").rows] == ["志愿服务应为3小时"]
    assert row.id not in [r["subject_id"] for r in part(found, "ask").rows if r["subject"] == "objection"]

    row.state, row.answered_by, row.answered_at = "rejected", town.people["organ"], clock.now()
    row.reason, row.reason_other = "记录无误", "记录无误"
    db.session.flush()
    [about] = [r for r in part(dossier.of(member), "objection").rows if r["id"] == row.id]
    assert (about["words"], about["objector_id"], about["entered_by"]) == ("其他同志",) * 3
    assert (about["reason"], about["answered_by"]) == ("记录无误", "市林业局 机关党委")
    [brought] = [r for r in part(dossier.of(mate), "objection").rows if r["id"] == row.id]
    assert (brought["words"], brought["member_id"], brought["reason"]) == ("他没有来", "其他同志", "其他同志")


def test_of_what_he_did_for_others_there_is_a_count(town):
    found = dossier.of(town.people["secretary"])
    assert part(found, "decision").rows == []
    assert "陪老人看病" not in str(found)
    mine = [r for r in part(found, "audit_entry").rows if r["action"] == "report.approve"]
    assert len(mine) == 1


def test_a_copy_is_marked_noted_and_told_to_nobody_else(town):
    by = town.actor("member")
    made = copies.mine(by=by)
    assert made["mark"].startswith("内部使用，不得外传、不得涉密 · 陈国强 于")

    row = db.session.execute(sa.text("SELECT what, purpose, members, by_member_id FROM export")).one()
    assert tuple(row) == ("本人信息", "本人查阅", [by.member_id], by.member_id)
    assert visibility.mine(by=by).exports == []


def test_lists_with_him_on_them_and_what_was_done_about_him_are_in_it(town):
    member = town.people["member"]
    exports.printed(what="积分公示", people=[member, town.people["colleague"]], by=town.actor("office"))
    exports.printed(what="别人的", people=[town.people["colleague"]], by=town.actor("office"))
    found = dossier.of(member)
    [one] = part(found, "export").rows
    assert (one["what"], one["by_member_id"], one["members"]) == ("积分公示", "市林业局 机关党建办", "2人")
    about = [r for r in part(found, "audit_entry").rows if r["action"] == "member.take_in"]
    assert [r["subject_id"] for r in about] == [member]


def test_a_sheet_a_kind_and_a_page_that_prints(town):
    book = load_workbook(io.BytesIO(copies.my_sheet(by=town.actor("member"))))
    assert book.sheetnames[0] == "目录"
    heads = [cell.value for cell in book[next(n for n in book.sheetnames if "上报" in n)][3]]
    assert "文字" in heads
    page = copies.my_page(by=town.actor("member"))
    [(_, rows)] = [(p, rows) for p, rows in page.parts if p.table == "report"]
    assert "陪老人看病" in rows[0]


def test_not_more_than_some_a_day(town):
    start = clock.now()
    by = town.actor("member")
    with time_machine.travel(start, tick=False) as moved:
        for _ in range(copies.A_DAY):
            copies.mine(by=by)
        with pytest.raises(TooMany, match="一天"):
            copies.mine(by=by)
        copies.mine(by=town.actor("colleague"))
        moved.shift(dt.timedelta(hours=25))
        copies.mine(by=by)


def test_an_office_system_has_no_data_of_its_own(town):
    with pytest.raises(Forbidden):
        copies.mine(by=Actor(Door.API, name="人事系统", scopes=frozenset({"privacy:own"})))


def test_by_the_interface_everybody_gets_his_own(app, town):
    member, mate = (doors.caller(app, town, who) for who in ("member", "colleague"))
    got = member.get("/me/data").get_json()
    assert (got["name"], mate.get("/me/data").get_json()["name"]) == ("陈国强", "林小梅")
    assert {p["table"] for p in got["parts"]} == dossier.tables()[0]
    assert member.get("/me/data.xlsx").data[:2] == b"PK"
    page = member.get("/me/data.html")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert "陪老人看病" in page.text
    assert "林小梅" not in page.text
    # Nothing in the request says whose: a name or number is refused, not obeyed.
    assert mate.get("/me/data", member_id=town.people["member"]).get_json()["name"] == "林小梅"


def test_a_copy_costs_few_statements(town):
    with doors.statements() as seen:
        dossier.of(town.people["member"])
    assert len(seen) <= 3


def test_whose_rows_a_line_speaks_of():
    [post] = [k for k in retention.load() if k.table == "exemption"]
    assert (dossier.owners(post), dossier.actors(post)) == (("member_id",), ("approved_by", "revoked_by"))
