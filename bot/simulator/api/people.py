"""Who follows, and their tags."""

from __future__ import annotations

from typing import Any

from flask import request

from bot.simulator.api.calls import OK, body, call, known_openid, world
from bot.simulator.refusals import Refused
from bot.simulator.rules.tags import AT_ONCE

#: Openids of one page, and of one call for several.
PAGE, SEVERAL = 10_000, 100


@call("user/info", "GET")
def info() -> dict[str, Any]:
    """What the account may know of one person: since 2021 neither name nor picture."""
    return _told(known_openid(request.args.get("openid")))


@call("user/info/batchget", "POST")
def several() -> dict[str, Any]:
    """The same of up to a hundred."""
    listed = body().get("user_list")
    if not isinstance(listed, list) or not 0 < len(listed) <= SEVERAL:
        raise Refused(40032)
    wanted = [one.get("openid") if isinstance(one, dict) else None for one in listed]
    return {"user_info_list": [_told(known_openid(one)) for one in wanted]}


@call("user/get", "GET")
def everybody() -> dict[str, Any]:
    """Who follows, a page at a time."""
    return _page(world().followers(), request.args.get("next_openid", ""))


@call("user/info/updateremark", "POST")
def remark() -> dict[str, Any]:
    """Set a name of the account's own."""
    sent = body()
    openid, words = known_openid(sent.get("openid")), sent.get("remark")
    if not isinstance(words, str) or len(words) > 30:
        raise Refused(40035)
    world().tags.remarks[openid] = words
    return OK


@call("tags/create", "POST")
def create() -> dict[str, Any]:
    """Make a tag."""
    name = _tag().get("name")
    return {"tag": {"id": world().tags.create(name), "name": name}}


@call("tags/get", "GET")
def listed() -> dict[str, Any]:
    """All tags."""
    return {"tags": world().tags.listed()}


@call("tags/update", "POST")
def rename() -> dict[str, Any]:
    """Give a tag another name."""
    tag = _tag()
    world().tags.rename(tag.get("id"), tag.get("name"))
    return OK


@call("tags/delete", "POST")
def delete() -> dict[str, Any]:
    """Take a tag away."""
    world().tags.delete(_tag().get("id"))
    return OK


@call("tags/members/batchtagging", "POST")
def put_on() -> dict[str, Any]:
    """Tag up to fifty people."""
    sent = body()
    world().tags.put_on(sent.get("tagid"), _openids(sent))
    return OK


@call("tags/members/batchuntagging", "POST")
def take_off() -> dict[str, Any]:
    """Take a tag off up to fifty people."""
    sent = body()
    world().tags.take_off(sent.get("tagid"), _openids(sent))
    return OK


@call("tags/getidlist", "POST")
def of_one() -> dict[str, Any]:
    """The tags of one person."""
    return {"tagid_list": world().tags.of(known_openid(body().get("openid")))}


@call("user/tag/get", "ANY")
def carriers() -> dict[str, Any]:
    """Who carries a tag."""
    sent = body()
    return _page(world().tags.carriers(sent.get("tagid")), str(sent.get("next_openid") or ""))


def _told(openid: str) -> dict[str, Any]:
    phone = world().phone(openid)
    if not phone.followed:
        return {"subscribe": 0, "openid": openid}
    return {
        "subscribe": 1,
        "openid": openid,
        "nickname": "",
        "sex": 0,
        "language": "zh_CN",
        "city": "",
        "province": "",
        "country": "",
        "headimgurl": "",
        "subscribe_time": int(phone.followed_at),
        "remark": world().tags.remarks.get(openid, ""),
        "groupid": 0,
        "tagid_list": world().tags.of(openid),
        "subscribe_scene": phone.came_by,
        "qr_scene": int(phone.scene) if phone.scene.isdigit() else 0,
        "qr_scene_str": "" if phone.scene.isdigit() else phone.scene,
    }


def _page(openids: list[str], after: str) -> dict[str, Any]:
    begin = openids.index(after) + 1 if after in openids else 0
    page = openids[begin : begin + PAGE]
    answer: dict[str, Any] = {"total": len(openids), "count": len(page)}
    if page:
        answer["data"] = {"openid": page}
    return answer | {"next_openid": page[-1] if page else ""}


def _tag() -> dict[str, Any]:
    tag = body().get("tag")
    return tag if isinstance(tag, dict) else {}


def _openids(sent: dict[str, Any]) -> list[str]:
    listed = sent.get("openid_list")
    if not isinstance(listed, list) or not 0 < len(listed) <= AT_ONCE:
        raise Refused(40032)
    return [known_openid(one) for one in listed]
