"""The end of a year as seen from outside."""

from __future__ import annotations

from marshmallow import fields

from jifen.web.schemas import Bool, Day, Figure, Id, Instant, Int, Schema, Str


class YearEndIn(Schema):
    """Which unit's year."""

    unit_id = Id(required=True)
    year = Int(required=True, least=2000, most=2199, metadata={"description": "结束的年度"})


class RenewForm(Schema):
    """The minute that keeps somebody exempt, and until when."""

    minute = Str(required=True, least=1, most=80)
    until = Day(load_default=None)


class HoldsOut(Schema):
    """A rulebook version before and after."""

    people = Int()
    before = Str(allow_none=True)
    after = Str(allow_none=True)
    carries = Bool()


class BeginsOut(Schema):
    """What somebody begins with."""

    name = Str()
    last_total = Figure(allow_none=True)
    opening = Figure()


class AskedOut(Schema):
    """An exemption that ends with the year."""

    exemption_id = Int()
    member_id = Int()
    name = Str()
    branch_name = Str()
    reason = Str()
    until = Day()
    minute = Str()


class YearEndOut(Schema):
    """What the end of a year means for a unit, and how far it is."""

    unit_id = Int()
    unit_name = Str()
    year = Int()
    rulebooks = fields.List(fields.Nested(HoldsOut))
    people = Int()
    brought = Int()
    openings = fields.List(fields.Nested(BeginsOut))
    exemptions = fields.List(fields.Nested(AskedOut))
    open = fields.Dict(keys=Str(), values=Int())
    grades = fields.Dict(keys=Str(), values=Int())
    stage = Str(allow_none=True)
    finished_at = Instant(allow_none=True)
    over = Bool()
