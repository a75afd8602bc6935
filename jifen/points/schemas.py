"""Reports and rosters as seen from outside."""

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
