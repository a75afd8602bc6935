"""What does not fit together: sources and identities, people, references to what is off, loops."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jifen.rulebook.engine.book import Fixed, Inactivity, Rulebook
from jifen.rulebook.engine.item import Feeder, Item, OncePer
from jifen.rulebook.faults import Fault
from jifen.rulebook.scheme_loader import BODIES, PEOPLE

#: How a provision is usually named: 〔2026〕12号, 第十条, 《…》, …法 / 条例 / 办法.
_CLAUSE = re.compile(
    r"[〔\[【（(]\d{4}[〕\]】）)]|第.{1,8}?[条款项章]|《.+》|\d+号|法|条例|规定|办法|意见|细则|准则|通知"
)
_KINDS = frozenset((*PEOPLE, *BODIES))


def findings(book: Rulebook) -> Iterator[Fault]:
    """Lines that contradict themselves, their people or each other."""
    for item in book.items.values():
        if item.off is None:
            yield from _doors(book, item)
            yield from _people(book, item)
            yield from _loops(book, item)
            yield from _dead_ends(book, item)
        elif not _CLAUSE.search(item.off):
            yield Fault(
                book.source_map.item(item.code, "off"),
                "off_no_clause",
                f"项目“{item.name}”已停用，却没有写明依据哪份文件、哪一条。",
                "请在 off 里写明文号或条款，例如：国办函〔2026〕12号。",
                "warning",
            )
    yield from _blocks(book)
    yield from _chat_words(book)
    yield from _scheme(book)


def _doors(book: Rulebook, item: Item) -> Iterator[Fault]:
    line = book.source_map.item(item.code, "once_per")
    if item.once_per is OncePer.NONE and Feeder.SELF_REPORT in item.feeders:
        yield Fault(
            line,
            "no_identity",
            f"项目“{item.name}”可以个人上报，却没有说怎样才算同一件事，一件事可能记两次。",
            '请把 once_per 写成 "deed"（按事项），或 "day"、"month" 等；不接受个人上报的从 feeders 删去 self_report。',
        )
    if item.once_per is OncePer.ACTIVITY and item.feeders <= {Feeder.SELF_REPORT, Feeder.IMPORT}:
        yield Fault(
            line,
            "no_activity",
            f"项目“{item.name}”按活动判定同一件事，来源里却没有活动或名册。",
            '请把 once_per 改成 "deed" 或 "day"，或在 feeders 里加上 roster。',
            "warning",
        )
    if item.publicity == "before" and book.publicity is None:
        yield Fault(
            book.source_map.item(item.code, "publicity"),
            "no_publicity",
            f"项目“{item.name}”先公示后计分，办法里却没有写公示（[publicity]）。",
            "请补上 [publicity]：范围、周期、工作日数。",
        )
    plain = isinstance(item.worth, Fixed) and item.worth.points == 0
    if plain and not (
        item.add_ons or item.zeroes or item.veto or item.lifts or item.shortfall or item.excused
    ):
        yield Fault(
            book.source_map.item(item.code, "points"),
            "worth_nothing",
            f"项目“{item.name}”值 0 分，也不触发任何规定，白填一次。",
            "请写分值，或删去这一项。",
            "warning",
        )
    decision = item.risk_decision
    if decision is not None and decision.on > book.effective_from:
        yield Fault(
            book.source_map.item(item.code, "risk_decision", "on"),
            "decision_too_late",
            f"项目“{item.name}”的保留决定（{decision.on}）晚于办法生效日（{book.effective_from}）。",
            "请核对日期，或推迟办法的生效日。",
            "warning",
        )


def _people(book: Rulebook, item: Item) -> Iterator[Fault]:
    """Items for people whom the scheme leaves out, or whom their block leaves out."""
    listed = book.applies.in_force | book.applies.tracked
    line = book.source_map.item(item.code, "roles")
    if item.roles and item.roles <= _KINDS and not item.roles & listed:
        yield Fault(
            line,
            "nobody_earns",
            f"项目“{item.name}”只适用于不在计分范围内的人，没有人能得分。",
            "请核对 roles 与 [applies]。",
            "warning",
        )
    block = book.categories[item.category].roles
    one_kind = (item.roles | block) <= _KINDS or not (item.roles | block) & _KINDS
    if item.roles and block and one_kind and not item.roles & block:
        yield Fault(
            line,
            "nobody_earns",
            f"项目“{item.name}”与所在类别适用的人没有交集，没有人能得分。",
            "请核对项目与类别的 roles。",
            "warning",
        )


def _loops(book: Rulebook, item: Item) -> Iterator[Fault]:
    lines = book.source_map
    seen, ahead = set(), list(item.zeroes)
    while ahead:
        code = ahead.pop()
        if code == item.code:
            direct = item.code in item.zeroes
            yield Fault(
                lines.item(item.code, "zeroes"),
                "zero_loop",
                f"项目“{item.name}”清零的对象绕一圈又是它自己。",
                '清零本项请写 zeroes = ["item"]。' if direct else "请核对各项的 zeroes，不要互相清零。",
            )
            break
        if code not in seen and code in book.items and book.items[code].off is None:
            seen.add(code)
            ahead += book.items[code].zeroes
    if item.code in item.lifts:
        yield Fault(
            lines.item(item.code, "lifts"),
            "lifts_itself",
            f"项目“{item.name}”否决的同时又解除自己。",
            "解除否决请另写一个项目。",
        )
    if isinstance(item.worth, Inactivity) and item.code in item.worth.watch:
        yield Fault(
            lines.item(item.code, "inactivity"),
            "watches_itself",
            f"项目“{item.name}”关注的是它自己，没有人会在它上面留下记录。",
            "请在 watch 里写真正的活动项目。",
        )


def _dead_ends(book: Rulebook, item: Item) -> Iterator[Fault]:
    """Duties counted on lines that are switched off: everybody would fall short."""
    watched = item.worth.watch if isinstance(item.worth, Inactivity) else ()
    if item.shortfall is not None:
        watched += item.shortfall.of
    for code in watched:
        if code in book.items and book.items[code].off is not None:
            yield Fault(
                book.source_map.item(item.code, "shortfall" if item.shortfall else "inactivity"),
                "counts_on_off",
                f"项目“{item.name}”按“{book.items[code].name}”考核，而后者已停用，人人都会被扣。",
                "请从中删去已停用的项目。",
                "warning",
            )


def _blocks(book: Rulebook) -> Iterator[Fault]:
    used = {item.category for item in book.items.values()}
    used |= {category.within for category in book.categories.values() if category.within is not None}
    for category in book.categories.values():
        if category.code not in used:
            yield Fault(
                book.source_map.of("category", category.code),
                "unused_category",
                f"类别“{category.name}”里没有任何项目。",
                "请补上项目，或删去这个类别。",
                "warning",
            )
    for n, grade in enumerate(book.grades):
        for need in grade.needs:
            if need in book.items and book.items[need].off is not None:
                yield Fault(
                    book.source_map.line("grade", n, "needs"),
                    "counts_on_off",
                    f"等次“{grade.name}”要求“{book.items[need].name}”，而后者已停用，谁也达不到。",
                    "请从 needs 中删去已停用的项目。",
                    "warning",
                )


def _chat_words(book: Rulebook) -> Iterator[Fault]:
    """One word for two items: the chat could not tell which is meant."""
    first: dict[str, Item] = {}
    for item in book.items.values():
        if item.off is not None:
            continue
        for n, word in enumerate(item.words):
            other = first.setdefault(word.strip().casefold(), item)
            if other is not item:
                yield Fault(
                    book.source_map.item(item.code, "words", n),
                    "word_twice",
                    f"“{word}”既指“{other.name}”又指“{item.name}”，党员上报时分不清。",
                    "请让每个说法只属于一个项目。",
                    "warning",
                )


def _scheme(book: Rulebook) -> Iterator[Fault]:
    if book.refines is not None and book.refines.code == book.code:
        yield Fault(
            book.source_map.line("refines", "code"),
            "refines_itself",
            "细化的上级办法就是它自己。",
            "请写上级办法的编码；改自己的办法，请另写一个新版本，不用 [refines]。",
        )
    months = book.switches.carry_expires_months
    if months is not None and months % book.cycle.months:
        yield Fault(
            book.source_map.line("switches", "carry_expires_months"),
            "expires_within",
            f"保留的积分满 {months} 个月到期，落在一个周期中间：没有新的事，总分也会少。",
            f"请写 {book.cycle.months} 的整倍数，让积分在周期末到期；确需如此，请在条款里写明到期日。",
            "warning",
        )
