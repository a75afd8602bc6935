"""The settings of one installation: read once from ``JIFEN_*``, all faults reported together.

A given variable always wins. In development a secret that is not given is
made once and kept in ``secrets.toml`` under the data folder, so that the web
process, the worker and the simulator agree; production refuses to invent one.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import fcntl
import ipaddress
import os
import re
import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from jifen.core.errors import DomainError

ROOT = Path(__file__).resolve().parents[2]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: Secrets that development makes for itself and production must be given.
_SECRETS: dict[str, tuple[str, Callable[[], str]]] = {
    "SECRET_KEY": ("会话与票据的签名密钥", lambda: secrets.token_urlsafe(32)),
    "FIELD_KEYS": ("字段加密密钥", lambda: "k1:" + base64.b64encode(secrets.token_bytes(32)).decode()),
    "WECHAT_APP_ID": ("公众号 AppID", lambda: "wx" + secrets.token_hex(8)),
    "WECHAT_SECRET": ("公众号 AppSecret", lambda: secrets.token_hex(16)),
    "WECHAT_TOKEN": ("消息校验 Token", lambda: secrets.token_hex(16)),
    "WECHAT_AES_KEY": (
        "消息加解密 EncodingAESKey",
        lambda: base64.b64encode(secrets.token_bytes(32)).decode()[:43],
    ),
}
_MODES = ("safe", "compat", "plain")


class BadSettings(DomainError):
    """The settings cannot be used; ``faults`` lists every reason, one sentence each."""

    code: ClassVar[str] = "bad_settings"
    http_status: ClassVar[int] = 500
    template: ClassVar[str] = "配置有误，请改正后重新启动：\n{listed}"

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__(listed="\n".join(f"- {fault}" for fault in faults))


@dataclass(frozen=True, kw_only=True)
class FieldKey:
    """One key of the field encryption (AES-256); ``id`` stands beside each ciphertext."""

    id: str
    #: 32 bytes.
    key: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an installation may choose; secrets never appear in ``repr``."""

    #: ``development`` or ``production``.
    env: str = "development"
    #: SQLAlchemy URL of a given PostgreSQL; None: the embedded server.
    database_url: str | None = field(default=None, repr=False)
    #: Where everything that is not code lives: secrets, files, the embedded database.
    data_dir: Path = ROOT / "var"
    #: Signs sessions and tickets.
    secret_key: str = field(repr=False)
    #: The first encrypts, all decrypt: put a new key first to rotate.
    field_keys: tuple[FieldKey, ...] = field(repr=False)
    #: How people reach the house, without a slash at the end.
    public_url: str = "http://127.0.0.1:8000"
    #: Where evidence is kept: ``file:///folder`` or ``s3://...``; None: a folder under ``data_dir``.
    storage_url: str | None = field(default=None, repr=False)
    #: Proxies whose ``X-Forwarded-*`` headers are believed.
    trusted_proxies: tuple[Network, ...] = ()
    #: Whether the stand-in for WeChat is played with; never in production.
    simulator: bool = False
    wechat_app_id: str
    wechat_secret: str = field(repr=False)
    wechat_token: str = field(repr=False)
    #: EncodingAESKey: 43 characters of base64, 32 bytes.
    wechat_aes_key: str = field(repr=False)
    #: The key before the last change: messages sealed with it are still opened.
    wechat_aes_key_previous: str | None = field(default=None, repr=False)
    #: ``safe`` (AES), ``compat`` or ``plain``.
    wechat_mode: str = "safe"
    #: Where the platform's API is, without a slash at the end; the simulator's address in development.
    wechat_api_base: str = "https://api.weixin.qq.com"

    #: WeCom (企业微信), where the organisation has it: its id, and one application's secret and number.
    wecom_corp_id: str = ""
    wecom_secret: str = field(default="", repr=False)
    wecom_agent_id: str = ""
    #: What proves WeCom's callbacks; empty where none is set up.
    wecom_token: str = field(default="", repr=False)
    wecom_aes_key: str = field(default="", repr=False)
    wecom_api_base: str = "https://qyapi.weixin.qq.com"

    @property
    def wecom(self) -> bool:
        """Whether the organisation has an application in WeCom."""
        return bool(self.wecom_corp_id)

    @property
    def production(self) -> bool:
        """Whether this installation holds real people."""
        return self.env == "production"


def load(environ: Mapping[str, str]) -> Settings:
    """Return the settings that ``environ`` asks for.

    An empty variable counts as not given. In development this may write
    ``secrets.toml`` (mode 0600) under the data folder, once.

    :raises BadSettings: with one Chinese sentence for every fault found
    """
    read = _Reader(environ)
    env = read.choice("ENV", ("development", "production"), default="development")
    production = env == "production"
    data_dir = Path(os.path.abspath(Path(read.text("DATA_DIR") or ROOT / "var").expanduser()))
    given = {name: read.text(name) for name in _SECRETS}
    if production:
        for name, (meaning, _) in _SECRETS.items():
            if not given[name]:
                read.fault(f"缺少 JIFEN_{name}（{meaning}）：生产环境必须给出，请写入服务的环境变量。")
        if len(given["SECRET_KEY"] or "x" * 16) < 16:
            read.fault("JIFEN_SECRET_KEY 太短：请换成至少 16 个随机字符。")
    elif not all(given.values()):
        given = _filled(given, data_dir, read)

    port = read.port()
    simulator = read.flag("SIMULATOR", default=not production)
    if production and simulator:
        read.fault("生产环境不能打开模拟器：请去掉 JIFEN_SIMULATOR 或设为 0。")
    mode = read.choice("WECHAT_MODE", _MODES, default="safe")
    if production and mode == "plain":
        read.fault("生产环境不能用明文模式：请把 JIFEN_WECHAT_MODE 设为 safe，并在公众平台选择安全模式。")
    public_url = read.url("PUBLIC_URL")
    if production and not read.text("PUBLIC_URL"):
        read.fault("缺少 JIFEN_PUBLIC_URL：请写明大家访问本系统的网址，例如 https://jifen.example.gov.cn。")
    own_platform = f"http://127.0.0.1:{port + 1}" if simulator else "https://api.weixin.qq.com"
    settings = Settings(
        env=env,
        database_url=read.database_url(),
        data_dir=data_dir,
        secret_key=given["SECRET_KEY"] or "",
        field_keys=read.field_keys(given["FIELD_KEYS"]),
        public_url=public_url or f"http://127.0.0.1:{port}",
        storage_url=read.text("STORAGE_URL"),
        trusted_proxies=read.networks("TRUSTED_PROXIES"),
        simulator=simulator,
        wechat_app_id=given["WECHAT_APP_ID"] or "",
        wechat_secret=given["WECHAT_SECRET"] or "",
        wechat_token=read.matching(
            "WECHAT_TOKEN", given["WECHAT_TOKEN"], r"[A-Za-z0-9]{3,32}", "3 到 32 位字母或数字"
        ),
        wechat_aes_key=read.aes_key("WECHAT_AES_KEY", given["WECHAT_AES_KEY"]) or "",
        wechat_aes_key_previous=read.aes_key("WECHAT_AES_KEY_PREVIOUS", read.text("WECHAT_AES_KEY_PREVIOUS")),
        wechat_mode=mode,
        wechat_api_base=read.url("WECHAT_API_BASE") or own_platform,
        **read.wecom(own_platform if simulator else None, given),
    )
    if read.faults:
        raise BadSettings(read.faults)
    return settings


class _Reader:
    """Reads single variables; remembers what is wrong instead of stopping at the first."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.faults: list[str] = []

    def fault(self, sentence: str) -> None:
        self.faults.append(sentence)

    def text(self, name: str) -> str | None:
        return self._environ.get(f"JIFEN_{name}", "").strip() or None

    def choice(self, name: str, allowed: tuple[str, ...], *, default: str) -> str:
        value = self.text(name) or default
        if value not in allowed:
            self.fault(f"JIFEN_{name} 不认识“{value}”：只能是 {'、'.join(allowed)}。")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.text(name)
        if value not in (None, "0", "1"):
            self.fault(f"JIFEN_{name} 不认识“{value}”：只能是 1 或 0。")
        return default if value is None else value == "1"

    def port(self) -> int:
        value = self._environ.get("PORT", "").strip() or "8000"
        if not re.fullmatch(r"[0-9]{1,5}", value) or not 0 < int(value) < 65535:
            self.fault(f"PORT 不是可用的端口“{value}”：请给出 1 到 65534 的整数。")
            return 8000
        return int(value)

    def url(self, name: str) -> str | None:
        value = self.text(name)
        if value is None:
            return None
        with contextlib.suppress(ValueError):
            parts = urlsplit(value)
            if parts.scheme in ("http", "https") and parts.hostname and not parts.query:
                return value.rstrip("/")
        self.fault(f"JIFEN_{name} 不是网址：请写成 http:// 或 https:// 开头的完整地址。")
        return None

    def database_url(self) -> str | None:
        value = self.text("DATABASE_URL")
        if value is None:
            return None
        found = re.fullmatch(r"(?:postgres|postgresql|postgresql\+psycopg)://(.+)", value)
        if not found:
            # The value may hold a password: it is not repeated.
            self.fault("JIFEN_DATABASE_URL 只支持 PostgreSQL：请写成 postgresql://用户:口令@主机/库名。")
            return None
        return f"postgresql+psycopg://{found[1]}"

    def networks(self, name: str) -> tuple[Network, ...]:
        found = []
        for one in filter(None, re.split(r"[,\s]+", self.text(name) or "")):
            try:
                found.append(ipaddress.ip_network(one, strict=False))
            except ValueError:
                self.fault(
                    f"JIFEN_{name} 里的“{one}”不是 IP 地址或网段：请写成 10.0.0.1 或 10.0.0.0/24，逗号分隔。"
                )
        return tuple(found)

    def matching(self, name: str, value: str | None, pattern: str, rule: str) -> str:
        if value and not re.fullmatch(pattern, value):
            self.fault(f"JIFEN_{name} 格式不对：应为{rule}，请与公众平台上的一致。")
        return value or ""

    def aes_key(self, name: str, value: str | None) -> str | None:
        if value and not re.fullmatch(r"[A-Za-z0-9+/]{43}", value):
            self.fault(f"JIFEN_{name} 格式不对：EncodingAESKey 应为 43 位，请从公众平台原样复制。")
        return value

    def wecom(self, stand_in: str | None, account: Mapping[str, str | None]) -> dict[str, str]:
        """Return what is given of WeCom: all of an application or nothing, all of a callback or nothing.

        :param stand_in: where the stand-in is, which has an application of its own where none is given
        :param account: the account's own values; the stand-in's application shares its secrets
        """
        names = ("WECOM_CORP_ID", "WECOM_SECRET", "WECOM_AGENT_ID")
        given = {name: self.text(name) or "" for name in names}
        if stand_in and not any(given.values()) and not self.text("WECOM_TOKEN"):
            return {
                "wecom_corp_id": "ww" + (account["WECHAT_APP_ID"] or "").removeprefix("wx"),
                "wecom_secret": account["WECHAT_SECRET"] or "",
                "wecom_agent_id": "1000002",
                "wecom_token": account["WECHAT_TOKEN"] or "",
                "wecom_aes_key": account["WECHAT_AES_KEY"] or "",
                "wecom_api_base": self.url("WECOM_API_BASE") or stand_in,
            }
        missing = [f"JIFEN_{name}" for name, value in given.items() if not value]
        if missing and len(missing) < len(names):
            self.fault(f"企业微信的参数不全：还缺 {'、'.join(missing)}。不用企业微信的，请把三个都去掉。")
        token = self.matching(
            "WECOM_TOKEN", self.text("WECOM_TOKEN"), r"[A-Za-z0-9]{3,32}", "3 到 32 位字母或数字"
        )
        key = self.aes_key("WECOM_AES_KEY", self.text("WECOM_AES_KEY")) or ""
        if bool(token) != bool(key):
            self.fault(
                "JIFEN_WECOM_TOKEN 和 JIFEN_WECOM_AES_KEY 要一起给出：都在企业微信应用的“接收消息”里。"
            )
        base = self.url("WECOM_API_BASE") or stand_in or "https://qyapi.weixin.qq.com"
        callback = {"wecom_token": token, "wecom_aes_key": key, "wecom_api_base": base}
        return {name.lower(): value for name, value in given.items()} | callback

    def field_keys(self, value: str | None) -> tuple[FieldKey, ...]:
        keys: list[FieldKey] = []
        before = len(self.faults)
        for place, one in enumerate(filter(None, (part.strip() for part in (value or "").split(","))), 1):
            name, _, encoded = one.partition(":")
            key = _decoded(encoded)
            if not re.fullmatch(r"[A-Za-z0-9_-]{1,16}", name) or len(key) != 32:
                self.fault(f"JIFEN_FIELD_KEYS 第 {place} 项格式不对：应为“编号:32 字节的 base64”。")
            elif name in {known.id for known in keys}:
                self.fault(f"JIFEN_FIELD_KEYS 第 {place} 项的编号“{name}”重复：每把密钥要有自己的编号。")
            else:
                keys.append(FieldKey(id=name, key=key))
        if value and not keys and len(self.faults) == before:
            self.fault("JIFEN_FIELD_KEYS 里没有密钥：应为“编号:32 字节的 base64”，逗号分隔。")
        return tuple(keys)


def _decoded(encoded: str) -> bytes:
    """Return the bytes of standard or URL-safe base64, padded or not; empty when it is neither."""
    standard = encoded.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except binascii.Error:
        return b""


def _filled(given: dict[str, str | None], data_dir: Path, read: _Reader) -> dict[str, str | None]:
    """Return ``given`` with the kept development secrets in the gaps; makes and keeps the missing ones."""
    try:
        kept = _kept_secrets(data_dir)
    except (OSError, tomllib.TOMLDecodeError) as err:
        reason = err.strerror if isinstance(err, OSError) else "内容已损坏"
        read.fault(
            f"不能在数据目录 {data_dir} 里保存开发用的密钥（{reason}）："
            "请检查目录权限和磁盘空间，或用 JIFEN_DATA_DIR 另指一个目录。"
        )
        return given
    return {name: value or kept[name] for name, value in given.items()}


def _kept_secrets(data_dir: Path) -> dict[str, str]:
    """Return the secrets of ``data_dir``, making those it lacks; two processes end with the same ones."""
    data_dir.mkdir(parents=True, exist_ok=True)
    file = data_dir / "secrets.toml"
    kept = _read(file)
    if kept.keys() >= _SECRETS.keys():
        return kept
    lock = os.open(data_dir / "secrets.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = _read(file)
        kept |= {name: make() for name, (_, make) in _SECRETS.items() if name not in kept}
        fresh = data_dir / "secrets.toml.new"
        fresh.unlink(missing_ok=True)
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
            out.write("# 开发环境自动生成的密钥，请勿提交或外传。JIFEN_* 环境变量优先于此。\n")
            out.writelines(f'{name} = "{value}"\n' for name, value in kept.items())
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(file)
    finally:
        os.close(lock)
    return kept


def _read(file: Path) -> dict[str, str]:
    """Return the kept secrets that are there; none when there is no file."""
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return {name: str(found[name]) for name in _SECRETS if found.get(name)}
