"""What a draft is asked: the words of each question, with what is understood and the digits that answer it. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from bot import replies_reporting as replies
from bot.talk.draft import CHECK, DAY, ITEM, LEVEL, PAGE, QUANTITY, WEEKDAYS, Draft, changeable, fits
from bot.talk.names import Known
from jifen.core.period import month_and_day

_NAMES = {ITEM: "项目", DAY: "日期", QUANTITY: "数量", LEVEL: "级别"}


def day_words(day: dt.date) -> str:
    """Return a day with its weekday: 11月21日（周六）."""
    return f"{month_and_day(day)}（周{WEEKDAYS[day.weekday()]}）"


def understood(draft: Draft, known: Mapping[str, Known]) -> str:
    """Return what is understood so far, in a few words; empty where nothing is."""
    item = known.get(draft.item or "")
    parts = [item.name] if item else []
    if draft.day:
        parts.append(day_words(draft.day))
    if item and draft.quantity is not None:
        parts.append(f"{_plain(draft.quantity)}{item.unit}")
    if draft.level:
        parts.append(draft.level)
    return "，".join(parts)


def question(draft: Draft, known: Mapping[str, Known], *, today: dt.date, photos: int | None = None) -> str:
    """Return what is asked next, with what is understood and the digits that answer it.

    :param photos: how many are there, where the item's basis asks for any
    """
    if draft.step == CHECK:
        return _check(draft, known, photos)
    # What is asked is open again, also where somebody went back to change it.
    so_far = understood(_reopened(draft), known)
    head = f"{replies.DRAFT_SO_FAR.format(what=so_far)}\n" if so_far else ""
    first = not draft.trail and not (draft.step == ITEM and draft.page)
    foot = f"\n{replies.DRAFT_END if first else replies.DRAFT_BACK}"
    item = known.get(draft.item or "")
    match draft.step:
        case "who":
            return replies.DRAFT_WHO.format(who=draft.who)
        case "item":
            return head + _items(draft, known) + foot
        case "day":
            why = _why_day(draft.day_said)
            days = [today - dt.timedelta(days=n) for n in range(7)]
            near = {0: "今天", 1: "昨天", 2: "前天"}
            lines = [
                f"{n + 1} {f'{near[n]} ' if n in near else ''}{day_words(day)}" for n, day in enumerate(days)
            ]
            return head + "\n".join([why, *lines, replies.DRAFT_DAY_FOOT]) + foot
        case "quantity":
            assert item is not None
            return head + _amount(draft, item) + foot
        case "level":
            assert item is not None
            lines = [f"{n} {level}" for n, level in enumerate(item.levels, start=1)]
            return head + "\n".join([replies.DRAFT_LEVEL, *lines]) + foot
        case "evidence":
            assert item is not None
            return head + replies.DRAFT_EVIDENCE.format(basis=item.evidence) + foot
        case _:
            return replies.DRAFT_SAME


def _reopened(draft: Draft) -> Draft:
    match draft.step:
        case "item":
            return replace(draft, item=None)
        case "day":
            return replace(draft, day=None)
        case "quantity":
            return replace(draft, quantity=None)
        case "level":
            return replace(draft, level=None)
        case _:
            return draft


def _why_day(said: str) -> str:
    if not said:
        return replies.DRAFT_DAY
    one = any(c.isdigit() for c in said) and "、" not in said
    return (replies.DRAFT_DAY_BAD if one else replies.DRAFT_DAY_SAID).format(said=said)


def _items(draft: Draft, known: Mapping[str, Known]) -> str:
    shown = draft.offered[draft.page * PAGE : (draft.page + 1) * PAGE]
    lines = [f"{n} {known[code].name}" for n, code in enumerate(shown, start=1)]
    every = sum(item.reported for item in known.values())
    if len(draft.offered) > len(shown) or every > len(draft.offered):
        lines.append(replies.DRAFT_MORE)
    return "\n".join([replies.DRAFT_ITEM, *lines])


def _amount(draft: Draft, item: Known) -> str:
    said = draft.amount_said
    if draft.quantity is not None and not fits(draft.quantity, item):
        most = f"到{_plain(item.most)}" if item.most is not None else "以上"
        why = replies.DRAFT_AMOUNT_UNFIT.format(
            said=f"{_plain(draft.quantity)}{item.unit}",
            least=_plain(item.least),
            most=most,
            unit=item.unit,
            step=_plain(item.step),
        )
    elif said:
        why = replies.DRAFT_AMOUNT_SAID.format(said=said, unit=item.unit)
    else:
        why = replies.DRAFT_AMOUNT.format(unit=item.unit)
    example = "2，或 1.5" if item.step % 1 else "2"
    if item.most is not None and item.most < 2:
        example = _plain(item.least)
    return f"{why}\n{replies.DRAFT_AMOUNT_FOOT.format(example=example)}"


def _check(draft: Draft, known: Mapping[str, Known], photos: int | None) -> str:
    item = known[draft.item or ""]
    assert draft.day is not None
    lines = [
        replies.CHECK_HEAD,
        f"项目：{item.name}",
        f"日期：{day_words(draft.day)}",
        f"数量：{_plain(draft.quantity if draft.quantity is not None else item.least)}{item.unit}",
    ]
    if draft.level:
        lines.append(f"级别：{draft.level}")
    if draft.evidence:
        lines.append(f"佐证：{draft.evidence[:60]}")
    if photos is not None:
        lines.append(replies.CHECK_PHOTOS.format(count=photos) if photos else replies.CHECK_NO_PHOTOS)
    changes = [f"{n} 改{_NAMES[step]}" for n, step in enumerate(changeable(item), start=2)]
    return "\n".join([*lines, replies.CHECK_ASK, "  ".join(changes), replies.DRAFT_END])


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
