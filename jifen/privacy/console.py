"""One's own data at the desk, requests entered and answered, papers printed, people erased."""

from __future__ import annotations

import json
from typing import Any

from flask import Response

from jifen.access import binding
from jifen.core import days
from jifen.core.actor import DECIDERS, Role
from jifen.core.errors import Invalid
from jifen.decisions import todo
from jifen.members.policy import WORKS_WITH_PEOPLE
from jifen.members.queries import member_by_number
from jifen.privacy import copies, erasing, queries, rules, schemas, service, visibility
from jifen.privacy.policy import P
from jifen.privacy.service import Wish
from jifen.web import pages
from jifen.web.doors import asks, current_actor
from jifen.web.schemas import page
from jifen.web.sheets import sheet

blp = pages.section("mydata", __name__)
SHOWN = 30
HOW = {
    "paper": "书面",
    "mouth": "口头",
    "wechat": "微信",
    "console": "工作台",
    "api": "接口",
    "phone": "手机页面",
}
#: What may be asked, as one list to choose from: kind and what together.
CHOICES = {
    kind: [(f"{kind}:{code}", f"{words}{called}") for code, called in rules.choices(kind).items()]
    for kind, words in rules.KIND_WORDS.items()
}
OWN = [*CHOICES[rules.Kind.CORRECT], *CHOICES[rules.Kind.OBJECT], *CHOICES[rules.Kind.LIMIT]]


@blp.get("/me")
@asks(P.OWN)
def mine() -> Response:
    """Who sees the reader, copies of what is kept about him, what he asked."""
    by = current_actor()
    return pages.page(
        "privacy/mine.html",
        seen=visibility.mine(by=by),
        requests=queries.visible(by=by, own=True, limit=SHOWN),
        choices=OWN,
        a_day=copies.A_DAY,
    )


@blp.get("/me/data")
@asks(P.OWN)
def data() -> Response:
    """Everything kept about the reader, on a page that prints."""
    return pages.page("privacy/copy.html", printed=copies.my_page(by=current_actor()))


@blp.get("/me/data.xlsx")
@asks(P.OWN)
def data_sheet() -> Response:
    """The same on sheets."""
    return sheet("my-data.xlsx", copies.my_sheet(by=current_actor()))


@blp.get("/me/data.json")
@asks(P.OWN)
def data_file() -> Response:
    """The same for a program."""
    return as_file(copies.mine(by=current_actor()))


def as_file(plain: dict[str, object]) -> Response:
    """Return a person's data as a download."""
    return Response(
        json.dumps(plain, ensure_ascii=False, default=str, indent=1),
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="my-data.json"'},
    )


@blp.post("/me/requests")
@asks(P.ASK)
def ask() -> Response:
    """Ask for oneself."""
    return _asked(pages.form(schemas.AskForm), "mydata.mine")


def _asked(values: dict[str, Any], then: str) -> Response:
    kind, _, what = values.pop("asked").partition(":")
    row = service.ask(Wish(kind=kind, what=what, **values), by=current_actor())
    said = f"已登记，编号{row.id}，{days.spoken(row.answer_by)}前答复，本人会收到通知。"
    return pages.done(said, then)


@blp.post("/me/consent/withdraw")
@asks(P.OWN)
def withdraw_consent() -> Response:
    """Take the consent to WeChat back."""
    binding.withdraw(by=current_actor())
    return pages.done("已撤回同意，微信绑定已解除，微信标识已删除。", "mydata.mine")


@blp.get("/requests")
@asks(P.SEE)
def requests() -> Response:
    """What waits for the reader's answer, and what he entered or asked."""
    asked = pages.query(schemas.AfterIn)
    rows = queries.visible(by=current_actor(), after=asked["after"], limit=SHOWN + 1)
    return pages.page(
        "privacy/requests.html",
        found=page(rows, SHOWN, lambda one: one.id),
        how=HOW,
        choices=[*OWN, ("withdraw:", "撤回同意用微信办理"), ("copy:", "索取本人信息（打印纸面）")],
    )


@blp.post("/requests")
@asks(P.ENTER)
def enter() -> Response:
    """Enter what somebody brought on paper or by mouth."""
    values = pages.form(schemas.EnterForm)
    if values["asked"] == "withdraw:":
        service.ask(Wish(kind="withdraw", **_entered(values)), by=current_actor())
        return pages.done("已登记撤回，从现在起由支部用纸面方式为这位同志办理。", "mydata.requests")
    if values["asked"] == "copy:":
        row = service.ask(Wish(kind="copy", **_entered(values)), by=current_actor())
        return pages.done("已登记，请在一天内打印，只能打印一次。", "mydata.one", request_id=row.id)
    return _asked(values, "mydata.requests")


def _entered(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in ("member_number", "how", "received_on")}


@blp.get("/requests/<id:request_id>")
@asks(P.SEE)
def one(request_id: int) -> Response:
    """One request, to answer, print or take back."""
    return pages.page("privacy/request.html", row=queries.request(request_id, by=current_actor()), how=HOW)


@blp.post("/requests/<id:request_id>/answer")
@asks(P.ANSWER)
def answer(request_id: int) -> Response:
    """Answer with reasons."""
    service.answer(request_id, **pages.form(schemas.PrivacyAnswerIn), by=current_actor())
    return pages.done("已答复，本人会收到通知。", "mydata.requests")


@blp.post("/requests/<id:request_id>/withdraw")
@asks(P.SEE)
def withdraw(request_id: int) -> Response:
    """Take a request back."""
    service.withdraw(request_id, by=current_actor())
    return pages.done("申请已撤回。")


@blp.post("/requests/<id:request_id>/print")
@asks(P.HAND_OUT)
def print_copy(request_id: int) -> Response:
    """Show the paper copy, this once."""
    return pages.page("privacy/copy.html", printed=copies.paper(request_id, by=current_actor()))


@blp.get("/erasures")
@asks(P.ERASE)
def erasures() -> Response:
    """Ask who is to be erased, and on which decision."""
    return pages.page("privacy/erasures.html")


@blp.post("/erasures")
@asks(P.ERASE)
def erase() -> Response:
    """Erase somebody who has left."""
    values = pages.form(schemas.EraseForm)
    if values["number"] != values["again"]:
        raise Invalid(reason="两次填写的编号不一样，没有删除。请核对后再填。")
    erasing.erase(member_by_number(values["number"]).id, minute=values["minute"], by=current_actor())
    return pages.done("已删除。台账只留编号，核验不受影响。", "mydata.erasures")


pages.entry(
    "个人信息申请", "mydata.requests", order=62, may=lambda by: by.holds(*WORKS_WITH_PEOPLE, *DECIDERS)
)
pages.entry("删除离开人员", "mydata.erasures", order=75, may=lambda by: by.holds(Role.WC_LEADER))
pages.entry("我的信息", "mydata.mine", order=95, may=lambda by: by.member_id is not None)
todo.provide(service.SUBJECT, "个人信息申请，待答复", "mydata.requests")
