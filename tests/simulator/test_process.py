"""The stand-in as a process of its own."""

import ast
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

import bot.simulator
from tests.simulator.kit import SHARED, Product, serve

ROOT = Path(bot.simulator.__file__).parents[2]
ACCOUNT = {
    "JIFEN_WECHAT_APP_ID": SHARED.app_id,
    "JIFEN_WECHAT_SECRET": SHARED.secret,
    "JIFEN_WECHAT_TOKEN": SHARED.token,
    "JIFEN_WECHAT_AES_KEY": SHARED.aes_key,
}


def command(*arguments, **environ):
    plain = {name: value for name, value in os.environ.items() if not name.startswith("JIFEN_")}
    return {
        "args": [sys.executable, "-m", "bot.simulator", *arguments],
        "env": plain | environ,
        "cwd": ROOT,
        "text": True,
    }


def test_it_imports_nothing_of_the_product():
    allowed = {"bot.simulator"}
    for file in Path(bot.simulator.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0, file
                names = [node.module]
            for name in names:
                top = name.split(".")[0]
                assert top not in ("jifen", "wechatpy"), f"{file}: {name}"
                assert top != "bot" or ".".join(name.split(".")[:2]) in allowed, f"{file}: {name}"


def test_it_serves_the_page_and_goes_when_told():
    process = subprocess.Popen(**command("--port", "0", **ACCOUNT), stdout=subprocess.PIPE)
    try:
        address = process.stdout.readline().strip().partition("：")[2]
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - our own server
            assert "您想用谁的手机" in answer.read().decode()
    finally:
        process.terminate()
        assert process.wait(10) == 0
        process.stdout.close()


def test_it_can_ask_whether_the_product_answers():
    with serve(Product().app) as url:
        assert subprocess.run(**command("--check", "--callback", f"{url}/wechat", **ACCOUNT)).returncode == 0
        wrong = ACCOUNT | {"JIFEN_WECHAT_TOKEN": "another"}
        assert subprocess.run(**command("--check", "--callback", f"{url}/wechat", **wrong)).returncode == 1


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        pytest.param(ACCOUNT | {"JIFEN_ENV": "production"}, "生产环境", id="production"),
        pytest.param(
            {k: v for k, v in ACCOUNT.items() if "AES" not in k}, "JIFEN_WECHAT_AES_KEY", id="no key"
        ),
    ],
)
def test_it_refuses_to_start(environ, said):
    ended = subprocess.run(**command(**environ), capture_output=True)
    assert ended.returncode == 2
    assert said in ended.stderr


def test_a_port_in_use_is_named(tmp_path):
    with serve(Product().app) as url:
        port = url.rpartition(":")[2]
        ended = subprocess.run(**command("--port", port, **ACCOUNT), capture_output=True, timeout=20)
    assert ended.returncode == 1
    assert f"端口 {port} 已被占用" in ended.stderr
