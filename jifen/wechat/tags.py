"""Tags of followers (标签): the platform's own groups, by which it chooses a menu."""

from __future__ import annotations

from collections.abc import Sequence

from jifen.wechat.client import Unreachable, WeChatClient

#: Openids in one call.
MOST = 50


#: One of the openids is nobody's, not ours, or does not follow: nothing of the call was done.
SOMEBODY_WRONG = (40003, 40032, 49003, 46004, 43004, 45059)


def known(client: WeChatClient) -> dict[int, str]:
    """Return the account's tags: name by id.

    :raises ApiError, Unreachable: see there
    """
    answer = client.ask("/cgi-bin/tags/get").get("tags", [])
    rows = [tag for tag in answer if isinstance(tag, dict)] if isinstance(answer, list) else []
    return {tag["id"]: str(tag.get("name", "")) for tag in rows if isinstance(tag.get("id"), int)}


def make(client: WeChatClient, name: str) -> int:
    """Make a tag and return its id.

    :raises ApiError, Unreachable: see there
    """
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


def followers(client: WeChatClient) -> set[str]:
    """Return the openids of everybody who follows: a call for each ten thousand, 500 calls a day.

    :raises ApiError, Unreachable: see there
    """
    found: set[str] = set()
    after = ""
    while True:
        answer = client.ask("/cgi-bin/user/get", {"next_openid": after} if after else {})
        page = (answer.get("data") or {}).get("openid") or []
        found.update(one for one in page if isinstance(one, str))
        after = answer.get("next_openid") or ""
        if not page or not after or len(found) >= int(answer.get("total") or 0):
            return found
