"""Puts the stand-in together."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from flask import Flask

from bot.simulator import api, hands, jssdk, lens, page, panel, webview
from bot.simulator.faulty import Faulty
from bot.simulator.people import People
from bot.simulator.rules.templates import written_in
from bot.simulator.rules.wecom import Corp
from bot.simulator.wire import Credentials
from bot.simulator.world import World

#: Where the account's owner wrote which templates he chose; it is read, nothing of the product runs.
TEMPLATES = Path(__file__).parents[2] / "config" / "wechat.toml"
#: They add their doors to the page's.
_PARTS = (hands, panel, jssdk, lens)


def create_app(world: World) -> Flask:
    """Return the application around ``world``."""
    app = Flask(__name__, static_folder=None, template_folder=None)
    # An album of a few pictures; the product's door takes no more either.
    app.config["MAX_CONTENT_LENGTH"] = 32 * 2**20
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["world"] = world
    api.init_app(app)
    page.init_app(app)
    webview.init_app(app)
    app.wsgi_app = Faulty(app.wsgi_app, world.script)  # type: ignore[method-assign,assignment]
    return app


def world_from(
    environ: Mapping[str, str], *, callback: str, accounts: Path | None, seed: int | None = None
) -> World:
    """Return a world for the account that the environment describes, the product's own variables.

    :raises KeyError: JIFEN_WECHAT_APP_ID, _SECRET, _TOKEN or _AES_KEY is missing
    """
    shared = Credentials(
        app_id=environ["JIFEN_WECHAT_APP_ID"],
        secret=environ["JIFEN_WECHAT_SECRET"],
        token=environ["JIFEN_WECHAT_TOKEN"],
        aes_key=environ["JIFEN_WECHAT_AES_KEY"],
        mode=environ.get("JIFEN_WECHAT_MODE") or "safe",
    )
    world = World(callback=callback, shared=shared, people=People(accounts), corp=Corp.of(environ), seed=seed)
    world.templates.give(written_in(TEMPLATES), strict=False)
    world.whole_city = True
    return world


def default_accounts(environ: Mapping[str, str]) -> Path | None:
    """Return the file that JIFEN_SIMULATOR_ACCOUNTS names."""
    given = environ.get("JIFEN_SIMULATOR_ACCOUNTS", "").strip()
    return Path(os.path.expanduser(given)) if given else None
