"""What each error code of the platform asks of us, as data.

Source: developers.weixin.qq.com, 全局返回码; wording and the codes without a
page of their own from recorded answers (tests/data/wechat/api).
"""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """What to do after a refused call."""

    #: The platform is busy; the same call may succeed soon.
    BUSY = "busy"
    #: The access token is not taken; fetch another and try once more.
    EXPIRED = "expired"
    #: appid, secret or address are not accepted: no call can succeed, people must act.
    CREDENTIALS = "credentials"
    #: This openid is not one of our account.
    STRANGER = "stranger"
    #: The person left the account or blocked it.
    UNFOLLOWED = "unfollowed"
    #: The person has not agreed to this kind of message.
    NO_CONSENT = "no_consent"
    #: The template is gone or banned: stop using it.
    TEMPLATE = "template"
    #: What we sent is wrong: a fault of ours, trying again is useless.
    DATA = "data"
    #: Sent already; count it as done.
    DUPLICATE = "duplicate"
    #: Too much to this person: an hour later at the earliest.
    LATER = "later"
    #: Too much this minute.
    MINUTE_QUOTA = "minute_quota"
    #: Too much today: nothing more of this kind until midnight in Shanghai.
    DAY_QUOTA = "day_quota"
    #: The person has not written lately; use another channel.
    WINDOW = "window"
    #: The account may not use this call.
    NOT_ALLOWED = "not_allowed"
    #: A code that stands in no table.
    UNKNOWN = "unknown"


_CODES: dict[Verdict, tuple[int, ...]] = {
    Verdict.BUSY: (-1,),
    Verdict.EXPIRED: (40001, 40014, 41001, 42001),
    Verdict.CREDENTIALS: (40013, 40125, 40164, 40243, 41002, 41004, 45035, 61004, 89503),
    Verdict.STRANGER: (40003, 46004),
    Verdict.UNFOLLOWED: (43004, 43019, 48002),
    Verdict.NO_CONSENT: (43101,),
    Verdict.TEMPLATE: (40036, 40037, 43116, 45027),
    Verdict.DATA: (40007, 40118, 47001, 47003),
    Verdict.DUPLICATE: (40241,),
    Verdict.LATER: (43117,),
    Verdict.MINUTE_QUOTA: (45011,),
    Verdict.DAY_QUOTA: (45009,),
    Verdict.WINDOW: (45015, 45047),
    Verdict.NOT_ALLOWED: (40200, 45109, 48001, 48004, 50002),
}
_VERDICTS = {code: verdict for verdict, codes in _CODES.items() for code in codes}


def verdict(code: int) -> Verdict:
    """Return what ``code`` asks for; UNKNOWN where no table has it."""
    return _VERDICTS.get(code, Verdict.UNKNOWN)
