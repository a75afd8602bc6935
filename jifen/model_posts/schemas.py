"""What comes in and goes out about model posts and honours."""

from __future__ import annotations

from flask_smorest.fields import Upload
from marshmallow import fields

from jifen.model_posts.states import REVIEWS
from jifen.web.schemas import Bool, Day, Id, Instant, Int, Listing, Schema, Str, one_of

#: People of one post.
MOST = 60


class ModelPostIn(Schema):
    """An application."""

    kind = Str(required=True, least=1, most=12, metadata={"description": "config/model_posts.toml 里的 code"})
    unit_id = Id(required=True, metadata={"description": "哪个党支部"})
    title = Str(required=True, least=2, most=40, metadata={"description": "岗位、窗口、责任区或品牌的名称"})
    deeds = Str(required=True, least=10, most=1000)
    lead_id = Id(load_default=None, allow_none=True, metadata={"description": "负责人；不写则为本人"})
    people = Listing(Id(), load_default=list, metadata={"description": "在这里工作的其他党员"})
    staff = Int(load_default=None, allow_none=True, least=1, most=100_000)
    staff_members = Int(load_default=None, allow_none=True, least=0, most=100_000)
    leader_member = Bool(load_default=False)


class ModelPostForm(Schema):
    """An application as a page sends it; people by their numbers."""

    kind = Str(required=True, least=1, most=12)
    title = Str(required=True, least=2, most=40)
    deeds = Str(required=True, least=10, most=1000)
    lead = Str(load_default="", most=20)
    people = Str(load_default="", most=600)
    staff = Int(load_default=None, allow_none=True, least=1, most=100_000)
    staff_members = Int(load_default=None, allow_none=True, least=0, most=100_000)
    leader_member = Bool(load_default=False)


class ModelPostAnswerIn(Schema):
    """An answer; a no needs its reason."""

    approve = Bool(required=True)
    reason = Str(load_default="", most=200)


class ModelPostReviewIn(Schema):
    """What becomes of it; with a reason unless it is kept or renewed."""

    outcome = Str(required=True, validate=[one_of(*REVIEWS)])
    reason = Str(load_default="", most=200)


class ModelPostReasonIn(Schema):
    """Why."""

    reason = Str(required=True, least=1, most=200)


class ModelPostConsentIn(Schema):
    """To what one agrees, or no longer does."""

    what = Str(required=True, validate=[one_of("name", "photo")])
    agree = Bool(required=True)


class ModelPostPhotoIn(Schema):
    """A photo of oneself."""

    file = Upload(
        required=True,
        error_messages={"required": "请选择照片。"},
        metadata={"description": "本人的照片，JPEG 或 PNG"},
    )


class ModelPostEmptyIn(Schema):
    """A form without fields."""


class HonourIn(Schema):
    """An honour of somebody."""

    title = Str(required=True, least=2, most=60)
    level = Str(required=True, least=1, most=20, metadata={"description": "积分办法里荣誉项目的等次"})
    awarded_on = Day(required=True)
    evidence = Str(load_default="", most=200, metadata={"description": "表彰文件或证书的名称、编号"})
    basis_id = Id(load_default=None, allow_none=True, metadata={"description": "依据登记里的编号"})
    collective = Bool(load_default=False)
    same_deed_as = Id(
        load_default=None, allow_none=True, metadata={"description": "同一件事已登记的另一项荣誉：只取最高"}
    )


class HonourForm(HonourIn):
    """The same as a page sends it."""

    number = Str(required=True, least=1, most=20)


class ModelPostOut(Schema):
    """A post in a list."""

    id = Int()
    kind = Str()
    kind_name = Str()
    title = Str()
    unit_id = Int()
    unit_name = Str()
    lead_name = Str()
    state = Str()
    state_words = Str()
    plate = Str(allow_none=True)
    public_id = Str(allow_none=True)
    applied_at = Instant()
    until = Day(allow_none=True)
    rectify_by = Day(allow_none=True)
    review_on = Day(allow_none=True)


class ModelPostPersonOut(Schema):
    """One of its people."""

    member_id = Int()
    number = Str()
    name = Str()
    leads = Bool()
    named = Bool(metadata={"description": "本人是否同意姓名上墙"})
    shown = Bool(metadata={"description": "本人是否同意照片上墙"})


class ModelPostSaidOut(Schema):
    """A decision that was taken."""

    subject = Str()
    outcome = Str()
    who = Str()
    unit_name = Str()
    reason = Str()
    at = Instant()


class ModelPostOpenedOut(Schema):
    """A post as its reader may see it."""

    about = fields.Nested(ModelPostOut)
    deeds = Str()
    found = fields.List(Str(), metadata={"description": "申报时各项条件的情况和依据"})
    staff = Int(allow_none=True)
    staff_members = Int(allow_none=True)
    people = fields.List(fields.Nested(ModelPostPersonOut))
    said = fields.List(fields.Nested(ModelPostSaidOut))
    total = Int(attribute="answers.total", metadata={"description": "群众评价的份数"})
    asked = Str(metadata={"description": "application、review 或空：现在等您办什么"})
    may_cancel = Bool()
    may_remove = Bool()


class ModelPostWaitsOut(Schema):
    """A question that the caller may answer."""

    what = Str()
    about = fields.Nested(ModelPostOut)
    asked_at = Instant()


class ModelPostWaitingOut(Schema):
    """What waits for the caller."""

    items = fields.List(fields.Nested(ModelPostWaitsOut))


class ModelPostKindOut(Schema):
    """A kind for which one may apply."""

    code = Str(attribute="kind.code")
    name = Str(attribute="kind.name")
    left = Int(metadata={"description": "还有几个名额"})


class ModelPostKindsOut(Schema):
    """What is open."""

    items = fields.List(fields.Nested(ModelPostKindOut))


class HonourOut(Schema):
    """An honour."""

    id = Int()
    member_id = Int()
    member_name = Str()
    title = Str()
    level = Str()
    collective = Bool()
    awarded_on = Day()
    evidence = Str()
    state = Str()
    counts = Bool(metadata={"description": "同一件事只取最高的一项：是不是它"})
    deed_id = Int()


class HonoursOut(Schema):
    """Honours, all of them."""

    items = fields.List(fields.Nested(HonourOut))
