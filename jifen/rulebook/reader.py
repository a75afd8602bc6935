"""Typed reading of a parsed TOML table that collects faults instead of stopping at the first.

Every getter returns a usable value even when the key is wrong, so that one
pass over a file tells all that is wrong with it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection
from decimal import Decimal
from fractions import Fraction
from typing import Any

from jifen.rulebook.faults import Fault
from jifen.rulebook.toml_lines import Path, SourceMap

_NUMBER = re.compile(r"[+-]?\d{1,9}(?:\.\d{1,6})?")
_RATIO = re.compile(r"(?P<n>\d{1,6})/(?P<d>[1-9]\d{0,5})")
_CODE = re.compile(r"[^\s,\"'\[\]{}=#@]{1,32}")
NONE = "none"


class Table:
    """One table of the file: reads keys, notes faults, and finally names keys nobody asked for."""

    def __init__(self, data: dict[str, Any], path: Path, lines: SourceMap, faults: list[Fault]) -> None:
        self.data, self.path, self.lines, self.faults = data, path, lines, faults
        self.seen: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self.data

    def fault(self, key: str | None, code: str, message: str, remedy: str) -> None:
        """Note a fault at ``key`` of this table (or at the table)."""
        line = self.lines.line(*self.path, key) if key is not None else self.lines.line(*self.path)
        self.faults.append(Fault(line, code, message, remedy))

    def has(self, key: str) -> bool:
        """Whether the key stands there; asking counts as knowing it."""
        self.seen.add(key)
        return key in self.data

    def _get(self, key: str, *, required: bool) -> Any:
        self.seen.add(key)
        if key not in self.data:
            if required:
                where = f"“{self.path[0]}”" if self.path else "文件"
                self.fault(
                    None,
                    "missing_key",
                    f"{where}缺少必填项“{key}”。",
                    f"请补上 {key}，写法见 config/rulebooks/README.md。",
                )
            return None
        return self.data[key]

    def text(self, key: str, default: str | None = None, *, required: bool = False) -> str:
        """Return a non-empty text."""
        raw = self._get(key, required=required)
        if raw is None:
            return default if default is not None else ""
        if not isinstance(raw, str) or not raw.strip():
            self.fault(key, "not_text", f"“{key}”应当是一段非空文字。", '请写成带引号的文字，例如 "第三条"。')
            return default or "?"
        return raw.strip()

    def maybe_text(self, key: str) -> str | None:
        """Return a text, or ``None`` where the key is absent."""
        return self.text(key) if self.has(key) and key in self.data else None

    def code(self, key: str) -> str:
        """Return an identifier: no blanks, commas, quotes or brackets, at most 32 characters."""
        value = self.text(key, required=True)
        if value and _CODE.fullmatch(value) is None:
            self.fault(
                key,
                "bad_code",
                f"编码“{value}”不能使用。",
                "编码最多 32 个字符，不含空格、逗号、引号、括号、@、#。",
            )
        return value

    def choice(
        self, key: str, allowed: Collection[str], default: str | None = None, *, required: bool = False
    ) -> str:
        """Return one of the allowed words."""
        raw = self._get(key, required=required)
        if raw is None:
            return default if default is not None else next(iter(allowed))
        if not isinstance(raw, str) or raw not in allowed:
            self.fault(
                key, "bad_choice", f"“{key}”不能是 {raw!r}。", f"请从以下写法中选一个：{'、'.join(allowed)}。"
            )
            return default if default is not None else next(iter(allowed))
        return raw

    def number(
        self,
        key: str,
        default: Decimal | None = None,
        *,
        required: bool = False,
        least: Decimal | None = None,
    ) -> Decimal:
        """Return an exact decimal."""
        raw = self._get(key, required=required)
        if raw is None:
            return default if default is not None else Decimal(0)
        value = self.decimal(key, raw)
        if least is not None and value < least:
            self.fault(key, "too_small", f"“{key}”不能小于 {least}。", f"请改成 {least} 或更大的数。")
        return value

    def bound(self, key: str, *, required: bool = False) -> Decimal | None:
        """Return an exact decimal, or ``None`` for ``"none"`` and for an absent optional key."""
        raw = self._get(key, required=required)
        if raw is None or raw == NONE:
            return None
        return self.decimal(key, raw)

    def decimal(self, key: str | None, raw: object) -> Decimal:
        """Return ``raw`` as an exact decimal; a bare TOML float is refused."""
        if isinstance(raw, float):
            self.fault(
                key, "bare_float", f"“{key}”写成了小数 {raw}，会丢失精度。", f'请加上引号，写成 "{raw}"。'
            )
            return Decimal(0)
        if isinstance(raw, int) and not isinstance(raw, bool):
            return Decimal(raw)
        if isinstance(raw, str) and _NUMBER.fullmatch(raw.strip()):
            return Decimal(raw.strip())
        self.fault(
            key,
            "not_number",
            f"“{key}”不是数：{raw!r}。",
            '请写成带引号的数，例如 "2.5"；整数不超过 9 位，小数不超过 6 位。',
        )
        return Decimal(0)

    def ratio(self, key: str, default: Fraction | None = None, *, required: bool = False) -> Fraction:
        """Return an exact ratio written ``"0.2"``, ``"20%"`` or ``"1/3"``."""
        raw = self._get(key, required=required)
        if raw is None:
            return default if default is not None else Fraction(0)
        return self.fraction(key, raw)

    def fraction(self, key: str, raw: object) -> Fraction:
        """Return ``raw`` as an exact ratio."""
        if isinstance(raw, str):
            if m := _RATIO.fullmatch(raw.strip()):
                return Fraction(int(m["n"]), int(m["d"]))
            if raw.strip().endswith("%"):
                return Fraction(self.decimal(key, raw.strip()[:-1])) / 100
        return Fraction(self.decimal(key, raw))

    def integer(
        self, key: str, default: int = 0, *, required: bool = False, least: int = 0, most: int = 3660
    ) -> int:
        """Return a whole number inside the bounds."""
        raw = self._get(key, required=required)
        if raw is None:
            return default
        if not isinstance(raw, int) or isinstance(raw, bool) or not least <= raw <= most:
            self.fault(
                key,
                "not_integer",
                f"“{key}”应当是 {least} 到 {most} 的整数。",
                f"请写成不带引号的整数，例如 {least}。",
            )
            return default
        return raw

    def flag(self, key: str, default: bool = False) -> bool:
        """Return true or false."""
        raw = self._get(key, required=False)
        if raw is None:
            return default
        if not isinstance(raw, bool):
            self.fault(key, "not_flag", f"“{key}”应当是 true 或 false。", "请写成 true 或 false，不加引号。")
            return default
        return raw

    def date(self, key: str, *, required: bool = False) -> dt.date | None:
        """Return a civil day."""
        raw = self._get(key, required=required)
        if raw is None:
            return None
        if isinstance(raw, dt.datetime) or not isinstance(raw, dt.date):
            self.fault(
                key, "not_date", f"“{key}”不是日期：{raw!r}。", "请写成 2026-01-01 这样的日期，不加引号。"
            )
            return None
        return raw

    def texts(
        self, key: str, allowed: Collection[str] | None = None, *, required: bool = False
    ) -> tuple[str, ...]:
        """Return a list of texts, each once."""
        raw = self._get(key, required=required)
        if raw is None:
            return ()
        if not isinstance(raw, list) or not all(isinstance(one, str) and one.strip() for one in raw):
            self.fault(key, "not_texts", f"“{key}”应当是一组文字。", '请写成 ["甲", "乙"] 的样子。')
            return ()
        if allowed is not None:
            for one in raw:
                if one not in allowed:
                    self.fault(
                        key, "bad_choice", f"“{key}”里不能有“{one}”。", f"可用的有：{'、'.join(allowed)}。"
                    )
            raw = [one for one in raw if one in allowed]
        if len(set(raw)) != len(raw):
            self.fault(key, "repeated", f"“{key}”里有重复。", "请删去重复的一个。")
        return tuple(dict.fromkeys(one.strip() for one in raw))

    def table(self, key: str, *, required: bool = False) -> Table | None:
        """Return a table below this one."""
        raw = self._get(key, required=required)
        if raw is None:
            return None
        if not isinstance(raw, dict):
            self.fault(key, "not_table", f"“{key}”应当是一张表。", "请写成 { 键 = 值 } 或单独的一节。")
            return None
        return Table(raw, (*self.path, key), self.lines, self.faults)

    def tables(self, key: str, *, required: bool = False) -> list[Table]:
        """Return an array of tables below this one."""
        raw = self._get(key, required=required)
        if raw is None:
            return []
        if not isinstance(raw, list) or not raw or not all(isinstance(one, dict) for one in raw):
            self.fault(
                key,
                "not_tables",
                f"“{key}”应当是一组表，且不能为空。",
                f"请写成 [[{key}]] 或 [{{ … }}, {{ … }}]。",
            )
            return []
        return [
            Table(one, (*self.path, key, index), self.lines, self.faults) for index, one in enumerate(raw)
        ]

    def numbers(self, key: str, allowed: Collection[str]) -> dict[str, Decimal]:
        """Return a table of positive numbers by allowed names."""
        below = self.table(key)
        if below is None:
            return {}
        out = {}
        for name in below.data:
            if name not in allowed:
                below.fault(
                    name, "bad_choice", f"“{key}”里不能有“{name}”。", f"可用的有：{'、'.join(allowed)}。"
                )
                continue
            value = below.number(name)
            if value < 0:
                below.fault(name, "too_small", f"“{key}.{name}”不能是负数。", "上限一律写正数。")
            out[name] = value
        return out

    def done(self) -> None:
        """Name the keys nobody asked for: a mistyped key must never pass in silence."""
        for key in self.data:
            if key not in self.seen:
                self.fault(
                    key,
                    "unknown_key",
                    f"不认识“{key}”。",
                    "请核对拼写；全部写法见 config/rulebooks/README.md。",
                )


def one_of(
    table: Table, keys: Collection[str], what: str, *, required: bool, read: Callable[[str], Any]
) -> Any:
    """Read exactly one (or at most one) of several keys."""
    present = [key for key in keys if table.has(key)]
    if len(present) > 1:
        table.fault(
            present[1],
            "too_many_forms",
            f"{what}只能写一种，这里写了 {'、'.join(present)}。",
            "请只保留其中一种。",
        )
    if not present:
        if required:
            table.fault(None, "no_form", f"{what}没有写。", f"请写以下之一：{'、'.join(keys)}。")
        return None
    return read(present[0])
