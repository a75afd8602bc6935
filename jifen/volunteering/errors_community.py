"""Refusals around communities."""

from __future__ import annotations

from jifen.core.errors import Conflict, Invalid


class AlreadyThere(Conflict):
    """He is registered in that community."""

    code, template = "already_registered", "已经在{community}报到了，不用再报。"


class Full(Conflict):
    """As many as are wanted took it on."""

    code, template = "need_full", "这一项需要的人已经够了，谢谢您。请看看别的需求。"


class Overdue(Conflict):
    """The last day is over."""

    code, template = "need_overdue", "这一项的认领已于{day}截止，请看看别的需求。"


class AlreadyClaimed(Conflict):
    """He took it on before."""

    code, template = "already_claimed", "您已经认领过这一项了，不用再认领。"


class NotInThePast(Invalid):
    """A confirmation of what lies ahead."""

    code, template = "not_in_the_past", "服务时间还没有过，请在办完以后再登记社区的确认。"


class OwnPaper(Conflict):
    """His own matter, which somebody else of the branch enters."""

    code, template = "own_paper", "这是您本人的，请由支部另一位同志登记社区的确认。"


class AlreadyConfirmed(Conflict):
    """The community's word on it is known."""

    code, template = "already_confirmed", "这次报到社区已经确认过了，不用再登记。"
