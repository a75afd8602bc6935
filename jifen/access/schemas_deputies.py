"""Deputies, as seen from outside."""

from __future__ import annotations

import datetime as dt
from typing import Any

import marshmallow as ma

from jifen.core import clock
from jifen.web.schemas import FIRST_DAY, LAST_DAY, Day, Id, Instant, Int, Schema, Str, page_of


class Moment(Instant):
    """An instant within sight."""

    default_error_messages = {  # noqa: RUF012 - marshmallow's own attribute
        "required": "请填写这一项。",
        "null": "这一项不能为空。",
        "invalid": "应为带时区的时间，例如 2026-03-05T08:00:00+08:00。",
        "awareness": "应为带时区的时间，例如 2026-03-05T08:00:00+08:00。",
        "validator_failed": "时间不在合理范围内，请核对。",
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dt.datetime:
        found = super()._deserialize(value, attr, data, **kwargs)
        if not clock.at(FIRST_DAY) <= found < clock.at(LAST_DAY):
            raise self.make_error("validator_failed")
        return found


class DeputyIn(Schema):
    """Who acts in the place of which post, and when."""

    post_id = Id(required=True, metadata={"description": "被代理的任职，见 /posts"})
    member_id = Id(required=True, metadata={"description": "代理人"})
    since = Moment(required=True)
    until = Moment(required=True, metadata={"description": "到这一刻为止（不含）"})


class DeputyFormIn(Schema):
    """The same, on a page: whole days, the last one included."""

    post_id = Id(required=True)
    number = Str(required=True, least=1, most=20)
    since = Day(required=True)
    last = Day(required=True)

    @ma.post_load
    def _instants(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        first, last = data["since"], data.pop("last")
        return data | {"since": clock.at(first), "until": clock.at(last + dt.timedelta(days=1))}


class DeputyOut(Schema):
    """Somebody in somebody's place."""

    id = Int()
    post_id = Int()
    role = Str()
    unit_id = Int()
    unit_name = Str()
    principal_id = Int(metadata={"description": "被代理人"})
    principal_name = Str()
    member_id = Int(metadata={"description": "代理人"})
    member_name = Str()
    since = Instant()
    until = Instant()


DeputyPage = page_of(DeputyOut)
