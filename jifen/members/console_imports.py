"""Bringing a roster at the desk: upload, columns shown and corrected, preview, confirm, undo."""

from __future__ import annotations

from flask import Response, redirect, request, url_for

from jifen.core.actor import Actor
from jifen.members import exports, import_queries, import_undo, imports, schemas_imports
from jifen.members.policy import P
from jifen.members.roster.mapping import mapping_from
from jifen.members.roster.sheets import template as template_sheet
from jifen.members.roster.words import FIELD_WORDS
from jifen.web import pages
from jifen.web.doors import asks, current_actor
from jifen.web.sheets import sheet as download

blp = pages.section("rosters", __name__)
SHOWN = 30
_WORDS = {field.value: words for field, words in FIELD_WORDS.items()}


def _imports(by: Actor) -> bool:
    return any(import_queries.may_import(by, h.path) for h in by.holdings)


pages.entry("花名册", "rosters.rosters", order=55, may=_imports)


@blp.get("/rosters")
@asks(P.IMPORT)
def rosters() -> Response:
    """List the imports, and offer the sheet to fill in."""
    rows = import_queries.batches(by=current_actor(), limit=SHOWN)
    return pages.page("members/rosters.html", rows=rows)


@blp.get("/rosters/template")
@asks(P.IMPORT)
def template() -> Response:
    """Give the sheet to fill in."""
    return download("roster-template.xlsx", template_sheet())


@blp.post("/rosters")
@asks(P.IMPORT)
def upload() -> Response:
    """Read a roster and go to its preview; a preview that it replaces is dropped."""
    values = pages.form(schemas_imports.RosterFormIn)
    by = current_actor()
    uploaded, unit_code, replaces = values.pop("file"), values.pop("unit_code"), values.pop("replaces")
    seen = imports.preview(
        uploaded.read(),
        file_name=uploaded.filename or "名册",
        unit_code=unit_code,
        mapping=mapping_from(values),
        by=by,
    )
    if replaces is not None:
        imports.drop(replaces, by=by)
    return pages.done(
        "名册已读完，请核对下面的预览；确认之前什么也没有写入。", "rosters.roster", batch_id=seen.batch_id
    )


@blp.get("/rosters/<id:batch_id>")
@asks(P.IMPORT)
def roster(batch_id: int) -> Response:
    """Show a preview with its problems, or what became of the batch."""
    by = current_actor()
    batch = import_queries.access_batch(batch_id, by=by)
    if batch.state != "previewed":
        return pages.page("members/roster.html", batch=batch)
    create = request.args.get("create") == "1"
    seen = imports.review(batch_id, create_branches=create, by=by)
    fields = list(_WORDS.items())
    return pages.page("members/roster_preview.html", seen=seen, create=create, fields=fields, words=_WORDS)


@blp.post("/rosters/<id:batch_id>/answers")
@asks(P.IMPORT)
def answer(batch_id: int) -> Response:
    """Keep the answers and show the preview anew."""
    imports.answer(batch_id, **pages.form(schemas_imports.RosterAnswersForm), by=current_actor())
    return redirect(url_for("rosters.roster", batch_id=batch_id), 303)  # type: ignore[return-value]


@blp.post("/rosters/<id:batch_id>/confirm")
@asks(P.IMPORT)
def confirm(batch_id: int) -> Response:
    """Take the roster in."""
    done = imports.confirm(batch_id, **pages.form(schemas_imports.RosterConfirmForm), by=current_actor())
    return pages.done(
        f"已导入：新增{done.created}人，更正{done.changed}人，变动{done.moved}人，离开{done.left}人。",
        "rosters.roster",
        batch_id=batch_id,
    )


@blp.get("/rosters/<id:batch_id>/numbers")
@asks(P.IMPORT)
def numbers(batch_id: int) -> Response:
    """Give the roster back with the issued numbers."""
    return download("roster.xlsx", exports.numbered_roster(batch_id, by=current_actor()))


@blp.post("/rosters/<id:batch_id>/drop")
@asks(P.IMPORT)
def drop(batch_id: int) -> Response:
    """Give a preview up."""
    imports.drop(batch_id, by=current_actor())
    return pages.done("已放弃，什么也没有写入。", "rosters.rosters")


@blp.post("/rosters/<id:batch_id>/undo")
@asks(P.IMPORT)
def undo(batch_id: int) -> Response:
    """Take a whole roster back."""
    undone = import_undo.undo(batch_id, by=current_actor())
    return pages.done(
        f"已整批撤销：移除{undone.removed}人，恢复{undone.restored}人。", "rosters.roster", batch_id=batch_id
    )
