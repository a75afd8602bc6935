"""From a delivery to an intent: kind and event first, then the words.

Every kind that WeChat documents is named here: wanted, or passed over for a
reason. What is passed over is counted.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from bot import grammar
from bot.intents import Help, Intent, NotText, Person, Place, Said, Scanned, Silence, Thanks, Unknown
from bot.intents.activities import ChangeActivity, CheckIn, FenceActivity, PlanActivity
from bot.intents.communities import RegisterThere, TakeOn
from bot.intents.deciding import Approve, ApproveAll, Look, Queue, Return
from bot.intents.model_posts import ApplyPost, DecidePost, LookPost, ModelPosts, ShowPhoto
from bot.intents.notices import Consented, NoticesEnded, ReminderSettings
from bot.intents.own import AskCertificate, BurdenHow, Explain, Leave, MyObjections, ObjectHow, Why
from bot.intents.people import BindByScan, Left, MyRequests, Welcome
from bot.intents.reporting import Items, MyReports, Photo, Report, TakeBack
from bot.talk import reading
from jifen.access.rules import SCENE
from jifen.activities.account_codes import SCENE as ACTIVITY
from jifen.core import clock
from jifen.wechat.inbound import Inbound

#: Events that need no answer, and why.
PASSED_OVER = {
    "LOCATION": "places are neither wanted nor kept",
    "VIEW": "a menu button opened a page; the page answers",
    "view_miniprogram": "a menu button opened a mini-program",
    "scancode_push": "WeChat itself opens what was scanned",
    "pic_sysphoto": "the photos follow as messages of their own",
    "pic_photo_or_album": "the photos follow as messages of their own",
    "pic_weixin": "the photos follow as messages of their own",
    "location_select": "a place follows as a message of its own",
    "MASSSENDJOBFINISH": "how a mass message ended",
    "user_authorization_revoke": "mini-program privacy; nothing of it is kept here",
    "user_info_modified": "names and pictures of WeChat are not kept here",
    "kf_create_session": "customer service of the account, in other hands",
    "kf_close_session": "customer service of the account, in other hands",
    "debug_demo": "a test of the platform",
    "enter_agent": "the application was opened in WeCom",
    "view": "a menu button of WeCom opened a page; the page answers",
}

#: In the address of an activity's picture; see ``jifen.activities.queries.code``.
CHECK_IN_PAGE = "/m/in/"
#: What stands in a picture of an account, which only WeChat's own scanner follows.
ACCOUNT_CODE = "http://weixin.qq.com/q/"
#: What WeChat writes in the place of a sticker or of a kind that it does not deliver.
_NOT_SHOWN = "不支持的消息类型"
#: Faces alone: as characters, as [微笑], or as /::) in WeChat's own code.
_ONLY_SIGNS = re.compile(
    "(?:[\u2600-\u27bf\U0001f000-\U0001faff\\s]|\\[[\u4e00-\u9fff]{1,4}\\]|/:[^\u4e00-\u9fff\\s]{1,6})+"
)


def intent_of(message: Inbound, *, today: dt.date) -> Intent:
    """Return what the person wants; every kind has a named intent or is passed over on purpose."""
    match message.kind, message.event:
        case "text", _:
            return meaning(message.text, today=today, at=message.at)
        case "voice", _ if message.text.strip():
            return meaning(message.text, today=today, at=message.at, heard=True)
        case "image", _ if message.media_id:
            return Photo(message.media_id, message.at)
        case "event", "subscribe" | "SCAN" if message.scene.startswith(SCENE):
            return BindByScan(scene=message.scene, at=message.at)
        case "event", "subscribe" | "SCAN" if message.scene.startswith(ACTIVITY):
            return CheckIn(scan=message.scene.removeprefix(ACTIVITY), at=message.at)
        case "event", "subscribe":
            return Welcome(message.at)
        case "event", "SCAN":
            return Scanned(message.scene)
        case "event", "scancode_waitmsg":
            return _scanned(message.scan, message.at)
        case "event", "CLICK":
            return meaning(message.event_key, today=today, at=message.at)
        case "event", "unsubscribe":
            return Left(message.at)
        case "event", "TEMPLATESENDJOBFINISH":
            return NoticesEnded(((message.msg_id, _why_ended(message.status)),))
        case "event", "subscribe_msg_popup_event" | "subscribe_msg_change_event":
            agreed = tuple((template, word == "accept") for template, word in message.consents)
            return Consented(agreed, message.at)
        case "event", "subscribe_msg_sent_event":
            ends = (
                (one, None if code == "0" else _CODES_SENT.get(code, "failed")) for one, code in message.sent
            )
            return NoticesEnded(tuple(ends))
        case "event", event:
            return Silence(event if event in PASSED_OVER else "other_event")
        case kind, _ if message.place is not None:
            return Said("", message.at, Place(kind, *message.place))
        case kind, _:
            return Said("", message.at, NotText(kind))


def _scanned(text: str, at: dt.datetime) -> Intent:
    """Return what a picture wants that was scanned inside the chat; ours is proved later."""
    ours = CHECK_IN_PAGE in text or text.startswith(ACCOUNT_CODE)
    return CheckIn(scan=text, at=at) if ours else Scanned(text)


#: Why a subscription notice did not arrive, by WeChat's code.
_CODES_SENT = {"43101": "no_consent", "43004": "unfollowed", "43019": "refuses", "48002": "refuses"}


def _why_ended(status: str) -> str | None:
    """Return why a template message did not arrive; None where it did. The words after ``failed`` vary."""
    if status.startswith("success"):
        return None
    return "refuses" if "user block" in status else "failed"


def meaning(text: str, *, today: dt.date, at: dt.datetime, heard: bool = False) -> Intent:
    """Return what words want: a command, or something said that only the conversation tells.

    :param at: when they were written
    :param heard: a voice message; what it is taken for is shown before it has an effect
    """
    text = reading.visible(text)
    if _ONLY_SIGNS.fullmatch(text) or _NOT_SHOWN in text:
        return Said("", at, NotText("sticker"))
    command = grammar.parse(text, today=today)
    if isinstance(command, CheckIn):
        return replace(command, at=at)
    match command:
        case Unknown() | Help() | Thanks() | Person() | ApproveAll():
            within = True
        case TakeBack(number=None) | Return(reason="") | Approve(numbers=()) | Why() | Look():
            within = True
        case Queue() | MyReports() | Items() | ObjectHow() | MyObjections() | MyRequests():
            within = True
        case (
            ReminderSettings()
            | ChangeActivity(number=None)
            | ChangeActivity(what="cancel", words="")
            | AskCertificate(unit_id=None)
            | RegisterThere(community_id=None, withdrawn=False)
            | RegisterThere(whom="谁")
            | TakeOn(number=None)
            | TakeOn(whom="谁")
            | BurdenHow()
            | Leave()
            | Explain(words="")
            | Report(number=int(), item="")
            | PlanActivity()
            | FenceActivity()
            | LookPost()
            | ModelPosts()
            | ApplyPost()
            | ShowPhoto()
            | DecidePost(act="photo")
            | DecidePost(act="refuse" | "warn" | "rectify" | "withdraw" | "name", reason="")
            | DecidePost(what="honour", act="back", reason="")
        ):
            within = True
        case Report(number=None):
            complete = command.item and command.day and command.counted and not command.bad_day
            within = heard or not complete
        case _:
            within = False
    return Said(text, at, command, heard=heard) if within else command


def understands(text: str) -> bool:
    """Return whether a tap that says ``text`` has a named intent: it is put to the grammar as typed words are."""
    found = meaning(text, today=clock.today(), at=clock.now())
    command = found.otherwise if isinstance(found, Said) else found
    return not isinstance(command, Unknown | NotText | Silence)
