"""One's own data as seen from outside."""

from __future__ import annotations

from marshmallow import fields

from jifen.web.schemas import Instant, Schema, Str


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
