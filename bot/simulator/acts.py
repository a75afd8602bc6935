"""What WeChat tells the product of each thing that a person does: the fields, in WeChat's order.

Source: developers.weixin.qq.com/doc/service/guide/product/message and …/menu.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from bot.simulator.wire import Fields


def text(content: str, msg_id: str, *, choice: str = "") -> Fields:
    """Words; ``choice`` is the id of the menu entry (msgmenu) that was tapped."""
    fields: Fields = (("MsgType", "text"), ("Content", content), ("MsgId", msg_id))
    return (*fields, ("bizmsgmenuid", choice)) if choice else fields


def image(media_id: str, msg_id: str) -> Fields:
    return (
        ("MsgType", "image"),
        ("PicUrl", f"http://mmbiz.qpic.cn/mmbiz_jpg/{media_id[:32]}/0"),
        ("MediaId", media_id),
        ("MsgId", msg_id),
    )


def voice(media_id: str, msg_id: str, *, recognised: str | None = None) -> Fields:
    """Speech; ``recognised`` is what the account's 语音转文字 made of it, None where that is off."""
    fields: Fields = (
        ("MsgType", "voice"),
        ("MediaId", media_id),
        ("Format", "amr"),
        ("MsgId", msg_id),
        ("MediaId16K", media_id),
    )
    return fields if recognised is None else (*fields, ("Recognition", recognised))


def video(media_id: str, thumb_id: str, msg_id: str, *, short: bool = False) -> Fields:
    return (
        ("MsgType", "shortvideo" if short else "video"),
        ("MediaId", media_id),
        ("ThumbMediaId", thumb_id),
        ("MsgId", msg_id),
    )


def place(latitude: float, longitude: float, label: str, msg_id: str) -> Fields:
    return (
        ("MsgType", "location"),
        ("Location_X", f"{latitude:.6f}"),
        ("Location_Y", f"{longitude:.6f}"),
        ("Scale", "16"),
        ("Label", label),
        ("MsgId", msg_id),
    )


def link(title: str, words: str, url: str, msg_id: str) -> Fields:
    return (("MsgType", "link"), ("Title", title), ("Description", words), ("Url", url), ("MsgId", msg_id))


def file(title: str, size: int, msg_id: str) -> Fields:
    """A file; not documented, but seen."""
    return (
        ("MsgType", "file"),
        ("Title", title),
        ("Description", ""),
        ("FileKey", f"K{msg_id}"),
        ("FileMd5", _md5(title.encode())),
        ("FileTotalLen", str(size)),
        ("MsgId", msg_id),
    )


def event(kind: str, key: str = "", *more: tuple[str, str | Fields]) -> Fields:
    return (("MsgType", "event"), ("Event", kind), ("EventKey", key), *more)


def follow(scene: str = "", ticket: str = "") -> Fields:
    """Follow the account, by a code with a scene or otherwise."""
    return event("subscribe", f"qrscene_{scene}", ("Ticket", ticket)) if scene else event("subscribe")


def scan(scene: str, ticket: str) -> Fields:
    """Scan a code with a scene while following already."""
    return event("SCAN", scene, ("Ticket", ticket))


def view(url: str, menu_id: int) -> Fields:
    return event("VIEW", url, ("MenuId", str(menu_id)))


def menu_scan(kind: str, key: str, content: str) -> Fields:
    """Scan by a button of the menu: ``scancode_push`` or ``scancode_waitmsg``."""
    return event(kind, key, ("ScanCodeInfo", (("ScanType", "qrcode"), ("ScanResult", content))))


def menu_pictures(kind: str, key: str, pictures: Sequence[bytes]) -> Fields:
    """Pictures by a button of the menu; each follows as a message of its own."""
    items: Fields = tuple(("item", (("PicMd5Sum", _md5(one)),)) for one in pictures)
    return event(kind, key, ("SendPicsInfo", (("Count", str(len(pictures))), ("PicList", items))))


def menu_place(key: str, latitude: float, longitude: float, label: str) -> Fields:
    """A place by a button of the menu; it follows as a message of its own."""
    where: Fields = (
        ("Location_X", f"{latitude:.6f}"),
        ("Location_Y", f"{longitude:.6f}"),
        ("Scale", "15"),
        ("Label", label),
        ("Poiname", ""),
    )
    return event("location_select", key, ("SendLocationInfo", where))


def whereabouts(latitude: float, longitude: float) -> Fields:
    """What WeChat tells of itself when somebody enters the chat; nothing may be answered."""
    return (
        ("MsgType", "event"),
        ("Event", "LOCATION"),
        ("Latitude", f"{latitude:.6f}"),
        ("Longitude", f"{longitude:.6f}"),
        ("Precision", "65.000000"),
    )


def template_sent(msg_id: str, status: str) -> Fields:
    return (("MsgType", "event"), ("Event", "TEMPLATESENDJOBFINISH"), ("MsgID", msg_id), ("Status", status))


def asked(choices: Sequence[tuple[str, bool]], *, page: bool) -> Fields:
    """What somebody said in the window that asks for consent: template and yes or no."""
    listed: Fields = tuple(
        (
            "List",
            (
                ("TemplateId", template),
                ("SubscribeStatusString", "accept" if yes else "reject"),
                ("PopupScene", "1" if page else "2"),
            ),
        )
        for template, yes in choices
    )
    return (("MsgType", "event"), ("Event", "subscribe_msg_popup_event"), ("SubscribeMsgPopupEvent", listed))


def changed(template: str) -> Fields:
    """Somebody refuses later, in the settings of the account."""
    listed: Fields = (("List", (("TemplateId", template), ("SubscribeStatusString", "reject"))),)
    return (
        ("MsgType", "event"),
        ("Event", "subscribe_msg_change_event"),
        ("SubscribeMsgChangeEvent", listed),
    )


def notice_sent(template: str, msg_id: str, code: int, status: str) -> Fields:
    listed: Fields = (
        (
            "List",
            (("TemplateId", template), ("MsgID", msg_id), ("ErrorCode", str(code)), ("ErrorStatus", status)),
        ),
    )
    return (("MsgType", "event"), ("Event", "subscribe_msg_sent_event"), ("SubscribeMsgSentEvent", listed))


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
