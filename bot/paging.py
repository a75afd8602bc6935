"""Answers longer than a bubble: cut between lines, the rest waits on a page and for 更多."""

from __future__ import annotations

from bot import conversations, replies
from jifen.access import tickets
from jifen.access.tickets import Page
from jifen.core.actor import Actor
from jifen.wechat.envelope import MAX_TEXT

#: Links to different rests differ in length by less.
_SPARE = 24


def fitted(text: str, *, by: Actor) -> str:
    """Return what one bubble holds of an answer; the rest is kept for 更多."""
    if len(text) * 3 <= MAX_TEXT or len(text.encode()) <= MAX_TEXT:
        return text
    shown, rest = split(text, MAX_TEXT - len(_foot("", by=by).encode()) - _SPARE)
    conversations.keep_rest(rest, by=by)
    return shown + _foot(rest, by=by)


def _foot(rest: str, *, by: Actor) -> str:
    url = tickets.link(Page.REST, conversations.mark_of(rest), by=by)
    return replies.PAGE_FOOT.format(url=url, minutes=tickets.MINUTES)


def split(text: str, size: int) -> tuple[str, str]:
    """Return a first part of at most ``size`` bytes and what is left, cut between lines where there are any."""
    head = text.encode()[:size].decode(errors="ignore")
    at = head.rfind("\n")
    if at < len(head) // 3:
        return head, text[len(head) :]
    return text[:at], text[at + 1 :]
