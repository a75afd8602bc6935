"""Who decides: the nearest organisation in which somebody else is entitled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set


def deciding_unit(line: Sequence[int], deciders: Mapping[int, Set[int]], member_id: int) -> int | None:
    """Return the unit whose deciders are asked about a member's matter.

    Nobody decides his own matter: where the only one entitled is the member
    himself, the step goes up.

    :param line: unit ids from the member's branch up to the work committee
    :param deciders: unit id -> members entitled there today
    :return: the nearest unit with somebody else entitled; None if there is none at all
    """
    for unit_id in line:
        if deciders.get(unit_id, frozenset()) - {member_id}:
            return unit_id
    return None
