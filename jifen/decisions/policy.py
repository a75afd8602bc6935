"""By which post somebody decides, if by any: never in his own matter, nor in the place of the one concerned."""

from __future__ import annotations

from jifen.core.actor import DECIDERS, Actor, Holding


def seats(by: Actor) -> list[Holding]:
    """Return the posts by which the actor decides today, his own before those he only stands in for."""
    if by.member_id is None:
        return []
    return sorted((h for h in by.holdings if h.role in DECIDERS), key=lambda h: h.deputy_for is not None)


def seat(by: Actor, unit_id: int | None, *apart: int | None) -> Holding | None:
    """Return the post by which the actor decides a matter of the unit, None if he does not.

    :param apart: members who keep out of it, and whose deputies do: whose matter it is, who prepared it …
    """
    out = {one for one in apart if one is not None}
    if by.member_id in out:
        return None
    return next((h for h in seats(by) if h.unit_id == unit_id and h.deputy_for not in out), None)
