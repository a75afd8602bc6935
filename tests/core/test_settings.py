"""Settings: everything that is wrong is said at once, and secrets stay secret."""

import base64
import stat
import subprocess
import sys

import pytest

from jifen.core.settings import BadSettings, load

KEY = base64.b64encode(b"k" * 32).decode()
OTHER = base64.urlsafe_b64encode(b"\xff" * 32).decode().rstrip("=")

PRODUCTION = {
    "JIFEN_ENV": "production",
    "JIFEN_DATABASE_URL": "postgresql://jifen:hidden-password@db.example/jifen",
    "JIFEN_SECRET_KEY": "hidden-secret-key-of-32-characters",
    "JIFEN_FIELD_KEYS": f"k2:{KEY},k1:{OTHER}",
    "JIFEN_PUBLIC_URL": "https://jifen.example/",
    "JIFEN_WECHAT_APP_ID": "wx0123456789abcdef",
    "JIFEN_WECHAT_SECRET": "hidden-app-secret",
    "JIFEN_WECHAT_TOKEN": "hiddentoken",
    "JIFEN_WECHAT_AES_KEY": "A" * 43,
    "JIFEN_WECHAT_AES_KEY_PREVIOUS": "B" * 43,
}


def test_production_takes_what_it_is_given(tmp_path):
    settings = load(PRODUCTION | {"JIFEN_DATA_DIR": str(tmp_path / "data")})

    assert settings.production
    assert settings.database_url == "postgresql+psycopg://jifen:hidden-password@db.example/jifen"
    assert [(key.id, key.key) for key in settings.field_keys] == [("k2", b"k" * 32), ("k1", b"\xff" * 32)]
    assert settings.public_url == "https://jifen.example"
    assert not settings.simulator
    assert settings.wechat_api_base == "https://api.weixin.qq.com"
    assert not (tmp_path / "data").exists()


def test_no_secret_is_shown(tmp_path):
    shown = repr(load(PRODUCTION | {"JIFEN_DATA_DIR": str(tmp_path)}))

    assert "wx0123456789abcdef" in shown
    for secret in ("hidden", KEY, "A" * 43, "B" * 43, repr(b"k" * 32)):
        assert secret not in shown


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        pytest.param({"JIFEN_ENV": "staging"}, "JIFEN_ENV", id="unknown environment"),
        pytest.param({"JIFEN_SECRET_KEY": ""}, "缺少 JIFEN_SECRET_KEY", id="no secret key"),
        pytest.param({"JIFEN_SECRET_KEY": "short"}, "JIFEN_SECRET_KEY 太短", id="weak secret key"),
        pytest.param({"JIFEN_FIELD_KEYS": ""}, "缺少 JIFEN_FIELD_KEYS", id="no field key"),
        pytest.param({"JIFEN_FIELD_KEYS": ","}, "没有密钥", id="an empty list of field keys"),
        pytest.param({"JIFEN_FIELD_KEYS": f"k1:{KEY[:20]}"}, "第 1 项格式不对", id="field key too short"),
        pytest.param({"JIFEN_FIELD_KEYS": f"k1:{KEY},k1:{OTHER}"}, "重复", id="two field keys of one id"),
        pytest.param({"JIFEN_WECHAT_APP_ID": " "}, "缺少 JIFEN_WECHAT_APP_ID", id="blank is missing"),
        pytest.param({"JIFEN_WECHAT_SECRET": ""}, "缺少 JIFEN_WECHAT_SECRET", id="no app secret"),
        pytest.param({"JIFEN_WECHAT_TOKEN": ""}, "缺少 JIFEN_WECHAT_TOKEN", id="no token"),
        pytest.param({"JIFEN_WECHAT_TOKEN": "a b"}, "JIFEN_WECHAT_TOKEN 格式", id="token with a blank"),
        pytest.param({"JIFEN_WECHAT_AES_KEY": ""}, "缺少 JIFEN_WECHAT_AES_KEY", id="no AES key"),
        pytest.param({"JIFEN_WECHAT_AES_KEY": "A" * 42}, "43 位", id="AES key too short"),
        pytest.param({"JIFEN_WECHAT_AES_KEY_PREVIOUS": "A" * 44}, "43 位", id="previous AES key too long"),
        pytest.param({"JIFEN_WECHAT_MODE": "plain"}, "明文模式", id="plain mode"),
        pytest.param({"JIFEN_WECHAT_MODE": "open"}, "JIFEN_WECHAT_MODE", id="unknown mode"),
        pytest.param({"JIFEN_SIMULATOR": "1"}, "模拟器", id="the simulator"),
        pytest.param({"JIFEN_SIMULATOR": "yes"}, "只能是 1 或 0", id="a flag is 1 or 0"),
        pytest.param({"JIFEN_PUBLIC_URL": ""}, "缺少 JIFEN_PUBLIC_URL", id="no public address"),
        pytest.param({"JIFEN_PUBLIC_URL": "jifen.example"}, "JIFEN_PUBLIC_URL 不是网址", id="no scheme"),
        pytest.param({"JIFEN_WECHAT_API_BASE": "ftp://x"}, "JIFEN_WECHAT_API_BASE", id="not http"),
        pytest.param({"JIFEN_DATABASE_URL": "sqlite:///x"}, "PostgreSQL", id="another database"),
        pytest.param({"JIFEN_TRUSTED_PROXIES": "10.0.0.1, lan"}, "“lan”", id="proxy is no address"),
        pytest.param({"PORT": "http"}, "PORT", id="port is no number"),
    ],
)
def test_production_refuses(changes, word):
    with pytest.raises(BadSettings) as refusal:
        load(PRODUCTION | changes)

    assert any(word in fault for fault in refusal.value.faults)
    assert "hidden" not in str(refusal.value)


def test_all_faults_are_told_together():
    with pytest.raises(BadSettings) as refusal:
        load({"JIFEN_ENV": "production", "JIFEN_WECHAT_MODE": "plain", "JIFEN_SIMULATOR": "1"})

    told = str(refusal.value)
    for name in (
        "SECRET_KEY",
        "FIELD_KEYS",
        "WECHAT_APP_ID",
        "WECHAT_SECRET",
        "WECHAT_TOKEN",
        "WECHAT_AES_KEY",
    ):
        assert f"缺少 JIFEN_{name}" in told
    assert "明文模式" in told
    assert "模拟器" in told


def test_trusted_proxies_are_networks():
    settings = load(PRODUCTION | {"JIFEN_TRUSTED_PROXIES": "10.1.0.0/16, 127.0.0.1"})

    assert [str(network) for network in settings.trusted_proxies] == ["10.1.0.0/16", "127.0.0.1/32"]


def test_development_makes_its_secrets_once(tmp_path):
    first = load({"JIFEN_DATA_DIR": str(tmp_path), "PORT": "18123"})

    assert first == load({"JIFEN_DATA_DIR": str(tmp_path), "PORT": "18123"})
    assert stat.S_IMODE((tmp_path / "secrets.toml").stat().st_mode) == 0o600
    assert first.simulator
    assert first.public_url == "http://127.0.0.1:18123"
    # Without a given address nothing made up is ever sent to the real platform.
    assert first.wechat_api_base == "http://127.0.0.1:18124"


def test_a_given_variable_wins_over_a_kept_one(tmp_path):
    kept = load({"JIFEN_DATA_DIR": str(tmp_path)})
    given = load({"JIFEN_DATA_DIR": str(tmp_path), "JIFEN_WECHAT_TOKEN": "given"})

    assert given.wechat_token == "given"
    assert given.secret_key == kept.secret_key
    assert load({"JIFEN_DATA_DIR": str(tmp_path)}) == kept


def test_processes_that_start_together_agree(tmp_path):
    program = "import os; from jifen.core.settings import load; print(load(os.environ).secret_key)"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            env={"JIFEN_DATA_DIR": str(tmp_path / "var")},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    said = {process.communicate(timeout=60)[0] for process in started}

    assert len(said) == 1
    assert len(said.pop()) > 40


def test_damaged_secrets_are_not_replaced(tmp_path):
    (tmp_path / "secrets.toml").write_text("SECRET_KEY = ", encoding="utf-8")

    with pytest.raises(BadSettings, match="内容已损坏"):
        load({"JIFEN_DATA_DIR": str(tmp_path)})
    assert (tmp_path / "secrets.toml").read_text(encoding="utf-8") == "SECRET_KEY = "


def test_a_data_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(BadSettings, match="JIFEN_DATA_DIR"):
        load({"JIFEN_DATA_DIR": str(tmp_path / "file" / "var")})
