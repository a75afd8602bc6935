"""One's own data as seen from outside."""

from __future__ import annotations

from marshmallow import fields

from jifen.web.schemas import Bool, Instant, Int, Schema, Str


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
