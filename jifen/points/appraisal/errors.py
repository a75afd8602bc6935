"""Refusals around appraisals; those about grades and counts stand beside their rules."""

from __future__ import annotations

from jifen.core.errors import Conflict, Forbidden, Invalid


class OnlyBranches(Invalid):
    """Members are appraised in their branch."""

    code, template = "only_branches", "民主评议以党支部为单位，请选择党支部。"


class AlreadyStarted(Conflict):
    """One appraisal a branch and year."""

    code, template = "appraisal_started", "{branch}{year}年的民主评议已经开始，请直接打开继续办理。"


class WrongYear(Invalid):
    """Only this year's and last year's."""

    code, template = "wrong_year", "只能办理{last}年或{this}年的民主评议，请核对年度。"


class NotYearly(Conflict):
    """The rulebook counts a shorter period: it has no figure of the year."""

    code = "not_yearly"
    template = (
        "该支部适用的“{book}”不按年计分，没有全年分数，无法据此提出等次名单。请联系机关党建办核对办法。"
    )


class NoGrades(Conflict):
    """The rulebook has no grade table."""

    code, template = "no_grades", "该支部适用的“{book}”没有规定等次，无法提出名单。请联系机关党建办核对办法。"


class NobodyListed(Conflict):
    """Nobody belonged to the branch on the appraisal's day."""

    code, template = "nobody_listed", "{day}该支部没有党员，没有可以评议的名单。"


class NotAsked(Forbidden):
    """The step is another organisation's."""

    code, template = "not_asked", "这一步由{unit}办理，请与其联系。"


class OwnGrade(Conflict):
    """Nobody decides his own grade, nor a deputy that of the one he stands for."""

    code = "own_grade"
    template = "本人（或被代理同志）的等次不能由本人改动，请交给支部其他负责人或上级党组织办理。"


class WrongDay(Invalid):
    """A meeting before the list, or in the future."""

    code, template = "wrong_day", "会议日期应在{least}到{most}之间，请核对。"


class NotListed(Invalid):
    """Nobody by that id on the list."""

    code, template = "not_listed", "名单上没有这位同志，请刷新后再试。"


class NoTie(Conflict):
    """No tie at that grade waits."""

    code, template = "no_tie", "“{grade}”没有需要决定的并列，请刷新后再看。"


class NotConfirmed(Conflict):
    """Grades of those who recorded the steps wait for the next higher organisation."""

    code = "not_confirmed"
    template = "还有{people}名登记人本人的等次等待上级党组织确认，请等确认后再公示。"


class NoGradeLeft(Conflict):
    """Somebody has neither a grade nor a reason for having none."""

    code, template = "no_grade_left", "还有同志没有等次，请补齐后再提交。"
