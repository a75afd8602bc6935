"""What a previewed sheet would do: each line's person, item, day and deed, and every problem."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from jifen.core import days
from jifen.core.errors import DomainError
from jifen.members.roster.problems import Severity
from jifen.points import items, ledger
from jifen.points.intake import queries as reads
from jifen.points.intake.drafts import Draft, Planned, problem
from jifen.points.intake.lines import Line
from jifen.points.intake.mapping import Mapping as Said
from jifen.points.intake.overlaps import balances_once, not_in_taken_months
from jifen.points.intake.queries import Stay
from jifen.points.intake.who import Finder
from jifen.points.intake.words import Kind, month_end, span_key
from jifen.rulebook.engine import Fact, occasion, refusal
from jifen.rulebook.engine.book import Rulebook
from jifen.rulebook.engine.item import Feeder, Item, OncePer
from jifen.rulebook.engine.taken import TAKEOVER, refusal_of
from jifen.rulebook.queries import InForce, Timeline

YES = "yes"
_SEVERAL = (OncePer.DEED, OncePer.NONE)
_COARSE = (OncePer.MONTH, OncePer.QUARTER, OncePer.YEAR)


def draft_of(
    lines: Sequence[Line],
    kind: Kind,
    said: Said,
    answers: Mapping[str, str],
    *,
    home_path: str,
    own_id: int | None,
    today: dt.date,
) -> Draft:
    """Return the plan of lines for the unit with path ``home_path``; reads, writes nothing.

    :param own_id: who would confirm it: his own lines wait for another decider
    """
    days = [day for line in lines if (day := line.since or line.day)]
    people = reads.stays(home_path, min(days, default=today))
    planner = _Planner(people, said, answers, today)
    for line in lines:
        planner.take(line, kind)
    draft = planner.draft
    if kind is Kind.BALANCES:
        balances_once(draft, answers)
    else:
        not_in_taken_months(draft, answers)
        held = ledger.live_entries([one.deed for one in draft.lines]) if draft.lines else {}
        for one in draft.lines:
            one.held = held.get(one.deed)
    own = next((one for one in draft.lines if one.member_id == own_id), None)
    if own is not None:
        draft.problems.append(
            problem(
                own.line,
                "own_line",
                "表里有您本人的记录",
                "本人的记录不能由本人确认，确认后会留给其他负责人确认。",
                Severity.DOUBT,
            )
        )
    return draft


class _Planner:
    def __init__(
        self, people: Sequence[Stay], said: Said, answers: Mapping[str, str], today: dt.date
    ) -> None:
        self.said, self.answers, self.today = said, answers, today
        self.draft = Draft()
        self.finder = Finder(people, answers, self.draft.problems)
        self.timeline = Timeline({stay.path for stay in people})
        self.items: dict[tuple[int, str, str], Item | None] = {}
        self.deeds: dict[tuple[int, str, str], Planned] = {}

    def _problem(
        self, line: Line, code: str, reason: str, remedy: str, severity: Severity = Severity.ERROR
    ) -> None:
        self.draft.problems.append(problem(line, code, reason, remedy, severity))

    def take(self, line: Line, kind: Kind) -> None:
        """Plan one line, or say why not."""
        member_id = self.finder.find(line)
        if member_id is None:
            return
        if line.mark == "absent":
            self.draft.passed["absent"] += 1
            return
        for one in [line] if kind is Kind.BALANCES else self._months(line, member_id):
            assert one.day is not None, "the reader refuses lines without a day"
            if one.day > self.today and not (one.month and (one.day.year, one.day.month) == self._now):
                self._problem(
                    one, "in_future", f"{days.in_full(one.day)}还没有到", "请核对日期；只能导入已经发生的事。"
                )
                return
            stay = self._stay(one, member_id, kind)
            rules = stay and self._rules(one, stay)
            if stay is None or rules is None:
                return
            planned = (
                self._balance(one, stay, rules) if kind is Kind.BALANCES else self._fact(one, stay, rules)
            )
            if planned is not None and self._first(planned):
                self.draft.lines.append(planned)

    @property
    def _now(self) -> tuple[int, int]:
        return self.today.year, self.today.month

    def _stay(self, line: Line, member_id: int, kind: Kind) -> Stay | None:
        """Return where he belonged on the day; a balance may be older than his days here."""
        assert line.day is not None
        stays = self.finder.by_member[member_id]
        found = next((stay for stay in stays if stay.on(line.day)), None)
        if found is None and kind is Kind.BALANCES:
            found = next((stay for stay in stays if stay.since > line.day), None)
        if found is None:
            self._problem(
                line,
                "not_there",
                f"{days.in_full(line.day)}这位同志不在本组织",
                "请核对日期；那天在别的组织的，由那个组织导入。",
            )
        return found

    def _rules(self, line: Line, stay: Stay) -> InForce | None:
        """Return the rulebook of the day, else today's where its period holds the day: an office began late."""
        assert line.day is not None
        rules = self.timeline.in_force(stay.path, stay.category, line.day)
        if rules is None:
            later = self.timeline.in_force(stay.path, stay.category, self.today)
            rules = later if later and line.day in later.period else None
        if rules is None:
            self._problem(
                line,
                "no_rules",
                f"{days.in_full(line.day)}没有适用于这位同志的积分办法",
                "请先为本组织指定积分办法，适用日期要包括这一天。",
            )
            return None
        applies = rules.book.applies
        if stay.category not in applies.in_force | applies.tracked:
            self._problem(
                line,
                "not_scored",
                f"{days.in_full(line.day)}这位同志不在积分范围内",
                "请删去这一行；人员类别有误的，请先更正。",
            )
            return None
        return rules

    def _balance(self, line: Line, stay: Stay, rules: InForce) -> Planned | None:
        assert line.since is not None
        assert line.until is not None
        assert line.day is not None
        if line.since < rules.period.since or line.until > rules.period.until:
            self._problem(
                line,
                "two_periods",
                f"这几个月不在同一个积分周期（{rules.period.words}）里",
                "请按积分周期分成几行。",
            )
            return None
        why = refusal_of(Fact(TAKEOVER, line.day, value=line.value))
        if why is not None:
            self._problem(line, "bad_points", why.rstrip("。"), "请改正后再上传。")
            return None
        key = span_key(line.since, line.until)
        deed = f"{TAKEOVER}:{key}"
        member = stay.member_id
        return Planned(
            line, member, stay.branch_id, rules, TAKEOVER, line.day, Decimal(1), line.value, key, False, deed
        )

    def _months(self, line: Line, member_id: int) -> Iterator[Line]:
        """Yield the months of a 党费缴至 line for an item of the month, else the line itself."""
        if line.since is None or line.until is None:
            yield line
            return
        stay = next((s for s in self.finder.by_member[member_id] if line.day and s.on(line.day)), None)
        rules = stay and self.timeline.in_force(stay.path, stay.category, line.day or self.today)
        item = self._item(line, rules) if rules else None
        if item is None or item.once_per is not OncePer.MONTH:
            yield line
            return
        for month in range(line.since.month, line.day.month + 1 if line.day else 0):
            end = month_end(line.since.year, month)
            if end and any(stay.on(end) for stay in self.finder.by_member[member_id]):
                yield replace(line, day=end, since=None, until=None)

    def _item(self, line: Line, rules: InForce) -> Item | None:
        """Return the item that a line means; each wording is judged once a sheet."""
        chosen = self.said.items.get(line.item) or self.said.of(line.sheet).item or line.item
        key = rules.rulebook_id, line.sheet, chosen
        if key not in self.items:
            self.items[key] = self._find_item(line, chosen, rules.book)
        return self.items[key]

    def _find_item(self, line: Line, chosen: str, book: Rulebook) -> Item | None:
        if not chosen:
            self._problem(
                line,
                "no_item",
                "没有写是哪个积分项目",
                "请为整张表选一个项目，或在表里加“项目”一列。",
            )
            return None
        try:
            item = items.find(book, chosen)
        except DomainError as err:
            self._problem(
                line,
                "item_unknown",
                err.message.split("。")[0],
                f"请在对照里写明“{chosen}”是哪个项目（项目编号）。",
            )
            return None
        if item.off is not None:
            self._problem(line, "item_off", f"项目“{item.name}”已停用", "请选别的项目，或不导入这些行。")
            return None
        key = f"item:{item.code}"
        if Feeder.IMPORT not in item.feeders and self.answers.get(key) != YES:
            self._problem(
                line,
                "not_by_import",
                f"“{item.name}”按办法不由导入产生",
                f"确属以前的台账、由组织决定记入的，请回答“{YES}”。问题编号：{key}",
                Severity.QUESTION,
            )
        return item

    def _fact(self, line: Line, stay: Stay, rules: InForce) -> Planned | None:
        item = self._item(line, rules)
        if item is None:
            return None
        assert line.day is not None
        if line.month and item.once_per not in _COARSE:
            self._problem(line, "month_only", f"“{item.name}”要写到日", "请把日期写成 2026-03-05 的样子。")
            return None
        day = min(line.day, self.today)
        excused = line.mark == "leave"
        quantity = line.quantity if line.quantity is not None else Decimal(1)
        level = line.level or None
        if excused and (
            item.excused is None
            or refusal(Fact(item.code, day, quantity, level=level, excused=True), rules.book)
        ):
            self.draft.passed["leave"] += 1
            return None
        try:
            items.check_amount(item, rules.book, day=day, quantity=quantity, value=line.value, level=level)
        except DomainError as err:
            self._problem(line, err.code, err.message.rstrip("。"), "请改正后再上传。")
            return None
        deed = occasion(item, day)
        return Planned(
            line,
            stay.member_id,
            stay.branch_id,
            rules,
            item.code,
            day,
            quantity,
            line.value,
            level if item.levels else None,
            excused,
            deed,
        )

    def _first(self, planned: Planned) -> bool:
        """Whether the deed is new in this file; another deed of the day needs words of its own."""
        line = planned.line
        before = self.deeds.setdefault(planned.deed, planned)
        if before is planned or planned.item_code == TAKEOVER:
            return True
        item = planned.rules.book.items[planned.item_code]
        if item.once_per in _SEVERAL and line.note and line.note != before.line.note:
            number = 2
            while (planned.member_id, item.code, deed := occasion(item, planned.day, deed=str(number))) in (
                self.deeds
            ):
                if self.deeds[planned.member_id, item.code, deed].line.note == line.note:
                    break
                number += 1
            planned.occasion = deed
            if self.deeds.setdefault(planned.deed, planned) is planned:
                return True
        self.draft.passed["repeated"] += 1
        self._problem(
            line,
            "same_deed",
            f"与“{before.line.sheet}”第{before.line.row}行是同一件事，只记一次",
            "确是两件事的，请在“说明”里分别写明。" if item.once_per in _SEVERAL else "直接确认即可。",
            Severity.DOUBT,
        )
        return False
