"""What comes in and goes out about activities."""

from __future__ import annotations

from marshmallow import fields, validate

from jifen.activities.states import Purpose
from jifen.points.attendance.states import MARKS, LeaveReason
from jifen.web.schemas import Bool, Day, Figure, Id, Instant, Int, Listing, PageIn, Schema, Str, one_of

#: People of one call.
MOST = 500
_DIGITS = validate.Regexp(r"^\d{6}$", error="口令是6位数字。")


class FenceIn(Schema):
    """Where it is held; telephones answer inside or not, and keep the rest."""

    lat = Figure(required=True, least="-90", most="90", metadata={"description": "纬度，浏览器所报的度数"})
    lon = Figure(required=True, least="-180", most="180", metadata={"description": "经度"})
    metres = Int(load_default=300, least=50, most=5000)


class ActivityNeedIn(Schema):
    """What is planned."""

    unit_id = Id(required=True)
    audience_id = Id(load_default=None, metadata={"description": "邀请哪个组织的党员；不写则为本组织"})
    kind = Str(required=True, least=1, most=24, metadata={"description": "config/activities.toml 里的 code"})
    title = Str(required=True, least=1, most=80)
    place = Str(required=True, least=1, most=80)
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    capacity = Int(load_default=None, allow_none=True, least=1, most=100_000)
    gates = Listing(Str(most=24), load_default=list)
    class_hours = Figure(load_default=None, allow_none=True, least="0.5", most="200")
    join_until = Instant(
        load_default=None, allow_none=True, metadata={"description": "报名截止；不写为开始时"}
    )
    fence = fields.Nested(FenceIn, load_default=None, allow_none=True)


class ActivitySeriesIn(Schema):
    """What comes again: the so-manyeth weekday every so many months."""

    unit_id = Id(required=True)
    kind = Str(required=True, least=1, most=24)
    title = Str(required=True, least=1, most=80)
    place = Str(required=True, least=1, most=80)
    every_months = Int(
        load_default=1, validate=[validate.OneOf((1, 2, 3, 6, 12), error="每1、2、3、6或12个月。")]
    )
    nth = Int(
        required=True, validate=[validate.OneOf((1, 2, 3, 4, -1), error="第1到第4个，或 -1 最后一个。")]
    )
    weekday = Int(required=True, least=0, most=6, metadata={"description": "0 周一 … 6 周日"})
    start_minute = Int(required=True, least=0, most=1439, metadata={"description": "当天零点起的分钟数"})
    minutes = Int(required=True, least=10, most=1440)
    since = Day(required=True)
    until = Day(load_default=None, allow_none=True)


class ActivityMoveIn(Schema):
    """A new time, and a new place if it changes too."""

    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    place = Str(load_default=None, allow_none=True, most=80)


class ActivityCapacityIn(Schema):
    """How many places; null: no limit."""

    capacity = Int(required=True, allow_none=True, least=1, most=100_000)


class ActivityFenceIn(Schema):
    """Where it is held; null: no telephone is asked."""

    fence = fields.Nested(FenceIn, required=True, allow_none=True)


class ActivityMinutesIn(Schema):
    """What was said and done."""

    words = Str(required=True, most=4000)


class ActivitiesIn(PageIn):
    """Which activities."""

    which = Str(
        load_default="coming",
        validate=[one_of("coming", "mine", "run")],
        metadata={"description": "coming 可参加的，mine 本人报名或参加过的，run 本人负责办理的"},
    )


class CheckIn(Schema):
    """A check-in or check-out of oneself: what was scanned, or the six digits."""

    purpose = Str(
        load_default=Purpose.IN, validate=[one_of(*Purpose)], metadata={"description": "in 签到，out 签退"}
    )
    digits = Str(load_default=None, allow_none=True, validate=[_DIGITS])
    scan = Str(
        load_default=None, allow_none=True, most=300, metadata={"description": "扫到的内容，与 digits 二选一"}
    )
    inside = Bool(
        load_default=None,
        allow_none=True,
        metadata={"description": "手机是否在活动范围内，可不写；不影响签到，位置本身不上传"},
    )


class ActivityTapIn(Schema):
    """The organiser's tap."""

    member_ids = Listing(Id(), required=True, validate=[validate.Length(1, MOST, error=f"一次1到{MOST}人。")])
    purpose = Str(load_default=Purpose.IN, validate=[one_of(*Purpose)])
    at = Instant(load_default=None, allow_none=True, metadata={"description": "补登的时间；不写为现在"})


class ActivityEndIn(Schema):
    """How somebody ended."""

    member_id = Id(required=True)
    outcome = Str(required=True, validate=[one_of(*MARKS)])
    reason = Str(load_default=None, allow_none=True, validate=[one_of(*LeaveReason)])
    in_at = Instant(load_default=None, allow_none=True)
    out_at = Instant(load_default=None, allow_none=True)


class ActivityCloseIn(Schema):
    """Whoever ended otherwise than the taps say."""

    ends = Listing(
        fields.Nested(ActivityEndIn),
        load_default=list,
        validate=[validate.Length(0, MOST, error=f"最多{MOST}人。")],
    )


class ActivityOut(Schema):
    """An activity."""

    id = Int()
    unit_id = Int()
    unit_name = Str()
    audience_name = Str()
    kind = Str()
    title = Str()
    place = Str()
    starts_at = Instant()
    ends_at = Instant()
    capacity = Int(allow_none=True)
    class_hours = Figure(allow_none=True)
    join_until = Instant(allow_none=True)
    state = Str(metadata={"description": "published 已发布，closed 已办结，cancelled 已取消"})
    joined = Int()
    waiting = Int()
    present = Int()
    mine = Str(allow_none=True, metadata={"description": "joined 已报名，waiting 候补，withdrawn 已取消"})
    in_at = Instant(allow_none=True)
    out_at = Instant(allow_none=True)
    outcome = Str(allow_none=True)


class SignedUpOut(Schema):
    """How one's sign-up stands."""

    activity_id = Int()
    state = Str()
    queue = Int(metadata={"description": "候补第几位；0 表示不在候补"})


class CheckedOut(Schema):
    """What a check-in came to."""

    activity_id = Int()
    title = Str()
    purpose = Str()
    at = Instant()
    again = Bool(metadata={"description": "true：先前已经办过，没有重复记"})
    to_check_out = Bool()


class CheckInCodeOut(Schema):
    """What the organiser shows and says now."""

    qr = Str(metadata={"description": "屏幕二维码的内容，每30秒换一次"})
    digits = Str(metadata={"description": "6位口令，每5分钟换一次"})
    purpose = Str()


class ParticipantOut(Schema):
    """Somebody on the organiser's list."""

    member_id = Int()
    number = Str()
    name = Str()
    sign_up = Str(allow_none=True)
    expected = Bool()
    exempt = Bool()
    leave = Str(allow_none=True)
    leave_asked = Bool()
    in_at = Instant(allow_none=True)
    in_way = Str(allow_none=True)
    inside = Bool(allow_none=True, metadata={"description": "手机说在不在活动范围内；空：没有问"})
    out_at = Instant(allow_none=True)
    out_way = Str(allow_none=True)
    outcome = Str(allow_none=True)
    reason = Str(allow_none=True)


class ParticipantsOut(Schema):
    """Everybody on the organiser's list."""

    items = fields.List(fields.Nested(ParticipantOut))


class ActivityClosedOut(Schema):
    """What a closing came to."""

    activity_id = Int()
    gathering_id = Int(allow_none=True)
    credited = fields.List(fields.Int())
    open = fields.List(fields.Int(), metadata={"description": "还要由（另一位）组织者确认的人"})


class ActivitySeriesOut(Schema):
    """A series."""

    id = Int()
    title = Str()
    since = Day()
    until = Day(allow_none=True)


class ActivityMinutesOut(Schema):
    """The minutes."""

    minutes = Str(allow_none=True)


class BranchDueIn(Schema):
    """Of which day's periods."""

    day = Day(load_default=None)


class BranchDueOut(Schema):
    """What is still due of a branch."""

    kind = fields.Function(lambda row: row.kind.code, metadata={"type": "string"})
    name = fields.Function(lambda row: row.kind.name, metadata={"type": "string"})
    basis = Str()
    period = Str()
    least = Int()
    held = Int()
    planned = Int()
    missing = Int()


class BranchDueListOut(Schema):
    """Everything expected of a branch."""

    items = fields.List(fields.Nested(BranchDueOut))


class ClassHoursIn(Schema):
    """Of which year."""

    year = Int(load_default=None, least=2000, most=2200)


class ClassHoursOut(Schema):
    """Class-hours of a year."""

    year = Int()
    done = Figure()
    expected = Figure()
    basis = Str()


# ---- pages -------------------------------------------------------------------------------------------------


class NeedForm(Schema):
    """An activity as the page sends it; times are Shanghai wall time."""

    unit_id = Id(required=True)
    kind = Str(required=True, least=1, most=24)
    title = Str(required=True, least=1, most=80)
    place = Str(required=True, least=1, most=80)
    day = Day(required=True)
    start = fields.Time(required=True, format="%H:%M", error_messages={"invalid": "应为时间，例如 14:30。"})
    end = fields.Time(required=True, format="%H:%M", error_messages={"invalid": "应为时间，例如 16:00。"})
    audience_id = Id(load_default=None)
    capacity = Int(load_default=None, least=1, most=100_000)
    gate = Str(load_default="", most=24)
    class_hours = Figure(load_default=None, least="0.5", most="200")
    join_until = fields.NaiveDateTime(
        load_default=None, format="%Y-%m-%dT%H:%M", error_messages={"invalid": "应为日期和时间。"}
    )
    fence_lat = Figure(load_default=None, least="-90", most="90")
    fence_lon = Figure(load_default=None, least="-180", most="180")
    fence_metres = Int(load_default=None, least=50, most=5000)
    repeat = Bool(load_default=False)


class FenceForm(Schema):
    """Where it is held, as the page sends it; blank: no telephone is asked."""

    fence_lat = Figure(load_default=None, least="-90", most="90")
    fence_lon = Figure(load_default=None, least="-180", most="180")
    fence_metres = Int(load_default=None, least=50, most=5000)


class MoveForm(Schema):
    """A new time, as the page sends it."""

    day = Day(required=True)
    start = fields.Time(required=True, format="%H:%M", error_messages={"invalid": "应为时间，例如 14:30。"})
    end = fields.Time(required=True, format="%H:%M", error_messages={"invalid": "应为时间，例如 16:00。"})
    place = Str(load_default=None, most=80)


class CapacityForm(Schema):
    """How many places; blank: no limit."""

    capacity = Int(load_default=None, least=1, most=100_000)


class TapForm(Schema):
    """People ticked on the organiser's page."""

    who = Listing(Id(), load_default=list)
    purpose = Str(required=True, validate=[one_of(*Purpose)])
    #: Numbers of people who are not on the list, divided by blanks.
    numbers = Str(load_default="", most=400)
    at = fields.Time(load_default=None, format="%H:%M", error_messages={"invalid": "应为时间，例如 15:40。"})


class CloseForm(Schema):
    """How people ended, where it is not what the taps say: ``state.17=absent`` …; blank: by the taps."""

    state = fields.Dict(keys=Str(), values=Str(most=24), load_default=dict)


class EndForm(Schema):
    """How one person ended, who was left open."""

    member_id = Id(required=True)
    end = Str(required=True, validate=[one_of("attended", "late", "left_early", "absent")])
    out = fields.Time(load_default=None, format="%H:%M", error_messages={"invalid": "应为时间，例如 16:00。"})


class EmptyForm(Schema):
    """A form with nothing to fill in."""


class TicketForm(Schema):
    """What the page of a scan carries."""

    ticket = Str(required=True, least=1, most=400)
    #: Whether the telephone was inside the fence; blank where it was not asked.
    inside = Bool(load_default=None)


class ActivityKindOut(Schema):
    """A kind of activity."""

    code = Str()
    name = Str()
    expects = Bool(metadata={"description": "应到人员不用报名，缺席按考勤办理"})
    check_out = Bool(metadata={"description": "要签退，按实际时长"})
    hours = Bool(metadata={"description": "确认后记入志愿时长"})
    class_hours = Bool(metadata={"description": "按活动登记的学时记"})


class ActivityGateOut(Schema):
    """A condition under which one may sign up."""

    code = Str()
    name = Str()


class ActivityKindsOut(Schema):
    """Kinds of activities, and conditions."""

    items = fields.List(fields.Nested(ActivityKindOut))
    gates = fields.List(fields.Nested(ActivityGateOut))
