"""One's own data as seen from outside."""

from __future__ import annotations

from marshmallow import fields

from jifen.privacy import rules
from jifen.web.schemas import Bool, Day, Instant, Int, PageIn, Schema, Str, one_of, page_of

HOW = ("paper", "mouth")


class SeerOut(Schema):
    """A post whose holder sees the person."""

    role = Str()
    unit_name = Str()
    sees = fields.List(Str(), metadata={"description": "能看到哪些内容"})


class TakenOutOut(Schema):
    """A list that somebody took out of the house."""

    at = Instant()
    who = Str()
    what = Str()
    purpose = Str()


class VisibilityOut(Schema):
    """Who sees a person today."""

    seers = fields.List(fields.Nested(SeerOut))
    exports = fields.List(fields.Nested(TakenOutOut))


class ColumnOut(Schema):
    """What a column is called."""

    name = Str()
    words = Str(metadata={"description": "中文名称"})


class PartOut(Schema):
    """What one table keeps about the person."""

    table = Str()
    what = Str()
    term = Str(metadata={"description": "保存多久"})
    basis = Str(metadata={"description": "依据"})
    columns = fields.List(fields.Nested(ColumnOut))
    rows = fields.List(fields.Dict(), metadata={"description": "原样的内容；他人的编号换成岗位或“其他同志”"})
    more = Bool(metadata={"description": "是否只给出最近的两万条"})


class CountedOut(Schema):
    """A table whose rows are about others too."""

    table = Str()
    what = Str()
    count = Int()


class UnnamedOut(Schema):
    """What is kept for a short time and not by person."""

    what = Str()
    term = Str()


class DataOut(Schema):
    """Everything that is kept about the caller."""

    mark = Str(metadata={"description": "水印：谁、何时、为什么导出"})
    name = Str()
    number = Str()
    parts = fields.List(fields.Nested(PartOut))
    counted = fields.List(fields.Nested(CountedOut))
    unnamed = fields.List(fields.Nested(UnnamedOut))


class PrivacyRequestIn(Schema):
    """What somebody asks about his data, or what is entered for somebody who brought it on paper or by mouth."""

    kind = Str(
        required=True,
        validate=[one_of(*rules.KIND_WORDS)],
        metadata={
            "description": "correct 更正、object 反对、limit 限制处理；代为登记时还有 withdraw 撤回同意"
        },
    )
    what = Str(
        most=20,
        load_default="",
        metadata={
            "description": f"更正哪一项：{'、'.join(rules.FIELDS)}；反对、限制哪一项：{'、'.join(rules.USES)}"
        },
    )
    value = Str(most=rules.VALUE, load_default="", metadata={"description": "应改成什么"})
    words = Str(most=rules.WORDS, load_default="", metadata={"description": "理由"})
    member_number = Str(most=16, load_default=None, metadata={"description": "代为登记时，为谁；不填为本人"})
    how = Str(load_default=None, validate=[one_of(*HOW)], metadata={"description": "代为登记时：书面、口头"})
    received_on = Day(load_default=None, metadata={"description": "代为登记时收到的日期"})


class PrivacyRequestsIn(PageIn):
    """Which requests to list."""

    own = Bool(load_default=False, metadata={"description": "只看关于本人的"})
    state = Str(load_default=None, validate=[one_of(*rules.RequestState)])


class PrivacyRequestOut(Schema):
    """A request and its answer."""

    id = Int()
    kind = Str()
    what = Str()
    called = Str(metadata={"description": "叫什么：更正姓名……"})
    value = Str(allow_none=True)
    words = Str(allow_none=True)
    member_id = Int()
    name = Str()
    number = Str()
    unit_name = Str()
    how = Str()
    received_on = Day()
    answer_by = Day()
    state = Str()
    asked_unit = Str(allow_none=True, metadata={"description": "现在由哪个组织答复"})
    reason = Str(allow_none=True)
    answered_at = Instant(allow_none=True)
    mine_to_answer = Bool()
    mine_to_withdraw = Bool()


RequestPage = page_of(PrivacyRequestOut)


class PrivacyAnswerIn(Schema):
    """A yes or a no with its reasons."""

    granted = Bool(required=True, metadata={"description": "同意与否；同意更正的，随即写入"})
    reason = Str(required=True, least=2, most=rules.WORDS, metadata={"description": "写给本人的理由"})


class EraseIn(Schema):
    """On whose decision somebody is erased."""

    minute = Str(required=True, least=1, most=80, metadata={"description": "同意删除的纪要或批件编号"})


class AfterIn(Schema):
    """Where a list goes on."""

    after = Int(least=0, load_default=0)


class AskForm(Schema):
    """The desk's form for one's own request: kind and what as one choice."""

    asked = Str(required=True, least=1, most=40)
    value = Str(most=rules.VALUE, load_default="")
    words = Str(most=rules.WORDS, load_default="")


class EnterForm(AskForm):
    """The desk's form for what somebody brought."""

    member_number = Str(required=True, least=1, most=16)
    how = Str(required=True, validate=[one_of(*HOW)])
    received_on = Day(required=True)


class EraseForm(EraseIn):
    """The desk's form: the number is typed twice, for there is no way back."""

    number = Str(required=True, least=1, most=16)
    again = Str(required=True, least=1, most=16)
