"""Rows of the demo, table by table, in the order in which foreign keys allow them in."""

from __future__ import annotations

from typing import Any

Row = tuple[Any, ...]

#: Table -> columns of its rows. What is not named has a default in the database.
COLUMNS: dict[str, tuple[str, ...]] = {
    "unit": (
        "id", "code", "name", "kind", "parent_id", "path", "department_id", "type_code", "since",
        "names_shown", "names_shown_basis",
    ),
    "member": (
        "id", "number", "name", "name_pinyin", "joined_on", "joined_precision", "confirmed_on",
        "confirmed_precision", "staff_number", "created_at",
    ),
    "membership": ("member_id", "branch_id", "cell_id", "category", "since", "until", "reason"),
    "post": ("member_id", "unit_id", "role", "title", "since", "until"),
    "exemption": (
        "member_id", "reason", "since", "until", "minute", "approved_by", "approved_at", "revoked_at",
        "revoked_by",
    ),
    "transfer": (
        "member_id", "from_branch_id", "to_branch_id", "moved_on", "letter", "recorded_by", "recorded_at",
    ),
    "report": (
        "id", "branch_id", "number", "member_id", "rulebook_id", "item_code", "occurred_on", "quantity",
        "value", "level", "occasion", "words", "evidence", "state", "version", "previous_id", "step_unit_id",
        "door", "submitted_at", "decided_at",
    ),
    "branch_counter": ("branch_id", "last"),
    "decision": (
        "subject", "subject_id", "step", "outcome", "concerns", "decided_by", "unit_id", "reason", "door",
        "decided_at",
    ),
    "ledger_entry": (
        "id", "member_id", "branch_id", "rulebook_code", "item_code", "quantity", "value", "level", "role",
        "excused", "occurred_on", "occasion", "source", "source_id", "revision", "decided_by", "reverses_id",
        "recorded_at",
    ),
    "ledger_claim": ("member_id", "item_code", "occasion", "entry_id"),
    "corroboration": ("entry_id", "source", "source_id", "noted_by", "noted_at"),
    "notice": (
        "key", "member_id", "kind", "data", "state", "not_before", "attempts", "created_at", "sent_at",
    ),
}  # fmt: skip


class Rows:
    """What one step of the plan brings, by table."""

    def __init__(self) -> None:
        self.tables: dict[str, list[Row]] = {table: [] for table in COLUMNS}

    def add(self, table: str, *values: Any) -> None:
        """Add a row, its values in the order of ``COLUMNS``."""
        self.tables[table].append(values)

    def __getitem__(self, table: str) -> list[Row]:
        return self.tables[table]
