"""Hours as seen from outside."""

from __future__ import annotations

from flask_smorest.fields import Upload
from marshmallow import fields, validate

from jifen.members.schemas_imports import ProblemOut
from jifen.volunteering.deciding import Which
from jifen.web.schemas import Bool, Day, Id, Instant, Int, Listing, Schema, Str, page_of

MOST = 200
_REASON = {"description": "为什么补录，一句话"}
CLOCK = r"([01]?\d|2[0-3])[:：][0-5]\d"
_TIME = [validate.Regexp(f"^{CLOCK}$", error="时间请写成 9:00 这样。")]
MAYBE_TIME = [validate.Regexp(f"^({CLOCK})?$", error="时间请写成 9:00 这样。")]


class YearIn(Schema):
    """Of which year."""

    year = Int(required=True, least=2000, most=2999)


class LateLineIn(Schema):
    """One member of a roster; without times the whole activity."""

    member_id = Id(required=True)
    started_at = Instant(load_default=None)
    ended_at = Instant(load_default=None)


class LateIn(Schema):
    """A roster of an activity, written down afterwards."""

    unit_id = Id(required=True)
    title = Str(required=True, least=2, most=80, metadata={"description": "服务项目"})
    window_start = Instant(required=True, metadata={"description": "活动开始"})
    window_end = Instant(required=True, metadata={"description": "活动结束"})
    reason = Str(required=True, least=2, most=200, metadata=_REASON)
    activity_id = Id(load_default=None)
    people = Listing(
        fields.Nested(LateLineIn),
        required=True,
        validate=[validate.Length(1, MOST, error=f"一次补录1到{MOST}人。")],
    )


class LateForm(Schema):
    """The same at the desk: one day, wall times, people ticked; a time of one's own where somebody came later."""

    unit_id = Id(required=True)
    title = Str(required=True, least=2, most=80)
    day = Day(required=True)
    since = Str(required=True, validate=_TIME)
    until = Str(required=True, validate=_TIME)
    reason = Str(required=True, least=2, most=200)
    member_ids = Listing(
        Id(),
        required=True,
        error_messages={"required": "请勾选参加服务的党员。"},
        validate=[validate.Length(1, MOST, error=f"一次补录1到{MOST}人。")],
    )
    time = fields.Dict(keys=fields.String(), values=Str(most=20), load_default=dict)


class HoursAnswerIn(Schema):
    """Yes, or no with a word."""

    approve = Bool(required=True)
    reason = Str(load_default="", most=200)


class ClashWhichIn(Schema):
    """Which of overlapping records counts."""

    which = Str(required=True, validate=[validate.OneOf([str(w) for w in Which], error="请选择以哪条为准。")])


class ServiceAmendIn(Schema):
    """The true time of a record; without times nothing of it was served."""

    started_at = Instant(load_default=None)
    ended_at = Instant(load_default=None)
    reason = Str(required=True, least=2, most=200)


class AmendForm(Schema):
    """The same at the desk, in wall times of the record's day."""

    since = Str(load_default="", validate=MAYBE_TIME)
    until = Str(load_default="", validate=MAYBE_TIME)
    reason = Str(required=True, least=2, most=200)


class AfterIn(Schema):
    """Where a list goes on."""

    after = Int(least=0, most=2**63 - 1, load_default=0)


class NoneForm(Schema):
    """A button that says nothing more."""


class HoursStarsOut(Schema):
    """A table of stars."""

    name = Str()
    hours = fields.List(Int())
    words = fields.List(Str())


class HoursAccountOut(Schema):
    """Somebody's hours, in minutes."""

    member_id = Int()
    verified = Int(metadata={"description": "签到时长，分钟"})
    attested = Int(metadata={"description": "补录时长，分钟"})
    total = Int()
    waiting = Int(metadata={"description": "待上级审核或待核对的分钟，不在合计里"})
    star = Int(metadata={"description": "几星，0为还没有"})
    star_words = Str()
    to_next = Int(allow_none=True, metadata={"description": "到下一星还差多少分钟"})
    stars = fields.Nested(HoursStarsOut)


class ServiceRecordOut(Schema):
    """One record."""

    id = Int()
    member_id = Int()
    member_name = Str()
    title = Str()
    unit_name = Str()
    kind = Str(metadata={"enum": ["verified", "attested"]})
    source = Str(metadata={"enum": ["activity", "late_entry", "import", "community"]})
    state = Str(allow_none=True, metadata={"enum": ["counts", "held", "clash", None]})
    occurred_on = Day()
    started_at = Instant()
    ended_at = Instant()
    minutes = Int()
    amending = Bool()


RecordPage = page_of(ServiceRecordOut)


class HoursHeldOut(Schema):
    """Somebody of a unit with his hours."""

    member_id = Int()
    number = Str()
    name = Str()
    branch_name = Str()
    account = fields.Nested(HoursAccountOut)


HeldPage = page_of(HoursHeldOut)


class LateOut(Schema):
    """A late entry and where it stands."""

    id = Int()
    state = Str(metadata={"enum": ["proposed", "approved", "refused", "withdrawn"]})


class LateShownOut(LateOut):
    """A late entry with its people."""

    unit_name = Str()
    title = Str()
    window_start = Instant()
    window_end = Instant()
    reason = Str()
    prepared_by = Str()
    people = fields.List(fields.Tuple((Str(), Instant(), Instant())))


class ServiceAmendOut(Schema):
    """A correction and where it stands."""

    id = Int()
    record_id = Int()
    state = Str(metadata={"enum": ["proposed", "done", "refused"]})


class ServiceAmendShownOut(Schema):
    """A correction that waits."""

    id = Int()
    record = fields.Nested(ServiceRecordOut)
    started_at = Instant(allow_none=True)
    ended_at = Instant(allow_none=True)
    reason = Str()
    proposed_by = Str()


class HoursWaitingOut(Schema):
    """What waits for the caller about hours."""

    late = fields.List(fields.Nested(LateShownOut))
    long_days = fields.List(fields.Nested(ServiceRecordOut))
    clashes = fields.List(fields.Nested(ServiceRecordOut))
    amends = fields.List(fields.Nested(ServiceAmendShownOut))


class HoursUploadIn(Schema):
    """The uploaded workbook, and what is said beside it."""

    file = Upload(
        required=True,
        error_messages={"required": "请选择文件。"},
        metadata={"description": "志愿服务时长表：姓名、编号、项目、日期、开始、结束、时长"},
    )
    unit_id = Id(required=True)
    platform = Str(required=True, least=2, most=40, metadata={"description": "从哪个平台来"})


class HoursAnswersIn(Schema):
    """Answers to the questions of a preview."""

    answers = fields.Dict(keys=Str(most=200), values=Str(most=200), load_default=dict)


class HoursPreviewOut(Schema):
    """What a sheet of hours would do."""

    batch_id = Int()
    state = Str()
    unit_id = Int()
    file_name = Str()
    platform = Str()
    lines = Int()
    repeated = Int(metadata={"description": "这里已经有的行，不再记"})
    minutes = Int()
    problems = fields.List(fields.Nested(ProblemOut))
    ready = Bool()


class CreditedOut(Schema):
    """What became of people; ids of members."""

    counted = fields.List(Int())
    waiting = fields.List(Int(), metadata={"description": "当天超过8小时，等上级审核"})
    clashing = fields.List(Int(), metadata={"description": "时间重叠，待核对"})
    already = fields.List(Int())
    outside = fields.List(Int())
    own = fields.List(Int(), metadata={"description": "确认人本人的，由另一位负责人导入"})


class HoursUndoneOut(Schema):
    """What was taken back."""

    reversed = Int()
