"""Certificates: from the request to the register, what strangers see, and everything that comes between."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import sqlalchemy as sa
import time_machine

from jifen.core import clock
from jifen.core.db import db as database
from jifen.core.errors import Forbidden, Invalid, NotFound
from jifen.core.states import NotNow
from jifen.decisions.errors import Answered, NotByYou
from jifen.members import service as members
from jifen.members.models import Export, Member
from jifen.notices.models import Notice
from jifen.volunteering import service as hours
from jifen.volunteering.certificates import entitled, errors, paper, queries, rules, service
from jifen.volunteering.certificates.models import Certificate, CertificateLine
from jifen.volunteering.models import ServiceRecord
from jifen.volunteering.service import Stretch, write
from jifen.volunteering.states import Source
from tests import city
from tests.api.doors import statements
from tests.volunteering.certificate_town import MOVES, WAY, certified, entitle, served_two_hours
from tests.volunteering.hours_town import at, credit, served


@pytest.fixture
def town(db) -> city.City:
    return city.build()


@pytest.fixture
def ready(town) -> city.City:
    entitle(town)
    served_two_hours(town)
    return town


def test_from_the_request_to_the_register(ready):
    row = service.request(by=ready.actor("member"))
    assert (row.state, row.number) == ("requested", None)
    for move, clerk in WAY:
        MOVES[move](row.id, by=ready.actor(clerk))
        found = queries.public(row.number)
        assert found.standing == ("registered" if move == "register" else "unsigned")
        assert bool(found.masked_name) == (move == "register"), "nothing of a person before it is valid"
    assert (found.masked_name, found.minutes_verified, found.minutes_attested) == ("陈**", 120, 0)
    assert (found.unit_name, found.register) == ("机关第一党支部", f"{clock.today().year}-0001")
    assert (
        service.digest_of(row, entitled.covered(row.member_id, row.unit_id, sources=("activity",)))
        == row.digest
    )


def test_what_was_printed_never_changes(ready, db):
    row = certified(ready)
    for column, value in (("minutes_verified", 9), ("name", "别人"), ("contact", "x"), ("register_no", 7)):
        with pytest.raises(sa.exc.ProgrammingError), db.session.begin_nested():
            db.session.execute(sa.update(Certificate).where(Certificate.id == row.id).values({column: value}))
    with pytest.raises(sa.exc.ProgrammingError), db.session.begin_nested():
        db.session.execute(sa.update(CertificateLine).values(title="别的"))
    with pytest.raises(sa.exc.ProgrammingError), db.session.begin_nested():
        db.session.execute(sa.delete(Certificate))


@pytest.mark.parametrize(
    ("move", "who", "refusal"),
    [
        ("print", "member", NotFound),
        ("print", "stranger", NotFound),
        ("print", "other_secretary", NotFound),
        ("sign", "deputy", NotByYou),  # who printed it does not sign it
        ("sign", "other_secretary", NotFound),
        ("seal", "other_secretary", NotFound),
        ("register", "member", NotFound),
    ],
)
def test_who_may_not(ready, move, who, refusal):
    before = {"print": None, "sign": "print", "seal": "sign", "register": "seal"}[move]
    row = certified(ready, to=before) if before else service.request(by=ready.actor("member"))
    with pytest.raises(refusal):
        MOVES[move](row.id, by=ready.actor(who))


def test_nobody_issues_his_own(town):
    entitle(town)
    served_two_hours(town, "deputy")
    served_two_hours(town, "secretary", activity=8)
    row = service.request(by=town.actor("deputy"))
    with pytest.raises(errors.OwnCertificate):
        service.print_(row.id, by=town.actor("deputy"))
    with pytest.raises(errors.OwnCertificate):
        service.issue(town.people["secretary"], town.branch, by=town.actor("secretary"))
    service.print_(row.id, by=town.actor("secretary"))
    with pytest.raises((NotByYou, NotFound)):
        service.sign(row.id, by=town.actor("deputy"))


def test_only_entitled_organisations_issue(town):
    served_two_hours(town)
    with pytest.raises(errors.NobodyCertifies):
        service.request(by=town.actor("member"))
    with pytest.raises(Forbidden):
        entitled.mark(town.branch, contact="1", by=town.actor("organ"))
    with pytest.raises(errors.NotEntitled):
        service.issue(town.people["member"], town.branch, by=town.actor("secretary"))
    right = entitle(town, since=clock.today() + dt.timedelta(days=1))
    with pytest.raises(errors.NobodyCertifies):
        service.request(by=town.actor("member"))
    with pytest.raises(errors.EntitledAlready):
        entitle(town, since=clock.today() + dt.timedelta(days=9))
    entitled.end(right.id, by=town.actor("leader"))
    with pytest.raises(NotFound):
        entitled.end(right.id, by=town.actor("leader"))


@pytest.mark.parametrize("move", ["sign", "seal", "register"])
def test_the_right_may_end_between_print_and_register(town, move):
    right = entitle(town)
    served_two_hours(town)
    row = certified(town, to={"sign": "print", "seal": "sign", "register": "seal"}[move])
    entitled.end(right.id, by=town.actor("leader"))
    with pytest.raises(errors.NotEntitled):
        MOVES[move](row.id, by=town.actor(dict(WAY)[move]))
    assert queries.public(row.number).standing == "unsigned"
    service.withdraw(row.id, reason="资格终止", by=town.actor("deputy"))
    assert queries.public(row.number).standing == "withdrawn"


def test_what_was_registered_stays_valid_when_the_right_ends(ready):
    row = certified(ready)
    [right] = entitled.listed()
    entitled.end(right.id, by=ready.actor("leader"))
    assert queries.public(row.number).is_valid


@pytest.mark.parametrize("move", ["sign", "seal", "register"])
def test_hours_reversed_after_printing_stop_it(ready, move):
    row = certified(ready, to={"sign": "print", "seal": "sign", "register": "seal"}[move])
    hours.reverse(sa_ids(ready), by=ready.actor("secretary"))
    with pytest.raises(errors.HoursChanged):
        MOVES[move](row.id, by=ready.actor(dict(WAY)[move]))


def sa_ids(town) -> list[int]:
    stmt = sa.select(ServiceRecord.id).where(ServiceRecord.member_id == town.people["member"])
    return list(database.session.scalars(stmt))


def test_hours_reversed_after_the_register_are_said(town):
    entitle(town)
    served_two_hours(town)
    served_two_hours(town, activity=8, hour=14)
    row = certified(town)
    hours.reverse(sa_ids(town)[:1], by=town.actor("secretary"))
    found = queries.public(row.number)
    assert (found.is_valid, found.minutes, found.changed) == (True, 240, 120)
    assert queries.waiting(town.actor("secretary"))[0] == 1, "somebody is to put it right"
    service.withdraw(row.id, reason="时长更正", by=town.actor("deputy"))
    assert queries.waiting(town.actor("secretary"))[0] == 0
    again = certified(town)
    assert queries.public(again.number).minutes == 120


def test_withdrawn_ones_stay_visible_as_such(ready, db):
    row = certified(ready)
    with pytest.raises(errors.ReasonMissing):
        service.withdraw(row.id, reason=" ", by=ready.actor("deputy"))
    service.withdraw(row.id, reason="写错了单位", by=ready.actor("deputy"))
    found = queries.public(row.number)
    assert (found.standing, found.masked_name, found.withdrawn_on) == ("withdrawn", "陈**", clock.today())
    for move, clerk in WAY:
        with pytest.raises((NotNow, Answered)):
            MOVES[move](row.id, by=ready.actor(clerk))
    kinds = db.session.scalars(sa.select(Notice.kind).where(Notice.kind.startswith("certificate"))).all()
    assert sorted(kinds) == ["certificate_registered", "certificate_withdrawn"]
    with pytest.raises(NotNow):
        paper.printed(row.id, by=ready.actor("deputy"))


def test_one_is_under_way_at_a_time_and_may_be_taken_back(ready):
    row = service.request(by=ready.actor("member"))
    with pytest.raises(errors.AlreadyUnderway):
        service.request(by=ready.actor("member"))
    with pytest.raises(NotFound):
        service.cancel(row.id, by=ready.actor("colleague"))
    assert service.cancel(row.id, by=ready.actor("member")).state == "cancelled"
    again = service.request(by=ready.actor("member"))
    assert service.decline(again.id, reason="请先补录", by=ready.actor("secretary")).state == "declined"
    printed = service.issue(ready.people["member"], ready.branch, by=ready.actor("secretary"))
    with pytest.raises(NotNow):
        service.cancel(printed.id, by=ready.actor("member"))
    with pytest.raises(errors.AlreadyUnderway):
        service.issue(ready.people["member"], ready.branch, by=ready.actor("secretary"))


def test_no_minutes_no_certificate(ready):
    with pytest.raises(errors.NobodyCertifies):
        service.request(by=ready.actor("colleague"))
    with pytest.raises(errors.NothingToCertify):
        service.issue(ready.people["colleague"], ready.branch, by=ready.actor("secretary"))
    last_year = clock.today().year - 1
    with pytest.raises(errors.NothingToCertify):
        service.request(unit_id=ready.branch, year=last_year, by=ready.actor("member"))
    # A day that waits for a higher organisation, and what another record shares, are not certified.
    credit(ready, served(ready, "colleague", at(6), at(16), activity=9))
    with pytest.raises(errors.NobodyCertifies):
        service.request(by=ready.actor("colleague"))
    # Between the request and the print, everything is taken back.
    row = service.request(by=ready.actor("member"))
    hours.reverse(sa_ids(ready), by=ready.actor("secretary"))
    with pytest.raises(errors.NothingToCertify):
        service.print_(row.id, by=ready.actor("deputy"))


def test_the_nearest_entitled_organisation_certifies_wherever_he_belongs_today(town):
    entitle(town, town.department)
    served_two_hours(town)
    members.transfer(
        town.people["member"],
        town.other_branch,
        on=clock.today(),
        letter="林转〔2026〕1号",
        by=town.actor("office"),
    )
    entitle(town, town.other_branch)
    [issuer] = queries.issuers(by=town.actor("member"))
    assert (issuer.unit_id, issuer.minutes) == (town.department, 120)
    row = service.request(by=town.actor("member"))
    with pytest.raises((NotFound, Forbidden)):
        service.print_(row.id, by=town.actor("secretary"))
    service.print_(row.id, by=town.actor("office"))
    service.sign(row.id, by=town.actor("organ"))
    assert queries.public(row.number).standing == "unsigned"


def test_imports_are_certified_where_they_were_recorded(ready):
    span = (at(14), at(15))
    write(
        [
            Stretch(
                member_id=ready.people["member"],
                unit_id=ready.branch,
                served=span,
                window=span,
                source=source,
                source_id=1,
            )
            for source in (Source.IMPORT,)
        ],
        by=ready.actor("secretary"),
    )
    row = certified(ready, to="print")
    assert row.minutes == 120


def test_two_clerks_at_once(fresh_app):
    """Of two who register at the same moment one does, the other is told; the register has no gap."""
    with fresh_app.app_context():
        town = city.build()
        entitle(town)
        served_two_hours(town)
        number, by = certified(town, to="seal").id, town.actor("deputy")
    seen: list[str] = []
    gate = threading.Barrier(2)

    def press() -> None:
        with fresh_app.app_context():
            gate.wait()
            try:
                seen.append(str(service.register(number, by=by).register_no))
            except NotNow as refusal:
                seen.append(refusal.code)

    threads = [threading.Thread(target=press) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(seen) == ["1", "not_now"]


def test_registers_count_by_organisation_and_year(town):
    entitle(town)
    served_two_hours(town)
    served_two_hours(town, "colleague", activity=8)
    first, second = certified(town), certified(town, "colleague")
    assert (first.register_no, second.register_no) == (1, 2)
    with time_machine.travel(clock.at(dt.date(clock.today().year + 1, 3, 1), 10)):
        assert certified(town).register_no == 1


@pytest.mark.parametrize(
    "typed",
    ["", "1", "4821773005512348", "0" * 16, "9" * 40, "abc", "’; DROP", "１２３４", "4821 7730 0551 234x"],
)
def test_a_guessed_number_gets_one_answer(ready, typed):
    with pytest.raises(errors.UnknownNumber) as caught:
        queries.public(typed)
    assert "16位" in caught.value.message


def test_numbers_bear_slips_of_the_pen_and_any_grouping():
    number = rules.numbered(482177300551234)
    assert len(number) == 16
    assert rules.read_number(rules.spoken(number)) == number
    assert rules.read_number("".join(chr(ord(c) + 0xFEE0) for c in number)) == number
    for at_, digit in enumerate(number):
        for other in set("0123456789") - {digit}:
            assert rules.read_number(number[:at_] + other + number[at_ + 1 :]) is None


def test_numbers_are_not_to_be_guessed(town):
    entitle(town)
    numbers = set()
    for activity in range(6):
        served_two_hours(town, activity=activity, hour=2 + 3 * activity)
        row = certified(town)
        numbers.add(row.number)
    assert len({n[:8] for n in numbers}) == 6


def test_rare_names_and_long_organisations_are_printed(ready, db):
    entitled.end(entitled.listed()[0].id, by=ready.actor("leader"))
    with time_machine.travel(clock.at(clock.today() + dt.timedelta(days=1), 10)):
        entitle(ready, full_name="中共岚江市委直属机关工作委员会" * 8)
        db.session.execute(
            sa.update(Member).where(Member.id == ready.people["member"]).values(name="㼆𬭎\ue000")
        )
        row = certified(ready, to="print")
        content = paper.printed(row.id, by=ready.actor("deputy"))
    assert content.startswith(b"%PDF-")
    assert len(row.unit_name) == 120


def test_the_paper_is_the_same_whenever_it_is_printed_and_its_leaving_is_noted(ready, db):
    row = certified(ready, to="print")
    first = paper.printed(row.id, by=ready.actor("deputy"))
    with time_machine.travel(clock.now() + dt.timedelta(days=2)):
        assert paper.printed(row.id, by=ready.actor("secretary")) == first
    assert db.session.scalars(sa.select(Export.what)).all() == ["志愿服务记录证明"] * 2
    own = town_own(ready)
    with pytest.raises(errors.OwnCertificate):
        paper.printed(own.id, by=ready.actor("deputy"))


def town_own(town) -> Certificate:
    served_two_hours(town, "deputy", activity=11)
    row = service.request(by=town.actor("deputy"))
    return service.print_(row.id, by=town.actor("secretary"))


def test_a_year_that_is_none_is_refused(ready):
    with pytest.raises((Invalid, NotFound)):
        service.request(year=1, by=ready.actor("member"))


def test_many_records_cost_no_more_statements_than_few(town):
    """Frozen and drawn by as many statements, whatever the number of records."""
    entitle(town)
    counts = []
    for activities in (range(1), range(1, 7)):
        for activity in activities:
            served_two_hours(town, activity=activity, hour=1 + 3 * activity)
        row = service.request(by=town.actor("member"))
        by = town.actor("deputy")
        with statements() as seen:
            service.print_(row.id, by=by)
            paper.printed(row.id, by=by)
        counts.append(len(seen))
        service.withdraw(row.id, reason="再印一份", by=by)
    assert counts[1] <= counts[0]
