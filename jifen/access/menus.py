"""Publishing the account's menus, and giving the deciders' menu to whoever decides today."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
import structlog

from jifen.access.models import Binding
from jifen.access.queries_bindings import Retag, to_retag
from jifen.core import house
from jifen.core.db import db, transaction
from jifen.wechat import account, menus, tags
from jifen.wechat.client import ApiError, WeChatClient
from jifen.wechat.menus import BadMenu, Menu

log = structlog.get_logger()
#: Says whether the bot knows what a tap means; the door that knows stands further right.
Understands = Callable[[str], bool]
_understands: list[Understands] = []


def understood_by(understands: Understands) -> None:
    """Set who tells whether a tap means something."""
    _understands[:] = [understands]


def wanted() -> tuple[Menu, ...]:
    """Return the menus of the file, the common one first.

    :raises BadMenu: a limit is broken, or a tap would mean nothing
    """
    found = menus.parse(menus.FILE.read_text(encoding="utf-8"), public_url=house.settings().public_url)
    dumb = [
        f"菜单里的“{key}”系统看不懂：请改成对话里能用的一句，例如“我的积分”。"
        for menu in found
        for key in menu.keys
        if not all(understands(key) for understands in _understands)
    ]
    if dumb:
        raise BadMenu(dumb)
    return found


@dataclass(frozen=True, slots=True)
class Difference:
    """One menu that is not as the file says."""

    #: Its tag; empty for the common one.
    tag: str
    #: A unified comparison, published against wanted.
    lines: tuple[str, ...]


def differences() -> list[Difference]:
    """Return what ``push`` would change; empty when all is as the file says.

    :raises BadMenu, ApiError, Unreachable: see there
    """
    return compare(wanted(), account.client())


def compare(chosen: Sequence[Menu], client: WeChatClient) -> list[Difference]:
    """Return in what the account's menus differ from ``chosen``, the common one first.

    :raises ApiError, Unreachable: see there
    """
    now = menus.published(client)
    names = tags.known(client)
    seen = {names.get(tag_id, f"标签{tag_id}"): buttons for tag_id, _, buttons in now.by_tag}
    pairs = [(menu.tag or "", seen.pop(menu.tag, None) if menu.tag else now.common, menu) for menu in chosen]
    found = [Difference(tag, _compared(old, menu.buttons)) for tag, old, menu in pairs if old != menu.buttons]
    return found + [Difference(tag, _compared(old, None)) for tag, old in sorted(seen.items())]


def _compared(old: Sequence[menus.Button] | None, new: Sequence[menus.Button] | None) -> tuple[str, ...]:
    before, after = menus.lines(tuple(old or ())), menus.lines(tuple(new or ()))
    compared = difflib.unified_diff(before, after, lineterm="", n=1)
    return tuple(line for line in compared if not line.startswith(("---", "+++", "@@")))


def push() -> int:
    """Publish the menus of the file where the account's differ; returns how many were changed.

    :raises BadMenu, ApiError, Unreachable: see there
    """
    chosen, client = wanted(), account.client()
    now, changed = menus.published(client), 0
    common, *others = chosen
    if now.common != common.buttons:
        menus.create(client, common)
        changed += 1
    ids = {menu.tag: _tag_id(client, menu.tag or "") for menu in others}
    kept = {(tag_id, buttons_key(buttons)) for tag_id, _, buttons in now.by_tag}
    right = {(ids[menu.tag], buttons_key(menu.buttons)) for menu in others}
    for tag_id, menu_id, buttons in now.by_tag:
        if (tag_id, buttons_key(buttons)) not in right:
            menus.remove(client, menu_id)
            changed += 1
    for menu in others:
        if (ids[menu.tag], buttons_key(menu.buttons)) not in kept:
            menus.add(client, menu, ids[menu.tag])
            changed += 1
    return changed


def buttons_key(buttons: Sequence[menus.Button]) -> str:
    """Return a menu's content as one text by which it is compared."""
    return "\n".join(menus.lines(tuple(buttons)))


def retag() -> int:
    """Tell the platform who decides today, so that he sees his menu; returns for how many.

    Runs in the worker; done twice it changes nothing. Who does not follow, or
    is refused, is left as he is and tried again with the next change.
    """
    tag = next((menu.tag for menu in wanted() if menu.tag), None)
    if tag is None or not to_retag(limit=1):
        return 0
    db.session.remove()
    done, crowd = 0, _Crowd(account.client(), _tag_id(account.client(), tag))
    for rows in _batches():
        for on in (True, False):
            done += crowd.tell([row for row in rows if row.wanted is on], on)
    if crowd.refused:
        log.warning("menu.not_tagged", people=crowd.refused)
    return done


class _Crowd:
    """The followers of one tag, told in batches."""

    def __init__(self, client: WeChatClient, tag_id: int) -> None:
        self._client, self._tag_id = client, tag_id
        self._followers: set[str] | None = None
        self.refused = 0

    def tell(self, rows: list[Retag], on: bool) -> int:
        """Put the tag on or take it off; returns for how many it was done."""
        openids = {row.binding_id: _openid(row) for row in rows}
        done = self._act(openids, on)
        if done is not None:
            return done
        # One who is not ours, or has just left, spoils the batch for all.
        if self._followers is None:
            self._followers = tags.followers(self._client)
        here = {one: openid for one, openid in openids.items() if openid in self._followers}
        self.refused += len(openids) - len(here)
        done = self._act(here, on)
        if done is not None:
            return done
        each = [self._act({one: openid}, on) for one, openid in here.items()]
        self.refused += each.count(None)
        return sum(one or 0 for one in each)

    def _act(self, openids: dict[int, str], on: bool) -> int | None:
        """Return for how many it was done; None where one of them spoilt it for all."""
        if not openids:
            return 0
        try:
            (tags.put_on if on else tags.take_off)(self._client, self._tag_id, list(openids.values()))
        except ApiError as err:
            if err.code not in tags.SOMEBODY_WRONG:
                raise
            return None
        with transaction() as session:
            mine = Binding.id.in_(openids)
            session.execute(sa.update(Binding).where(mine, Binding.ended_at.is_(None)).values(tagged=on))
        return len(openids)


def _openid(row: Retag) -> str:
    return house.cipher().decrypt(row.openid_sealed, purpose="openid")


def _tag_id(client: WeChatClient, name: str) -> int:
    """Return the tag's id; where it has to be made nobody carries it, whatever was noted."""
    known = next((tag_id for tag_id, called in tags.known(client).items() if called == name), None)
    if known is not None:
        return known
    with transaction() as session:
        session.execute(sa.update(Binding).where(Binding.tagged).values(tagged=False))
    return tags.make(client, name)


def _batches() -> Iterator[list[Retag]]:
    after = 0
    while rows := to_retag(after=after, limit=tags.MOST):
        db.session.remove()
        yield rows
        after = rows[-1].binding_id
