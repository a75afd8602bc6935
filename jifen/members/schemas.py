"""What people's data looks like from outside."""

from __future__ import annotations

from marshmallow import fields

from jifen.core.actor import Role
from jifen.web.schemas import Day, Id, Instant, Int, PageIn, Schema, Str, one_of, page_of

ROLES = tuple(role.value for role in Role)
CATEGORIES = (
    "full_member",
    "probationary_member",
    "development_candidate",
    "activist",
    "retired_member",
    "floating_member",
    "lost_contact_member",
)
REASONS = ("age", "meeting", "long_absent", "seconded", "village")
#: 人员类别, as pages say them.
CATEGORY_WORDS = {
    "full_member": "正式党员",
    "probationary_member": "预备党员",
    "development_candidate": "发展对象",
    "activist": "入党积极分子",
    "retired_member": "离退休党员",
    "floating_member": "流动党员",
    "lost_contact_member": "失联党员",
}
#: 不参加积分的情形, as pages say them; never a health detail.
REASON_WORDS = {
    "age": "年满七十周岁",
    "meeting": "经党员大会讨论、上级批准",
    "long_absent": "长期外出",
    "seconded": "借调、挂职在外单位",
    "village": "驻村",
}


class PeopleIn(PageIn):
    """Which people to list."""

    unit_id = Id(load_default=None, metadata={"description": "只看这个组织及其下级"})
    number = Str(most=16, load_default=None, metadata={"description": "只看这个编号"})


class PostsIn(PageIn):
    """Which posts to list."""

    unit_id = Id(load_default=None, metadata={"description": "只看这个组织及其下级"})


class ListedOut(Schema):
    """A line in a list of people."""

    id = Int(attribute="member_id")
    number = Str()
    name = Str()
    branch_id = Int()
    branch_name = Str()
    category = Str(metadata={"enum": list(CATEGORIES)})


PeoplePage = page_of(ListedOut)


class PostOut(Schema):
    """A dated post."""

    id = Int()
    member_id = Int()
    member_name = Str()
    unit_id = Int()
    unit_name = Str()
    role = Str(metadata={"enum": list(ROLES)})
    title = Str(allow_none=True)
    since = Day()
    until = Day(allow_none=True, metadata={"description": "不再任职的第一天"})


PostPage = page_of(PostOut)


class ProfileOut(Schema):
    """A person as he stands today."""

    id = Int()
    number = Str(metadata={"description": "jifen 发放的编号"})
    name = Str()
    joined_on = Day(allow_none=True)
    joined_precision = Str(metadata={"enum": ["d", "m", "y"], "description": "入党时间精确到日、月或年"})
    confirmed_on = Day(allow_none=True)
    confirmed_precision = Str(metadata={"enum": ["d", "m", "y"]})
    branch_id = Int(allow_none=True)
    branch_name = Str(allow_none=True)
    category = Str(allow_none=True)
    exempt_until = Day(allow_none=True)
    posts = fields.List(fields.Nested(PostOut))


class PersonIn(Schema):
    """A person to be taken in."""

    name = Str(required=True, least=1, most=40)
    branch_id = Id(required=True)
    category = Str(load_default="full_member", validate=[one_of(*CATEGORIES)])
    since = Day(required=True, metadata={"description": "从哪天起在这个支部"})
    joined_on = Day(load_default=None)


class MemberOut(Schema):
    """A person just taken in."""

    id = Int()
    number = Str()
    name = Str()


class PostIn(Schema):
    """A post to be given."""

    member_id = Id(required=True)
    unit_id = Id(required=True)
    role = Str(required=True, validate=[one_of(*ROLES)])
    since = Day(required=True)
    until = Day(load_default=None)


class PostEndIn(Schema):
    """From which day a post is held no more."""

    on = Day(required=True)


class ExemptionIn(Schema):
    """A decision that somebody is not scored; never a health detail."""

    reason = Str(required=True, validate=[one_of(*REASONS)])
    since = Day(required=True)
    until = Day(required=True)
    minute = Str(required=True, least=1, most=80, metadata={"description": "党员大会会议纪要编号"})


class ExemptionOut(Schema):
    """A decision that somebody is not scored."""

    id = Int()
    member_id = Int()
    reason = Str(metadata={"enum": list(REASONS)})
    since = Day()
    until = Day()
    minute = Str()
    approved_by = Int()
    approved_at = Instant()
    revoked_at = Instant(allow_none=True)


ExemptionPage = page_of(ExemptionOut)


class TransferIn(Schema):
    """A move to another branch."""

    to_branch_id = Id(required=True)
    on = Day(required=True, metadata={"description": "到新支部的第一天"})
    letter = Str(required=True, least=1, most=40, metadata={"description": "介绍信编号"})


class TransferOut(Schema):
    """A move to another branch."""

    id = Int()
    member_id = Int()
    from_branch_id = Int()
    to_branch_id = Int()
    moved_on = Day()
    letter = Str()


class MovedOut(TransferOut):
    """A move as people read it."""

    from_branch_name = Str()
    to_branch_name = Str()


TransferPage = page_of(MovedOut)


class WarningOut(Schema):
    """A hint about the form of an organisation."""

    code = Str()
    words = Str(metadata={"description": "提示和可以怎么办"})


class HintsOut(Schema):
    """What the size of one unit asks for."""

    unit_id = Int()
    unit_name = Str()
    warnings = fields.List(fields.Nested(WarningOut))


HintsPage = page_of(HintsOut)
