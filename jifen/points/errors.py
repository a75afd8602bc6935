"""Refusals around reports and the ledger."""

from __future__ import annotations

from jifen.core.errors import Conflict, Invalid, NotFound
from jifen.decisions.errors import NobodyDecides


class UnknownItem(NotFound):
    """No item by that code or word in the member's rulebook."""

    code, template = "unknown_item", "没有“{item}”这个积分项目，请核对。发送“项目”查看可以上报的项目。"


class AmbiguousItem(Invalid):
    """Several items bear that word."""

    code, template = "ambiguous_item", "“{item}”对应多个项目：{choices}。请改用项目编号再发一次。"


class NotSelfReported(Invalid):
    """The item is fed by activities, rosters or imports."""

    code = "not_self_reported"
    template = "“{item}”由支部按签到或名册登记，不用自己上报。如有遗漏，请告诉支部书记。"


class InFuture(Invalid):
    """The day of the deed has not come."""

    code, template = "in_future", "{day}还没有到，请核对日期后再上报。"


class TooOld(Invalid):
    """The window for reporting oneself is over."""

    code, template = "too_old", "{day}距今已超过{days}天，不能自行上报。请把材料交给支部书记补录。"


class BadQuantity(Invalid):
    """Outside the item's bounds or finer than its step."""

    code, template = (
        "bad_quantity",
        "“{item}”的数量应在{least}到{most}{unit}之间，按{step}{unit}递增，请核对后再发。",
    )


class LevelNeeded(Invalid):
    """The item is scored by level and none of its own was given."""

    code, template = "level_needed", "“{item}”请写明级别：{levels}。"


class EvidenceNeeded(Invalid):
    """The item's basis asks for evidence."""

    code, template = "evidence_needed", "“{item}”按{basis}需注明佐证（如证书编号、文号），请补充后再发。"


#: Refusals of a filing that lacks something that may be asked for.
LACKING = (LevelNeeded, EvidenceNeeded)


class NotInScheme(Invalid):
    """The member was not scored on that day."""

    code, template = "not_in_scheme", "{day}您不在积分范围内，这件事不用上报。如有疑问，请联系支部。"


class SameDeed(Conflict):
    """A live report of that occasion is there: the question, not a verdict."""

    code = "same_deed"
    template = "{day}的“{item}”您已上报过（{number}号，{state}）。与{number}号是同一件事吗？{remedy}"


class NotPending(Conflict):
    """Somebody decided first."""

    code, template = "not_pending", "{number}号{which}目前是“{state}”，不用再处理。"


class ConfirmationGone(NotPending):
    """Its confirmation was taken back: nobody but the member himself brings it up again."""

    template = "{number}号{which}目前是“{state}”，不能再确认。要计分，请本人发送“重报 {number}”。"


class MaterialNotAsked(Invalid):
    """Given back for missing material, where the basis asks for none."""

    code = "material_not_asked"
    template = (
        "“{item}”按办法不要求提供材料，不能以缺少材料退回{number}号。事实清楚请发送“通过 {number}”，"
        "有疑问请先向本人了解，确有差错请写明差错再退回。"
    )


class SameDecider(Conflict):
    """Nobody decides two steps of one claim."""

    code, template = "same_decider", "{number}号的前一步是您确认的，下一步由另一位负责人处理，您不用再办。"


class OwnMatter(Conflict):
    """Nobody decides his own matter."""

    code, template = "own_matter", "{number}号是您本人的上报，不能由本人处理，系统已交给{unit}。"


class NotYours(NotFound):
    """No such number where the actor may look."""

    code, template = "report_not_found", "没有找到{number}号上报，请核对编号后再发。"


class WhichOne(Conflict):
    """Several branches have a report with that number before the same decider."""

    code = "which_one"
    template = "有几条{number}号在等您处理（{names}）。请在编号后写上姓名再发一次，例如：通过 {number} 姓名。"


class NotRevocable(Conflict):
    """Another decider, or the day is over."""

    code, template = (
        "not_revocable",
        "{number}号不能撤回：只有确认人本人可在24小时内撤回。请改走更正程序，联系机关党建办。",
    )


class AlreadyCounted(Conflict):
    """The deed holds its occasion in the ledger."""

    code, template = "already_counted", "这件事已经记过分，不重复计分，不用再登记。"


class AlreadyReversed(Conflict):
    """The ledger line was annulled before."""

    code, template = "already_reversed", "这条流水已经冲正过，不用再冲正。"


class NoTotalYet(NotFound):
    """He is scored, but his total is only opened with the night."""

    code, template = "no_total_yet", "您今年的积分还没有建立，系统会在夜间建立，请明天再看。"


class NotByRoster(Invalid):
    """The item is not fed by rosters."""

    code, template = "not_by_roster", "“{item}”不按名单登记，请按办法规定的方式办理。"


class NotOnRoster(Invalid):
    """Some members of the list did not belong to the branch, or were not scored, on that day."""

    code = "not_on_roster"
    template = "名单没有登记：{names}{day}不在该支部或不在积分范围内。请核对名单和日期后再登记。"


class SeveralRulebooks(Invalid):
    """Members of one list are scored by different rulebooks."""

    code, template = "several_rulebooks", "名单里的同志适用不同的积分办法，请按办法分开登记。"


class OnlyOneself(Conflict):
    """Nobody confirms himself: the list holds nobody else."""

    code = "only_oneself"
    template = "名单里只有您本人，不能由本人登记。请交给支部其他负责人或上级党组织登记。"


__all__ = ["NobodyDecides"]


class NotCorrectable(Invalid):
    """The correction is none of this objection's."""

    code, template = "not_correctable", "更正没有登记：{why}，请核对后重新提交答复。"


class OwnDecision(Conflict):
    """Whoever confirmed an entry does not look at it again."""

    code, template = "own_decision", "这笔积分是您确认的，不能由您更正，请由其他负责人复核。"


class NotRevocableList(Conflict):
    """Another decider entered the list, or the day is over."""

    code = "not_revocable_list"
    template = "只有登记人本人可在24小时内撤回名单。请写明要更正的同志提出更正，由另一位负责人处理。"


class NothingLeft(Conflict):
    """Nobody named stands on the list any more."""

    code, template = "nothing_left", "名单里没有这些同志，或者已经撤回，请刷新后再看。"


class SameName(Conflict):
    """Several people of the list bear the name that was typed."""

    code = "same_name"
    template = "名单里有几位“{name}”，请写一份书面异议交给支部其他委员或机关党建办登记。"
