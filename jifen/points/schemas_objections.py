"""Objections as seen from outside."""

from __future__ import annotations

from decimal import Decimal

from marshmallow import fields, validate

from jifen.decisions.states_objections import OUTCOMES, ObjectionState
from jifen.web.schemas import (
    Bool,
    Day,
    Figure,
    Id,
    Instant,
    Int,
    Listing,
    PageIn,
    Schema,
    Str,
    one_of,
    page_of,
)

HOW = ("paper", "mouth")
STATES = tuple(state.value for state in ObjectionState)
#: Entries that one answer may annul or post.
MOST = 20


class ObjectionIn(Schema):
    """What is objected to, by oneself or by somebody who brought it on paper or by mouth."""

    words = Str(required=True, least=1, most=500, metadata={"description": "哪里不对"})
    publication_id = Id(load_default=None, metadata={"description": "公示名单；不填为对本人积分的异议"})
    entry_id = Id(load_default=None, metadata={"description": "有异议的流水"})
    member_number = Str(most=16, load_default=None, metadata={"description": "谁的一行；不填为本人"})
    objector_number = Str(
        most=16, load_default=None, metadata={"description": "代为登记时，谁提出的；不填为本人"}
    )
    how = Str(load_default=None, validate=[one_of(*HOW)], metadata={"description": "代为登记时：书面、口头"})
    received_on = Day(load_default=None, metadata={"description": "代为登记时收到的日期"})


class ObjectionsIn(PageIn):
    """Which objections to list."""

    state = Str(load_default=None, validate=[one_of(*STATES)])
    own = Bool(load_default=False, metadata={"description": "只看本人提出的"})


class FreshIn(Schema):
    """A fact that a correction posts."""

    item = Str(required=True, least=1, most=60)
    occurred_on = Day(required=True, metadata={"description": "事情发生的日期，更正不改变它"})
    quantity = Figure(least="0.01", most="9999999", load_default=lambda: Decimal(1))
    value = Figure(least="-9999999", most="9999999", load_default=None)
    level = Str(least=1, most=20, load_default=None)


class AnswerIn(Schema):
    """How it was looked at again, and what is corrected."""

    outcome = Str(required=True, validate=[one_of(*OUTCOMES)])
    reason = Str(required=True, least=1, most=500, metadata={"description": "写给本人的理由"})
    reason_other = Str(
        most=500,
        load_default=None,
        metadata={"description": "异议由别人提出时，写给提出人的答复，不写他人的私事"},
    )
    reverse = Listing(
        Id(), load_default=list, validate=[validate.Length(max=MOST, error="一次最多更正20笔。")]
    )
    add = Listing(
        fields.Nested(FreshIn),
        load_default=list,
        validate=[validate.Length(max=MOST, error="一次最多更正20笔。")],
    )


class ObjectionOut(Schema):
    """An objection as its reader may see it."""

    id = Int()
    state = Str(metadata={"enum": list(STATES)})
    unit_name = Str()
    kind = Str(allow_none=True)
    period = Str(allow_none=True)
    publication_id = Int(allow_none=True)
    entry_id = Int(allow_none=True)
    member_id = Int()
    member_name = Str()
    objector_name = Str(allow_none=True)
    how = Str()
    received_on = Day()
    words = Str(allow_none=True)
    answer_by = Day()
    asked_unit = Str(allow_none=True)
    reason = Str(allow_none=True)
    answered_at = Instant(allow_none=True)
    by_other = Bool()
    mine_to_answer = Bool()
    mine_to_withdraw = Bool()


ObjectionPage = page_of(ObjectionOut)


class EnterForm(Schema):
    """The paper or the spoken word that an officer enters, or his own."""

    publication_id = Id(load_default=None)
    member_number = Str(most=16, load_default=None)
    objector_number = Str(most=16, load_default=None)
    how = Str(load_default="own", validate=[one_of("own", *HOW)])
    received_on = Day(load_default=None)
    words = Str(required=True, least=1, most=500)


class AnswerForm(Schema):
    """The answer with at most one missing fact; wrong entries are ticked."""

    outcome = Str(required=True, validate=[one_of(*OUTCOMES)])
    reason = Str(required=True, least=1, most=500)
    reason_other = Str(most=500, load_default=None)
    reverse = Listing(
        Id(), load_default=list, validate=[validate.Length(max=MOST, error="一次最多更正20笔。")]
    )
    item = Str(most=60, load_default="")
    occurred_on = Day(load_default=None)
    quantity = Figure(least="0.01", most="9999999", load_default=lambda: Decimal(1))
    level = Str(most=20, load_default=None)


class FilterIn(Schema):
    """Which objections the page shows."""

    state = Str(load_default="", validate=[one_of("", *STATES)])
    after = Int(least=0, load_default=0)
