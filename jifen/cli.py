"""Commands of the operator; each thin over a service."""

from __future__ import annotations

from flask import Flask

from jifen import doctor, setup_cli
from jifen.access.cli import bind_code
from jifen.access.roster_cli import roster
from jifen.access.wechat_cli import wechat
from jifen.core import db_cli
from jifen.demo import cli as demo
from jifen.jobs.cli import clock_command, jobs_command, worker_command
from jifen.points.cli import ledger
from jifen.points.intake.cli import facts
from jifen.points.periods.cli import periods
from jifen.privacy.cli import privacy
from jifen.rulebook.cli import rules


def init_app(app: Flask) -> None:
    """Register every room's commands."""
    for command in (
        bind_code,
        clock_command,
        jobs_command,
        facts,
        ledger,
        periods,
        privacy,
        roster,
        rules,
        wechat,
        worker_command,
    ):
        app.cli.add_command(command)
    app.cli.add_command(doctor.command)
    app.cli.add_command(setup_cli.command)
    db_cli.init_app(app)
    demo.init_app(app)
