"""Who may look at the installation's own figures."""

from __future__ import annotations

from enum import StrEnum

from jifen.core.actor import Actor, Role, register


class P(StrEnum):
    """Permissions over the plumbing."""

    METRICS = "web.metrics"


def keeps_running(by: Actor, _obj: object) -> bool:
    """Whether the actor keeps the installation running."""
    return by.holds(Role.IT, Role.WC_OFFICE)


register(P.METRICS, [keeps_running], scope="metrics:read", words="查看运行指标")
