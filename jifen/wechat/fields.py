"""Fields of template messages and subscription notices: what each type may hold (47003 otherwise).

Source: developers.weixin.qq.com/doc/service/guide/product/template_message. A
value that is too long is cut where a sentence stays readable; one of another
form does not leave the house.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAME = re.compile(r"([a-z_]+?)(\d{0,3})", re.ASCII)
_CONTROL = re.compile("[\x00-\x1f\x7f\u2028\u2029]+")
_DAY = r"\d{4}(?:年\d{1,2}月\d{1,2}日|[-/.]\d{1,2}[-/.]\d{1,2})"
_HOUR = r"\d{1,2}:\d{2}(?::\d{2})?"
_MOMENT = rf"(?:{_DAY}(?: {_HOUR})?|{_HOUR})"


@dataclass(frozen=True, slots=True)
class Form:
    """What one type of field may hold."""

    #: Characters.
    most: int
    #: None: any text.
    form: re.Pattern[str] | None = None
    #: Whether a longer text may be cut; a cut date or number would be another one.
    cut: bool = False


FORMS: dict[str, Form] = {
    "thing": Form(20, cut=True),
    "const": Form(20),
    "phrase": Form(5, re.compile(r"[\u4e00-\u9fff]+")),
    "character_string": Form(32, re.compile(r"[\x21-\x7e]+")),
    "number": Form(32, re.compile(r"-?\d+(\.\d+)?", re.ASCII)),
    "letter": Form(32, re.compile(r"[A-Za-z]+")),
    "symbol": Form(5, re.compile(r"[^\w\s]+")),
    "time": Form(64, re.compile(rf"{_MOMENT}(?: ?~ ?{_MOMENT})?", re.ASCII)),
    "date": Form(64, re.compile(rf"{_DAY}(?: {_HOUR})?(?: ?~ ?{_DAY}(?: {_HOUR})?)?", re.ASCII)),
    "amount": Form(32, re.compile(r"[¥￥$]?\d{1,10}(\.\d+)?元?", re.ASCII)),
    "phone_number": Form(17, re.compile(r"[\d+ -]+", re.ASCII)),
    "car_number": Form(8),
    "name": Form(20, re.compile(r"[\u4e00-\u9fff·]{1,10}|[A-Za-z ·]{1,20}")),
}


class BadField(ValueError):
    """A value that the platform would refuse; names the field, never the value."""

    def __init__(self, name: str, why: str) -> None:
        self.name, self.why = name, why
        super().__init__(f"{name}: {why}")


def form_of(name: str) -> Form:
    """Return what the field ``name``, such as ``thing1``, may hold.

    :raises BadField: a type that the platform does not know
    """
    found = _NAME.fullmatch(name)
    if found is None or found[1] not in FORMS:
        raise BadField(name, "unknown type")
    return FORMS[found[1]]


def fitted(name: str, text: str) -> str:
    """Return ``text`` as the field may hold it.

    :raises BadField: empty, too long, or of another form
    """
    form = form_of(name)
    text = _CONTROL.sub(" ", text).strip()
    if not text:
        raise BadField(name, "empty")
    if len(text) > form.most:
        if not form.cut:
            raise BadField(name, "too long")
        text = text[: form.most - 1] + "…"
    if form.form is not None and not form.form.fullmatch(text):
        raise BadField(name, "another form")
    return text
