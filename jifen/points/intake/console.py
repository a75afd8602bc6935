"""Bringing facts and balances at the desk: upload, columns shown and corrected, preview, confirm, undo."""

from __future__ import annotations

from flask import Response, redirect, url_for

from jifen.core.actor import Actor, permits
from jifen.core.errors import NotFound
from jifen.points.intake import queries, schemas, service
from jifen.points.intake import undo as undoing
from jifen.points.intake.mapping import mapping_from
from jifen.points.intake.sheets import template as template_sheet
from jifen.points.intake.words import FIELD_WORDS, Kind
from jifen.points.policy import P
from jifen.web import pages
from jifen.web.doors import asks, current_actor
from jifen.web.sheets import sheet as download

blp = pages.section("records", __name__)

KINDS = (
    (Kind.FACTS.value, "积分记录（活动、考勤、荣誉、党费、会议）"),
    (Kind.BALANCES.value, "接续积分（总数）"),
)
TEMPLATES = (
    ("facts", "积分记录"),
    ("attendance", "考勤"),
    ("dues", "党费"),
    ("minutes", "会议记录"),
    ("balances", "接续积分"),
)
SHOWN = 30


def _prepares(by: Actor) -> bool:
    return any(permits(by, P.IMPORT_FACTS, queries.scope_of(h.path)) for h in by.holdings)


pages.entry("导入与接续", "records.records", order=60, may=_prepares)


@blp.get("/records")
@asks(P.IMPORT_FACTS)
def records() -> Response:
    """List the imports, and offer the sheets to fill in."""
    rows = queries.batches(by=current_actor(), limit=SHOWN)
    return pages.page("intake/records.html", rows=rows, kinds=KINDS, templates=TEMPLATES)


@blp.get("/records/template/<which>")
@asks(P.IMPORT_FACTS)
def template(which: str) -> Response:
    """Give a sheet to fill in."""
    if which not in dict(TEMPLATES):
        raise NotFound(what="这张空白表")
    return download(f"{which}-template.xlsx", template_sheet(which))


@blp.post("/records")
@asks(P.IMPORT_FACTS)
def upload() -> Response:
    """Read a sheet and go to its preview; a preview that it replaces is dropped."""
    values = pages.form(schemas.FactsFormIn)
    by = current_actor()
    uploaded, kind = values.pop("file"), Kind(values.pop("kind"))
    unit_code, replaces = values.pop("unit_code"), values.pop("replaces")
    seen = service.preview(
        uploaded.read(),
        kind,
        file_name=uploaded.filename or "记录",
        unit_code=unit_code,
        mapping=mapping_from(values),
        by=by,
    )
    if replaces is not None:
        service.drop(replaces, by=by)
    return pages.done(
        "文件已读完，请核对下面的预览；确认之前什么也没有写入。", "records.record", batch_id=seen.batch_id
    )


@blp.get("/records/<id:batch_id>")
@asks(P.IMPORT_FACTS)
def record(batch_id: int) -> Response:
    """Show a preview with its problems, or what became of the batch."""
    by = current_actor()
    batch = queries.batch_line(batch_id, by=by)
    may_confirm = permits(by, P.CONFIRM_FACTS, queries.scope_of(batch.unit_path))
    if batch.state != "previewed":
        return pages.page("intake/record.html", batch=batch, may_confirm=may_confirm)
    seen = service.review(batch_id, by=by)
    return pages.page(
        "intake/preview.html",
        batch=batch,
        seen=seen,
        may_confirm=may_confirm,
        fields=[(field.value, words) for field, words in FIELD_WORDS.items()],
        words={field.value: words for field, words in FIELD_WORDS.items()},
    )


@blp.post("/records/<id:batch_id>/answers")
@asks(P.IMPORT_FACTS)
def answer(batch_id: int) -> Response:
    """Keep the answers and show the preview anew."""
    service.answer(batch_id, **pages.form(schemas.FactsAnswersForm), by=current_actor())
    return redirect(url_for("records.record", batch_id=batch_id), 303)  # type: ignore[return-value]


@blp.post("/records/<id:batch_id>/confirm")
@asks(P.CONFIRM_FACTS)
def confirm(batch_id: int) -> Response:
    """Take the sheet in."""
    done = service.confirm(batch_id, by=current_actor())
    rest = f"您本人的{done.waiting}条已留给其他负责人确认。" if done.waiting else ""
    return pages.done(
        f"已导入：记入{done.posted}条，作佐证{done.attached}条。{rest}", "records.record", batch_id=batch_id
    )


@blp.post("/records/<id:batch_id>/confirm-waiting")
@asks(P.CONFIRM_FACTS)
def confirm_waiting(batch_id: int) -> Response:
    """Take in the first confirmer's own lines."""
    done = service.confirm_waiting(batch_id, by=current_actor())
    return pages.done(
        f"已确认：记入{done.posted}条，作佐证{done.attached}条。", "records.record", batch_id=batch_id
    )


@blp.post("/records/<id:batch_id>/drop")
@asks(P.IMPORT_FACTS)
def drop(batch_id: int) -> Response:
    """Give a preview up."""
    service.drop(batch_id, by=current_actor())
    return pages.done("已放弃，什么也没有写入。", "records.records")


@blp.post("/records/<id:batch_id>/undo")
@asks(P.CONFIRM_FACTS)
def undo(batch_id: int) -> Response:
    """Take a whole batch back."""
    undone = undoing.undo(batch_id, by=current_actor())
    rest = f"{undone.reopened}条上报重新待审。" if undone.reopened else ""
    return pages.done(
        f"已整批撤销：冲正{undone.reversed}条，原流水仍可查。{rest}", "records.record", batch_id=batch_id
    )
