"""Grades of a branch by threshold, then quota; what people may change about them, and what must add up."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jifen.core.errors import Conflict, Invalid
from jifen.rulebook.engine.amount import exact
from jifen.rulebook.engine.book import Line, Rulebook
from jifen.rulebook.engine.group import Candidate, Grading, Quota, grade_group
from jifen.rulebook.engine.verdict import between

#: Why somebody on the list has no grade from his score (不评定等次的原因).
REASONS = {
    "tracked": "只记录积分，不定等次",
    "exempt": "经批准不参加积分",
    "left_out": "办法规定不计分",
    "other_book": "适用另一个积分办法",
    "elsewhere": "已在其他支部参加本年度评议",
}
#: Reasons that people cannot lift by giving a grade: the rulebook's, and one appraisal a year.
FIXED = frozenset({"tracked", "elsewhere"})
#: Grades after which the branch talks with the person (提醒、谈话).
TALKED = frozenset({"基本合格", "不合格"})
#: Choice on a ballot that names no grade.
ABSTAINED = "弃权"


class WrongGrade(Invalid):
    """No such grade in the rulebook."""

    code, template = "wrong_grade", "办法里没有“{grade}”这个等次，请从以下等次中选择：{grades}。"


class NotGradable(Conflict):
    """The rulebook or another appraisal says that he has no grade here."""

    code, template = "not_gradable", "{name}同志{reason}，本支部不为其定等次，请从名单里去掉。"


class Vetoed(Conflict):
    """A veto sets the grade; it is lifted by its own decision, not here."""

    code = "vetoed"
    template = "{name}同志有一票否决，等次不能在评议中改动。如否决已撤销，请先登记解除，再重新计算。"


class BelowLine(Conflict):
    """A grade with a quota needs its own threshold."""

    code = "below_line"
    template = "{name}同志的积分没有达到“{grade}”的条件，不能定为“{grade}”。请改定其他等次。"


class QuotaFull(Conflict):
    """More people than the quota has room for."""

    code = "quota_full"
    template = "“{grade}”最多{limit}名，现在列了{given}名。请减少后再提交。"


class TieOpen(Conflict):
    """Equal totals at the edge wait for a decision of people."""

    code = "tie_open"
    template = (
        "“{grade}”还剩{seats}个名额，有{people}位同志积分并列。请支委会研究后先登记决定（写明会议记录编号）。"
    )


class BadTie(Invalid):
    """Not a choice among the equal ones."""

    code, template = "bad_tie", "请从并列的{people}位同志中选择，最多{seats}名。"


class NoQuorum(Conflict):
    """A members' meeting decides when more than half of those entitled are there."""

    code = "no_quorum"
    template = (
        "应到有表决权的党员{expected}名，实到{present}名，没有超过半数，决定不能生效。请改期召开党员大会。"
    )


class WrongCount(Invalid):
    """Numbers of a meeting that cannot be."""

    code, template = "wrong_count", "{reason}"


@dataclass(frozen=True, slots=True)
class Entrant:
    """A line of the list as it was scored."""

    member_id: int
    #: ``full_member``, ``probationary_member`` …
    category: str
    #: Why he has no grade from his score; None for whoever is graded.
    reason: str | None
    #: Points; 0 where nothing is scored.
    total: Decimal
    #: The best grade whose threshold is met, or the one a veto sets.
    grade: str | None
    vetoed: bool = False
    #: For refusals only.
    name: str = "这位"

    @property
    def subject(self) -> str:
        """The key that the engine knows him by."""
        return str(self.member_id)

    @property
    def status(self) -> str:
        """How the engine takes him: only the graded ones count in a base."""
        return "graded" if self.reason is None else "left_out"


@dataclass(frozen=True, slots=True)
class Tie:
    """Equal totals at the edge of a quota: people decide, the machine never."""

    grade: str
    members: tuple[int, ...]
    #: How many of them may get the grade.
    seats: int


def propose(
    entrants: Iterable[Entrant], book: Rulebook, decided: Mapping[str, Collection[int]] | None = None
) -> Grading:
    """Return the grades by threshold, then quota; people only tracked or left out are no part of the base.

    :param decided: by grade, whom a recorded decision chose among equals
    """
    chosen = {grade: [str(m) for m in members] for grade, members in (decided or {}).items()}
    return grade_group([Candidate(one, one.category) for one in entrants], book, decided=chosen)


def open_tie(grading: Grading, decided: Collection[str] = ()) -> Tie | None:
    """Return the first tie that waits for a decision.

    :param decided: grades whose tie somebody decided, be it for fewer than there are seats
    """
    for quota in grading.quotas:
        if quota.undecided and quota.open_seats and quota.grade not in decided:
            return Tie(quota.grade, tuple(sorted(int(key) for key in quota.undecided)), quota.open_seats)
    return None


def check_choice(tie: Tie, chosen: Collection[int]) -> None:
    """Refuse a choice that is none among the tied ones.

    :raises BadTie: somebody else, somebody twice, or more than there are seats
    """
    if len(set(chosen)) != len(chosen) or not set(chosen) <= set(tie.members) or len(chosen) > tie.seats:
        raise BadTie(people=len(tie.members), seats=tie.seats)


def check_grade(entrant: Entrant, grade: str, book: Rulebook) -> None:
    """Refuse a grade that people may not give him; points are input, thresholds of quotas and vetoes hold.

    :raises WrongGrade, NotGradable, Vetoed, BelowLine: see the classes
    """
    order = [one.name for one in book.grades]
    if grade not in order:
        raise WrongGrade(grade=grade, grades="、".join(order))
    if entrant.reason in FIXED:
        raise NotGradable(name=entrant.name, reason=REASONS[entrant.reason])
    if entrant.vetoed:
        raise Vetoed(name=entrant.name)
    if book.grades[order.index(grade)].quota is not None and (
        entrant.grade is None or order.index(entrant.grade) > order.index(grade)
    ):
        raise BelowLine(name=entrant.name, grade=grade)


def check_room(grades: Iterable[str | None], grading: Grading) -> None:
    """Refuse more holders of a grade than its quota has room for.

    Where the rulebook lets all equals in, whoever was proposed has room.

    :param grades: the grade of everybody after the changes
    :param grading: the machine's proposal
    :raises QuotaFull: too many
    """
    held, proposed = Counter(grades), Counter(grading.grades.values())
    for quota in grading.quotas:
        room = room_of(quota, proposed[quota.grade])
        if held[quota.grade] > room:
            raise QuotaFull(grade=quota.grade, limit=room, given=held[quota.grade])


def room_of(quota: Quota, proposed: int) -> int:
    """Return how many may hold the grade: its quota, or all equals where the rulebook lets them in."""
    return max(quota.limit, proposed)


def check_meeting(expected: int, present: int, *, least: int, most: int) -> None:
    """Refuse numbers of a members' meeting that cannot be, or without a quorum (> 1/2 of those entitled).

    :param least: full members in force and not exempt that day, who always count
    :param most: everybody with a vote that day, retired and absent ones too
    :raises WrongCount, NoQuorum: see the classes
    """
    if not least <= expected <= most:
        span = f"{least}名" if least == most else f"{least}到{most}名"
        raise WrongCount(reason=f"当天有表决权的党员应为{span}（预备党员没有表决权），请核对应到人数。")
    if present > expected:
        raise WrongCount(reason="实到人数多于应到人数，请核对。")
    if 2 * present <= expected:
        raise NoQuorum(expected=expected, present=present)


def check_ballot(counts: Mapping[str, int], present: int, book: Rulebook) -> None:
    """Refuse counts of a ballot that cannot be: unknown choices, or more votes than voters.

    :raises WrongGrade, WrongCount: see the classes
    """
    order = [one.name for one in book.grades]
    for choice in counts:
        if choice not in (*order, ABSTAINED):
            raise WrongGrade(grade=choice, grades="、".join([*order, ABSTAINED]))
    if any(n < 0 for n in counts.values()) or sum(counts.values()) > present:
        raise WrongCount(reason=f"每位同志的票数合计不能超过实到的{present}票，请核对。")


def probation_lines(category: str, total: Decimal, book: Rulebook) -> tuple[Line, ...]:
    """Return the rulebook's score lines for probationary members that a total lies in (C25)."""
    if category != "probationary_member":
        return ()
    return tuple(one for one in book.lines if category in one.roles and between(one, exact(total)))


@dataclass(frozen=True, slots=True)
class Summary:
    """The year's figures of a branch; ``participants`` is what the grades add up to."""

    listed: int
    participants: int
    #: Best grade first.
    grades: Mapping[str, int]
    #: Code of the reason -> people without a grade.
    without: Mapping[str, int]

    @property
    def adds_up(self) -> bool:
        """The form's own check: 参加评议人数 = 优秀 + 合格 + 基本合格 + 不合格."""
        return self.participants == sum(self.grades.values()) and self.listed == self.participants + sum(
            self.without.values()
        )


def summary(rows: Sequence[tuple[str | None, str | None]], book: Rulebook) -> Summary:
    """Count a list.

    :param rows: of each person his grade, and why he has none from his score
    """
    held = Counter(grade for grade, _ in rows if grade is not None)
    without = Counter(reason or "none" for grade, reason in rows if grade is None)
    grades = {one.name: held[one.name] for one in book.grades}
    return Summary(len(rows), sum(1 for grade, _ in rows if grade is not None), grades, dict(without))


def due_on(year: int) -> dt.date:
    """Return the day by which a year's summary is due: 31 December."""
    return dt.date(year, 12, 31)
