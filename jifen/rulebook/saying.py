"""A rulebook in the words of its readers: what an item is worth, and up to what (分值、限额).

For the people who are scored by it and who never read the file. Pure: a loaded
book in, sentences out; one sentence a form of worth.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from jifen.rulebook.engine import book as b
from jifen.rulebook.engine import worths as w
from jifen.rulebook.engine.item import Item

#: 周期 and windows, as a limit names them.
EVERY = {
    "day": "每天",
    "week": "每周",
    "month": "每月",
    "quarter": "每季",
    "half": "每半年",
    "year": "全年",
    "period": "全期",
    "event": "每次",
    "deed": "同一件事",
}
#: How the form of an unfinished step is said (不足一个单位的).
_PARTIAL = {"exact": "不足的按比例", "drop": "不足的不计", "up": "不足的按一个计"}
_TAKES = {"highest": "只记最高的", "lowest": "只记最低的", "last": "只记最后的", "mean": "取平均"}
_MARKS = {w.ZERO: "不得分", w.VETO: "一票否决"}


def plain(value: Decimal | Fraction | int) -> str:
    """Return a figure without trailing zeros; a fraction that no decimal holds stays one."""
    if isinstance(value, Fraction):
        found = Decimal(value.numerator) / Decimal(value.denominator)
        if Fraction(found) != value:
            return f"{value.numerator}/{value.denominator}"
        value = found
    return f"{Decimal(value).normalize():f}"


def points(value: Decimal | str) -> str:
    """Return points as a gain or a loss, or what the mark does."""
    if isinstance(value, str):
        return _MARKS[value]
    if value < 0:
        return f"扣{plain(-value)}分"
    return f"{plain(value)}分"


def worth(item: Item) -> str:
    """Return what a fact on the item brings (分值)."""
    parts = [_worth(item)] if item.worth is not None else []
    parts += [_add_on(item, more) for more in item.add_ons]
    if item.shortfall is not None:
        parts.append(_shortfall(item, item.shortfall))
    if item.excused is not None:
        parts.append(_excused(item, item.excused))
    if item.zeroes:
        parts.append("相关得分清零")
    if item.veto is not None:
        parts.append(f"一票否决：等次定为{item.veto}")
    return "；".join(part for part in parts if part) or "只作记录，不计分"


def limits(item: Item) -> str:
    """Return up to what the item counts (限额); empty without a limit."""
    parts = [f"{EVERY[per]}最多{plain(most)}{item.unit}" for per, most in item.max_times.items()]
    parts += [f"{EVERY[per]}最高{plain(most)}分" for per, most in item.caps.items()]
    parts += [f"{EVERY[per]}最多扣{plain(most)}分" for per, most in item.debit_caps.items()]
    if item.cap is not None:
        parts.append(f"全期最高{plain(item.cap)}分")
    if item.floor is not None:
        parts.append(
            f"全期最多扣{plain(-item.floor)}分" if item.floor < 0 else f"全期最低{plain(item.floor)}分"
        )
    if item.takes.which != "each":
        parts.append(f"{EVERY[item.takes.per]}{_TAKES[item.takes.which]}")
    return "，".join(parts)


def block(category: b.Category) -> str:
    """Return the bounds of a category (最高、最低)."""
    parts = [f"最高{plain(category.cap)}分"] if category.cap is not None else []
    parts += [f"最低{plain(category.floor)}分"] if category.floor is not None else []
    return "，".join(parts)


def start(total: b.Total) -> str:
    """Return where the total starts and between what it stays (起始分、上下限)."""
    granted = total.granted
    parts = [f"起始{plain(granted.fixed)}分"]
    if granted.of_last is not None:
        parts[0] = f"起始为上期总分的{plain(granted.of_last * 100)}%（第一期{plain(granted.fixed)}分）"
    parts += [f"最高{plain(total.cap)}分"] if total.cap is not None else []
    parts += [f"最低{plain(total.floor)}分"] if total.floor is not None else []
    if total.target_line is not None:
        parts.append(f"基准{plain(total.target_line)}分（只作对照，不加分）")
    if total.guaranteed_floor is not None:
        parts.append(f"保底{plain(total.guaranteed_floor)}分")
    return "，".join(parts)


def _worth(item: Item) -> str:
    match item.worth:
        case w.Fixed(each):
            return f"每{item.unit}{points(each)}"
        case w.PerUnit() as rate:
            return _rate(item, rate)
        case w.Range(low, high):
            span = f"{plain(low)}至{plain(high)}分" if high > 0 else f"扣{plain(-high)}至{plain(-low)}分"
            return f"{span}，由确认人写明理由后定"
        case w.Tiers() as tiers:
            return _tiers(item, tiers)
        case w.Levels(rows):
            return "，".join(f"{row.name}{points(row.points)}" for row in rows)
        case w.Ladder() as ladder:
            return _ladder(item, ladder)
        case w.Convert(times, low, high):
            held = [f"最低{plain(low)}分"] if low is not None else []
            held += [f"最高{plain(high)}分"] if high is not None else []
            return "，".join([f"所得分数乘以{plain(times)}", *held])
        case w.Raters(weights, _, _, times):
            shares = "、".join(f"{kind}{plain(share * 100)}%" for kind, share in weights.items())
            return f"各方评分加权（{shares}）" + (f"，乘以{plain(times)}" if times != 1 else "")
        case w.Inactivity(days, lost, _, repeat):
            return f"连续{days}天没有参加，{points(lost)}" + ("，再满一次再计" if repeat else "")
        case _:
            return ""


def _rate(item: Item, rate: w.PerUnit) -> str:
    each = item.unit if rate.each == 1 else f"{plain(rate.each)}{item.unit}"
    of, unit = "", item.unit if rate.on == "quantity" else ""
    if rate.below is not None:
        of = f"低于{plain(rate.below)}{unit}的部分，"
    elif rate.above is not None:
        of = f"超过{plain(rate.above)}{unit}的部分，"
    over = "" if rate.over == "fact" else f"{EVERY[rate.over]}合计，"
    return f"{over}{of}每{each}{points(rate.points)}，{_PARTIAL[rate.partial]}"


def _tiers(item: Item, tiers: w.Tiers) -> str:
    over = "" if tiers.over == "fact" else f"{EVERY[tiers.over]}合计，"
    if tiers.on == "rank":
        return over + "，".join(f"名次在前{_share(band)}{points(band.points)}" for band in tiers.bands)
    unit = item.unit if tiers.on == "quantity" else ""
    return over + "，".join(f"{_band(band, unit)}{points(band.points)}" for band in tiers.bands)


def _share(band: w.Band) -> str:
    """Return a band of percent from the top, where the first holds everybody above its end."""
    until = f"{plain(band.until)}%" if band.until is not None else "100%"
    return f"{plain(band.since)}%至{until}的" if band.since else f"{until}以内的"


def _band(band: w.Band, unit: str) -> str:
    if band.since is None and band.until is None:
        return ""
    if band.since is None:
        return f"不足{plain(band.until or 0)}{unit}的"
    if band.until is None:
        return f"{plain(band.since)}{unit}起"
    return f"{plain(band.since)}{unit}起、不足{plain(band.until)}{unit}的"


def _ladder(item: Item, ladder: w.Ladder) -> str:
    counts = {"occurrence": item.unit, "month": "个月", "quarter": "个季度"}[ladder.counts]
    run = "" if ladder.counts == "occurrence" else "连续"
    steps = [f"{run}第{n}{counts}{points(step)}" for n, step in enumerate(ladder.steps, 1)]
    steps.append("以后同前一次" if ladder.beyond == "last" else "以后不再计")
    return "，".join(steps) + f"（{EVERY[ladder.per]}重新数起）"


def _add_on(item: Item, more: w.AddOn) -> str:
    when = ["、".join(sorted(more.levels))] if more.levels else []
    when += [f"得分{plain(more.value_at_least)}以上"] if more.value_at_least is not None else []
    when += [f"{plain(more.quantity_at_least)}{item.unit}以上"] if more.quantity_at_least is not None else []
    when += ["指定岗位"] if more.roles else []
    each = f"每{item.unit}" if more.each else ""
    return f"{'并且'.join(when) or '另'}，{each}再加{points(more.points)}"


def _shortfall(item: Item, short: w.Shortfall) -> str:
    lacks = f"{EVERY[short.per]}不足{plain(short.need)}{item.unit}的"
    if short.zero:
        return f"{lacks}，不得分"
    if short.each is not None:
        return f"{lacks}，每少1{item.unit}{points(short.each)}"
    return f"{lacks}，{points(short.once or Decimal(0))}"


def _excused(item: Item, excused: w.Excused) -> str:
    if excused.mode == "free":
        return "请假的不计"
    if excused.mode == "counts":
        return "请假的照算"
    past = f"，超过的每{item.unit}{points(excused.then)}" if excused.then is not None else "，超过的照算"
    return f"请假{EVERY[excused.per]}{excused.free}{item.unit}以内的不计{past}"
