"""A member's WeCom for tests: sealed and opened by the stand-in's own hand."""

from __future__ import annotations

import itertools

from bot.simulator import acts
from bot.simulator.replies import read_reply
from bot.simulator.rules.wecom import Corp
from bot.simulator.wire import Delivery, request_of
from jifen.core import clock, house

_ids = itertools.count(50_000)


def fresh_id() -> str:
    """Return a MsgId that no message had before."""
    return str(next(_ids))


class WeCom:
    """One member's WeCom."""

    def __init__(self, client, user: str) -> None:
        s = house.settings()
        self.client, self.user = client, user
        self.corp = Corp(
            corp_id=s.wecom_corp_id,
            secret=s.wecom_secret,
            agent_id=s.wecom_agent_id,
            token=s.wecom_token,
            aes_key=s.wecom_aes_key,
        )

    def push(self, fields, *, shared=None, copies: int = 1) -> list[str]:
        """Deliver as WeCom does; return what each copy shows."""
        shared = shared or self.corp.credentials()
        now = int(clock.now().timestamp())
        delivery = Delivery(account=self.corp.corp_id, openid=self.user, fields=fields, created=now)
        shown = []
        for n in range(copies):
            query, body = request_of(delivery, shared, nonce=f"n{n}", timestamp=str(now))
            answer = self.client.post(f"/wecom?{query}", data=body, content_type="text/xml")
            assert answer.status_code == 200, answer.text
            reply = read_reply(answer.data, delivery, shared)
            shown.append(reply.text if reply is not None else "")
        return shown

    def say(self, text: str, *, copies: int = 1) -> str:
        first, *others = self.push(acts.text(text, fresh_id()), copies=copies)
        assert others == [first] * (copies - 1)
        return first

    def photo(self, media_id: str) -> str:
        """Send a picture."""
        return self.push(acts.image(media_id, fresh_id()))[0]
