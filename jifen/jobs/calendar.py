"""The clock table: when what is due, one line a job. Times are Shanghai wall time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from jifen.core import workdays


@dataclass(frozen=True, slots=True)
class Job:
    """A line of the table."""

    name: str
    #: What it does, for the person who looks at ``flask jobs``.
    words: str
    #: APScheduler cron fields.
    cron: dict[str, str]
    #: The period it is done once for, from the civil day and hour it fires.
    period: Callable[[dt.datetime], str]
    #: Days on which it fires at all.
    only: Callable[[dt.date], bool] = lambda _day: True


def _day(at: dt.datetime) -> str:
    return f"{at:%Y-%m-%d}"


def _month(at: dt.datetime) -> str:
    return f"{at:%Y-%m}"


def _hour(at: dt.datetime) -> str:
    return f"{at:%Y-%m-%dT%H}"


def _minute(at: dt.datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M}"


JOBS: tuple[Job, ...] = (
    Job("ledger.seal", "封存台账和审计", {"minute": "*/10"}, _minute),
    Job("points.follow", "更新总分与归属", {"hour": "1", "minute": "10"}, _day),
    Job("periods.follow", "积分周期：结算、制表、定案", {"hour": "0", "minute": "20"}, _day),
    Job("reports.reroute", "重新交办无人处理的上报", {"hour": "2", "minute": "0"}, _day),
    Job("absences.ask", "说明期满的缺席交支部处理", {"hour": "6", "minute": "30"}, _day),
    Job(
        "queue.overdue",
        "提醒久未处理的事项，逾期的转上一级",
        {"hour": "9", "minute": "15"},
        _day,
        only=workdays.is_workday,
    ),
    Job("stars.follow", "星级志愿者：达到新的星级时告诉本人", {"hour": "8", "minute": "40"}, _day),
    Job("certificates.freeze", "志愿服务证明：公示期满的定案", {"hour": "0", "minute": "30"}, _day),
    Job(
        "samples.follow",
        "季度抽查：抽取上季度的记分请其他单位复看",
        {"hour": "7", "minute": "20"},
        _day,
        only=workdays.is_workday,
    ),
    Job("activities.follow", "活动：未签退的记到计划结束，提醒将要开始的", {"minute": "*/10"}, _minute),
    Job("activities.series", "系列活动：列出近期的各次", {"hour": "1", "minute": "40"}, _day),
    Job(
        "model_posts.follow",
        "示范岗：公示期满授牌，到期、复核和整改期限",
        {"hour": "8", "minute": "20"},
        _day,
    ),
    Job("menus.follow", "按任职更新公众号的负责人菜单", {"hour": "0", "minute": "40"}, _day),
    Job("photos.follow", "再次接收没有收到的照片", {"minute": "*/5"}, _minute),
    Job("photos.sweep", "清理没有上报的照片和多余的文件", {"minute": "50"}, _hour),
    Job("retention.hourly", "清理以小时、天计的到期内容", {"minute": "40"}, _hour),
    Job("retention.daily", "清理以月计的到期内容", {"hour": "3", "minute": "20"}, _day),
    Job(
        "reminders.monthly",
        "每月提醒",
        {"day": "25-31", "hour": "9-17", "minute": "5"},
        _month,
        only=lambda day: workdays.is_last_workdays(day, 5),
    ),
)


def job(name: str) -> Job:
    """Return the line of that name.

    :raises KeyError: no such job
    """
    return next(j for j in JOBS if j.name == name)
