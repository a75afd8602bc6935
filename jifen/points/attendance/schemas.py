"""What comes in and goes out about attendance, absences and leave."""

from __future__ import annotations

from marshmallow import fields, validate

from jifen.points.attendance.states import MARKS, LeaveReason
from jifen.points.schemas import MOST_LISTED
from jifen.web.schemas import Bool, Day, Id, Instant, Int, Listing, PageIn, Schema, Str, one_of

_OUTCOME = {"description": "attended 到会，late 迟到，left_early 早退，on_leave 请假，absent 缺席"}
_REASON = {"description": "请假事由：duty 公务，study 培训，vacation 休假，private 事假；不写具体情况"}
_WORDS = {"description": "一两句话即可"}


def _reason(**more):
    return Str(validate=[one_of(*LeaveReason)], metadata=_REASON, **more)


class MarkIn(Schema):
    """How one of those expected ended."""

    member_id = Id(required=True)
    outcome = Str(required=True, validate=[one_of(*MARKS)], metadata=_OUTCOME)
    reason = _reason(load_default=None)


class GatheringIn(Schema):
    """A meeting: whoever is expected and not named attended."""

    branch_id = Id(required=True)
    item = Str(required=True, least=1, most=60, metadata={"description": "积分项目的编码、名称或叫法"})
    occurred_on = Day(required=True, metadata={"description": "哪天开的会（北京时间）"})
    activity = Str(
        least=1,
        most=40,
        load_default=None,
        metadata={"description": "会议的标识；同一天同一项有几场时用来区分，不写则以日期为准"},
    )
    cell_id = Id(load_default=None, metadata={"description": "只是某个党小组开会时写党小组"})
    member_ids = Listing(
        Id(),
        load_default=None,
        validate=[validate.Length(1, MOST_LISTED, error=f"应到1到{MOST_LISTED}人。")],
        metadata={"description": "应到人员，例如只开支委会时；不写则为当天在册的全体"},
    )
    marks = Listing(
        fields.Nested(MarkIn),
        load_default=list,
        validate=[validate.Length(0, MOST_LISTED, error=f"一次最多{MOST_LISTED}人。")],
        metadata={"description": "没有正常到会的人员"},
    )
    confirm = Bool(load_default=False, metadata={"description": "登记的同时确认；只有负责人可以"})


class GatheringsIn(PageIn):
    """Which meetings."""

    branch_id = Id(load_default=None)


class ExpectedIn(Schema):
    """Who would be expected."""

    branch_id = Id(required=True)
    occurred_on = Day(required=True)
    cell_id = Id(load_default=None)


class CorrectionIn(Schema):
    """How these people really ended; without an outcome they are taken off the list."""

    member_ids = Listing(
        Id(),
        load_default=None,
        validate=[validate.Length(1, MOST_LISTED, error=f"一次更正1到{MOST_LISTED}人。")],
        metadata={"description": "不写则撤回整次会议"},
    )
    outcome = Str(load_default=None, validate=[one_of(*MARKS)], metadata=_OUTCOME)
    reason = _reason(load_default=None)


class YesOrNoIn(Schema):
    """A yes or a no, with words to the person."""

    approve = Bool(required=True)
    reason = Str(load_default="", most=200, metadata=_WORDS)


class ExplainIn(Schema):
    """What the person says; by mouth an officer writes it down."""

    words = Str(required=True, least=1, most=200, metadata=_WORDS)


class AbsenceDecisionIn(Schema):
    """What becomes of an absence."""

    outcome = Str(
        required=True,
        validate=[one_of("deduct", "accept", "excuse")],
        metadata={"description": "deduct 确认缺席，accept 采纳说明，excuse 按请假处理"},
    )
    reason = Str(load_default="", most=200, metadata=_WORDS)
    leave = _reason(load_default=None)


class LeaveIn(Schema):
    """A request for leave; for somebody else an officer of his branch writes it down."""

    since = Day(required=True)
    until = Day(load_default=None, metadata={"description": "最后一天；只请一天可以不写"})
    reason = _reason(required=True)
    member_id = Id(load_default=None)


class RosterUndoIn(Schema):
    """Whose line of a list is taken back; without names the whole list."""

    member_ids = Listing(
        Id(), load_default=None, validate=[validate.Length(1, MOST_LISTED, error=f"一次1到{MOST_LISTED}人。")]
    )


class RosterUndoneOut(Schema):
    """Whose deed no longer counts by the list."""

    member_ids = fields.List(fields.Int())


class ExpectedOut(Schema):
    """Somebody expected."""

    member_id = Int()
    number = Str()
    name = Str()
    category = Str()
    exempt = Bool()
    leave = Str(allow_none=True)
    leave_state = Str(allow_none=True)


class ExpectedListOut(Schema):
    """Everybody expected."""

    items = fields.List(fields.Nested(ExpectedOut))


class MetOut(Schema):
    """A meeting in a list."""

    id = Int()
    branch_id = Int()
    branch_name = Str()
    cell_id = Int(allow_none=True)
    item_code = Str()
    item_name = Str()
    occurred_on = Day()
    activity = Str(allow_none=True)
    state = Str(metadata={"description": "prepared 待确认，confirmed 已确认，revoked 已撤回，dropped 已作废"})
    prepared_by = Str()
    confirmed_by = Str(allow_none=True)
    confirmed_at = Instant(allow_none=True)
    expected = Int()
    present = Int()
    on_leave = Int()
    absent = Int()
    exempt = Int()


class MetPage(Schema):
    """A page of meetings."""

    items = fields.List(fields.Nested(MetOut))
    next = Int(allow_none=True)


class ThereOut(Schema):
    """How somebody ended."""

    attendee_id = Int()
    member_id = Int()
    number = Str()
    name = Str()
    outcome = Str()
    reason = Str(allow_none=True)
    confirmed_by = Str(allow_none=True)
    absence_id = Int(allow_none=True)
    absence_state = Str(allow_none=True)
    explain_by = Day(allow_none=True)


class MeetingOut(Schema):
    """A meeting with everybody expected."""

    met = fields.Nested(MetOut)
    people = fields.List(fields.Nested(ThereOut))


class CorrectionOut(Schema):
    """A correction."""

    id = Int()
    state = Str(metadata={"description": "proposed 待另一位负责人处理，done 已更正，refused 未同意"})
    member_ids = fields.List(fields.Int())
    outcome = Str(allow_none=True)


class MissedOut(Schema):
    """An absence."""

    id = Int()
    member_id = Int()
    member_name = Str()
    branch_id = Int()
    branch_name = Str()
    gathering_id = Int()
    meeting_name = Str()
    item_code = Str()
    item_name = Str()
    occurred_on = Day()
    kind = Str()
    state = Str(
        metadata={
            "description": "told 已告知，explained 已说明，deducted 已确认，accepted 不扣分，excused 按请假"
        }
    )
    explain_by = Day()
    explanation = Str(allow_none=True)
    entered_by = Str(allow_none=True)
    answer = Str(allow_none=True)
    decided_by = Str(allow_none=True)


class MissedPage(Schema):
    """A page of absences."""

    items = fields.List(fields.Nested(MissedOut))
    next = Int(allow_none=True)


class LeaveOut(Schema):
    """A request for leave."""

    id = Int()
    member_id = Int()
    member_name = Str()
    branch_id = Int()
    branch_name = Str()
    since = Day()
    until = Day(metadata={"description": "最后一天"})
    reason = Str()
    state = Str(metadata={"description": "requested 待批，granted 已批准，refused 未批准，withdrawn 已取消"})
    entered_by = Str(allow_none=True)
    requested_at = Instant()


class LeavePage(Schema):
    """A page of requests."""

    items = fields.List(fields.Nested(LeaveOut))
    next = Int(allow_none=True)


class WaitingIn(PageIn):
    """One's own, or what waits for one's answer."""

    waiting = Bool(load_default=False, metadata={"description": "true：等本人处理的；false：本人的"})


class SheetForm(Schema):
    """A meeting as the page sends it: ``state.17=absent``, ``state.18=on_leave:duty`` …"""

    branch_id = Id(required=True)
    day = Day(required=True)
    item = Str(required=True, least=1, most=60)
    activity = Str(load_default=None, most=40)
    state = fields.Dict(keys=Str(), values=Str(most=24), load_default=dict)
    confirm = Bool(load_default=False)


class CorrectionForm(Schema):
    """One person put right, as the page sends it."""

    member_id = Id(required=True)
    end = Str(load_default="", most=24)


class AbsenceForm(Schema):
    """An answer to an absence, as the page sends it."""

    outcome = Str(required=True, validate=[one_of("deduct", "accept", *(f"excuse:{r}" for r in LeaveReason))])
    reason = Str(load_default="", most=200)


class NoneForm(Schema):
    """A form with nothing to fill in."""


class LeaveForm(Schema):
    """A request written down for somebody, or for oneself, as the page sends it."""

    number = Str(load_default="", most=16)
    since = Day(required=True)
    until = Day(load_default=None)
    reason = _reason(required=True)
