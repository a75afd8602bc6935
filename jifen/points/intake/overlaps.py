"""Months that were taken over as one figure, and single facts of the same months: never both."""

from __future__ import annotations

from collections.abc import Mapping

from jifen.members.roster.problems import Severity
from jifen.points.intake import queries as reads
from jifen.points.intake.drafts import Draft, Planned, problem
from jifen.points.intake.words import span_key
from jifen.rulebook.engine.taken import span_words

#: Answer to "is it meant to be left out?".
LEAVE_OUT = "leave_out"


def balances_once(draft: Draft, answers: Mapping[str, str]) -> None:
    """Refuse months that were taken over, and ask where single facts of those months count."""
    taken = reads.balances([one.member_id for one in draft.lines])
    spans = [(one.member_id, *one.line.span) for one in draft.lines]
    doubled = reads.counted_singly(spans) if spans else set()
    kept = []
    for one in draft.lines:
        since, until = one.line.span
        known = taken.setdefault(one.member_id, [])
        clash = next((t for t in known if since < t[1] and t[0] < until), None)
        if clash:
            months = span_words(span_key(clash[0], clash[1]))
            which = f"第{clash[2]}批导入" if clash[2] else "本表前面的行"
            draft.problems.append(
                problem(
                    one.line,
                    "balance_twice",
                    f"这位同志{months}的积分已由{which}接续",
                    "同一段时间只能接续一次；原来有误的，请先撤销那一批。",
                )
            )
            continue
        known.append((since, until, 0))
        if one.member_id not in doubled:
            kept.append(one)
            continue
        _leave_out(
            draft,
            one,
            answers,
            "这几个月已有单项记录，再接续总数会重复计分",
            "请把期间改短，或先撤销那些单项记录；不接续这些行的",
        )
    draft.lines = kept


def not_in_taken_months(draft: Draft, answers: Mapping[str, str]) -> None:
    """Ask about facts of months whose points were taken over as one figure."""
    taken = reads.balances(sorted({one.member_id for one in draft.lines}))
    kept = []
    for one in draft.lines:
        clash = next((t for t in taken.get(one.member_id, ()) if t[0] <= one.day < t[1]), None)
        if clash is None:
            kept.append(one)
            continue
        _leave_out(
            draft,
            one,
            answers,
            f"{span_words(span_key(clash[0], clash[1]))}的积分已按总数接续，再记单项会重复计分",
            "请删去这些行；不导入这些行的",
        )
    draft.lines = kept


def _leave_out(draft: Draft, one: Planned, answers: Mapping[str, str], reason: str, remedy: str) -> None:
    """Leave a doubled line out by a yes, else ask; both are never counted."""
    if answers.get("overlap") == LEAVE_OUT:
        draft.passed["left_out"] += 1
    else:
        draft.problems.append(
            problem(
                one.line,
                "overlap",
                reason,
                f"{remedy}，请回答“{LEAVE_OUT}”。问题编号：overlap",
                Severity.QUESTION,
            )
        )
