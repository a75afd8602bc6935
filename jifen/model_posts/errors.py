"""Refusals around model posts and honours: which condition, what was found, what to do."""

from __future__ import annotations

from jifen.core.errors import Conflict, Invalid, NotFound, TooMany


class ConditionsNotMet(Invalid):
    """What the kind asks for does not hold; ``why`` names each condition, what was found and what to do."""

    code, template = "conditions_not_met", "现在还不能申报“{kind}”：{why}"


class QuotaFull(Conflict):
    """All places are taken."""

    code = "quota_full"
    template = "“{kind}”在{unit}最多{quota}个，已经满了。请等有到期或摘牌的再办；申报仍然保留，也可以退回。"


class AlreadyLeads(Conflict):
    """He answers for one of that kind already."""

    code = "already_leads"
    template = "{name}同志已经有一个“{kind}”在申报或在用，一人一岗，不能再报。请先看“示范岗”里原来的那一个。"


class StillWaiting(Conflict):
    """Too short a time has passed since one was refused or withdrawn."""

    code = "still_waiting"
    template = "{name}同志的“{kind}”在{ended}{how}，要满{months}个月才能再报。请在{day}以后申报。"


class NamesSomebody(Invalid):
    """The words that everybody reads name a person."""

    code = "names_somebody"
    template = "名称和事迹会公开，里面写了“{name}”的姓名。姓名上墙要本人另行同意，请把姓名改成“本岗党员”这样的说法再提交。"


class NotOfBranch(Invalid):
    """One of the people does not belong to the branch."""

    code = "not_of_branch"
    template = "名单里有人今天不属于{branch}，没有提交。请核对编号；其他支部的同志请由他所在的支部申报。"


class TooSoonToRenew(Conflict):
    """Renewal opens some days before the end."""

    code = "too_soon_to_renew"
    template = "这个示范岗到{until}才到期，到期前{days}天起才能续期。现在请选“保留”。"


class WordsNeeded(Invalid):
    """Refusing, warning, asking for rectification, taking down: with a reason."""

    code, template = "words_needed", "请写明理由，再提交。"


class AgreeFirst(Conflict):
    """A photo is taken only after the yes to showing it."""

    code, template = "agree_first_photo", "请先同意显示照片，再上传。"


class UnknownPlate(NotFound):
    """No such plate."""

    code, template = "unknown_plate", "没有找到这块牌子。请重新扫描牌子上的二维码。"

    def __init__(self) -> None:
        super().__init__(what="")


class NotAsked(Conflict):
    """The plate no longer hangs."""

    code, template = "not_asked", "这块牌子已经不用了，不再收集评价。谢谢您。"


class AnsweredToday(Conflict):
    """One telephone, one answer a day."""

    code, template = "answered_today", "这部手机今天已经在这里评价过了，明天可以再来。谢谢您。"


class TooManyHere(TooMany):
    """So many answers came from one address today."""

    code, template = "too_many_here", "从这个网络来的评价今天太多了，没有计入。请明天再来，或者换用手机流量。"


class StalePage(Conflict):
    """The page is too old, or not ours."""

    code, template = "stale_page", "这个页面打开太久了，没有计入。请重新扫描牌子上的二维码。"


class NoSuchLevel(Invalid):
    """No line of the rulebook takes honours of that level."""

    code, template = "no_such_level", "积分办法里没有“{level}”的荣誉项目。可以选的有：{levels}。"


class HonourTwice(Conflict):
    """The same honour is there."""

    code, template = "honour_twice", "这项荣誉已经登记过了，不用再登记。"


class NotOneself(Conflict):
    """Nobody writes his own honour down."""

    code, template = "honour_not_oneself", "不能为本人登记荣誉。请本人上报，或请支部其他同志登记。"
