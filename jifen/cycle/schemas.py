"""The burden register as seen from outside."""

from __future__ import annotations

from marshmallow import fields

from jifen.web.schemas import Bool, Day, Int, Schema, Str, page_of


class OpinionIn(Schema):
    """What somebody finds too much."""

    words = Str(least=1, most=500, required=True, metadata={"description": "哪件事负担重"})
    anonymous = Bool(load_default=False, metadata={"description": "不留姓名；答复也就无法送达"})


class OpinionAnswerIn(Schema):
    """What is done about it."""

    words = Str(least=1, most=500, required=True)


class OpinionOut(Schema):
    """An opinion."""

    id = Int()
    words = Str()
    said_on = Day()
    answer = Str(allow_none=True)


OpinionPage = page_of(OpinionOut)


class OpinionMadeOut(Schema):
    """The number of an opinion."""

    id = Int()


class BurdenUnitOut(Schema):
    """What was asked of a unit this month."""

    unit_id = Int()
    name = Str()
    questions = Int()
    reports = Int()
    lists = Int()
    total = Int()
    most = Int()
    over = Bool()


class BurdenOwnOut(Schema):
    """What was asked of oneself this month."""

    reminders = Int()
    returned = Int()
    total = Int()
    most = Int()


class BurdenOut(Schema):
    """Everything asked this month that the reader may see."""

    mine = fields.Nested(BurdenOwnOut)
    units = fields.List(fields.Nested(BurdenUnitOut))
