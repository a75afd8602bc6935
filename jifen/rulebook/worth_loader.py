"""Reading of the ways an item scores: points, units, ranges, tiers, levels, ladders, raters."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from jifen.rulebook.engine.worths import (
    VETO,
    WINDOWS,
    ZERO,
    Band,
    Convert,
    Fixed,
    Inactivity,
    Ladder,
    Level,
    Levels,
    Mark,
    PerUnit,
    Range,
    Raters,
    Scope,
    Tiers,
    Worth,
)
from jifen.rulebook.reader import Table

WORTHS = ("points", "per_unit", "range", "tiers", "levels", "ladder", "convert", "raters", "inactivity")
OVER = ("fact", *WINDOWS, "period")
PER = (*WINDOWS, "period")
CHAIN = (
    "group_leader",
    "points_recorder",
    "branch_secretary",
    "branch_committee",
    "members_meeting",
    "department_office",
    "department_committee",
    "work_committee",
    "organisation_department",
)


def read_scope(t: Table, key: str, allowed: tuple[str, ...]) -> Scope | None:
    return Scope(t.choice(key, allowed)) if t.has(key) else None


def read_worth(t: Table, key: str) -> Worth | None:
    if key == "points":
        return Fixed(t.number("points"))
    if key == "levels":
        return Levels(tuple(_level(one) for one in t.tables("levels")))
    below = t.table(key)
    if below is None:
        return None
    worth = _FORMS[key](below)
    below.done()
    return worth


def _marked(t: Table, key: str, raw: object) -> Decimal | Mark:
    """Return points, or one of the marks ``zero`` and ``veto``."""
    return raw if raw in (ZERO, VETO) else t.decimal(key, raw)


def _points_or_mark(t: Table) -> Decimal | Mark:
    return _marked(t, "points", t.data["points"]) if t.has("points") else t.number("points", required=True)


def _per_unit(t: Table) -> PerUnit:
    worth = PerUnit(
        points=t.number("points", required=True),
        each=t.number("each", required=True),
        partial=t.choice("partial", ("exact", "drop", "up"), required=True),
        over=t.choice("over", OVER, "fact"),
        on=t.choice("on", ("quantity", "value"), "quantity"),
        below=t.bound("below"),
        above=t.bound("above"),
    )
    if worth.each <= 0:
        t.fault("each", "too_small", "“each”必须大于 0。", '请写每多少计一次分，例如 each = "1"。')
        worth = PerUnit(
            worth.points, Decimal(1), worth.partial, worth.over, worth.on, worth.below, worth.above
        )
    if worth.below is not None and worth.above is not None:
        t.fault("above", "too_many_forms", "“below”和“above”只能写一个。", "请删去其中一个。")
    return worth


def _range(t: Table) -> Range:
    worth = Range(t.number("min", required=True), t.number("max", required=True))
    if worth.min > worth.max:
        t.fault(
            "min", "empty_range", f"分值范围 {worth.min} 到 {worth.max} 是空的。", "请把较小的数写在 min。"
        )
    return worth


def _tiers(t: Table) -> Tiers:
    bands = []
    for one in t.tables("bands", required=True):
        bands.append(
            Band(one.bound("from", required=True), one.bound("until", required=True), _points_or_mark(one))
        )
        one.done()
    worth = Tiers(
        on=t.choice("on", ("quantity", "value", "rank"), required=True),
        over=t.choice("over", OVER, required=True),
        outside=t.choice("outside", ("refuse", "zero"), required=True),
        bands=tuple(bands),
    )
    if worth.over != "fact" and any(band.points in (ZERO, VETO) for band in bands):
        t.fault(
            "over",
            "mark_over_window",
            "按时段累计的分档不能清零或否决。",
            '请把 over 改成 "fact"，或改用 shortfall。',
        )
    return worth


def _level(t: Table) -> Level:
    level = Level(
        name=t.text("name", required=True),
        points=_points_or_mark(t),
        decision_chain=t.texts("decision_chain", CHAIN),
        outside=read_scope(t, "outside", ("category", "total")),
    )
    t.done()
    return level


def _ladder(t: Table) -> Ladder:
    raw = t.data.get("steps")
    t.seen.add("steps")
    if not isinstance(raw, list) or not raw:
        t.fault(
            "steps",
            "no_steps",
            "“steps”应当写明第一次、第二次……各是多少分。",
            '例如 steps = ["0", "-1", "-2", "zero"]。',
        )
        raw = ["0"]
    return Ladder(
        steps=tuple(_marked(t, "steps", one) for one in raw),
        beyond=t.choice("beyond", ("last", "nothing"), required=True),
        per=t.choice("per", PER, required=True),
        counts=t.choice("counts", ("occurrence", "month", "quarter"), "occurrence"),
    )


def _convert(t: Table) -> Convert:
    return Convert(t.ratio("times", required=True), t.bound("min"), t.bound("max"))


def _raters(t: Table) -> Raters:
    below = t.table("weights", required=True)
    weights: dict[str, Fraction] = {}
    if below is not None:
        weights = {name: below.ratio(name) for name in below.data}
        if sum(weights.values()) != 1:
            t.fault(
                "weights",
                "weights_sum",
                f"权重之和是 {float(sum(weights.values())):g}，不是 1。",
                "请调整使各权重之和等于 1。",
            )
    return Raters(
        weights=weights or {"?": Fraction(1)},
        missing=t.choice("missing", ("renormalise", "zero", "wait"), required=True),
        per=t.choice("per", PER, required=True),
        times=t.ratio("times", Fraction(1)),
    )


def _inactivity(t: Table) -> Inactivity:
    return Inactivity(
        days=t.integer("days", 30, required=True, least=1, most=366),
        points=t.number("points", required=True),
        watch=t.texts("watch", required=True),
        repeat=t.flag("repeat", True),
    )


_FORMS: dict[str, Callable[[Table], Worth]] = {
    "per_unit": _per_unit,
    "range": _range,
    "tiers": _tiers,
    "ladder": _ladder,
    "convert": _convert,
    "raters": _raters,
    "inactivity": _inactivity,
}
