"""One form for names, branches, categories and posts, whatever way they were typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

_HAN = "\u3400-\u4dbf\u4e00-\u9fff〇\U00020000-\U000323af"
#: A name as most are: in its one form already, and surely one.
PLAIN_NAME = re.compile("[\u4e00-\u9fff]{2,4}")
_NAME = re.compile(rf"[{_HAN}]+(?:·[{_HAN}]+)*|[A-Za-z][A-Za-z '.\-]*[A-Za-z.]")
_DOTS = re.compile(r"\s*[·•・‧∙⋅●.。]\s*")
_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}·])\s+(?=[{_HAN}·])")
_ANY_HAN = re.compile(f"[{_HAN}]")
_LONG_DIGITS = re.compile(r"(?:\d[\s\-]?){10}\d")

MAX_NAME = 40


def is_private(value: object) -> bool:
    """Whether a cell looks like an ID number, a phone or an account: eleven digits or more.

    Such a cell is dropped even in a column that is kept.
    """
    if isinstance(value, str):
        return len(value) > 10 and _LONG_DIGITS.search(value) is not None
    if isinstance(value, int | float):
        return abs(value) >= 1e10
    return False


def _fold(text: str) -> str:
    """NFKC without invisible characters, spaces made single."""
    text = unicodedata.normalize("NFKC", text)
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc") or c.isspace())
    return " ".join(unicodedata.normalize("NFKC", text).split())


def normalise_name(raw: str) -> str:
    """Return a person's name in its one form; idempotent.

    Full-width and inner spaces of Chinese names go (梁　艳), the many dots of
    minority names become · (阿依古丽·买买提), Latin names keep single spaces.
    """
    if PLAIN_NAME.fullmatch(raw):
        return raw
    return _settled(_name_once, raw)


def _name_once(raw: str) -> str:
    text = _fold(raw)
    if _ANY_HAN.search(text):
        text = _DOTS.sub("·", text).strip("· ")
        text = _BETWEEN_HAN.sub("", text)
    return text


def _settled(once: Callable[[str], str], text: str) -> str:
    """Apply ``once`` until nothing changes: taking a space away may let two signs compose."""
    while (again := once(text)) != text:
        text = again
    return text


def is_name(text: str) -> bool:
    """Whether a normalised text can be a person's name: two signs or more, letters of one script."""
    return 2 <= len(text) <= MAX_NAME and _NAME.fullmatch(text) is not None


@lru_cache(maxsize=65536)
def normalise_title(raw: str) -> str:
    """Return a branch's or department's name in its one form: no spaces, full-width brackets."""
    return _settled(_title_once, raw)


def _title_once(raw: str) -> str:
    # A sheet that we wrote may carry an apostrophe before what looks like a formula.
    return "".join(_fold(raw).split()).replace("(", "（").replace(")", "）").lstrip("'")


_NUMERALS = "零一二三四五六七八九"


def _chinese_number(digits: str) -> str:
    n = int(digits)
    if n >= 100:
        return digits
    tens, ones = divmod(n, 10)
    if not tens:
        return _NUMERALS[ones]
    return ("" if tens == 1 else _NUMERALS[tens]) + "十" + (_NUMERALS[ones] if ones else "")


@lru_cache(maxsize=65536)
def title_key(name: str) -> str:
    """Return what two spellings of one organisation share: 中共, 党支部 and 第1 make no difference."""
    text = normalise_title(name).removeprefix("中共").removeprefix("中国共产党")
    text = (
        text.replace("党支部", "支部")
        .replace("党总支部", "总支")
        .replace("党总支", "总支")
        .replace("总支部", "总支")
    )
    return re.sub(r"(?<!\d)\d{1,2}(?!\d)", lambda m: _chinese_number(m[0]), text)


#: Codes of a person's category; where a sheet says several, the first listed here holds.
#: A probationary member stays one whatever else he is: his year runs.
CATEGORY_WORDS = {
    "lost_contact_member": ("失联",),
    "probationary_member": ("预备",),
    "development_candidate": ("发展对象",),
    "activist": ("积极分子",),
    "floating_member": ("流动",),
    "retired_member": ("退休", "离休", "退职"),
    "full_member": ("正式",),
}
_IN_POST = ("在职", "在岗", "在编")
_STANDING = re.compile(
    r"(?:中共|党员|正式|预备|入党|积极分子|发展对象|失联|流动|离退休|退休|离休|退职|在职|在岗|在编|干部|人员|职工|[（）/、,，;；])+"
)


@lru_cache(maxsize=4096)
def parse_category(raw: str) -> str | None:
    """Return the category that one or more cells say (人员类别, 在职情况), joined by "、".

    "" for blank cells, None when a word is not known. 中共党员 and 在职 alone say a full
    member: the others are always written out.
    """
    text = normalise_title(raw).strip("、")
    if not text:
        return ""
    if _STANDING.fullmatch(text) is None:
        return None
    for code, words in CATEGORY_WORDS.items():
        if any(word in text for word in words):
            return code
    if "党员" in text or any(word in text for word in _IN_POST):
        return "full_member"
    return None


#: Party posts (党内职务) that a roster may name, with the role each gives.
POSTS = {
    "支部书记": "branch_secretary",
    "书记": "branch_secretary",
    "支部副书记": "deputy_secretary",
    "副书记": "deputy_secretary",
    "组织委员": "branch_committee",
    "宣传委员": "branch_committee",
    "纪检委员": "branch_committee",
    "纪律检查委员": "branch_committee",
    "青年委员": "branch_committee",
    "统战委员": "branch_committee",
    "群工委员": "branch_committee",
    "保密委员": "branch_committee",
    "生活委员": "branch_committee",
    "支部委员": "branch_committee",
    "支委委员": "branch_committee",
    "支委": "branch_committee",
    "委员": "branch_committee",
    "小组长": "cell_leader",
    "积分管理员": "points_recorder",
}
_NO_POST = {"", "无", "普通党员", "党员", "-", "—", "/"}
_CELL_LEADER = re.compile(r"第?[一二三四五六七八九十\d]{0,3}党?小组组?长")


class NamedPost(NamedTuple):
    """A post as the roster names it: the role it gives and the title to show."""

    role: str
    title: str


@lru_cache(maxsize=4096)
def parse_posts(raw: str) -> tuple[tuple[NamedPost, ...], bool]:
    """Return the posts that a cell names, each role once, and whether all its words were understood."""
    posts: dict[str, NamedPost] = {}
    understood = True
    for part in re.split(r"[、，,;；/兼和及\s]+", _fold(raw)):
        title = normalise_title(part)
        word = title.removeprefix("党") if title.startswith("党支部") else title
        if word in _NO_POST:
            continue
        role = POSTS.get(word) or ("cell_leader" if _CELL_LEADER.fullmatch(word) else None)
        if role is None:
            understood = False
        else:
            posts.setdefault(role, NamedPost(role, "支部书记" if word == "书记" else title))
    return tuple(posts.values()), understood
