"""不得涉密 stands, in one wording, wherever somebody may write freely or upload a file."""

from __future__ import annotations

import re

import pytest
from flask import render_template_string

from bot import replies, replies_deciding, replies_own, replies_reporting
from jifen.web.secrecy import FREE_TEXT, LONG, NO_SECRETS
from tests import city
from tests.console.conftest import signed_in
from tests.console.test_cost import PAGES, there
from tests.house import tree

UI = "jifen/web/templates/ui.html"
#: A field that is written out by hand and takes words or a file.
RAW = re.compile(
    r"<textarea|<input[^>]*type=[\"']?file|<input[^>]*name=[\"'](?:" + "|".join(sorted(FREE_TEXT)) + ")"
)
FIELD = re.compile(r"<p class=\"field.*?</p>", re.DOTALL)


def templates():
    return [f for f in tree.tracked() if f.suffix == ".html" and f.parts[0] == "jifen" and str(f) != UI]


@pytest.mark.parametrize("kind", ["textarea", "file"])
def test_the_one_macro_says_it(app, kind):
    with app.test_request_context("/console/"):
        made = render_template_string(
            '{% import "ui.html" as ui %}{{ ui.field("any", "x", type="' + kind + '") }}'
        )
    assert NO_SECRETS in made


@pytest.mark.parametrize("name", sorted(FREE_TEXT))
def test_short_fields_for_words_say_it_too(app, name):
    with app.test_request_context("/console/"):
        for one in (name, f"{name}.17"):
            made = render_template_string('{% import "ui.html" as ui %}{{ ui.field("' + one + '", "x") }}')
            assert NO_SECRETS in made
        assert NO_SECRETS not in render_template_string(
            '{% import "ui.html" as ui %}{{ ui.field("on", "x") }}'
        )


def test_no_page_writes_such_a_field_by_hand_without_it():
    found = [
        str(file)
        for file in templates()
        for text in [(tree.ROOT / file).read_text("utf-8")]
        if RAW.search(text) and "{{ no_secrets }}" not in text
    ]
    assert found == []


def test_no_page_says_it_in_other_words():
    others = [
        f"{file}:{number}"
        for file in [*templates(), *tree.product()]
        for number, line in enumerate((tree.ROOT / file).read_text("utf-8").splitlines(), 1)
        if re.search(r"(?:不要|请勿|不得)[^。，]{0,6}涉密", line)
        and str(file)
        not in ("jifen/web/secrecy.py", "jifen/members/exports.py", "jifen/points/intake/sheets.py")
        and "no_secrets" not in line
    ]
    assert others == []


@pytest.mark.parametrize("asked", PAGES, ids=lambda asked: f"{asked[0]} {asked[1]}")
def test_every_page_says_it_at_every_such_field(app, db, asked):
    town = city.build()
    with there(asked, town) as address:
        page = signed_in(app, town.people[asked[0]]).open(address)
    for field in FIELD.findall(page.answer.get_data(as_text=True)):
        if "<textarea" in field or 'type="file"' in field:
            assert NO_SECRETS in field, field


def test_the_description_of_the_interface_says_it_at_every_such_field(app):
    spec = app.test_client().get("/api/openapi.json").get_json()
    assert NO_SECRETS in spec["info"]["description"]
    silent, said = [], set()
    for name, schema in spec["components"]["schemas"].items():
        for field, shape in schema.get("properties", {}).items():
            free = (
                shape.get("format") == "binary"
                or (shape.get("maxLength") or 0) >= LONG
                or (field in FREE_TEXT and "string" in str(shape.get("type")))
            )
            if name.endswith("In") and free and "enum" not in shape:
                said.add(f"{name}.{field}")
                if NO_SECRETS not in shape.get("description", ""):
                    silent.append(f"{name}.{field}")
    assert silent == []
    assert {
        "FilingIn.words",
        "ObjectionIn.words",
        "UploadIn.file",
        "PrivacyRequestIn.words",
        "ReasonIn.reason",
    } <= said


@pytest.mark.parametrize(
    "sentence",
    [
        replies_reporting.REPORT_HOW,
        replies_reporting.CORRECT_HOW,
        replies_reporting.DRAFT_EVIDENCE,
        replies_deciding.RETURN_HOW,
        replies_own.OBJECT_HOW,
        replies_own.BURDEN_HOW,
    ],
)
def test_the_chat_says_it_where_it_asks_for_words(sentence):
    assert NO_SECRETS in sentence
    assert all(NO_SECRETS in one for one in replies.ASK_HOW.values())
