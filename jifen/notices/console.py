"""Notices at the desk: whom to tell in person, what nobody can be sure of, and how sending goes."""

from __future__ import annotations

from flask import Response

from jifen.core import clock
from jifen.core.actor import Actor, Role, permits
from jifen.notices import queries, service
from jifen.notices.policy import P
from jifen.notices.states import WORDS
from jifen.web import pages
from jifen.web.doors import asks, current_actor
from jifen.wechat import circuit_store

blp = pages.section("sending", __name__)
pages.entry("当面告知", "sending.to_tell", order=45, may=lambda by: bool(queries.own_branches(by=by)))
pages.entry(
    "通知发送",
    "sending.board",
    order=91,
    may=lambda by: permits(by, P.RUN) or by.holds(Role.PARTY_OFFICE),
)
WAY_WORDS = {
    "lasting": "长期订阅通知",
    "once": "一次性订阅通知",
    "template": "模板消息",
    "customer": "客服消息",
    "wecom": "企业微信",
}
REASON_WORDS = {
    "not_bound": "没有可推送的渠道",
    "no_template": "没有配置模板",
    "switched_off": "本人不要这类通知",
    "settled": "发送前已不需要",
    "office_hours": "等工作时间",
    "quiet_hours": "等免打扰时间过去",
    "day_quota": "当天条数用完，次日继续",
    "minute_quota": "平台限速，稍后继续",
    "unreachable": "连不上平台",
    "maybe_sent": "发出后没有收到回答",
    "worker_lost": "发送时后台进程中断",
    "credentials": "平台不认账号参数或本机地址",
    "expired": "平台不认访问凭证",
    "template": "模板不可用",
    "data": "内容不合模板要求",
    "busy": "平台繁忙",
    "refused": "各渠道都没有发成",
    "failed": "平台没有送达",
}


@blp.get("/tell")
@asks(P.TELL)
def to_tell() -> Response:
    """List whom notices do not reach, to print and to tell in person."""
    by = current_actor()
    rows = [row for branch in queries.own_branches(by=by) for row in queries.to_tell(branch, by=by)]
    return pages.page("notices/tell.html", rows=rows, day=clock.today())


@blp.post("/notices/<id:notice_id>/tell")
@asks(P.TELL)
def tell(notice_id: int) -> Response:
    """Note that somebody was told."""
    service.tell(notice_id, by=current_actor())
    return pages.done("已登记为告知。")


@blp.get("/sending")
@asks(P.RUN)
def board() -> Response:
    """Show how sending goes, and what nobody can be sure of."""
    by = current_actor()
    runs = permits(by, P.RUN)
    return pages.page(
        "notices/sending.html",
        runs=runs,
        counts=queries.counts(by=by) if runs else [],
        used=queries.used_today(by=by) if runs else {},
        resting=circuit_store.resting(clock.now()) if runs else [],
        unsure=queries.unsure(by=by),
        settles=_settles(by),
        states=WORDS,
        ways=WAY_WORDS,
        reasons=REASON_WORDS,
    )


def _settles(by: Actor) -> bool:
    return by.holds(Role.PARTY_OFFICE, Role.WC_OFFICE)


@blp.post("/notices/<id:notice_id>/again")
@asks(P.SETTLE)
def again(notice_id: int) -> Response:
    """Have one sent again."""
    service.send_again(notice_id, by=current_actor())
    return pages.done("已安排再发一次。")
