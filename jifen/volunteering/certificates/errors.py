"""Refusals around certificates."""

from __future__ import annotations

from jifen.core.errors import Conflict, Invalid, NotFound


class NobodyCertifies(Conflict):
    """None of the organisations that recorded the hours may issue."""

    code = "nobody_certifies"
    template = "记录您时长的组织还没有出具证明的资格。请告诉所在支部，由机关工委认定后再申请。"


class NotEntitled(Conflict):
    """The organisation may not issue today."""

    code = "not_entitled"
    template = "{unit}目前没有出具志愿服务记录证明的资格，不能{move}。请向机关工委申请认定；已打印的请作废。"


class NothingToCertify(Conflict):
    """Not a minute that counts was recorded by this organisation."""

    code = "nothing_to_certify"
    template = "没有可以证明的时长：{unit}名下还没有已计入的服务记录。待审核的、外部导入的不能由这里证明，漏记的请先补录。"


class AlreadyUnderway(Conflict):
    """The member has one on its way with this organisation."""

    code = "certificate_underway"
    template = "这位同志在{unit}已有一份证明正在办理，请等办完，或先取消、撤销那一份。"


class OwnCertificate(Conflict):
    """Nobody issues his own."""

    code = "own_certificate"
    template = "这是您本人的证明，不能由本人{move}，请由另一位同志办理。"


class HoursChanged(Conflict):
    """A record that the paper tells of no longer counts."""

    code = "hours_changed"
    template = "打印以后时长有更正，纸上的数字已经不对，不能{move}。请撤销这一份，重新打印。"


class ReasonMissing(Invalid):
    """A refusal or a withdrawal without a word."""

    code, template = "certificate_reason_needed", "请写一句理由，本人看得到。"


class EntitledAlready(Conflict):
    """The organisation is entitled on some of those days."""

    code, template = "entitled_already", "这个组织在这段时间已经认定过了，不用再认定。"


class UnknownNumber(NotFound):
    """No certificate has this number; the same words whatever was typed."""

    code = "unknown_certificate"
    template = "没有查到这个编号的证明。请核对纸上的16位编号后再试；仍查不到的，请向出具单位核实。"


class Erased(Conflict):
    """Its person was erased: it cannot be printed, signed, sealed or registered any more."""

    code, template = "certificate_erased", "本人的信息已按规定删除，只保留编号和状态，这份证明不用再办理。"


class BatchRunning(Conflict):
    """One batch an organisation and branch at a time."""

    code, template = "batch_running", "这个支部的证明正在成批打印，请等它完成，或先停下。"
