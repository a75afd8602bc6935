"""Activities on the phone: what one may join, and checking in from the organiser's screen.

A scan opens a page; the page carries a ticket of ours about who opened it and
when. The tap posts the ticket: where the network was away it is posted again,
and within ten minutes the moment of the scan counts.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import itsdangerous
from flask import Response

from jifen.activities import checking_in, queries, queries_checking, schemas, signing_up
from jifen.activities.errors import StaleCode
from jifen.activities.policy import P
from jifen.activities.states import PURPOSE_WORDS, SIGN_UP_WORDS, Purpose, SignUpState
from jifen.core import clock, house
from jifen.core.errors import NotFound
from jifen.points.attendance.states import OUTCOME_WORDS
from jifen.web import doors, pages
from jifen.web.doors import asks, current_actor

blp = pages.section("phone_activities", __name__, at=doors.PHONE)
WORDS: dict[str, Any] = {"sign_ups": SIGN_UP_WORDS, "outcomes": OUTCOME_WORDS, "purposes": PURPOSE_WORDS}


@blp.get("/activities")
@asks(P.SEE)
def listing() -> Response:
    """What one may join, and what one joined or came to."""
    by = current_actor()
    coming, mine = queries.coming(by=by, limit=30), queries.mine(by=by, limit=10)
    return pages.page("activities/phone_list.html", coming=coming, mine=mine, **WORDS)


@blp.get("/activities/<id:activity_id>")
@asks(P.SEE)
def one(activity_id: int) -> Response:
    """One activity and one's sign-up."""
    found = queries.shown(activity_id, by=current_actor())
    return pages.page("activities/phone_one.html", act=found, now=clock.now(), **WORDS)


@blp.post("/activities/<id:activity_id>/sign-up")
@asks(P.JOIN)
def sign_up(activity_id: int) -> Response:
    """Sign up."""
    pages.form(schemas.EmptyForm)
    done = signing_up.join(activity_id, by=current_actor())
    words = (
        "报名成功。"
        if done.state == SignUpState.JOINED
        else f"名额已满，您在候补第{done.queue}位，有空位时会通知您。"
    )
    return pages.done(words, "phone_activities.one", activity_id=activity_id)


@blp.post("/activities/<id:activity_id>/withdraw")
@asks(P.JOIN)
def withdraw(activity_id: int) -> Response:
    """Withdraw one's sign-up."""
    pages.form(schemas.EmptyForm)
    signing_up.leave(activity_id, by=current_actor())
    return pages.done("已取消报名。", "phone_activities.one", activity_id=activity_id)


@blp.get("/in/<scanned>")
@asks(P.CHECK)
def scan(scanned: str) -> Response:
    """What the picture on the organiser's screen leads to: one button."""
    by = current_actor()
    found = queries_checking.pictured(scanned, by=by)
    ticket = _signer().dumps([scanned, by.member_id, int(clock.now().timestamp())])
    fence = found.act.fence if found.purpose == Purpose.IN else ""
    answer = pages.page(
        "activities/phone_check.html",
        act=found.act,
        purpose=found.purpose,
        ticket=ticket,
        fence=fence,
        script=pages.place_script(),
        **WORDS,
    )
    return pages.with_script(answer) if fence else answer


@blp.post("/in")
@asks(P.CHECK)
def check() -> Response:
    """Check in or out with the ticket of the page."""
    by, values = current_actor(), pages.form(schemas.TicketForm)
    try:
        scanned, member_id, seen = _signer().loads(values["ticket"])
    except itsdangerous.BadData as err:
        raise StaleCode from err
    if member_id != by.member_id:
        raise NotFound(what="这个签到页面")
    seen_at = dt.datetime.fromtimestamp(seen, dt.UTC)
    done = checking_in.by_scan(scanned, seen_at=seen_at, inside=values["inside"], by=by)
    word = PURPOSE_WORDS[done.purpose]
    words = f"您已经{word}过了，不用再{word}。" if done.again else f"{word}成功。"
    if done.to_check_out:
        words += "离开时请签退，时长按签退时间算。"
    return pages.done(words, "phone_activities.one", activity_id=done.activity_id)


def _signer() -> itsdangerous.URLSafeSerializer:
    return itsdangerous.URLSafeSerializer(house.settings().secret_key, "check-in")
