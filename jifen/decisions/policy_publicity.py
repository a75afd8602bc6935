"""Who may see a list, publicise it, and close many at once."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jifen.core.actor import DECIDERS, Actor, Role, register
from jifen.members.policy import WORKS_WITH_PEOPLE


class P(StrEnum):
    """Permissions over publicised lists."""

    SEE = "publication.see"
    PUBLICISE = "publication.publicise"
    CLOSE_MANY = "publication.close"


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as permissions see it."""

    unit_id: int
    path: str
    #: Whether it has been publicised; a draft is its deciders' own.
    shown: bool
    #: Members whom it names; they may read it wherever they belong today.
    names_actor: bool = False


def works_there(by: Actor, listing: Listing) -> bool:
    """Whether the actor works with the people of that organisation."""
    return by.holds(*WORKS_WITH_PEOPLE, over=listing.path)


def belongs_there(by: Actor, listing: Listing) -> bool:
    """Whether the list is shown and the actor belongs there or stands in it."""
    return listing.shown and (by.branch_id == listing.unit_id or listing.names_actor)


def decides_there(by: Actor, listing: Listing) -> bool:
    """Whether the actor decides in that organisation or above it."""
    return by.member_id is not None and by.holds(*DECIDERS, over=listing.path)


def runs_office(by: Actor, listing: Listing) -> bool:
    """Whether the actor runs the office above branches, or decides there."""
    return by.holds(
        Role.PARTY_OFFICE, Role.ORGAN_COMMITTEE, Role.WC_OFFICE, Role.WC_LEADER, over=listing.path
    )


register(P.SEE, [works_there], [belongs_there], scope="publications:read", words="查看公示")
register(P.PUBLICISE, [decides_there], scope="publications:write", words="公示名单")
register(P.CLOSE_MANY, [runs_office], scope="publications:write", words="集中办理积分结算")
