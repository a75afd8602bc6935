"""Tags (用户标签) and who carries them.

Source: developers.weixin.qq.com/doc/service/api/usermanage/tagmanage/.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.simulator.refusals import Refused

#: Tags of an account, of one person, and persons of one call.
MOST, ON_ONE, AT_ONCE = 100, 20, 50
#: The platform's own: blacklist, friends, star. Ids of others begin at 100.
_OWN, _FIRST = 3, 100


class Tags:
    """The account's tags."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._next = _FIRST
        self._on: dict[int, dict[str, None]] = {}
        self.remarks: dict[str, str] = {}

    def create(self, name: object) -> int:
        """Make a tag.

        :raises Refused: 45056 too many, 45157 blank or known, 45158 longer than 30 bytes
        """
        text = self._checked(name)
        if len(self._names) >= MOST:
            raise Refused(45056)
        number, self._next = self._next, self._next + 1
        self._names[number], self._on[number] = text, {}
        return number

    def rename(self, tag: object, name: object) -> None:
        number = self._known(tag)
        if name != self._names[number]:
            self._names[number] = self._checked(name)

    def delete(self, tag: object) -> None:
        number = self._known(tag)
        del self._names[number], self._on[number]

    def listed(self) -> list[dict[str, object]]:
        return [{"id": n, "name": name, "count": len(self._on[n])} for n, name in self._names.items()]

    def put_on(self, tag: object, openids: Iterable[str]) -> None:
        """Tag people.

        :raises Refused: 45159 no such tag, 45059 one of them carries twenty
        """
        number, people = self._known(tag), list(openids)
        for openid in people:
            others = [n for n in self.of(openid) if n != number]
            if len(others) >= ON_ONE:
                raise Refused(45059)
        self._on[number] |= dict.fromkeys(people)

    def take_off(self, tag: object, openids: Iterable[str]) -> None:
        carriers = self._on[self._known(tag)]
        for openid in openids:
            carriers.pop(openid, None)

    def of(self, openid: str) -> list[int]:
        """Return the ids of somebody's tags."""
        return [number for number, carriers in self._on.items() if openid in carriers]

    def carriers(self, tag: object) -> list[str]:
        return list(self._on[self._known(tag)])

    def forget(self, openid: str) -> None:
        """Take every tag off somebody who left: he comes back without them."""
        for carriers in self._on.values():
            carriers.pop(openid, None)

    def _known(self, tag: object) -> int:
        if isinstance(tag, int) and 0 <= tag < _OWN:
            raise Refused(45058)
        if not isinstance(tag, int) or tag not in self._names:
            raise Refused(45159)
        return tag

    def _checked(self, name: object) -> str:
        if not isinstance(name, str) or not name.strip() or name in self._names.values():
            raise Refused(45157)
        if len(name.encode()) > 30:
            raise Refused(45158)
        return name
