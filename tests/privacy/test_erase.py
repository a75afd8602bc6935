"""Erasing who has left: the name and the words go everywhere, the id stays, the proof holds."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from jifen.access import queries as access_queries
from jifen.access import service as access
from jifen.core import clock
from jifen.core.db import db, transaction
from jifen.core.errors import Forbidden, Invalid, NotFound
from jifen.decisions.models_objections import Objection
from jifen.files import service as files
from jifen.files import storage
from jifen.members import queries as members
from jifen.model_posts import consents, honours
from jifen.model_posts.honours import Award
from jifen.points import deciding, queries_statement, seals, service, standings_follow, verify
from jifen.points.service import Filing
from jifen.privacy import erasing, purge
from tests import city
from tests.api import doors
from tests.files.pictures import jpeg
from tests.model_posts.posts_town import granted

MONTHS = dt.timedelta(days=31)


@pytest.fixture
def town(db):
    """``member`` was bound, reported in words, had one returned, and left a year and a half ago."""
    town = city.build()
    member = town.people["member"]
    city.bind("o" * 28, access.issue_code(member, by=city.BY), "陈国强")
    day = clock.today() - dt.timedelta(days=1)
    said = [Filing(item=code, occurred_on=day, words="陪老人看病") for code in ("D01", "B02")]
    first, second = (service.submit(one, by=town.actor("member")).id for one in said)
    deciding.approve(first, by=town.actor("secretary"))
    deciding.return_(second, "陈国强请补充", by=town.actor("secretary"))
    seals.seal_all()
    return town


def leave(town, months: int = 18) -> None:
    until = clock.civil_day(purge.months_before(clock.now(), months))
    db.session.execute(
        sa.text("UPDATE membership SET until = :until WHERE member_id = :m"),
        {"until": until, "m": town.people["member"]},
    )
    # History is rewritten here: the year in which a plate was applied for is ranked anew, too.
    for day in (clock.today() - dt.timedelta(days=12), clock.today()):
        standings_follow.follow("/", day=day)


def everything() -> str:
    """All rows of all tables as one text."""
    names = db.session.scalars(sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
    return "\n".join(
        str(db.session.scalar(sa.text(f'SELECT json_agg(t)::text FROM "{name}" t'))) for name in sorted(names)
    )


def test_name_link_and_words_go_and_the_proof_holds(town):
    leave(town)
    member = town.people["member"]
    number = db.session.scalar(sa.text("SELECT number FROM member WHERE id = :m"), {"m": member})
    assert "陪老人看病" in everything()
    erasing.erase(member, minute="岚直工委纪要〔2026〕9号", by=town.actor("leader"))

    left = everything()
    for word in ("陈国强", "chen guo", "陪老人看病", "陈国强请补充", f'"{number}"'):
        assert word not in left
    for table in ("binding", "bind_code", "consent", "notice", "api_token"):
        assert (
            db.session.scalar(sa.text(f"SELECT count(*) FROM {table} WHERE member_id = :m"), {"m": member})
            == 0
        )
    assert (
        db.session.scalar(sa.text("SELECT count(*) FROM ledger_entry WHERE member_id = :m"), {"m": member})
        == 1
    )
    assert list(verify.faults()) == []
    assert members.names({member}) == {member: "（已删除）"}
    seals.seal_all()
    assert list(verify.faults()) == []


def test_a_plate_and_an_honour_keep_nothing_of_whom_they_were(town, client):
    plate = granted(town)
    me, member = town.actor("member"), town.people["member"]
    for what in ("name", "photo"):
        consents.agree(plate.id, what, by=me)
    photo = consents.show(plate.id, jpeg(), by=me)
    award = Award(
        member_id=member,
        title="护林标兵",
        level="本单位",
        awarded_on=clock.today() - dt.timedelta(days=1),
        evidence="岚林党〔2026〕9号",
    )
    honour = honours.enter(award, by=town.actor("deputy"))
    honours.decide(honour.id, approve=True, by=town.actor("secretary"))
    address = f"/plates/{plate.public_id}"
    assert client.get(f"{address}/photos/{photo}").status_code == 200
    kept = set(storage.of_house().names())
    assert kept
    leave(town)
    erasing.erase(member, minute="岚直工委纪要〔2026〕9号", by=town.actor("leader"))

    left = everything()
    for word in ("陈国强", "全年办理林权登记", "护林标兵", "岚林党〔2026〕9号"):
        assert word not in left, word
    count = "SELECT (SELECT count(*) FROM photo), (SELECT count(*) FROM model_post_consent)"
    assert db.session.execute(sa.text(count)).one() == (0, 0)
    files.sweep()
    assert kept.isdisjoint(storage.of_house().names())
    page = client.get(address)
    assert (page.status_code, "林权登记岗" in page.text) == (200, True)
    for gone in ("陈国强", "（已删除）", "<img", "全年办理"):
        assert gone not in page.text
    assert client.get(f"{address}/photos/{photo}").status_code == 404
    assert list(verify.faults()) == []


def test_what_he_decided_still_says_that_somebody_did(town):
    """The secretary is erased: the member's statement shows no name, and the line stands."""
    secretary = town.people["secretary"]
    until = clock.civil_day(purge.months_before(clock.now(), 18))
    for table in ("membership", "post"):
        db.session.execute(
            sa.text(f"UPDATE {table} SET until = :until WHERE member_id = :m"),
            {"until": until, "m": secretary},
        )
    erasing.erase(secretary, minute="纪要9号", by=town.actor("leader"))
    [line] = queries_statement.statement(town.people["member"], by=town.actor("member"))
    assert line.decided_by == "（已删除）"
    assert access_queries.actor_of(secretary, town.actor("leader").door) is None


@pytest.mark.parametrize("who", ["secretary", "organ", "office", "wc_office", "it"])
def test_only_the_work_committees_leader_erases(town, who):
    leave(town)
    with pytest.raises(Forbidden):
        erasing.erase(town.people["member"], minute="纪要9号", by=town.actor(who))


def test_who_is_here_or_left_lately_stays(town):
    leader = town.actor("leader")
    with pytest.raises(erasing.StillHere, match="还在支部"):
        erasing.erase(town.people["member"], minute="纪要9号", by=leader)
    leave(town, months=11)
    with pytest.raises(erasing.StillHere, match="不满12个月"):
        erasing.erase(town.people["member"], minute="纪要9号", by=leader)


def test_nobody_is_erased_while_something_of_his_is_open(town):
    day = clock.today() - dt.timedelta(days=2)
    service.submit(Filing(item="D01", occurred_on=day), by=town.actor("member"))
    leave(town)
    with pytest.raises(erasing.StillHere, match="没有办结"):
        erasing.erase(town.people["member"], minute="纪要9号", by=town.actor("leader"))


@pytest.mark.parametrize("whose", ["member", "colleague"])
def test_nobody_is_erased_under_an_open_objection(town, whose):
    """Neither whose line it is nor who objects: his words are still to be answered."""
    member = town.people["member"]
    row = Objection(
        about="points:1:2026Q3",
        unit_id=town.branch,
        member_id=town.people[whose],
        objector_id=member,
        how="wechat",
        entered_by=member,
        received_on=clock.today(),
        words="记录不对",
        answer_by=clock.today(),
        state="open",
    )
    db.session.add(row)
    leave(town)
    with pytest.raises(erasing.StillHere, match="请复核的组织先答复，或由提出人撤回"):
        erasing.erase(member, minute="纪要9号", by=town.actor("leader"))


def test_by_the_interface(town, app):
    leader, secretary = (doors.caller(app, town, who) for who in ("leader", "secretary"))
    path = f"/members/{town.people['member']}/erase"
    body = {"minute": "纪要9号"}
    early = leader.post(path, body)
    assert (early.status_code, early.get_json()["code"]) == (409, "still_here")
    with transaction():
        leave(town)
    assert secretary.post(path, body).status_code == 403
    assert leader.post(path, {}).status_code == 422
    assert leader.post(path, body).status_code == 204
    assert leader.post(path, body).status_code == 404
    proof = leader.get("/ledger/verify").get_json()
    assert (proof["holds"], proof["faults"]) == (True, [])
    assert db.session.scalar(sa.text("SELECT outcome FROM decision WHERE subject = 'erasure'")) == "approved"


def test_once_and_with_a_minute(town):
    leave(town)
    leader = town.actor("leader")
    with pytest.raises(Invalid):
        erasing.erase(town.people["member"], minute=" ", by=leader)
    erasing.erase(town.people["member"], minute="纪要9号", by=leader)
    with pytest.raises(NotFound):
        erasing.erase(town.people["member"], minute="纪要9号", by=leader)


def test_by_command(town, app):
    leave(town)
    numbers = dict(db.session.execute(sa.text("SELECT id, number FROM member")).all())
    words = ["privacy", "erase", numbers[town.people["member"]], "--minute", "纪要9号", "--yes"]
    done = app.test_cli_runner().invoke(args=[*words, "--as", numbers[town.people["leader"]]])
    assert (done.exit_code, done.output[:3]) == (0, "已删除")
    table = app.test_cli_runner().invoke(args=["privacy", "retention"])
    assert "audit_entry" in table.output
    assert "13个月" in table.output


def test_nothing_is_written_about_him_in_the_logs(town, capfd):
    leave(town)
    erasing.erase(town.people["member"], minute="纪要9号", by=town.actor("leader"))
    for _ in purge.run({}, short=False):
        pass
    out = capfd.readouterr()
    assert "陈国强" not in out.out + out.err
