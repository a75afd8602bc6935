"""import_vs_read: taking in a 300 000-row roster against reading it with calamine."""

from __future__ import annotations

import datetime as dt
import os
import time
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook

from bench.base import HOME, Figure, database, figure
from jifen.access import queries as access
from jifen.core.actor import Door, Role, system
from jifen.members import imports
from jifen.members import service as members
from jifen.org import service as org
from jifen.org.models import UnitKind

ROWS = int(os.environ.get("JIFEN_BENCH_ROSTER", "300000"))
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂兰建华文辉玉"


def _roster() -> Path:
    file = HOME / f"roster-{ROWS}.xlsx"
    if file.exists():
        return file
    half = file.with_suffix(".half")
    book = xlsxwriter.Workbook(half, {"constant_memory": True})
    sheet = book.add_worksheet("花名册")
    sheet.write_row(0, 0, ("姓名", "所在支部", "人员类别", "入党时间", "转正时间", "党内职务"))
    joined = dt.date(1980, 1, 1)
    for n in range(ROWS):
        name = SURNAMES[n % 32] + GIVEN[n // 32 % 28] + GIVEN[n // 896 % 28]
        day = joined + dt.timedelta(days=n * 37 % 14_000)
        row = (name, f"第{n // 40 + 1}党支部", "正式党员", f"{day:%Y-%m-%d}", f"{day.year + 1}-{day:%m}-28")
        sheet.write_row(n + 1, 0, (*row, "支部书记" if n % 40 == 0 else ""))
    book.close()
    half.rename(file)
    return file


def _read(file: Path) -> float:
    begun = time.perf_counter()
    book = CalamineWorkbook.from_path(str(file))
    rows = book.get_sheet_by_index(0).to_python()
    assert len(rows) == ROWS + 1
    return time.perf_counter() - begun


def import_vs_read() -> Figure:
    """Return preview + confirm ÷ reading the sheet, timed apart."""
    by, since = system("bench"), dt.date(2020, 1, 1)

    def fill() -> None:
        root = org.found(name="市直机关工委", code="W", since=since, by=by)
        org.add(root.id, UnitKind.DEPARTMENT, name="市林业局", code="D01", since=since, by=by)
        person = members.take_in("何办", branch_id=None, since=since, by=by)
        members.appoint(person.id, root.id, Role.WC_OFFICE, since=since, by=by)

    HOME.mkdir(parents=True, exist_ok=True)
    file = _roster()
    # A name of its own each time: an import is measured on an empty house.
    with database(f"import_{time.time_ns()}", fill):
        who = access.actor_of(1, Door.CLI)
        assert who is not None
        read = min(_read(file), _read(file))
        begun = time.perf_counter()
        preview = imports.preview(file, file_name=file.name, unit_code="D01", create_branches=True, by=who)
        middle = time.perf_counter()
        imports.confirm(preview.batch_id, create_branches=True, by=who)
        done = time.perf_counter()
    return figure(
        (done - begun) / read,
        8,
        at_most=True,
        unit="×",
        how=f"preview and confirm of a {ROWS}-row sheet into an empty house ÷ reading it with calamine (to_python)",
        ours={
            "preview_s": round(middle - begun, 2),
            "confirm_s": round(done - middle, 2),
            "preview_ratio": round((middle - begun) / read, 2),
            "confirm_ratio": round((done - middle) / read, 2),
        },
        peer={"read_s": round(read, 2)},
    )
