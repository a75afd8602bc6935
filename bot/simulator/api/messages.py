"""Messages to people: customer messages, template messages, subscription notices; and the templates."""

from __future__ import annotations

from typing import Any

from bot.simulator.api.calls import OK, body, call, openid, part, world
from bot.simulator.refusals import Refused
from bot.simulator.rules.templates import Template, client_msg_id

#: What the lists of templates say of a subscription notice: one consent one message, or for ever.
ONE_TIME, LONG_TERM = 2, 3


@call("message/custom/send", "POST")
def custom_send() -> dict[str, Any]:
    """A customer message (客服消息)."""
    sent = body()
    kind = sent.get("msgtype")
    world().receive_custom(openid(sent), kind, part(sent, str(kind)))
    return OK


@call("message/custom/typing", "POST")
def typing() -> dict[str, Any]:
    """Show, or stop showing, that somebody is typing; nobody is shown it here."""
    return OK


@call("message/template/send", "POST")
def template_send() -> dict[str, Any]:
    """A template message (模板消息); its fields are checked by the type in their names."""
    sent = body()
    own_id = client_msg_id(sent)
    template, lines = world().templates.filled(sent.get("template_id"), part(sent, "data"), notice=False)
    url = sent.get("url")
    msg_id = world().receive_template(
        openid(sent), template, lines, client_msg_id=own_id, url=url if isinstance(url, str) else ""
    )
    return {**OK, "msgid": msg_id}


@call("message/subscribe/bizsend", "POST")
def subscribe_send() -> dict[str, Any]:
    """A subscription notice (订阅通知), to one who agreed to it."""
    sent = body()
    template, lines = world().templates.filled(sent.get("template_id"), part(sent, "data"), notice=True)
    page = sent.get("page")
    msg_id = world().receive_notice(openid(sent), template, lines, url=page if isinstance(page, str) else "")
    return {**OK, "msgid": msg_id}


@call("template/get_all_private_template", "GET")
def templates() -> dict[str, Any]:
    """The account's templates."""
    return {"template_list": [_listed(one) for one in world().templates.listed(notice=False)]}


@call("template/del_private_template", "POST")
def delete_template() -> dict[str, Any]:
    """Take a template away."""
    world().templates.delete(str(body().get("template_id") or ""))
    return OK


@call("template/get_industry", "GET")
def industry() -> dict[str, Any]:
    """What the account does, as its owner chose it."""
    return {
        "primary_industry": {"first_class": "政府与公共事业", "second_class": "党政机关"},
        "secondary_industry": {"first_class": "其他", "second_class": "其他"},
    }


@call("/wxaapi/newtmpl/gettemplate", "GET")
def notices() -> dict[str, Any]:
    """The account's subscription notices."""
    listed = world().templates.listed(notice=True)
    return {
        **OK,
        "data": [
            {
                "priTmplId": one.id,
                "title": one.title,
                "content": one.content,
                "example": one.content,
                "type": LONG_TERM if one.long_term else ONE_TIME,
            }
            for one in listed
        ],
    }


@call("/wxaapi/newtmpl/deltemplate", "POST")
def delete_notice() -> dict[str, Any]:
    """Take a subscription notice away."""
    found = body().get("priTmplId")
    if not isinstance(found, str):
        raise Refused(40037)
    world().templates.delete(found)
    return OK


def _listed(one: Template) -> dict[str, Any]:
    return {
        "template_id": one.id,
        "title": one.title,
        "primary_industry": "政府与公共事业",
        "deputy_industry": "党政机关",
        "content": one.content,
        "example": "",
    }
