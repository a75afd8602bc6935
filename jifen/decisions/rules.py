"""Who decides: the nearest organisation in which somebody else is entitled."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

#: A member entitled in a unit, and in whose place he acts (None: by his own post).
Entitled = tuple[int, int | None]


def deciding_unit(
    line: Sequence[int], deciders: Mapping[int, Collection[Entitled]], *apart: int | None
) -> int | None:
    """Return the unit whose deciders are asked about a matter.

    Nobody decides his own matter, nor does anybody in his place: where the only
    one entitled is the member himself, the step goes up.

    :param line: unit ids from where the question starts up to the work committee
    :param deciders: unit id -> who is entitled there today
    :param apart: members who must not decide: whose matter it is, who prepared it …
    :return: the nearest unit with somebody else entitled; None if there is none at all
    """
    for unit_id in line:
        if any(may_decide(who, principal, *apart) for who, principal in deciders.get(unit_id, ())):
            return unit_id
    return None


def may_decide(member_id: int, principal: int | None, *apart: int | None) -> bool:
    """Return whether neither the decider nor the one in whose place he acts must keep out of it."""
    out = {one for one in apart if one is not None}
    return member_id not in out and principal not in out
