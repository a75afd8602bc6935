"""What other rooms hang on people, so that an undo asks them and they let go.

Rooms to the right register here at import; this room knows none of them.
Rows with a foreign key to ``member`` need no entry: the metadata tells of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

#: Members' ids → how many of them have such rows.
Count = Callable[[Sequence[int]], int]
#: Drops what is derived about members who leave as if they had never come.
Release = Callable[[Sequence[int]], None]
#: Renews what is derived about members whose branch or exemption changed.
Renewal = Callable[[Sequence[int]], None]

holds: list[tuple[str, Count]] = []
releases: list[Release] = []
renewals: list[Renewal] = []


def hold(words: str, count: Count) -> None:
    """Register rows without a foreign key that forbid taking a person back; ``words`` names them in Chinese."""
    holds.append((words, count))


def release(drop: Release) -> None:
    """Register what drops derived rows of people taken back."""
    releases.append(drop)


def renewal(renew: Renewal) -> None:
    """Register what brings derived rows of people up to date in the transaction that changed something."""
    renewals.append(renew)


def renew(member_id: int) -> None:
    """Bring up to date what other rooms derive about a person: his branch or his exemption changed."""
    for each in renewals:
        each([member_id])
