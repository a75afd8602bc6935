"""What a person may want, as plain values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Intent:
    """A wish; ``effect`` says whether it changes anything, so that a repeat must not do it twice."""

    effect: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Bind(Intent):
    """绑定 CODE NAME."""

    effect: ClassVar[bool] = True
    code: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class BindByScan(Bind):
    """A QR code of a branch's screen was scanned, by a follower or by somebody who follows by it."""

    scene: str = ""
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Left(Intent):
    """The person follows the account no more; nothing can be answered."""

    effect: ClassVar[bool] = True
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Agree(Intent):
    """同意: to the privacy text."""

    effect: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Disagree(Intent):
    """不同意: the branch does it on paper."""

    effect: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Withdraw(Intent):
    """撤回同意: the binding ends."""

    effect: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Burden(Intent):
    """减负意见 [匿名] WORDS."""

    effect: ClassVar[bool] = True
    words: str = ""
    anonymous: bool = False


@dataclass(frozen=True, slots=True)
class WhoSeesMe(Intent):
    """谁能看到我."""


@dataclass(frozen=True, slots=True)
class MyData(Intent):
    """导出我的数据."""


@dataclass(frozen=True, slots=True)
class Ask(Intent):
    """更正 WHAT VALUE, 反对 WHAT WORDS, 限制处理 WHAT WORDS: about one's own data."""

    effect: ClassVar[bool] = True
    #: correct, object, limit.
    kind: str = ""
    what: str = ""
    rest: str = ""


@dataclass(frozen=True, slots=True)
class AskHow(Intent):
    """更正, 反对 or 限制处理 with nothing behind it that is understood."""

    kind: str = ""


@dataclass(frozen=True, slots=True)
class MyRequests(Intent):
    """我的申请."""


@dataclass(frozen=True, slots=True)
class WithdrawRequest(Intent):
    """撤回申请 N."""

    effect: ClassVar[bool] = True
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Report(Intent):
    """上报 ITEM [DAY] [QUANTITY] [LEVEL] [WORDS]; ``number`` is the returned report it corrects."""

    effect: ClassVar[bool] = True
    item: str = ""
    day: dt.date | None = None
    #: A day that was typed but is none, as typed.
    bad_day: str = ""
    quantity: Decimal = Decimal(1)
    #: What is left, in order; the handler finds the level among it.
    rest: tuple[str, ...] = field(default_factory=tuple)
    evidence: str | None = None
    another: bool = False
    number: int | None = None
    #: Whether an amount was typed.
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Deed(Intent):
    """What somebody told in his own words; what he did not say, or not clearly, is left open."""

    effect: ClassVar[bool] = True
    #: Codes of the items that may be meant, likeliest first.
    items: tuple[str, ...] = ()
    #: Whether the first may be taken without asking.
    sure: bool = False
    day: dt.date | None = None
    #: What was said about the day where that is not one day: 上周, 周末, 3号、5号.
    day_said: str = ""
    #: None where nothing was said, or nothing that is a number.
    quantity: Decimal | None = None
    #: What was said about the amount where that is no number: 半天, 两三个小时.
    amount_said: str = ""
    level: str | None = None
    #: Whose deed it is, as named; empty for one's own.
    who: str = ""
    #: The words that say that it was not done.
    undone: str = ""
    #: The words that say that it is still to come.
    planned: str = ""
    another: bool = False
    evidence: str | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class ItemHow(Intent):
    """志愿服务几分, 怎么报: one item, by code."""

    item: str = ""


@dataclass(frozen=True, slots=True)
class BindHow(Intent):
    """换手机了怎么绑定: about the binding itself."""


@dataclass(frozen=True, slots=True)
class Cancel(Intent):
    """取消, 算了: what is being talked about is dropped."""


@dataclass(frozen=True, slots=True)
class Back(Intent):
    """上一步."""


@dataclass(frozen=True, slots=True)
class Missing(Intent):
    """本期还差什么."""


@dataclass(frozen=True, slots=True)
class Hours(Intent):
    """志愿时长."""


@dataclass(frozen=True, slots=True)
class Certificates(Intent):
    """志愿证明: how one's certificates stand, and who could issue one."""


@dataclass(frozen=True, slots=True)
class CertificateBatches(Intent):
    """证明批次: how far the latest batches are, and whom they left out and why."""


@dataclass(frozen=True, slots=True)
class AskCertificate(Intent):
    """我要证明, or 我要证明 7: of the organisation with that number."""

    effect: ClassVar[bool] = True
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class ReminderSettings(Intent):
    """提醒设置."""


@dataclass(frozen=True, slots=True)
class BurdenHow(Intent):
    """减负意见, with nothing behind it."""


@dataclass(frozen=True, slots=True)
class Approve(Intent):
    """通过 N [N …]."""

    effect: ClassVar[bool] = True
    numbers: tuple[int, ...] = ()
    #: Whose report, where several bear the number.
    name: str = ""


@dataclass(frozen=True, slots=True)
class Look(Intent):
    """看 N: one report with all that is known of it."""

    number: int = 0
    #: Whose report, where several bear the number.
    name: str = ""


@dataclass(frozen=True, slots=True)
class ApproveAll(Intent):
    """全部通过: counted first, then asked."""

    effect: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Several(Intent):
    """Decisions, one a line."""

    effect: ClassVar[bool] = True
    parts: tuple[Intent, ...] = ()


@dataclass(frozen=True, slots=True)
class More(Intent):
    """更多: what did not fit into the last answer."""


@dataclass(frozen=True, slots=True)
class Return(Intent):
    """退回 N REASON."""

    effect: ClassVar[bool] = True
    number: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TakeBack(Intent):
    """撤回 N: one's own report before a decision, or one's own confirmation within a day."""

    effect: ClassVar[bool] = True
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Object(Intent):
    """异议 [N] WORDS: about the list that is open, or one's own report N."""

    effect: ClassVar[bool] = True
    words: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class ObjectHow(Intent):
    """异议, with nothing behind it: what may be objected to, and until when."""


@dataclass(frozen=True, slots=True)
class WithdrawObjection(Intent):
    """撤回异议 N."""

    effect: ClassVar[bool] = True
    number: int | None = None


@dataclass(frozen=True, slots=True)
class MyObjections(Intent):
    """我的异议."""


@dataclass(frozen=True, slots=True)
class Attendance(Intent):
    """考勤: one's own absences and leaves."""


@dataclass(frozen=True, slots=True)
class Explain(Intent):
    """说明 [N] WORDS: why one was not there."""

    effect: ClassVar[bool] = True
    words: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Leave(Intent):
    """请假 [DAY [DAY]] REASON."""

    effect: ClassVar[bool] = True
    since: dt.date | None = None
    until: dt.date | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Reminders(Intent):
    """打开提醒, 关闭提醒."""

    effect: ClassVar[bool] = True
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class MyPoints(Intent):
    """我的积分."""


@dataclass(frozen=True, slots=True)
class Why(Intent):
    """为什么 [ITEM]."""

    item: str = ""


@dataclass(frozen=True, slots=True)
class Publicity(Intent):
    """公示."""


@dataclass(frozen=True, slots=True)
class Ranking(Intent):
    """排名."""


@dataclass(frozen=True, slots=True)
class Queue(Intent):
    """待审."""


@dataclass(frozen=True, slots=True)
class MyReports(Intent):
    """我的上报."""


@dataclass(frozen=True, slots=True)
class MyAppraisal(Intent):
    """评议: one's own grade of the year."""


@dataclass(frozen=True, slots=True)
class Items(Intent):
    """项目: what can be reported."""


@dataclass(frozen=True, slots=True)
class Help(Intent):
    """帮助."""


@dataclass(frozen=True, slots=True)
class Welcome(Intent):
    """The person has just followed the account."""

    effect: ClassVar[bool] = True
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Said(Intent):
    """Words that mean something only within what was being talked about, or none of the commands."""

    effect: ClassVar[bool] = True
    text: str
    #: When it was written, by WeChat's clock: what comes late is not taken for an answer to a later question.
    at: dt.datetime
    #: What it means where nothing is being talked about.
    otherwise: Intent
    #: Heard, not typed.
    heard: bool = False
    #: Why the command that these words are was refused.
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Photo(Intent):
    """A photo; its MediaId holds three days."""

    effect: ClassVar[bool] = True
    media_id: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class NotText(Intent):
    """A sticker, a video, a place, a link, a file, a voice without words: ``kind`` is WeChat's word for it."""

    kind: str = ""


@dataclass(frozen=True, slots=True)
class Scanned(Intent):
    """A QR code was scanned; its scene, or what stands in it."""

    scene: str = ""


@dataclass(frozen=True, slots=True)
class Silence(Intent):
    """Something that needs no answer; ``event`` is WeChat's word for it, for the count."""

    event: str = ""


@dataclass(frozen=True, slots=True)
class Unknown(Intent):
    """Words that mean nothing here."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Activities(Intent):
    """活动, 我的活动."""

    mine: bool = False


@dataclass(frozen=True, slots=True)
class ModelPosts(Intent):
    """示范岗."""


@dataclass(frozen=True, slots=True)
class LookPost(Intent):
    """看 岗N, 看 誉N."""

    #: post or honour.
    what: str
    number: int


@dataclass(frozen=True, slots=True)
class DecidePost(Intent):
    """通过 岗N, 退回 岗N REASON, 撤回 岗N; what a review says, 摘牌 岗N REASON; 写姓名 岗N and 撤下照片 岗N."""

    effect: ClassVar[bool] = True
    what: str
    number: int
    #: approve, refuse, back, keep, renew, warn, rectify, withdraw, name, no_name, no_photo.
    act: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ApplyPost(Intent):
    """申报 KIND TITLE DEEDS."""

    effect: ClassVar[bool] = True
    kind: str
    title: str
    deeds: str


@dataclass(frozen=True, slots=True)
class SignUp(Intent):
    """报名 N; 取消报名 N where ``leave``."""

    effect: ClassVar[bool] = True
    number: int | None = None
    leave: bool = False


@dataclass(frozen=True, slots=True)
class RunActivity(Intent):
    """What an organiser asks of his activity: 谁来了, 签到码, 签退码; and does to it: 截止报名, 办结活动."""

    effect: ClassVar[bool] = True
    #: came, in, out, stop, close, and closed where he was asked whether he means it.
    what: str
    #: None: the one that is on now.
    number: int | None = None


@dataclass(frozen=True, slots=True)
class CheckIn(Intent):
    """签到 123456, 签退 123456, or what was scanned from the organiser's screen."""

    effect: ClassVar[bool] = True
    #: in, out.
    purpose: str = "in"
    digits: str = ""
    scan: str = ""
    #: When it was written, as WeChat vouches: it counts though it came late.
    at: dt.datetime | None = None


class Event(Intent):
    """Something that happened to an account rather than a wish: it is noted and not answered."""

    effect: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Consented(Event):
    """Answers to subscription notices, given on a page or changed in the settings."""

    #: Template id, and whether he agreed.
    choices: tuple[tuple[str, bool], ...]
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class NoticesEnded(Event):
    """How notices ended, as the platform says."""

    #: The platform's id and, for one that did not arrive, why.
    ends: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Messages(Intent):
    """消息: what was not pushed to me."""

    effect: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class SwitchWay(Intent):
    """打开 or 关闭 one of the ways by which notices come."""

    effect: ClassVar[bool] = True
    way: str = ""
    enabled: bool = True
