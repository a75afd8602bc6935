"""Calls of one account: with its token, and only to what does not rest.

A refused token is thrown away by comparison and the call made once more with
another, then once more with one that the platform was made to renew; then the
whole account rests. No other call is repeated here: who calls holds a row that
says what was sent, and knows whether sending again is safe.
"""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import structlog

from jifen.core import clock
from jifen.wechat import circuits as breakers
from jifen.wechat.circuits import Circuits
from jifen.wechat.tokens import NoToken, Token, TokenHolder, TokenStore
from jifen.wechat.transport import ApiError, CircuitOpen, Transport, Unreachable
from jifen.wechat.verdicts import Stop, Verdict

log = structlog.get_logger()
T = TypeVar("T")
#: Tries of a call that only reads, and seconds before the second one; doubled, with chance, before the next.
READS, FIRST_WAIT = 3, 0.2


class Calls:
    """What WeChat's and WeCom's clients share.

    :param fetch: asks the platform for the account's token; its argument says whether to force a new one
    :param fetch_ticket: asks for the ticket of pages, with the token
    """

    def __init__(
        self,
        transport: Transport,
        *,
        store: TokenStore,
        tickets: TokenStore,
        circuits: Circuits,
        fetch: Callable[[bool], Token],
        fetch_ticket: Callable[[bool], Token],
    ) -> None:
        self._transport, self._circuits = transport, circuits
        self._tokens = TokenHolder(store, fetch)
        self._tickets = TokenHolder(tickets, fetch_ticket)

    def call(self, path: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        """POST JSON with the token, once.

        :raises ApiError, Unreachable: see there
        """
        return self._with_token(path, lambda token: self._transport.post(path, payload, _with(token)))

    def ask(
        self, path: str, asked: Mapping[str, str] | None = None, *, payload: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Ask for something that no repeat changes: a busy or silent platform is asked three times.

        :param asked: the query of a GET
        :param payload: POSTed as JSON instead
        :raises ApiError, Unreachable: see there
        """
        for attempt in range(READS):
            try:
                if payload is not None:
                    return self.call(path, payload)
                return self._with_token(
                    path, lambda token: self._transport.get(path, {**(asked or {}), **_with(token)})
                )
            except (ApiError, Unreachable) as err:
                if not _busy(err) or attempt == READS - 1:
                    raise
            time.sleep(FIRST_WAIT * 2**attempt * (0.5 + random.random()))  # noqa: S311 - to spread, not to hide
        raise AssertionError("the last try returns or raises")

    def upload(self, path: str, file: tuple[str, bytes, str], **query: str) -> dict[str, Any]:
        """POST a file; see ``Transport.upload``."""
        return self._with_token(path, lambda token: self._transport.upload(path, file, _with(token, **query)))

    def download(self, path: str, *, most: int, **query: str) -> bytes:
        """GET a picture; see ``Transport.download``."""
        return self._with_token(
            path, lambda token: self._transport.download(path, _with(token, **query), most=most)
        )

    def media(self, media_id: str, *, most: int) -> bytes:
        """Return a temporary medium (临时素材), good for three days.

        :param most: bytes that are read; what is longer comes back cut one byte above it
        :raises ApiError: 40007 and 40118: the platform has it no more
        :raises Unreachable: see there
        """
        return self.download("/cgi-bin/media/get", most=most, media_id=media_id)

    def ticket(self) -> str:
        """Return the ticket (jsapi_ticket) by which scripts of our own pages are signed.

        :raises ApiError, Unreachable: see there
        """
        try:
            return self._tickets.get().value
        except NoToken as err:
            fault = Unreachable(str(err), maybe_done=False)
        raise fault

    def _with_token(self, path: str, call: Callable[[str], T]) -> T:
        return self._guarded(path, lambda: self._renewing(call))

    def _guarded(self, path: str, call: Callable[[], T]) -> T:
        """Make a call if nothing rests, and remember what it says about the next ones."""
        failed = self._stop_if_resting(path)
        try:
            answer = call()
        except ApiError as err:
            self._remember(path, err)
            raise
        except CircuitOpen:
            raise
        except Unreachable as err:
            self._circuits.fail(path, reason="unreachable", now=clock.now())
            log.warning("wechat.unreachable", endpoint=path, why=str(err))
            raise
        for circuit in failed:
            self._circuits.close(circuit, clock.now())
        return answer

    def _stop_if_resting(self, path: str) -> list[str]:
        """Return what has failed of late and may be tried.

        :raises CircuitOpen: it rests, or somebody else tries it first
        """
        failed, now = self._circuits.look(breakers.ACCOUNT, path), clock.now()
        for circuit in failed:
            if circuit.open_until is None:
                continue
            if circuit.open_until > now or not self._circuits.probe(circuit.endpoint, now):
                raise CircuitOpen(circuit.reason, max(circuit.open_until, now + breakers.PROBE / 2))
        return [circuit.endpoint for circuit in failed]

    def _renewing(self, call: Callable[[str], T]) -> T:
        token = self._held(self._tokens.get)
        assert token is not None
        try:
            return call(token.value)
        except ApiError as err:
            if err.verdict is not Verdict.EXPIRED:
                raise
            refused = err
        again = used = token
        token = self._held(lambda: self._tokens.another(used))
        if token is not None:
            again = token
            try:
                return call(token.value)
            except ApiError as err:
                if err.verdict is not Verdict.EXPIRED:
                    raise
                refused = err
        token = self._held(lambda: self._tokens.forced(again))
        if token is None:
            raise refused
        return call(token.value)

    def _held(self, get: Callable[[], Token | None]) -> Token | None:
        try:
            return get()
        except (NoToken, Unreachable) as err:
            # The token's answer was lost; what the token was for has not been asked.
            fault = Unreachable(f"no token: {err}", maybe_done=False)
        raise fault

    def _remember(self, path: str, err: ApiError) -> None:
        action, now = err.action, clock.now()
        if action.alarm:
            log.error("wechat.refused", endpoint=path, errcode=err.code, verdict=err.verdict, rid=err.rid)
        else:
            log.info("wechat.refused", endpoint=path, errcode=err.code, verdict=err.verdict, rid=err.rid)
        if action.stop is not Stop.NOTHING:
            what = breakers.ACCOUNT if action.stop is Stop.ACCOUNT else path
            until = now + action.rest if action.rest else clock.at(clock.today() + dt.timedelta(days=1), 0)
            self._circuits.open(what, until=until, reason=str(err.verdict))
        elif err.verdict is Verdict.BUSY:
            self._circuits.fail(path, reason="busy", now=now)


def _busy(err: Exception) -> bool:
    """Tell whether asking again may help."""
    if isinstance(err, ApiError):
        return err.verdict is Verdict.BUSY
    return not isinstance(err, CircuitOpen)


def _with(token: str, **query: str) -> dict[str, str]:
    return {"access_token": token, **query}
