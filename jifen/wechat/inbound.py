"""A delivery from WeChat as our own frozen value. The only file that knows wechatpy."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from wechatpy import parse_message

from jifen.wechat.errors import BadCallback

#: Bytes; the longest real delivery is about 10 KB.
MAX_BODY = 64 * 1024
#: What may stand before the root: nothing but an XML declaration. A DOCTYPE can
#: stand nowhere else, so entities cannot be declared; the words may be typed in a chat.
_PROLOG = re.compile(rb"\s*(?:<\?xml[^<>]{0,80}\?>\s*)?<xml>")

_ACCOUNT = re.compile(r"[\w-]{1,64}", re.ASCII)
_OPENID = re.compile(r"[\w-]{28}", re.ASCII)
#: Members of WeCom (企业微信) are named by whoever runs it.
WECOM_USER = re.compile(r"[A-Za-z0-9][\w.@-]{0,63}", re.ASCII)
_SECONDS = re.compile(r"\d{1,10}", re.ASCII)
_KIND = re.compile(r"[a-z_]{1,32}", re.ASCII)
_EVENT = re.compile(r"\w{1,64}", re.ASCII)
_MSG_ID = re.compile(r"\d{1,20}", re.ASCII)
_DEGREES = re.compile(r"-?\d{1,3}(?:\.\d{1,20})?", re.ASCII)
_LINE = re.compile(r"[^\r\n]{0,1024}")
_ANY = re.compile(r".*", re.DOTALL)

#: wechatpy renames a subscription by QR code and cuts this off the event key.
_BY_QR, _QR_PREFIX = "subscribe_scan", "qrscene_"

#: Where an event of subscription notices keeps its list; the documents once printed another name for the second.
_ANSWERED = {
    "subscribe_msg_popup_event": ("SubscribeMsgPopupEvent",),
    "subscribe_msg_change_event": ("SubscribeMsgChangeEvent", "SubscribeMsgPopupEvent"),
}
_FINISHED = {"subscribe_msg_sent_event": ("SubscribeMsgSentEvent",)}
#: Entries of such a list; one page asks for five.
_MOST_LISTED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One proven delivery: a message (``event`` empty) or an event (``kind`` is ``event``).

    Texts are empty, never None, where WeChat sent nothing. The coordinates of an
    event are not carried: nobody chose to send them.
    """

    #: WeChat's MsgType: text, image, voice, video, shortvideo, location, link, file, event …
    kind: str
    #: WeChat's Event in its own spelling: subscribe, SCAN, CLICK, TEMPLATESENDJOBFINISH …
    event: str = ""
    #: The same for every copy that WeChat pushes of one delivery, different for all others;
    #: at most 160 characters.
    key: str
    #: Who wrote, in this account: 28 characters; in WeCom a userid.
    openid: str
    #: Our own account as WeChat names it (gh_…); the sender of the answer.
    account: str
    #: MsgId of a message, MsgID of a finished template send; digits.
    msg_id: str = ""
    #: When it was written, by WeChat's clock, whole seconds, UTC.
    at: dt.datetime
    #: What was typed; of a voice message the old Recognition field, if sent.
    text: str = ""
    media_id: str = ""
    #: Key of the menu button, or the raw event key of any other event.
    event_key: str = ""
    #: Scene of the QR code that was scanned, without WeChat's prefix.
    scene: str = ""
    #: What the scanner read (scancode_push, scancode_waitmsg).
    scan: str = ""
    #: Degrees of latitude and longitude of a place that somebody sent, as a Chinese map counts them (GCJ-02).
    #: Shown in no log: only who sets an activity's fence has a use for it.
    place: tuple[Decimal, Decimal] | None = field(default=None, repr=False)
    #: How an asynchronous send ended: ``success`` or ``failed…``.
    status: str = ""
    #: Template id and word (accept, reject) of each subscription notice that was answered or changed.
    consents: tuple[tuple[str, str], ...] = ()
    #: Message id and error code of each subscription notice that was sent.
    sent: tuple[tuple[str, str], ...] = ()
    #: Index of the EncodingAESKey that opened it; None for a plain body.
    sealed_with: int | None = None


def parse(xml: bytes, *, sender: re.Pattern[str] = _OPENID) -> Inbound:
    """Read a delivery. Call it on proven bytes only.

    :param sender: the form of who wrote
    :raises BadCallback: too long, not WeChat's XML, or a field of another form than documented
    """
    if len(xml) > MAX_BODY:
        raise BadCallback("body too long")
    if not _PROLOG.match(xml):
        raise BadCallback("not a plain <xml> document")
    try:
        data = vars(parse_message(xml.decode("utf-8")))["_data"]
    except Exception as err:
        # wechatpy lets ExpatError, ValueError, UnicodeDecodeError, KeyError,
        # TypeError and AttributeError out, and its dependencies change which.
        raise BadCallback(f"unreadable: {type(err).__name__}") from err

    kind = _field(data, "MsgType", _KIND)
    openid = _field(data, "FromUserName", sender)
    seconds = int(_field(data, "CreateTime", _SECONDS))
    common: dict[str, Any] = {
        "kind": kind,
        "openid": openid,
        "account": _field(data, "ToUserName", _ACCOUNT),
        "at": dt.datetime.fromtimestamp(seconds, dt.UTC),
    }
    if kind == "event":
        return Inbound(**common, **_event(data, openid, seconds))
    msg_id = _field(data, "MsgId", _MSG_ID)
    text_field = "Recognition" if kind == "voice" else "Content"
    return Inbound(
        **common,
        key=f"m:{msg_id}",
        msg_id=msg_id,
        text=_field(data, text_field, _ANY, ""),
        media_id=_field(data, "MediaId", _LINE, ""),
        place=_place(data) if kind == "location" else None,
    )


def _place(data: Mapping[str, Any]) -> tuple[Decimal, Decimal]:
    """Return where a sent place lies."""
    return Decimal(_field(data, "Location_X", _DEGREES)), Decimal(_field(data, "Location_Y", _DEGREES))


def _event(data: Mapping[str, Any], openid: str, seconds: int) -> dict[str, Any]:
    """Return the fields that only events have."""
    event = _field(data, "Event", _EVENT)
    event_key = _field(data, "EventKey", _LINE, "")
    scene = event_key if event == "SCAN" else ""
    if event == _BY_QR:
        event, scene, event_key = "subscribe", event_key, _QR_PREFIX + event_key
    msg_id = _field(data, "MsgID", _MSG_ID, "")
    scan_info = data.get("ScanCodeInfo")
    consents = tuple(
        (_field(one, "TemplateId", _LINE), _field(one, "SubscribeStatusString", _LINE))
        for one in _listed(data, *_ANSWERED.get(event, ()))
    )
    sent = tuple(
        (_field(one, "MsgID", _MSG_ID), _field(one, "ErrorCode", _LINE))
        for one in _listed(data, *_FINISHED.get(event, ()))
    )
    # Two sends to one person may finish in the same second: their ids differ, and so do answers to two templates.
    what = event_key or msg_id or "".join(f"{a}={b};" for a, b in (*consents, *sent))
    digest = hashlib.sha1(what.encode(), usedforsecurity=False).hexdigest()
    return {
        "event": event,
        "key": f"e:{openid}:{seconds}:{event}:{digest}",
        "msg_id": msg_id,
        "event_key": event_key,
        "scene": scene,
        "scan": _field(scan_info, "ScanResult", _ANY, "") if isinstance(scan_info, dict) else "",
        "status": _field(data, "Status", _LINE, ""),
        "consents": consents,
        "sent": sent,
    }


def _listed(data: Mapping[str, Any], *names: str) -> list[Mapping[str, Any]]:
    """Return the entries of a list that WeChat writes as one or as many.

    :raises BadCallback: not a list of parts, or longer than any page could ask
    """
    for name in names:
        holder = data.get(name)
        if holder is None:
            continue
        found = holder.get("List") if isinstance(holder, dict) else None
        listed = found if isinstance(found, list) else [found]
        entries: list[Mapping[str, Any]] = [one for one in listed if isinstance(one, dict)]
        if not 0 < len(entries) == len(listed) <= _MOST_LISTED:
            raise BadCallback(f"field {name} is not as documented")
        return entries
    return []


def _field(data: Mapping[str, Any], name: str, form: re.Pattern[str], default: str | None = None) -> str:
    """Return a field that is text of the given form; ``default`` where it is absent or empty.

    :raises BadCallback: missing without a default, given twice, nested, or of another form
    """
    value = data.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, str) or not form.fullmatch(value):
        raise BadCallback(f"field {name} is not as documented")
    return value
