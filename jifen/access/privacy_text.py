"""What a person reads before he binds his WeChat (个人信息处理说明): a versioned file, checked when it is loaded."""

from __future__ import annotations

import datetime as dt
import hashlib
import string
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jifen.core.settings import ROOT

FILE = ROOT / "config" / "privacy" / "wechat.toml"
#: Characters of the notice: one bubble holds about so many.
LONGEST = 600
#: Words of which the notice must say something: who, what, why, how long, what a no means, both answers.
SAYS = ("谁处理", "处理什么", "为什么", "多久", "没有任何影响", "“同意”", "“不同意”", "撤回同意", "{url}")
#: What may be filled in.
FILLED = {"committee", "url"}


class BadPrivacyText(ValueError):
    """The file does not say what it must."""


@dataclass(frozen=True, slots=True)
class PrivacyText:
    """One version of the text."""

    version: str
    effective_from: dt.date
    title: str
    notice: str
    #: Head and body of each part of the whole text.
    parts: tuple[tuple[str, str], ...]
    #: SHA-256 of title, notice and parts: what exactly was agreed to.
    digest: str

    def short(self, *, committee: str, url: str) -> str:
        """Return the notice as it is sent in a chat."""
        return self.notice.format(committee=committee, url=url).strip()

    def whole(self, *, committee: str) -> list[tuple[str, str]]:
        """Return head and body of each part as the page and the paper show them."""
        return [(head, body.format(committee=committee)) for head, body in self.parts]


def parse(text: str) -> PrivacyText:
    """Return the text of a file.

    :raises BadPrivacyText: something is missing, unknown or too long
    """
    try:
        raw = tomllib.loads(text)
        version, title, notice = str(raw["version"]), str(raw["title"]), str(raw["notice"])
        effective_from = raw["effective_from"]
        parts = tuple((str(part["head"]), str(part["body"])) for part in raw["part"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as err:
        raise BadPrivacyText(f"个人信息处理说明缺少内容或格式不对：{err}") from err
    if unknown := set(raw) - {"version", "effective_from", "title", "notice", "part"}:
        raise BadPrivacyText(f"没有这样的项目：{'、'.join(sorted(unknown))}")
    if not 1 <= len(version) <= 16 or not isinstance(effective_from, dt.date):
        raise BadPrivacyText("version 应为1到16个字符，effective_from 应为日期")
    if len(notice) > LONGEST:
        raise BadPrivacyText(f"notice 有{len(notice)}字，最多{LONGEST}字")
    if missing := [words for words in SAYS if words not in notice]:
        raise BadPrivacyText(f"notice 没有写到：{'、'.join(missing)}")
    for piece in (notice, *(body for _, body in parts)):
        if wrong := {name for _, name, _, _ in string.Formatter().parse(piece) if name} - FILLED:
            raise BadPrivacyText(f"不能填入：{'、'.join(sorted(wrong))}")
    digest = hashlib.sha256("\0".join([title, notice, *(w for p in parts for w in p)]).encode()).hexdigest()
    return PrivacyText(version, effective_from, title, notice, parts, digest)


@lru_cache(maxsize=4)
def load(file: Path = FILE) -> PrivacyText:
    """Return the text in force.

    :raises BadPrivacyText: see ``parse``
    """
    return parse(file.read_text(encoding="utf-8"))
