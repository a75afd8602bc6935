"""Why a demo city is not loaded or shown."""

from __future__ import annotations

from jifen.core.errors import Conflict, Forbidden, Invalid, NotFound


class NotInProduction(Forbidden):
    """A demo never enters a database of real people."""

    code, template = (
        "demo_in_production",
        "正式环境不能载入或查看演示数据。请在开发环境（JIFEN_ENV=development）中使用。",
    )


class NotEmpty(Conflict):
    """The database holds something that no demo brought."""

    code = "demo_not_empty"
    template = "数据库里已有非演示数据（{table}），没有载入。请换一个空数据库再试。"


class BadSize(Invalid):
    """A city cannot be that small or large."""

    code, template = "demo_size", "演示城市的人数应在{least}到{most}之间。"


class LoadRunning(Conflict):
    """Another process loads a demo city into this database."""

    code, template = "demo_running", "另一个程序正在载入演示城市，请等它完成。"


class NoDemo(NotFound):
    """No demo city was loaded."""

    code, template = "no_demo", "还没有演示城市，请先运行 flask demo load。"
