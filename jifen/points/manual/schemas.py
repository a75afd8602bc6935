"""Facts by hand, as seen from outside."""

from __future__ import annotations

from marshmallow import fields, validate

from jifen.web.schemas import Bool, Day, Figure, Id, Int, Listing, Schema, Str, page_of

MOST = 100
_BASIS = {"description": "依据：依据登记（/bases）里有效的一份"}


class ManualIn(Schema):
    """Facts to be prepared for members of one branch."""

    branch_id = Id(required=True)
    item = Str(required=True, least=1, most=60, metadata={"description": "积分项目的编码、名称或叫法"})
    occurred_on = Day(required=True)
    member_ids = Listing(
        Id(),
        required=True,
        error_messages={"required": "请勾选党员。"},
        validate=[validate.Length(1, MOST, error=f"一次登记1到{MOST}人。")],
    )
    quantity = Figure(least="0.01", most="9999999", load_default="1")
    level = Str(least=1, most=20, load_default=None)
    value = Figure(least="-9999999", most="9999999", load_default=None)
    reason = Str(required=True, least=2, most=200, metadata={"description": "为什么手工登记"})
    basis_id = Id(load_default=None, metadata=_BASIS)
    another = Bool(load_default=False, metadata={"description": "与当天已记的不是同一件事"})


class ReversalIn(Schema):
    """A posted fact to be annulled."""

    entry_id = Id(required=True, metadata={"description": "台账流水号"})
    reason = Str(required=True, least=2, most=200, metadata={"description": "为什么冲正"})
    basis_id = Id(load_default=None, metadata=_BASIS)


class ManualReturnIn(Schema):
    """Why it is given back."""

    reason = Str(required=True, least=1, most=200)


class ManualOut(Schema):
    """A fact or a reversal that somebody prepared."""

    id = Int()
    reverses_id = Int(allow_none=True, metadata={"description": "要冲正的流水号；空则为登记"})
    member_id = Int()
    member_name = Str()
    branch_id = Int()
    branch_name = Str()
    item_code = Str()
    item_name = Str()
    occurred_on = Day()
    quantity = Figure()
    unit = Str()
    value = Figure(allow_none=True)
    level = Str(allow_none=True)
    reason = Str()
    basis = Str()
    prepared_by = Str()
    state = Str(metadata={"enum": ["pending", "confirmed", "returned"]})
    step = Int()
    asked_unit = Str()
    return_reason = Str()


ManualPage = page_of(ManualOut)


class ManualsOut(Schema):
    """Several."""

    items = fields.List(fields.Nested(ManualOut))
