"""Rulebooks as seen from outside."""

from __future__ import annotations

from marshmallow import fields

from jifen.web.schemas import Day, Id, Instant, Int, PageIn, Schema, Str, page_of

#: A rulebook's text is at most this long.
MOST_TEXT = 1_000_000


class TextIn(Schema):
    """A rulebook's TOML text."""

    text = Str(required=True, least=1, most=MOST_TEXT, strip=False, metadata={"description": "TOML 全文"})


class VersionOut(Schema):
    """One version of one rulebook."""

    id = Int()
    code = Str()
    version = Str()
    name = Str()
    effective_from = Day()
    digest = Str(metadata={"description": "全文的 SHA-256"})
    loaded_at = Instant()
    activated_at = Instant(allow_none=True)
    decision_document = Str(allow_none=True)


VersionPage = page_of(VersionOut)


class WholeOut(VersionOut):
    """A version with its text."""

    text = Str()


class FindingOut(Schema):
    """What the check says about a line."""

    line = Int()
    code = Str()
    severity = Str(metadata={"enum": ["error", "warning", "risky", "forbidden"]})
    message = Str()
    remedy = Str()
    clause = Str(metadata={"description": "所依据的规定"})


class FindingsOut(Schema):
    """All that the check says."""

    findings = fields.List(fields.Nested(FindingOut))


class ActivateIn(Schema):
    """The decision that puts a version in force."""

    decision_document = Str(
        least=1, most=80, load_default=None, metadata={"description": "决定保留有风险条款的文号"}
    )


class AssignmentsIn(PageIn):
    """Which assignments to list."""

    code = Str(least=1, most=32, load_default=None, metadata={"description": "只看这个办法"})


class AssignIn(Schema):
    """Where a rulebook shall hold."""

    unit_id = Id(required=True)
    rulebook_code = Str(required=True, least=1, most=32)
    category = Str(least=1, most=24, load_default=None, metadata={"description": "人员类别；不写则为全部"})
    since = Day(required=True)


class AssignmentEndIn(Schema):
    """From which day an assignment holds no more."""

    on = Day(required=True)


class AssignmentOut(Schema):
    """Where a rulebook holds."""

    id = Int()
    unit_id = Int()
    category = Str(allow_none=True)
    rulebook_code = Str()
    since = Day()
    until = Day(allow_none=True)


class AssignedOut(AssignmentOut):
    """Where a rulebook holds, as people read it."""

    unit_name = Str()


AssignedPage = page_of(AssignedOut)
