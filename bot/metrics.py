"""How much of what WeChat delivers is passed over on purpose."""

from __future__ import annotations

from typing import cast

import prometheus_client as prometheus
from flask import Flask, current_app

_KEY = "jifen_wechat_passed_over"


def init_app(app: Flask) -> None:
    """Count beside the other figures of the process."""
    registry = app.extensions["jifen_metrics"][0]
    app.extensions[_KEY] = prometheus.Counter(
        _KEY, "Deliveries that need no answer", ["event"], registry=registry
    )


def passed_over(event: str) -> None:
    """Count a delivery that needs no answer; ``event`` is one of the router's table, or ``other_event``."""
    cast(prometheus.Counter, current_app.extensions[_KEY]).labels(event).inc()
