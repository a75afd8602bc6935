"""Ground of every schema: unknown fields are refused, sentences are Chinese, figures are exact.

Schemas come in and out apart; nothing is derived from tables.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, TypeVar

import marshmallow as ma
from marshmallow import fields, validate

#: Largest BIGINT identity.
MAX_ID = 2**63 - 1
#: Days outside this span are slips of the pen.
FIRST_DAY, LAST_DAY = dt.date(1900, 1, 1), dt.date(2200, 1, 1)

_ANY: dict[str, Any] = {
    "required": "请填写这一项。",
    "null": "这一项不能为空。",
    "validator_failed": "这一项的内容不对，请核对。",
}


class Schema(ma.Schema):
    """A shape that comes in or goes out; a field it does not name is refused."""

    error_messages = {  # noqa: RUF012 - marshmallow's own attribute
        "unknown": "没有这一项，请删去后再提交。",
        "type": "内容的格式不对，应为一个对象。",
    }

    class Meta:
        unknown = ma.RAISE
        ordered = True


class Str(fields.String):
    """Text as people write it; what a database or a sheet cannot hold is refused."""

    default_error_messages = _ANY | {"invalid": "应为文字。", "invalid_utf8": "应为文字。"}

    def __init__(self, *, least: int = 0, most: int | None = None, strip: bool = True, **kwargs: Any) -> None:
        self._strip = strip
        checks = list(kwargs.pop("validate", ()))
        if least or most is not None:
            words = f"长度应在{least}到{most}个字之间。" if most is not None else f"至少{least}个字。"
            checks.insert(0, validate.Length(least or None, most, error=words))
        super().__init__(validate=checks, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if "\x00" in text or any("\ud800" <= c <= "\udfff" for c in text):
            raise self.make_error("invalid")
        return text.strip() if self._strip else text


class Int(fields.Integer):
    """A whole number."""

    default_error_messages = _ANY | {"invalid": "应为整数。", "too_large": "数字太大。"}

    def __init__(self, *, least: int | None = None, most: int | None = None, **kwargs: Any) -> None:
        checks = list(kwargs.pop("validate", ()))
        if least is not None or most is not None:
            checks.append(validate.Range(least, most, error=_between(least, most)))
        super().__init__(validate=checks, **kwargs)


class Id(Int):
    """An identity."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(least=1, most=MAX_ID, **kwargs)


class Figure(fields.Decimal):
    """An exact number; goes out as people write it: ``"2"``, ``"0.5"``, never ``"2.00"`` and never a float."""

    default_error_messages = _ANY | {
        "invalid": "应为数字。",
        "special": "应为数字。",
        "too_large": "数字太大。",
    }

    def __init__(self, *, least: str | None = None, most: str | None = None, **kwargs: Any) -> None:
        checks = list(kwargs.pop("validate", ()))
        if least is not None or most is not None:
            low, high = Decimal(least) if least else None, Decimal(most) if most else None
            checks.append(validate.Range(low, high, error=_between(least, most)))
        if isinstance(kwargs.get("load_default"), str):  # marshmallow takes a default as it is
            kwargs["load_default"] = Decimal(kwargs["load_default"])
        super().__init__(as_string=True, validate=checks, **kwargs)

    def _to_string(self, value: Decimal) -> str:
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text


class Day(fields.Date):
    """A civil day in Shanghai."""

    default_error_messages = _ANY | {"invalid": "应为日期，例如 2026-03-05。"}

    def __init__(self, **kwargs: Any) -> None:
        span = validate.Range(FIRST_DAY, LAST_DAY, error="日期不在合理范围内，请核对。")
        super().__init__(validate=[span], **kwargs)


class Instant(fields.AwareDateTime):
    """An instant, UTC, ISO 8601."""


class Bool(fields.Boolean):
    """Yes or no."""

    default_error_messages = _ANY | {"invalid": "应为 true 或 false。"}


class Listing(fields.List):
    """Several of a kind."""

    default_error_messages = _ANY | {"invalid": "应为列表。"}


def one_of(*values: str) -> validate.OneOf:
    """Return a check that a text is one of ``values``."""
    return validate.OneOf(values, error="应为以下之一：" + "、".join(values) + "。")


def _between(least: object, most: object) -> str:
    if most is None:
        return f"不能小于{least}。"
    return f"应在{least}到{most}之间。" if least is not None else f"不能大于{most}。"


class PageIn(Schema):
    """Where a list goes on, and how much of it."""

    after = Int(
        least=0,
        most=MAX_ID,
        load_default=0,
        metadata={"description": "上一页返回的 next；第一页不写"},
    )
    limit = Int(least=1, most=200, load_default=50, metadata={"description": "每页多少条，最多200"})


class ErrorOut(Schema):
    """What every refusal looks like."""

    code = Str(required=True, metadata={"description": "稳定的错误代码"})
    message = Str(required=True, metadata={"description": "给人看的一句话"})
    errors = fields.Raw(required=True, metadata={"description": "逐项说明", "type": "object"})
    request_id = Str(required=True, metadata={"description": "请求编号，报修时请附上"})


Row = TypeVar("Row")


def page(rows: Sequence[Row], limit: int, key: Callable[[Row], int]) -> dict[str, Any]:
    """Return one page of a list that was read with ``limit + 1``: ``{"items", "next"}``.

    :param key: what the next page starts after
    """
    shown = list(rows[:limit])
    return {"items": shown, "next": key(shown[-1]) if len(rows) > limit else None}


def page_of(row: type[Schema]) -> type[Schema]:
    """Return the schema of a page of ``row``."""
    name = row.__name__.removesuffix("Out")
    return type(
        f"{name}PageOut",
        (Schema,),
        {
            "items": fields.List(fields.Nested(row)),
            "next": fields.Int(allow_none=True, metadata={"description": "下一页的 after；空则到底"}),
        },
    )


def page_after(rows: Sequence[Row], after: int, limit: int, key: Callable[[Row], int]) -> dict[str, Any]:
    """Return one page of a short list that was read whole and has an order of its own.

    :param after: key of the last row shown; 0, or one that has gone, starts at the top
    """
    keys = [key(row) for row in rows]
    start = keys.index(after) + 1 if after in keys else 0
    return page(rows[start : start + limit + 1], limit, key)
