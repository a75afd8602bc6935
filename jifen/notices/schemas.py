"""Notices as seen from outside."""

from __future__ import annotations

from marshmallow import fields

from jifen.notices.queries import KINDS
from jifen.notices.rules import WAYS
from jifen.notices.states import State
from jifen.web.schemas import Bool, Instant, Int, Schema, Str, one_of, page_of


class NoticeOut(Schema):
    """A message to oneself."""

    id = Int()
    kind = Str(metadata={"enum": list(KINDS)})
    data = fields.Raw(metadata={"type": "object"})
    state = Str(metadata={"enum": [state.value for state in State]})
    channel = Str(allow_none=True, metadata={"enum": [*WAYS]})
    reason = Str(allow_none=True)
    created_at = Instant()
    sent_at = Instant(allow_none=True)
    ended_at = Instant(allow_none=True)


NoticePage = page_of(NoticeOut)


class PreferenceIn(Schema):
    """What one switches on or off."""

    kind = Str(required=True, validate=[one_of(*KINDS)])
    enabled = Bool(required=True)


class PreferencesOut(Schema):
    """For every kind of message, whether one gets it."""

    preferences = fields.Dict(keys=Str(), values=Bool())


class WayIn(Schema):
    """A way by which notices may come, switched on or off."""

    way = Str(required=True, validate=[one_of(*WAYS)])
    enabled = Bool(required=True)


class WaysOut(Schema):
    """For every way, whether notices may come by it."""

    ways = fields.Dict(keys=Str(), values=Bool())


class UntoldOut(Schema):
    """A notice that did not reach somebody."""

    id = Int()
    member_id = Int()
    number = Str()
    name = Str()
    branch_name = Str()
    words = Str()
    state = Str(metadata={"enum": ["waits", "failed", "unknown"]})
    created_at = Instant()


class UntoldsOut(Schema):
    """Notices that did not reach people."""

    items = fields.List(fields.Nested(UntoldOut))
