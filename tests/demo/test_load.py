"""Loading the demo city into a real database."""

from __future__ import annotations

import dataclasses
import json
import re
from decimal import Decimal

import pytest
import sqlalchemy as sa

from jifen.access import service as access
from jifen.access.queries import actor_of, actor_of_token, bound
from jifen.core import house
from jifen.core.actor import Door, system
from jifen.core.clock import today
from jifen.decisions import todo
from jifen.demo import errors, queries, service, showcase
from jifen.members import service as members
from jifen.org import service as org
from jifen.points import deciding, verify
from jifen.points import service as points
from jifen.points.models import Report
from tests.city import bind
from tests.console.walker import Walker

LOADER = system("demo", Door.CLI)


def count(db, table: str) -> int:
    return db.session.scalar(sa.text(f"SELECT count(*) FROM {table}"))


def test_a_city_comes_in_whole(city):
    assert count(city, "member") == 600
    kinds = dict(city.session.execute(sa.text("SELECT kind, count(*) FROM unit GROUP BY kind")).all())
    assert (kinds["work_committee"], kinds["department"], kinds["committee"]) == (1, 78, 56)
    assert count(city, "binding") > 200
    assert count(city, "bind_code") > 5


def test_a_second_load_does_nothing(city):
    before = {
        table: count(city, table) for table in ("unit", "member", "post", "audit_entry", "import_batch")
    }
    assert service.load(members=500, by=LOADER) == service.Loaded(600, fresh=False)
    assert {table: count(city, table) for table in before} == before


def test_progress_reaches_the_end(db):
    told = []
    service.load(members=500, by=LOADER, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (500, 500)


def test_new_people_get_new_numbers(city):
    branch = city.session.scalar(sa.text("SELECT id FROM unit WHERE kind = 'branch' LIMIT 1"))
    fresh = members.take_in("新来的", branch_id=branch, since=today(), by=LOADER)
    assert fresh.id > 600
    assert fresh.number == members.numbers.issue(601)


@pytest.mark.parametrize("many", [pytest.param(499, id="too few"), pytest.param(300_001, id="too many")])
def test_impossible_sizes_are_refused(db, many: int):
    with pytest.raises(errors.BadSize):
        service.load(members=many, by=LOADER)


def test_never_into_other_peoples_data(db):
    org.found(name="某市直机关工委", code="W", since=today(), by=LOADER)
    with pytest.raises(errors.NotEmpty):
        service.load(members=500, by=LOADER)
    assert count(db, "member") == 0


def test_never_in_production(app, db, settings):
    house.settle(app, dataclasses.replace(settings, env="production"))
    try:
        with pytest.raises(errors.NotInProduction):
            service.load(members=500, by=LOADER)
        with pytest.raises(errors.NotInProduction):
            queries.accounts()
    finally:
        house.settle(app, settings)
    assert count(db, "unit") == 0


def test_a_load_that_breaks_leaves_nothing(db, monkeypatch):
    class PulledOut(Exception):
        pass

    def pull_out(_done: int, _total: int) -> None:
        raise PulledOut

    with pytest.raises(PulledOut):
        service.load(members=500, by=LOADER, progress=pull_out)
    assert [count(db, table) for table in ("unit", "member", "binding", "import_batch")] == [0, 0, 0, 0]


def test_accounts_begin_with_the_tour_and_hold_every_role(city):
    people = queries.accounts()
    assert [one.name for one in people[: len(showcase.CAST)]] == [part.name for part in showcase.CAST]
    assert people[0].role == "branch_secretary"
    assert people[0].branch == "市林业局机关第一党支部"
    assert {"wc_leader", "wc_office", "it", "security", "auditor", "party_office", "discipline"} <= {
        one.role for one in people
    }
    assert len(people) == len({one.openid for one in people}) <= 200


def test_an_account_opens_every_door(city):
    secretary = queries.accounts()[0]
    by_token = actor_of_token(secretary.api_token)
    by_openid = bound(access.openid_digest(secretary.openid))
    assert by_openid is not None
    assert by_openid.agreed
    assert by_token.member_id == by_openid.who.member_id == 1
    assert by_token.scopes


def test_a_demo_account_opens_the_desk(demo_app, city):
    secretary = queries.accounts()[0]
    shown = demo_app.test_cli_runner().invoke(args=["demo", "code", secretary.number]).output
    code = re.search(r"验证码：(\d{6})", shown)[1]
    walker = Walker(demo_app).open("/console/").fill("编号", secretary.number)
    walker.fill("密码", secretary.password).fill("验证码", code).press("登录")
    assert "待办" in walker.text
    assert demo_app.test_cli_runner().invoke(args=["demo", "code", "x"]).exit_code == 1


def test_the_slip_of_the_tour_binds(city):
    guest = next(one for one in queries.accounts() if one.name == showcase.WITH_SLIP.name)
    assert guest.bind_code
    assert bind(guest.openid, guest.bind_code, guest.name).number == guest.number


def test_the_proof_of_the_ledger_finds_nothing(city):
    assert count(city, "ledger_entry") > 5000
    assert count(city, "standing") > 300
    assert list(verify.faults()) == []


def test_the_secretary_of_the_tour_confirms_what_waits(city):
    waiting = city.session.scalars(
        sa.select(Report.id).where(Report.state == "pending", Report.member_id == seat_id(showcase.PENDING))
    ).all()
    secretary = actor_of(seat_id(showcase.SECRETARY), Door.WECHAT)
    decided = deciding.approve_many(waiting, by=secretary)
    assert [one.state for one in decided] == ["approved", "approved"]
    assert list(verify.faults()) == []


def test_the_returned_report_of_the_tour_can_be_corrected(city):
    returned = city.session.scalar(
        sa.select(Report)
        .where(Report.state == "returned", Report.member_id == seat_id(showcase.RETURNED))
        .order_by(Report.occurred_on.desc())
        .limit(1)
    )
    himself = actor_of(seat_id(showcase.RETURNED), Door.WECHAT)
    filing = points.Filing(item=returned.item_code, occurred_on=returned.occurred_on, quantity=Decimal(1))
    again = points.resubmit(returned.id, filing, by=himself)
    assert (again.state, again.version, again.previous_id) == ("pending", 2, returned.id)
    assert again.number > returned.number


def seat_id(part: showcase.Part) -> int:
    return showcase.seat(part) + 1


def test_the_commands(demo_app, city):
    runner = demo_app.test_cli_runner()
    again = runner.invoke(args=["demo", "load"])
    assert again.exit_code == 0
    assert "早已载入（600人）" in again.output
    listed = runner.invoke(args=["demo", "accounts", "--format", "json"])
    rows = json.loads(listed.stdout)
    assert {"number", "name", "role", "branch", "openid", "password", "totp_seed", "api_token"} <= set(
        rows[0]
    )
    assert all(re.fullmatch(r"o[\w-]{27}", row["openid"]) for row in rows)
    for row in rows:
        given = {row["password"] is not None, row["totp_seed"] is not None}
        assert given == {row["role"] != "member"}
    assert runner.invoke(args=["demo", "accounts"]).exit_code == 0


def test_accounts_without_a_demo_say_how_to_get_one(app, db):
    found = app.test_cli_runner().invoke(args=["demo", "accounts", "--format", "json"])
    assert found.exit_code == 1
    assert "flask demo load" in found.output


def person(city, name: str) -> int:
    return city.session.scalar(sa.text("SELECT min(id) FROM member WHERE name = :n"), {"n": name})


def test_the_showcase_is_in_the_middle_of_its_month(city):
    by = {part.name: actor_of(person(city, part.name), Door.CONSOLE) for part in showcase.CAST[:9]}

    def waits(name: str) -> set[str]:
        return {one.subject for one in todo.waiting(by=by[name])}

    assert {"gathering", "leave", "manual", "publication", "report"} <= waits(showcase.SECRETARY.name)
    assert count(city, "objection") == 1
    assert count(city, "burden_opinion") == 1
    assert list(verify.faults()) == []
