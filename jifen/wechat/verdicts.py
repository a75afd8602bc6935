"""What each error code of the platform asks of us, as data.

Source: developers.weixin.qq.com, 全局返回码; wording and the codes without a
page of their own from recorded answers (tests/data/wechat/api).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What a refusal means."""

    #: The platform is busy; the same call may succeed soon.
    BUSY = "busy"
    #: The access token is not taken; fetch another and try once more.
    EXPIRED = "expired"
    #: appid, secret or address are not accepted: no call can succeed, people must act.
    CREDENTIALS = "credentials"
    #: This openid is not one of our account.
    STRANGER = "stranger"
    #: The person left the account.
    UNFOLLOWED = "unfollowed"
    #: The person refuses messages of this kind, or has put us on his black list.
    REFUSES = "refuses"
    #: The person has not agreed to this kind of message, or his one consent is used up.
    NO_CONSENT = "no_consent"
    #: The template is gone or banned: stop using it.
    TEMPLATE = "template"
    #: What we sent is wrong: a fault of ours, trying again is useless.
    DATA = "data"
    #: The platform has this medium no more.
    MEDIA = "media"
    #: Sent already; count it as done.
    DUPLICATE = "duplicate"
    #: Too much to this person: an hour later at the earliest.
    LATER = "later"
    #: Too much this minute.
    MINUTE_QUOTA = "minute_quota"
    #: Too much today: nothing more of this kind until midnight in Shanghai.
    DAY_QUOTA = "day_quota"
    #: The person has not written lately, or got all that he may get since: use another channel.
    WINDOW = "window"
    #: The account may not use this call.
    NOT_ALLOWED = "not_allowed"
    #: The code of a sign-in is used up, too old or made up: begin the sign-in once more.
    SIGN_IN = "sign_in"
    #: The menu that was pushed breaks a rule of the platform.
    MENU = "menu"
    #: Of calls that the house does not make.
    ELSEWHERE = "elsewhere"
    #: A code that stands in no table.
    UNKNOWN = "unknown"


class Stop(StrEnum):
    """What rests after a refusal, so that no other call runs into the same one."""

    NOTHING = "nothing"
    #: The endpoint that refused.
    ENDPOINT = "endpoint"
    #: Every call of the account.
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Action:
    """What the house does about a verdict."""

    stop: Stop = Stop.NOTHING
    #: How long it rests; None with a stop: until midnight in Shanghai.
    rest: dt.timedelta | None = None
    #: Whether the same message may leave later; after ``rest`` or, where nothing rests, after this.
    again: dt.timedelta | None = None
    #: Whether the next channel may carry the message: this one refused it for good, and nothing was sent.
    next_channel: bool = False
    #: Whether somebody has to be told: nobody's waiting heals it.
    alarm: bool = False


_MINUTE, _HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
#: Least time between two forced renewals of a token; the platform allows twenty a day.
FORCE_AT_MOST_EVERY = dt.timedelta(minutes=10)

ACTIONS: dict[Verdict, Action] = {
    Verdict.BUSY: Action(again=_MINUTE),
    Verdict.EXPIRED: Action(Stop.ACCOUNT, FORCE_AT_MOST_EVERY, again=FORCE_AT_MOST_EVERY, alarm=True),
    Verdict.CREDENTIALS: Action(Stop.ACCOUNT, _HOUR / 2, again=_HOUR / 2, alarm=True),
    Verdict.STRANGER: Action(next_channel=True),
    Verdict.UNFOLLOWED: Action(next_channel=True),
    Verdict.REFUSES: Action(next_channel=True),
    Verdict.NO_CONSENT: Action(next_channel=True),
    Verdict.TEMPLATE: Action(next_channel=True, alarm=True),
    Verdict.DATA: Action(next_channel=True, alarm=True),
    Verdict.MEDIA: Action(),
    Verdict.DUPLICATE: Action(),
    Verdict.LATER: Action(again=_HOUR),
    Verdict.MINUTE_QUOTA: Action(Stop.ENDPOINT, _MINUTE, again=_MINUTE),
    Verdict.DAY_QUOTA: Action(Stop.ENDPOINT, None, again=6 * _HOUR),
    Verdict.WINDOW: Action(next_channel=True),
    Verdict.NOT_ALLOWED: Action(Stop.ENDPOINT, 24 * _HOUR, next_channel=True, alarm=True),
    Verdict.SIGN_IN: Action(),
    Verdict.MENU: Action(),
    Verdict.ELSEWHERE: Action(),
    Verdict.UNKNOWN: Action(alarm=True),
}

_CODES: dict[Verdict, tuple[int, ...]] = {
    Verdict.BUSY: (-1,),
    Verdict.EXPIRED: (40001, 40014, 41001, 42001),
    Verdict.CREDENTIALS: (40002, 40013, 40125, 40164, 40243, 41002, 41004, 45035, 61004, 89503),
    Verdict.STRANGER: (40003, 46004),
    Verdict.UNFOLLOWED: (43004,),
    Verdict.REFUSES: (43019, 48002),
    Verdict.NO_CONSENT: (43101,),
    Verdict.TEMPLATE: (40036, 40037, 43116, 45027),
    Verdict.DATA: (40008, 40033, 45002, 47001, 47003, 76003),
    Verdict.MEDIA: (40007, 40118),
    Verdict.DUPLICATE: (40241,),
    Verdict.LATER: (43117,),
    Verdict.MINUTE_QUOTA: (45011,),
    Verdict.DAY_QUOTA: (45009,),
    Verdict.WINDOW: (45015, 45047),
    Verdict.NOT_ALLOWED: (40200, 45109, 48001, 48004, 50002),
    Verdict.SIGN_IN: (40029, 40163, 42003, 42007),
    Verdict.MENU: (
        *(40015, 40016, 40017, 40018, 40019, 40020, 40021, 40022, 40023, 40024, 40025, 40026, 40027, 40028),
        *(40054, 40055, 46003, 65301, 65303, 65304, 65305, 65306, 65307, 65308, 65309, 65310, 65311, 65312),
        *(65313, 65314, 65316, 65317),
    ),
    Verdict.ELSEWHERE: (61451, 61500, 61501, 87009),
}
_VERDICTS = {code: verdict for verdict, codes in _CODES.items() for code in codes}

#: Where WeCom (企业微信) means something else by a number, or has one of its own.
_WECOM: dict[Verdict, tuple[int, ...]] = {
    Verdict.BUSY: (-1, 45033),
    Verdict.EXPIRED: (40014, 42001, 41001),
    Verdict.CREDENTIALS: (40001, 40013, 40056, 40084, 41002, 41004, 60020, 301002, 48002),
    Verdict.STRANGER: (40003, 46004, 60111, 81013, 60011),
    Verdict.DATA: (40008, 40058, 44004, 45002, 47001),
    Verdict.MEDIA: (40007,),
    Verdict.SIGN_IN: (40029, 42003),
    Verdict.MINUTE_QUOTA: (45009,),
    Verdict.NOT_ALLOWED: (48001, 48004, 301052),
}
_WECOM_VERDICTS = {code: verdict for verdict, codes in _WECOM.items() for code in codes}


def verdict(code: int, *, wecom: bool = False) -> Verdict:
    """Return what ``code`` means; UNKNOWN where no table has it."""
    if wecom:
        return _WECOM_VERDICTS.get(code, Verdict.UNKNOWN)
    return _VERDICTS.get(code, Verdict.UNKNOWN)
