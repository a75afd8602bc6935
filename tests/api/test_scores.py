"""Places, names, comparisons, sheets, the proof, and trying another version."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest

from jifen.core import clock
from jifen.core.settings import ROOT
from jifen.points.models import Standing
from tests import city

YESTERDAY = (clock.today() - dt.timedelta(days=1)).isoformat()
TEXT = (ROOT / "config" / "rulebooks" / "municipal-organs.toml").read_text(encoding="utf-8")


@pytest.fixture
def counted(as_):
    """A report of the member's that was confirmed, its words an attempt on a spreadsheet."""
    asked = {"item": "志愿服务", "occurred_on": YESTERDAY, "quantity": "2", "words": "=1+1"}
    report = as_("member").post("/reports", asked).get_json()["id"]
    as_("secretary").post(f"/reports/{report}/approve")
    return report


def rows(answer):
    assert answer.status_code == 200
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]


def test_names_are_shown_only_once_the_committee_decides(as_, town, counted):
    colleague, secretary = as_("colleague"), as_("secretary")
    assert colleague.get("/rankings").get_json()["items"] == []
    assert secretary.put(f"/units/{town.branch}/names-shown", {"shown": True}).status_code == 422
    secretary.put(f"/units/{town.branch}/names-shown", {"shown": True, "basis_id": city.minute(town)})

    shown = colleague.get("/rankings", limit=3).get_json()

    assert shown["names_shown"] is True
    assert [(r["place"], r["name"]) for r in shown["items"]] == [(1, "陈国强"), (2, "林小梅"), (2, "吴敏")]
    rest = colleague.get("/rankings", limit=3, after=shown["next"]).get_json()
    assert ([(r["place"], r["name"]) for r in rest["items"]], rest["next"]) == ([(2, "周正")], None)
    assert as_("stranger").get("/rankings", branch_id=town.branch).status_code == 404


def test_equal_totals_share_a_place(as_, town, counted):
    assert as_("colleague").get("/rankings").get_json()["mine"]["branch"] == {
        "unit_id": town.branch,
        "place": 2,
        "of": 4,
    }


def test_organisations_are_compared_per_head_and_by_median(as_, town, counted):
    branches = as_("office").get("/rankings/units", unit_id=town.department).get_json()["items"]
    assert [(b["name"], b["people"], b["median"]) for b in branches] == [
        ("机关第一党支部", 4, "60"),
        ("机关第二党支部", 2, "60"),
    ]
    assert branches[0]["mean"] == "60.25"
    city = as_("leader").get("/rankings/units", unit_id=town.committee).get_json()["items"]
    assert [c["name"] for c in city] == ["市林业局"]


def test_a_statement_goes_on_and_is_bounded_by_days(as_, town, counted):
    member, path = as_("member"), f"/members/{town.people['member']}/statement"
    as_("secretary").post(f"/reports/{counted}/revoke")
    first = member.get(path, limit=1).get_json()
    [reversal] = first["items"]
    [entry] = member.get(path, limit=1, after=first["next"]).get_json()["items"]
    assert (reversal["source"], reversal["reverses_id"]) == ("reversal", entry["id"])
    assert entry["reversed_by_id"] == reversal["id"]
    assert member.get(path, until=YESTERDAY).get_json()["items"] == []
    assert len(member.get(path, since=YESTERDAY).get_json()["items"]) == 2


def test_sheets_of_statement_and_ranking(as_, town, counted):
    mark, head, line = rows(as_("member").get(f"/members/{town.people['member']}/statement.xlsx"))
    assert "陈国强" in mark[0]
    assert "本人查阅" in mark[0]
    row = dict(zip(head, line, strict=True))
    assert (row["名称"], row["数量"], row["单位"], row["确认人"], row["上报号"]) == (
        "志愿服务",
        2,
        "小时",
        "周正",
        1,
    )
    mark, head, *lines = rows(as_("secretary").get("/rankings.xlsx", branch_id=town.branch))
    assert mark[0].startswith("内部使用，不得外传、不得涉密 · 周正 于 ")
    assert head == ["名次", "编号", "姓名", "总分", "等次"]
    assert [(r[0], r[2], r[3]) for r in lines][:2] == [(1, "陈国强", 61), (2, "林小梅", 60)]
    noted = as_("leader").get("/audit", subject="export").get_json()["items"]
    assert [(e["action"], e["codes"].split(" sha256")[0]) for e in noted[:1]] == [
        ("export", f"unit={town.branch} count=4")
    ]
    seen = as_("colleague").get("/me/visibility").get_json()["exports"]
    assert [(x["who"], x["what"], x["purpose"]) for x in seen] == [("周正", "积分名次", "支部积分工作")]


def test_a_score_of_a_period_without_a_rulebook(as_, town):
    refused = as_("member").get(f"/members/{town.people['member']}/score", day="2019-05-01")
    assert (refused.status_code, refused.get_json()["code"]) == (422, "not_in_scheme")


def test_the_proof_names_what_is_wrong(as_, town, counted, db):
    leader = as_("leader")
    assert leader.get("/ledger/verify").get_json() == {"holds": True, "faults": []}
    db.session.query(Standing).filter_by(member_id=town.people["member"]).update({"total": 99})
    proof = leader.get("/ledger/verify").get_json()
    assert proof["holds"] is False
    assert f"党员{town.people['member']}" in proof["faults"][0]["where"]


def test_another_version_is_tried_before_anybody_activates_it(as_, town, counted):
    other = TEXT.replace('version = "2026.1"', 'version = "2026.9"').replace(
        'granted = "60"', 'granted = "50"'
    )
    new = as_("wc_office").post("/rulebooks", {"text": other}).get_json()["id"]
    asked = {"against_id": town.rulebook, "unit_id": town.branch}

    tried = as_("office").get(f"/rulebooks/{new}/dry-run", **asked).get_json()

    assert (tried["gained"], tried["lost"], tried["difference"]) == (0, 4, "-40")
    assert {(c["name"], c["difference"]) for c in tried["changes"]} >= {("陈国强", "-10"), ("吴敏", "-10")}
    assert as_("secretary").get(f"/rulebooks/{new}/dry-run", **asked).status_code == 404
    assert as_("office").get("/rulebooks/999999/dry-run", **asked).status_code == 404
