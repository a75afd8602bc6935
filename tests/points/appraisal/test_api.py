"""The appraisal over HTTP and in WeChat: the whole way, who is refused, what it costs."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest
import time_machine

from bot.grammar import parse
from bot.handlers import handle
from bot.intents import own
from jifen.core import clock
from tests import city
from tests.api.doors import Caller, caller, statements
from tests.kept import kept
from tests.points.appraisal import branch as branches
from tests.points.appraisal.branch import DAY, YEAR

MINUTE = {"minute": "纪要〔2026〕12号", "held_on": DAY.isoformat()}


def _ground():
    town = city.build()
    made = branches.build(town, [9, 6, 1, 1])
    town.people["chief"], town.people["plain"] = made.members[0], made.members[2]
    return town, made


@pytest.fixture
def ground(db):
    with time_machine.travel(clock.at(DAY, 9), tick=False):
        yield kept(_ground)


@pytest.fixture
def town(ground):
    return ground[0]


@pytest.fixture
def team(ground):
    return ground[1]


@pytest.fixture
def as_(app, town):
    return lambda who, *scopes: caller(app, town, who, *scopes)


def ok(answer, status=200):
    assert answer.status_code == status, answer.get_json()
    return answer.get_json()


def publicised(as_, team) -> dict:
    chief, organ = as_("chief"), as_("organ")
    found = ok(chief.post("/appraisals", {"branch_id": team.id, "year": YEAR}), 201)
    path = f"/appraisals/{found['id']}"
    ok(chief.post(f"{path}/committee", MINUTE))
    ballots = [{"member_id": team.members[1], "counts": {"优秀": 1, "合格": 2}}]
    ok(chief.post(f"{path}/meeting", MINUTE | {"expected": 4, "present": 3, "ballots": ballots}))
    [waiting] = ok(organ.get("/appraisals/confirmations"))["items"]
    assert organ.post(f"/appraisals/confirmations/{waiting['line_id']}", {"agree": True}).status_code == 204
    return ok(chief.post(f"{path}/publicise"))


def test_the_whole_way(as_, team, town):
    plain = as_("plain")
    assert ok(plain.get("/appraisals/mine")) == {"items": []}
    found = publicised(as_, team)
    assert found["summary"]["grades"] == {"优秀": 1, "合格": 3, "基本合格": 0, "不合格": 0}
    assert found["summary"]["adds_up"]
    assert next(r for r in found["rows"] if r["member_id"] == team.members[1])["votes"] == {
        "优秀": 1,
        "合格": 2,
    }
    [mine] = ok(plain.get("/appraisals/mine"))["items"]
    assert (mine["grade"], mine["state"]) == ("合格", "publicised")
    early = as_("chief").post(f"/appraisals/{found['id']}/finish")
    assert early.get_json()["code"] == "still_open"
    with time_machine.travel(clock.at(dt.date(2026, 12, 14), 9), tick=False):
        done = ok(as_("chief").post(f"/appraisals/{found['id']}/finish"))
    assert done["state"] == "final"


def test_before_it_is_shown_nobody_learns_his_grade(as_, team, town):
    ok(as_("chief").post("/appraisals", {"branch_id": team.id, "year": YEAR}), 201)
    [mine] = ok(as_("plain").get("/appraisals/mine"))["items"]
    assert (mine["grade"], mine["state_words"]) == (None, "研究中")


def test_the_summary_as_a_sheet(as_, team, town):
    found = publicised(as_, team)
    answer = as_("office").get(f"/appraisals/{found['id']}/summary.xlsx")
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    counts = {row[0].value: row[1].value for row in book["汇总"].iter_rows(min_row=4)}
    assert (counts["参加评议人数"], counts["优秀"], counts["合格"]) == (4, 1, 3)
    assert counts["核对：参加评议人数＝各等次合计"] == "相符"
    mark = book["名单"].cell(2, 1).value
    assert "不得涉密" in mark
    assert "民主评议党员" in mark
    assert book["名单"].max_row == 3 + 4


@pytest.mark.parametrize("who", ["other_secretary", "stranger", "it"])
@pytest.mark.parametrize(
    ("method", "address", "body"),
    [
        ("GET", "/appraisals/{id}", None),
        ("POST", "/appraisals/{id}/refresh", None),
        ("POST", "/appraisals/{id}/ties", {"grade": "优秀", "chosen": [], "minute": "1号"}),
        ("POST", "/appraisals/{id}/committee", MINUTE),
        ("POST", "/appraisals/{id}/meeting", MINUTE | {"expected": 4, "present": 4}),
        ("POST", "/appraisals/{id}/publicise", None),
        ("POST", "/appraisals/{id}/finish", None),
        ("POST", "/appraisals/{id}/back", {"reason": "重来"}),
        ("GET", "/appraisals/{id}/summary.xlsx", None),
        ("POST", "/appraisals/confirmations/{line}", {"agree": True}),
    ],
    ids=lambda part: part.split("/")[-1] if isinstance(part, str) else "",
)
def test_another_branch_finds_nothing(as_, team, town, who, method, address, body):
    found = ok(as_("chief").post("/appraisals", {"branch_id": team.id, "year": YEAR}), 201)
    path = address.format(id=found["id"], line=found["rows"][0]["line_id"])
    assert as_(who).call(method, path, json=body).status_code == 404


def test_progress_names_organisations_and_nobody(as_, team, town):
    ok(as_("chief").post("/appraisals", {"branch_id": team.id, "year": YEAR}), 201)
    rows = ok(as_("office").get("/appraisals", year=YEAR))["items"]
    assert [(r["branch_id"], r["state"]) for r in rows] == [
        (town.branch, None),
        (town.other_branch, None),
        (team.id, "draft"),
    ]
    assert ok(as_("chief").get("/appraisals", year=YEAR))["items"][0]["branch_id"] == team.id
    assert ok(as_("member").get("/appraisals", year=YEAR))["items"] == []


def cost(asker: Caller, path: str) -> int:
    asker.call("GET", path)  # what is kept from the first time on
    with statements() as seen:
        assert asker.call("GET", path).status_code == 200
    return len(seen)


def test_statements_do_not_grow_with_people(as_, team, town):
    few = ok(as_("chief").post("/appraisals", {"branch_id": team.id, "year": YEAR}), 201)
    bigger = branches.build(town, [2] * 20)
    town.people["other"] = bigger.members[0]
    many = ok(as_("other").post("/appraisals", {"branch_id": bigger.id, "year": YEAR}), 201)
    office = as_("office")
    counted = cost(office, f"/appraisals/{few['id']}")
    assert counted == cost(office, f"/appraisals/{many['id']}")
    assert counted <= 14
    assert cost(office, f"/appraisals?year={YEAR}") <= 3
    assert cost(as_("plain"), "/appraisals/mine") <= 3


@pytest.mark.parametrize("said", ["评议", "我的评议", "民主评议", "评议结果？"])
def test_the_phone_understands(said):
    assert parse(said, today=DAY) == own.MyAppraisal()


def test_the_phone_tells_ones_own_grade(as_, team, town):
    asked = own.MyAppraisal()
    assert "目前没有" in handle(asked, by=town.actor("plain"))
    publicised(as_, team)
    told = handle(asked, by=town.actor("plain"))
    assert "公示中，等次为“合格”" in told
    assert "异议" in told
