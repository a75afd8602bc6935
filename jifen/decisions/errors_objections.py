"""Refusals around objections."""

from __future__ import annotations

from jifen.core.errors import Conflict, Forbidden, Invalid, NotFound
from jifen.web.secrecy import NO_SECRETS


class TooLate(Conflict):
    """The days for objecting are over."""

    code = "objection_too_late"
    template = (
        "{what}的异议期到{day}为止，现在不能再提。本人信息有误的，可随时请支部更正；"
        "其他情况可在下一期公示时提出，也可以直接向机关党委反映。"
    )


class TooEarly(Invalid):
    """The paper bears a day on which nothing had been shown, or one to come."""

    code, template = "objection_day", "收到日期{day}不对：应在{since}至今天之间，请核对。"


class AlreadyOpen(Conflict):
    """He objects to the same line already."""

    code = "objection_open"
    template = (
        "这件事已经提过异议（{number}号），正在复核，{answer_by}前答复，不用再提。要补充请撤回后重新提出。"
    )


class NoWords(Invalid):
    """Nobody can look again at nothing."""

    code = "objection_words"
    template = f"请写明哪里不对，例如：异议 9月5日志愿服务2小时没有记。{NO_SECRETS}"


class NotEntitled(Forbidden):
    """The objector is neither the person himself nor of the branch that was shown the list."""

    code = "objection_not_entitled"
    template = "只有本人，或者公示所在支部的党员，可以对这一行提出异议。"


class EnteredByDecider(Forbidden):
    """Whoever decided the matter does not take the objection against it."""

    code = "objection_by_decider"
    template = "这件事由您经手或与您本人有关，异议请由其他同志登记，例如支部其他委员或机关党建办。"


class NoReason(Invalid):
    """An answer without reasons is none."""

    code, template = "objection_reason", f"请写明复核理由（{{whom}}），本人会看到。{NO_SECRETS}"


class UnknownObjection(NotFound):
    """No such objection, or not the actor's to see."""

    code, template = "objection_not_found", "没有找到{number}号异议，请核对编号后再试。"
