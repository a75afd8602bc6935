"""Servers on loopback for the stand-in and for a product that says what a test wants."""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from wsgiref.types import WSGIApplication

from flask import Flask, Response, request
from werkzeug.serving import make_server

from bot.simulator.people import People
from bot.simulator.wire import Credentials
from bot.simulator.world import World
from jifen.wechat.envelope import CallbackConfig, Mode, TextReply, open_envelope, seal, verify_url
from jifen.wechat.inbound import Inbound

SHARED = Credentials(app_id="wxsimulator00001", secret="s3cr3t-s3cr3t-s3", token="simToken", aes_key="k" * 43)
ACCOUNTS = [
    {
        "number": "J0001",
        "name": "王建国",
        "role": "支部书记",
        "branch": "市财政局第一党支部",
        "openid": "o" * 27 + "A",
    },
    {
        "number": "J0002",
        "name": "李小红",
        "role": "党员",
        "branch": "市财政局第一党支部",
        "openid": "o" * 27 + "B",
    },
    {
        "number": "J0003",
        "name": "赵一凡",
        "role": "党员",
        "branch": "市教育局第三党支部",
        "openid": None,
        "bind_code": "ABCD3467",
    },
]


@contextmanager
def serve(app: WSGIApplication) -> Iterator[str]:
    """Run ``app`` on a free port of this machine; yield its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    # Half a second, the usual interval, would pass before each of some hundred servers saw that it may stop.
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Product:
    """A callback built on the product's envelope; ``answer`` says what to reply."""

    def __init__(self, shared: Credentials = SHARED) -> None:
        self.config = CallbackConfig(
            app_id=shared.app_id, token=shared.token, aes_key=shared.aes_key, mode=Mode(shared.mode)
        )
        self.answer: Callable[[Inbound], str | None] = lambda message: f"收到：{message.text}"
        #: Replaces the sealed answer when set.
        self.raw: Callable[[bytes], Response] = Response
        self.seen: list[Inbound] = []
        self.nonces: list[str] = []
        self.app = Flask("product")
        self.app.add_url_rule("/wechat", view_func=self._verify, methods=["GET"])
        self.app.add_url_rule("/wechat", "receive", self._receive, methods=["POST"])

    def _verify(self) -> str:
        return verify_url(request.args, config=self.config)

    def _receive(self) -> Response:
        inbound = open_envelope(
            request.args, request.get_data(), config=self.config, now=dt.datetime.now(dt.UTC)
        )
        self.seen.append(inbound)
        self.nonces.append(request.args["nonce"])
        text = self.answer(inbound)
        body = seal(
            TextReply(text) if text else None,
            inbound,
            config=self.config,
            nonce=request.args["nonce"],
            timestamp=int(time.time()),
        )
        return self.raw(body)


def world_for(callback: str, tmp_path, *, shared=SHARED, accounts=ACCOUNTS, **more) -> World:
    """Return a world with the people of ``accounts``; ``more`` as for ``World``."""
    path = tmp_path / "accounts.json"
    path.write_text(json.dumps(accounts, ensure_ascii=False), encoding="utf-8")
    return World(callback=callback, shared=shared, people=People(path), **more)
