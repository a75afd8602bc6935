"""Delivering to the product as WeChat's servers do: five seconds, three copies."""

from __future__ import annotations

import http.client
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.simulator.wire import BadReply, Credentials, Delivery, read_reply, request_of

#: Copies of one delivery, the first included.
COPIES = 3
#: What WeChat shows when no copy was answered, or the answer cannot be shown.
UNAVAILABLE = "该公众号暂时无法提供服务，请稍后再试"


class NoAnswer(Exception):
    """One copy was not answered; the text says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a delivery."""

    #: The answer's text; None where the product had nothing to say, or failed.
    text: str | None
    #: Why the person sees "unavailable"; None where all went well.
    fault: str | None
    #: How many copies were pushed.
    copies: int


class Pusher:
    """Pushes to one callback URL.

    :param url: the product's ``http://…/wechat``
    :param within: seconds to answer; WeChat gives five
    """

    def __init__(
        self,
        url: str,
        shared: Credentials,
        *,
        now: Callable[[], float],
        within: float = 5.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.shared = shared
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError(f"the callback must be an http:// address: {url!r}")
        self._host, self._port, self._path = parts.hostname, parts.port or 80, parts.path or "/"
        self._now, self._within, self._sleep = now, within, sleep

    def push(self, delivery: Delivery) -> Outcome:
        """Deliver; again every ``within`` seconds until answered, with the same MsgId and a new nonce."""
        fault = ""
        for copy in range(1, COPIES + 1):
            began = self._now()
            try:
                body = self._post(delivery)
                return Outcome(read_reply(body, delivery, self.shared), None, copy)
            except BadReply as err:
                return Outcome(None, str(err), copy)
            except NoAnswer as err:
                fault = str(err)
            if copy < COPIES:
                self._sleep(max(0.0, began + self._within - self._now()))
        return Outcome(None, fault, COPIES)

    def check_url(self) -> bool:
        """Do what WeChat does when the owner saves the URL: ask it to echo a signed word."""
        timestamp, nonce, echo = str(int(self._now())), _nonce(), str(secrets.randbelow(10**19))
        signed = self.shared.sign(timestamp, nonce)
        query = f"signature={signed}&timestamp={timestamp}&nonce={nonce}&echostr={echo}"
        try:
            return self._exchange("GET", query, None) == echo.encode()
        except NoAnswer:
            return False

    def _post(self, delivery: Delivery) -> bytes:
        query, body = request_of(delivery, self.shared, nonce=_nonce(), timestamp=str(int(self._now())))
        return self._exchange("POST", query, body)

    def _exchange(self, method: str, query: str, body: bytes | None) -> bytes:
        """Return the body of a 200 answer that came in time.

        :raises NoAnswer: anything else
        """
        began = self._now()
        line = http.client.HTTPConnection(self._host, self._port, timeout=self._within)
        try:
            line.request(method, f"{self._path}?{query}", body, {"Content-Type": "text/xml"})
            response = line.getresponse()
            answer = response.read()
        except TimeoutError as err:
            raise NoAnswer(f"产品没有在 {self._within:g} 秒内应答。") from err
        except (OSError, http.client.HTTPException) as err:
            raise NoAnswer("连不上产品：请确认网页服务正在运行。") from err
        finally:
            line.close()
        if response.status != 200:
            raise NoAnswer(f"产品应答了 HTTP {response.status}，微信只认 200。")
        if self._now() - began > self._within:
            raise NoAnswer(f"产品没有在 {self._within:g} 秒内应答。")
        return answer


def _nonce() -> str:
    return str(secrets.randbelow(10**10))
