"""Refusals around volunteer hours."""

from __future__ import annotations

from jifen.core.errors import Conflict, Invalid


class AlreadyTakenBack(Conflict):
    """The record was reversed before."""

    code, template = "already_taken_back", "这条服务记录已经撤销或更正过了，请刷新后再看。"


class HalfATime(Invalid):
    """A beginning without its end, or an end without its beginning."""

    template = "开始和结束时间请都写上，或者都不写。"


class TooLarge(Invalid):
    """More people than one sheet is for."""

    code, template = (
        "too_many_people",
        "{unit}有{most}人以上，一张表放不下。请选下面的各个组织，分别导出或打印。",
    )


class NothingServed(Invalid):
    """Not a whole minute inside the activity's announced window."""

    code, template = "nothing_served", "时间不在活动公布的起止时间内，或不足1分钟。请核对开始和结束时间。"


class Overlapping(Conflict):
    """The same time stands in other live records of these people."""

    code = "overlapping"
    template = "时间重叠：{who}。同一段时间只能算一次，请核对后改时间，或先更正原来的那条记录。"


class LongerThanActivity(Invalid):
    """A late entry reaches beyond the activity's announced window."""

    code = "longer_than_activity"
    template = "{who}的时间超出了活动的起止时间。补录不能比活动本身长，请改在{window}以内。"


class AlreadyEntered(Conflict):
    """One roster an activity: there is a live one."""

    code = "late_already_entered"
    template = "这次活动已经有一份补录名单（{state}）。一次活动只补录一份：待审的请先撤回再重新提交，已通过的请用更正。"


class ReasonNeeded(Invalid):
    """One reason for the whole roster."""

    code, template = (
        "late_reason_needed",
        "请写明为什么补录（例如：现场没有网络，已有签到纸），审核的同志要看。",
    )


class NobodyListed(Invalid):
    """A roster without people."""

    code, template = "nobody_listed", "名单里还没有人，请至少选一位参加服务的党员。"


class NotTheirs(Invalid):
    """Somebody did not belong to the organising unit on that day."""

    code = "not_theirs"
    template = "{names}在{day}不属于这个组织。请由其所在支部补录，或由上级组织统一补录。"


class NotYetOver(Invalid):
    """A late entry before the activity is over."""

    code, template = "not_yet_over", "活动还没有结束，不用补录。请在现场用签到码或名单签到。"


class TooLate(Invalid):
    """The days for a late entry are over."""

    code, template = "too_late", "活动结束已超过{days}天，不能再补录。确有必要的，请向上级党组织说明。"


class NothingChanged(Invalid):
    """A correction that says what stands there already."""

    code, template = "nothing_changed", "更正后的时间和原来一样，不用更正。"


class WordsNeeded(Invalid):
    """A refusal or a correction without a word."""

    code, template = "hours_words_needed", "请写一句理由，本人看得到。"


class AlreadyAsked(Conflict):
    """A correction of the record waits already."""

    code, template = "amend_already_asked", "这条记录已经有一件更正在等负责人核对，请等处理后再提。"
