"""Notices as seen from outside."""

from __future__ import annotations

from marshmallow import fields

from jifen.notices.queries import KINDS
from jifen.web.schemas import Bool, Instant, Int, Schema, Str, one_of, page_of


class NoticeOut(Schema):
    """A message to oneself."""

    id = Int()
    kind = Str(metadata={"enum": list(KINDS)})
    data = fields.Raw(metadata={"type": "object"})
    state = Str(metadata={"enum": ["queued", "sending", "accepted", "unknown", "failed", "skipped"]})
    reason = Str(allow_none=True)
    created_at = Instant()
    sent_at = Instant(allow_none=True)


NoticePage = page_of(NoticeOut)


class PreferenceIn(Schema):
    """What one switches on or off."""

    kind = Str(required=True, validate=[one_of(*KINDS)])
    enabled = Bool(required=True)


class PreferencesOut(Schema):
    """For every kind of message, whether one gets it."""

    preferences = fields.Dict(keys=Str(), values=Bool())
