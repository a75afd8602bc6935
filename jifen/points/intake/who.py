"""Who is meant by a number, or by a name and a branch; what could be two people is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jifen.members.roster.problems import Problem, Severity
from jifen.members.roster.values import title_key
from jifen.points.intake.lines import Line
from jifen.points.intake.queries import Stay


class Finder:
    """Finds people among those who belonged to the unit; each way of naming somebody is judged once."""

    def __init__(self, stays: Sequence[Stay], answers: Mapping[str, str], problems: list[Problem]) -> None:
        self.answers, self.problems = answers, problems
        self.by_member: dict[int, list[Stay]] = {}
        self.by_number: dict[str, int] = {}
        self.by_name: dict[str, set[int]] = {}
        for stay in stays:
            self.by_member.setdefault(stay.member_id, []).append(stay)
            self.by_number[stay.number] = stay.member_id
            self.by_name.setdefault(stay.name, set()).add(stay.member_id)
        self._found: dict[tuple[str, str, str], int | None] = {}

    def find(self, line: Line) -> int | None:
        """Return the member a line names; None where a problem says why not."""
        key = line.number, line.name, line.branch
        if key not in self._found:
            self._found[key] = self._by_number(line) if line.number else self._by_name(line)
        return self._found[key]

    def _problem(self, line: Line, code: str, reason: str, remedy: str, severity: Severity) -> None:
        self.problems.append(Problem(line.sheet, line.row, line.column, code, reason, remedy, severity))

    def _by_number(self, line: Line) -> int | None:
        member_id = self.by_number.get(line.number)
        if member_id is None:
            self._problem(
                line,
                "number_unknown",
                "这个积分编号不在本组织",
                "请核对编号；已转走的同志由现在的组织导入。",
                Severity.ERROR,
            )
        elif line.name and member_id not in self.by_name.get(line.name, ()):
            self._problem(
                line, "name_differs", "积分编号和姓名不是同一个人", "请核对编号或姓名。", Severity.ERROR
            )
            return None
        return member_id

    def _by_name(self, line: Line) -> int | None:
        named = self.by_name.get(line.name, set())
        if line.branch:
            wanted = title_key(line.branch)
            there = {m for m in named if any(title_key(s.branch_name) == wanted for s in self.by_member[m])}
            if not there and len(named) == 1:
                self._problem(
                    line,
                    "branch_differs",
                    "写的支部与名册不同，按姓名找到本组织唯一的一位同志",
                    "确是本人的，直接确认即可；不是的，请改正支部或填写积分编号。",
                    Severity.DOUBT,
                )
            named = there or (named if len(named) == 1 else set())
        if len(named) == 1:
            return next(iter(named))
        if not named:
            self._problem(
                line,
                "nobody",
                "本组织没有这位同志",
                "请核对姓名和支部；不在名册里的，请先导入名册。",
                Severity.ERROR,
            )
            return None
        return self._asked(line, named)

    def _asked(self, line: Line, named: set[int]) -> int | None:
        key = f"who:{line.branch}:{line.name}"
        chosen = self.by_number.get(self.answers.get(key, ""))
        if chosen in named:
            return chosen
        options = "、".join(
            f"{self.by_member[m][-1].number}（{self.by_member[m][-1].branch_name}）" for m in sorted(named)
        )
        self._problem(
            line,
            "who",
            f"同名的有{len(named)}位：{options}",
            f"请回答他的积分编号，或在表里填写积分编号。问题编号：{key}",
            Severity.QUESTION,
        )
        return None
