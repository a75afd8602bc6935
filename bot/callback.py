"""/wechat: prove the sender, answer within five seconds, give a repeat the same answer.

A message with an effect and its effect are one transaction, keyed by the
message: a repeat waits for the first copy's commit and gets its stored reply.
A refusal undoes all of it; its sentence is then stored as the reply in a
transaction of its own, unless another copy was first. When the database is
away nothing is stored, so a later try starts anew.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
import structlog
from flask import Blueprint, Flask, current_app, has_app_context
from flask import request as asked
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Request, Response

from bot import metrics, paging, replies, router
from bot.handlers import at_once, handle, not_yet_agreed, stranger
from bot.handlers.notified import note
from bot.intents import Event, Intent, Said, Silence, Unknown
from bot.intents.people import Bind
from bot.intents.reporting import Report
from jifen.access import queries as access
from jifen.access.queries import Bound
from jifen.access.service import openid_digest
from jifen.core import clock, house
from jifen.core.db import ask, attempt, db, tell, transaction
from jifen.core.errors import DomainError
from jifen.notices import reach
from jifen.points.errors import LACKING, AmbiguousItem, UnknownItem
from jifen.web import plumbing
from jifen.web.doors import open_door
from jifen.wechat.envelope import ACK, CallbackConfig, Mode, TextReply, open_envelope, seal, verify_url
from jifen.wechat.errors import BadCallback, Forged
from jifen.wechat.inbound import Inbound

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = structlog.get_logger()
bp = Blueprint("wechat", __name__)
TEXT = "text/plain; charset=utf-8"
#: Seconds after which a failed try is made again; their sum stays well below WeChat's five.
RETRY_AFTER = (0.2, 0.8, 1.5)
#: A copy waits so long for the first one's commit; then it says "success" and WeChat comes again.
WAIT_FOR_FIRST = "4s"
#: Refusals of a report after which what is missing is asked for.
_ASKED_FURTHER = (UnknownItem, AmbiguousItem, *LACKING)
#: Keys and replies of messages with an effect: ``models.InboxMessage``.
_CLAIM = """
INSERT INTO inbox_message (key, at) SELECT %(key)s, %(at)s
 WHERE set_config('lock_timeout', %(patience)s, true) IS NOT NULL
ON CONFLICT DO NOTHING RETURNING key
"""
_REPLY = "SELECT reply FROM inbox_message WHERE key = %(key)s"
_STORE = "UPDATE inbox_message SET reply = %(reply)s WHERE key = %(key)s"


@dataclass(frozen=True, slots=True)
class Chat:
    """A platform on which people talk to us; what they want and what becomes of it is the same on all."""

    #: What a delivery wants.
    intent: Callable[[Inbound], Intent]
    #: Who stands behind its sender; None for a stranger.
    who: Callable[[Inbound], Bound | None]
    #: What is answered; raises DomainError.
    say: Callable[[Intent, Inbound], str]


class FirstAtWork(RuntimeError):
    """The first copy of this delivery has not finished."""


def _waited_in_vain(err: sa.exc.DBAPIError) -> bool:
    return getattr(err.orig, "sqlstate", None) == "55P03"


def config_of_house() -> CallbackConfig:
    """Return what proves a delivery to be WeChat's, made once per application."""
    known = current_app.extensions.get("jifen_wechat")
    if known is None:
        s = house.settings()
        known = CallbackConfig(
            app_id=s.wechat_app_id,
            token=s.wechat_token,
            aes_key=s.wechat_aes_key,
            aes_key_previous=s.wechat_aes_key_previous,
            mode=Mode(s.wechat_mode),
        )
        current_app.extensions["jifen_wechat"] = known
    return known


@bp.get("/wechat")
@open_door
def verify() -> Response:
    """Show WeChat that this address is ours."""
    try:
        return Response(verify_url(asked.args, config=config_of_house()), content_type=TEXT)
    except Forged:
        return Response("forbidden", 403, content_type=TEXT)


class Deliveries:
    """POST /wechat, in front of Flask: what pages need costs a message as much as its answer (measured).

    It is named, counted and logged as every request is; there is nothing else
    that Flask's hooks would do for it. All other requests go on to Flask.
    """

    def __init__(self, app: Flask) -> None:
        self._app, self._others = app, app.wsgi_app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a delivery, hand on anything else."""
        if environ.get("PATH_INFO") != "/wechat" or environ["REQUEST_METHOD"] != "POST":
            return self._others(environ, start_response)
        # As Flask does, a context that is there is used.
        with nullcontext() if has_app_context() else self._app.app_context():
            plumbing.begin()
            answer = plumbing.finish(receive(Request(environ)), "POST", "/wechat")
            return answer(environ, start_response)


def receive(request: Request) -> Response:
    """Take one delivery. Never raises."""
    config = config_of_house()
    query = request.args
    try:
        request.max_content_length = 256 * 1024
        message = open_envelope(query, request.get_data(cache=False), config=config, now=clock.now())
    except (Forged, RequestEntityTooLarge):
        return Response("forbidden", 403, content_type=TEXT)
    except BadCallback as err:
        log.warning("wechat.unreadable", why=str(err))
        return Response("success", content_type=TEXT)
    text = answer(message, WECHAT)
    sealed = seal(
        TextReply(text) if text else None,
        message,
        config=config,
        nonce=query["nonce"],
        timestamp=int(clock.now().timestamp()),
    )
    return Response(sealed, content_type=TEXT if sealed == ACK else "application/xml; charset=utf-8")


def answer(message: Inbound, chat: Chat) -> str:
    """Return the reply to a message; empty for one that needs none. Never raises."""
    for wait in (*RETRY_AFTER, None):
        try:
            return converse(message, chat)
        except FirstAtWork:
            db.session.remove()
            return ""
        except (sa.exc.OperationalError, sa.exc.InterfaceError) as err:
            db.session.remove()
            if _waited_in_vain(err):  # nothing was done: he is told, for WeChat takes silence for an answer
                return replies.BUSY
            db.engine.dispose()
            log.warning("wechat.database_away", kind=type(err.orig).__name__)
            if wait is not None:
                time.sleep(wait)
        except Exception as err:
            db.session.remove()
            log.error("wechat.unexpected", exc_info=err)
            return replies.BUSY
    return replies.BUSY


def converse(message: Inbound, chat: Chat) -> str:
    """Do what the message asks for, once, and return the sentence."""
    intent = chat.intent(message)
    if isinstance(intent, Silence):
        metrics.passed_over(intent.event)
        return ""
    if isinstance(intent, Said) and chat.who(message) is None:
        intent = intent.otherwise  # a stranger is in the middle of nothing, and nothing is kept of him
    if not intent.effect:
        return _asked(intent, message, chat)
    key = hashlib.sha256(message.key.encode()).hexdigest()
    try:
        return _once(key, lambda: chat.say(intent, message))
    except DomainError as refusal:
        undone = refusal
    return _once(key, lambda: _otherwise(intent, undone, message, chat))


def _once(key: str, say: Callable[[], str]) -> str:
    """Return what ``say`` says and keep it, together with its effect; of a message that had its effect, what was kept.

    :raises DomainError: what ``say`` refused; nothing is kept, unless the refusal is a lasting one
    """
    with transaction():
        if not tell(_CLAIM, {"key": key, "at": clock.now(), "patience": WAIT_FOR_FIRST}):
            return ask(_REPLY, {"key": key})[0][0] or ""
        try:
            reply = say()
        except DomainError as refusal:
            if not refusal.lasting:
                raise
            reply = refusal.message
        tell(_STORE, {"key": key, "reply": reply})
        return reply


def _otherwise(intent: Intent, refusal: DomainError, message: Inbound, chat: Chat) -> str:
    """Return the sentence of a refusal; what is told in other words, or lacks something, is asked about further."""
    if not isinstance(intent, Report) or not isinstance(refusal, _ASKED_FURTHER):
        return refusal.message
    if intent.number and isinstance(refusal, LACKING):
        return refusal.message  # what is corrected keeps its number
    otherwise = Said(message.text, message.at, Unknown(message.text[:40]), refused=refusal.message)
    try:
        with attempt():
            return chat.say(otherwise, message)
    except DomainError:
        return refusal.message


def _asked(intent: Intent, message: Inbound, chat: Chat) -> str:
    """Return the answer to a question, or the sentence of its refusal."""
    try:
        return chat.say(intent, message)
    except DomainError as refusal:
        db.session.rollback()
        return refusal.message


def told(intent: Intent, bound: Bound) -> str:
    """Return the answer to a bound person, as much of it as one bubble holds."""
    return paging.fitted((handle if bound.agreed else not_yet_agreed)(intent, by=bound.who), by=bound.who)


def _intent(message: Inbound) -> Intent:
    return router.intent_of(message, today=clock.today())


def _who(message: Inbound) -> Bound | None:
    return access.bound(openid_digest(message.openid))


def _say(intent: Intent, message: Inbound) -> str:
    digest = openid_digest(message.openid)
    if not isinstance(intent, Event):
        reach.heard(digest, message.at, tapped=message.kind == "event")
    if (answered := at_once.get(type(intent))) and (said := answered(digest)):
        return said
    bound = access.bound(digest)
    if isinstance(intent, Event):
        return note(intent, by=bound.who if bound is not None else None)
    if bound is None or isinstance(intent, Bind):
        return stranger(intent, openid=message.openid, known=bound is not None)
    return told(intent, bound)


WECHAT = Chat(_intent, _who, _say)
