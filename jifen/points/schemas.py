"""Reports, scores and rankings as seen from outside."""

from __future__ import annotations

from marshmallow import fields, validate

from jifen.points.states import ReportState
from jifen.web.schemas import (
    Bool,
    Day,
    Figure,
    Id,
    Instant,
    Int,
    Listing,
    PageIn,
    Schema,
    Str,
    one_of,
    page_of,
)

STATES = tuple(state.value for state in ReportState)
#: Reports that one request may confirm.
MOST_AT_ONCE = 200
#: Members that one list may hold.
MOST_LISTED = 500


class FilingIn(Schema):
    """What a member says he did."""

    item = Str(required=True, least=1, most=60, metadata={"description": "积分项目的编码、名称或叫法"})
    occurred_on = Day(required=True, metadata={"description": "哪天做的（北京时间）"})
    quantity = Figure(
        least="0.01", most="9999999", load_default="1", metadata={"description": "数量，按项目的单位"}
    )
    words = Str(most=500, load_default="")
    evidence = Str(least=1, most=200, load_default=None, metadata={"description": "项目要求时填文号等佐证"})
    level = Str(least=1, most=20, load_default=None)
    value = Figure(least="-9999999", most="9999999", load_default=None)
    another = Bool(load_default=False, metadata={"description": "与当天已报的不是同一件事"})


class ReportsIn(PageIn):
    """Which of one's own reports to list."""

    state = Str(load_default=None, validate=[one_of(*STATES)])


class ReasonIn(Schema):
    """Why a report is given back."""

    reason = Str(required=True, least=1, most=200)


class BatchIn(Schema):
    """Reports to be confirmed together: all of them or none."""

    ids = Listing(
        Id(),
        required=True,
        validate=[validate.Length(1, MOST_AT_ONCE, error=f"一次确认1到{MOST_AT_ONCE}条。")],
    )


class RosterIn(Schema):
    """A list of members of one branch who did one thing."""

    branch_id = Id(required=True)
    item = Str(required=True, least=1, most=60, metadata={"description": "积分项目的编码、名称或叫法"})
    occurred_on = Day(required=True, metadata={"description": "哪天做的（北京时间）"})
    member_ids = Listing(
        Id(),
        required=True,
        validate=[validate.Length(1, MOST_LISTED, error=f"一次登记1到{MOST_LISTED}人。")],
    )
    quantity = Figure(
        least="0.01", most="9999999", load_default="1", metadata={"description": "每人的数量，按项目的单位"}
    )
    activity = Str(
        least=1,
        most=40,
        load_default=None,
        metadata={"description": "活动的标识；同一天有几场活动时用来区分，不写则以日期为准"},
    )
    level = Str(least=1, most=20, load_default=None)
    value = Figure(least="-9999999", most="9999999", load_default=None)


class RosterOut(Schema):
    """What became of a list."""

    roster_id = Int()
    item_code = Str()
    posted = fields.List(fields.Int(), metadata={"description": "已计分的党员"})
    attached = fields.List(fields.Int(), metadata={"description": "此前已计过，这次只作印证的党员"})
    own = fields.List(fields.Int(), metadata={"description": "登记人本人：没有登记，应由其他负责人登记"})


class DecidedOut(Schema):
    """A decision on a report."""

    step = Int(metadata={"description": "第几步"})
    outcome = Str(metadata={"enum": ["approved", "returned", "revoked", "looked"]})
    decider_name = Str()
    principal_name = Str(allow_none=True, metadata={"description": "代理时，被代理的负责人"})
    unit_name = Str()
    reason = Str(allow_none=True, metadata={"description": "退回的原因，或确认的依据"})
    decided_at = Instant()


class ReportOut(Schema):
    """A report."""

    id = Int()
    number = Int(metadata={"description": "支部内的编号，例如“通过 42”"})
    member_id = Int()
    member_name = Str()
    branch_id = Int()
    branch_name = Str()
    item_code = Str()
    item_name = Str()
    occurred_on = Day()
    quantity = Figure()
    unit = Str(metadata={"description": "数量的单位"})
    value = Figure(allow_none=True)
    level = Str(allow_none=True)
    words = Str()
    evidence = Str(allow_none=True)
    state = Str(metadata={"enum": list(STATES)})
    version = Int()
    previous_id = Int(allow_none=True)
    submitted_at = Instant()
    decided_at = Instant(allow_none=True)
    return_reason = Str()
    step = Int(metadata={"description": "正在第几步"})
    steps = Int(metadata={"description": "一共几步"})
    asked_unit = Str(metadata={"description": "正在等哪个组织处理；没有则为空"})
    decided = fields.List(fields.Nested(DecidedOut))


ReportPage = page_of(ReportOut)


class ReportsOut(Schema):
    """Several reports."""

    items = fields.List(fields.Nested(ReportOut))


class ReportableOut(Schema):
    """An item that one may report oneself."""

    code = Str()
    name = Str()
    unit = Str()
    clause = Str()
    words = fields.List(Str())
    levels = fields.List(Str())
    quantity_min = Figure()
    quantity_max = Figure(allow_none=True)
    quantity_step = Figure()
    evidence_basis = Str(allow_none=True, metadata={"description": "需要佐证时的依据"})


class ReportablesOut(Schema):
    """What one may report oneself."""

    items = fields.List(fields.Nested(ReportableOut))


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
