"""A report being told: what is understood so far, and the one thing that is asked next. Pure.

Every question can be answered by digits alone; 0 goes one step back and, at
the first one, ends it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any

from bot.intents.reporting import Deed
from bot.talk import amounts, names, reading
from bot.talk.hearing import MEASURED
from bot.talk.names import Known

#: Items of one list; 8 shows the next ones, so that one digit chooses.
PAGE = 7
WHO, ITEM, DAY, QUANTITY, LEVEL, EVIDENCE, CHECK, SAME = (
    "who",
    "item",
    "day",
    "quantity",
    "level",
    "evidence",
    "check",
    "same",
)
_YES = re.compile(
    r"^(?:1|是的?|对的?|嗯|好的?|行|可以|确认(?:上报)?|没错|正确|提交|上报|报|[oO][kK]|对,?上报|通过|同意)[。!~ ]*$"
)
_MINE = re.compile("我(?:自己|本人)?(?:做|干|参加)的")
WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Draft:
    """A report that is not filed yet; what is None was not said, or not clearly."""

    step: str = ITEM
    #: Steps that were asked, for 上一步.
    trail: tuple[str, ...] = ()
    #: Codes of the items offered, in order; the page that is shown.
    offered: tuple[str, ...] = ()
    page: int = 0
    item: str | None = None
    day: dt.date | None = None
    day_said: str = ""
    quantity: Decimal | None = None
    amount_said: str = ""
    level: str | None = None
    evidence: str | None = None
    another: bool = False
    who: str = ""
    #: What the member said first, his words for the decider.
    words: str = ""
    #: Id of the returned report that it corrects.
    redoes: int | None = None

    def stored(self) -> dict[str, Any]:
        """Return the draft as plain values."""
        return asdict(self) | {
            "day": self.day.isoformat() if self.day else None,
            "quantity": str(self.quantity) if self.quantity is not None else None,
        }

    @classmethod
    def restored(cls, data: Mapping[str, Any]) -> Draft:
        """Return the draft that was stored."""
        return cls(
            **{
                **{name: data[name] for name in cls.__dataclass_fields__ if name in data},
                "trail": tuple(data["trail"]),
                "offered": tuple(data["offered"]),
                "day": dt.date.fromisoformat(data["day"]) if data["day"] else None,
                "quantity": Decimal(data["quantity"]) if data["quantity"] else None,
            }
        )


def begun(deed: Deed, known: Mapping[str, Known]) -> Draft:
    """Return the draft that a deed begins, standing at the first thing to be asked."""
    item = deed.items[0] if deed.sure else None
    draft = Draft(
        offered=_offer(deed.items, known),
        item=item,
        day=deed.day,
        day_said=deed.day_said,
        quantity=deed.quantity,
        amount_said=deed.amount_said,
        level=deed.level,
        evidence=deed.evidence,
        another=deed.another,
        who=deed.who,
        words=deed.words,
    )
    return replace(draft, step=missing(draft, known))


def empty(known: Mapping[str, Known]) -> Draft:
    """Return the draft of somebody who only said that he wants to report."""
    return Draft(offered=_offer((), known))


def _offer(likely: tuple[str, ...], known: Mapping[str, Known]) -> tuple[str, ...]:
    """Return what is offered: the likely ones; everything where nothing is likely."""
    own = tuple(code for code in likely if known[code].reported)
    return own or tuple(code for code, item in known.items() if item.reported)


def missing(draft: Draft, known: Mapping[str, Known]) -> str:
    """Return the first thing that is not known; ``check`` when nothing is missing."""
    if draft.who:
        return WHO
    if draft.item is None:
        return ITEM
    item = known[draft.item]
    if draft.day is None:
        return DAY
    if draft.quantity is None and item.unit in MEASURED:
        return QUANTITY
    if draft.quantity is not None and not fits(draft.quantity, item):
        return QUANTITY
    if draft.amount_said and draft.quantity is None:
        return QUANTITY
    if item.levels and draft.level is None:
        return LEVEL
    if item.evidence and not draft.evidence:
        return EVIDENCE
    return CHECK


def fits(quantity: Decimal, item: Known) -> bool:
    """Return whether the item can count the amount."""
    return (
        quantity >= item.least
        and (item.most is None or quantity <= item.most)
        and not (quantity / item.step) % 1
    )


def back(draft: Draft) -> Draft | None:
    """Return the draft one step back; None where there is none, so that it ends."""
    if draft.step == ITEM and draft.page:
        return replace(draft, page=draft.page - 1)
    if not draft.trail:
        return None
    return replace(draft, step=draft.trail[-1], trail=draft.trail[:-1])


def _went(draft: Draft, known: Mapping[str, Known], **found: Any) -> Draft:
    """Return the draft with an answer, at the next thing to be asked."""
    after = replace(draft, **found)
    step = missing(after, known)
    # An answer that leads to the same question again is no step forward.
    trail = draft.trail if step == draft.step or draft.step in draft.trail else (*draft.trail, draft.step)
    return replace(after, step=step, trail=trail)


def answered(draft: Draft, said: str, known: Mapping[str, Known], *, today: dt.date) -> Draft | None:
    """Return the draft after an answer to its question; None where the words are no answer to it.

    :param said: what was written, any width
    """
    said = reading.plain(said)
    digits = said.rstrip("。.!、号 ")
    choice = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 8 else None
    match draft.step:
        case "who":
            own = choice == 1 or _YES.match(said) or _MINE.search(said)
            return _went(draft, known, who="") if own else None
        case "item":
            return _chose_item(draft, said, choice, known, today)
        case "day":
            return _chose_day(draft, said, choice, known, today)
        case "quantity":
            return _gave_amount(draft, said, known, today)
        case "level":
            levels = known[draft.item or ""].levels
            level = levels[choice - 1] if choice and choice <= len(levels) else names.level_in(said, levels)
            return _went(draft, known, level=level) if level else None
        case "evidence":
            return _went(draft, known, evidence=said[:200]) if said and choice != 0 else None
        case "check":
            return _changes(draft, said, choice, known, today)
        case _:
            return None


def confirms(draft: Draft, said: str) -> bool:
    """Return whether an answer files the draft."""
    return draft.step in (CHECK, SAME) and bool(_YES.match(reading.plain(said)))


def _chose_item(
    draft: Draft, said: str, choice: int | None, known: Mapping[str, Known], today: dt.date
) -> Draft | None:
    shown = draft.offered[draft.page * PAGE : (draft.page + 1) * PAGE]
    if choice == 8:
        if len(draft.offered) > (draft.page + 1) * PAGE:
            return replace(draft, page=draft.page + 1)
        # Past the likely ones come all the others.
        every = _offer((), known)
        more = tuple(code for code in every if code not in draft.offered)
        return replace(draft, offered=(*more, *draft.offered), page=0) if more else replace(draft, page=0)
    if choice is not None:
        if not 1 <= choice <= len(shown):
            return None
        return _with_item(draft, shown[choice - 1], known, today)
    meant = reading.understand(said, today=today, items=list(known.values()))
    if isinstance(meant, Deed) and meant.sure and known[meant.items[0]].reported:
        told: dict[str, Any] = {
            "day": meant.day or draft.day,
            "day_said": meant.day_said if meant.day is None else "",
        }
        return _with_item(
            replace(draft, **told, words=draft.words or said), meant.items[0], known, today, said
        )
    if isinstance(meant, Deed) and meant.items and (offer := _offer(meant.items, known)) != draft.offered:
        return replace(draft, offered=offer, page=0)
    return None


def _with_item(draft: Draft, code: str, known: Mapping[str, Known], today: dt.date, said: str = "") -> Draft:
    """Return the draft with its item; the amount is read again, for the item says in what it is counted."""
    item = known[code]
    found = reading.amounts_of(said or draft.words, today=today)
    quantity, amount_said = amounts.fitting(found, item.unit)
    level = names.level_in(draft.words, item.levels) if item.levels else None
    return _went(
        draft,
        known,
        item=code,
        quantity=quantity if quantity is not None else draft.quantity if draft.item == code else None,
        amount_said=amount_said,
        level=level,
    )


def _chose_day(
    draft: Draft, said: str, choice: int | None, known: Mapping[str, Known], today: dt.date
) -> Draft | None:
    if choice is not None and 1 <= choice <= 7 and len(said) == 1:
        return _went(draft, known, day=today - dt.timedelta(days=choice - 1), day_said="")
    if choice is not None and (made := _typed_day(said, today)):
        return _went(draft, known, day=made, day_said="")
    day, _, future = reading.day_of(said, today=today)
    return _went(draft, known, day=day, day_said="") if day and not future else None


def _typed_day(said: str, today: dt.date) -> dt.date | None:
    """Return the day of 1103 or 20261103; a month and day that has not come means the one that was."""
    try:
        if len(said) == 8:
            day = dt.date(int(said[:4]), int(said[4:6]), int(said[6:]))
        elif len(said) in (3, 4):
            month, number = int(said[:-2]), int(said[-2:])
            day = dt.date(today.year, month, number)
            day = day.replace(year=today.year - 1) if day > today else day
        else:
            return None
    except ValueError:
        return None
    return day if day <= today else None


def _gave_amount(draft: Draft, said: str, known: Mapping[str, Known], today: dt.date) -> Draft | None:
    item = known[draft.item or ""]
    found = reading.amounts_of(said, today=today)
    value, vague = amounts.fitting(found, item.unit)
    if value is None and len(found) == 1 and item.unit not in MEASURED:
        value = found[0].value
    if value is None and not found and (m := re.fullmatch(r"[一二两三四五六七八九十]{1,2}", said)):
        value = amounts.number(m[0])
    if value is None:
        return replace(draft, amount_said=vague) if vague and vague != draft.amount_said else None
    return _went(draft, known, quantity=value, amount_said="")


def _changes(
    draft: Draft, said: str, choice: int | None, known: Mapping[str, Known], today: dt.date
) -> Draft | None:
    item = known[draft.item or ""]
    if choice is not None:
        step = dict(enumerate(changeable(item), start=2)).get(choice)
        if step is None:
            return None
        fresh = replace(draft, step=step, trail=(*draft.trail, CHECK), page=0)
        return replace(fresh, offered=_offer((), known)) if step == ITEM else fresh
    meant = reading.understand(said, today=today, items=list(known.values()))
    changed: dict[str, Any] = {}
    if (
        isinstance(meant, Deed)
        and meant.sure
        and known[meant.items[0]].reported
        and meant.items[0] != draft.item
    ):
        changed["item"] = meant.items[0]
    target = known[changed.get("item", draft.item or "")]
    day, _, future = reading.day_of(said, today=today)
    if day and not future:
        changed["day"] = day
    value, _ = amounts.fitting(reading.amounts_of(said, today=today), target.unit)
    if value is not None:
        changed["quantity"] = value
    if target.levels and (level := names.level_in(said, target.levels)):
        changed["level"] = level
    return _went(draft, known, **changed) if changed else None


def changeable(item: Known) -> tuple[str, ...]:
    """Return which steps of a whole draft may be changed, in the order of their digits."""
    return (ITEM, DAY, QUANTITY, *((LEVEL,) if item.levels else ()))
