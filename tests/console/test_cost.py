"""What a page costs: at most six statements and one a list, whoever signs in counted too."""

from __future__ import annotations

import pytest

from tests.api.doors import statements

#: Asked by whom, which page (ids of the small city by name), and how many statements at most.
PAGES = {
    ("secretary", "/console/"): 6,
    ("secretary", "/console/queue"): 7,
    ("secretary", "/console/records"): 7,
    ("office", "/console/rosters"): 7,
    ("secretary", "/console/periods"): 6,
    ("office", "/console/periods"): 7,
    ("secretary", "/console/manual"): 8,
    ("secretary", "/console/account"): 6,
    ("secretary", "/console/people"): 3,
    ("office", "/console/people?name=陈"): 3,
    ("office", "/console/people/{member}"): 10,
    ("office", "/console/start-codes"): 2,
    ("wc_office", "/console/rulebooks"): 5,
    ("leader", "/console/rulebooks/{rulebook}"): 5,
    ("secretary", "/console/objections"): 7,
    ("secretary", "/console/objections/new"): 7,
    ("office", "/console/year-end"): 11,
    ("organ", "/console/exemptions/again"): 7,
    ("it", "/console/jobs"): 6,
    ("leader", "/console/audit"): 3,
    ("secretary", "/console/me"): 9,
    ("secretary", "/console/me/data"): 11,
    ("secretary", "/console/requests"): 7,
    ("leader", "/console/erasures"): 6,
    ("organ", "/console/looks"): 7,
    ("secretary", "/console/lists"): 9,
    ("wc_office", "/console/samples"): 7,
}


@pytest.mark.parametrize("asked", PAGES, ids=lambda asked: f"{asked[0]} {asked[1]}")
def test_a_page_is_cheap(at_desk, town, asked):
    who, address = asked
    walker = at_desk(who)
    path = address.format(
        department=town.department, branch=town.branch, rulebook=town.rulebook, **town.people
    )
    assert walker.open(path).status == 200

    with statements() as seen:
        walker.open(path)

    assert len(seen) <= PAGES[asked], seen
