"""Signing in at the desk: printed code, password, second factor, locks, sessions; and who may hand out codes."""

from __future__ import annotations

import datetime as dt
import re

import argon2
import pyotp
import pytest
import sqlalchemy as sa
import time_machine

from jifen.access import factors, passwords, service_accounts
from jifen.access import rules_accounts as bounds
from jifen.access.models_accounts import Account, ConsoleSession, KnownMachine
from jifen.audit.models import AuditEntry
from jifen.core import clock
from jifen.core.actor import Role
from jifen.core.errors import Forbidden
from jifen.members import service as members
from jifen.members.models import Member
from jifen.notices.models import Notice
from jifen.web import limits
from tests import city
from tests.console.walker import Walker

PASSWORD = "梅花香自苦寒来2026"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Cheap hashing: what is tested is what happens around it."""
    monkeypatch.setattr(
        passwords, "HASHER", argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    )
    passwords._nobodys.cache_clear()


@pytest.fixture
def number(db, town):
    """``number("secretary")``."""
    return lambda who: db.session.get(Member, town.people[who]).number


@pytest.fixture
def start(app, town, number):
    """Go through the first sign-in up to the choosing of a factor."""

    def chosen(who: str) -> Walker:
        code = service_accounts.issue_start(town.people[who], by=city.BY)
        walker = Walker(app).open("/console/sign-in").follow("第一次登录")
        walker.fill("编号", number(who)).fill("登录码", f"{code[:4].lower()} {code[4:]}")
        walker.fill("新密码", PASSWORD).fill("再输一次新密码", PASSWORD).press("下一步")
        assert "登录验证方式" in walker.text
        return walker

    return chosen


def with_card(walker: Walker) -> list[str]:
    walker.press("打印密码卡")
    codes = [li.text for li in walker.root.all("ol")[0].all("li")]
    assert len(set(codes)) == bounds.CARD
    return codes


def with_phone(walker: Walker) -> str:
    seed = next(s.text for s in walker.root.all("span") if s["class"] == "code")
    walker.fill("手机验证码", pyotp.TOTP(seed).at(clock.now())).press("用这部手机")
    return seed


def sign_in(walker: Walker, number: str, password: str, code: str) -> Walker:
    walker.open("/console/sign-in").fill("编号", number).fill("密码", password).fill("验证码", code)
    return walker.press("登录")


def fresh(app) -> Walker:
    return Walker(app)


def test_a_secretary_begins_with_a_slip_and_a_card_and_comes_back(app, start, number):
    walker = start("secretary")
    assert walker.open("/console/").address.split("?")[0] == "/console/factor"
    codes = with_card(walker)
    assert "待办" in walker.open("/console/").text

    again = sign_in(fresh(app), number("secretary"), PASSWORD, codes[3])
    assert "待办" in again.text
    refused = sign_in(fresh(app), number("secretary"), PASSWORD, codes[3])
    assert refused.status == 403
    assert refused.value("编号") == number("secretary")
    assert refused.value("密码") == ""
    assert "密码卡，还剩23个码" in again.follow("周正").text


def test_a_work_committee_leader_must_use_a_phone(app, start, number):
    walker = start("leader")
    assert "密码卡" not in walker.text
    moment = clock.now()
    with time_machine.travel(moment, tick=False):
        seed = with_phone(walker)
        assert "登录验证已设置好" in walker.text
        used = pyotp.TOTP(seed).at(moment)
        assert sign_in(fresh(app), number("leader"), PASSWORD, used).status == 403
    with time_machine.travel(moment + dt.timedelta(seconds=60), tick=False):
        good = pyotp.TOTP(seed).at(clock.now())
        assert sign_in(fresh(app), number("leader"), PASSWORD, good).status == 200
        assert sign_in(fresh(app), number("leader"), PASSWORD, good).status == 403


def test_whoever_rises_to_such_a_post_needs_a_phone_from_then_on(app, start, town):
    walker = start("secretary")
    with_card(walker)
    assert walker.open("/console/").address == "/console/"
    members.appoint(town.people["secretary"], town.committee, Role.WC_OFFICE, since=clock.today(), by=city.BY)
    assert walker.open("/console/").address.split("?")[0] == "/console/factor"


def test_ending_the_post_ends_access_with_the_next_request(db, at_desk, town):
    walker = at_desk("secretary")
    assert walker.open("/console/").status == 200
    post = db.session.scalar(
        sa.text("SELECT id FROM post WHERE member_id = :m"), {"m": town.people["secretary"]}
    )
    members.end_post(post, on=clock.today(), by=city.BY)
    assert walker.open("/console/").address.startswith("/console/sign-in")


def test_every_failure_gets_the_same_answer(app, start, number):
    codes = with_card(start("secretary"))
    wrong = [
        (number("secretary"), "不是这个密码吧", codes[0]),
        (number("secretary"), PASSWORD, "AAAAAAAA"),
        ("99999999", PASSWORD, codes[0]),
        (number("member"), PASSWORD, codes[0]),
    ]
    alerts = {
        next(n.text for n in sign_in(fresh(app), *w).root.all("div") if n["role"] == "alert") for w in wrong
    }
    assert len(alerts) == 1


def test_an_unknown_number_costs_as_much(app, db, monkeypatch):
    compared = []
    real = passwords.HASHER.verify

    class Counting:
        verify = staticmethod(lambda kept, given: compared.append(1) or real(kept, given))
        hash = staticmethod(passwords.HASHER.hash)

    monkeypatch.setattr(passwords, "HASHER", Counting)
    sign_in(fresh(app), "00000000", PASSWORD, "")
    assert compared == [1]


def test_five_failures_lock_and_a_known_browser_still_gets_in(app, db, start, number, town):
    codes = with_card(start("secretary"))
    mine = sign_in(fresh(app), number("secretary"), PASSWORD, codes[0])
    for _ in range(bounds.MOST_FAILURES):
        sign_in(fresh(app), number("secretary"), "不是这个密码吧", codes[1])
    assert sign_in(fresh(app), number("secretary"), PASSWORD, codes[1]).status == 403
    assert sign_in(mine, number("secretary"), PASSWORD, codes[2]).status == 200
    with time_machine.travel(clock.now() + bounds.FIRST_LOCK + dt.timedelta(seconds=1), tick=False):
        assert sign_in(fresh(app), number("secretary"), PASSWORD, codes[4]).status == 200
    assert db.session.get(Account, town.people["secretary"]).failures == 0


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [(0, None), (4, None), (5, 15), (6, 30), (7, 60), (8, 120), (9, 240), (10, 240), (10_000, 240)],
)
def test_how_long_a_lock_lasts(failures, minutes):
    expected = None if minutes is None else dt.timedelta(minutes=minutes)
    assert bounds.locked_for(failures) == expected


def test_a_new_slip_opens_a_locked_account_and_ends_everything_older(app, db, start, number, town):
    walker = start("secretary")
    codes = with_card(walker)
    for _ in range(bounds.MOST_FAILURES):
        sign_in(fresh(app), number("secretary"), "不是这个密码吧", codes[1])
    again = start("secretary")
    assert walker.open("/console/").address.startswith("/console/sign-in")
    fresh_codes = with_card(again)
    assert sign_in(fresh(app), number("secretary"), PASSWORD, codes[2]).status == 403
    assert sign_in(fresh(app), number("secretary"), PASSWORD, fresh_codes[2]).status == 200
    told = db.session.scalars(sa.select(Notice.data).where(Notice.kind == "account_changed")).all()
    assert [one["what"] for one in told] == ["code", "start", "card"] * 2


def try_slip(app, number: str, code: str, password: str = PASSWORD) -> Walker:
    walker = Walker(app).open("/console/start").fill("编号", number).fill("登录码", code)
    return walker.fill("新密码", password).fill("再输一次新密码", password).press("下一步")


def test_a_slip_is_good_once_for_one_person_for_a_fortnight(app, town, number):
    code = service_accounts.issue_start(town.people["secretary"], by=city.BY)
    assert try_slip(app, number("deputy"), code).status == 403
    with time_machine.travel(clock.now() + dt.timedelta(days=14, seconds=1), tick=False):
        assert try_slip(app, number("secretary"), code).status == 403
    assert try_slip(app, number("secretary"), code).status == 200
    assert try_slip(app, number("secretary"), code).status == 403
    assert "登录码不对" in try_slip(app, number("secretary"), code).text


def test_five_wrong_codes_kill_a_slip(app, town, number):
    code = service_accounts.issue_start(town.people["secretary"], by=city.BY)
    for _ in range(5):
        assert try_slip(app, number("secretary"), "AAAA AAAA").status == 403
    assert try_slip(app, number("secretary"), code).status == 403


@pytest.mark.parametrize(
    "weak",
    [
        pytest.param("短短的密码", id="short"),
        pytest.param("1234567890", id="common"),
        pytest.param("Password123", id="common in other letters"),
        pytest.param("aaaaaaaaaaaa", id="one letter"),
        pytest.param("ab{number}", id="the number"),
        pytest.param("长" * 129, id="endless"),
    ],
)
def test_a_weak_password_is_refused_and_the_slip_lives(app, town, number, weak):
    code = service_accounts.issue_start(town.people["secretary"], by=city.BY)
    assert try_slip(app, number("secretary"), code, weak.format(number=number("secretary"))).status == 422
    assert try_slip(app, number("secretary"), code).status == 200


@pytest.mark.parametrize(
    ("by", "whose", "may"),
    [
        ("office", "secretary", True),
        ("organ", "secretary", True),
        ("wc_office", "secretary", True),
        ("secretary", "deputy", False),
        ("deputy", "secretary", False),
        ("secretary", "secretary", False),
        ("office", "organ", False),
        ("wc_office", "organ", True),
        ("wc_office", "office", True),
        ("wc_office", "leader", False),
        ("wc_office", "wc_office", False),
        ("leader", "wc_office", True),
        ("leader", "leader", False),
        ("it", "leader", False),
        ("it", "secretary", False),
        ("leader", "it", True),
    ],
)
def test_who_hands_the_printed_code_to_whom(town, by, whose, may):
    def issue():
        return service_accounts.issue_start(town.people[whose], by=town.actor(by))

    if may:
        assert re.fullmatch("[0-9A-Z]{8}", issue())
    else:
        with pytest.raises(Forbidden):
            issue()


def test_one_sees_and_ends_ones_own_sessions_only(app, db, at_desk, town):
    here, there, other = at_desk("secretary"), at_desk("secretary"), at_desk("deputy")
    assert there.open("/console/").status == 200
    here.open("/console/account")
    theirs = db.session.scalar(
        sa.select(ConsoleSession.id).where(ConsoleSession.member_id == town.people["deputy"])
    )
    data = here.data_of(here.root.all("form")[0])
    assert here.client.post(f"/console/account/sessions/{theirs}/end", data=data).status_code == 404
    here.press("退出这一处")
    assert "已退出那一处登录" in here.text
    assert there.open("/console/").address.startswith("/console/sign-in")
    assert other.open("/console/").status == 200
    here.press("退出登录")
    assert here.open("/console/").address.startswith("/console/sign-in")


def test_a_changed_password_ends_other_sessions_and_is_told(app, db, start, number, town, at_desk):
    walker = start("secretary")
    codes = with_card(walker)
    other = at_desk("secretary")
    walker.open("/console/account").fill("现用密码", "不对的密码呀呀").fill("新密码", "一二三四五六七八九十")
    walker.fill("再输一次新密码", "一二三四五六七八九十").press("更改密码")
    assert "现用密码不对" in walker.text
    walker.fill("现用密码", PASSWORD).fill("新密码", "一二三四五六七八九十")
    walker.fill("再输一次新密码", "一二三四五六七八九十").press("更改密码")
    assert "密码已更改" in walker.text
    assert other.open("/console/").address.startswith("/console/sign-in")
    assert sign_in(fresh(app), number("secretary"), "一二三四五六七八九十", codes[5]).status == 200


def test_a_session_ends_when_idle_and_in_any_case(at_desk):
    walker, begun = at_desk("secretary"), clock.now()
    with time_machine.travel(begun + bounds.IDLE - dt.timedelta(minutes=1), tick=False):
        assert walker.open("/console/").address == "/console/"
    with time_machine.travel(begun + bounds.IDLE * 2 - dt.timedelta(minutes=2), tick=False):
        assert walker.open("/console/").address == "/console/"
    with time_machine.travel(begun + bounds.IDLE * 4, tick=False):
        assert walker.open("/console/").address != "/console/"


def test_a_busy_session_ends_after_the_longest_time(at_desk):
    walker, at = at_desk("secretary"), clock.now()
    end = at + bounds.LONGEST
    while at < end:
        with time_machine.travel(at, tick=False):
            assert walker.open("/console/").address == "/console/"
        at += bounds.IDLE / 2
    with time_machine.travel(end + dt.timedelta(seconds=1), tick=False):
        assert walker.open("/console/").address != "/console/"


def test_signing_in_leads_on_inside_the_site_only(app, start, number):
    codes = with_card(start("secretary"))
    for target, reached in (("/console/account", "/console/account"), ("https://evil.example/", "/console/")):
        walker = Walker(app).open(f"/console/sign-in?next={target}")
        walker.fill("编号", number("secretary")).fill("密码", PASSWORD).fill("验证码", codes.pop())
        assert walker.press("登录").address == reached


def test_the_seed_of_one_fits_nobody_else(start, town):
    seed = factors.new_seed()
    theirs = factors.seal(seed, member_id=town.people["deputy"], purpose="totp_shown")
    walker = start("secretary")
    hidden = next(n for n in walker.root.all("input") if n["name"] == "seed")
    hidden.attributes["value"] = theirs
    walker.fill("手机验证码", pyotp.TOTP(seed).at(clock.now())).press("用这部手机")
    assert walker.status == 422


def test_nothing_is_kept_in_clear_and_nobody_reads_who_signs_in(app, db, start, number, town):
    codes = with_card(start("secretary"))
    walker = sign_in(fresh(app), number("secretary"), PASSWORD, codes[0])
    cookies = [walker.client.get_cookie(n, path="/console").value for n in ("jifen_session", "jifen_machine")]
    kept = " ".join(
        str(row)
        for table in (Account, ConsoleSession, KnownMachine)
        for row in db.session.execute(sa.select(*table.__table__.columns))
    )
    assert [one for one in [PASSWORD, *codes, *cookies] if one in kept] == []
    acts = set(db.session.scalars(sa.select(AuditEntry.action)))
    assert {act for act in acts if act.startswith(("account", "session"))} == {
        "account.issue_code",
        "account.start",
        "account.factor",
    }


def test_a_password_is_hashed_anew_when_the_parameters_change(app, db, start, number, town, monkeypatch):
    codes = with_card(start("secretary"))
    stronger = argon2.PasswordHasher(time_cost=2, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", stronger)
    sign_in(fresh(app), number("secretary"), PASSWORD, codes[0])
    assert "t=2" in db.session.get(Account, town.people["secretary"]).password


def test_guessing_from_one_address_ends_before_the_database_is_asked(app, number, monkeypatch):
    monkeypatch.setitem(app.extensions["jifen_doors"], "bad_sign_ins", limits.Window(2))
    answers = [sign_in(fresh(app), "00000000", PASSWORD, "").status for _ in range(3)]
    assert answers == [403, 403, 429]
