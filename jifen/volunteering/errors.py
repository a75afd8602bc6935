"""Refusals around volunteer hours."""

from __future__ import annotations

from jifen.core.errors import Conflict, Invalid


class AlreadyTakenBack(Conflict):
    """The record was reversed before."""

    code, template = "already_taken_back", "这条服务记录已经撤销或更正过了，请刷新后再看。"


class NothingServed(Invalid):
    """Not a whole minute inside the activity's announced window."""

    code, template = "nothing_served", "时间不在活动公布的起止时间内，或不足1分钟。请核对开始和结束时间。"
