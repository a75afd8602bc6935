"""Hours over HTTP: late entry, review, account, correction."""

from __future__ import annotations

from tests.volunteering.hours_town import at


def late(town, **more):
    return {
        "unit_id": town.branch,
        "title": "河道清洁",
        "window_start": at(9).isoformat(),
        "window_end": at(11).isoformat(),
        "reason": "河边没有网络",
        "people": [{"member_id": town.people["member"]}],
    } | more


def test_from_a_roster_to_a_corrected_record(as_, town):
    made = as_("deputy").post("/late-entries", late(town)).get_json()
    assert made["state"] == "proposed"
    [waiting] = as_("secretary").get("/hours/waiting").get_json()["late"]
    assert (waiting["id"], waiting["title"]) == (made["id"], "河道清洁")
    assert as_("deputy").post(f"/late-entries/{made['id']}/decide", {"approve": True}).status_code == 403
    done = as_("secretary").post(f"/late-entries/{made['id']}/decide", {"approve": True}).get_json()
    assert done["state"] == "approved"
    member, whole = as_("member"), f"/members/{town.people['member']}"
    account = member.get(f"{whole}/hours").get_json()
    assert (account["verified"], account["attested"], account["total"], account["star"]) == (0, 120, 120, 0)
    [record] = member.get(f"{whole}/service-records").get_json()["items"]
    assert (record["kind"], record["source"], record["minutes"]) == ("attested", "late_entry", 120)
    asked = {"started_at": at(9).isoformat(), "ended_at": at(10).isoformat(), "reason": "早走了"}
    amend = member.post(f"/service-records/{record['id']}/corrections", asked).get_json()
    again = as_("secretary").post(f"/service-corrections/{amend['id']}/decide", {"approve": True})
    assert again.get_json()["state"] == "done"
    assert member.get(f"{whole}/hours").get_json()["total"] == 60
    [row] = [
        r
        for r in as_("secretary").get(f"/units/{town.branch}/hours").get_json()["items"]
        if r["name"] == "陈国强"
    ]
    assert row["account"]["total"] == 60


def test_refusals_are_sentences(as_, town):
    longer = late(
        town,
        people=[
            {
                "member_id": town.people["member"],
                "started_at": at(8).isoformat(),
                "ended_at": at(10).isoformat(),
            }
        ],
    )
    answer = as_("deputy").post("/late-entries", longer)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "longer_than_activity")
    half = late(town, people=[{"member_id": town.people["member"], "started_at": at(9).isoformat()}])
    assert as_("deputy").post("/late-entries", half).status_code == 422
    assert as_("other_secretary").post("/late-entries", late(town)).status_code == 404
    assert as_("member").post("/late-entries", late(town)).status_code == 404
