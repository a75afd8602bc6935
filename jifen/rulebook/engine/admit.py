"""May this fact stand on this item at all? Asked at every door, before anything is stored."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from jifen.rulebook.engine.amount import words
from jifen.rulebook.engine.book import Convert, Ladder, Levels, PerUnit, Range, Raters, Rulebook, Tiers
from jifen.rulebook.engine.facts import Fact
from jifen.rulebook.engine.item import Item
from jifen.rulebook.engine.measure import band_of, measure_of
from jifen.rulebook.engine.taken import TAKEOVER, refusal_of


def refusal(fact: Fact, book: Rulebook) -> str | None:
    """Return why the scheme cannot score ``fact``, in Chinese with a remedy; ``None`` when it can."""
    if fact.item == TAKEOVER:
        return refusal_of(fact)
    item = book.items.get(fact.item)
    if item is None:
        return f"规则里没有项目“{fact.item}”，请核对项目编码。"
    return _quantity(fact, item) or _worth(fact, item) or _excused(fact, item, book)


def _quantity(fact: Fact, item: Item) -> str | None:
    q = fact.quantity
    if q <= 0:
        return f"“{item.name}”的数量要大于 0，请核对数量。"
    if item.team == "split" and isinstance(q, Fraction):
        return None  # a share of a deed that was admitted as a whole
    if q < item.quantity_min or (item.quantity_max is not None and q > item.quantity_max):
        most = "以上" if item.quantity_max is None else f"到 {words(item.quantity_max)}"
        least = words(item.quantity_min)
        return f"“{item.name}”的数量应为 {least} {most}{item.unit}，这里是 {words(q)}，请核对数量。"
    step = item.quantity_step
    if (q % step if isinstance(q, Decimal) else Fraction(q) % Fraction(step)) != 0:
        return (
            f"“{item.name}”的数量应为 {words(item.quantity_step)} 的整数倍，这里是 {words(q)}，请核对数量。"
        )
    return None


def _worth(fact: Fact, item: Item) -> str | None:
    worth, value, name = item.worth, fact.value, item.name
    if isinstance(worth, Levels):
        if fact.level not in item.levels:
            given = f"没有等级“{fact.level}”" if fact.level else "没有写等级"
            return f"“{name}”{given}，请从 {'、'.join(item.levels)} 中选一个。"
        return None
    if isinstance(worth, Ladder) and fact.quantity % 1 != 0:
        return f"“{name}”按第几次计分，数量要是整数。"
    if isinstance(worth, Range):
        low, high = words(worth.min), words(worth.max)
        if value is None:
            return f"“{name}”由决定人在 {low} 到 {high} 分之间给分，请在 value 写明分值。"
        if not worth.min <= value <= worth.max:
            return f"“{name}”的分值应在 {low} 到 {high} 之间，这里是 {words(value)}，请核对。"
    if isinstance(worth, Raters):
        if fact.role not in worth.weights:
            return f"“{name}”的评分人应为 {'、'.join(worth.weights)} 之一，请在 role 写明。"
        if value is None:
            return f"“{name}”缺少评分，请在 value 写明。"
    if isinstance(worth, Convert) and value is None:
        return f"“{name}”按外部成绩折算，请在 value 写明成绩。"
    if isinstance(worth, Tiers | PerUnit) and worth.on != "quantity" and value is None:
        return f"“{name}”按测得的数值计分，请在 value 写明数值。"
    if isinstance(worth, Tiers) and worth.on == "rank" and value is not None and not 0 < value <= 100:
        return f"“{name}”按名次百分比计分，应大于 0、不超过 100，例如 2.5 或 3/120。"
    if isinstance(worth, Tiers) and worth.over == "fact" and worth.outside == "refuse":
        measure = measure_of(fact, worth.on)
        if band_of(worth, measure) is None:
            much = f"{words(measure)} {item.unit}"
            return f"“{name}”：规则没有规定 {much}应得多少分，请报制定规则的部门明确后再记。"
    return None


def _excused(fact: Fact, item: Item, book: Rulebook) -> str | None:
    if fact.excused and item.excused is None and book.switches.excused == "refuse":
        return f"“{item.name}”没有规定请假怎样处理，请去掉请假标记或改记别的项目。"
    return None
