"""The product's answer, proved and opened as WeChat would, or refused with the reason in Chinese.

Source: developers.weixin.qq.com/doc/service/guide/dev/push/passive_reply.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree

from bot.simulator.phones import Article
from bot.simulator.wire import BadReply, Credentials, Delivery

#: Bytes of text that WeChat shows in one bubble.
MAX_TEXT = 2048
#: Entries of an answer to words, pictures, voice, video, a place or a link; of one to anything else.
ARTICLES, ARTICLES_EVENT = 1, 8
#: Kinds of answers that hand the talk to somebody else, and show nothing.
_HANDED_ON = {"transfer_customer_service", "transfer_biz_ai_ivr"}
#: Kind of an answer -> where its MediaId stands.
_WITH_MEDIA = {"image": "Image", "voice": "Voice", "video": "Video"}


@dataclass(frozen=True, slots=True)
class Reply:
    """What the person sees."""

    kind: str
    text: str = ""
    media_id: str = ""
    articles: tuple[Article, ...] = ()


def read_reply(body: bytes, delivery: Delivery, shared: Credentials) -> Reply | None:
    """Return what the person would see; None where the product only says "received".

    :raises BadReply: WeChat would show its "unavailable" bubble
    """
    if body in (b"", b"success"):
        return None
    outer = _tree(body)
    sealed = outer.findtext("Encrypt")
    if sealed is None:
        if shared.mode in ("safe", "wecom"):
            raise BadReply("安全模式下的应答没有加密。")
        inner = outer
    else:
        proof = shared.sign(outer.findtext("TimeStamp", ""), outer.findtext("Nonce", ""), sealed)
        if outer.findtext("MsgSignature") != proof:
            raise BadReply("应答的签名 MsgSignature 不对。")
        inner = _tree(shared.decrypt(sealed).encode())
    if _texts(inner, "ToUserName", "FromUserName") != (delivery.openid, delivery.account):
        raise BadReply("应答的收发双方不对：ToUserName 应是发来消息的人。")
    if not inner.findtext("CreateTime", "").isdigit():
        raise BadReply("应答的 CreateTime 不是整数。")
    return _shown(inner, delivery)


def _shown(inner: ElementTree.Element, delivery: Delivery) -> Reply | None:
    kind = inner.findtext("MsgType", "")
    if kind in _HANDED_ON:
        return None
    if kind == "text":
        return Reply(kind, _checked(inner.findtext("Content", "")))
    if kind in _WITH_MEDIA:
        media_id = inner.findtext(f"{_WITH_MEDIA[kind]}/MediaId", "")
        if not media_id:
            raise BadReply(f"应答的类型是 {kind}，却没有 MediaId。")
        return Reply(kind, inner.findtext("Video/Title", ""), media_id)
    if kind == "music":
        return Reply(kind, " ".join(_texts(inner, "Music/Title", "Music/Description")).strip())
    if kind == "news":
        return Reply(kind, "", "", _articles(inner, delivery))
    raise BadReply(f"应答的类型“{kind[:20]}”微信不认识。")


def _checked(content: str) -> str:
    if not content:
        raise BadReply("应答的文字是空的。")
    if len(content.encode()) > MAX_TEXT:
        raise BadReply(f"应答的文字超过 {MAX_TEXT} 字节，微信不显示。")
    return content


def _articles(inner: ElementTree.Element, delivery: Delivery) -> tuple[Article, ...]:
    found = tuple(
        Article(*_texts(item, "Title", "Description", "PicUrl", "Url"))
        for item in inner.iterfind("Articles/item")
    )
    if not found or inner.findtext("ArticleCount") != str(len(found)):
        raise BadReply("图文应答的 ArticleCount 与条数不符。")
    most = ARTICLES_EVENT if ("MsgType", "event") in delivery.fields else ARTICLES
    if len(found) > most:
        raise BadReply(f"图文应答有 {len(found)} 条，这里最多 {most} 条。")
    return found


def _texts(inner: ElementTree.Element, *names: str) -> tuple[str, ...]:
    return tuple(inner.findtext(name) or "" for name in names)


def _tree(body: bytes) -> ElementTree.Element:
    if b"<!DOCTYPE" in body:
        raise BadReply("应答带有 DOCTYPE。")
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - no DOCTYPE, so nothing to expand
    except ElementTree.ParseError as err:
        raise BadReply("应答不是合法的 XML。") from err
    if root.tag != "xml":
        raise BadReply("应答的根元素不是 <xml>。")
    return root
