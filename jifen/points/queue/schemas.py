"""The queue, as seen from outside and as typed on its pages."""

from __future__ import annotations

from marshmallow import fields, validate

from jifen.points.schemas import MOST_AT_ONCE, ReportOut
from jifen.web.schemas import Id, Int, Listing, Schema, Str

_BASIS = {"description": "依据：依据登记（/bases）里有效的一份"}


class QueueConfirmIn(Schema):
    """What to confirm in one go."""

    ids = Listing(
        Id(),
        load_default=None,
        validate=[validate.Length(1, MOST_AT_ONCE, error=f"请勾选1到{MOST_AT_ONCE}条。")],
        metadata={"description": "只确认这些；不写则为等本人处理的全部"},
    )
    item = Str(least=1, most=32, load_default=None, metadata={"description": "只确认这个项目编码的"})
    basis_id = Id(load_default=None, metadata=_BASIS)


class TickedIn(Schema):
    """Ticked reports on the page."""

    ids = Listing(
        Id(),
        required=True,
        error_messages={"required": "请先勾选要确认的上报。"},
        validate=[validate.Length(1, MOST_AT_ONCE, error=f"请勾选1到{MOST_AT_ONCE}条。")],
    )
    basis_id = Id(load_default=None)


class BasisIn(Schema):
    """On what one confirmation rests."""

    basis_id = Id(load_default=None)


class ReturnFormIn(Schema):
    """Why a report is given back."""

    reason = Str(required=True, least=1, most=200)


class QueueLeftOut(Schema):
    """A report that was left out, and why."""

    report = fields.Nested(ReportOut)
    why = Str()


class QueueBatchOut(Schema):
    """What became of a batch."""

    confirmed = fields.List(Int())
    left = fields.List(fields.Nested(QueueLeftOut))
