"""A delivery from WeChat as our own frozen value. The only file that knows wechatpy."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
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
_SECONDS = re.compile(r"\d{1,10}", re.ASCII)
_KIND = re.compile(r"[a-z_]{1,32}", re.ASCII)
_EVENT = re.compile(r"\w{1,64}", re.ASCII)
_MSG_ID = re.compile(r"\d{1,20}", re.ASCII)
_LINE = re.compile(r"[^\r\n]{0,1024}")
_ANY = re.compile(r".*", re.DOTALL)

#: wechatpy renames a subscription by QR code and cuts this off the event key.
_BY_QR, _QR_PREFIX = "subscribe_scan", "qrscene_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One proven delivery: a message (``event`` empty) or an event (``kind`` is ``event``).

    Texts are empty, never None, where WeChat sent nothing. Coordinates are
    not carried: nothing of the house may keep them.
    """

    #: WeChat's MsgType: text, image, voice, video, shortvideo, location, link, file, event …
    kind: str
    #: WeChat's Event in its own spelling: subscribe, SCAN, CLICK, TEMPLATESENDJOBFINISH …
    event: str = ""
    #: The same for every copy that WeChat pushes of one delivery, different for all others;
    #: at most 160 characters.
    key: str
    #: Who wrote, in this account: 28 characters.
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
    #: How an asynchronous send ended: ``success`` or ``failed…``.
    status: str = ""
    #: Index of the EncodingAESKey that opened it; None for a plain body.
    sealed_with: int | None = None


def parse(xml: bytes) -> Inbound:
    """Read a delivery. Call it on proven bytes only.

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
    openid = _field(data, "FromUserName", _OPENID)
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
    )


def _event(data: Mapping[str, Any], openid: str, seconds: int) -> dict[str, Any]:
    """Return the fields that only events have."""
    event = _field(data, "Event", _EVENT)
    event_key = _field(data, "EventKey", _LINE, "")
    scene = event_key if event == "SCAN" else ""
    if event == _BY_QR:
        event, scene, event_key = "subscribe", event_key, _QR_PREFIX + event_key
    msg_id = _field(data, "MsgID", _MSG_ID, "")
    scan_info = data.get("ScanCodeInfo")
    # Two template sends to one person may finish in the same second: their ids differ.
    digest = hashlib.sha1((event_key or msg_id).encode(), usedforsecurity=False).hexdigest()
    return {
        "event": event,
        "key": f"e:{openid}:{seconds}:{event}:{digest}",
        "msg_id": msg_id,
        "event_key": event_key,
        "scene": scene,
        "scan": _field(scan_info, "ScanResult", _ANY, "") if isinstance(scan_info, dict) else "",
        "status": _field(data, "Status", _LINE, ""),
    }


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
