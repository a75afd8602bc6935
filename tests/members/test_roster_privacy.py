"""ID numbers, phones and remarks of a sheet are in no table, no kept file and no log."""

import io
import logging
import zlib

import openpyxl
import pytest

from jifen.core.actor import Door, system
from jifen.core.db import db
from jifen.members import import_undo, imports
from jifen.members.roster.mapping import mapping_of
from jifen.org import service as org
from jifen.org.models import UnitKind
from tests.members.sheets import ONE_DEPARTMENT
from tests.members.test_roster_import import SINCE

BY = system("test", Door.CLI)
DROPPED_COLUMNS = (4, 5, 12, 13)  # 身份证号, 出生年月, 联系电话, 备注


def secrets():
    """Every value of the dropped columns that stands nowhere in a kept one."""
    rows = list(
        openpyxl.load_workbook(ONE_DEPARTMENT).active.iter_rows(min_row=4, max_row=61, values_only=True)
    )
    kept = {str(c) for row in rows for i, c in enumerate(row) if i not in (*DROPPED_COLUMNS, 0, 2, 3, 6)}
    found = {str(row[i]) for row in rows for i in DROPPED_COLUMNS if row[i]} - kept
    assert len(found) > 100
    assert "长期病假" in found
    return found


def dump(engine):
    """Every table of every schema as text, compressed rows unfolded."""
    parts = []
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        tables = raw.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        for (table,) in tables:
            with raw.cursor().copy(f"COPY {table} TO STDOUT") as copy:
                parts += [bytes(block).decode("utf-8", "replace") for block in copy]
        for (staged,) in raw.execute("SELECT staged FROM import_batch WHERE staged IS NOT NULL").fetchall():
            parts.append(zlib.decompress(staged).decode())
    return "\n".join(parts)


def files(folder):
    """Everything below a folder that is not the database itself, as bytes."""
    return b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file() and "postgres" not in p.parts)


@pytest.mark.parametrize("way", ["preview", "confirm", "undo", "refuse"])
def test_what_is_dropped_is_nowhere(fresh_app, settings, tmp_path, caplog, capfd, way):
    caplog.set_level(logging.DEBUG)
    upload = tmp_path / "upload.xlsx"
    upload.write_bytes(ONE_DEPARTMENT.read_bytes())
    with fresh_app.app_context():
        root = org.found(name="某市市直机关工委", code="W", since=SINCE, by=BY)
        org.add(root.id, UnitKind.DEPARTMENT, name="某市林业局", since=SINCE, by=BY)
        left_out = [] if way == "refuse" else [59, 60, 61]
        said = mapping_of({"sheets": {"*": {"leave_out": left_out}}})
        seen = imports.preview(
            upload, file_name="a.xlsx", mapping=said, create_branches=True, uploaded=True, by=BY
        )
        if way == "refuse":
            with pytest.raises(imports.RosterBlocked):
                imports.confirm(seen.batch_id, create_branches=True, by=BY)
        elif way != "preview":
            imports.confirm(seen.batch_id, create_branches=True, by=BY)
        if way == "undo":
            import_undo.undo(seen.batch_id, by=BY)
        everything = dump(db.engine)
    assert ("邹桐子" in everything) is (way in ("preview", "confirm", "refuse")), (
        "the search itself finds names"
    )
    everything += (
        files(settings.data_dir).decode("utf-8", "replace") + caplog.text + "".join(capfd.readouterr())
    )
    everything += files(tmp_path).decode("utf-8", "replace") + repr(seen)
    assert [secret for secret in secrets() if secret in everything] == []


def test_a_private_value_in_a_kept_column_is_dropped_too(db, fresh_app):
    """A clerk typed a phone into the branch: the cell is reported by its place, its value is nowhere."""
    book = openpyxl.Workbook()
    book.active.append(["姓名", "所在支部", "入党时间"])
    book.active.append(["邹桐子", "第一支部 13900001234", "13900001235"])
    out = io.BytesIO()
    book.save(out)
    with fresh_app.app_context():
        root = org.found(name="某市市直机关工委", code="W", since=SINCE, by=BY)
        department = org.add(root.id, UnitKind.DEPARTMENT, name="某市林业局", since=SINCE, by=BY)
        seen = imports.preview(out.getvalue(), file_name="a.xlsx", unit_code=department.code, by=BY)
        assert [(p.row, p.column, p.code) for p in seen.problems] == [
            (2, "B", "private"),
            (2, "C", "private"),
        ]
        assert "1390000123" not in dump(fresh_app.extensions["sqlalchemy"].engine) + repr(seen)
