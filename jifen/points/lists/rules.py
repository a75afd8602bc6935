"""Names out of a pasted list: a 接龙, a column of a sheet, names with commas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

#: What may stand between two names of a line.
_BETWEEN = re.compile(r"[,，、;；/|\t ]+")
#: Words in brackets say something of the person, not who he is.
_ASIDE = re.compile(r"[（(【\[][^（）()【】\[\]]*[）)】\]]")
#: The running number of a 接龙: 1. 2、 (3) 4）; a member's own number has eight digits.
_RUNNING = re.compile(r"^[（(]?\d{1,3}[)）.．、:：]\s*|^\d{1,3}\s+")
_MARKS = re.compile(r"[^\w·•]+|[_✓✔☑√]")
_CHAIN = re.compile(r"^\s*#?\s*接龙")
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"\d{8}")


@dataclass(frozen=True, slots=True)
class Named:
    """Who was named; ``unknown`` and ``twins`` as typed, in their order."""

    members: tuple[int, ...]
    #: Nobody of the branch is called so.
    unknown: tuple[str, ...]
    #: Several are called so: their number says who.
    twins: tuple[str, ...]


def names_in(text: str) -> list[str]:
    """Return the names of a pasted list, each once, in its order.

    Of a 接龙 the numbered lines alone name people; elsewhere every line does. What
    holds digits is an amount or a time, unless it is a member's number.
    """
    found: dict[str, None] = {}
    chained = any(_CHAIN.match(line) for line in text.splitlines())
    for line in text.splitlines():
        if chained and not _RUNNING.match(line.strip()):
            continue
        for part in _BETWEEN.split(_RUNNING.sub("", _ASIDE.sub("", line).strip())):
            name = _MARKS.sub("", _RUNNING.sub("", part))
            name = name.removesuffix("同志")
            if name and (not _DIGIT.search(name) or _NUMBER.fullmatch(name)):
                found[name] = None
    return list(found)


def who(names: Iterable[str], people: Mapping[int, tuple[str, str]]) -> Named:
    """Return whom the names mean.

    :param people: name and number by member id, of those who may be meant
    """
    members: dict[int, None] = {}
    unknown, twins = [], []
    for typed in names:
        meant = [one for one, (name, number) in people.items() if typed in (name, number)]
        if not meant:
            unknown.append(typed)
        elif len(meant) > 1:
            twins.append(typed)
        else:
            members[meant[0]] = None
    return Named(tuple(members), tuple(unknown), tuple(twins))
