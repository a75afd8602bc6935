"""People, posts, exemptions, transfers, the tree, rulebooks, notices, jobs and audit through the API."""

from __future__ import annotations

import datetime as dt

import pytest

from jifen.core import clock
from jifen.core.settings import ROOT

TODAY = clock.today()
YESTERDAY = (TODAY - dt.timedelta(days=1)).isoformat()
TEXT = (ROOT / "config" / "rulebooks" / "municipal-organs.toml").read_text(encoding="utf-8")


def test_a_branch_is_set_up_and_gets_its_first_people(as_, town):
    office = as_("office")
    asked = {"parent_id": town.department, "kind": "branch", "name": "机关第三党支部", "since": "2026-01-01"}
    made = office.post("/units", asked)
    assert (made.status_code, made.get_json()["code"]) == (201, "D01-03")
    assert office.post("/units", asked).get_json()["code"] == "unit_taken"
    assert office.post("/units", asked | {"kind": "work_committee"}).status_code == 422
    assert as_("secretary").post("/units", asked).status_code == 403
    branch = made.get_json()["id"]

    person = office.post(
        "/members", {"name": "李爱民", "branch_id": branch, "since": "2026-01-01"}
    ).get_json()

    assert len(person["number"]) == 8
    post = {"member_id": person["id"], "unit_id": branch, "role": "branch_secretary", "since": "2026-01-01"}
    held = office.post("/posts", post).get_json()
    assert (held["member_name"], held["unit_name"], held["until"]) == ("李爱民", "机关第三党支部", None)
    assert office.post("/posts", post).get_json()["code"] == "post_taken"
    assert office.post("/posts", post | {"role": "it"}).status_code == 403
    ended = office.post(f"/posts/{held['id']}/end", {"on": "2026-03-01"}).get_json()
    assert ended["until"] == "2026-03-01"
    assert office.post(f"/posts/{held['id']}/end", {"on": "2026-04-01"}).status_code == 422
    hints = {
        h["unit_name"]: [w["code"] for w in h["warnings"]]
        for h in office.get("/units/warnings").get_json()["items"]
    }
    assert hints == {"机关第二党支部": ["branch_small"], "机关第三党支部": ["branch_small"]}


def test_posts_that_only_leaders_give_only_leaders_take(as_, town):
    it = next(p for p in as_("leader").get("/posts").get_json()["items"] if p["role"] == "it")
    assert as_("wc_office").post(f"/posts/{it['id']}/end", {"on": "2026-03-01"}).status_code == 403
    assert as_("leader").post(f"/posts/{it['id']}/end", {"on": "2026-03-01"}).status_code == 200
    two = {"member_id": town.people["it"], "unit_id": town.committee, "since": "2026-03-01"}
    assert as_("leader").post("/posts", two | {"role": "security"}).status_code == 201
    assert as_("leader").post("/posts", two | {"role": "auditor"}).get_json()["code"] == "post_taken"
    assert as_("leader").post("/posts", two | {"role": "it", "member_id": 10**9}).status_code == 404


def test_an_exemption_is_a_dated_decision_that_can_be_taken_back(as_, town):
    path = f"/members/{town.people['member']}/exemptions"
    until = f"{TODAY.year + 1}-01-01"
    asked = {"reason": "meeting", "since": f"{TODAY.year}-01-01", "until": until, "minute": "纪要5号"}
    assert as_("secretary").post(path, asked).status_code == 403
    assert as_("organ").post(path, asked | {"reason": "heart disease"}).status_code == 422
    row = as_("organ").post(path, asked).get_json()
    assert as_("member").get("/me").status_code == 200
    assert as_("member").get(f"/members/{town.people['member']}").get_json()["exempt_until"] == until
    assert as_("organ").post(path, asked).get_json()["code"] == "already_exempt"
    assert as_("other_secretary").post(f"/exemptions/{row['id']}/revoke").status_code == 404
    assert as_("organ").post(f"/exemptions/{row['id']}/revoke").get_json()["revoked_at"]
    [kept] = as_("secretary").get(path).get_json()["items"]
    assert (kept["id"], kept["reason"]) == (row["id"], "meeting")


def test_a_transfer_moves_the_person_not_what_he_earned(as_, town):
    path = f"/members/{town.people['member']}/transfers"
    asked = {"to_branch_id": town.other_branch, "on": TODAY.isoformat(), "letter": "介1号"}
    assert as_("secretary").post(path, asked).status_code == 403
    assert as_("office").post(path, asked | {"to_branch_id": town.department}).status_code == 422
    assert as_("office").post(path, asked).status_code == 201
    [moved] = as_("other_secretary").get(path).get_json()["items"]
    assert (moved["from_branch_name"], moved["to_branch_name"]) == ("机关第一党支部", "机关第二党支部")
    assert as_("secretary").get(path).status_code == 404


def test_a_rulebook_is_checked_loaded_activated_and_assigned(as_, town):
    office, leader = as_("wc_office"), as_("leader")
    new = TEXT.replace('version = "2026.1"', 'version = "2026.2"').replace(
        "effective_from = 2026-01-01", "effective_from = 2027-01-01"
    )
    assert office.post("/rulebooks/check", {"text": new}).get_json()["findings"] == []
    broken = office.post(
        "/rulebooks/check", {"text": new.replace('granted = "60"', "granted = 60.5")}
    ).get_json()
    assert {f["severity"] for f in broken["findings"]} == {"error"}
    refused = office.post("/rulebooks", {"text": "format = 1"})
    assert (refused.status_code, refused.get_json()["code"]) == (422, "rulebook_faults")
    assert refused.get_json()["errors"]["faults"]
    assert as_("secretary").post("/rulebooks", {"text": new}).status_code == 403
    version = office.post("/rulebooks", {"text": new}).get_json()
    assert office.post("/rulebooks", {"text": new + "\n"}).get_json()["code"] == "version_taken"
    assert office.post(f"/rulebooks/{version['id']}/activate", {}).status_code == 403
    assert leader.post(f"/rulebooks/{version['id']}/activate", {}).get_json()["activated_at"]
    assert as_("member").get(f"/rulebooks/{version['id']}").get_json()["text"] == new
    assert len(as_("member").get("/rulebooks").get_json()["items"]) == 2
    assert as_("member").get(f"/rulebooks/{version['id']}/findings").get_json()["findings"] == []

    [there] = office.get("/rulebooks/assignments", code="municipal-organs").get_json()["items"]
    taken = {"unit_id": town.committee, "rulebook_code": "municipal-organs", "since": "2026-06-01"}
    assert office.post("/rulebooks/assignments", taken).get_json()["code"] == "assignment_taken"
    ended = office.post(f"/rulebooks/assignments/{there['id']}/end", {"on": "2026-06-01"}).get_json()
    assert ended["until"] == "2026-06-01"
    assert office.post("/rulebooks/assignments", taken).status_code == 201


def test_a_forbidden_line_is_not_activated(as_):
    liking = TEXT.replace('version = "2026.1"', 'version = "2026.3"').replace(
        "[[item]]", '[[item]]\ntouches = ["likes_forwards"]', 1
    )
    loaded = as_("wc_office").post("/rulebooks", {"text": liking}).get_json()
    findings = as_("leader").get(f"/rulebooks/{loaded['id']}/findings").get_json()["findings"]
    assert [f["severity"] for f in findings] == ["forbidden"]

    refused = as_("leader").post(f"/rulebooks/{loaded['id']}/activate", {"decision_document": "1号"})

    assert (refused.status_code, refused.get_json()["code"]) == (422, "rulebook_not_clean")


def test_one_reads_ones_own_notices_and_switches_them(as_):
    member = as_("member")
    hours = {"item": "志愿服务", "occurred_on": YESTERDAY, "quantity": "2"}
    report = member.post("/reports", hours).get_json()["id"]
    as_("secretary").post(f"/reports/{report}/approve")
    [notice] = member.get("/notices").get_json()["items"]
    assert (notice["kind"], notice["data"]) == ("report_approved", {"report": report})
    assert as_("colleague").get("/notices").get_json()["items"] == []
    off = member.put("/notices/preferences", {"kind": "monthly_reminder", "enabled": False}).get_json()
    assert off["preferences"]["monthly_reminder"] is False
    assert as_("colleague").get("/notices/preferences").get_json()["preferences"]["monthly_reminder"] is True
    assert member.put("/notices/preferences", {"kind": "all", "enabled": False}).status_code == 422


def test_what_ran_and_what_is_due(as_):
    board = as_("it").get("/jobs").get_json()
    assert "reminders.monthly" in [j["name"] for j in board["jobs"]]
    assert not any(j["stuck"] for j in board["jobs"])


def test_the_audit_tells_acts_without_names(as_, town):
    branch = {"to_branch_id": town.other_branch, "on": clock.today().isoformat(), "letter": "介2026-9"}
    as_("office").post(f"/members/{town.people['member']}/transfers", branch)
    # How somebody's WeChat was handled is not for those above him.
    as_("secretary").post(f"/members/{town.people['member']}/bind-code")
    audit = as_("leader").get("/audit", subject="member", subject_id=town.people["member"])
    newest = audit.get_json()["items"][0]
    assert (newest["action"], newest["door"], newest["actor_member_id"]) == (
        *("member.transfer", "api", town.people["office"]),
    )
    assert "陈国强" not in audit.text
    page = as_("leader").get("/audit", limit=5).get_json()
    assert len(page["items"]) == 5
    assert (
        as_("leader").get("/audit", limit=5, after=page["next"]).get_json()["items"][0]["id"] < page["next"]
    )


@pytest.mark.parametrize("who", ["wc_office", "it"])
def test_who_operates_does_not_watch_himself(as_, who):
    assert as_(who).get("/audit").status_code == 403
