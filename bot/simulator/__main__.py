"""``python -m bot.simulator``: run the stand-in until Ctrl-C.

The account is the product's own: JIFEN_WECHAT_APP_ID, _SECRET, _TOKEN,
_AES_KEY, _MODE. JIFEN_SIMULATOR_ACCOUNTS names a file with the output of
``flask demo accounts --format json``; it may come into being later.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from werkzeug.serving import make_server

from bot.simulator.app import create_app, default_accounts, world_from


def main(argv: list[str] | None = None) -> int:
    """Serve, or with ``--check`` ask the product once whether it answers to us."""
    port = int(os.environ.get("PORT", "").strip() or 8000)
    parser = argparse.ArgumentParser(
        prog="python -m bot.simulator", description="微信公众平台的本机替身，仅供演示。"
    )
    parser.add_argument("--host", default="127.0.0.1", help="监听地址，默认 127.0.0.1")
    parser.add_argument("--port", type=int, default=port + 1, help="监听端口，默认产品端口加一")
    parser.add_argument(
        "--callback", default=f"http://127.0.0.1:{port}/wechat", help="产品的回调地址，默认 %(default)s"
    )
    parser.add_argument(
        "--accounts", type=Path, default=default_accounts(os.environ), help="演示人员名单（JSON 文件）"
    )
    parser.add_argument("--seed", type=int, help="随机数的种子：给了，每次运行抽到的都一样")
    parser.add_argument(
        "--check", action="store_true", help="只检查产品能否通过网址验证：能则退出码 0，否则 1"
    )
    chosen = parser.parse_args(argv)
    if os.environ.get("JIFEN_ENV") == "production":
        print("模拟器不能在生产环境运行：请去掉 JIFEN_ENV=production，或不要启动模拟器。", file=sys.stderr)
        return 2
    try:
        world = world_from(os.environ, callback=chosen.callback, accounts=chosen.accounts, seed=chosen.seed)
    except KeyError as err:
        print(f"缺少 {err.args[0]}：请与产品使用同一组公众号参数。", file=sys.stderr)
        return 2
    if chosen.check:
        return 0 if world.connected() else 1

    # Request lines would carry openids and words; only what goes wrong is logged.
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    try:
        server = make_server(chosen.host, chosen.port, create_app(world), threaded=True)
    except (OSError, SystemExit):
        print(f"端口 {chosen.port} 已被占用：请用 --port 另选一个。", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    print(f"模拟器：http://{chosen.host}:{server.port}/simulator/", flush=True)
    server.serve_forever()
    return 0


def _leave(_signal: int, _frame: FrameType | None) -> None:
    # Nothing is kept, and a delivery may be waiting its fifteen seconds: go at once.
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
