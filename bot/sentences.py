"""What a notice says: the values of its sentence, read when it leaves, so that its row holds ids only."""

from __future__ import annotations

from typing import Any

from jifen.access import queries_deputies
from jifen.activities import queries as activities
from jifen.core import clock, days
from jifen.decisions import publicity
from jifen.decisions import queries_objections as objections
from jifen.jobs import reminders
from jifen.model_posts import queries as model_posts
from jifen.model_posts import queries_honours as honours
from jifen.points import queries_reports as points_reports
from jifen.points.appraisal import queries as appraisals
from jifen.points.attendance import queries_asked as attendance_asked
from jifen.points.items import plain
from jifen.points.manual import queries as manual
from jifen.volunteering import queries as hours
from jifen.volunteering import rules as minutes
from jifen.volunteering.certificates import queries as certificates

#: What happened to somebody's own account.
_ACCOUNT = {
    "code": "已为您打印工作台登录码",
    "start": "您的工作台密码已重新设置",
    "password": "您的工作台密码已更改",
    "phone": "登录验证已改为手机",
    "card": "登录验证已改为密码卡",
}

#: What became of a model post and of an honour.
_POST = {
    "applied": "已为您申报，发“示范岗”查看",
    "refused": "申报没有通过，发“示范岗”看理由",
    "publicised": "审核通过，正在公示",
    "objected": "公示有异议成立，没有授牌",
    "granted": "已授牌，姓名上不上墙由您定",
    "review": "到了复核时间，由上级复核",
    "keep": "复核结果：保留",
    "renew": "复核结果：续期",
    "warn": "复核结果：提醒，发“示范岗”看",
    "rectify": "复核结果：限期整改",
    "withdraw": "已摘牌，发“示范岗”看理由",
    "expire": "有效期已满，牌子请取下",
    "photo": "照片没有收到，请重发：放照片",
    "counted": "这件事已经记过，只记一次",
}
_HONOUR = {
    "confirmed": "荣誉已登记，发“为什么”看记分",
    "refused": "荣誉登记被退回，请到工作台查看",
    "revoked": "荣誉已撤销，记分已冲正",
}


def values(kind: str, member_id: int, data: dict[str, Any]) -> dict[str, str] | None:
    """Return what fills the sentence; None when there is nothing to say any more."""
    now = days.in_full(clock.now())
    if kind == "monthly_reminder":
        # Counted when it leaves: a reminder put off to office hours must not tell of what was done meanwhile.
        returned, asked = reminders.owed(member_id)
        if asked:
            return {"what": f"有{asked}条上报等您确认", "word": "待审", "day": now}
        if returned:
            return {"what": f"有{returned}条上报被退回", "word": "我的上报", "day": now}
        return None
    if kind == "binding_ended":
        where = "企业微信" if "wecom_binding" in data else "微信"
        return {"what": f"您的{where}绑定已由组织解除", "word": "不是您要求的，请问所在支部", "day": now}
    if kind == "list_corrected":
        return {"what": publicity.kind_words(data["kind"]), "day": now}
    if kind in _DECIDERS:
        what, word = _DECIDERS[kind]
        return {"what": what.format(**data), "word": word, "day": now}
    if kind in ("deputy_named", "deputy_ended"):
        return _of_deputy(kind, data, now)
    if kind == "account_changed":
        return {"what": _ACCOUNT[data["what"]], "word": "如非本人办理，请告诉党建办", "day": now}
    if "activity" in data:
        return _of_activity(kind, data["activity"], member_id)
    if {"absence", "leave", "gathering"} & data.keys():
        return _of_attendance(data)
    if "appraisal" in data:
        graded = appraisals.told(data["appraisal"], member_id)
        if graded is None:
            return None
        return {"year": str(graded.year), "grade": graded.grade or "", "day": now}
    if "opinion" in data:
        return {"what": "您的减负意见已有答复", "word": "请到工作台“减负”查看", "day": now}
    if "request" in data:
        return {"what": "您的个人信息申请已答复", "word": "发送“我的申请”查看答复", "day": now}
    if "objection" in data:
        answered = objections.told(data["objection"])
        return answered and {**answered, "day": now}
    if kind == "star_reached":
        return {"item": data["star"], "day": now}
    if "certificate" in data:
        issued = certificates.told(data["certificate"])
        said = minutes.formatted(issued[1]) if issued and issued[1] else ""
        return {"item": f"志愿服务证明{said}", "day": now} if issued else None
    if "post" in data:
        post = model_posts.told(data["post"])
        word = _POST[data["what"]] if "what" in data else _POST["counted"]
        return {"item": post.title, "word": word, "day": now} if post else None
    if "honour" in data:
        title = honours.told(data["honour"])
        word = _HONOUR[data["what"]] if "what" in data else _POST["counted"]
        return {"item": title, "word": word, "day": now} if title else None
    if data.keys() & {"registration", "wish"}:
        return {"item": "社区报到" if "registration" in data else "微心愿", "day": now}
    if "late" in data:
        title = hours.title_of_late(data["late"])
        return {"item": title, "day": now} if title else None
    if "service" in data:
        told = hours.told(data["service"])
    elif "manual" in data:
        told = manual.told(data["manual"])
    else:
        told = (
            points_reports.told_of_roster(data["roster"])
            if "roster" in data
            else points_reports.told(data["report"])
        )
    if told is None:
        return None
    return {
        "item": f"{told.item_name}{plain(told.quantity)}{told.unit}",
        "number": str(told.number or ""),
        "day": days.in_full(told.occurred_on),
    }


def _of_activity(kind: str, activity_id: int, member_id: int) -> dict[str, str] | None:
    """Return what a message about an activity says; None once it is settled otherwise."""
    act = activities.told(activity_id)
    over = act is None or (act.state == "cancelled") != (kind == "activity_cancelled")
    if act is None or over or act.ends_at < clock.now():
        return None
    if kind == "activity_soon" and not activities.still_coming(activity_id, member_id):
        return None
    return {"item": act.title, "where": act.place, "time": days.in_full(act.starts_at)}


def _of_attendance(data: dict[str, Any]) -> dict[str, str] | None:
    if "absence" in data:
        found = attendance_asked.told_of_absence(data["absence"])
    elif "leave" in data:
        found = attendance_asked.told_of_leave(data["leave"])
    else:
        found = attendance_asked.told_of_gathering(data["gathering"])
    if found is None:
        return None
    return {
        "item": found.item_name,
        "until": days.spoken(found.until),
        "day": days.in_full(found.occurred_on),
    }


#: Collected notices to whoever decides: how many, and what to do.
_DECIDERS = {
    "decider_reminder": ("有{count}件事已等您3个工作日", "请发送“待审”或到工作台处理"),
    "decider_escalated": ("有{count}件事超过7个工作日", "已转上一级组织处理"),
    "decider_received": ("下级有{count}件事逾期转来", "请发送“待审”或到工作台处理"),
}


def _of_deputy(kind: str, data: dict[str, Any], now: str) -> dict[str, str] | None:
    found = queries_deputies.standing(data["deputy"])
    if found is None:
        return None
    if kind == "deputy_ended":
        return {"what": f"{found.unit_name}的代理", "word": "已经结束，事项由本人处理", "day": now}
    said = "由您代理，发送“待审”查看" if data["mine"] else "已指定代理，您的权限不变"
    return {"what": f"{found.unit_name}的代理", "word": said, "day": days.in_full(found.until)}
