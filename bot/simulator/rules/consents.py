"""Who agreed to which subscription notice (订阅通知), and how often it may still be sent.

Source: developers.weixin.qq.com/doc/service/Subscription_Messages/intro.
"""

from __future__ import annotations

import math

from bot.simulator.refusals import Refused


class Consents:
    """The ledger of consent. One consent to a one-time notice is one message, without an end."""

    def __init__(self) -> None:
        #: (openid, template) -> messages that may be sent.
        self._left: dict[tuple[str, str], float] = {}

    def accept(self, openid: str, template_id: str, *, long_term: bool) -> None:
        """Note a consent."""
        key = (openid, template_id)
        self._left[key] = math.inf if long_term else self._left.get(key, 0) + 1

    def refuse(self, openid: str, template_id: str) -> None:
        """Forget every consent to this notice."""
        self._left.pop((openid, template_id), None)

    def left(self, openid: str, template_id: str) -> float:
        return self._left.get((openid, template_id), 0)

    def use(self, openid: str, template_id: str) -> None:
        """Take one message off.

        :raises Refused: 43101, none is left
        """
        left = self.left(openid, template_id)
        if left < 1:
            raise Refused(43101)
        self._left[openid, template_id] = left - 1
