"""The menu at the bottom of the chat."""

from __future__ import annotations

from typing import Any

from bot.simulator.api.calls import OK, body, call, world
from bot.simulator.people import Person
from bot.simulator.refusals import Refused


@call("menu/create", "POST")
def create() -> dict[str, Any]:
    """Set the menu that everybody sees."""
    world().menus.create(body())
    return OK


@call("menu/get", "GET")
def get() -> dict[str, Any]:
    """The menus as they were set."""
    return world().menus.listed()


@call("get_current_selfmenu_info", "GET")
def current() -> dict[str, Any]:
    """The menu that everybody sees."""
    menu = world().menus.default
    buttons = (
        []
        if menu is None
        else [
            {**one, "sub_button": {"list": one["sub_button"]}} if "sub_button" in one else one
            for one in menu.buttons
        ]
    )
    return {"is_menu_open": int(menu is not None), "selfmenu_info": {"button": buttons}}


@call("menu/delete", "ANY")
def delete() -> dict[str, Any]:
    """Take all menus away."""
    world().menus.delete()
    return OK


@call("menu/addconditional", "POST")
def add() -> dict[str, Any]:
    """Set a menu for people with a tag."""
    return {"menuid": str(world().menus.add(body()))}


@call("menu/delconditional", "POST")
def remove() -> dict[str, Any]:
    """Take a menu for a tag away."""
    world().menus.remove(str(body().get("menuid") or ""))
    return OK


@call("menu/trymatch", "POST")
def try_match() -> dict[str, Any]:
    """Say what one person sees; named by openid, or by the key under which the page plays him."""
    wanted = str(body().get("user_id") or "")
    person: Person | None = world().people.by_key(wanted)
    openid = person.openid if person else wanted
    if not world().known(openid):
        raise Refused(46004)
    menu = world().menus.seen_by(world().tags.of(openid))
    if menu is None:
        raise Refused(46003)
    return {"button": menu.buttons}
