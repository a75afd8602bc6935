"""Rulebooks at the desk: versions, text, check, loading, activation, where they hold, dry run."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from jifen.core.actor import Role, permits
from jifen.core.errors import Invalid
from jifen.members.schemas import CATEGORY_WORDS
from jifen.org import queries as org
from jifen.points.queries_dryrun import dry_run
from jifen.points.schemas_scores import DryRunIn
from jifen.rulebook import check, queries, saying, service
from jifen.rulebook.policy import P
from jifen.rulebook.schemas import MOST_TEXT, ActivateIn, AssignIn, AssignmentEndIn
from jifen.web import pages
from jifen.web.doors import asks, current_actor
from jifen.web.schemas import Schema, Str, one_of

blp = pages.section("books", __name__)
MOST = 200


class TextIn(Schema):
    """A rulebook, as a file or as text."""

    file = fields.Raw(load_default=None)
    text = Str(most=MOST_TEXT, strip=False, load_default="")
    act = Str(required=True, validate=[one_of("check", "load")])


@blp.get("/rulebooks")
@asks(P.SEE)
def rulebooks() -> Response:
    """The loaded versions, and where each rulebook holds."""
    by, versions = current_actor(), queries.versions(limit=MOST)
    return pages.page(
        "points/rulebooks.html",
        versions=versions,
        names={v.code: v.name for v in versions},
        categories=CATEGORY_WORDS,
        assigned=queries.assigned(limit=MOST),
        units=_units() if permits(by, P.ASSIGN) else [],
        may={"load": permits(by, P.LOAD), "assign": permits(by, P.ASSIGN)},
    )


@blp.post("/rulebooks")
@asks(P.LOAD)
def take() -> Response:
    """Check a text, or load it; a loaded text never changes."""
    values = pages.form(TextIn)
    text = _text(values)
    if values["act"] == "load":
        row = service.load(text, by=current_actor())
        return pages.done("已载入。启用前请先看检查结果和试算。", "books.rulebook", rulebook_id=row.id)
    return pages.page("points/rulebook_check.html", findings=check.findings(text), text=text)


def _text(values: dict[str, Any]) -> str:
    if values["file"] is None:
        if not values["text"].strip():
            raise Invalid(reason="请选择积分办法文件（TOML）。")
        return values["text"]
    try:
        return values["file"].read().decode("utf-8-sig")
    except UnicodeDecodeError as err:
        raise Invalid(reason="这个文件不是 UTF-8 文本，请另存为 UTF-8 后再试。") from err


@blp.get("/rulebooks/<id:rulebook_id>")
@asks(P.SEE)
def rulebook(rulebook_id: int) -> Response:
    """One version: its items in words, its text, and what the check says of it."""
    by, row = current_actor(), queries.version(rulebook_id)
    book = queries.book(rulebook_id, row.digest)
    return pages.page(
        "points/rulebook.html",
        row=row,
        start=saying.start(book.total),
        blocks=[
            (c, [i for i in book.items.values() if i.category == c.code]) for c in book.categories.values()
        ],
        bounds=saying.block,
        worth=saying.worth,
        limits=saying.limits,
        findings=check.findings(row.text),
        others=[v for v in queries.versions(limit=MOST) if v.code == row.code and v.id != row.id],
        units=_units(),
        may={"activate": permits(by, P.ACTIVATE), "try": by.holds(*_TRIES)},
    )


_TRIES = (Role.PARTY_OFFICE, Role.ORGAN_COMMITTEE, Role.DISCIPLINE, Role.WC_OFFICE, Role.WC_LEADER)


def _units() -> list[tuple[int, str]]:
    return [(unit.id, unit.name) for unit in org.visible(by=current_actor(), limit=5000)]


@blp.post("/rulebooks/<id:rulebook_id>/activate")
@asks(P.ACTIVATE)
def activate(rulebook_id: int) -> Response:
    """Put a version in force from its day."""
    service.activate(rulebook_id, **pages.form(ActivateIn), by=current_actor())
    return pages.done("已启用。", "books.rulebook", rulebook_id=rulebook_id)


@blp.get("/rulebooks/<id:rulebook_id>/dry-run")
@asks(P.SEE)
def try_out(rulebook_id: int) -> Response:
    """What the version would make of the facts that are there; nothing is written."""
    asked = pages.query(DryRunIn)
    found = dry_run(asked["against_id"], rulebook_id, asked["unit_id"], by=current_actor(), day=asked["day"])
    return pages.page("points/rulebook_dry_run.html", found=found, row=queries.version(rulebook_id))


@blp.post("/rulebooks/assignments")
@asks(P.ASSIGN)
def assign() -> Response:
    """Let a rulebook hold for a unit and what lies below."""
    values = pages.form(AssignIn)
    service.assign(
        values["unit_id"],
        values["rulebook_code"],
        category=values["category"],
        since=values["since"],
        by=current_actor(),
    )
    return pages.done("已指定。", "books.rulebooks")


@blp.post("/rulebooks/assignments/<id:assignment_id>/end")
@asks(P.ASSIGN)
def end_assignment(assignment_id: int) -> Response:
    """Let a rulebook hold no more."""
    service.end_assignment(assignment_id, on=pages.form(AssignmentEndIn)["on"], by=current_actor())
    return pages.done("已结束这项指定。", "books.rulebooks")


pages.entry("积分办法", "books.rulebooks", order=80, may=lambda by: True)
