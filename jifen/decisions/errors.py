"""Refusals around what waits for a decider."""

from __future__ import annotations

from jifen.core.errors import Conflict, Forbidden


class NobodyDecides(Conflict):
    """No decider is left on the whole line."""

    code, template = "nobody_decides", "目前没有可以处理这件事的负责人，请联系机关党建办补充任职登记。"


class NotByYou(Forbidden):
    """He decides there, but it is his own matter, that of whom he stands for, or he had a hand in it."""

    code = "not_by_you"
    template = "这件事与您本人或您代理的同志有关，或由您经手，不能由您处理，请由其他负责人办理。"


class Answered(Conflict):
    """Somebody answered first."""

    code, template = "answered", "这件事已经处理过了，不用再处理。"
