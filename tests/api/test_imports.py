"""A roster through the API: uploaded, previewed, answered, confirmed, undone."""

from __future__ import annotations

import datetime as dt
import io
import json

import pytest
from python_calamine import CalamineWorkbook

from tests.api.doors import Caller
from tests.members.sheets import HEADER, xlsx

ROWS = [
    ["李爱民", "机关第三党支部", "正式党员", dt.date(2008, 7, 1), dt.date(2009, 7, 1), "支部书记"],
    ["宋文", "机关第三党支部", "正式党员", dt.date(2012, 7, 1), dt.date(2013, 7, 1), ""],
]


def upload(caller: Caller, content: bytes | None = None, *, name: str = "名册.xlsx", key: str = "", **form):
    file = (io.BytesIO(content or xlsx({"花名册": [HEADER, *ROWS]})), name)
    headers = {"Idempotency-Key": key} if key else {}
    data = {"file": file, "unit_code": "D01", **form}
    return caller.call("POST", "/imports", data=data, headers=headers, content_type="multipart/form-data")


def test_from_a_sheet_to_numbers_and_back(as_):
    office = as_("office")
    seen = upload(office).get_json()
    assert (seen["ready"], [p["code"] for p in seen["problems"]]) == (False, ["branch_unknown"])
    refused = office.post(f"/imports/{seen['batch_id']}/confirm", {})
    assert (refused.status_code, refused.get_json()["code"]) == (422, "roster_blocked")
    again = office.post(f"/imports/{seen['batch_id']}/preview", {"create_branches": True}).get_json()
    assert again["ready"] is True
    assert again["new_branches"][0][1] == "机关第三党支部"

    done = office.post(f"/imports/{seen['batch_id']}/confirm", {"create_branches": True}).get_json()

    assert (done["created"], done["branches"]) == (2, 1)
    names = {p["name"] for p in office.get("/members").get_json()["items"]}
    assert {"李爱民", "宋文"} <= names
    back = office.get(f"/imports/{seen['batch_id']}/roster.xlsx")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(back.data)).get_sheet_by_index(0).to_python()
    assert {"李爱民", "宋文"} <= {cell for row in sheet for cell in row}
    [batch] = office.get("/imports").get_json()["items"]
    assert (batch["state"], batch["file_name"]) == ("confirmed", "名册.xlsx")

    undone = office.post(f"/imports/{seen['batch_id']}/undo").get_json()

    assert (undone["removed"], undone["branches"]) == (2, 1)
    assert office.get(f"/imports/{seen['batch_id']}").get_json()["state"] == "undone"


def test_columns_may_be_said(as_):
    sheet = xlsx({"表": [["甲", "乙"], ["李爱民", "机关第一党支部"]]})
    said = {"sheets": {"*": {"header": 1, "columns": {"name": "A", "branch": "B"}}}}
    seen = upload(as_("office"), sheet, mapping=json.dumps(said)).get_json()
    assert seen["counts"]["people"] == 1


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        pytest.param("姓名,支部\n李爱民,一支部\n".encode(), 422, "roster_unreadable", id="a renamed csv"),
        pytest.param(b"PK\x03\x04 broken", 422, "roster_unreadable", id="a broken book"),
    ],
)
def test_what_is_no_workbook(as_, content, status, code):
    refused = upload(as_("office"), content)
    assert (refused.status_code, refused.get_json()["code"]) == (status, code)


def test_a_form_without_a_file(as_):
    refused = as_("office").call(
        "POST", "/imports", data={"unit_code": "D01"}, content_type="multipart/form-data"
    )
    assert refused.status_code == 422
    assert refused.get_json()["errors"] == {"file": ["请选择名册文件。"]}


def test_a_mapping_that_is_none(as_):
    assert upload(as_("office"), mapping="{不是").status_code == 422


def test_a_preview_is_given_up(as_):
    office = as_("office")
    batch = upload(office).get_json()["batch_id"]
    assert office.delete(f"/imports/{batch}").status_code == 204
    assert office.post(f"/imports/{batch}/confirm", {}).status_code == 409
    assert office.get(f"/imports/{batch}/progress").get_json()["done"] == 0


def test_the_same_upload_sent_twice_is_one_preview(as_):
    office = as_("office")
    sheet = xlsx({"花名册": [HEADER, *ROWS]})  # once: a workbook names the second in which it was made
    first, second = upload(office, sheet, key="k1"), upload(office, sheet, key="k1")
    assert first.get_json() == second.get_json()
    assert len(office.get("/imports").get_json()["items"]) == 1
    other = upload(office, xlsx({"花名册": [HEADER, ROWS[0]]}), key="k1")
    assert (other.status_code, other.get_json()["code"]) == (422, "idempotency_key_reused")


def test_the_template_is_a_workbook_that_can_be_uploaded(as_):
    office = as_("office")
    sheet = office.get("/imports/template.xlsx")
    assert "attachment" in sheet.headers["Content-Disposition"]
    assert CalamineWorkbook.from_filelike(io.BytesIO(sheet.data)).sheet_names
