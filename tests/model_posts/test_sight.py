"""Who reaches what of a model post and of an honour by the interface: the routes, and people of other places."""

from __future__ import annotations

import datetime as dt

import pytest

from jifen.model_posts import honours
from jifen.model_posts.honours import Award
from tests import city
from tests.api.doors import caller
from tests.model_posts.posts_town import DAY, applied, at, granted

PEOPLE = ("member", "stranger", "other_secretary", "it", "secretary", "organ", "leader")
YES, REASON = {"approve": True}, {"reason": "投诉属实"}

#: What each of PEOPLE gets. ``applied`` is the member's, waits for the secretary; ``plate`` is a colleague's, no review is
#: due; ``honour`` waits for the secretary's yes (409: he may revoke, but nothing counts yet).
ROUTES = {
    ("GET", "/model-posts/{applied}"): (None, (200, 404, 404, 404, 200, 200, 200)),
    ("POST", "/model-posts/{applied}/decide"): (YES, (404, 404, 404, 404, 200, 404, 404)),
    ("POST", "/model-posts/{applied}/cancel"): (None, (200, 404, 404, 404, 403, 403, 403)),
    ("POST", "/model-posts/{plate}/review"): ({"outcome": "keep"}, (404, 404, 404, 404, 404, 404, 404)),
    ("POST", "/model-posts/{plate}/withdraw"): (REASON, (404, 404, 404, 404, 200, 200, 200)),
    ("POST", "/model-posts/{plate}/consents"): (
        {"what": "name", "agree": True},
        (404, 404, 404, 404, 403, 403, 403),
    ),
    ("GET", "/members/{member}/honours"): (None, (200, 404, 404, 404, 200, 200, 200)),
    ("POST", "/honours/{honour}/decide"): (YES, (404, 404, 404, 404, 200, 404, 404)),
    ("POST", "/honours/{honour}/revoke"): (REASON, (403, 404, 404, 404, 409, 409, 409)),
}


@pytest.fixture
def town(db):
    with at():
        yield city.build()


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
def test_who_reaches_what(app, town, route, who):
    body, expected = ROUTES[route]
    asked = applied(town, title="办事窗口一号")
    plate = granted(town, "colleague")
    award = Award(
        member_id=town.people["member"],
        title="优秀共产党员",
        level="市级",
        awarded_on=DAY - dt.timedelta(days=9),
        evidence="市直工委〔2026〕5号",
    )
    honour = honours.enter(award, by=town.actor("deputy"))
    places = {"applied": asked.id, "plate": plate.id, "honour": honour.id, "member": town.people["member"]}
    door = caller(app, town, who)
    path = route[1].format(**places)

    answer = door.get(path) if route[0] == "GET" else door.post(path, body)

    assert answer.status_code == expected[PEOPLE.index(who)], answer.get_json()
