"""Hours on the phone: one's account and records, a correction; one's community, its needs, what one took on."""

from __future__ import annotations

from flask import Response

from jifen.core.errors import NotFound
from jifen.volunteering import community as communities
from jifen.volunteering import (
    deciding,
    late,
    queries_community,
    queries_desk,
    registering,
    rules,
    schemas,
    schemas_community,
)
from jifen.volunteering.console_community import whom
from jifen.volunteering.policy import PREPARES, P
from jifen.volunteering.states import CLAIM_WORDS, KIND_WORDS, SOURCE_WORDS, SPAN_WORDS
from jifen.volunteering.wall import times
from jifen.web import doors, pages
from jifen.web.doors import asks, current_actor
from jifen.web.schemas import page as page_of

blp = pages.section("phone_hours", __name__, at=doors.PHONE)
#: Rows of one page.
MANY = 20


@blp.get("/hours")
@asks(P.OWN)
def mine() -> Response:
    """One's hours, star and records, newest first."""
    by, after = current_actor(), pages.query(schemas.AfterIn)["after"]
    rows = queries_desk.records(by.member_id or 0, by=by, after=after, limit=MANY + 1)
    return pages.page(
        "hours/phone_mine.html",
        account=queries_desk.account(by.member_id or 0, by=by),
        found=page_of(rows, MANY, lambda one: one.id),
        long=rules.formatted,
        span=late.said,
        kinds=KIND_WORDS,
        states=SPAN_WORDS,
    )


@blp.get("/hours/records/<id:record_id>")
@asks(P.OWN)
def record(record_id: int) -> Response:
    """One of one's own records, and a form to have it put right."""
    return pages.page(
        "hours/phone_record.html",
        one=_own(record_id),
        long=rules.formatted,
        span=late.said,
        kinds=KIND_WORDS,
        sources=SOURCE_WORDS,
        states=SPAN_WORDS,
    )


@blp.post("/hours/records/<id:record_id>/corrections")
@asks(P.CORRECT)
def amend(record_id: int) -> Response:
    """Ask that it be put right."""
    one = _own(record_id)
    values = pages.form(schemas.AmendForm)
    span = times(one.occurred_on, values["since"], values["until"])
    deciding.propose(one.id, span, values["reason"], by=current_actor())
    words = "已提出，由支部负责人核对后告诉您结果。"
    return pages.done(words, "phone_hours.record", record_id=one.id)


def _own(record_id: int) -> queries_desk.Shown:
    by = current_actor()
    found = queries_desk.one(record_id)
    if found is None or found.member_id != by.member_id:
        raise NotFound(what="这条服务记录")
    return found


@blp.get("/community")
@asks(P.OWN)
def community() -> Response:
    """Where one registered, what may be taken on, and what one took on."""
    by, after = current_actor(), pages.query(schemas.AfterIn)["after"]
    rows = queries_community.needs(after=after, limit=MANY + 1)
    return pages.page(
        "community/phone_community.html",
        mine=queries_community.registered([by.member_id or 0]).get(by.member_id or 0),
        communities=[(c.id, f"{c.street} {c.name}") for c in queries_community.communities()],
        needs=page_of(rows, MANY, lambda one: one.id),
        own=queries_community.own_claims(by=by),
        states=CLAIM_WORDS,
        keeps=by.member_id is not None and by.holds(*PREPARES),
    )


@blp.post("/community/registrations")
@asks(P.CORRECT)
def register() -> Response:
    """Register at one's community."""
    values, by = pages.form(schemas_community.RegisterForm), current_actor()
    member_id = whom(values["number"], by)
    registering.register(values["community_id"], member_id=member_id, skills=values["skills"], by=by)
    return pages.done("已报到。自己报到的，社区确认以后按积分办法记分。", "phone_hours.community")


@blp.post("/community/registrations/withdraw")
@asks(P.CORRECT)
def unregister() -> Response:
    """Take back one's own registration that was a mistake."""
    pages.form(schemas.NoneForm)
    by = current_actor()
    mine = queries_community.registered([by.member_id or 0]).get(by.member_id or 0)
    if mine is None:
        raise NotFound(what="您的报到")
    registering.withdraw(mine.id, by=by)
    return pages.done("已撤回。", "phone_hours.community")


@blp.post("/community/needs/<id:need_id>/claims")
@asks(P.CORRECT)
def claim(need_id: int) -> Response:
    """Take a need on, or enter that somebody of one's branch does."""
    number, by = pages.form(schemas_community.ClaimForm)["number"], current_actor()
    communities.claim(need_id, member_id=whom(number, by), by=by)
    return pages.done("已认领。办完后请社区在单子上签个字，交给支部登记。", "phone_hours.community")


@blp.post("/community/claims/<id:claim_id>/withdraw")
@asks(P.CLAIM)
def withdraw(claim_id: int) -> Response:
    """Give it back."""
    communities.withdraw(claim_id, by=current_actor())
    return pages.done("已退回，别人可以认领了。", "phone_hours.community")
