"""Words on the screen, with what one can tap in them, as WeChat shows them."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from flask import url_for
from markupsafe import Markup, escape

_TAPPED = re.compile(
    r"""<a\s[^<>]*?href=(?P<q>["'])(?P<href>[^"'<>]{1,1200})(?P=q)[^<>]*>(?P<label>[^<>]{0,200})</a>"""
    r"""|(?P<url>https?://[\w\-.~:/?#\[\]@!$&'()*+,;=%]+[\w/=#])""",
    re.ASCII | re.IGNORECASE,
)


def linked(text: str, key: str) -> Markup:
    """Return ``text`` with its addresses to open on the phone of ``key``, and its ready answers to tap."""
    pieces, at = [], 0
    for found in _TAPPED.finditer(text):
        pieces.append(escape(text[at : found.start()]))
        pieces.append(_tap(found["href"] or found["url"], found["label"] or found["url"] or "", key))
        at = found.end()
    pieces.append(escape(text[at:]))
    return Markup("").join(pieces)


def _tap(href: str, label: str, key: str) -> Markup:
    parts = urlsplit(href)
    if parts.scheme in ("http", "https"):
        there = url_for("page.opened", key=key, url=href)
        return Markup('<a class="tapped" href="{}" target="wechat-page" data-page>{}</a>').format(
            there, label
        )
    if parts.scheme == "weixin" and parts.netloc == "bizmsgmenu":
        words = parse_qs(parts.query).get("msgmenucontent", [label])[0]
        return Markup('<button class="tapped" form="choose" name="text" value="{}">{}</button>').format(
            words, label
        )
    return escape(label)
