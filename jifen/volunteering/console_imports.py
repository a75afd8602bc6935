"""Pages of hours from elsewhere: upload, preview, answers, one confirm, one undo; and a year as a sheet."""

from __future__ import annotations

from flask import redirect, url_for

from jifen.core import clock
from jifen.points.policy import decides_over
from jifen.volunteering import imports, late, queries_desk, rules, schemas
from jifen.volunteering.policy import P
from jifen.web import pages
from jifen.web.doors import asks, current_actor
from jifen.web.sheets import sheet

blp = pages.section("hours_imports", __name__)
STATES = {"previewed": "待确认", "confirmed": "已导入", "undone": "已撤销", "dropped": "已放弃"}


@blp.get("/hours/imports")
@asks(P.ENTER)
def batches():
    by = current_actor()
    return pages.page(
        "hours/imports.html",
        units=queries_desk.units(by, P.ENTER),
        rows=imports.batches(by=by),
        states=STATES,
        year=clock.today().year,
    )


@blp.post("/hours/imports")
@asks(P.ENTER)
def upload():
    values = pages.form(schemas.HoursUploadIn)
    uploaded = values["file"]
    seen = imports.preview(
        uploaded.read(),
        file_name=uploaded.filename or "时长",
        unit_id=values["unit_id"],
        platform=values["platform"],
        by=current_actor(),
    )
    words = "文件已读完，请核对下面的预览；确认之前什么也没有写入。"
    return pages.done(words, "hours_imports.batch", batch_id=seen.batch_id)


@blp.get("/hours/imports/<int:batch_id>")
@asks(P.ENTER)
def batch(batch_id: int):
    by = current_actor()
    seen = imports.review(batch_id, by=by)
    unit = late.access_unit(seen.unit_id, P.ENTER, by=by)
    return pages.page(
        "hours/import.html",
        seen=seen,
        unit_name=unit.name,
        decides=decides_over(by, late.scope_of(unit)),
        long=rules.formatted,
        states=STATES,
    )


@blp.post("/hours/imports/<int:batch_id>/answers")
@asks(P.ENTER)
def answer(batch_id: int):
    imports.review(batch_id, answers=pages.form(schemas.HoursAnswersIn)["answers"], by=current_actor())
    return redirect(url_for("hours_imports.batch", batch_id=batch_id), 303)


@blp.post("/hours/imports/<int:batch_id>/confirm")
@asks(P.DECIDE)
def confirm(batch_id: int):
    pages.form(schemas.NoneForm)
    done = imports.confirm(batch_id, by=current_actor())
    parts = [f"{len(done.counted)}人已计入"]
    parts += [f"{len(done.waiting)}人有一天超过8小时，已转上级审核"] * bool(done.waiting)
    parts += ["您本人的请另一位负责人导入"] * bool(done.own)
    return pages.done(f"已导入：{'，'.join(parts)}。", "hours_imports.batch", batch_id=batch_id)


@blp.post("/hours/imports/<int:batch_id>/undo")
@asks(P.DECIDE)
def undo(batch_id: int):
    pages.form(schemas.NoneForm)
    count = imports.undo(batch_id, by=current_actor())
    return pages.done(f"已整批撤销：冲正{count}条，积分随即改回。", "hours_imports.batch", batch_id=batch_id)


@blp.get("/hours/unit/<int:unit_id>/hours.xlsx")
@asks(P.EXPORT)
def export(unit_id: int):
    year = pages.query(schemas.YearIn)["year"]
    return sheet(f"hours-{year}.xlsx", imports.export(unit_id, year, by=current_actor()))
