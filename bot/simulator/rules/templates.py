"""Templates: their fields by type, one message once, and which are the account's.

Sources: developers.weixin.qq.com/doc/service/guide/product/template_message and
/doc/service/Subscription_Messages/intro; forms of the fields as there.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.simulator.refusals import Refused

#: Seconds in which one client_msg_id to one person is sent once; without one, the same words.
DEDUPE, DEDUPE_SAME = 600, 60

_ID = re.compile(r"[\w-]{8,64}", re.ASCII)
_FIELD = re.compile(r"([a-z_]+?)(\d*)", re.ASCII)
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_DAY = r"\d{4}(?:年\d{1,2}月\d{1,2}日|[-/.]\d{1,2}[-/.]\d{1,2})"
_HOUR = r"\d{1,2}:\d{2}(?::\d{2})?"
_MOMENT = rf"(?:{_DAY}(?: {_HOUR})?|{_HOUR})"
#: Form of the value and the label to show, by type of a template's field.
FIELDS: dict[str, tuple[str, re.Pattern[str]]] = {
    "thing": ("事项", re.compile(r".{1,20}")),
    "phrase": ("状态", re.compile(r"[一-鿿]{1,5}")),
    "character_string": ("编号", re.compile(r"[\x21-\x7e]{1,32}")),
    "number": ("数量", re.compile(r"-?\d{1,32}(\.\d+)?", re.ASCII)),
    "letter": ("代码", re.compile(r"[A-Za-z]{1,32}")),
    "symbol": ("符号", re.compile(r"[^\w\s]{1,5}")),
    "time": ("时间", re.compile(rf"{_MOMENT}(?: ?~ ?{_MOMENT})?", re.ASCII)),
    "date": ("日期", re.compile(rf"{_DAY}(?: {_HOUR})?(?: ?~ ?{_DAY})?", re.ASCII)),
    "amount": ("数额", re.compile(r"[¥￥$]?\d{1,10}(\.\d+)?元?", re.ASCII)),
    "phone_number": ("电话", re.compile(r"[\d+ -]{1,17}", re.ASCII)),
    "car_number": ("车牌", re.compile(r".{1,8}")),
    "name": ("姓名", re.compile(r"[一-鿿·]{1,10}|[A-Za-z ·]{1,20}")),
    "const": ("类型", re.compile(r".{1,20}")),
}


@dataclass(frozen=True, slots=True)
class Template:
    """One template of the account."""

    id: str
    title: str
    #: Field -> its label.
    fields: dict[str, str]
    #: For a subscription notice: whether one consent is good for ever.
    long_term: bool = False
    #: Whether it is a subscription notice (订阅通知), not a template message (模板消息).
    notice: bool = False
    #: Field ``const`` -> the values that it may have.
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def content(self) -> str:
        """The form with its blanks, as the lists of the API show it."""
        return "".join(f"{label}:{{{{{name}.DATA}}}}\n" for name, label in self.fields.items())


class Templates:
    """The account's templates, and what was sent lately.

    An account takes every id and learns its fields from the first message,
    unless it is ``strict``: then it knows those that it was given and no others.
    """

    def __init__(self, *, now: Callable[[], float]) -> None:
        self._now = now
        self._known: dict[str, Template] = {}
        self._strict = False
        #: Templates that the platform took away.
        self.banned: set[str] = set()
        self._sent: dict[tuple[str, str], tuple[float, int]] = {}

    def give(self, templates: list[Template], *, strict: bool = True) -> None:
        """Give the account these templates."""
        self._known, self._strict = {one.id: one for one in templates}, strict

    def listed(self, *, notice: bool) -> list[Template]:
        return [one for one in self._known.values() if one.notice is notice]

    def get(self, template_id: str) -> Template | None:
        return self._known.get(template_id)

    def delete(self, template_id: str) -> None:
        """Take a template away.

        :raises Refused: 40037
        """
        if template_id not in self._known:
            raise Refused(40037)
        del self._known[template_id]

    def filled(
        self, template_id: Any, data: dict[str, Any], *, notice: bool
    ) -> tuple[Template, list[tuple[str, str]]]:
        """Return the template, and label and value of each field.

        :raises Refused: 40037 no template of the account, 43116 banned, 47003 naming the field that is wrong
        """
        if not isinstance(template_id, str) or not _ID.fullmatch(template_id):
            raise Refused(40037)
        if template_id in self.banned:
            raise Refused(43116)
        template = self._known.get(template_id)
        if (template is None and self._strict) or (template is not None and template.notice is not notice):
            raise Refused(40037)
        if template is None:
            lines = _checked(data, None)
            template = Template(
                template_id, "服务通知", {name: label for name, label, _ in lines}, notice=notice
            )
            self._known[template_id] = template
        else:
            lines = _checked(data, template)
        return template, [(label, value) for _, label, value in lines]

    def once(
        self, openid: str, *, client_msg_id: str | None, same: Any, fresh: Callable[[], int]
    ) -> tuple[int, bool]:
        """Return the message's id, and whether it is to be sent: one that was sent already has the id it had.

        :param same: what is compared where there is no ``client_msg_id``
        :raises Refused: 40241, the same words within a minute
        """
        now = self._now()
        if len(self._sent) > 50_000:
            self._sent = {key: held for key, held in self._sent.items() if held[0] > now}
        key = (openid, f"id:{client_msg_id}" if client_msg_id else f"same:{json.dumps(same, sort_keys=True)}")
        until, msg_id = self._sent.get(key, (0.0, 0))
        if until > now:
            if client_msg_id:
                return msg_id, False
            raise Refused(40241)
        msg_id = fresh()
        self._sent[key] = (now + (DEDUPE if client_msg_id else DEDUPE_SAME), msg_id)
        return msg_id, True


def written_in(path: Path) -> list[Template]:
    """Return the templates whose ids its owner wrote into the product's list; none where there is no such file.

    A list says, a table a kind, ``template_id``, ``once_id``, ``lasting_id`` and the ``fields``. Where a place
    for a one-time notice is kept and no id is written yet, the stand-in has one of its own, as the product expects.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    found = []
    for kind, table in tables.items():
        if not isinstance(table, dict) or not isinstance(table.get("fields"), dict):
            continue
        for name in ("template_id", "once_id", "lasting_id"):
            template_id, notice = table.get(name), name != "template_id"
            if name == "once_id" and template_id == "":
                template_id = f"simulator-once-{kind}"
            if isinstance(template_id, str) and _ID.fullmatch(template_id):
                fields = table.get("notice_fields" if notice else "fields") or table["fields"]
                labels: dict[str, str] = {}
                for one in fields:
                    label = _label(one)
                    labels[one] = "说明" if label in labels.values() else label
                found.append(
                    Template(
                        template_id,
                        str(table.get("title") or f"通知（{kind}）"),
                        labels,
                        long_term=name == "lasting_id",
                        notice=notice,
                    )
                )
    return found


def _label(name: str) -> str:
    kind = _FIELD.fullmatch(name)
    return FIELDS[kind[1]][0] if kind and kind[1] in FIELDS else "说明"


def client_msg_id(body: dict[str, Any]) -> str | None:
    """Return the caller's own id of a message.

    :raises Refused: 47003, not 1 to 64 characters
    """
    given = body.get("client_msg_id")
    if given is not None and not (isinstance(given, str) and 0 < len(given) <= 64):
        raise Refused(47003, "argument invalid! client_msg_id invalid")
    return given


def _checked(data: dict[str, Any], template: Template | None) -> list[tuple[str, str, str]]:
    """Return name, label and value of each field."""
    lines: list[tuple[str, str, str]] = []
    names = list(template.fields) if template else list(data)
    for name in names:
        kind = _FIELD.fullmatch(name)
        if kind is None or kind[1] not in FIELDS:
            continue  # first, remark and colours are ignored since 2023-05-04
        holder = data.get(name)
        value = holder.get("value") if isinstance(holder, dict) else None
        label, form = FIELDS[kind[1]]
        if value is None or value == "":
            raise Refused(47003, f"argument invalid! data.{name}.value is empty")
        if not isinstance(value, str) or _CONTROL.search(value) or not form.fullmatch(value):
            raise Refused(47003, f"argument invalid! data.{name}.value invalid")
        if template and template.values.get(name, (value,)).count(value) == 0:
            raise Refused(47003, f"argument invalid! data.{name}.value invalid")
        if template:
            label = template.fields[name]
        elif any(label == before for _, before, _ in lines):
            label = "说明"  # a real template names each field apart; of these only the type is known
        lines.append((name, label, value))
    if not lines:
        raise Refused(47003, "argument invalid! data is empty")
    return lines
