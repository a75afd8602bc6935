"""Imports of facts and balances as seen from outside."""

from __future__ import annotations

from flask_smorest.fields import Upload
from marshmallow import fields, validate

from jifen.members.schemas_imports import ProblemOut
from jifen.points.intake.sheets import TEMPLATES
from jifen.points.intake.words import Kind
from jifen.web.schemas import Bool, Day, Id, Instant, Int, Schema, Str, page_of


class FactsUploadIn(Schema):
    """The uploaded workbook, and what is said beside it."""

    file = Upload(
        required=True,
        error_messages={"required": "请选择文件。"},
        metadata={"description": "积分记录或接续积分表"},
    )
    kind = Str(
        validate=[validate.OneOf(list(Kind), error="请写 facts 或 balances。")],
        load_default=Kind.FACTS.value,
        metadata={"description": "facts 积分记录；balances 接续积分"},
    )
    unit_code = Str(
        least=1, most=32, load_default=None, metadata={"description": "哪个组织的；不写则为本人所在组织"}
    )
    mapping = Str(
        least=2,
        most=100_000,
        load_default=None,
        metadata={"description": "JSON：各列的含义、整张表的项目、对问题的回答；不写则自动识别"},
    )


class FactsFormIn(Schema):
    """The uploaded workbook, and what a page asks beside it."""

    file = Upload(required=True, error_messages={"required": "请选择文件。"})
    kind = Str(
        validate=[validate.OneOf(list(Kind), error="请选择积分记录或接续积分。")],
        load_default=Kind.FACTS.value,
    )
    unit_code = Str(most=32, load_default=None)
    header = Str(most=9, load_default="")
    columns = fields.Dict(keys=Str(most=20), values=Str(most=3), load_default=dict)
    item = Str(most=60, load_default="")
    day = Day(load_default=None)
    year = Int(least=1900, most=2200, load_default=None)
    level = Str(most=20, load_default="")
    period = Str(most=30, load_default="")
    source = Str(most=120, load_default="")
    minute = Str(most=120, load_default="")
    signer = Str(most=40, load_default="")
    replaces = Id(load_default=None)


class FactsAnswersForm(Schema):
    """Answers typed on a page."""

    answers = fields.Dict(keys=Str(most=200), values=Str(most=200), load_default=dict)


class FactsTemplateIn(Schema):
    """Which sheet to fill in."""

    which = Str(
        validate=[validate.OneOf(list(TEMPLATES), error=f"可选的有：{'、'.join(TEMPLATES)}。")],
        load_default="facts",
    )


class FactsAnswersIn(Schema):
    """Answers to the questions of a preview."""

    answers = fields.Dict(
        keys=Str(most=200),
        values=Str(most=200),
        load_default=None,
        metadata={"description": "问题编号 → 回答"},
    )


class FactsBatchOut(Schema):
    """One import."""

    id = Int()
    kind = Str()
    unit_name = Str()
    state = Str(metadata={"enum": ["previewed", "confirmed", "undone", "dropped"]})
    file_name = Str()
    done = Int()
    total = Int()
    waiting = Int(metadata={"description": "确认人本人的、等其他负责人确认的条数"})
    created_at = Instant()
    confirmed_at = Instant(allow_none=True)
    undone_at = Instant(allow_none=True)


FactsBatchPage = page_of(FactsBatchOut)


class FactsPreviewOut(Schema):
    """What a sheet would do, before anybody says yes."""

    batch_id = Int()
    kind = Str()
    unit_id = Int()
    unit_code = Str()
    unit_name = Str()
    file_name = Str()
    sheets = fields.List(fields.Raw(metadata={"type": "object"}))
    counts = fields.Dict(keys=Str(), values=Int())
    items = fields.List(fields.List(fields.Raw()), metadata={"description": "项目编号、名称、条数"})
    problems = fields.List(fields.Nested(ProblemOut))
    ready = Bool(metadata={"description": "是否可以确认导入"})


class FactsOutcomeOut(Schema):
    """What a confirmation did."""

    batch_id = Int()
    posted = Int()
    attached = Int()
    waiting = Int()


class FactsUndoneOut(Schema):
    """What was taken back."""

    batch_id = Int()
    reversed = Int()
    detached = Int()
    reopened = Int()
