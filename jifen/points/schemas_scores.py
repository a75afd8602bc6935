"""Scores, statements, places, comparisons and dry runs as seen from outside."""

from __future__ import annotations

from marshmallow import fields

from jifen.web.schemas import (
    Bool,
    Day,
    Figure,
    Id,
    Instant,
    Int,
    PageIn,
    Schema,
    Str,
    page_of,
)


class ScoreIn(Schema):
    """Which period, and as of when."""

    day = Day(load_default=None, metadata={"description": "要看的周期里的任意一天；不写则为今天"})


class TraceOut(Schema):
    """One part of a total; all parts sum to it exactly."""

    item = Str(metadata={"description": "项目或类别的编码；- 指总分"})
    clause = Str()
    entry = Int(allow_none=True, metadata={"description": "台账流水号；起始分、封顶、进位没有"})
    raw = Figure()
    points = Figure()
    why = Str()
    on = Day(allow_none=True)


class EntryOut(Schema):
    """What the ledger knows about one line of the trace."""

    entry_id = Int()
    occurred_on = Day()
    quantity = Figure()
    source = Str()
    decided_by = Str(metadata={"description": "确认人"})
    report_number = Int(allow_none=True)


class ScoreOut(Schema):
    """A total that explains itself."""

    member_id = Int(attribute="sheet.subject")
    rulebook = Str(attribute="sheet.rulebook")
    version = Str(attribute="sheet.version")
    period = Str(attribute="sheet.period.key")
    as_of = Day(attribute="sheet.as_of")
    status = Str(
        attribute="sheet.status",
        metadata={"enum": ["graded", "tracked", "left_out"], "description": "定等次、只记录、不参加"},
    )
    opening = Figure(attribute="sheet.opening")
    taken_over = Figure(attribute="sheet.taken_over", metadata={"description": "接续积分；不在各类别之内"})
    categories = fields.Dict(keys=Str(), values=Figure(), attribute="sheet.categories")
    items = fields.Dict(keys=Str(), values=Figure(), attribute="sheet.items")
    total = Figure(attribute="sheet.total")
    grade = Str(attribute="sheet.grade", allow_none=True)
    eligible = Bool(attribute="sheet.eligible")
    vetoed = Bool(attribute="sheet.vetoed")
    trace = fields.List(fields.Nested(TraceOut), attribute="sheet.trace")
    entries = fields.Dict(
        keys=Str(), values=fields.Nested(EntryOut), metadata={"description": "流水号对应的登记情况"}
    )


class StatementIn(PageIn):
    """Which ledger lines to list."""

    since = Day(load_default=None)
    until = Day(load_default=None, metadata={"description": "到这一天之前"})


class SpanIn(Schema):
    """Which days a sheet covers."""

    since = Day(load_default=None)
    until = Day(load_default=None, metadata={"description": "到这一天之前"})


class StatementOut(Schema):
    """A ledger line."""

    id = Int()
    occurred_on = Day()
    branch_name = Str()
    rulebook_code = Str()
    item_code = Str()
    item_name = Str()
    quantity = Figure()
    unit = Str()
    value = Figure(allow_none=True)
    level = Str(allow_none=True)
    clause = Str()
    source = Str()
    report_number = Int(allow_none=True)
    decided_by = Str()
    recorded_at = Instant()
    reverses_id = Int(allow_none=True, metadata={"description": "冲正的是哪一条"})
    reversed_by_id = Int(allow_none=True, metadata={"description": "被哪一条冲正"})
    corroborations = Int(metadata={"description": "同一件事的其他印证"})


StatementPage = page_of(StatementOut)


class RankingIn(PageIn):
    """Whose places to list."""

    branch_id = Id(load_default=None, metadata={"description": "支部；不写则为本人所在支部"})
    day = Day(load_default=None)


class SheetRankingIn(Schema):
    """Whose places go on a sheet."""

    branch_id = Id(required=True)
    day = Day(load_default=None)


class PlaceOut(Schema):
    """One's own place in a unit; equal totals share it."""

    unit_id = Int()
    place = Int()
    of = Int(metadata={"description": "参加排名的人数"})


class MineOut(Schema):
    """One's own total and places; none for exempt and ungraded people."""

    member_id = Int()
    period = Str()
    total = Figure()
    ranked = Bool()
    branch = fields.Nested(PlaceOut, allow_none=True)
    department = fields.Nested(PlaceOut, allow_none=True)
    city = fields.Nested(PlaceOut, allow_none=True)


class RankedOut(Schema):
    """A line of a branch's list."""

    place = Int(allow_none=True, metadata={"description": "名次；不参加排名的为空"})
    member_id = Int()
    number = Str()
    name = Str()
    total = Figure()
    grade = Str(allow_none=True)


class RankingOut(Schema):
    """One's own places, and others' where the branch committee switched names on."""

    mine = fields.Nested(MineOut, allow_none=True)
    names_shown = Bool(metadata={"description": "本人能否看到这个支部的名单；支委会没有公开时为 false"})
    items = fields.List(fields.Nested(RankedOut))
    next = Int(allow_none=True)


class ComparisonIn(PageIn):
    """Whose parts to compare."""

    unit_id = Id(required=True, metadata={"description": "工委（比各部门）或部门（比各支部）"})
    day = Day(load_default=None)


class ComparedOut(Schema):
    """An organisation among its like: per head and by median."""

    unit_id = Int()
    name = Str()
    people = Int(metadata={"description": "参加排名的人数"})
    mean = Figure(metadata={"description": "人均"})
    median = Figure(metadata={"description": "中位数"})


ComparedPage = page_of(ComparedOut)


class FaultOut(Schema):
    """What the proof found wrong first in one of its parts."""

    part = Str()
    where = Str()
    why = Str()


class ProofOut(Schema):
    """Whether the ledger holds."""

    holds = Bool()
    faults = fields.List(fields.Nested(FaultOut))


class DryRunIn(Schema):
    """Which versions to compare, for whom."""

    against_id = Id(required=True, metadata={"description": "拿来比较的现行版本"})
    unit_id = Id(required=True)
    day = Day(load_default=None, metadata={"description": "周期里的任意一天；不写则为今天"})


class ChangeOut(Schema):
    """One person under both versions."""

    member_id = Int(attribute="change.subject")
    name = Str()
    before = Figure(attribute="change.before")
    after = Figure(attribute="change.after")
    difference = Figure(attribute="change.difference")
    grade_before = Str(attribute="change.grade_before", allow_none=True)
    grade_after = Str(attribute="change.grade_after", allow_none=True)
    items = fields.Dict(
        keys=Str(),
        values=fields.List(Figure()),
        attribute="change.items",
        metadata={"description": "编码 → 现行、新版"},
    )
    unknown_facts = Int(attribute="change.unknown", metadata={"description": "新版没有的项目上的记录数"})


class DryRunOut(Schema):
    """Who would gain or lose how much; the largest differences first."""

    gained = Int(attribute="whole.gained")
    lost = Int(attribute="whole.lost")
    same = Int(attribute="whole.same")
    regraded = Int(attribute="whole.regraded")
    difference = Figure(attribute="whole.difference")
    changes = fields.List(fields.Nested(ChangeOut))
