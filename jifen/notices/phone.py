"""提醒设置 on the phone: which messages one wants."""

from __future__ import annotations

from flask import Response, request

from jifen.core import codes
from jifen.core.errors import Invalid
from jifen.notices import queries, service
from jifen.notices.policy import P
from jifen.web import doors, pages
from jifen.web.doors import asks, current_actor
from jifen.wechat import scripted

blp = pages.section("phone_reminders", __name__, at=doors.PHONE)

#: Notices that one button of WeChat's may ask for.
ASKED_AT_ONCE = 5
#: What each kind is called, in the order in which they are shown.
WORDS = {
    "monthly_reminder": "每月提醒（每月最多一条）",
    "report_approved": "上报已确认",
    "report_returned": "上报被退回",
    "report_revoked": "确认被撤回",
    "deed_attached": "支部已登记同一件事",
    "list_corrected": "公示名单有更正",
    "objection_entered": "异议已登记",
    "objection_answered": "异议已答复",
    "objection_changed": "异议后积分有变化",
    "appraisal_shown": "民主评议公示",
    "appraisal_final": "民主评议定等次",
    "hours_credited": "志愿时长已记入",
    "star_reached": "志愿服务达到星级",
}


@blp.get("/reminders")
@asks(P.OWN)
def settings() -> Response:
    """Every kind of message that one may switch off."""
    by = current_actor()
    chosen = queries.preferences(by=by)
    asked = queries.to_ask(by=by)
    return (scripted.page if asked else pages.page)(
        "notices/phone_reminders.html",
        kinds=[(kind, WORDS.get(kind) or codes.said("kind", kind), chosen[kind]) for kind in chosen],
        asked=asked,
        groups=[*_buttons([a for a in asked if a.lasting]), *_buttons([a for a in asked if not a.lasting])],
    )


def _buttons(asked: list[queries.Asked]) -> list[list[queries.Asked]]:
    """Return what each button asks for: WeChat takes five notices at a time, and does not mix the two sorts."""
    return [asked[n : n + ASKED_AT_ONCE] for n in range(0, len(asked), ASKED_AT_ONCE)]


@blp.post("/reminders")
@asks(P.CHOOSE)
def switch() -> Response:
    """Keep what is ticked, switch off what is not."""
    wanted = set(request.form.getlist("kind"))
    if not wanted <= set(queries.KINDS):
        raise Invalid(reason="没有这一类提醒，请刷新页面后再选。")
    service.choose(wanted, by=current_actor())
    return pages.done("提醒设置已保存。", "phone_reminders.settings")
