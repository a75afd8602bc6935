"""Documents of the register as seen from outside."""

from __future__ import annotations

from jifen.web.schemas import Day, Id, Int, PageIn, Schema, Str, page_of


class BasisIn(Schema):
    """A clause of a document."""

    unit_id = Id(required=True, metadata={"description": "印发的组织；对它和下级有效"})
    number = Str(least=1, most=60, required=True, metadata={"description": "文号，或会议纪要编号"})
    title = Str(least=1, most=80, required=True)
    clause = Str(most=40, load_default="", metadata={"description": "条款，如第四条第二项"})
    since = Day(required=True)
    until = Day(load_default=None, metadata={"description": "不再有效的第一天"})


class BasisEndIn(Schema):
    """From when a document no longer holds."""

    until = Day(required=True)


class BasisOut(Schema):
    """A document of the register."""

    id = Int()
    unit_id = Int()
    number = Str()
    clause = Str()
    title = Str()
    since = Day()
    until = Day(allow_none=True)
    words = Str()


class BasisListIn(PageIn):
    """Which documents to list."""

    day = Day(load_default=None, metadata={"description": "只列这一天有效的"})


BasisPage = page_of(BasisOut)
