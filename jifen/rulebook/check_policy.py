"""The policy lint over a rulebook: what its lines declare, say, and amount to (C41, C37)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from jifen.rulebook.attainable import least, takes_away
from jifen.rulebook.engine.book import Inactivity, Levels, Rulebook
from jifen.rulebook.engine.item import Evidence, Feeder, Item
from jifen.rulebook.faults import Fault
from jifen.rulebook.lint import Hit, by_code, words
from jifen.rulebook.lint_table import APPS, BURDEN, FORBIDDEN, PUBLISHED, RISKY

#: What an author declares in ``touches``: the row that judges it, and its name for people.
_TOUCHES = {
    "app_use": ("app_use", "使用软件"),
    "check_in": ("check_in", "签到打卡"),
    "online_time": ("online_time", "在线时长"),
    "likes_forwards": ("likes_forwards", "点赞转发"),
    "answering_speed": ("answering_speed", "回复快慢"),
    "location": ("location", "位置"),
    "photo": ("work_photo", "照片"),
    "video": ("work_photo", "视频"),
    "volunteering": ("volunteer_penalty", "志愿服务"),
    "donation": ("donation", "捐款捐物"),
    "personal_data": ("sensitive_data", "个人信息"),
}
#: Routes that need no phone: somebody else writes the name down.
_BY_HAND = frozenset({Feeder.ROSTER, Feeder.MANUAL})
_PICTURE = re.compile("照片?|图片|截图|截屏|视频|录像|录音")
_SERVICE = re.compile("志愿|公益活动|公益劳动|公益服务|义务劳动")
_NO_BASIS = re.compile(r"[?？]?|无|暂无|待补充?|待定|/|-+|略|tbd|todo|none|n/?a", re.IGNORECASE)
#: So many items asking for material make it a habit.
_MANY = 3


@dataclass(frozen=True, slots=True)
class _Seen:
    line: int
    hit: Hit


def findings(book: Rulebook) -> Iterator[Fault]:
    """Forbidden and risky lines; lines that are off are not judged."""
    live = [item for item in book.items.values() if item.off is None]
    for item in live:
        yield from _item(book, item)
    yield from _around(book, live)
    asking = [item for item in live if item.evidence is not None]
    if len(asking) >= _MANY and 2 * len(asking) > len(live):
        yield Fault(
            book.source_map.item(asking[0].code, "evidence"),
            "evidence_everywhere",
            f"{len(live)} 个项目中有 {len(asking)} 个要交材料，等于事事留痕。",
            "只在办法明文要求的项目保留 evidence，其余删去。",
            RISKY,
            BURDEN,
        )
    if book.subject == "member" and book.publicity is not None and book.publicity.scope != "branch":
        yield Fault(
            book.source_map.line("publicity", "scope"),
            "wide_publicity",
            "个人积分在支部以外公示。",
            '请写 scope = "branch"。',
            RISKY,
            PUBLISHED,
        )


def _item(book: Rulebook, item: Item) -> Iterator[Fault]:
    told: dict[str, Fault] = {}
    for seen in chain(_said(book, item), _declared(book, item), _amounts_to(book, item)):
        hit = seen.hit
        fault = Fault(
            seen.line, hit.code, f"项目“{item.name}”：{hit.message}", hit.remedy, hit.severity, hit.clause
        )
        known = told.get(hit.code)
        if known is None or (known.severity == RISKY and hit.severity == FORBIDDEN):
            told[hit.code] = fault
    for fault in told.values():
        yield _decided(fault, item)


def _decided(fault: Fault, item: Item) -> Fault:
    """A recorded decision lifts what is risky; nothing lifts what is forbidden."""
    decision = item.risk_decision
    if fault.severity != RISKY or decision is None:
        return fault
    return replace(
        fault,
        severity="warning",
        message=f"{fault.message}已由{decision.by}决定保留（{decision.document}，{decision.on}）。",
    )


def _said(book: Rulebook, item: Item) -> Iterator[_Seen]:
    """What the item's own words give away."""
    for key in ("name", "clause", "unit"):
        for hit in words(getattr(item, key), scored=True):
            yield _Seen(book.source_map.item(item.code, key), hit)
    for index, word in enumerate(item.words):
        for hit in words(word, scored=True):
            yield _Seen(book.source_map.item(item.code, "words", index), hit)
    if isinstance(item.worth, Levels):
        for index, row in enumerate(item.worth.rows):
            for hit in words(row.name, scored=True):
                yield _Seen(book.source_map.item(item.code, "levels", index, "name"), hit)
    if item.evidence is not None:
        yield from _evidence(book, item, item.evidence)


def _evidence(book: Rulebook, item: Item, evidence: Evidence) -> Iterator[_Seen]:
    """Pictures that a provision asks for need a decision; other words are judged as anywhere."""
    for index, kind in enumerate(evidence.kinds):
        line = book.source_map.item(item.code, "evidence", "kinds", index)
        for hit in words(kind, scored=True):
            if hit.code != "work_photo":
                yield _Seen(line, hit)
        if _PICTURE.search(kind):
            yield _Seen(line, _picture(f"“{kind}”"))
    if evidence.photos:
        yield _Seen(book.source_map.item(item.code, "evidence", "photos"), _picture("照片"))
    if _NO_BASIS.fullmatch(evidence.basis):
        yield _Seen(
            book.source_map.item(item.code, "evidence", "basis"),
            Hit(
                "evidence_no_basis",
                RISKY,
                evidence.basis,
                BURDEN,
                "要求交材料，却没有写明依据。",
                "请写明要求材料的文号和条款；没有依据的删去 evidence。",
            ),
        )


def _picture(what: str) -> Hit:
    return Hit(
        "picture_evidence",
        RISKY,
        what,
        APPS,
        f"要求上传{what}。",
        "能用名册、文件、证书说明的不要求照片和视频；确有必要的写明作出决定的文号（risk_decision）。",
    )


def _declared(book: Rulebook, item: Item) -> Iterator[_Seen]:
    """What the author says the line touches."""
    for touch in sorted(item.touches):
        code, name = _TOUCHES[touch]
        hit = by_code(code, name)
        by_hand = bool(item.feeders & _BY_HAND)
        if touch == "check_in" and by_hand:
            continue  # The roster is equal in rank: nobody is made to check in.
        if touch == "volunteering" and not takes_away(item):
            continue
        if touch == "location" and by_hand:
            hit = replace(hit, severity=RISKY)
        if touch in ("photo", "video") and item.evidence is not None:
            hit = _picture(name)
        yield _Seen(book.source_map.item(item.code, "touches"), hit)


def _amounts_to(book: Rulebook, item: Item) -> Iterator[_Seen]:
    """What the line does, whatever it is called."""
    text = f"{item.name} {item.clause}"
    if _SERVICE.search(text) and takes_away(item):
        yield _Seen(book.source_map.item(item.code), by_code("volunteer_penalty", item.name))
    if isinstance(item.worth, Inactivity) and least(item) < 0:
        yield _Seen(
            book.source_map.item(item.code, "inactivity"),
            by_code("inactivity", f"{item.worth.days} 天没有记录"),
        )
    if item.basis is None or _NO_BASIS.fullmatch(item.basis):
        yield _Seen(
            book.source_map.item(item.code, *(() if item.basis is None else ("basis",))),
            Hit(
                "no_basis",
                RISKY,
                item.name,
                BURDEN,
                "没有写明依据（basis）。",
                "请写明依据的文件名称、文号或条款；没有依据的删去这一行或写成 off。",
            ),
        )


def _around(book: Rulebook, live: list[Item]) -> Iterator[Fault]:
    """Names of the scheme, its blocks, grades and procedures."""
    lines = book.source_map
    used = {item.category for item in live}
    named = [(book.name, "办法名称", lines.line("rulebook", "name"), False)]
    named += [
        (one.name, "类别", lines.of("category", one.code, "name"), True)
        for one in book.categories.values()
        if one.code in used
    ]
    named += [(one.name, "等次", lines.line("grade", n, "name"), False) for n, one in enumerate(book.grades)]
    for table, rows in (("gate", book.gates), ("line", book.lines), ("streak", book.streaks)):
        for one in rows:
            named.append((one.name, "规定", lines.of(table, one.code, "name"), False))
            named.append((one.clause, "规定", lines.of(table, one.code, "clause"), False))
    for text, what, line, scored in named:
        for hit in words(text, scored=scored):
            if hit.code == "red_yellow_list" and book.subject != "member":
                continue  # Cards for units are a supervision tool; people are not labelled.
            yield Fault(
                line, hit.code, f"{what}“{text}”：{hit.message}", hit.remedy, hit.severity, hit.clause
            )
