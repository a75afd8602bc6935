"""Tags of followers (标签): the platform's own groups, by which it chooses a menu."""

from __future__ import annotations

from collections.abc import Sequence

from jifen.wechat.client import Unreachable, WeChatClient

#: Openids in one call.
MOST = 50


def ensure(client: WeChatClient, name: str) -> int:
    """Return the id of the tag called ``name``; it is made where there is none.

    :raises ApiError, Unreachable: see there
    """
    known = client.ask("/cgi-bin/tags/get").get("tags", [])
    for tag in known if isinstance(known, list) else []:
        if isinstance(tag, dict) and tag.get("name") == name and isinstance(tag.get("id"), int):
            return tag["id"]
    made = client.call("/cgi-bin/tags/create", {"tag": {"name": name}}).get("tag", {})
    if not isinstance(made, dict) or not isinstance(made.get("id"), int):
        raise Unreachable("tag answer is not as documented", maybe_done=True)
    return made["id"]


def put_on(client: WeChatClient, tag_id: int, openids: Sequence[str]) -> None:
    """Give a tag to at most 50 followers; doing it twice changes nothing.

    :raises ApiError, Unreachable: see there
    """
    client.call("/cgi-bin/tags/members/batchtagging", {"openid_list": list(openids), "tagid": tag_id})


def take_off(client: WeChatClient, tag_id: int, openids: Sequence[str]) -> None:
    """Take a tag from at most 50 followers; doing it twice changes nothing.

    :raises ApiError, Unreachable: see there
    """
    client.call("/cgi-bin/tags/members/batchuntagging", {"openid_list": list(openids), "tagid": tag_id})
