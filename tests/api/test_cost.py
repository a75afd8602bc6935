"""What a list costs does not grow with its rows: statements are counted, not timed."""

from __future__ import annotations

import datetime as dt

import pytest

from jifen.core import clock
from tests.api.doors import statements

TODAY = clock.today()


def report(caller, number):
    day = (TODAY - dt.timedelta(days=number)).isoformat()
    answer = caller.post("/reports", {"item": "志愿服务", "occurred_on": day, "quantity": "1"})
    assert answer.status_code == 201
    return answer.get_json()["id"]


#: Asked by whom, and how many statements at most, knowing the token among them.
LISTS = {
    ("member", "/reports"): 4,
    ("secretary", "/queue"): 4,
    ("member", "/members/{member}/statement"): 5,
    ("member", "/members/{member}/score"): 10,
    ("member", "/rankings"): 8,
    ("secretary", "/rankings"): 12,
    ("office", "/rankings/units?unit_id={department}"): 6,
    ("office", "/members"): 3,
    ("office", "/posts"): 3,
    ("office", "/units"): 3,
    ("office", "/units/warnings"): 3,
    ("member", "/members/{member}"): 5,
    ("member", "/me"): 4,
    ("member", "/notices"): 3,
    ("leader", "/audit"): 3,
    ("member", "/rulebooks"): 3,
    ("member", "/rulebooks/assignments"): 3,
    ("member", "/tokens"): 3,
    ("it", "/jobs"): 6,
}


@pytest.mark.parametrize("asked", LISTS, ids=lambda asked: f"{asked[0]} {asked[1]}")
def test_statements_do_not_grow_with_rows(as_, town, asked):
    who, address = asked
    path = address.format(member=town.people["member"], department=town.department)
    caller, member, secretary = as_(who), as_("member"), as_("secretary")

    def cost():
        with statements() as seen:
            assert caller.call("GET", path).status_code == 200
        return len(seen)

    def more(first, last):
        ids = [report(member, n) for n in range(first, last)]
        secretary.post("/reports/approve", {"ids": ids[::2]})

    more(1, 3)
    caller.call("GET", path)  # what is kept from the first time on
    few = cost()
    more(3, 15)
    many = cost()

    assert many == few
    assert many <= LISTS[asked], many
