"""Periods and lists, as seen from outside."""

from __future__ import annotations

from marshmallow import fields

from jifen.decisions.states_publicity import PublicationState
from jifen.points.periods.states import PeriodState
from jifen.web.schemas import Bool, Day, Id, Int, PageIn, Schema, Str, page_of

PERIOD = r"周期：2026、2026H1、2026Q3 或 2026-09"


class PublicationsIn(PageIn):
    """Which lists."""

    unit_id = Id(load_default=None, metadata={"description": "只看这个组织的"})
    period = Str(least=4, most=8, load_default=None, metadata={"description": PERIOD})


class PublicationOut(Schema):
    """A list in a list of lists."""

    id = Int()
    kind = Str()
    unit_id = Int()
    unit_name = Str()
    period = Str()
    revision = Int(metadata={"description": "第几版；更正后的名单是下一版"})
    state = Str(metadata={"enum": [s.value for s in PublicationState]})
    since = Day(allow_none=True, metadata={"description": "公示的第一天"})
    until = Day(allow_none=True, metadata={"description": "公示结束后的第一天"})
    digest = Str(metadata={"description": "名单摘要，SHA-256"})


PublicationPage = page_of(PublicationOut)


class LineOut(Schema):
    """A line of a list."""

    rank = Int()
    member_id = Int()
    number = Str()
    name = Str()
    row = fields.Dict(keys=Str(), values=Str(), metadata={"description": "各栏数字，按 frame 的栏目"})


class ChangedOut(Schema):
    """What a revision says otherwise about one member."""

    member_id = Int()
    name = Str()
    before = fields.Dict(keys=Str(), values=Str(), allow_none=True)
    after = fields.Dict(keys=Str(), values=Str(), allow_none=True)


class OpenedOut(Schema):
    """A list with its lines."""

    about = fields.Nested(PublicationOut)
    frame = fields.Dict(keys=Str(), metadata={"description": "分组和栏目"})
    lines = fields.List(fields.Nested(LineOut))
    changed = fields.List(fields.Nested(ChangedOut), metadata={"description": "与上一版不同的人"})
    working_days = Int()
    publicised_by = Str()
    seal_seq = Int(metadata={"description": "生成名单时台账封存到第几批"})
    may_publicise = Bool()


class StandsIn(PageIn):
    """Which period."""

    period = Str(required=True, least=4, most=8, metadata={"description": PERIOD})


class StandOut(Schema):
    """Where a branch's period stands."""

    unit_id = Int()
    unit_name = Str()
    period = Str()
    state = Str(metadata={"enum": [s.value for s in PeriodState]})
    draw_on = Day(metadata={"description": "从这一天起生成名单"})
    publication_id = Int(allow_none=True)
    revision = Int(allow_none=True)
    list_state = Str(allow_none=True)
    pending = Int(metadata={"description": "这个周期里还没有处理的上报"})


StandPage = page_of(StandOut)


class CloseIn(Schema):
    """Which branches to close, and which period."""

    unit_id = Id(required=True, metadata={"description": "支部，或其上级组织（逐个支部办理）"})
    period = Str(required=True, least=4, most=8, metadata={"description": PERIOD})


class PeriodIn(Schema):
    """Which period a page shows."""

    period = Str(least=4, most=8, load_default=None)
    after = Int(least=0, load_default=0)


class ClosedOut(Schema):
    """What became of it."""

    done = Bool(metadata={"description": "名单已经生成；否则由后台逐个支部办理，可查看 /periods"})
