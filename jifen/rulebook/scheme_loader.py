"""Reading of what surrounds the items: people, grades, gates, procedures, rounding."""

from __future__ import annotations

from decimal import Decimal

from jifen.rulebook.engine.book import (
    Appeal,
    Applies,
    Gate,
    GateTest,
    Grade,
    Line,
    Publicity,
    Refines,
    Rounding,
    Star,
    Streak,
)
from jifen.rulebook.reader import Table
from jifen.rulebook.worth_loader import CHAIN

SUBJECTS = ("member", "branch", "secretary", "department", "team")
#: Categories of subject that may be named in ``[applies]``, by subject.
PEOPLE = (
    "full_member",
    "probationary_member",
    "development_candidate",
    "activist",
    "floating_member",
    "retired_member",
    "lost_contact_member",
    "long_absent_member",
    "special_member",
)
BODIES = (
    "branch",
    "general_branch",
    "joint_branch",
    "organ_party_committee",
    "department",
    "team",
    "branch_secretary",
)
ACTIONS = (
    "remind",
    "talk",
    "warning",
    "education_branch",
    "extend_probation",
    "cancel_probation",
    "confirm_on_time",
    "no_awards",
    "plate",
    "withdraw_plate",
    "commend",
)


def applies(root: Table) -> Applies:
    """``[applies]``: who is graded, who is only tracked, who is left out."""
    t = root.table("applies", required=True)
    if t is None:
        return Applies(frozenset())
    known = (*PEOPLE, *BODIES)
    in_force = t.texts("in_force", known, required=True)
    tracked, left_out = t.texts("tracked", known), t.texts("left_out", known)
    t.done()
    for one in {*in_force} & {*tracked} | {*in_force} & {*left_out} | {*tracked} & {*left_out}:
        t.fault(None, "repeated", f"“{one}”写在了两处。", "每类人只能写在 in_force、tracked、left_out 之一。")
    return Applies(frozenset(in_force), frozenset(tracked), frozenset(left_out))


def roles(root: Table) -> dict[str, str]:
    """``[roles]``: identifier = Chinese name."""
    t = root.table("roles")
    return {} if t is None else {code: t.text(code) for code in t.data}


def rounding(t: Table) -> Rounding:
    """``rounding``: the one place where a total is rounded."""
    below = t.table("rounding", required=True)
    if below is None:
        return Rounding(mode="half_up", step=Decimal("0.01"))
    out = Rounding(
        mode=below.choice("mode", ("half_up", "half_even", "down", "floor", "ceiling"), required=True),
        step=below.number("step", Decimal("0.01"), required=True),
    )
    below.done()
    if out.step <= 0:
        below.fault("step", "too_small", "取整步长必须大于 0。", '保留两位小数写 "0.01"，取整写 "1"。')
        out = Rounding(mode=out.mode, step=Decimal("0.01"))
    return out


def grades(root: Table) -> tuple[Grade, ...]:
    """``[[grade]]``: best first; the last one takes everybody else."""
    out: list[Grade] = []
    for t in root.tables("grade"):
        grade = Grade(
            t.text("name", required=True),
            t.bound("at_least", required=True),
            t.ratio("quota") if t.has("quota") else None,
            t.texts("needs"),
        )
        if grade.quota is not None and not 0 < grade.quota <= 1:
            t.fault("quota", "bad_quota", "名额比例要大于 0、不超过 1。", '例如 quota = "1/3" 或 "20%"。')
        t.done()
        before = out[-1].at_least if out else None
        if out and (before is None or (grade.at_least is not None and grade.at_least >= before)):
            t.fault(
                "at_least",
                "grade_order",
                "等次要从高到低写，分数线逐级降低。",
                '请调整次序；最后一级写 at_least = "none"。',
            )
        if any(one.name == grade.name for one in out):
            t.fault("name", "repeated", f"等次“{grade.name}”重复。", "请给每个等次不同的名称。")
        out.append(grade)
    if out and out[-1].at_least is not None:
        root.fault("grade", "grade_bottom", "最后一个等次没有兜底。", '请把最后一级写成 at_least = "none"。')
    return tuple(out)


def stars(root: Table) -> tuple[Star, ...]:
    """``[[star]]``: bands of one to five stars, open at the top."""
    out = []
    for t in root.tables("star"):
        out.append(
            Star(t.integer("stars", 1, required=True, least=1, most=5), t.number("at_least", required=True))
        )
        t.done()
    return tuple(sorted(out, key=lambda star: star.at_least, reverse=True))


def gates(root: Table) -> tuple[Gate, ...]:
    """``[[gate]]``: all of its conditions must hold."""
    out = []
    for t in root.tables("gate"):
        tests = []
        for one in t.tables("all", required=True):
            of = one.choice("of", ("total", "category", "item", "target_line"), required=True)
            code = one.text("code", required=True) if of in ("category", "item") else None
            at_least = Decimal(0) if of == "target_line" else one.number("at_least", required=True)
            tests.append(GateTest(of, code, at_least))
            one.done()
        out.append(
            Gate(
                t.code("code"),
                t.text("name", required=True),
                t.text("clause", required=True),
                tuple(tests),
                frozenset(t.texts("roles")),
            )
        )
        t.done()
    return tuple(out)


def lines(root: Table) -> tuple[Line, ...]:
    """``[[line]]``: score lines that start a procedure at the period's end."""
    out = []
    for t in root.tables("line"):
        line = Line(
            code=t.code("code"),
            name=t.text("name", required=True),
            action=t.choice("action", ACTIONS, required=True),
            clause=t.text("clause", required=True),
            at_least=t.bound("at_least"),
            below=t.bound("below"),
            roles=frozenset(t.texts("roles")),
        )
        if line.at_least is None and line.below is None:
            t.fault(None, "no_condition", "分数线没有写分数。", '请写 below = "60"，或 at_least 与 below。')
        t.done()
        out.append(line)
    return tuple(out)


def streaks(root: Table) -> tuple[Streak, ...]:
    """``[[streak]]``: the same grades several periods running."""
    out = []
    for t in root.tables("streak"):
        out.append(
            Streak(
                t.code("code"),
                t.text("name", required=True),
                frozenset(t.texts("grades", required=True)),
                t.integer("periods", 2, required=True, least=2, most=24),
                t.choice("action", ACTIONS, required=True),
                t.text("clause", required=True),
            )
        )
        t.done()
    return tuple(out)


def chain(t: Table | None) -> tuple[str, ...]:
    """``[decisions]``: who decides where an item does not say."""
    if t is None:
        return ("branch_secretary",)
    out = t.texts("chain", CHAIN, required=True)
    t.done()
    return out or ("branch_secretary",)


def publicity(root: Table) -> Publicity | None:
    """``[publicity]``: scope, rhythm, working days."""
    t = root.table("publicity")
    if t is None:
        return None
    out = Publicity(
        t.choice("scope", ("branch", "department"), required=True),
        t.choice("cycle", ("month", "quarter", "half", "year"), required=True),
        t.integer("working_days", 5, required=True, least=1, most=60),
        t.choice("items", ("none", "before", "after"), required=True),
        t.integer("closing_working_days", 5, least=0, most=60),
    )
    t.done()
    return out


def appeal(root: Table) -> Appeal | None:
    """``[appeal]``: how long an objection may be raised, how fast it is answered, by whom."""
    t = root.table("appeal")
    if t is None:
        return None
    out = Appeal(
        t.integer("open_working_days", 5, required=True, least=1, most=250),
        t.integer("answer_working_days", 10, required=True, least=1, most=250),
        t.choice("decided_by", CHAIN, required=True),
    )
    t.done()
    return out


def refines(root: Table) -> Refines | None:
    """``[refines]``: the parent scheme of a local one."""
    t = root.table("refines")
    if t is None:
        return None
    out = Refines(
        t.code("code"),
        t.code("version"),
        t.text("approved_by", required=True),
        t.text("document", required=True),
    )
    t.done()
    return out
