"""Refusals around what people ask about their own data."""

from __future__ import annotations

from jifen.core.errors import Conflict, Invalid, NotFound
from jifen.web.secrecy import NO_SECRETS


class UnknownRequest(NotFound):
    """No such request, or not the actor's to see."""

    template = "没有找到这件申请，请核对编号后再试。"


class AlreadyAsked(Conflict):
    """The same was asked and waits for its answer."""

    code = "request_open"
    template = "“{what}”的申请（编号{number}）正在办理，{day}前答复，不用再提。要改内容，请先撤回再提。"


class NothingToCorrect(Invalid):
    """It is not said what, or the new value is none."""

    code = "bad_correction"
    template = f"{{why}}。{NO_SECRETS}"


class UseObjection(Conflict):
    """Points have a path of their own."""

    code = "use_objection"
    template = "对积分、等次和公示结果的意见请走“异议”：在微信里发送“异议”，或在工作台“异议”登记，由没有经手的同志复核。"


class MovedOn(Conflict):
    """The person belongs to another branch now; the question went there with him."""

    code, lasting = "moved_on", True
    template = "这位同志已转到{branch}，这件申请已转给那里办理，不用您再处理。"


class NotWritten(Conflict):
    """The new value cannot be written: somebody else has it, or it is what stands there."""

    code, template = "not_written", "没有写入：{why}。请核对后再答复。"


class Closed(Conflict):
    """It was answered or taken back."""

    code, template = "request_closed", "这件申请已经办结（{state}），不能撤回。还有不同意见，可以再提一次。"


class PrintedAlready(Conflict):
    """A copy is printed once for each time it was asked for."""

    code = "printed_already"
    template = "这份纸面已经打印过，或登记已超过一天。需要再打印，请本人再提一次，重新登记。"
