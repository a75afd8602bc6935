"""Every table is in the retention table, and every column that could hold somebody's words is named there."""

from __future__ import annotations

from collections import defaultdict

import pytest
import sqlalchemy as sa

import bot.models  # noqa: F401 - its tables join the metadata
from jifen import tables
from jifen.privacy import retention

KEEPS = retention.load()
#: Texts shorter than this are codes by their size: states, roles, doors, levels, item codes.
WORDS = 41


def could_hold_words(column: sa.Column) -> bool:
    kind = column.type
    if isinstance(kind, sa.JSON | sa.LargeBinary | sa.ARRAY):
        return True
    if isinstance(kind, sa.Text):
        return True
    return isinstance(kind, sa.String) and (kind.length is None or kind.length >= WORDS)


def named(table: str) -> set[str]:
    return {name for keep in KEEPS if keep.table == table for name in (*keep.among, *keep.words, *keep.codes)}


@pytest.mark.parametrize("name", sorted(tables.metadata.tables))
def test_every_table_is_kept_for_a_reason(name):
    table = tables.metadata.tables[name]
    lines = [keep for keep in KEEPS if keep.table == name]
    assert lines, f"{name} stands in no line of config/retention.toml"
    wordy = {column.name for column in table.c if could_hold_words(column)}
    assert wordy - named(name) == set(), "say whether these are somebody's words or codes"
    people = {
        column.name for column in table.c for key in column.foreign_keys if key.target_fullname == "member.id"
    } | ({"member_id"} & set(table.c.keys()))
    said = {column for keep in lines for column in (*keep.of, *keep.ids)}
    assert people - said == set(), "say whose these rows are"
    crowds = {
        c.name
        for c in table.c
        if isinstance(c.type, sa.ARRAY) and isinstance(c.type.item_type, sa.BigInteger)
    }
    assert crowds == {column for keep in lines for column in keep.among}, (
        "say that several people stand there"
    )


def test_no_line_is_about_a_table_or_column_that_is_not_there():
    assert {keep.table for keep in KEEPS} - set(tables.metadata.tables) == set()
    retention.check(KEEPS, tables.metadata)


def test_words_go_sometime():
    """A line that names words deletes or blanks them, at their time or with the person."""
    kept = [
        k.table for k in KEEPS if k.words and k.how in ("keep", "with") and k.erase not in ("delete", "blank")
    ]
    assert kept == []


def test_what_hangs_on_a_sealed_row_goes_with_it():
    hanging = defaultdict(set)
    for table in tables.metadata.tables.values():
        for key in table.foreign_keys:
            hanging[key.column.table.name].add(table.name)
    tied = {"ledger_claim", "corroboration", "import_line", "manual_entry"}
    assert hanging["ledger_entry"] == {"ledger_entry", *tied}
    assert hanging["audit_entry"] == set()
