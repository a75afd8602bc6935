"""Imports of rosters as seen from outside."""

from __future__ import annotations

from flask_smorest.fields import Upload
from marshmallow import fields

from jifen.web.schemas import Bool, Day, Id, Instant, Int, Schema, Str, page_of


class UploadIn(Schema):
    """The uploaded workbook, and what is said beside it."""

    file = Upload(
        required=True, error_messages={"required": "请选择名册文件。"}, metadata={"description": "名册"}
    )
    unit_code = Str(
        least=1, most=32, load_default=None, metadata={"description": "名册属于哪个组织；不写则按内容判断"}
    )
    mapping = Str(
        least=2,
        most=100_000,
        load_default=None,
        metadata={"description": "JSON：工作表、表头、各列的含义，对问题的回答；不写则自动识别"},
    )
    create_branches = Bool(load_default=False, metadata={"description": "新建名册里有、系统里没有的支部"})


class RosterFormIn(Schema):
    """The uploaded roster, and what a page asks beside it."""

    file = Upload(required=True, error_messages={"required": "请选择名册文件。"})
    unit_code = Str(most=32, load_default=None)
    header = Int(least=1, most=200, load_default=None)
    columns = fields.Dict(keys=Str(most=20), values=Str(most=3), load_default=dict)
    branch = Str(most=80, load_default="")
    since = Day(load_default=None)
    replaces = Id(load_default=None)


class RosterAnswersForm(Schema):
    """Answers typed on a page."""

    answers = fields.Dict(keys=Str(most=200), values=Str(most=200), load_default=dict)


class RosterConfirmForm(Schema):
    """The yes of a page."""

    create_branches = Bool(load_default=False)


class AnswersIn(Schema):
    """Answers to the questions of a preview."""

    answers = fields.Dict(
        keys=Str(most=200),
        values=Str(most=200),
        load_default=None,
        metadata={"description": "问题编号 → 回答"},
    )
    create_branches = Bool(load_default=False)


class BatchOut(Schema):
    """One import."""

    id = Int()
    state = Str(metadata={"enum": ["previewed", "confirmed", "undone", "dropped"]})
    file_name = Str()
    done = Int()
    total = Int()
    created_at = Instant()
    confirmed_at = Instant(allow_none=True)
    undone_at = Instant(allow_none=True)


class BatchLineOut(BatchOut):
    """A line in the list of imports."""

    unit_name = Str()


BatchPage = page_of(BatchLineOut)


class ProblemOut(Schema):
    """One problem by sheet, row, column and reason."""

    severity = Str(metadata={"enum": ["error", "question", "doubt"]})
    code = Str()
    sheet = Str()
    row = Int(metadata={"description": "Excel 里的行号；0 指整张表"})
    column = Str(metadata={"description": "Excel 里的列；空指整行"})
    reason = Str()
    remedy = Str()


class PreviewOut(Schema):
    """What a roster would do, before anybody says yes."""

    batch_id = Int()
    unit_id = Int()
    unit_code = Str()
    unit_name = Str()
    file_name = Str()
    sheets = fields.List(fields.Raw(metadata={"type": "object"}))
    counts = fields.Dict(keys=Str(), values=Int())
    problems = fields.List(fields.Nested(ProblemOut))
    new_branches = fields.List(fields.List(fields.Raw()))
    missing = fields.List(fields.List(Str()), metadata={"description": "编号、姓名、支部"})
    warnings = fields.List(Str())
    since = Day()
    ready = Bool(metadata={"description": "是否可以确认导入"})


class OutcomeOut(Schema):
    """What a confirmed roster did."""

    batch_id = Int()
    created = Int()
    changed = Int()
    moved = Int()
    left = Int()
    branches = Int()
    posts = Int()


class UndoneOut(Schema):
    """What was taken back."""

    batch_id = Int()
    removed = Int()
    restored = Int()
    branches = Int()


class ProgressOut(Schema):
    """How far a running import is."""

    stage = Str(allow_none=True, metadata={"enum": ["read", "match", "write", None]})
    done = Int()
    total = Int()
