"""QR codes with a scene (带参数二维码).

Source: developers.weixin.qq.com/doc/service/api/qrcode/qrcodes/.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.simulator.chance import Chance
from bot.simulator.refusals import Refused

#: Seconds of a temporary code: at most, and where nothing is said.
LONGEST, SHORTEST = 2_592_000, 60
#: Codes without an end.
PERMANENT = 100_000
_KEPT = 2000


@dataclass(frozen=True, slots=True)
class Scene:
    """One code."""

    ticket: str
    #: What the event carries: a number, or 1 to 64 characters.
    scene: str
    #: When it ends; None for one without an end.
    until: float | None
    #: What is drawn in the code.
    url: str


class Scenes:
    """The account's codes."""

    def __init__(self, *, now: Callable[[], float], chance: Chance) -> None:
        self._now, self._chance = now, chance
        self._by_ticket: dict[str, Scene] = {}

    def create(self, body: dict[str, Any]) -> Scene:
        """Make a code as ``qrcode/create`` is asked to.

        :raises Refused: 40053 or 40097, not as documented
        """
        action, info = body.get("action_name"), body.get("action_info")
        wanted = info.get("scene") if isinstance(info, dict) else None
        if not isinstance(wanted, dict):
            raise Refused(40053)
        scene = self._scene(action, wanted)
        until = None
        if action in ("QR_SCENE", "QR_STR_SCENE"):
            seconds = body.get("expire_seconds", SHORTEST)
            if not isinstance(seconds, int) or not 0 < seconds <= LONGEST:
                raise Refused(40097, "invalid args expire_seconds")
            until = self._now() + seconds
        made = Scene(
            f"gQ{self._chance.word(92)}==", scene, until, f"http://weixin.qq.com/q/{self._chance.word(22)}"
        )
        self._by_ticket[made.ticket] = made
        if len(self._by_ticket) > _KEPT:
            del self._by_ticket[next(iter(self._by_ticket))]
        return made

    def of_ticket(self, ticket: str) -> Scene | None:
        return self._by_ticket.get(ticket)

    def read(self, content: str) -> Scene | None:
        """Return the code in which ``content`` is drawn; None where it is none of ours."""
        return next((one for one in self._by_ticket.values() if content in (one.url, one.ticket)), None)

    def good(self, scene: Scene) -> bool:
        """Tell whether it can still be scanned."""
        return scene.until is None or scene.until > self._now()

    def latest(self, count: int) -> list[Scene]:
        """Return codes that can be scanned, the newest first."""
        return [one for one in reversed(self._by_ticket.values()) if self.good(one)][:count]

    @staticmethod
    def _scene(action: Any, wanted: dict[str, Any]) -> str:
        number, text = wanted.get("scene_id"), wanted.get("scene_str")
        if action in ("QR_SCENE", "QR_LIMIT_SCENE"):
            most = PERMANENT if action == "QR_LIMIT_SCENE" else 2**32 - 1
            if isinstance(number, bool) or not isinstance(number, int) or not 0 < number <= most:
                raise Refused(40053, "invalid action info scene_id")
            return str(number)
        if action in ("QR_STR_SCENE", "QR_LIMIT_STR_SCENE"):
            if not isinstance(text, str) or not 1 <= len(text) <= 64:
                raise Refused(40053, "invalid action info scene_str")
            return text
        raise Refused(40053)
