"""The quarterly sample as seen from outside."""

from __future__ import annotations

from marshmallow import fields, validate

from jifen.web.schemas import Bool, Day, Figure, Int, Schema, Str, page_of

_QUARTER = validate.Regexp(r"20\d\dQ[1-4]\Z", error="请写季度，例如 2026Q3。")


class SampleDrawnIn(Schema):
    """Which quarter, said."""

    quarter = Str(required=True, validate=[_QUARTER], metadata={"description": "例如 2026Q3"})


class SampleLookIn(Schema):
    """What the second look says."""

    agrees = Bool(required=True, metadata={"description": "与记录一致"})
    reason = Str(most=200, load_default="", metadata={"description": "有不同意见时写明哪里对不上"})


class SampleAnswerIn(Schema):
    """What the branch answers to a look that differs."""

    corrected = Bool(required=True, metadata={"description": "已冲正更正；否则为维持"})
    reply = Str(required=True, least=1, most=200, metadata={"description": "怎样处理、为什么"})


class SampleQuarterIn(Schema):
    """Which quarter."""

    quarter = Str(
        load_default=None, validate=[_QUARTER], metadata={"description": "例如 2026Q3；不写为最近一次"}
    )


class SampleDeedOut(Schema):
    """What a drawn fact is about."""

    code = Str(metadata={"description": "积分项目，或服务记录的来源"})
    name = Str()
    clause = Str()
    basis = Str()
    occurred_on = Day()
    quantity = Figure()
    unit = Str()
    value = Figure(allow_none=True)
    level = Str(allow_none=True)
    words = Str()
    evidence = Str()


class SampleLookOut(Schema):
    """A confirmed fact as another organisation sees it; of the name the family name alone."""

    id = Int()
    quarter = Str()
    fact = Str(metadata={"description": "entry 记分，service 志愿服务记录"})
    fact_id = Int(metadata={"description": "流水号，或服务记录的编号"})
    name = Str()
    branch_name = Str()
    deed = fields.Nested(SampleDeedOut)
    state = Str()
    reason = Str()
    reply = Str()


SampleLookPage = page_of(SampleLookOut)


class SampledUnitOut(Schema):
    """An organisation's sample."""

    unit_id = Int()
    name = Str()
    drawn = Int()
    looked = Int()
    agreement = Int(allow_none=True, metadata={"description": "一致的百分比；看得太少时不显示"})


class SampledItemOut(Schema):
    """An item's sample."""

    item_code = Str()
    item_name = Str()
    looked = Int()
    agreement = Int(allow_none=True)


class SpreadOut(Schema):
    """Quarter, half and three quarters lie at or below these."""

    quarter = Figure()
    half = Figure()
    three_quarters = Figure()
    of = Int()


class SampleOut(Schema):
    """What the looks of a quarter say."""

    quarter = Str()
    seed = Str(metadata={"description": "抽取的种子：台账最后一次封存的摘要，任何人可重抽核对"})
    drawn = Int()
    looked = Int()
    agreement = Int(allow_none=True)
    units = fields.List(fields.Nested(SampledUnitOut))
    items = fields.List(fields.Nested(SampledItemOut))
    days = fields.Nested(SpreadOut, allow_none=True, metadata={"description": "全市从上报到处理的天数"})
    branches = fields.Nested(
        SpreadOut, allow_none=True, metadata={"description": "各支部中位数的差别，不列支部"}
    )


class SampleAgainOut(Schema):
    """A sample drawn once more by its seed."""

    quarter = Str()
    seed = Str()
    drawn = Int(metadata={"description": "当时抽取、本人信息仍在的条数"})
    same = Int(metadata={"description": "照种子重抽仍然抽到的条数"})
    holds = Bool(metadata={"description": "是否全部对上"})
