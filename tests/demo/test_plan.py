"""The demo city as a plan: without a database, the same every time, and believable."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter, defaultdict

import pytest

from jifen.core.actor import SEPARATED, Role
from jifen.demo import keys, showcase
from jifen.demo.city import FEWEST, City, plan, sizes
from jifen.demo.departments import DEPARTMENTS
from jifen.demo.rows import COLUMNS
from jifen.members import numbers
from jifen.members.models import Category
from jifen.org.models import CHILDREN, UnitKind
from jifen.tables import metadata
from tests.demo.planned import demo_of, records, rows_of

TODAY = dt.date(2026, 11, 23)
NEW_YEAR = dt.date(2026, 1, 1)


@pytest.fixture(scope="module")
def rows() -> dict[str, list[tuple]]:
    return rows_of(demo_of(3600, TODAY))


def test_the_city_has_the_departments_that_the_article_counts():
    assert len(DEPARTMENTS) == len({one.name for one in DEPARTMENTS}) == 78
    assert sum(one.committee for one in DEPARTMENTS) == 56


@pytest.mark.parametrize("members", [FEWEST, 600, 1234, 3600, 30_000])
def test_every_size_keeps_the_shape(members: int):
    city: City = plan(members, "a seed")
    kinds = Counter(unit.kind for unit in city.units)
    branch_sizes = [branch.size for branch in city.branches]
    assert kinds[UnitKind.DEPARTMENT] == 78
    assert kinds[UnitKind.COMMITTEE] == 56
    assert sum(sizes(members)) == sum(branch_sizes) == members
    assert branch_sizes.count(3) > 0, "some branches have three members"
    assert min(branch_sizes) == 3
    assert max(branch_sizes) <= 50, "a branch normally has fifty members at most"
    for unit in city.units[1:]:
        assert unit.parent is not None
        assert unit.kind in CHILDREN[unit.parent.kind], unit
    assert len({unit.code for unit in city.units}) == len(city.units)
    assert len({(unit.parent and unit.parent.id, unit.name) for unit in city.units}) == len(city.units)
    firsts = [branch.first for branch in city.branches]
    assert firsts == [1 + sum(branch_sizes[:n]) for n in range(len(branch_sizes))]


def test_departments_are_organised_by_their_size():
    """From fifty people on a general branch or a committee, below that a branch, as the seed city does."""
    city = plan(3600, "a seed")
    people, below = Counter(), defaultdict(set)
    for branch in city.branches:
        people[branch.unit.department.id] += branch.size
    for unit in city.units:
        if unit.parent and unit.parent.kind == UnitKind.DEPARTMENT:
            below[unit.parent.id].add(unit.kind)
    for department, kinds in below.items():
        if UnitKind.COMMITTEE in kinds:
            assert people[department] >= 50
        else:
            assert people[department] < 100
            assert kinds == {UnitKind.GENERAL_BRANCH if people[department] >= 50 else UnitKind.BRANCH}


def test_large_branches_have_cells_of_three_or_more(rows):
    per_cell = Counter(one["cell_id"] for one in records(rows, "membership") if one["cell_id"])
    cells = [one for one in records(rows, "unit") if one["kind"] == UnitKind.CELL]
    assert cells
    assert all(per_cell[cell["id"]] >= 3 for cell in cells)


def digest(rows: dict[str, list[tuple]]) -> str:
    return hashlib.sha256(repr(sorted(rows.items())).encode()).hexdigest()


def test_the_same_day_brings_the_same_city():
    first = digest(rows_of(demo_of(500, TODAY)))
    assert first == digest(rows_of(demo_of(500, TODAY)))
    assert first != digest(rows_of(demo_of(500, TODAY, seed="another")))
    assert first != digest(rows_of(demo_of(500, TODAY + dt.timedelta(days=1))))


def test_rows_fit_the_tables():
    for table, columns in COLUMNS.items():
        there = metadata.tables[table].columns
        assert set(columns) <= set(there.keys()), table
        needed = {c.name for c in there if not c.nullable and c.server_default is None and c.identity is None}
        missing = needed - set(columns)
        assert not missing, f"{table} needs {missing}"


def test_numbers_are_issued_once(rows):
    issued = [one["number"] for one in records(rows, "member")]
    assert len(issued) == len(set(issued)) == 3600
    assert all(numbers.is_valid(number) for number in issued)


def test_nobody_is_in_two_branches_on_a_day(rows):
    spells = defaultdict(list)
    for one in records(rows, "membership"):
        assert one["until"] is None or one["since"] < one["until"]
        spells[one["member_id"]].append((one["since"], one["until"] or dt.date.max))
    assert len(spells) == 3600
    for days in spells.values():
        for (_, until), (since, _) in zip(sorted(days), sorted(days)[1:], strict=False):
            assert until <= since


def test_dates_fit_a_life(rows):
    for one in records(rows, "member"):
        if one["joined_on"]:
            assert dt.date(1955, 1, 1) < one["joined_on"] < TODAY
        if one["confirmed_on"]:
            assert one["joined_on"] < one["confirmed_on"] <= TODAY


def test_every_category_is_there(rows):
    now = {one["member_id"]: one["category"] for one in records(rows, "membership") if one["until"] is None}
    found = Counter(now.values())
    assert set(found) == {category.value for category in Category}
    assert found[Category.FULL] > 3600 * 0.6


def test_nobody_holds_two_of_the_three(rows):
    held = defaultdict(set)
    for one in records(rows, "post"):
        if one["until"] is None:
            held[one["member_id"]].add(one["role"])
    assert all(len(roles & SEPARATED) <= 1 for roles in held.values())
    assert {role for roles in held.values() for role in roles} == {role.value for role in Role}


def test_every_branch_has_a_secretary_and_every_committee_a_discipline_committee(rows):
    units = {one["id"]: one for one in records(rows, "unit")}
    holders = Counter((one["unit_id"], one["role"]) for one in records(rows, "post") if one["until"] is None)
    for unit_id, unit in units.items():
        if unit["kind"] == UnitKind.BRANCH:
            assert holders[unit_id, Role.BRANCH_SECRETARY] == 1
        if unit["kind"] == UnitKind.COMMITTEE:
            assert holders[unit_id, Role.ORGAN_COMMITTEE] >= 3
            assert holders[unit_id, Role.DISCIPLINE] >= 2
        if unit["kind"] == UnitKind.DEPARTMENT:
            assert holders[unit_id, Role.PARTY_OFFICE] >= 1
        if unit["kind"] == UnitKind.GENERAL_BRANCH:
            assert holders[unit_id, Role.ORGAN_COMMITTEE] >= 1


def test_exemptions_are_decided_by_somebody_else(rows):
    found = records(rows, "exemption")
    assert found
    for one in found:
        assert one["approved_by"] != one["member_id"]
        assert one["since"] < one["until"]
        assert one["since"] <= TODAY
        assert one["minute"]
    assert len({one["member_id"] for one in found}) == len(found)


def test_transfers_join_two_memberships(rows):
    spells = defaultdict(dict)
    for one in records(rows, "membership"):
        spells[one["member_id"]][one["since"]] = one["branch_id"]
    found = records(rows, "transfer")
    assert found
    for one in found:
        assert one["from_branch_id"] != one["to_branch_id"]
        assert spells[one["member_id"]][one["moved_on"]] == one["to_branch_id"]


@pytest.mark.parametrize("members", [600, 3600])
def test_the_people_of_the_tour_are_the_same_in_every_city(members: int):
    first = next(demo_of(members, TODAY).steps())
    people = first.people[: len(showcase.CAST)]
    assert [one.name for one in people] == [part.name for part in showcase.CAST]
    assert [one.id for one in people] == list(range(1, len(showcase.CAST) + 1))
    by_name = {one.name: one for one in people}
    assert by_name[showcase.ELDER.name].age == 60
    assert by_name[showcase.WITH_SLIP.name].slip_on
    assert not by_name[showcase.WITH_SLIP.name].bound_on
    assert by_name["吴长河"].freed
    assert len(by_name["丁雪晴"].spells) == len(by_name["任光明"].spells) == 2


@pytest.mark.parametrize(
    "today",
    [
        pytest.param(NEW_YEAR, id="the first day of the rulebook"),
        pytest.param(dt.date(2026, 1, 2), id="its second day"),
        pytest.param(dt.date(2028, 2, 29), id="a leap day"),
        pytest.param(dt.date(2027, 12, 31), id="the last day of a year"),
    ],
)
def test_any_day_will_do(today: dt.date):
    rows = rows_of(demo_of(FEWEST, today))
    assert len(rows["member"]) == FEWEST
    assert all(one["since"] <= today for one in records(rows, "membership"))
    assert all(one["since"] <= today for one in records(rows, "post"))


def test_openids_have_the_platforms_form():
    found = {keys.openid(numbers.issue(n)) for n in range(1, 2000)}
    assert len(found) == 1999
    assert all(len(one) == 28 and one[0] == "o" for one in found)


def test_codes_and_tokens_follow_from_the_secret():
    number = numbers.issue(1)
    assert keys.token("a secret", number) == keys.token("a secret", number)
    assert keys.token("a secret", number) != keys.token("another", number)
    assert keys.paper_code("a secret", number) != keys.paper_code("another", number)
