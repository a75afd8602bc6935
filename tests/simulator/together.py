"""The whole product and the stand-in on one clock that only the test moves."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import time_machine

from bot import open_door
from bot.simulator.app import create_app as simulator_app
from bot.simulator.clock import Clock
from bot.simulator.push import Outcome
from bot.simulator.wire import Credentials
from bot.simulator.world import World
from jifen import create_app
from jifen.access import service as access
from jifen.core import clock
from jifen.core.db import db, transaction
from jifen.notices import sending
from jifen.notices import service as notices
from jifen.notices.models import Notice
from jifen.points.models import Report
from tests import city
from tests.simulator.kit import serve, world_for

ROLES = {"secretary": "branch_secretary", "member": "member"}
#: A working day, in office hours: 2026-06-26 10:00 in Shanghai.
BEGINS = 1_782_439_200
#: Looks at what is still owed before a test gives up.
MOST_TURNS = 200
#: What waits for a worker because the end of a message was told before its sender had noted its id.
_ENDED = """
DELETE FROM procrastinate.procrastinate_jobs WHERE task_name = 'notices.ended' AND status = 'todo' RETURNING args
"""


class OneClock(Clock):
    """The product's clock as well: both read the time that ``traveller`` holds still."""

    def __init__(self, traveller: Any) -> None:
        super().__init__(0.0)
        self._traveller = traveller

    def __call__(self) -> float:
        return time.time()

    def advance(self, seconds: float) -> None:
        self._traveller.shift(seconds)

    def set(self, at: float) -> None:
        self.advance(at - self())

    def sleep(self, seconds: float) -> None:
        self.advance(seconds)


@dataclass
class Stage:
    """What a scenario plays on."""

    world: World
    town: city.City
    openids: dict[str, str]

    def report(self, who: str = "member") -> Outcome:
        """Let a day pass, and report a deed of yesterday, on which nothing was reported yet."""
        self.world.clock.advance(86400)
        outcome = self.say("上报 志愿服务 昨天 1小时", who)
        assert outcome is not None
        return outcome

    def say(self, words: str, who: str = "member") -> Outcome | None:
        """Type words on somebody's phone, and wait for what becomes of them."""
        return self.world.say(self.openids[who], words).result(30)

    def reports(self) -> int:
        """How many reports there are."""
        with transaction() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(Report)) or 0

    def owe(self, key: str, who: str = "member") -> None:
        """Owe somebody a message whose words need nothing else to be true."""
        with transaction():
            rows = [(key, self.town.people[who], {"what": "code"})]
            notices.queue_many(kind="account_changed", rows=rows)

    def settle(self) -> None:
        """Send what is owed, and move the clock on, until nothing is owed any more."""
        for _ in range(MOST_TURNS):
            while sending.send_some():
                pass
            due = self._next_due()
            if due is None:
                return
            self.world.clock.set(max(due, self.world.clock()) + 1)
        raise AssertionError("something is owed for ever")

    def told_of_the_end(self, key: str) -> None:
        """Wait until the product heard how a message ended, and do what it put off because it heard too early."""
        for _ in range(100):
            with transaction() as session:
                early = session.scalars(sa.text(_ENDED)).all()
            for args in early:
                sending.ended(**args)
            if self.notice(key).state != "accepted":
                return
            time.sleep(0.05)
        raise AssertionError(f"{key} has not ended")

    def notice(self, key: str) -> Notice:
        """Return how a message stands."""
        with transaction() as session:
            found = session.scalars(sa.select(Notice).where(Notice.key == key)).one()
            session.expunge(found)
            return found

    def shown(self, who: str = "member") -> int:
        """How many notices are on somebody's screen."""
        return sum(bubble.side == "notice" for bubble in self.world.look(self.openids[who])[0])

    def calls(self, path: str) -> int:
        """How often a path of the API did its work today; a call on which a fault struck did none."""
        return self.world.quotas.used().get(path, 0)

    def _next_due(self) -> float | None:
        at = sa.case((Notice.state == "sending", Notice.lease_until), else_=Notice.not_before)
        with transaction() as session:
            due = session.scalar(sa.select(sa.func.min(at)).where(Notice.state.in_(("queued", "sending"))))
        return due.timestamp() if due is not None else None


@contextmanager
def together(settings: Any, database: str, folder: Path) -> Iterator[Stage]:
    """Serve both on ports of their own, with two people bound; yields the stage."""
    running: dict[str, Any] = {}
    with (
        time_machine.travel(BEGINS, tick=False) as traveller,
        serve(lambda environ, start: running["simulator"](environ, start)) as platform,
    ):
        chosen = dataclasses.replace(settings, simulator=True, wechat_api_base=platform)
        product = create_app(chosen, database_url=database)
        open_door(product)
        product.testing = True  # nothing is noted in the background after the end
        with product.app_context(), serve(product) as address:
            town = city.build(photos=True)
            codes = {who: access.issue_code(town.people[who], by=town.actor("office")) for who in ROLES}
            db.session.remove()
            shared = Credentials(
                app_id=settings.wechat_app_id,
                secret=settings.wechat_secret,
                token=settings.wechat_token,
                aes_key=settings.wechat_aes_key,
            )
            accounts = [
                {"number": who, "name": city.NAMES[who], "role": role, "branch": "机关第一党支部"}
                for who, role in ROLES.items()
            ]
            one_clock = OneClock(traveller)
            world = world_for(
                f"{address}/wechat", folder, shared=shared, accounts=accounts, clock=one_clock, seed=2026
            )
            running["simulator"] = simulator_app(world)
            openids = {who: world.people.by_key(who).openid for who in ROLES}
            for who, code in codes.items():
                for words in (f"绑定 {code} {city.NAMES[who]}", "同意"):
                    world.say(openids[who], words).result(30)
            assert clock.now().timestamp() == world.clock()
            yield Stage(world, town, openids)
        with product.app_context():
            db.engine.dispose()
