"""Policy lint of words (C41): what would make points out of app behaviour, pressure or private life.

For any text: a rule, a reminder, an activity's notice. Each hit says what it
saw, which provision is meant and what to write instead.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass

from jifen.rulebook.lint_table import TABLE, Row

#: What may stand around a hit for ``unless`` to count.
_NEAR = 10
#: How far back a refusal is looked for.
_BEFORE = 60
_BLANK = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_STOP = re.compile(r"[,;:。!?]")
#: "不得以…", "无需…": words that lead from a refusal to what is refused, and nothing else.
_GLUE = (
    r"(?:再|任何|形式|以|将|把|用|通过|要求|强制|组织|开展|使用|设置|设|搞|与|和|或|及|按|根据|依据|采集|收集|记录|"
    r"统计|填写|填报|公布|公示|公开|通报|推送|进行|借助|对|向|党员|个人|群众|提供|上传|提交|上报|发送|电话|手机号|的|地|、|“|”)"
)
_REFUSED = re.compile(
    rf"(?:(?:不得|不应|不能|不可|不准|不许|无需|无须|不需|不必|不用|不再|不要(?!求)|禁止|严禁|杜绝|避免|防止|反对|整治|取消){_GLUE}*"
    rf"|不{_GLUE}+)$"
)
_UNPUNISHED = re.compile(rf"{_GLUE}(?![^。;]{{0,16}}(?:的|者|扣|减|罚|通报))")


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that words gave away."""

    code: str
    #: ``forbidden`` or ``risky``.
    severity: str
    #: The words found, in half width and without blanks.
    found: str
    clause: str
    message: str
    remedy: str


def words(text: str, *, scored: bool = False) -> list[Hit]:
    """Return what the words of any text give away: a rule, a reminder, an activity.

    "不得以登录率考核" refuses what it names and is no hit.

    :param scored: the text names something that earns or costs points; then
        also words count that are harmless elsewhere ("登录平台")
    :return: in the table's order, one hit per code
    """
    plain = _plain(text)
    hits: dict[str, Hit] = {}
    for row in TABLE:
        said = row.code in hits or any(code in hits for code in row.implied_by)
        if (scored or not row.scored) and not said and (found := _find(row, plain)):
            hits[row.code] = _hit(row, found)
    return list(hits.values())


def by_code(code: str, found: str) -> Hit:
    """Return the table's judgement of something that is known by other means than words."""
    return _hit(next(row for row in TABLE if row.code == code), found)


def _hit(row: Row, found: str) -> Hit:
    return Hit(row.code, row.severity, found, row.clause, row.message.format(found=found), row.remedy)


def _plain(text: str) -> str:
    return _BLANK.sub("", unicodedata.normalize("NFKC", text)).casefold()


@functools.cache
def _compiled(row: Row) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    unless = re.compile("|".join(row.unless)) if row.unless else None
    return re.compile("|".join(f"(?:{one})" for one in row.patterns)), unless


@functools.cache
def _anything() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for row in TABLE for one in row.patterns))


def _find(row: Row, plain: str) -> str:
    pattern, unless = _compiled(row)
    for m in pattern.finditer(plain):
        around = plain[max(0, m.start() - _NEAR) : m.end() + _NEAR]
        if unless is not None and unless.search(around):
            continue
        if not _refused(plain, m.start()):
            return m.group()
    return ""


def _refused(plain: str, start: int) -> bool:
    """Whether what stands at ``start`` is only named in order to be refused."""
    clause = _STOP.split(plain[max(0, start - _BEFORE) : start])[-1]
    # In "不得以点赞、转发、评论……" the first word carries the refusal to the others.
    clause = _anything().sub("、", clause)
    if _REFUSED.search(clause) is not None:
        return True
    # "不上传照片" leaves it out; "不上传照片的扣1分" demands it.
    return clause.endswith("不") and _UNPUNISHED.match(plain, start) is not None
