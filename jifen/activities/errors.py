"""Refusals around activities, each with what to do next."""

from __future__ import annotations

from jifen.core.errors import Conflict, Forbidden, Invalid, TooMany


class UnknownKind(Invalid):
    """A kind that the configuration does not name."""

    code, template = "unknown_kind", "没有“{kind}”这种活动，请从列表里选。"


class BadTimes(Invalid):
    """It ends before it begins, lasts too long, or lies in the past."""

    code, template = (
        "bad_times",
        "请核对时间：结束要晚于开始和现在，最长三天，开始时间不能早于今天。",
    )


class BadPlace(Invalid):
    """No place on earth, or a circle that no activity has."""

    code, template = "bad_place", "这个位置或范围不对：范围要在50米到5000米之间。请在活动地点重新取一次位置。"


class NotForThem(Invalid):
    """Somebody else's people cannot be obliged or invited."""

    code = "not_for_them"
    template = "{kind}的应到人员只能是一个支部或党小组的党员，请改选邀请范围。"


class NotEachTime(Invalid):
    """A series has its own people and no limits."""

    code = "not_each_time"
    template = (
        "每月都办的系列活动只面向本组织，不能限名额、加报名条件、记学时。请去掉这些再发布，或一次一次发布。"
    )


class TooWide(Invalid):
    """The audience lies outside the organiser's line of the tree."""

    code, template = "audience", "邀请范围应是本组织、下级组织或上级组织，请改选。"


class UnknownGate(Invalid):
    """A gate that the configuration does not name."""

    code, template = "unknown_gate", "没有“{gate}”这个报名条件，请从列表里选。"


class NoSignUp(Conflict):
    """Everybody is expected: nobody signs up."""

    code, template = "no_sign_up", "“{title}”不用报名，按时到会即可；不能到会请先请假。"


class Begun(Conflict):
    """It has begun or is over."""

    code, template = "begun", "“{title}”已经开始，不能再{act}。请到现场找组织者。"


class SignUpOver(Conflict):
    """The organiser ended sign-up, or its day has come."""

    code, template = "sign_up_over", "“{title}”报名已在{time}截止。还想参加，请联系组织者。"


class NotInTheFuture(Invalid):
    """A moment still to come is written down as one that was."""

    code, template = "not_in_the_future", "登记的时间还没有到，请核对后再登记。"


class NotOpenYet(Conflict):
    """Too early to check in."""

    code, template = "not_open_yet", "“{title}”{time}开始签到，请到时再来。"


class Over(Conflict):
    """Too late to check in or out."""

    code, template = "over", "“{title}”已经结束，不能再{act}。请找组织者登记。"


class StaleCode(Conflict):
    """The picture or the digits are old, or were never ours."""

    code, template = "stale_code", "这个签到码已经失效。请看组织者屏幕上现在的码，重新扫码或发送6位数字。"


class WrongDigits(Invalid):
    """No open activity of this person has these digits."""

    code, lasting = "wrong_digits", True
    template = (
        "没有找到口令是{typed}的活动。请核对屏幕上的6位数字；口令每5分钟换一次，现场组织者也可以直接登记。"
    )


class NotCheckedIn(Conflict):
    """Checks out without having checked in."""

    code, template = "not_checked_in", "您还没有在“{title}”签到，不能签退。请找组织者登记到场时间。"


class NoCheckOut(Conflict):
    """The kind needs no check-out."""

    code, template = "no_check_out", "“{title}”不用签退。"


class Full(Conflict):
    """No place is left for somebody who did not sign up."""

    code, template = "full", "“{title}”名额已满，您没有报名。请找现场组织者。"


class Clash(Conflict):
    """He joined something else at that time."""

    code, template = "clash", "与您已报名的“{other}”（{time}）时间冲突。请先取消那一项，再报名。"


class ClashWithMeeting(Conflict):
    """A meeting at which he must be is held at that time."""

    code = "clash_with_meeting"
    template = "与您应到的“{other}”（{time}）时间冲突，没有报名。确实不能到会的，请先请假，批准以后再报名。"


class NotInvited(Forbidden):
    """The activity is for other people."""

    code, template = "not_invited", "“{title}”是面向{whom}的活动，您不在邀请范围内。"


class NotThroughGate(Invalid):
    """A condition is not met."""

    code, template = "gate", "“{title}”的报名条件是：{gate}。您目前不符合，如有疑问请联系组织者。"


class NotSignedUp(Conflict):
    """There is nothing to withdraw."""

    code, template = "not_signed_up", "您没有报名“{title}”，不用取消。"


class NotBegun(Conflict):
    """An activity that has not begun cannot be closed."""

    code, template = "not_begun", "“{title}”还没有开始，请在开始以后再办结。"


class NotOnList(Invalid):
    """Somebody is neither expected nor signed up nor there."""

    code, template = "not_on_list", "{names}不在“{title}”的名单里。请先把他登记到场。"


class HoursNeeded(Invalid):
    """Training without class-hours."""

    code, template = "hours_needed", "请填写学时，例如 4 或 2.5。"


class Guessing(TooMany):
    """Wrong digits, again and again."""

    template = "口令输错次数太多，请过10分钟再试，或请现场组织者直接登记。"


class OwnEnd(Forbidden):
    """Nobody confirms his own end."""

    code, template = "own_end", "“{title}”里您本人的情况，请由另一位组织者确认。"
