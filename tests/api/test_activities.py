"""Activities over HTTP: who sees and does what, and what is refused."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from jifen.activities import planning, signing_up
from jifen.activities.planning import Need
from jifen.core import clock
from tests.api.doors import caller

DAY = clock.today() + dt.timedelta(days=1)
NEED = {
    "kind": "volunteer",
    "title": "社区清扫",
    "place": "幸福社区",
    "starts_at": clock.at(DAY, 14).isoformat(),
    "ends_at": clock.at(DAY, 16).isoformat(),
}
PEOPLE = (
    "member",
    "colleague",
    "stranger",
    "other_secretary",
    "it",
    "office",
    "deputy",
    "organ",
    "wc_office",
)
READS = {
    "/activities/{act}": (200, 200, 404, 404, 404, 200, 200, 200, 200),
    "/activities/{act}/minutes": (200, 200, 404, 404, 404, 200, 200, 200, 200),
    "/activities/{act}/code": (403, 403, 404, 404, 404, 200, 200, 200, 200),
    "/activities/{act}/presences": (403, 403, 404, 404, 404, 200, 200, 200, 200),
    "/branches/{branch}/due": (200, 200, 404, 404, 404, 200, 200, 200, 200),
}
WRITES = {
    "/activities/{act}/move": (403, 403, 404, 404, 404, 200, 200, 200, 200),
    "/activities/{act}/cancel": (403, 403, 404, 404, 404, 200, 200, 200, 200),
    "/activities/{act}/capacity": (403, 403, 404, 404, 404, 200, 200, 200, 200),
    "/activities/{act}/fence": (403, 403, 404, 404, 404, 200, 200, 200, 200),
    "/activities/{act}/stop": (403, 403, 404, 404, 404, 200, 200, 200, 200),
    "/activities/{act}/sign-up": (200, 200, 404, 404, 404, 403, 200, 403, 403),
    "/activities/{act}/withdraw": (200, 409, 404, 404, 404, 403, 409, 403, 403),
    "/activities/{act}/presences": (403, 403, 404, 404, 404, 409, 409, 409, 409),
    "/activities/{act}/close": (403, 403, 404, 404, 404, 409, 409, 409, 409),
    "/activities/{act}/confirm": (403, 403, 404, 404, 404, 422, 422, 422, 422),
    "/activities/{act}/minutes": (403, 403, 404, 404, 404, 200, 200, 200, 200),
    "/activities/series/{series}/end": (403, 403, 404, 404, 404, 200, 200, 200, 200),
}
BODIES = {
    "/activities/{act}/move": {
        "starts_at": clock.at(DAY, 15).isoformat(),
        "ends_at": clock.at(DAY, 17).isoformat(),
    },
    "/activities/{act}/capacity": {"capacity": 5},
    "/activities/{act}/fence": {"fence": {"lat": "30.12345", "lon": "120.12345"}},
    "/activities/{act}/presences": {"member_ids": ["member"]},
    "/activities/{act}/close": {"ends": []},
    "/activities/{act}/confirm": {"member_id": "member", "outcome": "attended"},
    "/activities/{act}/minutes": {"words": "清扫了两条街"},
}


@pytest.fixture
def places(town):
    by = town.actor("secretary")
    need = Need(
        unit_id=town.branch,
        kind="volunteer",
        title="社区清扫",
        place="幸福社区",
        starts_at=clock.at(DAY, 14),
        ends_at=clock.at(DAY, 16),
    )
    act = planning.plan(need, by=by).id
    signing_up.join(act, by=town.actor("member"))
    rule = planning.Rule(every_months=1, nth=1, weekday=4, start_minute=900, minutes=60, since=DAY)
    series = planning.repeat(need, rule, by=by).id
    return {"act": act, "series": series, "branch": town.branch}


def table(rows):
    return [(a, who, status) for a, row in rows.items() for who, status in zip(PEOPLE, row, strict=True)]


@pytest.mark.parametrize(("address", "who", "status"), table(READS))
def test_who_sees(as_, places, address, who, status):
    assert as_(who).get(address.format(**places)).status_code == status


@pytest.mark.parametrize(("address", "who", "status"), table(WRITES))
def test_who_does(as_, town, places, address, who, status):
    body = {
        key: [town.people[v] for v in value]
        if key == "member_ids"
        else town.people.get(value, value)
        if isinstance(value, str)
        else value
        for key, value in BODIES.get(address, {}).items()
    }
    answer = as_(who).post(address.format(**places), body)
    assert answer.status_code == status, answer.get_json()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("member", 403),
        ("stranger", 404),
        ("other_secretary", 404),
        ("it", 404),
        ("office", 201),
        ("deputy", 201),
    ],
)
def test_who_plans_for_the_branch(as_, town, who, status):
    assert as_(who).post("/activities", NEED | {"unit_id": town.branch}).status_code == status


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"kind": "party"}, "unknown_kind"),
        ({"ends_at": NEED["starts_at"]}, "bad_times"),
        ({"starts_at": "2026-06-10T14:00:00"}, "invalid"),
        ({"capacity": 0}, "invalid"),
        ({"title": ""}, "invalid"),
        ({"seed": "00"}, "invalid"),
        ({"gates": ["tall"]}, "unknown_gate"),
    ],
)
def test_what_is_not_planned(as_, town, wrong, code):
    answer = as_("secretary").post("/activities", NEED | {"unit_id": town.branch} | wrong)
    assert (answer.status_code, answer.get_json()["code"]) == (422, code)


def test_checking_in_says_what_is_wrong(as_, town, places):
    member = as_("member")
    assert member.post("/activities/check-in", {}).status_code == 422
    assert member.post("/activities/check-in", {"digits": "12345"}).status_code == 422
    assert (
        member.post("/activities/check-in", {"scan": "https://evil.example/"}).get_json()["code"]
        == "stale_code"
    )
    code = as_("secretary").get(f"/activities/{places['act']}/code").get_json()
    early = member.post("/activities/check-in", {"scan": code["qr"]})
    assert (early.status_code, early.get_json()["code"]) == (409, "not_open_yet")
    assert "seed" not in as_("secretary").get(f"/activities/{places['act']}").get_json()


def test_a_token_for_reading_joins_nothing(as_, places):
    reader = as_("member", "activities:read")
    assert reader.get(f"/activities/{places['act']}").status_code == 200
    assert reader.post(f"/activities/{places['act']}/sign-up").status_code == 403


def test_lists_go_on_where_they_stopped(as_, town, places):
    more = [planning.plan(_at(town, n), by=town.actor("secretary")).id for n in range(2, 5)]
    got, after = [], 0
    while after is not None:
        page = as_("member").get("/activities", after=after, limit=2).get_json()
        got += [one["id"] for one in page["items"]]
        after = page["next"]
    assert set(more) <= set(got)
    assert len(got) == len(set(got))
    assert as_("member").get("/activities", which="mine").get_json()["items"][0]["id"] == places["act"]
    assert as_("stranger").get("/activities").get_json()["items"] == []
    assert as_("it").get("/activities", which="run").get_json()["items"] == []


def _at(town, days):
    day = clock.today() + dt.timedelta(days=days)
    return Need(
        unit_id=town.branch,
        kind="free",
        title="走访",
        place="村",
        starts_at=clock.at(day, 9),
        ends_at=clock.at(day, 10),
    )


def test_it_is_closed_after_it_began(as_, town, places):
    with time_machine.travel(clock.at(DAY, 16, 30), tick=False):
        tapped = as_("deputy").post(
            f"/activities/{places['act']}/presences",
            {"member_ids": [town.people["member"]], "at": clock.at(DAY, 14).isoformat()},
        )
        assert tapped.status_code == 200, tapped.get_json()
        closed = (
            as_("deputy")
            .post(
                f"/activities/{places['act']}/close",
                {"ends": [{"member_id": town.people["member"], "outcome": "attended"}]},
            )
            .get_json()
        )
        assert closed["credited"] == [town.people["member"]]


def test_kinds_and_conditions_are_listed_and_honours_wait_for_whom_they_are_asked(app, town):
    listed = caller(app, town, "member").get("/activities/kinds").get_json()
    kinds = {one["code"]: one for one in listed["items"]}
    assert (kinds["volunteer"]["check_out"], kinds["members_meeting"]["expects"]) == (True, True)
    assert listed["gates"][0].keys() == {"code", "name"}
    award = {
        "title": "服务标兵",
        "level": "本单位",
        "awarded_on": str(clock.today() - dt.timedelta(days=1)),
        "evidence": "岚林党〔2026〕9号",
    }
    made = caller(app, town, "deputy").post(f"/members/{town.people['member']}/honours", award).get_json()
    waits = caller(app, town, "secretary").get("/honours/waiting").get_json()["items"]
    assert [one["id"] for one in waits] == [made["id"]]
    for who in ("deputy", "other_secretary", "organ", "member"):
        assert caller(app, town, who).get("/honours/waiting").get_json()["items"] == []
