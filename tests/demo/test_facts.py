"""A year of the demo city: what the services would have left behind, in every state."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict

import pytest

from jifen.core import clock
from jifen.demo import habits, showcase
from jifen.points.states import ReportState
from jifen.rulebook.engine import occasion
from jifen.rulebook.engine.item import Feeder
from tests.demo.planned import default_book, demo_of, records, rows_of

TODAY = dt.date(2026, 11, 23)


@pytest.fixture(scope="module")
def rows():
    return rows_of(demo_of(1500, TODAY))


@pytest.fixture(scope="module")
def reports(rows):
    return {one["id"]: one for one in records(rows, "report")}


@pytest.fixture(scope="module")
def entries(rows):
    return {one["id"]: one for one in records(rows, "ledger_entry")}


def test_habits_are_about_items_of_the_default_rulebook():
    items = default_book().items
    for gathering in habits.GATHERINGS:
        assert Feeder.ROSTER in items[gathering.item].feeders
    for gathering in habits.IMPORTS:
        assert Feeder.IMPORT in items[gathering.item].feeders
    for claim in habits.CLAIMS:
        item = items[claim.item]
        assert Feeder.SELF_REPORT in item.feeders
        assert {name for name, _ in claim.levels} <= set(item.levels)
        assert bool(claim.levels) == bool(item.levels)
        assert bool(claim.evidence) == bool(item.evidence)
        for quantity in claim.quantities:
            assert item.quantity_min <= quantity
            assert item.quantity_max is None or quantity <= item.quantity_max
            assert quantity % item.quantity_step == 0
    for deduction in habits.DEDUCTIONS:
        assert {Feeder.MANUAL, Feeder.ABSENCE} & items[deduction.item].feeders


def test_reports_are_in_every_state(reports):
    assert {one["state"] for one in reports.values()} == {state.value for state in ReportState}


def test_running_numbers_have_no_gap(reports, rows):
    last = {one["branch_id"]: one["last"] for one in records(rows, "branch_counter")}
    by_branch = defaultdict(list)
    for one in reports.values():
        by_branch[one["branch_id"]].append(one)
    for branch, filed in by_branch.items():
        assert sorted(one["number"] for one in filed) == list(range(1, last[branch] + 1))
        in_time = [one["number"] for one in sorted(filed, key=lambda one: (one["submitted_at"], one["id"]))]
        assert in_time == sorted(in_time)


def test_nobody_decides_his_own_matter(rows, entries):
    found = records(rows, "decision")
    assert {one["outcome"] for one in found} == {"approved", "returned", "revoked"}
    assert all(one["concerns"] != one["decided_by"] for one in found)
    assert all(one["member_id"] != one["decided_by"] for one in entries.values())
    keys = [(one["subject_id"], one["step"], one["outcome"]) for one in found]
    assert len(keys) == len(set(keys))
    assert all(one["reason"] for one in found if one["outcome"] == "returned")


def test_what_waits_asks_somebody_and_nothing_else_does(reports):
    for one in reports.values():
        assert (one["step_unit_id"] is not None) == (one["state"] == ReportState.PENDING)
        assert one["submitted_at"] < clock.at(TODAY)
        assert one["occurred_on"] <= clock.civil_day(one["submitted_at"])
        if one["decided_at"]:
            assert one["submitted_at"] < one["decided_at"] < clock.at(TODAY)


def test_a_corrected_report_points_at_what_it_replaces(reports):
    followers = {one["previous_id"]: one for one in reports.values() if one["previous_id"]}
    assert followers
    superseded = {i for i, one in reports.items() if one["state"] == ReportState.SUPERSEDED}
    assert set(followers) == superseded
    for old, new in followers.items():
        assert new["version"] == reports[old]["version"] + 1
        assert new["member_id"] == reports[old]["member_id"]
        assert new["submitted_at"] > reports[old]["decided_at"]


def test_one_deed_counts_once(rows, reports, entries):
    claims = records(rows, "ledger_claim")
    annulled = {one["reverses_id"] for one in entries.values() if one["reverses_id"]}
    live = {i for i, one in entries.items() if not one["reverses_id"] and i not in annulled}
    assert annulled, "somebody took a confirmation back"
    assert {one["entry_id"] for one in claims} == live
    assert len({(one["member_id"], one["item_code"], one["occasion"]) for one in claims}) == len(claims)
    sources = [
        (one["source"], one["source_id"], one["item_code"], one["member_id"]) for one in entries.values()
    ]
    assert len(sources) == len(set(sources))
    waiting = [one for one in reports.values() if one["state"] in (ReportState.PENDING, ReportState.APPROVED)]
    assert len({(one["member_id"], one["item_code"], one["occasion"]) for one in waiting}) == len(waiting)
    pending = [one for one in reports.values() if one["state"] == ReportState.PENDING]
    held = {(one["member_id"], one["item_code"], one["occasion"]) for one in claims}
    assert not held & {(one["member_id"], one["item_code"], one["occasion"]) for one in pending}


def test_every_confirmed_report_has_its_entry(reports, entries):
    posted = {one["source_id"] for one in entries.values() if one["source"] == "report"}
    expected = {
        i for i, one in reports.items() if one["state"] in (ReportState.APPROVED, ReportState.REVOKED)
    }
    assert posted == expected
    for one in entries.values():
        if one["source"] == "reversal":
            pair = entries[one["reverses_id"]]
            assert reports[pair["source_id"]]["state"] == ReportState.REVOKED
            for same in (
                "member_id",
                "branch_id",
                "item_code",
                "quantity",
                "level",
                "occurred_on",
                "occasion",
            ):
                assert one[same] == pair[same]
            assert dt.timedelta(0) < one["recorded_at"] - pair["recorded_at"] < dt.timedelta(hours=24)


def test_attached_reports_stand_beside_an_entry(rows, reports, entries):
    beside = {one["source_id"]: one["entry_id"] for one in records(rows, "corroboration")}
    assert set(beside) == {i for i, one in reports.items() if one["state"] == ReportState.ATTACHED}
    for report_id, entry_id in beside.items():
        report, entry = reports[report_id], entries[entry_id]
        assert (report["member_id"], report["occasion"]) == (entry["member_id"], entry["occasion"])
        assert report["submitted_at"] > entry["recorded_at"]


def test_facts_fit_their_items_and_their_people(rows, entries):
    book, freed, spells = default_book(), defaultdict(list), defaultdict(list)
    for one in records(rows, "membership"):
        spells[one["member_id"]].append(one)
    for one in records(rows, "exemption"):
        if one["revoked_at"] is None:
            freed[one["member_id"]].append(one)
    for one in entries.values():
        item, day = book.items[one["item_code"]], one["occurred_on"]
        assert (one["level"] in item.levels) if item.levels else one["level"] is None
        assert one["occasion"] == occasion(item, on=day)
        where = [s for s in spells[one["member_id"]] if s["since"] <= day < (s["until"] or dt.date.max)]
        assert [s["branch_id"] for s in where] == [one["branch_id"]]
        assert where[0]["category"] in book.applies.in_force | book.applies.tracked
        assert not any(f["since"] <= day < f["until"] for f in freed[one["member_id"]])
        assert day <= clock.civil_day(one["recorded_at"]) < TODAY


def test_the_tour_finds_its_reports(rows, reports):
    ids = {part.name: showcase.seat(part) + 1 for part in showcase.CAST}
    states = defaultdict(Counter)
    for one in reports.values():
        states[one["member_id"]][one["state"]] += 1
    assert states[ids[showcase.RETURNED.name]][ReportState.RETURNED] == 1
    assert states[ids[showcase.PENDING.name]][ReportState.PENDING] == 2
    assert not states[ids[showcase.BY_ROSTER.name]], "he reports nothing himself"
    by_roster = [
        one for one in records(rows, "ledger_entry") if one["member_id"] == ids[showcase.BY_ROSTER.name]
    ]
    assert by_roster


def test_an_early_day_of_the_year_has_last_years_facts_too():
    today = dt.date(2028, 1, 15)
    demo = demo_of(500, today)
    found = records(rows_of(demo), "ledger_entry")
    assert [period.key for period in demo.periods()] == ["2027", "2028"]
    assert {one["occurred_on"].year for one in found} == {2027, 2028}
    assert max(one["recorded_at"] for one in found) < clock.at(today)
